"""`lms check` in a cold process: of the shipped scenario, and of many generated variants of it.

    python -m bench.check [--rounds 5] [--variants 200]

Prints the median of the wall time and of the processor's. Must: 0.5 s for one, 10 s for 200 on two cores.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "scenarios" / "between-you-and-me"


def write_variants(root: Path, count: int) -> None:
    """Write copies of the shipped scenario under other ids, each with words of its own in every scene."""
    for number in range(count):
        folder = root / "scenarios" / f"variant-{number}"
        shutil.copytree(SHIPPED, folder)
        path = folder / "scenario.md"
        lines = path.read_text(encoding="utf-8").splitlines()
        in_scene = [place for place, line in enumerate(lines) if line.startswith("## ")]
        for place in reversed(in_scene):
            lines.insert(place + 1, f"\nThe clock in room {number} says a quarter past {place % 12}.")
        text = "\n".join(lines).replace(f"scenario: {SHIPPED.name}\n", f"scenario: variant-{number}\n", 1)
        path.write_text(f"{text}\n", encoding="utf-8")


def check(path: Path) -> tuple[float, float]:
    """Check `path` in a new process; return wall time and processor time, in seconds."""
    used, began = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "lms", "check", str(path)], capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    now = os.times()
    return took, now.children_user + now.children_system - used.children_user - used.children_system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--variants", type=int, default=200)
    options = parser.parse_args()
    say("shipped scenario", [check(SHIPPED) for _ in range(options.rounds)])
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        write_variants(Path(folder), options.variants)
        say(f"{options.variants} variants", [check(Path(folder)) for _ in range(3)])


def say(what: str, taken: list[tuple[float, float]]) -> None:
    wall, processor = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{what:<18} {wall:6.2f} s, {processor:6.2f} s of processor (median of {len(taken)} cold processes)")


if __name__ == "__main__":
    main()
