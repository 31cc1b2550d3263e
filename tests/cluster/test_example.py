"""examples/kubernetes-yolo on a node that really runs containers: two pods of two ranks each train, are
evicted by a P0, save, and their continuation does the rest."""
import csv
import os
import pathlib
import subprocess

import pytest
import yaml

from berthd import BUILD, until
from real_node_site import IMAGE, real_node_site
from testbed.cluster import ROOT

EXAMPLE = ROOT / "examples/kubernetes-yolo"
EPOCHS = 12


@pytest.fixture
def folders(tmp_path):
    """What the claims of one-node.yaml are bound to, with the data set drawn."""
    subprocess.run([ROOT / ".venv/bin/python", "-m", "berth.shapes", tmp_path / "srv/shapes"], check=True,
                   stdout=subprocess.DEVNULL)
    (tmp_path / "srv/berth-work").mkdir()
    return tmp_path / "srv"


@pytest.fixture
def site(cluster, real_node, folders, tmp_path):
    site = real_node_site(cluster, tmp_path, "example", launch={"grace_seconds": 30}, kubernetes={
        "image": IMAGE, "work_claim": "berth-work", "shm_gb": 1, "prepares_ahead_minutes": 1})
    claims = (EXAMPLE / "one-node.yaml").read_text().replace("/srv/", f"{folders}/")
    bound = [one for one in yaml.safe_load_all(claims) if one]
    for one in bound:
        bind(cluster, one, site.namespace)
    yield site.start()
    site.remove()
    for one in bound:
        if one["kind"] == "PersistentVolume":
            cluster.api.delete("persistentvolumes", one["metadata"]["name"])


def bind(cluster, wanted, namespace):
    if wanted["kind"] == "PersistentVolume":
        wanted["spec"]["claimRef"]["namespace"] = namespace
        cluster.api.create("persistentvolumes", wanted)
        return
    wanted["metadata"]["namespace"] = namespace
    cluster.api.create("persistentvolumeclaims", wanted, namespace)


def epochs_in(results):
    with open(results, newline="") as file:
        return [int(float(row["epoch"])) for row in csv.DictReader(file) if row["epoch"]]


def test_a_gang_is_evicted_with_notice_resumes_and_completes(site, folders):
    done = subprocess.run([EXAMPLE / "run"], capture_output=True, text=True, timeout=400, env={
        **os.environ, "BERTH": str(pathlib.Path(BUILD) / "berth"), "BERTH_URL": site.url,
        "EPOCHS": str(EPOCHS), "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout + done.stderr + (site.folder / "berthd.log").read_text()[-4000:]
    assert f"all {EPOCHS} epochs are done" in done.stdout

    first = site.show("r-1")
    assert (first["state"], first["exit_code"], len(first["gpus"])) == ("evicted", 75, 4)
    assert first["ended_at"] < first["notice"]["deadline"], "it saved and left, and nobody waited for the rest"
    results = list(folders.glob("berth-work/r-1/**/results.csv"))
    assert results and epochs_in(results[0]) == list(range(1, EPOCHS + 1)), "every epoch once"
    until(lambda: not site.jobs(), "what is archived is cleaned up")
