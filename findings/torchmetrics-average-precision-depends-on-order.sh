#!/usr/bin/env bash
# Expected: the average precision of a ranking depends on scores and relevance alone. Where items share a score, no order among them
#           is better, so that the order in which they are given does not matter, as in scikit-learn.
# Happens:  torchmetrics 1.9.0: retrieval_average_precision gives items of equal score the ranks in which they happen to come. The
#           same five items give .583 in one order and .417 in the other. scikit-learn 1.9.1 gives .5 for both.
# Matters:  embeddings of copies tie exactly, and so do quantised scores. A mAP then changes with the order of the files, and
#           numbers of the two libraries cannot be compared.
# Remedy:   compute precision at the end of each group of equal scores, as scikit-learn does, and say so.
set -euo pipefail
cd "$(mktemp -d)"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 scikit-learn==1.9.1 torch==2.13.0 torchmetrics==1.9.0
venv/bin/python - <<'PY'
import sys

import numpy as np
import sklearn
import torch
import torchmetrics
from sklearn.metrics import average_precision_score
from torchmetrics.functional.retrieval import retrieval_average_precision

scores = np.array([0.9, 0.5, 0.5, 0.5, 0.1])
relevant = np.array([0, 1, 0, 1, 0])
print("torchmetrics", torchmetrics.__version__, "scikit-learn", sklearn.__version__)
found = {}
for name, order in (("as given", slice(None)), ("reversed", slice(None, None, -1))):
    s, r = scores[order].copy(), relevant[order].copy()
    ours = float(retrieval_average_precision(torch.tensor(s), torch.tensor(r)))
    found[name] = (round(ours, 3), round(float(average_precision_score(r, s)), 3))
    print(f"{name}: torchmetrics {found[name][0]}, scikit-learn {found[name][1]}")
same = found == {"as given": (0.583, 0.5), "reversed": (0.417, 0.5)}
sys.exit(0 if same else "The behaviour has changed.")
PY
