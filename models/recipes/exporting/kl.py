"""AutoencoderKL: the network of Stable Diffusion's VAE, with the parameter names of diffusers."""

import re

import torch
import torch.nn.functional as F
from torch import nn

from exporting.plan import Refused

# Names of the attention layers in checkpoints from before 2023.
OLD = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}


class Resnet(nn.Module):
    def __init__(self, before: int, after: int, groups: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, before, eps=1e-6), nn.Conv2d(before, after, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(groups, after, eps=1e-6), nn.Conv2d(after, after, 3, padding=1)
        if before != after:
            self.conv_shortcut = nn.Conv2d(before, after, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return inside + (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)


class Attention(nn.Module):
    """Attention with one head over all places of the map."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        count, width, rows, columns = x.shape
        places = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = self.to_q(places), self.to_k(places), self.to_v(places)
        mixed = self.to_out[0]((q @ k.transpose(1, 2) * width**-0.5).softmax(-1) @ v)
        return x + mixed.transpose(1, 2).reshape(count, width, rows, columns)


class Down(nn.Module):
    """Halves a map. It pads one pixel at the right and bottom, and none at the left and top."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Stage(nn.Module):
    def __init__(self, before: int, after: int, depth: int, groups: int, change: type | None, name: str) -> None:
        super().__init__()
        self.resnets = nn.ModuleList([Resnet(before if i == 0 else after, after, groups) for i in range(depth)])
        self.name = name
        if change:
            setattr(self, name, nn.ModuleList([change(after)]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in (*self.resnets, *getattr(self, self.name, ())):
            x = layer(x)
        return x


class Middle(nn.Module):
    def __init__(self, width: int, groups: int, attention: bool) -> None:
        super().__init__()
        self.resnets = nn.ModuleList([Resnet(width, width, groups) for _ in range(2)])
        self.attentions = nn.ModuleList([Attention(width, groups)] if attention else [])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.resnets[0](x)
        for attention in self.attentions:
            x = attention(x)
        return self.resnets[1](x)


class Side(nn.Module):
    """The encoder. With the widths in reverse order, the decoder."""

    def __init__(self, config: dict, inside: int, outside: int, decoder: bool) -> None:
        super().__init__()
        widths, groups = list(config["block_out_channels"]), config.get("norm_num_groups", 32)
        depth, last = config.get("layers_per_block", 1) + decoder, len(widths) - 1
        widths = widths[::-1] if decoder else widths
        change, name, blocks = (Up, "upsamplers", "up_blocks") if decoder else (Down, "downsamplers", "down_blocks")
        self.conv_in = nn.Conv2d(inside, widths[0], 3, padding=1)
        stages = [Stage(widths[max(i - 1, 0)], w, depth, groups, None if i == last else change, name) for i, w in enumerate(widths)]
        setattr(self, blocks, nn.ModuleList(stages))
        self.mid_block = Middle(widths[0] if decoder else widths[-1], groups, config.get("mid_block_add_attention", True))
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[-1], outside, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv_in(x)
        decoder = hasattr(self, "up_blocks")
        for layer in (self.mid_block, *self.up_blocks) if decoder else (*self.down_blocks, self.mid_block):
            x = layer(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class AutoencoderKL(nn.Module):
    """`encode` returns the unscaled moments: mean, then log variance. `decode` takes an unscaled latent."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        if config.get("act_fn", "silu") != "silu":
            raise Refused(f"This autoencoder uses {config['act_fn']} where only silu is known.")
        odd = [t for key in ("down_block_types", "up_block_types") for t in config.get(key, []) if t not in ("DownEncoderBlock2D", "UpDecoderBlock2D")]
        if odd:
            raise Refused(f"This autoencoder has blocks of type {odd[0]}, which are not known here.")
        latent = config["latent_channels"]
        self.latent_channels, self.factor = latent, 2 ** (len(config["block_out_channels"]) - 1)
        self.encoder = Side(config, config.get("in_channels", 3), 2 * latent, decoder=False)
        self.decoder = Side(config, latent, config.get("out_channels", 3), decoder=True)
        if config.get("use_quant_conv", True):
            self.quant_conv = nn.Conv2d(2 * latent, 2 * latent, 1)
        if config.get("use_post_quant_conv", True):
            self.post_quant_conv = nn.Conv2d(latent, latent, 1)

    def encode(self, sample: torch.Tensor) -> torch.Tensor:
        moments = self.encoder(sample)
        return self.quant_conv(moments) if hasattr(self, "quant_conv") else moments

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.post_quant_conv(latent) if hasattr(self, "post_quant_conv") else latent)

    @staticmethod
    def renamed(name: str) -> str:
        """The current name of a weight with an old name."""
        return re.sub(r"(\.attentions\.\d+\.)(query|key|value|proj_attn)\.", lambda m: f"{m[1]}{OLD[m[2]]}.", name)
