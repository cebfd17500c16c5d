"""Z1, Z2: what has no place in a new version is what brute force finds, by a way that can be walked and is the shortest."""

from collections import deque
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import Program, act, start
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.program.expression import Change, SetFlag
from lms.engine.scenario.program.program import Clock, Ending, Flag, Later, Must, Number, OneOf, Option, Options
from lms.engine.scenario.proof.succession import succession
from tests.engine.scenario.brute_force import key, possible, programs, whatever_is_drawn
from tests.engine.scenario.build import choice, compare, ending, program, scene, var

MOST = 2500


def reached(story):
    """Every state that `act` leads to, with the fewest actions to it."""
    machine = machine_of(story)
    seen, queue = {}, deque()
    for first in whatever_is_drawn(lambda fate: start(story, "seed", fate), machine):
        if key(first.state) not in seen:
            seen[key(first.state)] = (first.state, 0)
            queue.append((first.state, 0))
    while queue:
        state, depth = queue.popleft()
        for action in possible(machine.scenes[state["scene"]], state):
            for step in whatever_is_drawn(lambda fate: act(story, state, action, fate), machine):  # noqa: B023 - used up
                if key(step.state) not in seen:
                    assume(len(seen) < MOST)
                    seen[key(step.state)] = (step.state, depth + 1)
                    queue.append((step.state, depth + 1))
    return seen.values()


def waits_for(one):
    asked = [("write", one.free_text), ("select", one.options), ("answer", one.question), ("order", one.order)]
    found = {name for name, what in [*asked, ("choose", one.choices)] if what}
    return {"ended"} if one.ending else found | {"go"}


def homeless(old, new):
    """What has no place, said in few words, with the fewest actions to it."""
    scenes = {one.id: one for one in new.scenes}
    there = {one.id: one for one in new.variables}
    starts = {one.id: one.start for one in old.variables}
    found = {}
    for state, depth in reached(old):
        lacks = []
        if state["scene"] not in scenes:
            lacks.append(("scene", state["scene"]))
        elif state["phase"] not in waits_for(scenes[state["scene"]]):
            lacks.append(("waits", state["scene"], state["phase"]))
        if state["heading"] and state["heading"] not in scenes:
            lacks.append(("heading", state["heading"]))
        lacks += [("later", id_) for id_ in {*state["armed"], *state["due"]} - {one.id for one in new.laters}]
        for one in old.variables:
            value, after = state["vars"][one.id], there.get(one.id)
            if type(after) is not type(one):
                is_lost = value != (list(starts[one.id]) if isinstance(value, list) else starts[one.id])
            elif isinstance(after, Number):
                is_lost = not after.low <= value <= after.high
            else:
                is_lost = isinstance(after, OneOf) and value not in after.values
            if is_lost:
                lacks.append(("variable", one.id))
        for each in lacks:
            found[each] = min(depth, found.get(each, depth))
    return found


def said(lost):
    """The same few words for what was found."""
    name = lost.what.split("'")[1] if "'" in lost.what else ""
    if lost.what.startswith("there is no scene"):
        return "scene", name
    if "does not wait for" in lost.what:
        words = {
            "words": "write",
            "a selection": "select",
            "an answer": "answer",
            "an order": "order",
            "a choice": "choose",
        }
        phrase = lost.what.split("wait for ")[1].removesuffix(" any more")
        return "waits", name, words.get(phrase, "go" if phrase == "going on" else "ended")
    if "go on to" in lost.what:
        return "heading", name
    return "later" if "the later" in lost.what else "variable", name


@st.composite
def edits(draw, old):
    """A new version of a story, with something taken away or changed."""
    new = old
    for what in draw(
        st.lists(
            st.sampled_from(["scene", "later", "number", "words", "flag", "options", "end", "text"]),
            min_size=1,
            max_size=3,
        )
    ):
        if what == "scene":
            new = replace(new, scenes=tuple(one for one in new.scenes if one.id != "s2"))
            new = Program.from_bytes(new.to_bytes().replace(b'"s2"', b'"s1"'))
        elif what == "later":
            new = replace(new, laters=new.laters[1:])
        elif what == "number":
            new = replace(
                new, variables=tuple(replace(one, low=0, high=1) if one.id == "n" else one for one in new.variables)
            )
        elif what == "words":
            new = replace(
                new, variables=tuple(replace(one, values=("y", "z")) if one.id == "o" else one for one in new.variables)
            )
        elif what == "flag":
            new = replace(new, variables=tuple(Number("f", 0, 1) if one.id == "f" else one for one in new.variables))
        elif what in {"options", "end", "text"}:
            change = {"options": {"options": None}, "text": {"free_text": None, "order": None}}.get(
                what,
                {
                    "ending": Ending("secure"),
                    "kind": "ending",
                    "choices": (),
                    "options": None,
                    "free_text": None,
                    "order": None,
                    "question": None,
                },
            )
            new = replace(
                new,
                scenes=tuple(
                    replace(one, **change) if one.id == draw(st.sampled_from(["s1", "s3"])) else one
                    for one in new.scenes
                ),
            )
    return new


@given(st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_Z1_Z2_what_has_no_place_is_what_brute_force_finds_and_no_way_is_longer_than_needed(data):
    old = data.draw(programs())
    new = data.draw(edits(old))
    truth = homeless(old, new)
    found = succession(old, new)
    assert found.is_complete
    assert {said(lost): len(lost.way) for lost in found.lost} == truth


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
    new = replace(STORY, scenes=tuple(one for one in STORY.scenes if one.id != name))
    return Program.from_bytes(new.to_bytes().replace(f'"{name}"'.encode(), f'"{to}"'.encode()))


def _with(name, **of):
    return replace(STORY, scenes=tuple(replace(one, **of) if one.id == name else one for one in STORY.scenes))
