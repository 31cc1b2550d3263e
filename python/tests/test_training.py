"""Trainings that nobody stops, and those that cannot begin."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from fake_berth import FakeBerth
from trainings import Trainings


def test_a_training_reports_each_epoch_once_and_finishes(trainings: Trainings, server: FakeBerth):
    training = trainings.start("epochs=3")

    assert training.status() == 0
    assert server.events() == ["start", "epoch", "epoch", "epoch", "done"]
    assert server.epochs() == [1, 2, 3]
    assert trainings.rows() == [1, 2, 3]
    assert "no GPU here: the CPU stands in" in training.said

    first, last = server.progress[1], server.progress[-1]
    assert (first["epochs"], first["start_epoch"], first["images"]) == (3, 1, 8)
    assert first["epoch_seconds"] > 0 and first["eta_seconds"] > 0
    assert {"train/box_loss", "train/cls_loss"} <= set(first["losses"])
    assert "metrics/mAP50(B)" in first["metrics"]
    assert (last["epoch"], last["eta_seconds"]) == (3, 0)
    assert server.saved[0]["epoch"] == 1 and not server.saved[0]["leaving"]
    assert server.saved[0]["checkpoint"] == str(trainings.folder / "resume.pt")

    assert trainings.checkpoint("weights/best.pt")["optimizer"] is None
    assert not (trainings.folder / "resume.pt").exists()


def test_a_finished_training_says_so_and_trains_nothing(trainings: Trainings, server: FakeBerth):
    assert trainings.start("epochs=1").status() == 0
    reported = len(server.progress)

    again = trainings.start("epochs=1")

    assert again.status() == 0
    assert "already finished: 1 epochs" in again.said
    assert len(server.progress) == reported and trainings.rows() == [1]


def test_a_workload_file_is_as_good_as_arguments(trainings: Trainings, server: FakeBerth):
    workload = trainings.folder.with_name("workload.json")
    workload.write_text(
        json.dumps(
            {
                "kind": "yolo", "model": "yolov8n.yaml", "data": str(trainings.data), "epochs": 1,
                "imgsz": 32, "batch": 4, "workers": 0, "name": "nightly",
                "args": {"plots": True, "device": [0, 1], "save": False},
            }
        )
    )  # fmt: skip

    training = trainings._start(["-m", "berth.yolo", "--workload", str(workload)], {})

    assert training.status() == 0
    assert server.epochs() == [1]
    assert (trainings.folder / "results.png").stat().st_size > 0


def test_a_training_goes_on_when_no_server_answers(trainings: Trainings):
    with socket.socket() as nobody:  # bound, not listening: connections are refused
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

        training = trainings.start("epochs=1", BERTH_URL=url)

        assert training.status() == 0
    assert training.said.count("does not take this job's reports") == 1
    assert trainings.rows() == [1]


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["epochs=1", "batchsize=4"], "unknown key 'batchsize'; did you mean 'batch'?"),
        (["epochs"], "'epochs' is not of the form key=value"),
        (["data=/nowhere/data.yaml"], "the data set /nowhere/data.yaml does not exist"),
        (["model=yolov99n.yaml"], "the model yolov99n.yaml is no file"),
        (["model=yolov8n.pt"], "the weights yolov8n.pt are not here"),
        (["resume=True"], "leave resume= out"),
        (["batch=3", "--ranks", "2"], "give a multiple of 2"),
        (["epochs=many"], "'epochs=many' is of invalid type"),
    ],
)
def test_bad_arguments_are_told_with_status_2(trainings: Trainings, arguments, sentence):
    training = trainings.start(*arguments)

    assert training.status() == 2
    assert sentence in training.said and "Traceback" not in training.said


def test_a_torn_checkpoint_is_not_overwritten_by_a_new_training(trainings: Trainings):
    trainings.folder.mkdir()
    (trainings.folder / "resume.pt").write_bytes(b"PK\x03\x04 cut short")

    training = trainings.start("epochs=1")

    assert training.status() == 2
    assert "is no whole checkpoint" in training.said
    assert not Path(trainings.folder / "results.csv").exists()
