"""The write path without HTTP: decide, commit, answer; one GPU for one slot each."""
from harness.context import best_bare_writer
from harness.figures import Figure

TARGETS = ["bench_write_path", "bench_bare_writer"]


def write_path(context):
    figures = []
    for outstanding in (1, 64):
        folder = context.folder(f"write_path_{outstanding}")
        bookings = context.pick(2_000, 200) * (1 if outstanding == 1 else 10)
        ours = context.measure("write_path", folder, bookings, outstanding)
        if ours["confirmed"] != bookings:
            raise RuntimeError(f"{bookings} were asked for, {ours['confirmed']} confirmed")
        bare = best_bare_writer(context, folder / "journal.sqlite", 1, outstanding)
        name = f"write path, {outstanding} outstanding"
        figures += [
            Figure(name, ours["bookings_per_second"], "1/s", "higher", "bare SQLite writer",
                   bare["reservations_per_second"]),
            Figure(f"{name}, p99", ours["p99_ms"], "ms", "lower", "bare SQLite writer",
                   bare["commit_p99_ms"]),
        ]
    return figures
