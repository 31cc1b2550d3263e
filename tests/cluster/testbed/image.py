"""Container images out of local files: no registry, no build engine. containerd imports the archive."""
import dataclasses
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

FOLDERS = ["bin", "etc", "root", "proc", "sys", "dev", "var", "var/run"]
USERS = {"etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/group": "root:x:0:\n"}


@dataclasses.dataclass
class Image:
    name: str  # "sim.test/box:1"
    files: dict = dataclasses.field(default_factory=dict)  # path inside: path here
    links: dict = dataclasses.field(default_factory=dict)  # path inside: what it points to
    entrypoint: list | None = None

    def write(self, archive):
        layer = self._layer()
        packed = gzip.compress(layer, 1, mtime=0)
        config = as_json({
            "architecture": "amd64", "os": "linux",
            "config": {"Entrypoint": self.entrypoint, "Env": ["PATH=/bin:/usr/bin"],
                       "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}})
        manifest = as_json({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": described("application/vnd.oci.image.config.v1+json", config),
            "layers": [described("application/vnd.oci.image.layer.v1.tar+gzip", packed)]})
        index = as_json({"schemaVersion": 2, "manifests": [{
            **described("application/vnd.oci.image.manifest.v1+json", manifest),
            "annotations": {"io.containerd.image.name": self.name,
                            "org.opencontainers.image.ref.name": self.name}}]})
        with tarfile.open(archive, "w") as tar:
            add_file(tar, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
            add_file(tar, "index.json", index)
            for blob in (config, manifest, packed):
                add_file(tar, f"blobs/sha256/{digest(blob).partition(':')[2]}", blob)

    def _layer(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for folder in FOLDERS:
                add_folder(tar, folder, 0o755)
            add_folder(tar, "tmp", 0o1777)
            for path, text in USERS.items():
                add_file(tar, path, text.encode())
            for inside, outside in self.files.items():
                source = pathlib.Path(outside)
                add_file(tar, inside, source.read_bytes(), source.stat().st_mode & 0o777)
            for inside, target in self.links.items():
                link = tarfile.TarInfo(inside.lstrip("/"))
                link.type, link.linkname = tarfile.SYMTYPE, target
                tar.addfile(link)
        return buffer.getvalue()


def add_folder(tar, path, mode):
    folder = tarfile.TarInfo(path)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    tar.addfile(folder)


def add_file(tar, path, data, mode=0o644):
    file = tarfile.TarInfo(path.lstrip("/"))
    file.size, file.mode = len(data), mode
    tar.addfile(file, io.BytesIO(data))


def as_json(value):
    return json.dumps(value).encode()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def described(kind, data):
    return {"mediaType": kind, "digest": digest(data), "size": len(data)}
