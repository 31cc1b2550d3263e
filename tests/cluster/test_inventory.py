"""A cluster's nodes are the fleet: what comes, goes and fails there."""
from berthd import until
from testbed import kwok


def health(site, gpu):
    return site.gpus()[gpu]["health"]


def test_a_node_that_joins_can_be_booked_as_what_people_call_it(make_site, nodes):
    nodes(1)
    site = make_site()
    nodes(1, gpus=8, model="NVIDIA-H100-80GB-HBM3", memory_mb=81559,
          labels={"topology.kubernetes.io/zone": "b", "nvidia.com/cuda.driver.major": "550"})
    site.until_fleet(12)
    booked = site.book(gpus={"count": 8, "model": "H100", "min_memory_gb": 80,
                             "labels": {"topology.kubernetes.io/zone": "b"}},
                       start=site.at(hours=2), hours=1, workload=site.job())
    assert booked["gpus"] == [site.gpu(1, i) for i in range(8)]


def test_what_is_booked_on_a_node_that_is_cordoned_moves_to_an_equal_one(site, nodes):
    booked = site.book(gpus={"count": 4}, start=site.at(hours=2), hours=1, workload=site.job())
    node = booked["gpus"][0].partition("/")[0]
    other = next(name for name in nodes.names if name != node)
    nodes.cordon(node)
    until(lambda: health(site, booked["gpus"][0]) == "unready", "its GPUs are unready")
    until(lambda: all(gpu.startswith(other + "/") for gpu in site.show(booked["id"])["gpus"]),
          "it has moved")
    nodes.cordon(node, False)
    until(lambda: health(site, booked["gpus"][0]) == "healthy", "its GPUs can be used again")


def test_what_is_booked_on_a_gpu_that_its_node_stops_offering_moves_and_its_owner_is_told(site, nodes):
    booked = site.book(gpus={"count": 4}, start=site.at(hours=2), hours=1, workload=site.job())
    node = booked["gpus"][0].partition("/")[0]
    other = next(name for name in nodes.names if name != node)
    nodes.allocatable(node, 3)
    until(lambda: site.show(booked["id"])["gpus"] == [f"{other}/{number}" for number in range(4)],
          "it has moved", 60)
    assert [health(site, gpu) for gpu in booked["gpus"]] == ["healthy"] * 3 + ["unready"]
    assert f"GPU {node}/3 is not ready" in site.cli("show", booked["id"], check=0).stdout
    site.go_to(hours=2)
    site.until_running(booked)
    assert site.nodes_of(booked) == [other]


def test_a_node_that_leaves_takes_its_gpus_along(site, nodes, cluster):
    cluster.api.delete("nodes", nodes.names[1])
    until(lambda: site.gpu(1, 0) not in site.gpus() or health(site, site.gpu(1, 0)) == "gone",
          "its GPUs are gone")
    assert health(site, site.gpu(0, 0)) == "healthy"


def test_a_node_that_is_away_for_a_moment_moves_nothing(site, nodes, cluster):
    booked = site.book(gpus={"count": 4}, start=site.at(hours=2), hours=1, workload=site.job())
    node = booked["gpus"][0].partition("/")[0]
    nodes.die(node)
    until(lambda: not kwok.is_ready(cluster.api.get("nodes", node)), "it is away")
    # What the watch tells after it: the server has seen both.
    nodes(1)
    site.until_fleet(12)
    assert health(site, booked["gpus"][0]) == "healthy"
    nodes.revive(node)
    until(lambda: kwok.is_ready(cluster.api.get("nodes", node)), "it is back")
    assert site.show(booked["id"])["gpus"] == booked["gpus"]


def test_what_stays_away_cannot_be_used_until_it_is_back(site, nodes):
    nodes.die(nodes.names[0])
    nodes.allocatable(nodes.names[1], 3)
    lost = [*(site.gpu(0, i) for i in range(4)), site.gpu(1, 3)]
    until(lambda: [health(site, gpu) for gpu in lost] == ["unready"] * 5, "all are lost", 60)
    assert health(site, site.gpu(1, 2)) == "healthy"
    nodes.revive(nodes.names[0])
    nodes.allocatable(nodes.names[1], 4)
    until(lambda: [health(site, gpu) for gpu in lost] == ["healthy"] * 5, "all are back")
