"""One process a GPU: starts the ranks of a training on this machine, or in this pod of a gang, and
ends them together.

    status = Gang(argv, layout).run()

Every rank is `python -m berth.yolo` with the usual RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR and
MASTER_PORT. SIGTERM is passed on to all of them. When one has gone for good, the others have a
minute to follow before they are killed: a rank whose peer is dead waits in a collective forever.

Of several pods (or machines) each starts its own ranks. NNODES, NODE_RANK, NPROC_PER_NODE,
MASTER_ADDR and MASTER_PORT say how they are one training, as torchrun has them.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any, Dict, List, Mapping, Optional, Tuple

from berth import STOPPED_RESUMABLE
from berth.arguments import BadArguments
from berth.job import say

FOLLOW_SECONDS = 60
NAME_SECONDS = 300.0
PARENT = "BERTH_RANKS_PARENT"
PR_SET_PDEATHSIG = 1


@dataclasses.dataclass(frozen=True)
class Layout:
    """Which ranks of how many this machine runs, and where they meet."""

    local: int
    nodes: int
    node: int
    address: str
    port: str

    @classmethod
    def from_environment(cls, local: int, environ: Mapping[str, str]) -> "Layout":
        """NNODES and NODE_RANK say that other pods or machines run the same number of ranks."""
        nodes, node = _number(environ, "NNODES", 1), _number(environ, "NODE_RANK", 0)
        if node >= nodes:
            raise BadArguments(f"NODE_RANK={node} is not below NNODES={nodes}")
        if nodes > 1:
            require_meeting_point(environ)
            return cls(local, nodes, node, environ["MASTER_ADDR"], environ["MASTER_PORT"])
        return cls(local, 1, 0, "127.0.0.1", str(_free_port()))

    @property
    def world(self) -> int:
        return self.local * self.nodes

    def environment(self, local_rank: int) -> Dict[str, str]:
        return {
            "RANK": str(self.node * self.local + local_rank),
            "LOCAL_RANK": str(local_rank),
            "WORLD_SIZE": str(self.world),
            "MASTER_ADDR": self.address,
            "MASTER_PORT": self.port,
            PARENT: str(os.getpid()),
        }


def require_meeting_point(environ: Mapping[str, str]) -> None:
    for name in ("MASTER_ADDR", "MASTER_PORT"):
        if not environ.get(name):
            raise BadArguments(f"several processes need {name}: where rank 0 listens")


def processes_here(environ: Mapping[str, str]) -> Optional[int]:
    """How many ranks each of several pods is to run, where that is said."""
    if _number(environ, "NNODES", 1) < 2 or not environ.get("NPROC_PER_NODE"):
        return None
    count = _number(environ, "NPROC_PER_NODE", 1)
    if count < 1:
        raise BadArguments("NPROC_PER_NODE=0: a pod runs at least one process")
    return count


def await_meeting_point(environ: Mapping[str, str], patience: float = NAME_SECONDS) -> None:
    """The name of the first pod may be known only some time after the pods have started; torch
    gives up at once where a name is not known."""
    name, give_up_at = environ["MASTER_ADDR"], time.monotonic() + patience
    waiting = False
    while True:
        try:
            socket.getaddrinfo(name, None)
            return
        except OSError as error:
            if time.monotonic() >= give_up_at:
                raise BadArguments(f"MASTER_ADDR={name} is no known name: {error}") from error
        if not waiting:
            say(f"waiting until {name} is known, where rank 0 listens")
        waiting = True
        time.sleep(1)


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdigit():
        raise BadArguments(f"{name}={text} is not a number")
    return int(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_with_parent(environ: Mapping[str, str] = os.environ) -> None:
    """In a rank: if the process that started it is killed, the kernel sends SIGTERM, and the rank
    saves and leaves instead of holding its GPU unseen."""
    parent = environ.get(PARENT)
    if not parent:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):  # it was killed before we asked
        os.kill(os.getpid(), signal.SIGTERM)


class Gang:
    """The ranks on this machine."""

    def __init__(self, argv: List[str], layout: Layout) -> None:
        self._argv = argv
        self._layout = layout
        self._alive: Dict[int, Tuple[int, subprocess.Popen[Any]]] = {}  # pid: local rank, process
        self._told_to_leave = False
        self._killed: List[int] = []

    def run(self) -> int:
        """Starts all ranks and waits for them; returns the exit status of the training."""
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGALRM, self._on_alarm)
        try:
            for local_rank in range(self._layout.local):
                self._start(local_rank)
            if self._told_to_leave:
                self._signal_all(signal.SIGTERM)
            return self._status(self._wait())
        finally:
            signal.alarm(0)
            self._signal_all(signal.SIGKILL)

    def _start(self, local_rank: int) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "berth.yolo", *self._argv],
            env={**os.environ, **self._layout.environment(local_rank)},
        )
        self._alive[process.pid] = (local_rank, process)

    def _wait(self) -> List[Tuple[int, int]]:
        """(local rank, exit status), in the order in which they ended."""
        ended: List[Tuple[int, int]] = []
        while self._alive:
            pid, status = os.wait()
            if pid not in self._alive:
                continue
            local_rank, process = self._alive.pop(pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            ended.append((local_rank, process.returncode))
            signal.alarm(FOLLOW_SECONDS if self._alive else 0)
        return ended

    def _status(self, ended: List[Tuple[int, int]]) -> int:
        """Rank 0 knows whether the training is done or saved. Otherwise the first that failed by
        itself says why; those that were killed for its sake, or that SIGTERM met before they could
        listen, say nothing."""
        codes = dict(ended)
        if self._layout.node == 0 and codes[0] in (0, STOPPED_RESUMABLE):
            return codes[0]
        for local_rank, code in ended:
            silent = local_rank in self._killed or (self._told_to_leave and code == -signal.SIGTERM)
            if code not in (0, STOPPED_RESUMABLE) and not silent:
                say(
                    f"rank {self._layout.environment(local_rank)['RANK']} failed with status {code}"
                )
                return code if code > 0 else 128 - code
        return 0 if all(code == 0 for code in codes.values()) else STOPPED_RESUMABLE

    def _signal_all(self, number: int) -> None:
        for _, process in list(self._alive.values()):
            process.send_signal(number)

    def _on_terminate(self, *_: object) -> None:
        self._told_to_leave = True
        self._signal_all(signal.SIGTERM)

    def _on_alarm(self, *_: object) -> None:
        self._killed += [local_rank for local_rank, _ in self._alive.values()]
        self._signal_all(signal.SIGKILL)
