import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Label, LabelsNotice } from '../../server/contract/labels.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { connect, scratch, startServer, type TestServer } from './server.ts';
import { unzipped } from './unzip.ts';

const SAMPLES = join(import.meta.dirname, '../../workflows/samples/pictures');
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const anyHash = (n: number) => createHash('sha256').update(`${n}`).digest('hex');

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const at = (name: string, more = '') => `/api/label-sets/${encodeURIComponent(name)}${more}`;
const post = (path: string, body: unknown, on = server) => on.call('POST', path, body);

/** Makes a set with the categories cat and dog. @returns their ids */
async function pets(name: string, on = server): Promise<[string, string]> {
  const { status, json } = await post(
    '/api/label-sets',
    { name, categories: [{ name: 'cat' }, { name: 'dog' }] },
    on,
  );
  expect(status).toBe(201);
  return json.categories.map(({ id }: { id: string }) => id);
}

/**
 * A folder with pictures in `cats` and `dogs` and their hashes by path. Each call has pictures of its own content, so that what one test
 * uploads is not found by another.
 */
function photos(): { folder: string; hashes: Record<string, string> } {
  const folder = scratch();
  const files = { 'cats/a.png': 'animals/black-cat-fluent.png', 'dogs/b.png': 'animals/cat-face-fluent.png' };
  const hashes: Record<string, string> = {};
  for (const [path, from] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    cpSync(join(SAMPLES, from), join(folder, path));
    // Bytes after the end of a PNG change nothing that is seen.
    appendFileSync(join(folder, path), folder);
    hashes[path] = sha256(join(folder, path));
  }
  return { folder, hashes };
}

test('a set is created, listed, renamed, deleted to the trash and restored', async () => {
  const [cat] = await pets('Häuser & Tiere');
  const changed = await post(at('Häuser & Tiere', '/changes'), {
    changes: [{ hash: anyHash(1), category: cat }],
  });
  expect(changed).toMatchObject({ status: 200, json: { revision: 1, set: { labelled: 1 } } });
  expect((await post('/api/label-sets', { name: 'HÄUSER & tiere' })).json.error).toMatchObject({
    code: 'labels.name-taken',
  });
  expect((await post('/api/label-sets', { name: '../x' })).status).toBe(422);
  expect(await server.call('PUT', at('Häuser & Tiere'), { name: 'Tiere' })).toMatchObject({
    status: 200,
    json: { name: 'Tiere', labelled: 1, revision: 1 },
  });
  expect((await server.call('GET', at('Häuser & Tiere'))).status).toBe(404);
  const { json: list } = await server.call('GET', '/api/label-sets');
  expect(list.items.map(({ name }: { name: string }) => name)).toContain('Tiere');

  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    name: 'uses Tiere',
    nodes: [{ id: 'set', type: 'label/label-set', params: { set: 'Tiere' } }],
    edges: [],
  };
  await post('/api/workflows', { workflow });
  const preview = await server.call('GET', '/api/trash/preview?kind=labels&key=Tiere');
  expect(preview.json).toMatchObject({
    title: 'Tiere',
    files: 1,
    usedBy: { total: 1, names: ['uses Tiere'] },
  });
  const { json: entry } = await server.call('DELETE', at('Tiere'));
  expect(entry).toMatchObject({ kind: 'labels', key: 'Tiere', title: 'Tiere', files: 1 });
  expect((await server.call('DELETE', at('Tiere'))).status).toBe(404);
  expect((await server.call('GET', '/api/trash/preview?kind=labels&key=Tiere')).status).toBe(404);
  for (const key of ['..%2Fjournal', '%2e%2e', '.'])
    expect((await server.call('GET', `/api/trash/preview?kind=labels&key=${key}`)).status).toBe(404);

  await pets('Tiere');
  expect(await post(`/api/trash/${entry.id}/restore`, undefined)).toMatchObject({
    status: 409,
    json: { error: { code: 'trash.labels-taken' } },
  });
  await server.call('DELETE', at('Tiere'));
  expect((await post(`/api/trash/${entry.id}/restore`, undefined)).status).toBe(200);
  const { json: labels } = await server.call('GET', at('Tiere', '/labels'));
  expect(labels.items).toMatchObject([{ hash: anyHash(1), category: cat }]);
});

