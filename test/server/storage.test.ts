import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNotices } from '../../server/http/notices.ts';
import { createRecorder } from '../../server/http/recorder.ts';
import type { Log } from '../../server/log.ts';
import { openJournal } from '../../server/store/journal.ts';
import { resultOf } from '../../server/store/runs.ts';
import { fault, ranking, scratch, spawnServer, startServer, type TestServer } from './server.ts';

const health = async (server: TestServer) => (await server.call('GET', '/api/health')).json;
const form = () => {
  const body = new FormData();
  body.append('file', new Blob(['picture']), 'a.txt');
  return { method: 'POST', body };
};

test.each(['removed', 'replaced'])(
  'a data folder that is %s under a server is noticed; nothing is accepted that would be lost',
  async (how) => {
    const data = join(scratch(), 'data');
    const server = await startServer({ data });
    const { id } = await server.ended((await server.submit(fault('nothing'))).id);
    renameSync(data, `${data}.old`);
    if (how === 'replaced') mkdirSync(data);
    await expect.poll(async () => (await health(server)).status, { timeout: 5000 }).toBe('down');
    expect((await health(server)).problems[0].code).toBe('data.gone');
    const refused = await Promise.all([
      server.call('POST', '/api/runs', { workflow: ranking }),
      server.call('POST', '/api/workflows', { workflow: ranking }),
      server.call('POST', '/api/queue/pause'),
      fetch(new URL('/api/assets', server.url), form()),
      fetch(new URL('/api/files?path=a.txt', server.url), form()),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    // The first server still holds the path, so that no second one makes another journal there.
    expect(await spawnServer({ data })).toMatchObject({
      code: 1,
      output: expect.stringContaining('--data FOLDER'),
    });

    rmSync(data, { recursive: true, force: true });
    renameSync(`${data}.old`, data);
    await expect.poll(async () => (await health(server)).status, { timeout: 5000 }).toBe('ok');
    const run = await server.submit(fault('nothing'));
    expect((await server.ended(run.id)).status).toBe('completed');
    await server.kill('SIGTERM');
    const next = await startServer({ data });
    for (const one of [id, run.id])
      expect((await next.call('GET', `/api/runs/${one}`)).json.status).toBe('completed');
  },
);

test('a journal that is removed is noticed as well', async () => {
  const server = await startServer();
  rmSync(join(server.data, 'journal.db'));
  await expect.poll(async () => (await health(server)).status, { timeout: 5000 }).toBe('down');
  expect((await server.call('POST', '/api/runs', { workflow: ranking })).status).toBe(503);
  expect(await spawnServer({ data: server.data })).toMatchObject({ code: 1 });
  expect(existsSync(join(server.data, 'journal.db'))).toBe(false);
});

test('an end that the journal can never take becomes a failure by name, and later runs end as they should', async () => {
  const journal = openJournal(scratch());
  const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
  const recorder = createRecorder(journal, createNotices(), silent);
  const submit = () => {
    const { run } = journal.runs.submit({
      workflowText: '{"format":"patchbay","version":1,"nodes":[],"edges":[]}',
      name: 'one',
      lane: 'light',
      useCache: true,
      partial: false,
      front: false,
    });
    journal.runs.start(run.id);
    return run.id;
  };
  const [bad, good] = [submit(), submit()];
  // SQLite has no such number, so this event and this end can never be written.
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  recorder.record(bad, { type: 'nodePreviewed', nodeId: 'a', view: cyclic });
  recorder.record(good, { type: 'nodeFinished', nodeId: 'a', ms: 1 });
  await recorder.finish(bad, 'completed', Number.NaN, resultOf());
  await recorder.finish(good, 'completed', 5, resultOf());
  expect(journal.runs.get(bad)).toMatchObject({ status: 'failed', problem: { code: 'run.result-unstored' } });
  expect(journal.runs.get(good)).toMatchObject({ status: 'completed', ms: 5 });
  expect(journal.events.after(good, 0, 10).map(({ type }) => type)).toEqual([
    'runQueued',
    'nodeFinished',
    'runFinished',
  ]);
  expect(recorder.failing).toBe(false);
});
