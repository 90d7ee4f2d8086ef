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
