"""Kubernetes' own programs: etcd, the API server, the controller manager and the scheduler."""
import secrets

from testbed.certificates import CLIENT
from testbed.cluster import ADDRESS

# The users that the programs log in as. Volcano's own roles name service accounts; these are their
# user names.
VOLCANO_ACCOUNT = "system:serviceaccount:volcano-system:volcano-"
VOLCANO_GROUPS = "/O=system:serviceaccounts/O=system:serviceaccounts:volcano-system"
USERS = {
    "admin": "/O=system:masters/CN=admin",
    "kwok": "/O=system:masters/CN=kwok",
    "controller-manager": "/CN=system:kube-controller-manager",
    "scheduler": "/CN=system:kube-scheduler",
    "vc-scheduler": f"{VOLCANO_GROUPS}/CN={VOLCANO_ACCOUNT}scheduler",
    "vc-controllers": f"{VOLCANO_GROUPS}/CN={VOLCANO_ACCOUNT}controllers",
    "vc-admission": f"{VOLCANO_GROUPS}/CN={VOLCANO_ACCOUNT}admission",
}


def make_certificates(cluster):
    made = cluster.certificates
    made.make_authority()
    made.make_key("service-accounts")
    made.make("apiserver", "/CN=kube-apiserver", "extendedKeyUsage=serverAuth",
              f"subjectAltName=IP:{ADDRESS},IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc")
    made.make("serving", "/CN=serving", "extendedKeyUsage=serverAuth",
              f"subjectAltName=IP:{ADDRESS},DNS:localhost")
    made.make("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client", CLIENT)
    for user, subject in USERS.items():
        made.make(user, subject, CLIENT)
        made.kubeconfig(cluster.work(f"{user}.kubeconfig"), cluster.server, user)
    made.kubeconfig(cluster.kubeconfig, cluster.server, "admin")
    (cluster.folder / "ca.crt").write_bytes(made.authority.read_bytes())
    token = secrets.token_hex(24)
    (cluster.folder / "token").write_text(token)
    made.path("tokens.csv").write_text(f'{token},token-admin,1,"system:masters"\n')


def start_etcd(cluster):
    client, peer = (f"http://{ADDRESS}:{cluster.ports[port]}" for port in ("etcd", "etcd_peer"))
    cluster.start("etcd", "--name=test", f"--data-dir={cluster.folder}/etcd", "--unsafe-no-fsync",
                  "--log-level=warn", f"--listen-client-urls={client}",
                  f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}",
                  f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=test={peer}")


def start_api_server(cluster):
    pki = cluster.certificates.path
    cluster.start(
        "kube-apiserver",
        f"--etcd-servers=http://{ADDRESS}:{cluster.ports['etcd']}",
        f"--bind-address={ADDRESS}", f"--advertise-address={ADDRESS}",
        f"--secure-port={cluster.ports['api']}", "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged", "--v=2",
        f"--tls-cert-file={pki('apiserver.crt')}", f"--tls-private-key-file={pki('apiserver.key')}",
        f"--client-ca-file={pki('ca.crt')}", f"--token-auth-file={pki('tokens.csv')}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki('service-accounts.key')}",
        f"--service-account-signing-key-file={pki('service-accounts.key')}",
        f"--requestheader-client-ca-file={pki('ca.crt')}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--kubelet-client-certificate={pki('kubelet-client.crt')}",
        f"--kubelet-client-key={pki('kubelet-client.key')}",
        "--max-requests-inflight=800", "--max-mutating-requests-inflight=400", "--profiling=false")
    cluster.await_api_server()


def start_controllers(cluster):
    """After Volcano's definitions: the garbage collector looks for new kinds every 30 s only, and
    until it knows Volcano's Jobs it leaves the pods of a deleted one."""
    pki = cluster.certificates.path
    for program, user, port, more in (
            ("kube-controller-manager", "controller-manager", "controller_manager", (
                "--use-service-account-credentials", f"--root-ca-file={pki('ca.crt')}",
                f"--service-account-private-key-file={pki('service-accounts.key')}",
                "--kube-api-qps=200", "--kube-api-burst=400")),
            ("kube-scheduler", "scheduler", "scheduler", ())):
        login = cluster.work(f"{user}.kubeconfig")
        cluster.start(program, f"--kubeconfig={login}", f"--authentication-kubeconfig={login}",
                      f"--authorization-kubeconfig={login}", f"--bind-address={ADDRESS}",
                      f"--secure-port={cluster.ports[port]}", f"--tls-cert-file={pki('serving.crt')}",
                      f"--tls-private-key-file={pki('serving.key')}", "--leader-elect=false",
                      "--profiling=false", "--v=2", *more)


def await_controllers(cluster):
    for port in ("controller_manager", "scheduler"):
        cluster.await_(f"the {port} is healthy", cluster.is_healthy(port, "https"))
    cluster.await_("namespaces get their service accounts", lambda: cluster.answers(
        f"{cluster.server}/api/v1/namespaces/default/serviceaccounts/default"))
