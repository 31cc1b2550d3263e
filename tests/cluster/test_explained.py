"""Why a started reservation does not run yet: its owner reads it in words, from what the real
scheduler and controllers say. Images, quotas and occupants are in test_start_on_time and test_launch."""
from berthd import until

BOTH_NODES = {"count": 8, "spread": "any"}
TAINT = {"key": "owner", "value": "ops", "effect": "NoSchedule"}


def until_told(site, booked, field, *words):
    """What its owner reads there, once all these words are in it."""
    def told():
        said = site.show(booked["id"]).get(field) or ""
        return all(word in said for word in words) and said
    return until(told, f"it is explained with {words}: {site.show(booked['id'])}", 60)


def test_a_volume_claim_that_is_not_there_is_named_and_the_job_runs_when_it_is(site):
    work = {**site.job(), "volumes": [{"claim": "coco", "mount": "/data", "read_only": True}]}
    booked = site.book(gpus={"count": 2}, start="now", hours=2, workload=work)
    until_told(site, booked, "waiting_for", '"coco"', "Create it")
    site.api.create("persistentvolumes", {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"{site.name}-coco"},
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteMany"],
                 "claimRef": {"namespace": site.namespace, "name": "coco"},
                 "hostPath": {"path": "/tmp"}, "storageClassName": ""}})
    site.api.create("persistentvolumeclaims", {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "coco"},
        "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "",
                 "resources": {"requests": {"storage": "1Gi"}}}}, site.namespace)
    site.until_running(booked)
    site.api.delete("persistentvolumes", f"{site.name}-coco")


def test_a_taint_that_nobody_tolerates_is_named_and_the_job_runs_when_it_is_gone(site, nodes):
    booked = site.book(gpus=BOTH_NODES, start=site.at(hours=1), hours=2, workload=site.job())
    for name in nodes.names:
        site.api.patch("nodes", name, {"spec": {"taints": [TAINT]}})
    site.go_to(hours=1)
    until_told(site, booked, "trouble", f"{nodes.names[0]} has the taint owner=ops:NoSchedule")
    for name in nodes.names:
        site.api.patch("nodes", name, {"spec": {"taints": None}})
    site.until_running(booked)


def test_a_server_that_starts_anew_still_knows_what_a_job_waits_for(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2,
                       workload=site.job("registry.test/missing:7"))
    told = until_told(site, booked, "waiting_for", "registry.test/missing:7")
    site.restart()
    # What the server was told before it was killed stands until it says otherwise.
    site.api.annotate("pods", site.pods(booked)[0]["metadata"]["name"], site.namespace, image="found")
    again = until(lambda: (said := site.show(booked["id"]).get("waiting_for")) != told and said,
                  "the pod that still waits is explained", 60)
    assert "registry.test/missing:7" in again, again
    assert "not in the cluster" not in again, again
