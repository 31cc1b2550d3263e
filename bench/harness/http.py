"""Durable reservations through HTTP, beside SQLite alone and beside the service of the seed contract.

32 GPUs that hold 10,000 reservations; 64 connections ask for more, each of 1 to 4 GPUs for 2 to 32 h,
all of them free. Everything lies on the disk that holds the checkout.
"""
import datetime
import hashlib
import os
import subprocess
import urllib.request

from harness.berthd import Berthd, nodes
from harness.context import (
    BUILD, PEERS, WORK, best_bare_writer, cpu_seconds, free_port, until)
from harness.figures import Figure

TARGETS = ["berthd", "berth-supervisor", "bench_http_load", "bench_bare_writer"]
CONNECTIONS = 64
ONE_SLOT = ["--most-gpus", 1, "--most-slots", 1]


def tomorrow():
    day = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
    return f"{day}T00:00:00Z"


def load(context, port, start, requests, skip, *more, pid=None):
    """What the load client reports; every request must have been accepted. With the server's process
    id also what one reservation cost it."""
    before = cpu_seconds(pid) if pid else 0
    result = context.measure("http_load", "--port", port, "--start", start, "--requests", requests,
                             "--skip", skip, "--connections", CONNECTIONS, *more)
    if result["accepted"] != requests:
        raise RuntimeError(f"{requests} were asked for, {result['accepted']} accepted")
    if pid:
        result["cpu_us"] = (cpu_seconds(pid) - before) / requests * 1e6
    return result


def load_berth(context, name, existing, requests, *more):
    """Fills a new berthd and measures it. Returns the load and what SQLite alone makes of it."""
    start = tomorrow()
    with Berthd(context.folder(name), nodes(8, 4)) as server:
        load(context, server.port, start, existing, 0, *more)
        before = server.revision()
        result = load(context, server.port, start, requests, existing, *more,
                      pid=server.process.pid)
    return result, best_bare_writer(context, server.journal, before, CONNECTIONS)


def flask_python():
    """The peer's programs in a virtual environment of their own, made once."""
    wanted = PEERS / "flask_seed/requirements.txt"
    mark = hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]
    venv = WORK / f"flask-{mark}"
    if not (venv / "bin/gunicorn").exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check",
                        "-r", wanted], check=True)
    return venv / "bin"


def load_flask(context, existing, requests):
    folder = context.folder("flask_seed")
    start = tomorrow()
    with open(folder / "content", "w", encoding="utf-8") as content:
        subprocess.run([BUILD / "bench_http_load", "--print", "--contract", "seed", "--start",
                        start, "--requests", str(existing)], check=True, stdout=content)
    port = free_port()
    with open(folder / "log", "ab") as log:
        service = subprocess.Popen(
            [flask_python() / "gunicorn", "--workers", "1", "--threads", "8", "--keep-alive", "60",
             "--bind", f"127.0.0.1:{port}", "--chdir", PEERS / "flask_seed", "service:app"],
            env={**os.environ, "SEED_CONTENT": str(folder / "content")}, stdout=log, stderr=log)
    try:
        until(lambda: answers(port), f"the Flask service is ready: {folder}/log", 60)
        return load(context, port, start, requests, existing, "--contract", "seed",
                    pid=service.pid)
    finally:
        service.terminate()
        service.wait(timeout=30)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


def http(context):
    existing = context.pick(10_000, 1_000)
    requests = context.pick(20_000, 2_000)
    api, bare = load_berth(context, "http_api", existing, requests)
    seed, _ = load_berth(context, "http_seed", existing, requests, "--contract", "seed")
    flask = load_flask(context, existing, context.pick(3_000, 300))
    slot, bare_slot = load_berth(context, "http_one_slot", existing, requests, *ONE_SLOT)
    rate = "accepted_per_second"
    return [
        Figure("durable reservations", api[rate], "1/s", "higher", "bare SQLite writer",
               bare["reservations_per_second"], target=0.6),
        Figure("durable reservations, rows in a commit", bare["mean_batch"], "", "higher"),
        Figure("durable reservations, p50", api["p50_ms"], "ms", "lower"),
        Figure("durable reservations, p99", api["p99_ms"], "ms", "lower"),
        Figure("durable seed reservations", seed[rate], "1/s", "higher", "Flask seed",
               flask[rate], target=50),
        Figure("durable seed reservation", seed["cpu_us"], "us CPU", "lower", "Flask seed",
               flask["cpu_us"]),
        Figure("durable seed reservations, p50", seed["p50_ms"], "ms", "lower", "Flask seed",
               flask["p50_ms"]),
        Figure("durable seed reservations, p99", seed["p99_ms"], "ms", "lower", "Flask seed",
               flask["p99_ms"]),
        Figure("durable, 1 GPU for 1 slot", slot[rate], "1/s", "higher", target=10_000),
        Figure("durable, 1 GPU for 1 slot", slot[rate], "1/s", "higher", "bare SQLite writer",
               bare_slot["reservations_per_second"]),
    ]
