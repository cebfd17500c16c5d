"""How long a scenario of 300 scenes takes from its text to a Program, with every static problem looked for.

    python -m bench.compile [--scenes 300] [--rounds 7]

Must: under 150 ms. Process time is measured, so that neighbours do not count; rounds are cold, as nothing is kept. Rubbish
is searched for as seldom as `lms check` does it.
"""

import argparse
import statistics
import time
from datetime import date

from bench.stories import story
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.source.text import SourceFile
from lms.features.authoring.service import collect_seldom

TODAY = date(2026, 11, 21)


def compiled(data: bytes) -> float:
    """Compile a text; return the seconds of processor time."""
    file = SourceFile("scenarios/long-night/scenario.md", "scenario.md", data)
    began = time.process_time()
    found = compile_scenario([file], today=TODAY)
    assert found.program is not None, found.problems[:3]
    assert found.program.hash
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    collect_seldom()
    for scenes in (options.scenes // 4, options.scenes, 4 * options.scenes):
        data = story(scenes).encode()
        taken = [compiled(data) for _ in range(options.rounds)]
        lines = data.count(b"\n")
        print(
            f"{scenes:5} scenes, {lines:6} lines: {1000 * statistics.median(taken):7.0f} ms (best {1000 * min(taken):.0f})"
        )


if __name__ == "__main__":
    main()
