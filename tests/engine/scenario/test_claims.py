"""What an author asserts and accepts: read with its places, proven with scores and monitors, and never part of the Program."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from lms.engine.scenario.api import compile_scenario, prove_scenario
from lms.engine.source.text import SourceFile
from tests.engine.scenario.test_prove import HEAD, NAME, STORY

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "prove-what-you-mean.md"


def checked(front="", story=STORY):
    compiled = compile_scenario(
        [SourceFile(NAME, "scenario.md", (HEAD % front + story).encode())], today=date(2026, 11, 21)
    )
    return compiled, prove_scenario(compiled)


def refuted(front):
    return [problem for problem in checked(front)[1].problems if problem.code == "SC113"]


def test_claims_make_no_new_version():
    assert checked("never: {a: {when: told and seen, says: No}}\n")[0].program.hash == checked()[0].program.hash
    meant = STORY.replace("  effects: [set told]\n", "  effects: [set told]\n  point_of_no_return: yes\n")
    assert checked(story=meant)[0].program.hash == checked()[0].program.hash


@pytest.mark.parametrize(
    ("kind", "when", "steps"),
    [
        ("never", "told", 1),
        ("never", "told and seen", 3),
        ("never", "voice >= 1 and not told", 3),
        ("never", "visited(home) and broke(written)", 4),
        ("never", "kept(written) and not seen", None),
        ("never", "told and not told", None),
        ("always", "not seen or kept(written)", None),
        ("always", "not told", 1),
        ("always", "voice <= 0", 3),
        ("always", "voice <= 1 and voice >= 0", None),
    ],
)
def test_an_assertion_is_proven_or_shown_to_be_wrong_by_the_shortest_way(kind, when, steps):
    found = refuted(f"{kind}: {{a: {{when: {when}, says: Because}}}}\n")
    assert [len(problem.way) for problem in found] == ([] if steps is None else [steps])


def test_an_assertion_can_be_about_some_scenes_only():
    assert refuted("never: {a: {when: told, at: words, says: No}}\n")
    assert refuted("never: {a: {when: not told, at: [form, home], says: No}}\n")
    assert not refuted("never: {a: {when: told, at: tray, says: No}}\n")


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("never: {a: {when: tolled, says: No}}\n", "SC033"),
        ("never: {a: {when: told, at: trays, says: No}}\n", "SC031"),
        ("never: {a: {when: told and, says: No}}\n", "SC040"),
        ("never: {a: {says: No}}\n", "SO020"),
        ("never: {a: {wehn: told, says: No}}\n", "SO021"),
    ],
)
def test_an_assertion_is_checked_like_everything_else(front, code):
    compiled, _ = checked(front)
    assert code in [problem.code for problem in compiled.problems]


def test_the_problem_stands_at_the_condition():
    (problem,) = refuted("never:\n  early: {when: told, says: Nobody tells}\n")
    line = next(number for number, text in enumerate((HEAD % "").splitlines(), 1) if text.startswith("must"))
    assert (problem.span.line, problem.span.column) == (line + 2, 17)
    assert "Nobody tells" in problem.what


def test_the_examples_of_the_guide_are_as_it_says():
    examples = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assertions, plan = map(yaml.safe_load, examples)
    assert assertions.keys() == {"never", "always"}
    assert {"expect", "take"} <= plan.keys()
    said = {**assertions["never"]["secret-at-home"], "when": "told"}
    assert refuted(yaml.safe_dump({"never": {"a": said}}))
