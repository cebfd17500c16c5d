"""Z1, Z2: what has no place in a new version is named, by the shortest way; any story and edit are in `test_succession_properties`."""

from dataclasses import replace

import pytest

from lms.engine.scenario.program.expression import Award, Change, Chose, Count, SetFlag, Visited
from lms.engine.scenario.program.observing import Observe, Track
from lms.engine.scenario.program.program import (
    Clock,
    Competency,
    Draw,
    Flag,
    FreeText,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Option,
    Options,
)
from lms.engine.scenario.program.task import Order, OrderItem, Question, QuestionItem
from lms.engine.scenario.proof.succession import Step, succession
from tests.engine.scenario.build import choice, compare, ending, program, scene, var
from tests.engine.scenario.edited import renamed

STORY = program(
    scene("tray", choice("promise", "note", SetFlag("promised", to=True)), choice("tell", "note")),
    scene(
        "note",
        choice("on", "home"),
        choice("round", "tray", Change("trust", 1)),
        options=Options((Option("a", "A"), Option("b", "B")), 1, 2),
    ),
    scene("home", choice("end-it", "end", when=compare(var("trust"), ">=", 0))),
    ending("end"),
    variables=(Flag("promised"), Number("trust", 0, 3)),
    clock=Clock(0, 60),
    laters=(Later("talk", "home", scene="tray", at="end", condition=var("promised")),),
    musts=(Must("told", var("promised"), "Told", "why"),),
)


def lost(new):
    return {each.what: [step.takes.removeprefix("Do ") for step in each.way] for each in succession(STORY, new).lost}


def test_a_version_has_a_place_for_itself_and_for_one_with_more():
    found = succession(STORY, STORY)
    assert (found.lost, found.is_complete) == ((), True)
    more = replace(STORY, scenes=(*STORY.scenes, ending("another")), variables=(*STORY.variables, Flag("new")))
    assert succession(STORY, more).lost == ()


@pytest.mark.parametrize(
    ("change", "what", "way"),
    [
        (lambda: _without("note", "home"), "no scene 'note'", ["promise"]),
        (lambda: _with("note", options=None), "'note' does not wait for a selection", ["promise"]),
        (lambda: _with("home", choices=(), then="end"), "'home' does not wait for a choice", ["promise", "A", "on"]),
        (lambda: replace(STORY, variables=(Flag("promised"), Number("trust", 0, 1))), "'trust' cannot hold all values", None),
        (lambda: replace(STORY, variables=(Number("promised", 0, 1), Number("trust", 0, 3))), "'promised' is of another type", ["promise"]),
        (lambda: replace(STORY, laters=()), "the later 'talk' waits", []),
        (lambda: replace(STORY, musts=()), "no must 'told'", []),
        (lambda: replace(STORY, clock=None), "no clock", []),
    ],
)  # fmt: skip
def test_what_has_no_place_is_named_with_the_shortest_way(change, what, way):
    found = lost(change())
    (name,) = [each for each in found if what in each]
    if way is None:
        assert [step for step in found[name] if step == "round"] == ["round", "round"]
    else:
        assert found[name] == way


def test_a_variable_that_is_gone_matters_from_where_it_holds_something():
    new = replace(
        STORY, variables=(Number("trust", 0, 3),), laters=(replace(STORY.laters[0], condition=None),), musts=()
    )
    new = replace(
        new,
        scenes=(replace(new.scenes[0], choices=(choice("promise", "note"), choice("tell", "note"))), *new.scenes[1:]),
    )
    assert lost(new)["there is no variable 'promised' any more: what it remembers has no place"] == ["promise"]


def test_a_search_that_stops_early_says_so_and_says_nothing_that_is_not_so():
    found = succession(STORY, _without("note", "home"), most_states=1)
    assert found.lost == ()
    assert found.bound.startswith("bounded: explored ")


def _without(name, to):
    """The story without a scene; what led there leads elsewhere."""
    return renamed(replace(STORY, scenes=tuple(one for one in STORY.scenes if one.id != name)), name, to)


def _with(name, **of):
    return replace(STORY, scenes=tuple(replace(one, **of) if one.id == name else one for one in STORY.scenes))


