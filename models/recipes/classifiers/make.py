"""Writes `test/fixtures/classifiers/expected.json`: vectors with categories, and what scikit-learn's LogisticRegression and NumPy make
of them in float64.

Unit vectors around a common mean, as those of an encoder: the categories overlap, and some have few vectors. `raw` are the same
vectors with lengths from 5 to 50, for a probe without normalisation.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

DIMS, OTHERS = 24, 30
COUNTS = {"apple": 40, "car": 9, "cat": 26, "dog": 21}


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def listed(numbers: np.ndarray, digits: int = 9) -> list:
    return [float(f"{x:.{digits}g}") for x in np.asarray(numbers, np.float64).ravel()]


def fit(x: np.ndarray, y: np.ndarray, c: float, balanced: bool) -> LogisticRegression:
    """Two solvers must agree. The default one, lbfgs, stops at changes of the loss that float64 cannot tell apart, which is less exact."""
    weight = "balanced" if balanced else None
    shared = {"C": c, "class_weight": weight, "tol": 1e-12, "max_iter": 100_000}
    default = LogisticRegression(solver="lbfgs", **shared).fit(x, y)
    exact = LogisticRegression(solver="newton-cholesky", **shared).fit(x, y)
    apart = np.abs(default.predict_proba(x) - exact.predict_proba(x)).max()
    print(f"C {c}, {len(x)} vectors, lbfgs and newton-cholesky differ by at most {apart:.1e}")
    assert apart < 1e-3
    return exact


def main() -> None:
    rng = np.random.default_rng(2031)
    mean = rng.standard_normal(DIMS) * 0.9
    centres = {name: mean + rng.standard_normal(DIMS) * 0.35 for name in COUNTS}
    names = [name for name, count in COUNTS.items() for _ in range(count)]
    order = rng.permutation(len(names))
    y = np.array(names)[order]
    drawn = np.stack([centres[name] + rng.standard_normal(DIMS) * 0.5 for name in y])
    lengths = rng.uniform(5, 50, (len(y), 1))
    raw = (unit(drawn) * lengths).astype(np.float32).astype(np.float64)
    others = unit(mean + rng.standard_normal((OTHERS, DIMS)) * 0.6) * rng.uniform(5, 50, (OTHERS, 1))
    others = others.astype(np.float32).astype(np.float64)

    cases = []
    for kept in (list(COUNTS), ["cat", "dog"]):
        rows = np.isin(y, kept)
        for normalized in (True, False):
            x, z = (unit(raw), unit(others)) if normalized else (raw, others)
            for c in (0.1, 1.0, 100.0):
                for balanced in (False, True):
                    probe = fit(x[rows], y[rows], c, balanced)
                    cases.append(
                        {
                            "categories": kept,
                            "unit": normalized,
                            "c": c,
                            "balanced": balanced,
                            "probabilities": listed(probe.predict_proba(z)),
                            "loss": log_loss(y[rows], probe.predict_proba(x[rows])),
                            "accuracy": float(probe.score(x[rows], y[rows])),
                        }
                    )
    # Row i is in fold i modulo 3, and judged by a probe of the other two folds.
    folds = np.zeros((len(y), len(COUNTS)))
    for fold in range(3):
        own = np.arange(len(y)) % 3 == fold
        folds[own] = fit(unit(raw)[~own], y[~own], 10.0, True).predict_proba(unit(raw)[own])
    prototypes = unit(np.stack([unit(raw)[y == name].mean(0) for name in COUNTS]))
    logits = 20 * unit(others) @ prototypes.T
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    made = {
        "scikit-learn": sklearn.__version__,
        "dims": DIMS,
        "labels": y.tolist(),
        "vectors": listed(raw),
        "others": listed(others),
        "cases": cases,
        "folds": {"count": 3, "c": 10, "probabilities": listed(folds)},
        "prototypes": {
            "scale": 20,
            "weights": listed(prototypes),
            "probabilities": listed(powers / powers.sum(-1, keepdims=True)),
        },
    }
    out = Path(__file__).resolve().parents[3] / "test/fixtures/classifiers/expected.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
