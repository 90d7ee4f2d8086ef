// A collection of N pictures (default 1,000,000) with D numbers each (512): open, search with and without a condition, add 1,000, memory.
// node test/bench/collections.mjs [N] [D]. Needs 2.2 GB of disk for the default, and deletes them. Files are read from the memory of the
// system where it has them: the first line says how fast plain reads of the same file are.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCollectionService,
  openCollections,
} from '../../dist/server/runtime/collections/collection-service.js';
import { createRuntime } from '../../dist/server/runtime/index.js';

const [count = 1_000_000, dims = 512] = process.argv.slice(2).map(Number);
const STEP = 100_000;
const part = process.env.BENCH_PART;
const data =
  process.env.BENCH_DATA ?? mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'patchbay-bench-'));
const root = join(data, 'collections');
const { signal } = new AbortController();
const MB = 2 ** 20;
const rss = () => Math.round(process.memoryUsage.rss() / MB);
const said = (name, value) => console.log(`${name.padEnd(46)} ${value}`);
const ms = (time) => `${Math.round(time)} ms`;

const space = {
  ...{ encoder: 'bench', title: 'bench', layer: 'embedding', projection: 'model' },
  ...{ pooling: 'model', tower: 'image', normalized: false },
};

/** Small pseudo-random numbers, the same in each run. */
function vectorsOf(from, to) {
  const vectors = new Float32Array((to - from) * dims);
  let state = (from + 1) * 2654435761;
  for (let i = 0; i < vectors.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    vectors[i] = state / 2 ** 31 - 1;
  }
  return vectors;
}

const addition = (from, to) => ({
  items: Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const path = `folder-${n % 97}/picture-${n}.jpg`;
    const source = { kind: 'file', path: `/home/me/pictures/${path}`, size: 1000 + n, mtimeMs: 1.7e12 + n };
    return { kind: 'image', name: `picture-${n}.jpg`, path, source, label: `label ${n % 10}` };
  }),
  hashes: Array.from({ length: to - from }, (_, i) => (from + i).toString(16).padStart(64, '0')),
  vectors: { dtype: 'float32', dims: [to - from, dims], data: vectorsOf(from, to) },
  space,
  others: 'keep',
});

async function fill() {
  const store = createCollectionService(openCollections(root));
  const began = performance.now();
  for (let from = 0; from < count; from += STEP)
    await store.save('Bench', addition(from, Math.min(count, from + STEP)), { signal });
  said(`fill with ${count} x ${dims}`, ms(performance.now() - began));
}

/** Reads all files of vectors without doing anything with them. */
async function plainReads() {
  const folder = join(root, 'Bench');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.npy'));
  const buffer = Buffer.alloc(16 * MB);
  const began = performance.now();
  let bytes = 0;
  for (const name of files) {
    const file = await open(join(folder, name));
    for (let read = 1; read > 0; bytes += read) read = (await file.read(buffer, 0, buffer.length)).bytesRead;
    await file.close();
  }
  said('plain reads of the vectors', `${ms(performance.now() - began)}, ${Math.round(bytes / MB)} MB`);
}

