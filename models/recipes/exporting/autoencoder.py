"""Picture autoencoders in diffusers' layout, written as `vae_encoder/model.onnx` and `vae_decoder/model.onnx`."""

import torch
from safetensors.torch import load_file

from exporting.kl import AutoencoderKL
from exporting.plan import Graph, Plan, Refused, noise
from exporting.presets import HALF, STEPS
from exporting.source import Source
from exporting.taesd import AutoencoderTiny

KINDS = {"AutoencoderKL": AutoencoderKL, "AutoencoderTiny": AutoencoderTiny}
PIXELS = {0: "batch_size", 2: "height", 3: "width"}
LATENT = {0: "batch_size", 2: "latent_height", 3: "latent_width"}


class Half(torch.nn.Module):
    """One direction of an autoencoder."""

    def __init__(self, model, name: str) -> None:
        super().__init__()
        self.model, self.name = model, name

    def forward(self, x):
        return (getattr(self.model, self.name)(x),)


def vae_plan(source: Source, layers: str) -> Plan:
    """@raises Refused if the weights and the network do not match exactly."""
    if layers not in ("", "none"):
        raise Refused("An autoencoder has one layer, its latent: leave --layers away.")
    kind = source.config["_class_name"]
    if kind not in KINDS:
        raise Refused(f"{source.name} is a {kind}; known autoencoders are {', '.join(KINDS)}.")
    torch.manual_seed(source.seed)
    try:
        model = KINDS[kind](source.config).eval()
    except KeyError as error:
        raise Refused(f"The config.json of {source.name} lacks {error}, which a {kind} needs.") from error
    if not source.random:
        fill(model, source)
    latent = model.latent_channels
    side, factor = 64, model.factor
    codes = "latent_parameters" if kind == "AutoencoderKL" else "latent_sample"
    keep = ("scaling_factor", "shift_factor", "latent_channels", "block_out_channels", "encoder_block_out_channels", "latents_mean", "latents_std")
    config = {"_class_name": kind, "scaling_factor": 1.0, **{k: v for k, v in source.config.items() if k in keep and v is not None}}
    return Plan(
        family="vae", config=config,
        preprocessor={
            "image_processor_type": "CLIPImageProcessor", **STEPS, **HALF, "do_convert_rgb": True, "size": {"shortest_edge": 256},
            "do_center_crop": True, "crop_size": {"height": 256, "width": 256}, "resample": 3,
        },
        graphs=[
            Graph(
                path="vae_encoder/model", module=Half(model, "encode"), inputs={"sample": noise(2, 3, side, side)}, outputs=[codes],
                axes={"sample": PIXELS, codes: LATENT}, convolutions=True,
                checks=[{"sample": noise(1, 3, h, w, seed=h).clamp(-1, 1)} for h, w in ((side, side), (5 * factor, 9 * factor))],
            ),
            Graph(
                path="vae_decoder/model", module=Half(model, "decode"), inputs={"latent_sample": noise(2, latent, 8, 8)}, outputs=["sample"],
                axes={"latent_sample": LATENT, "sample": PIXELS}, convolutions=True,
                checks=[{"latent_sample": noise(1, latent, h, w, seed=h)} for h, w in ((8, 8), (5, 9))],
            ),
        ],
    )


def fill(model, source: Source) -> None:
    """Loads exactly the weights of the network."""
    # TAESD's repository also has the same weights under other names. Others also have them in float16.
    named = sorted(source.folder.glob("diffusion_pytorch_model*.safetensors"))
    plain = [f for f in named if f.name.count(".") == 1] or named or sorted(source.folder.glob("*.safetensors"))
    if not plain:
        raise Refused(f"There are no safetensors weights in {source.folder}.")
    weights = {k: v.float() for file in plain for k, v in load_file(file).items()}
    weights = {model.renamed(k): v for k, v in weights.items()}
    wanted = model.state_dict()
    weights = {k: v.reshape(wanted[k].shape) if k in wanted and v.numel() == wanted[k].numel() else v for k, v in weights.items()}
    missing, unknown = sorted(wanted.keys() - weights.keys()), sorted(weights.keys() - wanted.keys())
    wrong = sorted(k for k in wanted.keys() & weights.keys() if wanted[k].shape != weights[k].shape)
    if missing or unknown or wrong:
        parts = [f"{len(names)} {what} (such as {names[0]})" for what, names in (("missing", missing), ("unknown", unknown), ("of another shape", wrong)) if names]
        raise Refused(f"The weights of {source.name} do not fit its network: {', '.join(parts)}.")
    model.load_state_dict(weights)
