"""A real HTTP server that plays Berth's side of a job, in the test's process."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional

TOKEN = "job-token"
PATIENCE_SECONDS = 90.0


class FakeBerth:
    """Records what a job reports; answers `notice`; does something when an epoch is reported."""

    def __init__(self) -> None:
        self.progress: List[Dict[str, Any]] = []
        self.saved: List[Dict[str, Any]] = []
        self.notice: Optional[Dict[str, Any]] = None
        self.refusals: Dict[str, List[int]] = {}  # path's last word: statuses to answer with first
        self.polls = 0
        self._actions: Dict[int, Callable[[], None]] = {}
        self._changed = threading.Condition()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with fake._changed:
                    fake.polls += 1
                    fake._changed.notify_all()
                self._answer(200, {"notice": fake.notice})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                what = self.path.rsplit("/", 1)[1]
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    return self._answer(401, {"code": "unauthorised"})
                with fake._changed:
                    refusals = fake.refusals.get(what)
                    status = refusals.pop(0) if refusals else None
                    fake._changed.notify_all()
                if status:
                    return self._answer(status, {"code": "test"})
                fake._take(what, body)
                self._answer(204, None)

            def _answer(self, status: int, body: Any) -> None:
                content = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def after_epoch(self, epoch: int, do: Callable[[], None]) -> None:
        """Calls `do` when that epoch is first reported, before the job gets its answer."""
        self._actions[epoch] = do

    def wait_for(self, what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        with self._changed:
            assert self._changed.wait_for(what, seconds), "the job did not report in time"
            return what()

    def epochs(self) -> List[int]:
        return [event["epoch"] for event in self.progress if event["event"] == "epoch"]

    def events(self) -> List[str]:
        return [event["event"] for event in self.progress]

    def _take(self, what: str, body: Dict[str, Any]) -> None:
        with self._changed:
            {"progress": self.progress, "saved": self.saved}[what].append(body)
            self._changed.notify_all()
        if what == "progress" and body["event"] == "epoch" and body["epoch"] in self._actions:
            self._actions.pop(body["epoch"])()


def a_notice(
    seconds_left: float, deadline: str = "2026-11-30T20:00:00Z", kind: str = "release"
) -> Dict[str, Any]:
    return {
        "kind": kind,
        "deadline": deadline,
        "seconds_left": seconds_left,
        "message": "the GPUs you are using will be reclaimed; please save a checkpoint",
    }
