"""Reference numbers for the tests: `python golden.py --work <folder> --repo <root>`.

Embeddings come from PyTorch with the shipped, fp16-rounded weights, and pictures from PIL. They are also compared with
the shipped ONNX files here. Writes `test/fixtures/emoji-clip-golden.json` and `models/emoji-clip/sha256.json`.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data import preprocess
from evaluate import unit
from export import LARGEST_DIFFERENCE, load
from shipped import Shipped

PICTURES = (
    "fruit/red-apple-noto", "fruit/banana-fluent", "animals/cat-face-noto", "animals/dog-fluent", "vehicles/automobile-noto",
    "faces/grinning-face-fluent", "buildings/house-noto", "sport/soccer-ball-fluent", "flowers/sunflower-noto", "music/guitar-fluent",
)  # fmt: skip
TEXTS = ("fruit", "水果", "a photo of a cat", "猫", "red apple", "汽车", "Musical Instrument", "运动", "house", "snow & ice, 雪", "太阳 sun", "🍎 unknown")
ZERO_SHOT = ("fruit", "vegetables", "animals", "vehicles", "faces", "buildings", "sport", "flowers", "drinks", "musical instruments")
SEARCHES = ("fruit", "水果", "vehicle", "交通工具", "cat", "猫")
BEST = 8


def digits(x: np.ndarray) -> list:
    return [round(float(v), 5) for v in x]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--repo", type=Path, required=True)
    a = arguments.parse_args()
    samples, folder = a.repo / "workflows/samples", a.repo / "models/emoji-clip"
    model, _, step = load(a.work, round_weights=True)
    shipped = Shipped(folder)

    def images(files: list[Path]) -> np.ndarray:
        x = np.stack([preprocess(Image.open(f)) for f in files])
        with torch.no_grad():
            y = model.images(torch.from_numpy(x)).numpy()
        if np.abs(y - shipped.images(x)).max() >= LARGEST_DIFFERENCE:
            raise SystemExit("The shipped vision model differs from PyTorch: export again.")
        return y

    def texts(strings) -> np.ndarray:
        # One at a time, so that no padding is involved.
        with torch.no_grad():
            y = np.concatenate([model.texts(torch.from_numpy(shipped.ids([s]))).numpy() for s in strings])
        if np.abs(y - shipped.texts(list(strings))).max() >= LARGEST_DIFFERENCE:
            raise SystemExit("The shipped text model differs from PyTorch: export again.")
        return y

    name = lambda f: str(f.relative_to(samples))
    gallery_files = sorted(samples.glob("pictures/*/*.png"))
    gallery = unit(images(gallery_files))
    best = lambda q: [[name(gallery_files[i]) for i in np.argsort(-row)[:BEST]] for row in unit(q) @ gallery.T]
    chosen = [samples / f"pictures/{p}.png" for p in PICTURES]
    picture_embeds, text_embeds = images(chosen), texts(TEXTS)
    logits = shipped.scale * unit(picture_embeds) @ unit(texts(ZERO_SHOT)).T
    probabilities = np.exp(logits - logits.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    queries = sorted(samples.glob("queries/*.png"))
    value = {
        "about": "Embeddings of the shipped emoji-clip by PyTorch and PIL (models/recipes/emoji-clip/golden.py); not normalised.",
        "step": step,
        "pictures": [{"file": name(f), "embedding": digits(e)} for f, e in zip(chosen, picture_embeds)],
        "texts": [
            {"text": t, "ids": shipped.ids([t])[0].tolist(), "embedding": digits(e)} for t, e in zip(TEXTS, text_embeds)
        ],
        "zeroShot": {
            "labels": ZERO_SHOT, "logitScale": shipped.scale,
            "pictures": [
                {"file": name(f), "best": ZERO_SHOT[int(p.argmax())], "probabilities": digits(p)} for f, p in zip(chosen, probabilities)
            ],
        },
        "pictureSearch": [{"query": name(f), "best": b} for f, b in zip(queries, best(images(queries)))],
        "textSearch": [{"query": t, "best": b} for t, b in zip(SEARCHES, best(texts(SEARCHES)))],
    }  # fmt: skip
    out = a.repo / "test/fixtures/emoji-clip-golden.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    shipped_files = ("config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "onnx/vision_model.onnx", "onnx/text_model.onnx")
    digest = {f: hashlib.sha256((folder / f).read_bytes()).hexdigest() for f in shipped_files}
    (folder / "sha256.json").write_text(json.dumps(digest, indent=2) + "\n")
    for key in ("pictureSearch", "textSearch"):
        for row in value[key]:
            print(row["query"], "->", ", ".join(Path(b).stem for b in row["best"]))
    print([(Path(p["file"]).stem, p["best"], max(p["probabilities"])) for p in value["zeroShot"]["pictures"]])


if __name__ == "__main__":
    main()
