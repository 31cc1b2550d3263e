"""A berthd that runs its jobs on the test cluster, and the nodes that are its fleet."""
import datetime
import json

from berthd import Berthd, until
from testbed import kwok, rights

IMAGE = "sim.test/training:1"


class NodePool:
    """Played nodes of one test; they bear its name in a label, by which its sites choose them."""

    LABEL = "sim.test/pool"

    def __init__(self, cluster, name):
        self.api, self.name, self.names = cluster.api, name, []

    def __call__(self, count, gpus=4, **traits):
        made = []
        for _ in range(count):
            name = f"{self.name}-gpu-{len(self.names)}"
            labels = {self.LABEL: self.name, **traits.get("labels", {})}
            self.api.create("nodes", kwok.node(name, gpus, **{**traits, "labels": labels}))
            self.names.append(name)
            made.append(name)
        until(lambda: all(kwok.is_ready(self.api.get("nodes", name)) for name in made),
              f"{made} are ready", 120)
        return made

    @property
    def selector(self):
        return f"{self.LABEL}={self.name}"

    def die(self, name):
        """Its machine is gone without a word: nothing that runs there is heard of any more."""
        for pod in self._pods_on(name):
            self.api.annotate("pods", pod["metadata"]["name"], pod["metadata"]["namespace"],
                              frozen="yes")
        self.api.annotate("nodes", name, not_ready="yes")

    def revive(self, name):
        self.api.annotate("nodes", name, not_ready=None)

    def cordon(self, name, cordoned=True):
        self.api.patch("nodes", name, {"spec": {"unschedulable": cordoned}})

    def allocatable(self, name, gpus):
        """So many of its GPUs are healthy from now on."""
        change = {"status": {"allocatable": {"nvidia.com/gpu": str(gpus)}}}
        self.api.patch("nodes", name, change, part="status")

    def remove(self):
        for name in self.names:
            self.api.delete("nodes", name)

    def _pods_on(self, name):
        return [pod for pod in self.api.list("pods") if pod["spec"].get("nodeName") == name]


