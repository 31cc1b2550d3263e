"""The control group of one kubelet, apart from those of a kubelet that the machine may have itself."""
import contextlib
import pathlib

ROOT = pathlib.Path("/sys/fs/cgroup")


class ControlGroup:
    """All that the kubelet makes for its pods lies in it."""

    def __init__(self, name):
        self.name = name

    def make(self):
        """The kubelet makes none that its configuration names."""
        for hierarchy in hierarchies():
            (hierarchy / self.name).mkdir(exist_ok=True)

    def remove(self):
        for hierarchy in hierarchies():
            for folder in sorted((hierarchy / self.name).glob("**/"), reverse=True):
                with contextlib.suppress(OSError):  # one in which a killed process is still ending
                    folder.rmdir()


def hierarchies():
    """The only one of version 2; or of version 1 one for each controller, some under two names."""
    if (ROOT / "cgroup.controllers").exists():
        return [ROOT]
    return {path.resolve() for path in ROOT.iterdir() if (path / "cgroup.procs").exists()}
