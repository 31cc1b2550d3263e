"""Whether the cluster's own programs do their work, after an outage or a start: the only honest sign is
a Job of Volcano's whose pod ran through on a node."""
import itertools
import os
import time

from berthd import until
from testbed import kwok

# Kubernetes', Volcano's and KWOK's own programs back off while the API server is away.
THEY_LOOK_AGAIN_WITHIN = 240
A_JOB_TAKES = 90
numbers = itertools.count(1)


def until_played_nodes_work(api):
    """On a node of its own."""
    name = f"probe-{os.getpid()}-{next(numbers)}"
    api.create("nodes", kwok.node(name, gpus=1))
    try:
        until(lambda: kwok.is_ready(api.get("nodes", name)), "a new node is ready", THEY_LOOK_AGAIN_WITHIN)
        until_job_ran(api, name, {"name": "main", "image": "x",
                                  "env": [{"name": "SIM_RUN_FOR", "value": "0s"}]})
    finally:
        api.delete("nodes", name)


def until_real_node_works(api, node, image):
    until_job_ran(api, node, {"name": "main", "image": image, "command": ["true"]})


def until_job_ran(api, node, container):
    """With one of the node's GPUs."""
    space = f"probe-{os.getpid()}-{next(numbers)}"
    api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
    until(lambda: api.get("serviceaccounts", "default", space), "namespaces are set up", THEY_LOOK_AGAIN_WITHIN)
    container = {**container, "resources": {"limits": {"nvidia.com/gpu": "1"}}}
    pod = {"restartPolicy": "Never", "hostNetwork": True, "containers": [container],
           "nodeSelector": {"kubernetes.io/hostname": node}}

    def job(name):
        return {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": name},
                "spec": {"schedulerName": "volcano", "queue": "default", "minAvailable": 1, "maxRetry": 0,
                         "tasks": [{"name": "one", "replicas": 1, "template": {"spec": pod}}]}}

    def has_run():
        return "Succeeded" in [pod["status"].get("phase") for pod in api.list("pods", space)]

    deadline = time.monotonic() + THEY_LOOK_AGAIN_WITHIN
    for attempt in itertools.count(1):
        api.create("jobs", job(f"probe-{attempt}"), space)
        try:
            until(has_run, f"a container runs through on {node}", A_JOB_TAKES)
            break
        except AssertionError:
            # Volcano's controller may have left it behind for ever, while it was not looking.
            assert time.monotonic() < deadline, f"no container has run through on {node}"
            api.delete("jobs", f"probe-{attempt}", space, propagationPolicy="Background")
    api.delete_all("jobs", space)
    until(lambda: not api.list("pods", space), f"{node} is free again", THEY_LOOK_AGAIN_WITHIN)
    api.delete("namespaces", space)