test('a picture is named by hash, by the ref of a result or by its path, and those that are gone are told', async () => {
  const { folder, hashes } = photos();
  const [cat, dog] = await pets('Named');
  const upload = async (to: string, name: string) => {
    const form = new FormData();
    form.append('file', new Blob([readFileSync(join(folder, name))]), 'picture.png');
    return (await (await fetch(new URL(to, server.url), { method: 'POST', body: form })).json()) as {
      hash: string;
    };
  };
  await upload('/api/files?path=named/a.png', 'cats/a.png');
  const { json: listing } = await server.call('GET', '/api/files?path=uploads:named');
  const { ref } = listing.files[0];
  const { hash: asset } = await upload('/api/assets', 'dogs/b.png');

  const named = await post('/api/pictures/hashes', {
    pictures: [
      { ref },
      { path: join(folder, 'dogs/b.png') },
      { path: `asset:${asset}/b.png` },
      { path: 'gone.png' },
      { ref: 'x.y' },
    ],
  });
  expect(named.json.items).toEqual([
    { hash: hashes['cats/a.png'], path: 'uploads:named/a.png' },
    { hash: hashes['dogs/b.png'], path: join(folder, 'dogs/b.png') },
    { hash: asset, path: `asset:${asset}` },
    expect.objectContaining({ hash: null, code: 'image.not-found' }),
    expect.objectContaining({ hash: null, code: 'labels.unknown-ref' }),
  ]);

  const { status, json } = await post(at('Named', '/changes'), {
    changes: [
      { ref, category: cat },
      { path: join(folder, 'gone.png'), category: cat },
      { path: join(folder, 'dogs/b.png'), not: [cat], category: dog },
      { hash: anyHash(5), path: 'uploads:x.png', category: dog, by: { kind: 'model', name: 'probe' } },
    ],
    by: { kind: 'person', name: 'Ana' },
  });
  expect(status).toBe(200);
  expect(json.skipped).toMatchObject([
    { at: 1, code: 'image.not-found', message: expect.stringMatching(/\.$/) },
  ]);
  expect(json.labels).toMatchObject([
    {
      hash: hashes['cats/a.png'],
      path: 'uploads:named/a.png',
      category: cat,
      by: { kind: 'person', name: 'Ana' },
    },
    { hash: hashes['dogs/b.png'], category: dog, not: [cat] },
    { hash: anyHash(5), path: 'uploads:x.png', by: { kind: 'model', name: 'probe' } },
  ]);
  expect(json.set.categories.map(({ count }: { count: number }) => count)).toEqual([1, 2]);
  const undone = await post(at('Named', '/changes'), json.undo[0]);
  expect(undone.json.set).toMatchObject({ labelled: 0, ruledOut: 0, revision: 2 });
});

