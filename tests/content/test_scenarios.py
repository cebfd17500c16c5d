"""Every scenario that ships has no problem, and does all that it can: found by going every way through it."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from lms.engine.scenario.api import (
    Action,
    Answer,
    Choose,
    Compiled,
    Go,
    Order,
    Program,
    Select,
    Step,
    TimeOut,
    Write,
    act,
    compile_scenario,
    debrief,
    offered,
    outcome,
    prove_scenario,
    start,
)
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_slice import Question
from lms.learning.library.files import read_folder
from tests.engine.scenario.walk import walk

ROOT = Path(__file__).parents[2] / "scenarios"
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("*/scenario.md"))
TODAY = date(2026, 11, 21)


@cache
def source(name: str) -> Compiled:
    return compile_scenario(read_folder(ROOT / name, "scenario", f"scenarios/{name}").files, today=TODAY)


def compiled(name: str) -> Program:
    result = source(name)
    assert [str(problem) for problem in result.problems] == []
    return result.program


def test_scenarios_ship():
    assert "between-you-and-me" in SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_no_problem_and_survives_its_bytes(name):
    program = compiled(name)
    assert Program.from_bytes(program.to_bytes()) == program


@pytest.mark.parametrize("name", SCENARIOS)
def test_going_every_way_finds_no_problem(name):
    """Every scene, choice, later and ending is reached; nobody is stuck; nobody passes without what must be done."""
    proof = prove_scenario(source(name))
    assert proof.bound == ""
    assert [str(problem) for problem in proof.problems] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_must_can_be_kept_and_missed_and_every_must_not_broken(name):
    program = compiled(name)
    for must in (*program.musts, *program.must_nots):
        found = Exploration(program, question=Question(monitors=frozenset({must.id})))
        assert found.is_complete
        assert found.marks() == {(must.id, "kept"), (must.id, "broken")}


def play(program: Program, wanted: dict[str, int]) -> Step:
    """A run that at each turn takes what is rated as most wanted."""
    step = start(program, "seed")
    events = list(step.events)
    while step.state["phase"] != "ended":
        scene = offered(program, step.state)
        ready = machine_of(program).scenes[scene.id]
        if scene.awaits == "choose":
            open_now = [item.id for item in scene.choices if item.open]
            action = Choose(max(open_now, key=lambda id_: wanted[ready.choices[id_].choice.rating]))
        elif scene.awaits == "select":
            items = sorted(scene.options.items, key=lambda item: -wanted[ready.items[item.id][0].rating])
            best = [item.id for item in items if wanted[ready.items[item.id][0].rating] > 0]
            count = min(max(len(best), scene.options.least), scene.options.most)
            action = Select(tuple(item.id for item in items[:count]))
        elif scene.awaits == "order":
            right = ready.scene.order.order
            action = Order(right if wanted["best"] > 0 else right[:1])
        else:
            action = Write("Her words, and who was told.") if scene.awaits == "write" else Go()
        step = act(program, step.state, action)
        events += step.events
    return Step(step.state, tuple(events))


EXPERT = {"best": 4, "defensible": 1, "": 0, "unsafe": -1, "critical": -2}
CARELESS = {rating: -worth for rating, worth in EXPERT.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_expert_passes_and_the_careless_does_not(name):
    program = compiled(name)
    expert, careless = play(program, EXPERT), play(program, CARELESS)
    assert outcome(program, expert.state).success
    assert all(must.kept for must in outcome(program, expert.state).musts)
    assert {score.band for score in outcome(program, expert.state).scores} <= {"Strong", ""}
    assert not outcome(program, careless.state).success


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_debrief_of_a_careless_run_has_what_it_needs(name):
    program = compiled(name)
    found = debrief(program, "seed", play(program, CARELESS).events)
    assert any(point.broke for point in found.turning_points)
    assert all(point.why and point.ask and point.expert and point.references for point in found.turning_points)
    assert found.voice
    assert found.ending is not None


PLANS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/plans/*.plan"))


STEPS = {"select": Select, "answer": Answer, "order": Order, "write": Write}


def planned(taken: object) -> str | Action:
    """A line of a plan: a choice, `go`, `time-out`, or one of STEPS with what belongs to it."""
    if isinstance(taken, dict):
        ((kind, given),) = taken.items()
        return STEPS[kind](given if kind == "write" else tuple(given))
    return TimeOut() if taken == "time-out" else str(taken)


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_leads_where_it_expects_in_memory_and_through_json(plan):
    written = yaml.safe_load((ROOT / plan).read_text(encoding="utf-8"))
    program = compiled(plan.split("/")[0])
    step = walk(program, *map(planned, written["take"]))
    assert (step.state["scene"], step.state["phase"]) == (written["expect"], "ended")
    assert outcome(program, step.state).success == written["passed"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_ending_has_a_plan(name):
    expected = {
        yaml.safe_load((ROOT / plan).read_text(encoding="utf-8"))["expect"]
        for plan in PLANS
        if plan.startswith(f"{name}/")
    }
    assert expected == {scene.id for scene in compiled(name).scenes if scene.ending}
