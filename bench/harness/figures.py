"""Figures, the table of them, and the ranges that they should lie in."""
import dataclasses
import math
import statistics


@dataclasses.dataclass
class Figure:
    """One result; `peer` is another program's, or a physical limit's, of the same run."""
    name: str
    value: float
    unit: str
    better: str  # "higher" or "lower"
    peer: str = ""
    peer_value: float | None = None
    target: float | None = None  # what the ratio, or the value where there is no peer, should reach
    must: bool = False  # the target is a promise: bench/run fails where it is missed

    @property
    def ratio(self):
        return self.value / self.peer_value if self.peer_value else None

    @property
    def key(self):
        """Its name in the ranges: figures without a peer have none."""
        return f"{self.name} : {self.peer}"

    def reaches(self, bound, value):
        return value >= bound if self.better == "higher" else value <= bound

    @property
    def meets_target(self):
        if self.target is None:
            return None
        return self.reaches(self.target, self.value if self.ratio is None else self.ratio)

    def within(self, ranges):
        """Whether the ratio lies in its range; None where there is no range for it."""
        entry = ranges.get(self.key)
        if entry is None or self.ratio is None:
            return None
        return self.reaches(entry.get("at_least", entry.get("at_most")), self.ratio)

    def fails(self, ranges):
        return self.within(ranges) is False or (self.must and self.meets_target is False)


def range_of(better, ratios, origin):
    """Mean of the runs and a margin: a quarter of the mean, or three deviations where that is more."""
    mean = statistics.fmean(ratios)
    deviation = statistics.stdev(ratios) if len(ratios) > 1 else 0
    margin = max(mean / 4, 3 * deviation)
    bound = ({"at_least": rounded(max(mean - margin, 0))} if better == "higher"
             else {"at_most": rounded(mean + margin)})
    return {"mean": rounded(mean), **bound, "runs": [rounded(ratio) for ratio in ratios],
            "origin": origin}


def percentile(samples, share):
    """The smallest sample that at least this share of all do not exceed."""
    return sorted(samples)[max(0, math.ceil(share * len(samples)) - 1)]


def rounded(number):
    return float(f"{number:.3g}")


def readable(number):
    if number is None:
        return ""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def mark(answer):
    return {True: "yes", False: "NO", None: ""}[answer]


HEADINGS = ["figure", "value", "unit", "peer", "peer's value", "ratio", "target", "met", "in range"]
RIGHT = {1, 4, 5, 6}  # columns of numbers


def cells(figure, ranges):
    sign = ("must be " if figure.must else "") + ("≥ " if figure.better == "higher" else "≤ ")
    return [figure.name, readable(figure.value), figure.unit, figure.peer,
            readable(figure.peer_value), readable(figure.ratio),
            "" if figure.target is None else sign + readable(figure.target),
            mark(figure.meets_target), mark(figure.within(ranges))]


def table(figures, ranges):
    """The figures as aligned text."""
    rows = [HEADINGS] + [cells(figure, ranges) for figure in figures]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for row in rows:
        padded = [cell.rjust(width) if i in RIGHT else cell.ljust(width)
                  for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def markdown(figures):
    """The figures as a table for the documentation."""
    columns = HEADINGS[:-1]
    lines = [columns, ["---:" if i in RIGHT else "---" for i in range(len(columns))]]
    lines += [cells(figure, {})[:-1] for figure in figures]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def middle_of_each(runs):
    """Of each figure of several runs, the one whose ratio (or value) is the median."""
    return [sorted(same, key=lambda one: one.value if one.ratio is None else one.ratio)[len(same) // 2]
            for same in zip(*runs)]
