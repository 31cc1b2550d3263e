"""The cluster of these tests is one: what the other tests take for granted."""
import subprocess

from berthd import until

from testbed.rights import grant, log_in


def gang(name, nodes, gpus):
    """A Volcano Job of a pod on each node."""
    def task(number, node):
        return {"name": f"rank-{number}", "replicas": 1, "template": {"spec": {
            "restartPolicy": "Never",
            "nodeSelector": {"kubernetes.io/hostname": node},
            "containers": [{"name": "main", "image": "x", "resources": {
                "limits": {"nvidia.com/gpu": str(gpus)}}}]}}}
    return {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": name},
            "spec": {"schedulerName": "volcano", "minAvailable": len(nodes), "maxRetry": 0,
                     "tasks": [task(i, node) for i, node in enumerate(nodes)]}}


def phases(api, namespace):
    return sorted(pod["status"].get("phase") for pod in api.list("pods", namespace))


def test_volcano_runs_a_gang_whole_or_not_at_all(cluster, nodes):
    names = nodes(2)
    cluster.api.create("jobs", gang("first", names, 3), "default")
    until(lambda: phases(cluster.api, "default") == ["Running", "Running"], "the first runs", 60)
    cluster.api.create("jobs", gang("second", names, 2), "default")
    until(lambda: (job := cluster.api.get("jobs", "second", "default")).get("status", {}).get("state"),
          "Volcano knows the second")
    cluster.api.delete("jobs", "first", "default", propagationPolicy="Background")
    until(lambda: phases(cluster.api, "default") == ["Running", "Running"]
          and {pod["metadata"]["labels"]["volcano.sh/job-name"]
               for pod in cluster.api.list("pods", "default")} == {"second"},
          "the second runs", 60)
    cluster.api.delete("jobs", "second", "default", propagationPolicy="Background")
    until(lambda: not cluster.api.list("pods", "default"), "all is gone")


def test_the_api_server_comes_back_with_what_it_knew(cluster, nodes):
    [name] = nodes(1)
    cluster.stop_api_server()
    assert not cluster.answers(f"{cluster.server}/readyz")
    cluster.start_api_server()
    assert cluster.api.get("nodes", name)


def test_a_node_that_died_is_not_ready_and_comes_back(cluster, nodes):
    [name] = nodes(1)
    nodes.die(name)
    until(lambda: cluster.api.get("nodes", name)["spec"].get("taints"), "it is tainted")
    nodes.revive(name)
    until(lambda: not cluster.api.get("nodes", name)["spec"].get("taints"), "it is in use again")


def test_berths_account_may_do_what_its_roles_say_and_no_more(cluster, tmp_path):
    grant(cluster.api, "jobs-rights")
    login = log_in(cluster, cluster.api, tmp_path)

    def may(*words):
        done = subprocess.run([cluster.program("kubectl"), "--kubeconfig", login, "auth", "can-i",
                               *words], capture_output=True, text=True)
        return done.stdout.strip() == "yes"

    assert may("create", "jobs.batch.volcano.sh", "-n", "jobs-rights")
    assert may("list", "nodes")
    assert not may("create", "jobs.batch.volcano.sh", "-n", "kube-system")
    assert not may("list", "secrets", "-n", "jobs-rights")
    cluster.api.delete("namespaces", "jobs-rights")
