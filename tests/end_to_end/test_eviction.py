"""Real trainings that a P0 evicts: they save by themselves, leave, and go on later to their last epoch."""
import csv
import re
import subprocess

import pytest

from conftest import ROOT, until

EPOCHS = 12
TINY = {"imgsz": 32, "batch": 4, "workers": 0}
TINY_ARGUMENTS = {"plots": False, "mosaic": 0, "nbs": 4}
PATIENCE = 300  # a training starts slowly on a busy machine


@pytest.fixture(scope="session")
def shapes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shapes")
    subprocess.run([ROOT / ".venv/bin/python", "-m", "berth.shapes", folder], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "data.yaml"


@pytest.fixture
def berth(make_berth):
    server = make_berth(grace=30)
    server.clock("2026-11-30T09:00:00Z")
    return server


def training(data, ranks=1):
    return {"kind": "yolo", "model": "yolov8n.yaml", "data": str(data), "epochs": EPOCHS, **TINY,
            "args": TINY_ARGUMENTS, "env": {"BERTH_CPU_RANKS": str(ranks)}}


def training_that_hears(channel, data):
    """The same as a command of the user's own, deaf to all channels but one."""
    deaf = {"file": ["BERTH_URL"], "api": ["BERTH_NOTICE_FILE"],
            "sigterm": ["BERTH_URL", "BERTH_NOTICE_FILE"]}[channel]
    words = {"model": "yolov8n.yaml", "data": data, "epochs": EPOCHS, **TINY, **TINY_ARGUMENTS}
    argv = ["env", *(word for name in deaf for word in ("-u", name)),
            ROOT / ".venv/bin/berth-yolo", *(f"{key}={value}" for key, value in words.items())]
    return {"kind": "command", "argv": [str(word) for word in argv]}


def log_of(berth, reservation):
    answer = berth.call("GET", f"/api/v1/reservations/{reservation}/log")
    return answer.text if answer.status == 200 else ""


def until_epoch(berth, reservation, epoch):
    """Its results have the row of that epoch: the log is there for jobs that report nothing, too."""
    results = berth.data / "work" / reservation / "checkpoints" / "results.csv"
    until(lambda: results.exists() and len(epochs_in(results)) >= epoch,
          f"{reservation} has done {epoch} epochs: {log_of(berth, reservation)[-2000:]}", PATIENCE)


def epochs_in(results):
    with open(results, newline="") as file:
        return [int(float(row["epoch"])) for row in csv.DictReader(file) if row["epoch"]]


def evict(berth, *gpus):
    """carol's P0 takes these GPUs, by a plan that she has seen."""
    wish = {"title": "hotfix", "gpus": {"ids": list(gpus)}, "start": "now", "hours": 2, "priority": "P0",
            "workload": {"kind": "command", "argv": ["echo", "urgent"]}, "on_conflict": "evict"}
    planned = berth.call("POST", "/api/v1/plan", wish, "carol")
    assert planned.status == 200, planned.text
    eviction = planned.json["eviction"]
    assert [victim["id"] for victim in eviction["victims"]] == ["r-1"], planned.text
    return berth.book("carol", **wish, plan=eviction["plan"])


def until_evicted(berth):
    ended = berth.until_state("r-1", "evicted", "failed", "completed", seconds=PATIENCE)
    assert ended["state"] == "evicted", log_of(berth, "r-1")[-2000:]
    assert ended["exit_code"] == 75
    return ended


@pytest.mark.parametrize("ranks", [1, 2])
def test_an_evicted_training_goes_on_later_and_does_every_epoch_exactly_once(berth, shapes, ranks):
    gpus = [f"node1/{rank}" for rank in range(ranks)]
    berth.book(gpus={"ids": gpus}, start="now", hours=4, priority="P2",
               workload=training(shapes, ranks))
    until_epoch(berth, "r-1", 2)
    hotfix = evict(berth, *gpus)

    told = berth.show("r-1")
    assert (told["state"], told["notice"]["kind"]) == ("releasing", "eviction")
    assert told["notice"]["deadline"] == "2026-11-30T09:30:00Z"
    ended = until_evicted(berth)
    assert ended["ended_at"] == "2026-11-30T09:00:00Z", "long before its deadline"
    whole = ended["checkpoint"]["epoch"]
    assert 2 <= whole < EPOCHS
    # Nobody waits for the rest of the notice.
    assert berth.until_state(hotfix["id"], "completed", "failed")["state"] == "completed"

    follower = ended["continued_by"]
    continuation = berth.show(follower)
    assert (continuation["continues"], continuation["gpus"]) == ("r-1", gpus)
    berth.clock(continuation["start"])
    done = berth.until_state(follower, "completed", "failed", seconds=PATIENCE)
    log = log_of(berth, follower)
    assert done["state"] == "completed", log[-2000:]
    assert f"from epoch {whole + 1}" in log, log[:2000]
    assert done["progress"]["epoch"] == done["progress"]["epochs"] == EPOCHS
    results = berth.data / "work/r-1/checkpoints/results.csv"
    assert epochs_in(results) == list(range(1, EPOCHS + 1))
    assert not (berth.data / "work" / follower).exists(), "it goes on in the folder of the first"


@pytest.mark.parametrize("channel", ["file", "api", "sigterm"])
def test_each_channel_alone_makes_an_evicted_training_save_and_leave(berth, shapes, channel):
    berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=4, priority="P2",
               workload=training_that_hears(channel, shapes))
    until_epoch(berth, "r-1", 2)
    hotfix = evict(berth, "node1/0")
    if channel == "sigterm":
        assert berth.show("r-1")["state"] == "releasing"
        berth.clock("2026-11-30T09:29:31Z")  # a grace before the deadline
    until_evicted(berth)
    said = re.search(r"with (\d+) whole epochs; leaving", log_of(berth, "r-1"))
    assert said and 2 <= int(said[1]) < EPOCHS
    assert berth.until_state(hotfix["id"], "completed", "failed")["state"] == "completed"


def test_a_job_that_hears_nothing_is_gone_at_its_deadline(make_berth):
    berth = make_berth(grace=1)
    berth.clock("2026-11-30T09:00:00Z")
    berth.book(gpus={"ids": ["node1/0"]}, start="now", hours=4, priority="P2",
               workload={"kind": "command", "argv": ["sh", "-c", "trap '' TERM; echo up; sleep 600"]})
    until(lambda: "up" in log_of(berth, "r-1"), "it runs")
    berth.until_state("r-1", "running")
    hotfix = evict(berth, "node1/0")
    berth.clock("2026-11-30T09:30:00Z")
    ended = berth.until_state("r-1", "evicted")
    assert ended["exit_code"] == 128 + 9
    assert berth.until_state(hotfix["id"], "completed", "failed")["state"] == "completed"
