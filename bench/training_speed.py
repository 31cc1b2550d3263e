"""How many images a second YOLO models train on one GPU: the figures of src/policy/training_speed.cpp.

    python3 bench/training_speed.py [MODEL:BATCH]...     needs a GPU, and what tools/install-training installs

Made-up 640 x 640 pictures, kept in memory, mixed precision, no validation. The best of three epochs after
the first one, which also compiles and fills the cache. Prints one JSON object per model.
"""
import json
import pathlib
import sys
import tempfile
import time

import cv2
import numpy
import torch
from ultralytics import YOLO
from ultralytics.engine.trainer import BaseTrainer

MODELS = ["yolov8n:64", "yolov8s:64", "yolov8m:64", "yolov8l:48", "yolov8x:32",
          "yolo11n:64", "yolo11s:64", "yolo11m:64", "yolo11l:48", "yolo11x:32"]
IMAGES = {"train": 1536, "val": 64}
SIZE, CLASSES, BOXES, EPOCHS, LOADERS = 640, 80, 7, 4, 14


def draw(dice, picture, label):
    coarse = dice.integers(0, 255, (40, 40, 3), dtype=numpy.uint8)
    image = cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    lines = []
    for _ in range(BOXES):
        (x, y), (w, h) = dice.uniform(0.1, 0.9, 2), dice.uniform(0.05, 0.2, 2)
        corners = [(int((x + s * w / 2) * SIZE), int((y + s * h / 2) * SIZE)) for s in (-1, 1)]
        cv2.rectangle(image, *corners, tuple(int(c) for c in dice.integers(0, 255, 3)), -1)
        lines.append(f"{dice.integers(0, CLASSES)} {x:.4f} {y:.4f} {w:.4f} {h:.4f}")
    cv2.imwrite(str(picture), image)
    label.write_text("\n".join(lines))


def data_set(root):
    dice = numpy.random.default_rng(1)
    for part, count in IMAGES.items():
        for kind in ("images", "labels"):
            (root / kind / part).mkdir(parents=True)
        for i in range(count):
            draw(dice, root / "images" / part / f"{i}.jpg", root / "labels" / part / f"{i}.txt")
    names = "".join(f"  {i}: c{i}\n" for i in range(CLASSES))
    described = root / "data.yaml"
    described.write_text(f"path: {root}\ntrain: images/train\nval: images/val\nnames:\n{names}")
    return described


def epoch_seconds(name, batch, data, project):
    began, seconds = [], []

    def ended(_):
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - began[-1])

    model = YOLO(f"{name}.yaml")
    model.add_callback("on_train_epoch_start", lambda _: began.append(time.perf_counter()))
    model.add_callback("on_train_epoch_end", ended)
    model.train(data=str(data), epochs=EPOCHS, imgsz=SIZE, batch=batch, workers=LOADERS, val=False,
                plots=False, amp=True, cache="ram", close_mosaic=0, verbose=False,
                project=str(project), name=name)
    return seconds


def main():
    # Only for its own plots and files, which want one more library.
    BaseTrainer.read_results_csv = lambda self: {}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        data = data_set(root / "set")
        for asked in sys.argv[1:] or MODELS:
            name, _, batch = asked.partition(":")
            best = min(epoch_seconds(name, int(batch), data, root / "runs")[1:])
            print(json.dumps({"gpu": torch.cuda.get_device_name(), "model": name, "batch": int(batch),
                              "images_per_second": round(IMAGES["train"] / best)}), flush=True)


if __name__ == "__main__":
    main()
