"""Writes `models/tiny-vae` from trained weights, measures its quality, and draws a sheet for comparison.

    python models/recipes/tiny-vae/export.py --weights FILE.safetensors [--out models/tiny-vae] [--sheet FILE.png]
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from safetensors.torch import load_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exporting.plan import Graph, Plan, noise
from exporting.presets import HALF, cropped
from exporting.writing import write
from model import LATENT, TinyVae
from train import REPO, pictures

PIXELS = {0: "batch_size", 2: "height", 3: "width"}
PLACES = {0: "batch_size", 2: "latent_height", 3: "latent_width"}
LARGEST_FOLDER = 2_000_000
SIDE = 224


class Tuple(torch.nn.Module):
    def __init__(self, module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x):
        return (self.module(x),)


def graph(path: str, module, taken: str, given: str, channels: int, axes: tuple[dict, dict], sizes) -> Graph:
    return Graph(
        path=path, module=Tuple(module).eval(), inputs={taken: noise(2, channels, *sizes[0])}, outputs=[given],
        axes={taken: axes[0], given: axes[1]}, checks=[{taken: noise(1, channels, *size, seed=size[0]).clamp(-1, 1)} for size in sizes],
        store_half=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=REPO / "models/tiny-vae")
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    model = TinyVae()
    model.load_state_dict({k: v.half().float() if v.numel() > 64 else v for k, v in load_file(args.weights).items()})
    model.eval()
    held = torch.nn.functional.interpolate(pictures(True), size=(SIDE, SIDE), mode="bicubic").clamp(0, 1)
    with torch.no_grad():
        scale = 1 / float(model.encoder(held * 2 - 1).std())
    plan = Plan(
        family="vae", licence="MIT",
        config={"_class_name": "AutoencoderTiny", "scaling_factor": round(scale, 5), "latent_channels": LATENT},
        preprocessor=cropped("CLIPImageProcessor", HALF, SIDE, SIDE),
        graphs=[
            graph("vae_encoder/model", model.encoder, "sample", "latent_sample", 3, (PIXELS, PLACES), [(64, 64), (40, 72)]),
            graph("vae_decoder/model", model.decoder, "latent_sample", "sample", LATENT, (PLACES, PIXELS), [(8, 8), (5, 9)]),
        ],
    )
    write(plan, args.out, ["fp32"], False, True, "models/recipes/tiny-vae")
    size = sum(file.stat().st_size for file in args.out.rglob("*") if file.is_file())
    if size > LARGEST_FOLDER:
        raise SystemExit(f"{args.out} takes {size:,} bytes, over the limit of {LARGEST_FOLDER:,}.")
    back = round_trip(args.out, held)
    figures = {"heldOutPictures": len(held), "side": SIDE, "psnr": psnr(back, held), "bytes": size}
    (args.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures))
    if args.sheet:
        rows = [np.concatenate([to_bytes(v[i]) for i in range(0, len(held), 4)], axis=1) for v in (held, back)]
        Image.fromarray(np.concatenate(rows, axis=0)).save(args.sheet)


def round_trip(folder: Path, held: torch.Tensor) -> torch.Tensor:
    """Encodes and decodes pictures with the shipped files."""
    sessions = [onnxruntime.InferenceSession(str(folder / part / "model.onnx")) for part in ("vae_encoder", "vae_decoder")]
    out = []
    for one in held.split(8):
        latent = sessions[0].run(None, {"sample": (one * 2 - 1).numpy()})[0]
        out.append(torch.from_numpy(sessions[1].run(None, {"latent_sample": latent})[0]) / 2 + 0.5)
    return torch.cat(out)


def psnr(back: torch.Tensor, held: torch.Tensor) -> float:
    """The mean PSNR of pictures in [0, 1], in decibels."""
    return round(float((-10 * torch.log10((back - held).square().mean((1, 2, 3)))).mean()), 2)


def to_bytes(one: torch.Tensor) -> np.ndarray:
    return (one.permute(1, 2, 0).clamp(0, 1).numpy() * 255).round().astype(np.uint8)


if __name__ == "__main__":
    main()
