"""A real SMTP server and a real HTTP server on free ports. Prints "SMTP_PORT HTTP_PORT", then writes
each mail and each webhook call, its signature checked, to a file of its own in the folder given."""
import hashlib
import hmac
import http.server
import itertools
import json
import pathlib
import sys

from aiosmtpd.controller import Controller

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True)
numbers = itertools.count()


def put(name, text):
    number = next(numbers)
    part = folder / f".{number}"
    part.write_text(text)
    part.rename(folder / f"{name}-{number}")


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        put("mail", "\n".join(envelope.rcpt_tos) + "\n" + envelope.content.decode())
        return "250 kept"


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = self.headers["X-Berth-Timestamp"].encode() + b"." + body
        wanted = "sha256=" + hmac.new(b"hush", signed, hashlib.sha256).hexdigest()
        put("hook", json.dumps({"body": json.loads(body),
                                "signature_ok": self.headers["X-Berth-Signature-256"] == wanted}))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class FreePort(Controller):
    def _trigger_server(self):  # the base class connects to the port it was given, which is 0 here
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


smtp = FreePort(Mailbox(), hostname="127.0.0.1", port=0)
smtp.start()
web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
print(smtp.port, web.server_port, flush=True)
web.serve_forever()
