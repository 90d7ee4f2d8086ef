"""AutoencoderTiny: TAESD and similar models, with the parameter names of diffusers."""

import torch
from torch import nn

from exporting.plan import Refused


class Block(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.Conv2d(after, after, 3, padding=1), nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1),
        )
        self.skip = nn.Conv2d(before, after, 1, bias=False) if before != after else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.conv(x) + self.skip(x))


class Layers(nn.Module):
    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def encoder(config: dict) -> Layers:
    layers: list[nn.Module] = []
    widths = config["encoder_block_out_channels"]
    for i, (width, depth) in enumerate(zip(widths, config["num_encoder_blocks"], strict=True)):
        first = nn.Conv2d(config.get("in_channels", 3), width, 3, padding=1)
        layers += [first if i == 0 else nn.Conv2d(width, width, 3, 2, 1, bias=False), *(Block(width, width) for _ in range(depth))]
    return Layers([*layers, nn.Conv2d(widths[-1], config["latent_channels"], 3, padding=1)])


def decoder(config: dict) -> Layers:
    widths, depths = config["decoder_block_out_channels"], config["num_decoder_blocks"]
    layers: list[nn.Module] = [nn.Conv2d(config["latent_channels"], widths[0], 3, padding=1), nn.ReLU()]
    for i, (width, depth) in enumerate(zip(widths, depths, strict=True)):
        last = i == len(widths) - 1
        layers += [Block(width, width) for _ in range(depth)]
        layers += [] if last else [nn.Upsample(scale_factor=float(config.get("upsampling_scaling_factor", 2)), mode="nearest")]
        layers.append(nn.Conv2d(width, config.get("out_channels", 3) if last else width, 3, padding=1, bias=last))
    return Layers(layers)


class AutoencoderTiny(nn.Module):
    """The autoencoder. `encode` returns the latent. Pictures are in [-1, 1] outside the network and in [0, 1] inside."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        if config.get("act_fn", "relu") != "relu":
            raise Refused(f"This autoencoder uses {config['act_fn']} where only relu is known.")
        self.latent_channels, self.factor = config["latent_channels"], 2 ** (len(config["encoder_block_out_channels"]) - 1)
        self.encoder, self.decoder = encoder(config), decoder(config)

    def encode(self, sample: torch.Tensor) -> torch.Tensor:
        return self.encoder((sample + 1) / 2)

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return self.decoder(torch.tanh(latent / 3) * 3) * 2 - 1

    @staticmethod
    def renamed(name: str) -> str:
        return name
