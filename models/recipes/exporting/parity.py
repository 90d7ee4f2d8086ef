"""Compares an exported file with the PyTorch model that it was made from."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch

from exporting.graphs import answers
from exporting.plan import Graph, Refused

# Relative to the largest value of an output. Float32 sums in another order differ by about 1e-6, in deep models by 1e-5.
LARGEST = 1e-4
COSINE = 0.99999
PACKAGES = ["torch", "transformers", "timm", "onnx", "onnxruntime", "numpy"]


def wanted(graph: Graph) -> list[dict[str, np.ndarray]]:
    """The results of PyTorch for all checks."""
    with torch.no_grad():
        return [dict(zip(graph.outputs, (v.numpy() for v in graph.module(*check.values())), strict=True)) for check in graph.checks]


def measure(path: Path, graph: Graph, references: list[dict[str, np.ndarray]]) -> dict[str, dict]:
    """By output, and for the class token where it is the vector of a picture: the largest absolute difference, the largest value, and the smallest cosine of two vectors."""
    found: dict[str, dict] = {}
    for check, reference in zip(graph.checks, references, strict=True):
        got = answers(path, {k: v.numpy() for k, v in check.items()})
        for name, theirs in reference.items():
            if got[name].shape != theirs.shape:
                raise Refused(f"{path.name} gives {name} as {got[name].shape}, PyTorch as {theirs.shape}: this model cannot be exported.")
            worst(found, name, figures(got[name], theirs))
        if graph.class_token:
            last = "last_hidden_state"
            worst(found, "class_token", figures(got[last][:, 0], reference[last][:, 0]))
    return found


def worst(found: dict[str, dict], name: str, one: dict) -> None:
    old = found.get(name, one)
    found[name] = {
        "maxAbs": max(one["maxAbs"], old["maxAbs"]), "range": max(one["range"], old["range"]), "cosine": min(one["cosine"], old["cosine"]),
    }


def figures(mine: np.ndarray, theirs: np.ndarray) -> dict:
    a, b = (v.astype(np.float64) for v in (mine, theirs))
    # A vector belongs to one picture or one place of it. The channels of a map are on axis 1.
    a, b = (np.moveaxis(v, 1, -1) if v.ndim == 4 else v for v in (a, b))
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    cosines = np.where(lengths > 1e-12, (a * b).sum(-1) / np.maximum(lengths, 1e-30), 1.0)
    difference = float(np.abs(a - b).max()) if np.isfinite(a).all() else float("inf")
    return {"maxAbs": difference, "range": float(np.abs(b).max()), "cosine": float(cosines.min()) if np.isfinite(a).all() else -1.0}


def refuse_far(path: Path, found: dict[str, dict]) -> None:
    """@raises Refused if a float32 file differs from the model that it was made from."""
    for name, one in found.items():
        if one["maxAbs"] > LARGEST * max(1.0, one["range"]) or one["cosine"] < COSINE:
            raise Refused(
                f"{path.name} differs from PyTorch: {name} by {one['maxAbs']:.1e} (values up to {one['range']:.1f}), cosine "
                f"{one['cosine']:.6f}. Nothing was written; the model does something the exporter gets wrong."
            )


def versions() -> dict[str, str]:
    known = {}
    for name in PACKAGES:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            continue
    return known
