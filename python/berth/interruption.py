"""Whether this process was told to save and leave: by SIGTERM, by the notice file, or by the API.

interruption = Interruption(job)
interruption.install()        # early: before the slow imports
...
interruption.training = True  # from here on there is something to save
if interruption.terminated: save now
if interruption.notice: finish the epoch if there is time
"""

from __future__ import annotations

import os
import signal
import time
from types import FrameType
from typing import Any, Optional

from berth import STOPPED_RESUMABLE
from berth.job import FILE, Job, Notice, NoticeBoard, read_notice_file

FILE_LOOK_SECONDS = 0.25


class Interruption:
    """Asked from the training's own thread, after every batch."""

    def __init__(self, job: Job) -> None:
        self.board = NoticeBoard()
        self.terminated = False
        self.training = False
        self._notice_file = job.notice_file
        self._looked_at = float("-inf")
        self._before: Any = None

    def install(self) -> None:
        """Takes SIGTERM over. Call it from the main thread."""
        self._before = signal.signal(signal.SIGTERM, self._on_terminate)

    def release(self) -> None:
        """The training is over: SIGTERM does again what it did before `install`."""
        self.training = False
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)

    @property
    def notice(self) -> Optional[Notice]:
        """The notice in force; looks at the notice file, but not after every batch of a fast one."""
        now = time.monotonic()
        if self._notice_file and now - self._looked_at >= FILE_LOOK_SECONDS:
            self._looked_at = now
            self.board.post(FILE, read_notice_file(self._notice_file))
        return self.board.notice

    def _on_terminate(self, _signal: int, _frame: Optional[FrameType]) -> None:
        self.terminated = True
        if self.training:
            return  # the training saves after the batch in hand
        # Still importing, or reading the data set: what an earlier slot saved is untouched, and
        # there is nothing newer. An exception could end anywhere in the imports; this cannot.
        os.write(2, b"berth: told to leave before the training began; nothing new to save\n")
        os._exit(STOPPED_RESUMABLE)
