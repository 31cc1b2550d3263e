"""Trainings that are told to leave: what they save, say, and resume from."""

from __future__ import annotations

import math
import os
import signal

import pytest

from fake_berth import FakeBerth, a_notice
from trainings import Training, Trainings


def tell(channel: str, training: Training, trainings: Trainings, server: FakeBerth) -> None:
    if channel == "file":
        trainings.write_notice(a_notice(1799, kind="eviction"))
    elif channel == "api":
        server.notice = a_notice(1799, kind="eviction")
    else:
        training.terminate()


def assert_resumable(trainings: Trainings, whole_epochs: int) -> None:
    checkpoint = trainings.checkpoint()
    assert checkpoint["epoch"] == whole_epochs - 1
    assert checkpoint["optimizer"]["state"], "the optimizer's state must be in the checkpoint"
    assert checkpoint["ema"] is not None
    assert trainings.finished() is None


@pytest.mark.parametrize("channel", ["file", "api", "sigterm"])
def test_each_channel_alone_stops_a_training_that_resumes(
    channel: str, trainings: Trainings, server: FakeBerth
):
    training = trainings.start("epochs=60")
    server.after_epoch(2, lambda: tell(channel, training, trainings, server))

    assert training.status() == 75

    stopped = server.progress[-1]
    assert stopped["event"] == "stopped"
    whole = stopped["epoch"]
    assert 2 <= whole < 60
    leaving = server.saved[-1]
    assert leaving["leaving"] and leaving["epoch"] == whole
    assert leaving["checkpoint"] == str(trainings.folder / "resume.pt")
    assert_resumable(trainings, whole)
    assert trainings.rows() == list(range(1, whole + 1))

    shorten(trainings, epochs=whole + 2)
    trainings.notice_file.unlink(missing_ok=True)
    server.notice = None
    resumed = trainings.start("epochs=60")

    assert resumed.status() == 0
    assert trainings.rows() == list(range(1, whole + 3))
    assert server.epochs() == list(range(1, whole + 3))
    assert [e["start_epoch"] for e in server.progress if e["event"] == "start"] == [1, whole + 1]
    assert f"Resuming training {trainings.folder}/resume.pt from epoch {whole + 1}" in resumed.said
    assert trainings.finished() == {"epochs": whole + 2, "complete": True}


def shorten(trainings: Trainings, epochs: int) -> None:
    """Makes the rest of a stopped training short. It was long so that the stop is no race."""
    import torch

    checkpoint = trainings.checkpoint()
    checkpoint["train_args"]["epochs"] = epochs
    torch.save(checkpoint, trainings.folder / "resume.pt")


BATCHES = 24  # in an epoch of long_data


def test_a_notice_lets_an_epoch_end_that_will_end_in_time(
    trainings: Trainings, server: FakeBerth, long_data
):
    trainings.data = long_data
    in_second = str(BATCHES + 3)
    training = trainings.start_script(
        "interrupt_itself.py", "9", "on_train_batch_end", in_second, "1799"
    )

    assert training.status() == 75
    leaving = server.saved[-1]
    assert (leaving["epoch"], leaving["step"], leaving["leaving"]) == (2, 2 * BATCHES, True)
    assert_resumable(trainings, 2)


@pytest.mark.parametrize("how", ["1.0", "SIGTERM"])
def test_an_epoch_that_cannot_end_in_time_is_cut_and_done_again(
    how: str, trainings: Trainings, server: FakeBerth, long_data
):
    trainings.data = long_data
    in_second = str(BATCHES + 3)
    training = trainings.start_script(
        "interrupt_itself.py", "9", "on_train_batch_end", in_second, how
    )

    assert training.status() == 75
    leaving = server.saved[-1]
    assert (leaving["epoch"], leaving["leaving"]) == (1, True)
    assert BATCHES + 3 <= leaving["step"] < 2 * BATCHES
    assert_resumable(trainings, 1)
    assert trainings.rows() == server.epochs() == [1]
    weights = [trainings.checkpoint(name)["updates"] for name in ("resume.pt", "weights/last.pt")]
    assert weights == [leaving["step"], BATCHES], "resume.pt has the batches of the cut epoch too"


def test_the_deadline_is_counted_in_seconds_left_not_by_the_wall_clock(
    trainings: Trainings, server: FakeBerth
):
    training = trainings.start("epochs=60")
    past = a_notice(1799, deadline="2001-01-01T00:00:00Z")
    server.after_epoch(1, lambda: trainings.write_notice(past))

    assert training.status() == 75
    assert server.saved[-1]["step"] % 2 == 0, "no epoch was cut"


