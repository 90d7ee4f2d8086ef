"""Image encoders of Transformers without a text tower: DINOv2, ViT and similar models, MAE, and CNNs."""

import copy
import math

import torch
from transformers import AutoModel, ViTMAEModel

from exporting.contrastive import clean
from exporting.loading import load, typed_config
from exporting.plan import Graph, Plan, Refused, chosen_layers, layer_names, noise, pixel_axes
from exporting.presets import IMAGENET, cropped
from exporting.source import Source

# The graphs of these interpolate position embeddings to any grid.
ANY_SIZE = ("dinov2", "dinov2_with_registers", "dinov3_vit")
CNNS = ("resnet", "convnext", "convnextv2", "regnet", "bit", "efficientnet", "mobilenet_v1", "mobilenet_v2", "dinov3_convnext")


class States(torch.nn.Module):
    """pixel_values to the named fields of a model's output, then hidden states."""

    def __init__(self, model, fields: list[str], layers: list[int]) -> None:
        super().__init__()
        self.model, self.fields, self.layers = model, fields, layers

    def forward(self, pixel_values):
        seen = self.model(pixel_values, output_hidden_states=bool(self.layers))
        return (*(seen[name] for name in self.fields), *(seen.hidden_states[i] for i in self.layers))


class Mae(torch.nn.Module):
    """Transformers' MAE without masking and with the patches in order. The export is compared with it."""

    def __init__(self, model: ViTMAEModel, layers: list[int]) -> None:
        super().__init__()
        self.model, self.layers = model, layers

    def forward(self, pixel_values):
        count = self.model.config.image_size // self.model.config.patch_size
        order = torch.arange(count**2).float().expand(len(pixel_values), -1)
        seen = self.model(pixel_values, noise=order, output_hidden_states=True)
        return (seen.last_hidden_state, *(seen.hidden_states[i] for i in self.layers))


class MaeEncoder(Mae):
    """The same without masking and shuffling, so that it can be traced."""

    def forward(self, pixel_values):
        parts, positions = self.model.embeddings, self.model.embeddings.position_embeddings
        patches = parts.patch_embeddings(pixel_values) + positions[:, 1:]
        first = (parts.cls_token + positions[:, :1]).expand(patches.shape[0], -1, -1)
        states = [torch.cat((first, patches), dim=1)]
        for layer in self.model.layers:
            states.append(layer(states[-1]))
        return (self.model.layernorm(states[-1]), *(states[i] for i in self.layers))


