"""The API server as a test asks it, with all rights."""
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

GROUPS = {
    "jobs": "/apis/batch.volcano.sh/v1alpha1",
    "podgroups": "/apis/scheduling.volcano.sh/v1beta1",
    "queues": "/apis/scheduling.volcano.sh/v1beta1",
    "roles": "/apis/rbac.authorization.k8s.io/v1",
    "rolebindings": "/apis/rbac.authorization.k8s.io/v1",
    "clusterroles": "/apis/rbac.authorization.k8s.io/v1",
    "clusterrolebindings": "/apis/rbac.authorization.k8s.io/v1",
    "deviceclasses": "/apis/resource.k8s.io/v1",
    "resourceslices": "/apis/resource.k8s.io/v1",
    "resourceclaims": "/apis/resource.k8s.io/v1",
    "priorityclasses": "/apis/scheduling.k8s.io/v1",
    "validatingadmissionpolicies": "/apis/admissionregistration.k8s.io/v1",
    "validatingadmissionpolicybindings": "/apis/admissionregistration.k8s.io/v1",
}
MERGE = "application/merge-patch+json"


class Refused(Exception):
    def __init__(self, status, words):
        super().__init__(f"{status}: {words}")
        self.status, self.words = status, words


def _events(answer):
    with answer:
        for line in answer:
            yield json.loads(line)


class Api:
    """`kind` is as in a path: "pods", "jobs" (Volcano's), "nodes"."""

    def __init__(self, cluster):
        self.server = cluster.server
        self.token = (cluster.folder / "token").read_text()
        self.context = ssl.create_default_context(cafile=cluster.folder / "ca.crt")

    def ask(self, method, path, body=None, content_type="application/json"):
        with self._open(method, path, body, content_type) as answer:
            return json.load(answer)

    def watch(self, kind, namespace=None, seconds=60, **query):
        """What happens, event by event, for so long. It has begun when this returns."""
        return _events(self._open("GET", self.path(kind, namespace, watch=1, timeoutSeconds=seconds, **query)))

    def _open(self, method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(
            self.server + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": content_type})
        try:
            return urllib.request.urlopen(request, timeout=30, context=self.context)
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode()
            try:
                text = json.loads(text)["message"]
            except (ValueError, KeyError):
                pass
            raise Refused(refusal.code, text) from None

    @staticmethod
    def path(kind, namespace=None, name=None, **query):
        place = f"/namespaces/{namespace}" if namespace else ""
        path = f"{GROUPS.get(kind, '/api/v1')}{place}/{kind}" + (f"/{name}" if name else "")
        return path + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def list(self, kind, namespace=None, labels=""):
        return self.ask("GET", self.path(kind, namespace, labelSelector=labels))["items"]

    def get(self, kind, name, namespace=None):
        """None when there is none."""
        try:
            return self.ask("GET", self.path(kind, namespace, name))
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    def create(self, kind, wanted, namespace=None):
        return self.ask("POST", self.path(kind, namespace), wanted)

    def ensure(self, kind, wanted, namespace=None):
        try:
            self.create(kind, wanted, namespace)
        except Refused as refusal:
            if refusal.status != 409:
                raise

    def patch(self, kind, name, change, namespace=None, part=""):
        return self.ask("PATCH", self.path(kind, namespace, name) + (f"/{part}" if part else ""),
                        change, MERGE)

    def annotate(self, kind, name, namespace=None, **annotations):
        """Of `sim.test/`; None takes one away."""
        named = {f"sim.test/{key.replace('_', '-')}": value for key, value in annotations.items()}
        self.patch(kind, name, {"metadata": {"annotations": named}}, namespace)

    def delete(self, kind, name, namespace=None, **query):
        """Nothing happens when there is none."""
        try:
            self.ask("DELETE", self.path(kind, namespace, name, **query))
        except Refused as refusal:
            if refusal.status != 404:
                raise

    def delete_all(self, kind, namespace=None, labels="", **query):
        self.ask("DELETE", self.path(kind, namespace, labelSelector=labels, **query))
