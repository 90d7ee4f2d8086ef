#!/usr/bin/env bash
# Expected: the npm package onnxruntime-node computes, and leaves nothing on the disk.
# Happens:  version 1.30.0 on Linux has telemetry built in and switched on. With the first session it writes
#           Microsoft/DeveloperTools/.onnxruntime/deviceid and onnxruntime.db to the cache folder of the user, and
#           mat-debug-PID.log and .ses to the temporary folder. It also looks up a host of Microsoft within a minute (not shown
#           here, because it needs a network).
# Matters:  offline and read-only systems, containers, and programs that promise that nothing leaves the computer.
# Remedy:   set ORT_DISABLE_TELEMETRY=1 before the first session. Setting it in a worker thread is too late: threads have a
#           copy of the environment.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
# The install script only downloads CUDA libraries.
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0
cat > look.cjs <<'JS'
const ort = require('onnxruntime-node');

// A model with one Identity node, as ONNX stores it: ir_version 8, opset 17.
const part = (field, ...parts) => {
  const all = Buffer.concat(parts.map((one) => Buffer.from(one)));
  return Buffer.concat([Buffer.from([field * 8 + 2, all.length]), all]);
};
const float1 = part(2, part(1, [8, 1], part(2, part(1, [8, 1]))));
const graph = part(
  7,
  part(1, part(1, 'x'), part(2, 'y'), part(4, 'Identity')),
  part(2, 'graph'),
  part(11, part(1, 'x'), float1),
  part(12, part(1, 'y'), float1),
);
const model = Buffer.concat([Buffer.from([8, 8]), graph, part(8, [16, 17])]);

(async () => {
  const session = await ort.InferenceSession.create(model);
  const { y } = await session.run({ x: new ort.Tensor('float32', [1], [1]) });
  if (y.data[0] !== 1) throw new Error(`${y.data}`);
  await new Promise((done) => setTimeout(done, 3000));
})();
JS
left() { # the files that a process leaves behind
  local place; place="$(mktemp -d)"
  mkdir "$place/home" "$place/cache" "$place/tmp"
  env HOME="$place/home" XDG_CACHE_HOME="$place/cache" TMPDIR="$place/tmp" "$@" node look.cjs >&2
  (cd "$place" && find . -type f | sed -E 's/[0-9]+\.log/PID.log/' | sort)
}
default="$(left)"
off="$(left ORT_DISABLE_TELEMETRY=1)"
printf 'by default:\n%s\nwith ORT_DISABLE_TELEMETRY=1:\n%s\n' "$default" "${off:-(nothing)}"
grep -q 'onnxruntime.db' <<<"$default" && grep -q 'deviceid' <<<"$default" && [ -z "$off" ] || { echo 'The behaviour has changed.'; exit 1; }
