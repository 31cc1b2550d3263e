"""Berth inside the cluster, as docs/kubernetes.md has an operator put it there: its image on the real node, a
kustomization with what differs at this site, and `kubectl port-forward` for people.

What differs here: no pod network, so berthd and the proxy listen on ports of the node, jobs find the proxy
and berthd the API server there; and folders of the node are the volumes."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess

import yaml

from berthd import BUILD, Berthd, until
from real_node_site import BOX, NODE
from testbed import debian_image
from testbed.cluster import ADDRESS, ROOT, free_ports
from testbed.real_node import Runtime

DEPLOY = ROOT / "deploy/kubernetes"
SERVER, PROXY = "berth.test/server:1", "berth.test/proxy:1"
NAMESPACE, JOBS = "berth", "berth-jobs"


class DeployedSite(Berthd):
    """Answers call() and cli() through the port that is forwarded."""

    def __init__(self, cluster, folder):
        self.cluster, self.api, self.folder, self.process = cluster, cluster.api, folder, None
        self.port, self.pod_port, self.proxy_port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"
        self.proxy_url = f"http://127.0.0.1:{self.proxy_port}"
        self.volumes = {"berth-data": folder / "berth-data", "berth-work": folder / "berth-work"}

    def apply(self):
        bring_images(self.cluster)
        kubectl = self.cluster.kubectl
        kubectl("label", "node", NODE, "berth.dev/managed=true", "--overwrite")
        self._make_volumes()
        self._write_kustomization()
        # What another test was given beside rbac.yaml is not Berth's here.
        kubectl("delete", "--ignore-not-found", *files(sorted(DEPLOY.glob("optional/*.yaml"))))
        kubectl("apply", "--server-side", "--force-conflicts", "-k", self.folder)
        kubectl("apply", *files([DEPLOY / "optional/device-names.yaml"]))
        self.await_rollout()

    def await_rollout(self):
        self.cluster.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/berth", "--timeout=60s")

    @contextlib.contextmanager
    def forwarded(self):
        """docs/kubernetes.md: how people reach it."""
        with open(self.folder / "port-forward.log", "ab") as log:
            process = subprocess.Popen(
                [self.cluster.program("kubectl"), "--kubeconfig", self.cluster.kubeconfig, "-n", NAMESPACE,
                 "port-forward", "deployment/berth", f"{self.port}:{self.pod_port}"], stdout=log, stderr=log)
        try:
            until(lambda: process.poll() is not None or listens(self.port), "the port is forwarded")
            yield self
        finally:
            process.terminate()
            process.wait()

    def pod(self):
        """Berth's own, which is not on its way out."""
        return next((pod for pod in self.api.list("pods", NAMESPACE, "app=berth")
                     if not pod["metadata"].get("deletionTimestamp")), None)

    def in_proxy(self, *command):
        return self.cluster.kubectl("-n", NAMESPACE, "exec", "deployment/berth", "-c", "proxy", "--", *command)

    def logs(self):
        return self.cluster.kubectl("-n", NAMESPACE, "logs", "deployment/berth", "-c", "berthd")

    def remove(self):
        withdraw(self.cluster, self.volumes)
        self.cluster.kubectl("label", "node", NODE, "berth.dev/managed-")

    def _make_volumes(self):
        for name, folder in self.volumes.items():
            folder.mkdir()
            self.api.ensure("persistentvolumes", volume(name, folder))

    def _write_kustomization(self):
        config = yaml.safe_load((DEPLOY / "config.yaml").read_text())
        config["listen"] = f"127.0.0.1:{self.pod_port}"
        config["launch"]["kubernetes"].update(url=self.proxy_url, image=BOX, host_network=True)
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))
        proxy = (DEPLOY / "proxy.conf").read_text()
        (self.folder / "proxy.conf").write_text(
            proxy.replace("8420", str(self.pod_port)).replace("8421", str(self.proxy_port)))
        (self.folder / "kustomization.yaml").write_text(yaml.safe_dump({
            "resources": [os.path.relpath(DEPLOY, self.folder)],
            "images": [image("registry.example.com/berth", SERVER),
                       image("docker.io/nginxinc/nginx-unprivileged", PROXY)],
            "configMapGenerator": [{"name": "berth", "namespace": NAMESPACE, "behavior": "merge",
                                    "files": ["config.yaml", "proxy.conf"]}],
            "patches": [*host_network(self.cluster.ports["api"], self.proxy_port), *map(bound, self.volumes)]}))


def withdraw(cluster, volumes):
    """What was applied, but for Berth's account and roles, which sites of other tests use."""
    kubectl = cluster.kubectl
    kubectl("delete", "--ignore-not-found", *files([DEPLOY / "admission-policy.yaml"]))
    kubectl("-n", NAMESPACE, "delete", "deployment,service,pvc", "--all", "--ignore-not-found")
    kubectl("delete", "--ignore-not-found", "namespace", JOBS)
    kubectl("delete", "--ignore-not-found", "persistentvolume", *volumes)


def bring_images(cluster):
    for name, make, file in ((SERVER, debian_image.server, "server.tar"), (PROXY, debian_image.nginx, "proxy.tar")):
        archive = ROOT / "build/cluster" / file
        make(archive, name)
        Runtime(cluster).ctr("images", "import", archive)


def files(paths):
    return [word for path in paths for word in ("-f", str(path))]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def image(name, ours):
    new_name, _, tag = ours.rpartition(":")
    return {"name": name, "newName": new_name, "newTag": tag}


def volume(name, folder):
    """A `local` one, as its owner becomes the pod's group; the folder of a hostPath would stay root's."""
    on_the_node = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [NODE]}]}]
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": {
        "storageClassName": "", "capacity": {"storage": "10Ti"}, "accessModes": ["ReadWriteOnce", "ReadWriteMany"],
        "local": {"path": str(folder)}, "nodeAffinity": {"required": {"nodeSelectorTerms": on_the_node}}}}


def bound(claim):
    return patch({"kind": "PersistentVolumeClaim", "name": claim}, {
        "kind": "PersistentVolumeClaim", "metadata": {"name": claim},
        "spec": {"storageClassName": "", "volumeName": claim}})


def host_network(api_port, proxy_port):
    probes = {probe: {"httpGet": {"port": proxy_port}} for probe in ("livenessProbe", "readinessProbe")}
    environment = [{"name": "KUBERNETES_SERVICE_HOST", "value": ADDRESS},
                   {"name": "KUBERNETES_SERVICE_PORT", "value": str(api_port)}]
    yield patch({"kind": "Namespace"}, {"kind": "Namespace", "metadata": {
        "name": "any", "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}})
    yield patch({"kind": "Deployment", "name": "berth"}, {"kind": "Deployment", "metadata": {"name": "berth"}, "spec": {
        "template": {"spec": {"hostNetwork": True, "containers": [
            {"name": "berthd", "env": environment, **probes},
            {"name": "proxy", "ports": [
                {"$patch": "replace"}, {"name": "jobs", "containerPort": proxy_port}]}]}}}})


def patch(target, change):
    return {"target": target, "patch": yaml.safe_dump(change)}
