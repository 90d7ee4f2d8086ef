import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmbeddingCache } from '../../../server/runtime/encoders/embedding-cache.ts';

const DIMS = 6;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = (i: number) => createHash('sha256').update(`picture ${i}`).digest('hex');
const vector = (i: number, dims = DIMS) =>
  Float32Array.from({ length: dims }, (_, at) => Math.sin(i * 100 + at));
const entries = (from: number, to: number, dims = DIMS) =>
  Array.from({ length: to - from }, (_, i) => ({ key: key(from + i), vector: vector(from + i, dims) }));
const big = { maxBytes: 1 << 30 };

/** The rows found for keys 0..count, each checked to the last bit. */
async function found(count: number, options = big): Promise<number[]> {
  const vectors = await createEmbeddingCache(folder, options).open('kind', DIMS);
  const out = new Float32Array(count * DIMS);
  const rows = await vectors.read(
    Array.from({ length: count }, (_, i) => key(i)),
    out,
  );
  for (const row of rows) expect(out.slice(row * DIMS, (row + 1) * DIMS)).toEqual(vector(row));
  return [...rows].sort((a, b) => a - b);
}

const segments = () =>
  readdirSync(folder).flatMap((kind) =>
    readdirSync(join(folder, kind)).map((name) => join(folder, kind, name)),
  );

it('returns vectors to the last bit, also in another process', async () => {
  const vectors = await createEmbeddingCache(folder, big).open('kind', DIMS);
  await vectors.append(entries(0, 3));
  await vectors.append(entries(5, 6));
  expect(await found(8)).toEqual([0, 1, 2, 5]);
});

it('does not mix kinds or sizes', async () => {
  const cache = createEmbeddingCache(folder, big);
  await (await cache.open('kind', DIMS)).append(entries(0, 3));
  for (const [kind, dims] of [
    ['other', DIMS],
    ['kind', DIMS + 1],
  ] as const) {
    const vectors = await cache.open(kind, dims);
    expect((await vectors.read([key(0)], new Float32Array(dims))).size).toBe(0);
  }
});

it('lets two processes write side by side and see each other’s records after a refresh', async () => {
  const [one, two] = [createEmbeddingCache(folder, big), createEmbeddingCache(folder, big)];
  const [first, second] = [await one.open('kind', DIMS), await two.open('kind', DIMS)];
  await Promise.all([first.append(entries(0, 50)), second.append(entries(50, 100))]);
  await Promise.all([first.append(entries(100, 150)), second.append(entries(150, 200))]);
  expect((await found(200)).length).toBe(200);
  const again = await one.open('kind', DIMS);
  expect((await again.read([key(170)], new Float32Array(DIMS))).size).toBe(1);
});

it('drops a torn record and keeps those before it', async () => {
  const vectors = await createEmbeddingCache(folder, big).open('kind', DIMS);
  await vectors.append(entries(0, 4));
  const [path = ''] = segments();
  truncateSync(path, statSync(path).size - 5);
  expect(await found(4)).toEqual([0, 1, 2]);
});

it('drops a record with a flipped bit and keeps the others', async () => {
  const vectors = await createEmbeddingCache(folder, big).open('kind', DIMS);
  await vectors.append(entries(0, 4));
  const [path = ''] = segments();
  const bytes = readFileSync(path);
  const stride = 32 + DIMS * 4 + 4;
  bytes[16 + stride + 40]! ^= 1;
  writeFileSync(path, bytes);
  expect(await found(4)).toEqual([0, 2, 3]);
});

it('ignores files that are not segments', async () => {
  const vectors = await createEmbeddingCache(folder, big).open('kind', DIMS);
  await vectors.append(entries(0, 1));
  const [path = ''] = segments();
  writeFileSync(path.replace('.vec', '-x.vec'), 'nothing of the kind');
  writeFileSync(path.replace('.vec', '-y.vec'), '');
  appendFileSync(path.replace('.vec', '.txt'), 'other');
  expect(await found(1)).toEqual([0]);
});

it('loses only the records of a segment that another process removes', async () => {
  const vectors = await createEmbeddingCache(folder, big).open('kind', DIMS);
  await vectors.append(entries(0, 2));
  for (const path of segments()) rmSync(path);
  await vectors.append(entries(2, 4));
  expect(await found(4)).toEqual([2, 3]);
});

it('stays within its size and drops the least recently used', async () => {
  const dims = 250;
  const options = { maxBytes: 100_000 };
  const cache = createEmbeddingCache(folder, options);
  const old = await cache.open('old', dims);
  await old.append(entries(0, 20, dims));
  const used = await cache.open('used', dims);
  await used.append(entries(0, 20, dims));
  for (const path of segments()) utimesSync(path, 1, 1);
  await used.read([key(0)], new Float32Array(dims));
  const fresh = await cache.open('fresh', dims);
  for (let i = 0; i < 10; i++) await fresh.append(entries(i * 10, i * 10 + 10, dims));
  const bytes = segments().reduce((sum, path) => sum + statSync(path).size, 0);
  expect(bytes).toBeLessThanOrEqual(options.maxBytes * 1.25);
  const kept = async (kind: string, row: number) =>
    (
      await (
        await createEmbeddingCache(folder, options).open(kind, dims)
      ).read([key(row)], new Float32Array(dims))
    ).size;
  expect(await kept('old', 0)).toBe(0);
  expect(await kept('fresh', 99)).toBe(1);
});

it('does not fail in a folder that it cannot write to', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'in the way');
  const vectors = await createEmbeddingCache(join(file, 'below'), big).open('kind', DIMS);
  await vectors.append(entries(0, 2));
  expect((await vectors.read([key(0)], new Float32Array(DIMS))).size).toBe(0);
});
