"""Gangs that all begin in one slot on a Kubernetes cluster: how fast Volcano has them, and how fast
the bare posting client and kubectl bring it the same objects."""
import contextlib
import http.client
import json
import pathlib
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

from harness.context import BUILD, ROOT, resident_mb, until
from harness.figures import Figure, percentile

sys.path[:0] = [str(ROOT / "tests/cluster"), str(ROOT / "tests/support")]

TARGETS = ["berthd", "bench_bare_poster"]
PROGRAMS = ROOT / "build/cluster/bin"
IN_FLIGHT = 64  # as berthd's own client has them (kubernetes/api_client.hpp)
MOST_RATIO = 1.2  # of a thousand gangs to the bare posting client
MOST_MEMORY = 128  # MiB of berthd with a thousand gangs; measured: 80
BEFORE_START = {"hours": 0, "minutes": 51}  # within the ten minutes in which a start is prepared


class Watch:
    """When objects were first seen that a pattern finds in the lines of a watch; without reading
    them as JSON, which would keep a processor from those who are measured."""

    def __init__(self, cluster, path, pattern):
        self.seen = {}
        self._pattern = re.compile(pattern)
        self._closed = False
        self._context = ssl.create_default_context(cafile=cluster.folder / "ca.crt")
        self._request = urllib.request.Request(
            f"{cluster.server}{path}",
            headers={"Authorization": f"Bearer {(cluster.folder / 'token').read_text()}"})
        answer = self._open()
        threading.Thread(target=self._read, args=[answer], daemon=True).start()

    def close(self):
        self._closed = True

    def _open(self):
        return urllib.request.urlopen(self._request, timeout=600, context=self._context)

    def _read(self, answer):
        # The API server cuts the watch of a client that falls behind; another tells all anew.
        while not self._closed:
            with contextlib.suppress(OSError, http.client.HTTPException):
                for line in answer:
                    if found := self._pattern.search(line):
                        self.seen.setdefault(found[1], time.monotonic())
                    if self._closed:
                        return
                answer = self._open()

    def until(self, count, what, seconds=600):
        until(lambda: len(self.seen) >= count, f"{count} {what}; there are {len(self.seen)}", seconds)


@contextlib.contextmanager
def watched(cluster, namespace):
    """Two watches of a namespace: Jobs that were accepted, pods of jobs that run."""
    from testbed.api import Api
    jobs = Watch(cluster, Api.path("jobs", namespace, watch=1),
                 rb'^\{"type":"ADDED".*?"name":"([^"]+)"')
    pods = Watch(cluster, Api.path("pods", namespace, watch=1, labelSelector="berth.dev/role=job"),
                 rb'"metadata":\{"name":"([^"]+)".*"phase":"Running"')
    try:
        yield jobs, pods
    finally:
        jobs.close()
        pods.close()


def seconds_since(began, watch):
    return sorted(seen - began for seen in watch.seen.values())


class Run:
    """A cluster with nodes, for gangs of one pod with one GPU each."""

    def __init__(self, cluster, nodes, folder):
        self.cluster, self.nodes, self.folder = cluster, nodes, folder
        self._sites = 0

    def berth(self, count):
        """Seconds to each Job and to each running pod; berthd's memory before and after."""
        from site_on_cluster import Site
        self._sites += 1
        place = self.folder / f"berth-{self._sites}"
        place.mkdir()
        site = Site(self.cluster, self.nodes, place, f"b{self._sites}").start()
        for number in range(count):
            site.book(title=f"gang {number}", gpus={"count": 1}, start=site.at(hours=1), hours=1,
                      workload=site.job())
        site.go_to(**BEFORE_START)
        until(lambda: self._prepared(site, count), "all starts are prepared", 600)
        memory = resident_mb(site.process.pid)
        with watched(self.cluster, site.namespace) as (jobs, pods):
            began = time.monotonic()
            site.go_to(hours=1)
            jobs.until(count, "Jobs are accepted")
            pods.until(count, "pods run")
        grown = resident_mb(site.process.pid)
        site.stop()
        self.objects = [bare(job) for job in site.jobs()]
        self.site = site
        self._clear()
        return seconds_since(began, jobs), seconds_since(began, pods), memory, grown

    def bare_client(self):
        file = self.folder / "jobs.jsonl"
        file.write_text("".join(json.dumps(job) + "\n" for job in self._named("bare")))
        path = self.cluster.api.path("jobs", self.site.namespace)
        return self._others([BUILD / "bench_bare_poster", self.cluster.server,
                             self.cluster.folder / "ca.crt", self.cluster.folder / "token", path,
                             file, str(IN_FLIGHT)])

    def kubectl(self):
        file = self.folder / "jobs.json"
        file.write_text(json.dumps(
            {"apiVersion": "v1", "kind": "List", "items": self._named("kubectl")}))
        return self._others([self.cluster.program("kubectl"), "--kubeconfig",
                             self.cluster.kubeconfig, "apply", "-f", file])

    def _named(self, whose):
        """The objects under other names: Volcano's controller stalls on a Job whose namesake it has
        just seen go."""
        return [{**job, "metadata": {**job["metadata"],
                                     "name": f"{job['metadata']['name']}-{whose}"}}
                for job in self.objects]

    def _others(self, command):
        count = len(self.objects)
        with watched(self.cluster, self.site.namespace) as (jobs, pods):
            began = time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            jobs.until(count, "Jobs are accepted")
            pods.until(count, "pods run")
        self._clear()
        return seconds_since(began, jobs), seconds_since(began, pods)

    def _prepared(self, site, count):
        api = self.cluster.api
        pulling = [pod for pod in site.pods(role="image-pull")
                   if pod["status"].get("phase") not in ("Succeeded", "Failed")]
        return len(api.list("secrets", site.namespace)) >= count and not pulling

    def _clear(self):
        """Nothing of the run is left that Volcano would still think about."""
        api, place = self.cluster.api, self.site.namespace
        api.delete_all("jobs", place, propagationPolicy="Background")
        api.delete_all("pods", place, gracePeriodSeconds=0)
        until(lambda: not any(api.list(kind, place) for kind in ("jobs", "pods", "podgroups")),
              "all is removed", 300)