def mae_plan(source: Source, layers: str) -> Plan:
    config = typed_config(source)
    config.mask_ratio = 0.0
    model = load(source, ViTMAEModel, config, optional=("decoder",))
    side = config.image_size
    chosen = chosen_layers(layers, config.num_hidden_layers)
    return Plan(
        family="mae", config={**clean(config.to_dict()), "model_type": "vit_mae"},
        # The published figures use a centre crop. The file of the checkpoint squeezes pictures instead.
        preprocessor=cropped("BitImageProcessor", IMAGENET, side * 256 // 224, side),
        graphs=[tokens_graph(Mae(model, chosen), side, ["last_hidden_state"], chosen, traced=MaeEncoder(model, chosen))],
        licence="CC-BY-NC-4.0 for the weights of facebook/vit-mae-*: not for commercial use",
    )


def with_grid(model, antialias: bool):
    """A copy of the model whose learned positions form a map, which can be resized.

    Otherwise there is a transpose before the Resize. ONNX Runtime moves it behind and then cannot shrink the map.
    """
    model = copy.deepcopy(model)
    parts = model.embeddings
    patch, all_positions = model.config.patch_size, parts.position_embeddings.detach()
    first, learned = all_positions[:, :1].clone(), all_positions[:, 1:]
    side = math.isqrt(learned.shape[1])
    grid = learned.reshape(1, side, side, -1).permute(0, 3, 1, 2).contiguous()

    def positions(_tokens, height, width):
        size = (height // patch, width // patch)
        resized = torch.nn.functional.interpolate(grid, size=size, mode="bicubic", align_corners=False, antialias=antialias)
        return torch.cat((first, resized.flatten(2).transpose(1, 2)), dim=1)

    parts.interpolate_pos_encoding = positions
    return model


def plain_plan(source: Source, layers: str) -> Plan:
    """Any model that AutoModel loads, if it takes pictures and returns hidden states."""
    kind = source.model_type
    config = typed_config(source)
    # A pooler that was never trained is useless. The class token and the patches are not.
    extra = {"add_pooling_layer": False} if kind in ("vit", "deit", "beit") else {}
    model = load_plain(source, config, extra)
    side = config.image_size if isinstance(getattr(config, "image_size", None), int) else 224
    if kind in CNNS:
        return cnn_plan(source, model, layers, side)
    any_size = kind in ANY_SIZE
    chosen = chosen_layers(layers, config.num_hidden_layers)
    preprocessor = source.preprocessor()
    if preprocessor is None:
        raise Refused(f"{source.name} has no preprocessor_config.json, and without it nobody knows how its pictures are to be prepared.")
    outputs = ["last_hidden_state"]
    # The trained size of DINOv2, 518, is too slow for the example input. The checks use other sizes too.
    side = 16 * config.patch_size if any_size else side
    antialias = kind == "dinov2_with_registers"
    learned = any_size and hasattr(model.embeddings, "position_embeddings")
    traced = States(with_grid(model, antialias), outputs, chosen) if learned else None
    patch = config.patch_size if any_size else None
    return Plan(
        family="dinov2" if any_size else "vit", config=clean(config.to_dict()), preprocessor=preprocessor,
        graphs=[tokens_graph(States(model, outputs, chosen), side, outputs, chosen, patch, antialias and learned, traced)],
    )


def load_plain(source: Source, config, extra: dict):
    kind = type(AutoModel.from_config(config)) if source.random else None
    if source.random:
        torch.manual_seed(source.seed)
        return kind._from_config(config, attn_implementation="eager", **extra).float().eval()
    from transformers.models.auto.modeling_auto import MODEL_MAPPING

    known = MODEL_MAPPING.get(type(config), None)
    if known is None:
        raise Refused(f"Transformers has no plain model for {source.model_type}, so {source.name} cannot be exported.")
    model = load(source, known[0] if isinstance(known, tuple) else known, optional=("pooler",))
    if extra and hasattr(model, "pooler"):
        model.pooler = None
    return model


def cnn_plan(source: Source, model, layers: str, side: int) -> Plan:
    """Exports the map of every stage as a hidden state, for pictures of any size."""
    outputs = ["last_hidden_state", "pooler_output"]
    with torch.no_grad():
        stages = len(model(noise(1, 3, 64, 64), output_hidden_states=True).hidden_states) - 1
    chosen = chosen_layers(layers, stages)
    preprocessor = source.preprocessor()
    if preprocessor is None:
        raise Refused(f"{source.name} has no preprocessor_config.json, and without it nobody knows how its pictures are to be prepared.")
    return Plan(
        family="cnn", config=clean(model.config.to_dict()), preprocessor=preprocessor,
        graphs=[map_graph(States(model, outputs, chosen), side, outputs, layer_names(chosen))],
    )


def map_graph(module, side: int, outputs: list[str], hidden: list[str]) -> Graph:
    """N x C x H x W maps and the pooled vector, at any size."""
    open_axes = {0: "batch_size", 2: "height", 3: "width"}
    maps = [name for name in outputs if "hidden" in name]
    return Graph(
        path="onnx/model", module=module.eval(), inputs={"pixel_values": noise(2, 3, side, side)}, outputs=[*outputs, *hidden],
        axes={"pixel_values": open_axes, **{name: {0: "batch_size"} for name in outputs},
              **{name: {0: "batch_size", 2: f"{name}_rows", 3: f"{name}_columns"} for name in [*maps, *hidden]}},
        checks=[{"pixel_values": noise(3, 3, side, side, seed=9)}, {"pixel_values": noise(1, 3, side + 32, side, seed=10)}],
        convolutions=True,
    )


def tokens_graph(
    module, side: int, outputs: list[str], layers: list[int], patch: int | None = None, antialias=False, traced=None
) -> Graph:
    """Token vectors; with `patch` at any height and width it divides."""
    names = [*outputs, *layer_names(layers)]
    sizes = [(side, side)] if patch is None else [(side, side), (3 * patch, 4 * patch), (20 * patch, 6 * patch)]
    return Graph(
        path="onnx/model", module=module.eval(), inputs={"pixel_values": noise(2, 3, *sizes[-1])}, outputs=names,
        axes=pixel_axes(names, sizes=patch is not None),
        checks=[{"pixel_values": noise(3 if n == 0 else 1, 3, *size, seed=20 + n)} for n, size in enumerate(sizes)],
        antialias=antialias, traced=None if traced is None else traced.eval(),
    )
