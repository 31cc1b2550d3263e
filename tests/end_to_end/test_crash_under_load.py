"""berthd killed at random moments while clients book: what was answered is there, once."""
import collections
import http.client
import os
import random
import sys
import threading
import time
import uuid

KILLS = int(os.environ.get("BERTH_KILLS", "200"))
CLIENTS = 4


def window_of(reservation):
    return reservation["gpus"], reservation["start"], reservation["end"]


class Client(threading.Thread):
    """Books, and cancels some of it, with an Idempotency-Key each, until berthd is gone."""

    def __init__(self, berth, name, seed):
        super().__init__()
        self.berth, self.user, self.random = berth, name, random.Random(seed)
        self.confirmed = {}  # by id: GPUs, start and end as answered
        self.cancelled = set()  # and those whose cancel was not answered
        self.ended = set()   # answered
        self.unknown = {}    # by key: the wish whose answer never came
        self.error = None

    def run(self):
        try:
            while self.book() and (self.random.random() > 0.4 or self.cancel_one()):
                pass
        except Exception as error:  # shown by the test: a thread cannot fail it
            self.error = error

    def call(self, path, body, key):
        try:
            return self.berth.call("POST", path, body, self.user, {"Idempotency-Key": key})
        except (OSError, http.client.HTTPException):
            return None

    def book(self, key=None, wish=None):
        key = key or str(uuid.uuid4())
        wish = wish or {"gpus": {"count": self.random.randint(1, 2)}, "start": "2026-12-01T00:00:00Z",
                        "hours": 2 * self.random.randint(1, 3), "on_conflict": "nearest"}
        self.unknown[key] = wish
        answer = self.call("/api/v1/reservations", wish, key)
        if answer is None:
            return False
        del self.unknown[key]
        assert answer.status == 201, answer.text
        booked = answer.json
        assert booked["id"] not in self.confirmed, "two keys, one reservation"
        self.confirmed[booked["id"]] = window_of(booked)
        return True

    def cancel_one(self):
        mine = [booked for booked in self.confirmed if booked not in self.cancelled]
        if not mine:
            return True
        chosen = self.random.choice(mine)
        answer = self.call(f"/api/v1/reservations/{chosen}/cancel", {}, str(uuid.uuid4()))
        if answer is None:
            self.cancelled.add(chosen)
            return False
        assert answer.status == 200, answer.text
        self.cancelled.add(chosen)
        self.ended.add(chosen)
        return True


def confirmed_now(berth):
    """By id; every page of the list."""
    found, after = {}, ""
    while True:
        page = berth.call("GET", f"/api/v1/reservations?state=confirmed&limit=500{after}").json
        found.update({each["id"]: each for each in page["items"]})
        if not page["next"]:
            return found
        after = f"&cursor={page['next']}"


def check(berth, clients):
    found = confirmed_now(berth)
    for client in clients:
        if client.error is not None:
            raise client.error
        for booked, window in client.confirmed.items():
            if booked not in client.cancelled:
                assert booked in found, f"{booked} was answered 201 and is gone"
                assert window_of(found[booked]) == window
        assert not client.ended & found.keys(), "a cancel was answered 200 and is undone"
    held = collections.defaultdict(list)
    for each in found.values():
        for gpu in each["gpus"]:
            held[gpu].append((each["start"], each["end"], each["id"]))
    for gpu, spans in held.items():
        spans.sort()
        for (_, end, one), (start, _, other) in zip(spans, spans[1:]):
            assert end <= start, f"{one} and {other} both hold {gpu}"


def ask_again(clients):
    """With the same keys: done before or done now, never twice."""
    for client in clients:
        before = len(client.confirmed)
        keys = dict(client.unknown)
        for key, wish in keys.items():
            assert client.book(key, wish)
        assert len(client.confirmed) == before + len(keys)


def cancel_most(clients):
    """So that the calendar does not fill up over the test."""
    for client in clients:
        for booked in list(client.confirmed):
            if booked not in client.cancelled:
                answer = client.call(f"/api/v1/reservations/{booked}/cancel", {}, str(uuid.uuid4()))
                assert answer.status == 200, answer.text
        client.confirmed.clear()
        client.cancelled.clear()
        client.ended.clear()


def test_what_was_answered_is_there_after_every_kill(berth):
    chance = random.Random(8420)
    clients = [Client(berth, f"user{i}", i) for i in range(CLIENTS)]
    answered = repeated = 0
    for kill in range(KILLS):
        before = sum(len(client.confirmed) for client in clients)
        for client in clients:
            client.start()
        time.sleep(chance.uniform(0.0, 0.15))  # the random moment itself, not a wait for anything
        berth.kill()
        for client in clients:
            client.join()
        answered += sum(len(client.confirmed) for client in clients) - before
        berth.start()
        check(berth, clients)
        repeated += sum(len(client.unknown) for client in clients)
        ask_again(clients)
        check(berth, clients)
        if kill % 10 == 9:
            cancel_most(clients)
        clients = [successor_of(client) for client in clients]
    print(f"{KILLS} kills, {answered} bookings answered under load, {repeated} asked again")
    assert answered > KILLS and repeated > 0


def successor_of(client):
    """A thread runs once."""
    successor = Client(client.berth, client.user, client.random.random())
    successor.confirmed, successor.cancelled = client.confirmed, client.cancelled
    successor.ended = client.ended
    return successor


def test_jobs_start_once_however_often_the_server_is_killed_while_it_starts_them(berth, tmp_path):
    """Three jobs a slot of the test's clock; each start appends a letter to the job's own file."""
    starts = tmp_path / "starts"
    starts.mkdir()
    code = f"import os\nopen({str(starts)!r} + '/' + os.environ['BERTH_RESERVATION'], 'a').write('x')"
    chance = random.Random(1)
    kills = max(1, KILLS // 10)
    booked = []
    for kill in range(kills):
        now = f"2026-12-{1 + kill // 12:02}T{kill % 12 * 2:02}:00:00Z"
        berth.clock(now)
        three = [berth.book(gpus={"count": 1}, start="now", hours=2, workload={
            "kind": "command", "argv": [sys.executable, "-S", "-c", code]})["id"] for _ in range(3)]
        time.sleep(chance.uniform(0.0, 0.1))  # the random moment of the kill
        berth.kill()
        berth.start()
        berth.clock(now)  # the test clock does not outlive its server
        for each in three:
            ended = berth.until_state(each, "completed", "failed", "expired")
            assert ended["state"] == "completed", ended
        booked += three
    assert {each: (starts / each).read_text() for each in booked} == dict.fromkeys(booked, "x")
