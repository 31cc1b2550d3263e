"""The command line against a real server: changes, the calendar, the audit, following, completion."""
import csv
import io
import json
import os
import pty
import re
import shlex
import shutil
import sqlite3
import subprocess
import threading

import pytest

from conftest import BUILD, ROOT, until


@pytest.fixture
def booked(berth):
    """r-1, alice's, on node1/0 and node1/1, Monday 30 Nov 20:00 to Tuesday 00:00 UTC."""
    berth.book(gpus={"ids": ["node1/0", "node1/1"]}, start="2026-11-30T20:00:00Z", hours=4,
               title="first", team="vision")
    return berth


def window(berth, reservation="r-1"):
    found = berth.show(reservation)
    return found["start"], found["end"]


def test_extend_and_shorten_count_from_the_present_end(booked):
    done = booked.cli("extend", "r-1", "4h", "--reason", "more epochs", check=0)
    assert window(booked)[1] == "2026-12-01T04:00:00Z"
    assert "4 h later" in done.stdout and "r-1" in done.stdout
    booked.cli("extend", "r-1", 2, check=0)
    assert window(booked)[1] == "2026-12-01T06:00:00Z"
    booked.cli("shorten", "r-1", "1d", check=2)
    booked.cli("shorten", "r-1", "4h", check=0)
    assert window(booked)[1] == "2026-12-01T02:00:00Z"
    booked.cli("shorten", "r-1", "--to", "today 22:00", check=0)
    assert window(booked)[1] == "2026-11-30T22:00:00Z"
    booked.cli("extend", "r-1", "--to", "tomorrow 2:00", check=0)
    assert window(booked)[1] == "2026-12-01T02:00:00Z"
    reasons = [row["reason"] for row in booked.show("r-1")["history"]]
    assert "more epochs" in reasons


def test_extend_to_an_earlier_end_is_pointed_to_shorten(booked):
    refused = booked.cli("extend", "r-1", "--to", "today 22:00", check=2)
    assert "berth shorten" in refused.stderr
    assert booked.cli("extend", "r-1", check=2).stderr.count("--to") == 1
    assert window(booked)[1] == "2026-12-01T00:00:00Z"


def test_move_takes_it_to_another_time_and_to_other_gpus(booked):
    booked.cli("move", "r-1", "--start", "tue 8:00", check=0)
    assert window(booked) == ("2026-12-01T08:00:00Z", "2026-12-01T12:00:00Z")
    booked.cli("move", "r-1", "--gpu", "node2/0,node2/1", check=0)
    assert booked.show("r-1")["gpus"] == ["node2/0", "node2/1"]
    booked.cli("move", "r-1", "--start", "wed 8:00", "--gpus", 3, "--model", "A100", check=0)
    assert len(booked.show("r-1")["gpus"]) == 3
    booked.cli("move", "r-1", check=2)


def test_rename_says_the_new_title_and_json_has_the_reservation(booked):
    assert "生产 模型" in booked.cli("rename", "r-1", "生产", "模型", check=0).stdout
    renamed = json.loads(booked.cli("rename", "r-1", "second", "--json", check=0).stdout)
    assert renamed["title"] == "second"


def test_a_change_by_someone_else_meanwhile_is_said_and_nothing_is_overwritten(booked):
    seen = json.loads(booked.cli("show", "r-1", "--json", check=0).stdout)["revision"]
    booked.cli("rename", "r-1", "theirs", check=0)
    refused = booked.cli("extend", "r-1", "4h", "--revision", seen, check=3)
    assert "alice changed it" in refused.stderr and '"theirs"' in refused.stderr
    assert window(booked)[1] == "2026-12-01T00:00:00Z"


def test_only_the_owner_may_change_it_and_what_is_not_there_is_not_found(booked):
    booked.cli("extend", "r-1", "2h", user="bob", check=5)
    booked.cli("extend", "r-99", "2h", check=6)


