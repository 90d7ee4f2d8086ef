"""Writes test/fixtures/measuring/: random predictions, scores and vectors, and what scikit-learn, torchmetrics and SciPy say of them.

    python models/recipes/measuring/make.py
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
import torch
import torchmetrics
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from sklearn.calibration import _TemperatureScaling, calibration_curve
from sklearn.metrics import (
    accuracy_score, average_precision_score, confusion_matrix, f1_score, log_loss, precision_recall_curve,
    precision_recall_fscore_support, top_k_accuracy_score,
)
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from torchmetrics.functional.classification import multiclass_calibration_error
from torchmetrics.functional.retrieval import (
    retrieval_average_precision, retrieval_hit_rate, retrieval_precision, retrieval_r_precision, retrieval_recall,
    retrieval_reciprocal_rank,
)

SEED = 20290
HERE = Path(__file__).resolve().parent


def softmax(logits: np.ndarray) -> np.ndarray:
    parts = np.exp(logits - logits.max(axis=1, keepdims=True))
    return parts / parts.sum(axis=1, keepdims=True)


def plain(value):
    """Numbers as JSON holds them; float32 keeps its exact value."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return plain(value.tolist())
    if isinstance(value, (np.floating, np.integer, np.bool_)):
        return value.item()
    return value


def probabilities(rng, count: int, names: list[str], truth: np.ndarray, pull: float, scale: float) -> np.ndarray:
    """float32 probabilities that lean towards the truth; no two of a row are equal, and none is exactly 1."""
    logits = rng.standard_normal((count, len(names))) * scale
    logits[np.arange(count), truth] += pull
    made = softmax(logits).astype(np.float32)
    assert made.max() < 1 and all(len(set(row)) == len(row) for row in made.tolist())
    return made


def classification(rng) -> dict:
    """Some pictures have no prediction, one category is never predicted, another has no picture."""
    names = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "Hen"]
    count = 240
    truth = rng.integers(0, 7, count)
    probs = probabilities(rng, count, names, truth, 1.5, 1.6)
    predicted = probs.argmax(axis=1)
    predicted[predicted == 2] = 7
    missing = rng.random(count) < 0.1
    y_true = [names[at] for at in truth]
    y_pred = [None if gone else names[at] for at, gone in zip(predicted, missing)]
    said = ["" if name is None else name for name in y_pred]
    labels = sorted({*y_true, *said} - {""})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each = precision_recall_fscore_support(y_true, said, labels=labels, zero_division=0)
        averages = {
            how: precision_recall_fscore_support(y_true, said, labels=labels, average=how, zero_division=0)[:3]
            for how in ("macro", "micro", "weighted")
        }
    order = sorted(range(len(names)), key=lambda at: names[at])
    columns = probs[:, order].astype(np.float64)
    columns_named = [names[at] for at in order]
    confidence = np.array([probs[i, predicted[i]] for i in range(count)], dtype=np.float64)
    kept = ~missing
    right = np.array([a == b for a, b in zip(y_true, y_pred)])
    return {
        "categories": names, "probabilities": probs, "truth": y_true, "predicted": y_pred, "scores": confidence,
        "labels": labels, "precision": each[0], "recall": each[1], "f1": each[2], "support": each[3],
        "accuracy": accuracy_score(y_true, said), **averages,
        "confusion": confusion_matrix(y_true, said, labels=[*labels, ""])[:-1],
        "logLoss": log_loss(y_true, columns, labels=columns_named),
        "top5": top_k_accuracy_score(y_true, columns, k=5, labels=columns_named),
        "ece": binned_ece(confidence[kept], right[kept], 15),
    }


