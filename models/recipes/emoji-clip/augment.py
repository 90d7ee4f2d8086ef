"""Augments a whole batch at once: art on a background, moved, tinted, lit, blurred and partly hidden."""

import math

import torch
import torch.nn.functional as F

from data import IMAGE_SIZE, MEAN, STD

LUMA = torch.tensor([0.299, 0.587, 0.114])


def _rand(n: int, low: float, high: float) -> torch.Tensor:
    return torch.rand(n) * (high - low) + low


def _chance(n: int, p: float) -> torch.Tensor:
    return torch.rand(n) < p


def grounds(n: int) -> torch.Tensor:
    """Makes [n,3,S,S] backgrounds: mostly white, otherwise black, one colour, a gradient of two colours, or soft noise."""
    s = IMAGE_SIZE
    kind = torch.rand(n)
    a, b = torch.rand(n, 3, 1, 1), torch.rand(n, 3, 1, 1)
    ground = torch.ones(n, 3, 1, 1).expand(n, 3, s, s).clone()
    dark = (kind > 0.45) & (kind < 0.53)
    ground[dark] = 0
    plain = (kind >= 0.53) & (kind < 0.65)
    ground[plain] = a[plain]
    ramp = (kind >= 0.65) & (kind < 0.8)
    angle = _rand(n, 0, 2 * math.pi).view(n, 1, 1, 1)
    axis = torch.linspace(-0.7, 0.7, s)
    t = (0.5 + angle.cos() * axis.view(1, 1, 1, s) + angle.sin() * axis.view(1, 1, s, 1)).clamp(0, 1)
    ground[ramp] = a[ramp] * t[ramp] + b[ramp] * (1 - t[ramp])
    noisy = kind >= 0.8
    cells = int(torch.randint(2, 13, ()))
    count = int(noisy.sum())
    spread = _rand(count, 0.1, 1).view(count, 1, 1, 1)
    noise = F.interpolate(torch.rand(count, 3, cells, cells), size=(s, s), mode="bilinear", align_corners=False)
    ground[noisy] = (a[noisy] * (1 - spread) + noise * spread).clamp(0, 1)
    return ground


def place(art: torch.Tensor, flip_chance: torch.Tensor) -> torch.Tensor:
    """Transforms premultiplied [n,4,H,W] art: scales by 0.55 to 1.1, rotates by about 9 degrees, shifts, shears, may mirror."""
    n = art.shape[0]
    scale = 1 / torch.where(_chance(n, 0.4), _rand(n, 0.85, 1.02), _rand(n, 0.55, 1.12))
    turn = torch.randn(n) * (9 * math.pi / 180)
    shear, stretch = torch.randn(n) * 0.06, torch.exp(torch.randn(n) * 0.06)
    flip = 1 - 2 * (torch.rand(n) < flip_chance).float()
    room = (scale - 1).abs() + 0.04
    cos, sin = turn.cos() * scale, turn.sin() * scale
    theta = torch.stack([
        torch.stack([cos * stretch * flip, -sin + shear, _rand(n, -0.7, 0.7) * room], -1),
        torch.stack([sin * flip, cos / stretch, _rand(n, -0.7, 0.7) * room], -1),
    ], 1)  # fmt: skip
    grid = F.affine_grid(theta, (n, 4, IMAGE_SIZE, IMAGE_SIZE), align_corners=False)
    return F.grid_sample(art, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def tint(rgb: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Makes a 3x3 colour matrix for each picture: hue, saturation, channel gains. `strength` [n] in 0..1 weakens it for flags."""
    n = rgb.shape[0]
    hue = torch.randn(n) * 0.16 * strength
    saturation = torch.where(_chance(n, 0.05) & (strength > 0.5), 0.0, 1 + strength * _rand(n, -0.45, 0.45))
    # Rotates around the grey axis (Rodrigues), then moves colours towards or away from the luma.
    k = 1 / math.sqrt(3)
    cross = torch.tensor([[0, -k, k], [k, 0, -k], [-k, k, 0]])
    axis = torch.full((3, 3), 1 / 3)
    c, s = hue.cos().view(n, 1, 1), hue.sin().view(n, 1, 1)
    rotate = c * torch.eye(3) + s * cross + (1 - c) * axis
    pull = saturation.view(n, 1, 1)
    desaturate = pull * torch.eye(3) + (1 - pull) * LUMA.expand(3, 3)
    gain = (1 + strength.view(n, 1, 1) * torch.randn(n, 3, 1) * 0.07) * torch.exp(torch.randn(n, 1, 1) * 0.1)
    matrix = gain * (desaturate @ rotate)
    return torch.bmm(matrix, rgb.flatten(2)).view_as(rgb)


def degrade(x: torch.Tensor) -> torch.Tensor:
    """Changes lighting, contrast and resolution, adds noise, and hides a patch."""
    n, _, s, _ = x.shape
    lit = _chance(n, 0.3)
    light = F.interpolate(torch.rand(int(lit.sum()), 1, 2, 2) * 0.8 + 0.55, size=(s, s), mode="bilinear", align_corners=True)
    x[lit] = x[lit] * light
    contrast = torch.exp(torch.randn(n, 1, 1, 1) * 0.12)
    x = (x - 0.5) * contrast + 0.5
    small = _chance(n, 0.45).nonzero().squeeze(1)
    for part in small.tensor_split(3):
        if len(part):
            size = int(torch.randint(36, 80, ()))
            low = F.interpolate(x[part], size=(size, size), mode="bilinear", antialias=True, align_corners=False)
            x[part] = F.interpolate(low, size=(s, s), mode="bicubic", align_corners=False)
    noisy = _chance(n, 0.15).nonzero().squeeze(1)
    x[noisy] += torch.randn(len(noisy), 3, s, s) * 0.05
    for i in _chance(n, 0.12).nonzero().squeeze(1).tolist():
        h, w = (int(v) for v in torch.randint(12, 36, (2,)))
        top, left = int(torch.randint(0, s - h, ())), int(torch.randint(0, s - w, ()))
        x[i, :, top : top + h, left : left + w] = torch.rand(3, 1, 1)
    return x.clamp(0, 1)


def augment(rgba: torch.Tensor, flip_chance: torch.Tensor, tint_strength: torch.Tensor) -> torch.Tensor:
    """Turns [n,128,128,4] uint8 straight-alpha art into [n,3,96,96] normalised pixels."""
    art = rgba.permute(0, 3, 1, 2).float().div_(255)
    art[:, :3] *= art[:, 3:]
    art = place(art, flip_chance)
    alpha = art[:, 3:]
    picture = tint(art[:, :3], tint_strength) + grounds(art.shape[0]) * (1 - alpha)
    picture = degrade(picture)
    mean, std = torch.from_numpy(MEAN).view(3, 1, 1), torch.from_numpy(STD).view(3, 1, 1)
    return ((picture - mean) / std).contiguous(memory_format=torch.channels_last)
