"""The parts of bench/run by name: what each builds, and the function that measures it."""
import dataclasses
from collections.abc import Callable

from harness import cluster, http, postgres, programs, punctuality, restart, ui, write_path
from harness.context import ROOT


@dataclasses.dataclass
class Part:
    targets: list[str]
    measure: Callable


ALL = {
    "http": Part(http.TARGETS, http.http),
    "write_path": Part(write_path.TARGETS, write_path.write_path),
    "postgres": Part(postgres.TARGETS, postgres.postgres),
    "restart": Part(restart.TARGETS, restart.restart),
    "punctuality": Part(punctuality.TARGETS, punctuality.punctuality),
    "cluster": Part(cluster.TARGETS, cluster.cluster),
    "ui": Part(ui.TARGETS, ui.ui),
}

for name in (
    "earliest_window",
    "calendar_text",
    "event_stream",
    "waitlist_rescan",
    "eviction_plan",
):
    if (ROOT / f"bench/{name}.cpp").exists():
        ALL[name] = Part([f"bench_{name}"], programs.figures_of(name))
