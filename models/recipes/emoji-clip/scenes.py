"""Writes `workflows/samples/scenes`: pictures of nine samples each, for nodes that look at parts of a picture.

    python models/recipes/emoji-clip/scenes.py

Things are on a grid of 128 px, each moved a little with a fixed seed. A thing that appears twice has two styles.
"""

import random
from pathlib import Path

from PIL import Image

SAMPLES = Path(__file__).resolve().parents[3] / "workflows/samples"
SIDE, CELL, THING, SHIFT, COLOURS = 384, 128, 104, 8, 128
SCENES = {
    "garden": [
        "fruit/banana-noto", "animals/cat-noto", "drinks/hot-beverage-noto", "fruit/red-apple-noto",
        "vehicles/automobile-noto", "flowers/sunflower-noto", "drinks/teapot-fluent", "fruit/grapes-noto",
        "animals/dog-face-noto",
    ],
    "town": [
        "buildings/house-with-garden-noto", "vehicles/bus-noto", "animals/dog-face-fluent", "vehicles/automobile-fluent",
        "buildings/church-noto", "flowers/tulip-noto", "animals/cat-fluent", "vehicles/bicycle-noto",
        "buildings/castle-noto",
    ],
    "zoo": [
        "animals/elephant-noto", "animals/lion-noto", "fruit/banana-fluent", "animals/penguin-noto",
        "animals/tiger-noto", "flowers/sunflower-fluent", "vehicles/bus-fluent", "animals/elephant-fluent",
        "animals/rabbit-noto",
    ],
}  # fmt: skip


def main() -> None:
    out = SAMPLES / "scenes"
    out.mkdir(exist_ok=True)
    for seed, (name, things) in enumerate(SCENES.items()):
        chance = random.Random(seed)
        scene = Image.new("RGB", (SIDE, SIDE), "white")
        for place, thing in enumerate(things):
            picture = Image.open(SAMPLES / f"pictures/{thing}.png").convert("RGB").resize((THING, THING), Image.LANCZOS)
            margin = (CELL - THING) // 2
            x = place % 3 * CELL + margin + chance.randint(-SHIFT, SHIFT)
            y = place // 3 * CELL + margin + chance.randint(-SHIFT, SHIFT)
            scene.paste(picture, (x, y))
        scene.quantize(COLOURS, method=Image.FASTOCTREE).save(out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
