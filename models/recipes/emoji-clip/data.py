"""Pictures and texts: the emoji, their names, the held-out pairs, and how files become pixels."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
IMAGE_SIZE = 96
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)

# Without the Twitter style ("twitter", "twemoji"), which is never used for training.
TRAIN_STYLES = {
    "noto": 0.7, "google": 0.7, "noto-v1": 1.0, "fluent": 1.0, "fluent-flat": 1.0, "fluent-line": 0.3,
    "openmoji": 1.0, "emojione": 1.1, "emojione-v1": 1.0, "fxemoji": 1.0,
}  # fmt: skip
LANGUAGES = ("en", "zh")
COMPONENTS = 2


@dataclass
class Emoji:
    """One class with its names and keywords by language. No training text contains `held_out` keywords."""

    hexcode: str
    group: int
    subgroup: str
    name: dict[str, str]
    keywords: dict[str, list[str]]
    held_out: dict[str, list[str]]
    synonyms: list[str] = field(default_factory=list)


def clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()


def is_held_out(hexcode: str, keyword: str) -> bool:
    """Whether a pair is held out: a tenth of all (emoji, keyword) pairs, chosen by a hash, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{hexcode} {keyword}".encode()).digest()[:4], "big") % 10 == 0


def category_words() -> dict[str, list[str]]:
    """Each category word in all its training forms, with the subgroups that it names."""
    table = json.loads((HERE / "categories.json").read_text())["words"]
    forms = lambda word: {word, plural(word)} if word.isascii() else {word}
    out: dict[str, list[str]] = {}
    for words, subgroups in table.items():
        for form in (f for word in words.split("|") for f in forms(word)):
            out[form] = out.get(form, []) + subgroups
    return out


def load_emoji(work: Path) -> list[Emoji]:
    base = work / "node_modules/emojibase-data"
    read = lambda path: json.loads((base / path).read_text())
    tables = {lang: {e["hexcode"]: e for e in read(f"{lang}/data.json")} for lang in ("en", "zh", "en-gb", "zh-hant")}
    subgroups = read("meta/groups.json")["subgroups"]
    unicode_names = read("meta/unicode-names.json")
    shortcodes = [read(f"en/shortcodes/{s}.json") for s in ("cldr", "emojibase", "github", "joypixels")]
    categories = category_words()
    out = []
    for hexcode, e in tables["en"].items():
        if e.get("group") in (None, COMPONENTS):
            continue
        name = {lang: clean(tables[lang][hexcode]["label"]) for lang in LANGUAGES}
        tags = {lang: [clean(t) for t in tables[lang][hexcode].get("tags", [])] for lang in LANGUAGES}
        # Names and category words are always trained. A keyword with the same text therefore cannot be held out.
        free = lambda t: t not in name.values() and t not in categories
        held = {lang: [t for t in tags[lang] if free(t) and is_held_out(hexcode, t)] for lang in LANGUAGES}
        banned = {t for ts in held.values() for t in ts}
        codes = [c for table in shortcodes for c in np.atleast_1d(table.get(hexcode, [])).tolist()]
        synonyms = {clean(re.sub(r"[_-]+", " ", c)) for c in codes if re.search("[a-z]{3}", c)}
        synonyms |= {clean(unicode_names.get(hexcode, name["en"]))}
        synonyms |= {clean(tables[lang][hexcode]["label"]) for lang in ("en-gb", "zh-hant")}
        out.append(Emoji(
            hexcode, e["group"], subgroups[str(e["subgroup"])], name,
            {lang: [t for t in tags[lang] if t not in banned] for lang in LANGUAGES}, held,
            sorted(synonyms - banned - set(name.values())),
        ))  # fmt: skip
    return out


def plural(word: str) -> str:
    if word.endswith(("s", "sh", "ch", "x")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


class Texts:
    """All training strings, the classes each names, and the classes that training must not connect it with.

    `positives[s]` lists the classes that string `s` names. `hidden[s]` lists the classes for which it is a held-out
    keyword. The loss ignores these. `names[c]` and `words[c]` list the strings of class `c`.
    """

    def __init__(self, emoji: list[Emoji]):
        positives: dict[str, set[int]] = {}
        hidden: dict[str, set[int]] = {}
        self.names: list[list[str]] = []
        self.words: list[list[str]] = []
        for c, e in enumerate(emoji):
            names = list(e.name.values())
            words = [k for ks in e.keywords.values() for k in ks] + e.synonyms
            self.names.append(names)
            self.words.append(words or names)
            for text in names + words:
                positives.setdefault(text, set()).add(c)
            for ks in e.held_out.values():
                for k in ks:
                    hidden.setdefault(k, set()).add(c)
        self.categories = category_words()
        for form, subgroups in self.categories.items():
            positives.setdefault(form, set()).update(c for c, e in enumerate(emoji) if e.subgroup in subgroups)
        self.positives = {t: np.array(sorted(cs)) for t, cs in positives.items()}
        self.hidden = {t: np.array(sorted(cs - positives.get(t, set()))) for t, cs in hidden.items()}

    def corpus(self) -> list[str]:
        return sorted(self.positives)


class Art:
    """All training pictures in memory: `rgba` [n,128,128,4] uint8. `by_class[c]` is a list of (row, style weight)."""

    def __init__(self, work: Path, emoji: list[Emoji]):
        index = {e.hexcode: c for c, e in enumerate(emoji)}
        self.by_class: list[list[tuple[int, float]]] = [[] for _ in emoji]
        self.count: dict[str, int] = {}
        stacks, row = [], 0
        for style, weight in TRAIN_STYLES.items():
            hexcodes = json.loads((work / f"art/{style}.json").read_text())
            stacks.append(np.fromfile(work / f"art/{style}.rgba", np.uint8).reshape(-1, 128, 128, 4))
            self.count[style] = len(hexcodes)
            for h in hexcodes:
                self.by_class[index[h]].append((row, weight))
                row += 1
        self.rgba = np.concatenate(stacks)


def preprocess(picture: Image.Image) -> np.ndarray:
    """Prepares a picture as `preprocessor_config.json` says: RGB, shortest edge 96 (bicubic), centre crop 96, CLIP mean and std."""
    if picture.mode in ("RGBA", "LA", "P"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    picture = picture.convert("RGB")
    w, h = picture.size
    short = min(w, h)
    size = (int(w * IMAGE_SIZE / short), int(h * IMAGE_SIZE / short))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = (size[0] - IMAGE_SIZE) // 2, (size[1] - IMAGE_SIZE) // 2
    pixels = np.asarray(picture.crop((left, top, left + IMAGE_SIZE, top + IMAGE_SIZE)), np.float32)
    return ((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)


def load_style(work: Path, emoji: list[Emoji], datasource: str) -> tuple[np.ndarray, np.ndarray]:
    """Reads the 64 px files of `emoji-datasource-<datasource>`. Returns the class of each picture, and pixels [n,3,96,96]."""
    root = work / f"node_modules/emoji-datasource-{datasource}"
    strip = lambda h: h.lower().replace("-fe0f", "")
    files = {strip(e["unified"]): e["image"] for e in json.loads((root / "emoji.json").read_text())}
    classes, pixels = [], []
    for c, e in enumerate(emoji):
        image = files.get(strip(e.hexcode))
        path = root / f"img/{datasource}/64/{image}"
        if image and path.exists():
            classes.append(c)
            pixels.append(preprocess(Image.open(path)))
    return np.array(classes), np.stack(pixels)
