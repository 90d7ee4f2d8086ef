"""The usual PyTorch loop, for train.mjs: `python train.py FOLDER`. Trains once for every line that it reads; writes the milliseconds of
processor time that it took."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

folder = Path(sys.argv[1])
facts = json.loads((folder / "facts.json").read_text())
torch.set_num_threads(facts["threads"])
n, d, e, c, r = (facts[key] for key in ("rows", "wide", "narrow", "classes", "rank"))


def read(name, *shape):
    return torch.from_numpy(np.fromfile(folder / f"{name}.bin", np.float32).reshape(shape))


x, weight, prototypes, start = read("x", n, d), read("weight", e, d), read("prototypes", c, e), read("a", r, d)
labels = torch.from_numpy(np.fromfile(folder / "labels.bin", np.int64))

for _ in sys.stdin:
    began = time.process_time()
    a, b = start.clone().requires_grad_(), torch.zeros(e, r, requires_grad=True)
    optimiser = torch.optim.AdamW([a, b], lr=facts["rate"], weight_decay=facts["decay"])
    losses = []
    for _ in range(facts["steps"]):
        vectors = normalize(x @ (weight + facts["scaling"] * b @ a).T, dim=1)
        loss = cross_entropy(facts["scale"] * vectors @ prototypes.T, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    took = 1000 * (time.process_time() - began)
    np.array(losses, np.float32).tofile(folder / "losses.bin")
    print(took, flush=True)
