import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
let inside: Server;
let port = 0;
let visits = 0;

beforeAll(async () => {
  // A server that must not be reached, on every loopback address.
  inside = createServer((_request, response) => {
    visits += 1;
    response.end('secret');
  });
  await new Promise<void>((resolve) => inside.listen(0, '::', resolve));
  port = (inside.address() as AddressInfo).port;
  server = await startServer({ keep: true });
});
afterAll(() => inside.close());

test('no spelling of an address inside is fetched', async () => {
  const hosts = [
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    'localhost.',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '0177.1',
    '127.255.255.254',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fd00::1]',
    '[fe80::1]',
    '10.0.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '100.64.0.1',
    '①②⑦.⓪.⓪.①',
    'a@127.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const loading = (urls: readonly string[]) => ({
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: urls.map((url, i) => ({ id: `n${i}`, type: 'image/load-url', params: { url } })),
    edges: [],
  });
  const urls = hosts.map((host) => `http://${host}:${port}/a.png`);
  const run = await server.ended((await server.submit(loading(urls))).id);
  expect(visits).toBe(0);
  for (const [i, url] of urls.entries()) {
    expect(run.nodes[`n${i}`]?.status, url).toBe('failed');
    expect(run.nodes[`n${i}`]?.error?.message, url).toMatch(/\.$/);
  }
  const foreign = ['file:///etc/passwd', 'ftp://127.0.0.1/a', 'gopher://127.0.0.1/'];
  const refused = await server.call('POST', '/api/runs', { workflow: loading(foreign) });
  expect(refused.status).toBe(400);
  expect(refused.json.error.problems).toMatchObject(
    foreign.map((_, i) => ({ code: 'param.url', nodeId: `n${i}`, param: 'url' })),
  );
  expect(visits).toBe(0);
});