def suggested(refused):
    return [line.strip() for line in refused.stdout.splitlines() if line.startswith("  berth ")]


def test_each_suggested_command_of_a_refused_change_works_as_it_is_pasted(booked):
    booked.book("bob", gpus={"ids": ["node1/0"]}, start="2026-12-01T02:00:00Z", hours=8)
    refused = booked.cli("extend", "r-1", "8h", check=3)
    commands = suggested(refused)
    assert len(commands) >= 3, refused.stdout
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "berth"
        booked.cli(*words[1:], check=0)
        booked.cli("move", "r-1", "--start", "2026-11-30T20:00:00Z", "--end",
                   "2026-12-01T00:00:00Z", "--gpu", "node1/0,node1/1", check=0)


def test_suggested_commands_of_a_refused_booking_work_as_they_are_pasted(booked):
    refused = booked.cli("reserve", "--gpu-ids", "node1/0", "--start", "today 20:00", "--hours",
                         "4h", "--title", "it's mine", user="bob", check=3)
    words = shlex.split(suggested(refused)[0])
    booked.cli(*words[1:], user="bob", check=0)
    assert booked.show("r-2")["title"] == "it's mine"


def test_the_calendar_draws_who_holds_what(booked):
    lines = booked.cli("calendar", "--to", "+2d", check=0).stdout.splitlines()
    assert "node1/0 |..........VV|............" in lines
    assert "node1/2 |............|............" in lines
    assert any("vision" in line and "8 GPU-hours" in line for line in lines)
    chosen = booked.cli("calendar", "--gpu", "node1/1", "--node", "node2", check=0).stdout
    assert "node1/1" in chosen and "node2/3" in chosen and "node1/0" not in chosen
    booked.cli("calendar", "--gpu", "node9/9", check=6)
    assert "\x1b" not in chosen
    document = json.loads(booked.cli("calendar", "--json", check=0).stdout)
    assert document["reservations"][0]["id"] == "r-1"


def in_a_terminal(berth, columns, *arguments):
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen([BUILD / "berth", *arguments], stdout=theirs, stderr=theirs,
                               env={**environment, "BERTH_URL": berth.url, "COLUMNS": str(columns)})
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=20) == 0
    return written.decode()


def test_the_calendar_has_colours_on_a_terminal_and_keeps_within_its_width(booked):
    for columns in (30, 60, 120):
        text = in_a_terminal(booked, columns, "calendar")
        assert "\x1b[30;44m" in text
        for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines():
            if line.startswith(("GPU", "now", "node")):
                assert len(line) <= columns, line


def test_a_journal_file_shows_the_calendar_of_any_moment_without_a_server(booked):
    booked.cli("cancel", "r-1", check=0)
    booked.stop()
    journal = booked.data / "journal.sqlite"
    rows = json.loads(booked.cli("audit", "--journal", journal, "--json", check=0).stdout)
    row = next(r["sequence"] for r in rows if r["kind"] == "reservation_confirmed")
    then = booked.cli("calendar", "--journal", journal, "--at", row, check=0).stdout
    assert "node1/0 |..........VV|" in then
    assert "V" not in booked.cli("calendar", "--journal", journal, check=0).stdout.split("free")[0]
    document = json.loads(
        booked.cli("calendar", "--journal", journal, "--at", row, "--json", check=0).stdout)
    assert (document["revision"], document["reservations"][0]["id"]) == (row, "r-1")
    assert "nonsense" in booked.cli("calendar", "--journal", journal, "--at", "nonsense",
                                    check=2).stderr
    booked.cli("calendar", "--journal", booked.data / "none", check=6)


