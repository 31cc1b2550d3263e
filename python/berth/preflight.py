"""`berth-yolo --check`: what would make this training fail at night, found while there is time.

Prints one JSON object a line, {"check", "ok", "message"}, and exits with 0 if all are ok. It does
not import torch, so it takes a fraction of a second and can run on a machine without GPUs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Tuple

from berth import inputs
from berth.arguments import BadArguments
from berth.run_folder import RunFolder

NEEDED = ("ultralytics", "torch", "torchvision", "cv2", "numpy", "PIL", "yaml", "matplotlib")


def check_programs() -> str:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise BadArguments(f"this Python has no {', '.join(missing)}: run tools/install-training")
    return f"ultralytics {importlib.metadata.version('ultralytics')}"


def check_folder(folder: Path) -> str:
    """Whether the checkpoints can be written: the nearest folder that exists is asked."""
    import os

    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise BadArguments(f"{folder} cannot be written to")
    return f"checkpoints go to {folder}"


def checks(train: Dict[str, Any], folder: RunFolder) -> Iterator[Tuple[str, Callable[[], str]]]:
    yield "programs", check_programs
    if folder.resume.exists():
        yield "checkpoint", lambda: inputs.check_checkpoint(folder.resume)
    else:
        yield "model", lambda: f"model from {inputs.find_model(train['model'])}"
    yield "data", lambda: inputs.check_data(inputs.find_data(train["data"]))
    yield "folder", lambda: check_folder(folder.path)


def report(train: Dict[str, Any], folder: RunFolder) -> int:
    status = 0
    for name, check in checks(train, folder):
        try:
            ok, message = True, check()
        except BadArguments as finding:
            ok, message, status = False, str(finding), 1
        print(json.dumps({"check": name, "ok": ok, "message": message}), flush=True)
    return status
