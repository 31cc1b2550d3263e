"""KWOK plays the kubelets of nodes that do not exist: manifests/ says how."""
import os

import yaml

from testbed.cluster import ADDRESS, HERE, ROOT


def start(cluster):
    # No logs: it would follow one for ever, also when its pod has ended.
    parts = [(HERE / "manifests" / name).read_text()
             for name in ("node-stages.yaml", "pod-stages.yaml")]
    parts += map(yaml.safe_dump, ways_into_berths_pod(cluster.ports["berthd"]))
    config = cluster.work("kwok.yaml")
    config.write_text("\n---\n".join(parts))
    pki = cluster.certificates.path
    cluster.start("kwok", f"--kubeconfig={cluster.work('kwok.kubeconfig')}", f"--config={config}",
                  "--manage-nodes-with-label-selector=type=kwok",
                  "--node-lease-duration-seconds=40", "--cidr=10.244.0.0/16",
                  f"--node-ip={ADDRESS}", f"--node-port={cluster.ports['kwok']}",
                  f"--server-address={ADDRESS}:{cluster.ports['kwok']}",
                  f"--tls-cert-file={pki('serving.crt')}",
                  f"--tls-private-key-file={pki('serving.key')}",
                  environment={"HOME": str(cluster.folder / "work"),
                               "PATH": f"{ROOT / 'build/release'}:{os.environ['PATH']}"})


def ways_into_berths_pod(port):
    """Where its pod is played, the berthd at this port of this machine is what runs in it: port-forward
    and exec come there, as they do to port 8420 and to the program `berth` of the real pod."""
    its_pod = {"matchNamespaces": ["berth"]}
    return [
        {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterPortForward", "metadata": {"name": "berth"},
         "spec": {"selector": its_pod, "forwards": [
             {"ports": [8420], "target": {"address": ADDRESS, "port": port}}]}},
        {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterExec", "metadata": {"name": "berth"},
         "spec": {"selector": its_pod, "execs": [{"containers": ["berthd"], "local": {
             "envs": [{"name": "BERTH_URL", "value": f"http://{ADDRESS}:{port}"}]}}]}}]


def node(name, gpus=4, model="NVIDIA-A100-SXM4-80GB", memory_mb=81920, labels=None):
    """A node as the GPU operator's feature discovery labels it."""
    has = {"cpu": "64", "memory": "512Gi", "pods": "110", "ephemeral-storage": "1Ti",
           "nvidia.com/gpu": str(gpus)}
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": name, "labels": {
                "type": "kwok", "kubernetes.io/hostname": name, "kubernetes.io/arch": "amd64",
                "kubernetes.io/os": "linux", "nvidia.com/gpu.present": "true",
                "nvidia.com/gpu.product": model, "nvidia.com/gpu.count": str(gpus),
                "nvidia.com/gpu.memory": str(memory_mb), **(labels or {})}},
            "status": {"capacity": has, "allocatable": has}}


def is_ready(found):
    conditions = found.get("status", {}).get("conditions", [])
    return (not found["spec"].get("taints")
            and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions))
