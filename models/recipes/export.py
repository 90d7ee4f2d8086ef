"""Exports an image encoder, a CLIP-like pair or a picture autoencoder to ONNX in hub layout, and checks it against PyTorch.

    python models/recipes/export.py facebook/vit-mae-base models/vit-mae-base
    python models/recipes/export.py stable-diffusion-v1-5/stable-diffusion-v1-5 sd-vae --subfolder vae --precision fp32,fp16
    python models/recipes/export.py clip-b32 /tmp/clip-b32 --random

SOURCE is a Hugging Face repository or a folder with config.json and weights. With --random it is a preset, a
config.json or timm:NAME. The result is a folder for Patchbay: `patchbay models add FOLDER`.
"""

import argparse
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
warnings.filterwarnings("ignore")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="export.py", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__,
        epilog="Families: CLIP, Chinese CLIP, MetaCLIP 2, SigLIP and SigLIP 2 (fixed size), DINOv2 (with registers too), DINOv3, ViT, "
        "DeiT, BEiT, MAE, Swin, image towers of CLIP and SigLIP, ResNet, ConvNeXt\nand other CNNs, anything of timm, BLIP-2's Q-Former, AutoencoderKL, AutoencoderTiny (TAESD). "
        "See models/recipes/README.md.",
    )
    parser.add_argument("source", metavar="SOURCE", help="repository, folder, or what --random takes")
    parser.add_argument("out", metavar="FOLDER", type=Path, help="where the model goes; its name becomes the model's id")
    parser.add_argument("--layers", default="none", metavar="LIST", help="hidden states to give out as hidden_states.<i>: 6,9,12, all, none (default)")
    parser.add_argument("--pooling", choices=["mean", "max"], help="how tokens become one vector, for models with neither a class token nor a pooler")
    parser.add_argument("--precision", default="fp32", metavar="LIST", help="of fp32, fp16, q8; several with commas (default fp32)")
    parser.add_argument("--random", action="store_true", help="random weights at the config's size: for benchmarks, fetches nothing")
    parser.add_argument("--seed", type=int, default=20, help="of the random weights (default 20)")
    parser.add_argument("--revision", help="branch, tag or commit of the repository")
    parser.add_argument("--subfolder", help="part of the repository that holds the model, such as vae")
    parser.add_argument("--external-data", action="store_true", help="weights beside the graph in .onnx_data; above 2 GB that is so anyway")
    parser.add_argument("--replace", action="store_true", help="replace FOLDER if it is there")
    parser.add_argument("--threads", type=int, help="threads of PyTorch and ONNX Runtime (default: all cores)")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    # Imported here, so that --help and wrong arguments are answered at once.
    import torch
    import transformers

    from exporting.families import plan_of
    from exporting.plan import Refused
    from exporting.precision import ENDINGS
    from exporting.source import open_source
    from exporting.writing import write

    transformers.logging.set_verbosity_error()
    if args.threads:
        torch.set_num_threads(args.threads)
    precisions = [part for part in args.precision.split(",") if part]
    try:
        if not precisions or any(part not in ENDINGS for part in precisions):
            raise Refused(f"--precision takes {', '.join(ENDINGS)}; it was {args.precision!r}.")
        source = open_source(args.source, args.random, args.revision, args.subfolder, args.seed)
        plan = plan_of(source, args.layers, args.pooling)
        for line in [*plan.notes, *([f"Licence: {plan.licence}"] if plan.licence else [])]:
            print(line)
        named = f"{args.source}{f' at {args.revision}' if args.revision else ''}{', random weights' if args.random else ''}"
        write(plan, args.out.resolve(), precisions, args.external_data, args.replace, named)
    except Refused as error:
        sys.exit(f"export.py: {error}")
    except Exception as error:
        if os.environ.get("PATCHBAY_DEBUG"):
            raise
        sys.exit(
            f"export.py: {args.source} could not be exported: {type(error).__name__}, {(str(error) or 'no more is said').splitlines()[0]} "
            "(PATCHBAY_DEBUG=1 shows where)."
        )
    print(f"{args.out}: {plan.family}, {', '.join(precisions)}")


if __name__ == "__main__":
    main()
