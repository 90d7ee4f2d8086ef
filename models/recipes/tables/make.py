"""Writes the Parquet, npz and clip-retrieval fixtures of test/collections/files.test.ts with pyarrow and numpy.

    python models/recipes/tables/make.py test/fixtures/tables
"""

import datetime
import json
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(5)
vectors = rng.standard_normal((6, 5)).astype(np.float32)
vectors[0] = [1, -0.0, 1e-38, 3.4e38, 1 / 3]
names = ["cats/a.jpg", "dogs/it's \"b\".jpg", "c.jpg", "日本.jpg", "e.jpg", "f.jpg"]
utc = datetime.timezone.utc
columns = {
    "image_path": pa.array(names),
    "label": pa.array(["cat", "dog", None, "cat", "dog", None]),
    "big": pa.array([2**53 + 1, -(2**63), None, 0, 2**63 - 1, 7], pa.int64()),
    "small": pa.array([1, 2, None, 4, 5, 6], pa.int32()),
    "score": pa.array([0.1, None, float("nan"), float("inf"), -2.5, 1e-300], pa.float64()),
    "good": pa.array([True, False, None, True, False, True]),
    "when": pa.array(
        [datetime.datetime(2026, 1, 2, 3, 4, 5, 678901), None, datetime.datetime(1969, 12, 31), None, None, None],
        pa.timestamp("us"),
    ),
    "zoned": pa.array([datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=utc)] + [None] * 5, pa.timestamp("ms", tz="UTC")),
    "day": pa.array([datetime.date(2026, 2, 28)] + [None] * 5),
    "tags": pa.array([["a", "b"], [], None, ["c"], [], []]),
}
lists = pa.array(list(vectors), pa.list_(pa.float32()))
fixed = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 5)
doubles = pa.array([row.astype(np.float64) for row in vectors], pa.list_(pa.float64()))
pq.write_table(pa.table({**columns, "embedding": lists}), out / "lists.parquet")
pq.write_table(pa.table({"vector": fixed, "text": pa.array(names)}), out / "fixed.parquet")
pq.write_table(pa.table({"id": pa.array(range(6)), "v": doubles}), out / "doubles.parquet", row_group_size=2)
pq.write_table(
    pa.table({"x": vectors[:, 0].astype(np.float64), "y": vectors[:, 1], "text": names}), out / "map.parquet"
)
pq.write_table(pa.table({"embedding": pa.array([[1.0, 2.0], [1.0]], pa.list_(pa.float32()))}), out / "ragged.parquet")
pq.write_table(pa.table({"embedding": pa.array([[1.0, 2.0], None], pa.list_(pa.float32()))}), out / "nulls.parquet")
pq.write_table(pa.table({"image_path": names}), out / "no-vectors.parquet")
np.savez_compressed(out / "one.npz", features=vectors)
np.savez(out / "named.npz", other=np.zeros(3), embeddings=vectors)
np.savez(out / "two.npz", a=vectors, b=vectors)
clip = out / "clip-retrieval"
for part in ["img_emb", "metadata"]:
    (clip / part).mkdir(parents=True, exist_ok=True)
for number, rows in [(0, slice(0, 2)), (1, slice(2, 5)), (10, slice(5, 6))]:
    np.save(clip / "img_emb" / f"img_emb_{number}.npy", np.clip(vectors[rows], -100, 100).astype(np.float16))
    pq.write_table(
        pa.table({"image_path": names[rows], "caption": [n.upper() for n in names[rows]]}),
        clip / "metadata" / f"metadata_{number}.parquet",
    )
(out / "vectors.json").write_text(json.dumps([[float(v) for v in row] for row in vectors]) + "\n")
