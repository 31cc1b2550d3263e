from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from berth.job import API, FILE, Channel, Job, Notice, NoticeBoard, read_notice_file
from fake_berth import TOKEN, FakeBerth, a_notice


def job_at(server: FakeBerth) -> Job:
    return Job.from_environment({"BERTH_URL": server.url + "/", "BERTH_TOKEN": TOKEN})


def saved(epoch: int, leaving: bool = False) -> dict:
    return {"checkpoint": "/runs/resume.pt", "epoch": epoch, "step": 8 * epoch, "leaving": leaving}


def test_a_job_outside_a_reservation_has_nothing():
    assert Job.from_environment({}) == Job()


def test_a_job_reads_what_the_launcher_gave_it():
    job = Job.from_environment(
        {
            "BERTH_URL": "http://berth:8420/",
            "BERTH_RESERVATION": "r-17",
            "BERTH_TOKEN": "secret",
            "BERTH_ENDS_AT": "2026-11-30T20:00:00Z",
            "BERTH_NOTICE_FILE": "/run/notice.json",
            "BERTH_CHECKPOINT_DIR": "/runs/r-17",
        }
    )
    assert (job.url, job.reservation, job.token) == ("http://berth:8420", "r-17", "secret")
    assert job.ends_at is not None and job.ends_at.isoformat() == "2026-11-30T20:00:00+00:00"
    assert (job.notice_file, job.checkpoint_dir) == (Path("/run/notice.json"), Path("/runs/r-17"))


@pytest.mark.parametrize("kind", ["eviction", "maintenance", "idle", "release"])
def test_whoever_takes_the_gpus_back_is_not_kept_waiting(kind: str):
    assert Notice.from_json(a_notice(1800, kind=kind), seen_at=0).hurries
    assert not Notice.from_json(a_notice(1800, kind="end"), seen_at=0).hurries


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(clock: Clock) -> NoticeBoard:
    return NoticeBoard(clock)


def stop_by(board: NoticeBoard) -> float:
    assert board.notice is not None
    return board.notice.stop_by


LATER = "2026-11-30T22:00:00Z"


def test_a_notice_counts_its_seconds_from_when_it_was_first_seen(board: NoticeBoard, clock: Clock):
    board.post(FILE, a_notice(1800))
    clock.now = 160.0
    board.post(FILE, a_notice(1800))
    board.post(API, a_notice(1790))  # whose clock is another

    assert stop_by(board) == 1900


def test_a_new_deadline_replaces_the_notice(board: NoticeBoard):
    board.post(API, a_notice(1800))
    board.post(API, a_notice(7200, deadline=LATER))

    assert stop_by(board) == 7300


def test_a_notice_that_its_channel_no_longer_shows_is_withdrawn(board: NoticeBoard):
    for channel in (API, FILE):
        board.post(channel, a_notice(1800))
        board.post(channel, None)
        assert board.notice is None


def test_what_the_api_takes_back_stays_so_though_the_file_still_says_it(board: NoticeBoard):
    board.post(FILE, a_notice(1800))
    board.post(API, a_notice(1800))
    board.post(API, None)
    board.post(FILE, a_notice(1800))
    assert board.notice is None

    board.post(API, a_notice(900))
    assert stop_by(board) == 1900, "it is the same one again"


def test_an_api_that_never_showed_it_does_not_take_the_files_notice_back(board: NoticeBoard):
    board.post(FILE, a_notice(1800))
    board.post(API, None)

    assert stop_by(board) == 1900


def test_a_release_goes_before_the_end_of_the_window(board: NoticeBoard):
    board.post(FILE, a_notice(600, kind="end"))
    assert board.notice is not None and not board.notice.hurries
    board.post(API, a_notice(1800, deadline=LATER))

    assert board.notice.hurries and stop_by(board) == 1900


def test_no_notice_is_no_notice(board: NoticeBoard):
    board.post(API, None)
    assert board.notice is None


@pytest.mark.parametrize("value", [{"kind": "release"}, {"seconds_left": "soon"}, "leave"])
def test_a_notice_without_seconds_has_no_deadline(value: Any):
    assert math.isinf(Notice.from_json(value, 5.0).stop_by)