test('what does not fit is refused with a sentence, and nothing changes', async () => {
  const [cat] = await pets('Strict');
  for (const [body, status, code] of [
    [{ changes: [{ category: cat }] }, 400, /^request\./],
    [{ changes: [{ hash: 'abc', category: cat }] }, 400, /^request\./],
    [{ changes: [{ hash: anyHash(1), category: cat, extra: 1 }] }, 400, /^request\./],
    [{ changes: [{ hash: anyHash(1), category: 'none' }] }, 422, /^labels\.no-category$/],
    [{ edits: [{ op: 'add', name: '  ' }] }, 400, /^request\./],
    [{ edits: [{ op: 'add', name: 'a\nb' }] }, 400, /^request\./],
    [{ edits: [{ op: 'add', name: 'new', key: 10 }] }, 400, /^request\./],
    [{ edits: [{ op: 'add', name: 'new', color: 'red' }] }, 400, /^request\./],
    [{ edits: [{ op: 'rename', name: 'new' }] }, 400, /^request\./],
    [
      { changes: Array.from({ length: 10_001 }, (_, n) => ({ hash: anyHash(n), category: cat })) },
      400,
      /^request\./,
    ],
  ] as const) {
    const answer = await post(at('Strict', '/changes'), body);
    expect([answer.status, answer.json.error.code], JSON.stringify(body).slice(0, 80)).toEqual([
      status,
      expect.stringMatching(code),
    ]);
    expect(answer.json.error.message).toMatch(/\.$/);
  }
  expect((await server.call('GET', at('Strict'))).json).toMatchObject({ revision: 0, labelled: 0 });
  for (const path of [at('nothing', '/labels'), at('..%2Fjournal'), at('nothing', '/export')])
    expect((await server.call('GET', path)).status, path).toBe(404);
  expect((await server.call('GET', at('Strict', '/labels?cursor=x'))).status).toBe(400);
  expect((await server.call('GET', at('Strict', '/labels?limit=0'))).status).toBe(400);
  const elsewhere = { origin: 'https://evil.example' };
  expect((await server.call('POST', at('Strict', '/changes'), {}, elsewhere)).status).toBe(403);
});

test('windows hear of each change, and read only what changed', async () => {
  const client = connect(server);
  const notices: LabelsNotice[] = [];
  await new Promise<void>((resolve) => client.socket.once('connect', resolve));
  client.socket.on('labels:changed', (notice) => notices.push(notice));
  const [cat] = await pets('Live');
  const [one, two] = await Promise.all(
    [1, 2].map((n) => post(at('Live', '/changes'), { changes: [{ hash: anyHash(n), category: cat }] })),
  );
  expect([one?.json.revision, two?.json.revision].sort()).toEqual([1, 2]);
  await server.call('PUT', at('Live'), { name: 'Live 2' });
  await server.call('DELETE', at('Live 2'));
  await expect.poll(() => notices.length).toBe(5);
  expect(notices).toEqual([
    { name: 'Live', revision: 0, change: 'created' },
    { name: 'Live', revision: 1, change: 'changed' },
    { name: 'Live', revision: 2, change: 'changed' },
    { name: 'Live', revision: 2, change: 'renamed', renamedTo: 'Live 2' },
    { name: 'Live 2', revision: 2, change: 'deleted' },
  ]);
});

test('a server that is killed at any moment loses no answered label', async () => {
  const data = scratch();
  const first = await startServer({ data });
  const ids = await pets('Killed', first);
  await first.kill('SIGTERM');
  const answered = new Map<string, Label>();
  let next = 0;
  for (let kill = 0; kill < 4; kill++) {
    const own = await startServer({ data });
    const before = answered.size;
    const work = async () => {
      for (;;) {
        const n = next++;
        const answer = await post(
          at('Killed', '/changes'),
          { changes: [{ hash: anyHash(n), category: ids[n % 2] }] },
          own,
        ).catch(() => undefined);
        if (answer?.status !== 200) return;
        for (const label of answer.json.labels) answered.set(label.hash, label);
      }
    };
    const working = Promise.all([work(), work(), work()]);
    // The first answer of a new server takes a while.
    await expect.poll(() => answered.size, { timeout: 20_000 }).toBeGreaterThan(before);
    await sleep(60 + 70 * kill);
    await own.kill('SIGKILL');
    await working;
  }
  expect(answered.size).toBeGreaterThan(30);
  const last = await startServer({ data });
  const { json } = await last.call('GET', at('Killed', '/labels'));
  const found = new Map(json.items.map((label: Label) => [label.hash, label]));
  for (const [hash, label] of answered) expect(found.get(hash)).toEqual(label);
}, 120_000);

