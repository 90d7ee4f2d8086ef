import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import {
  connect,
  fault,
  ranking,
  scratch,
  sharedServer,
  spawnServer,
  startServer,
  type TestServer,
} from './server.ts';

/** Whether SQLite finds the journal of a dead server whole. Another process reads it, as the next server would. */
function isWhole(data: string): boolean {
  const journal = pathToFileURL(join(import.meta.dirname, '../../dist/server/store/journal.js')).href;
  const code = `const { openJournal } = await import(${JSON.stringify(journal)}); console.log(openJournal(process.argv[1]).isWhole())`;
  return (
    execFileSync(process.execPath, ['--input-type=module', '-e', code, data], { encoding: 'utf8' }).trim() ===
    'true'
  );
}

test('a run under way is resumed each time its server is killed from outside', async () => {
  const first = await startServer();
  const { data } = first;
  const stuck = await first.submit(fault('wait'));
  const client = connect(first);
  await client.watch(stuck.id);
  await client.saw(({ type }) => type === 'nodeStarted');
  let seen = client.events.length;
  await first.kill();

  for (let attempt = 2; attempt <= 4; attempt++) {
    const server = await startServer({ data });
    const again = connect(server);
    expect(await again.watch(stuck.id, seen)).toMatchObject({ ok: true });
    await again.saw((event) => event.type === 'runStarted' && event.attempt === attempt);
    await again.saw(({ type }) => type === 'nodeStarted');
    expect(again.events.map(({ seq }) => seq)).toEqual(again.events.map((_, i) => seen + 1 + i));
    expect(again.events[0]).toMatchObject({ type: 'runRequeued' });
    seen += again.events.length;
    await server.kill();
  }
});

test('a run under way in two servers that ended by an error of their own is given up, and the next one works', async () => {
  const preload = join(scratch(), 'exhaust.mjs');
  // Only in the server itself: all memory is used up, as a result that is far too large would do.
  writeFileSync(
    preload,
    `if (process.argv.includes('serve')) process.on('SIGUSR2', () => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); });`,
  );
  const env = { NODE_OPTIONS: `--max-old-space-size=200 --import=${pathToFileURL(preload).href}` };
  const data = scratch();
  let server = await startServer({ data, env });
  const stuck = await server.submit(fault('wait'));
  const waiting = await server.submit(fault('nothing'));
  for (let attempt = 1; attempt <= 2; attempt++) {
    const client = connect(server);
    await client.watch(stuck.id);
    await client.saw((event) => event.type === 'runStarted' && event.attempt === attempt);
    expect(await server.kill('SIGUSR2')).not.toBe(0);
    server = await startServer({ data, env });
  }
  const over = await server.ended(stuck.id);
  expect(over).toMatchObject({ status: 'interrupted', attempts: 2 });
  expect(over.problems[0]).toMatchObject({ code: 'run.interrupted' });
  expect((await server.ended(waiting.id)).status).toBe('completed');
  const { json } = await server.call('GET', `/api/runs/${stuck.id}/events`);
  expect(json.items.filter(({ type }: { type: string }) => type === 'runFinished')).toHaveLength(1);
});

test('a stopping server answers a caller who waits for a run with its id, and ends within two seconds', async () => {
  const server = await startServer();
  const { json } = await server.call('POST', '/api/workflows', { workflow: fault('wait') });
  const answered = server.call('POST', `/api/workflows/${json.id}/run`, {});
  await expect
    .poll(async () => (await server.call('GET', '/api/queue')).json.running.length, { timeout: 10_000 })
    .toBe(1);
  const [id] = (await server.call('GET', '/api/queue')).json.running;
  const start = performance.now();
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(performance.now() - start).toBeLessThan(2000);
  const answer = await answered;
  expect(answer.status).toBe(503);
  expect(answer.json.error).toMatchObject({ code: 'server.stopping', args: { id } });
});

test('a run of a series outlives the death of its server as any other', async () => {
  const first = await startServer();
  const { id } = await first.submit(ranking, { series: 'tab' });
  await first.kill();
  const second = await startServer({ data: first.data });
  const over = await second.ended(id);
  expect(over).toMatchObject({ status: 'completed', series: 'tab' });
  await second.kill();
  const third = await startServer({ data: first.data });
  expect((await third.call('GET', `/api/runs/${id}`)).json.views).toEqual(over.views);
});

test('killed again and again at any moment, a server loses no run that it had acknowledged', async () => {
  const data = scratch();
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round++) {
    const server: TestServer = await startServer({ data });
    const submitting = (async () => {
      for (let i = 0; ; i++) {
        const run = await server
          .submit(i % 3 === 0 ? ranking : fault('wait', { number: 20 }))
          .catch(() => undefined);
        if (!run) return;
        acknowledged.push(run.id);
      }
    })();
    // A different time in each round: while it starts, at the first answer, and later.
    if (round > 0)
      await expect.poll(() => acknowledged.length > 12 * (round - 1), { timeout: 20_000 }).toBe(true);
    await sleep(37 * round);
    await server.kill();
    await submitting;
    expect(isWhole(data)).toBe(true);
  }
  const last = await startServer({ data });
  expect(acknowledged.length).toBeGreaterThan(10);
  await last.call('POST', '/api/queue/clear');
  for (const id of acknowledged) {
    const run = await last.ended(id);
    expect(['completed', 'cancelled', 'interrupted']).toContain(run.status);
    const { json } = await last.call('GET', `/api/runs/${id}/events?limit=5000`);
    expect(json.items.map(({ seq }: { seq: number }) => seq)).toEqual(
      Array.from({ length: run.lastSeq }, (_, i) => i + 1),
    );
    expect(json.items.filter(({ type }: { type: string }) => type === 'runFinished')).toHaveLength(1);
  }
  const listed = (await last.call('GET', '/api/runs?limit=500')).json.items.map(
    ({ id }: { id: string }) => id,
  );
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed).toEqual(expect.arrayContaining(acknowledged.slice(-400)));
}, 120_000);

