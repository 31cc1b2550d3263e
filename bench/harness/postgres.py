"""PostgreSQL's own guard against a double booking, beside Berth's whole decision and durable bookings.

Decisions: 10,000 GPUs with 100,000 bookings; neither side commits within what is measured.
Commits: 32 GPUs, 64 connections, each booking of one GPU for one slot on disk before its answer.
"""
import getpass
import json
import pathlib
import re
import shutil
import subprocess

from harness import http
from harness.context import PEERS
from harness.figures import Figure

TARGETS = ["bench_decision", *http.TARGETS]
GUARD = "PostgreSQL, EXCLUDE USING gist"


def programs():
    """Where this machine's PostgreSQL server lies; Debian keeps it off the path."""
    found = shutil.which("initdb") or max(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")))
    return pathlib.Path(found).resolve().parent


class Cluster:
    """A server of its own, reached through a socket in its folder alone."""

    def __init__(self, folder):
        self.folder = folder
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if getpass.getuser() == "root" else getpass.getuser()
        if self.user != getpass.getuser():
            shutil.chown(folder, self.user)

    def run(self, *command):
        as_user = [] if self.user == getpass.getuser() else ["runuser", "-u", self.user, "--"]
        done = subprocess.run([*as_user, *map(str, command)], check=False, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}")
        return done.stdout

    def __enter__(self):
        self.run(programs() / "initdb", "-D", "data", "-A", "trust", "-E", "UTF8", "--locale", "C",
                 "--no-sync")
        self.control("-l", "log", "-o", f"-k {self.folder} -c listen_addresses=''"
                     " -c shared_buffers=512MB -c max_wal_size=4GB", "start")
        return self

    def __exit__(self, *_):
        self.control("-m", "fast", "stop")

    def control(self, *arguments):
        # It must not inherit the pipe that run() reads to its end.
        self.run("sh", "-c", '"$0" "$@" </dev/null >control.log 2>&1', programs() / "pg_ctl",
                 "-D", "data", "-w", *arguments)

    def query_file(self, name, **variables):
        """What psql prints for a file of bench/peers."""
        sets = [word for key, value in variables.items() for word in ("-v", f"{key}={value}")]
        return self.run("psql", "-X", "-q", "-A", "-t", "-h", self.folder, "-d", "postgres", *sets,
                        "-f", self.copied(name))

    def commits_per_second(self, name, clients, seconds):
        """pgbench's rate for a file of bench/peers."""
        text = self.run("pgbench", "-n", "-M", "prepared", "-c", clients, "-j", 1, "-T", seconds,
                        "-h", self.folder, "-f", self.copied(name), "postgres")
        return float(re.search(r"^tps = ([0-9.]+)", text, re.MULTILINE).group(1))

    def copied(self, name):
        """The cluster's user may be unable to read the checkout."""
        shutil.copy(PEERS / name, self.folder / name)
        (self.folder / name).chmod(0o644)
        return name


def decisions(context):
    gpus = context.pick(10_000, 1_000)
    bookings, more = 10 * gpus, 2 * gpus
    berth = context.measure("decision", gpus, bookings, more)
    with Cluster(context.folder("postgres")) as cluster:
        theirs = json.loads(cluster.query_file("postgres_exclusion.sql", gpus=gpus,
                                               bookings=bookings, more=more))
    if theirs["accept"]["accepted"] != more or theirs["refuse"]["accepted"] != 0:
        raise RuntimeError(f"PostgreSQL decided otherwise: {theirs}")
    return [
        Figure("decision, accepted", berth["accept_us"], "us", "lower", GUARD,
               theirs["accept"]["us"]),
        Figure("decision, conflict with suggestions", berth["refuse_us"], "us", "lower", GUARD,
               theirs["refuse"]["us"]),
        Figure("decision, accepted", berth["accept_us"], "us", "lower",
               "PostgreSQL, table without a guard", theirs["bare"]["us"]),
    ]


def commits(context):
    requests = context.pick(20_000, 1_000)
    berth, _ = http.load_berth(context, "postgres_berth", requests // 2, requests, *http.ONE_SLOT)
    with Cluster(context.folder("postgres")) as cluster:
        cluster.query_file("postgres_calendar.sql", bookings=requests // 2)
        theirs = cluster.commits_per_second("postgres_commits.sql", http.CONNECTIONS,
                                            context.pick(5, 1))
    return [Figure("durable, 1 GPU for 1 slot", berth["accepted_per_second"], "1/s", "higher",
                   GUARD, theirs)]


def postgres(context):
    return decisions(context) + commits(context)
