"""Writes test/fixtures/exploring/: what scikit-learn and umap-learn find in vectors that the tests make again from a seed.

    python models/recipes/exploring/make.py [pca] [kmeans] [hdbscan] [outliers] [umap]

Without names it writes all of them.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[2] / "test" / "fixtures" / "exploring"


def seeded(seed: int):
    """The random numbers of nodes/sdk/rng.ts."""
    mask = 0xFFFFFFFF
    filler = seed & mask

    def fill() -> int:
        nonlocal filler
        filler = (filler + 0x9E3779B9) & mask
        mixed = filler ^ (filler >> 16)
        mixed = (mixed * 0x21F0AAAD) & mask
        mixed = ((mixed ^ (mixed >> 15)) * 0x735A2D97) & mask
        return mixed ^ (mixed >> 15)

    a, b, c, d = fill(), fill(), fill(), fill()

    def rotate(value: int, by: int) -> int:
        return ((value << by) | (value >> (32 - by))) & mask

    def random() -> float:
        nonlocal a, b, c, d
        result = (rotate((b * 5) & mask, 7) * 9) & mask
        shifted = (b << 9) & mask
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = rotate(d, 11)
        return result / 2**32

    return random


def blobs(seed: int, count: int, dims: int, groups: int, spread: float, noise: float) -> np.ndarray:
    """Vectors around centres, each group along two directions of its own. test/nodes/blobs.ts makes the same numbers, bit for bit:
    each is a sum in one order, without functions that differ between languages."""
    random = seeded(seed)
    centres = [[random() * 2 - 1 for _ in range(dims)] for _ in range(groups)]
    axes = [[[random() * 2 - 1 for _ in range(dims)] for _ in range(2)] for _ in range(groups)]
    rows = []
    for _ in range(count):
        group = int(random() * groups)
        s, t = random() * 2 - 1, random() * 2 - 1
        row = []
        for d in range(dims):
            wave = random() + random() + random() + random() - 2
            row.append(centres[group][d] + spread * (s * axes[group][0][d] + t * axes[group][1][d]) + noise * wave)
        rows.append(row)
    return np.array(rows, dtype=np.float64).astype(np.float32)


def write(name: str, made: dict) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(made) + "\n")


def rounded(values, digits: int) -> list:
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def pca() -> dict:
    from sklearn.decomposition import PCA

    shape = dict(seed=1, count=120, dims=24, groups=5, spread=0.6, noise=0.2)
    others = dict(shape, seed=2, count=5)
    x, y = blobs(**shape).astype(np.float64), blobs(**others).astype(np.float64)
    plain = PCA(3, svd_solver="full").fit(x)
    white = PCA(3, svd_solver="full", whiten=True).fit(x)
    return {
        "blobs": shape, "othersBlobs": others, "k": 3, "scores": rounded(plain.transform(x), 8),
        "others": rounded(plain.transform(y), 8), "ratios": rounded(plain.explained_variance_ratio_, 10),
        "white": rounded(white.transform(x), 8),
    }


def kmeans() -> dict:
    from sklearn.cluster import KMeans

    made = []
    for metric in ("euclidean", "cosine"):
        for shape in (
            dict(seed=3, count=600, dims=16, groups=6, spread=0.25, noise=0.15),
            dict(seed=4, count=800, dims=32, groups=12, spread=0.5, noise=0.3),
        ):
            x = blobs(**shape).astype(np.float64)
            if metric == "cosine":
                x /= np.linalg.norm(x, axis=1, keepdims=True)
            fit = KMeans(shape["groups"], n_init=20, random_state=0).fit(x)
            made.append({"metric": metric, "blobs": shape, "inertia": fit.inertia_, "labels": fit.labels_.tolist()})
    return {"cases": made}


def hdbscan() -> dict:
    from sklearn.cluster import HDBSCAN

    made = []
    for shape, size, samples in (
        (dict(seed=5, count=500, dims=8, groups=6, spread=0.3, noise=0.1), 10, None),
        (dict(seed=6, count=600, dims=3, groups=9, spread=0.2, noise=0.15), 8, None),
        (dict(seed=7, count=400, dims=2, groups=5, spread=0.2, noise=0.05), 15, 5),
        (dict(seed=8, count=500, dims=2, groups=12, spread=0.1, noise=0.08), 6, 3),
        (dict(seed=16, count=400, dims=5, groups=8, spread=0.8, noise=0.1), 10, 5),
        (dict(seed=17, count=300, dims=6, groups=3, spread=0.2, noise=0.1), 20, 1),
        (dict(seed=9, count=60, dims=6, groups=1, spread=0.2, noise=0.1), 25, None),
    ):
        fit = HDBSCAN(min_cluster_size=size, min_samples=samples, algorithm="brute", copy=True)
        x = blobs(**shape).astype(np.float64)
        labels = fit.fit(x).labels_
        made.append(
            {
                "blobs": shape, "size": size, "samples": samples, "labels": labels.tolist(),
                "unsure": unsure(fit, x, labels),
            }
        )
    return {"cases": made}


def unsure(fit, x: np.ndarray, labels: np.ndarray) -> list[int]:
    """Rows that get into another group when the same rows come in another order: their reachabilities are equal."""
    moved = set()
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(x))
        again = np.empty(len(x), dtype=int)
        again[order] = fit.fit(x[order]).labels_
        for label in set(labels.tolist()):
            rows = np.flatnonzero(labels == label)
            names, counts = np.unique(again[rows], return_counts=True)
            moved.update(rows[again[rows] != names[counts.argmax()]].tolist())
    return sorted(moved)


def outliers() -> dict:
    from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

    made = []
    for metric in ("euclidean", "cosine"):
        shape = dict(seed=10, count=200, dims=12, groups=4, spread=0.3, noise=0.2)
        x = blobs(**shape).astype(np.float64)
        lof = LocalOutlierFactor(n_neighbors=10, metric=metric, algorithm="brute").fit(x)
        found, _ = NearestNeighbors(n_neighbors=10, metric=metric, algorithm="brute").fit(x).kneighbors()
        made.append(
            {
                "metric": metric, "blobs": shape, "k": 10, "factors": rounded(-lof.negative_outlier_factor_, 9),
                "means": rounded(found.mean(axis=1), 9),
            }
        )
    return {"cases": made}


def umap() -> dict:
    import umap as learn
    from sklearn.manifold import trustworthiness

    made = []
    for metric in ("euclidean", "cosine"):
        for shape in (
            dict(seed=11, count=1000, dims=32, groups=10, spread=0.6, noise=0.3),
            dict(seed=12, count=600, dims=16, groups=4, spread=1.0, noise=0.1),
        ):
            x = blobs(**shape)
            values = []
            for seed in (0, 1, 2):
                places = learn.UMAP(n_neighbors=15, min_dist=0.1, metric=metric, random_state=seed).fit_transform(x)
                values.append(trustworthiness(x, places, n_neighbors=15, metric=metric))
            made.append({"metric": metric, "blobs": shape, "trustworthiness": rounded(values, 6)})
    small = dict(seed=13, count=150, dims=8, groups=3, spread=0.5, noise=0.2)
    places = np.round(learn.UMAP(random_state=0).fit_transform(blobs(**small)).astype(np.float64), 4)
    a, b = learn.umap_.find_ab_params(1.0, 0.1)
    # Their own graph of the small set: what joins which vectors, and how much.
    fitted = learn.UMAP(n_neighbors=15, random_state=0).fit(blobs(**small)).graph_.tocsr()
    row = fitted[0]
    return {
        "version": learn.__version__, "cases": made, "curve": [float(a), float(b)],
        "judged": {
            "blobs": small, "places": places.tolist(),
            "trustworthiness": float(trustworthiness(blobs(**small), places, n_neighbors=15)),
        },
        "graph": {
            "sums": rounded(np.asarray(fitted.sum(axis=1)).ravel(), 5),
            "first": sorted([int(at), round(float(value), 5)] for at, value in zip(row.indices, row.data)),
        },
    }


PARTS = {"pca": pca, "kmeans": kmeans, "hdbscan": hdbscan, "outliers": outliers, "umap": umap}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        write(name, PARTS[name]())
