import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { get, raw } from './raw.ts';
import { fault, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true, args: ['--max-upload', '1'] });
});

const cat = readFileSync(join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png'));

async function upload(bytes: Uint8Array | string, name: string, type = 'image/png') {
  const form = new FormData();
  form.append('file', new Blob([bytes as string], { type }), name);
  const response = await fetch(new URL('/api/assets', server.url), { method: 'POST', body: form });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

test('an uploaded picture comes back whole, in parts and small, and serves as a path', async () => {
  const { status, json: asset } = await upload(cat, 'cat.png');
  expect(status).toBe(201);
  expect(asset).toMatchObject({ type: 'image/png', size: cat.length, name: 'cat.png' });
  expect((await upload(cat, 'again.png')).json).toEqual(asset);
  const url = new URL(`/api/assets/${asset.hash}`, server.url);
  const whole = await fetch(url);
  expect(Buffer.from(await whole.arrayBuffer()).equals(cat)).toBe(true);
  expect(whole.headers.get('content-disposition')).toMatch(/^inline/);
  const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe(`bytes 10-19/${cat.length}`);
  expect(Buffer.from(await part.arrayBuffer()).equals(cat.subarray(10, 20))).toBe(true);
  expect((await fetch(url, { headers: { range: 'bytes=999999999-' } })).status).toBe(416);
  const small = await fetch(`${url}/thumbnail?edge=64`);
  expect(small.status).toBe(200);
  expect(small.headers.get('content-type')).toMatch(/^image\//);
  expect((await fetch(`${url}/thumbnail?edge=5`)).status).toBe(400);
  const workflow = {
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: [{ id: 'a', type: 'image/load-image', params: { path: `asset:${asset.hash}` } }],
    edges: [],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  expect(run.outputs['a.images']).toMatchObject({ items: [{ asset: asset.hash }] });
  workflow.nodes[0]!.params.path = `asset:${asset.hash}/My cat.jpg`;
  const named = await server.ended((await server.submit(workflow)).id);
  expect(named.outputs['a.images']).toMatchObject({ items: [{ asset: asset.hash, path: 'My cat.jpg' }] });
});

test('a picture that a run made is shown too, and nothing else that lies beside it', async () => {
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'f', type: 'image/load-folder', params: { path: 'sample:pictures/fruit', limit: 1 } },
      { id: 'm', type: 'encode/load-encoder', params: { model: 'tiny-vae' } },
      { id: 't', type: 'encode/tokens' },
      { id: 'd', type: 'encode/decode-latents' },
    ],
    edges: [
      { from: { node: 'f', port: 'images' }, to: { node: 't', port: 'images' } },
      { from: { node: 'm', port: 'encoder' }, to: { node: 't', port: 'encoder' } },
      { from: { node: 't', port: 'tokens' }, to: { node: 'd', port: 'tokens' } },
      { from: { node: 'm', port: 'encoder' }, to: { node: 'd', port: 'encoder' } },
    ],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  const { items } = run.outputs['d.images'] as { items: { asset: string }[] };
  const url = new URL(`/api/assets/${items[0]?.asset}`, server.url);
  const whole = await fetch(url);
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect((await fetch(`${url}/thumbnail?edge=64`)).status).toBe(200);
  const other = createHash('sha256').update('words').digest('hex');
  mkdirSync(join(server.data, 'assets', other.slice(0, 2)), { recursive: true });
  writeFileSync(join(server.data, 'assets', other.slice(0, 2), other), 'words');
  expect((await fetch(new URL(`/api/assets/${other}`, server.url))).status).toBe(404);
});

test('what could run is only ever a download, whatever it calls itself', async () => {
  const scripts = [
    ['x.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['x.html', 'text/html', '<script>alert(1)</script>'],
    ['x.png', 'image/png', '<html><script>alert(1)</script>'],
    [
      'x.xml',
      'text/xml',
      '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    ],
    ['"><img src=x onerror=alert(1)>.html', 'text/html', '<body onload=alert(2)>'],
    ['a\r\nSet-Cookie: x=1.html', 'text/html', '<body onload=alert(3)>'],
  ] as const;
  for (const [name, type, text] of scripts) {
    const { json: asset } = await upload(text, name, type);
    const answer = await fetch(new URL(`/api/assets/${asset.hash}`, server.url));
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await fetch(new URL(`/api/assets/${asset.hash}/thumbnail`, server.url))).status).toBe(422);
  }
});

test('an upload that is too large, cut short, two files or none is refused and leaves nothing', async () => {
  expect((await upload(new Uint8Array(1024 * 1024 + 1), 'big.png')).json.error.code).toBe('upload.too-large');
  const form = new FormData();
  form.append('a', new Blob(['x']), 'a');
  const other = await fetch(new URL('/api/assets', server.url), { method: 'POST', body: form });
  expect(other.status).toBe(400);
  const { host } = new URL(server.url);
  const cut =
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nhalf a fi';
  const half = await raw(
    server.url,
    `POST /api/assets HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${cut.length}\r\nConnection: close\r\n\r\n${cut}`,
  );
  expect(half.status).toBe(400);
  expect((await server.call('GET', `/api/assets/${'0'.repeat(64)}`)).status).toBe(404);
});

test('a folder of uploads is deleted by its name, and nothing else is', async () => {
  const put = (path: string) => {
    const form = new FormData();
    form.append('file', new Blob(['x']), 'x.png');
    return fetch(new URL(`/api/files?path=${encodeURIComponent(path)}`, server.url), {
      method: 'POST',
      body: form,
    });
  };
  const remove = async (path: string) =>
    (await server.call('DELETE', `/api/files?path=${encodeURIComponent(path)}`)).status;
  for (const path of ['gone/a.png', 'gone/deep/b.png', 'stays/a.png', 'loose.png'])
    expect((await put(path)).status).toBe(201);
  const files = join(server.data, 'files');
  symlinkSync(join(files, 'stays'), join(files, 'link'));
  expect(await remove('gone')).toBe(200);
  expect(existsSync(join(files, 'gone'))).toBe(false);
  for (const path of ['gone', '.', '..', '../files', 'stays/..', 'stays/a.png', 'loose.png', 'link', files])
    expect([path, await remove(path)]).toEqual([path, 404]);
  expect(readdirSync(files).filter((name) => ['stays', 'loose.png', 'link'].includes(name))).toHaveLength(3);
  expect(readdirSync(join(files, 'stays'))).toEqual(['a.png']);
});

test('no spelling of a path leads out of the files of a run', async () => {
  const run = await server.ended((await server.submit(fault('nothing'))).id);
  const folder = join(server.data, 'outputs', run.id);
  mkdirSync(join(folder, 'sub'), { recursive: true });
  mkdirSync(`${folder}-sibling`, { recursive: true });
  writeFileSync(join(folder, 'sub', 'a b.csv'), 'fine');
  writeFileSync(join(`${folder}-sibling`, 'secret.txt'), 'secret');
  writeFileSync(join(server.data, 'outputs', 'secret.txt'), 'secret');
  symlinkSync(join(server.data, 'outputs', 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(join(server.data, 'outputs'), join(folder, 'dir'));
  const { host } = new URL(server.url);
  const fetchRaw = (path: string) =>
    raw(server.url, get(`/api/runs/${run.id}/files/${path}`, { Host: host }));
  const fine = await fetchRaw('sub/a%20b.csv');
  expect([fine.status, fine.body]).toEqual([200, 'fine']);
  const ways = [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    '%252e%252e%252fsecret.txt',
    '..%252fsecret.txt',
    '....//secret.txt',
    './/../secret.txt',
    'sub/../../secret.txt',
    `../${run.id}-sibling/secret.txt`,
    `..%2f${run.id}-sibling%2fsecret.txt`,
    '/etc/passwd',
    '%2fetc%2fpasswd',
    '//etc/passwd',
    'link.txt',
    'dir/secret.txt',
    'sub',
    '',
    '%00',
    'sub%2fa%20b.csv%00.png',
    'CON',
    'nul.txt',
    'x:ads',
    'C:%5cWindows',
    'sub/a%20b.csv::$DATA',
    '%c0%ae%c0%ae/secret.txt',
    '..;/secret.txt',
    '%ff',
    '.hidden',
    'sub%2f..%2f..%2fsecret.txt',
  ];
  for (const way of ways) {
    const { status, body } = await fetchRaw(way);
    expect(body, way).not.toContain('secret\n');
    expect(body, way).not.toMatch(/^secret$/);
    expect(body, way).not.toContain('root:');
    expect([400, 404], way).toContain(status);
  }
  for (const id of ['..', '%2e%2e', `..%2f${run.id}`, `${run.id}%2f..`]) {
    const { status } = await raw(server.url, get(`/api/runs/${id}/files/secret.txt`, { Host: host }));
    expect([400, 404], id).toContain(status);
  }
  for (const hash of ['..', '..%2f..%2fjournal.db', 'A'.repeat(64), '%00'.repeat(64), '../journal.db'])
    expect([400, 404]).toContain((await raw(server.url, get(`/api/assets/${hash}`, { Host: host }))).status);
});

test('a picture of this machine is shown only under the reference a result gave it', async () => {
  const workflow = {
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: [{ id: 'a', type: 'image/load-folder', params: { path: 'sample:queries', limit: 2 } }],
    edges: [],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  const [item] = (run.outputs['a.images'] as { items: { ref: string; file: string }[] }).items;
  const picture = await fetch(new URL(`/api/pictures/${item!.ref}`, server.url));
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect((await fetch(new URL(`/api/pictures/${item!.ref}/thumbnail?edge=32`, server.url))).status).toBe(200);
  const [, mark] = item!.ref.split('.');
  const forged = Buffer.from(join(server.data, 'journal.db')).toString('base64url');
  for (const ref of [
    `${forged}.${mark}`,
    `${forged}.`,
    forged,
    '.',
    `${item!.ref}x`,
    '..%2f..%2fetc%2fpasswd',
  ])
    expect((await server.call('GET', `/api/pictures/${ref}`)).status, ref).toBe(404);
});

test('a view too large for a message names its pictures in the file it is written to', async () => {
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'folder', type: 'image/load-folder', params: { path: 'sample:pictures' } },
      { id: 'model', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
      { id: 'encode', type: 'encode/image' },
      { id: 'all', type: 'compare/similarity-matrix' },
      { id: 'top', type: 'compare/top-k', params: { k: 10 } },
      { id: 'show', type: 'view/matches', params: { queries: 200, perQuery: 10 } },
    ],
    edges: [
      { from: { node: 'folder', port: 'images' }, to: { node: 'encode', port: 'images' } },
      { from: { node: 'model', port: 'encoder' }, to: { node: 'encode', port: 'encoder' } },
      { from: { node: 'encode', port: 'embeddings' }, to: { node: 'all', port: 'embeddings' } },
      { from: { node: 'all', port: 'similarity' }, to: { node: 'top', port: 'similarity' } },
      { from: { node: 'top', port: 'matches' }, to: { node: 'show', port: 'matches' } },
    ],
  };
  const run = await server.ended((await server.submit(workflow)).id);
  const { file } = run.views.show as { file: string };
  const { json: text } = await server.call('GET', `/api/runs/${run.id}/files/${basename(file)}`);
  const { matches } = JSON.parse(text) as { matches: { results: { item: { ref: string } }[] }[] };
  const shown = matches.flatMap(({ results }) => results);
  expect(shown).toHaveLength(2000);
  expect(shown.filter(({ item }) => typeof item.ref !== 'string')).toEqual([]);
  const small = await fetch(new URL(`/api/pictures/${shown[0]!.item.ref}/thumbnail?edge=32`, server.url));
  expect(small.headers.get('content-type')).toMatch(/^image\//);
});

test('an upload never goes through a link in the folder of uploads', async () => {
  const files = join(server.data, 'files');
  const outside = join(server.data, 'outside');
  mkdirSync(join(files, 'mine'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'known.png'), cat);
  symlinkSync(outside, join(files, 'way-out'));
  symlinkSync(outside, join(files, 'mine', 'deep'));
  symlinkSync(join(outside, 'known.png'), join(files, 'mine', 'file.png'));
  symlinkSync(join(outside, 'nowhere.png'), join(files, 'mine', 'dangling.png'));
  const paths = [
    'way-out/a.png',
    'mine/deep/a.png',
    'mine/deep/er/a.png',
    'mine/file.png',
    'mine/dangling.png',
  ];
  for (const path of paths) {
    const form = new FormData();
    form.append('file', new Blob([cat]), 'a.png');
    const url = new URL(`/api/files?path=${encodeURIComponent(path)}`, server.url);
    const response = await fetch(url, { method: 'POST', body: form });
    expect([path, response.status, JSON.parse(await response.text()).error.code]).toEqual([
      path,
      409,
      'upload.link',
    ]);
  }
  expect(readdirSync(outside)).toEqual(['known.png']);
});
