"""Golden cases: a scenario as text beside plans that say where each way leads; walked in memory and through JSON."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from lms.engine.scenario.api import Answer, Order, Program, Select, TimeOut, Write, compile_scenario, offered, outcome
from lms.engine.source.text import SourceFile
from tests.engine.scenario.walk import scenes, walk

FOLDER = Path(__file__).parent / "golden"
PLANS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.plan"))}
CASES = [
    pytest.param(name, plan, id=f"{name}-{number}")
    for name, plans in PLANS.items()
    for number, plan in enumerate(plans)
]


@cache
def compiled(name: str) -> Program:
    source = SourceFile(f"{name}/scenario.md", "scenario.md", (FOLDER / f"{name}.md").read_bytes())
    beside = [SourceFile(f"{name}/{path.name}", path.name, path.read_bytes()) for path in (FOLDER / name).glob("*")]
    result = compile_scenario([source, *beside], today=date(2026, 11, 21))
    assert [str(problem) for problem in result.problems if problem.severity == "error"] == []
    return result.program


def word(taken):
    if isinstance(taken, str):
        return TimeOut() if taken == "time-out" else taken
    ((verb, what),) = taken.items()
    kinds = {"select": Select, "answer": Answer, "order": Order}
    return Write(what) if verb == "write" else kinds[verb](tuple(what))


def test_every_golden_scenario_has_a_plan():
    assert {path.stem for path in FOLDER.glob("*.md")} == set(PLANS)


@pytest.mark.parametrize(("name", "plan"), CASES)
def test_a_plan_leads_where_it_says(name, plan):
    program = compiled(name)
    fate = plan.get("draws", {})
    step = walk(program, *map(word, plan["take"]), fate=fate)
    drawn = {event.draw: event.value for event in step.events if event.kind == "drawn"}
    assert walk(program, *map(word, plan["take"]), fate=drawn) == step
    found = {
        "take": plan["take"],
        "draws": fate,
        "scenes": scenes(step),
        "musts": step.state["musts"],
        "vars": step.state["vars"],
        "scores": step.state["scores"],
        "clock": offered(program, step.state).clock,
        "success": outcome(program, step.state).success,
    }
    assert step.state["phase"] == "ended"
    assert {key: found[key] for key in plan} == plan
