"""A real berthd of a build, as tests start it and talk to it."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"


def until(holds, what, seconds=30):
    """Waits for a condition; what it returned when it held. `what` may be called, to say in the end
    how far it came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := holds():
            return result
        time.sleep(0.01)
    raise AssertionError(f"it never came true within {seconds} s: {what() if callable(what) else what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body.decode()

    @property
    def json(self):
        return json.loads(self.text)


class Berthd:
    """One on a folder of its own, with its configuration as text or as what YAML would read."""

    def __init__(self, folder, config, test_clock=True, environment=None):
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "berth.yaml"
        # JSON is YAML.
        self.config.write_text(config if isinstance(config, str) else json.dumps(config))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.test_clock = test_clock
        self.environment = environment or {}
        self.process = None

    def start(self, answers="/readyz"):
        command = [BUILD / "berthd", "--config", self.config, "--data", self.data,
                   "--listen", f"127.0.0.1:{self.port}"]
        if self.test_clock:
            command.append("--test-clock")
        self.log = open(self.folder / "berthd.log", "ab")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log,
                                        env={**os.environ, **self.environment})
        until(lambda: self.ready(answers), "berthd is ready: " + str(self.folder / "berthd.log"))
        return self

    def ready(self, path="/readyz"):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "berthd.log").read_text()[-2000:])
        with contextlib.suppress(OSError):
            return self.call("GET", path).status == 200

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
        return self.process.returncode

    def call(self, method, path, body=None, user="alice", headers=None):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-Berth-User": user, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, refusal.headers, refusal.read())

    def reserve(self, user="alice", **wish):
        return self.call("POST", "/api/v1/reservations", wish, user)

    def book(self, user="alice", **wish):
        answer = self.reserve(user, **wish)
        assert answer.status == 201, answer.text
        return answer.json

    def show(self, reservation):
        return self.call("GET", f"/api/v1/reservations/{reservation}").json

    def until_state(self, reservation, *states, seconds=60):
        found = until(lambda: (r := self.show(reservation))["state"] in states and r,
                      lambda: f"{reservation} is {' or '.join(states)}, not {self.show(reservation)}",
                      seconds)
        return found

    def clock(self, to):
        answer = self.call("POST", "/test/clock", {"now": to})
        assert answer.status in (200, 204), answer.text

    def now(self):
        return self.call("GET", "/api/v1/fleet").json["now"]

    def cli(self, *arguments, user="alice", check=None):
        done = subprocess.run(
            [BUILD / "berth", *map(str, arguments)], capture_output=True, text=True, timeout=300,
            env={**os.environ, "BERTH_URL": self.url, "BERTH_USER": user, "NO_COLOR": "1"})
        if check is not None:
            assert done.returncode == check, done.stdout + done.stderr
        return done
