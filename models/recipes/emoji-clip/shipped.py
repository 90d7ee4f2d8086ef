"""Runs the shipped folder like a user: ONNX files on the CPU, pictures from PIL."""

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer


class Shipped:
    """`images([n,3,96,96])` and `texts(strings)` return embeddings [n,256], not normalised."""

    def __init__(self, folder: Path, threads: int = 2):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        session = lambda name: ort.InferenceSession(str(folder / f"onnx/{name}.onnx"), options, providers=["CPUExecutionProvider"])
        self.vision, self.text = session("vision_model"), session("text_model")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.scale = float(np.exp(json.loads((folder / "config.json").read_text())["logit_scale"]))

    def images(self, pixels: np.ndarray, batch: int = 64) -> np.ndarray:
        parts = (pixels[i : i + batch] for i in range(0, len(pixels), batch))
        return np.concatenate([self.vision.run(None, {"pixel_values": p})[0] for p in parts])

    def ids(self, texts: list[str]) -> np.ndarray:
        return np.array([e.ids for e in self.tokenizer.encode_batch(texts)], np.int64)

    def texts(self, texts: list[str], batch: int = 256) -> np.ndarray:
        parts = (texts[i : i + batch] for i in range(0, len(texts), batch))
        return np.concatenate([self.text.run(None, {"input_ids": self.ids(p)})[0] for p in parts])
