// Measures peak memory for folders of different sizes, and the cost of ten new pictures, with the command line as a
// process.
//   node test/bench/folder.mjs [SMALL LARGE]
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, row, scratch } from './measure.mjs';
import { drawJpegs } from './pictures.mjs';

const [small, large] = process.argv.length > 3 ? process.argv.slice(2).map(Number) : [1_000, 20_000];

/** The highest resident bytes of a process. Linux keeps this number while the process runs. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function run(folder, data) {
  const start = performance.now();
  const args = ['run', 'find-similar-images', '--input', `folder=${folder}`, '--json', '--device', 'cpu'];
  const child = spawn(process.execPath, [join(root, 'dist/server/cli.js'), ...args], {
    env: { ...process.env, PATCHBAY_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  let text = '';
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 20);
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((done) => {
    child.on('close', (code) => {
      clearInterval(timer);
      if (code !== 0) throw new Error(`exit ${code}: ${text.slice(0, 500)}`);
      done({
        seconds: (performance.now() - start) / 1000,
        peak,
        status: JSON.parse(text).nodes['encode-pictures'],
      });
    });
  });
}

row('folder', 'run', 'seconds', 'encode node ms', 'peak RSS MB');
row('---', '---', '---', '---', '---');
for (const count of [small, large]) {
  const folder = join(scratch('folder'), 'pictures');
  mkdirSync(folder);
  await drawJpegs(folder, count, { width: 240, height: 160 });
  const data = scratch('data');
  const report = (name, { seconds, peak, status }) =>
    row(count, name, seconds.toFixed(2), status.ms.toFixed(0), peak.toFixed(0));
  report('first', await run(folder, data));
  report('again', await run(folder, data));
  await drawJpegs(folder, 10, { width: 240, height: 160, from: count });
  report('ten new pictures', await run(folder, data));
}
