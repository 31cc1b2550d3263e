"""Trainings of several processes, over gloo on the CPU."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import List

import pytest

from fake_berth import FakeBerth, a_notice
from test_stopping import BATCHES, assert_resumable, shorten
from trainings import Trainings


@pytest.mark.parametrize("channel", ["api", "sigterm"])
def test_two_ranks_stop_together_and_resume(channel: str, trainings: Trainings, server: FakeBerth):
    training = trainings.start("epochs=60", "--ranks", "2")

    def tell() -> None:
        if channel == "api":
            server.notice = a_notice(1799)
        else:
            training.terminate()

    server.after_epoch(2, tell)

    assert training.status() == 75
    whole = server.saved[-1]["epoch"]
    assert server.saved[-1]["leaving"] and whole >= 2
    assert_resumable(trainings, whole)
    assert trainings.rows() == server.epochs() == list(range(1, whole + 1))

    shorten(trainings, epochs=whole + 1)
    server.notice = None
    resumed = trainings.start("epochs=60", BERTH_CPU_RANKS="2")

    assert resumed.status() == 0
    assert trainings.rows() == server.epochs() == list(range(1, whole + 2))
    assert server.events().count("done") == 1


def test_two_machines_with_their_own_launchers_are_one_training(
    trainings: Trainings, server: FakeBerth
):
    meet = {"NNODES": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port()}
    machines = [trainings.start("epochs=60", NODE_RANK=str(n), **meet) for n in (0, 1)]
    # The second machine alone is told: rank 0 has to learn it from the agreement.
    server.after_epoch(1, machines[1].terminate)

    assert [machine.status() for machine in machines] == [75, 75]
    assert_resumable(trainings, server.saved[-1]["epoch"])


@pytest.mark.parametrize(
    "rank, event, count, epochs",
    [
        ("1", "on_train_batch_end", BATCHES + 3, 1),  # rank 0 learns of it, saves, all leave
        ("0", "on_val_batch_start", 1, 1),  # rank 0 leaves alone, the other follows
    ],
)
def test_ranks_started_one_by_one_leave_when_one_of_them_is_told(
    rank: str,
    event: str,
    count: int,
    epochs: int,
    trainings: Trainings,
    server: FakeBerth,
    long_data,
):
    trainings.data = long_data
    meet = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port()}
    ranks = [
        trainings.start_script(
            "interrupt_itself.py", "9", event, str(count),
            RANK=n, LOCAL_RANK=n, INTERRUPTED_RANK=rank, **meet,
        )
        for n in ("0", "1")
    ]  # fmt: skip

    assert [process.status() for process in ranks] == [75, 75]
    assert server.saved[-1]["leaving"] and server.saved[-1]["epoch"] == epochs
    assert_resumable(trainings, epochs)
    assert trainings.rows() == server.epochs() == list(range(1, epochs + 1))


def test_ranks_save_and_leave_when_the_process_that_started_them_is_killed(
    trainings: Trainings, server: FakeBerth
):
    training = trainings.start("epochs=60", "--ranks", "2")
    server.wait_for(lambda: server.epochs())
    ranks = children_of(training.process.pid)
    assert len(ranks) == 2

    training.kill()

    server.wait_for(lambda: server.saved and server.saved[-1]["leaving"])
    server.wait_for(lambda: "stopped" in server.events())
    assert_resumable(trainings, server.saved[-1]["epoch"])


def test_a_rank_that_dies_ends_the_others(trainings: Trainings, server: FakeBerth):
    training = trainings.start("epochs=60", "--ranks", "2")
    server.wait_for(lambda: server.epochs())

    os.kill(rank_of(children_of(training.process.pid), 1), signal.SIGKILL)

    assert training.status() not in (0, 75)
    assert_resumable(trainings, trainings.checkpoint()["epoch"] + 1)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def children_of(pid: int) -> List[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def rank_of(pids: List[int], rank: int) -> int:
    for pid in pids:
        if f"LOCAL_RANK={rank}" in Path(f"/proc/{pid}/environ").read_text().split("\0"):
            return pid
    raise AssertionError(f"no process has rank {rank}")