test('a server that is told to stop puts its run back, and leaves no process', async () => {
  const server = await startServer();
  const { id } = await server.submit(fault('wait'));
  const client = connect(server);
  await client.watch(id);
  await client.saw(({ type }) => type === 'nodeStarted');
  const { json: health } = await server.call('GET', '/api/health');
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(() => process.kill(health.runner.pid, 0)).toThrow();
  expect(existsSync(join(server.data, 'server.json'))).toBe(false);
  const next = await startServer({ data: server.data });
  const { json } = await next.call('GET', `/api/runs/${id}`);
  expect(['queued', 'running']).toContain(json.status);
});

test('a server whose log nobody reads any more serves on, and ends when it is told to', async () => {
  const server = await startServer();
  const gone = new Promise((resolve) => server.process.stderr?.once('close', resolve));
  server.process.stderr?.destroy();
  await gone;
  // Each of these is a line in the log.
  for (let count = 0; count < 3; count++)
    expect((await server.call('GET', '/api/runs/none')).status).toBe(404);
  expect(await server.kill('SIGTERM')).toBe(0);
});

test('stopping in an orderly way counts for nothing: the run is taken up each time', async () => {
  let server = await startServer();
  const { data } = server;
  const { id } = await server.submit(fault('wait'));
  for (let attempt = 1; attempt <= 3; attempt++) {
    const client = connect(server);
    await client.watch(id);
    await client.saw((event) => event.type === 'runStarted' && event.attempt === attempt);
    expect(await server.kill('SIGTERM')).toBe(0);
    server = await startServer({ data });
  }
  expect((await server.call('POST', `/api/runs/${id}/cancel`)).json.status).toBe('cancelled');
});

test('a paused queue stays paused over a restart', async () => {
  const server = await startServer();
  await server.call('POST', '/api/queue/pause');
  const { id } = await server.submit(fault('nothing'));
  await server.kill();
  const next = await startServer({ data: server.data });
  expect((await next.call('GET', '/api/queue')).json).toMatchObject({ paused: true, queued: [id] });
});

test('a second server on one data folder is refused in a sentence that names the first', async () => {
  const server = await sharedServer();
  const second = await spawnServer({ data: server.data });
  expect(second).toMatchObject({ code: 1 });
  const { output } = second as { output: string };
  expect(output).toContain(`process ${server.pid}`);
  expect(output).toContain('--data');
  expect((await server.call('GET', '/api/health')).status).toBe(200);
});

test('a runner that is killed, aborts or never ends costs its own run and nothing else', async () => {
  const server = await sharedServer();
  for (const [how, params] of [
    ['abort', {}],
    ['kill', { text: 'SIGKILL' }],
    ['exit', {}],
    ['throwLater', {}],
  ] as const) {
    const run = await server.ended((await server.submit(fault(how, params))).id);
    expect(run.status).toBe('failed');
    expect(run.message).toMatch(/^[A-Z].*\.$/);
    expect(run.problem).toEqual(run.problems[0]);
    expect(run.problem?.message).toBe(run.message);
    expect(run.message).not.toMatch(/\bat .*:\d+/);
    expect((await server.ended((await server.submit(ranking)).id)).status).toBe('completed');
  }
  expect((await server.call('GET', '/api/health')).json.status).toBe('ok');
});

test('a run whose runner is killed once is tried again and completes; killed twice, it fails and says so', async () => {
  const server = await sharedServer();
  const folder = scratch();
  const once = await server.ended(
    (await server.submit(fault('killOnce', { text: join(folder, 'mark') }))).id,
  );
  expect(once).toMatchObject({ status: 'completed', attempts: 2 });
  const { json } = await server.call('GET', `/api/runs/${once.id}/events`);
  expect(json.items.filter(({ type }: { type: string }) => type === 'runRequeued')).toMatchObject([
    { code: 'run.runner-killed' },
  ]);
  const twice = await server.ended((await server.submit(fault('kill', { text: 'SIGKILL' }))).id);
  expect(twice).toMatchObject({ status: 'failed', attempts: 2, problem: { code: 'runner.killed' } });
  expect(twice.message).toContain('This was the second time, so the run is not tried again.');
});

test('with PATCHBAY_DEBUG the server prints where an own node failed, and no client gets it', async () => {
  const server = await startServer({ env: { PATCHBAY_DEBUG: '1' } });
  const run = await server.ended((await server.submit(fault('throw'))).id);
  expect(run.message).toBe('*Misbehave* failed: thrown on purpose.');
  await expect.poll(() => server.log()).toMatch(/thrown on purpose[\s\S]*misbehave\.js:\d+:\d+/);
  const { json } = await server.call('GET', `/api/runs/${run.id}/events`);
  expect(JSON.stringify([run, json])).not.toContain('misbehave.js');
});
