"""Writes `models/emoji-clip` from any checkpoint: `python export.py --work <folder> --out models/emoji-clip`.

Batch norms are folded and weights are rounded to fp16 in PyTorch first. PyTorch and the shipped files then hold the same
numbers, so the comparison with ONNX (< 1e-4) checks the shipped files. Weights are stored as fp16 behind Cast nodes,
which the runtime folds on load, so the arithmetic is fp32. `score.py` measures the effect of the rounding.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from torch.nn.utils.fusion import fuse_conv_bn_eval

from data import IMAGE_SIZE, MEAN, STD
from model import EMBED, TEXT_WIDTH, ConvNorm, EmojiClip
from text_tokens import BOS, EOS, MAX_LENGTH, PAD, UNK

OPSET = 17
MAP = "last_hidden_state"
LARGEST_DIFFERENCE = 1e-4
# The projection stays fp32 under its own name, because adapters replace it.
PROJECTIONS = {"/visual_projection/MatMul": "visual_projection.weight", "/text_projection/MatMul": "text_projection.weight"}


class Vision(nn.Module):
    def __init__(self, model: EmojiClip):
        super().__init__()
        self.vision_model, self.visual_projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values):
        return self.visual_projection(self.vision_model(pixel_values))


class Text(nn.Module):
    def __init__(self, model: EmojiClip):
        super().__init__()
        self.text_model, self.text_projection = model.text_model, model.text_projection

    def forward(self, input_ids):
        return self.text_projection(self.text_model(input_ids))


def load(work: Path, round_weights: bool) -> tuple[EmojiClip, Tokenizer, int]:
    """Loads the averaged model of a checkpoint in eval mode, with folded batch norms and, if asked, matrices rounded to fp16."""
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    model = EmojiClip(tokenizer.get_vocab_size(), MAX_LENGTH)
    model.load_state_dict(state["average"])
    model.eval()
    fold(model)
    if round_weights:
        for name, p in model.named_parameters():
            if p.ndim > 1 and "projection" not in name:
                p.data = p.data.half().float()
    return model, tokenizer, state["step"]


def fold(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, ConvNorm):
            setattr(module, name, fuse_conv_bn_eval(child[0], child[1]))
        else:
            fold(child)


def name_projection(graph: onnx.GraphProto) -> None:
    """Gives W^T [in, out] its usual name. The exporter makes MatMul(x, W^T) with a generated name from a layer without bias."""
    node = next(n for n in graph.node if n.name in PROJECTIONS)
    weight = next(i for i in graph.initializer if i.name == node.input[1])
    weight.name = node.input[1] = PROJECTIONS[node.name]


def store_half(graph: onnx.GraphProto) -> None:
    """Turns every fp32 matrix that fp16 holds exactly into fp16 + Cast. Other matrices stay unchanged."""
    casts = []
    for i, tensor in enumerate(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or tensor.name in PROJECTIONS.values():
            continue
        value = numpy_helper.to_array(tensor)
        half = value.astype(np.float16)
        if value.size < 1024 or not np.array_equal(half.astype(np.float32), value):
            continue
        name = tensor.name
        graph.initializer[i].CopyFrom(numpy_helper.from_array(half, name + ".fp16"))
        casts.append(helper.make_node("Cast", [name + ".fp16"], [name], name + ".cast", to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def show_map(graph: onnx.GraphProto) -> None:
    """Adds an output: the map [N,width,rows,columns] before it is averaged, with the name that CNN exports use."""
    mean = next((n for n in graph.node if n.op_type == "ReduceMean" and n.name == "/vision_model/ReduceMean"), None)
    if mean is None:
        return
    inner, width = mean.input[0], next(i.dims[0] for i in graph.initializer if i.name == "vision_model.post_layernorm.weight")
    for node in graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name == inner:
                    names[i] = MAP
    shape = ["batch_size", width, "rows", "columns"]
    graph.output.append(helper.make_tensor_value_info(MAP, TensorProto.FLOAT, shape))


def export(module: nn.Module, example: torch.Tensor, names: tuple[str, str], axes: dict, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        module, (example,), str(path), input_names=[names[0]], output_names=[names[1]], opset_version=OPSET,
        dynamic_axes=axes, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    model = onnx.load(path)
    name_projection(model.graph)
    show_map(model.graph)
    store_half(model.graph)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def difference(module: nn.Module, inputs: list[torch.Tensor], path: Path) -> float:
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    with torch.no_grad():
        return max(float(np.abs(module(x).numpy() - session.run(None, {name: x.numpy()})[0]).max()) for x in inputs)


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_configs(out: Path, model: EmojiClip, tokenizer: Tokenizer) -> None:
    scale = round(model.logit_scale.item(), 6)
    ids = {name: tokenizer.token_to_id(t) for name, t in (("pad_token_id", PAD), ("bos_token_id", BOS), ("eos_token_id", EOS))}
    write_json(out / "config.json", {
        "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": EMBED,
        "logit_scale_init_value": scale, "logit_scale": scale,
        "text_config": {
            "model_type": "clip_text_model", "hidden_size": TEXT_WIDTH, "intermediate_size": 3 * TEXT_WIDTH,
            "num_hidden_layers": len(model.text_model.layers), "num_attention_heads": model.text_model.layers[0].heads,
            "hidden_act": "quick_gelu", "max_position_embeddings": MAX_LENGTH, "projection_dim": EMBED,
            "vocab_size": tokenizer.get_vocab_size(), **ids,
        },
        "vision_config": {
            "model_type": "clip_vision_model", "hidden_size": model.vision_model.width, "image_size": IMAGE_SIZE,
            "num_channels": 3, "projection_dim": EMBED,
        },
    })  # fmt: skip
    write_json(out / "preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True, "resample": 3,
        "size": {"shortest_edge": IMAGE_SIZE}, "do_center_crop": True,
        "crop_size": {"height": IMAGE_SIZE, "width": IMAGE_SIZE}, "do_rescale": True, "rescale_factor": 1 / 255,
        "do_normalize": True, "image_mean": [round(float(x), 8) for x in MEAN], "image_std": [round(float(x), 8) for x in STD],
    })  # fmt: skip
    write_json(out / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_LENGTH, "bos_token": BOS, "eos_token": EOS,
        "pad_token": PAD, "unk_token": UNK, "do_lower_case": True,
    })  # fmt: skip
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    a = arguments.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    model, tokenizer, step = load(a.work, round_weights=True)
    vision, text = Vision(model).eval(), Text(model).eval()
    a.out.mkdir(parents=True, exist_ok=True)
    write_configs(a.out, model, tokenizer)
    vision_file, text_file = a.out / "onnx/vision_model.onnx", a.out / "onnx/text_model.onnx"
    pixels = torch.randn(3, 3, IMAGE_SIZE, IMAGE_SIZE)
    export(vision, pixels, ("pixel_values", "image_embeds"),
           {"pixel_values": {0: "batch_size", 2: "height", 3: "width"}, "image_embeds": {0: "batch_size"}}, vision_file)  # fmt: skip
    tokens = lambda *texts: torch.tensor([e.ids for e in tokenizer.encode_batch(list(texts))])
    example = tokens("red apple", "红苹果")
    export(text, example, ("input_ids", "text_embeds"),
           {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"}}, text_file)  # fmt: skip
    padded = torch.zeros(2, MAX_LENGTH, dtype=torch.int64)
    padded[:, : example.shape[1]] = example
    checks = {
        "vision": difference(vision, [pixels, torch.randn(1, 3, IMAGE_SIZE, IMAGE_SIZE), torch.randn(33, 3, IMAGE_SIZE, IMAGE_SIZE), torch.randn(2, 3, 288, 192)], vision_file),
        "text": difference(text, [example, tokens("cat"), padded, tokens(*["a photo of a grinning face"] * 9)], text_file),
    }
    size = sum(f.stat().st_size for f in (vision_file, text_file))
    print(f"exported step {step}; PyTorch against ONNX {checks}; {size / 2**20:.2f} MiB both towers")
    if max(checks.values()) >= LARGEST_DIFFERENCE or size > 16e6:
        raise SystemExit("The export differs from PyTorch or is over 16 MB.")


if __name__ == "__main__":
    main()
