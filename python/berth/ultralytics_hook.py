"""An Ultralytics training that lives with its reservation.

    from ultralytics import YOLO
    from berth.ultralytics_hook import attach

    model = attach(YOLO("yolov8n.yaml"))
    model.train(data="/data/shapes/data.yaml", epochs=100, save_dir="/runs/shapes")

reports every epoch, and when it is told to leave (see `berth.interruption`) saves what the next
slot resumes from, acknowledges it, and exits with status 75. `berth-yolo` does this for whole
trainings, resume and several GPUs included.

How it stops. Ultralytics' own way (`trainer.stop = True`) ends in a final evaluation that strips
the optimizer and the epoch from last.pt, so that "resuming" it starts a new training. Here a stop
is an exception (SystemExit 75) raised after resume.pt is safely on disk, and no final evaluation
is reached.

 - A notice: the epoch in progress is finished when it will end in time by the measured speed.
   Otherwise it is cut after the batch in hand: the epoch will be done again from the newer
   weights, so going on with it would only keep the GPUs from whoever waits for them. A notice of
   the kind "end" keeps nobody waiting: epochs go on as long as another one fits before it.
 - SIGTERM: saves after the batch in hand. In a validation too: the epoch counts, and its row in
   results.csv has no metrics. In the last epoch's validation the epoch is done again instead.
 - In the final evaluation of a finished training SIGTERM skips the rest of it: nothing is lost.

Several ranks agree over a gloo group of their own (no GPU is involved) after every batch, save on
rank 0, and leave together. A validation gives the ranks different numbers of batches, so there
only rank 0 leaves, at once and alone, and the file `.left` tells the others to follow.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import importlib.util
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, Optional

from berth import STOPPED_RESUMABLE, curves
from berth.interruption import Interruption
from berth.job import Channel, Job, Notice, say
from berth.pace import Pace
from berth.run_folder import AtomicFiles, RunFolder, keep_epochs, read_columns
from berth.swapped import swapped

SAVED_EVERY_SECONDS = 60.0
FOLLOW_SECONDS = 1.0
FOLLOW_GRACE_SECONDS = 10.0
AGREEMENT_TIMEOUT = datetime.timedelta(hours=3)  # Ultralytics' own, for its collectives


class Stopped(SystemExit):
    """The training was told to leave and has saved. Uncaught it exits with status 75."""

    def __init__(self) -> None:
        super().__init__(STOPPED_RESUMABLE)


class ValidationCut(Exception):
    """Carries a stop out of Ultralytics' validator; never leaves this module."""


@dataclasses.dataclass
class Session:
    """What a training needs from its reservation."""

    job: Job
    interruption: Interruption
    channel: Channel


def attach(model: Any, session: Optional[Session] = None) -> Any:
    """Makes `model.train(...)` report, save, and stop as this module says; returns the model.

    Call it from the main thread: it takes SIGTERM over unless a session brings its own way.
    """
    if session is None:
        job = Job.from_environment()
        interruption = Interruption(job)
        interruption.install()
        session = Session(job, interruption, Channel(job, interruption.board))
    bases = [ReservedTraining, model._smart_load("trainer")]
    if _on_cpu_with_ranks():
        from berth.cpu_ranks import CpuRanks

        bases.insert(1, CpuRanks)
    trainer = type("ReservedTrainer", tuple(bases), {"session": session})
    model.train = functools.partial(model.train, trainer=trainer)
    return model


def _on_cpu_with_ranks() -> bool:
    import torch
    from ultralytics.utils import WORLD_SIZE

    return WORLD_SIZE > 1 and not torch.cuda.is_available()


