"""Waiting, the queue, transfers, maintenance and evictions, by the command line against a real server."""
import json
import os
import pty
import subprocess

import pytest

from conftest import BUILD

ALL = ("--gpus", 8, "--spread", "any")


@pytest.fixture
def full(berth):
    """r-1, bob's, holds all eight GPUs on Monday 30 Nov from 20:00 to 24:00 UTC."""
    berth.cli("reserve", *ALL, "--start", "today 20:00", "--hours", 4, "--title", "bobs", user="bob",
              check=0)
    return berth


def rows(berth, *command, user="alice"):
    return json.loads(berth.cli(*command, "--json", user=user, check=0).stdout)


def test_who_waits_gets_the_window_that_is_cancelled(full):
    done = full.cli("reserve", "--gpus", 2, "--start", "today 20:00", "--hours", 4, "--on-conflict",
                    "wait", check=0)
    assert "r-2 waitlisted" in done.stdout and "berth waitlist" in done.stdout
    assert "r-2" in full.cli("waitlist", check=0).stdout
    assert [(r["id"], r["position"]) for r in rows(full, "waitlist")] == [("r-2", 1)]
    full.cli("cancel", "r-1", user="bob", check=0)
    assert full.show("r-2")["state"] == "confirmed"
    assert "nobody waits" in full.cli("waitlist", check=0).stdout


def test_who_would_wait_takes_what_is_free_before_their_latest_start(full):
    done = full.cli("reserve", "--gpus", 2, "--start", "today 20:00", "--hours", 4, "--on-conflict",
                    "wait", "--latest-start", "tomorrow 8:00", check=0)
    assert "r-2 confirmed" in done.stdout


def test_an_offer_is_taken_or_left(full):
    for word, state in (("accept", "confirmed"), ("decline", None)):
        blocker = full.book("bob", gpus={"count": 8, "spread": "any"}, hours=2,
                            start="2026-12-01T08:00:00Z")["id"]
        full.cli("reserve", *ALL, "--start", "tomorrow 8:00", "--hours", 2, "--on-conflict", "wait",
                 "--offer", check=0)
        waiting = rows(full, "waitlist")[0]["id"]
        full.cli("cancel", blocker, user="bob", check=0)
        assert f"berth accept {waiting}" in full.cli("show", waiting, check=0).stdout
        full.cli(word, waiting, user="bob", check=5)
        full.cli(word, waiting, "--reason", "thought about it", check=0)
        found = full.show(waiting)["state"]
        assert found == state if state else found in ("waitlisted", "cancelled", "expired")
        if state:
            full.cli("cancel", waiting, check=0)


def test_waiting_options_alone_are_pointed_to_what_they_need(full):
    refused = full.cli("reserve", "--start", "today 20:00", "--hours", 2, "--offer", check=2)
    assert "--on-conflict wait" in refused.stderr


def test_short_jobs_run_in_the_gaps_and_are_waited_for(berth):
    berth.cli("queue", "add", "--gpus", 1, "--minutes", 30, "--title", "quick", "--", "true", check=0)
    assert berth.cli("wait", "q-1").returncode == 0
    berth.cli("queue", "add", "--minutes", 30, "--", "false", check=0)
    assert berth.cli("wait", "q-2").returncode == 1
    berth.cli("reserve", *ALL, "--start", "now", "--hours", 4, user="bob", check=0)
    added = berth.cli("queue", "add", "--minutes", 30, "--", "true", check=0)
    assert "q-3 is queued" in added.stdout
    assert "q-3" in berth.cli("queue", check=0).stdout
    job = rows(berth, "queue", "ls")[0]
    assert (job["position"], job["planned_start"][:10]) == (1, "2026-11-30")
    berth.cli("queue", "cancel", "q-3", user="bob", check=5)
    berth.cli("queue", "cancel", "q-3", "--reason", "not needed", check=0)
    assert "the queue is empty" in berth.cli("queue", check=0).stdout
    berth.cli("queue", "cancel", "r-1", check=6)
    assert "book" in berth.cli("queue", "add", "--minutes", 120, "--", "true", check=4).stderr


def test_a_reservation_is_handed_over(full):
    full.cli("transfer", "r-1", user="bob", check=2)
    full.cli("transfer", "r-1", "--to-user", "carol", check=5)
    said = full.cli("transfer", "r-1", "--to-user", "carol", "--to-team", "speech", "--reason",
                    "on leave", user="bob", check=0).stdout
    if full.show("r-1")["owner"] == "bob":
        assert "berth accept r-1" in said
        full.cli("accept", "r-1", user="carol", check=0)
    owner = full.show("r-1")
    assert (owner["owner"], owner["team"]) == ("carol", "speech")
    full.cli("cancel", "r-1", user="bob", check=5)


def test_who_comes_checks_in(full):
    full.cli("check-in", "r-1", user="bob", check=4)
    full.clock("2026-11-30T20:05:00Z")
    full.until_state("r-1", "running")
    full.book("carol", gpus={"count": 1}, start="2026-12-01T00:00:00Z", hours=2)
    assert "comes after it" in full.cli("show", "r-1", check=0).stdout
    assert "kept for you" in full.cli("check-in", "r-1", user="bob", check=0).stdout
    full.clock("2026-11-30T21:00:00Z")
    assert full.show("r-1")["state"] == "running"


