"""Scores the shipped folder: `python score.py --work <folder> --out models/emoji-clip` writes `figures.json` there.

It scores the shipped files, the unrounded fp32 PyTorch model (to show the effect of fp16) and the encoders without
weights in the same way. Then it labels the samples of the studio with the names of their folders, zero-shot.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from baselines import BASELINES, pixels, shrink
from data import Art, Texts, load_emoji, load_style, preprocess
from evaluate import picture_scores, report, text_scores, unit
from export import load
from shipped import Shipped

FOLDER_WORDS = {"sea": "sea animals", "sweets": "dessert", "music": "musical instruments", "faces": "faces"}


def training_thumbnails(work: Path) -> np.ndarray:
    """All training pictures on white as 8 x 8 colour thumbnails in 0..1, [n,192]."""
    parts = []
    rgba = Art(work, load_emoji(work)).rgba
    for i in range(0, len(rgba), 512):
        x = rgba[i : i + 512].astype(np.float32) / 255
        rgb = (x[..., :3] * x[..., 3:] + 1 - x[..., 3:]).transpose(0, 3, 1, 2)
        parts.append(rgb.reshape(-1, 3, 8, 16, 8, 16).mean((3, 5)).reshape(len(x), -1))
    return np.concatenate(parts)


def near_copies(twitter: np.ndarray, training: np.ndarray) -> float:
    """The share of held-out pictures that are almost copies of a training picture: 8 x 8 colour thumbnails, RMS below 0.02."""
    held_out = shrink(pixels(twitter), 8).reshape(len(twitter), -1)
    square = (held_out**2).sum(1)[:, None] + (training**2).sum(1) - 2 * held_out @ training.T
    return float((np.sqrt(np.maximum(square, 0).min(1) / training.shape[1]) < 0.02).mean())


def sample_scores(model: Shipped, pictures: Path) -> dict[str, float]:
    files = sorted(pictures.glob("*/*.png"))
    labels = sorted({f.parent.name for f in files})
    words = [FOLDER_WORDS.get(label, label) for label in labels]
    began = time.time()
    embeds = unit(model.images(np.stack([preprocess(Image.open(f)) for f in files])))
    seconds = time.time() - began
    best = (embeds @ unit(model.texts(words)).T).argmax(1)
    truth = np.array([labels.index(f.parent.name) for f in files])
    return {"zero-shot top-1 of the samples": float((best == truth).mean()), "seconds for the samples": round(seconds, 2)}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, default=Path("workflows/samples/pictures"))
    a = arguments.parse_args()
    torch.set_num_threads(2)
    emoji = load_emoji(a.work)
    texts = Texts(emoji)
    twitter_class, twitter = load_style(a.work, emoji, "twitter")
    noto_class, noto = load_style(a.work, emoji, "google")

    def scores(images, encode):
        t, n = images(twitter), images(noto)
        found = {f"picture to Noto {k}": v for k, v in picture_scores(t, n, twitter_class, noto_class).items()}
        return found | text_scores(emoji, texts, t, twitter_class, encode)

    shipped = Shipped(a.out)
    figures = {"classes": len(emoji), "held-out pictures": len(twitter_class), "shipped": scores(shipped.images, shipped.texts)}
    model, tokenizer, figures["step"] = load(a.work, round_weights=False)
    ids = lambda s: torch.tensor([e.ids for e in tokenizer.encode_batch(s)])
    with torch.no_grad():
        full = scores(
            lambda x: torch.cat([model.images(p) for p in torch.from_numpy(x).split(256)]).numpy(),
            lambda s: torch.cat([model.texts(ids(s[i : i + 256])) for i in range(0, len(s), 256)]).numpy(),
        )
        exact = unit(model.images(torch.from_numpy(twitter[:256])).numpy())
    figures["fp32"] = full
    figures["least cosine of fp16 storage to fp32, 256 pictures"] = float((exact * unit(shipped.images(twitter[:256]))).sum(1).min())
    figures["without weights"] = {
        name: picture_scores(encode(twitter), encode(noto), twitter_class, noto_class) for name, encode in BASELINES.items()
    }
    figures["near copies of held-out pictures in training"] = near_copies(twitter, training_thumbnails(a.work))
    figures["samples"] = sample_scores(shipped, a.samples)
    (a.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print("shipped files\n" + report(figures["shipped"]))
    print(json.dumps({k: v for k, v in figures.items() if k not in ("shipped", "fp32")}, indent=2))


if __name__ == "__main__":
    main()
