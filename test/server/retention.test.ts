import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../../server/store/sqlite.ts';
import { fault, ranking, startServer, type TestServer } from './server.ts';

const patience = { timeout: 30_000, interval: 100 };
const listed = async ({ call }: TestServer): Promise<string[]> =>
  (await call('GET', '/api/runs?limit=100')).json.items.map(({ id }: { id: string }) => id);
/** A run with a result that is so large that it is written to a file. */
const writing = fault('large', { number: 20_000 });

test('the newest runs stay; older ones go with their events, results and files, never one under way', async () => {
  const server = await startServer({ args: ['--keep-runs', '2'] });
  const running = await server.submit(fault('wait', { number: 600_000 }));
  const ids: string[] = [];
  // In the other lane, so that they end first.
  for (let count = 0; count < 4; count++) {
    const { id } = await server.submit(ranking);
    const { files } = await server.ended(id);
    expect(files).toHaveLength(1);
    ids.push(id);
  }
  const folder = (id: string) => join(server.data, 'outputs', id);
  await vi.waitFor(async () => expect(await listed(server)).toEqual([ids[3], ids[2], running.id]), patience);
  expect((await server.call('GET', `/api/runs/${running.id}`)).json.status).toBe('running');
  expect(ids.map((id) => existsSync(folder(id)))).toEqual([false, false, true, true]);
  expect((await server.call('GET', `/api/runs/${ids[0]}/events`)).status).toBe(404);
  const last = (await server.call('GET', `/api/runs/${ids[3]}`)).json;
  const [file] = last.files;
  expect((await server.call('GET', `/api/runs/${ids[3]}/files/${file.path}`)).status).toBe(200);
  await server.kill('SIGKILL');
  const db = openDatabase(join(server.data, 'journal.db'));
  for (const name of ['events', 'run_workflows', 'run_outcomes'])
    expect(
      db.prepare(`SELECT 1 FROM ${name} WHERE run NOT IN (SELECT ord FROM runs) LIMIT 1`).get(),
    ).toBeUndefined();
  db.close();
});

test('a run that waits is not forgotten, however many came after it', async () => {
  const server = await startServer({ args: ['--keep-runs', '1'] });
  await server.call('POST', '/api/queue/pause', {});
  const waiting = await server.submit(fault('nothing'));
  const ended: string[] = [];
  for (let count = 0; count < 3; count++) {
    const { id } = await server.submit(fault('nothing'));
    await server.call('POST', `/api/runs/${id}/cancel`, {});
    ended.push(id);
  }
  await vi.waitFor(async () => expect(await listed(server)).toEqual([ended[2], waiting.id]), patience);
});

test('files whose run was forgotten as the server ended are gone with the next one', async () => {
  const first = await startServer();
  const { id } = await first.submit(writing);
  await first.ended(id);
  await first.kill('SIGKILL');
  const stray = join(first.data, 'outputs', `${id.slice(0, -1)}0`);
  mkdirSync(stray);
  await startServer({ data: first.data });
  await vi.waitFor(() => expect(existsSync(stray)).toBe(false), patience);
  expect(existsSync(join(first.data, 'outputs', id))).toBe(true);
});

test('of automatic runs of one series the list has the newest, and a few before it can still be read', async () => {
  const server = await startServer();
  const asked = await server.submit(fault('nothing'));
  const series: string[] = [];
  for (let count = 0; count < 25; count++)
    series.push((await server.submit(fault('nothing'), { series: 'tab' })).id);
  const other = await server.submit(fault('nothing'), { series: 'other' });
  await server.ended(other.id);
  expect(await listed(server)).toEqual([other.id, series[24], asked.id]);
  expect((await server.call('GET', `/api/runs/${series[24]}`)).json.series).toBe('tab');
  const statuses = async () =>
    Promise.all(series.map(async (id) => (await server.call('GET', `/api/runs/${id}`)).status));
  await vi.waitFor(
    async () => expect(await statuses()).toEqual([...Array(4).fill(404), ...Array(21).fill(200)]),
    patience,
  );
});
