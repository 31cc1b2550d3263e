"""A running job whose reservation is extended or shortened."""
import datetime
import json
import sys

import pytest
from conftest import until

# So that an end is an end: what is free behind it is not the job's.
NO_OVERRUN = "policy: {overrun: {percent: 0}}"

# Says whenever what it is told of its end changes, by the notice file and by the API; leaves in
# good order when it is stopped.
LISTENER = """
import json, os, signal, sys, time, urllib.request
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
request = urllib.request.Request(os.environ["BERTH_URL"] + "/api/v1/jobs/self/notice",
                                 headers={"Authorization": "Bearer " + os.environ["BERTH_TOKEN"]})

def deadline(notice):
    return notice["deadline"] if notice else None

def in_file():
    try:
        with open(os.environ["BERTH_NOTICE_FILE"]) as file:
            return deadline(json.load(file))
    except FileNotFoundError:
        return None

said = None
while True:
    with urllib.request.urlopen(request) as answer:
        seen = {"file": in_file(), "api": deadline(json.load(answer)["notice"])}
    if seen != said:
        said = seen
        print(json.dumps(seen), flush=True)
    time.sleep(0.02)
"""


@pytest.fixture
def berth(make_berth):
    server = make_berth(more=NO_OVERRUN)
    server.clock("2026-11-30T09:00:00Z")
    return server


def command(*argv):
    return {"kind": "command", "argv": [str(word) for word in argv]}


def heard(berth, reservation):
    """What the job heard last."""
    lines = berth.call("GET", f"/api/v1/reservations/{reservation}/log").text.splitlines()
    return json.loads(lines[-1]) if lines else None


def until_heard(berth, reservation, deadline):
    until(lambda: heard(berth, reservation) == {"file": deadline, "api": deadline},
          f"{reservation} heard of {deadline}, not {heard(berth, reservation)}")


def move_end(berth, reservation, end):
    answer = berth.call("PATCH", f"/api/v1/reservations/{reservation}",
                        {"end": end, "reason": "the loss still falls"})
    assert answer.status == 200, answer.text
    assert answer.json["end"] == end


def test_an_extended_job_forgets_its_old_end_and_runs_to_its_new_one(berth):
    job = berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=1,
                     workload=command(sys.executable, "-c", LISTENER))
    assert job["end"] == "2026-11-30T10:00:00Z"
    until_heard(berth, job["id"], None)
    berth.clock("2026-11-30T09:40:00Z")
    until_heard(berth, job["id"], "2026-11-30T10:00:00Z")
    move_end(berth, job["id"], "2026-11-30T12:00:00Z")
    until_heard(berth, job["id"], None)

    berth.clock("2026-11-30T10:30:00Z")
    other = berth.book(gpus={"ids": ["node1/1"]}, start="now", hours=1, workload=command("true"))
    berth.until_state(other["id"], "completed")
    assert berth.show(job["id"])["state"] == "running"
    berth.clock("2026-11-30T11:30:00Z")
    until_heard(berth, job["id"], "2026-11-30T12:00:00Z")
    berth.clock("2026-11-30T12:00:00Z")
    assert berth.until_state(job["id"], "completed", "failed")["exit_code"] == 0


def test_a_job_shortened_to_a_near_end_is_told_at_once_and_stopped_then(berth):
    job = berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=20,
                     workload=command(sys.executable, "-c", LISTENER))
    until_heard(berth, job["id"], None)
    berth.clock("2026-11-30T09:45:00Z")
    move_end(berth, job["id"], "2026-11-30T10:00:00Z")
    until_heard(berth, job["id"], "2026-11-30T10:00:00Z")
    berth.clock("2026-11-30T10:00:00Z")
    assert berth.until_state(job["id"], "completed", "failed")["exit_code"] == 0
    berth.book("bob", gpus={"ids": ["node1/0"]}, start="now", hours=2)


def test_an_extended_job_runs_to_its_new_end_though_the_server_died(make_berth):
    """On the wall clock, with slots of a minute."""
    berth = make_berth(slot_hours=1 / 60, grace=2, test_clock=False, more=NO_OVERRUN)
    job = berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=20 / 3600,
                     workload=command("sleep", 600))
    berth.until_state(job["id"], "running")
    first_end = datetime.datetime.fromisoformat(job["end"].replace("Z", "+00:00"))
    new_end = first_end + datetime.timedelta(minutes=1)
    move_end(berth, job["id"], new_end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    attempt = berth.data / "attempts" / f"{job['id']}.1"
    until((attempt / "end.json").exists, "the launcher wrote the new end down")
    berth.kill()

    def record():
        return json.loads((attempt / "status.json").read_text())

    until(lambda: record()["phase"] == "ended", "its supervisor stopped it", seconds=150)
    ended = datetime.datetime.fromisoformat(record()["ended_at"].replace("Z", "+00:00"))
    assert datetime.timedelta(seconds=-2.1) < ended - new_end < datetime.timedelta(seconds=1)


def test_a_job_that_needs_longer_runs_on_while_nobody_follows(make_berth):
    berth = make_berth()
    berth.clock("2026-11-30T10:00:00Z")
    job = berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=20,
                     workload=command(sys.executable, "-c", LISTENER))
    until_heard(berth, job["id"], None)
    berth.clock("2026-12-01T05:30:00Z")
    until(lambda: berth.show(job["id"])["end"] == "2026-12-01T08:00:00Z", "it may run on")
    berth.clock("2026-12-01T06:00:00Z")
    assert berth.until_state(job["id"], "overrunning")["end"] == "2026-12-01T08:00:00Z"
    berth.clock("2026-12-01T07:30:00Z")
    until_heard(berth, job["id"], "2026-12-01T08:00:00Z")
    berth.clock("2026-12-01T08:00:00Z")
    assert berth.until_state(job["id"], "completed", "failed")["exit_code"] == 0
