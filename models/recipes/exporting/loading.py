"""Loads a PyTorch model from a source, with its weights or with random ones, but never with a mixture."""

import torch
from transformers import AutoConfig, PreTrainedModel

from exporting.plan import Refused
from exporting.source import Source


def load(source: Source, kind: type[PreTrainedModel], config=None, optional: tuple[str, ...] = (), **options) -> PreTrainedModel:
    """The model in eval mode with eager attention. @raises Refused when weights are missing from the checkpoint.

    `optional` names beginnings of weights whose absence the caller deals with; `options` go to the model's constructor.
    """
    if source.random:
        config = config or typed_config(source)
        torch.manual_seed(source.seed)
        return kind._from_config(config, attn_implementation="eager", **options).float().eval()
    extra = {**options, **({} if config is None else {"config": config})}
    try:
        model, info = kind.from_pretrained(
            source.folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True, **extra
        )
    except (OSError, ValueError) as error:
        raise Refused(f"The weights of {source.name} cannot be read: {str(error).splitlines()[0]}") from error
    missing = sorted(name for name in info["missing_keys"] if not name.startswith(optional or ("\0",)))
    if missing:
        shown = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
        raise Refused(f"{source.name} lacks {len(missing)} weights of {kind.__name__}, among them {shown}; they would be random.")
    model.missing = frozenset(info["missing_keys"])
    return model.float().eval()


def typed_config(source: Source):
    fields = {k: v for k, v in source.config.items() if not k.startswith("_")}
    return AutoConfig.for_model(fields.pop("model_type"), **fields)
