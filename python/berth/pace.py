"""How fast a training goes, and whether the epoch in progress ends before a deadline.

Pure arithmetic on an injected clock:

    pace.epoch_started(batches=500, validation_batches=40)
    pace.batch_done()                   # once a batch
    pace.epoch_ends_by(notice.stop_by)  # worth finishing?
"""

from __future__ import annotations

import collections
import math
import time
from typing import Callable, Deque, Optional

EPOCHS_AVERAGED = 5
SAVE_GUESS_SECONDS = 10.0
SLACK_SECONDS = 1.0
SLACK_RATIO = 1.05


class Pace:
    """Measures one process's epochs, batches, validations and saves. Not thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._epochs: Deque[float] = collections.deque(maxlen=EPOCHS_AVERAGED)
        self._tail: Optional[float] = None  # from the last batch to the epoch's end
        self._batch: Optional[float] = None  # of the epochs before
        self._save: Optional[float] = None
        self._begin_epoch(0, 0)

    def _begin_epoch(self, batches: int, validation_batches: int) -> None:
        self._batches = batches
        self._validation_batches = validation_batches
        self._done = 0
        self._epoch_started = self._first_batch_at = self._last_batch_at = self._clock()
        self._trained_at: Optional[float] = None

    # -- what happens --------------------------------------------------------------------------

    def epoch_started(self, batches: int, validation_batches: int) -> None:
        self._begin_epoch(batches, validation_batches)

    def batch_done(self) -> None:
        self._done += 1
        self._last_batch_at = self._clock()
        if self._done == 1:
            self._first_batch_at = self._last_batch_at

    def epoch_trained(self) -> None:
        """All batches are done; validation and saving follow."""
        self._trained_at = self._clock()
        self._batch = self.batch_seconds

    def epoch_done(self) -> None:
        now = self._clock()
        self._epochs.append(now - self._epoch_started)
        self._tail = now - (self._trained_at or now)

    def saved(self, seconds: float) -> None:
        self._save = seconds

    # -- what follows from it ------------------------------------------------------------------

    @property
    def elapsed_seconds(self) -> float:
        return self._clock() - self._started

    @property
    def epoch_seconds(self) -> float:
        """The last whole epoch; 0 before there is one."""
        return self._epochs[-1] if self._epochs else 0.0

    @property
    def batches_done(self) -> int:
        """Of the epoch in progress."""
        return self._done

    @property
    def batch_seconds(self) -> float:
        """One batch. The first of an epoch also waits for the loader, so it counts only while
        there is nothing better."""
        if self._done > 1:
            return (self._last_batch_at - self._first_batch_at) / (self._done - 1)
        if self._batch is not None:
            return self._batch
        return self._last_batch_at - self._epoch_started

    @property
    def margin_seconds(self) -> float:
        """What to keep before a deadline for a batch that is under way and the save after it."""
        save = SAVE_GUESS_SECONDS if self._save is None else self._save
        return 2 * save + 2 * self.batch_seconds + 2 * SLACK_SECONDS

    def eta_seconds(self, epochs_left: int) -> float:
        """Until the last epoch's end, from the mean of the last few; 0 before the first."""
        if not self._epochs:
            return 0.0
        return epochs_left * sum(self._epochs) / len(self._epochs)

    def epoch_ends_by(self, moment: float) -> bool:
        """Whether the epoch in progress, saved, will be over by then if it goes on like this."""
        if math.isinf(moment):
            return True
        return self._clock() + SLACK_RATIO * self._epoch_left() + SLACK_SECONDS <= moment

    def next_epoch_ends_by(self, moment: float) -> bool:
        """After a whole epoch: whether one more will be over by then."""
        return self._clock() + SLACK_RATIO * self.eta_seconds(1) + SLACK_SECONDS <= moment

    def in_margin_of(self, moment: float) -> bool:
        """Whether it is time to drop everything and save."""
        return self._clock() >= moment - self.margin_seconds

    def _epoch_left(self) -> float:
        tail = self._tail
        if tail is None:  # a validation batch is larger but goes forward only
            save = SAVE_GUESS_SECONDS if self._save is None else self._save
            tail = self._validation_batches * self.batch_seconds + save
        if self._trained_at is not None:
            return max(0.0, tail - (self._clock() - self._trained_at))
        left = (self._batches - self._done) * self.batch_seconds
        return max(0.0, left - (self._clock() - self._last_batch_at)) + tail
