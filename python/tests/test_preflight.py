from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Dict, Tuple

import pytest


def check(folder: Path, *arguments: str) -> Tuple[int, Dict[str, dict]]:
    environment = {**os.environ, "BERTH_CHECKPOINT_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "berth.yolo", "--check", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.parent,
    )  # fmt: skip
    assert " torch\n" not in done.stderr, "a preflight is quick: it does not import torch"
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {finding["check"]: finding for finding in findings}


def test_a_training_that_can_start_passes(tmp_path: Path, data: Path):
    status, findings = check(tmp_path / "run", "model=yolov8n.yaml", f"data={data}")

    assert status == 0
    assert set(findings) == {"programs", "model", "data", "folder"}
    assert all(finding["ok"] for finding in findings.values())
    assert findings["programs"]["message"] == "ultralytics 8.4.190"


def test_all_findings_are_told_at_once(tmp_path: Path):
    status, findings = check(tmp_path / "run", "model=/no/such.pt", "data=/no/such.yaml")

    assert status == 1
    bad = {name for name, finding in findings.items() if not finding["ok"]}
    assert bad == {"model", "data"}


def test_a_torn_checkpoint_is_found(tmp_path: Path, data: Path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "resume.pt").write_bytes(b"torn")

    status, findings = check(tmp_path / "run", "model=yolov8n.yaml", f"data={data}")

    assert status == 1 and "no whole checkpoint" in findings["checkpoint"]["message"]


def test_a_folder_that_is_a_file_is_found(tmp_path: Path, data: Path):
    (tmp_path / "run").touch()

    status, findings = check(tmp_path / "run", "model=yolov8n.yaml", f"data={data}")

    assert status == 1 and "cannot be written to" in findings["folder"]["message"]


def test_a_whole_checkpoint_passes_and_needs_no_model(tmp_path: Path, data: Path):
    (tmp_path / "run").mkdir()
    with zipfile.ZipFile(tmp_path / "run" / "resume.pt", "w") as archive:
        archive.writestr("resume/data.pkl", b"")

    status, findings = check(tmp_path / "run", "model=/gone.pt", f"data={data}")

    assert status == 0 and findings["checkpoint"]["ok"]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("train: [", "is no YAML at line 1"),
        ("just text", "describes no data set"),
        ("train: images\nnames: [a]", "has no 'val'"),
        ("train: images\nval: images", "neither 'names' nor 'nc'"),
        ("train: nowhere\nval: images\nnc: 1", "do not exist"),
        ("train: images\nval: hollow\nnc: 1", "it is empty"),
    ],
)
def test_what_is_wrong_with_a_data_set_is_said(tmp_path: Path, text: str, sentence: str):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.png").touch()
    (tmp_path / "hollow").mkdir()
    (tmp_path / "data.yaml").write_text(text)

    status, findings = check(tmp_path / "run", "model=yolov8n.yaml", f"data={tmp_path}/data.yaml")

    assert status == 1 and not findings["data"]["ok"]
    assert sentence in findings["data"]["message"]


@pytest.mark.parametrize(
    "model", ["yolov8x.yaml", "yolo11m-seg.yaml", "yolov8n-p6.yaml", "rtdetr-l.yaml"]
)
def test_models_that_ultralytics_brings_are_known(tmp_path: Path, data: Path, model: str):
    status, findings = check(tmp_path / "run", f"model={model}", f"data={data}")
    assert status == 0, findings["model"]


def test_bad_arguments_are_a_finding_too(tmp_path: Path, data: Path):
    status, findings = check(tmp_path / "run", "model=yolov8n.yaml", f"data={data}", "epoch=3")

    assert status == 1
    assert findings["arguments"]["message"] == "unknown key 'epoch'; did you mean 'epochs'?"
