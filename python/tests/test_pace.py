from __future__ import annotations

import math

import pytest

from berth.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def run_batches(pace: Pace, clock: Clock, count: int, seconds: float) -> None:
    for _ in range(count):
        clock.now += seconds
        pace.batch_done()


def run_epoch(pace: Pace, clock: Clock, batches: int = 10, seconds: float = 2.0) -> None:
    pace.epoch_started(batches, validation_batches=2)
    run_batches(pace, clock, batches, seconds)
    pace.epoch_trained()
    clock.now += 5.0
    pace.saved(1.0)
    pace.epoch_done()


def test_an_epoch_is_worth_finishing_if_it_ends_before_the_deadline(pace: Pace, clock: Clock):
    run_epoch(pace, clock)
    pace.epoch_started(10, 2)
    run_batches(pace, clock, 4, 2.0)
    ends_at = clock.now + 6 * 2.0 + 5.0

    assert pace.epoch_ends_by(ends_at + 3)
    assert not pace.epoch_ends_by(ends_at - 1)


def test_the_first_batch_of_an_epoch_does_not_slow_the_estimate(pace: Pace, clock: Clock):
    pace.epoch_started(10, 2)
    clock.now += 60.0  # the loader's start, the GPU's first kernels
    pace.batch_done()
    run_batches(pace, clock, 2, 1.0)

    assert pace.batch_seconds == 1.0


def test_before_any_epoch_the_validation_and_the_save_are_guessed(pace: Pace, clock: Clock):
    pace.epoch_started(10, 4)
    run_batches(pace, clock, 5, 1.0)

    assert not pace.epoch_ends_by(clock.now + 5 * 1.0 + 4 * 1.0)
    assert pace.epoch_ends_by(clock.now + 5 * 1.0 + 4 * 1.0 + 15.0)


def test_another_epoch_is_begun_if_it_ends_before_the_window(pace: Pace, clock: Clock):
    run_epoch(pace, clock)  # 25 s

    assert pace.next_epoch_ends_by(clock.now + 28.0)
    assert not pace.next_epoch_ends_by(clock.now + 25.0)


def test_in_a_validation_what_is_left_shrinks(pace: Pace, clock: Clock):
    run_epoch(pace, clock)
    pace.epoch_started(10, 2)
    run_batches(pace, clock, 10, 2.0)
    pace.epoch_trained()
    clock.now += 4.0

    assert pace.epoch_ends_by(clock.now + 3.0)


def test_the_margin_leaves_time_for_a_batch_and_a_save(pace: Pace, clock: Clock):
    run_epoch(pace, clock)
    pace.epoch_started(10, 2)
    run_batches(pace, clock, 3, 2.0)

    assert pace.margin_seconds >= 2.0 + 1.0
    assert pace.in_margin_of(clock.now + 3.0)
    assert not pace.in_margin_of(clock.now + 60.0)


def test_without_a_deadline_there_is_always_time(pace: Pace, clock: Clock):
    pace.epoch_started(10**9, 0)
    run_batches(pace, clock, 1, 60.0)

    assert pace.epoch_ends_by(math.inf) and not pace.in_margin_of(math.inf)


def test_the_eta_is_the_mean_of_the_last_epochs(pace: Pace, clock: Clock):
    assert pace.eta_seconds(3) == 0.0
    run_epoch(pace, clock, seconds=9.5)  # 100 s, forgotten after five more
    for _ in range(5):
        run_epoch(pace, clock, seconds=2.0)  # 25 s

    assert pace.epoch_seconds == 25.0
    assert pace.eta_seconds(4) == 100.0
