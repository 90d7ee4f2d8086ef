"""Trains emoji-clip: `python train.py --work <folder>`. Checkpoints hold the averaged weights and the tokenizer.

Each step has five losses. Two use proxies: each class has a learned proxy vector, used in training only, so that every
picture and every text has all 1,914 classes as negatives. One pulls two pictures of a class in different styles
together. One pulls texts and pictures in the batch together, counts every positive of a keyword, and also trains the
temperature. After the classes have settled (`--kinship`), the last one sorts pictures among category words. From then
on a tenth of a picture's target goes to its subgroup, so that the neighbours of a shark are fish and not grey vans.
"""

import argparse
import copy
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from augment import augment
from data import Art, Texts, load_emoji, load_style
from evaluate import picture_scores, report, text_scores
from model import EMBED, EmojiClip
from text_tokens import MAX_LENGTH, train_tokenizer

TEMPLATES = (
    "a photo of a {}", "a picture of a {}", "an image of {}", "a drawing of a {}", "an emoji of {}", "{} emoji", "a {}",
    "the {}", "photo of {}", "一张{}的照片", "{}的图片", "一个{}", "{}图标",
)  # fmt: skip
ENGLISH_TEMPLATES = 9
SMILEYS, PEOPLE, SYMBOLS, FLAGS = 0, 1, 8, 9


CATEGORIES_A_STEP = 24


class Sampler:
    """Draws batches: classes in turn with two styles and one text each, as many random texts, and some category words."""

    def __init__(self, emoji, art: Art, texts: Texts, seed: int):
        self.art, self.texts = art, texts
        self.rng = random.Random(seed)
        self.deck: list[int] = []
        self.classes = len(emoji)
        self.corpus = texts.corpus()
        self.categories = sorted(texts.categories)
        group = np.array([e.group for e in emoji])
        self.flip = torch.from_numpy(np.select([group == FLAGS, group == SYMBOLS, group == PEOPLE], [0.0, 0.0, 0.15], 0.3)).float()
        self.tint = torch.from_numpy(np.select([group == FLAGS, group == SYMBOLS], [0.35, 0.35], 1.0)).float()

    def draw_classes(self, n: int) -> list[int]:
        while len(self.deck) < n:
            fresh = list(range(self.classes))
            self.rng.shuffle(fresh)
            self.deck = fresh + self.deck
        return [self.deck.pop() for _ in range(n)]

    def two_pictures(self, c: int) -> list[int]:
        rows, weights = zip(*self.art.by_class[c])
        first = self.rng.choices(range(len(rows)), weights)[0]
        rest = [w if i != first else 0.02 for i, w in enumerate(weights)]
        return [rows[first], rows[self.rng.choices(range(len(rows)), rest)[0]]]

    def dress(self, text: str) -> str:
        if self.rng.random() > 0.3:
            return text
        choice = TEMPLATES[:ENGLISH_TEMPLATES] if text.isascii() else TEMPLATES[ENGLISH_TEMPLATES:]
        return self.rng.choice(choice).format(text)

    def single(self, text: str) -> tuple[str, np.ndarray, np.ndarray]:
        none = np.empty(0, int)
        return self.dress(text), self.texts.positives[text], self.texts.hidden.get(text, none)

    def text_of(self, c: int) -> tuple[str, np.ndarray, np.ndarray]:
        kind = self.rng.random()
        if kind < 0.5:
            return self.single(self.rng.choice(self.texts.names[c]))
        if kind < 0.75:
            return self.single(self.rng.choice(self.texts.words[c]))
        name = self.rng.choice(self.texts.names[c])
        words = [w for w in self.texts.words[c] if w.isascii() == name.isascii()]
        parts = self.rng.sample(words, min(len(words), self.rng.randint(1, 6)))
        parts.insert(0 if self.rng.random() < 0.7 else len(parts), name)
        return ", ".join(parts) if self.rng.random() < 0.7 else " ".join(parts), np.array([c]), np.empty(0, int)

    def any_text(self) -> tuple[str, np.ndarray, np.ndarray]:
        return self.single(self.rng.choice(self.categories if self.rng.random() < 0.12 else self.corpus))

    def batch(self, n: int, categories: int):
        classes = self.draw_classes(n)
        rows = [r for c in classes for r in self.two_pictures(c)]
        label = torch.tensor(classes).repeat_interleave(2)
        rgba = torch.from_numpy(self.art.rgba[rows])
        pixels = augment(rgba, self.flip[label], self.tint[label])
        drawn = [self.text_of(c) for c in classes] + [self.any_text() for _ in classes]
        drawn += [self.single(word) for word in self.rng.sample(self.categories, categories)]
        positive, hidden = torch.zeros(2, len(drawn), self.classes, dtype=torch.bool)
        for i, (_, yes, unknown) in enumerate(drawn):
            positive[i, yes] = True
            hidden[i, unknown] = True
        return pixels, label, [t for t, _, _ in drawn], positive, hidden


