import { expect, test } from 'vitest';
import { type AccessPolicy, isLoopback, isShared, refusalOf } from '../../server/http/security.ts';

const local: AccessPolicy = { hosts: ['studio.example'], loopback: true };
const open: AccessPolicy = { hosts: ['box'], loopback: false, token: 'secret-secret-secret' };
const ask = (policy: AccessPolicy, headers: Record<string, string>, method = 'GET') =>
  refusalOf({ headers, method }, policy)?.code;

test('the names of this machine pass, and those that were allowed; a name that only looks alike does not', () => {
  for (const host of [
    'localhost',
    'LOCALHOST:80',
    'localhost.:8765',
    '127.0.0.1:8765',
    '127.9.9.9',
    '[::1]:8765',
    'studio.example',
  ])
    expect(ask(local, { host }), host).toBeUndefined();
  for (const host of [
    '',
    'x',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.1@evil.example',
    '[::1',
    '0.0.0.0',
    '192.168.0.5',
    '::1 ',
    'studio.example.evil',
  ])
    expect(ask(local, { host }), host).toBe('access.host');
});

test('an open server answers to its addresses and names, and wants its token', () => {
  const authorization = `Bearer ${open.token}`;
  for (const host of ['192.168.0.5:8765', '[2001:db8::1]', 'box', 'localhost'])
    expect(ask(open, { host, authorization }), host).toBeUndefined();
  expect(ask(open, { host: 'evil.example', authorization })).toBe('access.host');
  for (const wrong of [
    'Bearer ',
    'Bearer secret',
    `Basic ${open.token}`,
    `${open.token}`,
    'Bearer secret-secret-secret2',
  ])
    expect(ask(open, { host: 'box', authorization: wrong }), wrong).toBe('access.token');
});

test('the origin is the page of this very server', () => {
  const host = '127.0.0.1:8765';
  expect(ask(local, { host, origin: `http://${host}` }, 'POST')).toBeUndefined();
  for (const origin of [
    'null',
    '',
    'http://127.0.0.1',
    'http://localhost:8765',
    'https://evil.example',
    `http://${host}@evil.example`,
    `file://${host}`,
  ])
    expect(ask(local, { host, origin }, 'POST'), origin).toBe('access.origin');
  expect(ask(local, { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBeUndefined();
  expect(ask(local, { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(
    'access.site',
  );
  expect(ask(local, { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST')).toBe(
    'access.site',
  );
});

test('only addresses of this machine count as loopback', () => {
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
    expect(isLoopback(host), host).toBe(true);
  for (const host of ['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.example', 'example', '192.168.1.1'])
    expect(isLoopback(host), host).toBe(false);
});

test('a server is shared where it listens beyond this machine, or answers to a name beyond it', () => {
  for (const [host, names] of [
    ['0.0.0.0', []],
    ['192.168.0.5', ['localhost']],
    ['127.0.0.1', ['studio.example']],
    ['localhost', ['LOCALHOST', 'studio.example']],
    ['::1', ['10.0.0.1']],
  ] as const)
    expect(isShared(host, names), `${host} ${names}`).toBe(true);
  for (const [host, names] of [
    ['127.0.0.1', []],
    ['localhost', ['127.0.0.1', 'LocalHost', '::1']],
  ] as const)
    expect(isShared(host, names), `${host} ${names}`).toBe(false);
});