test('subfolders are imported, a moved picture keeps its category, and a run sees it', async () => {
  const { folder, hashes } = photos();
  await post('/api/label-sets', { name: 'Folders' });
  const imported = await post(at('Folders', '/import'), { from: 'subfolders', path: folder });
  expect(imported.json).toMatchObject({
    labelled: 2,
    same: 0,
    added: ['cats', 'dogs'],
    skipped: { total: 0 },
  });
  expect((await post(at('Folders', '/import'), { from: 'subfolders', path: folder })).json).toMatchObject({
    labelled: 0,
    same: 2,
    revision: 1,
  });
  const { json: labels } = await server.call('GET', at('Folders', '/labels'));
  expect(labels.items.map(({ hash }: Label) => hash).sort()).toEqual(Object.values(hashes).sort());
  expect(labels.items[0].by.kind).toBe('folder');

  const moved = join(folder, 'all');
  mkdirSync(moved);
  renameSync(join(folder, 'cats/a.png'), join(moved, 'one.png'));
  renameSync(join(folder, 'dogs/b.png'), join(moved, 'two.png'));
  cpSync(join(SAMPLES, 'fruit', 'banana-fluent.png'), join(moved, 'three.png'));
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    name: 'labelled',
    nodes: [
      { id: 'load', type: 'image/load-folder', params: { path: moved } },
      { id: 'set', type: 'label/label-set', params: { set: 'Folders' } },
    ],
    edges: [{ from: { node: 'load', port: 'images' }, to: { node: 'set', port: 'images' } }],
    outputs: [
      { name: 'labels', node: 'set', port: 'labels' },
      { name: 'open', node: 'set', port: 'unlabelled' },
    ],
  };
  const run = async () => server.ended((await server.submit(workflow)).id);
  const first = await run();
  expect(first.outputs).toMatchObject({
    labels: [
      { item: { path: 'one.png' }, label: 'cats' },
      { item: { path: 'three.png', label: null }, label: null },
      { item: { path: 'two.png' }, label: 'dogs' },
    ],
    open: { items: [{ path: 'three.png' }] },
  });
  expect((await run()).nodes.set).toMatchObject({ status: 'cached' });
  // Its cached result does not outlive a change of the set.
  const dogs = (await server.call('GET', at('Folders'))).json.categories[1].id;
  await post(at('Folders', '/changes'), { changes: [{ path: join(moved, 'three.png'), category: dogs }] });
  expect((await run()).outputs).toMatchObject({
    labels: [{ label: 'cats' }, { label: 'dogs' }, { label: 'dogs' }],
    open: { items: [] },
  });
});

