"""The scenarios that we ship: without a problem, and nothing that one slip can do to them is an exception."""

import random
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.repair import write_missing_ids
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source.problem import Problem
from lms.kernel.record import Record
from lms.learning.library.files import read_folder
from tests.shipped import as_scenario

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "scenarios").glob("*/scenario.md"))
SLIPS = [*"{}[]()#:-*'\"\n\t &!%@`|>,.\\0aé~", ":::", "---", "- [", "](#", "\n\n"]


def folder(path):
    return read_folder(path.parent, "scenario", f"scenarios/{path.parent.name}").files


def survives_storage(program):
    """What is run is what is stored: nothing but records, tuples and plain values, and all of it comes back."""
    waiting = [program]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Record):
            waiting += [getattr(value, field.name) for field in fields(value)]
        elif type(value) is tuple:
            waiting += value
        elif type(value) not in {str, int, bool, type(None)}:
            return False
    again = Program.from_bytes(program.to_bytes())
    return again == program and repr(again) == repr(program)


def compile_text(text):
    return compile_scenario(as_scenario(text), today=date(2026, 11, 21))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_scenario_has_no_problem_and_its_program_survives_storage(path):
    compiled = compile_scenario(folder(path), today=date(2026, 11, 21))
    assert [str(problem) for problem in compiled.problems] == []
    assert survives_storage(compiled.program)


@pytest.mark.parametrize("seed", range(8))
def test_any_slip_in_a_shipped_scenario_gives_problems_or_a_program(seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable
    text = draw.choice(SHIPPED).read_text(encoding="utf-8")
    for _ in range(25):
        at, slip = draw.randrange(len(text)), draw.choice(SLIPS)
        head, here, tail = text[:at], text[at], text[at + 1 :]
        damaged = draw.choice([head + tail, head + slip + here + tail, head + slip + tail, head + here + here + tail])
        compiled = compile_text(damaged)
        assert compiled.program is not None or compiled.problems
        for problem in (*compiled.problems, *prove_scenario(compiled, most_states=2_000).problems):
            assert Problem.from_json(problem.to_json()) == problem
            assert problem.span.line <= damaged.count("\n") + 1
            assert str(problem).startswith(("scenarios/between-you-and-me/scenario.md:", "scenarios/_shared/"))


def test_a_slip_hardly_ever_causes_more_than_a_few_problems():
    draw = random.Random(7)  # noqa: S311 - repeatable
    text = SHIPPED[0].read_text(encoding="utf-8")
    counts = []
    for _ in range(80):
        at = draw.randrange(len(text))
        counts.append(len(compile_text(text[:at] + text[at + 1 :]).problems))
    assert sum(count > 5 for count in counts) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_writing_missing_ids_into_a_damaged_file_is_done_once(seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable
    text = SHIPPED[0].read_text(encoding="utf-8")
    for _ in range(12):
        at = draw.randrange(len(text))
        once = write_missing_ids("a", (text[:at] + draw.choice(SLIPS) + text[at + 1 :]).encode())
        assert write_missing_ids("a", once) == once


def test_conditions_of_effects_are_looked_for_no_longer_than_until_each_was_seen_both_ways():
    path = ROOT / "scenarios" / "between-you-and-me" / "scenario.md"
    ways, *others = prove_scenario(compile_scenario(folder(path), today=date(2026, 11, 21))).questions
    effects = [question for question in others if question.about.startswith("effects ")]
    assert effects
    assert all(question.is_complete and question.states < ways.states // 10 for question in effects)
