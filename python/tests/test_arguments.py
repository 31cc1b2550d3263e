from __future__ import annotations

import json
from pathlib import Path

import pytest

from berth.arguments import BadArguments, parse, parse_value

REQUIRED = ["model=yolov8n.yaml", "data=/d/data.yaml"]


@pytest.mark.parametrize(
    "text, value",
    [("3", 3), ("0.5", 0.5), ("True", True), ("false", False), ("None", None), ("[0, 1]", [0, 1]), ("SGD", "SGD"),
     ("a=b", "a=b")],
)  # fmt: skip
def test_values(text, value):
    assert parse_value(text) == value


def test_a_device_list_stays_text():
    assert parse([*REQUIRED, "device=0,1,2,3"]).train["device"] == "0,1,2,3"


def workload(tmp_path: Path, **fields) -> str:
    path = tmp_path / "workload.json"
    path.write_text(
        json.dumps({"kind": "yolo", "model": "yolov8n.yaml", "data": "/d.yaml", **fields})
    )
    return str(path)


def test_arguments_go_before_the_workload(tmp_path: Path):
    given = workload(tmp_path, epochs=100, batch=32, args={"lr0": 0.002, "device": [0, 1]})

    train = parse(["--workload", given, "epochs=3"]).train

    assert train == {
        "model": "yolov8n.yaml", "data": "/d.yaml", "epochs": 3, "batch": 32, "lr0": 0.002, "device": "0,1",
    }  # fmt: skip


def test_a_workload_may_keep_a_command_lines_texts_and_the_launchers_part(tmp_path: Path):
    args = {"plots": "False", "lr0": "0.01", "optimizer": "SGD", "device": 0, "project": "7"}
    given = workload(tmp_path, nodes=1, volumes=[], image="yolo:8", args=args)

    train = parse(["--workload", given]).train

    assert {key: train[key] for key in args} == {
        "plots": False,
        "lr0": 0.01,
        "optimizer": "SGD",
        "device": "0",
        "project": "7",
    }
    assert set(train) == {"model", "data", *args}


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"kind": "command"}, "not of the kind yolo"),
        ({"epoch": 3}, "unknown key 'epoch'; did you mean 'epochs'?"),
        ({"epochs": 3, "args": {"epochs": 4}}, "gives epochs twice"),
        ({"args": [1]}, "not an object"),
        ({"args": {"learning_rate": 1}}, "unknown key 'learning_rate'"),
    ],
)
def test_what_is_wrong_with_a_workload_is_said(tmp_path: Path, fields, sentence):
    with pytest.raises(BadArguments, match=sentence.replace("?", r"\?")):
        parse(["--workload", workload(tmp_path, **fields)])


@pytest.mark.parametrize(
    "argv, sentence",
    [
        (["data=/d.yaml"], "model= is missing"),
        (["model=yolov8n.yaml"], "data= is missing"),
        ([*REQUIRED, "epoch=3"], "did you mean 'epochs'"),
        ([*REQUIRED, "mode=val"], "leave mode= out"),
        ([*REQUIRED, "--ranks", "0"], "at least 1"),
        ([*REQUIRED, "--wat"], "unrecognized arguments"),
        (["--workload", "/nowhere.json"], "cannot be read"),
    ],
)
def test_what_is_wrong_with_arguments_is_said(argv, sentence):
    with pytest.raises(BadArguments, match=sentence):
        parse(argv)
