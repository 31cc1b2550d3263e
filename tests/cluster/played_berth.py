"""Berth's own pod on a played node: KWOK plays it, and the berthd in it really runs, on this machine, with
the configuration and the account that the cluster has for the pod."""
import yaml

from berthd import Berthd
from deployed_site import NAMESPACE
from site_on_cluster import next_hour, text
from testbed import rights


class PlayedBerth(Berthd):
    def __init__(self, cluster, folder):
        self.cluster, self.api = cluster, cluster.api
        super().__init__(folder, "")
        self.port = cluster.ports["berthd"]  # where testbed/kwok.py takes port-forward and exec
        self.url = f"http://127.0.0.1:{self.port}"

    def follow(self):
        """A pod that runs by now has its program."""
        if not self.process and (pod := self._running_pod()):
            self._start_as(pod)

    def remove(self):
        if self.process:
            self.stop()

    def _running_pod(self):
        return next((pod for pod in self.api.list("pods", NAMESPACE, "app=berth")
                     if pod["status"].get("phase") == "Running"), None)

    def _start_as(self, pod):
        [mounted] = [one["configMap"]["name"] for one in pod["spec"]["volumes"] if "configMap" in one]
        config = yaml.safe_load(self.api.get("configmaps", mounted, NAMESPACE)["data"]["config.yaml"])
        # In place of the files that a kubelet would have put into the pod.
        config["launch"]["kubernetes"]["kubeconfig"] = str(rights.log_in(self.cluster, self.api, self.folder))
        self.config.write_text(yaml.safe_dump(config))
        self.start()
        self.clock(text(next_hour()))
