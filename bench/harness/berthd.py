"""A berthd of the release build, with its data on disk."""
import json
import subprocess
import time
import urllib.error
import urllib.request

from harness.context import BUILD, free_port, resident_mb, until


def nodes(count, gpus):
    return [{"name": f"node{i}", "gpus": gpus, "model": "A100", "memory_gb": 80}
            for i in range(count)]


class Berthd:
    """with Berthd(folder, nodes(8, 4)) as server: … server.port … server.revision()"""

    def __init__(self, folder, fleet, slot_hours=2.0, horizon_days=3660, grace_seconds=30,
                 patience=30, page=None):
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.port = free_port()
        # JSON is YAML.
        (folder / "berth.yaml").write_text(json.dumps({
            **({"page": str(page)} if page else {}),
            "site": {"zone": "UTC", "slot_hours": slot_hours, "horizon_days": horizon_days},
            "fleet": {"detect": False, "nodes": fleet},
            "launch": {"grace_seconds": grace_seconds},
        }))
        self.patience = patience  # seconds for a start
        self.process = None
        self.seconds_to_ready = None

    @property
    def journal(self):
        return self.data / "journal.sqlite"

    def start(self):
        began = time.monotonic()
        with open(self.folder / "berthd.log", "ab") as log:
            self.process = subprocess.Popen(
                [BUILD / "berthd", "--config", self.folder / "berth.yaml", "--data", self.data,
                 "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log)
        try:
            until(self.ready, f"berthd is ready: {self.folder}/berthd.log", self.patience)
        except BaseException:
            self.kill()
            raise
        self.seconds_to_ready = time.monotonic() - began
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "berthd.log").read_text()[-2000:])
        try:
            return self.get("/readyz")
        except OSError:
            return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=120)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read().decode()

    def revision(self):
        """The journal's last row, which "/readyz" names."""
        return int(self.get("/readyz").split()[-1])

    def reserve(self, **wish):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/reservations", data=json.dumps(wish).encode(),
            headers={"Content-Type": "application/json", "X-Berth-User": "alice"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise RuntimeError(refusal.read().decode()) from refusal

    def resident_mb(self):
        return resident_mb(self.process.pid)