test('a set comes back from each of its exports', async () => {
  const { folder } = photos();
  await post('/api/label-sets', { name: 'Export' });
  await post(at('Export', '/import'), { from: 'subfolders', path: folder });
  const { json: set } = await server.call('GET', at('Export'));
  const [cats, dogs] = set.categories.map(({ id }: { id: string }) => id);
  const odd = '=1+1, "x"|y';
  await post(at('Export', '/changes'), {
    edits: [{ op: 'add', id: 'odd', name: odd, key: 7, color: '#010203' }],
    changes: [
      {
        hash: anyHash(1),
        path: 'uploads:-a,"b".png',
        category: 'odd',
        not: [cats],
        by: { kind: 'model', name: 'a:b' },
      },
      { hash: anyHash(2), not: ['odd', dogs] },
    ],
  });
  const entries = async (name: string) => {
    const { json: found } = await server.call('GET', at(name));
    const names = new Map(
      found.categories.map(({ id, name: own }: { id: string; name: string }) => [id, own]),
    );
    const { json: page } = await server.call('GET', at(name, '/labels'));
    return page.items
      .map(({ hash, path, category, not, by, at: when }: Label) => [
        hash,
        path,
        names.get(category ?? ''),
        not.map((id) => names.get(id)).sort(),
        by,
        when,
      ])
      .sort();
  };
  const original = await entries('Export');

  const csv = await server.call('GET', at('Export', '/export?format=csv'));
  expect(csv.headers.get('content-disposition')).toContain('Export.csv');
  expect(
    Buffer.from(
      await (await fetch(new URL(at('Export', '/export?format=csv'), server.url))).arrayBuffer(),
    ).subarray(0, 3),
  ).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  // A spreadsheet must not run a category as a formula.
  const text = String(csv.json);
  expect(text).toContain('"\'=1+1, ""x""|y"');
  await post('/api/label-sets', { name: 'From CSV' });
  expect((await post(at('From CSV', '/import'), { from: 'csv', text })).json).toMatchObject({
    labelled: 3,
    skipped: { total: 0 },
  });
  expect(await entries('From CSV')).toEqual(original);
  const semicolons = (
    await server.call('GET', at('Export', '/export?format=csv&separator=semicolon&excel=false'))
  ).json;
  expect(String(semicolons)).toMatch(/^path;category;/);
  await post('/api/label-sets', { name: 'From semicolons' });
  await post(at('From semicolons', '/import'), { from: 'csv', text: String(semicolons) });
  expect(await entries('From semicolons')).toEqual(original);

  const { json: whole } = await server.call('GET', at('Export', '/export'));
  await post('/api/label-sets', {
    name: 'From JSON',
    categories: [{ name: 'dogs', color: '#ffffff', key: 1 }],
  });
  await post(at('From JSON', '/import'), { from: 'json', text: JSON.stringify(whole) });
  expect(await entries('From JSON')).toEqual(original);
  const { json: fromJson } = await server.call('GET', at('From JSON'));
  expect(
    fromJson.categories.map((one: { name: string; color: string; key: number }) => [
      one.name,
      one.color,
      one.key,
    ]),
  ).toEqual([
    ['dogs', '#ffffff', 1],
    ['cats', set.categories[0].color, 2],
    [odd, '#010203', 7],
  ]);

  const below = (path: string) => `&folder=${encodeURIComponent(path)}`;
  const metadata = String(
    (await server.call('GET', at('Export', `/export?format=metadata-csv${below(folder)}`))).json,
  );
  expect(metadata).toBe('file_name,label\r\ncats/a.png,cats\r\ndogs/b.png,dogs\r\n');
  const { json: line } = await server.call(
    'GET',
    at('Export', `/export?format=metadata-jsonl${below(join(folder, 'cats'))}`),
  );
  expect(line).toEqual({ file_name: 'a.png', label: 'cats' });
  writeFileSync(join(folder, 'metadata.csv'), metadata);
  await post('/api/label-sets', { name: 'From metadata' });
  expect(
    (await post(at('From metadata', '/import'), { from: 'imagefolder', path: folder })).json,
  ).toMatchObject({ labelled: 2 });

  const zip = await fetch(new URL(at('Export', '/export?format=zip'), server.url));
  const files = await unzipped(Buffer.from(await zip.arrayBuffer()));
  expect([...files.keys()].sort()).toEqual(['cats/a.png', 'dogs/b.png', 'left-out.txt', 'metadata.csv']);
  expect(files.get('metadata.csv')?.toString()).toBe(metadata);
  expect(files.get('cats/a.png')).toEqual(readFileSync(join(folder, 'cats/a.png')));
  // A picture that changed is another picture.
  writeFileSync(join(folder, 'cats/a.png'), readFileSync(join(SAMPLES, 'fruit', 'banana-fluent.png')));
  const again = await unzipped(
    Buffer.from(await (await fetch(new URL(at('Export', '/export?format=zip'), server.url))).arrayBuffer()),
  );
  expect([...again.keys()].sort()).toEqual(['dogs/b.png', 'left-out.txt', 'metadata.csv']);
  rmSync(join(folder, 'dogs'), { recursive: true });
  expect((await server.call('GET', at('Export', '/export?format=zip'))).json.error).toMatchObject({
    code: 'labels.export-nothing',
  });
}, 60_000);