def test_the_end_of_the_window_is_used_to_the_last_epoch_that_fits(
    trainings: Trainings, server: FakeBerth
):
    far = a_notice(1799, kind="end")
    near = a_notice(0.5, kind="end", deadline="2026-11-30T18:00:00Z")
    training = trainings.start("epochs=60")
    server.after_epoch(1, lambda: trainings.write_notice(far))
    server.after_epoch(5, lambda: trainings.write_notice(near))

    assert training.status() == 75
    assert server.saved[-1]["epoch"] >= 5, "the far end stopped nothing, the near one did"
    assert_resumable(trainings, server.saved[-1]["epoch"])
    assert trainings.rows() == server.epochs()


def test_a_training_stopped_in_its_first_epoch_begins_it_again(
    trainings: Trainings, server: FakeBerth, long_data
):
    trainings.data = long_data
    trainings.write_notice(a_notice(1.0))
    training = trainings.start("epochs=1")

    assert training.status() == 75
    assert server.saved[-1]["epoch"] == 0 and server.saved[-1]["step"] >= 1
    assert_resumable(trainings, 0)

    trainings.notice_file.unlink()
    resumed = trainings.start("epochs=1")

    assert resumed.status() == 0
    assert "resuming in the first epoch" in resumed.said
    assert trainings.rows() == [1] and server.epochs() == [1]


def test_sigterm_before_the_training_begins_leaves_at_once(trainings: Trainings, server: FakeBerth):
    training = trainings.start_script("terminate_while_importing.py")

    assert training.status() == 75
    assert "nothing new to save" in training.said
    assert not (trainings.folder / "resume.pt").exists()


def test_sigterm_to_the_process_group_spares_the_loader_until_the_training_has_saved(
    trainings: Trainings, server: FakeBerth, long_data
):
    trainings.data = long_data
    training = trainings.start_script("interrupt_itself.py", "60", "never", "0", LOADER_WORKERS="2")
    server.after_epoch(1, lambda: os.killpg(training.process.pid, signal.SIGTERM))

    assert training.status() == 75
    assert "DataLoader worker" not in training.said, "the workers were there to the end"
    assert_resumable(trainings, server.saved[-1]["epoch"])


def test_sigterm_in_a_validation_keeps_the_epoch(trainings: Trainings, server: FakeBerth):
    training = trainings.start_script("interrupt_itself.py", "3", "on_val_start", "2")

    assert training.status() == 75
    assert_resumable(trainings, 2)
    assert trainings.rows() == [1, 2] and server.epochs() == [1, 2]
    cut = trainings.results()[1]
    assert math.isnan(float(cut["metrics/mAP50(B)"])) and float(cut["train/cls_loss"]) > 0
    assert server.progress[-2]["metrics"] == {}

    resumed = trainings.start("epochs=3")

    assert resumed.status() == 0
    assert trainings.rows() == [1, 2, 3] and server.epochs() == [1, 2, 3]


def test_sigterm_in_the_last_validation_does_the_last_epoch_again(
    trainings: Trainings, server: FakeBerth
):
    training = trainings.start_script("interrupt_itself.py", "2", "on_val_start", "2")

    assert training.status() == 75
    assert_resumable(trainings, 1)
    assert trainings.start("epochs=2").status() == 0
    assert trainings.rows() == [1, 2] and server.epochs() == [1, 2]


def test_sigterm_in_the_final_evaluation_ends_a_finished_training(
    trainings: Trainings, server: FakeBerth
):
    training = trainings.start_script("interrupt_itself.py", "1", "on_val_start", "2")

    assert training.status() == 0
    assert trainings.finished() == {"epochs": 1, "complete": True}
    assert server.events()[-1] == "done"


def test_a_killed_training_resumes_after_its_last_whole_epoch(
    trainings: Trainings, server: FakeBerth
):
    training = trainings.start("epochs=60")
    server.after_epoch(2, training.kill)

    assert training.status() == -9
    kept = trainings.checkpoint()["epoch"] + 1
    assert kept >= 2
    with open(trainings.folder / "results.csv", "a") as results:
        results.write(f"{kept + 1},1.5,0.1\n")  # torn in the middle of a row

    shorten(trainings, epochs=kept + 1)
    resumed = trainings.start("epochs=60")

    assert resumed.status() == 0
    assert trainings.rows() == list(range(1, kept + 2))
    assert "stopped" not in server.events()


def test_a_training_killed_in_its_final_evaluation_is_completed(trainings: Trainings):
    killed = trainings.start_script("interrupt_itself.py", "1", "on_val_start", "2", "SIGKILL")
    assert killed.status() == -9
    assert trainings.finished() == {"epochs": 1, "complete": False}
    (trainings.folder / "weights" / "best.pt").write_bytes(b"torn")

    again = trainings.start("epochs=1")

    assert again.status() == 0
    assert trainings.finished() == {"epochs": 1, "complete": True}
    assert trainings.checkpoint("weights/best.pt")["optimizer"] is None
    assert not (trainings.folder / "resume.pt").exists()
