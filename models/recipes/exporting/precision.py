"""Smaller variants of an exported graph: float16 inside, or 8-bit weights."""

import copy
import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

from exporting.graphs import LARGEST_FILE, weight_bytes

ENDINGS = {"fp32": "", "fp16": "_fp16", "q8": "_quantized"}


def as_half(model: onnx.ModelProto, keep_io: bool) -> onnx.ModelProto:
    """Turns weights and arithmetic into float16. With `keep_io`, inputs and outputs stay float32."""
    half = convert_float_to_float16(
        copy.deepcopy(model), keep_io_types=keep_io, disable_shape_infer=weight_bytes(model) > LARGEST_FILE
    )
    sort(half.graph)
    return half


def as_stored_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Stores weights as float16 behind a cast, which the runtime folds on load: half the file, float32 arithmetic."""
    stored = copy.deepcopy(model)
    casts = []
    for i, tensor in enumerate(stored.graph.initializer):
        value = numpy_helper.to_array(tensor)
        if value.dtype == np.float32 and value.size > 64:
            name = tensor.name
            stored.graph.initializer[i].CopyFrom(numpy_helper.from_array(value.astype(np.float16), f"{name}.fp16"))
            casts.append(onnx.helper.make_node("Cast", [f"{name}.fp16"], [name], f"{name}.cast", to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *stored.graph.node]
    del stored.graph.node[:]
    stored.graph.node.extend(nodes)
    return stored


def as_q8(model: onnx.ModelProto, exact: tuple[torch.nn.Parameter, ...], convolutions: bool) -> onnx.ModelProto:
    """Quantises weights to 8 bits with a scale for each output channel. Activations are quantised during a run.

    The projection (`exact`) stays float32, so that an adapter can replace it. Convolutions are quantised only if most
    weights are in them. A ViT has only one, its first layer, where 8 bits lose much and save nothing. Their weights are
    unsigned, because the CPU provider of ONNX Runtime multiplies no others.
    """
    kept = projections(model.graph, [p.detach().numpy() for p in exact])
    kinds = ["Conv", "MatMul", "Gemm"] if convolutions else ["MatMul", "Gemm", "Gather"]
    # Silences the advice of a preparation step that changes nothing here. It is logged by the root logger.
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "q8.onnx"
        quantize_dynamic(
            copy.deepcopy(model), out, op_types_to_quantize=kinds, per_channel=not convolutions, nodes_to_exclude=kept,
            weight_type=QuantType.QUInt8 if convolutions else QuantType.QInt8,
            use_external_data_format=weight_bytes(model) > LARGEST_FILE,
        )
        return onnx.load(out)


def projections(graph: onnx.GraphProto, weights: list[np.ndarray]) -> list[str]:
    """The names of nodes that multiply by one of the weights, stored directly or transposed."""
    found = []
    constants = {i.name: i for i in graph.initializer}
    for node in graph.node:
        if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in constants:
            continue
        constant = constants[node.input[1]]
        shapes = [w.shape for w in weights] + [w.shape[::-1] for w in weights]
        if tuple(constant.dims) not in shapes:
            continue
        value = numpy_helper.to_array(constant)
        if any(value.shape == w.shape and (value == w).all() or value.shape == w.T.shape and (value == w.T).all() for w in weights):
            found.append(node.name)
    return found


def sort(graph: onnx.GraphProto) -> None:
    """Sorts nodes so that each comes after those it reads from, because the converter appends casts at the end."""
    ready = {"", *(value.name for value in graph.input), *(value.name for value in graph.initializer)}
    waiting, ordered = list(graph.node), []
    while waiting:
        held = []
        for node in waiting:
            if all(name in ready for name in node.input):
                ready.update(node.output)
                ordered.append(node)
            else:
                held.append(node)
        if len(held) == len(waiting):
            raise RuntimeError("the converted graph has a cycle or reads a missing value")
        waiting = held
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in ordered]
    del graph.node[:]
    graph.node.extend(nodes)
