"""A berthd whose fleet is the one node that really runs containers, with four GPUs that do not exist."""
import json
import subprocess

from site_on_cluster import Site
from testbed.cluster import ROOT

NODE, IMAGE, BOX = "127.0.0.2", "berth.test/trainer:1", "sim.test/box:1"


class OneNode:
    """What a site asks of its fleet, of a node that is not played."""

    name, names, selector = "real", [NODE], "sim.test/real=true"


def start_real_node(cluster):
    archive = ROOT / "build/cluster/trainer.tar"
    subprocess.run([ROOT / "tools/install-training", ROOT / ".venv"], check=True)
    subprocess.run([ROOT / "tests/cluster/training_image", ROOT / ".venv", archive, IMAGE], check=True)
    if not cluster.api.get("nodes", NODE):
        subprocess.run([ROOT / "tests/cluster/real_node", cluster.folder, archive], check=True)


def real_node_site(cluster, folder, name, kubernetes, **options):
    """Not started yet. By the real time, as the containers are."""
    site = Site(cluster, OneNode, folder, name, test_clock=False,
                kubernetes={"host_network": True, **kubernetes}, **options)
    open_to_the_host(cluster, site)
    _reach_it_from_pods(site)
    return site


def open_to_the_host(cluster, site):
    """docs/kubernetes.md: where pods use the network of their node, this is what the namespace needs."""
    cluster.api.patch("namespaces", site.namespace,
                      {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}})


def _reach_it_from_pods(site):
    config = json.loads(site.config.read_text())
    config["launch"]["kubernetes"]["url"] = site.url
    site.config.write_text(json.dumps(config))
