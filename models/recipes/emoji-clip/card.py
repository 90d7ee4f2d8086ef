"""Writes `README.md` of the shipped folder from its `figures.json`: `python card.py --out models/emoji-clip`."""

import argparse
import json
from pathlib import Path

CARD = """# emoji-clip

A small CLIP-style dual encoder, trained on emoji artwork and on its names and keywords in English and Chinese. It ships
with the studio, so that the first run needs no download, and goes through the same code as a real CLIP: the layout is
that of a Hugging Face export (`config.json`, `preprocessor_config.json`, `tokenizer.json`, `onnx/vision_model.onnx`,
`onnx/text_model.onnx`).

| | |
|---|---|
| picture tower | `pixel_values [N,3,96,96]` -> `image_embeds [N,256]`; residual CNN, 4.8 M weights, 384 features before `visual_projection.weight`; their map before averaging is `last_hidden_state [N,384,H/32,W/32]`, of any size of picture |
| text tower | `input_ids [N,T]`, T <= 32, padded with 0 -> `text_embeds [N,256]`; 2 transformer layers, 2.0 M weights, lower-cased WordPiece in which every Chinese character is a token |
| preprocess | RGB, shortest edge to 96 (bicubic), centre crop 96, CLIP mean and std; put transparent art on white first |
| zero-shot | softmax of exp(`logit_scale`) times the cosine; `logit_scale` {logit_scale:.4f} (x {temperature:.1f}) is in `config.json` |
| files | {megabytes:.1f} MB both towers: fp16 matrices behind Cast nodes, fp32 arithmetic; opset 17; dynamic batch and sides; not L2-normalised |

## Data

Artwork in up to nine styles of each thing: Noto, Noto's older "blobs" (both Apache-2.0), Fluent in colour, flat and
line (MIT), OpenMoji (CC-BY-SA-4.0), EmojiOne 1 (CC-BY-SA-4.0) and 2 (CC-BY-4.0), Firefox OS (Apache-2.0): 14,593 pictures
of {classes} emoji, skin tones left out. Names and keywords from emojibase (MIT; Unicode CLDR), synonyms from its short
codes, and a table of category words of our own (`categories.json` of the recipe). Notices are in [NOTICE](../../NOTICE).

**Held out:** the Twitter style (Twemoji) altogether, and a tenth of the (emoji, keyword) pairs by a hash, which no
training text states and no loss sees, neither as right nor as wrong. Names and category words are never held out.

## Figures

Held-out style throughout: {pictures} Twemoji pictures (64 px) of {classes} classes, shipped files on the CPU, step {step}.
Chance is .0005 at 1 and .005 at 10. All figures are in `figures.json`.

| picture to Noto picture | recall@1 | @5 | @10 |
|---|---|---|---|
{picture_table}

| text to held-out picture | English | Chinese |
|---|---|---|
{text_table}

- "name + keywords" joins the name and the keywords that were trained. Many names are one word apart ("man: blond hair"),
  and so are their pictures, which weighs on recall@1.
- "held-out keyword" asks for one emoji by a word that was never shown with it ({pairs_en} English, {pairs_zh} Chinese pairs
  whose word is no part of any trained text of that emoji), other emoji of that keyword set aside. It is hard: a word's meaning
  can only come from the other emoji, and the other words, that it was shown with.
- "category" is the top-1 among 16 words (fruit, vegetable, animal, ...) of {zero_pictures} pictures that belong to one; the words
  themselves were trained as texts, the pictures were not.
- {near:.1%} of the held-out pictures are near copies of a training picture (8 x 8 colour thumbnails within an RMS of .02): flags,
  squares and buttons look alike in every style. The encoders without weights profit from that as much.
- fp16 storage against the fp32 checkpoint: least cosine {cosine:.6f}; picture recall@1 {fp32_r1:.4f} in fp32, {r1:.4f} as shipped.
- The {samples} sample pictures of the studio: their folder's name is the best of 14 for {sample_top1:.1%} (Noto and Fluent
  were trained on: no held-out figure); decode, preprocess and encode take {seconds:.1f} s on two busy cores.

## Limits

- It has seen drawings, never a photograph. An object on a plain ground may work, a scene does not. Use a real CLIP.
- It knows 1,914 things and the words emojibase has for them. Other words, sentences, counting, negation, left and right
  mean little to it. Unknown characters become one unknown token.
- Look-alikes are confused: clock faces, national flags, men and women in one role, smileys.
- Emoji keywords carry the stereotypes of their makers, and so does the model.

Recipe, log and one command that does it all: [models/recipes/emoji-clip](../recipes/emoji-clip/README.md).
"""

TEXT_ROWS = {
    "name, recall@1": "name {} r@1", "name, recall@10": "name {} r@10", "name + keywords, recall@1": "name+keywords {} r@1",
    "name + keywords, recall@10": "name+keywords {} r@10", "held-out keyword, recall@10": "held-out keyword {} r@10",
    "held-out keyword, recall@50": "held-out keyword {} r@50", "category, top-1 of 16": "zero-shot {} top-1",
}  # fmt: skip


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
    )  # fmt: skip
    (out / "README.md").write_text(card)


if __name__ == "__main__":
    main()