class Site(Berthd):
    """Its clock is a test clock that begins at base(), unless told otherwise. Pods and nodes live by
    the real time, whose next whole hour is base(): so what the cluster says about time is at most
    an hour before what the site's clock says."""

    OPTIONAL_RIGHTS = ["device-names"]

    def __init__(self, cluster, nodes, folder, name, test_clock=True, slot_hours=1, kubernetes=None,
                 launch=None, environment=None, optional_rights=OPTIONAL_RIGHTS, **more):
        self.cluster, self.api, self.nodes = cluster, cluster.api, nodes
        self.name, self.namespace = name, f"jobs-{name}"
        rights.grant(self.api, self.namespace, optional_rights)
        until(lambda: self.api.get("serviceaccounts", "default", self.namespace),
              f"namespace {self.namespace} has its service account", 120)
        options = {"kubeconfig": str(rights.log_in(cluster, self.api, folder)),
                   "url": "http://127.0.0.1:1", "site": name, "job_namespace": self.namespace,
                   "node_selector": nodes.selector, "image": IMAGE, "reads_devices": False,
                   **(kubernetes or {})}
        super().__init__(folder, {
            "site": {"zone": "UTC", "slot_hours": slot_hours},
            "launch": {"grace_seconds": 2, "kubernetes": options, **(launch or {})},
            **more}, test_clock, environment)
        self.base_ = None

    # --- the server

    def start(self):
        super().start()
        if self.test_clock:
            self.base_ = self.base_ or next_hour()
            self.clock(text(self.base_))
        counted = self._gpus_of_nodes()
        return self.until_fleet(counted) if counted else self

    def restart(self, answers="/readyz"):
        """kill -9, where it still runs, and again on the same data. While the cluster is away it
        answers /healthz alone."""
        self.kill()
        Berthd.start(self, answers)
        if self.test_clock:
            self.clock(self.clock_)
        return self

    def clock(self, to):
        super().clock(to)
        self.clock_ = to

    def until_fleet(self, gpus):
        until(lambda: len(self.gpus()) == gpus, f"the site has {gpus} GPUs", 60)
        return self

    def remove(self):
        """With all that it made, at once."""
        if self.process and self.process.poll() is None:
            self.stop()
        self.api.delete_all("jobs", self.namespace)
        self.api.delete_all("pods", self.namespace, gracePeriodSeconds=0)
        until(lambda: not self.api.list("pods", self.namespace), "its pods are gone")
        self.api.delete("namespaces", self.namespace)

    # --- time

    def at(self, hours=0, **later):
        """So long after base(), as the API writes it."""
        return text(self.base_ + datetime.timedelta(hours=hours, **later))

    def go_to(self, hours=0, **later):
        self.clock(self.at(hours, **later))

    # --- what is booked

    def gpu(self, node, number):
        return f"{self.nodes.names[node]}/{number}"

    def gpus(self):
        fleet = self.call("GET", "/api/v1/fleet").json
        return {gpu["id"]: gpu for node in fleet["nodes"] for gpu in node["gpus"]}

    @staticmethod
    def job(image=None, **environment):
        """A command whose played pods do what SIM_… variables say; for ever, when they say
        nothing."""
        work = {"kind": "command", "argv": ["train"], "env": environment}
        return {**work, "image": image} if image else work

    def queue(self, user="alice", **wish):
        answer = self.call("POST", "/api/v1/queue", wish, user)
        assert answer.status == 201, answer.text
        return answer.json

    def evict(self, user="carol", **wish):
        """A P0 that takes what others hold, by a plan that its owner has seen."""
        wish = {"priority": "P0", "on_conflict": "evict", **wish}
        planned = self.call("POST", "/api/v1/plan", wish, user)
        assert planned.status == 200, planned.text
        return self.book(user, **wish, plan=planned.json["eviction"]["plan"])

    def until_running(self, booked, seconds=60):
        return self.until_state(booked["id"], "running", seconds=seconds)

    def until_ended(self, booked, seconds=60):
        return self.until_state(booked["id"], "completed", "failed", "evicted", "cancelled",
                                "expired", seconds=seconds)

    # --- what became of it on the cluster

    def jobs(self, booked=None):
        """Volcano's Jobs of a reservation, or of the site."""
        return self.api.list("jobs", self.namespace, self._selector(booked))

    def secrets(self, booked):
        return self.api.list("secrets", self.namespace, self._selector(booked))

    def first_sight(self, kind, booked):
        """Call what this returns to wait until something of that kind is made for it."""
        events = self.api.watch(kind, self.namespace, labelSelector=self._selector(booked))
        return lambda: next(events)

    def accepted(self):
        """The file in which Berth keeps which attempts the cluster has accepted."""
        [record] = self.data.rglob("accepted")
        return record

    def pods(self, booked=None, role="job"):
        """Of a reservation's attempts, by rank."""
        found = self.api.list("pods", self.namespace,
                              f"{self._selector(booked)},berth.dev/role={role}")
        return sorted(found, key=lambda pod: int(pod["metadata"]["labels"].get("berth.dev/rank", 0)))

    def nodes_of(self, booked):
        return [pod["spec"].get("nodeName") for pod in self.pods(booked)]

    def notices(self, booked):
        """What each of its pods is told now."""
        written = [pod["metadata"].get("annotations", {}).get("berth.dev/notice")
                   for pod in self.pods(booked)]
        return [json.loads(one) for one in written if one]

    def end_pods(self, booked, code=0):
        """Its containers end by themselves."""
        for pod in self.pods(booked):
            self.api.annotate("pods", pod["metadata"]["name"], self.namespace, exit_code=str(code))

    def _selector(self, booked):
        site = f"berth.dev/site={self.name}"
        return f"{site},berth.dev/reservation={booked['id']}" if booked else site

    def _gpus_of_nodes(self):
        found = [self.api.get("nodes", name) for name in self.nodes.names]
        return sum(int(node["status"]["capacity"]["nvidia.com/gpu"]) for node in found)


def next_hour():
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.replace(minute=0, second=0, microsecond=0) + datetime.timedelta(hours=1)


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
