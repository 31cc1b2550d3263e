"""The API server is away for five real minutes, and everything happens meanwhile. tests/parts/cluster
runs this beside the other tests, on a cluster of its own."""
import time

import pytest

from berthd import until
from recovery import THEY_LOOK_AGAIN_WITHIN

OUTAGE = 300  # seconds
CONVERGED = 10  # seconds after the API server is ready, for all that is Berth's own to do
EACH_NODE = {"count": 4}


class Outage:
    """Begins when it is made."""

    def __init__(self, cluster):
        self.cluster = cluster
        cluster.stop_api_server()
        self.began = time.monotonic()

    def wait_until(self, seconds):
        """So long after its begin. Nothing tells of that but the time."""
        time.sleep(max(0, self.began + seconds - time.monotonic()))

    def end(self):
        """The API server is ready when this returns."""
        self.wait_until(OUTAGE)
        self.cluster.start_api_server()
        self.ended = time.monotonic()

    def until(self, holds, what):
        """All that is waited for so has the same few seconds."""
        return until(holds, f"{what}, {CONVERGED} s after the outage",
                     self.ended + CONVERGED - time.monotonic())


@pytest.fixture
def site(make_site, nodes):
    nodes(4)
    return make_site()


def are_told_to_stop(site, booked):
    return all("deletionTimestamp" in pod["metadata"] for pod in site.pods(booked))


def until_gone(site, booked):
    until(lambda: not site.pods(booked), f"{booked['id']}'s pods are gone", THEY_LOOK_AGAIN_WITHIN)


def test_all_that_happens_in_a_long_outage_is_done_when_it_is_over(site, history, api_server):
    ending = site.book(gpus=EACH_NODE, start="now", hours=1, workload=site.job())
    cancelled = site.book(gpus=EACH_NODE, start="now", hours=8, workload=site.job())
    victim = site.book(gpus=EACH_NODE, start="now", hours=8, priority="P2",
                       workload=site.job(SIM_TERM_CODE="75"))
    over = site.book(gpus=EACH_NODE, start="now", hours=8, workload=site.job())
    starting = site.book(gpus=EACH_NODE, start=site.at(hours=1), hours=4, workload=site.job())
    running = [ending, cancelled, victim, over]
    for one in running:
        site.until_running(one)
    site.end_pods(over, 3)
    until(lambda: [pod["status"]["phase"] for pod in site.pods(over)] == ["Failed"], "it has ended by itself")

    outage = Outage(api_server)
    site.go_to(hours=1)  # one ends, one starts
    site.until_state(starting["id"], "starting")
    told = until(lambda: site.show(starting["id"]).get("waiting_for"), "its owner reads why", 60)
    assert "cannot reach the cluster" in told
    outage.wait_until(90)
    answer = site.call("POST", f"/api/v1/reservations/{cancelled['id']}/cancel", {"reason": "typo"})
    assert answer.status == 200, answer.text
    outage.wait_until(150)
    site.restart(answers="/healthz")
    outage.wait_until(220)
    urgent = site.evict(title="hotfix", gpus={"ids": victim["gpus"]}, start="now", hours=2,
                        workload=site.job())
    for one in (ending, cancelled):
        assert site.show(one["id"])["state"] not in ("completed", "cancelled", "failed"), "nobody knows yet"
    outage.end()

    outage.until(site.ready, "it says that it is in order")
    outage.until(lambda: len(site.jobs(starting)) == 1, "the Job that was due is submitted")
    outage.until(lambda: are_told_to_stop(site, ending), "what was to end is told to stop")
    outage.until(lambda: are_told_to_stop(site, cancelled), "what was cancelled is told to stop")
    notices = outage.until(lambda: site.notices(victim), "who is to make room is told")
    assert [one["kind"] for one in notices] == ["eviction"]
    failed = outage.until(lambda: (r := site.show(over["id"]))["state"] == "failed" and r,
                          "what ended by itself is told as it ended")
    assert failed["exit_code"] == 3
    assert site.show(victim["id"])["state"] == "releasing"

    # What follows is up to the cluster's own programs too.
    assert site.until_ended(ending, THEY_LOOK_AGAIN_WITHIN)["state"] == "completed"
    assert site.until_ended(cancelled, THEY_LOOK_AGAIN_WITHIN)["state"] == "cancelled"
    until_gone(site, ending)
    until_gone(site, cancelled)
    site.until_running(starting, THEY_LOOK_AGAIN_WITHIN)
    site.clock(notices[0]["deadline"])
    assert site.until_ended(victim, THEY_LOOK_AGAIN_WITHIN)["state"] == "evicted"
    site.until_running(urgent, THEY_LOOK_AGAIN_WITHIN)
    site.go_to(hours=5)
    for one in (starting, urgent):
        assert site.until_ended(one, THEY_LOOK_AGAIN_WITHIN)["state"] == "completed"

    everything = [*running, starting, urgent]
    assert [site.show(one["id"])["attempt"] for one in everything] == [1] * len(everything)
    # What was evicted goes on as another reservation, so there may be more.
    started = history.names()
    assert len(started) == len(set(started)), started
    assert {f"{site.name}-{one['id']}-1" for one in everything} <= set(started), started
    until(lambda: not any(site.jobs(one) or site.pods(one) for one in everything), "nothing of them is left",
          THEY_LOOK_AGAIN_WITHIN)
