"""Every kind of wrong input gets its own clear answer that says what to do, and changes nothing."""
import http.client
import json
import shutil
import sqlite3
import subprocess

import pytest

from conftest import BUILD, Berth

RIGHT = {"gpus": {"count": 1}, "start": "2026-11-30T20:00:00Z", "hours": 2}


def without(wish, *names):
    return {name: value for name, value in wish.items() if name not in names}


@pytest.fixture
def refused(berth):
    """Sends a wish that must be refused; checks that the journal has not grown by it."""
    booked = berth.book(**RIGHT)

    def send(body, status=400, raw=None, path="/api/v1/reservations", **expected):
        before = journal_length(berth)
        answer = raw_post(berth, path, raw) if raw is not None else berth.call("POST", path, body)
        assert answer.status == status, answer.text
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        problem = answer.json
        for name, value in expected.items():
            assert problem[name] == value, problem
        assert len(problem["detail"]) > 10
        assert journal_length(berth) == before
        assert berth.show(booked["id"])["state"] == "confirmed"
        return problem

    return send


def journal_length(berth):
    with sqlite3.connect(f"file:{berth.data / 'journal.sqlite'}?mode=ro", uri=True) as journal:
        return journal.execute("SELECT max(sequence) FROM journal").fetchone()[0]


class RawAnswer:
    def __init__(self, answer):
        self.status, self.headers, self.text = answer.status, answer.headers, answer.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


