"""The parts of bench/run by name: what each builds, and the function that measures it."""
import dataclasses
from collections.abc import Callable

from harness.http import TARGETS as HTTP_TARGETS, http
from harness.postgres import TARGETS as POSTGRES_TARGETS, postgres


@dataclasses.dataclass
class Part:
    targets: list[str]
    measure: Callable


ALL = {
    "http": Part(HTTP_TARGETS, http),
    "postgres": Part(POSTGRES_TARGETS, postgres),
}
