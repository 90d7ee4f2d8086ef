// Measures exact top-10 by cosine, compared with a raw ONNX Runtime session and plain JavaScript. 1M x 512 needs 5 GB.
//   node test/bench/rank.mjs [ROWS ...]
import * as ort from 'onnxruntime-node';
import { built, inTurn, ms, peer, row } from './measure.mjs';

const { SessionPool } = await built('server/runtime/ort/session-pool.js');
const { deviceOf } = await built('server/runtime/ort/device.js');
const { TensorScope } = await built('server/runtime/ort/tensor.js');
const { createOps } = await built('server/runtime/ops/ops.js');
const { settled } = await built('server/runtime/ops/bytes/byte-galleries.js');
const { buildGraph } = await built('server/runtime/onnx/graph-builder.js');
const { hostTensor } = await built('server/runtime/ort/tensor.js');

const D = 512;
const K = 10;
const signal = new AbortController().signal;
const usearch = await peer('usearch', '2.17.1');

function unit(rows, seed) {
  const data = new Float32Array(rows * D);
  let state = seed;
  for (let r = 0; r < rows; r += 1) {
    let sum = 0;
    for (let i = r * D; i < (r + 1) * D; i += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      data[i] = state / 2 ** 31;
      sum += data[i] * data[i];
    }
    const scale = 1 / Math.sqrt(sum);
    for (let i = r * D; i < (r + 1) * D; i += 1) data[i] *= scale;
  }
  return data;
}

const raw = await ort.InferenceSession.create(
  buildGraph((g) => {
    const scores = g.node('Gemm', [g.input('q', 'float32', ['Q', D]), g.input('x', 'float32', ['N', D])], {
      transB: 1,
    });
    const [values, indices] = g.node(
      'TopK',
      [scores, g.constant({ dtype: 'int64', dims: [1], data: new BigInt64Array([BigInt(K)]) })],
      {},
      { outputs: 2 },
    );
    g.output('values', values, 'float32', ['Q', K]);
    g.output('indices', indices, 'int64', ['Q', K]);
  }),
  { enableMemPattern: false, enableCpuMemArena: false },
);

function plain(left, right, rows, queries) {
  for (let q = 0; q < queries; q += 1) {
    const best = new Float64Array(K).fill(-2);
    for (let r = 0; r < rows; r += 1) {
      let sum = 0;
      for (let i = 0, a = q * D, b = r * D; i < D; i += 1) sum += left[a + i] * right[b + i];
      if (sum <= best[K - 1]) continue;
      let at = K - 1;
      while (at > 0 && best[at - 1] < sum) {
        best[at] = best[at - 1];
        at -= 1;
      }
      best[at] = sum;
    }
  }
}

row(
  'gallery',
  'queries',
  'rank ms',
  'GB/s',
  'raw session ms',
  'rank / raw',
  'bytes ms',
  'bytes / rank',
  'others ms',
);
row(...Array.from({ length: 9 }, () => '---'));
const sizes = process.argv.slice(2).map(Number);
for (const rows of sizes.length > 0 ? sizes : [200_000, 1_000_000]) {
  const right = unit(rows, 7);
  const items = Array.from({ length: rows }, () => ({ kind: 'text', text: '' }));
  for (const queries of [1, 64]) {
    const left = unit(queries, 11);
    const pool = new SessionPool(deviceOf('cpu'));
    const ops = createOps(pool, new TensorScope());
    const tensor = (data, n) => hostTensor({ dtype: 'float32', dims: [n, D], data });
    const similarity = {
      kind: 'similarity',
      queries: items.slice(0, queries),
      gallery: items,
      metric: 'cosine',
      skipped: [],
      scores: { form: 'product', left: tensor(left, queries), right: tensor(right, rows) },
    };
    const q = new ort.Tensor('float32', left, [queries, D]);
    const x = new ort.Tensor('float32', right, [rows, D]);
    // A tensor that is searched for the first time is read as floats; after some searches there is a copy in bytes.
    const asFloats = () => {
      const scores = { ...similarity.scores, right: tensor(right, rows) };
      return ops.rank({ ...similarity, scores }, { k: K, signal });
    };
    for (let i = 0; i < 6; i += 1) await ops.rank(similarity, { k: K, signal });
    const copying = performance.now();
    await settled(similarity.scores.right);
    console.error(`waited ${ms(performance.now() - copying)} ms for the copy in bytes`);
    const contenders = {
      rank: asFloats,
      bytes: () => ops.rank(similarity, { k: K, signal }),
      raw: () => raw.run({ q, x }),
    };
    if (rows <= 200_000 && queries === 1) contenders.javascript = () => plain(left, right, rows, queries);
    if (usearch?.exactSearch && rows <= 200_000)
      contenders.usearch = () => usearch.exactSearch(right, left, D, K, usearch.MetricKind?.IP ?? 'ip');
    const {
      rank,
      bytes,
      raw: bare,
      ...others
    } = await inTurn(rows > 500_000 && queries > 1 ? 3 : 7, contenders);
    const rest = Object.entries(others)
      .map(([name, value]) => `${name} ${ms(value)}`)
      .join(', ');
    row(
      rows,
      queries,
      ms(rank),
      ((rows * D * 4) / rank / 1e6).toFixed(1),
      ms(bare),
      (rank / bare).toFixed(2),
      ms(bytes),
      (bytes / rank).toFixed(2),
      rest,
    );
    await pool.dispose();
  }
}
process.exit(0);