test('files that cannot be imported are refused with a sentence, and rows that cannot are named', async () => {
  const { folder } = photos();
  const [cat] = await pets('Import');
  const importing = (body: object) => post(at('Import', '/import'), body);
  for (const [body, status, code] of [
    [{ from: 'csv' }, 422, 'labels.import-what'],
    [{ from: 'subfolders', text: 'x' }, 422, 'labels.import-folder'],
    [{ from: 'csv', text: '' }, 422, 'labels.import-empty'],
    [{ from: 'csv', text: 'a,b\r\n1,2\r\n' }, 422, 'labels.import-no-picture-column'],
    [{ from: 'csv', text: 'path,b,c\r\n1,2,3\r\n' }, 422, 'labels.import-no-label-column'],
    [{ from: 'csv', text: 'path,b\r\n1,2\r\n', column: 'z' }, 422, 'labels.import-column'],
    [{ from: 'csv', text: 'path,label\r\n"1,2\r\n' }, 422, 'labels.import-quote'],
    [{ from: 'jsonl', text: '{"path":"a","label":"b"}\n[]\n' }, 422, 'labels.import-line'],
    [{ from: 'json', text: '{}' }, 422, 'labels.unreadable'],
    [{ from: 'csv', path: join(folder, 'none.csv') }, 404, 'file.not-found'],
    [{ from: 'imagefolder', path: folder }, 422, 'labels.import-no-metadata'],
    [{ from: 'subfolders', path: join(folder, 'cats') }, 422, 'labels.import-no-pictures'],
    [{ from: 'subfolders', path: join(folder, 'none') }, 404, 'folder.not-found'],
  ] as const) {
    const answer = await importing(body);
    expect([answer.status, answer.json.error?.code], JSON.stringify(body)).toEqual([status, code]);
    expect(answer.json.error.message, JSON.stringify(body)).toMatch(/^[A-Z].*\.$/s);
  }
  expect((await server.call('GET', at('Import'))).json).toMatchObject({ revision: 0 });

  await post(at('Import', '/changes'), { changes: [{ path: join(folder, 'dogs/b.png'), category: cat }] });
  const text =
    'Name;File_Name;Class\nx;cats/a.png;kitten\ny;dogs/b.png;dog\nz;gone.png;dog\nw;cats/a.png;\nv;;dog\n';
  const { json } = await importing({ from: 'csv', text, folder, name: 'mine.csv', replace: false });
  expect(json).toMatchObject({
    labelled: 1,
    kept: 1,
    added: ['kitten'],
    skipped: {
      total: 2,
      first: [
        { name: 'mine.csv', line: 6, code: 'labels.import-no-file' },
        { name: 'gone.png', line: 4, code: 'image.not-found' },
      ],
    },
  });
  const undone = await post(at('Import', '/changes'), json.undo[0]);
  expect(
    undone.json.set.categories.map(({ name, count }: { name: string; count: number }) => [name, count]),
  ).toEqual([
    ['cat', 1],
    ['dog', 0],
  ]);
});

