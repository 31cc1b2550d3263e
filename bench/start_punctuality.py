#!/usr/bin/python3
"""How late jobs start on the wall clock, each after another that keeps its GPU to the very end.

    bench/start_punctuality.py [--gpus 25] [--rounds 8]

A real berthd with slots of one minute, the shortest there are, and the local launcher on GPUs that
only the configuration knows. Each GPU has a chain of one-minute jobs that ignore SIGTERM, so that
every start has to wait for the end of the job before it: SIGKILL comes at the booked end. A job's
first act is to write the time; its lateness is that time minus its booked start. The first job of
each chain has no predecessor and does not count; the last one leaves at once. Then the same number
of the same program is started on the dot of a second with nothing around it: what this machine can
do.
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness.berthd import Berthd, nodes  # noqa: E402
from harness.context import BUILD, Context, until  # noqa: E402
from harness.figures import percentile  # noqa: E402

TARGETS = ["berthd", "berth-supervisor", "bench_first_instant"]
MINUTE = datetime.timedelta(minutes=1)
SECOND = datetime.timedelta(seconds=1)
JOB = str(BUILD / "bench_first_instant")


def next_minute(seconds_ahead):
    """The first whole minute that is at least so far away."""
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_ahead)
    return soon.replace(second=0, microsecond=0) + MINUTE


def sleep_until(instant):
    time.sleep(max(0, instant.timestamp() - time.time()))


def book_chains(server, gpus, first, rounds, stamps):
    """Books rounds + 1 jobs on each GPU. Returns the booked starts, by the jobs' names."""
    starts = {}
    argv = [JOB, str(stamps)]
    for turn in range(rounds + 1):
        for gpu in range(gpus):
            start = first + turn * MINUTE
            name = f"{gpu}-{turn}"
            server.reserve(title=name, gpus={"ids": [f"node0/{gpu}"]},
                           start=start.strftime("%Y-%m-%dT%H:%M:%SZ"), hours=1 / 60,
                           workload={"kind": "command",
                                     "argv": [*argv, name, "leave" if turn == rounds else "stay"]})
            if turn > 0:
                starts[name] = start
    return starts


def lateness(stamps, starts):
    """Milliseconds, of each job, once all have started."""
    def written(name):
        file = stamps / name
        return file.exists() and file.read_text().endswith("\n")

    until(lambda: all(map(written, starts)), f"all jobs have written to {stamps}")
    return [int((stamps / name).read_text()) / 1000 - start.timestamp() * 1000
            for name, start in starts.items()]


def berth_lateness(context, gpus, rounds):
    folder = context.folder("punctuality")
    stamps = folder / "stamps"
    stamps.mkdir()
    with Berthd(folder, nodes(1, gpus), slot_hours=1 / 60, horizon_days=1,
                grace_seconds=1) as server:
        first = next_minute(3)
        starts = book_chains(server, gpus, first, rounds, stamps)
        sleep_until(first + rounds * MINUTE)
        return lateness(stamps, starts)


def bare_lateness(context, gpus):
    """The program alone, started so many times on the dot of a second."""
    stamps = context.folder("punctuality_bare")
    start = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + 2 * SECOND
    sleep_until(start)
    jobs = [subprocess.Popen([JOB, stamps, str(gpu), "leave"]) for gpu in range(gpus)]
    for job in jobs:
        job.wait()
    return lateness(stamps, {str(gpu): start for gpu in range(gpus)})


def measure(context, gpus, rounds):
    ours = berth_lateness(context, gpus, rounds)
    bare = bare_lateness(context, gpus)
    return {"starts": len(ours),
            "p50_ms": percentile(ours, 0.5), "p99_ms": percentile(ours, 0.99), "max_ms": max(ours),
            "earliest_ms": min(ours),
            "bare_p50_ms": percentile(bare, 0.5), "bare_p99_ms": percentile(bare, 0.99)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gpus", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=8)
    chosen = parser.parse_args()
    Context.build(*TARGETS)
    print(json.dumps(measure(Context(quick=False), chosen.gpus, chosen.rounds)))


if __name__ == "__main__":
    main()
