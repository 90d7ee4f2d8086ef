import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { raw } from './raw.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const post = (body: string, path = '/api/runs') => server.call('POST', path, body);

function chain(n: number, extra: Workflow['edges'] = []): Workflow {
  const nodes = Array.from({ length: n }, (_, i) => ({
    id: `n${i}`,
    type: 'flow/reroute',
    position: { x: i, y: 0 },
  }));
  const edges = Array.from({ length: n - 1 }, (_, i) => ({
    from: { node: `n${i}`, port: 'value' },
    to: { node: `n${i + 1}`, port: 'value' },
  }));
  return { format: 'patchbay', version: 1, nodes, edges: [...edges, ...extra] };
}

test('ten thousand nodes in a chain, a fan or a circle are answered with 400', async () => {
  const n = 10_000;
  const fan: Workflow = {
    ...chain(n),
    edges: Array.from({ length: n - 1 }, (_, i) => ({
      from: { node: 'n0', port: 'value' },
      to: { node: `n${i + 1}`, port: 'value' },
    })),
  };
  const circle = chain(n, [
    { from: { node: `n${n - 1}`, port: 'value' }, to: { node: 'n0', port: 'value' } },
  ]);
  for (const workflow of [chain(n), fan, circle]) {
    const { status, json } = await post(JSON.stringify({ workflow }));
    expect(status).toBe(400);
    expect(json.error.problems.length).toBeGreaterThan(0);
  }
});

test('a body of hundreds of thousands of empty entries is refused at once, and nobody waits behind it', async () => {
  const nodes = (size: number) => `[${'{},'.repeat(size / 3)}{}]`;
  const body = (text: string) => `{"workflow":{"format":"patchbay","version":1,"nodes":${text},"edges":[]}}`;
  const small = JSON.stringify({ workflow: chain(2) });
  await post(small, '/api/validate');
  for (const [text, code] of [
    [nodes(1_200_000), 'request.too-complex'],
    [nodes(2_400_000), 'request.too-complex'],
    [nodes(600_000), 'workflow.invalid'],
  ] as const) {
    const start = performance.now();
    let others = true;
    const waits: number[] = [];
    const innocent = (async () => {
      while (others) {
        const from = performance.now();
        expect((await post(small, '/api/validate')).status).toBe(200);
        waits.push(performance.now() - from);
      }
    })();
    const { status, json } = await post(body(text));
    const ms = performance.now() - start;
    others = false;
    await innocent;
    expect([status, json.error.code]).toEqual([400, code]);
    // Without the limits these took 7 to 20 seconds, and so did the others.
    expect(ms).toBeLessThan(5000);
    expect(Math.min(...waits)).toBeLessThan(1000);
  }
});

test('of many problems the first hundred are listed, with the number of the others', async () => {
  const workflow: Workflow = {
    ...chain(0),
    edges: [],
    nodes: Array.from({ length: 5000 }, (_, i) => ({ id: `n${i}`, type: 'no/such' })),
  };
  const { json } = await post(JSON.stringify({ workflow }));
  expect(json.error.problems).toHaveLength(101);
  expect(json.error.problems[100]).toMatchObject({ code: 'request.more-problems', args: { count: 4900 } });
});

test('a caller who leaves while he speaks is no fault of the server', async () => {
  const { hostname, port, host } = new URL(server.url);
  const before = server.log().length;
  const socket = connect(Number(port), hostname);
  const head = `POST /api/runs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n`;
  await new Promise<void>((sent) => socket.write(`${head}{"workflow":`, () => sent()));
  // A later request on another connection is answered. The first body was read by then.
  expect((await server.call('GET', '/api/health')).status).toBe(200);
  socket.destroy();
  await expect.poll(() => server.log().slice(before)).toContain('"path":"/api/runs"');
  expect(server.log().slice(before)).not.toContain('"level":"error"');
});

test('a NUL in an address is refused, wherever it is', async () => {
  for (const path of ['workflows/%00', 'runs/a%00b', 'runs/x/files/a/%00', 'assets/%00', 'pictures/%00'])
    expect((await server.call('GET', `/api/${path}`)).status, path).toBe(400);
});

