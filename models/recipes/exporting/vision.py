"""Image encoders of Transformers without a text tower: DINOv2, ViT and its kin, MAE, CNNs, and image towers saved alone.

The vector of a picture is the model's own: `image_embeds`, else `pooler_output`, else the class token of the last hidden state.
Where a model has none of them, `--pooling` says how to make one.
"""

import copy
import inspect
import math

import torch
import transformers
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


class Pooled(torch.nn.Module):
    """pixel_values to the mean or maximum over all patches or places, then the named fields and hidden states."""

    def __init__(self, states: States, pooling: str, prefix: int) -> None:
        super().__init__()
        self.states, self.pooling, self.prefix = states, pooling, prefix

    def forward(self, pixel_values):
        last, *rest = self.states(pixel_values)
        axes, patches = ((2, 3), last) if last.ndim == 4 else ((1,), last[:, self.prefix :])
        return (patches.mean(axes) if self.pooling == "mean" else patches.amax(axes), last, *rest)


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
        graphs=[tokens_graph(Mae(model, chosen), side, ["last_hidden_state"], chosen, traced=MaeEncoder(model, chosen), class_token=True)],
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


def plain_plan(source: Source, layers: str, pooling: str | None = None) -> Plan:
    """Whatever AutoModel reads that takes pictures and answers with hidden states."""
    kind = source.model_type
    config = typed_config(source)
    model = load_plain(source, config)
    size = getattr(config, "image_size", None)
    size = size[0] if isinstance(size, (list, tuple)) and size and len(set(size)) == 1 else size
    side = size if isinstance(size, int) else 224
    if kind in CNNS:
        return cnn_plan(source, model, layers, side)
    any_size = kind in ANY_SIZE
    # The trained size of DINOv2, 518, is too slow to be the example; the checks are of others too.
    side = 16 * config.patch_size if any_size else side
    seen = answer(model, source, side)
    depth = getattr(config, "num_hidden_layers", None) or len(getattr(seen, "hidden_states", None) or [0]) - 1
    chosen = chosen_layers(layers, depth)
    preprocessor = source.preprocessor()
    if preprocessor is None:
        raise Refused(f"{source.name} has no preprocessor_config.json, and without it nobody knows how its pictures are to be prepared.")
    vector = own_vector(model, seen)
    if vector is None and pooling is None:
        raise Refused(
            f"{source.name} has neither a class token nor a trained pooler, so nothing says which vector stands for a picture: "
            "give --pooling mean or --pooling max."
        )
    if pooling is not None and vector is not None:
        raise Refused(f"{source.name} has a vector of its own ({vector.replace('_', ' ')}), so --pooling would replace what it was trained for.")
    declared = vector or "pooler_output"
    outputs = ["last_hidden_state"] if declared == "class token" else [declared, "last_hidden_state"]
    states = States(model, ["last_hidden_state"] if vector is None else outputs, chosen)
    module = states if vector is not None else Pooled(states, pooling, tokens_before(config, seen, side))
    antialias = kind == "dinov2_with_registers"
    learned = any_size and hasattr(model.embeddings, "position_embeddings")
    traced = States(with_grid(model, antialias), outputs, chosen) if learned else None
    patch = config.patch_size if any_size else None
    projection = getattr(model, "visual_projection", None)
    # Readers of other exports prefer the class token, because most of those have a pooler that nobody trained.
    says = {} if declared == "class token" else {"embedding_output": declared}
    return Plan(
        family="dinov2" if any_size else "vit", config={**clean(config.to_dict()), **says}, preprocessor=preprocessor,
        graphs=[
            tokens_graph(
                module, side, outputs, chosen, patch, antialias and learned, traced,
                class_token=declared == "class token", exact=() if projection is None else (projection.weight,),
            )
        ],
        notes=[f"The vector of a picture is {'its class token' if declared == 'class token' else declared}."],
    )


