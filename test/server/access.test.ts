import { beforeAll, describe, expect, test } from 'vitest';
import { get, raw } from './raw.ts';
import { connect, startServer, type TestServer } from './server.ts';

let server: TestServer;
let guarded: TestServer;
const TOKEN = 'a-token-that-nobody-guesses';

beforeAll(async () => {
  [server, guarded] = await Promise.all([
    startServer({ keep: true }),
    startServer({ keep: true, args: ['--host', '0.0.0.0', '--token', TOKEN] }),
  ]);
});

/** Every method of every path, with its placeholders filled. */
async function everyRoute(from: TestServer): Promise<{ method: string; path: string }[]> {
  const { json } = await from.call('GET', '/api/openapi.json', undefined, {
    authorization: `Bearer ${TOKEN}`,
  });
  const routes = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'x'),
    })),
  );
  return [
    ...routes,
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/api/docs' },
    { method: 'GET', path: '/socket.io/?EIO=4&transport=polling' },
  ];
}

const own = (url: string) => new URL(url).host;

test('every route refuses a name that is not its own, pages of other sites, and text as JSON', async () => {
  const routes = await everyRoute(server);
  expect(routes.length).toBeGreaterThan(30);
  const host = own(server.url);
  const intruders: Record<string, string>[] = [
    { Host: 'evil.example' },
    { Host: `evil.example:${new URL(server.url).port}` },
    { Host: 'localhost.evil.example' },
    { Host: '127.0.0.1.evil.example' },
    { Host: '169.254.1.1' },
    { Host: host, Origin: 'http://evil.example' },
    { Host: host, Origin: 'null' },
    { Host: host, Origin: `http://${host}.evil.example` },
    { Host: host, Origin: `http://127.0.0.1:1` },
    { Host: host, 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const { method, path } of routes) {
    for (const headers of intruders) {
      const { status } = await raw(server.url, get(path, headers, method));
      expect([400, 403], `${method} ${path} ${JSON.stringify(headers)}`).toContain(status);
    }
  }
});

test('a request without a Host is refused', async () => {
  expect((await raw(server.url, 'GET /api/health HTTP/1.0\r\n\r\n')).status).toBe(403);
  expect((await raw(server.url, 'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400);
});

test('with a token, every route wants it; a header, a cookie or the address may carry it', async () => {
  const host = own(guarded.url).replace('0.0.0.0', '127.0.0.1');
  for (const { method, path } of await everyRoute(guarded)) {
    const others: Record<string, string>[] = [
      {},
      { Authorization: 'Bearer wrong-wrong-wrong-wrong' },
      { Cookie: 'patchbay_token=x' },
      { Authorization: TOKEN },
    ];
    for (const headers of others) {
      const { status } = await raw(guarded.url, get(path, { Host: host, ...headers }, method));
      // Socket.IO answers refused requests in its own way.
      expect(status, `${method} ${path}`).toBe(path.startsWith('/socket.io') ? 403 : 401);
    }
  }
  const health = (headers: Record<string, string>, query = '') =>
    raw(guarded.url, get(`/api/health${query}`, { Host: host, ...headers }));
  expect((await health({ Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await health({ Cookie: `a=b; patchbay_token=${TOKEN}` })).status).toBe(200);
  expect((await health({}, `?token=${TOKEN}`)).status).toBe(200);
  const opened = await raw(guarded.url, get(`/?token=${TOKEN}`, { Host: host }));
  expect(opened.status).toBe(303);
  expect(opened.head).toMatch(/Set-Cookie: patchbay_token=.*HttpOnly; SameSite=Strict/);
  expect(
    (await raw(guarded.url, get('/api/health', { Host: 'evil.example', Authorization: `Bearer ${TOKEN}` })))
      .status,
  ).toBe(403);
});

test('on an address that others reach, a token is made and printed', async () => {
  const open = await startServer({ args: ['--host', '0.0.0.0'] });
  expect(new URL(open.url).searchParams.get('token')).toMatch(/^[\w-]{32}$/);
  const bare = new URL(open.url);
  expect((await fetch(`http://127.0.0.1:${bare.port}/api/health`)).status).toBe(401);
});

describe('a socket is refused', () => {
  const refused = (from: TestServer, options: object) =>
    new Promise<string>((resolve) => {
      // Without the token in the printed address.
      const url = `http://127.0.0.1:${new URL(from.url).port}`;
      const { socket } = connect({ url }, options);
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', () => resolve('refused'));
    });
  for (const transport of ['websocket', 'polling']) {
    test(`from a foreign page, under a foreign name, without its token, over ${transport}`, async () => {
      const transports = [transport];
      expect(await refused(server, { transports })).toBe('connected');
      for (const extraHeaders of [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        // The polling client cannot send a wrong host. The raw connections above do.
        ...(transport === 'websocket' ? [{ host: 'evil.example' }] : []),
        { 'sec-fetch-site': 'cross-site' },
      ])
        expect(await refused(server, { transports, extraHeaders }), JSON.stringify(extraHeaders)).toBe(
          'refused',
        );
      expect(await refused(guarded, { transports })).toBe('refused');
      expect(await refused(guarded, { transports, extraHeaders: { authorization: 'Bearer no' } })).toBe(
        'refused',
      );
      expect(await refused(guarded, { transports, extraHeaders: { authorization: `Bearer ${TOKEN}` } })).toBe(
        'connected',
      );
      expect(await refused(guarded, { transports, query: { token: TOKEN } })).toBe('connected');
    });
  }
});

test('bodies of another kind are refused, whatever they hold', async () => {
  const body = JSON.stringify({ workflow: {} });
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ]) {
    const { status } = await server.call('POST', '/api/runs', body, { 'content-type': type });
    expect(status, type).toBe(415);
  }
  const json = await server.call('POST', '/api/assets', body, { 'content-type': 'application/json' });
  expect(json.status).toBe(415);
});
