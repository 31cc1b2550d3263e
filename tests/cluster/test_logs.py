"""What jobs print is kept, from every pod, whoever is killed meanwhile: on real containers."""
from berthd import until
from recovery import THEY_LOOK_AGAIN_WITHIN

LINES = 30
BOTH_NODES = {"count": 8, "spread": "any"}


def counting(text, pause=0.2):
    """Prints its lines one after another, as trainings do."""
    script = (f"i=0; while [ $i -lt {LINES} ]; do i=$((i+1)); echo {text} $i; sleep {pause}; done; "
              "echo the end")
    return {"kind": "command", "argv": ["sh", "-c", script]}


def lines_of(text):
    return [f"{text} {number}" for number in range(1, LINES + 1)] + ["the end"]


def log_of(site, booked):
    return site.call("GET", f"/api/v1/reservations/{booked['id']}/log").text


def test_a_log_grows_while_its_job_runs_and_is_whole_after_its_end(real_site):
    booked = real_site.book(gpus={"count": 1}, start="now", hours=1, workload=counting("epoch"))
    until(lambda: "epoch 3\n" in log_of(real_site, booked), "its first lines are there", 60)
    # Its node tells of a start a moment later than its output does.
    real_site.until_running(booked, 5)
    assert "the end" not in log_of(real_site, booked)
    assert real_site.until_ended(booked)["state"] == "completed"
    assert log_of(real_site, booked).splitlines() == lines_of("epoch")


def test_a_killed_server_neither_loses_nor_repeats_a_line(real_site):
    booked = real_site.book(gpus={"count": 1}, start="now", hours=1, workload=counting("epoch"))
    for line in (3, 8, 13):
        until(lambda: f"epoch {line}\n" in log_of(real_site, booked), f"line {line} is there", 60)
        real_site.restart()
    real_site.until_ended(booked)
    assert log_of(real_site, booked).splitlines() == lines_of("epoch")


def test_a_log_is_kept_also_when_its_pod_ends_while_the_server_is_down(real_site):
    booked = real_site.book(gpus={"count": 1}, start="now", hours=1, workload=counting("epoch", 0))
    until(lambda: real_site.pods(booked), "it has its pod")
    real_site.kill()
    until(lambda: real_site.pods(booked)[0]["status"]["phase"] == "Succeeded", "it is over", 60)
    real_site.restart()
    assert real_site.until_ended(booked)["state"] == "completed"
    assert log_of(real_site, booked).splitlines() == lines_of("epoch")


def test_a_log_goes_on_where_an_outage_of_the_api_server_cut_it_off(real_site, api_server):
    booked = real_site.book(gpus={"count": 1}, start="now", hours=1, workload=counting("epoch"))
    until(lambda: "epoch 3\n" in log_of(real_site, booked), "its first lines are there", 60)
    api_server.stop_api_server()
    kept_by_node = (api_server.folder / "podlogs").glob(f"{real_site.namespace}_*/main/0.log")
    [file] = kept_by_node
    until(lambda: "the end" in file.read_text(), "its container has ended")
    api_server.start_api_server()
    assert real_site.until_ended(booked, THEY_LOOK_AGAIN_WITHIN)["state"] == "completed"
    assert log_of(real_site, booked).splitlines() == lines_of("epoch")


def test_every_pod_of_a_gang_has_its_output_in_the_log(real_site):
    work = {**counting("rank $NODE_RANK epoch", 0), "nodes": 2, "gpus_per_node": 2}
    booked = real_site.book(gpus={"count": 4, "per_node": 2}, start="now", hours=1, workload=work)
    assert real_site.until_ended(booked)["state"] == "completed"
    text = log_of(real_site, booked)
    first, heading, second = text.partition("\n===== Output of pod 1 ")
    assert heading, text
    assert first.splitlines() == lines_of("rank 0 epoch")
    assert second.splitlines()[1:] == lines_of("rank 1 epoch")


def test_what_a_job_says_while_it_is_stopped_is_kept(real_site):
    script = "trap 'echo saving; sleep 1; echo saved; exit 75' TERM; echo begun; while :; do sleep 0.1; done"
    booked = real_site.book(gpus={"count": 1}, start="now", hours=1,
                            workload={"kind": "command", "argv": ["sh", "-c", script]})
    until(lambda: "begun" in log_of(real_site, booked), "it runs", 60)
    real_site.go_to(hours=1)
    ended = real_site.until_ended(booked)
    assert ended["exit_code"] == 75, ended
    assert log_of(real_site, booked).splitlines() == ["begun", "saving", "saved"]


def test_a_server_killed_between_the_ends_of_a_gangs_pods_keeps_what_each_said(make_real_site):
    """The first ends at once, and the restarted server sees the other alone."""
    site = make_real_site(launch={"grace_seconds": 30})
    script = (f"save() {{ echo told; i=0; while [ $NODE_RANK = 1 ] && [ $i -lt {LINES} ]; do "
              "i=$((i+1)); echo saving $i; sleep 0.6; done; echo the end; exit 75; }; "
              "trap save TERM; echo begun; while :; do sleep 0.1; done")
    work = {"kind": "command", "argv": ["sh", "-c", script], "nodes": 2, "gpus_per_node": 2}
    booked = site.book(gpus={"count": 4, "per_node": 2}, start="now", hours=1, workload=work)
    until(lambda: "begun" in log_of(site, booked), "it runs", 60)
    site.until_running(booked)
    site.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "typo"})
    until(lambda: len(site.pods(booked)) == 1, "the first pod is gone", 20)
    site.restart()
    [last] = site.pods(booked)
    assert last["status"]["phase"] == "Running", "it was to save its work meanwhile"
    assert log_of(site, booked).splitlines() == ["begun", "told", "the end"]
    until(lambda: not site.jobs(booked), "all of it is over and kept", 60)
    first, heading, second = log_of(site, booked).partition("\n===== Output of pod 1 ")
    assert first.splitlines() == ["begun", "told", "the end"]
    assert second.splitlines()[1:] == ["begun", "told", *lines_of("saving")], heading + second


def test_pods_without_logs_do_not_hold_up_the_end(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=1, workload=site.job())
    site.until_running(booked)
    site.end_pods(booked, 0)
    assert site.until_ended(booked, 15)["state"] == "completed"
    text = log_of(site, booked)
    assert "could not fetch the output" in text, text
