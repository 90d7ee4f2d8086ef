#!/usr/bin/env bash
# Expected: when a run of an ONNX Runtime session has ended, its threads sleep.
# Happens:  with onnxruntime-node 1.30.0 on the CPU, the worker threads of a session go on in an empty loop after each run that
#           used several of them, for tens of milliseconds of processor time. The result is there long before.
# Matters:  a server that answers while a browser on the same computer draws: a 2 ms product took 30 ms of one core, so that on
#           two cores the answer was slower than the product. Profilers of JavaScript do not see these threads.
# Remedy:   the session option session.force_spinning_stop = 1. Threads then still spin between the nodes of a run, and stop
#           with it.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
# The install script only downloads CUDA libraries.
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0
cat > look.cjs <<'JS'
const ort = require('onnxruntime-node');

// A model with one MatMul of two inputs, as ONNX stores it: ir_version 8, opset 17.
const varint = (n) => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
const part = (field, ...parts) => {
  const all = Buffer.concat(parts.map((one) => Buffer.from(one)));
  return Buffer.concat([Buffer.from([field * 8 + 2, ...varint(all.length)]), all]);
};
const SIZE = 512;
const dim = part(1, [8, ...varint(SIZE)]);
const matrix = part(2, part(1, [8, 1], part(2, dim, dim)));
const graph = part(
  7,
  part(1, part(1, 'a'), part(1, 'b'), part(2, 'y'), part(4, 'MatMul')),
  part(2, 'graph'),
  part(11, part(1, 'a'), matrix),
  part(11, part(1, 'b'), matrix),
  part(12, part(1, 'y'), matrix),
);
const model = Buffer.concat([Buffer.from([8, 8]), graph, part(8, [16, 17])]);
const RUNS = 20;

/** Processor time, in milliseconds a run, that the process uses in the 100 ms after the result. */
async function idle(extra) {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2, extra });
  const side = new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
  let used = 0;
  for (let i = 0; i < RUNS; i++) {
    await session.run({ a: side, b: side });
    const before = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 100));
    const { user, system } = process.cpuUsage(before);
    used += (user + system) / 1000;
  }
  await session.release();
  return used / RUNS;
}

(async () => {
  const usual = await idle({});
  const stopped = await idle({ session: { force_spinning_stop: '1' } });
  console.log(`after a run, ms of processor time: ${usual.toFixed(1)} by default, ${stopped.toFixed(1)} with the option`);
  if (usual < 4 * stopped || usual < 5) throw new Error('The behaviour has changed.');
})();
JS
node look.cjs