def binned_ece(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    """ECE from the bins of scikit-learn's calibration_curve and counts by NumPy."""
    true, mean = calibration_curve(right, confidence, n_bins=bins)
    counts, _ = np.histogram(confidence, bins=np.linspace(0, 1, bins + 1))
    filled = counts[counts > 0]
    return float((filled * np.abs(true - mean)).sum() / len(confidence))


def ranking(scores: np.ndarray, relevant: np.ndarray, ks: list[int]) -> dict:
    """Of one query, by torchmetrics and scikit-learn. torchmetrics gets the order of a stable sort, because its own is not defined for ties."""
    order = np.argsort(-scores, kind="stable")
    preds = torch.arange(len(scores), 0, -1, dtype=torch.float64)
    target = torch.tensor(relevant[order])
    found = {"ap": average_precision_score(relevant, scores)}
    for k in ks:
        found[f"hit@{k}"] = retrieval_hit_rate(preds, target, top_k=k)
        found[f"recall@{k}"] = retrieval_recall(preds, target, top_k=k)
        found[f"precision@{k}"] = retrieval_precision(preds, target, top_k=k)
    found["rPrecision"] = retrieval_r_precision(preds, target)
    found["mrr"] = retrieval_reciprocal_rank(preds, target)
    found["apTorchmetrics"] = retrieval_average_precision(preds, target)
    return {name: float(value) for name, value in found.items()}


def retrieval(rng, steps: int | None) -> dict:
    """Each item is a query among all others. With `steps`, scores have few values, so that many are equal."""
    count, names, ks = 60, ["a", "b", "c", "d", "e", "f"], [1, 3, 10]
    labels = [names[at] for at in rng.integers(0, 5, count)]
    labels[7] = "alone"
    same = np.array([[a == b for b in labels] for a in labels])
    raw = rng.random((count, count)) + 0.12 * same
    scores = (np.round(raw * steps) / steps if steps else raw).astype(np.float32)
    rows = []
    for query in range(count):
        others = np.arange(count) != query
        relevant = same[query][others]
        if relevant.any():
            rows.append(ranking(scores[query][others].astype(np.float64), relevant, ks))
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {"labels": labels, "scores": scores, "k": ks, "queries": len(rows), "mean": mean, "ap": [row["ap"] for row in rows]}


def calibration(rng) -> dict:
    """Too sure probabilities, and the temperature by scikit-learn and by SciPy."""
    names = ["a", "b", "c", "d", "e"]
    count = 200
    truth = rng.integers(0, len(names), count)
    probs = probabilities(rng, count, names, truth, 1.6, 2.4)
    logits = np.log(probs.astype(np.float64))

    def loss(inverse: float) -> float:
        return log_loss(truth, softmax(inverse * logits), labels=range(len(names)))

    best = minimize_scalar(loss, bounds=(1e-3, 20), method="bounded", options={"xatol": 1e-12})
    theirs = _TemperatureScaling().fit(logits, truth).beta_
    after = softmax(best.x * logits)
    right = probs.argmax(axis=1) == truth

    def ece(values):
        return multiclass_calibration_error(
            torch.tensor(values), torch.tensor(truth), num_classes=len(names), n_bins=15, norm="l1")

    return {
        "categories": names, "truth": [names[at] for at in truth], "probabilities": probs,
        "inverse": best.x, "inverseSklearn": theirs, "lossBefore": loss(1), "lossAfter": best.fun,
        "eceBefore": ece(probs.astype(np.float64)), "eceAfter": ece(after),
        "eceBeforeSklearn": binned_ece(probs.max(axis=1).astype(np.float64), right, 15),
    }


def cut_offs(rng) -> list[dict]:
    """The lowest threshold of scikit-learn's precision_recall_curve that reaches a precision; many scores are equal."""
    cases = []
    for wanted in (0.5, 0.8, 0.95, 1.0):
        right = rng.random(80) < 0.6
        scores = np.round(np.clip(rng.normal(0.45 + 0.25 * right, 0.18), 0, 1) * 32) / 32
        precision, _, thresholds = precision_recall_curve(right, scores)
        reached = np.flatnonzero(precision[:-1] >= wanted)
        at = int(reached[0]) if len(reached) else None
        cases.append({
            "wanted": wanted, "scores": scores, "right": right,
            "cutOff": None if at is None else thresholds[at], "precision": None if at is None else precision[at],
        })
    return cases


def folds(rng) -> dict:
    """k nearest neighbours by cosine and a linear probe with scikit-learn, nearest prototypes with NumPy, on given folds."""
    names, count, parts = ["x", "y", "z"], 90, 5
    truth = rng.integers(0, 3, count)
    vectors = (rng.standard_normal((count, 6)) + 1.1 * np.eye(3, 6)[truth] * 1.5).astype(np.float32)
    fold = np.empty(count, dtype=int)
    for category in range(3):
        members = rng.permutation(np.flatnonzero(truth == category))
        fold[members] = np.arange(len(members)) % parts
    wide = vectors.astype(np.float64)
    unit = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    answers = {"knn": [], "prototypes": [], "linear-probe": []}
    for part in range(parts):
        train, test = fold != part, fold == part
        near = KNeighborsClassifier(5, metric="cosine").fit(unit[train], truth[train]).predict(unit[test])
        means = np.stack([unit[train & (truth == category)].mean(axis=0) for category in range(3)])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        closest = (unit[test] @ means.T).argmax(axis=1)
        probe = LogisticRegression(C=1, tol=1e-10, max_iter=10_000).fit(unit[train], truth[train]).predict(unit[test])
        for name, found in (("knn", near), ("prototypes", closest), ("linear-probe", probe)):
            answers[name].append({
                "accuracy": accuracy_score(truth[test], found),
                "macroF1": f1_score(truth[test], found, average="macro", zero_division=0),
            })
    return {
        "labels": [names[at] for at in truth], "vectors": vectors, "fold": fold, "k": 5, "folds": answers,
        "mean": {name: {field: float(np.mean([row[field] for row in rows])) for field in rows[0]} for name, rows in answers.items()},
        "std": {name: {field: float(np.std([row[field] for row in rows], ddof=1)) for field in rows[0]} for name, rows in answers.items()},
    }


def suspects(rng) -> dict:
    """Confident learning as in section 3.1 of Northcutt et al. 2021, written out with NumPy."""
    names = ["a", "b", "c", "d"]
    count = 120
    truth = rng.integers(0, 4, count)
    probs = probabilities(rng, count, names, truth, 2.0, 1.2)
    given = truth.copy()
    noisy = rng.random(count) < 0.15
    given[noisy] = rng.integers(0, 4, noisy.sum())
    wide = probs.astype(np.float64)
    thresholds = np.array([wide[given == category, category].mean() for category in range(4)])
    joint = np.zeros((4, 4), dtype=int)
    found = []
    for at in range(count):
        above = np.flatnonzero(wide[at] >= thresholds)
        if len(above) == 0:
            continue
        best = above[wide[at, above].argmax()]
        joint[given[at], best] += 1
        if best != given[at]:
            found.append((wide[at, given[at]] - wide[at, best], at, best))
    return {
        "categories": names, "given": [names[at] for at in given], "probabilities": probs, "thresholds": thresholds,
        "joint": joint, "suspects": [{"at": at, "as": names[best]} for _, at, best in sorted(found)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE.parents[2] / "test/fixtures/measuring")
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    written = {
        "classification": classification(rng),
        "retrieval": {"plain": retrieval(rng, None), "ties": retrieval(rng, 8)},
        "calibration": calibration(rng),
        "cut-offs": cut_offs(rng),
        "k-fold": folds(rng),
        "suspects": suspects(rng),
        "mcnemar": [
            {"first": a, "second": b, "p": binomtest(min(a, b), a + b, 0.5).pvalue}
            for a, b in [(0, 1), (1, 9), (5, 5), (12, 30), (400, 520), (3000, 3300)]
        ],
    }
    versions = {module.__name__: module.__version__ for module in (np, scipy, sklearn, torch, torchmetrics)}
    for name, value in written.items():
        text = json.dumps({"versions": versions, "seed": SEED, "cases": plain(value)}, separators=(",", ":"))
        (out / f"{name}.json").write_text(text + "\n")
        print(name, len(text))


if __name__ == "__main__":
    main()
