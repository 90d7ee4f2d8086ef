import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { LEFT_OUT } from '../../server/http/zip.ts';
import { scratch, startServer, type TestServer } from './server.ts';
import { unzipped } from './unzip.ts';

const home = scratch();
const cat = readFileSync(join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png'));
let server: TestServer;
beforeAll(async () => {
  mkdirSync(join(home, 'pets'));
  for (const name of ['a.png', 'b.png', 'gone.png', 'changed.png'])
    writeFileSync(join(home, 'pets', name), cat);
  server = await startServer({ keep: true, env: { HOME: home, USERPROFILE: home } });
});

interface Named {
  readonly name: string;
  readonly ref?: string;
  readonly asset?: string;
}

async function refOf(name: string): Promise<string> {
  const { json } = await server.call(
    'GET',
    `/api/files?path=${encodeURIComponent(join(home, 'pets', name))}`,
  );
  return json.files[0].ref;
}
const prepare = (pictures: readonly Named[], name = 'My pictures') =>
  server.call('POST', '/api/archives', { name, pictures });
async function archive(pictures: readonly Named[]): Promise<Map<string, Buffer>> {
  const { json } = await prepare(pictures);
  const answer = await fetch(new URL(`/api/archives/${json.id}`, server.url));
  return unzipped(Buffer.from(await answer.arrayBuffer()));
}

test('chosen pictures come as one archive, byte for byte, in their folders', async () => {
  const form = new FormData();
  form.append('file', new Blob([cat]), 'mine.png');
  const uploaded = await fetch(new URL('/api/assets', server.url), { method: 'POST', body: form });
  const { hash } = (await uploaded.json()) as { hash: string };
  const { status, json } = await prepare([
    { name: 'pets/a.png', ref: await refOf('a.png') },
    { name: 'pets/a.png', ref: await refOf('b.png') },
    { name: '../../mine.png', asset: hash },
  ]);
  expect(status).toBe(201);
  const answer = await fetch(new URL(`/api/archives/${json.id}`, server.url));
  expect(answer.headers.get('content-disposition')).toContain('filename="My pictures.zip"');
  const files = await unzipped(Buffer.from(await answer.arrayBuffer()));
  expect([...files.keys()]).toEqual(['pets/a.png', 'pets/a-2.png', 'mine.png']);
  for (const bytes of files.values()) expect(bytes.equals(cat)).toBe(true);
});

test('a picture that is gone, or is no longer one, is left out and listed', async () => {
  const pictures = await Promise.all(
    ['a.png', 'gone.png', 'changed.png'].map(async (name) => ({ name, ref: await refOf(name) })),
  );
  rmSync(join(home, 'pets', 'gone.png'));
  writeFileSync(join(home, 'pets', 'changed.png'), 'the password');
  const files = await archive([...pictures, { name: 'never.png', asset: 'f'.repeat(64) }]);
  expect([...files.keys()]).toEqual(['a.png', LEFT_OUT]);
  expect(files.get(LEFT_OUT)?.toString()).toMatch(/gone\.png\nchanged\.png\nnever\.png/);
});

test('only pictures that this server named can be in an archive', async () => {
  const forged = `${Buffer.from('/etc/passwd').toString('base64url')}.${'A'.repeat(22)}`;
  expect((await prepare([{ name: 'x', ref: forged }])).status).toBe(404);
  for (const asset of ['../../journal.db', 'F'.repeat(64), '']) {
    expect((await prepare([{ name: 'x', asset }])).status, asset).toBe(400);
  }
  expect((await prepare([])).status).toBe(400);
  expect((await server.call('GET', '/api/archives/none')).status).toBe(404);
});

test('another site cannot start an archive', async () => {
  const body = { name: 'x', pictures: [{ name: 'a.png', ref: await refOf('a.png') }] };
  const { status } = await server.call('POST', '/api/archives', body, {
    origin: 'https://elsewhere.example',
  });
  expect(status).toBe(403);
});

test('a large set streams: the first bytes come before the last picture is read', async () => {
  const big = join(home, 'pets', 'big.png');
  // A picture by its first bytes, of 8 MB.
  writeFileSync(big, Buffer.concat([cat, Buffer.alloc(8 << 20)]));
  const ref = await refOf('big.png');
  const { json } = await prepare(Array.from({ length: 1000 }, (_, at) => ({ name: `${at}.png`, ref })));
  const before = (await server.call('GET', '/api/health')).json.rssBytes;
  // 8 GB would not fit. A reader that takes only the beginning makes the server read no more.
  const bytes = await new Promise<number>((resolve, reject) => {
    const request = get(new URL(`/api/archives/${json.id}`, server.url), (answer) => {
      let seen = 0;
      answer.on('data', (part: Buffer) => {
        seen += part.length;
        if (seen < 16 << 20) return;
        request.destroy();
        resolve(seen);
      });
    });
    request.on('error', reject);
  });
  expect(bytes).toBeGreaterThan(16 << 20);
  const after = (await server.call('GET', '/api/health')).json.rssBytes;
  expect(after - before).toBeLessThan(100 << 20);
});

test('a link in a folder of pictures leads nowhere that its own address does not', async () => {
  copyFileSync(join(home, 'pets', 'a.png'), join(home, 'pets', 'linked.png'));
  const ref = await refOf('linked.png');
  rmSync(join(home, 'pets', 'linked.png'));
  symlinkSync('/etc/passwd', join(home, 'pets', 'linked.png'));
  const { json } = await prepare([{ name: 'linked.png', ref }]);
  expect((await server.call('GET', `/api/archives/${json.id}`)).json.error.code).toBe('zip.nothing');
});
