"""Computes the figures. All scores use the Twitter style, which no training picture has, and all classes."""

from collections.abc import Callable

import numpy as np

from data import LANGUAGES, Emoji, Texts

EncodeTexts = Callable[[list[str]], np.ndarray]


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def recall(scores: np.ndarray, wanted: np.ndarray, gallery: np.ndarray, ks=(1, 5, 10)) -> dict[str, float]:
    """Recall from `scores` [queries, gallery]: the share of queries whose class is among the k best."""
    order = np.argsort(-scores, axis=1)[:, : max(ks)]
    hit = gallery[order] == wanted[:, None]
    return {f"r@{k}": float(hit[:, :k].any(1).mean()) for k in ks}


def picture_scores(twitter: np.ndarray, noto: np.ndarray, twitter_class: np.ndarray, noto_class: np.ndarray) -> dict[str, float]:
    """Recall from held-out pictures to Noto pictures, both as [n, d] features, for classes that Noto has."""
    known = np.isin(twitter_class, noto_class)
    return recall(unit(twitter[known]) @ unit(noto).T, twitter_class[known], noto_class)


def text_scores(
    emoji: list[Emoji], texts: Texts, pictures: np.ndarray, classes: np.ndarray, encode: EncodeTexts
) -> dict[str, float]:
    """Recall from texts (names, names with trained keywords, held-out keywords, categories) to the held-out pictures."""
    gallery = unit(pictures)
    out: dict[str, float] = {}
    rows = [emoji[c] for c in classes]

    def put(title: str, scores: dict[str, float]):
        out.update({f"{title} {k}": v for k, v in scores.items()})

    for lang in LANGUAGES:
        put(f"name {lang}", recall(unit(encode([e.name[lang] for e in rows])) @ gallery.T, classes, classes))
        joined = [", ".join([e.name[lang], *e.keywords[lang]]) for e in rows]
        put(f"name+keywords {lang}", recall(unit(encode(joined)) @ gallery.T, classes, classes))
        put(f"held-out keyword {lang}", held_out_scores(emoji, classes, gallery, encode, lang))
        put(f"zero-shot {lang}", category_scores(texts, classes, gallery, encode, lang))
    return out


def held_out_scores(emoji, classes, gallery, encode, lang) -> dict[str, float]:
    """For each held-out (emoji, keyword): the rank of its picture, ignoring other emoji with that keyword.

    Pairs whose keyword is part of a training text of the emoji are left out, because that text would reveal the answer.
    """
    named: dict[str, set[int]] = {}
    pairs = []
    for row, c in enumerate(classes):
        e = emoji[c]
        for k in e.keywords[lang] + e.held_out[lang] + [e.name[lang]]:
            named.setdefault(k, set()).add(row)
        trained = " | ".join([*e.name.values(), *e.keywords[lang], *e.synonyms])
        pairs += [(row, k) for k in e.held_out[lang] if k not in trained]
    words = sorted({k for _, k in pairs})
    scores = dict(zip(words, unit(encode(words)) @ gallery.T))
    ranks = []
    for row, k in pairs:
        others = np.array([r for r in range(len(classes)) if r == row or r not in named[k]])
        ranks.append(int((scores[k][others] > scores[k][row]).sum()))
    ranks = np.array(ranks)
    return {"pairs": len(pairs), "r@10": float((ranks < 10).mean()), "r@50": float((ranks < 50).mean())}


# One plain word for each category. Training saw the words as texts (categories.json), but not these pictures.
ZERO_SHOT = {
    "en": "fruit|vegetable|animal|vehicle|face|building|sport|flower|drink|dessert|clothing|musical instrument|weather|flag|tool|hand",
    "zh": "水果|蔬菜|动物|交通工具|表情|建筑|运动|花|饮料|甜点|衣服|乐器|天气|旗帜|工具|手",
}


def category_scores(texts: Texts, classes, gallery, encode, lang) -> dict[str, float]:
    """Top-1 accuracy among 16 category words, for the held-out pictures that belong to one of them."""
    words = ZERO_SHOT[lang].split("|")
    member = np.stack([np.isin(classes, texts.positives[w]) for w in words], 1)
    asked = member.any(1)
    best = (gallery @ unit(encode(words)).T).argmax(1)
    return {"pictures": int(asked.sum()), "top-1": float(member[np.arange(len(classes)), best][asked].mean())}


def report(scores: dict[str, float]) -> str:
    return "\n".join(f"  {k:32s} {v:.4f}" if v <= 1 else f"  {k:32s} {v:.0f}" for k, v in scores.items())
