// Helpers for the benchmarks: temporary folders, medians, and the built product.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// ONNX Runtime reads this when it loads its first model. A benchmark reports nothing either.
process.env.ORT_DISABLE_TELEMETRY = '1';

export const root = join(import.meta.dirname, '../..');

if (!existsSync(join(root, 'dist/server/cli.js'))) {
  console.error('Build first: npm run build');
  process.exit(2);
}

/** Imports a module of the built product. */
export const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href);

export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `patchbay-bench-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The median time of `runs` calls in milliseconds. One call before them is not counted. */
export async function time(runs, work) {
  await work();
  const times = [];
  for (let i = 0; i < runs; i += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

/**
 * Runs all contenders in turn, `runs` rounds, so that changes of the machine's speed affect all alike. Medians by name.
 */
export async function inTurn(runs, contenders) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (const work of Object.values(contenders)) await work();
  for (let i = 0; i < runs; i += 1) {
    for (const [name, work] of Object.entries(contenders)) {
      const start = performance.now();
      await work();
      times[name].push(performance.now() - start);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

/** Numbers of vectors around 20 centres, each group along three directions of its own, row by row. */
export function grouped(random, rows, dims) {
  const some = () => Float32Array.from({ length: dims }, () => random() * 2 - 1);
  const groups = Array.from({ length: 20 }, () => [some(), some(), some(), some()]);
  const data = new Float32Array(rows * dims);
  for (let r = 0; r < rows; r += 1) {
    const [center, ...axes] = groups[Math.floor(random() * groups.length)];
    const along = axes.map(() => random() * 2 - 1);
    for (let d = 0; d < dims; d += 1) {
      let value = center[d] + 0.3 * (random() + random() - 1);
      for (const [i, axis] of axes.entries()) value += 0.6 * along[i] * axis[d];
      data[r * dims + d] = value;
    }
  }
  return data;
}

/**
 * Seconds by the clock and of the processor, the longest time that the thread was kept in milliseconds, and by how many MB the memory of
 * the process grew at most.
 */
export async function measured(work) {
  const rss = () => process.memoryUsage.rss() / 1e6;
  const first = rss();
  let peak = first;
  let kept = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    kept = Math.max(kept, performance.now() - last - 5);
    last = performance.now();
    peak = Math.max(peak, rss());
  }, 5);
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  kept = Math.max(kept, performance.now() - last - 5);
  clearInterval(timer);
  return { wall, cpu: (user + system) / 1e6, kept, peak: Math.max(peak, rss()) - first };
}

/** Installs a package for comparison, which the product does not depend on, on first use; undefined if that fails. */
export async function peer(name, version) {
  const folder = join(tmpdir(), 'patchbay-bench-peers');
  const require = createRequire(join(folder, 'index.js'));
  const load = async () => import(pathToFileURL(require.resolve(name)).href);
  try {
    return await load();
  } catch {
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@${version}`,
    ];
    if (spawnSync('npm', args, { env, stdio: ['ignore', 2, 2] }).status !== 0) return undefined;
    return load().catch(() => undefined);
  }
}

export const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
export const ms = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
