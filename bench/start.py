"""The first and the second start of `lms run --demo`, until pages are served, with the content of this checkout.

    python -m bench.start [--rounds 5]

Prints the median of the wall time, and of the processor's until it has stopped again. The first start makes the data
folder, the database, the demo people and the compiled content; the second finds all of it, and must take 3 s at most.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def start(data: Path) -> tuple[float, float]:
    """Start with this data folder, and stop; return wall time until it serves and processor time, in seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    place = {"LMS_DATA": str(data), "LMS_CONTENT": str(ROOT), "LMS_PORT": str(port)}
    used, began = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "lms", "run", "--demo"]
    server = subprocess.Popen(command, env={**clean, **place}, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        assert any("Ctrl-C stops it" in line for line in server.stdout), "it ended by itself"
        took = time.perf_counter() - began
        server.send_signal(signal.SIGTERM)
        server.stdout.read()
    assert server.wait() == 0
    now = os.times()
    return took, now.children_user + now.children_system - used.children_user - used.children_system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    first, second = [], []
    for _ in range(parser.parse_args().rounds):
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
            first.append(start(Path(folder) / "data"))
            second.append(start(Path(folder) / "data"))
    say("first start", first)
    say("second start", second)


def say(what: str, taken: list[tuple[float, float]]) -> None:
    wall, processor = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{what:<12} {wall:6.2f} s, {processor:6.2f} s of processor (median of {len(taken)})")


if __name__ == "__main__":
    main()
