"""Which GPUs of a node a container gets is the kubelet's choice: the calendar learns it after the start."""
import pytest

from berthd import until
from real_node_site import BOX, NODE, real_node_site

SAYS_WHICH = ["sh", "-c", "echo devices=$NVIDIA_VISIBLE_DEVICES; exec sleep 1000"]


@pytest.fixture
def site(cluster, real_node, tmp_path):
    site = real_node_site(cluster, tmp_path, "devices", launch={"grace_seconds": 1},
                          kubernetes={"image": BOX, "reads_devices": True})
    yield site.start()
    site.remove()


def devices_by_log(site, booked):
    for line in site.call("GET", f"/api/v1/reservations/{booked['id']}/log").text.splitlines():
        if line.startswith("devices="):
            return {f"{NODE}/{number}" for number in line.removeprefix("devices=").split(",")}


def test_the_calendar_names_the_gpus_that_each_job_really_got(site):
    work = {"kind": "command", "argv": SAYS_WHICH}
    first = site.book(gpus={"count": 2}, start="now", hours=4, workload=work)
    site.until_running(first)
    real = until(lambda: devices_by_log(site, first), "its container says which GPUs it has")
    until(lambda: set(site.show(first["id"])["gpus"]) == real, f"the calendar names {real}")
    second = site.book(gpus={"count": 1}, start="now", hours=1, workload=work)
    site.until_running(second)
    real_of_second = until(lambda: devices_by_log(site, second), "and the second too")
    until(lambda: set(site.show(second["id"])["gpus"]) == real_of_second, f"it has {real_of_second}")

    shown = site.show(first["id"])
    assert set(shown["gpus"]) == real, "what was found out stays so"
    assert set(first["gpus"]) != real, "the plugin here gives the last ones first: it had to be swapped"
    assert "gpus_swapped" in [row["kind"] for row in shown["history"]]
    assert (shown["start"], shown["end"]) == (first["start"], first["end"]), "nobody's window changes"
