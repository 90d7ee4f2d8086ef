"""Trains the adapter of the LoRA starter workflow: `python train.py <repo>`, a few seconds on two cores.

The LoRA on emoji-clip's `visual_projection` moves sample pictures of the same label closer together. It is trained with
the supervised contrastive loss (Khosla et al. 2020) on cached features of the Noto pictures. It is judged with the
Fluent pictures and with the queries, which have a third style. Writes `workflows/samples/adapters/sample-labels` in PEFT
layout with a README of the figures.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from PIL import Image
from safetensors.numpy import save_file

RANK, ALPHA, STEPS, RATE, DECAY = 8, 8, 300, 2e-3, 0.05
TEMPERATURE, NOISE, PULL = 0.1, 0.3, 1.0
NEAREST = 10
STRENGTHS = (0, 0.5, 1)
ADAPTER = "sample-labels"


def features(model: Path, files: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Returns the vectors of all pictures before the projection (N x in), and the projection's weight (out x in)."""
    graph = onnx.load(model / "onnx/vision_model.onnx")
    last = next(node for node in graph.graph.node if "visual_projection.weight" in node.input)
    weight = next(w for w in graph.graph.initializer if w.name == "visual_projection.weight")
    graph.graph.output.append(onnx.helper.make_tensor_value_info(last.input[0], onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    config = json.loads((model / "preprocessor_config.json").read_text())
    side = config["size"]["shortest_edge"]
    mean, std = np.float32(config["image_mean"]), np.float32(config["image_std"])
    rows = []
    for file in files:
        picture = Image.open(file).convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
        pixels = (np.asarray(picture, np.float32) * np.float32(config["rescale_factor"]) - mean) / std
        rows.append(session.run([last.input[0]], {"pixel_values": pixels.transpose(2, 0, 1)[None]})[0][0])
    return np.stack(rows), np.ascontiguousarray(onnx.numpy_helper.to_array(weight).T)


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


class Pictures:
    """The features, labels and things of some pictures."""

    def __init__(self, x, labels, things):
        self.x, self.labels, self.things = x, labels, things

    def where(self, mask):
        return Pictures(self.x[mask], self.labels[mask], self.things[mask])


def label_share(queries: Pictures, gallery: Pictures, weight: torch.Tensor) -> float:
    """The share of the nearest gallery pictures with the query's label, without pictures of the query's own thing."""
    cosine = (unit(queries.x @ weight.T) @ unit(gallery.x @ weight.T).T).numpy()
    cosine[queries.things[:, None] == gallery.things[None]] = -2
    nearest = np.argsort(-cosine, axis=1, kind="stable")[:, :NEAREST]
    return float((gallery.labels[nearest] == queries.labels[:, None]).mean())


def thing_found(queries: Pictures, gallery: Pictures, weight: torch.Tensor) -> float:
    """The share of queries whose nearest picture shows the same thing."""
    cosine = unit(queries.x @ weight.T) @ unit(gallery.x @ weight.T).T
    return float((gallery.things[cosine.argmax(1).numpy()] == queries.things).mean())


def contrastive(vectors: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    logits = unit(vectors) @ unit(vectors).T / TEMPERATURE
    logits.fill_diagonal_(-1e9)
    rest = same & ~torch.eye(len(same), dtype=torch.bool)
    shares = torch.log_softmax(logits, 1)
    return -(shares * rest).sum(1).div(rest.sum(1)).mean()


def main(repo: Path) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(2)
    model, samples = repo / "models/emoji-clip", repo / "workflows/samples"
    files, query_files = sorted(samples.glob("pictures/*/*.png")), sorted(samples.glob("queries/*.png"))
    labels = np.array([file.parent.name for file in files])
    things, styles = np.array([file.stem.rsplit("-", 1) for file in files]).T
    raw, base = features(model, files + query_files)
    w = torch.tensor(base)
    pictures = Pictures(torch.tensor(raw[: len(files)]), labels, things)
    label_of = dict(zip(things, labels))
    names = np.array([file.stem for file in query_files])
    queries = Pictures(torch.tensor(raw[len(files) :]), np.array([label_of[name] for name in names]), names)
    noto, fluent = pictures.where(styles == "noto"), pictures.where(styles == "fluent")

    same = torch.tensor(noto.labels[:, None] == noto.labels[None])
    a = torch.nn.Parameter(torch.randn(RANK, w.shape[1]) / w.shape[1] ** 0.5)
    b = torch.nn.Parameter(torch.zeros(w.shape[0], RANK))
    optimizer = torch.optim.AdamW([a, b], lr=RATE, weight_decay=DECAY)
    spread = noto.x.std(0)
    original = unit(noto.x @ w.T)
    for step in range(STEPS):
        noisy = noto.x + NOISE * spread * torch.randn_like(noto.x)
        adapted = noisy @ (w + ALPHA / RANK * b @ a).T
        drift = (1 - (unit(adapted) * original).sum(1)).mean()
        loss = contrastive(adapted, same) + PULL * drift
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0 or step == STEPS - 1:
            print(f"step {step} loss {loss.item():.3f}")

    figures = {}
    with torch.no_grad():
        for strength in STRENGTHS:
            weight = w + strength * ALPHA / RANK * b @ a
            figures[strength] = (
                label_share(fluent, noto, weight),
                label_share(queries, pictures, weight),
                thing_found(fluent, noto, weight),
            )
    print(figures)
    assert figures[1][0] > figures[0][0] + 0.1, "the adapter is hardly better than none"

    out = repo / "workflows/samples/adapters" / ADAPTER
    out.mkdir(parents=True, exist_ok=True)
    prefix = "base_model.model.visual_projection"
    tensors = {f"{prefix}.lora_A.weight": a, f"{prefix}.lora_B.weight": b}
    save_file(
        {name: tensor.detach().numpy() for name, tensor in tensors.items()},
        out / "adapter_model.safetensors",
        metadata={"format": "pt"},
    )
    config = {
        "peft_type": "LORA",
        "base_model_name_or_path": "emoji-clip",
        "r": RANK,
        "lora_alpha": ALPHA,
        "target_modules": ["visual_projection"],
        "fan_in_fan_out": False,
        "bias": "none",
        "use_rslora": False,
        "use_dora": False,
        "inference_mode": True,
    }
    (out / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    weights = hashlib.sha256((model / "onnx/vision_model.onnx").read_bytes()).hexdigest()
    rows = "".join(f"| {strength} | " + " | ".join(f"{x:.3f}" for x in row) + " |\n" for strength, row in figures.items())
    (out / "README.md").write_text(
        f"""# {ADAPTER}

A LoRA of rank {RANK} on the `visual_projection` of emoji-clip. It brings sample pictures with the same label together: with it, a
cat's face is near other animals instead of other round faces. It shows what an adapter does and knows only the {len(set(labels))} labels
of the samples.

It learned from the {len(noto.things)} Noto pictures of the samples. The table uses pictures of the same things in styles that it did not
learn from: the {len(fluent.things)} Fluent pictures among the Noto ones, and the {len(names)} queries among all samples. "Same label" is the share of the
{NEAREST} nearest pictures with the label of the query, without pictures of the same thing. The last column shows the price.

| strength | Fluent: same label | queries: same label | Fluent: the same thing is nearest |
|---|---|---|---|
{rows}
`models/recipes/sample-adapter` made it for the `vision_model.onnx` of emoji-clip with sha256
`{weights}`. For other weights train it again. MIT.
"""
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