def test_the_audit_of_the_server_and_of_its_file_are_the_same(booked):
    booked.cli("cancel", "r-1", "--reason", 'no, "later"', check=0)
    for narrowed in ([], ["--actor", "alice"], ["--reservation", "r-1"], ["--team", "vision"],
                     ["--from", "2026-11-30", "--to", "2026-12-01", "--limit", "1"]):
        online = booked.cli("audit", *narrowed, "--json", check=0).stdout
        offline = booked.cli("audit", *narrowed, "--json", "--journal",
                             booked.data / "journal.sqlite", check=0).stdout
        assert json.loads(online) == json.loads(offline)
        assert json.loads(online)
    table = booked.cli("audit", "--csv", check=0).stdout
    last = list(csv.DictReader(io.StringIO(table)))[-1]
    assert (last["actor"], last["reason"], last["reservation"]) == ("alice", 'no, "later"', "r-1")
    assert 'no, "later"' in booked.cli("audit", check=0).stdout


def test_verify_accepts_what_was_written_and_says_what_it_cannot_show(booked):
    done = booked.cli("audit", "verify", booked.data / "journal.sqlite", check=0)
    assert "partial edits only" in done.stdout
    assert json.loads(booked.cli("audit", "verify", booked.data / "journal.sqlite", "--json",
                                 check=0).stdout)["intact"] is True
    booked.cli("audit", "verify", booked.data / "none", check=6)


@pytest.mark.parametrize("edit, sentence", [
    ("UPDATE journal SET actor = 'mallory' WHERE sequence = 2", "row 2"),
    ("DELETE FROM journal WHERE sequence = 2", "row 2 is missing"),
])
def test_a_journal_that_was_tampered_with_is_found_at_its_row(booked, edit, sentence):
    booked.cli("rename", "r-1", "second", check=0)
    booked.stop()
    with sqlite3.connect(booked.data / "journal.sqlite") as journal:
        journal.execute(edit)
    journal.close()
    for command in (["audit", "verify", booked.data / "journal.sqlite"],
                    ["audit", "--journal", booked.data / "journal.sqlite"],
                    ["calendar", "--journal", booked.data / "journal.sqlite"]):
        assert sentence in booked.cli(*command, check=1).stderr


def follow(berth, reservation):
    """berth watch beside the test; what it has printed so far grows in the list."""
    process = subprocess.Popen([BUILD / "berth", "watch", reservation], stdout=subprocess.PIPE,
                               text=True, env={**os.environ, "BERTH_URL": berth.url})
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")))
    reader.start()
    return process, reader, lines


def test_watch_tells_each_change_as_it_comes_and_outlives_a_restart_of_the_server(berth, tmp_path):
    gate = tmp_path / "gate"
    wait = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2,
               workload={"kind": "command", "argv": ["/usr/bin/python3", "-c", wait]})
    process, reader, lines = follow(berth, "r-1")
    until(lambda: "r-1 is confirmed\n" in lines, "it says how things stand")
    berth.clock("2026-11-30T20:00:00Z")
    until(lambda: "r-1 is running\n" in lines, "it says that it runs")
    berth.kill()
    berth.start()
    gate.touch()
    assert process.wait(timeout=60) == 0
    reader.join()
    assert lines[-1] == "r-1 is completed\n"
    assert lines.count("r-1 is running\n") == 1


def test_wait_exits_as_the_job_did(berth):
    def job(code):
        return {"kind": "command", "argv": ["/usr/bin/python3", "-c", f"raise SystemExit({code})"]}
    for code in (0, 3, 75):
        booked = berth.book(gpus={"count": 1}, start="now", hours=2, workload=job(code))
        berth.cli("wait", booked["id"], check=code)
    later = berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2, workload=job(0))
    berth.cli("cancel", later["id"], check=0)
    assert "cancelled" in berth.cli("wait", later["id"], check=1).stdout


def test_watch_says_at_once_that_there_is_no_such_reservation(berth):
    assert "r-99" in berth.cli("watch", "r-99", check=6).stderr


