"""Starts the real berthd for each test and talks to it as its users do."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from berthd import BUILD, ROOT, Berthd, free_port, until  # noqa: E402, F401


class Berth(Berthd):
    """A berthd with eight GPUs that only the configuration knows."""

    CONFIG = """
site: {{zone: {zone}, slot_hours: {slot_hours}}}
fleet:
  detect: false
  nodes:
    - {{name: node1, gpus: 4, model: A100, memory_gb: 80}}
    - {{name: node2, gpus: 4, model: A100, memory_gb: 80}}
launch: {{grace_seconds: {grace}, yolo: {yolo}}}
page: {page}
{more}
"""

    def __init__(self, folder, zone="UTC", slot_hours=2, grace=2, test_clock=True, more=""):
        super().__init__(folder, self.CONFIG.format(
            zone=zone, slot_hours=slot_hours, grace=grace, yolo=ROOT / ".venv/bin/berth-yolo",
            page=ROOT / "ui/dist", more=more), test_clock)


@pytest.fixture
def make_berth(tmp_path):
    made = []

    def make(**options):
        berth = Berth(tmp_path, **options)
        made.append(berth)
        return berth.start()

    yield make
    for berth in made:
        if berth.process.poll() is None:
            berth.stop()


@pytest.fixture
def berth(make_berth):
    server = make_berth()
    server.clock("2026-11-30T09:00:00Z")
    return server
