"""A cluster's folder: where its programs, ports, certificates and log-ins are."""
import json
import os
import pathlib
import random
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

from testbed.certificates import Certificates
from testbed.programs import Failed, Programs, until

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parents[1]
ADDRESS = "127.0.0.1"
PORTS = ["api", "etcd", "etcd_peer", "controller_manager", "scheduler", "kwok", "vc_scheduler",
         "vc_scheduler_metrics", "vc_controller_manager", "vc_webhook", "vc_webhook_health",
         "kubelet", "berthd"]


def free_ports(count):
    """Below those that the kernel gives to outgoing connections, so that a stopped server gets its
    own again."""
    chosen = []
    for port in random.sample(range(20000, 32000), 2000):
        with socket.socket() as probe:
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
        chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise Failed("there are not enough free ports on this machine")


class Cluster:
    """One whose folder exists already; Cluster.make() begins a new one."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.programs = Programs(self.folder)
        self.certificates = Certificates(self.folder / "pki")
        facts = self.folder / "cluster.json"
        if not facts.exists():
            raise Failed(f"{self.folder} holds no cluster; tests/cluster/up makes one")
        self.__dict__.update(json.loads(facts.read_text()))

    @classmethod
    def make(cls, folder, programs_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if Programs(folder).all():
            raise Failed(f"{folder} has a cluster already; tests/cluster/down {folder} ends it")
        if any(folder.iterdir()):
            raise Failed(f"{folder} is not empty; remove it or choose another folder")
        ports = dict(zip(PORTS, free_ports(len(PORTS))))
        (folder / "cluster.json").write_text(json.dumps({
            "bin": str(programs_folder), "ports": ports,
            "server": f"https://{ADDRESS}:{ports['api']}"}, indent=1))
        (folder / "work").mkdir()
        return cls(folder)

    @property
    def kubeconfig(self):
        return self.folder / "kubeconfig"

    def work(self, name):
        return self.folder / "work" / name

    def program(self, name):
        return pathlib.Path(self.bin) / name

    def start(self, name, *command, environment=None):
        self.programs.start(name, [self.program(name), *command], environment)

    def await_(self, what, holds, seconds=180):
        try:
            return until(holds, what, seconds, self.programs.check)
        except Failed as failure:
            logs = "".join(f"\n--- {one['name']}\n{self.programs.last_lines(one['name'], 4)}"
                           for one in self.programs.all())
            raise Failed(f"{failure}{logs}") from None

    def kubectl(self, *words, text=None):
        done = subprocess.run(
            [self.program("kubectl"), "--kubeconfig", self.kubeconfig,
             "--cache-dir", self.work("kubectl"), *map(str, words)],
            input=text, capture_output=True, text=True,
            env={**os.environ, "HOME": str(self.folder)})
        if done.returncode:
            raise Failed(f"kubectl {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def apply(self, objects):
        self.kubectl("apply", "--server-side", "-f", "-", text=json.dumps(
            {"apiVersion": "v1", "kind": "List", "items": objects}))

    def answers(self, url):
        """Whether a program's health address answers 200."""
        context = ssl.create_default_context(cafile=self.certificates.authority)
        request = urllib.request.Request(url)
        if url.startswith(self.server):
            request.add_header("Authorization", f"Bearer {(self.folder / 'token').read_text()}")
        try:
            with urllib.request.urlopen(
                    request, timeout=5, context=context if url.startswith("https") else None):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def is_healthy(self, port, scheme="http"):
        return lambda: self.answers(f"{scheme}://{ADDRESS}:{self.ports[port]}/healthz")

    def listens(self, port):
        def connects():
            with socket.socket() as probe:
                return probe.connect_ex((ADDRESS, self.ports[port])) == 0
        return connects

    def await_api_server(self):
        self.await_("the API server is ready", lambda: self.answers(f"{self.server}/readyz"))
