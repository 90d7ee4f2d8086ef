"""Image encoders of timm, by repository (timm/NAME) or, for random weights, by name (timm:NAME)."""

import torch

from exporting.plan import Graph, Plan, Refused, chosen_layers, layer_names, noise
from exporting.source import Source


class Features(torch.nn.Module):
    """pixel_values to (features, pooled vector)."""

    def __init__(self, model) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        features = self.model.forward_features(pixel_values)
        return features, self.model.forward_head(features, pre_logits=True)


class Stages(Features):
    """pixel_values to (features, pooled vector, intermediate features as timm numbers them...)."""

    def __init__(self, model, layers: list[int]) -> None:
        super().__init__(model)
        self.layers = layers

    def forward(self, pixel_values):
        return (*super().forward(pixel_values), *self.model.forward_intermediates(pixel_values, indices=self.layers, intermediates_only=True))


def timm_plan(source: Source, layers: str) -> Plan:
    """@raises Refused without timm, for unknown names, and for preprocessing that other programs cannot do."""
    model, settings = create(source)
    side = settings["input_size"][-1]
    with torch.no_grad():
        features, pooled = Features(model)(noise(1, 3, side, side))
    count = len(getattr(model, "feature_info", [])) - 1
    # timm counts stages from 0; there is no separate state before them.
    chosen = chosen_layers(layers, max(count, 0)) if layers not in ("", "none") else []
    maps = features.ndim == 4
    if maps and features.shape[1] != pooled.shape[-1] and features.shape[-1] == pooled.shape[-1]:
        raise Refused(f"{source.name} keeps channels last inside (N x H x W x C), which no reader of this layout expects.")
    outputs = ["last_hidden_state", "pooler_output"]
    names = [*outputs, *layer_names(chosen)]
    module = (Stages(model, chosen) if chosen else Features(model)).eval()
    open_axes = {0: "batch_size", **({2: "height", 3: "width"} if maps else {})}
    after = {name: {0: "batch_size", **({2: f"{name}_rows", 3: f"{name}_columns"} if maps and name != "pooler_output" else {})} for name in names}
    sizes = [(3, side, side), *([(1, side + 32, side)] if maps else [])]
    return Plan(
        family="cnn" if maps else "vit",
        config={
            "architecture": model.pretrained_cfg["architecture"], "model_type": "timm_wrapper", "num_features": pooled.shape[-1],
            "global_pool": getattr(model, "global_pool", "avg") if isinstance(getattr(model, "global_pool", ""), str) else "avg",
            **({} if maps else {"hidden_size": pooled.shape[-1], "patch_size": model.patch_embed.patch_size[0]} if hasattr(model, "patch_embed") else {}),
            "pretrained_cfg": plain(model.pretrained_cfg),
        },
        # Without preprocessor_config.json, because Transformers rounds the margins of a centre crop differently.
        preprocessor=None, licence=model.pretrained_cfg.get("license"),
        graphs=[
            Graph(
                path="onnx/model", module=module, inputs={"pixel_values": noise(2, 3, side, side)}, outputs=names,
                axes={"pixel_values": open_axes, **after},
                checks=[{"pixel_values": noise(n, 3, h, w, seed=40 + n)} for n, h, w in sizes], convolutions=maps,
            )
        ],
    )


def create(source: Source):
    try:
        import timm
        from timm.data import resolve_model_data_config
    except ImportError as error:
        raise Refused(f"{source.name} needs timm, and timm needs torchvision: pip install timm torchvision.") from error
    torch.manual_seed(source.seed)
    name = source.config["architecture"]
    try:
        settings = {**source.config.get("pretrained_cfg", {}), **({} if source.random else {"file": str(weight_file(source))})}
        shape = {**source.config.get("model_args", {}), "num_classes": 0}
        model = timm.create_model(name, pretrained=not source.random, pretrained_cfg_overlay=settings, **shape).eval()
    except RuntimeError as error:
        raise Refused(f"timm cannot make {name}: {str(error).splitlines()[0]}") from error
    return model, resolve_model_data_config(model)


def weight_file(source: Source):
    found = source.folder / "model.safetensors"
    if not found.exists():
        raise Refused(f"There is no model.safetensors in {source.folder}.")
    return found


def plain(config: dict) -> dict:
    """Turns tuples into lists, and leaves out values that JSON cannot hold."""
    keep = {k: list(v) if isinstance(v, tuple) else v for k, v in dict(config).items()}
    return {k: v for k, v in keep.items() if k != "file" and (isinstance(v, str | int | float | bool | list) or v is None)}
