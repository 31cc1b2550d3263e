"""Images of Debian's packages as this machine has them installed: the server's as deploy/Containerfile
describes it, and one with nginx for the proxy beside it."""
import json
import os
import pathlib
import stat
import subprocess

from testbed import root_image
from testbed.cluster import ROOT
from testbed.root_image import inside_usr

CONTAINERFILE = ROOT / "deploy/Containerfile"
NOT_IN_IMAGES = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/locale/", "/usr/share/info/", "/usr/share/lintian/",
                 "/usr/share/bug/", "/usr/share/perl", "/usr/lib/x86_64-linux-gnu/perl", "/usr/lib/x86_64-linux-gnu/gconv/")
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")  # made when its package is installed


def server(out, name):
    """From the release build and the page, which must be there."""
    words = subprocess.run([ROOT / "tools/install-packages", "--list", "server"], check=True, capture_output=True,
                           text=True).stdout.split()
    staged = out.with_suffix(".root")
    subprocess.run(["rm", "-rf", staged], check=True)
    subprocess.run([ROOT / "deploy/install-server", staged], check=True)
    own = [(path, str(path.relative_to(staged))) for path in sorted(staged.rglob("*")) if path.is_file()]
    root_image.write(out, name, [*own, *files_of([*essential(), *words]), (CERTIFICATES, str(CERTIFICATES)[1:])],
                     fill, config_of("server"), __file__)


def nginx(out, name):
    root_image.write(out, name, list(files_of([*essential(), "nginx"])), fill, {"Env": ["PATH=/usr/sbin:/usr/bin"]},
                     __file__)


def config_of(stage):
    """The image's configuration, as that stage of the Containerfile sets it."""
    text = CONTAINERFILE.read_text()
    lines = text[text.index(f" AS {stage}\n"):].split("\nFROM ")[0].splitlines()
    said = dict(line.split(" ", 1) for line in lines if line.split(" ")[0] in ("USER", "VOLUME", "ENTRYPOINT", "CMD"))
    return {"User": said["USER"], "Volumes": {said["VOLUME"]: {}}, "Entrypoint": json.loads(said["ENTRYPOINT"]),
            "Cmd": json.loads(said["CMD"]), "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"]}


def fill(layer, files):
    root_image.begin(layer)
    for source, path in files:
        if source.is_symlink():
            if path not in layer.seen:
                layer.link(path, os.readlink(source))
        else:
            layer.file(source, path)


class Installed:
    """The packages that this machine has, and what each needs."""

    def __init__(self):
        listed = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Essential}\t${Pre-Depends}, ${Depends}\t"
             "${Provides}\n"], check=True, capture_output=True, text=True).stdout
        self.needs, self.provided, self.essential = {}, {}, []
        for line in listed.splitlines():
            status, package, essential, needs, provides = line.split("\t")
            if status != "installed":
                continue
            self.needs[package] = [[plain(one) for one in needed.split("|")] for needed in needs.split(",")]
            self.provided.update((plain(one), package) for one in provides.split(",") if one.strip())
            if essential == "yes":
                self.essential.append(package)

    def found(self, choices):
        known = [self.provided.get(one, one) if one not in self.needs else one for one in choices]
        return next((one for one in known if one in self.needs), None)


def plain(word):
    """`libc6:amd64 (>= 2.34)` is libc6."""
    return word.strip().split(" ")[0].split(":")[0]


def essential():
    return Installed().essential


def files_of(packages):
    """Of these packages and of all that they need, as pairs (file here, path in an image)."""
    installed, taken, todo = Installed(), set(), [[one] for one in packages]
    while todo:
        choices = todo.pop()
        package = installed.found(choices)
        if package is None and choices != [""]:
            raise FileNotFoundError(f"{' | '.join(choices)} is not installed: run tools/install-packages test")
        if package and package not in taken:
            taken.add(package)
            todo += installed.needs[package]
    listed = subprocess.run(["dpkg", "-L", *sorted(taken)], check=True, capture_output=True, text=True).stdout
    for line in sorted(set(listed.splitlines())):
        if line.startswith("/") and not line.startswith(NOT_IN_IMAGES):
            path = pathlib.Path(line)
            if is_for_an_image(path):
                yield path, inside_usr(line)


def is_for_an_image(path):
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    # /lib and its like are links into /usr here, and every image has them so.
    return stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and len(path.parts) > 2)