def bare(job):
    """As it was posted: without what the server added."""
    kept = {key: job["metadata"][key] for key in ("name", "namespace", "labels", "annotations")
            if key in job["metadata"]}
    return {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": kept,
            "spec": job["spec"]}


@contextlib.contextmanager
def running(context):
    """A cluster of 200 nodes with 8 GPUs each, at the pace of Volcano's own scheduler."""
    from testbed.api import Api
    from testbed.cluster import Cluster
    from site_on_cluster import NodePool
    scripts = ROOT / "tests/cluster"
    subprocess.run([scripts / "build", PROGRAMS], check=True, stdout=subprocess.DEVNULL)
    folder = context.folder("cluster")
    try:
        subprocess.run([scripts / "up", folder / "cluster", "--schedule-period", "1s"], check=True,
                       stdout=subprocess.DEVNULL)
        cluster = Cluster(folder / "cluster")
        cluster.api = Api(cluster)
        nodes = NodePool(cluster, "bench")
        nodes(context.pick(200, 20), gpus=8)
        yield Run(cluster, nodes, folder)
    finally:
        if pathlib.Path(folder / "cluster/cluster.json").exists():
            subprocess.run([scripts / "down", folder / "cluster"], check=True)


def cluster(context):
    figures = []
    with running(context) as run:
        for count in context.pick([1, 100, 1000], [1, 100]):
            if count > 1:
                # The first so many make the API server's heap grow, whoever brings them.
                run.berth(count)
                run.bare_client()
            jobs, pods, memory, grown = run.berth(count)
            bare_jobs, bare_pods = run.bare_client()
            kubectl_jobs, kubectl_pods = run.kubectl()
            name = f"{count:,} gang{'s' if count > 1 else ''}"
            promised = count == 1000
            peer = "bare posting client"
            if count > 1:
                figures += [
                    Figure(f"{name}, Job accepted, p50", percentile(jobs, 0.5), "s", "lower", peer,
                           percentile(bare_jobs, 0.5)),
                    Figure(f"{name}, Job accepted, p99", percentile(jobs, 0.99), "s", "lower", peer,
                           percentile(bare_jobs, 0.99))]
            figures += [
                Figure(f"{name}, last Job accepted", jobs[-1], "s", "lower", peer, bare_jobs[-1],
                       target=MOST_RATIO if promised else None, must=promised),
                Figure(f"{name}, last Job accepted", jobs[-1], "s", "lower", "kubectl apply",
                       kubectl_jobs[-1]),
                Figure(f"{name}, all pods run", pods[-1], "s", "lower", peer, bare_pods[-1]),
                Figure(f"{name}, all pods run", pods[-1], "s", "lower", "kubectl apply",
                       kubectl_pods[-1]),
                Figure(f"{name}, berthd's memory before them", memory, "MiB", "lower"),
                Figure(f"{name}, berthd's memory after them", grown, "MiB", "lower",
                       target=MOST_MEMORY if promised else None, must=promised)]
    return figures
