"""docs/kubernetes.md from nothing to the first reservation, typed: every command of the page, in its order, in a
real shell with the real kubectl and berth. The nodes are played, Berth's own pod among them (played_berth.py)."""
import datetime
import json
import os
import pwd
import shutil
import socket

import pytest

from berthd import BUILD, until
from deployed_site import DEPLOY, JOBS, NAMESPACE, files, listens, withdraw
from page_commands import PLACE, commands_in
from played_berth import PlayedBerth
from site_on_cluster import NodePool
from terminal import Terminal
from testbed.cluster import ROOT
from testbed.programs import Failed

PAGE, CHINESE_PAGE = ROOT / "docs/kubernetes.md", ROOT / "docs/kubernetes.zh-CN.md"

# What begins so is not typed here, and why.
NOT_TYPED = {
    "podman build": "nothing here builds images; test_deployed.py runs the one that deploy/Containerfile describes",
    "podman push": "there is no registry",
    "- name: predicates": "is no command but a part of Volcano's configuration, which testbed/volcano.py gives it",
}

REGISTRY, GPU_OPERATOR, DATA_SET = "registry.lab", "gpu-operator", "coco"
PORT = 8420  # of this machine: the page has it forwarded


class Operator:
    """Has a cluster, its storage, a data set and a copy of deploy/; does what the page says."""

    def __init__(self, cluster, nodes, folder):
        self.cluster, self.api = cluster, cluster.api
        self.gpu_nodes, [self.other_node] = nodes(3), nodes(1)
        self.said, self._put_in = {}, set()
        self._yours = {
            "<registry>": REGISTRY, "<user>": "berth", "<password>": "secret", "<gpu-operator>": GPU_OPERATOR,
            "<gpu-nodes>": " ".join(self.gpu_nodes), "<other-gpu-nodes>": self.other_node,
            "<node>": self.gpu_nodes[0], "<claim>": self._data_set}
        repository, pod = folder / "repository", folder / "pod"
        shutil.copytree(DEPLOY, repository / "deploy/kubernetes")
        pod.mkdir()
        self.berth = PlayedBerth(cluster, pod)
        self._terminal = Terminal(repository, {
            "PATH": f"{cluster.bin}:{BUILD}:{os.environ['PATH']}", "KUBECONFIG": str(cluster.kubeconfig),
            "HOME": str(folder), "NO_COLOR": "1"})

    def begin(self):
        """With nothing of Berth's, as another test may have left it, and with what a cluster has before Berth."""
        self.cluster.kubectl("delete", "--ignore-not-found", "-k", DEPLOY)
        self.cluster.kubectl("delete", "--ignore-not-found", *files(sorted(DEPLOY.glob("optional/*.yaml"))))
        self.api.create("namespaces", {"metadata": {"name": GPU_OPERATOR}})
        self.api.create("persistentvolumes", volume("berth-data", NAMESPACE, "ReadWriteOnce", self.other_node))
        self.api.create("persistentvolumes", volume("berth-work", JOBS, "ReadWriteMany"))
        self.api.create("persistentvolumes", volume(DATA_SET, JOBS, "ReadWriteMany"))

    def walk(self):
        for command in commands_in(PAGE):
            if not command.startswith(tuple(NOT_TYPED)):
                self.berth.follow()
                self.said[command] = self._terminal.type(PLACE.sub(self._put_in_place, command))
        assert self._put_in == set(self._yours), "the page leaves each of these places to its reader"

    def what(self, begins):
        """What that command said."""
        return next(said for command, said in self.said.items() if command.startswith(begins))

    def end(self):
        self._terminal.close()
        self.berth.remove()
        self.api.delete_all("jobs", JOBS)
        self.api.delete_all("pods", JOBS, gracePeriodSeconds=0)
        withdraw(self.cluster, ["berth-data", "berth-work", DATA_SET])
        self.api.delete("namespaces", GPU_OPERATOR)
        self.cluster.kubectl("-n", NAMESPACE, "delete", "--ignore-not-found", "secret", "registry")

    def _put_in_place(self, place):
        self._put_in.add(place[0])
        yours = self._yours[place[0]]
        return yours() if callable(yours) else yours

    def _data_set(self):
        self.api.create("persistentvolumeclaims", {
            "metadata": {"name": DATA_SET}, "spec": {
                "accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}}, JOBS)
        return DATA_SET


def volume(claim, namespace, mode, node=None):
    """For that claim alone; of one node, or of all."""
    on_a_node = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}]
    return {"metadata": {"name": claim}, "spec": {
        "capacity": {"storage": "10Ti"}, "accessModes": [mode], "nfs": {"server": "storage.lab", "path": "/"},
        "claimRef": {"name": claim, "namespace": namespace},
        **({"nodeAffinity": {"required": {"nodeSelectorTerms": on_a_node}}} if node else {})}}


@pytest.fixture(scope="module")
def port():
    """One test of this machine has it at a time."""
    turn = socket.socket(socket.AF_UNIX)

    def is_ours():
        try:
            turn.bind(f"\0berth-test-port-{PORT}")
        except OSError:
            return False
        return True

    until(is_ours, f"no other test forwards port {PORT}", 300)
    assert not listens(PORT), f"port {PORT}, which {PAGE.name} forwards, is in use on this machine: end what listens there"
    yield
    turn.close()


@pytest.fixture(scope="module")
def operator(cluster, port, tmp_path_factory):
    nodes = NodePool(cluster, f"walk-{os.getpid() % 10000}")
    try:
        operator = Operator(cluster, nodes, tmp_path_factory.mktemp("walk"))
        try:
            operator.begin()
            operator.walk()
            yield operator
        finally:
            operator.end()
    finally:
        nodes.remove()


def test_both_languages_have_the_same_commands():
    assert list(commands_in(CHINESE_PAGE)) == list(commands_in(PAGE))


@pytest.mark.parametrize("begins", NOT_TYPED)
def test_what_is_not_typed_is_in_the_page(begins):
    assert any(command.startswith(begins) for command in commands_in(PAGE)), "take it out of NOT_TYPED"


def test_berth_offers_the_nodes_that_were_labelled(operator):
    for said in (operator.what("berth gpus"), operator.what("kubectl -n berth exec")):
        assert {node: said.count(f"{node}/") for node in operator.gpu_nodes} == dict.fromkeys(operator.gpu_nodes, 4)
        assert operator.other_node not in said


def test_gpus_are_kept_for_reservations(operator):
    refusal = until(lambda: refusal_of(operator, gpu_pod("default")), "the policy is in force")
    assert "without a reservation" in refusal
    elsewhere = gpu_pod("default", nodeSelector={"berth.dev/managed": "false"})
    assert not refusal_of(operator, elsewhere)
    assert not refusal_of(operator, gpu_pod(GPU_OPERATOR)), "its namespace is exempt"

    operator.api.create("pods", elsewhere, "default")
    try:
        placed = until(lambda: operator.api.get("pods", "foreign", "default")["spec"].get("nodeName"), "it is placed")
    finally:
        operator.api.delete("pods", "foreign", "default", gracePeriodSeconds=0)
    assert placed == operator.other_node


def test_berth_may_ask_which_gpus_a_pod_got(operator):
    operator.cluster.kubectl("auth", "can-i", "get", "pods", "--subresource=exec", "--namespace", JOBS,
                             f"--as=system:serviceaccount:{NAMESPACE}:berth")


def test_the_first_reservation_runs_when_its_time_comes(operator):
    berth = operator.berth
    [booked] = berth.call("GET", "/api/v1/reservations").json["items"]
    assert booked["id"] in operator.what("berth train")
    assert (booked["state"], booked["owner"]) == ("confirmed", pwd.getpwuid(os.getuid()).pw_name)
    looks = until(lambda: berth.show(booked["id"])["preflight"], "it was looked at whether it can start")
    assert all(look["ok"] for look in looks), looks
    start, end = (datetime.datetime.fromisoformat(booked[key]) for key in ("start", "end"))
    assert (start.strftime("%a %H:%M"), end - start) == ("Wed 20:00", datetime.timedelta(hours=32))

    berth.clock(booked["start"])
    berth.until_state(booked["id"], "running")
    pods = operator.api.list("pods", JOBS, f"berth.dev/reservation={booked['id']},berth.dev/role=job")
    reserved = {gpu.partition("/")[0] for gpu in berth.show(booked["id"])["gpus"]}
    assert {pod["spec"]["nodeName"] for pod in pods} == reserved and len(pods) == 2
    for pod in pods:
        container, = pod["spec"]["containers"]
        assert pod["status"]["phase"] == "Running"
        assert container["resources"]["limits"]["nvidia.com/gpu"] == "4"
        assert container["image"].startswith(f"{REGISTRY}/"), "as the files were changed"
        assert pod["spec"]["imagePullSecrets"] == [{"name": "registry"}]
        assert {"/data", "/berth"} <= {mount["mountPath"] for mount in container["volumeMounts"]}


def gpu_pod(namespace, **spec):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "foreign", "namespace": namespace}, "spec": {
        "containers": [{"name": "main", "image": "any", "resources": {"limits": {"nvidia.com/gpu": "1"}}}], **spec}}


def refusal_of(operator, pod):
    try:
        operator.cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod))
    except Failed as failure:
        return str(failure)
    return ""
