"""Exact devices by Dynamic Resource Allocation, on nodes whose driver the test plays."""
import pytest

from berthd import until

CLASS = "gpu.nvidia.com"


def device(number):
    return {"name": f"gpu-{number}",
            "attributes": {"type": {"string": "gpu"}, "uuid": {"string": f"GPU-{number}"},
                           "productName": {"string": "NVIDIA H100 80GB HBM3"}},
            "capacity": {"memory": {"value": "81559Mi"}}}


def slice_of(node):
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice",
            "metadata": {"name": f"{node}-gpus"},
            "spec": {"driver": CLASS, "nodeName": node,
                     "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
                     "devices": [device(number) for number in range(4)]}}


@pytest.fixture
def site(make_site, nodes, cluster):
    """One node that counts no GPUs, and publishes four devices."""
    node, = nodes(1, gpus=0)
    selector = {"cel": {"expression": f"device.driver == '{CLASS}'"}}
    cluster.api.ensure("deviceclasses", {
        "apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": CLASS},
        "spec": {"selectors": [selector]}})
    cluster.api.create("resourceslices", slice_of(node))
    yield make_site(kubernetes={"devices": "claimed"},
                    optional_rights=["device-claims"]).until_fleet(4)
    cluster.api.delete("resourceslices", f"{node}-gpus")


def claims(site):
    return site.api.list("resourceclaims", site.namespace)


def test_what_the_driver_publishes_is_the_fleet(site):
    booked = site.book(gpus={"count": 4, "model": "H100", "min_memory_gb": 80},
                       start=site.at(hours=2), hours=1, workload=site.job())
    assert booked["gpus"] == [site.gpu(0, number) for number in range(4)]


def test_a_pods_claim_gets_exactly_the_reserved_devices(site, nodes):
    ids = [site.gpu(0, 1), site.gpu(0, 3)]
    site.book(gpus={"ids": ids}, start="now", hours=1, workload=site.job())
    claim, = until(lambda: claims(site), "its claim is there")
    name = claim["metadata"]["name"]
    site.api.create("pods", {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "holder"},
        "spec": {"nodeSelector": {"kubernetes.io/hostname": nodes.names[0]},
                 "resourceClaims": [{"name": "gpus", "resourceClaimName": name}],
                 "containers": [{"name": "main", "image": "x",
                                 "resources": {"claims": [{"name": "gpus"}]}}]}}, site.namespace)
    given = until(lambda: site.api.get("resourceclaims", name, site.namespace)
                  .get("status", {}).get("allocation"), "it is allocated")
    assert sorted(one["device"] for one in given["devices"]["results"]) == ["gpu-1", "gpu-3"]


def test_a_volcano_that_knows_no_claims_starts_no_pod_without_gpus(site):
    booked = site.book(gpus={"count": 2}, start="now", hours=1, workload=site.job())
    until(lambda: "Volcano is too old" in str(site.show(booked["id"])), "its owner is told why")
    assert site.jobs(booked) == [] and site.pods(booked) == []
