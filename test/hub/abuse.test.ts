// One test for each fault of hubs, mirrors, disks and names.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { findFetched, modelFolder, removeFetched, verifyFetched } from '../../server/hub/fetched.ts';
import { gitSha1, noisyRepo, startHub, type TestHub, type Trouble } from './hub.ts';
import { fetcher, fillCache, fresh } from './kit.ts';

const REPO = 'someone/tiny-clip';
const GRAPH = 'onnx/vision_model.onnx';
const hubOf = (size = 200_000) => startHub(new Map([[REPO, noisyRepo(size)]]));

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** Mounts another disk. Prints a warning and returns undefined if that is not possible. */
async function otherDisk(options = 'size=200m'): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-disk-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    console.warn('Another disk can be mounted by root on Linux alone: nothing is fetched across disks here.');
    return undefined;
  }
  undo.push(() => void execFileSync('umount', [folder]));
  return folder;
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  );

async function comesRight(hub: TestHub, one = fetcher(hub), wish: Parameters<typeof one.fetch>[0] = REPO) {
  const manifest = await one.fetch(wish);
  const found = await one.files(REPO);
  for (const { path } of manifest.files)
    expect(found.get(path)?.equals(hub.repos.get(REPO)!.get(path)!.bytes), path).toBe(true);
  const model = (await findFetched(one.data, REPO))!;
  expect(await verifyFetched(model, new AbortController().signal)).toEqual([]);
  expect(await readdir(join(one.data, 'downloads'))).toEqual([]);
  return manifest;
}

