"""A small client of Berth's API.

    from berth.client import BerthError, Client

    berth = Client("http://127.0.0.1:8420", user="mei")
    try:
        booked = berth.reserve(gpus={"count": 4}, start="2026-11-30T12:00:00Z", hours=32)
    except BerthError as refusal:
        print(refusal.sentence)
        for window in refusal.suggestions:
            print(window)
    print(berth.wait(booked["id"])["state"])

It needs nothing but Python. Answers are the API's JSON objects as they come. A write carries an
idempotency key and is sent again with the same key when the connection fails, so that a lost
answer never books twice.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Dict, Iterator, List, Mapping, Optional

ENDED = frozenset({"completed", "failed", "cancelled", "evicted", "expired"})
REQUEST_TIMEOUT_SECONDS = 30.0
TRIES = 3


class BerthError(Exception):
    """A refusal (see `code`), or no answer (`code` is "unreachable", `status` 0)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        self.code = str(problem.get("code", "error"))
        self.sentence = str(problem.get("detail") or problem.get("title") or f"HTTP {status}")
        self.field = problem.get("field")
        self.suggestions: List[Any] = list(problem.get("suggestions") or [])
        super().__init__(f"{self.sentence} ({self.code})")


class Client:
    """One server, one user. Not bound to a thread; keeps no connection."""

    def __init__(
        self, url: Optional[str] = None, user: Optional[str] = None, token: Optional[str] = None
    ) -> None:
        """Without `url` and `token`, BERTH_URL and BERTH_TOKEN of the environment are used."""
        self._url = (url or os.environ.get("BERTH_URL") or "http://127.0.0.1:8420").rstrip("/")
        self._user = user
        self._token = token or os.environ.get("BERTH_TOKEN")

    def reserve(self, idempotency_key: Optional[str] = None, **request: Any) -> Dict[str, Any]:
        """Books; `request` has the fields of POST /api/v1/reservations (gpus, start, hours, …)."""
        return self._write("/api/v1/reservations", request, idempotency_key)

    def plan(self, **request: Any) -> Dict[str, Any]:
        """What `reserve` would answer, without effect; also takes `finish_before`."""
        return self._write("/api/v1/plan", request)

    def reservations(self, **filters: str) -> Iterator[Dict[str, Any]]:
        """All that match (from_, to, team, owner, state, gpu), page by page."""
        query = {name.rstrip("_"): value for name, value in filters.items()}
        while True:
            page = self._send("GET", "/api/v1/reservations?" + urllib.parse.urlencode(query))
            yield from page["items"]
            if not page.get("next"):
                return
            query["cursor"] = page["next"]

    def show(self, id: str) -> Dict[str, Any]:
        """One reservation with its history."""
        return self._send("GET", f"/api/v1/reservations/{urllib.parse.quote(id)}")

    def cancel(self, id: str, reason: str = "") -> Dict[str, Any]:
        return self._write(
            f"/api/v1/reservations/{urllib.parse.quote(id)}/cancel", {"reason": reason}
        )

    def wait(self, id: str, timeout: Optional[float] = None, every: float = 5.0) -> Dict[str, Any]:
        """Returns the reservation once it has ended, in whichever way; TimeoutError before that."""
        give_up_at = None if timeout is None else time.monotonic() + timeout
        while True:
            reservation = self.show(id)
            if reservation["state"] in ENDED:
                return reservation
            if give_up_at is not None and time.monotonic() + every > give_up_at:
                raise TimeoutError(f"{id} is still {reservation['state']} after {timeout:g} s")
            time.sleep(every)

    def _write(
        self, path: str, body: Mapping[str, Any], key: Optional[str] = None
    ) -> Dict[str, Any]:
        key = key or str(uuid.uuid4())
        for attempt in range(1, TRIES + 1):
            try:
                return self._send("POST", path, body, key)
            except BerthError as error:
                if error.status or attempt == TRIES:
                    raise
        raise AssertionError("unreachable")

    def _send(
        self, method: str, path: str, body: Optional[Mapping[str, Any]] = None, key: str = ""
    ) -> Dict[str, Any]:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._user:
            headers["X-Berth-User"] = self._user
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise BerthError(error.code, _problem(error)) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            sentence = f"{self._url} does not answer: {getattr(error, 'reason', error)}"
            raise BerthError(0, {"code": "unreachable", "detail": sentence}) from error


def _problem(error: urllib.error.HTTPError) -> Dict[str, Any]:
    try:
        problem = json.loads(error.read())
    except (OSError, ValueError):
        problem = None
    return problem if isinstance(problem, dict) else {"detail": f"HTTP {error.code} {error.reason}"}
