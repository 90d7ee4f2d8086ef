#!/usr/bin/env bash
# Expected: a product of 200,000 x 512 numbers with one vector is limited by memory, so bytes (MatMulInteger) take about a quarter of
#           the time of float32 (MatMul), above all on a processor with VNNI.
# Happens:  with onnxruntime 1.30.0 on the CPU, MatMulInteger of uint8 takes 1.5 times as long as MatMul (72 ms against 47 ms, two
#           threads, AVX-512 with VNNI). The float product with one column is its own fast path; the integer one packs the large matrix
#           anew in every run.
# Matters:  a search for one query does not get faster by storing its gallery in bytes.
# Remedy:   measure first; for one vector use floats, or integer products of your own.
set -euo pipefail
cd "$(mktemp -d)"
python3 -m venv venv
venv/bin/pip install --quiet onnxruntime==1.30.0 onnx==1.23.1 numpy==2.4.6
cat > look.py <<'PY'
import time

import numpy as np
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as h

ROWS, WIDTH, ROUNDS = 200_000, 512, 12


def session(operator, given, made):
    graph = h.make_graph(
        [h.make_node(operator, ["x", "q"], ["y"])],
        "product",
        [h.make_tensor_value_info("x", given, ["n", WIDTH]), h.make_tensor_value_info("q", given, [WIDTH, 1])],
        [h.make_tensor_value_info("y", made, ["n", 1])],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


random = np.random.default_rng(1)
floats = {"x": random.random((ROWS, WIDTH), np.float32), "q": random.random((WIDTH, 1), np.float32)}
whole = {name: (value * 255).astype(np.uint8) for name, value in floats.items()}
contenders = {
    "MatMul of float32": (session("MatMul", T.FLOAT, T.FLOAT), floats),
    "MatMulInteger of uint8": (session("MatMulInteger", T.UINT8, T.INT32), whole),
}
times = {name: [] for name in contenders}
for _ in range(ROUNDS):
    for name, (run, feeds) in contenders.items():
        before = time.perf_counter()
        run.run(None, feeds)
        times[name].append(1000 * (time.perf_counter() - before))
best = {name: min(values) for name, values in times.items()}
for name, value in best.items():
    print(f"{name}: {value:.0f} ms")
ratio = best["MatMulInteger of uint8"] / best["MatMul of float32"]
print(f"onnxruntime {ort.__version__}: bytes take {ratio:.2f} times as long")
assert ratio > 1, "This has changed: bytes are faster now."
PY
venv/bin/python look.py
