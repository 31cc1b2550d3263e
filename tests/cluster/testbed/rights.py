"""What deploy/kubernetes lets Berth do, given to a site of a test in its own namespace."""
import yaml

from testbed.certificates import write_kubeconfig
from testbed.cluster import ROOT

DEPLOY = ROOT / "deploy/kubernetes"
BASE = ["namespace.yaml", "rbac.yaml"]
KINDS = {"Namespace": "namespaces", "ServiceAccount": "serviceaccounts", "Role": "roles",
         "RoleBinding": "rolebindings", "ClusterRole": "clusterroles",
         "ClusterRoleBinding": "clusterrolebindings"}
JOBS = "berth-jobs"  # the namespace of jobs in those files


def grant(api, namespace, optional=()):
    """`optional`: files of deploy/kubernetes/optional without their ending."""
    files = [*BASE, *(f"optional/{name}.yaml" for name in optional)]
    for wanted in (one for file in files for one in yaml.safe_load_all((DEPLOY / file).read_text())):
        if not wanted or wanted["kind"] not in KINDS:
            continue
        place = wanted["metadata"].get("namespace")
        if wanted["kind"] == "Namespace" and wanted["metadata"]["name"] == JOBS:
            wanted["metadata"]["name"] = namespace
        if place == JOBS:
            wanted["metadata"]["namespace"] = place = namespace
        api.ensure(KINDS[wanted["kind"]], wanted, place)


def service_account_token(api, seconds=36000):
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
               "spec": {"expirationSeconds": seconds}}
    path = api.path("serviceaccounts", "berth", "berth") + "/token"
    return api.ask("POST", path, request)["status"]["token"]


def log_in(cluster, api, folder):
    """A kubeconfig of Berth's service account, whose token is in a file beside it."""
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(service_account_token(api))
    file = folder / "kubeconfig"
    write_kubeconfig(file, cluster.server, cluster.certificates.encoded("ca.crt"),
                     {"tokenFile": str(token)})
    return file
