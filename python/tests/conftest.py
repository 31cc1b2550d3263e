from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from berth import offline, shapes
from fake_berth import FakeBerth
from trainings import Trainings

offline.prepare_environment()


@pytest.fixture
def server() -> Iterator[FakeBerth]:
    fake = FakeBerth()
    yield fake
    fake.close()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches of four an epoch."""
    return shapes.make(tmp_path_factory.mktemp("shapes"), train=8, val=4, size=32)


@pytest.fixture(scope="session")
def long_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An epoch of many batches, to be stopped within."""
    return shapes.make(tmp_path_factory.mktemp("many_shapes"), train=96, val=4, size=32)


@pytest.fixture
def trainings(tmp_path: Path, data: Path, server: FakeBerth) -> Iterator[Trainings]:
    started = Trainings(tmp_path / "run", data, server)
    yield started
    started.close()
