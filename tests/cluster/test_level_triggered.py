"""Whatever is cut off, killed or deleted behind Berth's back: no job starts twice, none is lost, no
end is missed, and all is as it should be within ten seconds of the recovery."""
import json
import random
import time

from berthd import until
from recovery import THEY_LOOK_AGAIN_WITHIN

CONVERGED = 10  # seconds, for what is Berth's own to do
BOTH_NODES = {"count": 8, "spread": "any"}


def attempt_names(site, *bookings):
    return [f"{site.name}-{booked['id']}-1" for booked in bookings]


def phases(site, booked):
    return {pod["status"].get("phase") for pod in site.pods(booked)}


def until_runs(site, booked):
    until(lambda: site.jobs(booked), "its Job is submitted", CONVERGED)
    until(lambda: phases(site, booked) == {"Running"}, "Volcano and KWOK run its pods", THEY_LOOK_AGAIN_WITHIN)
    return site.until_running(booked, CONVERGED)


def until_told_to_stop(site, booked):
    until(lambda: all("deletionTimestamp" in pod["metadata"] for pod in site.pods(booked)),
          "its pods are told to stop", CONVERGED)


def until_stopped(site, booked):
    until_told_to_stop(site, booked)
    until(lambda: "Running" not in phases(site, booked), "KWOK stops its pods", THEY_LOOK_AGAIN_WITHIN)
    return site.until_ended(booked, CONVERGED)


def in_short(ended):
    """All that its owner reads of its end, for when it is not the expected one."""
    return f"{ended['id']}: {ended['state']}, {ended.get('detail')!r}, exit code {ended.get('exit_code')}"


def assert_completed(ended):
    assert ended["state"] == "completed", in_short(ended)


def assert_deleted_by_others(ended):
    assert ended["state"] == "failed" and "deleted" in ended["detail"], in_short(ended)


# When berthd is killed: each lets the reservation start, and returns in that moment.

def at_any_instant(site, booked, start, chance):
    start()
    time.sleep(chance.uniform(0, 0.8))


def at_once(site, booked, start, chance):
    start()
    time.sleep(chance.uniform(0, 0.02))


def when_its_secret_is_there(site, booked, start, chance):
    there = site.first_sight("secrets", booked)
    start()
    there()
    time.sleep(chance.uniform(0, 0.02))


def when_its_job_is_there(site, booked, start, chance):
    there = site.first_sight("jobs", booked)
    start()
    there()


def when_its_job_is_recorded(site, booked, start, chance):
    start()
    until(lambda: is_recorded(site, booked), "Berth has recorded that it is accepted", CONVERGED)


MOMENTS = [at_any_instant, at_once, when_its_secret_is_there, when_its_job_is_there, when_its_job_is_recorded]
# What such a kill may have fallen into.
NOTHING, PREPARED, UNRECORDED, RECORDED, RUNNING = (
    "nothing of it yet", "its Secret, no Job", "its Job, not recorded", "recorded, not running", "running")


def is_recorded(site, booked, step="accepted"):
    lines = site.accepted().read_text().splitlines(keepends=True)
    written = [json.loads(line) for line in lines if line.endswith("\n")]
    return any(line["step"] == step and line["reservation"] == booked["id"] for line in written)


def how_far_it_was(site, booked):
    """When berthd was killed, just now: at most so far, as the cluster goes on."""
    if is_recorded(site, booked):
        return RUNNING if "Running" in phases(site, booked) else RECORDED
    if site.jobs(booked):
        return UNRECORDED
    return PREPARED if site.secrets(booked) else NOTHING


def not_as_due(site, booked, met):
    """Of jobs whose time was used up: those that are told otherwise, and what the kills fell into that
    came as they started and as they ended."""
    ended = [site.show(one["id"]) for one in booked]
    return [f"{in_short(one)}, attempt {one['attempt']}; kills: {at}, then {then}"
            for one, at, then in zip(ended, met, [*met[1:], None], strict=True)
            if (one["state"], one["attempt"]) != ("completed", 1)]


