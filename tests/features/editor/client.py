"""An editor, as far as the protocol goes: a real process, messages with a header over its pipes."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

PATIENCE = 120
"""Seconds that a slow machine gets; a test that passes never waits for the end of them."""

ROOT = Path(__file__).parents[3]


class Editor:
    def __init__(self, folder: Path, *, encodings=None):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lms", "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        self.incoming = Queue()
        self.kept = []
        self.number = 0
        self.versions = {}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        self.server = self.ask(
            "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": general}, wait=30
        )
        self.tell("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                header = stream.readline()
            self.incoming.put(json.loads(stream.read(length)))

    def _send(self, message):
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        self.process.stdin.flush()

    def tell(self, method, params):
        self._send({"method": method, "params": params})

    def ask(self, method, params, wait=PATIENCE):
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": params})
        answer = self.wait_for(lambda message: message.get("id") == number and "method" not in message, wait)
        assert "error" not in answer, answer
        return answer["result"]

    def wait_for(self, wanted, wait=PATIENCE):
        for message in self.kept:
            if wanted(message):
                self.kept.remove(message)
                return message
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            try:
                message = self.incoming.get(timeout=left)
            except Empty:
                break
            if wanted(message):
                return message
            self.kept.append(message)
        raise TimeoutError(f"nothing came; kept: {[message.get('method') for message in self.kept]}")

    # --- what an editor does ---

    def open(self, path: Path, text=None):
        uri = path.as_uri()
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "markdown", "version": 1}
        self.tell("textDocument/didOpen", {"textDocument": {**document, "text": text or path.read_text("utf-8")}})
        return uri

    def write(self, uri, text):
        """Replace the whole text; return its version."""
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        return self.versions[uri]

    def type(self, uri, line, column, text):
        """Insert text at a place (from 0), as a keystroke does; return the new version."""
        self.versions[uri] += 1
        place = {"line": line, "character": column}
        change = {"range": {"start": place, "end": place}, "text": text}
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return self.versions[uri]

    def problems(self, uri, version, wait=PATIENCE, until=None):
        """Return the diagnostics of a version, once they come (and fulfil `until`)."""

        def wanted(message):
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            is_it = params["uri"] == uri and params["version"] == version
            return is_it and (until is None or until(params["diagnostics"]))

        return self.wait_for(wanted, wait)["params"]["diagnostics"]

    def at(self, method, uri, line, column, **more):
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}, **more}
        return self.ask(f"textDocument/{method}", place)

    def close(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.reader.join(5)
            self.process.stdout.close()
