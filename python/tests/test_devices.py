from __future__ import annotations

import pytest

from berth.arguments import BadArguments
from berth.devices import NO_CUDA_BUILD, NO_GPU, Devices, Torch, UnusableGpus, choose

FOUR_GPUS = Torch(gpus_present=True, cuda_available=True, built_for_gpus=True, gpus=4)
NONE = Torch(gpus_present=False, cuda_available=False, built_for_gpus=False)
BROKEN_DRIVER = Torch(gpus_present=True, cuda_available=False, built_for_gpus=True)
CPU_BUILD = Torch(gpus_present=True, cuda_available=False, built_for_gpus=False)


@pytest.mark.parametrize(
    "requested, visible, machine, expected",
    [
        (None, "0,1,2,3", FOUR_GPUS, Devices("0,1,2,3", 4)),
        (None, "GPU-a,GPU-b", FOUR_GPUS, Devices("0,1", 2)),
        (None, "6", FOUR_GPUS, Devices("0", 1)),
        (None, "", FOUR_GPUS, Devices("0", 1)),
        ("0,1", "4,5,6,7", FOUR_GPUS, Devices("0,1", 2)),
        ("[0, 1]", "4,5", FOUR_GPUS, Devices("0,1", 2)),
        ("cuda:1", "4,5", FOUR_GPUS, Devices("1", 1)),
        ("None", "4,5", FOUR_GPUS, Devices("0,1", 2)),
        ("cpu", "0,1", FOUR_GPUS, Devices("cpu", 1)),
        (None, "0,1", NONE, Devices("cpu", 1, NO_GPU)),
        ("0,1,2,3", "", NONE, Devices("cpu", 1, NO_GPU)),
        (None, "0", CPU_BUILD, Devices("cpu", 1, NO_CUDA_BUILD)),
    ],
)
def test_where_a_training_runs(requested, visible, machine, expected):
    assert choose(requested, {"CUDA_VISIBLE_DEVICES": visible}, lambda: machine) == expected


@pytest.mark.parametrize(
    "visible, count",
    [("GPU-5c9e,GPU-71d2", 2), ("1,0", 2), ("MIG-5c9e", 1), ("all", 4), ("void", 4), ("", 1),
     ("/var/run/nvidia-container-devices", 4)],
)  # fmt: skip
def test_a_containers_gpus_are_those_its_runtime_names_or_all_it_has(visible, count):
    given = {"NVIDIA_VISIBLE_DEVICES": visible}
    assert choose(None, given, lambda: FOUR_GPUS).count == count
    assert choose(None, {**given, "CUDA_VISIBLE_DEVICES": "3"}, lambda: FOUR_GPUS).count == 1


@pytest.mark.parametrize(
    "requested, machine", [(None, BROKEN_DRIVER), ("0", BROKEN_DRIVER), ("0,1", CPU_BUILD)]
)
def test_gpus_that_torch_cannot_use_are_an_error_not_a_slow_training(requested, machine):
    with pytest.raises(UnusableGpus):
        choose(requested, {}, lambda: machine)


@pytest.mark.parametrize("requested", ["0,0", "-1", "-1,-1"])
def test_devices_that_ranks_cannot_share_out(requested):
    with pytest.raises(BadArguments):
        choose(requested, {}, lambda: FOUR_GPUS)
