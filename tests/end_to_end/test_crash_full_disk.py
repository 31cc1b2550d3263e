"""A full disk: reads go on, writes are refused whole, and it needs no restart when there is room."""
import os
import subprocess

import pytest

from conftest import BUILD, Berth, until


class BerthOnSmallDisk(Berth):
    """Its data folder is a small disk of its own, in a mount namespace that only it sees."""

    SIZE = "8m"

    def start(self):
        self.data.mkdir(exist_ok=True)
        self.log = open(self.folder / "berthd.log", "ab")
        mounted = f"mount -t tmpfs -o size={self.SIZE} disk '{self.data}' && exec \"$@\""
        self.process = subprocess.Popen(
            ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh", BUILD / "berthd",
             "--config", self.config, "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
             "--test-clock"], stdout=self.log, stderr=self.log)
        until(self.ready, "berthd is ready: " + str(self.folder / "berthd.log"))
        return self

    @property
    def disk(self):
        return f"/proc/{self.process.pid}/root{self.data}"

    def fill(self):
        with open(f"{self.disk}/ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"b" * 4096)
            except OSError:
                pass

    def make_room(self):
        os.remove(f"{self.disk}/ballast")


def can_mount():
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs disk /mnt"],
        capture_output=True).returncode == 0


@pytest.fixture
def small(tmp_path):
    if not can_mount():
        pytest.skip("no disk can be mounted here; tests/faults fills a simulated one")
    server = BerthOnSmallDisk(tmp_path).start()
    server.clock("2026-11-30T09:00:00Z")
    yield server
    server.stop()


def book(server, key):
    return server.call("POST", "/api/v1/reservations",
                       {"gpus": {"count": 1}, "start": "2026-12-01T20:00:00Z", "hours": 2,
                        "on_conflict": "nearest", "title": "t" * 100},
                       headers={"Idempotency-Key": key})


def listed(server):
    return {each["id"] for each in server.call("GET", "/api/v1/reservations?limit=500").json["items"]}


def test_a_full_disk_refuses_writes_whole_answers_reads_and_recovers_without_a_restart(small):
    accepted = {book(small, "before").json["id"]}
    small.fill()
    refused = None
    for number in range(400):
        answer = book(small, f"full-{number}")
        if answer.status != 201:
            refused = f"full-{number}"
            break
        accepted.add(answer.json["id"])
    assert answer.status == 507, answer.text
    assert answer.json["code"] == "journal_full"
    assert listed(small) == accepted
    assert book(small, "still-full").status == 507
    assert small.call("GET", "/healthz").status == 200

    small.make_room()
    again = book(small, refused)
    assert again.status == 201, again.text
    accepted.add(again.json["id"])
    assert listed(small) == accepted
