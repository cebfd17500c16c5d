"""What a new version changes for learners, and which kind of change that is."""

import re
from datetime import date
from pathlib import Path

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.program.place import said
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.difference import class_of_text, differences, proposed
from tests.engine.scenario.everything import EVERYTHING
from tests.engine.scenario.test_tellings import ENGLAND, STORY, WELSH, compiled
from tests.shipped import as_scenario

ROOT = Path(__file__).parents[3]


def changes(old, new, *, at=STORY):
    """What changes when a piece of the story's text is written otherwise."""
    assert at.count(old) >= 1, old
    return differences(compiled(at), compiled(at.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "kind", "what"),
    [
        ("You reach for the tray.", "You reach for the tray!", "typo", "the text of 'tray'"),
        ("You reach for the tray.", "You raech for the tray.", "typo", "the text of 'tray'"),
        ("You reach for the tray.", "You stretch a hand out for the tray.", "clarification", "the text of 'tray'"),
        ("You reach for the tray.", "Night. The ward is asleep, and so are you.", "clarification", "the text of 'tray'"),
        ("Ivan listens.", "Ivan never listens.", "material", "the text of 'end'"),
        ("voice: {range: -5..5", "voice: {range: -6..5", "material", "'voice'"),
        ("voice -1]", "voice -2]", "material", "the effects of 'promise' in 'tray'"),
        ("rating: unsafe\n", "rating: critical\n", "material", "the rating of 'promise' in 'tray'"),
        ("](#note) {#tell}", "](#say) {#tell}", "material", "where it leads of 'tell' in 'tray'"),
        ("pass: voice >= 1", "pass: voice >= 2", "material", "when it is passed"),
        ("minutes: 5..8", "minutes: 5..9", "clarification", "how long it takes"),
        ("review_by: 2027-01-01", "review_by: 2027-06-01", "typo", "up to date"),
        ("expert: tell", "expert: promise", "material", "the expert of 'first'"),
        ("why: The {term:board} decides.", "why: Only courts matter here, as the law has it now.", "material", "the reason of 'first'"),
        ("  She nods.\n", "", "clarification", "what follows of 'promise' in 'tray'"),
        ("days: 3", "days: 30", "clarification", "followups"),
        ("phrases: [sorry]", "phrases: [sorry, apologies]", "material", "other words"),
        ("audience:", "audience:", "", ""),
        ("name: Ivan}", "name: Iwan}", "typo", "the name of 'ivan'"),
        ("variables: {promised: flag}", "variables: {promised: flag, more: flag}", "material", "new variable 'more'"),
        ("when: chose(tell)", "when: chose(promise)", "material", "the condition of 'told'"),
        ("::: if promised\n", "::: if not promised\n", "material", "the condition"),
        ("phone: 0808 80 10 800", "phone: 0808 80 10 801", "clarification", "support"),
    ],
)  # fmt: skip
def test_a_change_has_its_class_and_says_where_it_is(old, new, kind, what):
    if not kind:
        assert differences(compiled(), compiled()) == ()
        return
    (found,) = changes(old, new)
    assert (found.kind, proposed([found])) == (kind, kind), found
    assert what in found.what
    assert found.why


@pytest.mark.parametrize(
    ("old", "new", "what", "texts"),
    [
        ("pass: voice >= 1", "pass: voice >= 2", "when it is passed differs", ("voice >= 1 and kept(told)", "voice >= 2 and kept(told)")),
        ("voice -1]", "voice -2]", "the effects of 'promise' in 'tray' differ", ("set promised, voice -1", "set promised, voice -2")),
        ("voice: {range: -5..5", "voice: {range: -5..6", "the greatest value of 'voice' differs", ("5", "6")),
        ("when: chose(tell)", "when: not chose(tell)", "the condition of 'told' differs", ("chose(tell)", "not chose(tell)")),
        ("expert: tell", "expert: promise", "the expert of 'first' differs", ("tell", "promise")),
    ],
)  # fmt: skip
def test_what_differs_is_shown_as_it_is_written(old, new, what, texts):
    (found,) = changes(old, new)
    assert (found.what, (found.before, found.after)) == (what, texts)


def in_everything(*place, to):
    """What changes when one value of the program with every construct is another."""
    (found,) = differences(EVERYTHING, Program.from_json(_with(EVERYTHING.to_json(), place, to)))
    return found.what, found.before, found.after


