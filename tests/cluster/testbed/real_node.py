"""One node that really runs containers: containerd, runc, a kubelet, and a device plugin that
offers GPUs which do not exist. A machine can have one only: the folder in which kubelets find
device plugins is a constant."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import yaml

from testbed.certificates import CLIENT
from testbed.control_group import ControlGroup
from testbed.image import Image
from testbed.programs import Failed

# The kubelet takes a name that is an address for the node's own, and refuses a loopback --node-ip:
# so the API server reaches it for logs and exec without leaving loopback.
NAME = "127.0.0.2"
NEEDED = ["containerd", "ctr", "runc", "containerd-shim-runc-v2"]
BUSYBOX = pathlib.Path("/bin/busybox")
PAUSE = "sim.test/pause:1"
BOX = "sim.test/box:1"


def add(cluster, archives=(), gpus=4):
    """Its pods must use the host's network; it has the image BOX (busybox) and those of the
    archives."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing or not BUSYBOX.exists():
        raise Failed(f"no {', '.join(missing) or BUSYBOX}: run tools/install-packages test")
    if os.geteuid() != 0:
        raise Failed("a node with real containers needs root")
    runtime = Runtime(cluster)
    runtime.start()
    for archive in [*own_images(cluster, runtime.folder), *archives]:
        runtime.ctr("images", "import", archive)
    start_kubelet(cluster, runtime)
    cluster.start("fakegpu", "-n", str(gpus))
    cluster.await_(f"node {NAME} is ready with {gpus} GPUs", lambda: is_ready(cluster, gpus))


def remove(cluster):
    """With all containers. Nothing happens where there is no such node."""
    runtime = Runtime(cluster)
    if not runtime.exists():
        return
    cluster.programs.stop("fakegpu", "kubelet")
    runtime.end_containers()
    cluster.programs.stop("containerd")
    runtime.clean()


class Runtime:
    """containerd, with all its files in the cluster's folder but for its sockets: their paths may
    have 107 bytes at most."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.folder = cluster.folder / "containerd"
        self._where = self.folder / "run"

    def exists(self):
        return self._where.exists()

    @property
    def run(self):
        return pathlib.Path(self._where.read_text())

    @property
    def socket(self):
        return self.run / "containerd.sock"

    @property
    def control_group(self):
        return ControlGroup(self.run.name)

    def start(self):
        network = self.folder / "net.d"
        network.mkdir(parents=True)
        self._where.write_text(tempfile.mkdtemp(prefix="berth-test.", dir="/run"))
        # Only so that the runtime calls its network ready.
        (network / "10-none.conflist").write_text(json.dumps(
            {"cniVersion": "0.4.0", "name": "none", "plugins": [{"type": "loopback"}]}))
        config = self.folder / "config.toml"
        # restrict_oom_score_adj: without CAP_SYS_RESOURCE runc cannot lower a pod's OOM score, and
        # no pod would start ("can't get final child's PID from pipe: EOF").
        config.write_text(f"""\
version = 2
root = "{self.folder}/root"
state = "{self.run}/state"
[grpc]
  address = "{self.socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{network}"
""")
        self.cluster.programs.start("containerd", [shutil.which("containerd"), "-c", config])
        self.cluster.await_("containerd answers", lambda: self._ctr("version").returncode == 0)

    def ctr(self, *words):
        done = self._ctr(*words)
        if done.returncode:
            raise Failed(f"ctr {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout.split()

    def end_containers(self):
        # One that is gone meanwhile is no matter.
        for task in self._ctr("tasks", "ls", "-q").stdout.split():
            self._ctr("tasks", "kill", "-a", "-s", "SIGKILL", task)
        for task in self._ctr("tasks", "ls", "-q").stdout.split():
            self._ctr("tasks", "delete", "-f", task)
        for container in self._ctr("containers", "ls", "-q").stdout.split():
            self._ctr("containers", "delete", container)

    def clean(self):
        ours = (f"{self.cluster.folder}/", f"{self.run}/")
        mounts = [line.split()[1] for line in pathlib.Path("/proc/self/mounts").open()]
        for mount in sorted(mounts, reverse=True):
            if mount.startswith(ours):
                subprocess.run(["umount", "-l", mount], check=False)
        control_group = self.control_group
        shutil.rmtree(self.run, ignore_errors=True)
        shutil.rmtree(self.cluster.folder / "kubelet", ignore_errors=True)
        shutil.rmtree(self.folder)
        control_group.remove()

    def _ctr(self, *words):
        return subprocess.run(["ctr", "-a", self.socket, "-n", "k8s.io", *map(str, words)],
                              capture_output=True, text=True, timeout=120)


def own_images(cluster, folder):
    applets = subprocess.run([BUSYBOX, "--list"], check=True, capture_output=True,
                             text=True).stdout.split()
    pause = Image(PAUSE, files={"/pause": cluster.program("pause")}, entrypoint=["/pause"])
    box = Image(BOX, files={"/bin/busybox": BUSYBOX},
                links={f"/bin/{name}": "/bin/busybox" for name in applets if name != "busybox"})
    for image, archive in ((pause, folder / "pause.tar"), (box, folder / "box.tar")):
        image.write(archive)
        yield archive


def start_kubelet(cluster, runtime):
    runtime.control_group.make()
    made = cluster.certificates
    made.make("node", f"/O=system:nodes/CN=system:node:{NAME}",
              f"{CLIENT},serverAuth", f"subjectAltName=IP:{NAME}")
    login = cluster.work("node.kubeconfig")
    made.kubeconfig(login, cluster.server, "node")
    root = cluster.folder / "kubelet"
    none = "0%"
    config = cluster.work("kubelet.yaml")
    config.write_text(yaml.safe_dump({
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "address": NAME, "port": cluster.ports["kubelet"], "healthzPort": 0, "readOnlyPort": 0,
        "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True},
                           "x509": {"clientCAFile": str(made.authority)}},
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(made.path("node.crt")), "tlsPrivateKeyFile": str(made.path("node.key")),
        "containerRuntimeEndpoint": f"unix://{runtime.socket}",
        "cgroupDriver": "cgroupfs", "cgroupRoot": f"/{runtime.control_group.name}",
        "enforceNodeAllocatable": [],
        "failCgroupV1": False, "failSwapOn": False, "localStorageCapacityIsolation": False,
        "makeIPTablesUtilChains": False, "resolvConf": "", "clusterDNS": ["10.96.0.10"],
        "podLogsDir": str(cluster.folder / "podlogs"),
        "volumePluginDir": str(cluster.work("volume-plugins")),
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": none, "nodefs.available": none,
                         "imagefs.available": none},
        # What a pod's files say of its annotations (a notice) is at most so old.
        "syncFrequency": "2s",
        "nodeStatusUpdateFrequency": "5s",
    }))
    cluster.start("kubelet", f"--config={config}", f"--kubeconfig={login}", f"--root-dir={root}",
                  f"--cert-dir={root}/pki", f"--hostname-override={NAME}", "--v=2",
                  "--node-labels=sim.test/real=true,nvidia.com/gpu.present=true,"
                  "nvidia.com/gpu.product=NVIDIA-FAKE,nvidia.com/gpu.memory=16384")


def is_ready(cluster, gpus):
    found = cluster.kubectl("get", "node", NAME, "--ignore-not-found", "-o", "json")
    if not found:
        return False
    node = json.loads(found)
    conditions = node["status"].get("conditions", [])
    return (node["status"].get("allocatable", {}).get("nvidia.com/gpu") == str(gpus)
            and not node["spec"].get("taints")
            and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions))
