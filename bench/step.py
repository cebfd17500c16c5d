"""Median time of one step of a run: state read from JSON, one action, state and events written to JSON.

    python -m bench.step [rounds]

Every round walks each plan of each shipped scenario from start to ending. Must: a median under 50 µs.
"""

import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import orjson
import yaml

from lms.engine.scenario.api import (
    Answer,
    Choose,
    Go,
    Order,
    Program,
    Select,
    TimeOut,
    Write,
    act,
    compile_scenario,
    offered,
    start,
)
from lms.learning.library.files import read_folder

ROOT = Path(__file__).parents[1] / "scenarios"


def load(folder: Path) -> Program:
    files = read_folder(folder, "scenario", f"scenarios/{folder.name}").files
    program = compile_scenario(files, today=date(2026, 11, 21)).program
    assert program is not None
    return program


def action(taken):
    if isinstance(taken, str):
        return {"go": Go(), "time-out": TimeOut()}.get(taken) or Choose(taken)
    ((verb, what),) = taken.items()
    return Write(what) if verb == "write" else {"select": Select, "answer": Answer, "order": Order}[verb](tuple(what))


def walks():
    for path in sorted(ROOT.glob("*/plans/*.plan")):
        program = load(path.parents[1])
        yield program, [action(taken) for taken in yaml.safe_load(path.read_text(encoding="utf-8"))["take"]]


def main(rounds: int) -> None:
    programs = list(walks())
    pure, whole, shown = [], [], []
    for _ in range(rounds):
        for program, actions in programs:
            stored = orjson.dumps(start(program, "seed").state)
            for taken in actions:
                began = time.perf_counter_ns()
                state = orjson.loads(stored)
                loaded = time.perf_counter_ns()
                step = act(program, state, taken)
                acted = time.perf_counter_ns()
                stored = orjson.dumps(step.state)
                events = orjson.dumps([event.to_json() for event in step.events])
                ended = time.perf_counter_ns()
                offered(program, step.state)
                whole.append(ended - began)
                pure.append(acted - loaded)
                shown.append(time.perf_counter_ns() - ended)
                assert events
    figures = {
        "steps": len(whole),
        "act_median_us": statistics.median(pure) / 1000,
        "step_through_json_median_us": statistics.median(whole) / 1000,
        "step_through_json_p95_us": statistics.quantiles(whole, n=20)[-1] / 1000,
        "offered_median_us": statistics.median(shown) / 1000,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