LONG = program(
    scene("tray", choice("look", "tray", Change("n", 1), once=True, takes=20), choice("leave", "note")),
    scene(
        "note",
        choice("on", "end", when=Chose("leave")),
        choice("back", "tray", when=Visited("tray")),
        order=Order("say", "Say it", (OrderItem("who", "Who"), OrderItem("what", "What")), ("who", "what")),
        observe=(Observe(("n",)),),
    ),
    ending("end"),
    variables=(Number("n", 0, 40),),
    tracks=(Track("n", "Pulse"),),
    competencies=(Competency("voice", "Voice", -2, 2),),
    clock=Clock(600, 660),
    laters=(Later("talk", "note", scene="tray", after=3),),
    musts=(Must("told", compare(var("n"), ">=", 2), "Told", "why"),),
    draws=(Draw("mood", ("calm", "tired"), scene="note"),),
)


def missing(new, old=LONG):
    return {each.what: [step.takes.removeprefix("Do ") for step in each.way] for each in succession(old, new).lost}


def test_a_choice_that_was_taken_has_no_place_where_there_is_none_of_that_kind():
    tray = LONG.scenes[0]
    gone = replace(LONG, scenes=(replace(tray, choices=tray.choices[1:]), *LONG.scenes[1:]))
    assert missing(gone) == {"that 'look' was taken is remembered, and there is no such choice any more": ["look"]}
    moved = replace(tray, choices=tray.choices[1:], options=Options((Option("look", "Look"),), 0, 1))
    assert list(missing(replace(LONG, scenes=(moved, *LONG.scenes[1:])))) == list(missing(gone))


def test_that_the_story_was_somewhere_has_no_place_where_there_is_no_such_scene():
    new = renamed(LONG, "tray", "supper")
    assert missing(new)["that the story was at 'tray' is remembered, and there is no such scene any more"] == []
    assert missing(new)["there is no scene 'tray' any more"] == []


def test_scores_and_times_that_go_too_far_have_no_place():
    tray = LONG.scenes[0]
    award = replace(tray.choices[1], effects=(Award("voice", 2),))
    old = replace(LONG, scenes=(replace(tray, choices=(tray.choices[0], award)), *LONG.scenes[1:]))
    narrow = replace(old, competencies=(Competency("voice", "Voice", 0, 1),))
    assert missing(narrow, old)["'voice' cannot hold all scores any more"] == ["leave"]
    assert missing(replace(narrow, competencies=(Competency("voice", "Voice", 0, 2),)), old) == {}
    early = missing(replace(LONG, clock=Clock(600, 610)))
    assert early == {"the clock ends earlier: the times of the story after that have no place": ["look"]}
    assert missing(replace(LONG, clock=Clock(600, 620))) == {}
    late = missing(replace(LONG, clock=Clock(601, 660)))
    assert late == {"the clock starts later: the times of the story before that have no place": []}


def test_a_later_that_waits_needs_one_that_can_wait_as_long():
    (later,) = LONG.laters
    otherwise = replace(LONG, laters=(replace(later, after=0, at="end"),))
    assert missing(otherwise) == {"the later 'talk' waits, and is due otherwise now": []}
    sooner = missing(replace(LONG, laters=(replace(later, after=2),)))
    assert sooner == {"the later 'talk' waits longer than it can any more": []}
    assert missing(replace(LONG, laters=(replace(later, after=4),))) == {}


def test_what_was_measured_has_no_place_where_it_means_something_else():
    why = "the track 'n' is measured otherwise: what was written down of it has no place"
    assert missing(replace(LONG, tracks=(replace(LONG.tracks[0], decimals=1),))) == {why: []}
    words = replace(LONG, variables=(OneOf("n", ("low", "high"), "low"),), musts=())
    tray = replace(words.scenes[0], choices=(choice("look", "tray", once=True), *words.scenes[0].choices[1:]))
    assert why in missing(replace(words, scenes=(tray, *words.scenes[1:])))


def test_a_must_that_became_a_must_not_is_none_any_more():
    new = replace(LONG, musts=(), must_nots=(MustNot("told", compare(var("n"), ">=", 2), "Told", "why"),))
    assert missing(new) == {"there is no must 'told' any more: what it came to has no place": []}