def test_times_and_rules_are_shown_as_an_author_writes_them():
    assert in_everything("clock", "end", to=60 * 26) == ("the time at which the clock stops differs", "01:00", "02:00")
    once = in_everything("scenes", 0, "choices", 1, "once", to=False)
    assert once == ("the limit to once of 'look' in 'tray' differs", "yes", "no")
    takes = in_everything("scenes", 0, "choices", 1, "takes", to=3)
    assert takes == ("how long it takes of 'look' in 'tray' differs", "20 min", "3 min")
    back = in_everything("scenes", 0, "choices", 1, "to", to="")
    assert back == ("where it leads of 'look' in 'tray' differs", "tray", "#return")


def test_no_difference_is_shown_as_the_software_keeps_it():
    value = EVERYTHING.to_json()
    for place, leaf in _leaves(value):
        other = Program.from_json(_with(value, place, _otherwise(leaf)))
        for found in differences(EVERYTHING, other):
            for shown in (found.before, found.after):
                assert not re.search(r"[{(]'|\b(True|False|None)\b|[(,] ?\w+=", shown), found
            assert found.before != found.after or not found.before, found


def test_what_came_and_what_went_is_named_and_material():
    choice = (
        "- [“Not now.”](#note) {#wait}\n  ::: choice\n  rating: defensible\n  why_plausible: One is tired.\n  :::\n"
    )
    more = STORY.replace("::: debrief {#first}", choice + "\n::: debrief {#first}")
    (come,) = differences(compiled(), compiled(more))
    assert (come.what, come.kind, come.after) == ("there is a new choice 'wait'", "material", "“Not now.”")
    (gone,) = differences(compiled(more), compiled())
    assert (gone.what, gone.before) == ("the choice 'wait' is gone", "“Not now.”")


def test_a_translation_is_no_change_of_the_story():
    plain, welsh = compiled(), compiled(scenario__cy__md=WELSH, scenario__england__yaml=ENGLAND)
    found = differences(plain, welsh)
    assert {each.kind for each in found if each.place != "scenes/say/free_text/routes/sorry/phrases"} == {
        "clarification"
    }
    assert {each.place for each in found} >= {"tellings/cy", "tellings/england", "tellings/cy.england"}
    other = compiled(scenario__cy__md=WELSH.replace("cy-reach", "cy-raech"), scenario__england__yaml=ENGLAND)
    (slip,) = differences(welsh, other)
    assert (slip.kind, slip.place) == ("typo", "tellings/cy/scenes/tray/blocks/0/markdown")
    assert slip.what == "the text of 'tray' (as told in 'cy') reads differently"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Ring the ward", "Ring the ward.", "typo"),
        ("Ring teh ward", "Ring the ward", "typo"),
        ("It is  late", "It is late", "typo"),
        ("with out a word", "without a word", "typo"),
        ("Give 5 mg", "Give 50 mg", "material"),
        ("You may go", "You must go", "material"),
        ("Do tell", "Do not tell", "material"),
        (
            "Tell her what you will do and whom you tell",
            "Say to her what you will do and whom you tell",
            "clarification",
        ),
        ("", "", "typo"),
        ("one two", "", "clarification"),
        ("is it", "in it", "clarification"),
    ],
)
def test_texts_differ_by_a_slip_by_words_or_by_what_they_say(before, after, kind):
    assert class_of_text(before, after)[0] == kind


def test_C1_everything_that_can_be_written_is_compared():
    value = EVERYTHING.to_json()
    for place, leaf in _leaves(value):
        other = Program.from_json(_with(value, place, _otherwise(leaf)))
        if other != EVERYTHING:
            found = differences(EVERYTHING, other)
            assert found, place
            assert all(each.what and each.why and said(each.place) for each in found)


def test_the_shipped_story_compared_with_an_older_version_of_itself():
    old = Program.from_bytes((ROOT / "tests/engine/scenario/formats/1.story.json").read_bytes())
    story = (ROOT / "scenarios/between-you-and-me/scenario.md").read_text("utf-8")
    new = compile_scenario(as_scenario(story), today=date(2026, 11, 21)).program
    assert proposed(differences(old, new)) in {"none", "typo", "clarification", "material"}
    assert proposed(differences(new, new)) == "none"


def _leaves(value, place=()):
    if isinstance(value, dict):
        for name, part in value.items():
            if name != "kind":
                yield from _leaves(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, (*place, number))
    elif isinstance(value, str | bool | int) and place[-1] not in _WORDS_OF_THE_LANGUAGE:
        yield place, value


_WORDS_OF_THE_LANGUAGE = {"rating", "at", "operator", "timing"}


def _otherwise(leaf):
    return not leaf if isinstance(leaf, bool) else leaf + 1 if isinstance(leaf, int) else f"{leaf}-other"


def _with(value, place, new):
    if not place:
        return new
    first, *rest = place
    if isinstance(value, list):
        return [*value[:first], _with(value[first], rest, new), *value[first + 1 :]]
    return {**value, first: _with(value[first], rest, new)}
