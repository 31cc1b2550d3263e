"""On what a training runs: the GPUs of its reservation, or the CPU where there is none.

A machine that has NVIDIA or AMD GPUs which torch cannot use does not quietly train a hundred
times slower on its CPU: that is an error, unless the torch is a CPU-only build and nobody named a
GPU.
"""

from __future__ import annotations

import dataclasses
import glob
from typing import Callable, List, Mapping, Optional

from berth.arguments import BadArguments

NO_GPU = "no GPU here: the CPU stands in"
NO_CUDA_BUILD = "this torch is built without GPUs: the CPU stands in"


class UnusableGpus(Exception):
    """There are GPUs, and torch cannot use them."""


@dataclasses.dataclass(frozen=True)
class Torch:
    """What this machine and its torch offer."""

    gpus_present: bool
    cuda_available: bool
    built_for_gpus: bool
    gpus: int = 0  # that torch sees


@dataclasses.dataclass(frozen=True)
class Devices:
    """`argument` is Ultralytics' `device`; `count` processes work on it."""

    argument: str
    count: int
    remark: Optional[str] = None

    @property
    def on_cpu(self) -> bool:
        return self.argument == "cpu"


def probe() -> Torch:
    """Imports torch only where there is a GPU's device file."""
    if not (glob.glob("/dev/nvidia[0-9]*") or glob.glob("/dev/kfd") or glob.glob("/dev/dxg")):
        return Torch(gpus_present=False, cuda_available=False, built_for_gpus=False)
    import torch

    built = bool(torch.version.cuda or getattr(torch.version, "hip", None))
    available = torch.cuda.is_available()
    return Torch(True, available, built, torch.cuda.device_count() if available else 0)


def choose(
    requested: Optional[str], environ: Mapping[str, str], look: Callable[[], Torch] = probe
) -> Devices:
    """`requested` is the user's `device`, or None. Without it, all GPUs that were given: those that
    CUDA_VISIBLE_DEVICES lists or, in a container, NVIDIA_VISIBLE_DEVICES."""
    if requested is not None and requested.strip().lower() in ("", "none"):
        requested = None
    asked = _indices(requested)
    if requested is not None and asked is None:  # cpu, mps, npu:0, xpu:0
        return Devices(requested, 1)
    machine = look()
    if machine.cuda_available:
        if asked is None:
            asked = list(range(_given(environ, machine)))
        return Devices(",".join(map(str, asked)), len(asked))
    if not machine.gpus_present:
        return Devices("cpu", 1, NO_GPU)
    if asked is None and not machine.built_for_gpus:
        return Devices("cpu", 1, NO_CUDA_BUILD)
    reason = "cannot reach them" if machine.built_for_gpus else "is built without them"
    raise UnusableGpus(
        f"this machine has GPUs, but its torch {reason}; mend that, or say device=cpu"
    )


def _given(environ: Mapping[str, str], machine: Torch) -> int:
    """How many GPUs are ours. A container's runtime names them (GPU-5c9e…,GPU-71d2…), or says by
    another word (all, void, a folder) that whatever is in the container is meant."""
    listed = environ.get("CUDA_VISIBLE_DEVICES")
    if listed is None:
        listed = environ.get("NVIDIA_VISIBLE_DEVICES", "")
        names = [name.strip() for name in listed.split(",") if name.strip()]
        if names and not all(_names_one_gpu(name) for name in names):
            return max(machine.gpus, 1)
    return sum(1 for gpu in listed.split(",") if gpu.strip()) or 1


def _names_one_gpu(name: str) -> bool:
    return name.isdigit() or name.startswith(("GPU-", "MIG-"))


def _indices(requested: Optional[str]) -> Optional[List[int]]:
    """The GPU numbers in '0,1', '[0, 1]' or 'cuda:0'; None for another kind of device."""
    if requested is None:
        return None
    text = requested.lower().replace("cuda:", "").strip("[]() ")
    if text == "cuda":
        return [0]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if parts and all(part.isdigit() for part in parts):
        numbers = [int(part) for part in parts]
        if len(set(numbers)) < len(numbers):
            raise BadArguments(f"device={requested} names a GPU twice")
        return numbers
    if text.startswith("-"):
        raise BadArguments(f"device={requested}: name the GPUs, as in device=0,1")
    return None
