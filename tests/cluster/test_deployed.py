"""deploy/ and docs/kubernetes.md on a node that really runs containers: berthd as a pod, with its own account
and what rbac.yaml gives it, from `kubectl apply -k` to the end of the first reservation."""
import json
import subprocess
import urllib.error
import urllib.request

import pytest

from berthd import until
from deployed_site import JOBS, NAMESPACE, DeployedSite
from real_node_site import BOX, NODE
from testbed.cluster import ROOT
from testbed.programs import Failed

# It asks what jobs ask, and what only people may; it ends when its owner lets it.
JOB = """echo began
wget -q -O - --header "Authorization: Bearer $BERTH_TOKEN" $BERTH_URL/api/v1/jobs/self/notice; echo
wget -q -O - $BERTH_URL/api/v1/fleet 2>&1
until [ -e /berth/go ]; do sleep 0.1; done
echo the end"""


@pytest.fixture(scope="module")
def deployed(cluster, real_node, tmp_path_factory):
    subprocess.run([ROOT / "tools/build-page"], check=True)
    site = DeployedSite(cluster, tmp_path_factory.mktemp("deployed"))
    try:
        site.apply()
        yield site
    finally:
        site.remove()


def status(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_nginx_takes_the_proxys_configuration(deployed):
    assert not deployed.in_proxy("nginx", "-t", "-q", "-c", "/etc/proxy/proxy.conf")


@pytest.mark.parametrize("path", [
    "/", "/api/v1/fleet", "/api/v1/reservations", "/api/v1/jobs", "/api/v1/jobs/selfish",
    "/api/v1/jobs/self/../../reservations", "/api/v1/jobs/self/%2e%2e/%2e%2e/fleet", "/metrics"])
def test_the_proxy_passes_on_nothing_that_people_ask(deployed, path):
    assert status(deployed.proxy_url + path, **{"X-Berth-User": "alice"}) == 403


def test_what_the_proxy_took_for_a_jobs_request_is_one_for_berth(deployed):
    """However its path is written: berthd is asked what the proxy looked at."""
    for path in ("/api/v1/fleet/../jobs/self/notice", "/api/v1/fleet/%2e%2e/jobs/self/notice"):
        assert status(deployed.proxy_url + path) == 401


def test_a_pod_that_asks_for_gpus_by_itself_is_refused(deployed):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "foreign", "namespace": "default"},
           "spec": {"containers": [{"name": "main", "image": BOX,
                                    "resources": {"limits": {"nvidia.com/gpu": "1"}}}]}}

    def refusal():
        try:
            deployed.cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod))
        except Failed as failure:
            return str(failure)

    said = until(refusal, "the policy is in force")
    assert "without a reservation" in said and "Book them with Berth" in said


def test_the_first_reservation_outlives_berths_pod(deployed):
    with deployed.forwarded():
        assert deployed.cli("gpus").stdout.count(NODE) >= 4
        booked = json.loads(deployed.cli("reserve", "--gpus", "1", "--start", "now", "--hours", "1", "--json", "--",
                                         "sh", "-c", JOB, check=0).stdout)["id"]
        until(lambda: "began" in deployed.cli("logs", booked).stdout, "its job runs and says so", 60)
    first = the_job(deployed)

    gone = deployed.pod()["metadata"]["uid"]
    deployed.cluster.kubectl("-n", NAMESPACE, "delete", "pod", "-l", "app=berth")
    until(lambda: (pod := deployed.pod()) and pod["metadata"]["uid"] != gone, "there is another in its place")
    deployed.await_rollout()

    with deployed.forwarded():
        shown = deployed.show(booked)
        assert shown["state"] == "running" and shown["owner"] == "alice", "it is all on the volume"
        assert the_job(deployed) == first, "and nothing was started again"
        (deployed.volumes["berth-work"] / booked / "go").touch()
        deployed.until_state(booked, "completed")
        log = deployed.cli("logs", booked, check=0).stdout
        assert log.splitlines() == ["began", '{"notice":null}', "wget: server returned error: HTTP/1.1 403 Forbidden",
                                    "the end"]
        until(lambda: not deployed.api.list("jobs", JOBS), "what is archived is cleaned up")
        assert deployed.call("GET", "/").text.startswith("<!"), "the page is in the image"


def the_job(deployed):
    [job] = deployed.api.list("jobs", JOBS)
    [pod] = deployed.api.list("pods", JOBS, "berth.dev/role=job")
    return job["metadata"]["uid"], pod["metadata"]["uid"]
