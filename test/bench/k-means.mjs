// Measures k-means of 100,000 vectors of 256 numbers into 20 groups, beside scikit-learn, in turn.
//   node test/bench/k-means.mjs PYTHON [ROWS] [DIMS] [GROUPS]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, median, row, scratch } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { deviceOf } = await built('server/runtime/ort/device.js');
const { hostTensor, TensorScope } = await built('server/runtime/ort/tensor.js');
const { createExploreService } = await built('server/runtime/explore/explore-service.js');
const { seededRandom } = await built('nodes/sdk/index.js');

const [python, ...sizes] = process.argv.slice(2);
if (!python) {
  console.error('Name a Python with numpy and scikit-learn: node test/bench/k-means.mjs PYTHON');
  process.exit(2);
}
const [rows = 100_000, dims = 256, groups = 20] = sizes.map(Number);
const ROUNDS = 3;
const { signal } = new AbortController();

const random = seededRandom(1);
const centers = Array.from({ length: groups }, () =>
  Float32Array.from({ length: dims }, () => random() * 2 - 1),
);
const truth = new Int32Array(rows);
const data = new Float32Array(rows * dims);
for (let r = 0; r < rows; r += 1) {
  truth[r] = Math.floor(random() * groups);
  const spread = 2 + 2 * random();
  for (let d = 0; d < dims; d += 1)
    data[r * dims + d] = centers[truth[r]][d] + spread * (random() + random() - 1);
}

const folder = scratch('k-means');
writeFileSync(join(folder, 'x.f32'), new Uint8Array(data.buffer));
const program = `
import sys, time, json, resource
import numpy as np
from sklearn.cluster import KMeans
x = np.fromfile(sys.argv[1], dtype=np.float32).reshape(${rows}, ${dims})
KMeans(2, n_init=1, max_iter=2).fit(x[:1000])
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
start, before = time.perf_counter(), cpu()
fit = KMeans(${groups}, random_state=int(sys.argv[3])).fit(x)
seconds, used = time.perf_counter() - start, cpu() - before
fit.labels_.astype(np.int32).tofile(sys.argv[2])
print(json.dumps({"wall": seconds, "cpu": used, "inertia": float(fit.inertia_), "steps": fit.n_iter_}))
`;

/** The sum of squared distances to the means of the groups, in float64. */
function inertiaOf(group) {
  const sums = new Float64Array(groups * dims);
  const counts = new Float64Array(groups);
  for (let r = 0; r < rows; r += 1) {
    counts[group[r]] += 1;
    for (let d = 0; d < dims; d += 1) sums[group[r] * dims + d] += data[r * dims + d];
  }
  let inertia = 0;
  for (let r = 0; r < rows; r += 1)
    for (let d = 0; d < dims; d += 1)
      inertia += (data[r * dims + d] - sums[group[r] * dims + d] / counts[group[r]]) ** 2;
  return inertia;
}

/** The adjusted Rand index of groups and the truth. */
function agreement(group) {
  const pairs = (n) => (n * (n - 1)) / 2;
  const counted = (key) => {
    const counts = new Map();
    for (let r = 0; r < rows; r += 1) counts.set(key(r), (counts.get(key(r)) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0);
  };
  const both = counted((r) => group[r] * groups + truth[r]);
  const [one, other] = [counted((r) => group[r]), counted((r) => truth[r])];
  const chance = (one * other) / pairs(rows);
  return (both - chance) / ((one + other) / 2 - chance);
}

const vectors = hostTensor({ dtype: 'float32', dims: [rows, dims], data });
const pool = new SessionPool(deviceOf('cpu'));
const times = { patchbay: [], 'scikit-learn': [] };
row('program', 'seconds', 'of the processor', 'inertia', 'adjusted Rand index');
row('---', '---', '---', '---', '---');
for (let round = 0; round < ROUNDS; round += 1) {
  const scope = new TensorScope();
  const start = performance.now();
  const before = process.cpuUsage();
  const group = await createExploreService(pool, scope).kMeans(
    { vectors, count: groups, metric: 'euclidean', starts: 10, seed: round },
    { signal },
  );
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  scope.end();
  times.patchbay.push(wall);
  const cells = [wall.toFixed(2), ((user + system) / 1e6).toFixed(2)];
  row('patchbay', ...cells, inertiaOf(group).toFixed(0), agreement(group).toFixed(4));
  const out = join(folder, 'labels.i32');
  const ran = spawnSync(python, ['-c', program, join(folder, 'x.f32'), out, String(round)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = JSON.parse(ran.stdout);
  const bytes = readFileSync(out);
  const labels = new Int32Array(bytes.buffer, bytes.byteOffset, rows);
  times['scikit-learn'].push(said.wall);
  const theirs = [said.wall.toFixed(2), said.cpu.toFixed(2)];
  row(`scikit-learn, ${said.steps} steps`, ...theirs, said.inertia.toFixed(0), agreement(labels).toFixed(4));
}
row(
  'patchbay / scikit-learn',
  (median(times.patchbay) / median(times['scikit-learn'])).toFixed(2),
  '',
  '',
  '',
);
await pool.dispose();
