"""One certificate authority for a cluster, and kubeconfigs that log in by its certificates."""
import base64
import json
import secrets
import subprocess

CLIENT = "extendedKeyUsage=clientAuth"


def openssl(*words, text=None):
    done = subprocess.run(["openssl", *map(str, words)], input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr}")


class Certificates:
    def __init__(self, folder):
        self.folder = folder
        self.authority = folder / "ca.crt"

    def path(self, name):
        return self.folder / name

    def make_authority(self):
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.make_key("ca")
        openssl("req", "-x509", "-new", "-key", self.path("ca.key"), "-sha256", "-days", 30,
                "-subj", "/CN=berth-test", "-out", self.authority,
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature")

    def make_key(self, name):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout",
                "-out", self.path(f"{name}.key"))

    def make(self, name, subject, *extensions):
        """NAME.crt and NAME.key, for a subject such as "/O=system:nodes/CN=system:node:a"."""
        self.make_key(name)
        request, rules = self.path(f"{name}.csr"), self.path(f"{name}.ext")
        rules.write_text("\n".join(extensions) + "\n")
        openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", subject, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.authority,
                "-CAkey", self.path("ca.key"), "-set_serial", f"0x{secrets.token_hex(8)}",
                "-sha256", "-days", 30, "-extfile", rules, "-out", self.path(f"{name}.crt"))
        request.unlink()
        rules.unlink()

    def encoded(self, name):
        return base64.b64encode(self.path(name).read_bytes()).decode()

    def kubeconfig(self, file, server, user):
        """One that holds the certificate `user` itself, and needs no other file."""
        write_kubeconfig(file, server, self.encoded("ca.crt"), {
            "client-certificate-data": self.encoded(f"{user}.crt"),
            "client-key-data": self.encoded(f"{user}.key")})


def write_kubeconfig(file, server, authority, user):
    """JSON is YAML. `authority` is base64; `user` is how to log in."""
    cluster = {"server": server, "certificate-authority-data": authority}
    file.touch(mode=0o600)
    file.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "user", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "user"}}],
        "current-context": "test"}, indent=1))
