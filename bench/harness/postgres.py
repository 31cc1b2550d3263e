"""PostgreSQL's own guard against a double booking, beside Berth's whole decision.

10,000 GPUs with 100,000 bookings; neither side commits within what is measured.
"""
import getpass
import json
import pathlib
import shutil
import subprocess

from harness.context import PEERS
from harness.figures import Figure

TARGETS = ["bench_decision"]


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

    def query_file(self, text, **variables):
        (self.folder / "query.sql").write_text(text)
        (self.folder / "query.sql").chmod(0o644)
        sets = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        return self.run("psql", "-X", "-q", "-A", "-t", "-h", self.folder, "-d", "postgres", *sets,
                        "-f", "query.sql")


def postgres(context):
    gpus = context.pick(10_000, 1_000)
    bookings, more = 10 * gpus, 2 * gpus
    berth = context.measure("decision", gpus, bookings, more)
    with Cluster(context.folder("postgres")) as cluster:
        text = (PEERS / "postgres_exclusion.sql").read_text()
        theirs = json.loads(cluster.query_file(text, gpus=gpus, bookings=bookings, more=more))
    if theirs["accept"]["accepted"] != more or theirs["refuse"]["accepted"] != 0:
        raise RuntimeError(f"PostgreSQL decided otherwise: {theirs}")
    guard = "PostgreSQL, EXCLUDE USING gist"
    return [
        Figure("decision, accepted", berth["accept_us"], "us", "lower", guard,
               theirs["accept"]["us"]),
        Figure("decision, conflict with suggestions", berth["refuse_us"], "us", "lower", guard,
               theirs["refuse"]["us"]),
        Figure("decision, accepted", berth["accept_us"], "us", "lower",
               "PostgreSQL, table without a guard", theirs["bare"]["us"]),
    ]
