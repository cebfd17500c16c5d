"""P1–P2 of plans; that each kind of problem is found, and not where it nearly is, is proven by its page."""

from datetime import date

import pytest

from lms.engine.scenario.api import compile_scenario
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.source.text import SourceFile
from tests.engine.scenario.test_prove import HEAD, NAME, STORY


def walked(plan, story=STORY, front=""):
    files = [
        SourceFile(NAME, "scenario.md", (HEAD % front + story).encode()),
        SourceFile("scenarios/tray/plans/one.plan", "plans/one.plan", plan.encode()),
    ]
    return check_plans(compile_scenario(files, today=date(2026, 11, 21)), files)


def said(plan):
    return [str(problem) for problem in walked(plan).problems]


def test_a_plan_of_every_kind_of_step_that_comes_out_as_it_says_is_no_problem():
    plan = """\
expect: home
passed: yes
scores: {voice: -1..1}
broken: [written]
scenes: [tray, words, form, home]
take: [quiet, {write: I told the nurse}, {select: [tea]}, go]
"""
    assert said(plan) == []


@pytest.mark.parametrize(
    ("plan", "line", "column", "what"),
    [
        ("expect: home\ntake: [quiet, ask]\n", 2, 15, "this is not possible in 'words'"),
        ("expect: home\ntake: [quiet, {write: x}, {select: [tea, mark, tea]}, ask]\n", 2, 55, "not possible in 'form'"),
        ("expect: home\ntake: [ask, {write: x, select: [tea]}]\n", 2, 13, "this is not possible in 'words'"),
        ("expect: home\ntake: [aks]\n", 2, 8, "no choice called 'aks'"),
        ("expect: hoem\ntake: [ask]\n", 1, 9, "no ending called 'hoem'"),
        ("expect: home\ntake: [ask]\nkept: [writen]\n", 3, 8, "no must called 'writen'"),
        ("expect: home\ntake: [ask]\nscores: {voise: 3}\n", 3, 10, "no competency called 'voise'"),
        ("expect: home\ntake: [ask]\n", 2, 8, "the plan stops in 'words', before an ending"),
        ("expect: home\ntake: []\n", 2, 1, "the plan stops in 'tray', before an ending"),
    ],
)
def test_what_is_wrong_stands_where_it_is_written(plan, line, column, what):
    (problem,) = walked(plan).problems
    assert (problem.span.path, problem.span.line, problem.span.column) == (
        "scenarios/tray/plans/one.plan",
        line,
        column,
    )
    assert what in problem.what
    assert problem.fix


def test_a_near_name_is_proposed_and_what_is_possible_is_listed():
    assert "did you mean 'ask'?" in said("expect: home\ntake: [aks]\n")[0]
    assert "possible here: {write: words}" in said("expect: home\ntake: [quiet, ask]\n")[0]


WHOLE = "take: [ask, {write: x}, {select: [tea]}, go]\n"


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("passed: no", "the run is passed"),
        ("scores: {voice: 0}", "'voice' is 1 at the end"),
        ("kept: [written]", "'written' is broken"),
        ("scenes: [tray, form]", "'words' comes here"),
        ("scenes: [tray, words, form]", "'home' comes here"),
        ("scenes: [tray, words, form, home, tray]", "no scene comes here"),
    ],
)
def test_each_expectation_that_is_not_met_is_said(more, what):
    (problem,) = walked(f"expect: home\n{WHOLE}{more}\n").problems
    assert problem.code == "SC122"
    assert problem.what == what


def test_what_no_plan_takes_is_said_as_coverage():
    coverage = walked(f"expect: home\n{WHOLE}").coverage
    assert (coverage.plans, coverage.endings) == (1, ())
    assert set(coverage.choices) == {"quiet", "mark", "hour"}
    assert coverage.to_json()["choices_not_taken"] == list(coverage.choices)


def test_P2_a_scenario_that_does_not_compile_says_nothing_of_its_plans():
    assert walked("expect: nowhere\n", STORY.replace("(#words) {#ask}", "(#wrods) {#ask}")).problems == ()


def test_a_plan_under_a_name_that_is_not_read_is_reported_and_notes_beside_the_plans_are_not():
    names = ("plans/one.yaml", "plans/two.plan", "plans/notes.md", "plans/.keep", "media/three.yaml")
    files = [SourceFile(NAME, "scenario.md", (HEAD % "" + STORY).encode())]
    plan = b"{expect: home, take: []}"
    files += [SourceFile(f"scenarios/tray/{name}", name, plan) for name in names]
    problems = check_plans(compile_scenario(files, today=date(2026, 11, 21)), files).problems
    (unread,) = [one for one in problems if one.code == "SC124"]
    assert (unread.severity, unread.span.path) == ("warning", "scenarios/tray/plans/one.yaml")
    assert "plans/one.plan" in unread.fix


def test_any_text_as_a_plan_gives_problems_and_no_traceback():
    for text in (
        "",
        "[]",
        "- 3",
        "take: [[[[",
        "expect: home\ntake: {}\n",
        "\x00",
        "expect: home\ntake: [{select: []}]\n",
    ):
        assert walked(text).problems or text == "[]"
