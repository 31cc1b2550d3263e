"""Images that are a root file system of this machine's own files, in one layer on disk: no registry, no
build engine. Nothing is made twice: an archive stays as it is while what it was made of is the same."""
import hashlib
import io
import json
import os
import pathlib
import tarfile


def inside_usr(path):
    """Debian's /lib, /bin and /sbin are links into /usr, and so they are in the image."""
    path = path.lstrip("/")
    return "usr/" + path if path.split("/")[0] in ("lib", "lib64", "bin", "sbin") else path


class Layer:
    """A tar that remembers which folders and files it has."""

    def __init__(self, tar):
        self.tar, self.seen = tar, set()

    def folder(self, path, mode=0o755):
        if path and path not in self.seen:
            self.folder(os.path.dirname(path))
            self.seen.add(path)
            entry = tarfile.TarInfo(path)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            self.tar.addfile(entry)

    def _begin(self, path):
        self.folder(os.path.dirname(path))
        self.seen.add(path)
        return tarfile.TarInfo(path)

    def file(self, source, path):
        if path in self.seen:
            return
        entry = self._begin(path)
        status = os.stat(source)
        entry.size, entry.mode, entry.mtime = status.st_size, status.st_mode & 0o755, int(status.st_mtime)
        with open(source, "rb") as data:
            self.tar.addfile(entry, data)

    def text(self, path, text, mode=0o644):
        entry = self._begin(path)
        entry.size, entry.mode = len(text.encode()), mode
        self.tar.addfile(entry, io.BytesIO(text.encode()))

    def link(self, path, target):
        entry = self._begin(path)
        entry.type, entry.linkname = tarfile.SYMTYPE, target
        self.tar.addfile(entry)


def begin(layer):
    """Folders, links and users that every image has."""
    for folder in ("usr/lib", "usr/lib64", "usr/bin", "usr/sbin", "root", "proc", "sys", "dev", "run", "var", "etc"):
        layer.folder(folder)
    layer.folder("tmp", 0o1777)
    for name in ("lib", "lib64", "bin", "sbin"):
        layer.link(name, f"usr/{name}")
    layer.text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")
    layer.text("etc/group", "root:x:0:\nnogroup:x:65534:\n")
    layer.text("etc/hosts", "127.0.0.1 localhost\n")


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_of_file(path):
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def archive(out, name, layer_file, config):
    """An OCI image layout in a tar, as `ctr images import` takes it."""
    layer_digest = digest_of_file(layer_file)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": config,
                         "rootfs": {"type": "layers", "diff_ids": [layer_digest]}}).encode()
    media = "application/vnd.oci.image"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": f"{media}.manifest.v1+json", "config": {
        "mediaType": f"{media}.config.v1+json", "digest": digest(config), "size": len(config)}, "layers": [{
            "mediaType": f"{media}.layer.v1.tar", "digest": layer_digest,
            "size": os.path.getsize(layer_file)}]}).encode()
    index = json.dumps({"schemaVersion": 2, "manifests": [{
        "mediaType": f"{media}.manifest.v1+json", "digest": digest(manifest), "size": len(manifest),
        "annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}}]})
    with tarfile.open(out, "w") as tar:
        whole = Layer(tar)
        whole.text("oci-layout", '{"imageLayoutVersion":"1.0.0"}')
        whole.text("index.json", index)
        whole.text("blobs/sha256/" + digest(config)[7:], config.decode())
        whole.text("blobs/sha256/" + digest(manifest)[7:], manifest.decode())
        whole.file(layer_file, "blobs/sha256/" + layer_digest[7:])


def fingerprint(name, files, maker, config):
    """Of what goes in: names, sizes and times, for the contents are hundreds of megabytes."""
    facts = hashlib.sha256(name.encode() + as_bytes(maker) + as_bytes(__file__) + json.dumps(config).encode())
    for source, path in files:
        status = os.lstat(source)
        facts.update(f"{path} {status.st_size} {int(status.st_mtime)}\n".encode())
    return facts.hexdigest()


def as_bytes(path):
    return pathlib.Path(path).read_bytes()


def write(out, name, files, fill, config, maker):
    """`files` are pairs (file here, path in the image), which `fill(layer, files)` puts in; `maker` is
    the file of who calls this."""
    stamp, made_of = out.with_suffix(".made-of"), fingerprint(name, files, maker, config)
    if out.exists() and stamp.exists() and stamp.read_text() == made_of:
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    layer_file, whole = out.with_suffix(".layer"), out.with_suffix(".new")
    with tarfile.open(layer_file, "w") as tar:
        fill(Layer(tar), files)
    archive(whole, name, layer_file, config)
    layer_file.unlink()
    whole.rename(out)
    stamp.write_text(made_of)
    print(f"{out}: {out.stat().st_size >> 20} MiB")
