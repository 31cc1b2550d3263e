"""A wall clock that somebody sets wrongly; libfaketime stands in for that somebody."""
import datetime
import pathlib
import sys

import pytest

from conftest import until

MINUTE = 1 / 60  # of an hour


@pytest.fixture
def wall_clock(tmp_path, monkeypatch):
    """Sets the wall clock of every program started from now on so many seconds off."""
    library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    offset = tmp_path / "faketime"

    def set_off(seconds):
        beside = offset.with_suffix(".new")
        beside.write_text(f"{seconds:+d}\n")
        beside.replace(offset)

    set_off(0)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(offset))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    return set_off


def test_a_wall_clock_that_is_an_hour_ahead_for_a_moment_starts_and_ends_nothing(
        make_berth, wall_clock):
    berth = make_berth(slot_hours=MINUTE, test_clock=False)

    def log():
        return (berth.folder / "berthd.log").read_text()

    def run_a_short_job():
        job = berth.book("bob", gpus={"count": 1}, start="now", hours=2 * MINUTE,
                         workload={"kind": "command", "argv": [sys.executable, "-c", ""]})
        berth.until_state(job["id"], "completed")

    began = datetime.datetime.fromisoformat(berth.now().replace("Z", "+00:00"))
    slot = began.replace(second=0, microsecond=0) + datetime.timedelta(minutes=30)
    later = berth.book(gpus={"ids": ["node1/0"]}, start=slot.strftime("%Y-%m-%dT%H:%M:%SZ"),
                       hours=MINUTE)
    running = berth.book(gpus={"ids": ["node1/1"]}, start="now", hours=30 * MINUTE,
                         workload={"kind": "command", "argv": ["sleep", "600"]})
    berth.until_state(running["id"], "running")

    wall_clock(3600)
    until(lambda: "the wall clock jumped ahead by" in log(), "the jump is reported")
    run_a_short_job()
    assert berth.show(later["id"])["state"] == "confirmed"
    assert berth.show(running["id"])["state"] == "running"

    wall_clock(0)
    until(lambda: "the wall clock has jumped back" in log(), "the way back is reported")
    run_a_short_job()
    assert berth.show(later["id"])["state"] == "confirmed"
    assert berth.show(running["id"])["state"] == "running"
    ended = datetime.datetime.fromisoformat(berth.now().replace("Z", "+00:00"))
    assert ended - began < datetime.timedelta(minutes=10)
    berth.call("POST", f"/api/v1/reservations/{running['id']}/cancel", {"reason": "seen enough"})
    berth.until_state(running["id"], "cancelled")
