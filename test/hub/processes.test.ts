import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../nodes/sdk/rng.ts';
import { noisyRepo, sha256, startHub, type TestHub, type Trouble } from './hub.ts';
import { fetcher, fresh } from './kit.ts';

if (!existsSync(join(import.meta.dirname, '../../dist/server/hub/fetch-model.js')))
  throw new Error('The server is not built: `npm run build` first.');

const REPO = 'someone/tiny-clip';
const SIZE = 6_000_000;
const hubOf = () => startHub(new Map([[REPO, noisyRepo(SIZE)]]));
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Downloads in another process. */
function fetchElsewhere(hub: TestHub, data: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fetch-child.mjs'), data, REPO], {
    env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: join(data, 'none') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let said = '';
  const ended = new Promise<string>((resolve) =>
    child.once('exit', () => {
      children.delete(child);
      resolve(said);
    }),
  );
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  return { child, ended, going: new Promise<void>((resolve) => child.stdout.once('data', () => resolve())) };
}

async function isRight(hub: TestHub, data: string): Promise<void> {
  const { fetch, files } = fetcher(hub, { data });
  const { files: listed } = await fetch(REPO);
  const found = await files(REPO);
  for (const { path } of listed)
    expect(found.get(path)?.equals(hub.repos.get(REPO)!.get(path)!.bytes), path).toBe(true);
  expect(await readdir(join(data, 'downloads'))).toEqual([]);
  expect(await readdir(join(data, 'models'))).toEqual(['someone--tiny-clip']);
}

const wantedBytes = (hub: TestHub) =>
  [...hub.repos.get(REPO)!]
    .filter(([path]) => !/quantized|README/.test(path))
    .reduce((sum, [, { bytes }]) => sum + bytes.length, 0);

describe('several processes', () => {
  test('one that is killed 20 times at random moments gets every byte right and requests no byte twice', async () => {
    const hub = await hubOf();
    const random = seededRandom(20);
    const data = fresh();
    // Sends a few percent at a time, so that all twenty kills happen during the transfer.
    const slowly: Trouble = (request, response, { bytes }) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const to = Math.min(bytes.length, from + Math.round(SIZE * (0.02 + 0.03 * random())));
      response.writeHead(from ? 206 : 200, {
        'content-length': String(bytes.length - from),
        ...(from && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
      });
      response.write(bytes.subarray(from, to));
      return true;
    };
    const parts = join(data, 'downloads', 'someone--tiny-clip', 'files');
    const asked: { from: number; had: number }[] = [];
    const watched =
      (what: Trouble): Trouble =>
      (request, response, file) => {
        if (!file.path.endsWith('.onnx')) return false;
        const part = statSync(join(parts, `${sha256(file.bytes)}.part`), { throwIfNoEntry: false });
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        asked.push({ from, had: part?.size ?? 0 });
        return what(request, response, file);
      };
    hub.trouble = watched(slowly);
    for (let kill = 0; kill < 20; kill++) {
      const { child, going, ended } = fetchElsewhere(hub, data);
      await going;
      // Some processes are killed at once, others when the sent bytes are on disk.
      for (let turn = 0; turn < random() * 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      expect(await ended).not.toContain('done');
      expect(await readdir(join(data, 'models')).catch(() => [])).toEqual([]);
    }
    hub.trouble = watched(() => false);
    await isRight(hub, data);
    expect(asked.map(({ from }) => from)).toEqual(asked.map(({ had }) => had));
    expect(asked.length).toBeGreaterThanOrEqual(20);
  }, 120_000);

  test('two at the same time download each file once', async () => {
    const hub = await hubOf();
    const data = fresh();
    const both = [fetchElsewhere(hub, data), fetchElsewhere(hub, data)];
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual(
      expect.arrayContaining([expect.stringContaining('done')]),
    );
    const gets = hub.seen
      .filter(({ where, method }) => where === 'cdn' && method === 'GET')
      .map(({ path }) => path);
    expect(gets.length).toBe(new Set(gets).size);
    expect(hub.sent).toBeLessThan(wantedBytes(hub) * 1.01);
    await isRight(hub, data);
  }, 60_000);

  test('the lock of a killed process does not block others', async () => {
    const hub = await hubOf();
    const data = fresh();
    hub.trouble = (_, response, { path, bytes }) => {
      if (!path.endsWith('.onnx')) return false;
      response.writeHead(200, { 'content-length': String(bytes.length) });
      response.write(bytes.subarray(0, 1));
      return true;
    };
    const { child, going, ended } = fetchElsewhere(hub, data);
    await going;
    child.kill('SIGKILL');
    await ended;
    hub.trouble = undefined;
    await isRight(hub, data);
  }, 60_000);
});
