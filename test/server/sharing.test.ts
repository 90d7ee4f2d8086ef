import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import type { Workflow } from '../../workflows/workflow.ts';
import { type Answer, scratch, startServer, type TestServer } from './server.ts';
import { unzipped } from './unzip.ts';

const root = join(import.meta.dirname, '../..');
const cat = join(root, 'workflows/samples/queries/cat-face.png');
const fruit = join(root, 'workflows/samples/pictures/fruit');

/** A search among the pictures of a folder for one picture. */
const search = (folder: string, query: string): Workflow => ({
  format: 'patchbay',
  version: 1,
  name: 'My 猫 search',
  nodes: [
    { id: 'folder', type: 'image/load-folder', params: { path: folder } },
    { id: 'query', type: 'image/load-image', params: { path: query } },
  ],
  edges: [],
  outputs: [
    { name: 'pictures', node: 'folder', port: 'images' },
    { name: 'query', node: 'query', port: 'images' },
  ],
});

const names = (value: unknown) => (value as { items: { path: string }[] }).items.map(({ path }) => path);

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

async function upload(
  to: TestServer,
  path: string,
  bytes: Uint8Array,
  name = 'any',
): Promise<Pick<Answer, 'status' | 'json'>> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  const answer = await fetch(new URL(path, to.url), { method: 'POST', body: form });
  return { status: answer.status, json: JSON.parse(await answer.text()) };
}

async function saved(workflow: Workflow): Promise<string> {
  return (await server.call('POST', '/api/workflows', { workflow })).json.id;
}

async function shared(id: string): Promise<Buffer> {
  const answer = await fetch(new URL(`/api/workflows/${id}/shared`, server.url));
  expect(answer.headers.get('content-disposition')).toContain('.patchbay.zip');
  return Buffer.from(await answer.arrayBuffer());
}

const openShared = (archive: Buffer, name: string, to = server) => upload(to, '/api/shared', archive, name);

/** A folder outside of the data folder, with a subfolder, a hidden file and a link in a circle. */
function pictures(): string {
  const folder = join(scratch(), '我的 photos');
  mkdirSync(join(folder, 'more'), { recursive: true });
  copyFileSync(cat, join(folder, 'cat "1".png'));
  copyFileSync(join(fruit, readdirSync(fruit)[0] as string), join(folder, 'more', 'fruit.png'));
  writeFileSync(join(folder, '.secret'), 'x');
  writeFileSync(join(folder, 'holiday.mp4'), 'a video');
  symlinkSync(folder, join(folder, 'more', 'again'));
  return folder;
}

test('a shared workflow has the files it reads, gives the same results elsewhere, and names no folder of its maker', async () => {
  const folder = pictures();
  const { hash } = (await upload(server, '/api/assets', readFileSync(cat))).json;
  const workflow = search(folder, `asset:${hash}/My cat.png`);
  const archive = await shared(await saved(workflow));
  const files = await unzipped(archive);
  expect([...files.keys()].sort()).toEqual([
    'files/My cat.png',
    'files/我的 photos/cat _1_.png',
    'files/我的 photos/more/fruit.png',
    'workflow.json',
  ]);
  const text = files.get('workflow.json')?.toString() ?? '';
  expect(text).not.toContain(folder);
  expect(JSON.parse(text).nodes.map(({ params }: { params: { path: string } }) => params.path)).toEqual([
    'files/我的 photos',
    'files/My cat.png',
  ]);

  const friend = await startServer();
  const opened = await openShared(archive, 'From Ana.patchbay.zip', friend);
  expect(opened.status).toBe(201);
  expect(opened.json.folder).toMatch(/^uploads:From Ana-[0-9a-f]{8}$/);
  const again = await openShared(archive, 'From Ana.patchbay.zip', friend);
  expect(again.json).toEqual(opened.json);
  expect(readdirSync(join(friend.data, 'files'))).toHaveLength(1);
  const moved = JSON.parse(opened.json.workflow) as Workflow;
  for (const node of moved.nodes)
    node.params = { ...node.params, path: `${opened.json.folder}/${node.params?.path}` };
  const run = await friend.ended((await friend.submit(moved)).id);
  expect(run.status).toBe('completed');
  expect(names(run.outputs.pictures)).toEqual(['cat _1_.png', 'more/fruit.png']);
  expect(names(run.outputs.query)).toEqual(['My cat.png']);
});

