"""What an operator applies (deploy/kubernetes), at the real API server: who may use GPUs, who may
make something that looks like a reservation, and what Berth's own account may do."""
import json
import pathlib
import subprocess

import pytest
from berthd import until

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy/kubernetes"
BERTH = "system:serviceaccount:berth:berth"
VOLCANO = "system:serviceaccount:volcano-system:volcano-controllers"
ADMIN = None
TICKET = {"berth.dev/site": "berth", "berth.dev/reservation": "r-17", "berth.dev/attempt": "1"}


class Door:
    """The API server as somebody meets it; nothing is kept of what it would take."""

    def __init__(self, cluster):
        self.kubeconfig, self.program = str(cluster.kubeconfig), str(cluster.program("kubectl"))

    def kubectl(self, *arguments, who=ADMIN, groups=(), given=None):
        command = [self.program, "--kubeconfig", self.kubeconfig, *arguments]
        if who:
            command += ["--as", who, *(f"--as-group={g}" for g in groups)]
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)

    def apply(self, *files):
        for file in files:
            done = self.kubectl("apply", "--server-side", "-f", str(DEPLOY / file))
            assert done.returncode == 0, done.stderr

    def refusal(self, thing, who=ADMIN, verb="create"):
        """What the server says against it; empty when it would take it."""
        # Whoever it is may do everything as far as RBAC goes: it is the policy that is asked.
        done = self.kubectl(verb, "--dry-run=server", "-f", "-", who=who or "root",
                            groups=["system:masters"], given=json.dumps(thing))
        assert done.returncode == 0 or "denied request" in done.stderr or "violates" in done.stderr, done.stderr
        return done.stderr if done.returncode else ""

    def can(self, verb, what, namespace=None, who=BERTH):
        where = ["--namespace", namespace] if namespace else []
        resource, _, part = what.partition("/")
        said = self.kubectl("auth", "can-i", verb, resource, f"--subresource={part}", *where, who=who)
        return said.stdout.strip() == "yes"


@pytest.fixture(scope="module")
def door(cluster):
    door = Door(cluster)
    door.apply("namespace.yaml", "rbac.yaml", "admission-policy.yaml")
    # What other tests gave their sites of it is not to stand in for what is asked here.
    for file in sorted(DEPLOY.glob("optional/*.yaml")):
        door.kubectl("delete", "--ignore-not-found", "-f", str(file))
    door.kubectl("create", "namespace", "elsewhere")
    # The API server takes a moment to take up a policy.
    until(lambda: door.refusal(pod()) and door.refusal(pod(gpus=0, labels=TICKET)), "the policies are in force")
    yield door
    door.kubectl("delete", "-f", str(DEPLOY / "admission-policy.yaml"))
    door.kubectl("delete", "namespace", "elsewhere", "--wait=false")


def pod(gpus=1, labels=None, namespace="elsewhere", annotations=None, resource="nvidia.com/gpu", init=False,
        **spec):
    amounts = {"resources": {"limits": {resource: str(gpus)}}} if gpus is not None else {}
    main = {"name": "main", "image": "busybox", **({} if init else amounts)}
    first = {"initContainers": [{"name": "first", "image": "busybox", **amounts}]} if init else {}
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "namespace": namespace, "labels": labels or {},
                         "annotations": annotations or {}},
            "spec": {"containers": [main], **first, **spec}}


def job(labels=None, template_labels=None, template_annotations=None, gpus=1):
    inner = pod(gpus)
    return {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job",
            "metadata": {"name": "j", "namespace": "elsewhere", "labels": labels or {}},
            "spec": {"schedulerName": "volcano", "minAvailable": 1, "queue": "default", "tasks": [
                {"name": "t", "replicas": 1, "template": {
                    "metadata": {"labels": template_labels or {}, "annotations": template_annotations or {}},
                    "spec": {**inner["spec"], "restartPolicy": "Never"}}}]}}


# --- the whole of deploy/kubernetes

def test_the_api_server_takes_all_that_an_operator_applies(door):
    done = door.kubectl("apply", "--server-side", "--dry-run=server", "-k", str(DEPLOY))
    assert done.returncode == 0 and "Warning" not in done.stderr, done.stderr
    for thing in ("deployment.apps/berth", "service/berth", "persistentvolumeclaim/berth-work"):
        assert thing in done.stdout


