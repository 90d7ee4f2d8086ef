// A folder that did not change: the time of a second run, of a search with another picture, and of the look through the folder.
//   node test/bench/rescan.mjs [COUNT]
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { built, root, row, scratch } from './measure.mjs';

const count = Number(process.argv[2] ?? 20_000);
const PER_FOLDER = 500;

const folder = join(scratch('rescan'), 'pictures');
for (let i = 0; i < count; i += 1) {
  const place = join(folder, String(Math.floor(i / PER_FOLDER)));
  if (i % PER_FOLDER === 0) mkdirSync(place, { recursive: true });
  const data = Buffer.alloc(8 * 8 * 3, i % 251);
  data.writeUInt32LE(i, 0);
  writeFileSync(
    join(place, `${i}.png`),
    await sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
      .png()
      .toBuffer(),
  );
}
// Files younger than two seconds are not remembered.
await new Promise((resolve) => setTimeout(resolve, 2_500));
const data = scratch('data');
const samples = join(root, 'workflows/samples/queries');

row('what', 'seconds');
row('---', '---');

function run(name, query) {
  const inputs = [`folder=${folder}`, `query=${query}`, 'model=builtin/color-layout'];
  const args = ['run', 'find-similar-images', ...inputs.flatMap((one) => ['--input', one]), '--json'];
  const start = performance.now();
  const env = { ...process.env, PATCHBAY_DATA: data };
  const child = spawnSync(process.execPath, [join(root, 'dist/server/cli.js'), ...args], {
    env,
    maxBuffer: 1e9,
  });
  if (child.status !== 0)
    throw new Error(`exit ${child.status}: ${child.stderr}${String(child.stdout).slice(0, 2000)}`);
  const { durationMs } = JSON.parse(child.stdout);
  row(
    name,
    `${((performance.now() - start) / 1000).toFixed(2)}, of which the run ${(durationMs / 1000).toFixed(2)}`,
  );
}
const cat = join(samples, 'cat-face.png');
run('first run, a process of its own', cat);
run('again', cat);
run('again', cat);
run('another query', join(folder, '0', '1.png'));

const { createImageService } = await built('server/runtime/images/image-service.js');
const { createPathResolver } = await built('server/runtime/files/paths.js');
const { createContentKeys } = await built('server/runtime/images/content-keys.js');
for (const roots of [undefined, [folder, root]]) {
  const images = createImageService({
    paths: createPathResolver({ workflowDir: folder, samplesDir: samples, roots }),
    contentKeys: createContentKeys(join(data, 'cache', 'content-keys')),
  });
  for (let round = 1; round <= 3; round += 1) {
    let longest = 0;
    let turn = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - turn);
      turn = performance.now();
    }, 1);
    const start = performance.now();
    await images.fingerprint(folder);
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    clearInterval(timer);
    row(
      `look ${round}, ${roots ? 'certain folders only' : 'all folders'}`,
      `${seconds}, longest pause ${longest.toFixed(0)} ms`,
    );
  }
}
process.exit(0);