/** A folder whose pictures get the categories of sets. */
const sorted = (folder: string, ...sets: string[]): Workflow => ({
  format: 'patchbay',
  version: 1,
  name: 'Sorted',
  nodes: [
    { id: 'folder', type: 'image/load-folder', params: { path: folder } },
    ...sets.map((set, i) => ({ id: `set${i}`, type: 'label/label-set', params: { set } })),
  ],
  edges: sets.map((_, i) => ({
    from: { node: 'folder', port: 'images' },
    to: { node: `set${i}`, port: 'images' },
  })),
  outputs: sets.map((_, i) => ({ name: `labels${i}`, node: `set${i}`, port: 'labels' })),
});

const at = (set: string, more = '') => `/api/label-sets/${encodeURIComponent(set)}${more}`;

/** Makes a set in which one picture of a folder is good and the others are not sorted. */
async function makeSet(on: TestServer, name: string, folder: string, file = 'cat "1".png'): Promise<void> {
  const set = (await on.call('POST', '/api/label-sets', { name, categories: [{ name: 'good' }] })).json;
  const { status } = await on.call('POST', at(name, '/changes'), {
    changes: [{ path: join(folder, file), category: set.categories[0].id }],
  });
  expect(status).toBe(200);
  await on.call('POST', at(name, '/import'), { from: 'folder', path: folder });
}

test('a shared workflow has its category sets; one of the same name stays, and the new one gets a number', async () => {
  const folder = pictures();
  await makeSet(server, 'Gut & böse', folder);
  const exported = await fetch(new URL(at('Gut & böse', '/export'), server.url));
  const file = join(scratch(), 'mine.json');
  writeFileSync(file, Buffer.from(await exported.arrayBuffer()));
  const archive = await shared(await saved(sorted(folder, 'Gut & böse', file, 'Not there')));
  const files = await unzipped(archive);
  const set = files.get('sets/Gut & böse.json')!.toString();
  expect(set).not.toContain(folder);
  expect(set).toContain('files/我的 photos/more/fruit.png');
  const params = (text: string) =>
    (JSON.parse(text) as Workflow).nodes.slice(1).map((node) => node.params?.set);
  expect(params(files.get('workflow.json')!.toString())).toEqual([
    'sets/Gut & böse.json',
    'files/mine.json',
    'Not there',
  ]);

  const friend = await startServer({ keep: true });
  await makeSet(friend, 'Gut & böse', pictures(), 'more/fruit.png');
  const labels = async (name: string) => (await friend.call('GET', at(name, '/labels'))).json.items;
  const before = await labels('Gut & böse');
  const opened = (await openShared(archive, 'Ana.zip', friend)).json;
  expect(opened.sets).toEqual([{ name: 'Gut & böse', as: 'Gut & böse 2' }]);
  expect(params(opened.workflow)).toEqual(['Gut & böse 2', 'files/mine.json', 'Not there']);
  expect(await labels('Gut & böse')).toEqual(before);
  // Its pictures are those that came with it.
  const shown = (await friend.call('GET', at('Gut & böse 2', '/pictures'))).json.items;
  expect(shown.map(({ path }: { path: string }) => path).sort()).toEqual([
    `${opened.folder}/files/我的 photos/cat _1_.png`,
    `${opened.folder}/files/我的 photos/more/fruit.png`,
  ]);
  expect(shown.every(({ ref }: { ref?: string }) => ref !== undefined)).toBe(true);
  const run = await friend.ended(
    (await friend.submit(sorted(`${opened.folder}/files/我的 photos`, 'Gut & böse 2'))).id,
  );
  expect(run).toMatchObject({
    status: 'completed',
    outputs: { labels0: [{ label: 'good' }, { label: null }] },
  });

  // Under another name it is unpacked again. A set with the same labels is used as it is.
  expect((await openShared(archive, 'Again.zip', friend)).json.sets).toEqual(opened.sets);
  // The same file again, also after its set was changed here, takes no second copy.
  const [{ hash }] = await labels('Gut & böse 2');
  await friend.call('POST', at('Gut & böse 2', '/changes'), { changes: [{ hash, category: null }] });
  expect((await openShared(archive, 'Ana.zip', friend)).json.sets).toEqual(opened.sets);
}, 120_000);

