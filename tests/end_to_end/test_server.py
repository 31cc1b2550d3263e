"""How the server starts, refuses to start, and stops."""
import subprocess

import pytest

from conftest import BUILD, Berth


def berthd(*arguments):
    return subprocess.run([BUILD / "berthd", *map(str, arguments)], capture_output=True, text=True,
                          timeout=20)


@pytest.mark.parametrize("change, sentence", [
    ("site: {zoen: UTC}", 'did you mean "zone"?'),
    ("site: {zone: Mars/Olympus}", "Mars/Olympus"),
    ("site: {slot_hours: 5}", "must divide a day"),
    ("site: {slot_hours: two}", '"site.slot_hours" must be a number'),
    ("fleet: {nodes: [{name: a, gpus: 1}, {name: a, gpus: 1}]}", "stands twice"),
    ("fleet: {detect: false}", "no GPU"),
    ("nonsense: [", "not YAML"),
    ("policy: {notice_minutes: 2}", "policy.notice_minutes must be at least 5"),
    ("teams: {vision: {member: [alice]}}", 'did you mean "members"?'),
])
def test_a_wrong_configuration_is_named_with_its_key(tmp_path, change, sentence):
    config = tmp_path / "berth.yaml"
    config.write_text(change)
    done = berthd("--config", config, "--check-config")
    assert done.returncode != 0
    assert sentence in done.stderr


def test_a_right_configuration_passes_its_check(tmp_path):
    config = Berth(tmp_path).config
    assert berthd("--config", config, "--check-config").returncode == 0


def test_only_this_machine_may_be_listened_on_until_there_is_log_in(tmp_path):
    done = berthd("--config", Berth(tmp_path).config, "--data", tmp_path / "d",
                  "--listen", "0.0.0.0:0")
    assert done.returncode != 0
    assert "127.0.0.1" in done.stderr


def test_a_second_server_on_the_same_data_is_refused(berth):
    done = berthd("--config", berth.config, "--data", berth.data, "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert str(berth.process.pid) in done.stderr


def test_sigterm_stops_it_with_0_and_what_was_booked_is_there_again(berth):
    booked = berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2)
    assert berth.stop() == 0
    berth.start()
    assert berth.show(booked["id"])["state"] == "confirmed"


def test_a_changed_journal_is_refused_with_the_row_that_differs(berth):
    berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2)
    berth.stop()
    import sqlite3
    with sqlite3.connect(berth.data / "journal.sqlite") as journal:
        journal.execute("UPDATE journal SET actor = 'mallory' WHERE sequence = 2")
    journal.close()
    done = berthd("--config", berth.config, "--data", berth.data, "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert "the journal cannot be trusted: row 2 was changed" in done.stderr
