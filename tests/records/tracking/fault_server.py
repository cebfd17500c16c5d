"""A real HTTP server on loopback that answers as it is told: an LRS with faults, for the real transport."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD = "lms", "geheim-ŵ"


class FaultServer(ThreadingHTTPServer):
    """`faults` are taken one by one, one for each request; then it behaves.

    `voided` are ids; `looks` are the answers, by the parameter's name, to whoever asks for a single statement.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults = []
        self.held = {}
        self.voided = set()
        self.looks = {}
        self.stored = []
        self.requests = []
        self.connections = 0
        self.drip = 0.05
        self.dripped = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/xapi"

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        """Clients that hang up are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultServer

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(("POST", self.path, dict(self.headers), body))
        if self.headers["Content-Type"].startswith("multipart/"):
            text = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode() + body
            body = BytesParser().parsebytes(text).get_payload(0).get_payload(decode=True)
        fault = self.server.faults.pop(0) if self.server.faults else "none"
        act = getattr(self, f"_{fault.partition(' ')[0].replace(chr(39), '')}", None)
        if act is not None:
            act(body, fault)
        elif fault.isdecimal():
            self._answer(int(fault), b'{"error": "as you \x07wished,\\n so  it is"}')
        else:
            self._answer(*self._store(json.loads(body)))

    def do_GET(self):
        self.server.requests.append(("GET", self.path, dict(self.headers), b""))
        ((name, (wanted,)),) = parse_qs(urlsplit(self.path).query).items()
        if name in self.server.looks:
            self._answer(*self.server.looks[name])
        elif wanted in self.server.held and (wanted in self.server.voided) == (name == "voidedStatementId"):
            self._answer(200, json.dumps({**self.server.held[wanted], "stored": "2026-01-01T00:00:00Z"}).encode())
        else:
            self._answer(404, b"not here")

    def _store(self, statements):
        if any(each["id"] in self.server.held for each in statements):
            return 409, b"a statement with this id exists"
        for each in statements:
            self.server.held[each["id"]] = each
            self.server.stored.append(each["id"])
        return 200, json.dumps([each["id"] for each in statements]).encode()

    def _answer(self, status, body, kind="application/json", headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _timeout(self, _body, _fault):
        time.sleep(1.5)
        self._answer(400, b"late")

    def _html(self, _body, _fault):
        self._answer(200, b"<!doctype html><title>Sign in to the hotel</title>", "text/html")

    def _redirect(self, _body, _fault):
        self._answer(302, b"", headers={"Location": "http://127.0.0.1:1/elsewhere"})

    def _someone(self, _body, _fault):
        self._answer(200, b'["11111111-1111-4111-8111-111111111111"]')

    def _names(self, body, _fault):
        self._answer(200, json.dumps([json.loads(body)[0]["id"]]).encode())

    def _429(self, _body, fault):
        self._answer(429, b"slow down", headers={"Retry-After": fault.partition(" ")[2]})

    def _reset(self, body, fault):
        if fault == "reset after commit":
            self._store(json.loads(body))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close_connection = True
        self.connection.close()

    def _drip(self, _body, _fault):
        for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n" + b" " * 9000:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.server.dripped += 1
            time.sleep(self.server.drip)


@contextmanager
def running():
    server = FaultServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
