import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { give, noisyRepo, startHub, type TestHub, type Trouble } from './hub.ts';
import { fetcher, fresh } from './kit.ts';

const REPO = 'someone/tiny-clip';
const GRAPH = 'onnx/vision_model.onnx';
const SIZE = 12_000_000;
const hubOf = () => startHub(new Map([[REPO, noisyRepo(SIZE)]]));

const mounted = new Set<string>();
afterEach(() => {
  for (const folder of mounted) execFileSync('umount', [folder]);
  mounted.clear();
});

/** Mounts a disk of `megabytes`. Prints a warning and returns undefined if that is not possible. */
function smallDisk(megabytes: number): string | undefined {
  const folder = fresh();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    console.warn('Only root on Linux can mount a small disk, so no download runs out of disk here.');
    return undefined;
  }
  mounted.add(folder);
  return folder;
}

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const part = Buffer.alloc(1 << 20);
  try {
    for (;;) await file.write(part);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await file.close();
  }
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  );

/** Sends the first half of the graph, and the rest once `between` is done. */
const halved =
  (between: () => Promise<void>): Trouble =>
  (request, response, { path, bytes }) => {
    if (path !== GRAPH || request.headers.range !== undefined) return false;
    const half = bytes.length >> 1;
    response.writeHead(200, { 'content-length': String(bytes.length) });
    response.write(bytes.subarray(0, half), () => {
      void between().then(() => response.end(bytes.subarray(half)));
    });
    return true;
  };

async function isWhole(hub: TestHub, one: ReturnType<typeof fetcher>): Promise<void> {
  const { files } = await one.fetch(REPO);
  const found = await one.files(REPO);
  for (const { path } of files)
    expect(found.get(path)?.equals(hub.repos.get(REPO)!.get(path)!.bytes), path).toBe(true);
}

describe('a disk that fills up during a download', () => {
  test('is reported, leaves no model, and the download continues when there is room again', async () => {
    const data = smallDisk(100);
    if (data === undefined) return;
    const hub = await hubOf();
    hub.trouble = halved(() => fill(join(data, 'ballast')));
    const one = fetcher(hub, { data, home: fresh() });
    expect(await problemOf(one.fetch(REPO))).toMatchObject({
      code: 'hub.disk-full',
      message:
        'The disk of the data folder is full. The part that has arrived is kept. Free some space and try again, or choose another data folder with PATCHBAY_DATA.',
    });
    expect(await readdir(join(data, 'models')).catch(() => [])).toEqual([]);

    // Still full, which is now reported before any request.
    const before = hub.sent;
    expect(await problemOf(one.fetch(REPO))).toMatchObject({ code: 'hub.no-space' });
    expect(hub.sent - before).toBeLessThan(20_000);

    await rm(join(data, 'ballast'));
    await isWhole(hub, one);
    const resumed = hub.seen.flatMap(({ where, range }) => (where === 'cdn' && range ? [range] : []));
    const [from = 0] = resumed.map((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]));
    expect(from).toBeGreaterThan(SIZE / 3);
  });

  test('that is full to the last byte is reported as well', async () => {
    const data = smallDisk(1);
    if (data === undefined) return;
    await fill(join(data, 'ballast'));
    expect(await problemOf(fetcher(await hubOf(), { data, home: fresh() }).fetch(REPO))).toMatchObject({
      code: 'hub.disk-full',
    });
  });
});

test.skipIf(process.platform === 'win32')(
  'a disk that cannot hold such a large file is reported with a sentence',
  async () => {
    if (!existsSync(join(import.meta.dirname, '../../dist/server/hub/fetch-model.js')))
      throw new Error('The server is not built: `npm run build` first.');
    const hub = await hubOf();
    hub.trouble = (request, response, { bytes }) => {
      give(request, response, bytes);
      return true;
    };
    const data = fresh();
    // The shell counts in blocks of 512 or 1024 bytes; both limits are below the size of the graph.
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        'ulimit -f 4000; exec "$0" "$@"',
        process.execPath,
        join(import.meta.dirname, 'fetch-child.mjs'),
        data,
        REPO,
      ],
      {
        env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: join(data, 'none') },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.on('data', (part: Buffer) => {
      said += part.toString();
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(said).toMatch(/cannot hold files as large as those of this model/);
    expect(await readdir(join(data, 'models')).catch(() => [])).toEqual([]);
  },
);
