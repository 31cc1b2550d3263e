"""A reservation's gang on a real cluster: starts in its slot on exactly its nodes, and ends in time."""
import pytest

from berthd import until

ALL = {"count": 8, "spread": "any"}  # of two nodes


def environment_of(pod):
    return {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}


def limit_of(pod):
    return pod["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"]


def stop_mark(site, booked):
    """Why Berth stopped it, as it wrote on its Job before."""
    [job] = site.jobs(booked)
    return job["metadata"]["annotations"].get("berth.dev/stop")


def is_told_to_stop(pod):
    return "deletionTimestamp" in pod["metadata"]


def test_a_gang_starts_in_its_slot_on_exactly_its_nodes(make_site, nodes):
    nodes(4, gpus=2)
    site = make_site(kubernetes={"fs_group": 2000})
    booked = site.book(gpus={"count": 4, "spread": "any"}, start=site.at(hours=3), hours=2,
                       workload={**site.job(), "nodes": 2, "gpus_per_node": 2})
    site.go_to(hours=2, minutes=59, seconds=59)
    token = f"{site.name}-{booked['id']}-1-token"
    until(lambda: site.api.get("secrets", token, site.namespace), "the launcher knows that time")
    assert site.show(booked["id"])["state"] == "confirmed"
    assert site.jobs() == [] and site.pods() == []

    site.go_to(hours=3)
    site.until_running(booked)
    site.go_to(hours=3, minutes=20)
    running = site.show(booked["id"])
    assert running["started_at"] == site.at(hours=3), "whenever somebody asks"
    pods = site.pods(booked)
    reserved = sorted({gpu.partition("/")[0] for gpu in running["gpus"]})
    assert sorted(site.nodes_of(booked)) == reserved and len(reserved) == 2
    assert [limit_of(pod) for pod in pods] == ["2", "2"]
    assert [environment_of(pod)["NODE_RANK"] for pod in pods] == ["0", "1"]
    assert {environment_of(pod)["BERTH_RESERVATION"] for pod in pods} == {booked["id"]}
    assert {environment_of(pod)["BERTH_ENDS_AT"] for pod in pods} == {site.at(hours=5)}
    assert {pod["spec"]["securityContext"]["fsGroup"] for pod in pods} == {2000}


def test_it_is_stopped_at_its_end_and_its_gpus_are_free_then(site):
    booked = site.book(gpus=ALL, start="now", hours=1, workload=site.job())
    follower = site.book("bob", gpus=ALL, start=site.at(hours=1), hours=1,
                         workload=site.job())
    site.until_running(booked)
    site.go_to(hours=1)
    ended = site.until_ended(booked)
    assert ended["state"] == "completed", ended
    site.until_running(follower)
    until(lambda: not site.pods(booked), "its pods are gone")


@pytest.mark.parametrize("code, state", [(0, "completed"), (3, "failed")])
def test_a_job_that_ends_by_itself_frees_its_gpus(site, code, state):
    booked = site.book(gpus=ALL, start="now", hours=4, workload=site.job(
        SIM_RUN_FOR="0.5s", SIM_EXIT_CODE=str(code)))
    ended = site.until_ended(booked)
    assert (ended["state"], ended["exit_code"]) == (state, code)
    next_one = site.book("bob", gpus=ALL, start="now", hours=1, workload=site.job())
    site.until_running(next_one)


def test_a_failed_job_says_why_in_the_containers_words(site):
    booked = site.book(gpus={"count": 2}, start="now", hours=1, workload=site.job(
        SIM_RUN_FOR="0.2s", SIM_EXIT_CODE="1", SIM_MESSAGE="CUDA out of memory"))
    ended = site.until_ended(booked)
    assert ended["state"] == "failed"
    assert "CUDA out of memory" in str(ended)


def test_when_one_pod_of_a_gang_fails_the_others_are_stopped(site):
    work = site.job(SIM_TERM_DELAY="3s", SIM_TERM_CODE="143")
    booked = site.book(gpus=ALL, start="now", hours=2,
                       workload={**work, "nodes": 2, "gpus_per_node": 4})
    site.until_running(booked)
    first, other = site.pods(booked)
    site.api.annotate("pods", first["metadata"]["name"], site.namespace, exit_code="9")
    until(lambda: is_told_to_stop(site.pods(booked)[-1]), "the other is told to stop")
    assert site.pods(booked)[-1]["metadata"]["uid"] == other["metadata"]["uid"]
    assert stop_mark(site, booked) == "Stopped, as one of its pods was over before the others."
    ended = site.until_ended(booked)
    assert (ended["state"], ended["exit_code"]) == ("failed", 9)
    until(lambda: not site.pods(booked), "the other is gone")


def test_a_p0_evicts_with_notice_in_the_pods_and_starts_as_soon_as_they_have_left(site):
    victim = site.book(gpus=ALL, start="now", hours=4, priority="P2", workload=site.job())
    site.until_running(victim)
    urgent = site.evict(title="hotfix", gpus=ALL, start="now", hours=1,
                        workload=site.job())
    told = until(lambda: site.notices(victim), "its pods are told")
    assert {one["kind"] for one in told} == {"eviction"}
    assert told[0]["deadline"] == site.at(minutes=30)
    assert not site.pods(urgent)

    site.end_pods(victim, code=75)
    assert site.until_ended(victim)["state"] == "evicted"
    site.until_running(urgent)