async function search() {
  const runtime = await createRuntime({
    ...{ device: 'cpu', dataFolder: data, modelFolders: [], samplesFolder: data, workflowFolder: data },
    ...{ outFolder: data, cache: false },
  });
  const quiet = { nodeId: 'bench', signal, progress() {}, warn() {}, preview() {} };
  const { ctx } = runtime.services.lease(quiet);
  // What every process has before: the engine of the ranking and DuckDB.
  const small = ctx.ops.tensor({ dtype: 'float32', dims: [1, dims], data: vectorsOf(7, 8) });
  const left = await ctx.ops.l2Normalize(small);
  await ctx.collections.open('Bench', '', 'size < 0', { signal }).catch(() => undefined);
  said('RSS with the vectors, after a first open', `${rss()} MB`);
  const began = performance.now();
  const opened = await ctx.collections.open('Bench', '', '', { signal });
  said('open again in this process', ms(performance.now() - began));
  const lengths = await ctx.ops.rowLengths(opened.tensor);
  const rank = (only) =>
    ctx.ops.rank(
      {
        ...{ kind: 'similarity', queries: [], gallery: [], metric: 'cosine', skipped: [] },
        scores: { form: 'product', left, right: opened.tensor, lengths },
      },
      { k: 10, signal, ...(only && { only }) },
    );
  await rank();
  // Another value in each round, so that no answer can be kept. The columns of the conditions are read in the first round.
  const FILTERS = {
    'one in ten': (n) => `category = 'label ${n}'`,
    half: (n) => `size % 2 = ${n % 2}`,
    'nine in ten': (n) => `category <> 'label ${n}'`,
    'two of both': (n) => `category IN ('label ${n}', 'label ${n + 1}') AND size > ${50_000 + n}`,
    few: (n) => `size < ${1100 + n}`,
  };
  const times = { all: [], some: Object.fromEntries(Object.keys(FILTERS).map((name) => [name, []])) };
  for (let round = 0; round < 9; round++) {
    let at = performance.now();
    await rank();
    times.all.push(performance.now() - at);
    for (const [name, filter] of Object.entries(FILTERS)) {
      at = performance.now();
      const part = await ctx.collections.open('Bench', '', filter(round), { signal });
      const filtered = performance.now() - at;
      await rank(part.only);
      times.some[name].push([performance.now() - at, filtered]);
    }
  }
  // The best of the rounds: other programs can only make them longer.
  const all = Math.min(...times.all);
  said('top 10 of all', ms(all));
  for (const [name, list] of Object.entries(times.some)) {
    const time = Math.min(...list.map(([whole]) => whole));
    const filtered = Math.min(...list.map(([, one]) => one));
    said(
      `top 10, condition: ${name}`,
      `${ms(time)} (${ms(filtered)} for the condition), ${(time / all).toFixed(2)} x`,
    );
  }
  const at = performance.now();
  const items = await opened.items([1, 5, count - 1]);
  said('pictures of 3 rows', `${ms(performance.now() - at)}, ${items[2].path}`);
  const vectors = Math.round((count * dims * 4) / MB);
  said('RSS at the end', `${rss()} MB = vectors (${vectors} MB) + ${rss() - vectors} MB`);
  await runtime.dispose();
}

async function coldOpen() {
  const store = openCollections(root);
  const service = createCollectionService(store);
  await service.info('Bench');
  const began = performance.now();
  const opened = await service.open('Bench', '', '', { signal });
  said(
    'open, in a new process',
    `${ms(performance.now() - began)}, ${opened.count} vectors, RSS ${rss()} MB`,
  );
}

async function add() {
  const store = createCollectionService(openCollections(root));
  const more = addition(count, count + 1000);
  const began = performance.now();
  const saved = await store.save('Bench', more, { signal });
  said(
    'add 1,000',
    `${ms(performance.now() - began)}, ${saved.added} added, ${Math.round(saved.bytes / MB)} MB written`,
  );
  const again = performance.now();
  await store.save('Bench', { ...more, vectors: more.vectors }, { signal });
  said('add the same 1,000 again', ms(performance.now() - again));
}

const PARTS = { fill, plainReads, coldOpen, search, add };
if (part) await PARTS[part]();
else {
  // Each in a process of its own, as a run is.
  const { spawnSync } = await import('node:child_process');
  try {
    for (const name of Object.keys(PARTS))
      spawnSync(process.execPath, [import.meta.filename, String(count), String(dims)], {
        stdio: 'inherit',
        env: { ...process.env, BENCH_PART: name, BENCH_DATA: data },
      });
    said('on disk', `${Math.round((await sizeOf(join(root, 'Bench'))) / MB)} MB`);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function sizeOf(folder) {
  const names = await readdir(folder);
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
