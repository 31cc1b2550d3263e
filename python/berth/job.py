"""A reserved job's line to Berth: what it was given, what it is told, what it reports.

    board = NoticeBoard()
    job = Job.from_environment()
    with Channel(job, board) as channel:
        channel.progress({"event": "epoch", "epoch": 3, ...})
        channel.saved({"checkpoint": "/runs/x/resume.pt", "epoch": 3, "step": 120, "leaving": False})

Nothing here ever blocks or stops the work: requests are made by one background thread, a server
that does not answer costs it three seconds, and progress that cannot be sent is dropped. Only
`saved` is tried again for a while, because the server counts lost GPU-hours from it. Without
BERTH_URL the channel is silent, and the notice file and SIGTERM still work.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import http.client
import json
import math
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Callable, Deque, Dict, Mapping, Optional, Set, Tuple

API, FILE = "api", "file"
REQUEST_TIMEOUT_SECONDS = 3.0
POLL_SECONDS = 5.0
SAVED_RETRY_SECONDS = 0.5
SAVED_GIVE_UP_SECONDS = 120.0
PROGRESS_KEPT = 256
CLOSE_SECONDS = 10.0


def say(sentence: str) -> None:
    """One line for the job's log."""
    print(f"berth: {sentence}", file=sys.stderr, flush=True)


@dataclasses.dataclass(frozen=True)
class Job:
    """What the launcher told this process; every part may be missing outside a reservation.

    `ends_at` is the end at the start. It can be moved; notices then follow the new one.
    """

    url: Optional[str] = None
    reservation: Optional[str] = None
    token: Optional[str] = None
    ends_at: Optional[datetime.datetime] = None
    notice_file: Optional[Path] = None
    checkpoint_dir: Optional[Path] = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Job":
        def path(name: str) -> Optional[Path]:
            return Path(environ[name]).absolute() if environ.get(name) else None

        return cls(
            url=environ.get("BERTH_URL", "").rstrip("/") or None,
            reservation=environ.get("BERTH_RESERVATION") or None,
            token=environ.get("BERTH_TOKEN") or None,
            ends_at=parse_time(environ.get("BERTH_ENDS_AT", "")),
            notice_file=path("BERTH_NOTICE_FILE"),
            checkpoint_dir=path("BERTH_CHECKPOINT_DIR"),
        )


def parse_time(text: str) -> Optional[datetime.datetime]:
    """An RFC 3339 instant; None for anything else, because a time is only ever informative here."""
    try:
        when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=datetime.timezone.utc)


@dataclasses.dataclass(frozen=True)
class Notice:
    """The request to have saved and left by some moment.

    `stop_by` is on this process's monotonic clock: seconds_left counted from when the notice was
    first seen. The deadline's wall time only identifies the notice, because the server may run a
    virtual clock.
    """

    kind: str
    deadline: str
    message: str
    stop_by: float

    @classmethod
    def from_json(cls, value: Any, seen_at: float) -> "Notice":
        if not isinstance(value, dict):
            return cls("release", "", str(value), math.inf)
        left = value.get("seconds_left")
        if isinstance(left, bool) or not isinstance(left, (int, float)):
            left = math.inf
        return cls(
            kind=str(value.get("kind", "release")),
            deadline=str(value.get("deadline", "")),
            message=str(value.get("message", "")),
            stop_by=seen_at + left,
        )

    @property
    def key(self) -> Tuple[str, str]:
        return self.kind, self.deadline

    @property
    def hurries(self) -> bool:
        """Somebody waits for the GPUs. The other kind, "end", only says when the window ends: until
        then they are this job's to use."""
        return self.kind != "end"


class NoticeBoard:
    """The notice in force, of what the channels (the API, the notice file) show. Any thread.

    The same notice seen again, or in the other channel, keeps the moment at which it was first
    seen. One that a channel no longer shows is withdrawn, after an extension for example; the API
    knows best, so what it takes back stays taken back though the file still says it. Of several,
    the one that hurries is in force, then the earliest.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._shown: Dict[str, Notice] = {}  # by channel
        self._taken_back: Set[Tuple[str, str]] = set()
        self._notice: Optional[Notice] = None

    @property
    def notice(self) -> Optional[Notice]:
        return self._notice

    def post(self, channel: str, value: Any) -> None:
        """Takes what a channel shows: the JSON object of a notice, or None."""
        with self._lock:
            before = self._shown.get(channel)
            shown = None if value is None else Notice.from_json(value, self._clock())
            if (before and before.key) == (shown and shown.key):
                return
            if before and channel == API:
                self._taken_back.add(before.key)
            if shown and channel == API:
                self._taken_back.discard(shown.key)
            if shown:
                same = [known for known in self._shown.values() if known.key == shown.key]
                self._shown[channel] = same[0] if same else shown
            else:
                del self._shown[channel]
            self._choose()

    def _choose(self) -> None:
        standing = [one for one in self._shown.values() if one.key not in self._taken_back]
        before, self._notice = self._notice, min(standing, key=_urgency, default=None)
        if before and not self._notice:
            say("the notice is withdrawn; the training goes on")
        elif self._notice and self._notice != before:
            left = self._notice.stop_by - self._clock()
            by = "" if math.isinf(left) else f", {left:.0f} s left"
            what = "told to save and leave" if self._notice.hurries else "told when the window ends"
            say(f"{what} ({self._notice.kind}{by}): {self._notice.message or 'no message'}")


def _urgency(notice: Notice) -> Tuple[bool, float]:
    return not notice.hurries, notice.stop_by


def read_notice_file(path: Path) -> Any:
    """The notice object in the file; None while there is no file, or an empty one (which is what
    Kubernetes shows for an annotation that is not there yet). Text that is no JSON is a notice
    without a deadline: whoever wrote it wants the job to leave."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