def test_maintenance_moves_what_it_can_and_names_what_it_cannot(berth):
    berth.cli("reserve", "--gpus", 2, "--start", "today 20:00", "--hours", 4, check=0)
    held = berth.show("r-1")["gpus"][0].split("/")[0]
    berth.cli("maintenance", "add", "--node", held, "--start", "today 20:00", "--hours", 4,
              "--reason", "fans", check=0)
    assert berth.show("r-1")["gpus"][0].split("/")[0] != held
    assert "r-2" in berth.cli("maintenance", check=0).stdout
    other = {"node1": "node2", "node2": "node1"}[held]
    refused = berth.cli("maintenance", "add", "--node", other, "--start", "today 20:00", "--hours",
                        4, check=3)
    assert "r-1" in refused.stderr
    berth.cli("cancel", "r-2", check=0)
    assert "none is planned" in berth.cli("maintenance", check=0).stdout


def test_gpus_that_fail_are_out_of_service_until_they_are_back(berth):
    berth.cli("maintenance", "down", "node1/0", "--reason", "ECC errors", check=0)
    assert "out of service" in berth.cli("gpus", check=0).stdout
    berth.cli("maintenance", "up", "node1/0", check=0)
    assert "out of service" not in berth.cli("gpus", check=0).stdout


def tokens_in(text):
    return [rest.split()[0] for rest in text.split("berth reserve --plan ")[1:]]


def test_a_free_window_is_booked_by_its_plan(berth):
    shown = berth.cli("plan", "--gpus", 4, "--start", "today 20:00", "--hours", 4, check=0).stdout
    [token] = tokens_in(shown)
    berth.cli("reserve", "--plan", token, "--title", "planned", check=0)
    assert (berth.show("r-1")["title"], len(berth.show("r-1")["gpus"])) == ("planned", 4)
    berth.cli("reserve", "--plan", token, user="bob", check=3)


def test_a_plan_shows_whom_a_p0_disturbs_and_is_booked_by_its_token(full):
    shown = full.cli("plan", *ALL, "--start", "today 20:00", "--hours", 4, "--priority", "P0", check=3)
    assert "r-1" in shown.stdout and "bob" in shown.stdout and "disturbing 1 person" in shown.stdout
    assert "goes on" in shown.stdout
    assert full.show("r-1")["start"] == "2026-11-30T20:00:00Z"
    _, disturbing = tokens_in(shown.stdout)  # the first is of a window that is free
    full.cli("reserve", "--plan", disturbing, "--reason", "hotfix", check=0)
    assert full.show("r-2")["start"] == "2026-11-30T20:00:00Z"
    assert full.show("r-1")["start"] != "2026-11-30T20:00:00Z"


def test_nobody_is_disturbed_by_a_script_that_did_not_say_so(full):
    wish = ("reserve", *ALL, "--start", "today 20:00", "--hours", 4, "--on-conflict", "evict",
            "--priority", "P0")
    shown = full.cli(*wish, check=4)
    assert "nothing is booked yet" in shown.stdout and "r-1" in shown.stdout
    assert full.show("r-1")["start"] == "2026-11-30T20:00:00Z"
    full.cli(*wish, "--yes", check=0)
    assert full.show("r-2")["priority"] == "P0"
    refused = full.cli(*wish, "--yes", user="carol", check=3)
    assert refused.stderr


def at_a_terminal(berth, answer, *arguments):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([BUILD / "berth", *map(str, arguments)], stdin=theirs, stdout=theirs,
                               stderr=theirs, env={**os.environ, "BERTH_URL": berth.url,
                                                   "BERTH_USER": "alice"})
    os.close(theirs)
    os.write(ours, answer.encode() + b"\n")
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(timeout=20), written.decode()


def test_at_a_terminal_one_is_asked_and_may_say_no(full):
    wish = ("reserve", *ALL, "--start", "today 20:00", "--hours", 4, "--on-conflict", "evict",
            "--priority", "P0")
    status, text = at_a_terminal(full, "n", *wish)
    assert status == 4 and "Disturb them?" in text
    assert full.show("r-1")["start"] == "2026-11-30T20:00:00Z"
    status, text = at_a_terminal(full, "y", *wish)
    assert status == 0 and "r-2 confirmed" in text


def test_wait_follows_the_work_to_its_end(berth, tmp_path):
    gate = tmp_path / "gate"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    berth.cli("reserve", "--start", "now", "--hours", 2, "--", "/usr/bin/python3", "-c", code, check=0)
    process = subprocess.Popen([BUILD / "berth", "wait", "r-1"], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "BERTH_URL": berth.url})
    berth.until_state("r-1", "running")
    assert process.poll() is None
    gate.touch()
    assert process.communicate(timeout=60)[0] == "r-1 is completed\n"
    assert process.returncode == 0
