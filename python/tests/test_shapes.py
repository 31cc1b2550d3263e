from __future__ import annotations

from pathlib import Path

from berth import shapes


def test_pictures_are_real_and_labels_lie_within(tmp_path: Path):
    from PIL import Image

    data = shapes.make(tmp_path / "shapes", train=5, val=2, size=48)

    assert "path:" not in data.read_text(), "it may be mounted elsewhere"
    pictures = sorted(data.parent.glob("images/*/*.png"))
    assert len(pictures) == 7
    for picture in pictures:
        with Image.open(picture) as image:
            image.load()
            assert image.size == (48, 48) and image.mode == "RGB"
    for label in data.parent.glob("labels/*/*.txt"):
        for line in label.read_text().splitlines():
            kind, x, y, width, height = map(float, line.split())
            assert kind in (0, 1)
            assert width / 2 <= x <= 1 - width / 2 and height / 2 <= y <= 1 - height / 2


def test_a_red_rectangle_lies_where_its_label_says():
    shape = shapes.Shape(shapes.RECTANGLE, 10, 20, 4, 6, (250, 10, 10))
    assert shape.covers(10, 20) and shape.covers(13, 25)
    assert not shape.covers(14, 20) and not shape.covers(10, 26)
    assert shape.label(40) == "0 0.250000 0.500000 0.200000 0.300000"


def test_the_same_seed_gives_the_same_pictures(tmp_path: Path):
    one, two = (shapes.make(tmp_path / name, train=1, val=1, size=32) for name in ("one", "two"))
    picture = "images/train/0000.png"
    assert (one.parent / picture).read_bytes() == (two.parent / picture).read_bytes()
