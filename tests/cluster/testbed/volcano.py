"""Volcano: its definitions and roles as its own module has them, and its three programs. They run
here and not in pods, so its Deployments, Services and installation Job are left out, and its
webhooks are called at an address in place of a Service."""
import json
import os
import pathlib
import subprocess

import yaml

from testbed.cluster import ADDRESS, HERE

INSTALLED = {"Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding",
             "CustomResourceDefinition"}
WEBHOOKS = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}


def module_folder(programs, module, path):
    """Where Go keeps a module that the programs were built from."""
    go = subprocess.run([HERE / "find_go", programs], check=True, stdout=subprocess.PIPE,
                        text=True).stdout.strip()
    done = subprocess.run(
        [go, "mod", "download", "-json", path], cwd=HERE / "go" / module, check=True,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "GOWORK": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"})
    return pathlib.Path(json.loads(done.stdout)["Dir"])


class Volcano:
    def __init__(self, cluster):
        self.cluster = cluster
        self.folder = module_folder(cluster.bin, "volcano", "volcano.sh/volcano")
        installer = self.folder / "installer/volcano-development.yaml"
        self.objects = list(yaml.load_all(installer.read_text(), yaml.CSafeLoader))

    def of_kinds(self, kinds):
        return [one for one in self.objects if one and one["kind"] in kinds]

    def install(self):
        self.cluster.apply(self.of_kinds(INSTALLED))
        names = [f"crd/{one['metadata']['name']}"
                 for one in self.of_kinds({"CustomResourceDefinition"})]
        self.cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)

    @property
    def config(self):
        return self.folder / "installer/helm/chart/volcano/config"

    def scheduler_configuration(self):
        """The module's own, and claims of devices, which it leaves to the cluster's operator."""
        wanted = yaml.safe_load((self.config / "volcano-scheduler.conf").read_text())
        predicates, = (plugin for tier in wanted["tiers"] for plugin in tier["plugins"]
                       if plugin["name"] == "predicates")
        predicates["arguments"] = {"predicate.DynamicResourceAllocationEnable": True}
        file = self.cluster.work("volcano-scheduler.conf")
        file.write_text(yaml.safe_dump(wanted, sort_keys=False))
        return file

    def start(self, schedule_period="200ms"):
        cluster, ports = self.cluster, self.cluster.ports
        cluster.start(
            "vc-controller-manager", *self._common("vc-controllers", "vc_controller_manager"),
            "--leader-elect=false", "--kube-api-qps=500", "--kube-api-burst=1000")
        cluster.start(
            "vc-scheduler", *self._common("vc-scheduler", "vc_scheduler"), "--leader-elect=false",
            f"--scheduler-conf={self.scheduler_configuration()}",
            f"--schedule-period={schedule_period}", "--kube-api-qps=500", "--kube-api-burst=1000",
            "--cache-dumper=false", "--enable-metrics",
            f"--listen-address={ADDRESS}:{ports['vc_scheduler_metrics']}")

    def start_webhooks(self):
        cluster, pki = self.cluster, self.cluster.certificates.path
        url = f"https://{ADDRESS}:{cluster.ports['vc_webhook']}"
        configurations = self.of_kinds(WEBHOOKS)
        paths = []
        for webhook in (one for each in configurations for one in each["webhooks"]):
            path = webhook["clientConfig"]["service"]["path"]
            paths.append(path)
            webhook["clientConfig"] = {"url": url + path,
                                       "caBundle": cluster.certificates.encoded("ca.crt")}
        cluster.apply(configurations)
        # It waits for its configurations, and what they name waits for it.
        cluster.start(
            "vc-webhook-manager", *self._common("vc-admission", "vc_webhook_health"),
            f"--listen-address={ADDRESS}", f"--port={cluster.ports['vc_webhook']}",
            f"--tls-cert-file={pki('serving.crt')}", f"--tls-private-key-file={pki('serving.key')}",
            f"--ca-cert-file={pki('ca.crt')}", f"--webhook-url={url}",
            f"--enabled-admission={','.join(paths)}",
            f"--admission-conf={self.config}/volcano-admission.conf")
        cluster.await_("Volcano's webhooks answer", cluster.listens("vc_webhook"))

    def await_ready(self):
        cluster = self.cluster
        for port in ("vc_controller_manager", "vc_scheduler"):
            cluster.await_(f"{port} is healthy", cluster.is_healthy(port))
        cluster.await_("Volcano's default queue is open", lambda: cluster.kubectl(
            "get", "queue", "default", "--ignore-not-found", "-o", "jsonpath={.status.state}")
            == "Open")

    def _common(self, user, health):
        return (f"--kubeconfig={self.cluster.work(f'{user}.kubeconfig')}", "--enable-healthz",
                f"--healthz-address={ADDRESS}:{self.cluster.ports[health]}", "--logtostderr",
                "--v=2")