/** A server in front of the hub that can answer instead of it. */
async function front(
  hub: TestHub,
  how: (incoming: IncomingMessage) => { path?: string; redirect?: string },
  seen: IncomingMessage[] = [],
): Promise<string> {
  const server = createServer((incoming, answer) => {
    seen.push(incoming);
    const { path, redirect } = how(incoming);
    if (redirect !== undefined) return void answer.writeHead(307, { location: redirect }).end();
    if (path === undefined) return void answer.writeHead(404).end();
    request(`${hub.url}${path}`, { method: incoming.method, headers: incoming.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 0, reply.headers);
      reply.pipe(answer);
    }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the folder of a model', () => {
  test('a data folder with spaces and Chinese characters', async () => {
    const hub = await hubOf();
    const data = join(fresh(), '我的 数据 folder', 'ü #?%20');
    await comesRight(hub, fetcher(hub, { data }));
  });

  test('a models folder that is a link to another disk', async () => {
    const disk = await otherDisk();
    if (disk === undefined) return;
    const hub = await hubOf();
    const data = fresh();
    symlinkSync(disk, join(data, 'models'));
    await comesRight(hub, fetcher(hub, { data }));
    expect(await readdir(disk)).toEqual(['someone--tiny-clip']);
    await removeFetched(data, REPO);
    expect(await readdir(disk)).toEqual([]);
  });

  test('cached files are copied there and not marked as linked', async () => {
    const disk = await otherDisk();
    if (disk === undefined) return;
    const hub = await hubOf();
    const [data, home] = [fresh(), fresh()];
    symlinkSync(disk, join(data, 'models'));
    fillCache(home, hub, REPO);
    const { files } = await comesRight(hub, fetcher(hub, { data, home }));
    expect(files.filter(({ linked }) => linked)).toEqual([]);
  });

  test('another disk that is too small is reported before any download', async () => {
    const disk = await otherDisk('size=1m');
    if (disk === undefined) return;
    const hub = await hubOf(2_000_000);
    const data = fresh();
    symlinkSync(disk, join(data, 'models'));
    expect(await problemOf(fetcher(hub, { data }).fetch(REPO))).toMatchObject({ code: 'hub.no-space' });
    expect(hub.seen.filter(({ where }) => where === 'cdn')).toEqual([]);
  });

  test('a read-only disk is reported before any download', async () => {
    const disk = await otherDisk('size=200m,ro');
    if (disk === undefined) return;
    const hub = await hubOf();
    const data = fresh();
    symlinkSync(disk, join(data, 'models'));
    for (const folder of [data, join(disk, 'data')]) {
      const error = await problemOf(fetcher(hub, { data: folder }).fetch(REPO));
      expect(error).toMatchObject({
        code: 'hub.not-writable',
        message: `${REPO} could not be written (EROFS). Make the data folder writable, or choose another one with PATCHBAY_DATA.`,
      });
    }
    expect(hub.seen.filter(({ where }) => where === 'cdn')).toEqual([]);
  });

  test('on a disk that becomes read-only at the end, the download is kept until it is writable', async () => {
    const disk = await otherDisk();
    if (disk === undefined) return;
    const hub = await hubOf();
    const data = fresh();
    symlinkSync(disk, join(data, 'models'));
    hub.trouble = (_, __, { path }) => {
      if (path === GRAPH) execFileSync('mount', ['-o', 'remount,ro', disk]);
      return false;
    };
    const one = fetcher(hub, { data });
    expect(await problemOf(one.fetch(REPO))).toMatchObject({ code: 'hub.not-writable' });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    const before = hub.sent;
    await comesRight(hub, one);
    // Only the list of files was sent.
    expect(hub.sent - before).toBeLessThan(5000);
  });

  test('a file where a folder should be', async () => {
    const hub = await hubOf();
    const data = fresh();
    execFileSync('touch', [join(data, 'models')]);
    expect(await problemOf(fetcher(hub, { data }).fetch(REPO))).toMatchObject({
      code: expect.stringMatching(/^hub\./),
      message: expect.stringContaining('models'),
    });
  });
});

describe('the files of a repository', () => {
  test('two files with equal bytes are both downloaded', async () => {
    const hub = await hubOf();
    const files = hub.repos.get(REPO)!;
    files.set('tokenizer_config.json', { bytes: Buffer.from('{}'), lfs: false });
    files.set('onnx/text_model.onnx', files.get(GRAPH)!);
    await comesRight(hub);
  });

  test('an empty file', async () => {
    const hub = await hubOf();
    hub.repos.get(REPO)!.set('tokenizer_config.json', { bytes: Buffer.alloc(0), lfs: false });
    await comesRight(hub);
  });
});

describe('requests', () => {
  test.each(['/mirror/hf', '/mirror/hf/', '/mirror/hf///'])('a mirror below the path %s', async (path) => {
    const hub = await hubOf();
    const url = await front(hub, ({ url: asked = '' }) =>
      asked.startsWith('/mirror/hf/') && !asked.startsWith('/mirror/hf//')
        ? { path: asked.slice('/mirror/hf'.length) }
        : {},
    );
    await comesRight(hub, fetcher({ url: `${url}${path}` }));
  });

  test('the token goes only to the hub, even when lists or files redirect elsewhere', async () => {
    const hub = await hubOf();
    const seen: IncomingMessage[] = [];
    const url = await front(hub, ({ url: asked = '' }) => ({ redirect: `${hub.url}${asked}` }), seen);
    await comesRight(hub, fetcher({ url }, { env: { HF_TOKEN: 'hf_secret' } }));
    expect(new Set(seen.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer hf_secret']));
    expect(new Set(hub.seen.map(({ token }) => token))).toEqual(new Set([undefined]));
  });

  test.each([
    '..',
    '../..',
    'a/..',
    '../a',
    'a/../b',
    'a/b/../c',
    './a',
    'a/.',
    'a%2f..%2fb',
    'a/b%2f..',
    'a/b\\..\\c',
    'a/b\0',
    'https://huggingface.co/../..',
    'https://huggingface.co/a/..%2f..',
    'a/-b',
    '__proto__',
    'constructor/__proto__',
    `a/${'b'.repeat(200)}`,
  ])('%s is no repository, and nothing is asked or written', async (repo) => {
    const hub = await hubOf();
    const one = fetcher(hub);
    const error = await problemOf(one.fetch(repo));
    expect(error?.code).toMatch(/^hub\.(repo-id|no-repo)$/);
    for (const { path } of hub.seen) expect(path).toMatch(/^\/api\/models\/[\w.-]+\/[\w.-]+\/revision\/main/);
    expect((await readdir(one.data)).filter((name) => name !== 'downloads')).toEqual([]);
  });

  test('a revision may contain slashes, on the hub and in the cache', async () => {
    const hub = await hubOf();
    const asked: string[] = [];
    const url = await front(hub, ({ url: path = '' }) => {
      asked.push(path);
      return { path: path.replaceAll('refs%2Fpr%2F7', 'main') };
    });
    const one = fetcher({ url });
    expect(await comesRight(hub, one, { repo: REPO, revision: 'refs/pr/7' })).toMatchObject({
      revision: 'refs/pr/7',
      commit: hub.commit,
    });
    expect(asked[0]).toContain('/revision/refs%2Fpr%2F7');
    expect(await readdir(join(one.data, 'models'))).toEqual(['someone--tiny-clip']);

    const home = fresh();
    fillCache(home, hub, REPO);
    const refs = join(home, 'hub', 'models--someone--tiny-clip', 'refs');
    mkdirSync(join(refs, 'refs', 'pr'), { recursive: true });
    symlinkSync(join(refs, 'main'), join(refs, 'refs', 'pr', '7'));
    const offline = fetcher(hub, { home, env: { HF_HUB_OFFLINE: '1' } });
    expect(await offline.fetch({ repo: REPO, revision: 'refs/pr/7' })).toMatchObject({ commit: hub.commit });
  });
});

describe('answers', () => {
  const packed =
    (name: string, pack: (bytes: Buffer) => Buffer): Trouble =>
    (request, response, { bytes }) => {
      if (request.method !== 'GET') return false;
      const body = pack(bytes);
      // Like nginx, without length and ranges.
      response.writeHead(200, { 'content-encoding': name }).end(body);
      return true;
    };

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('packed as %s though that was not asked for', async (name, pack) => {
    const hub = await hubOf();
    hub.trouble = packed(name, (bytes) => pack(bytes));
    await comesRight(hub);
  });

  test('compressed and cut', async () => {
    const hub = await hubOf();
    let left = 2;
    hub.trouble = (request, response, file) => {
      if (file.path !== GRAPH || left-- <= 0) return false;
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const body = gzipSync(file.bytes);
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
      return request.method === 'GET';
    };
    await comesRight(hub);
  });

  test('compressed to very few bytes: only as many as the file has are decompressed', async () => {
    const hub = await hubOf();
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    hub.trouble = packed('gzip', () => bomb);
    const error = await problemOf(fetcher(hub).fetch(REPO));
    expect(error).toMatchObject({
      code: 'hub.interrupted',
      args: { reason: expect.objectContaining({ code: 'hub.more-than-file' }) },
    });
  });

  test('compressed in an unknown encoding', async () => {
    const hub = await hubOf();
    hub.trouble = packed('zpaq', (bytes) => bytes);
    expect(await problemOf(fetcher(hub).fetch(REPO))).toMatchObject({ code: 'hub.encoding' });
  });

  test.each(['-1', 'many', '1e3', '0x10', '99999999999999999999', '3.5'])(
    'with the length %s',
    async (length) => {
      const hub = await hubOf();
      let left = 2;
      hub.trouble = (_, response, { path }) => {
        if (path !== GRAPH || left-- <= 0) return false;
        response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
        return true;
      };
      await comesRight(hub);
    },
  );

  test.each(['', '-1', 'many', '1e3', '3.5', '99999999999999999999'])(
    'and promised with the length "%s"',
    async (length) => {
      const hub = await hubOf();
      hub.namesOnly = true;
      hub.headTrouble = (_, response, { path, bytes }) => {
        if (path !== 'config.json') return false;
        response.writeHead(200, {
          'x-repo-commit': hub.commit,
          'x-linked-etag': `"${gitSha1(bytes)}"`,
          'x-linked-size': length,
        });
        response.end();
        return true;
      };
      const one = fetcher(hub);
      const error = await problemOf(one.fetch(REPO));
      expect(error?.code).toMatch(/^hub\.(no-hash|interrupted)$/);
      expect(await readdir(modelFolder(one.data, REPO)).catch(() => [])).toEqual([]);
    },
  );
});
