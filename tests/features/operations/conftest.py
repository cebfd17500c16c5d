"""A real installation: `lms run` in processes of its own, with a data folder and a port of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds that a slow machine gets; a test that passes never waits for the end of them."""


def words(process: psutil.Process) -> list[str]:
    """The command line of a process; nothing of one that has ended."""
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


class Installation:
    """One data folder, one port, and the programs started on them."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = folder / "data"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        self.environ = {
            **clean,
            "LMS_DATA": str(self.data),
            "LMS_PORT": str(self.port),
            "LMS_CONTENT": str(folder),
            "LMS_PASSWORD_MEMORY": "8",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.folder = folder
        self.log = folder / "server.log"
        self.server: subprocess.Popen[str] | None = None

    def lms(self, *words: str, given: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return self._python("-m", "lms", *words, given=given, **settings)

    def python(self, program: str) -> subprocess.CompletedProcess[str]:
        """Run a few lines of Python where the commands run."""
        return self._python("-c", program)

    def _python(self, *words: str, given: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            env={**self.environ, **settings},
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *command: str, **settings: str) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("a") as log:
            self.server = subprocess.Popen(
                command or [sys.executable, "-m", "lms", "run", "--demo"],
                env={**self.environ, **settings},
                cwd=ROOT if command else self.folder,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.wait(lambda: self.status("/operations/ready") == 200)

    def wait(self, until: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, self.said()
            assert self.server is None or self.server.poll() is None or until(), self.said()
            time.sleep(0.1)

    def request(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.headers)
        finally:
            connection.close()

    def status(self, path: str) -> int:
        try:
            return self.request(path)[0]
        except OSError:
            return 0

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def children(self) -> list[psutil.Process]:
        assert self.server is not None
        return [child for child in psutil.Process(self.server.pid).children(recursive=True) if words(child)]

    def worker(self) -> psutil.Process | None:
        return next((child for child in self.children() if words(child)[-1:] == ["work"]), None)

    def web(self) -> list[psutil.Process]:
        return [child for child in self.children() if words(child)[-1:] != ["work"]]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.server is not None
        self.server.send_signal(how)
        status = self.server.wait(PATIENCE)
        self.server = None
        return status


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    if installation.server is not None and installation.server.poll() is None:
        left = installation.children()
        installation.server.kill()
        installation.server.wait()
        for process in left:
            if process.is_running():
                process.kill()