test('a set gives its pictures, also unsorted and gone ones, and a folder brings gone ones back', async () => {
  const { folder, hashes } = photos();
  const [cat] = await pets('Opened');
  const pictures = async (more = '') => (await server.call('GET', at('Opened', `/pictures${more}`))).json;
  expect(await pictures()).toEqual({ items: [], next: null, total: 0 });
  const add = () => post(at('Opened', '/import'), { from: 'folder', path: folder });
  expect((await add()).json).toMatchObject({ labelled: 0, pictures: 2, same: 0, set: { labelled: 0 } });
  // The same folder again changes nothing.
  expect((await add()).json).toMatchObject({ pictures: 0, same: 2, revision: 1 });
  await post(at('Opened', '/changes'), { changes: [{ hash: hashes['cats/a.png'], category: cat }] });
  const first = await pictures('?limit=1');
  expect(first).toMatchObject({ next: '1', total: 2, items: [{ file: join(folder, 'cats/a.png') }] });
  const { items, next } = await pictures(`?cursor=${first.next}`);
  expect(next).toBeNull();
  expect(items).toEqual([
    {
      hash: hashes['dogs/b.png'],
      title: join(folder, 'dogs/b.png'),
      path: join(folder, 'dogs/b.png'),
      file: join(folder, 'dogs/b.png'),
      ref: expect.any(String),
    },
  ]);
  const shown = await fetch(new URL(`/api/pictures/${items[0].ref}/thumbnail?edge=64`, server.url));
  expect(shown.headers.get('content-type')).toMatch(/^image\//);

  // One is moved, the other overwritten: neither is where the set saw it, and both keep what the set says.
  mkdirSync(join(folder, 'moved'));
  renameSync(join(folder, 'cats/a.png'), join(folder, 'moved/a.png'));
  cpSync(join(SAMPLES, 'fruit/lemon-noto.png'), join(folder, 'dogs/b.png'));
  expect((await pictures()).items).toEqual([
    { hash: hashes['cats/a.png'], title: join(folder, 'cats/a.png'), path: join(folder, 'cats/a.png') },
    { hash: hashes['dogs/b.png'], title: join(folder, 'dogs/b.png'), path: join(folder, 'dogs/b.png') },
  ]);
  const again = await add();
  expect(again.json).toMatchObject({ pictures: 1, same: 1, set: { labelled: 1 } });
  expect((await pictures()).items).toMatchObject([
    { hash: hashes['cats/a.png'], file: join(folder, 'moved/a.png') },
    { hash: hashes['dogs/b.png'], path: join(folder, 'dogs/b.png') },
    { file: join(folder, 'dogs/b.png') },
  ]);
  const { json: labels } = await server.call('GET', at('Opened', '/labels'));
  expect(labels.items[0]).toMatchObject({ category: cat, by: { kind: 'person' } });
  // Taken back, the picture that came last no longer belongs to the set.
  for (const undo of again.json.undo) await post(at('Opened', '/changes'), undo);
  expect(await pictures()).toMatchObject({ total: 2 });

  const empty = scratch();
  const refused = await post(at('Opened', '/import'), { from: 'folder', path: empty });
  expect(refused.json.error).toMatchObject({ code: 'labels.import-empty-folder' });
  expect((await server.call('GET', at('None', '/pictures'))).status).toBe(404);
});

test('a server for others takes and gives only pictures that it may read', async () => {
  const { folder } = photos();
  const shared = scratch();
  const own = await startServer({ args: ['--read-from', shared] });
  const [cat] = await pets('Shared', own);
  const { json: named } = await post(
    '/api/pictures/hashes',
    { pictures: [{ path: join(folder, 'cats/a.png') }] },
    own,
  );
  expect(named.items).toMatchObject([{ hash: null, code: 'file.forbidden' }]);
  expect((await post(at('Shared', '/import'), { from: 'subfolders', path: folder }, own)).status).toBe(403);
  expect((await post(at('Shared', '/import'), { from: 'csv', path: '/etc/passwd' }, own)).status).toBe(403);
  // Somebody can claim that a hash is at a path, but not get the file there.
  await post(
    at('Shared', '/changes'),
    {
      changes: [
        { hash: sha256(join(folder, 'cats/a.png')), path: join(folder, 'cats/a.png'), category: cat },
      ],
    },
    own,
  );
  const { items } = (await own.call('GET', at('Shared', '/pictures'))).json;
  expect(Object.keys(items[0])).toEqual(['hash', 'title', 'path']);
  expect((await own.call('GET', at('Shared', '/export?format=zip'))).json.error.code).toBe(
    'labels.export-nothing',
  );
  expect(String((await own.call('GET', at('Shared', '/export?format=metadata-csv'))).json)).toBe(
    'file_name,label\r\n',
  );
});
