"""A small picture autoencoder: each side becomes an eighth, eight latent channels, fewer than a million weights."""

import torch
import torch.nn.functional as F
from torch import nn

LATENT = 8
WIDTHS = (32, 64, 96)


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.second(F.relu(self.first(x))))


class Encoder(nn.Module):
    """Encodes N x 3 x H x W in [-1, 1] to N x LATENT x H/8 x W/8 in [-3, 3]."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(12, a, 3, padding=1), nn.ReLU(), Block(a),
            nn.Conv2d(a, b, 3, 2, 1), nn.ReLU(), Block(b),
            nn.Conv2d(b, c, 3, 2, 1), nn.ReLU(), Block(c), nn.Conv2d(c, LATENT, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 3 * torch.tanh(self.layers(x) / 3)


class Decoder(nn.Module):
    """Decodes latents to pictures in [-1, 1]."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.layers = nn.Sequential(
            nn.Conv2d(LATENT, c, 3, padding=1), nn.ReLU(), Block(c), Block(c),
            nn.Conv2d(c, 4 * b, 1), nn.PixelShuffle(2), nn.ReLU(), Block(b), Block(b),
            nn.Conv2d(b, 4 * a, 1), nn.PixelShuffle(2), nn.ReLU(), Block(a), Block(a),
            nn.Conv2d(a, 12, 3, padding=1), nn.PixelShuffle(2),
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.layers(z).clamp(-1, 1)


class TinyVae(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
