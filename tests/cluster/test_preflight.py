"""What a booked job needs of its cluster is looked at beforehand, and told in words."""
from berthd import until

CLAIM = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "coco"},
         "spec": {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hub"}, "stringData": {"A": "b"}}


def findings(site, booked):
    return {one["check"]: one for one in site.show(booked["id"])["preflight"]}


def until_found(site, booked, check, ok):
    return until(lambda: (found := findings(site, booked)).get(check, {}).get("ok") == ok and found,
                 f"{check} is {'right' if ok else 'wrong'}: {findings(site, booked)}")


def test_what_is_missing_at_booking_is_told_and_looked_at_again_before_the_start(site, cluster):
    work = {**site.job(), "secrets": ["hub"], "volumes": [{"claim": "coco", "mount": "/data"}]}
    booked = site.book(gpus={"count": 4}, start=site.at(hours=2), hours=1, workload=work)
    found = until_found(site, booked, "secret hub", False)
    assert found["secret hub"]["message"] == (
        f"The secret hub in the namespace {site.namespace} is not there: make it there, or name "
        "another in the workload.")
    assert not found["claim coco"]["ok"]
    assert found["queue"] == {"check": "queue", "ok": True, "message": "the queue default is open"}
    assert found["image"]["ok"] and "pulled 10 minutes before" in found["image"]["message"]
    cluster.api.create("secrets", SECRET, site.namespace)
    cluster.api.create("persistentvolumeclaims", CLAIM, site.namespace)
    site.go_to(hours=1, minutes=30)
    found = until_found(site, booked, "secret hub", True)
    assert found["claim coco"]["ok"]


def test_a_claim_of_one_node_is_told_to_a_gang_over_two(site, cluster):
    claim = {**CLAIM, "spec": {**CLAIM["spec"], "accessModes": ["ReadWriteOnce"]}}
    cluster.api.create("persistentvolumeclaims", claim, site.namespace)
    work = {**site.job(), "volumes": [{"claim": "coco", "mount": "/data"}],
            "nodes": 2, "gpus_per_node": 4}
    booked = site.book(gpus={"count": 8}, start=site.at(hours=2), hours=1, workload=work)
    found = until_found(site, booked, "claim coco", False)
    assert "one node at a time (ReadWriteOnce)" in found["claim coco"]["message"]


def test_a_cluster_that_is_away_is_no_failure_of_the_job(site, cluster):
    cluster.stop_api_server()
    try:
        booked = site.book(gpus={"count": 4}, start=site.at(hours=2), hours=1, workload=site.job())
        found = until_found(site, booked, "cluster", True)
        assert list(found) == ["cluster"]
    finally:
        cluster.start_api_server()
