"""Pods that sit on GPUs without a reservation: reported, and removed where the site says so."""
import pytest

from berthd import until
from receivers import Receivers

DRIVER = "gpu.nvidia.com"  # and its device class


@pytest.fixture
def squat(cluster):
    """squat("node") puts a pod there that asks nobody, squat("node", claim="name") one that has its
    GPUs by that claim; gone after the test."""
    made = []

    def sit(node, gpus=2, claim=None):
        name = f"notebook-{node}-{len(made)}"
        resources = {"claims": [{"name": "gpus"}]} if claim else {"limits": {"nvidia.com/gpu": str(gpus)}}
        claims = {"resourceClaims": [{"name": "gpus", "resourceClaimName": claim}]} if claim else {}
        # A claim is given its GPUs by the scheduler.
        place = {"nodeSelector": {"kubernetes.io/hostname": node}} if claim else {"nodeName": node}
        cluster.api.create("pods", {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"terminationGracePeriodSeconds": 1, **place, **claims,
                     "containers": [{"name": "main", "image": "notebook", "resources": resources}]}},
            "default")
        made.append(name)
        until(lambda: cluster.api.get("pods", name, "default")["status"].get("phase") == "Running",
              f"{name} runs")
        return name

    yield sit
    for name in made:
        cluster.api.delete("pods", name, "default", gracePeriodSeconds=0)


@pytest.fixture
def publish(cluster):
    """publish("node") plays a driver that tells of four GPUs there."""
    made = []
    cluster.api.ensure("deviceclasses", {
        "apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": DRIVER},
        "spec": {"selectors": [{"cel": {"expression": f"device.driver == '{DRIVER}'"}}]}})

    def tell(node):
        devices = [{"name": f"gpu-{number}",
                    "attributes": {"type": {"string": "gpu"}, "uuid": {"string": f"GPU-{node}-{number}"}}}
                   for number in range(4)]
        made.append(f"{node}-gpus")
        cluster.api.create("resourceslices", {
            "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": made[-1]},
            "spec": {"driver": DRIVER, "nodeName": node, "devices": devices,
                     "pool": {"name": node, "generation": 1, "resourceSliceCount": 1}}})

    yield tell
    for name in made:
        cluster.api.delete("resourceslices", name)


@pytest.fixture
def claim(cluster):
    """claim("name", gpus=2) is one that anybody could make; gone after the test."""
    made = []

    def make(name, gpus):
        request = {"name": "gpus", "exactly": {"deviceClassName": DRIVER, "count": gpus}}
        cluster.api.create("resourceclaims", {
            "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": name},
            "spec": {"devices": {"requests": [request]}}}, "default")
        made.append(name)
        return name

    yield make
    for name in made:
        cluster.api.delete("resourceclaims", name, "default")


@pytest.fixture
def receivers(tmp_path):
    servers = Receivers(tmp_path)
    yield servers
    servers.stop()


def stays(cluster, pod):
    found = cluster.api.get("pods", pod, "default")
    return bool(found) and "deletionTimestamp" not in found["metadata"]


def remover(make_site):
    return make_site(kubernetes={"occupants": "remove"},
                     optional_rights=["device-names", "remove-occupants"])


def said(site):
    return (site.folder / "berthd.log").read_text()


def occupants(site):
    return site.call("GET", "/api/v1/fleet").json["occupants"]