def test_berths_own_pod_keeps_to_the_strictest_pod_security(door):
    text = door.kubectl("create", "--dry-run=client", "-o", "json", "-f", str(DEPLOY / "berth.yaml")).stdout
    decoder, position, found = json.JSONDecoder(), 0, []
    while position < len(text.rstrip()):
        thing, position = decoder.raw_decode(text, position)
        position += len(text[position:]) - len(text[position:].lstrip())
        found.append(thing)
    template = next(t for t in found if t["kind"] == "Deployment")["spec"]["template"]
    own = {"apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
           "metadata": {**template["metadata"], "name": "berth", "namespace": "berth"}}
    assert not door.refusal(own)


# --- GPUs are for reservations

def test_a_pod_that_asks_for_gpus_is_refused_and_told_what_to_do(door):
    said = door.refusal(pod())
    assert "without a reservation" in said and "Book them with Berth at https://" in said
    assert 'nodeSelector berth.dev/managed: "false"' in said


@pytest.mark.parametrize("resource", ["nvidia.com/gpu", "nvidia.com/mig-1g.5gb", "nvidia.com/gpu.shared"])
def test_parts_of_gpus_are_gpus(door, resource):
    assert "without a reservation" in door.refusal(pod(resource=resource))


def test_gpus_of_an_init_container_are_gpus(door):
    assert "without a reservation" in door.refusal(pod(init=True))


def test_a_pod_without_gpus_is_let_through(door):
    assert not door.refusal(pod(gpus=None))
    assert not door.refusal(pod(gpus=0))


def test_the_pod_of_a_reservation_is_let_through_when_volcano_made_it(door):
    assert not door.refusal(pod(labels=TICKET), who=VOLCANO)


def test_volcanos_pod_without_a_reservation_is_refused(door):
    assert "without a reservation" in door.refusal(pod(), who=VOLCANO)


def test_not_even_berth_makes_gpu_pods_by_itself(door):
    assert "without a reservation" in door.refusal(pod(labels=TICKET), who=BERTH)


def test_a_pod_for_other_nodes_is_let_through(door):
    assert not door.refusal(pod(nodeSelector={"berth.dev/managed": "false"}))
    assert door.refusal(pod(nodeSelector={"berth.dev/managed": "true"}))


def test_a_pod_for_other_nodes_must_leave_its_node_to_the_scheduler(door):
    said = door.refusal(pod(nodeSelector={"berth.dev/managed": "false"}, nodeName="gpu-1"))
    assert "sets nodeName" in said and "Leave that out" in said


def test_a_pod_that_names_its_node_is_refused_like_any_other(door):
    assert "without a reservation" in door.refusal(pod(nodeName="gpu-1"))


def test_an_exempt_namespace_asks_for_gpus_as_it_likes(door):
    door.kubectl("label", "namespace", "elsewhere", "berth.dev/exempt=true")
    try:
        until(lambda: not door.refusal(pod()), "an exempt namespace's pod is let through")
        assert "Berth's own" in door.refusal(pod(labels=TICKET)), "it may not forge a reservation, though"
    finally:
        door.kubectl("label", "namespace", "elsewhere", "berth.dev/exempt-")


# --- nobody forges a reservation

def test_a_pod_with_berths_labels_is_berths_alone(door):
    assert "Berth's own" in door.refusal(pod(gpus=None, labels=TICKET))
    assert "Berth's own" in door.refusal(pod(gpus=None, annotations={"berth.dev/notice": "{}"}))
    assert not door.refusal(pod(gpus=None, labels=TICKET), who=BERTH), "it pulls images with such pods"


def test_a_job_with_berths_labels_is_berths_alone(door):
    for forged in (job(labels=TICKET), job(template_labels=TICKET),
                   job(template_annotations={"berth.dev/workload": "{}"})):
        assert "Berth's own" in door.refusal(forged)
        assert "Berth's own" in door.refusal(forged, who=VOLCANO), "JobFlow and CronJob make Jobs as Volcano"
        assert not door.refusal(forged, who=BERTH)
    assert not door.refusal(job()), "other Volcano Jobs are nobody's concern; their GPU pods are refused"


NODE = {"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "policy-1", "labels": {"type": "kwok", "kubernetes.io/hostname": "policy-1"}},
        "status": {key: {"cpu": "8", "memory": "32Gi", "pods": "20", "nvidia.com/gpu": "1"}
                   for key in ("capacity", "allocatable")}}


