"""Loads a PEFT folder that Patchbay wrote into a CLIP model with PEFT itself, and compares its projection.

    python check_adapter.py ADAPTER CLIP_CONFIG CASE.json

CASE.json holds `weight` (out x in), `x` (n x in) and `y` (n x out), what Patchbay gives. Fails if a key is missing or left over, or if
an output differs by more than 1e-6.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from transformers import CLIPConfig, CLIPModel


def main(adapter: str, config: str, case: str) -> None:
    warnings.simplefilter("error", UserWarning)
    given = {name: torch.tensor(value, dtype=torch.float32) for name, value in json.loads(Path(case).read_text()).items()}
    model = CLIPModel(CLIPConfig.from_pretrained(config)).eval()
    with torch.no_grad():
        model.visual_projection.weight.copy_(given["weight"])
    adapted = PeftModel.from_pretrained(model, adapter)
    state = {name for name, _ in adapted.named_parameters() if "lora_" in name}
    expected = {f"base_model.model.visual_projection.lora_{half}.default.weight" for half in "AB"}
    if state != expected:
        sys.exit(f"The adapter of the model has {sorted(state)}, and not {sorted(expected)}.")
    with torch.no_grad():
        before = given["x"] @ given["weight"].T
        found = adapted.base_model.model.visual_projection(given["x"])
    farthest = (found - given["y"]).abs().max().item()
    if (found - before).abs().max().item() < 1e-3:
        sys.exit("The adapter changes nothing.")
    if not farthest <= 1e-6:
        sys.exit(f"An output differs by {farthest:.1e}.")
    print(f"PEFT gives the same outputs, within {farthest:.1e}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
