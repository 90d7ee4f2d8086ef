"""Writes `README.md` of the shipped folder from its `figures.json`: `python card.py --out models/emoji-clip`."""

import argparse
import json
from pathlib import Path

CARD = """# emoji-clip

A small encoder in the style of CLIP. It learned from emoji artwork and from the names and keywords of emoji in English and
Chinese. It ships with Patchbay, so the first run needs no download. It has the layout of a Hugging Face export and runs through the same
code as any other CLIP.

| | |
|---|---|
| picture tower | `pixel_values [N,3,96,96]` -> `image_embeds [N,256]`; residual CNN, 4.8 M weights, 384 features before `visual_projection.weight`. `last_hidden_state [N,384,H/32,W/32]` is the map before averaging, for any size of picture |
| text tower | `input_ids [N,T]`, T <= 32, padded with 0 -> `text_embeds [N,256]`; 2 transformer layers, 2.0 M weights. Lower-case WordPiece; every Chinese character is a token |
| preprocessing | RGB, shortest edge to 96 (bicubic), centre crop 96, mean and std of CLIP. Put transparent art on white first |
| zero-shot | softmax of exp(`logit_scale`) times the cosine; `config.json` has `logit_scale` {logit_scale:.4f} (x {temperature:.1f}) |
| files | {megabytes:.1f} MB for both towers: float16 matrices, float32 arithmetic; opset 17; any batch and side; vectors are not normalised |

## Data

The artwork shows each thing in up to nine styles: Noto and its older "blobs" (both Apache-2.0), Fluent in colour, flat and
line (MIT), OpenMoji (CC-BY-SA-4.0), EmojiOne 1 (CC-BY-SA-4.0) and 2 (CC-BY-4.0), and Firefox OS (Apache-2.0). These are
14,593 pictures of {classes} emoji, without skin tones. Names and keywords come from emojibase (MIT; Unicode CLDR), synonyms from
its short codes. `categories.json` of the recipe adds category words. [NOTICE](../../NOTICE) has all notices.

Training never saw two parts of the data:

- the whole Twitter style (Twemoji)
- a tenth of the pairs of an emoji and a keyword, chosen by a hash. No training text contains such a pair, and no loss uses it.

Names and category words are always part of the training.

## Figures

All figures use the style that training never saw: {pictures} Twemoji pictures (64 px) of {classes} classes. They are for the shipped files on
the CPU, step {step}. Guessing gives .0005 at 1 and .005 at 10. `figures.json` has every figure.

| picture to Noto picture | recall@1 | @5 | @10 |
|---|---|---|---|
{picture_table}

| text to held-out picture | English | Chinese |
|---|---|---|
{text_table}

- "name + keywords" joins the name with the keywords that training saw. Many names differ in one word ("man: blond hair"),
  and their pictures are as similar. This lowers recall@1.
- "held-out keyword" searches for an emoji by a keyword that training never showed with it: {pairs_en} English and {pairs_zh} Chinese pairs.
  Other emoji with that keyword do not count. This is hard, because the model can know the word only from other emoji and words.
- "category" is the best of 16 words (fruit, vegetable, animal, ...) for {zero_pictures} pictures that belong to one of them. Training saw the
  words as texts, but not these pictures.
- {near:.1%} of the held-out pictures are almost copies of a training picture (8 x 8 colour thumbnails within an RMS of .02). Flags,
  squares and buttons look the same in every style. The encoders without weights gain as much from these.
- float16 files against the float32 checkpoint: minimum cosine {cosine:.6f}; picture recall@1 {fp32_r1:.4f} in float32, {r1:.4f} as shipped.
- {sample_top1:.1%} of the {samples} sample pictures get the name of their folder as the best of 14 (training saw these styles). Decoding,
  preparing and encoding all of them takes {seconds:.1f} s on two busy cores.

{shots}

## Limits

- It saw drawings and never a photo. An object on a plain background may work; a scene does not. For photos use a real CLIP.
- It knows 1,914 things and the words that emojibase has for them. Other words, sentences, counts, negation, left and right
  mean little to it. Every unknown character becomes the same token.
- It confuses look-alikes: clock faces, national flags, men and women in one role, smileys.
- Emoji keywords carry the stereotypes of their makers, and so does the model.

One command makes it again: [models/recipes/emoji-clip](../recipes/emoji-clip/README.md).
"""

TEXT_ROWS = {
    "name, recall@1": "name {} r@1", "name, recall@10": "name {} r@10", "name + keywords, recall@1": "name+keywords {} r@1",
    "name + keywords, recall@10": "name+keywords {} r@10", "held-out keyword, recall@10": "held-out keyword {} r@10",
    "held-out keyword, recall@50": "held-out keyword {} r@50", "category, top-1 of 16": "zero-shot {} top-1",
}  # fmt: skip


SHOTS = "<!-- shots: written by models/recipes/emoji-clip/shots/run.mjs -->", "<!-- /shots -->"


def shots_of(card: Path) -> str:
    """The section that `shots/run.mjs` wrote into the card before, or an empty place for it."""
    begin, end = SHOTS
    text = card.read_text() if card.exists() else ""
    start, stop = text.find(begin), text.find(end)
    return text[start : stop + len(end)] if 0 <= start < stop else f"{begin}\n{end}"


def row(*cells) -> str:
    return "| " + " | ".join(c if isinstance(c, str) else f"{c:.3f}" for c in cells) + " |"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, required=True)
    out = arguments.parse_args().out
    figures = json.loads((out / "figures.json").read_text())
    scale = json.loads((out / "config.json").read_text())["logit_scale"]
    ours = figures["shipped"]
    at = lambda scores: [scores[f"r@{k}"] for k in (1, 5, 10)]
    pictures = [row("**emoji-clip**", *(ours[f"picture to Noto r@{k}"] for k in (1, 5, 10)))]
    pictures += [row(name + ", no weights", *at(scores)) for name, scores in figures["without weights"].items()]
    card = CARD.format(
        logit_scale=scale, temperature=2.718281828459045**scale, classes=figures["classes"], pictures=figures["held-out pictures"],
        megabytes=sum(f.stat().st_size for f in out.glob("onnx/*.onnx")) / 1e6, step=figures["step"],
        picture_table="\n".join(pictures),
        text_table="\n".join(row(title, ours[key.format("en")], ours[key.format("zh")]) for title, key in TEXT_ROWS.items()),
        pairs_en=ours["held-out keyword en pairs"], pairs_zh=ours["held-out keyword zh pairs"],
        zero_pictures=ours["zero-shot en pictures"], near=figures["near copies of held-out pictures in training"],
        cosine=figures["least cosine of fp16 storage to fp32, 256 pictures"], fp32_r1=figures["fp32"]["picture to Noto r@1"],
        r1=ours["picture to Noto r@1"], samples=336, sample_top1=figures["samples"]["zero-shot top-1 of the samples"],
        seconds=figures["samples"]["seconds for the samples"],
        shots=shots_of(out / "README.md"),
    )  # fmt: skip
    (out / "README.md").write_text(card)


if __name__ == "__main__":
    main()