def test_who_does_not_leave_is_gone_at_the_deadline(site):
    victim = site.book(gpus=ALL, start="now", hours=4, priority="P2",
                       workload=site.job(SIM_IGNORE_TERM="true"))
    site.until_running(victim)
    urgent = site.evict(title="hotfix", gpus=ALL, start="now", hours=1,
                        workload=site.job())
    until(lambda: site.notices(victim), "its pods are told")
    site.go_to(minutes=30)
    ended = site.until_ended(victim)
    assert (ended["state"], ended["exit_code"]) == ("evicted", 137)
    site.until_running(urgent)


def test_a_cancelled_job_is_stopped_at_once(site):
    booked = site.book(gpus=ALL, start="now", hours=4, workload=site.job())
    site.until_running(booked)
    answer = site.call("POST", f"/api/v1/reservations/{booked['id']}/cancel", {"reason": "typo"})
    assert answer.status == 200, answer.text
    assert site.until_ended(booked)["state"] == "cancelled"
    until(lambda: not site.pods(booked), "its pods are gone")


def test_a_job_of_the_queue_runs_and_is_ended_at_its_limit(site):
    queued = site.queue(gpus={"count": 2}, minutes=30, workload=site.job(SIM_TERM_DELAY="2s"))
    site.until_running(queued)
    site.go_to(minutes=29, seconds=59)
    site.until_running(site.queue("bob", gpus={"count": 2}, minutes=5, workload=site.job()))
    [pod] = site.pods(queued)
    assert pod["status"]["phase"] == "Running" and not is_told_to_stop(pod)
    assert site.show(queued["id"])["state"] == "running" and not stop_mark(site, queued)

    site.go_to(minutes=30)
    until(lambda: is_told_to_stop(site.pods(queued)[0]), "it is told to stop")
    ended = site.until_ended(queued)
    assert ended["state"] == "completed", ended
    until(lambda: not site.pods(queued), "its pods are gone")


def occupy(site, node, gpus):
    """A pod of somebody who booked nothing, bound by hand."""
    site.api.create("pods", {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"squatter-{node}"},
        "spec": {"nodeName": site.nodes.names[node], "restartPolicy": "Never",
                 "containers": [{"name": "main", "image": "x",
                                 "resources": {"limits": {"nvidia.com/gpu": str(gpus)}}}]}},
        site.namespace)


def until_explained(site, booked):
    """What its owner reads while it does not start."""
    return until(lambda: site.show(booked["id"]).get("waiting_for"),
                 lambda: f"it is explained: {site.show(booked['id'])}", 60)


def test_a_gang_whose_place_is_taken_is_told_by_whom(site, nodes):
    nodes(2)  # with room for the whole gang, so that Volcano makes its pods
    site.until_fleet(16)
    ids = [site.gpu(node, number) for node in (0, 1) for number in range(4)]
    occupy(site, 0, 3)
    booked = site.book(gpus={"ids": ids}, start="now", hours=1, workload=site.job())
    words = until_explained(site, booked)
    assert (f"The GPUs of {nodes.names[0]} are in use by {site.namespace}/squatter-0 (3 GPUs). "
            "The job starts as soon as 4 of its 4 GPUs are free.") in words
    assert len(site.pods(booked)) == 2 and site.nodes_of(booked) == [None, None]
    site.api.delete("pods", "squatter-0", site.namespace)
    site.until_running(booked)


def test_a_gang_that_has_no_pods_yet_is_told_why(make_site, nodes):
    nodes(2, gpus=16)  # more than any other node of the cluster makes up for
    site = make_site()
    for node in (0, 1):
        occupy(site, node, 16)
    booked = site.book(gpus={"count": 32, "spread": "any"}, start="now", hours=1, workload=site.job())
    words = until_explained(site, booked)
    assert "Volcano holds the job back before making its 2 pods" in words
    assert not site.pods(booked)
    for node in (0, 1):
        assert f"{nodes.names[node]}: {site.namespace}/squatter-{node} (16 GPUs)" in words
        site.api.delete("pods", f"squatter-{node}", site.namespace)
    site.until_running(booked)


def test_an_image_that_is_not_there_is_explained_and_given_up(make_site, nodes):
    nodes(1)
    site = make_site(kubernetes={"gives_up_after_minutes": 20})
    booked = site.book(gpus={"count": 1}, start="now", hours=2,
                       workload=site.job("registry.test/missing:7"))
    words = until_explained(site, booked)
    assert "registry.test/missing:7" in words, words
    site.go_to(minutes=21)
    ended = site.until_ended(booked)
    assert ended["state"] == "failed"
    assert "registry.test/missing:7" in str(ended), ended
    until(lambda: not site.pods(booked), "its pods are gone")


def test_an_image_that_comes_late_is_no_failure(make_site, nodes):
    nodes(1)
    site = make_site()
    booked = site.book(gpus={"count": 1}, start="now", hours=2,
                       workload=site.job("registry.test/missing:7"))
    until_explained(site, booked)
    for pod in site.pods(booked):
        site.api.annotate("pods", pod["metadata"]["name"], site.namespace, image="found")
    running = site.until_running(booked)
    assert not running.get("waiting_for"), running