test('a shared file with a category set runs from the command line, packed or unpacked by hand', async () => {
  const folder = pictures();
  await makeSet(server, 'Headless', folder);
  const archive = await shared(await saved(sorted(folder, 'Headless')));
  const place = scratch();
  writeFileSync(join(place, 'shared.zip'), archive);
  for (const [name, bytes] of await unzipped(archive)) {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), bytes);
  }
  const env = { ...process.env, PATCHBAY_DATA: scratch() };
  for (const file of ['shared.zip', 'workflow.json']) {
    const args = [join(root, 'dist/server/cli.js'), 'run', file, '--json', '--device', 'cpu'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: place });
    expect(JSON.parse(stdout).outputs.labels0, file).toMatchObject([{ label: 'good' }, { label: null }]);
  }
});

test('a shared file runs from the command line, packed or unpacked by hand', async () => {
  const archive = await shared(await saved(search(pictures(), 'sample:queries/cat-face.png')));
  const folder = scratch();
  writeFileSync(join(folder, 'shared.zip'), archive);
  const env = { ...process.env, PATCHBAY_DATA: scratch() };
  const run = async (file: string) => {
    const args = [join(root, 'dist/server/cli.js'), 'run', file, '--json', '--device', 'cpu'];
    return JSON.parse((await promisify(execFile)(process.execPath, args, { env, cwd: folder })).stdout);
  };
  const packed = await run('shared.zip');
  expect(names(packed.outputs.pictures)).toEqual(['cat _1_.png', 'more/fruit.png']);
  for (const [name, bytes] of await unzipped(archive)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  expect((await run('workflow.json')).outputs.pictures).toMatchObject({
    items: packed.outputs.pictures.items.map(({ path }: { path: string }) => ({ path })),
  });
  const lost = search('C:\\Users\\Ana\\trip', 'sample:queries/cat-face.png');
  lost.inputs = [{ name: 'my pictures', node: 'folder', param: 'path' }];
  writeFileSync(join(folder, 'lost.json'), JSON.stringify(lost));
  const args = [join(root, 'dist/server/cli.js'), 'run', 'lost.json', '--device', 'cpu'];
  const failed = await promisify(execFile)(process.execPath, args, { env, cwd: folder }).catch(
    (error) => error,
  );
  expect(failed.stderr).toMatch(/was not found.*Say where it is with --input "my pictures=PATH"\./);
  writeFileSync(join(folder, 'other.zip'), archive.subarray(0, 200));
  const refused = await run('other.zip').catch((error) => error);
  expect([refused.code, JSON.parse(refused.stdout).problems[0].code]).toEqual([2, 'share.not-zip']);
});

describe('paths of a workflow', () => {
  test('are answered with what is there and how to write them for others', async () => {
    const folder = pictures();
    const uploaded = (await upload(server, '/api/files?path=holiday/cat.png', readFileSync(cat))).json;
    expect(uploaded).toEqual({ path: 'uploads:holiday/cat.png', folder: 'uploads:holiday' });
    const paths = [
      folder,
      'holiday',
      join(server.data, 'files', 'holiday'),
      'uploads:holiday/cat.png',
      'sample:pictures/fruit',
      '/nowhere/at all',
      'C:\\Users\\Ana\\Pictures',
      'uploads:../x',
    ];
    const { json } = await server.call('POST', '/api/files/inspect', { paths, sizes: true });
    const facts = json.items.map(({ written, kind, files }: Record<string, unknown>) => [
      written,
      kind,
      files,
    ]);
    expect(facts).toEqual([
      [folder, 'folder', 2],
      ['uploads:holiday', 'folder', 1],
      ['uploads:holiday', 'folder', 1],
      ['uploads:holiday/cat.png', 'file', 1],
      ['sample:pictures/fruit', 'folder', readdirSync(fruit).length],
      ['/nowhere/at all', 'missing', undefined],
      ['C:\\Users\\Ana\\Pictures', 'missing', undefined],
      ['uploads:../x', 'forbidden', undefined],
    ]);
    expect(json.items[3].bytes).toBe(readFileSync(cat).length);
  });

  test('below uploads work in a run, and count as users of the folder', async () => {
    await upload(server, '/api/files?path=beach/a.png', readFileSync(cat));
    const workflow = search('uploads:beach', 'uploads:beach/a.png');
    const run = await server.ended((await server.submit(workflow)).id);
    expect([run.status, names(run.outputs.pictures)]).toEqual(['completed', ['a.png']]);
    await saved(workflow);
    const { json } = await server.call('GET', '/api/trash/preview?kind=uploads&key=beach');
    expect(json.usedBy.names).toContain('My 猫 search');
  });
});

test('a folder with the same files is found, and one with other files is not', async () => {
  const bytes = readFileSync(cat);
  for (const path of ['trip/a.png', 'trip/b/c.png', 'trip-2/a.png'])
    await upload(server, `/api/files?path=${path}`, bytes);
  const same = async (files: Record<string, number>, unfinished: string[] = []) =>
    (
      await server.call('POST', '/api/files/same', {
        name: 'trip',
        unfinished,
        files: Object.entries(files).map(([path, size]) => ({ path, bytes: size })),
      })
    ).json.name;
  expect(await same({ 'a.png': bytes.length, 'b/c.png': bytes.length })).toBe('trip');
  expect(await same({ 'a.png': bytes.length })).toBe('trip-2');
  expect(await same({ 'a.png': bytes.length, 'b/c.png': 1 })).toBeNull();
  const more = { 'a.png': bytes.length, 'b/c.png': bytes.length, 'd.png': 1 };
  expect(await same(more)).toBeNull();
  // An upload that was cut off goes on in its folder, unless the folder has another file by now.
  expect(await same(more, ['trip'])).toBe('trip');
  expect(await same({ 'a.png': bytes.length, 'd.png': 1 }, ['trip'])).toBeNull();
});

test('what a run wrote is one archive, also below a folder', async () => {
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    name: 'Keep',
    nodes: [
      { id: 'f', type: 'image/load-folder', params: { path: 'sample:pictures/fruit', limit: 3 } },
      { id: 's', type: 'image/save-images', params: { folder: 'kept', layout: 'label' } },
    ],
    edges: [{ from: { node: 'f', port: 'images' }, to: { node: 's', port: 'images' } }],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  const zip = async (query = '') => {
    const answer = await fetch(new URL(`/api/runs/${run.id}/zip${query}`, server.url));
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const all = await unzipped((await zip()).bytes);
  expect([...all.keys()].every((name) => /^Keep\/kept\/no category\/.*\.png$/.test(name))).toBe(true);
  expect(all.size).toBe(3);
  expect((await unzipped((await zip('?path=kept')).bytes)).size).toBe(3);
  expect((await zip('?path=none')).status).toBe(404);
  expect((await zip('?path=../..')).status).toBe(404);
});

describe('a shared file that is not harmless', () => {
  const workflow = Buffer.from(JSON.stringify(search('files/a', 'files/a/x.png')));
  const archiveOf = async (fill: (zip: ZipFile) => void): Promise<Buffer> => {
    const zip = new ZipFile();
    zip.addBuffer(workflow, 'workflow.json');
    fill(zip);
    zip.end();
    const parts: Buffer[] = [];
    for await (const part of zip.outputStream) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  /** The archive with a name replaced by one of the same length, everywhere. */
  const renamed = (archive: Buffer, from: string, to: string) =>
    Buffer.from(archive.toString('latin1').replaceAll(from, to), 'latin1');
  const before = () => readdirSync(join(server.data, 'files')).sort();

  test.each([
    ['leads out of its folder', 'aa/bb/x.png', '../../x.png', 'share.unsafe'],
    ['has an absolute name', 'aa/bb/x.png', '/etc/xx.png', 'share.unsafe'],
    ['has a drive', 'aa/bb/x.png', 'C:/bb/x.png', 'share.unsafe'],
    ['has a device', 'aa/bb/x.png', 'aa/aux/xxxx', 'share.unsafe'],
  ])('%s', async (_, from, to, code) => {
    const files = before();
    const archive = await archiveOf((zip) => zip.addBuffer(readFileSync(cat), from));
    const { status, json } = await openShared(renamed(archive, from, to), 'evil.zip');
    expect([status, json.error.code]).toEqual([422, code]);
    expect(before()).toEqual(files);
    expect(existsSync(join(server.data, 'x.png'))).toBe(false);
  });

  test('is a link, a bomb, damaged, without workflow, or no archive at all', async () => {
    const files = before();
    const link = await archiveOf((zip) =>
      zip.addBuffer(Buffer.from('/etc/passwd'), 'l.png', { mode: 0o120777 }),
    );
    const bomb = await archiveOf((zip) => zip.addBuffer(Buffer.alloc(64 * 1024 * 1024), 'big.png'));
    const good = await archiveOf((zip) => zip.addBuffer(readFileSync(cat), 'x.png', { compress: false }));
    const at = good.indexOf(readFileSync(cat));
    const damaged = Buffer.from(good);
    damaged[at + 100] = (damaged[at + 100] as number) ^ 255;
    expect(crc32(damaged)).not.toBe(crc32(good));
    const twice = await archiveOf((zip) => {
      zip.addBuffer(Buffer.from('1'), 'a/X.png');
      zip.addBuffer(Buffer.from('2'), 'a/x.png');
    });
    const cases: [Buffer, string][] = [
      [link, 'share.unsafe'],
      [bomb, 'share.bomb'],
      [damaged, 'share.damaged'],
      [twice, 'share.unsafe'],
      [renamed(good, 'workflow.json', 'workflaw.json'), 'share.no-workflow'],
      [Buffer.from('{"format":"patchbay"}'), 'share.not-zip'],
      [Buffer.alloc(0), 'share.not-zip'],
    ];
    for (const [archive, code] of cases) {
      const { status, json } = await openShared(archive, 'evil.zip');
      expect([status, json.error.code]).toEqual([422, code]);
    }
    expect(before()).toEqual(files);
    expect(readdirSync(join(server.data, 'uploads'))).toEqual([]);
  });

  test('one that somebody zipped again on a Mac still opens', async () => {
    const zip = new ZipFile();
    zip.addBuffer(workflow, 'Shared/workflow.json');
    zip.addBuffer(readFileSync(cat), 'Shared/files/a/caf\u0065\u0301.png');
    zip.addBuffer(Buffer.from('x'), '__MACOSX/Shared/._workflow.json');
    zip.addBuffer(Buffer.from('x'), 'Shared/.DS_Store');
    zip.end();
    const parts: Buffer[] = [];
    for await (const part of zip.outputStream) parts.push(part as Buffer);
    const { status, json } = await openShared(Buffer.concat(parts), 'Shared.zip');
    expect(status).toBe(201);
    const folder = join(server.data, 'files', json.folder.replace('uploads:', ''));
    expect(readdirSync(folder).sort()).toEqual(['files', 'workflow.json']);
  });
});
