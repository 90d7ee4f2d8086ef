"""Trains the autoencoder on the sample pictures and on generated textures. Saves a checkpoint every two minutes.

    python models/recipes/tiny-vae/train.py --out FILE.safetensors [--minutes 24] [--threads 1]
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file

from model import TinyVae

REPO = Path(__file__).resolve().parents[3]
CROP, BATCH, RATE = 64, 16, 2e-3
# Every eighth sample is used for the figures only.
HELD_OUT = 8


def pictures(held_out: bool) -> torch.Tensor:
    """Loads the samples as N x 3 x 112 x 112 in [0, 1]."""
    files = sorted((REPO / "workflows/samples/pictures").glob("*/*.png"))
    chosen = [f for i, f in enumerate(files) if (i % HELD_OUT == 0) == held_out]
    arrays = [np.asarray(Image.open(f).convert("RGB")) for f in chosen]
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).float() / 255


def texture(count: int, side: int, draw: torch.Generator) -> torch.Tensor:
    """Makes coloured noise of several scales, which photos have and drawings do not."""
    out = torch.rand(count, 3, 1, 1, generator=draw).expand(-1, -1, side, side).clone()
    for cells in (2, 4, 8, 16, 32):
        weight = torch.rand(count, 1, 1, 1, generator=draw) * 1.2 / cells**0.5
        noise = torch.randn(count, 1, cells, cells, generator=draw) + 0.5 * torch.randn(count, 3, cells, cells, generator=draw)
        out += weight * 0.5 * F.interpolate(noise, size=(side, side), mode="bicubic")
    return out.clamp(0, 1)


def batch(source: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """Makes crops at one scale: mirrored, rotated, recoloured, and some with other backgrounds."""
    number = lambda low, high: low + (high - low) * torch.rand(1, generator=draw).item()
    side = int(source.shape[-1] * number(0.6, 2.0))
    chosen = source[torch.randint(len(source), (BATCH,), generator=draw)]
    big = F.interpolate(chosen, size=(side, side), mode="bicubic", antialias=True).clamp(0, 1)
    out = torch.empty(BATCH, 3, CROP, CROP)
    ground = texture(BATCH, CROP, draw)
    for i, one in enumerate(big):
        y, x = (int(number(0, side - CROP + 1)) for _ in range(2))
        crop = one[:, y : y + CROP, x : x + CROP]
        kind = number(0, 1)
        if kind < 0.2:
            white = (crop.amin(0, keepdim=True) * 8 - 7).clamp(0, 1)
            crop = crop * (1 - white) + white * ground[i]
        elif kind < 0.35:
            crop = ground[i]
        elif kind < 0.55:
            crop = crop * torch.rand(3, 1, 1, generator=draw)
        elif kind < 0.65:
            crop = crop[torch.randperm(3, generator=draw)]
        if number(0, 1) < 0.5:
            crop = crop.flip(-1)
        out[i] = torch.rot90(crop, int(number(0, 4)) if number(0, 1) < 0.3 else 0, (1, 2))
    return out * 2 - 1


def loss_of(got: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    error = got - wanted
    edges = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    return error.abs().mean() + 2 * error.square().mean() + 0.5 * edges


def psnr(model: TinyVae, held: torch.Tensor) -> float:
    """The mean PSNR of pictures in [0, 1], in decibels."""
    with torch.no_grad():
        back = model.decoder(model.encoder(held * 2 - 1)) / 2 + 0.5
    return float((-10 * torch.log10((back - held).square().mean((1, 2, 3)))).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=24)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    draw = torch.Generator().manual_seed(8)
    source, held = pictures(False), pictures(True)
    model = TinyVae().to(memory_format=torch.channels_last)
    averaged = TinyVae()
    averaged.load_state_dict(model.state_dict())
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=1e-4)
    begun, step, kept = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - begun) / (60 * args.minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        wanted = batch(source, draw).to(memory_format=torch.channels_last)
        # Training skips the decoder's final clamp, which has no gradient outside [-1, 1].
        with torch.autocast("cpu", torch.bfloat16):
            got = model.decoder.layers(model.encoder(wanted))
        loss = loss_of(got.float(), wanted)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(0.998, step / (step + 20))
        with torch.no_grad():
            for mean, now in zip(averaged.parameters(), model.parameters()):
                mean.lerp_(now, 1 - decay)
        if done - kept > 2 / args.minutes:
            kept = done
            print(f"{done:.0%} step {step} loss {loss.item():.4f} held-out {psnr(averaged, held):.2f} dB", flush=True)
            save_file(averaged.state_dict(), args.out)
    save_file(averaged.state_dict(), args.out)
    print(f"step {step}: held-out {psnr(averaged, held):.2f} dB, {sum(p.numel() for p in averaged.parameters()):,} weights")


if __name__ == "__main__":
    main()
