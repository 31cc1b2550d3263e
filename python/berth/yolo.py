"""`berth-yolo`: an Ultralytics training as a reserved job.

    berth-yolo model=yolov8l.yaml data=/data/shapes/data.yaml epochs=100 imgsz=640 batch=32

takes Ultralytics' own arguments, or `--workload FILE` with a yolo workload. It starts the training,
or goes on with it when its folder (BERTH_CHECKPOINT_DIR, else ./runs/NAME) has a resume.pt, and
says so when it is already finished. Several GPUs get one process each.

Exit status: 0 done; 75 stopped, saved, can be resumed; 2 bad arguments; else an error.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, Dict, List, NoReturn, Optional

from berth import STOPPED_RESUMABLE, devices, inputs, offline, preflight, ranks
from berth.arguments import BadArguments, Request, parse
from berth.interruption import Interruption
from berth.job import Channel, Job, say
from berth.run_folder import RunFolder, write_atomically

BAD_ARGUMENTS = 2


def main(argv: Optional[List[str]] = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    job = Job.from_environment()
    try:
        request = parse(argv)
        folder = folder_of(request.train, job)
        offline.prepare_environment()
        if request.check:
            return preflight.report(request.train, folder)
        return run(argv, request, folder, job)
    except BadArguments as error:
        if "--check" in argv:
            print(json.dumps({"check": "arguments", "ok": False, "message": str(error)}))
            return 1
        print(f"berth-yolo: {error}", file=sys.stderr)
        return BAD_ARGUMENTS
    except devices.UnusableGpus as error:
        print(f"berth-yolo: {error}", file=sys.stderr)
        return 1


def folder_of(train: Dict[str, Any], job: Job) -> RunFolder:
    own = Path(str(train.get("project") or "runs")) / str(train.get("name") or "train")
    return RunFolder((job.checkpoint_dir or own).absolute())


def run(argv: List[str], request: Request, folder: RunFolder, job: Job) -> int:
    mark = folder.read_finished()
    if mark:
        return say_finished(mark, folder)
    data = inputs.find_data(request.train["data"])
    inputs.check_data(data)
    if folder.resume.exists():
        inputs.check_checkpoint(folder.resume)
    else:
        inputs.find_model(request.train["model"])
    train = {**request.train, "data": str(data)}

    chosen = devices.choose(train.get("device"), os.environ)
    train["device"] = chosen.argument
    if "RANK" in os.environ and int(os.environ.get("WORLD_SIZE") or 1) > 1:
        ranks.require_meeting_point(os.environ)
        os.environ.setdefault("LOCAL_RANK", str(int(os.environ["RANK"]) % chosen.count))
        check_batch(train, int(os.environ["WORLD_SIZE"]))
        leave(train_here(train, folder, job))
    if chosen.remark:
        say(chosen.remark)
    count = cpu_ranks(request, os.environ) if chosen.on_cpu else chosen.count
    expected = ranks.processes_here(os.environ)
    if expected not in (None, count):
        raise BadArguments(
            f"NPROC_PER_NODE={expected}, and {count} GPUs are here; every pod must have the same"
        )
    layout = ranks.Layout.from_environment(count, os.environ)
    check_batch(train, layout.world)
    if layout.world > 1:
        return ranks.Gang(argv, layout).run()
    leave(train_here(train, folder, job))


def cpu_ranks(request: Request, environ: Any) -> int:
    """A gang of pods has its ranks on the CPU too, where that stands in for GPUs."""
    text = str(
        request.cpu_ranks
        or environ.get("BERTH_CPU_RANKS")
        or ranks.processes_here(environ)
        or 1
    )
    if not text.isdigit() or int(text) < 1:
        raise BadArguments(f"BERTH_CPU_RANKS={text} is not a number of processes")
    return int(text)


def check_batch(train: Dict[str, Any], world: int) -> None:
    batch = train.get("batch", 16)
    if world > 1 and (not isinstance(batch, int) or batch < world or batch % world):
        raise BadArguments(
            f"batch={batch} cannot be shared by {world} processes: it counts the images of all of "
            f"them, so give a multiple of {world}"
        )


def train_here(train: Dict[str, Any], folder: RunFolder, job: Job) -> int:
    """Starts or resumes the training in this process."""
    # Once the interruption is released the training is complete: SIGTERM can only spoil the status.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    interruption = Interruption(job)
    interruption.install()
    ranks.end_with_parent()
    if int(os.environ.get("WORLD_SIZE") or 1) > 1:
        ranks.await_meeting_point(os.environ)

    from ultralytics import YOLO

    from berth.ultralytics_hook import Session, Stopped, attach

    offline.refuse_downloads()
    arguments = training_arguments(train, folder)
    model = YOLO(arguments.get("resume") or train["model"])
    attach(model, Session(job, interruption, Channel(job, interruption.board)))
    try:
        model.train(**arguments)
    except Stopped:
        return STOPPED_RESUMABLE
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def leave(status: int) -> NoReturn:
    """Without tidying up: NCCL's may wait for a peer that has gone, Python's for loader workers
    that do not hear its SIGTERM."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def training_arguments(train: Dict[str, Any], folder: RunFolder) -> Dict[str, Any]:
    """The user's arguments, and no more than a job in its folder needs."""
    from ultralytics.cfg import get_cfg

    ours = ("model", "name", "project")  # the model is loaded, the folder is given
    arguments = {key: value for key, value in train.items() if key not in ours}
    arguments["save_dir"] = str(folder.path)
    if train["device"] == "cpu":
        arguments["amp"] = False
    try:
        get_cfg(overrides=arguments)
    except (TypeError, ValueError, SyntaxError) as error:
        raise BadArguments(str(error)) from error
    if folder.resume.exists():
        arguments["resume"] = str(folder.resume)
    elif train["model"].endswith((".yaml", ".yml")):
        arguments.setdefault("pretrained", False)
    return arguments


def say_finished(mark: Dict[str, Any], folder: RunFolder) -> int:
    if not mark.get("complete") and os.environ.get("RANK", "0") == "0":
        strip(folder)
        folder.mark_finished(mark["epochs"], complete=True)
        folder.resume.unlink(missing_ok=True)
    say(
        f"this training is already finished: {mark['epochs']} epochs, weights in {folder.best.parent}"
    )
    return 0


def strip(folder: RunFolder) -> None:
    """What the final evaluation would have done before it was killed: the weights alone remain.
    It writes in place, so either file may be torn; resume.pt then stands for it."""
    from ultralytics.utils.torch_utils import strip_optimizer

    for weights in (folder.last, folder.best):
        if not _whole(weights) and folder.resume.exists():
            write_atomically(weights, folder.resume.read_bytes())
        if weights.exists():
            shutil.copyfile(weights, beside := weights.with_name(f".{weights.name}"))
            strip_optimizer(beside)
            os.replace(beside, weights)


def _whole(checkpoint: Path) -> bool:
    try:
        inputs.check_checkpoint(checkpoint)
    except BadArguments:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