def test_a_way_says_what_chance_has_to_bring_and_in_which_order_things_were_put():
    new = replace(LONG, draws=(Draw("mood", ("calm",), scene="note"),))
    (lost,) = succession(LONG, new).lost
    assert (lost.what, lost.scene) == ("'mood' cannot hold all values any more", "note")
    assert lost.way == (Step("tray", "Do leave"), Step("", "by chance, 'mood' is tired"))
    gone = missing(replace(LONG, draws=()))
    assert list(gone) == ["there is no draw 'mood' any more: what it remembers has no place"]
    over = renamed(LONG, "end", "over")
    assert "Who, then What" in missing(over)["there is no scene 'end' any more"]


def calling(*, first, last, laters=()):
    """A story with a scene 'aside' between its start and its end."""
    return program(
        scene("ward", first), scene("aside", last), scene("desk", choice("on", "end")), ending("end"), laters=laters
    )


CALLED = calling(first=choice("ask", "aside", back="desk"), last=choice("back", ""))
PLAIN = calling(first=choice("ask", "aside"), last=choice("back", "desk"))
BROUGHT = calling(
    first=choice("ask", "desk"), last=choice("back", ""), laters=(Later("visit", "aside", scene="ward", at="desk"),)
)
NOWHERE = "'aside' leads back now, and there is nothing to go back to"


def test_whoever_is_in_a_scene_that_leads_back_now_has_nothing_to_go_back_to():
    assert missing(CALLED, PLAIN) == {NOWHERE: ["ask"]}
    assert missing(BROUGHT, PLAIN) == {NOWHERE: ["ask"]}


def test_a_call_that_is_open_has_no_place_where_no_call_leads():
    assert missing(PLAIN, CALLED) == {"a call is open in 'aside', and no call leads there any more": ["ask"]}
    elsewhere = calling(first=choice("ask", "aside", back="end"), last=choice("back", ""))
    assert missing(elsewhere, CALLED) == {}


def test_where_a_call_or_a_later_comes_back_to_is_a_place_in_the_story_as_well():
    there = replace(CALLED, scenes=(*CALLED.scenes[:2], scene("desk", choice("on", "")), ending("end")))
    ward = replace(there.scenes[0], choices=(choice("ask", "desk", back="end"), choice("look", "aside", back="end")))
    new = replace(there, scenes=(ward, *there.scenes[1:]))
    assert missing(new, CALLED) == {"'desk' leads back now, and there is nothing to go back to": ["ask"]}
    assert "'desk' leads back now, and there is nothing to go back to" in missing(new, BROUGHT)


def test_a_later_that_waits_in_its_scene_finds_its_way_where_that_is_part_of_the_story_now():
    assert missing(replace(PLAIN, laters=BROUGHT.laters), BROUGHT) == {}


@pytest.mark.parametrize(
    ("name", "asked", "other", "waits"),
    [
        ("question", Question("q", "Which?", (QuestionItem("q.a", "A", right=True),)), {"id": "r"}, "an answer"),
        ("order", Order("q", "Sort", (OrderItem("q.a", "A"),), ("q.a",)), {"id": "r"}, "an order"),
        ("free_text", FreeText("q", "Say"), {"id": "r"}, "words"),
        ("options", Options((Option("a", "A"), Option("b", "B")), 1, 1), {"items": (Option("c", "C"),)}, "a selection"),
    ],
)
def test_who_waits_for_one_thing_does_not_wait_for_another_of_its_kind(name, asked, other, waits):
    def asking(what):
        return program(scene("desk", then="end", **{name: what}), ending("end"))

    found = missing(asking(replace(asked, **other)), asking(asked))
    assert found == {f"'desk' waits for {waits}, and asks for something else now": []}
    assert missing(asking(replace(asked, ask="In other words?")), asking(asked)) == {}


def test_options_of_which_one_is_still_there_are_the_same():
    def asking(*items):
        return program(scene("desk", then="end", options=Options(items, 1, 1)), ending("end"))

    assert missing(asking(Option("b", "B"), Option("c", "C")), asking(Option("a", "A"), Option("b", "B"))) == {}


def test_a_count_that_is_asked_for_further_than_it_was_kept_has_no_place():
    def counting(most):
        return program(
            scene("ward", choice("round", "ward"), choice("end-it", "end", when=compare(Count("ward"), ">=", most))),
            ending("end"),
        )

    why = "how often the story was at 'ward' is counted up to 3 only, and asked for beyond that now"
    assert missing(counting(5), counting(2)) == {why: ["round", "round"]}
    assert missing(counting(2), counting(5)) == {}