def multi_positive(logits, positive, hidden):
    """The mean of -log p over the positives of each row, averaged over rows with positives. Hidden columns are ignored."""
    log_p = logits.masked_fill(hidden & ~positive, -1e4).log_softmax(1)
    count = positive.sum(1)
    row = -(log_p * positive).sum(1) / count.clamp(min=1)
    return row[count > 0].mean()


def soft_targets(emoji, self_share: float, kin_share: float, most=0.02) -> torch.Tensor:
    """Soft targets [C,C]: most for the class, up to `most` for each other class of its subgroup, the rest for all classes."""
    subgroup = np.array([e.subgroup for e in emoji])
    kin = torch.from_numpy(subgroup[:, None] == subgroup).float().fill_diagonal_(0)
    kin *= (kin_share / kin.sum(1, keepdim=True).clamp(min=1)).clamp(max=most)
    target = kin + self_share * torch.eye(len(emoji))
    return target + (1 - target.sum(1, keepdim=True)) / len(emoji)


def losses(image, text, proxies, scales, logit_scale, label, positive, hidden, targets, categories: int):
    """The five losses: picture to proxies, text to proxies, picture to other style, text to picture, picture to category.

    The last `categories` texts are category words. `targets` [N,C] are the soft targets of the proxies.
    """
    image, text, proxies = (F.normalize(x.float(), dim=1) for x in (image, text, proxies))
    to_proxy = F.cross_entropy(scales[0].exp() * image @ proxies.T, targets)
    text_to_proxy = multi_positive(scales[1].exp() * text @ proxies.T, positive, hidden)
    pair = scales[2].exp() * image @ image.T
    pair.fill_diagonal_(-1e4)
    style = F.cross_entropy(pair, torch.arange(len(image)) ^ 1)
    columns = (logit_scale.exp() * text @ image.T, positive[:, label], hidden[:, label])
    free, fixed = zip(*(x.tensor_split([len(text) - categories]) for x in columns))
    both = (multi_positive(*free) + multi_positive(*(x.T for x in free))) / 2
    category = multi_positive(*(x.T for x in fixed)) if categories else torch.zeros(())
    return to_proxy, text_to_proxy, style, both, category


def pad_tokens(tokenizer, texts: list[str]) -> torch.Tensor:
    return torch.tensor([e.ids for e in tokenizer.encode_batch(texts)])


class Evaluation:
    """The held-out figures of a model, on the Twitter and Noto files."""

    def __init__(self, work, emoji, texts, tokenizer):
        self.emoji, self.texts, self.tokenizer = emoji, texts, tokenizer
        self.twitter_class, self.twitter = load_style(work, emoji, "twitter")
        self.noto_class, self.noto = load_style(work, emoji, "google")

    @torch.no_grad()
    def __call__(self, model: EmojiClip) -> dict[str, float]:
        model.eval()

        def images(x):
            parts = torch.from_numpy(x).split(256)
            return torch.cat([model.images(p.contiguous(memory_format=torch.channels_last)) for p in parts]).numpy()

        def encode(strings):
            parts = [strings[i : i + 512] for i in range(0, len(strings), 512)]
            return torch.cat([model.texts(pad_tokens(self.tokenizer, p)) for p in parts]).numpy()

        twitter, noto = images(self.twitter), images(self.noto)
        scores = {f"picture to Noto {k}": v for k, v in picture_scores(twitter, noto, self.twitter_class, self.noto_class).items()}
        return scores | text_scores(self.emoji, self.texts, twitter, self.twitter_class, encode)