class ReservedTraining:
    """Goes before an Ultralytics trainer in the order of classes; see the module's text."""

    session: Session

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from ultralytics.utils import RANK, WORLD_SIZE

        super().__init__(*args, **kwargs)
        if self.ddp:
            raise RuntimeError(
                "several devices need one process each, so that all of them save and leave "
                "together: start this training with berth-yolo"
            )
        if WORLD_SIZE > 1:  # Ultralytics counts the devices of one machine
            self.world_size = WORLD_SIZE
        self._writes = RANK in (-1, 0)
        self._agreement: Any = None
        self._folder = RunFolder(Path(self.save_dir))
        self._pace = Pace()
        self._kept_epoch: Optional[int] = None  # 0-based, the newest whole epoch in resume.pt
        self._told_saved_at = -math.inf
        self._finishing = False
        self._gone = threading.Event()
        if self._writes:
            self._folder.left.unlink(missing_ok=True)
            self._folder.finished.unlink(missing_ok=True)
        for event, do in {
            "on_train_start": self._begin,
            "on_train_epoch_start": self._begin_epoch,
            "on_train_batch_end": self._after_batch,
            "on_train_epoch_end": self._end_of_batches,
            "on_val_batch_start": self._in_validation,
            "on_val_batch_end": self._in_validation,
            "on_fit_epoch_end": self._end_epoch,
            "on_train_end": self._end,
        }.items():
            self.add_callback(event, do)

    # -- the trainer's own steps, changed ----------------------------------------------------

    def train(self) -> None:
        if self._writes:
            self.session.channel.start()
        try:
            super().train()
        except Exception as error:
            if not self._may_leave_after(error):
                raise
            self._leave_alone(error)
        finally:
            self._gone.set()
            self.session.channel.close()
            self._close_loaders()
        self.session.interruption.release()

    def _setup_ddp(self) -> None:
        from torch import distributed

        super()._setup_ddp()
        self._agreement = distributed.new_group(backend="gloo", timeout=AGREEMENT_TIMEOUT)
        if not self._writes:
            threading.Thread(target=self._follow_rank_0, daemon=True).start()

    def get_dataloader(self, *args: Any, **kwargs: Any) -> Any:
        """A launcher may signal the whole process group, and a loader without its workers is an
        error: they are forked with SIGTERM blocked, and end with the loader or their parent."""
        loader = super().get_dataloader(*args, **kwargs)
        fork_workers = getattr(loader, "_get_iterator", None)  # called at the first iteration
        if fork_workers:
            loader._get_iterator = functools.partial(_with_terminate_blocked, fork_workers)
        return loader

    def resume_training(self, ckpt: Optional[Dict[str, Any]]) -> None:
        """Also resumes a training that was cut in its first epoch: that is epoch -1 with the
        optimizer's state (a finished one is epoch -1 without)."""
        first = bool(ckpt and self.resume and ckpt["epoch"] < 0 and ckpt.get("optimizer"))
        if first:
            with swapped(self, epochs=max(self.epochs, 2)):
                super().resume_training({**ckpt, "epoch": 0})
            self.start_epoch = 0
            say("resuming in the first epoch")
        else:
            super().resume_training(ckpt)
        if ckpt and self.resume and self._writes:
            keep_epochs(self._folder.results, self.start_epoch)

    def validate(self) -> Any:
        try:
            return super().validate()
        except ValidationCut:
            self._leave_validation()

    def final_eval(self) -> None:
        self._finishing = True
        if self._writes:
            self._folder.mark_finished(self.epoch + 1, complete=False)
        try:
            super().final_eval()
        except ValidationCut:
            say("the training is finished; its last validation was cut short")

    def save_model(self) -> Any:
        started = time.monotonic()
        with swapped(
            self,
            last=AtomicFiles(self._folder.resume, self.last),
            best=AtomicFiles(self.best),
        ):
            written = super().save_model()
        self._pace.saved(time.monotonic() - started)
        self._kept_epoch = self.epoch
        return written

    def read_results_csv(self) -> Dict[str, Any]:
        return read_columns(self.csv)

    def plot_training_labels(self) -> None:
        if importlib.util.find_spec("polars"):  # which only this plot needs
            super().plot_training_labels()

    def plot_metrics(self) -> None:
        curves.draw(self.csv, self.save_dir / "results.png")

    # -- callbacks -----------------------------------------------------------------------------

    def _begin(self, _: Any) -> None:
        self._pace = Pace()
        self.session.interruption.training = True
        if self._writes:
            self._say_hello()
        self._report("start", epoch=self.start_epoch + 1)

    def _begin_epoch(self, _: Any) -> None:
        self._pace.epoch_started(len(self.train_loader), len(self.test_loader))

    def _after_batch(self, _: Any) -> None:
        self._pace.batch_done()
        if self._agreed(self._must_cut_epoch()):
            self._leave(whole_epoch=False)

    def _end_of_batches(self, _: Any) -> None:
        self._pace.epoch_trained()

    def _in_validation(self, _: Any) -> None:
        from ultralytics.utils import RANK

        interruption = self.session.interruption
        if self._finishing:  # other ranks still need rank 0 to end it together
            if RANK == -1 and interruption.terminated:
                raise ValidationCut
            return
        if not self._writes:
            return
        notice = self._notice
        if interruption.terminated or (notice and self._pace.in_margin_of(notice.stop_by)):
            raise ValidationCut

    def _end_epoch(self, _: Any) -> None:
        if self._finishing:  # Ultralytics calls it once more, after its final evaluation
            return
        self._pace.epoch_done()
        if self._writes and self._kept_epoch != self.epoch:  # save=False
            self._save_resume(self.epoch)
        self._report_epoch(self.metrics or {})
        interruption = self.session.interruption
        # Only rank 0 knows here that patience or the hours have run out.
        last = self._agreed(self.stop or self.epoch + 1 >= self.epochs)
        if not last and self._agreed(interruption.terminated or self._must_end_here()):
            self._leave(whole_epoch=True)
        self._tell_saved(leaving=False)

    def _end(self, _: Any) -> None:
        self._folder.mark_finished(self.epoch + 1, complete=True)
        self._folder.resume.unlink(missing_ok=True)
        self._report("done", epoch=self.epoch + 1)

    # -- stopping ------------------------------------------------------------------------------

    @property
    def _notice(self) -> Optional[Notice]:
        """Rank 0 reads notices for all: it alone hears the API, which may take one back."""
        return self.session.interruption.notice if self._writes else None

    def _must_cut_epoch(self) -> bool:
        if self.session.interruption.terminated:
            return True
        notice, pace = self._notice, self._pace
        if not notice or math.isinf(notice.stop_by):
            return False
        return pace.in_margin_of(notice.stop_by) or not pace.epoch_ends_by(notice.stop_by)

    def _must_end_here(self) -> bool:
        """After a whole epoch: whether another one is not ours to begin."""
        notice = self._notice
        if not notice:
            return False
        return notice.hurries or not self._pace.next_epoch_ends_by(notice.stop_by)

    def _agreed(self, wanted: bool) -> bool:
        """True on all ranks if it is on one. Every rank must ask, at the same places."""
        if self._agreement is None:
            return wanted
        import torch
        from torch import distributed

        vote = torch.tensor([int(wanted)])
        distributed.all_reduce(vote, distributed.ReduceOp.MAX, group=self._agreement)
        return bool(vote.item())

    def _leave(self, whole_epoch: bool) -> None:
        """Rank 0 saves, then all ranks leave."""
        if self._writes:
            if not whole_epoch:
                self._save_resume(self.epoch - 1)
            self._say_goodbye()
        if self._agreement is not None:
            from torch import distributed

            with contextlib.suppress(RuntimeError):  # whoever was faster may have gone
                distributed.barrier(group=self._agreement)
        raise Stopped

    def _leave_validation(self) -> None:
        """Rank 0, or the only one: the epoch is trained, its validation is not over."""
        if self.epoch + 1 >= self.epochs:
            self._save_resume(self.epoch - 1)
        else:
            unknown = {name: math.nan for name in self.metrics}
            self.save_metrics({**self.label_loss_items(self.tloss), **unknown, **self.lr})
            self._save_resume(self.epoch)
            self._pace.epoch_done()
            self._report_epoch({})
        self._say_goodbye()
        self._leave_others()
        raise Stopped

    def _may_leave_after(self, error: Exception) -> bool:
        """SIGTERM to a process group also ends peers, so that a collective fails."""
        interruption = self.session.interruption
        if not interruption.training or self._finishing:
            return False
        return interruption.terminated or (not self._writes and self._folder.left.exists())

    def _leave_alone(self, error: Exception) -> None:
        say(f"leaving after: {type(error).__name__}: {error}")
        if self._writes:
            trained = self._kept_epoch == self.epoch
            self._save_resume(self.epoch if trained else self.epoch - 1)
            self._say_goodbye()
            self._leave_others()
        raise Stopped from error

    def _leave_others(self) -> None:
        """The others stand in a collective that rank 0 will not come to."""
        if self._agreement is None:
            return
        self._folder.left.touch()
        self._exit_now()

    def _close_loaders(self) -> None:
        """Python would wait at its exit for workers that do not hear its SIGTERM."""
        for name in ("train_loader", "test_loader"):
            loader = getattr(self, name, None)
            if hasattr(loader, "close"):
                loader.close()

    def _follow_rank_0(self) -> None:
        """In the other ranks, a thread: leaves when rank 0 has left alone."""
        while not self._gone.wait(FOLLOW_SECONDS):
            if self._folder.left.exists() and not self._gone.wait(FOLLOW_GRACE_SECONDS):
                self._exit_now()

    def _exit_now(self) -> None:
        """Without Python's and NCCL's tidying up, which may wait for a peer that has gone."""
        self.session.channel.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(STOPPED_RESUMABLE)

    # -- saving and telling --------------------------------------------------------------------

    def _save_resume(self, epoch: int) -> None:
        """Writes resume.pt alone, as of now, under the number of the last whole epoch (0-based;
        -1: none yet). last.pt and best.pt stay those of an epoch's end."""
        started = time.monotonic()
        files = {"last": AtomicFiles(self._folder.resume), "best": AtomicFiles()}
        with swapped(self, epoch=epoch, save_period=-1, **files):
            super().save_model()
        self._pace.saved(time.monotonic() - started)
        self._kept_epoch = epoch

    def _say_hello(self) -> None:
        job = self.session.job
        until = f", booked until {job.ends_at.isoformat()}" if job.ends_at else ""
        say(
            f"{job.reservation or 'without a reservation'}{until}: "
            f"epochs {self.start_epoch + 1} to {self.epochs}"
        )

    def _say_goodbye(self) -> None:
        say(f"saved {self._folder.resume} with {self._kept_epoch + 1} whole epochs; leaving")
        self._tell_saved(leaving=True)
        self._report("stopped", epoch=self._kept_epoch + 1)

    def _tell_saved(self, leaving: bool) -> None:
        """Once a minute is enough to count the hours that an eviction would lose."""
        now = time.monotonic()
        if not self._writes or (not leaving and now - self._told_saved_at < SAVED_EVERY_SECONDS):
            return
        self._told_saved_at = now
        batches = len(self.train_loader) * (self._kept_epoch + 1)
        partial = self._pace.batches_done if self._kept_epoch < self.epoch else 0
        self.session.channel.saved(
            {
                "checkpoint": str(self._folder.resume),
                "epoch": self._kept_epoch + 1,
                "step": batches + partial,
                "leaving": leaving,
            }
        )

    def _report_epoch(self, metrics: Dict[str, Any]) -> None:
        losses = self.label_loss_items(self.tloss)
        self._report("epoch", self.epoch + 1, _finite(losses), _finite(metrics))

    def _report(
        self,
        event: str,
        epoch: int,
        losses: Optional[Dict[str, float]] = None,
        metrics: Optional[Dict[str, float]] = None,
    ) -> None:
        if not self._writes:
            return
        left = 0 if event == "done" or self.stop else self.epochs - epoch
        self.session.channel.progress(
            {
                "event": event,
                "epoch": epoch,
                "epochs": self.epochs,
                "start_epoch": self.start_epoch + 1,
                "images": len(self.train_loader.dataset),
                "elapsed_seconds": round(self._pace.elapsed_seconds, 3),
                "epoch_seconds": round(self._pace.epoch_seconds, 3),
                "eta_seconds": round(self._pace.eta_seconds(left), 3),
                "losses": losses or {},
                "metrics": metrics or {},
            }
        )


def _finite(values: Dict[str, Any]) -> Dict[str, float]:
    """JSON has no NaN."""
    numbers = {name: float(value) for name, value in values.items()}
    return {name: round(x, 5) for name, x in numbers.items() if math.isfinite(x)}


def _with_terminate_blocked(do: Callable[[], Any]) -> Any:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        return do()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
