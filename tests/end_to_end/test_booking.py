"""Booking over HTTP and by the command line."""
import concurrent.futures
import json

from conftest import until


def test_the_seed_contract_word_for_word(make_berth):
    berth = make_berth(zone="Asia/Shanghai")
    berth.clock("2026-11-30T01:00:00Z")
    wish = {"user": "alice", "gpus": [0, 1], "start": "2026-11-30T20:00:00", "duration": 4}
    answer = berth.call("POST", "/reserve", wish)
    assert (answer.status, answer.json) == (200, {
        "message": "Reservation confirmed",
        "resources": [{"gpu": 0, "time": "2026-11-30T20:00:00"},
                      {"gpu": 1, "time": "2026-11-30T20:00:00"}]})
    unknown = berth.call("POST", "/reserve", {**wish, "gpus": [9]})
    assert (unknown.status, unknown.json["error"]) == (400, "GPU 9 does not exist")
    clash = berth.call("POST", "/reserve", {**wish, "user": "bob", "gpus": [0]})
    assert clash.status == 409
    assert clash.json["error"] == "GPU 0 is busy from 2026-11-30 20:00:00 to 2026-12-01 00:00:00"
    assert clash.json["suggestions"]
    status = berth.call("GET", "/status").json
    assert list(status) == [str(gpu) for gpu in range(8)]
    assert status["1"] == [{"user": "alice", "start": "2026-11-30T20:00:00",
                            "end": "2026-12-01T00:00:00"}]
    assert status["2"] == []


def test_each_suggestion_of_a_conflict_is_accepted_when_it_is_resubmitted(berth):
    berth.book(gpus={"ids": ["node1/0", "node1/1"]}, start="2026-11-30T20:00:00Z", hours=8)
    berth.book(gpus={"count": 4}, start="2026-11-30T20:00:00Z", hours=4)
    for wish in ({"gpus": {"ids": ["node1/1", "node1/2"]}}, {"gpus": {"count": 4}}):
        refused = berth.reserve("bob", start="2026-11-30T20:00:00Z", hours=6, **wish)
        assert refused.status == 409 and refused.json["code"] == "conflict"
        assert refused.headers["Content-Type"].startswith("application/problem+json")
        assert len(refused.json["suggestions"]) >= 3
        for window in refused.json["suggestions"]:
            booked = berth.book("bob", gpus={"ids": window["gpus"]}, start=window["start"],
                                end=window["end"])
            assert booked["gpus"] == window["gpus"]
            cancelled = berth.call("POST", f"/api/v1/reservations/{booked['id']}/cancel",
                                   {"reason": "only trying"}, "bob")
            assert cancelled.status == 200, cancelled.text


def test_of_many_bookings_at_once_no_two_share_a_gpu(berth):
    def wish(number):
        hour = 10 + 2 * (number % 6)
        return berth.reserve(f"user{number}", gpus={"count": 1 + number % 4},
                             start=f"2026-11-30T{hour}:00:00Z", hours=2 + 2 * (number % 3))

    with concurrent.futures.ThreadPoolExecutor(16) as people:
        answers = list(people.map(wish, range(120)))
    assert {answer.status for answer in answers} == {201, 409}
    held = [answer.json for answer in answers if answer.status == 201]
    for i, one in enumerate(held):
        for other in held[i + 1:]:
            if set(one["gpus"]) & set(other["gpus"]):
                assert one["end"] <= other["start"] or other["end"] <= one["start"], (one, other)


def test_what_was_confirmed_is_there_after_kill_9_at_any_moment(berth):
    confirmed = {}
    for round_number in range(6):
        def wish(number):
            day = 1 + (number % 27)
            try:
                answer = berth.reserve("alice", gpus={"count": 1}, hours=2,
                                       start=f"2026-12-{day:02}T{2 * (number % 12):02}:00:00Z")
            except OSError:
                return None
            return answer.json if answer.status == 201 else None

        with concurrent.futures.ThreadPoolExecutor(8) as people:
            futures = [people.submit(wish, 97 * round_number + n) for n in range(97)]
            until(lambda: sum(f.done() for f in futures) > 10 * round_number, "some are answered")
            berth.kill()
            for future in futures:
                if answer := future.result():
                    confirmed[answer["id"]] = answer
        berth.start()
        for identity, answer in confirmed.items():
            found = berth.show(identity)
            assert (found["gpus"], found["start"], found["state"]) == (
                answer["gpus"], answer["start"], "confirmed")
    assert len(confirmed) > 50


def test_the_command_line_books_shows_and_cancels(berth):
    done = berth.cli("reserve", "--gpus", 4, "--start", "wed 20:00", "--hours", 32, "--title",
                     "生产模型", check=0)
    assert "r-1" in done.stdout and "node1" in done.stdout
    assert "生产模型" in berth.cli("ls", check=0).stdout
    shown = json.loads(berth.cli("show", "r-1", "--json", check=0).stdout)
    assert (shown["start"], shown["end"]) == ("2026-12-02T20:00:00Z", "2026-12-04T04:00:00Z")
    taken = berth.cli("reserve", "--gpu-ids", "node1/0", "--start", "wed 20:00", "--hours", 2,
                      user="bob", check=3)
    assert "busy" in taken.stdout + taken.stderr
    berth.cli("cancel", "r-1", user="bob", check=5)
    berth.cli("cancel", "r-1", "--reason", "not needed", check=0)
    berth.cli("show", "r-99", check=6)
    berth.cli("plan", "--gpus", 4, "--hours", 20, "--before", "thu 10:00", check=0)


def test_the_history_says_who_did_what_and_why(berth):
    booked = berth.book(gpus={"count": 1}, start="2026-11-30T20:00:00Z", hours=2)
    berth.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "wrong day"})
    history = berth.show(booked["id"])["history"]
    assert [(row["actor"], row["kind"]) for row in history] == [
        ("alice", "reservation_confirmed"), ("alice", "reservation_ended")]
    assert history[1]["reason"] == "wrong day"


def test_the_page_and_its_calendar_are_served(berth):
    berth.book(title="first", gpus={"count": 2}, start="2026-11-30T20:00:00Z", hours=2)
    page = berth.call("GET", "/")
    assert page.status == 200 and "<html" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    calendar = berth.call("GET", "/api/v1/calendar?from=2026-11-30T00:00:00Z&to=2026-12-07T00:00:00Z")
    assert [(r["id"], r["gpus"]) for r in calendar.json["reservations"]] == [("r-1", [0, 1])]
