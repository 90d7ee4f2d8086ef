import { type Socket, connect as tcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { connect, fault, ranking, startServer, type TestServer, warnings } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** The network connection of a client, below Socket.IO. */
interface Wire {
  readonly transport: { readonly ws: { readonly _socket: Socket } };
}

const numbers = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('a client that comes back asks from its last number and gets exactly what it missed', async () => {
  const { id } = await server.submit(fault('progress', { number: 40 }));
  const first = connect(server);
  await first.watch(id);
  await first.saw(({ type }) => type === 'nodeProgressed');
  first.close();
  const had = first.events.length;
  // Events of other runs while the client is away.
  for (let i = 0; i < 10; i++) await server.ended((await server.submit(fault('nothing'))).id);
  const second = connect(server);
  await second.watch(id, had);
  await second.saw(({ type }) => type === 'runFinished');
  const run = await server.ended(id);
  expect([...numbers(first.events), ...numbers(second.events)]).toEqual(upTo(run.lastSeq));
  const late = connect(server);
  expect(await late.watch(id)).toEqual({ ok: true, lastSeq: run.lastSeq });
  await late.saw(({ type }) => type === 'runFinished');
  expect(late.events).toEqual([...first.events, ...second.events]);
});

test('progress only rises, comes at most twenty times a second, and only to those who watch', async () => {
  const watching = connect(server);
  const other = connect(server);
  const { id } = await server.submit(fault('progress', { number: 60 }));
  await watching.watch(id);
  await watching.saw(({ type }) => type === 'runFinished');
  const progress = watching.events.filter((event) => event.type === 'nodeProgressed');
  const done = progress.map((event) => event.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  const seconds = (Date.parse(progress.at(-1)!.at) - Date.parse(progress[0]!.at)) / 1000;
  expect(progress.length).toBeLessThanOrEqual(Math.ceil(20 * seconds) + 2);
  expect(watching.events.some(({ type }) => type === 'nodePreviewed')).toBe(true);
  expect(other.events).toEqual([]);
});

test('a run without cached results encodes every picture again, and each step says of how many', async () => {
  const steps = async (useCache: boolean) => {
    const watching = connect(server);
    const { id } = await server.submit(ranking, { useCache });
    await watching.watch(id);
    await watching.saw(({ type }) => type === 'runFinished');
    return watching.events.flatMap((event) =>
      event.type === 'nodeProgressed' && event.nodeId === 'vectors' ? [[event.done, event.total]] : [],
    );
  };
  const first = await steps(true);
  const count = first.at(-1)![0];
  expect(count).toBeGreaterThan(1);
  expect(first[0]).toEqual([0, count]);
  // Everything is in the memory of the runner and in the cache of single vectors.
  expect(await steps(true)).toEqual([]);
  const again = await steps(false);
  expect(again[0]).toEqual([0, count]);
  for (const [, total] of [...first, ...again]) expect(total).toBe(count);
});

test('two clients, or one twice, do not take events from each other', async () => {
  const { id } = await server.submit(fault('progress', { number: 10 }));
  const all = [connect(server), connect(server), connect(server, { transports: ['polling'] })];
  await Promise.all(all.map((client) => client.watch(id)));
  await Promise.all(all.map((client) => client.saw(({ type }) => type === 'runFinished')));
  const { lastSeq } = await server.ended(id);
  for (const { events } of all) expect(numbers(events)).toEqual(upTo(lastSeq));
});

test('a client may follow any number of runs, one after the other', async () => {
  const client = connect(server);
  for (let i = 0; i < 120; i++) {
    const { id } = await server.submit(fault('nothing'));
    expect(await client.watch(id)).toMatchObject({ ok: true });
    await client.saw(({ runId, type }) => runId === id && type === 'runFinished');
  }
});

test('the queue is told to everyone', async () => {
  const client = connect(server);
  const states: { running: string[] }[] = [];
  client.socket.on('queue:changed', (state) => states.push(state));
  const { id } = await server.submit(fault('wait', { number: 300 }));
  await server.ended(id);
  await expect.poll(() => states.some(({ running }) => running.includes(id))).toBe(true);
  await expect.poll(() => states.at(-1)?.running).toEqual([]);
});

test('a client may watch without asking for an answer', async () => {
  const { id } = await server.submit(fault('progress', { number: 10 }));
  const client = connect(server);
  client.socket.emit('run:watch', { runId: id });
  await client.saw(({ type }) => type === 'runFinished');
  const { lastSeq } = await server.ended(id);
  expect(numbers(client.events)).toEqual(upTo(lastSeq));

  const { id: other } = await server.submit(fault('wait', { number: 300 }));
  client.socket.emit('run:watch', { runId: other });
  client.socket.emit('run:unwatch', { runId: other });
  await server.ended(other);
  expect(client.events.filter(({ runId, type }) => runId === other && type === 'runFinished')).toEqual([]);
});

test('what is no request is answered or logged, not obeyed', async () => {
  const own = await startServer();
  const client = connect(own);
  expect(await client.watch('run_none')).toMatchObject({ ok: false, error: { code: 'run.not-found' } });
  const wrong = [null, 7, 'x', [], {}, { runId: 5 }, { runId: null }, { runId: 'run_\0' }, { runId: '\0' }];
  const places = [-1, 'x', 1.5, null].map((afterSeq) => ({ runId: 'a', afterSeq }));
  for (const message of [...wrong, ...places])
    expect(await client.socket.emitWithAck('run:watch', message), JSON.stringify(message)).toMatchObject({
      ok: false,
      error: { code: 'request.watch', message: expect.stringMatching(/runId/) },
    });
  for (const message of wrong)
    expect(await client.socket.emitWithAck('run:unwatch', message), JSON.stringify(message)).toMatchObject({
      ok: false,
      error: { code: 'request.unwatch', message: expect.stringMatching(/runId/) },
    });
  expect(await client.socket.emitWithAck('run:watch')).toMatchObject({ error: { code: 'request.watch' } });
  expect(own.log()).not.toContain('live request');

  client.socket.emit('run:watch');
  client.socket.emit('run:watch', { runId: 'run_\0' });
  client.socket.emit('run:watch', { runId: 'run_none' });
  client.socket.emit('run:unwatch', 7);
  client.socket.emit('no such message', { deep: [[[]]] });
  await expect.poll(() => own.log().match(/live request refused/g)?.length).toBe(4);
  expect(own.log()).toContain('run.not-found');
  expect(own.log()).not.toContain('"level":"error"');
  expect((await own.call('GET', '/api/health')).status).toBe(200);
});

test('an id with a NUL is refused by name over HTTP too', async () => {
  const workflow = fault('nothing');
  for (const [method, path, body, field] of [
    ['GET', '/api/runs?workflowId=%00', undefined, 'workflowId'],
    ['GET', '/api/runs/run_%00', undefined, 'address'],
    ['POST', '/api/runs', { workflow, workflowId: 'wf_\0' }, 'workflowId'],
    ['POST', '/api/runs', { workflow, series: '\0' }, 'series'],
  ] as const) {
    const { status, json } = await server.call(method, path, body);
    expect(status, `${method} ${path} ${field}`).toBe(400);
    expect(json.error.message).toContain(field);
  }
});

test('a client that stops reading is not buffered for: the server keeps its size, and it gets all once it reads', async () => {
  // Sixteen megabytes, which is sixty times as much as may wait for one client.
  const { id } = await server.submit(warnings(400, { size: 40_000 }));
  const { lastSeq } = await server.ended(id);
  expect(lastSeq).toBeGreaterThan(400);
  const before = (await server.call('GET', '/api/health')).json.rssBytes;
  const clients = Array.from({ length: 10 }, () => connect(server));
  await Promise.all(clients.map((client) => client.watch(id, lastSeq)));
  const wires = clients.map(({ socket }) => (socket.io.engine as unknown as Wire).transport.ws._socket);
  for (const wire of wires) wire.pause();
  for (const client of clients) void client.watch(id, 0);
  await sleep(1500);
  const during = (await server.call('GET', '/api/health')).json.rssBytes;
  expect((during - before) / clients.length).toBeLessThan(4 * 1024 * 1024);
  for (const wire of wires) wire.resume();
  for (const client of clients) {
    await client.saw(({ seq }) => seq === lastSeq);
    expect(numbers(client.events)).toEqual(upTo(lastSeq));
  }
});

test('a connection that sends half a header and waits does not keep others out', async () => {
  const { hostname, port } = new URL(server.url);
  const halves = Array.from({ length: 50 }, () => {
    const socket = tcp(Number(port), hostname);
    socket.write('POST /api/runs HTTP/1.1\r\nHost: 127');
    socket.on('error', () => {});
    return socket;
  });
  expect((await server.call('GET', '/api/health')).status).toBe(200);
  for (const socket of halves) socket.destroy();
});
