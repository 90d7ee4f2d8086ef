// Measures HDBSCAN of vectors of 10, 64 and 256 numbers.
//   node test/bench/hdbscan.mjs [ROWS] [DIMS...]
import { built, grouped, measured, row } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { deviceOf } = await built('server/runtime/ort/device.js');
const { hostTensor, TensorScope } = await built('server/runtime/ort/tensor.js');
const { createExploreService } = await built('server/runtime/explore/explore-service.js');
const { seededRandom } = await built('nodes/sdk/index.js');

const [rows = 20_000, ...widths] = process.argv.slice(2).map(Number);
const { signal } = new AbortController();
const pool = new SessionPool(deviceOf('cpu'));

row(
  'vectors',
  'numbers each',
  'groups',
  'in none',
  'seconds',
  'neighbours',
  'thread kept, ms',
  'most memory, MB',
);
row('---', '---', '---', '---', '---', '---', '---', '---');
for (const dims of widths.length > 0 ? widths : [10, 64, 256]) {
  const vectors = hostTensor({
    dtype: 'float32',
    dims: [rows, dims],
    data: grouped(seededRandom(1), rows, dims),
  });
  const scope = new TensorScope();
  let group = new Int32Array();
  let near = 0;
  const start = performance.now();
  const onProgress = (done) => {
    if (near === 0 && done >= 50) near = (performance.now() - start) / 1000;
  };
  const { wall, kept, peak } = await measured(async () => {
    group = await createExploreService(pool, scope).hdbscan({ vectors, minSize: 10 }, { signal, onProgress });
  });
  scope.end();
  const groups = new Set(group.filter((own) => own >= 0)).size;
  const none = group.filter((own) => own < 0).length;
  row(rows, dims, groups, none, wall.toFixed(1), near.toFixed(1), kept.toFixed(0), peak.toFixed(0));
}
await pool.dispose();
