"""The tutorial for trainers holds what it promises: its blocks make up a scenario that checks, plays, and fails as shown."""

import re
from datetime import date
from pathlib import Path

from lms.engine.scenario.api import compile_scenario, outcome, prove_scenario
from lms.engine.scenario.language.repair import write_missing_ids
from lms.engine.source.text import SourceFile
from tests.engine.scenario.walk import walk

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = (DOCS / "tutorial" / "first-scenario.md").read_text(encoding="utf-8")
NAME = "scenarios/cold-tea/scenario.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", TUTORIAL)


def compiled(text: str):
    return compile_scenario([SourceFile(NAME, "scenario.md", text.encode())], today=date(2026, 11, 21))


WHOLE = "".join(blocks("markdown"))


def test_the_blocks_together_are_a_scenario_of_five_scenes_without_a_problem():
    result = compiled(WHOLE)
    assert [str(problem) for problem in (*result.problems, *prove_scenario(result).problems)] == []
    assert len(result.program.scenes) == 5


def test_the_slip_is_reported_as_shown():
    result = compiled(WHOLE.replace("(#morning) {#ask-her}", "(#mornign) {#ask-her}"))
    assert [f"{problem}\n" for problem in result.problems] == blocks("text")[:1]


def test_the_forgotten_must_is_answered_as_shown():
    result = compiled(WHOLE.replace("pass: attention >= 1 and kept(told-the-nurse)", "pass: attention >= 0"))
    assert result.problems == ()
    assert [f"{problem}\n" for problem in prove_scenario(result).problems] == blocks("text")[1:]


def test_it_is_passed_and_missed_as_told():
    program = compiled(WHOLE).program
    well = outcome(program, walk(program, "ask-her", "tell-nurse", "on-well").state)
    unwell = outcome(program, walk(program, "urge", "write-later", "on-unwell").state)
    assert (well.ending, well.success) == ("well", True)
    assert (unwell.ending, unwell.success, [must.kept for must in unwell.musts]) == ("unwell", False, [False])


def test_the_review_is_written_as_shown():
    (review,) = blocks("yaml")
    result = compiled(WHOLE.replace("minutes: 3..5\n", f"minutes: 3..5\n{review}"))
    assert [str(problem) for problem in result.problems] == []
    assert result.program.reviewed.by == "Angharad Lloyd"


def test_missing_ids_are_written_and_nothing_else():
    bare = WHOLE.replace(" {#on-well}", "").replace(" {#on-unwell}", "")
    written = write_missing_ids(NAME, bare.encode()).decode()
    assert [str(problem) for problem in compiled(written).problems] == []
    changed = [new for old, new in zip(bare.splitlines(), written.splitlines(), strict=True) if old != new]
    assert [line.split(" {#")[0] for line in changed] == ["- [Go on](#well)", "- [Go on](#unwell)"]
