"""Starts real trainings on the CPU, tiny ones, as the launcher would."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

from fake_berth import PATIENCE_SECONDS, TOKEN, FakeBerth

HERE = Path(__file__).parent
TINY = (
    "model=yolov8n.yaml",
    "imgsz=32",
    "batch=4",
    "nbs=4",
    "workers=0",
    "plots=False",
    "mosaic=0",
)


class Training:
    """One process that trains; ended when the test ends."""

    def __init__(self, command: List[str], folder: Path, environment: Dict[str, str]) -> None:
        self.folder = folder
        self.log = folder.with_name(f"{folder.name}.log")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "PYTEST_"))}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                env={**inherited, "BERTH_CHECKPOINT_DIR": str(folder), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder.parent,
                start_new_session=True,
            )

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.process.kill()

    def status(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")


class Trainings:
    """The trainings of one test; all reservations of it share a folder."""

    def __init__(self, folder: Path, data: Path, server: FakeBerth) -> None:
        self.folder = folder
        self.data = data
        self.server = server
        self.notice_file = folder.with_name(f"{folder.name}.notice")
        self._started: List[Training] = []

    def start(self, *arguments: str, **environment: str) -> Training:
        """berth-yolo with tiny arguments; later ones win."""
        command = ["-m", "berth.yolo", *TINY, f"data={self.data}", *arguments]
        return self._start(command, environment)

    def start_script(self, name: str, *arguments: str, **environment: str) -> Training:
        command = [str(HERE / "scripts" / name), str(self.data), str(self.folder), *arguments]
        return self._start(command, environment)

    def _start(self, command: List[str], environment: Dict[str, str]) -> Training:
        given = {
            "BERTH_URL": self.server.url,
            "BERTH_TOKEN": TOKEN,
            "BERTH_RESERVATION": "r-17",
            "BERTH_NOTICE_FILE": str(self.notice_file),
            "BERTH_ENDS_AT": "2026-11-30T20:00:00Z",
        }
        training = Training([sys.executable, *command], self.folder, {**given, **environment})
        self._started.append(training)
        return training

    def close(self) -> None:
        for training in self._started:
            with contextlib.suppress(ProcessLookupError):  # its ranks and loader workers too
                os.killpg(training.process.pid, signal.SIGKILL)
            training.process.wait()

    # -- what is in the folder ----------------------------------------------------------------

    def rows(self) -> List[int]:
        """The epochs in results.csv, in order."""
        return [int(float(row["epoch"])) for row in self.results()]

    def results(self) -> List[Dict[str, str]]:
        with open(self.folder / "results.csv", newline="") as file:
            return list(csv.DictReader(file))

    def finished(self) -> Optional[Dict[str, Any]]:
        mark = self.folder / "finished.json"
        return json.loads(mark.read_text()) if mark.exists() else None

    def checkpoint(self, name: str = "resume.pt") -> Dict[str, Any]:
        import torch

        return torch.load(self.folder / name, map_location="cpu")

    def write_notice(self, notice: Dict[str, Any]) -> None:
        beside = self.notice_file.with_suffix(".new")
        beside.write_text(json.dumps(notice))
        os.replace(beside, self.notice_file)