def times_of(cluster, pod):
    """When it was made, and when its container began."""
    seen = cluster.api.get("pods", pod, "default")
    began = seen["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    return [seen["metadata"]["creationTimestamp"], began]


def test_the_fleet_the_page_and_the_terminal_tell_who_has_how_many_where_and_since_when(
        make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = make_site()
    pod = squat(node, gpus=3)
    one, = until(lambda: occupants(site), "it is listed")
    assert one.pop("since") in times_of(cluster, pod)
    assert one == {"node": node, "name": f"default/{pod}", "gpus": 3,
                   "owner": "somebody in default (service account default)"}
    assert site.call("GET", "/api/v1/calendar").json["occupants"] == occupants(site)
    said = site.cli("gpus", check=0).stdout
    row = said.split("in use without a reservation:")[1].splitlines()[2].split()
    assert row[:2] == [node, "3"] and f"default/{pod}" in row
    cluster.api.delete("pods", pod, "default", gracePeriodSeconds=0)
    until(lambda: occupants(site) == [], "it has left")
    assert "without a reservation" not in site.cli("gpus", check=0).stdout


def test_operators_are_mailed_and_webhooks_called_where_somebody_has_booked(make_site, nodes, squat,
                                                                            cluster, receivers):
    node, = nodes(1)
    site = make_site(notify=receivers.notify(olga="olga@example.org"), operators=["olga"],
                     teams={"vision": {"members": ["alice"]}})
    booked = site.book(gpus={"count": 1}, start=site.at(hours=3), hours=1, workload=site.job())
    pod = squat(node)

    def called(event):
        return until(lambda: [hook for hook in receivers.hooks() if hook["body"]["event"] == event],
                     f"the webhook is told {event}")

    came = called("occupant_came")
    assert came[0]["signature_ok"]
    details = came[0]["body"]["details"]
    assert details["in_the_way_of"] == booked["id"]
    assert details["occupant"] == occupants(site)[0]
    mail, = until(lambda: [mail for mail in receivers.mails() if mail["to"] == "olga@example.org"],
                  "the operator is mailed")
    assert f"{node} uses GPUs without a reservation" in mail["subject"]
    for words in (f"default/{pod}", "somebody in default", "2 GPUs", booked["id"], "未经预订"):
        assert words in mail["body"]
    cluster.api.delete("pods", pod, "default", gracePeriodSeconds=0)
    left, = called("occupant_left")
    assert left["body"]["details"]["occupant"]["name"] == f"default/{pod}"


def test_operators_are_mailed_once_when_somebody_books_over_it_later(make_site, nodes, squat, receivers):
    node, elsewhere = nodes(2)
    site = make_site(notify=receivers.notify(olga="olga@example.org"), operators=["olga"],
                     teams={"vision": {"members": ["alice"]}})
    pod, other = squat(node), squat(elsewhere)
    until(lambda: len(occupants(site)) == 2, "both are listed")

    def book(node, **start):
        whole = {"ids": [site.gpu(node, number) for number in range(4)]}
        return site.book(gpus=whole, start=site.at(**start), hours=1, workload=site.job())

    def mailed(pod):
        return [mail["body"] for mail in receivers.mails()
                if mail["to"] == "olga@example.org" and f"default/{pod}" in mail["body"]]

    later = book(1, hours=30)
    first = book(0, hours=3)
    mail, = until(lambda: mailed(pod), "the operator is mailed")
    assert first["id"] in mail
    book(0, hours=5)
    site.stop()
    site.restart()
    until(lambda: len(occupants(site)) == 2, "both are listed again")
    assert not mailed(other), "its booking is more than a day ahead"
    site.go_to(hours=6)
    mail, = until(lambda: mailed(other), "the operator is mailed of the other, a day ahead")
    assert later["id"] in mail
    assert len(mailed(pod)) == 1


def test_gpus_held_by_a_claim_that_is_not_berths_are_told_of_too(make_site, nodes, publish, claim,
                                                                 squat, cluster):
    node, = nodes(1, gpus=0)
    publish(node)
    site = make_site(kubernetes={"devices": "claimed"}, optional_rights=["device-claims"]).until_fleet(4)
    pod = squat(node, claim=claim(f"own-{node}", gpus=3))
    one, = until(lambda: occupants(site), "it is listed")
    assert one.pop("since") in times_of(cluster, pod)
    assert one == {"node": node, "name": f"default/{pod}", "gpus": 3,
                   "owner": "somebody in default (service account default)"}
    site.restart()
    until(lambda: occupants(site), "it is listed again")
    cluster.api.delete("pods", pod, "default", gracePeriodSeconds=0)
    until(lambda: occupants(site) == [], "it has left")
    told = site.call("GET", "/api/v1/audit?kind=occupant_came").json["items"]
    assert len(told) == 1, "a restart of the server is no news"


def test_it_is_removed_ahead_of_a_start_that_needs_its_gpus(make_site, nodes, squat, cluster):
    node, elsewhere = nodes(2)
    site = remover(make_site)
    pod = squat(node)
    whole = {"ids": [site.gpu(0, number) for number in range(4)]}
    booked = site.book(gpus=whole, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(minutes=57)
    # Who comes and goes then: Berth has looked at all occupants at that time, and acted.
    other = squat(elsewhere)
    until(lambda: f"default/{other}" in str(occupants(site)), "another is listed")
    cluster.api.delete("pods", other, "default", gracePeriodSeconds=0)
    until(lambda: f"default/{other}" not in str(occupants(site)), "it has left")
    assert stays(cluster, pod)
    site.go_to(minutes=58)
    until(lambda: not cluster.api.get("pods", pod, "default"), "it is removed")
    until(lambda: f"pod default/{pod} of somebody in default" in said(site), "the operator is told")
    site.go_to(hours=1)
    site.until_running(booked)


def test_it_stays_where_both_fit(make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = remover(make_site)
    pod = squat(node)
    booked = site.book(gpus={"count": 2}, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(hours=1)
    site.until_running(booked)
    assert stays(cluster, pod)


def test_a_site_that_only_reports_removes_nobody(make_site, nodes, squat, cluster):
    node, = nodes(1)
    site = make_site()
    pod = squat(node)
    until(lambda: f"default/{pod}" in site.call("GET", "/api/v1/audit").text, "it is reported")
    booked = site.book(gpus={"count": 4}, start=site.at(hours=1), hours=1, workload=site.job())
    site.go_to(hours=1)
    until(lambda: f"default/{pod}" in site.show(booked["id"]).get("waiting_for", ""),
          "its owner reads who is in the way", 60)
    assert stays(cluster, pod)
