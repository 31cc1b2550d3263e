"""What every benchmark needs: sizes, folders, programs of the release build."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
WORK = ROOT / "build/bench"
PEERS = ROOT / "bench/peers"


class Context:
    def __init__(self, quick):
        self.quick = quick

    def pick(self, full, quick):
        return quick if self.quick else full

    @staticmethod
    def build(*targets):
        subprocess.run([ROOT / "tools/build", "release", *targets], check=True,
                       stdout=subprocess.DEVNULL)

    @staticmethod
    def folder(name):
        """An empty one, on the disk that holds the checkout."""
        path = WORK / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    @staticmethod
    def measure(program, *arguments):
        """The figures that a program bench_NAME prints as its last line."""
        command = [BUILD / f"bench_{program}", *map(str, arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout.splitlines()[-1])


def best_bare_writer(context, journal, after, concurrency):
    """The best of three passes of SQLite alone over what a stopped server wrote after a row: a limit is
    what the disk can do, not what it did while something else kept it busy."""
    passes = []
    for number in range(context.pick(3, 1)):
        target = journal.parent / f"bare-{number}.sqlite"
        passes.append(context.measure("bare_writer", journal, after, concurrency, target))
    return max(passes, key=lambda one: one["reservations_per_second"])


def until(holds, what, seconds=30):
    """Waits for a condition; returns what it returned once that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := holds():
            return result
        time.sleep(0.002)
    raise TimeoutError(f"it never came true within {seconds} s: {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """What a process and its children have used of the processors, in themselves and in the kernel."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(map(cpu_seconds, children))


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")
