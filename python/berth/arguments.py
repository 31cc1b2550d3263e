"""What a training is asked to do: Ultralytics' own `key=value`, a workload file, or both.

    request = parse(["model=yolov8n.yaml", "data=/d/data.yaml", "epochs=3"])

Everything wrong with it is a BadArguments with a sentence that says what to change.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import difflib
import importlib.util
import json
from pathlib import Path
from typing import Any, Dict, Iterable, List, NoReturn, Optional

WORKLOAD_KEYS = ("kind", "model", "data", "epochs", "imgsz", "batch", "workers", "name", "args")
LAUNCHER_KEYS = ("argv", "env", "workdir", "image", "volumes", "nodes", "gpus_per_node")
TEXTS = ("model", "data", "name", "project", "device")  # taken as they are, not as Python values
EXAMPLES = {"model": "model=yolov8n.yaml", "data": "data=/data/shapes/data.yaml"}
OURS = {
    "mode": "this is always a training",
    "resume": "a training resumes by itself when its folder has a resume.pt",
    "save_dir": "set BERTH_CHECKPOINT_DIR, or project= and name=",
    "exist_ok": "a training goes on in its folder; give another name= for a new one",
}


class BadArguments(Exception):
    """A sentence for the user. The program exits with status 2."""


@dataclasses.dataclass(frozen=True)
class Request:
    """`train` holds Ultralytics' arguments, model and data among them."""

    train: Dict[str, Any]
    check: bool = False
    cpu_ranks: Optional[int] = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadArguments(message)


def parse(argv: List[str]) -> Request:
    parser = _Parser(
        prog="berth-yolo",
        description="Runs an Ultralytics training that saves, stops and resumes with its "
        "reservation. Exit status: 0 done, 75 stopped and can be resumed, 2 bad arguments.",
        epilog="example: berth-yolo model=yolov8n.yaml data=/data/shapes/data.yaml epochs=100 batch=32",
    )
    parser.add_argument("--workload", metavar="FILE", type=Path, help="a yolo workload as JSON")
    parser.add_argument(
        "--check", action="store_true", help="only look for what would make it fail"
    )
    parser.add_argument("--ranks", metavar="N", type=int, help="processes, where the CPU stands in")
    parser.add_argument(
        "pairs", metavar="key=value", nargs="*", help="Ultralytics' train arguments"
    )
    given = parser.parse_args(argv)
    if given.ranks is not None and given.ranks < 1:
        raise BadArguments("--ranks is a number of processes, at least 1")
    train = read_workload(given.workload) if given.workload else {}
    train.update(parse_pairs(given.pairs))
    refuse_unknown(train)
    for key in ("model", "data"):
        if not isinstance(train.get(key), str) or not train[key]:
            raise BadArguments(f"{key}= is missing: name the {key}, as in {EXAMPLES[key]}")
    return Request(train, given.check, given.ranks)


def parse_pairs(pairs: Iterable[str]) -> Dict[str, Any]:
    values: Dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise BadArguments(f"'{pair}' is not of the form key=value")
        values[key] = text if key in TEXTS else parse_value(text)
    return values


def parse_value(text: str) -> Any:
    """'3' is a number, 'true' a truth, '[0, 1]' a list; anything else is the text itself."""
    words = {"none": None, "true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def read_workload(path: Path) -> Dict[str, Any]:
    """{"kind":"yolo","model":…,"data":…,"epochs":…,"args":{…}}; args may not repeat the others."""
    try:
        workload = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadArguments(f"the workload {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadArguments(f"the workload {path} is no JSON: {error}") from error
    if not isinstance(workload, dict) or workload.get("kind") != "yolo":
        raise BadArguments(f"the workload {path} is not of the kind yolo")
    for key in workload:
        if key not in WORKLOAD_KEYS + LAUNCHER_KEYS:
            nearest = _nearest(key, WORKLOAD_KEYS)
            raise BadArguments(f"the workload has an unknown key '{key}'{nearest}")
    extra = workload.get("args") or {}
    if not isinstance(extra, dict):
        raise BadArguments("the workload's args are not an object of key and value")
    train = {key: workload[key] for key in WORKLOAD_KEYS[1:-1] if workload.get(key) is not None}
    twice = sorted(set(train) & set(extra))
    if twice:
        raise BadArguments(f"the workload gives {', '.join(twice)} twice, once in its args")
    return {**train, **{key: _from_json(key, value) for key, value in extra.items()}}


def _from_json(key: str, value: Any) -> Any:
    """Whoever wrote the file may have kept the texts of a command line: "False", "0.01"."""
    if key == "device" and isinstance(value, list):
        return ",".join(map(str, value))
    if key in TEXTS:
        return None if value is None else str(value)
    return parse_value(value) if isinstance(value, str) else value


def refuse_unknown(train: Dict[str, Any]) -> None:
    known = known_keys()
    for key in train:
        if key in OURS:
            raise BadArguments(f"leave {key}= out: {OURS[key]}")
        if key not in known:
            raise BadArguments(f"unknown key '{key}'{_nearest(key, known)}")


def known_keys() -> List[str]:
    """All of Ultralytics' arguments, from its own list, without importing it."""
    import yaml

    defaults = ultralytics_folder() / "cfg" / "default.yaml"
    return list(yaml.safe_load(defaults.read_text(encoding="utf-8")))


def ultralytics_folder() -> Path:
    spec = importlib.util.find_spec("ultralytics")
    if not spec or not spec.submodule_search_locations:
        raise BadArguments(
            "ultralytics is not installed in this Python: run tools/install-training FOLDER and "
            "start FOLDER/bin/berth-yolo"
        )
    return Path(list(spec.submodule_search_locations)[0])


def _nearest(key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
