import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fault, ranking, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** Runs a workflow and adds files as nodes write them. */
async function runWithFiles(on: TestServer, count: number): Promise<string> {
  const { id } = await on.ended((await on.submit(fault('nothing'))).id);
  const folder = join(on.data, 'outputs', id, 'sorted');
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}.txt`), 'picture');
  return id;
}

const trashOf = async (on: TestServer) => (await on.call('GET', '/api/trash')).json;
const fileOf = async (on: TestServer, id: string) =>
  (await on.call('GET', `/api/runs/${id}/files/sorted/0.txt`)).status;

test('a run says what goes with it, is deleted with its files, and is restored with them', async () => {
  const id = await runWithFiles(server, 132);
  const before = (await server.call('GET', `/api/runs/${id}`)).json;
  const events = (await server.call('GET', `/api/runs/${id}/events`)).json;
  const preview = await server.call('GET', `/api/trash/preview?kind=run&key=${id}`);
  expect(preview).toMatchObject({ status: 200, json: { title: 'nothing', files: 132, bytes: 132 * 7 } });
  const { status, json: entry } = await server.call('DELETE', `/api/runs/${id}`);
  expect([status, entry]).toEqual([
    200,
    expect.objectContaining({ kind: 'run', key: id, files: 132, bytes: 132 * 7 }),
  ]);
  expect(await fileOf(server, id)).toBe(404);
  expect((await server.call('DELETE', `/api/runs/${id}`)).status).toBe(404);
  expect((await server.call('GET', `/api/trash/preview?kind=run&key=${id}`)).status).toBe(404);
  expect((await trashOf(server)).items[0]).toEqual(entry);
  const back = await server.call('POST', `/api/trash/${entry.id}/restore`);
  expect([back.status, back.json]).toEqual([200, entry]);
  expect((await server.call('GET', `/api/runs/${id}`)).json).toEqual(before);
  expect((await server.call('GET', `/api/runs/${id}/events`)).json).toEqual(events);
  expect(await fileOf(server, id)).toBe(200);
  expect((await server.call('POST', `/api/trash/${entry.id}/restore`)).status).toBe(404);
});

test('a workflow is restored with its versions', async () => {
  const { json: saved } = await server.call('POST', '/api/workflows', { workflow: ranking });
  await server.call('PUT', `/api/workflows/${saved.id}`, {
    workflow: { ...ranking, name: 'new' },
    revision: 1,
  });
  const { json: entry } = await server.call('DELETE', `/api/workflows/${saved.id}`);
  expect(entry).toMatchObject({ kind: 'workflow', title: 'new', revisions: 2 });
  expect((await server.call('GET', `/api/workflows/${saved.id}`)).status).toBe(404);
  await server.call('POST', `/api/trash/${entry.id}/restore`);
  expect((await server.call('GET', `/api/workflows/${saved.id}?revision=1`)).json.workflow.name).toBe(
    'ranking',
  );
  expect((await server.call('GET', `/api/workflows/${saved.id}`)).json).toMatchObject({
    name: 'new',
    revision: 2,
  });
});

test('uploads say which workflows use them, and are not restored over others', async () => {
  const put = async (text: string) => {
    const form = new FormData();
    form.append('file', new Blob([text]), 'x.png');
    await fetch(new URL('/api/files?path=pets/a.png', server.url), { method: 'POST', body: form });
  };
  const read = async () =>
    (await server.call('GET', `/api/files?path=${encodeURIComponent(join(server.data, 'files', 'pets'))}`))
      .json.files[0]?.bytes;
  await put('first');
  const workflow = {
    ...ranking,
    nodes: [{ id: 'gallery', type: 'image/load-folder', params: { path: 'pets' } }],
    edges: [],
  };
  await server.call('POST', '/api/workflows', { workflow: { ...workflow, name: 'uses pets' } });
  const { json: preview } = await server.call('GET', '/api/trash/preview?kind=uploads&key=pets');
  expect(preview).toMatchObject({ files: 1, bytes: 5, usedBy: { total: 1, names: ['uses pets'] } });
  const { json: entry } = await server.call('DELETE', '/api/files?path=pets');
  await put('another');
  const refused = await server.call('POST', `/api/trash/${entry.id}/restore`);
  expect(refused).toMatchObject({ status: 409, json: { error: { code: 'trash.uploads-taken' } } });
  expect(await read()).toBe(7);
  await server.call('DELETE', '/api/files?path=pets');
  expect((await server.call('POST', `/api/trash/${entry.id}/restore`)).status).toBe(200);
  expect(await read()).toBe(5);
});

test('an uploaded file is restored under its name, also over the same file', async () => {
  const put = async () => {
    const form = new FormData();
    form.append('file', new Blob(['some text']), 'notes.txt');
    const answer = await fetch(new URL('/api/assets', server.url), { method: 'POST', body: form });
    return (await answer.json()) as { hash: string };
  };
  const { hash } = await put();
  const status = async () => (await server.call('GET', `/api/assets/${hash}`)).status;
  const workflow = {
    ...ranking,
    nodes: [{ id: 'picture', type: 'image/load-image', params: { path: `asset:${hash}/notes.txt` } }],
    edges: [],
    inputs: [],
  };
  await server.call('POST', '/api/workflows', { workflow: { ...workflow, name: 'uses the file' } });
  const { json: preview } = await server.call('GET', `/api/trash/preview?kind=asset&key=${hash}`);
  expect(preview).toMatchObject({
    title: 'notes.txt',
    files: 1,
    bytes: 9,
    usedBy: { names: ['uses the file'] },
  });
  const { json: entry } = await server.call('DELETE', `/api/assets/${hash}`);
  expect(entry).toMatchObject({ kind: 'asset', key: hash, title: 'notes.txt', files: 1, bytes: 9 });
  expect(await status()).toBe(404);
  expect((await server.call('POST', `/api/trash/${entry.id}/restore`)).status).toBe(200);
  expect(await status()).toBe(200);
  const { json: again } = await server.call('DELETE', `/api/assets/${hash}`);
  await put();
  expect((await server.call('POST', `/api/trash/${again.id}/restore`)).status).toBe(200);
  expect(await status()).toBe(200);
  expect((await trashOf(server)).items.some(({ key }: { key: string }) => key === hash)).toBe(false);
});

test('an entry, or the whole trash, is deleted for good', async () => {
  const own = await startServer();
  const [one, two] = [await runWithFiles(own, 2), await runWithFiles(own, 3)];
  const { json: entry } = await own.call('DELETE', `/api/runs/${one}`);
  await own.call('DELETE', `/api/runs/${two}`);
  expect(await trashOf(own)).toMatchObject({ files: 5, bytes: 35 });
  expect(await own.call('DELETE', `/api/trash/${entry.id}`)).toMatchObject({ status: 200, json: entry });
  expect((await own.call('DELETE', `/api/trash/${entry.id}`)).status).toBe(404);
  expect((await own.call('DELETE', '/api/trash')).json).toMatchObject({ files: 3, bytes: 21 });
  expect(await trashOf(own)).toEqual({ items: [], files: 0, bytes: 0 });
  expect(existsSync(join(own.data, 'outputs', two))).toBe(false);
  for (const path of ['/api/trash/nothing/restore', '/api/trash/..%2foutputs/restore'])
    expect((await own.call('POST', path)).status).toBe(404);
  for (const query of ['kind=run', 'kind=other&key=a', 'kind=run&key=%00'])
    expect((await own.call('GET', `/api/trash/preview?${query}`)).status).toBe(400);
});

test('the trash of a killed server is there in the next one, without entries that are too old', async () => {
  const first = await startServer();
  const [one, two] = [await runWithFiles(first, 2), await runWithFiles(first, 3)];
  const { json: old } = await first.call('DELETE', `/api/runs/${one}`);
  const { json: entry } = await first.call('DELETE', `/api/runs/${two}`);
  await first.kill('SIGKILL');
  const place = join(first.data, 'trash', old.id, 'entry.json');
  const { expiresAt: _, ...stored } = old;
  const eightDaysAgo = new Date(Date.now() - 8 * 24 * 3600 * 1000).toISOString();
  writeFileSync(place, JSON.stringify({ ...stored, folder: one, deletedAt: eightDaysAgo }));
  const second = await startServer({ data: first.data });
  await expect.poll(async () => (await trashOf(second)).items).toEqual([entry]);
  expect(existsSync(join(first.data, 'trash', old.id))).toBe(false);
  await second.call('POST', `/api/trash/${entry.id}/restore`);
  expect(await fileOf(second, two)).toBe(200);
});
