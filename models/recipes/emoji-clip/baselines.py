"""Encoders without weights in numpy. A trained model must be better than these on the same pictures."""

import numpy as np

from data import MEAN, STD


def pixels(batch: np.ndarray) -> np.ndarray:
    """Turns normalised [n,3,96,96] back into 0..1."""
    return batch * STD.reshape(3, 1, 1) + MEAN.reshape(3, 1, 1)


def shrink(x: np.ndarray, side: int) -> np.ndarray:
    """Shrinks [..., 96, 96] to [..., side, side] by block means. `side` must divide 96."""
    k = x.shape[-1] // side
    return x.reshape(*x.shape[:-2], side, k, side, k).mean((-3, -1))


def grey(x: np.ndarray) -> np.ndarray:
    return np.tensordot(np.array([0.299, 0.587, 0.114], np.float32), x, (0, 1))


def colour_layout(x: np.ndarray) -> np.ndarray:
    """An 8 x 8 colour thumbnail without its mean, and the mean of each channel as further values."""
    thumb = shrink(pixels(x), 8)
    mean = thumb.mean((2, 3), keepdims=True)
    return np.concatenate([(thumb - mean).reshape(len(x), -1), 4 * (mean.reshape(len(x), -1) - 0.5)], 1)


def colour_histogram(x: np.ndarray) -> np.ndarray:
    """The square root of a 6 x 6 x 6 RGB histogram. The dot product of two is their Bhattacharyya coefficient."""
    bins = np.clip((pixels(x) * 6).astype(int), 0, 5)
    index = bins[:, 0] * 36 + bins[:, 1] * 6 + bins[:, 2]
    counts = np.stack([np.bincount(i.ravel(), minlength=216) for i in index])
    return np.sqrt(counts / counts.sum(1, keepdims=True))


def dhash(x: np.ndarray) -> np.ndarray:
    """The signs of the horizontal differences of a 16 x 16 grey thumbnail, as -1 and 1, so that a dot product counts equal bits."""
    thumb = shrink(grey(pixels(x)), 16)
    return np.where(np.diff(thumb, axis=2) > 0, 1.0, -1.0).reshape(len(x), -1)


def hog(x: np.ndarray) -> np.ndarray:
    """Dalal and Triggs 2005: 9 unsigned orientations, cells of 8 px, blocks of 2 x 2 cells, L2-Hys at 0.2."""
    dy, dx = np.gradient(grey(pixels(x)), axis=(1, 2))
    size, angle = np.hypot(dx, dy), np.mod(np.arctan2(dy, dx), np.pi) * 9 / np.pi
    low, part = np.floor(angle).astype(int) % 9, angle % 1
    cells = np.stack(
        [shrink(size * ((low == b) * (1 - part) + ((low + 1) % 9 == b) * part), 12) for b in range(9)], -1
    )
    blocks = np.concatenate([cells[:, i : 11 + i, j : 11 + j] for i in (0, 1) for j in (0, 1)], -1)
    norm = lambda v: v / np.sqrt((v**2).sum(-1, keepdims=True) + 1e-6)
    return norm(np.minimum(norm(blocks), 0.2)).reshape(len(x), -1)


def hog_and_colour(x: np.ndarray) -> np.ndarray:
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    return np.concatenate([unit(hog(x)), unit(colour_layout(x)), unit(colour_histogram(x))], 1)


BASELINES = {
    "HOG": hog, "colour layout 8x8": colour_layout, "colour histogram": colour_histogram, "dHash 16x15": dhash,
    "HOG + colour layout + histogram": hog_and_colour,
}  # fmt: skip