def test_volcano_makes_the_pods_of_berths_job_and_of_no_others(door):
    assert door.kubectl("create", "-f", "-", given=json.dumps(NODE)).returncode == 0
    mine, others = job(labels=TICKET, template_labels=TICKET), job()
    others["metadata"]["name"] = "others"
    try:
        for thing, who in ((others, "mallory"), (mine, BERTH)):
            made = door.kubectl("create", "-f", "-", who=who, groups=["system:masters"], given=json.dumps(thing))
            assert made.returncode == 0, made.stderr
        pods = until(lambda: door.kubectl("get", "pods", "-n", "elsewhere", "-o", "name").stdout.split(),
                     "Volcano has made a pod", seconds=60)
        assert pods == ["pod/j-t-0"]
        # Its place is what the other one waits for.
        door.kubectl("delete", "-n", "elsewhere", "vcjob", "j")
        until(lambda: "without a reservation" in door.kubectl(
                  "get", "events", "-n", "elsewhere", "-o", "jsonpath={.items[*].message}").stdout,
              "the pod of the other Job is refused", seconds=60)
    finally:
        door.kubectl("delete", "-n", "elsewhere", "vcjob", "--all")
        door.kubectl("delete", "node", "policy-1")


def test_a_job_of_the_queue_runs_as_a_reservation_does(door, make_site, nodes):
    nodes(1)
    site = make_site(optional_rights=[])
    assert "without a reservation" in door.refusal(pod(namespace=site.namespace), who=VOLCANO)
    queued = site.queue(gpus={"count": 2}, minutes=30, workload=site.job())
    site.until_running(queued)
    [ran] = site.pods(queued)
    assert ran["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"


@pytest.fixture
def kept(door):
    """A pod of a reservation that is really there."""
    thing = pod(gpus=None, labels=TICKET, schedulerName="nobody")
    thing["metadata"]["name"] = "kept"
    made = door.kubectl("create", "-f", "-", who=BERTH, groups=["system:masters"], given=json.dumps(thing))
    assert made.returncode == 0, made.stderr
    yield "pod/kept"
    door.kubectl("delete", "-n", "elsewhere", "pod", "kept", "--force", "--grace-period=0")


def change(door, what, patch, who, groups=("system:masters",), subresource=None):
    extra = ["--subresource", subresource] if subresource else []
    return door.kubectl("patch", "-n", "elsewhere", what, "--dry-run=server", *extra, "-p", json.dumps(patch),
                        who=who, groups=groups).stderr


def test_what_belongs_to_a_reservation_is_changed_by_berth_alone(door, kept):
    for patch in ({"metadata": {"annotations": {"berth.dev/notice": "{}"}}},
                  {"metadata": {"labels": {"berth.dev/reservation": "r-18"}}},
                  {"metadata": {"labels": {"berth.dev/attempt": None}}},
                  {"spec": {"containers": [{"name": "main", "image": "mine"}]}}):
        said = change(door, kept, patch, "mallory")
        assert "Berth alone changes it" in said and "berth extend" in said, patch
        assert not change(door, kept, patch, BERTH)


def test_what_is_not_berths_on_such_a_pod_may_change(door, kept):
    assert not change(door, kept, {"metadata": {"labels": {"cost-centre": "7"}}}, "finops")


def test_the_clusters_own_programs_keep_such_pods_up_to_date(door, kept):
    ready = {"status": {"phase": "Running"}}
    assert not change(door, kept, ready, "kubelet", subresource="status")
    patch = {"metadata": {"annotations": {"scheduling.example/seen": "1"}}}
    assert not change(door, kept, patch, VOLCANO, ["system:masters", "system:serviceaccounts:volcano-system"])


def test_nobody_makes_a_pod_of_their_own_look_reserved(door):
    thing = pod(gpus=None, schedulerName="nobody")
    thing["metadata"]["name"] = "own"
    assert door.kubectl("create", "-f", "-", given=json.dumps(thing)).returncode == 0
    try:
        said = change(door, "pod/own", {"metadata": {"labels": TICKET}}, "mallory")
        assert "Berth alone changes it" in said
    finally:
        door.kubectl("delete", "-n", "elsewhere", "pod", "own", "--force", "--grace-period=0")


# --- claims by device (Dynamic Resource Allocation)

def claim(device_class, kind="ResourceClaim", alternative=False):
    exactly = {"deviceClassName": device_class}
    request = {"name": "gpu", **({"firstAvailable": [{"name": "a", **exactly}]} if alternative
                                 else {"exactly": exactly})}
    spec = {"devices": {"requests": [request]}}
    return {"apiVersion": "resource.k8s.io/v1", "kind": kind,
            "metadata": {"name": "c", "namespace": "elsewhere"},
            "spec": {"spec": spec} if kind == "ResourceClaimTemplate" else spec}


@pytest.fixture
def claims_door(door):
    door.apply("optional/device-claims.yaml")
    try:
        until(lambda: door.refusal(claim("gpu.nvidia.com")), "the policy is in force")
        yield door
    finally:
        door.kubectl("delete", "-f", str(DEPLOY / "optional/device-claims.yaml"))


def test_gpus_are_claimed_by_berth_alone(claims_door):
    for kind in ("ResourceClaim", "ResourceClaimTemplate"):
        for alternative in (False, True):
            said = claims_door.refusal(claim("gpu.nvidia.com", kind, alternative))
            assert "GPUs are claimed by reservations alone" in said and "berth reserve" in said
            assert not claims_door.refusal(claim("nic.example.com", kind, alternative))
            assert not claims_door.refusal(claim("gpu.nvidia.com", kind, alternative), who=BERTH)


# --- what Berth's account may do

MAY = [
    ("list", "nodes", None), ("watch", "nodes", None), ("watch", "pods", None), ("get", "namespaces", None),
    ("get", "queues.scheduling.volcano.sh", None), ("get", "priorityclasses.scheduling.k8s.io", None),
    *((verb, "jobs.batch.volcano.sh", "berth-jobs")
      for verb in ("create", "get", "list", "watch", "patch", "delete")),
    *((verb, "pods", "berth-jobs") for verb in ("create", "patch", "delete")),
    ("watch", "podgroups.scheduling.volcano.sh", "berth-jobs"),
    ("create", "commands.bus.volcano.sh", "berth-jobs"), ("get", "pods/log", "berth-jobs"),
    ("watch", "events", "berth-jobs"),
    *((verb, "secrets", "berth-jobs") for verb in ("create", "get", "delete")),
    ("get", "persistentvolumeclaims", "berth-jobs"), ("get", "serviceaccounts", "berth-jobs"),
]
MAY_NOT = [
    ("list", "secrets", "berth-jobs"), ("get", "secrets", "elsewhere"), ("get", "secrets", "kube-system"),
    ("create", "pods", "elsewhere"), ("delete", "pods", "elsewhere"), ("create", "pods/exec", "berth-jobs"),
    ("create", "jobs.batch.volcano.sh", "elsewhere"), ("delete", "persistentvolumeclaims", "berth-jobs"),
    ("patch", "nodes", None), ("delete", "nodes", None), ("create", "pods/binding", "berth-jobs"),
    ("create", "deployments.apps", "berth-jobs"), ("bind", "clusterroles.rbac.authorization.k8s.io", None),
    ("patch", "validatingadmissionpolicies.admissionregistration.k8s.io", None),
    ("impersonate", "users", None), ("create", "serviceaccounts/token", "berth-jobs"),
]


@pytest.mark.parametrize("verb,what,namespace", MAY)
def test_berth_may(door, verb, what, namespace):
    assert door.can(verb, what, namespace)


@pytest.mark.parametrize("verb,what,namespace", MAY_NOT)
def test_berth_may_not(door, verb, what, namespace):
    assert not door.can(verb, what, namespace)


@pytest.mark.parametrize("file,verb,what,namespace", [
    ("optional/device-names.yaml", "get", "pods/exec", "berth-jobs"),
    ("optional/device-names.yaml", "create", "pods/exec", "berth-jobs"),
    ("optional/remove-occupants.yaml", "delete", "pods", "elsewhere"),
    ("optional/device-claims.yaml", "watch", "resourceslices.resource.k8s.io", None),
    ("optional/device-claims.yaml", "watch", "resourceclaims.resource.k8s.io", None),
    ("optional/device-claims.yaml", "create", "resourceclaims.resource.k8s.io", "berth-jobs"),
])
def test_more_is_given_only_where_a_site_applies_it(door, file, verb, what, namespace):
    assert not door.can(verb, what, namespace)
    door.apply(file)
    try:
        assert door.can(verb, what, namespace)
    finally:
        door.kubectl("delete", "-f", str(DEPLOY / file))
