"""Finds a checkpoint: in a hub repository, in a folder, or with random weights of a given size."""

import json
from dataclasses import dataclass
from pathlib import Path

from exporting.plan import Refused
from exporting.presets import PRESETS

SMALL_FILES = ["*.json", "*.txt", "*.model"]
TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt", "spiece.model"]


@dataclass(frozen=True)
class Source:
    name: str
    config: dict
    folder: Path | None
    """The folder of config and weights; absent for random weights."""
    seed: int = 20

    @property
    def random(self) -> bool:
        return self.folder is None

    @property
    def model_type(self) -> str:
        return self.config.get("model_type") or self.config.get("_class_name") or ("timm" if "architecture" in self.config else "")

    def preprocessor(self) -> dict | None:
        return self.json("preprocessor_config.json") or self.config.get("_preprocessor")

    def json(self, name: str) -> dict | None:
        path = self.folder / name if self.folder else None
        return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else None

    def tokenizer(self) -> list[Path]:
        return [self.folder / name for name in TOKENIZER_FILES if (self.folder / name).exists()] if self.folder else []


def open_source(name: str, random: bool, revision: str | None, subfolder: str | None, seed: int) -> Source:
    """@raises Refused if the preset, folder or repository does not exist."""
    if random:
        return random_source(name, seed)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = download(name, revision, subfolder)
    folder = folder / subfolder if subfolder else folder
    path = folder / "config.json"
    if not path.exists():
        raise Refused(f"There is no config.json in {folder}: give a model's folder, or --subfolder for a part of it such as vae.")
    return Source(name, json.loads(path.read_text(encoding="utf-8")), folder, seed)


def random_source(name: str, seed: int) -> Source:
    """A preset by name, or the config.json of a folder. Weights are random, and nothing is downloaded."""
    if name in PRESETS:
        return Source(name, PRESETS[name](), None, seed)
    if name.startswith("timm:"):
        return Source(name, {"architecture": name.removeprefix("timm:")}, None, seed)
    path = Path(name).expanduser()
    path = path / "config.json" if path.is_dir() else path
    if path.suffix == ".json" and path.exists():
        config = json.loads(path.read_text(encoding="utf-8"))
        beside = path.parent / "preprocessor_config.json"
        if beside.exists():
            config["_preprocessor"] = json.loads(beside.read_text(encoding="utf-8"))
        return Source(name, config, None, seed)
    raise Refused(f"--random takes a config.json, timm:NAME, or one of {', '.join(sorted(PRESETS))}; it was {name!r}.")


def download(repo: str, revision: str | None, subfolder: str | None) -> Path:
    """Downloads configs, tokenizer and safetensors of a repository, through the Hugging Face cache."""
    from huggingface_hub import snapshot_download

    inside = f"{subfolder}/" if subfolder else ""
    if repo.startswith("timm:"):
        raise Refused(f"{repo} is timm's own name: give the repository, timm/{repo.removeprefix('timm:')}, or --random.")
    try:
        found = Path(snapshot_download(repo, revision=revision, allow_patterns=[inside + p for p in (*SMALL_FILES, "*.safetensors")]))
    except Exception as error:
        raise Refused(f"{repo} is no folder here, and could not be fetched from the hub: {str(error).splitlines()[0]}") from error
    if not any(found.glob(f"{inside}*.safetensors")):
        found = Path(snapshot_download(repo, revision=revision, allow_patterns=[inside + p for p in (*SMALL_FILES, "*.bin")]))
    return found
