"""What a training leaves on disk, and what that says about how to go on.

    resume.pt       the newest state that a training can go on from, never half written
    finished.json   there once the last epoch is done; "complete" once its evaluation is too
    results.csv     one row an epoch      args.yaml, plots    as Ultralytics writes them
    weights/        last.pt and best.pt
    .left           for the other ranks: rank 0 has saved and gone

Files that a stop in the wrong moment must not tear are written beside their place, synced, and
renamed; the folder is synced after them.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Optional


def write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class AtomicFiles:
    """Stands where a trainer expects the path of a checkpoint to write: the bytes go to all of
    `paths`, each whole or not at all. Without paths they go nowhere."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    def write_bytes(self, content: bytes) -> None:
        for path in self._paths:
            write_atomically(path, content)


@dataclasses.dataclass(frozen=True)
class RunFolder:
    """The folder of one training, over all its reservations."""

    path: Path

    @property
    def resume(self) -> Path:
        return self.path / "resume.pt"

    @property
    def finished(self) -> Path:
        return self.path / "finished.json"

    @property
    def left(self) -> Path:
        return self.path / ".left"

    @property
    def results(self) -> Path:
        return self.path / "results.csv"

    @property
    def last(self) -> Path:
        return self.path / "weights" / "last.pt"

    @property
    def best(self) -> Path:
        return self.path / "weights" / "best.pt"

    def mark_finished(self, epochs: int, complete: bool) -> None:
        mark = {"epochs": epochs, "complete": complete}
        write_atomically(self.finished, json.dumps(mark).encode() + b"\n")

    def read_finished(self) -> Optional[Dict[str, Any]]:
        """The mark, or None while there are epochs to train."""
        try:
            mark = json.loads(self.finished.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return mark if isinstance(mark, dict) else None


def keep_epochs(results: Path, last_epoch: int) -> None:
    """Drops the rows of epochs after `last_epoch` (1-based): a row is written before its epoch is
    saved, so a kill in between leaves one that the resumed training will write again."""
    try:
        lines = results.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    kept = lines[:1] + [line for line in lines[1:] if _epoch_of(line, lines[0]) <= last_epoch]
    if kept != lines:
        write_atomically(results, "".join(f"{line}\n" for line in kept).encode())


def _epoch_of(line: str, header: str) -> float:
    """The row's epoch; infinite for a torn row."""
    fields = line.split(",")
    if len(fields) != len(header.split(",")):
        return float("inf")
    try:
        return float(fields[0])
    except ValueError:
        return float("inf")


def read_columns(results: Path) -> Dict[str, List[float]]:
    """results.csv by column; empty when there is none."""
    try:
        with open(results, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {name: [float(row[name]) for row in rows] for name in (rows[0] if rows else ())}
    except (OSError, ValueError, TypeError):
        return {}