def test_berthd_killed_at_any_instant_starts_each_job_once_and_ends_it_in_time(site, history):
    chance = random.Random(7)
    moments = MOMENTS * 4
    met = []
    booked = [site.book(gpus=BOTH_NODES, start=site.at(hours=1 + hour), hours=1,
                        workload=site.job(SIM_START_DELAY="1s")) for hour in range(len(moments))]
    for hour, moment in enumerate(moments):
        # The one before ends, this one starts.
        moment(site, booked[hour], lambda hour=hour: site.go_to(hours=1 + hour), chance)
        site.kill()
        met.append(how_far_it_was(site, booked[hour]))
        site.restart()
        # Again, in whatever the new one has begun.
        time.sleep(chance.uniform(0, 0.5))
        site.restart()
        if hour:
            until_stopped(site, booked[hour - 1])
        until_runs(site, booked[hour])
    site.go_to(hours=1 + len(moments))
    until_stopped(site, booked[-1])
    # The kills are worth something only if they fell into all of these.
    assert {PREPARED, UNRECORDED, RECORDED} <= set(met), met
    # Also where a pod was gone before anybody read its exit code.
    assert not_as_due(site, booked, met) == []
    assert history.names() == attempt_names(site, *booked)
    until(lambda: not site.jobs() and not site.pods(), "nothing is left in the cluster")


def take_away(site, booked):
    """Its Job and its pods, at once, whatever they are at."""
    for name in attempt_names(site, booked):
        site.api.delete("jobs", name, site.namespace, propagationPolicy="Background")
    until(lambda: not site.jobs(booked), "its Job is gone", CONVERGED)
    for pod in site.pods(booked):
        site.api.delete("pods", pod["metadata"]["name"], site.namespace, gracePeriodSeconds=0)
    until(lambda: not site.pods(booked), "its pods are gone", THEY_LOOK_AGAIN_WITHIN)


def until_stops_for_long(site, booked):
    """Its time is over, it is told to stop, and does not come to its end by itself."""
    site.until_running(booked)
    for pod in site.pods(booked):
        site.api.annotate("pods", pod["metadata"]["name"], site.namespace, frozen="yes")
    site.go_to(hours=2)
    until_told_to_stop(site, booked)
    until(lambda: is_recorded(site, booked, "stopping"), "Berth has recorded that it stops it", CONVERGED)


def assert_stopped_unheard(ended):
    assert (ended["state"], ended.get("detail")) == (
        "completed", "Stopped at the end of its time. Its exit code is not known."), in_short(ended)


def test_a_stopped_job_is_told_as_stopped_though_its_volcano_job_goes_before_its_pods(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    until_stops_for_long(site, booked)
    take_away(site, booked)
    assert_stopped_unheard(site.until_ended(booked, CONVERGED))


def test_a_stopped_job_is_told_as_stopped_though_nothing_is_left_of_it_when_berthd_is_back(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    until_stops_for_long(site, booked)
    site.kill()
    take_away(site, booked)
    site.restart()
    assert_stopped_unheard(site.until_ended(booked, CONVERGED))


def test_a_job_that_ended_while_berthd_was_down_is_told_as_it_ended(site, history):
    good = site.book(gpus={"count": 4}, start="now", hours=2, workload=site.job())
    bad = site.book(gpus={"count": 4}, start="now", hours=2, workload=site.job())
    site.until_running(good)
    site.until_running(bad)
    site.kill()
    site.end_pods(good, 0)
    site.end_pods(bad, 3)
    until(lambda: {pod["status"]["phase"] for pod in site.pods()} == {"Succeeded", "Failed"},
          "both have ended")
    site.restart()
    assert_completed(site.until_ended(good, CONVERGED))
    failed = site.until_ended(bad, CONVERGED)
    assert (failed["state"], failed.get("exit_code")) == ("failed", 3), in_short(failed)
    assert sorted(history.names()) == sorted(attempt_names(site, good, bad))


def test_a_job_that_somebody_deletes_ends_and_is_never_started_again(site, history):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job(SIM_TERM_CODE="143"))
    site.until_running(booked)
    [name] = attempt_names(site, booked)
    site.api.delete("jobs", name, site.namespace, propagationPolicy="Background")
    until(lambda: not site.pods(booked), "the garbage collector has deleted its pods", THEY_LOOK_AGAIN_WITHIN)
    ended = site.until_ended(booked, CONVERGED)
    assert_deleted_by_others(ended)
    follower = site.book("bob", gpus=BOTH_NODES, start="now", hours=1, workload=site.job())
    site.until_running(follower)
    assert history.names() == attempt_names(site, booked, follower)


def test_a_job_that_is_deleted_while_berthd_is_down_is_never_started_again(site, history):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job(SIM_TERM_CODE="143"))
    site.until_running(booked)
    site.kill()
    site.api.delete("jobs", attempt_names(site, booked)[0], site.namespace,
                    propagationPolicy="Background")
    until(lambda: not site.pods(), "the garbage collector has deleted its pods", THEY_LOOK_AGAIN_WITHIN)
    site.restart()
    ended = site.until_ended(booked, CONVERGED)
    assert_deleted_by_others(ended)
    assert history.names() == attempt_names(site, booked)


