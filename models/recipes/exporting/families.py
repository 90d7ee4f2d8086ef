"""Chooses the plan of a checkpoint by the `model_type` of its config."""

from exporting.autoencoder import KINDS, vae_plan
from exporting.blip2 import blip2_plan
from exporting.contrastive import CLIPS, clip_plan, siglip_plan
from exporting.plan import Plan, Refused
from exporting.source import Source
from exporting.timm_models import timm_plan
from exporting.vision import mae_plan, plain_plan

PLANS = {
    **dict.fromkeys(CLIPS, clip_plan),
    **dict.fromkeys(("siglip", "siglip2"), siglip_plan),
    **dict.fromkeys(("blip-2", "blip_2"), blip2_plan),
    **dict.fromkeys(KINDS, vae_plan),
    **dict.fromkeys(("timm", "timm_wrapper"), timm_plan),
    "vit_mae": mae_plan,
}


def plan_of(source: Source, layers: str, pooling: str | None = None) -> Plan:
    """@raises Refused when the config names no model, or one without a picture in it, and for `pooling` where a model has a vector of its own."""
    kind = source.model_type
    if not kind:
        raise Refused(f"The config.json of {source.name} names neither a model_type nor an architecture, so nobody knows what it is.")
    if "architecture" in source.config:
        kind = "timm"
    if kind not in PLANS:
        return plain_plan(source, layers, pooling)
    if pooling is not None:
        raise Refused(f"{source.name} has a vector of its own, so --pooling would replace what it was trained for.")
    return PLANS[kind](source, layers)
