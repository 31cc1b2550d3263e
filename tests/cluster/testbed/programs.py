"""The cluster's programs as processes: started each in a session of its own, found again in the
folder's record, stopped by pid."""
import json
import os
import pathlib
import signal
import subprocess
import time


class Failed(Exception):
    """A sentence for whoever started the cluster."""


def began(pid):
    """When a process began, in clock ticks since boot; None when there is none (or a dead one).
    Pids are given out again, but not with the same beginning."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def until(holds, what, seconds=60, meanwhile=lambda: None):
    """Waits for a condition; what it returned when it held."""
    deadline = time.monotonic() + seconds
    while not (result := holds()):
        meanwhile()
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return result


class Programs:
    """All that were started in a cluster's folder; the record outlives this process."""

    def __init__(self, folder):
        self.folder = folder
        self.record = folder / "programs.json"

    def all(self):
        return json.loads(self.record.read_text()) if self.record.exists() else []

    def named(self, name):
        return next((one for one in self.all() if one["name"] == name), None)

    def start(self, name, command, environment=None):
        command = [str(word) for word in command]
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        with open(logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True, cwd=self.folder,
                                       env={**os.environ, **(environment or {})})
        others = [one for one in self.all() if one["name"] != name]
        self._write([*others, {"name": name, "pid": process.pid, "began": began(process.pid),
                               "command": command, "environment": environment, "wanted": True}])

    def start_again(self, name):
        one = self.named(name)
        if not self.is_alive(one):
            self.start(name, one["command"], one["environment"])

    def check(self):
        """Raises when one has ended by itself."""
        for one in self.all():
            if one["wanted"] and not self.is_alive(one):
                raise Failed(f"{one['name']} ended:\n{self.last_lines(one['name'])}")

    def last_lines(self, name, count=8):
        log = self.folder / "logs" / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])

    @staticmethod
    def is_alive(one):
        return one["began"] is not None and began(one["pid"]) == one["began"]

    def stop(self, *names, patience=8):
        """Those, all at once: SIGTERM, and SIGKILL when that was in vain for so many seconds."""
        programs = self.all()
        chosen = [one for one in programs if one["name"] in names]
        for one in chosen:
            one["wanted"] = False
        self._write(programs)
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10)):
            for one in chosen:
                if self.is_alive(one):
                    os.kill(one["pid"], number)
            try:
                until(lambda: not any(self._is_running(one) for one in chosen),
                      f"{' '.join(names)} ended", seconds)
                return
            except Failed:
                if number == signal.SIGKILL:
                    raise

    def stop_all(self):
        names = [one["name"] for one in self.all()]
        # The API server and its store last: the others would only complain about its absence.
        self.stop(*(name for name in names if name not in ("etcd", "kube-apiserver")))
        self.stop("kube-apiserver")
        self.stop("etcd")
        self.record.unlink(missing_ok=True)

    def _is_running(self, one):
        try:
            os.waitpid(one["pid"], os.WNOHANG)  # no zombie, where this process is its parent
        except ChildProcessError:
            pass
        return self.is_alive(one)

    def _write(self, programs):
        making = self.record.with_suffix(".new")
        making.write_text(json.dumps(programs, indent=1))
        making.replace(self.record)
