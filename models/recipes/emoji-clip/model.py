"""The two towers. Module names follow a stock CLIP export, so that the exported tensors carry the same names."""

import torch
import torch.nn as nn
import torch.nn.functional as F

EMBED = 256
TEXT_WIDTH = 192


class ConvNorm(nn.Sequential):
    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)
        )


class Block(nn.Module):
    """A basic residual block with dense 3x3 convolutions, which are much faster on two CPU cores than depthwise ones."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = ConvNorm(inputs, outputs, 3, stride)
        self.second = ConvNorm(outputs, outputs, 3)
        same = inputs == outputs and stride == 1
        self.skip = nn.Identity() if same else nn.Sequential(
            nn.AvgPool2d(stride) if stride > 1 else nn.Identity(), ConvNorm(inputs, outputs, 1)
        )

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.skip(x))


class VisionTower(nn.Module):
    """Turns [N,3,96,96] into pooled features [N,width], through maps of 24, 12, 6 and 3 px."""

    def __init__(self, widths=(64, 128, 256, 384), depths=(1, 1, 2, 1), stem=32):
        super().__init__()
        layers = [ConvNorm(3, stem, 3, 2), nn.ReLU(), ConvNorm(stem, widths[0], 3, 2), nn.ReLU()]
        inputs = widths[0]
        for stage, (width, depth) in enumerate(zip(widths, depths)):
            for i in range(depth):
                layers.append(Block(inputs, width, 2 if stage and i == 0 else 1))
                inputs = width
        self.encoder = nn.Sequential(*layers)
        self.width = inputs
        self.post_layernorm = nn.LayerNorm(inputs)

    def forward(self, x):
        return self.post_layernorm(self.encoder(x).mean((2, 3)).float())


class TextLayer(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)

    def forward(self, x, bias):
        n, t, d = x.shape
        qkv = self.qkv(self.layer_norm1(x)).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scores = qkv[0] @ qkv[1].transpose(-1, -2) * (d // self.heads) ** -0.5 + bias
        x = x + self.out_proj((scores.softmax(-1) @ qkv[2]).transpose(1, 2).reshape(n, t, d))
        h = self.fc1(self.layer_norm2(x))
        return x + self.fc2(h * torch.sigmoid(1.702 * h))


class TextTower(nn.Module):
    """Turns `input_ids` [N,T], T <= 32, padded with 0, into pooled features [N,192]: the mean over the tokens without padding."""

    def __init__(self, vocabulary: int, length: int, width=TEXT_WIDTH, layers=2, heads=4):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Parameter(torch.randn(length, width) * 0.02)
        self.layers = nn.ModuleList(TextLayer(width, heads) for _ in range(layers))
        self.final_layer_norm = nn.LayerNorm(width)
        nn.init.normal_(self.token_embedding.weight, std=0.05)

    def forward(self, input_ids):
        mask = (input_ids != 0).float()
        bias = (mask - 1)[:, None, None, :] * 1e4
        x = self.token_embedding(input_ids) + self.position_embedding[: input_ids.shape[1]]
        for layer in self.layers:
            x = layer(x, bias)
        weight = mask.unsqueeze(-1)
        return self.final_layer_norm((x * weight).sum(1) / weight.sum(1).clamp(min=1))


class EmojiClip(nn.Module):
    """Both towers with bias-free projections; embeddings are not normalised, as in CLIP."""

    def __init__(self, vocabulary: int, length: int):
        super().__init__()
        self.vision_model = VisionTower()
        self.text_model = TextTower(vocabulary, length)
        self.visual_projection = nn.Linear(self.vision_model.width, EMBED, bias=False)
        self.text_projection = nn.Linear(TEXT_WIDTH, EMBED, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))

    def images(self, pixel_values):
        return self.visual_projection(self.vision_model(pixel_values))

    def texts(self, input_ids):
        return self.text_projection(self.text_model(input_ids))