test('what is nested, doubled, machinery or no JSON is refused by name', async () => {
  const workflow = '"format":"patchbay","version":1,"nodes":[],"edges":[]';
  const cases: [string, string][] = [
    [`${'['.repeat(300_000)}${']'.repeat(300_000)}`, 'request.too-deep'],
    [`{"workflow":{${workflow},"x":${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}}}`, 'request.too-deep'],
    [`{"workflow":{${workflow},"__proto__":{"polluted":true}}}`, 'request.forbidden-key'],
    [`{"workflow":{${workflow},"constructor":{"prototype":{}}}}`, 'request.forbidden-key'],
    [`{"workflow":{${workflow},"nodes":[]}}`, 'request.duplicate-key'],
    [`{"workflow":{${workflow}}`, 'request.not-json'],
    ['', 'request.not-json'],
    ['null', 'request.invalid-value'],
    ['[{"workflow":{}}]', 'request.invalid-value'],
    ['{}', 'request.missing'],
    ['{"workflow":null}', 'workflow.invalid'],
    ['{"workflow":{}}', 'workflow.invalid'],
    [`{"workflow":{${workflow}},"useCache":"false"}`, 'request.invalid-value'],
    [`{"workflow":{${workflow}},"surprise":1}`, 'request.unknown-key'],
    [`{"workflow":{${workflow}},"targets":[]}`, 'request.invalid-value'],
  ];
  for (const [body, code] of cases) {
    const { status, json } = await post(body);
    expect([status, json.error.code], body.slice(0, 120)).toEqual([400, code]);
    expect(json.error.message).toMatch(/\.$/);
  }
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a refused body names the place, the wanted kind and the given one as values', async () => {
  const workflow = { format: 'patchbay', version: 1, nodes: [], edges: [] };
  const error = async (body: unknown) => (await post(JSON.stringify(body))).json.error;
  expect(await error({ workflow, useCache: 'false' })).toMatchObject({
    code: 'request.invalid-value',
    args: { where: { code: 'value.place', args: { path: 'useCache' } }, expected: { code: 'value.boolean' } },
    message: '"useCache" must be true or false, but is "false".',
  });
  expect(await error([])).toMatchObject({
    args: { where: { code: 'request.body' }, got: { code: 'value.list' } },
    message: 'The body must be an object, but is a list.',
  });
  expect((await error({ workflow, surprise: 1 })).message).toBe(
    'The body has the unknown key "surprise". Remove it.',
  );
  expect((await error({})).message).toBe('"workflow" is missing. It must be an object.');
  const { json } = await server.call('GET', '/api/runs?limit=9999');
  expect(json.error).toMatchObject({
    code: 'request.invalid-value',
    args: { where: { args: { path: 'limit' } }, expected: { code: 'value.at-most', args: { limit: 500 } } },
  });
});

test('eight megabytes of brackets, numbers or text are refused or taken', async () => {
  const size = 7.9 * 1024 * 1024;
  for (const piece of ['[],', '{"a":1},', '1,', '"x",', '{},[']) {
    const { status } = await post(`[${piece.repeat(size / piece.length)}0]`);
    expect(status).toBe(400);
  }
  const many = JSON.stringify({
    workflow: { ...chain(2), description: 'x'.repeat(99_000), note: 'y'.repeat(7e6) },
  });
  expect((await post(many, '/api/workflows')).status).toBe(201);
});

test('while eight megabytes are read, others are answered', async () => {
  const { host, hostname, port } = new URL(server.url);
  const body = `{"a":[${'{"a":1},'.repeat(900_000)}0]}`;
  const socket = connect(Number(port), hostname);
  const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  const head = `POST /api/runs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  await new Promise((resolve) => socket.write(head + body.slice(0, -1), resolve));
  let isOver = false;
  void answered.then(() => {
    isOver = true;
  });
  socket.write(body.slice(-1));
  let others = 0;
  for (; !isOver; others++) await server.call('GET', '/api/health');
  expect(await answered).toMatch(/^HTTP\/1\.1 400/);
  // If the main thread read the body, at most the first of these requests would be answered in time.
  expect(others).toBeGreaterThan(3);
  socket.destroy();
});

test('more than eight megabytes, said or unsaid, and packed bodies are refused unread', async () => {
  const { host } = new URL(server.url);
  const head = (more: string) =>
    `POST /api/runs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${more}\r\n`;
  expect((await raw(server.url, head('Content-Length: 104857600\r\n'))).status).toBe(413);
  const chunk = Buffer.from(`100000\r\n${'x'.repeat(0x100000)}\r\n`);
  const flood = await raw(server.url, [
    head('Transfer-Encoding: chunked\r\n'),
    ...Array.from({ length: 12 }, () => chunk),
  ]);
  expect([413, 0]).toContain(flood.status);
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
  const packed = await raw(server.url, [
    head(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`),
    bomb,
  ]);
  expect(packed.status).toBe(415);
  expect((await server.call('GET', '/api/health')).status).toBe(200);
});

test('bytes that are no UTF-8 are refused', async () => {
  const { host } = new URL(server.url);
  const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
  const { status } = await raw(server.url, [
    `POST /api/runs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    body,
  ]);
  expect(status).toBe(400);
});
