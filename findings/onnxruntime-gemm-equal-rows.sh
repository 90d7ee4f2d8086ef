#!/usr/bin/env bash
# Expected: one query times a gallery whose rows are all the same gives one score, whatever the row's place.
# Happens:  ONNX Runtime 1.30.0 on x86-64 (CPU provider): Gemm with transB and one query row computes the last rows of the
#           gallery, N mod 4 of them, in another order of additions, so that they differ from the others in their last bits.
#           MatMul with the transposed gallery gives equal scores. With several query rows Gemm does so too.
# Matters:  a search for exact duplicates at threshold 1, or a top-k whose ties go to the first row, loses or moves such rows.
# Remedy:   pad the gallery to a multiple of four rows, or use MatMul.
set -euo pipefail
cd "$(mktemp -d)"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.1 onnxruntime==1.30.0
venv/bin/python - <<'PY'
import sys

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper


def scores(op, query, gallery):
    """The products of each query row and each gallery row, computed by one node."""
    side = gallery if op == "Gemm" else np.ascontiguousarray(gallery.T)
    typed = lambda name, array: helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape)
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [len(query), len(gallery)])
    node = helper.make_node(op, ["a", "b"], ["out"], **({"transB": 1} if op == "Gemm" else {}))
    graph = helper.make_graph([node], "product", [typed("a", query), typed("b", side)], [out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"a": query, "b": side})[0]


random = np.random.default_rng(0)
print("onnxruntime", ort.__version__)
found = {}
for op, queries in (("Gemm", 1), ("Gemm", 4), ("MatMul", 1)):
    places = set()
    for width in (58, 64, 100, 512):
        for rows in range(17, 21):
            row = random.standard_normal((1, width)).astype(np.float32)
            query = np.repeat(random.standard_normal((1, width)).astype(np.float32), queries, 0)
            got = scores(op, query, np.repeat(row, rows, 0))
            places |= {(rows, int(at)) for at in np.nonzero(got[0] != got[0, 0])[0]}
    found[op, queries] = places
    print(f"{op}, {queries} query row(s): (rows of the gallery, row that differs) = {sorted(places)}")
tail = all(at >= rows - rows % 4 for rows, at in found["Gemm", 1])
same = found["Gemm", 1] and tail and not found["Gemm", 4] and not found["MatMul", 1]
sys.exit(0 if same else "The behaviour has changed.")
PY
