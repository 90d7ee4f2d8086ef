// Measures a map by UMAP of 10,000 vectors of 256 numbers, beside umap-js in the same process.
//   node test/bench/umap.mjs [ROWS] [DIMS]
import { built, peer, row } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { deviceOf } = await built('server/runtime/ort/device.js');
const { hostTensor, TensorScope } = await built('server/runtime/ort/tensor.js');
const { createExploreService } = await built('server/runtime/explore/explore-service.js');
const { seededRandom } = await built('nodes/sdk/index.js');
const umapJs = await peer('umap-js', '1.4.0');

const [rows = 10_000, dims = 256] = process.argv.slice(2).map(Number);
const signal = new AbortController().signal;

/** Vectors around 20 centres, each group along three directions of its own. */
function grouped() {
  const random = seededRandom(1);
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

const data = grouped();
const vectors = hostTensor({ dtype: 'float32', dims: [rows, dims], data });
const pool = new SessionPool(deviceOf('cpu'));

/** Seconds by the clock and of the processor, and the longest time that the thread was kept, in milliseconds. */
async function measured(work) {
  let kept = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    kept = Math.max(kept, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  kept = Math.max(kept, performance.now() - last - 5);
  clearInterval(timer);
  return { wall, cpu: (user + system) / 1e6, kept };
}

const contenders = {
  'nearest vectors alone': async () => {
    const scope = new TensorScope();
    await createExploreService(pool, scope).nearest(vectors, { k: 14, metric: 'euclidean', signal });
    scope.end();
  },
  patchbay: async () => {
    const scope = new TensorScope();
    const job = { vectors, metric: 'euclidean', neighbours: 15, minDistance: 0.1, dims: 2, seed: 0 };
    await createExploreService(pool, scope).umap(job, { signal });
    scope.end();
  },
  ...(umapJs && {
    'umap-js 1.4.0': async () => {
      const lists = Array.from({ length: rows }, (_, r) =>
        Array.from(data.subarray(r * dims, (r + 1) * dims)),
      );
      const { UMAP } = umapJs.default ?? umapJs;
      new UMAP({ nComponents: 2, nNeighbors: 15, minDist: 0.1, random: seededRandom(0) }).fit(lists);
    },
  }),
};

row('program', 'seconds', 'of the processor', 'thread kept, ms');
row('---', '---', '---', '---');
const found = {};
for (const [name, work] of Object.entries(contenders)) {
  found[name] = await measured(work);
  const { wall, cpu, kept } = found[name];
  row(name, wall.toFixed(1), cpu.toFixed(1), kept.toFixed(0));
}
const other = found['umap-js 1.4.0'];
if (other)
  row(
    'patchbay / umap-js',
    (found.patchbay.wall / other.wall).toFixed(2),
    (found.patchbay.cpu / other.cpu).toFixed(2),
    '',
  );
await pool.dispose();
