"""What the story's graph tells: what is never reached, and where there is no way on."""

import pytest

from lms.engine.scenario.language.graph import constant
from lms.engine.scenario.program.expression import Both, Chose, Compare, Constant, Either, Not
from tests.engine.scenario.test_parse import compile_text, found, made


def scene(name, *targets, after=""):
    """A narration with a choice for each target."""
    ways = "".join(f"- [To {to}](#{to}) {{#{name}-{to}}}\n" for to in targets)
    return f"## {name} {{#{name}}}\n\n::: scene\nkind: narration\n:::\n\n{after}{ways}\n"


def codes(text):
    return sorted(code for code, _ in found(text))


def later(name, to, *, at="home"):
    return f"::: later {{#{name}}}\nat: {at}\nto: {to}\n:::\n\n"


def test_a_scene_that_only_a_later_brings_is_reached():
    assert codes(later("l", "b") + scene("a", "home") + scene("b", "return")) == []
    assert codes(scene("a", "home", after=later("l", "b")) + scene("b", "return")) == []


def test_a_later_counts_only_if_its_own_scene_can_be_reached_and_its_moment_comes():
    assert codes(scene("a", "home") + scene("b", "home", after=later("l", "c")) + scene("c", "return")) == [
        "SC050",
        "SC050",
    ]
    assert codes(scene("a", "home", after=later("l", "c", at="b")) + scene("b", "home") + scene("c", "return")) == [
        "SC050",
        "SC050",
    ]


def test_laters_bring_laters():
    text = later("first", "b") + scene("a", "home") + scene("b", "return", after=later("second", "c"))
    assert codes(text + scene("c", "return")) == []


def test_what_only_lost_scenes_lead_to_is_not_reported_again():
    assert codes(scene("a", "home") + scene("b", "c") + scene("c", "d") + scene("d", "home")) == ["SC050"]
    assert codes(scene("a", "home") + scene("b", "c") + scene("c", "b", "home")) == ["SC050"]


def test_a_choice_that_is_never_open_leads_nowhere():
    closed = scene("a", "b", "home").replace("{#a-b}\n", "{#a-b}\n  ::: choice\n  when: 1 > 2\n  :::\n")
    assert codes(closed + scene("b", "home")) == ["SC050", "SC051"]


def test_a_circle_without_an_ending_is_said_once():
    assert codes(scene("a", "b", "home") + scene("b", "c") + scene("c", "d") + scene("d", "b")) == ["SC053"]
    assert codes(scene("a", "b", "e", "home") + scene("b", "c") + scene("c", "b") + scene("e", "e")) == ["SC053"] * 2


def circle(text):
    (told,) = [problem for problem in compile_text(text).problems if problem.code == "SC053"]
    lines = text.splitlines()
    assert {step.span.path for step in told.way} == {told.span.path}
    written = [lines[step.span.line - 9][step.span.column - 1 :] for step in told.way]
    return [step.text for step in told.way], [each.partition("]")[0] for each in written]


def test_a_circle_is_told_scene_by_scene_each_with_its_place():
    steps, written = circle(
        scene("a", "b", "home") + scene("b", "e", "c") + scene("c", "d") + scene("d", "b") + scene("e", "c")
    )
    assert steps == ["b: To c", "c: To d", "d: To b"]
    assert written == ["[To c", "[To d", "[To b"]
    assert circle(scene("a", "e", "home") + scene("e", "e"))[0] == ["e: To e"]


def test_a_scene_that_only_leads_into_a_circle_has_the_circle_told():
    steps, _ = circle(scene("a", "b", "home") + scene("b", "c") + scene("c", "d") + scene("d", "c"))
    assert steps == ["c: To d", "d: To c"]


def test_a_scene_of_a_circle_without_choices_goes_on():
    on = "## c {#c}\n\n::: scene\nto: b\n:::\n\nOn.\n\n"
    assert circle(scene("a", "b", "home") + scene("b", "c") + on) == (["b: To c", "c: go on"], ["[To c", "## c {#c}"])


def test_a_way_that_leads_to_a_dead_end_only_is_said_at_the_dead_end():
    assert codes(scene("a", "b", "home") + scene("b", "c") + "## c {#c}\n\nDark.\n\n") == ["SC052"]


def test_back_is_for_scenes_that_laters_bring():
    assert codes(scene("a", "b", "home") + scene("b", "return")) == ["SC057"]
    assert codes(later("l", "b") + scene("a", "b", "home") + scene("b", "return")) == ["SC057"]


def test_a_scene_without_choices_may_say_where_it_leads():
    text = "## a {#a}\n\n::: scene\nto: {to}\ntakes: 5 min\n:::\n\nDark.\n\n"
    first = made(text.replace("{to}", "home")).scenes[0]
    assert (first.then, first.takes, first.kind) == ("home", 5, "narration")
    assert codes(text.replace("{to}", "nowhere")) == ["SC031"]
    assert codes(text.replace("{to}", "home") + "- [Go](#home) {#go}\n") == ["SC056"]


def test_a_route_of_a_free_text_is_a_way():
    text = scene(
        "a", "home", after="::: free-text {#w}\nask: What?\nroutes:\n  - {id: r, phrases: [b], to: b}\n:::\n\n"
    )
    assert codes(text + scene("b", "home")) == []


TRUE, FALSE, OPEN = Constant(value=True), Constant(value=False), Chose("a")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (None, None),
        (OPEN, None),
        (Not(OPEN), None),
        (Not(FALSE), True),
        (Both((OPEN, FALSE)), False),
        (Both((OPEN, TRUE)), None),
        (Both((TRUE, TRUE)), True),
        (Either((OPEN, TRUE)), True),
        (Either((OPEN, FALSE)), None),
        (Either((FALSE, FALSE)), False),
        (Compare("<", Constant(1), Constant(2)), True),
        (Compare("is not", Constant("a"), Constant("a")), False),
        (Compare("is", OPEN, TRUE), None),
    ],
)
def test_only_what_depends_on_nothing_is_constant(expression, value):
    assert constant(expression) is value
