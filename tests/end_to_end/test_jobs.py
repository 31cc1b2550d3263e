"""Jobs that start on time, run on their GPUs, end, and are told about."""
import datetime
import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT, until
from receivers import Receivers

PROBE = """
import json, os, sys, time
keys = [k for k in os.environ if k.startswith(("BERTH_", "CUDA_"))]
print(json.dumps({"time": time.time(), **{k: os.environ[k] for k in keys}}), flush=True)
"""


def python_job(code, **more):
    return {"kind": "command", "argv": [sys.executable, "-c", code], **more}


def log_of(berth, reservation):
    answer = berth.call("GET", f"/api/v1/reservations/{reservation}/log")
    return answer.text if answer.status == 200 else ""


def test_a_booked_job_starts_in_its_slot_on_its_gpus(berth):
    booked = berth.book(gpus={"ids": ["node2/1", "node2/3"]}, start="2026-11-30T20:00:00Z", hours=2,
                        workload=python_job(PROBE))
    berth.clock("2026-11-30T19:59:59Z")
    assert berth.show(booked["id"])["state"] == "confirmed"
    berth.clock("2026-11-30T20:00:00Z")
    ended = berth.until_state(booked["id"], "completed", "failed")
    assert ended["state"] == "completed", ended
    assert ended["started_at"] == "2026-11-30T20:00:00Z"
    seen = json.loads(until(lambda: log_of(berth, booked["id"]), "its log can be read"))
    assert seen["CUDA_VISIBLE_DEVICES"] == "1,3"
    assert seen["BERTH_RESERVATION"] == booked["id"]
    assert seen["BERTH_ENDS_AT"] == "2026-11-30T22:00:00Z"


def test_an_early_end_frees_the_rest_of_the_window_at_once(berth):
    booked = berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=20,
                        workload=python_job("print('done')"))
    berth.until_state(booked["id"], "completed")
    berth.book("bob", gpus={"ids": ["node1/0"]}, start="2026-11-30T10:00:00Z", hours=20)


def test_a_log_is_followed_to_its_end_without_a_gap(berth, tmp_path):
    gate = tmp_path / "go"
    code = f"""
import os, time
print("epoch 1", flush=True)
while not os.path.exists({str(gate)!r}): time.sleep(0.01)
for epoch in range(2, 200): print("epoch", epoch, flush=True)
"""
    booked = berth.book(gpus={"count": 1}, start="now", hours=2, workload=python_job(code))
    berth.until_state(booked["id"], "running")
    path = f"/api/v1/reservations/{booked['id']}/log?attempt=1"
    piece = berth.call("GET", f"{path}&tail=1000&wait=15")
    seen, offset = piece.text, int(piece.headers["X-Berth-Log-Offset"])
    assert seen == "epoch 1\n" and piece.headers["X-Berth-Log-Open"] == "true"
    gate.touch()
    while piece.headers["X-Berth-Log-Open"] == "true" or piece.text:
        offset += len(piece.text)
        piece = berth.call("GET", f"{path}&offset={offset}&wait=15")
        seen += piece.text
    assert seen == "".join(f"epoch {epoch}\n" for epoch in range(1, 200))


def test_a_restarted_server_reports_the_true_end_and_starts_nothing_twice(berth, tmp_path):
    gate, counter = tmp_path / "go", tmp_path / "starts"
    code = f"""
import os, sys, time
open({str(counter)!r}, "a").write("x")
while not os.path.exists({str(gate)!r}): time.sleep(0.01)
sys.exit(7)
"""
    booked = berth.book(gpus={"count": 1}, start="now", hours=2, workload=python_job(code))
    until(counter.exists, "the job runs")
    berth.until_state(booked["id"], "running")
    berth.kill()
    gate.touch()
    status = berth.data / "attempts" / f"{booked['id']}.1" / "status.json"
    until(lambda: "exit_code" in status.read_text(), "its supervisor wrote the end down")
    berth.start()
    ended = berth.until_state(booked["id"], "failed")
    assert ended["exit_code"] == 7
    assert counter.read_text() == "x"


def test_a_job_that_runs_on_through_a_crash_is_followed_to_its_end(berth, tmp_path):
    gate = tmp_path / "go"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)"
    booked = berth.book(gpus={"count": 1}, start="now", hours=2, workload=python_job(code))
    berth.until_state(booked["id"], "running")
    berth.kill()
    berth.start()
    assert berth.show(booked["id"])["state"] == "running"
    gate.touch()
    assert berth.until_state(booked["id"], "completed")["exit_code"] == 0


