"""Writes a PyTorch module as an ONNX file, and runs it with ONNX Runtime."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch.onnx import symbolic_helper

from exporting.plan import Graph

# In opset 18, ONNX Runtime moves transposes through a Resize, which then cannot shrink. Antialiasing needs 18 and can.
OPSET, ANTIALIAS_OPSET = 17, 18
# A protobuf cannot be larger than 2 GiB; some room is left for the graph itself.
LARGEST_FILE = 1_900_000_000
BIGGER = "_data"


def antialiased_bicubic(g, source, size, align_corners, scale_height=None, scale_width=None):
    """Writes PyTorch's antialiased bicubic resize in ONNX: Keys' cubic with a = -0.5; the others get the weights of missing pixels."""
    # The map is a constant of the model, so its first two sizes are known.
    outer = g.op("Constant", value_t=torch.tensor(symbolic_helper._get_tensor_sizes(source)[:2]))
    axis = g.op("Constant", value_t=torch.tensor([0]))
    inner = [g.op("Unsqueeze", length, axis) for length in symbolic_helper._unpack_list(size)]
    sizes = g.op("Concat", outer, *inner, axis_i=0)
    empty = g.op("Constant", value_t=torch.tensor([], dtype=torch.float32))
    return g.op(
        "Resize", source, empty, empty, sizes, mode_s="cubic", antialias_i=1, cubic_coeff_a_f=-0.5, exclude_outside_i=1,
        coordinate_transformation_mode_s="half_pixel",
    )


torch.onnx.register_custom_op_symbolic("aten::_upsample_bicubic2d_aa", antialiased_bicubic, ANTIALIAS_OPSET)


def export_graph(graph: Graph) -> onnx.ModelProto:
    """The model in memory, weights included."""
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            graph.traced or graph.module, tuple(graph.inputs.values()), str(path), dynamo=False, do_constant_folding=True,
            opset_version=ANTIALIAS_OPSET if graph.antialias else OPSET,
            input_names=list(graph.inputs), output_names=graph.outputs, dynamic_axes=graph.axes,
        )
        model = onnx.load(path)
    for node in model.graph.node:
        if node.op_type == "Resize" and len(node.input) == 4:
            # Removed by name, because an empty tensor counts as given after a converter has put a cast behind it.
            node.input[1] = node.input[2] = ""
    tidy(model.graph)
    for output, values in zip(model.graph.output, shapes(graph), strict=True):
        declare(output, values, graph.axes.get(output.name, {}))
    return model


def tidy(graph: onnx.GraphProto) -> None:
    """Drops unused nodes and constants, and removes the Identity that the exporter puts before a repeated constant."""
    constants = {c.name for c in graph.initializer}
    same = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "Identity" and n.input[0] in constants}
    for node in graph.node:
        for i, name in enumerate(node.input):
            node.input[i] = same.get(name, name)
    used = read_in(graph) | {output.name for output in graph.output}
    for kind in (graph.initializer, graph.node):
        for unused in [one for one in kind if not used & set(getattr(one, "output", None) or [one.name])]:
            kind.remove(unused)


def read_in(graph: onnx.GraphProto) -> set[str]:
    """The names that nodes read, including nodes inside branches."""
    inside = [read_in(a.g) | {o.name for o in a.g.output} for n in graph.node for a in n.attribute if a.HasField("g")]
    return {name for node in graph.node for name in node.input}.union(*inside)


def shapes(graph: Graph) -> list[tuple[int, ...]]:
    with torch.no_grad():
        return [tuple(value.shape) for value in graph.module(*graph.inputs.values())]


def declare(output: onnx.ValueInfoProto, shape: tuple[int, ...], open_axes: dict[int, str]) -> None:
    """States all sizes that do not depend on the input, so that readers know the lengths of vectors before a run."""
    dims = output.type.tensor_type.shape
    dims.ClearField("dim")
    for axis, size in enumerate(shape):
        dim = dims.dim.add()
        if axis in open_axes:
            dim.dim_param = open_axes[axis]
        else:
            dim.dim_value = size


def save(model: onnx.ModelProto, path: Path, external: bool) -> list[Path]:
    """Writes the file. Weights go to `<name>.onnx_data` if they are too large for one file, or if `external` is set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not external and weight_bytes(model) <= LARGEST_FILE:
        path.write_bytes(model.SerializeToString(deterministic=True))
        return [path]
    data = path.name + BIGGER
    onnx.save_model(model, str(path), save_as_external_data=True, all_tensors_to_one_file=True, location=data, size_threshold=1024)
    # Saving in this way has moved the weights out of the model in memory.
    onnx.load_external_data_for_model(model, str(path.parent))
    return [path, path.with_name(data)]


def weight_bytes(model: onnx.ModelProto) -> int:
    """The bytes of all constants. A protobuf message above 2 GiB cannot state its own size."""
    return sum(len(constant.raw_data) for constant in model.graph.initializer)


def answers(path: Path, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Runs a model on the CPU provider. Returns all outputs by name, as float32."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    half = {i.name for i in session.get_inputs() if i.type == "tensor(float16)"}
    given = {k: v.astype(np.float16) if k in half else v for k, v in feeds.items()}
    names = [o.name for o in session.get_outputs()]
    return {n: v.astype(np.float32) for n, v in zip(names, session.run(names, given), strict=True)}
