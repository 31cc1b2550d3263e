"""A gang of pods, as the launcher for clusters starts it: each pod has its own ranks, its own notice
file from the kubelet, and the checkpoints of all."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from berth import ranks
from berth.arguments import BadArguments
from berth.job import read_notice_file
from fake_berth import FakeBerth, a_notice
from test_ranks import free_port
from test_stopping import assert_resumable, shorten
from trainings import Training, Trainings


class PodInfo:
    """A downward-API volume with the annotation of the notice. The kubelet changes what it holds by
    swapping a link to a folder; a file without an annotation is there, and empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "notice"
        self._version = 0
        folder.mkdir()
        self.annotate(None)
        self.file.symlink_to("..data/notice")

    def annotate(self, notice: Optional[Dict[str, Any]]) -> None:
        self._version += 1
        version = self.folder / f"..version_{self._version}"
        version.mkdir()
        (version / "notice").write_text(json.dumps(notice) if notice else "")
        beside = self.folder / "..data_tmp"
        beside.symlink_to(version.name)
        os.replace(beside, self.folder / "..data")


class Pods:
    """Two pods with two GPUs each, for which CPUs stand in."""

    def __init__(self, trainings: Trainings, folder: Path) -> None:
        self._trainings = trainings
        self.infos = [PodInfo(folder / f"pod-{node}") for node in (0, 1)]

    def start(self, *arguments: str) -> List[Training]:
        gang = {
            "NNODES": "2",
            "NPROC_PER_NODE": "2",
            "MASTER_ADDR": "localhost",
            "MASTER_PORT": free_port(),
        }
        return [
            self._trainings.start(
                *arguments, NODE_RANK=str(node), BERTH_NOTICE_FILE=str(info.file), **gang
            )
            for node, info in enumerate(self.infos)
        ]


@pytest.mark.parametrize("how", ["told", "deleted"])
def test_a_gang_that_is_evicted_resumes_and_has_every_epoch_once(
    how: str, trainings: Trainings, server: FakeBerth, tmp_path: Path
):
    pods = Pods(trainings, tmp_path)
    gang = pods.start("epochs=60", "batch=8")

    def evict() -> None:
        if how == "deleted":
            for pod in gang:
                pod.terminate()
        else:
            for info in pods.infos:
                info.annotate(a_notice(1799, kind="eviction"))

    server.after_epoch(2, evict)

    assert [pod.status() for pod in gang] == [75, 75]
    whole = server.saved[-1]["epoch"]
    assert server.saved[-1]["leaving"] and 2 <= whole < 60
    assert_resumable(trainings, whole)
    assert trainings.rows() == server.epochs() == list(range(1, whole + 1))

    shorten(trainings, epochs=whole + 1)
    for info in pods.infos:
        info.annotate(None)
    resumed = pods.start("epochs=60", "batch=8")

    assert [pod.status() for pod in resumed] == [0, 0]
    assert trainings.rows() == server.epochs() == list(range(1, whole + 2))
    assert server.events().count("done") == 1
    assert trainings.finished() == {"epochs": whole + 1, "complete": True}


def test_a_notice_that_the_kubelet_swaps_in_is_seen_and_an_empty_one_is_none(tmp_path: Path):
    info = PodInfo(tmp_path / "info")
    assert read_notice_file(info.file) is None
    info.annotate(a_notice(60))
    assert read_notice_file(info.file)["kind"] == "release"
    info.annotate(None)
    assert read_notice_file(info.file) is None


def test_the_ranks_of_a_pod_follow_those_of_the_pods_before_it():
    meet = {"NNODES": "3", "NODE_RANK": "2", "MASTER_ADDR": "pod-0", "MASTER_PORT": "29500"}
    layout = ranks.Layout.from_environment(4, meet)

    last = layout.environment(3)
    assert (last["RANK"], last["LOCAL_RANK"], last["WORLD_SIZE"]) == ("11", "3", "12")
    assert (last["MASTER_ADDR"], last["MASTER_PORT"]) == ("pod-0", "29500")


@pytest.mark.parametrize(
    "environ, expected",
    [
        ({"NNODES": "2", "NPROC_PER_NODE": "4"}, 4),
        ({"NNODES": "1", "NPROC_PER_NODE": "4"}, None),
        ({"NPROC_PER_NODE": "4"}, None),
        ({}, None),
    ],
)
def test_how_many_ranks_a_pod_runs(environ: Dict[str, str], expected: Optional[int]):
    assert ranks.processes_here(environ) == expected


def test_pods_with_other_numbers_of_gpus_are_refused(trainings: Trainings):
    pod = trainings.start(
        "epochs=1", "--ranks", "1", NNODES="2", NODE_RANK="0", NPROC_PER_NODE="2",
        MASTER_ADDR="localhost", MASTER_PORT=free_port(),
    )  # fmt: skip

    assert pod.status() == 2
    assert "every pod must have the same" in pod.said


def test_the_first_pods_name_is_waited_for(monkeypatch: pytest.MonkeyPatch, capsys):
    asked: List[str] = []

    def look_up(name: str, *_: Any) -> List[Any]:
        asked.append(name)
        if len(asked) < 2:
            raise socket.gaierror("not yet")
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    ranks.await_meeting_point({"MASTER_ADDR": "pod-0"})
    assert asked == ["pod-0", "pod-0"]
    assert "waiting until pod-0 is known" in capsys.readouterr().err


def test_a_name_that_is_never_known_is_said(monkeypatch: pytest.MonkeyPatch):
    def look_up(*_: Any) -> List[Any]:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(BadArguments, match="pod-0 is no known name"):
        ranks.await_meeting_point({"MASTER_ADDR": "pod-0"}, patience=0)
