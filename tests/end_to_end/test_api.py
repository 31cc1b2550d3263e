"""Changing, looking back and watching, over HTTP on a real server."""
import csv
import io

import pytest


def test_a_change_is_there_after_a_restart_with_its_reason(berth):
    booked = berth.book(gpus={"ids": ["node1/0"]}, start="2026-11-30T20:00:00Z", hours=2)
    path = f"/api/v1/reservations/{booked['id']}"
    tag = berth.call("GET", path).headers["ETag"]
    changed = berth.call("PATCH", path, {"hours": 4, "reason": "more epochs"},
                         headers={"If-Match": tag})
    assert (changed.status, changed.json["end"]) == (200, "2026-12-01T00:00:00Z")
    assert berth.call("PATCH", path, {"hours": 6}, headers={"If-Match": tag}).status == 412
    berth.kill()
    berth.start()
    shown = berth.show(booked["id"])
    assert shown["end"] == "2026-12-01T00:00:00Z"
    assert [(row["kind"], row["reason"]) for row in shown["history"]] == [
        ("reservation_confirmed", ""), ("reservation_changed", "more epochs")]


def test_the_audit_record_can_be_had_as_a_table(berth):
    booked = berth.book(title='a "quoted", title', gpus={"count": 1}, start="2026-11-30T20:00:00Z",
                        hours=2)
    berth.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "wrong\nday"})
    answer = berth.call("GET", f"/api/v1/audit?reservation={booked['id']}",
                        headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(row["actor"], row["command"], row["reason"]) for row in rows[:1] + rows[-1:]] == [
        ("alice", "reserve", ""), ("alice", "cancel", "wrong\nday")]
    listed = berth.call("GET", f"/api/v1/audit?reservation={booked['id']}").json["items"]
    assert [str(item["sequence"]) for item in listed] == [row["sequence"] for row in rows]


def test_metrics_tell_of_requests_commands_and_commits(berth):
    berth.book(gpus={"count": 2}, start="2026-11-30T20:00:00Z", hours=2)
    berth.reserve("bob", gpus={"ids": ["node1/0", "node9/9"]}, start="now", hours=2)
    text = berth.call("GET", "/metrics").text
    for line in ('berth_http_requests_total{method="POST",route="/api/v1/reservations",status="201"} 1',
                 'berth_commands_total{command="reserve",outcome="ok"} 1',
                 'berth_commands_total{command="reserve",outcome="unknown_gpu"} 1',
                 'berth_reservations{state="confirmed"} 1',
                 'berth_gpus{state="free"} 8'):
        assert line in text, text
    assert "berth_commit_duration_seconds_bucket" in text


@pytest.mark.parametrize("headers, code", [
    ({"Host": "evil.example"}, "wrong_host"), ({"Origin": "http://evil.example"}, "wrong_origin")])
def test_a_foreign_page_cannot_book(berth, headers, code):
    answer = berth.call("POST", "/api/v1/reservations", {"start": "now", "hours": 2},
                        headers=headers)
    assert (answer.status, answer.json["code"]) == (403, code)
    assert berth.call("GET", "/api/v1/reservations").json["items"] == []


def test_the_servers_own_page_can_book(berth):
    answer = berth.call("POST", "/api/v1/reservations", {"start": "now", "hours": 2},
                        headers={"Origin": berth.url})
    assert answer.status == 201, answer.text