@pytest.mark.parametrize(
    "text, seen",
    [
        (None, None),
        ("", None),
        ("\n", None),
        ("null", None),
        ('{"kind": "release"}', {"kind": "release"}),
        ("please leave", "please leave"),
    ],
)
def test_what_a_notice_file_says(tmp_path: Path, text, seen):
    file = tmp_path / "notice"
    if text is not None:
        file.write_text(text)
    assert read_notice_file(file) == seen


def test_progress_arrives_in_order(server: FakeBerth):
    with Channel(job_at(server), NoticeBoard()) as channel:
        for epoch in (1, 2, 3):
            channel.progress({"event": "epoch", "epoch": epoch})
    assert server.epochs() == [1, 2, 3]


def test_progress_that_is_refused_is_dropped(server: FakeBerth):
    server.refusals["progress"] = [503]
    with Channel(job_at(server), NoticeBoard()) as channel:
        channel.progress({"event": "epoch", "epoch": 1})
        server.wait_for(lambda: not server.refusals["progress"])
        channel.progress({"event": "epoch", "epoch": 2})
        server.wait_for(server.epochs)
    assert server.epochs() == [2]


def test_saved_is_sent_again_until_the_server_takes_it(server: FakeBerth):
    server.refusals["saved"] = [503, 503]
    with Channel(job_at(server), NoticeBoard()) as channel:
        channel.saved(saved(4, leaving=True))
    assert server.saved == [saved(4, leaving=True)]


def test_saved_that_is_refused_for_good_is_not_sent_again(server: FakeBerth):
    server.refusals["saved"] = [404]
    with Channel(job_at(server), NoticeBoard()) as channel:
        channel.saved(saved(4, leaving=True))
    assert server.saved == [] and server.refusals["saved"] == []


def test_only_the_newest_saved_is_sent_again(server: FakeBerth):
    server.refusals["saved"] = [503]
    with Channel(job_at(server), NoticeBoard()) as channel:
        channel.saved(saved(4))
        server.wait_for(lambda: not server.refusals["saved"])
        channel.saved(saved(5, leaving=True))
    assert server.saved == [saved(5, leaving=True)]


def test_a_notice_is_asked_for_until_there_is_one(server: FakeBerth):
    board = NoticeBoard()

    with Channel(job_at(server), board, poll_seconds=0.01):
        server.wait_for(lambda: server.polls >= 3)
        assert board.notice is None
        server.notice = a_notice(1800)
        polled = server.polls
        server.wait_for(lambda: server.polls >= polled + 3)

    assert board.notice is not None and board.notice.kind == "release"


def test_without_a_server_nothing_is_sent_and_nothing_waits():
    with Channel(Job(), NoticeBoard()) as channel:
        channel.progress({"event": "epoch", "epoch": 1})
        channel.saved(saved(1, leaving=True))


def test_a_server_that_accepts_and_never_answers_holds_nobody(monkeypatch):
    import socket

    monkeypatch.setattr("berth.job.REQUEST_TIMEOUT_SECONDS", 0.05)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        job = Job(url=f"http://127.0.0.1:{mute.getsockname()[1]}")
        with Channel(job, NoticeBoard(), close_seconds=0.3) as channel:
            for epoch in range(1000):
                channel.progress({"event": "epoch", "epoch": epoch})
            channel.saved(saved(9, leaving=True))


def test_numbers_that_json_lacks_do_not_end_the_channel(server: FakeBerth):
    with Channel(job_at(server), NoticeBoard()) as channel:
        channel.progress({"event": "epoch", "epoch": 1, "loss": math.nan})
        channel.progress({"event": "epoch", "epoch": 2})
    assert json.dumps(server.progress) and server.epochs() == [2]


def test_a_server_that_speaks_nonsense_does_not_end_the_channel(server: FakeBerth, monkeypatch):
    import http.client

    channel = Channel(job_at(server), NoticeBoard())
    real = channel._request

    def nonsense(method: str, what: str, body: Any) -> Any:
        if method == "GET" or (body and body["epoch"] == 1):
            raise http.client.BadStatusLine("220 mail.example.org ESMTP")
        return real(method, what, body)

    monkeypatch.setattr(channel, "_request", nonsense)
    with channel:
        channel.progress({"event": "epoch", "epoch": 1})
        channel.progress({"event": "epoch", "epoch": 2})
        server.wait_for(server.epochs)
    assert server.epochs() == [2]
