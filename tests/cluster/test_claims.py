"""Exact devices by Dynamic Resource Allocation, on nodes whose driver the test plays."""
import pytest

from berthd import until

CLASS = "gpu.nvidia.com"
OF_EACH_NODE = 4


def device(node, number):
    return {"name": f"gpu-{number}",
            "attributes": {"type": {"string": "gpu"}, "uuid": {"string": f"GPU-{node}-{number}"},
                           "productName": {"string": "NVIDIA H100 80GB HBM3"}},
            "capacity": {"memory": {"value": "81559Mi"}}}


def slice_of(node):
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice",
            "metadata": {"name": f"{node}-gpus"},
            "spec": {"driver": CLASS, "nodeName": node,
                     "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
                     "devices": [device(node, number) for number in range(OF_EACH_NODE)]}}


@pytest.fixture
def site(make_site, nodes, cluster):
    """Two nodes that count no GPUs, and publish four devices each."""
    names = nodes(2, gpus=0)
    selector = {"cel": {"expression": f"device.driver == '{CLASS}'"}}
    cluster.api.ensure("deviceclasses", {
        "apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": CLASS},
        "spec": {"selectors": [selector]}})
    for name in names:
        cluster.api.create("resourceslices", slice_of(name))
    yield make_site(kubernetes={"devices": "claimed"},
                    optional_rights=["device-claims"]).until_fleet(2 * OF_EACH_NODE)
    for name in names:
        cluster.api.delete("resourceslices", f"{name}-gpus")


def gpus(site, *places):
    return [site.gpu(node, number) for node, number in places]


def claims(site, booked):
    return site.api.list("resourceclaims", site.namespace,
                         f"berth.dev/reservation={booked['id']}")


def given(claim):
    """The GPUs that are allocated to it, by Berth's names."""
    allocation = claim.get("status", {}).get("allocation", {})
    return sorted(f"{one['pool']}/{one['device'].removeprefix('gpu-')}"
                  for one in allocation.get("devices", {}).get("results", []))


def given_to(site, booked):
    """What each of its pods has, by rank."""
    by_holder = {holder["name"]: given(claim) for claim in claims(site, booked)
                 for holder in claim.get("status", {}).get("reservedFor", [])}
    return [by_holder.get(pod["metadata"]["name"]) for pod in site.pods(booked)]


@pytest.fixture
def somebody_elses(site):
    """somebody_elses(node, number): a device that a pod has without Berth, until free() is called."""
    class Holder:
        def __call__(self, node, number):
            uuid = f"GPU-{site.nodes.names[node]}-{number}"
            selector = {"cel": {"expression": f"device.attributes['{CLASS}'].uuid == '{uuid}'"}}
            site.api.create("resourceclaims", {
                "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim",
                "metadata": {"name": "theirs"},
                "spec": {"devices": {"requests": [{"name": "gpu", "exactly": {
                    "deviceClassName": CLASS, "selectors": [selector]}}]}}}, "default")
            site.api.create("pods", {
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "theirs"},
                "spec": {"nodeSelector": {"kubernetes.io/hostname": site.nodes.names[node]},
                         "resourceClaims": [{"name": "gpu", "resourceClaimName": "theirs"}],
                         "containers": [{"name": "main", "image": "x",
                                         "resources": {"claims": [{"name": "gpu"}]}}]}}, "default")
            until(lambda: given(site.api.get("resourceclaims", "theirs", "default"))
                  == gpus(site, (node, number)), "they have it")

        def free(self):
            site.api.delete("pods", "theirs", "default", gracePeriodSeconds=0)
            site.api.delete("resourceclaims", "theirs", "default")
            until(lambda: not site.api.get("resourceclaims", "theirs", "default"), "it is free")

    holder = Holder()
    yield holder
    holder.free()


def test_what_the_driver_publishes_is_the_fleet(site):
    booked = site.book(gpus={"count": 4, "model": "H100", "min_memory_gb": 80},
                       start=site.at(hours=2), hours=1, workload=site.job())
    assert booked["gpus"] == gpus(site, (0, 0), (0, 1), (0, 2), (0, 3))


def test_each_pod_of_a_gang_gets_exactly_its_reserved_devices(site):
    ids = gpus(site, (0, 1), (0, 3), (1, 0), (1, 2))
    booked = site.book(gpus={"ids": ids}, start="now", hours=1,
                       workload={**site.job(), "nodes": 2, "gpus_per_node": 2})
    assert site.until_running(booked)["gpus"] == ids
    assert given_to(site, booked) == [ids[:2], ids[2:]]
    assert site.nodes_of(booked) == site.nodes.names


def test_jobs_share_a_node_without_sharing_a_device(site):
    one = site.book(gpus={"ids": gpus(site, (0, 2))}, start="now", hours=1, workload=site.job())
    three = site.book("bob", gpus={"ids": gpus(site, (0, 0), (0, 1), (0, 3))}, start="now",
                        hours=1, workload=site.job())
    for booked in (one, three):
        site.until_running(booked)
    assert given_to(site, one) == [gpus(site, (0, 2))]
    assert given_to(site, three) == [gpus(site, (0, 0), (0, 1), (0, 3))]


def test_the_devices_of_a_job_that_ended_are_the_next_ones(site):
    ids = gpus(site, (0, 1), (1, 1))
    first = site.book(gpus={"ids": ids}, start="now", hours=1,
                      workload={**site.job(), "nodes": 2, "gpus_per_node": 1})
    follower = site.book("bob", gpus={"ids": ids}, start=site.at(hours=1), hours=1,
                         workload={**site.job(), "nodes": 2, "gpus_per_node": 1})
    site.until_running(first)
    site.go_to(hours=1)
    assert site.until_ended(first)["state"] == "completed"
    until(lambda: not claims(site, first), "its claims are gone")
    site.until_running(follower)
    assert given_to(site, follower) == [[gpu] for gpu in ids]


def test_a_gang_that_lacks_one_device_starts_no_pod_and_says_so(site, somebody_elses):
    somebody_elses(1, 0)
    booked = site.book(gpus={"ids": gpus(site, (0, 0), (1, 0))}, start="now", hours=1,
                       workload={**site.job(), "nodes": 2, "gpus_per_node": 1})

    def names_the_node():
        words = site.show(booked["id"]).get("waiting_for") or ""
        return site.nodes.names[1] in words and "another claim" in words

    until(names_the_node, lambda: f"the claim is named, not {site.show(booked['id']).get('waiting_for')}", 60)
    assert site.nodes_of(booked) == [None, None]
    somebody_elses.free()
    site.until_running(booked)
