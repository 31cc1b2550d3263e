"""Pods that sit on GPUs without a reservation: reported, and removed where the site says so."""
import pytest

from berthd import until


@pytest.fixture
def squat(cluster):
    """squat("node") puts a pod there that asks nobody; gone after the test."""
    made = []

    def sit(node, gpus=2):
        name = f"notebook-{node}-{len(made)}"
        limits = {"nvidia.com/gpu": str(gpus)}
        cluster.api.create("pods", {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"nodeName": node, "terminationGracePeriodSeconds": 1,
                     "containers": [{"name": "main", "image": "notebook",
                                     "resources": {"limits": limits}}]}}, "default")
        made.append(name)
        until(lambda: cluster.api.get("pods", name, "default")["status"].get("phase") == "Running",
              f"{name} runs")
        return name

    yield sit
    for name in made:
        cluster.api.delete("pods", name, "default", gracePeriodSeconds=0)


def remover(make_site):
    return make_site(kubernetes={"occupants": "remove"},
                     optional_rights=["device-names", "remove-occupants"])


def said(site):
    return (site.folder / "berthd.log").read_text()


def test_it_is_removed_ahead_of_a_start_that_needs_its_gpus(make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = remover(make_site)
    pod = squat(node)
    booked = site.book(gpus={"count": 4}, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(minutes=57)
    assert cluster.api.get("pods", pod, "default")
    site.go_to(minutes=58)
    until(lambda: not cluster.api.get("pods", pod, "default"), "it is removed")
    until(lambda: f"pod default/{pod} of somebody in default" in said(site), "the operator is told")
    site.go_to(hours=1)
    site.until_running(booked)


def test_it_stays_where_both_fit(make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = remover(make_site)
    pod = squat(node)
    booked = site.book(gpus={"count": 2}, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(hours=1)
    site.until_running(booked)
    assert "deletionTimestamp" not in cluster.api.get("pods", pod, "default")["metadata"]


def test_a_site_that_only_reports_removes_nobody(make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = make_site()
    pod = squat(node)
    until(lambda: f"default/{pod}" in site.call("GET", "/api/v1/audit").text, "it is reported")
    booked = site.book(gpus={"count": 4}, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(hours=1)
    until(lambda: site.jobs(booked), "its Job is there")
    assert "deletionTimestamp" not in cluster.api.get("pods", pod, "default")["metadata"]
