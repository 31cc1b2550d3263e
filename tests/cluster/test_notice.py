"""The notice of an eviction reaches the job in the file that docs/kubernetes.md promises: on a real
container."""
import json

from berthd import until


def command(script):
    return {"kind": "command", "argv": ["sh", "-c", script]}


def test_a_job_that_reads_its_notice_saves_and_leaves_before_its_deadline(real_site):
    waits = ("echo begun; until grep -q eviction /etc/berth/notice; do sleep 0.1; done; "
             "cat /etc/berth/notice; echo; echo told; exit 75")
    victim = real_site.book(gpus={"count": 4}, start="now", hours=4, priority="P2", workload=command(waits))
    until(lambda: "begun" in log_of(real_site, victim), "it runs", 60)
    assert log_of(real_site, victim).splitlines() == ["begun"], "a job without a notice reads of none"
    urgent = real_site.evict(title="hotfix", gpus={"count": 4}, start="now", hours=1, workload=command("true"))

    ended = real_site.until_ended(victim)
    assert (ended["state"], ended["exit_code"]) == ("evicted", 75), ended
    begun, read, told = log_of(real_site, victim).splitlines()
    assert (begun, told) == ("begun", "told")
    notice = json.loads(read)
    assert notice["kind"] == "eviction"
    assert notice["deadline"] == ended["notice"]["deadline"]
    assert "4 GPUs you are using will be reclaimed" in notice["message"]
    assert real_site.until_ended(urgent)["state"] == "completed"


def log_of(site, booked):
    return site.call("GET", f"/api/v1/reservations/{booked['id']}/log").text