def raw_post(berth, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", berth.port, timeout=20)
    connection.request("POST", path, body, {"Content-Type": "application/json",
                                            "X-Berth-User": "alice"})
    answer = RawAnswer(connection.getresponse())
    connection.close()
    return answer


# -- GPUs

def test_an_unknown_gpu_is_named_with_the_nearest(refused):
    problem = refused({**RIGHT, "gpus": {"ids": ["node1/0", "node1/7"]}}, code="unknown_gpu",
                      field="gpus.ids.1")
    assert problem["detail"] == "GPU node1/7 does not exist; node1 has node1/0 to node1/3"
    problem = refused({**RIGHT, "gpus": {"ids": ["nod1/0"]}}, code="unknown_gpu")
    assert "did you mean one of node1?" in problem["detail"]


def test_an_unknown_model_is_named_with_those_there_are(refused):
    problem = refused({**RIGHT, "gpus": {"count": 1, "model": "A10"}}, code="unknown_gpu",
                      field="gpus.model")
    assert "A10" in problem["detail"] and "A100" in problem["detail"]


def test_more_gpus_than_exist_says_how_many_there_are(refused):
    problem = refused({**RIGHT, "gpus": {"count": 9, "spread": "any"}}, code="too_many_gpus",
                      field="gpus.count")
    assert "8" in problem["detail"]


def test_more_gpus_than_a_node_has_says_how_to_spread(refused):
    problem = refused({**RIGHT, "gpus": {"count": 8}}, code="too_many_gpus", field="gpus.count")
    assert "4" in problem["detail"] and "any" in problem["detail"]


@pytest.mark.parametrize("count", [0, -1, -2147483648])
def test_a_count_below_one_is_refused(refused, count):
    refused({**RIGHT, "gpus": {"count": count}}, code="bad_request", field="gpus.count")


def test_a_count_beyond_all_numbers_is_refused(refused):
    refused({**RIGHT, "gpus": {"count": 10**15}}, field="gpus.count")


def test_a_gpu_named_twice_is_refused(refused):
    problem = refused({**RIGHT, "gpus": {"ids": ["node1/0", "node1/0"]}}, code="bad_request")
    assert "twice" in problem["detail"]


# -- lengths and times

@pytest.mark.parametrize("hours", [0, -4, -1e308])
def test_a_length_of_nothing_or_less_is_refused(refused, hours):
    refused({**RIGHT, "hours": hours}, code="bad_request", field="hours")


@pytest.mark.parametrize("hours", [1e6, 1e18, 1e308])
def test_a_huge_length_is_refused_as_beyond_the_horizon(refused, hours):
    refused({**RIGHT, "hours": hours}, code="beyond_horizon", field="hours")


@pytest.mark.parametrize("hours", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_length_that_is_no_number_is_refused(refused, hours):
    text = json.dumps(RIGHT).replace('"hours": 2', f'"hours": {hours}')
    assert hours in text
    refused(None, raw=text)


def test_off_grid_times_are_refused_with_the_two_nearest_windows(refused, berth):
    problem = refused({**RIGHT, "start": "2026-11-30T21:00:00Z"}, code="off_grid", field="start")
    starts = [window["start"] for window in problem["suggestions"]]
    assert starts == ["2026-11-30T20:00:00Z", "2026-11-30T22:00:00Z"]
    assert "align" in problem["detail"]
    for window in problem["suggestions"]:
        berth.book("bob", gpus={"ids": window["gpus"]}, start=window["start"], end=window["end"])


def test_a_start_in_the_past_is_refused_with_the_time_it_is(refused):
    problem = refused({**RIGHT, "start": "2026-11-30T06:00:00Z"}, code="in_the_past",
                      field="start")
    assert "2026-11-30 09:00" in problem["detail"]


def test_a_start_beyond_the_horizon_says_how_far_one_can_book(refused):
    problem = refused({**RIGHT, "start": "2036-11-30T20:00:00Z"}, code="beyond_horizon")
    assert "2027" in problem["detail"]


def test_a_start_beyond_all_calendars_is_refused(refused):
    refused({**RIGHT, "start": "9999-12-31T22:00:00Z"})


def test_an_end_before_the_start_is_refused(refused):
    refused({**without(RIGHT, "hours"), "end": "2026-11-30T18:00:00Z"}, code="bad_request",
            field="end")


def test_hours_and_an_end_together_are_refused(refused):
    problem = refused({**RIGHT, "end": "2026-11-30T22:00:00Z"}, code="bad_request", field="end")
    assert "not both" in problem["detail"]


@pytest.mark.parametrize("missing, field", [("start", "start"), ("hours", "hours")])
def test_what_is_missing_is_named(refused, missing, field):
    refused(without(RIGHT, missing), code="bad_request", field=field)


@pytest.mark.parametrize("start", ["2026-11-30", "30.11.2026 20:00", "2026-11-31T20:00:00Z",
                                   "2026-11-30T25:00:00Z", "2026-11-30T20:00:00", "", "tomorrow"])
def test_a_time_that_is_none_is_refused_with_an_example(refused, start):
    problem = refused({**RIGHT, "start": start}, field="start")
    assert "2026-" in problem["detail"]


# -- JSON

def test_malformed_json_says_where(refused):
    problem = refused(None, raw='{"gpus": {"count": 1}, "start" "now"}')
    assert "JSON" in problem["detail"]


def test_an_empty_body_is_refused(refused):
    refused(None, raw="")


def test_deeply_nested_json_is_refused(refused):
    problem = refused(None, raw="[" * 100_000 + "]" * 100_000)
    assert "deep" in problem["detail"]


@pytest.mark.parametrize("field, value, wanted", [
    ("gpus", 4, "object"), ("hours", "two", "number"), ("title", 7, "text"),
    ("align", "yes", "true or false"), ("priority", "P9", "P0"), ("start", 5, "text"),
    ("workload", [], "object"), ("gpus", {"count": 1.5}, "whole number"),
    ("gpus", {"ids": "node1/0"}, "list"), ("on_conflict", "explode", "refuse")])
def test_a_wrong_type_says_what_to_write_instead(refused, field, value, wanted):
    problem = refused({**RIGHT, field: value})
    assert problem["field"].startswith(field)
    assert wanted in problem["detail"]


def test_an_unknown_field_names_the_nearest(refused):
    problem = refused({**RIGHT, "huors": 2}, field="huors")
    assert '"hours"' in problem["detail"]


def test_an_unknown_field_within_another_names_the_nearest(refused):
    problem = refused({**RIGHT, "gpus": {"cuont": 2}}, field="gpus.cuont")
    assert '"count"' in problem["detail"]


def test_text_that_is_not_utf8_is_refused(refused):
    problem = refused(None, raw=b'{"title": "\xff\xfe"}')
    assert "UTF-8" in problem["detail"]


def test_a_key_that_comes_twice_is_refused_by_name(refused):
    problem = refused(None, raw='{"hours": 2, "hours": 4}')
    assert "hours" in problem["detail"] and "twice" in problem["detail"]


def test_a_body_over_one_mebibyte_is_refused(refused):
    problem = refused(None, raw=json.dumps({**RIGHT, "title": "x" * (1 << 20)}), status=413)
    assert "1 MiB" in problem["detail"]


def test_a_title_that_is_too_long_is_refused(refused):
    refused({**RIGHT, "title": "x" * 201}, code="bad_request", field="title")


# -- workloads

@pytest.mark.parametrize("workload, field", [
    ({"kind": "command"}, "workload.argv"),
    ({"kind": "yolo", "data": "coco.yaml"}, "workload.model"),
    ({"kind": "yolo", "model": "yolov8n.yaml"}, "workload.data"),
    ({"kind": "yolo", "model": "m", "data": "d", "epochs": 0}, "workload.epochs"),
    ({"kind": "dance"}, "workload.kind")])
def test_a_workload_that_could_not_run_is_refused(refused, workload, field):
    refused({**RIGHT, "workload": workload}, field=field)


# -- the day on which the clocks change, in naive times of the seed contract

@pytest.fixture
def berlin(make_berth):
    server = make_berth(zone="Europe/Berlin")
    server.clock("2027-03-01T00:00:00Z")
    return server


def test_a_time_that_does_not_exist_names_the_times_around_it(berlin):
    answer = berlin.call("POST", "/reserve", {"user": "a", "gpus": [0], "duration": 2,
                                              "start": "2027-03-28T02:30:00"})
    assert answer.status == 400
    assert "does not exist" in answer.json["error"]
    assert "03:00" in answer.json["error"]


def test_a_time_that_exists_twice_names_both(berlin):
    answer = berlin.call("POST", "/reserve", {"user": "a", "gpus": [0], "duration": 2,
                                              "start": "2027-10-31T02:30:00"})
    assert answer.status == 400
    assert "twice" in answer.json["error"]
    assert "2027-10-31T00:30:00Z or 2027-10-31T01:30:00Z" in answer.json["error"]


# -- configuration and data

def berthd(*arguments):
    return subprocess.run([BUILD / "berthd", *map(str, arguments)], capture_output=True, text=True,
                          timeout=20)


def check_config(tmp_path, text):
    config = tmp_path / "berth.yaml"
    config.write_text(text)
    done = berthd("--config", config, "--check-config")
    assert done.returncode != 0
    return done.stderr


def test_an_unknown_time_zone_names_the_nearest(tmp_path):
    error = check_config(tmp_path, "site: {zone: Europe/Berlni}")
    assert "Europe/Berlni" in error and "Europe/Berlin" in error


def test_a_config_that_names_a_gpu_twice_says_which(tmp_path):
    error = check_config(
        tmp_path, "fleet: {nodes: [{name: a, gpus: 2}, {name: b, gpus: 1}, {name: a, gpus: 1}]}")
    assert "the node a stands twice" in error


def test_a_config_that_is_not_there_is_named(tmp_path):
    done = berthd("--config", tmp_path / "none.yaml", "--check-config")
    assert done.returncode != 0
    assert str(tmp_path / "none.yaml") in done.stderr


def test_a_data_folder_that_another_server_holds_names_it(berth):
    done = berthd("--config", berth.config, "--data", berth.data, "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert str(berth.process.pid) in done.stderr and str(berth.data) in done.stderr
    assert berth.call("GET", "/readyz").status == 200


def test_a_journal_from_a_newer_version_is_left_alone(berth):
    berth.book(**RIGHT)
    berth.stop()
    file = berth.data / "journal.sqlite"
    with sqlite3.connect(file) as journal:
        journal.execute("PRAGMA user_version = 1000")
        journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.close()
    shutil.copy(file, berth.folder / "before.sqlite")
    done = berthd("--config", berth.config, "--data", berth.data, "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert "newer" in done.stderr
    assert file.read_bytes() == (berth.folder / "before.sqlite").read_bytes()


def test_a_file_that_is_no_journal_is_left_alone(berth):
    berth.stop()
    file = berth.data / "journal.sqlite"
    for left in berth.data.glob("journal.sqlite*"):
        left.unlink()
    file.write_text("the minutes of our last meeting\n" * 100)
    done = berthd("--config", berth.config, "--data", berth.data, "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert "journal.sqlite" in done.stderr
    assert file.read_text().startswith("the minutes")