def test_a_pod_that_somebody_deletes_ends_its_gang(site, history):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job(SIM_TERM_CODE="143"))
    site.until_running(booked)
    pods = site.pods(booked)
    assert len(pods) == 2
    site.api.delete("pods", pods[1]["metadata"]["name"], site.namespace)
    ended = until_stopped(site, booked)
    assert ended["state"] == "failed", in_short(ended)
    assert history.names() == attempt_names(site, booked)


def test_a_server_whose_own_record_was_lost_finds_its_jobs_by_their_labels(site, history):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    site.until_running(booked)
    site.kill()
    assert is_recorded(site, booked)
    site.accepted().unlink()
    site.restart()
    site.go_to(hours=2)
    assert_completed(until_stopped(site, booked))
    assert history.names() == attempt_names(site, booked)


def test_what_starts_while_the_api_server_is_away_starts_when_it_is_back(site, history, api_server):
    booked = site.book(gpus=BOTH_NODES, start=site.at(hours=1), hours=2, workload=site.job())
    api_server.stop_api_server()
    site.go_to(hours=1)
    site.until_state(booked["id"], "starting")
    until(lambda: site.show(booked["id"]).get("waiting_for"), "its owner reads why", 60)
    api_server.start_api_server()
    until_runs(site, booked)
    assert history.names() == attempt_names(site, booked)


def test_what_ends_while_the_api_server_is_away_is_ended_when_it_is_back(site, api_server):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    site.until_running(booked)
    api_server.stop_api_server()
    site.go_to(hours=2, minutes=5)
    assert site.show(booked["id"])["state"] not in ("completed", "failed")
    api_server.start_api_server()
    assert_completed(until_stopped(site, booked))
    until(lambda: not site.pods(booked), "its pods are gone", THEY_LOOK_AGAIN_WITHIN)


def test_a_server_that_starts_while_the_api_server_is_away_waits_for_it(site, history, api_server):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=3, workload=site.job())
    site.until_running(booked)
    api_server.stop_api_server()
    site.restart(answers="/healthz")
    site.go_to(hours=1)
    assert site.show(booked["id"])["state"] == "running"
    api_server.start_api_server()
    until(site.ready, "it says that it is in order", CONVERGED)
    assert site.show(booked["id"])["state"] == "running"
    site.end_pods(booked, 0)
    until(lambda: "Running" not in phases(site, booked), "KWOK ends its pods", THEY_LOOK_AGAIN_WITHIN)
    assert_completed(site.until_ended(booked, CONVERGED))
    assert history.names() == attempt_names(site, booked)


def test_a_notice_that_was_given_while_the_api_server_was_away_reaches_the_pods(site, api_server):
    victim = site.book(gpus=BOTH_NODES, start="now", hours=4, priority="P2", workload=site.job())
    site.until_running(victim)
    api_server.stop_api_server()
    site.evict(title="hotfix", gpus=BOTH_NODES, start="now", hours=1, workload=site.job())
    api_server.start_api_server()
    told = until(lambda: len(site.notices(victim)) == 2 and site.notices(victim),
                 "both pods are told", CONVERGED)
    assert {one["kind"] for one in told} == {"eviction"}
