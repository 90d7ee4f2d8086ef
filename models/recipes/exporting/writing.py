"""Writes a plan as a folder in hub layout, checks every file, and only then puts the folder in place."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import onnx

from exporting.graphs import export_graph, save
from exporting.parity import COSINE, LARGEST, measure, refuse_far, versions, wanted
from exporting.plan import Graph, Plan, Refused
from exporting.precision import ENDINGS, as_half, as_q8, as_stored_half


def write(plan: Plan, out: Path, precisions: list[str], external: bool, replace: bool, source: str, say=print) -> dict:
    """Returns the content of parity.json. @raises Refused if the folder is not empty or a float32 file differs from PyTorch."""
    if out.exists() and any(out.iterdir()) and not replace:
        raise Refused(f"{out} is there already: give another folder, or --replace.")
    fresh = out.with_name(f".{out.name}.{os.getpid()}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        write_small(plan, fresh)
        record = {
            "version": 1, "source": source, "family": plan.family, "against": "PyTorch, float32", "versions": versions(),
            "tolerance": {"fp32": {"ofRange": LARGEST, "cosine": COSINE}}, "files": {},
            **({"licence": plan.licence} if plan.licence else {}), **({"notes": plan.notes} if plan.notes else {}),
        }
        for graph in plan.graphs:
            write_graph(graph, fresh, precisions, external, record["files"], say)
        (fresh / "parity.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        fresh.rename(out)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return record


def write_small(plan: Plan, folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps(plan.config, indent=2, default=str) + "\n", encoding="utf-8")
    if plan.preprocessor:
        text = json.dumps(plan.preprocessor, indent=2, default=str)
        (folder / "preprocessor_config.json").write_text(text + "\n", encoding="utf-8")
    for file in plan.tokenizer:
        shutil.copyfile(file, folder / file.name)


def write_graph(graph: Graph, folder: Path, precisions: list[str], external: bool, files: dict, say) -> None:
    exact = export_graph(graph)
    references = wanted(graph)
    for precision in ENDINGS:
        # Float32 is checked even if it is not kept, because the other precisions are made from it.
        path = folder / f"{graph.path}{ENDINGS[precision]}.onnx"
        if precision != "fp32" and precision not in precisions:
            continue
        written = save(variant(exact, graph, precision), path, external)
        found = measure(path, graph, references)
        if precision == "fp32":
            refuse_far(path, found)
        for name, one in found.items():
            say(f"{path.relative_to(folder)}  {name}: largest difference {one['maxAbs']:.2e}, cosine {one['cosine']:.6f}")
        if precision in precisions:
            bytes_ = sum(file.stat().st_size for file in written)
            files[path.relative_to(folder).as_posix()] = {
                "precision": precision, "bytes": bytes_, "written": {file.relative_to(folder).as_posix(): identity(file) for file in written},
                "outputs": found,
            }
        else:
            for file in written:
                file.unlink()


def identity(file: Path) -> dict:
    """The sha256 of a file."""
    hash_ = hashlib.sha256()
    with file.open("rb") as bytes_:
        while part := bytes_.read(1 << 20):
            hash_.update(part)
    return {"bytes": file.stat().st_size, "sha256": hash_.hexdigest()}


def variant(exact: onnx.ModelProto, graph: Graph, precision: str) -> onnx.ModelProto:
    if precision == "fp16":
        return as_half(exact, keep_io=True)
    if precision == "q8":
        return as_q8(exact, graph.exact, graph.convolutions)
    return as_stored_half(exact) if graph.store_half else exact
