"""A CLIP ViT-B/32 image tower with random weights at full size, in hub layout: what the benchmarks encode with.

    python models/recipes/bench/make.py FOLDER

Speed does not depend on the values of weights, so no download is needed. The folder gets about 350 MB.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection


class Tower(torch.nn.Module):
    def __init__(self, model: CLIPVisionModelWithProjection) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.model(pixel_values=pixel_values).image_embeds


def main(folder: Path) -> None:
    torch.manual_seed(20)
    config = CLIPVisionConfig(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, patch_size=32, image_size=224,
        projection_dim=512,
    )
    config._attn_implementation = "eager"
    tower = Tower(CLIPVisionModelWithProjection(config).eval())
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        torch.onnx.export(
            tower, (torch.randn(2, 3, 224, 224),), str(folder / "onnx/vision_model.onnx"), input_names=["pixel_values"],
            output_names=["image_embeds"], dynamic_axes={"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}},
            opset_version=17, dynamo=False,
        )
    # The layout of public exports: one CLIP config around the towers'.
    (folder / "config.json").write_text(json.dumps(
        {"model_type": "clip", "projection_dim": 512, "logit_scale_init_value": 2.6592, "vision_config": config.to_dict()}, indent=2))
    (folder / "preprocessor_config.json").write_text(CLIPImageProcessor().to_json_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