class Channel:
    """Sends progress and `saved`, and asks for a notice every few seconds, in one thread.

    Progress waits in a bounded queue (the oldest is dropped) and is tried once. Of `saved` only
    the newest matters; it goes before progress and is tried again until the server takes it,
    refuses it, or two minutes have passed. `close` drains what it can in ten seconds, and insists
    only on a `saved` that says the job is leaving.
    """

    def __init__(
        self,
        job: Job,
        board: NoticeBoard,
        poll_seconds: float = POLL_SECONDS,
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        self._job = job
        self._board = board
        self._poll_seconds = poll_seconds
        self._close_seconds = close_seconds
        # A reservation system is inside the house: a proxy for the outside is not asked.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._wake = threading.Condition()
        self._progress: Deque[Dict[str, Any]] = collections.deque(maxlen=PROGRESS_KEPT)
        self._saved: Optional[Dict[str, Any]] = None
        self._saved_give_up_at = 0.0
        self._saved_again_at = 0.0
        self._close_by: Optional[float] = None
        self._reachable = True
        self._thread: Optional[threading.Thread] = None

    def __enter__(self) -> "Channel":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        if self._job.url and not self._thread:
            self._close_by = None
            self._thread = threading.Thread(target=self._run, name="berth-channel", daemon=True)
            self._thread.start()

    def progress(self, event: Dict[str, Any]) -> None:
        with self._wake:
            self._progress.append(event)
            self._wake.notify()

    def saved(self, checkpoint: Dict[str, Any]) -> None:
        with self._wake:
            self._saved = checkpoint
            self._saved_again_at = 0.0
            self._saved_give_up_at = time.monotonic() + SAVED_GIVE_UP_SECONDS
            self._wake.notify()

    def close(self) -> None:
        """Sends what is left, for at most `close_seconds`, and ends the thread."""
        thread, self._thread = self._thread, None
        if not thread:
            return
        with self._wake:
            self._close_by = time.monotonic() + self._close_seconds
            self._wake.notify()
        thread.join(self._close_seconds + REQUEST_TIMEOUT_SECONDS + 1)

    # -- the background thread ---------------------------------------------------------------

    def _run(self) -> None:
        poll_at = 0.0
        while True:
            now = time.monotonic()
            closing = self._close_by is not None
            with self._wake:
                unsaved = self._saved
                saved = unsaved if now >= self._saved_again_at else None
                event = None if saved or not self._progress else self._progress.popleft()
            if closing and (now >= self._close_by or not (unsaved or event)):
                return
            if saved:
                self._send_saved(saved)
            elif event:
                if not self._post("progress", event) and closing:
                    self._progress.clear()
            elif not closing and now >= poll_at:
                self._poll()
                poll_at = time.monotonic() + self._poll_seconds
            else:
                self._wait_until(poll_at, closing)

    def _wait_until(self, poll_at: float, closing: bool) -> None:
        with self._wake:
            if self._progress or (self._close_by is not None) != closing:
                return
            until = [self._close_by if closing else poll_at]
            if self._saved:
                until.append(self._saved_again_at)
            self._wake.wait(max(0.0, min(until) - time.monotonic()))

    def _send_saved(self, saved: Dict[str, Any]) -> None:
        done = self._post("saved", saved)
        now = time.monotonic()
        with self._wake:
            if self._saved is not saved:  # a newer one came meanwhile
                return
            in_vain = self._close_by is not None and not saved.get("leaving")
            if done or in_vain or now >= self._saved_give_up_at:
                self._saved = None
            else:
                self._saved_again_at = now + SAVED_RETRY_SECONDS

    def _poll(self) -> None:
        try:
            with self._request("GET", "notice", None) as answer:
                notice = json.loads(answer.read() or b"null")
            self._reached()
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._lost(error)
            return
        if isinstance(notice, dict):
            self._board.post(API, notice.get("notice"))

    def _post(self, what: str, body: Dict[str, Any]) -> bool:
        """True when there is no use in sending it again: it was taken, or refused for good."""
        try:
            self._request("POST", what, body).close()
        except urllib.error.HTTPError as error:
            self._lost(error)
            return 400 <= error.code < 500 and error.code not in (408, 429)
        except (OSError, http.client.HTTPException) as error:
            self._lost(error)
            return False
        except ValueError as error:  # it cannot be written as JSON, or the URL is none
            self._lost(error)
            return True
        self._reached()
        return True

    def _request(self, method: str, what: str, body: Optional[Dict[str, Any]]) -> Any:
        request = urllib.request.Request(
            f"{self._job.url}/api/v1/jobs/self/{what}",
            method=method,
            data=None if body is None else json.dumps(body, allow_nan=False).encode(),
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )
        if self._job.token:
            request.add_header("Authorization", f"Bearer {self._job.token}")
        return self._opener.open(request, timeout=REQUEST_TIMEOUT_SECONDS)

    def _lost(self, error: Exception) -> None:
        if self._reachable:  # once, not with every request
            say(f"{self._job.url} does not take this job's reports ({error}); the training goes on")
        self._reachable = False

    def _reached(self) -> None:
        if not self._reachable:
            say(f"{self._job.url} answers again")
        self._reachable = True
