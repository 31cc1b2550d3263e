"""Ends that come in time also where the cluster, or its configuration, stands in the way."""
import contextlib
import json

from berthd import until
from testbed import rights

BOTH_NODES = {"count": 8, "spread": "any"}


@contextlib.contextmanager
def jobs_cannot_be_changed(site):
    """As where a webhook that looks at Jobs is away."""
    name = f"{site.name}-no-changes"
    rule = {"apiGroups": ["batch.volcano.sh"], "apiVersions": ["*"], "operations": ["UPDATE"],
            "resources": ["jobs"]}
    of_site = {"matchLabels": {"kubernetes.io/metadata.name": site.namespace}}
    berth = "request.userInfo.username == 'system:serviceaccount:berth:berth'"
    site.api.create("validatingadmissionpolicies", {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {"matchConstraints": {"namespaceSelector": of_site, "resourceRules": [rule]},
                 "validations": [{"expression": f"!({berth})", "message": "no changes today"}]}})
    site.api.create("validatingadmissionpolicybindings", {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"]}})
    try:
        yield
    finally:
        site.api.delete("validatingadmissionpolicybindings", name)
        site.api.delete("validatingadmissionpolicies", name)


def test_a_job_that_berth_may_not_mark_is_stopped_at_its_end_all_the_same(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=1, workload=site.job())
    site.until_running(booked)
    with jobs_cannot_be_changed(site):
        site.go_to(hours=1)
        until(lambda: all("deletionTimestamp" in pod["metadata"] for pod in site.pods(booked)),
              "its pods are told to stop")
        assert site.until_ended(booked)["state"] == "completed"


def test_a_job_in_a_namespace_that_the_configuration_names_no_more_ends_in_time(site):
    booked = site.book(gpus=BOTH_NODES, start="now", hours=2, workload=site.job())
    site.until_running(booked)
    config = json.loads(site.config.read_text())
    other = f"{site.namespace}-other"
    rights.grant(site.api, other, site.OPTIONAL_RIGHTS)
    config["launch"]["kubernetes"]["job_namespace"] = other
    site.config.write_text(json.dumps(config))
    site.restart()
    site.go_to(hours=1)
    assert site.show(booked["id"])["state"] == "running"
    site.go_to(hours=2)
    assert site.until_ended(booked)["state"] == "completed"
    until(lambda: not site.pods(booked) and not site.jobs(booked), "nothing of it is left there")
    site.api.delete("namespaces", other)
