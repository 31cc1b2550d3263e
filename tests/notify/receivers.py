"""A real SMTP server and a real HTTP server. Prints "SMTP_PORT HTTP_PORT", then writes each mail, decoded,
and each webhook call, its signature checked, as a JSON file into the folder given.

usage: receivers.py FOLDER SMTP_PORT HTTP_PORT   (port 0: any free one)
"""
import email
import email.policy
import hashlib
import hmac
import http.server
import itertools
import json
import os
import pathlib
import sys

from aiosmtpd.controller import Controller

folder = pathlib.Path(sys.argv[1])
numbers = itertools.count()


def put(name, value):
    number = f"{os.getpid()}-{next(numbers)}"
    part = folder / f".{number}"
    part.write_text(json.dumps(value))
    part.rename(folder / f"{name}-{number}")


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        put("mail", {"to": ", ".join(envelope.rcpt_tos), "subject": mail["Subject"],
                     "bcc": mail["Bcc"] or "", "message_id": mail["Message-ID"],
                     "body": mail.get_content()})
        return "250 kept"


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/hook")
            self.end_headers()
            return
        signed = self.headers["X-Berth-Timestamp"].encode() + b"." + body
        wanted = "sha256=" + hmac.new(b"hush", signed, hashlib.sha256).hexdigest()
        put("hook", {"body": json.loads(body),
                     "signature_ok": self.headers["X-Berth-Signature-256"] == wanted})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class FreePort(Controller):
    def _trigger_server(self):  # the base class connects to the port it was given, which may be 0
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True


smtp = FreePort(Mailbox(), hostname="127.0.0.1", port=int(sys.argv[2]))
smtp.start()
web = Server(("127.0.0.1", int(sys.argv[3])), Hook)
print(smtp.port, web.server_port, flush=True)
web.serve_forever()