def test_cancelling_a_running_job_stops_it(berth):
    booked = berth.book(gpus={"count": 1}, start="now", hours=2,
                        workload=python_job("import time\nprint('here', flush=True)\ntime.sleep(600)"))
    until(lambda: "here" in log_of(berth, booked["id"]), "it runs")
    berth.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "enough"})
    berth.until_state(booked["id"], "cancelled")


def test_a_missing_program_is_found_when_it_is_booked_and_told_when_it_fails(berth):
    booked = berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2,
                        workload={"kind": "command", "argv": ["/no/such/program"]})
    found = until(lambda: berth.show(booked["id"])["preflight"], "the preflight reported")
    assert any(not finding["ok"] and "/no/such/program" in finding["message"] for finding in found)
    berth.clock("2026-11-30T20:00:00Z")
    ended = berth.until_state(booked["id"], "failed")
    assert "/no/such/program" in ended["detail"]


def test_a_successor_starts_within_a_second_of_its_slot_though_its_predecessor_runs_to_the_end(
        make_berth):
    """On the wall clock, with slots of a minute; nobody runs on past their end."""
    berth = make_berth(slot_hours=1 / 60, grace=2, test_clock=False,
                       more="policy: {overrun: {percent: 0}}\n")
    now = datetime.datetime.fromisoformat(berth.now().replace("Z", "+00:00"))
    slot = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    if (slot - now).total_seconds() < 5:
        slot += datetime.timedelta(minutes=1)

    def at(moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    stubborn = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
    first = berth.book(gpus={"ids": ["node1/0"]}, start="now", end=at(slot),
                       workload=python_job(stubborn))
    second = berth.book("bob", gpus={"ids": ["node1/0"]}, start=at(slot), hours=1 / 60,
                        workload=python_job(PROBE))
    berth.until_state(first["id"], "running")
    ended = berth.until_state(second["id"], "completed", "failed", seconds=150)
    assert ended["state"] == "completed", ended
    began = json.loads(log_of(berth, second["id"]))["time"] - slot.timestamp()
    assert 0 <= began < 1.0, f"it began {began:.3f} s after its slot"
    assert berth.show(first["id"])["state"] == "failed"


@pytest.fixture
def receivers(tmp_path):
    servers = Receivers(tmp_path)
    yield servers
    servers.stop()


def test_the_owner_is_mailed_and_a_signed_webhook_is_called_at_the_end(make_berth, receivers):
    berth = make_berth(more="notify: " + json.dumps(receivers.notify(alice="alice@example.org")))
    booked = berth.book(title="nightly", gpus={"count": 1}, start="now", hours=2,
                        workload=python_job("print('trained')"))
    berth.until_state(booked["id"], "completed")
    mail, *_ = until(receivers.mails, "the mail arrived")
    assert mail["to"] == "alice@example.org"
    assert booked["id"] in mail["body"]
    until(lambda: [hook for hook in receivers.hooks()
                   if hook["body"]["reservation"]["state"] == "completed"],
          "the webhook was called at the end")
    assert all(hook["signature_ok"] for hook in receivers.hooks())


def test_a_real_training_is_reserved_followed_and_archived(make_berth, tmp_path):
    berth = make_berth(test_clock=False)
    python = ROOT / ".venv/bin/python"
    subprocess.run([python, "-m", "berth.shapes", tmp_path / "shapes"], check=True,
                   stdout=subprocess.DEVNULL)
    done = berth.cli("train", "yolo", "--gpus", 1, "--hours", 2, "--start", "now", "--wait", "--",
                     "model=yolov8n.yaml", f"data={tmp_path}/shapes/data.yaml", "epochs=2",
                     "imgsz=32", "batch=4", "workers=0", "plots=False", check=0)
    assert "2/2" in done.stdout, done.stdout
    ended = berth.show("r-1")
    assert ended["state"] == "completed"
    assert ended["progress"]["epoch"] == ended["progress"]["epochs"] == 2
    manifest = until(lambda: next(berth.data.glob("archive/**/manifest.json"), None), "it is archived")
    files = {file["path"] for file in json.loads(manifest.read_text())["files"]}
    assert any(path.endswith("best.pt") for path in files), files
    assert any(path.endswith("results.csv") for path in files), files
    until(lambda: not (berth.data / "attempts/r-1.1").exists(), "the launcher forgot it")
    assert "epoch" in berth.cli("logs", "r-1", check=0).stdout.lower()
