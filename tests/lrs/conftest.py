"""A real LRS that is not ours: Ralph, in an environment of its own, made once and kept under `.cache/`."""

import base64
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCK = HERE / "requirements.lock"
USER, PASSWORD = "lms", "seven calm otters"


@dataclass(frozen=True)
class Ralph:
    """A running Ralph with an empty store."""

    url: str
    folder: Path

    def statements(self):
        """Return everything it holds, one entry for each line of its store."""
        stored = self.folder / "fs_lrs.jsonl"
        return [json.loads(line) for line in stored.read_text().splitlines()] if stored.exists() else []

    def get(self, statement_id):
        """Ask it for a statement, as any client would."""
        request = Request(f"{self.url}/statements?statementId={statement_id}", headers=self._headers())
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)["statements"][0]

    def _headers(self):
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}


@pytest.fixture(scope="session")
def ralph_python():
    """The Python of Ralph's environment: wheels only, each compared with its hash."""
    version = "".join(map(str, sys.version_info[:3]))
    name = hashlib.sha256(LOCK.read_bytes() + version.encode()).hexdigest()[:12]
    home = ROOT / ".cache" / f"ralph-{name}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    finished = home / "finished"
    home.parent.mkdir(exist_ok=True)
    with home.with_suffix(".lock").open("w") as alone:  # the workers of one run ask at the same time
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(home, ignore_errors=True)
            # The lock names all there is; some versions of pip would look for newer ones where it names no extras.
            pip = [
                str(python),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--no-deps",
            ]
            for command in ([sys.executable, "-m", "venv", str(home)], [*pip, "-r", str(LOCK)]):
                made = subprocess.run(command, capture_output=True, text=True, check=False)
                if made.returncode:
                    pytest.skip(f"Ralph could not be installed (it needs the package index): {made.stderr[-300:]}")
            finished.touch()
    return python


@pytest.fixture(scope="module")
def running_ralph(ralph_python, tmp_path_factory):
    """The address and folder of a running Ralph."""
    folder = tmp_path_factory.mktemp("ralph")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("RALPH_", "PYTHON"))},
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_APP_DIR": str(folder),
        "HOME": str(folder),
    }
    credentials = ["-u", USER, "-p", PASSWORD, "-s", "all", "-M", "mailto:lms@example.org", "-w"]
    subprocess.run(
        [str(ralph_python), "-m", "ralph", "auth", *credentials],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "ralph.log").open("w") as log:
        server = subprocess.Popen(
            [str(ralph_python), "-m", "uvicorn", "ralph_app:app", "--port", str(port), "--log-level", "warning"],
            cwd=HERE, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(server, port, folder / "ralph.log")
            yield Ralph(f"http://127.0.0.1:{port}/xAPI", folder)
        finally:
            server.terminate()
            server.wait(20)


def _wait(server, port, log):
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/__lbheartbeat__", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"Ralph did not start: {log.read_text()[-1000:]}")


@pytest.fixture
def ralph(running_ralph):
    """A running Ralph that holds nothing."""
    (running_ralph.folder / "fs_lrs.jsonl").unlink(missing_ok=True)
    return running_ralph
