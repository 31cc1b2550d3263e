"""Attributes of an object replaced for a while."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator


@contextlib.contextmanager
def swapped(target: Any, **replacements: Any) -> Iterator[None]:
    """with swapped(trainer, epoch=3): trainer.save_model()"""
    before = {name: getattr(target, name) for name in replacements}
    try:
        for name, value in replacements.items():
            setattr(target, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(target, name, value)
