"""`lms check` in a cold process: of the shipped scenario, of many variants of it, and of many small stories, twice.

    python -m bench.check [--rounds 5] [--variants 200] [--stories 1000]

Prints the median of the wall time and of the processor's. Musts on two cores: 0.5 s for one; 10 s for 200 variants;
1,000 stories of 20 scenes in 20 s when nothing is known of them, and in 2 s when nothing has changed since.

Variants have words of their own in every scene; what is proven of one then holds for the next. Those with rules of
their own, and the stories, differ in what they do as well, so that each has to be gone through.
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

from bench.stories import story

INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiling our own sources anew for each command is no part of it."""

SHIPPED = Path(__file__).parents[1] / "scenarios" / "between-you-and-me"


def write_variants(root: Path, count: int, *, own_rules: bool) -> None:
    """Write copies of the shipped scenario under other ids, each with words of its own in every scene; and with rules."""
    shutil.copytree(SHIPPED.parent / "_shared", root / "scenarios" / "_shared")
    for number in range(count):
        folder = root / "scenarios" / f"variant-{number}"
        shutil.copytree(SHIPPED, folder)
        path = folder / "scenario.md"
        lines = path.read_text(encoding="utf-8").splitlines()
        in_scene = [place for place, line in enumerate(lines) if line.startswith("## ")]
        for place in reversed(in_scene):
            lines.insert(place + 1, f"\nThe clock in room {number} says a quarter past {place % 12}.")
        text = "\n".join(lines).replace(f"scenario: {SHIPPED.name}\n", f"scenario: variant-{number}\n", 1)
        if own_rules:
            text = _with_range(text, "care", number)
        path.write_text(f"{text}\n", encoding="utf-8")


def _with_range(text: str, competency: str, number: int) -> str:
    """Return a story in which no other story's range of this competency stands."""
    before, after = f"{competency}: {{range: -20..20,", f"{competency}: {{range: -20..{20 + number},"
    assert before in text
    return text.replace(before, after, 1)


def write_stories(root: Path, count: int) -> None:
    """Write stories of 20 scenes that differ in their words and in a rule."""
    for number in range(count):
        folder = root / "scenarios" / f"story-{number}"
        folder.mkdir(parents=True)
        text = story(20).replace("scenario: long-night", f"scenario: story-{number}", 1)
        text = text.replace("the corridor is quiet", f"corridor {number} is quiet")
        text = _with_range(text, "calm", number)
        (folder / "scenario.md").write_text(text, encoding="utf-8")


def check(path: Path, *more: str) -> tuple[float, float]:
    """Check `path` in a new process; return wall time and processor time, in seconds."""
    used, began = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "lms", "check", str(path), *(more or ("--no-cache",))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=INSTALLED)
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    now = os.times()
    return took, now.children_user + now.children_system - used.children_user - used.children_system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--stories", type=int, default=1000)
    options = parser.parse_args()
    say("shipped scenario", [check(SHIPPED) for _ in range(options.rounds)])
    for own_rules in (False, True):
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
            write_variants(Path(folder), options.variants, own_rules=own_rules)
            what = f"{options.variants} {'with own rules' if own_rules else 'variants'}"
            say(what, [check(Path(folder)) for _ in range(3)])
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        write_stories(Path(folder), options.stories)
        kept = ("--cache", str(Path(folder) / "kept"))
        say(f"{options.stories} stories", [check(Path(folder), *kept)])
        say("the same again", [check(Path(folder), *kept) for _ in range(options.rounds)])


def say(what: str, taken: list[tuple[float, float]]) -> None:
    wall, processor = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{what:<18} {wall:6.2f} s, {processor:6.2f} s of processor (median of {len(taken)} cold processes)")


if __name__ == "__main__":
    main()