def answer(model, source: Source, side: int):
    """What the model says to noise. @raises Refused when it wants more than a picture."""
    try:
        with torch.no_grad():
            seen = model(noise(2, 3, side, side), output_hidden_states=True)
    except (TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise Refused(f"{source.name} does not read a picture of {side} x {side} alone: {(str(error) or type(error).__name__).splitlines()[0]}") from error
    if not torch.is_tensor(getattr(seen, "last_hidden_state", None)):
        raise Refused(f"{source.name} gives no last_hidden_state for a picture, so it cannot be exported.")
    return seen


def tokens_before(config, seen, side: int) -> int:
    """How many tokens come before those of the patches: a class token or registers. 0 where tokens form no grid of patches."""
    patch, last = getattr(config, "patch_size", None), seen.last_hidden_state
    if not isinstance(patch, int) or last.ndim != 3:
        return 0
    before = last.shape[1] - (side // patch) ** 2
    return before if 0 < before < last.shape[1] // 2 else 0


def own_vector(model, seen) -> str | None:
    """The output that the model itself makes of a whole picture; `class token` where it is token 0 of the last hidden state."""
    if torch.is_tensor(getattr(seen, "image_embeds", None)) and seen.image_embeds.ndim == 2:
        return "image_embeds"
    last, pooled = seen.last_hidden_state, getattr(seen, "pooler_output", None)
    if torch.is_tensor(pooled) and pooled.ndim == 2:
        same = last.ndim == 3 and last.shape[-1] == pooled.shape[-1] and torch.equal(pooled, last[:, 0])
        return "class token" if same else "pooler_output"
    # Such a model was trained on the mean of its patches, and its class token on nothing.
    if getattr(model.config, "use_mean_pooling", False):
        return None
    has_class = any(name.split(".")[-1] in ("cls_token", "class_embedding", "class_token") for name, _ in model.named_parameters())
    return "class token" if has_class and last.ndim == 3 else None


def load_plain(source: Source, config):
    """The plain model, without a pooler whose weights are missing: it would say something random."""
    named = next((name for name in source.config.get("architectures") or [] if name.endswith(("VisionModel", "WithProjection"))), "")
    kind = getattr(transformers, named, None)
    if kind is None:
        from transformers.models.auto.modeling_auto import MODEL_MAPPING

        known = MODEL_MAPPING.get(type(config), None)
        kind = known[0] if isinstance(known, tuple) else known
    if kind is None:
        raise Refused(f"Transformers has no plain model for {source.model_type}, so {source.name} cannot be exported.")
    extra = {"add_pooling_layer": True} if "add_pooling_layer" in inspect.signature(kind.__init__).parameters else {}
    model = load(source, kind, config, optional=("pooler",), **extra)
    if any(name.startswith("pooler") for name in getattr(model, "missing", ())):
        model.pooler = None
    return model


def cnn_plan(source: Source, model, layers: str, side: int) -> Plan:
    """Maps of every stage are hidden states; the picture may have any size. Every model of this kind has a pooled output."""
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
    module, side: int, outputs: list[str], layers: list[int], patch: int | None = None, antialias=False, traced=None, class_token=False, exact=(),
) -> Graph:
    """Token vectors; with `patch` at any height and width it divides."""
    names = [*outputs, *layer_names(layers)]
    sizes = [(side, side)] if patch is None else [(side, side), (3 * patch, 4 * patch), (20 * patch, 6 * patch)]
    return Graph(
        path="onnx/model", module=module.eval(), inputs={"pixel_values": noise(2, 3, *sizes[-1])}, outputs=names,
        axes=pixel_axes(names, sizes=patch is not None),
        checks=[{"pixel_values": noise(3 if n == 0 else 1, 3, *size, seed=20 + n)} for n, size in enumerate(sizes)],
        antialias=antialias, traced=None if traced is None else traced.eval(), class_token=class_token, exact=exact,
    )
