"""Several ranks of one training on CPUs, over gloo.

Ultralytics trains on several devices only where they are accelerators. This lets a gang of ranks
be rehearsed on a machine without one; it is not fast, and its final evaluation is left out.
"""

from __future__ import annotations

import datetime
from typing import Any

import torch
from torch import distributed, nn

from berth.swapped import swapped

TIMEOUT = datetime.timedelta(minutes=10)

_gather_object = distributed.gather_object
_reduce = distributed.reduce


class CpuParallel(nn.parallel.DistributedDataParallel):
    """A module on a CPU has no device index to name."""

    def __init__(self, module: nn.Module, device_ids: Any = None, **options: Any) -> None:
        super().__init__(module, **options)


def gather_object(*args: Any, **kwargs: Any) -> Any:
    """The validator runs in inference mode, whose tensors gloo's threads may not write."""
    with torch.inference_mode(False):
        return _gather_object(*args, **kwargs)


def reduce(tensor: torch.Tensor, dst: int, op: Any = distributed.ReduceOp.SUM) -> None:
    """As above; and gloo knows no average."""
    average = op == distributed.ReduceOp.AVG
    with torch.inference_mode(False):
        copy = tensor.clone()
        _reduce(copy, dst, distributed.ReduceOp.SUM if average else op)
    tensor.copy_(copy / distributed.get_world_size() if average else copy)


class CpuRanks:
    """Goes before an Ultralytics trainer in the order of classes."""

    def _setup_ddp(self) -> None:
        from ultralytics.utils import RANK

        distributed.init_process_group(
            "gloo", rank=RANK, world_size=self.world_size, timeout=TIMEOUT
        )

    def _setup_train(self) -> None:
        with swapped(nn.parallel, DistributedDataParallel=CpuParallel):
            super()._setup_train()

    def validate(self) -> Any:
        with swapped(distributed, gather_object=gather_object, reduce=reduce):
            return super().validate()

    def final_eval(self) -> None:
        """The trainer's own asks each rank for its CUDA device; the checkpoints are stripped."""
        from ultralytics.utils import RANK
        from ultralytics.utils.torch_utils import strip_optimizer

        if RANK == 0:
            for checkpoint in filter(lambda file: file.exists(), (self.last, self.best)):
                strip_optimizer(checkpoint)
        distributed.barrier()
