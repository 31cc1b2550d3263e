"""A real cluster for all tests of this folder, and a real berthd on it for each.

    def test_a_gang_starts(site):          # two played nodes of four GPUs, a berthd at base()
        booked = site.book(gpus={"ids": [site.gpu(0, 1)]}, start="now", hours=1,
                           workload=site.job())
        site.until_running(booked)

BERTH_TEST_CLUSTER names the folder of a cluster that runs already: it is used and left running.
Played pods do what their environment and annotations say: manifests/pod-stages.yaml.
"""
import itertools
import os
import pathlib
import signal
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from job_history import JobHistory  # noqa: E402
from real_node_site import BOX, NODE, open_to_the_host, start_real_node  # noqa: E402
from recovery import until_played_nodes_work, until_real_node_works  # noqa: E402
from site_on_cluster import NodePool, Site  # noqa: E402
from testbed.api import Api  # noqa: E402
from testbed.cluster import Cluster  # noqa: E402

numbers = itertools.count(1)


def pytest_configure():
    # A run that is told to stop takes its cluster down too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class TestCluster(Cluster):
    """What a test may do to the cluster."""

    __test__ = False

    def __init__(self, folder):
        super().__init__(folder)
        self.api = Api(self)
        # kubectl above all, which no other place need have.
        os.environ["PATH"] = f"{self.bin}:{os.environ['PATH']}"

    def stop_api_server(self):
        subprocess.run([HERE / "stop_api_server", self.folder], check=True)

    def start_api_server(self):
        subprocess.run([HERE / "start_api_server", self.folder], check=True)

    def until_recovered(self):
        """Kubernetes' and Volcano's own programs take up to minutes to look again after an outage."""
        until_played_nodes_work(self.api)
        if self.api.get("nodes", NODE):
            until_real_node_works(self.api, NODE, BOX)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    if running := os.environ.get("BERTH_TEST_CLUSTER"):
        yield TestCluster(running)
        return
    folder = tmp_path_factory.mktemp("cluster")
    folder.rmdir()
    try:
        subprocess.run([HERE / "up", folder], check=True)
        yield TestCluster(folder)
    finally:
        if (folder / "cluster.json").exists():
            subprocess.run([HERE / "down", folder], check=True)


@pytest.fixture(scope="session")
def real_node(cluster):
    start_real_node(cluster)
    until_real_node_works(cluster.api, NODE, BOX)  # its first container is slow


@pytest.fixture
def nodes(cluster):
    """nodes(2) makes two, nodes(1, gpus=8, model="NVIDIA-H100-80GB-HBM3") another; their names are
    what it returns. They are gone after the test."""
    pool = NodePool(cluster, f"t{os.getpid() % 10000}-{next(numbers)}")
    yield pool
    pool.remove()


@pytest.fixture
def make_site(cluster, nodes, tmp_path):
    """make_site(test_clock=False, launch={"grace_seconds": 5}, kubernetes={"host_network": True})
    starts a berthd whose fleet is this test's nodes."""
    made = []

    def make(**options):
        folder = tmp_path / f"site{len(made)}"
        folder.mkdir()
        made.append(Site(cluster, nodes, folder, f"{nodes.name}-{len(made)}", **options))
        return made[-1].start()

    yield make
    for one in made:
        one.remove()


@pytest.fixture
def site(make_site, nodes):
    nodes(2)
    return make_site()


@pytest.fixture
def make_real_site(real_node, cluster, make_site, nodes):
    """Like make_site, but its fleet is the one node that really runs containers, of busybox unless they
    name an image. Once."""
    cluster.api.patch("nodes", NODE, {"metadata": {"labels": {nodes.LABEL: nodes.name}}})
    nodes.names.append(NODE)

    def make(**options):
        site = make_site(kubernetes={"image": BOX, "host_network": True}, **options)
        open_to_the_host(cluster, site)
        return site

    yield make
    nodes.names.remove(NODE)


@pytest.fixture
def real_site(make_real_site):
    return make_real_site()


@pytest.fixture
def history(site):
    made = JobHistory(site.api, site.namespace)
    yield made
    made.stop()


@pytest.fixture
def api_server(cluster):
    """Comes back whatever the test does to it."""
    yield cluster
    if not cluster.answers(f"{cluster.server}/readyz"):
        cluster.start_api_server()
    cluster.until_recovered()
