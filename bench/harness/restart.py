"""A server that has been in use for years: how soon it serves again, its memory, and its bookings' cost.

One million reservations that are over and 100,000 that lie ahead, on 1,000 GPUs.
"""
import datetime
import shutil
import subprocess
import time

from harness.berthd import Berthd, nodes
from harness.figures import Figure
from harness.http import load

TARGETS = ["berthd", "berth-supervisor", "bench_http_load", "bench_big_journal"]
GPUS, GPUS_PER_NODE = 1_000, 8
PATIENCE = 600  # for a replay of everything


def a_year_ahead():
    day = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=400)
    return f"{day}T00:00:00Z"


def aged_server(context, name, past, future):
    """A berthd, not yet started, on such a journal."""
    server = Berthd(context.folder(name), nodes(GPUS // GPUS_PER_NODE, GPUS_PER_NODE),
                    patience=PATIENCE)
    context.measure("big_journal", server.data, past, future, GPUS)
    return server


def seconds_to_read(journal):
    """SQLite's own time to read every row and do nothing with it: what a replay cannot beat."""
    began = time.monotonic()
    subprocess.run(["sqlite3", "-readonly", journal,
                    "SELECT count(*), sum(length(event) + length(hash)) FROM journal"],
                   check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def booking_us(context, server, requests):
    """Microseconds of the server's processor time for one durable reservation through HTTP."""
    shape = ["--gpus", GPUS, "--gpus-per-node", GPUS_PER_NODE, "--horizon-slots", 20_000]
    load(context, server.port, a_year_ahead(), requests, 0, *shape)  # warms up
    return load(context, server.port, a_year_ahead(), requests, requests, *shape,
                pid=server.process.pid)["cpu_us"]


def restart(context):
    past = context.pick(1_000_000, 10_000)
    future = context.pick(100_000, 1_000)
    requests = context.pick(10_000, 500)
    with aged_server(context, "restart_new", 0, 0) as server:
        at_none, none_mb = booking_us(context, server, requests), server.resident_mb()
    with aged_server(context, "restart_some", 0, future // 10) as server:
        at_some = booking_us(context, server, requests)

    server = aged_server(context, "restart", past, future)
    read_seconds = seconds_to_read(server.journal)
    server.start()
    first_seconds = server.seconds_to_ready
    server.stop()
    with server:
        again_seconds, resident = server.seconds_to_ready, server.resident_mb()
        at_many = booking_us(context, server, requests)
        server.kill()
    with server:
        crash_seconds = server.seconds_to_ready
    shutil.rmtree(server.data)  # gigabytes

    size = f"{past:,} past and {future:,} future"
    return [
        Figure(f"first start on {size}", first_seconds, "s", "lower", "SQLite reads its rows",
               read_seconds),
        Figure(f"restart on {size}", again_seconds, "s", "lower", "SQLite reads its rows",
               read_seconds),
        Figure(f"restart after a crash, {size}", crash_seconds, "s", "lower",
               "SQLite reads its rows", read_seconds),
        Figure(f"memory with {size}", resident, "MiB", "lower", "with none", none_mb),
        Figure(f"booking, {future // 10:,} ahead", at_some, "us CPU", "lower", "0 ahead", at_none),
        Figure(f"booking, {future:,} ahead", at_many, "us CPU", "lower", "0 ahead", at_none),
    ]
