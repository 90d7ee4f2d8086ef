"""Writes the sample pictures of the starter workflows: `python samples.py <work folder> <repo>`.

336 pictures (14 labels, 12 things each, Noto and Fluent) on white, 112 px, and 12 query pictures in the Twemoji
style, which the model never saw. Run after `art/render.mjs`.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 112
STYLES = ("noto", "fluent")
QUERY_STYLE = "twemoji"

LABELS = {
    "fruit": "grapes|watermelon|tangerine|lemon|banana|pineapple|mango|red apple|pear|peach|cherries|strawberry",
    "vegetables": "eggplant|potato|carrot|ear of corn|hot pepper|bell pepper|cucumber|leafy green|broccoli|garlic|onion|pea pod",
    "animals": "cat|cat face|black cat|dog|dog face|lion|tiger|horse|cow|elephant|rabbit|penguin",
    "sea": "whale|dolphin|fish|tropical fish|blowfish|shark|octopus|crab|lobster|shrimp|squid|jellyfish",
    "vehicles": "automobile|taxi|bus|ambulance|fire engine|police car|tractor|bicycle|motorcycle|locomotive|airplane|helicopter",
    "faces": "grinning face|face with tears of joy|winking face|smiling face with heart-eyes|face with tongue"
    "|thinking face|sleeping face|crying face|enraged face|astonished face|smiling face with sunglasses|nauseated face",
    "buildings": "house|house with garden|office building|hospital|hotel|school|factory|castle|church|mosque|classical building|stadium",
    "sport": "soccer ball|baseball|basketball|volleyball|american football|tennis|bowling|ice hockey|ping pong|badminton|boxing glove|skis",
    "flowers": "bouquet|cherry blossom|white flower|lotus|rose|wilted flower|hibiscus|sunflower|blossom|tulip|hyacinth|potted plant",
    "drinks": "glass of milk|hot beverage|teapot|teacup without handle|wine glass|cocktail glass|tropical drink|beer mug"
    "|clinking beer mugs|cup with straw|bubble tea|beverage box",
    "sweets": "soft ice cream|ice cream|doughnut|cookie|birthday cake|shortcake|cupcake|pie|chocolate bar|candy|lollipop|custard",
    "clothing": "t-shirt|jeans|scarf|gloves|coat|socks|dress|kimono|running shoe|high-heeled shoe|top hat|billed cap",
    "music": "saxophone|trumpet|accordion|guitar|musical keyboard|violin|banjo|drum|long drum|maracas|flute|headphone",
    "weather": "sun|cloud|sun behind cloud|cloud with rain|cloud with snow|cloud with lightning|tornado|rainbow|umbrella with rain drops"
    "|snowflake|snowman|crescent moon",
}

QUERIES = (
    "cat face|red apple|banana|automobile|soccer ball|sunflower|guitar|birthday cake|house|shark|dog face|umbrella with rain drops"
)


class Art:
    """One rendered style. `at(hexcode)` returns a [128,128,4] uint8 picture, or None if the set has none."""

    def __init__(self, folder: Path, style: str):
        self.index = {h: i for i, h in enumerate(json.loads((folder / f"{style}.json").read_text()))}
        self.pixels = np.memmap(folder / f"{style}.rgba", np.uint8, "r").reshape(-1, 128, 128, 4)

    def at(self, hexcode: str):
        i = self.index.get(hexcode)
        return None if i is None else np.asarray(self.pixels[i])


def on_white(rgba: np.ndarray) -> Image.Image:
    """Puts art on white with a 3% margin and resizes it to SIDE. The result is opaque, so readers need no background colour."""
    art = Image.fromarray(rgba, "RGBA")
    ground = Image.new("RGBA", (136, 136), "white")
    ground.alpha_composite(art, (4, 4))
    return ground.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def file_name(label: str) -> str:
    return label.lower().replace("’", "").replace(" ", "-")


def save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # 128 colours halve the file. At this size neither people nor the encoder notice the difference.
    picture.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def main(work: Path, repo: Path) -> None:
    emoji = json.loads((work / "node_modules/emojibase-data/en/data.json").read_text())
    code = {e["label"]: e["hexcode"] for e in emoji}
    out = repo / "workflows/samples"
    art = {style: Art(work / "art", style) for style in (*STYLES, QUERY_STYLE)}
    missing = []
    for label, things in LABELS.items():
        for thing in things.split("|"):
            for style in STYLES:
                rgba = art[style].at(code[thing])
                if rgba is None:
                    missing.append(f"{label}/{thing} in {style}")
                    continue
                save(on_white(rgba), out / "pictures" / label / f"{file_name(thing)}-{style}.png")
    for thing in QUERIES.split("|"):
        save(on_white(art[QUERY_STYLE].at(code[thing])), out / "queries" / f"{file_name(thing)}.png")
    if missing:
        raise SystemExit("No picture for " + ", ".join(missing))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
