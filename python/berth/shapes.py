"""A tiny detection data set to try a training with: red rectangles and blue discs on grey noise.

    python -m berth.shapes /data/shapes
    berth-yolo model=yolov8n.yaml data=/data/shapes/data.yaml epochs=3 imgsz=64 batch=4

The same seed gives the same pictures. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import struct
import zlib
from pathlib import Path
from typing import List, Sequence

RECTANGLE, DISC = 0, 1
NAMES = ("rectangle", "disc")


@dataclasses.dataclass(frozen=True)
class Shape:
    """Centre and half extents, in pixels."""

    kind: int
    x: float
    y: float
    half_width: float
    half_height: float
    colour: Sequence[int]

    def covers(self, column: int, row: int) -> bool:
        dx, dy = (column + 0.5 - self.x) / self.half_width, (row + 0.5 - self.y) / self.half_height
        return dx * dx + dy * dy <= 1 if self.kind == DISC else abs(dx) <= 1 and abs(dy) <= 1

    def label(self, size: int) -> str:
        """Class, centre and extents as fractions of the picture."""
        box = (self.x, self.y, 2 * self.half_width, 2 * self.half_height)
        return " ".join([str(self.kind), *(f"{value / size:.6f}" for value in box)])


def random_shape(random_: random.Random, size: int) -> Shape:
    kind = random_.choice((RECTANGLE, DISC))
    half_width = size * random_.uniform(0.1, 0.22)
    half_height = half_width if kind == DISC else size * random_.uniform(0.1, 0.22)
    strong, weak = random_.randint(190, 255), random_.randint(0, 60)
    return Shape(
        kind,
        random_.uniform(half_width, size - half_width),
        random_.uniform(half_height, size - half_height),
        half_width,
        half_height,
        (strong, weak, weak) if kind == RECTANGLE else (weak, weak, strong),
    )


def paint(random_: random.Random, shapes: Sequence[Shape], size: int) -> bytes:
    """RGB rows; a later shape lies over an earlier one."""
    noise = random_.randbytes(size * size)
    pixels = bytearray()
    for row in range(size):
        for column in range(size):
            grey = 90 + noise[row * size + column] % 40
            colour: Sequence[int] = (grey, grey, grey)
            for shape in shapes:
                if shape.covers(column, row):
                    colour = shape.colour
            pixels += bytes(colour)
    return bytes(pixels)


def png(pixels: bytes, size: int) -> bytes:
    """A square RGB picture as PNG (RFC 2083): no filter, one compressed chunk."""
    rows = b"".join(b"\0" + pixels[at : at + 3 * size] for at in range(0, len(pixels), 3 * size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def write_split(root: Path, split: str, count: int, size: int, random_: random.Random) -> None:
    images, labels = root / "images" / split, root / "labels" / split
    images.mkdir(parents=True, exist_ok=True)
    labels.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        shapes = [random_shape(random_, size) for _ in range(random_.randint(1, 3))]
        (images / f"{number:04}.png").write_bytes(png(paint(random_, shapes, size), size))
        lines: List[str] = [shape.label(size) for shape in shapes]
        (labels / f"{number:04}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make(root: Path, train: int = 24, val: int = 8, size: int = 96, seed: int = 0) -> Path:
    """Writes the data set and returns its data.yaml. That names no folder, so that its own is meant,
    wherever a container mounts it."""
    root = root.absolute()
    random_ = random.Random(seed)
    write_split(root, "train", train, size, random_)
    write_split(root, "val", val, size, random_)
    names = "".join(f"  {number}: {name}\n" for number, name in enumerate(NAMES))
    text = f"train: images/train\nval: images/val\nnames:\n{names}"
    (root / "data.yaml").write_text(text, encoding="utf-8")
    return root / "data.yaml"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m berth.shapes", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=24, metavar="IMAGES")
    parser.add_argument("--val", type=int, default=8, metavar="IMAGES")
    parser.add_argument("--size", type=int, default=96, metavar="PIXELS")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(make(given.folder, given.train, given.val, given.size, given.seed))


if __name__ == "__main__":
    main()
