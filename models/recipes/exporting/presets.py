"""Full-size configurations for `--random`: those of published checkpoints, without the weights.

Speed and memory do not depend on the values of weights, so benchmarks need no download.
"""

from transformers import (
    Blip2Config,
    CLIPConfig,
    Dinov2Config,
    Dinov2WithRegistersConfig,
    ResNetConfig,
    SiglipConfig,
    ViTConfig,
    ViTMAEConfig,
)

OPENAI = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
STEPS = {"do_resize": True, "do_rescale": True, "do_normalize": True, "rescale_factor": 1 / 255}


def square(side: int) -> dict:
    return {"height": side, "width": side}


def cropped(kind: str, means: dict, resize: int, side: int, resample: int = 3) -> dict:
    """Resizes the short edge to `resize`, then crops the middle `side` x `side`."""
    return {
        "image_processor_type": kind, **STEPS, **means, "do_center_crop": True, "do_convert_rgb": True,
        "size": {"shortest_edge": resize}, "crop_size": square(side), "resample": resample,
    }


def squashed(kind: str, means: dict, side: int, resample: int) -> dict:
    """Resizes to `side` x `side`, whatever the shape of the picture."""
    return {"image_processor_type": kind, **STEPS, **means, "do_convert_rgb": True, "size": square(side), "resample": resample}


def clip(width: int, layers: int, heads: int, patch: int, dims: int, text: int, text_heads: int) -> dict:
    config = CLIPConfig(
        projection_dim=dims,
        vision_config={
            "hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": layers, "num_attention_heads": heads,
            "patch_size": patch, "image_size": 224, "projection_dim": dims,
        },
        text_config={
            "hidden_size": text, "intermediate_size": 4 * text, "num_hidden_layers": 12, "num_attention_heads": text_heads,
            "projection_dim": dims,
        },
    )
    return {**config.to_dict(), "_preprocessor": cropped("CLIPImageProcessor", OPENAI, 224, 224)}


def siglip() -> dict:
    vision = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "patch_size": 16, "image_size": 224}
    return {**SiglipConfig(vision_config=vision).to_dict(), "_preprocessor": squashed("SiglipImageProcessor", HALF, 224, 3)}


def dinov2(kind: type, width: int, layers: int) -> dict:
    config = kind(hidden_size=width, num_hidden_layers=layers, num_attention_heads=width // 64, image_size=518, patch_size=14)
    return {**config.to_dict(), "_preprocessor": cropped("BitImageProcessor", IMAGENET, 256, 224)}


def blip2() -> dict:
    return {**Blip2Config(image_text_hidden_size=256).to_dict(), "_preprocessor": squashed("BlipImageProcessor", OPENAI, 224, 3)}


def vae(kind: str) -> dict:
    if kind == "taesd":
        wide = [64, 64, 64, 64]
        return {
            "_class_name": "AutoencoderTiny", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "scaling_factor": 1.0,
            "encoder_block_out_channels": wide, "decoder_block_out_channels": wide, "num_encoder_blocks": [1, 3, 3, 3],
            "num_decoder_blocks": [3, 3, 3, 1], "act_fn": "relu", "upsampling_scaling_factor": 2,
        }
    return {
        "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "scaling_factor": 0.18215,
        "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "norm_num_groups": 32, "act_fn": "silu",
    }


PRESETS = {
    "clip-b32": lambda: clip(768, 12, 12, 32, 512, 512, 8),
    "clip-b16": lambda: clip(768, 12, 12, 16, 512, 512, 8),
    "clip-l14": lambda: clip(1024, 24, 16, 14, 768, 768, 12),
    "siglip-b16": siglip,
    "dinov2-s": lambda: dinov2(Dinov2Config, 384, 12),
    "dinov2-b": lambda: dinov2(Dinov2Config, 768, 12),
    "dinov2-l": lambda: dinov2(Dinov2Config, 1024, 24),
    "dinov2-reg-b": lambda: dinov2(Dinov2WithRegistersConfig, 768, 12),
    "vit-b16": lambda: {**ViTConfig().to_dict(), "_preprocessor": squashed("ViTImageProcessor", HALF, 224, 2)},
    "mae-b": lambda: {**ViTMAEConfig().to_dict()},
    "resnet-50": lambda: {
        **ResNetConfig().to_dict(),
        "_preprocessor": {
            "image_processor_type": "ConvNextImageProcessor", **STEPS, **IMAGENET, "crop_pct": 0.875, "resample": 3,
            "size": {"shortest_edge": 224},
        },
    },
    "blip2": blip2,
    "vae-sd": lambda: vae("kl"),
    "taesd": lambda: vae("taesd"),
}
