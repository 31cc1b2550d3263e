"""A real SMTP server and a real HTTP server for webhooks, and what they got (tests/notify/receivers.py)."""
import json
import subprocess

from berthd import ROOT


class Receivers:
    SECRET = "hush"  # what the HTTP server checks signatures with

    def __init__(self, folder):
        self.received = folder / "received"
        self.received.mkdir()
        self.secret_file = folder / "secret"
        self.secret_file.write_text(self.SECRET)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", ROOT / "tests/notify/receivers.py", self.received, "0", "0"],
            stdout=subprocess.PIPE, text=True)
        self.smtp, self.http = self.process.stdout.readline().split()

    def notify(self, **addresses):
        """What a site's configuration says under `notify`."""
        return {"smtp": {"url": f"smtp://127.0.0.1:{self.smtp}", "from": "berth@example.org",
                         "addresses": addresses},
                "webhooks": [{"url": f"http://127.0.0.1:{self.http}/hook",
                              "secret_file": str(self.secret_file)}]}

    def mails(self):
        return self._all("mail")

    def hooks(self):
        return self._all("hook")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def _all(self, kind):
        return [json.loads(file.read_text()) for file in sorted(self.received.glob(f"{kind}-*"))]