def completions(shell, script, berth):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    environment = {**os.environ, "BERTH_URL": berth.url, "PATH": f"{BUILD}:{os.environ['PATH']}"}
    done = subprocess.run([shell, "-c", script], capture_output=True, text=True, timeout=30,
                          env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def bash_completions(berth, line):
    words = re.split(r"[ ]", line)
    quoted = " ".join(shlex.quote(word) for word in words)
    return completions("bash", f"""
        source <(berth completion bash)
        COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}
        COMP_LINE={shlex.quote(line)}; COMP_POINT={len(line)}
        _berth; printf '%s\\n' "${{COMPREPLY[@]}}" """, berth)


def test_bash_completes_commands_options_values_and_the_ids_of_reservations(booked):
    assert bash_completions(booked, "berth ext") == ["extend"]
    assert bash_completions(booked, "berth extend --re") == ["--reason", "--revision"]
    assert bash_completions(booked, "berth extend ") == ["r-1"]
    assert bash_completions(booked, "berth reserve --priority ") == ["P0", "P1", "P2", "P3"]
    assert "node2/3" in bash_completions(booked, "berth calendar --gpu node2/")


def test_fish_completes_the_same(booked):
    def offered(line):
        return completions("fish", f"berth completion fish | source; complete -C {shlex.quote(line)}",
                           booked)
    assert offered("berth ext")[0] == "extend"
    assert offered("berth extend r")[0] == "r-1"


def test_zsh_reads_its_script_and_asks_the_program(booked):
    # compadd works only while a line is edited: what would be offered is printed instead.
    offered = completions("zsh", """
        autoload -U compinit && compinit -D -u
        source <(berth completion zsh)
        _describe() { print -l -- "${(@)${(P)2}%%:*}" }
        words=(berth extend ''); CURRENT=3; _berth""", booked)
    assert offered == ["r-1"]


def test_completion_does_not_wait_for_a_server_that_is_not_there(booked):
    booked.stop()
    assert bash_completions(booked, "berth extend ") == []
    assert bash_completions(booked, "berth ext") == ["extend"]


def test_the_manual_is_roff_that_groff_takes_without_a_warning(berth, tmp_path):
    page = tmp_path / "berth.1"
    page.write_text(berth.cli("man", check=0).stdout)
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert "berth extend" in shown and "EXIT STATUS" in shown


def test_every_command_has_help_with_an_example(berth):
    commands = re.findall(r"^  ([a-z]+)  ", berth.cli("--help", check=0).stdout, re.MULTILINE)
    assert {"reserve", "extend", "audit", "calendar", "man"} <= set(commands)
    for command in commands:
        assert "Example:\n" in berth.cli(command, "--help", check=0).stdout, command


def test_what_is_mistyped_is_answered_with_the_nearest(berth):
    assert 'did you mean "reserve"?' in berth.cli("resreve", "--gpus", 1, check=2).stderr
    assert "did you mean --hours?" in berth.cli("reserve", "--hous", 2, check=2).stderr
    assert json.loads(berth.cli("lss", "--json", check=2).stderr)["detail"]


def test_times_and_lengths_are_read_as_people_type_them(make_berth):
    berth = make_berth(zone="Europe/Berlin")
    berth.clock("2027-03-27T09:00:00Z")
    berth.cli("reserve", "--start", "today 18:00", "--hours", "1d12h", "--align", check=0)
    assert window(berth)[0] == "2027-03-27T17:00:00Z"
    skipped = berth.cli("reserve", "--start", "tomorrow 2:30", "--hours", 2, check=2).stderr
    assert "2027-03-28 03:30" in skipped and "2027-03-28 01:30" in skipped
    twice = berth.cli("reserve", "--start", "2027-10-31 2:30", "--hours", 2, check=2).stderr
    assert "2027-10-31T00:30:00Z" in twice and "2027-10-31T01:30:00Z" in twice
    assert "1d12h" in berth.cli("reserve", "--start", "now", "--hours", "long", check=2).stderr


def test_a_server_that_is_not_there_is_exit_7(berth):
    berth.stop()
    assert "does not answer" in berth.cli("ls", check=7).stderr