def schedule(step: int, done: float, warmup=200) -> float:
    """The learning rate factor: linear warm-up, then a cosine over `done` in 0..1."""
    return min(1, (step + 1) / warmup) * (0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * done)))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=4500)
    arguments.add_argument("--minutes", type=float, default=math.inf, help="ends the schedule early on a busy machine")
    arguments.add_argument("--batch", type=int, default=128, help="classes a step; twice as many pictures and texts")
    arguments.add_argument("--rate", type=float, default=2e-3)
    arguments.add_argument("--kinship", type=int, default=1500, help="the step from which subgroups and categories count")
    arguments.add_argument("--every", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--resume", type=Path)
    a = arguments.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    emoji = load_emoji(a.work)
    art, texts = Art(a.work, emoji), Texts(emoji)
    corpus = texts.corpus()
    if a.resume:
        tokenizer = Tokenizer.from_file(str(a.work / "tokenizer.json"))
    else:
        tokenizer = train_tokenizer(corpus, {t: min(len(cs), 20) for t, cs in texts.positives.items()})
        tokenizer.save(str(a.work / "tokenizer.json"))
    evaluate = Evaluation(a.work, emoji, texts, tokenizer)
    model = EmojiClip(tokenizer.get_vocab_size(), MAX_LENGTH).to(memory_format=torch.channels_last)
    proxies = torch.nn.Parameter(torch.randn(len(emoji), EMBED) * 0.06)
    scales = torch.nn.Parameter(torch.tensor([3.0, 3.0, 2.7]))
    average = copy.deepcopy(model)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1] + [scales]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0}, {"params": [proxies], "weight_decay": 0.01}],
        lr=a.rate, betas=(0.9, 0.98),
    )  # fmt: skip
    start = 0
    if a.resume:
        state = torch.load(a.resume, weights_only=True)
        for target, key in ((model, "model"), (average, "average"), (optimizer, "optimizer")):
            target.load_state_dict(state[key])
        proxies.data, scales.data, start = state["proxies"], state["scales"], state["step"]
    alone, with_kin = soft_targets(emoji, 0.95, 0), soft_targets(emoji, 0.85, 0.1)
    sampler = Sampler(emoji, art, texts, a.seed + start)
    count = sum(p.numel() for p in model.parameters())
    print(f"{dict(vars(a), work='WORK', resume=a.resume and a.resume.name)} torch {torch.__version__}")
    print(f"{len(emoji)} classes, {len(art.rgba)} training pictures {art.count}, {len(corpus)} texts, {count} parameters", flush=True)
    began, seen = time.time(), np.zeros(5)
    for step in range(start, a.steps):
        done = max(step / a.steps, start / a.steps + (1 - start / a.steps) * (time.time() - began) / 60 / a.minutes)
        last = done >= 1 or step + 1 == a.steps
        for group in optimizer.param_groups:
            group["lr"] = a.rate * schedule(step, min(done, 1))
        targets, categories = (with_kin, CATEGORIES_A_STEP) if step >= a.kinship else (alone, 0)
        pixels, label, strings, positive, hidden = sampler.batch(a.batch, categories)
        model.train()
        with torch.autocast("cpu", torch.bfloat16):
            image, text = model.images(pixels), model.texts(pad_tokens(tokenizer, strings))
        parts = losses(image, text, proxies, scales, model.logit_scale, label, positive, hidden, targets[label], categories)
        optimizer.zero_grad()
        sum(parts).backward()
        torch.nn.utils.clip_grad_norm_([*model.parameters(), proxies, scales], 2.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=math.log(100))
            scales.clamp_(max=math.log(64))
            keep = min(0.9985, (1 + step) / (10 + step))
            for mean, now in zip(average.state_dict().values(), model.state_dict().values()):
                mean.lerp_(now, 1 - keep) if mean.is_floating_point() else mean.copy_(now)
        seen += [p.item() for p in parts]
        if (step + 1) % 100 == 0:
            values = " ".join(f"{v:.3f}" for v in seen / 100)
            seen[:] = 0
            print(f"step {step + 1} of {a.steps}, {time.time() - began:.0f} s, losses picture, text, style, both, category: {values}", flush=True)
        if (step + 1) % a.every == 0 or last:
            print(f"held-out figures at step {step + 1}, {time.time() - began:.0f} s\n{report(evaluate(average))}", flush=True)
            torch.save(
                {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                 "proxies": proxies.data, "scales": scales.data, "step": step + 1}, a.work / "checkpoint.part",
            )  # fmt: skip
            (a.work / "checkpoint.part").replace(a.work / "checkpoint.pt")
        if last:
            break


if __name__ == "__main__":
    main()
