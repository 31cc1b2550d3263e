"""The picture of results.csv: one small chart for every loss and metric.

Ultralytics draws it with polars, 170 MB that nothing else in a training needs.
"""

from __future__ import annotations

from pathlib import Path

from berth.run_folder import read_columns

CHARTS_IN_A_ROW = 5


def draw(results: Path, picture: Path) -> None:
    columns = read_columns(results)
    names = [name for name in columns if "loss" in name or name.startswith("metrics/")]
    if not names:
        return
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = -(-len(names) // CHARTS_IN_A_ROW)
    figure, axes = pyplot.subplots(
        rows, CHARTS_IN_A_ROW, figsize=(2.8 * CHARTS_IN_A_ROW, 2.6 * rows), squeeze=False
    )
    for axis in axes.flat[len(names) :]:
        axis.set_visible(False)
    for axis, name in zip(axes.flat, names):
        axis.plot(columns["epoch"], columns[name], marker=".")
        axis.set_title(name, fontsize=9)
        axis.set_xlabel("epoch", fontsize=8)
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)
