// Measures a map by UMAP of 10,000 vectors of 256 numbers, beside umap-js in the same process.
//   node test/bench/umap.mjs [ROWS] [DIMS] [alone]
import { built, grouped, measured, peer, row } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { deviceOf } = await built('server/runtime/ort/device.js');
const { hostTensor, TensorScope } = await built('server/runtime/ort/tensor.js');
const { createExploreService } = await built('server/runtime/explore/explore-service.js');
const { seededRandom } = await built('nodes/sdk/index.js');
const umapJs = process.argv[4] === 'alone' ? undefined : await peer('umap-js', '1.4.0');

const [rows = 10_000, dims = 256] = process.argv.slice(2).map(Number);
const signal = new AbortController().signal;

const data = grouped(seededRandom(1), rows, dims);
const vectors = hostTensor({ dtype: 'float32', dims: [rows, dims], data });
const pool = new SessionPool(deviceOf('cpu'));

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

row('program', 'seconds', 'of the processor', 'thread kept, ms', 'most memory, MB');
row('---', '---', '---', '---', '---');
const found = {};
for (const [name, work] of Object.entries(contenders)) {
  found[name] = await measured(work);
  const { wall, cpu, kept, peak } = found[name];
  row(name, wall.toFixed(1), cpu.toFixed(1), kept.toFixed(0), peak.toFixed(0));
}
const other = found['umap-js 1.4.0'];
if (other)
  row(
    'patchbay / umap-js',
    (found.patchbay.wall / other.wall).toFixed(2),
    (found.patchbay.cpu / other.cpu).toFixed(2),
    '',
    '',
  );
await pool.dispose();
