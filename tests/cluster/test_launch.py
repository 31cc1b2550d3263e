"""What the launcher does around a start: prepares it, moves its end, notices a lost node, tidies up."""
from berthd import until

BOTH_NODES = {"count": 8, "spread": "any"}


def test_images_are_pulled_on_the_reserved_nodes_ahead_of_the_start(make_site, nodes):
    nodes(3)
    site = make_site(kubernetes={"prepares_ahead_minutes": 10})
    booked = site.book(gpus=BOTH_NODES, start=site.at(hours=2), hours=1,
                       workload=site.job("registry.test/missing:7"))
    site.go_to(hours=1, minutes=51)
    pulls = until(lambda: len(found := site.pods(booked, role="image-pull")) == 2 and found,
                  "two nodes pull the image")
    reserved = {gpu.partition("/")[0] for gpu in site.show(booked["id"])["gpus"]}
    assert {pod["spec"]["nodeName"] for pod in pulls} == reserved
    assert not site.jobs(booked)
    site.go_to(hours=2)
    until(lambda: site.jobs(booked), "it was submitted")
    until(lambda: not site.pods(booked, role="image-pull"), "no image is pulled beside it")


def test_what_was_prepared_for_a_start_that_never_comes_is_removed(make_site, nodes):
    nodes(1)
    site = make_site(kubernetes={"prepares_ahead_minutes": 10})
    booked = site.book(gpus={"count": 4}, start=site.at(hours=1), hours=1,
                       workload=site.job("registry.test/missing:7"))
    site.go_to(minutes=55)
    until(lambda: site.pods(booked, role="image-pull"), "its image is pulled")
    secret = f"{site.name}-{booked['id']}-1-token"
    until(lambda: site.api.get("secrets", secret, site.namespace), "its token is there")
    site.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "typo"})
    site.restart()
    site.go_to(hours=3)
    until(lambda: not site.api.get("secrets", secret, site.namespace), "its token is gone")
    until(lambda: not site.pods(booked, role="image-pull"), "its pods are gone")


def test_an_extended_job_runs_on_past_its_first_end(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=1, workload=site.job())
    site.until_running(booked)
    [job] = site.jobs(booked)
    answer = site.call("PATCH", f"/api/v1/reservations/{booked['id']}", {"hours": 2})
    assert answer.status == 200, answer.text
    until(lambda: site.jobs(booked)[0]["metadata"]["annotations"]["berth.dev/ends-at"]
          == site.at(hours=2), "the cluster knows the new end")
    site.go_to(hours=1, minutes=1)
    assert site.show(booked["id"])["state"] in ("running", "overrunning")
    assert site.jobs(booked)[0]["metadata"]["uid"] == job["metadata"]["uid"]
    site.go_to(hours=2)
    assert site.until_ended(booked)["state"] == "completed"


def test_the_job_of_a_node_that_is_gone_ends_and_says_so(site, nodes):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    site.until_running(booked)
    site.api.delete("nodes", nodes.names[0])
    ended = site.until_ended(booked)
    assert ended["state"] == "failed"
    assert f"The node {nodes.names[0]} was lost" in str(ended), ended


def test_the_job_of_a_node_that_was_not_heard_of_for_long_ends(make_site, nodes):
    nodes(2)
    site = make_site(kubernetes={"node_is_lost_after_minutes": 1})
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    site.until_running(booked)
    nodes.die(nodes.names[1])
    ended = site.until_ended(booked, 150)
    assert ended["state"] == "failed"
    assert f"The node {nodes.names[1]} was lost" in str(ended), ended


def test_nothing_of_an_ended_job_is_left_in_the_cluster(make_site, nodes):
    nodes(2)
    site = make_site(kubernetes={"prepares_ahead_minutes": 10})
    booked = site.book(gpus=BOTH_NODES, start=site.at(hours=1), hours=2, workload=site.job())
    site.go_to(minutes=55)
    secret = f"{site.name}-{booked['id']}-1-token"
    until(lambda: site.api.get("secrets", secret, site.namespace), "its token is there")
    site.go_to(hours=1)
    site.until_running(booked)
    until(lambda: not site.api.get("secrets", secret, site.namespace), "its token is taken away")
    site.end_pods(booked, 0)
    site.until_ended(booked)
    until(lambda: not site.jobs(booked) and not site.pods(booked)
          and not site.api.get("secrets", secret, site.namespace), "all of it is gone")


def test_a_continuation_waits_until_the_pods_before_it_have_left(make_site, nodes):
    nodes(4)
    site = make_site(kubernetes={"gives_up_after_minutes": 120})
    victim = site.book(gpus=BOTH_NODES, start="now", hours=4, priority="P2",
                       workload=site.job(SIM_IGNORE_TERM="true"))
    site.until_running(victim)
    site.evict(title="hotfix", gpus={"ids": victim["gpus"]}, start="now", hours=1, workload=site.job())
    until(lambda: site.notices(victim), "its pods are told")
    # Its nodes take long to stop it, while the GPUs of its continuation are free already.
    for pod in site.pods(victim):
        site.api.annotate("pods", pod["metadata"]["name"], site.namespace, frozen="yes")
    after = site.show(site.show(victim["id"])["continued_by"])
    assert not set(after["gpus"]) & set(victim["gpus"])
    site.clock(after["start"])
    until(lambda: "earlier attempt at this work" in site.show(after["id"]).get("waiting_for", ""),
          lambda: f"its owner reads what it waits for: {site.show(after['id'])}")
    assert {pod["status"]["phase"] for pod in site.pods(victim)} == {"Running"}
    assert site.jobs(victim) and not site.jobs(after)

    for pod in site.pods(victim):
        site.api.annotate("pods", pod["metadata"]["name"], site.namespace, frozen=None)
    site.until_running(after)
    assert not [pod for pod in site.pods(victim) if pod["status"]["phase"] == "Running"]


def test_a_job_that_the_cluster_refuses_is_explained_and_starts_when_it_may(site):
    site.api.create("resourcequotas", {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "tight"},
        "spec": {"hard": {"pods": "0"}}}, site.namespace)
    booked = site.book(gpus={"count": 2}, start="now", hours=1, workload=site.job())
    words = until(lambda: site.show(booked["id"]).get("waiting_for"), "it is explained", 60)
    assert "quota" in words.lower(), words
    site.api.delete("resourcequotas", "tight", site.namespace)
    site.until_running(booked)
