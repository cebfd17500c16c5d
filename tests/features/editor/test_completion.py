"""What is offered is what may stand there: no condition is offered what it may not read, and nothing it may is missing."""

import pytest

from lms.engine.scenario.proof.plan import Plan
from lms.engine.source.text import SourceFile
from lms.features.editor.completion import complete
from lms.features.editor.worker import names_of

STORY = """\
---
scenario: her-day
title: Her day
minutes: 3..5
competencies: {noticing: {range: -5..5, says: Noticing}}
variables: {told: flag, clock: {from: "09:30", to: "15:00"}}
draws: {slept: {one of: [well, badly]}}
tracks:
  breaths: {label: Breaths, range: 0..60, visible_to_logic: true}
  pulse: {label: Pulse, range: 0..220}
  alertness: {label: Alertness, values: {alert: Alert, confused: New confusion}, visible_to_logic: yes}
scales:
  early: {label: Early, points: {breaths: {..8: 3, 9..: 0}, alertness: {alert: 0, confused: 3}}}
  late: {label: Late, points: {pulse: {..60: 3, 61..: 0}}}
must: {told-her: {when: told, says: Told her, why: Hours matter.}}
pass: noticing >= 1
---

## Toast {#toast}

::: observe
values: {breaths: 20, alertness: alert}
:::

- [Go on](#evening) {#on}

## Evening {#evening}

::: scene
kind: ending
band: secure
:::
"""
KNOWN = names_of([SourceFile("her-day/scenario.md", "scenario.md", STORY.encode())])
FRONT = STORY.split("\n").index("pass: noticing >= 1")
SCENE = STORY.split("\n").index("::: observe")
HIDDEN = {"pulse", "late"}
MONITORS = {"noticing", "kept", "broke"}


def offered(typed, row=SCENE):
    """What is offered behind some lines that are written before a row."""
    lines = STORY.split("\n")
    written = typed.split("\n")
    lines = [*lines[:row], *written, *lines[row:]]
    found = complete(lines, row + len(written) - 1, len(written[-1]), KNOWN)
    return {one.label for one in found.suggestions}


def planned(typed):
    lines = typed.split("\n")
    return {one.label for one in complete(lines, len(lines) - 1, len(lines[-1]), KNOWN, Plan).suggestions}


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("::: if ", SCENE),
        ("- [x](#evening) {#x}\n  ::: choice\n  when: ", SCENE),
        ("derive: {worse: ", FRONT),
        ("must_not: {x: {when: ", FRONT),
    ],
)
def test_a_condition_of_the_story_is_offered_what_the_story_may_read(typed, row):
    found = offered(typed, row)
    assert {"told", "slept", "breaths", "alertness", "early", "visited", "chose"} <= found
    assert not found & (MONITORS | HIDDEN)


@pytest.mark.parametrize("typed", ["pass: ", "always: {x: {when: ", "never:\n  x:\n    when: told and "])
def test_what_is_asked_of_a_whole_run_is_offered_scores_and_monitors_too(typed):
    found = offered(typed, FRONT)
    assert {"told", "slept", "breaths", "early"} | MONITORS <= found
    assert not found & HIDDEN


def test_the_values_of_draws_and_tracks_are_offered_where_they_may_stand():
    assert offered("::: if slept is ") == {"well", "badly"}
    assert offered("::: if alertness is ") == {"alert", "confused"}
    assert offered("::: observe\nvalues: {alertness: ") == {"alert", "confused", "same"}
    assert offered("::: observe\nvalues:\n  alertness: ") == {"alert", "confused", "same"}
    assert offered("::: observe\nvalues: {breaths: ") == {"same"}
    assert {"alert", "confused"} <= offered("scales: {x: {label: X, points: {alertness: {", FRONT)


def test_effects_are_offered_tracks_and_no_draws():
    found = offered("- [x](#evening) {#x}\n  ::: choice\n  effects: [")
    assert {"told", "noticing", "breaths", "set"} <= found
    assert "slept" not in found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("expect: ", {"evening"}),
        ("scenes: [", {"toast", "evening"}),
        ("expect: evening\ntake: [", {"on", "go", "time-out"}),
        ("kept: [", {"told-her"}),
        ("draws: {slept: ", {"well", "badly"}),
        ("draws: {", {"slept"}),
        ("scores: {", {"noticing"}),
    ],
)
def test_a_plan_is_offered_the_names_of_its_story(typed, wanted):
    assert planned(typed) == wanted


def test_a_plan_is_offered_its_keys_and_the_same_in_a_list_of_lines():
    assert {"expect", "take", "passed"} <= planned("")
    assert {"on", "go", "select", "write"} <= planned("take:\n  - ")


def test_a_plan_is_offered_the_options_of_the_questions_that_its_story_asks_with_their_words():
    asks = "::: question {#fluid}\nthen: evening\n:::\n"
    bank = (
        "bank: drinks\nquestions:\n"
        "- id: fluid\n  type: single\n  ask: What first?\n  options:\n  - {id: water, text: Water, right: yes}\n  - {id: tea, text: Tea}\n"
        "- id: other\n  type: single\n  ask: And then?\n  options:\n  - {id: rest, text: Rest, right: yes}\n  - {id: run, text: Run}\n"
    )
    story = STORY.replace("- [Go on](#evening) {#on}\n", asks).encode()
    folder = [("scenario.md", story), ("bank.yaml", bank.encode())]
    known = names_of([SourceFile(f"her-day/{name}", name, data) for name, data in folder])
    lines = ["expect: evening", "take: [go, {answer: ["]
    found = complete(lines, 1, len(lines[1]), known, Plan).suggestions
    assert [(one.label, one.says) for one in found] == [("water", "Water"), ("tea", "Tea")]
