import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { scratch, startServer, type TestServer } from './server.ts';

let server: TestServer;
const home = scratch();
beforeAll(async () => {
  server = await startServer({ keep: true, env: { HOME: home, USERPROFILE: home } });
});

const cat = readFileSync(join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png'));
const list = (path: string) => server.call('GET', `/api/files?path=${encodeURIComponent(path)}`);

async function upload(path: string, bytes: Uint8Array | string) {
  const form = new FormData();
  form.append('file', new Blob([bytes as string]), 'any');
  const url = new URL(`/api/files?path=${encodeURIComponent(path)}`, server.url);
  const response: Response = await fetch(url, { method: 'POST', body: form });
  return { status: response.status, json: (await response.json()) as { path: string; folder: string } };
}

test('the places are the samples, the uploads and the home folder of whoever runs the server', async () => {
  const { json } = await list('');
  expect(json.folders.map(({ place }: { place: string }) => place)).toEqual(['samples', 'uploads', 'home']);
  expect(json.parent).toBeNull();
});

test('samples are named so that a workflow runs on another machine, and their pictures can be seen', async () => {
  const { json } = await list('sample:');
  expect(json).toMatchObject({
    path: 'sample:',
    parent: '',
    folders: expect.arrayContaining([{ name: 'pictures', path: 'sample:pictures' }]),
  });
  const { json: one } = await list('sample:queries/cat-face.png');
  expect(one).toMatchObject({
    parent: 'sample:queries',
    files: [{ name: 'cat-face.png', bytes: cat.length }],
  });
  const seen = await fetch(new URL(`/api/pictures/${one.files[0].ref}/thumbnail?edge=64`, server.url));
  expect(seen.status).toBe(200);
});

test('nothing outside of the places can be listed, by any name of it', async () => {
  const outside = scratch();
  writeFileSync(join(outside, 'secret.png'), cat);
  symlinkSync(outside, join(home, 'way-out'));
  mkdirSync(join(home, 'photos'));
  for (const path of [outside, join(home, 'way-out'), join(home, '..'), '/', `file://${outside}`, '../../..'])
    expect((await list(path)).status, path).toBe(403);
  expect((await list('sample:../..')).status).toBe(403);
  expect((await list(join(home, 'photos'))).status).toBe(200);
  expect((await list(join(home, 'none'))).status).toBe(404);
  expect((await list(outside)).json.error.message).toMatch(/\.$/);
});

test('hidden entries and links are not listed', async () => {
  writeFileSync(join(home, '.token'), 'x');
  const { json } = await list(home);
  expect(json.folders.map(({ name }: { name: string }) => name)).toEqual(['photos']);
  expect(json.files).toEqual([]);
});

test('a server that others may call does not show the home folder', async () => {
  const open = await startServer({
    args: ['--host', '0.0.0.0', '--token', 'a-token-of-some-length'],
    env: { HOME: home },
  });
  const { json } = await open.call('GET', '/api/files', undefined, {
    authorization: 'Bearer a-token-of-some-length',
    host: '127.0.0.1',
  });
  expect(json.folders.map(({ place }: { place: string }) => place)).toEqual(['samples', 'uploads']);
});

test('a folder that is uploaded file by file can be loaded as one', async () => {
  expect((await upload('mine/one.png', cat)).status).toBe(201);
  const { json } = await upload('mine/deep/two.png', cat);
  const listed = await list(json.folder);
  expect(listed.json.files.map(({ name }: { name: string }) => name)).toEqual(['one.png']);
  const workflow = {
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: [{ id: 'a', type: 'image/load-folder', params: { path: json.folder } }],
    edges: [],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  expect(run.outputs['a.images']).toMatchObject({ count: 2 });
});

test('an upload replaces nothing, and the same file again is no conflict', async () => {
  expect((await upload('keep.txt', 'first')).status).toBe(201);
  expect((await upload('keep.txt', 'first')).status).toBe(201);
  expect((await upload('keep.txt', 'second')).status).toBe(409);
  expect(readFileSync(join(server.data, 'files', 'keep.txt'), 'utf8')).toBe('first');
});

test('an upload cannot leave its folder', async () => {
  for (const path of [
    '../x.png',
    '/etc/x',
    'a//b',
    'a/../../b',
    'C:\\x',
    'a\\b',
    '.hidden',
    'con',
    'a/.',
    ' /..',
  ])
    expect((await upload(path, 'x')).status, path).toBe(400);
});
