from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from berth.client import BerthError, Client

Answer = Tuple[int, Any]  # status 0: hang up without one


class Server:
    """Gives the answers it was given, in order, and keeps the requests."""

    def __init__(self) -> None:
        self.answers: List[Answer] = []
        self.requests: List[Dict[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append(
                    {
                        "line": f"{self.command} {self.path}",
                        "headers": self.headers,
                        "body": json.loads(body) if body else None,
                    }
                )
                status, answer = server.answers.pop(0)
                if not status:
                    return self.connection.close()
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _any

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def api() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_a_reservation_is_sent_as_the_user_with_a_key(api: Server):
    api.answers = [(201, {"id": "r-17"})]

    booked = Client(api.url, "mei").reserve(gpus={"count": 4}, start="now", hours=4)

    assert booked == {"id": "r-17"}
    request = api.requests[0]
    assert request["line"] == "POST /api/v1/reservations"
    assert request["body"] == {"gpus": {"count": 4}, "start": "now", "hours": 4}
    assert request["headers"]["X-Berth-User"] == "mei" and request["headers"]["Idempotency-Key"]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(api: Server):
    api.answers = [(0, None), (201, {"id": "r-17"})]

    assert Client(api.url, "mei").reserve(start="now")["id"] == "r-17"

    keys = [request["headers"]["Idempotency-Key"] for request in api.requests]
    assert len(keys) == 2 and keys[0] == keys[1]


def test_two_reservations_have_two_keys(api: Server):
    api.answers = [(201, {}), (201, {})]
    client = Client(api.url, "mei")
    client.reserve(start="now")
    client.reserve(start="now")

    assert len({request["headers"]["Idempotency-Key"] for request in api.requests}) == 2


def test_a_refusal_brings_its_code_its_sentence_and_its_suggestions(api: Server):
    windows = [{"start": "2026-11-30T12:00:00Z"}]
    problem = {
        "code": "conflict",
        "title": "Conflict",
        "detail": "GPU 0 is busy",
        "suggestions": windows,
    }
    api.answers = [(409, problem)]

    with pytest.raises(BerthError) as refusal:
        Client(api.url, "mei").reserve(start="now")

    assert (refusal.value.status, refusal.value.code) == (409, "conflict")
    assert refusal.value.sentence == "GPU 0 is busy" and refusal.value.suggestions == windows
    assert len(api.requests) == 1, "a refusal is an answer, not to be asked for again"


def test_a_server_that_is_not_there_is_unreachable():
    with pytest.raises(BerthError) as error:
        Client("http://127.0.0.1:9", "mei").plan(hours=4)
    assert (error.value.status, error.value.code) == (0, "unreachable")


def test_pages_are_followed(api: Server):
    api.answers = [
        (200, {"items": [{"id": "r-1"}, {"id": "r-2"}], "next": "c2"}),
        (200, {"items": [{"id": "r-3"}], "next": None}),
    ]

    ids = [
        item["id"]
        for item in Client(api.url).reservations(team="vision", from_="2026-11-30T00:00:00Z")
    ]

    assert ids == ["r-1", "r-2", "r-3"]
    assert "from=2026-11-30" in api.requests[0]["line"] and "cursor=c2" in api.requests[1]["line"]


def test_waiting_ends_with_the_reservation(api: Server):
    api.answers = [(200, {"state": "running"}), (200, {"state": "completed"})]

    assert Client(api.url).wait("r-17", every=0.0) == {"state": "completed"}


def test_waiting_gives_up(api: Server):
    api.answers = [(200, {"state": "running"})]

    with pytest.raises(TimeoutError, match="r-17 is still running"):
        Client(api.url).wait("r-17", timeout=1.0, every=5.0)


def test_cancelling_says_why(api: Server):
    api.answers = [(200, {"state": "cancelled"})]

    Client(api.url, token="secret").cancel("r-17", reason="wrong data")

    assert api.requests[0]["line"] == "POST /api/v1/reservations/r-17/cancel"
    assert api.requests[0]["body"] == {"reason": "wrong data"}
    assert api.requests[0]["headers"]["Authorization"] == "Bearer secret"
