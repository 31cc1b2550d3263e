"""The model and the data set of a training, looked at without torch.

Each function returns where the thing is, or raises BadArguments with a sentence. The rules for
finding things are Ultralytics' own; its downloads are left out, because a job must not need them.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any, Dict, List

from berth.arguments import BadArguments, ultralytics_folder

WEIGHTS = (".pt", ".pth")


def find_model(model: str) -> Path:
    if model.endswith((".yaml", ".yml")):
        return _find_architecture(model)
    if not model.endswith(WEIGHTS):
        raise BadArguments(f"model={model} is neither a .yaml nor a .pt file")
    if not Path(model).is_file():
        raise BadArguments(f"the weights {model} are not here, and a job does not download them")
    return Path(model)


def _find_architecture(model: str) -> Path:
    """A file, or one that Ultralytics brings: yolov8n.yaml is yolov8.yaml at scale n."""
    bring = ultralytics_folder() / "cfg" / "models"
    for name in (model, re.sub(r"(\d+)([nslmx])(.+)?$", r"\1\3", model)):
        if Path(name).is_file():
            return Path(name)
        found = sorted(bring.rglob(Path(name).name)) if "/" not in name else []
        if found:
            return found[0]
    raise BadArguments(f"the model {model} is no file, and Ultralytics brings none of that name")


def find_data(data: str) -> Path:
    if "://" in data:
        raise BadArguments(f"data={data} would be a download; give a path on this machine")
    for path in (Path(data), ultralytics_folder() / "cfg" / "datasets" / data):
        if path.exists():
            return path.absolute()
    raise BadArguments(f"the data set {data} does not exist (seen from {os.getcwd()})")


def check_data(path: Path) -> str:
    """Whether the training's and the validation's images are there; a sentence about them."""
    if path.is_dir():  # a classification set: a folder a split, and validation has several names
        return _check_folders(path, {"train": "train"})
    data = _read_yaml(path)
    for key in ("train", "val"):
        if not data.get(key):
            raise BadArguments(f"{path} has no '{key}'")
    if not data.get("names") and not data.get("nc"):
        raise BadArguments(f"{path} has neither 'names' nor 'nc'")
    return _check_folders(_root_of(data, path), {key: data[key] for key in ("train", "val")})


def _read_yaml(path: Path) -> Dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8", errors="ignore"))
    except OSError as error:
        raise BadArguments(f"{path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        raise BadArguments(f"{path} is no YAML{line}") from error
    if not isinstance(data, dict):
        raise BadArguments(f"{path} describes no data set")
    return data


def _root_of(data: Dict[str, Any], path: Path) -> Path:
    root = Path(str(data.get("path") or path.parent))
    if root.is_absolute() or root.exists():
        return root
    return _datasets_folder() / root


def _datasets_folder() -> Path:
    """Where Ultralytics' settings keep data sets."""
    config = Path(os.environ.get("YOLO_CONFIG_DIR") or Path.home() / ".config")
    try:
        settings = json.loads(
            (config / "Ultralytics" / "settings.json").read_text(encoding="utf-8")
        )
        return Path(settings["datasets_dir"])
    except (OSError, ValueError, KeyError, TypeError):
        return Path.cwd() / "datasets"


def _check_folders(root: Path, splits: Dict[str, Any]) -> str:
    seen: List[str] = []
    for split, places in splits.items():
        for place in places if isinstance(places, list) else [places]:
            path = root / str(place)
            if not path.exists():
                raise BadArguments(f"the {split} images at {path} do not exist")
            if not _has_something(path):
                raise BadArguments(f"the {split} images at {path} are none: it is empty")
            seen.append(str(path))
    return "images in " + ", ".join(seen)


def _has_something(path: Path) -> bool:
    if path.is_file():
        return path.stat().st_size > 0
    with os.scandir(path) as entries:
        return any(not entry.name.startswith(".") for entry in entries)


def check_checkpoint(path: Path) -> str:
    """A torch checkpoint is a ZIP archive whose directory stands at its end, so that a cut file is
    known without reading it."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith("/data.pkl") for name in archive.namelist()):
                return f"{path} can be resumed from"
    except (OSError, zipfile.BadZipFile):
        pass
    raise BadArguments(f"{path} is no whole checkpoint; remove it to start the training anew")
