"""Describes what an export writes: the graphs and the small files beside them."""

from dataclasses import dataclass, field
from pathlib import Path

import torch


class Refused(Exception):
    """An error that the user can fix. Its text says how."""


@dataclass(frozen=True)
class Graph:
    """One file. `module` takes the tensors of `inputs` in order and returns a tuple in the order of `outputs`."""

    path: str
    """The path in the folder of the model, without precision and extension: `onnx/vision_model`."""
    module: torch.nn.Module
    inputs: dict[str, torch.Tensor]
    outputs: list[str]
    axes: dict[str, dict[int, str]]
    """Open axes, by the name of the input or output."""
    checks: list[dict[str, torch.Tensor]]
    """Inputs for comparing PyTorch with ONNX: another batch, other sizes."""
    exact: tuple[torch.nn.Parameter, ...] = ()
    """Weights that q8 does not change, so that an adapter can replace them: the projection."""
    convolutions: bool = False
    """Whether most weights are in convolutions, so that q8 must also quantise those."""
    antialias: bool = False
    """Whether position embeddings are resized with antialiasing."""
    store_half: bool = False
    """Whether the float32 file keeps its weights in 16 bits; they must be rounded so already."""
    class_token: bool = False
    """Whether the vector of a picture is token 0 of `last_hidden_state`; otherwise it is an output of its own."""
    traced: torch.nn.Module | None = None
    """The same function in a form that can be traced, if `module` is from Transformers and cannot."""


@dataclass(frozen=True)
class Plan:
    """A model in hub layout before it is written."""

    family: str
    config: dict
    preprocessor: dict | None
    graphs: list[Graph]
    licence: str | None = None
    tokenizer: list[Path] = field(default_factory=list)
    """Files that are copied unchanged."""
    notes: list[str] = field(default_factory=list)


def chosen_layers(asked: str, count: int) -> list[int]:
    """The indices of hidden states from `--layers`: 0 is the output of the embeddings, `count` that of the last layer."""
    if asked in ("", "none"):
        return []
    if asked == "all":
        return list(range(count + 1))
    try:
        layers = sorted({int(part) for part in asked.split(",")})
    except ValueError:
        raise Refused(f"--layers takes numbers such as 6,9,12, or all, or none; it was {asked!r}.") from None
    if layers[0] < 0 or layers[-1] > count:
        raise Refused(f"--layers asks for {asked}, and this model has hidden states 0 to {count}.")
    return layers


def layer_names(layers: list[int]) -> list[str]:
    return [f"hidden_states.{i}" for i in layers]


def noise(*shape: int, seed: int = 1) -> torch.Tensor:
    """Random inputs like those of a model: normalised pixels have mean 0 and standard deviation 1."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def pixel_axes(outputs: list[str], sizes: bool = False) -> dict[str, dict[int, str]]:
    """Open axes: any batch, and with `sizes` any height and width, and so any number of tokens."""
    pixels = {0: "batch_size", **({2: "height", 3: "width"} if sizes else {})}
    after = {0: "batch_size", **({1: "sequence_length"} if sizes else {})}
    return {"pixel_values": pixels, **{name: after for name in outputs}}
