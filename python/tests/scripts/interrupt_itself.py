"""A training script of one's own with the hook attached, which interrupts itself at one event:

    interrupt_itself.py DATA FOLDER EPOCHS EVENT COUNT [SIGNAL | SECONDS_LEFT]

sends itself SIGNAL (SIGTERM), or writes a notice, when Ultralytics' callback EVENT is called for
the COUNT-th time. INTERRUPTED_RANK names the rank that does it (0). LOADER_WORKERS is the number of
loader workers, which Ultralytics does without on a CPU.
"""

import json
import os
import signal
import sys

from berth import offline
from berth.ultralytics_hook import attach

offline.prepare_environment()

from ultralytics import YOLO

data, folder, epochs, event, count = sys.argv[1:6]
how = sys.argv[6] if len(sys.argv) > 6 else "SIGTERM"
workers = int(os.environ.get("LOADER_WORKERS", "0"))
calls = 0


def interrupt(_):
    global calls
    calls += 1
    if calls != int(count):
        return
    if how.startswith("SIG"):
        os.kill(os.getpid(), getattr(signal, how))
        return
    notice = {"kind": "release", "deadline": "2026-11-30T20:00:00Z", "seconds_left": float(how)}
    with open(os.environ["BERTH_NOTICE_FILE"], "w") as file:
        json.dump(notice, file)


model = attach(YOLO("yolov8n.yaml"))
if os.environ.get("RANK", "0") == os.environ.get("INTERRUPTED_RANK", "0"):
    model.add_callback(event, interrupt)
model.add_callback("on_pretrain_routine_start", lambda t: setattr(t.args, "workers", workers))
model.train(
    data=data, save_dir=folder, epochs=int(epochs), imgsz=32, batch=4, nbs=4, workers=0,
    device="cpu", amp=False, plots=False, pretrained=False, mosaic=0,
)  # fmt: skip
