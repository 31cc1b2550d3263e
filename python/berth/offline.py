"""Keeps Ultralytics inside the house: no look-up, no download, no pip at run time.

A job that starts at 20:00 must not depend on what the internet says at 20:00.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, MutableMapping, NoReturn

CONFIG_FOLDER = "ultralytics-config"


def prepare_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Sets the knobs that Ultralytics reads at its import; those already set stay."""
    environ.setdefault("YOLO_OFFLINE", "true")
    environ.setdefault("YOLO_AUTOINSTALL", "false")
    environ.setdefault("MPLBACKEND", "Agg")
    config = Path(sys.prefix) / CONFIG_FOLDER  # holds the font that it would look for outside
    if config.is_dir():
        environ.setdefault("YOLO_CONFIG_DIR", str(config))


def refuse_downloads() -> None:
    """Call it once Ultralytics is imported. Its offline switch only spares the tests whether there
    is a network; a missing file (the AMP check's weights, a model by name) is still asked for, and
    behind a firewall that drops packets each try lasts half a minute."""
    from ultralytics.data import utils as data_utils
    from ultralytics.utils import downloads

    downloads.safe_download = data_utils.safe_download = _refuse_download


def _refuse_download(url: Any, *_: Any, **__: Any) -> NoReturn:
    raise ConnectionError(f"{Path(str(url)).name} is not on this machine, and is not downloaded")
