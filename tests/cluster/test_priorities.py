"""A site's own PriorityClass and Volcano queue are its jobs', on a real cluster."""
import pytest

from berthd import until
from testbed.api import Refused

CLASS_VALUE = 1700
# Volcano's programs look again ever more seldom after each outage of the API server that they met.
VOLCANO_LOOKS_AGAIN_WITHIN = 240


@pytest.fixture
def priority_class(cluster, nodes):
    name = f"{nodes.name}-urgent"
    cluster.api.create("priorityclasses", {
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
        "value": CLASS_VALUE})
    yield name
    cluster.api.delete("priorityclasses", name)


@pytest.fixture
def queue(cluster, nodes):
    name = f"{nodes.name}-vision"
    cluster.api.create("queues", {
        "apiVersion": "scheduling.volcano.sh/v1beta1", "kind": "Queue", "metadata": {"name": name},
        "spec": {"weight": 1, "reclaimable": False}})
    until(lambda: cluster.api.get("queues", name).get("status", {}).get("state") == "Open",
          "Volcano opens it", VOLCANO_LOOKS_AGAIN_WITHIN)
    until(lambda: takes_jobs(cluster, name), "Volcano's webhook knows it", VOLCANO_LOOKS_AGAIN_WITHIN)
    yield name
    close(cluster, name)
    cluster.api.delete("queues", name)


def takes_jobs(cluster, queue):
    """The webhook has a watch of its own."""
    main = {"name": "main", "image": "x"}
    task = {"name": "main", "replicas": 1, "template": {"spec": {"restartPolicy": "Never", "containers": [main]}}}
    try:
        cluster.api.ask("POST", "/apis/batch.volcano.sh/v1alpha1/namespaces/default/jobs?dryRun=All", {
            "apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": "may-it-come"},
            "spec": {"schedulerName": "volcano", "minAvailable": 1, "queue": queue, "tasks": [task]}})
    except Refused as refusal:
        assert "unable to find job queue" in str(refusal), refusal
        return False
    return True


def close(cluster, name):
    """Volcano deletes no queue that is open."""
    found = cluster.api.get("queues", name)
    target = {"apiVersion": found["apiVersion"], "kind": "Queue", "name": name,
              "uid": found["metadata"]["uid"]}
    cluster.api.ask("POST", "/apis/bus.volcano.sh/v1alpha1/namespaces/default/commands", {
        "apiVersion": "bus.volcano.sh/v1alpha1", "kind": "Command",
        "metadata": {"name": f"close-{name}", "ownerReferences": [target]},
        "action": "CloseQueue", "target": target})
    until(lambda: cluster.api.get("queues", name)["status"]["state"] == "Closed", "it is closed")


def test_a_job_bears_the_priority_class_and_queue_of_its_site(priority_class, queue, make_site, nodes):
    nodes(1)
    site = make_site(kubernetes={"queue": queue, "priority_classes": {"P1": priority_class}})
    urgent = site.book(gpus={"count": 2}, start="now", hours=1, priority="P1", workload=site.job())
    usual = site.book(gpus={"count": 2}, start="now", hours=1, priority="P2", workload=site.job())
    site.until_running(urgent)
    site.until_running(usual)
    [job], [pod] = site.jobs(urgent), site.pods(urgent)
    assert (job["spec"]["priorityClassName"], job["spec"]["queue"]) == (priority_class, queue)
    assert (pod["spec"]["priorityClassName"], pod["spec"]["priority"]) == (priority_class, CLASS_VALUE)
    [job], [pod] = site.jobs(usual), site.pods(usual)
    assert "priorityClassName" not in job["spec"] and job["spec"]["queue"] == queue
    assert pod["spec"]["priority"] == 0
