// Measures the training of a LoRA projection, beside the usual PyTorch loop (autograd, AdamW, float32), 2 threads each.
//   node test/bench/train.mjs PYTHON [ROWS CATEGORIES ROUNDS]      PYTHON of a venv with torch and numpy
// Processor time counts all threads: where other programs run, it compares better than the time on the clock.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { built, inTurn, median, ms, root, row, scratch } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { CPU } = await built('server/runtime/ort/device.js');
const { hostTensor, TensorScope } = await built('server/runtime/ort/tensor.js');
const { GraphRunner } = await built('server/runtime/ops/runner.js');
const { trainLora } = await built('server/runtime/train/lora-trainer.js');
const { seededRandom } = await built('nodes/sdk/index.js');

const [python, rows = 1600, classes = 100, rounds = 3] = process.argv.slice(2);
const facts = {
  rows: Number(rows),
  classes: Number(classes),
  wide: 768,
  narrow: 512,
  rank: 8,
  steps: 300,
  scaling: 1,
  scale: 100,
  rate: 1e-3,
  decay: 0.01,
  threads: 2,
};
const { wide, narrow, rank } = facts;
const random = seededRandom(1);
/** About normally distributed. */
const normal = () => (random() + random() + random() + random() - 2) * Math.sqrt(3);
const matrix = (n, width, value) => ({
  dims: [n, width],
  data: Float32Array.from({ length: n * width }, value),
});
const unit = ({ dims, data }) => {
  for (let i = 0; i < dims[0]; i += 1) {
    const part = data.subarray(i * dims[1], (i + 1) * dims[1]);
    const length = Math.hypot(...part);
    for (let j = 0; j < part.length; j += 1) part[j] /= length;
  }
  return { dims, data };
};
const labels = Array.from({ length: facts.rows }, (_, i) => i % facts.classes);
const centres = matrix(facts.classes, wide, normal);
const x = matrix(
  facts.rows,
  wide,
  (_, i) => 0.5 * centres.data[labels[Math.floor(i / wide)] * wide + (i % wide)] + normal(),
);
const weight = matrix(narrow, wide, () => normal() / Math.sqrt(wide));
// As texts do: near the pictures of their category, with a large part in common.
const common = Array.from({ length: narrow }, () => 3 * normal());
const prototypes = matrix(facts.classes, narrow, (_, i) => common[i % narrow] + 0.7 * normal());
for (let c = 0; c < facts.classes; c += 1)
  for (let e = 0; e < narrow; e += 1) {
    let sum = 0;
    for (let j = 0; j < wide; j += 1) sum += weight.data[e * wide + j] * centres.data[c * wide + j];
    prototypes.data[c * narrow + e] += 0.3 * sum;
  }
unit(prototypes);
const a = matrix(rank, wide, () => (2 * random() - 1) / Math.sqrt(wide));

const folder = scratch('train');
for (const [name, { data }] of Object.entries({ x, weight, prototypes, a }))
  writeFileSync(join(folder, `${name}.bin`), data);
writeFileSync(join(folder, 'labels.bin'), BigInt64Array.from(labels, BigInt));
writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts));

const host = (what) => hostTensor({ dtype: 'float32', ...what });
const job = {
  features: host(x),
  weight: host(weight),
  labels,
  training: labels.map((_, i) => i),
  heldOut: [],
  loss: { kind: 'cross-entropy', prototypes: host(prototypes), scale: facts.scale },
  rank,
  alpha: rank * facts.scaling,
  rankStabilized: false,
  dropout: 0,
  learningRate: facts.rate,
  weightDecay: facts.decay,
  pull: 0,
  steps: facts.steps,
  batch: 0,
  seed: 0,
  start: host(a),
  judgeEvery: 10,
  patience: 0,
};
const pool = new SessionPool(CPU, { threads: facts.threads });
let found;
const work = { patchbay: [], pytorch: [] };
const contenders = {
  patchbay: async () => {
    const before = process.cpuUsage();
    const scope = new TensorScope();
    found = await trainLora(new GraphRunner(pool, scope, 1 << 22), job, {
      signal: new AbortController().signal,
    });
    scope.end();
    const { user, system } = process.cpuUsage(before);
    work.patchbay.push((user + system) / 1000);
  },
};
let torch;
if (python) {
  const child = spawn(python, [join(root, 'test/bench/train.py'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.on('exit', (code) => {
    if (code === 0) return;
    console.error(`${python} ended with ${code}. It needs torch and numpy.`);
    process.exit(2);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  contenders.pytorch = async () => {
    child.stdin.write('\n');
    work.pytorch.push(Number((await lines.next()).value));
  };
  torch = child;
} else console.error('Without a Python with torch, nothing is compared: node test/bench/train.mjs PYTHON');

const times = await inTurn(Number(rounds), contenders);
row(
  'rows',
  'categories',
  'Patchbay ms',
  'PyTorch ms',
  'ratio',
  'Patchbay processor ms',
  'PyTorch processor ms',
  'ratio',
  'largest difference of a loss',
);
row(...Array(9).fill('---'));
const bytes = torch && readFileSync(join(folder, 'losses.bin'));
const losses =
  bytes && new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const farthest = losses && Math.max(...losses.map((loss, i) => Math.abs(loss - found.losses[i])));
const ratio = (ours, others) => (torch ? (ours / others).toFixed(3) : '-');
const [ours, others] = [median(work.patchbay), median(work.pytorch)];
row(
  facts.rows,
  facts.classes,
  ms(times.patchbay),
  torch ? ms(times.pytorch) : '-',
  ratio(times.patchbay, times.pytorch),
  ms(ours),
  torch ? ms(others) : '-',
  ratio(ours, others),
  farthest?.toExponential(1) ?? '-',
);
console.error(`losses: ${found.losses[0].toFixed(4)} to ${found.losses.at(-1).toFixed(4)}`);
torch?.stdin.end();
await pool.dispose();
process.exit(0);
