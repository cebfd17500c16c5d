"""Edits of a story: one thing of it, of any kind, taken away, renamed, retyped, made narrower, moved, or added."""

import json
from dataclasses import replace

from hypothesis import strategies as st

from lms.engine.scenario.api import Program
from lms.engine.scenario.program.expression import Constant
from lms.engine.scenario.program.observing import Track
from lms.engine.scenario.program.program import (
    Checkpoint,
    Clock,
    Competency,
    Draw,
    Ending,
    Flag,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Option,
    Options,
    SomeOf,
)
from tests.engine.scenario.brute_force import programs
from tests.engine.scenario.build import ending, var
from tests.engine.scenario.structured import structured
from tests.engine.scenario.timed import timed


@st.composite
def stories(draw):
    """A story with some of everything, in which every label says what it belongs to."""
    story = draw(st.one_of(programs(), structured(), structured(), timed()))
    value = json.loads(story.to_bytes())
    for scene in value["scenes"]:
        for name in ("options", "question", "order"):
            for item in scene.get(name, {}).get("items", ()):
                item["label"] = f"Take {item['id']}"
        for route in scene.get("free_text", {}).get("routes", ()):
            route["phrases"] = [f"say {route['id']}"]
    return _program(value)


@st.composite
def edits(draw, story, most=3):
    """A new version: `most` edits of the story at most, one at least; they may come to nothing."""
    for _ in range(draw(st.integers(1, most))):
        story = draw(st.sampled_from(EDITS))(draw, story)
    return story


def _program(value):
    value.pop("format", None)
    return Program.from_json(value)


def renamed(story, id_, to):
    """The story in which something is called otherwise, wherever it is named."""

    def rename(value, name=""):
        if isinstance(value, dict):
            return {each: rename(part, each) for each, part in value.items()}
        if isinstance(value, list):
            return [rename(part) for part in value]
        return to if value == id_ and isinstance(value, str) and name != "kind" else value

    return _program(rename(json.loads(story.to_bytes())))


def _some(draw, items):
    return draw(st.sampled_from(items))


def _exchanged(story, name, old, *new):
    """The story with some items of a list in place of one."""
    items = getattr(story, name)
    at = items.index(old)
    return replace(story, **{name: (*items[:at], *new, *items[at + 1 :])})


def _rename(name):
    def edit(draw, story):
        found = [one.id for one in getattr(story, name)]
        if not found:
            return story
        id_ = _some(draw, found)
        return renamed(story, id_, f"{id_}-new")

    return edit


def _remove_scene(draw, story):
    if len(story.scenes) == 1:
        return story
    gone = _some(draw, story.scenes)
    story = _exchanged(story, "scenes", gone)
    return renamed(story, gone.id, _some(draw, story.scenes).id)


def _swap_scenes(draw, story):
    return replace(story, scenes=tuple(draw(st.permutations(story.scenes))))


def _end_at_a_scene(draw, story):
    scene = _some(draw, story.scenes)
    bare = {"choices": (), "options": None, "free_text": None, "order": None, "question": None, "timeout": None}
    return _exchanged(
        story,
        "scenes",
        scene,
        replace(scene, kind="ending", ending=Ending("secure"), hub=None, checkpoint=None, **bare),
    )


def _begin_at_an_ending(draw, story):
    scene = _some(draw, [one for one in story.scenes if one.ending] or story.scenes)
    return _exchanged(story, "scenes", scene, replace(scene, kind="narration", ending=None, then=scene.id))


def _drop_a_part(draw, story):
    scene = _some(draw, story.scenes)
    names = ["options", "free_text", "question", "order", "timeout", "hub", "checkpoint", "back", "ask"]
    found = [name for name in names if getattr(scene, name)]
    if not found:
        return story
    name = _some(draw, found)
    return _exchanged(story, "scenes", scene, replace(scene, **{name: "" if name == "ask" else None}))


def _drop_a_choice(draw, story):
    scene = _some(draw, [one for one in story.scenes if one.choices] or story.scenes)
    if not scene.choices or (scene.hub and len(scene.choices) == 1):
        return story
    gone = _some(draw, scene.choices)
    return _exchanged(
        story, "scenes", scene, replace(scene, choices=tuple(one for one in scene.choices if one != gone))
    )


def _rename_what_is_taken(draw, story):
    found = [one.id for scene in story.scenes for one in scene.choices]
    for scene in story.scenes:
        found += [one.id for part in (scene.options, scene.question, scene.order) if part for one in part.items]
        found += [one.id for one in (scene.free_text.routes if scene.free_text else ())]
        found += [scene.timeout.choice.id] if scene.timeout else []
    id_ = _some(draw, found or ["nothing"])
    return renamed(story, id_, f"{id_}-new")


def _make_a_choice_an_option(draw, story):
    found = [one for one in story.scenes if len(one.choices) > 1 and one.options is None and one.hub is None]
    if not found:
        return story
    scene = _some(draw, found)
    first, *others = scene.choices
    return _exchanged(
        story,
        "scenes",
        scene,
        replace(scene, choices=tuple(others), options=Options((Option(first.id, first.label),), 0, 1)),
    )


def _lead_elsewhere(draw, story):
    scene = _some(draw, [one for one in story.scenes if one.choices] or story.scenes)
    if not scene.choices:
        return story
    choice = _some(draw, scene.choices)
    changed = draw(
        st.sampled_from(
            [replace(choice, to=_some(draw, story.scenes).id, back=None), replace(choice, once=not choice.once)]
        )
    )
    return _exchanged(
        story,
        "scenes",
        scene,
        replace(scene, choices=tuple(changed if one == choice else one for one in scene.choices)),
    )


def _call_or_go_on(draw, story):
    """Call what was led to, and let it come back, there too where it went on; or lead to what was called."""
    found = [(scene, one) for scene in story.scenes for one in scene.choices if one.to]
    if not found:
        return story
    scene, choice = _some(draw, found)
    back = draw(st.sampled_from([each.id for each in story.scenes])) if choice.back is None else None
    changed = tuple(replace(one, back=back) if one == choice else one for one in scene.choices)
    story = _exchanged(story, "scenes", scene, replace(scene, choices=changed))
    there = next(each for each in story.scenes if each.id == choice.to)
    if not there.choices or draw(st.booleans()):
        return story
    to = "" if back is not None else _some(draw, story.scenes).id
    ways = tuple(one if one.back is not None else replace(one, to=to) for one in there.choices)
    return _exchanged(story, "scenes", there, replace(there, choices=ways))


def _bring_what_was_led_to(draw, story):
    """Let a later bring a scene, and that lead back."""
    found = [one for one in story.scenes if one.choices and not one.hub]
    if not found:
        return story
    scene = _some(draw, found)
    to, after = _some(draw, story.scenes).id, draw(st.integers(1, 2))
    for one in story.scenes:
        ways = tuple(replace(each, to=to) if each.to == scene.id else each for each in one.choices)
        story = _exchanged(story, "scenes", one, replace(one, choices=ways))
    there = next(each for each in story.scenes if each.id == scene.id)
    ways = tuple(one if one.back is not None else replace(one, to="") for one in there.choices)
    story = _exchanged(story, "scenes", there, replace(there, choices=ways))
    return replace(story, laters=(*story.laters, Later(f"bring-{len(story.laters)}", scene.id, after=after)))


def _ask_something_else(draw, story):
    names = ["free_text", "question", "order"]
    found = [(scene, name) for scene in story.scenes for name in names if getattr(scene, name)]
    if not found:
        return story
    scene, name = _some(draw, found)
    asked = getattr(scene, name)
    return _exchanged(story, "scenes", scene, replace(scene, **{name: replace(asked, id=f"{asked.id}-new")}))


def _count_further(draw, story):
    """Ask for more arrivals, or for fewer."""
    by = draw(st.sampled_from([-1, 1, 2]))

    def count(value):
        if isinstance(value, list):
            return [count(part) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("kind") == "compare" and value["left"]["kind"] == "count":
            return value | {"right": {"kind": "constant", "value": max(1, value["right"]["value"] + by)}}
        return {name: count(part) for name, part in value.items()}

    return _program(count(json.loads(story.to_bytes())))


def _write_otherwise(draw, story):
    scene = _some(draw, story.scenes)
    return _exchanged(story, "scenes", scene, replace(scene, title=f"{scene.title} again"))


def _change_a_hub(draw, story):
    hubs = [one for one in story.scenes if one.hub]
    if not hubs:
        return story
    scene = _some(draw, hubs)
    return _exchanged(story, "scenes", scene, replace(scene, hub=replace(scene.hub, least=draw(st.integers(0, 2)))))


def _change_a_checkpoint(draw, story):
    found = [one for one in story.scenes if not one.ending and not one.choices]
    if not found:
        return story
    scene = _some(draw, found)
    keeps = tuple(sorted(draw(st.sets(st.sampled_from([one.id for one in story.variables] or ["f"])))))
    return _exchanged(story, "scenes", scene, replace(scene, kind="checkpoint", checkpoint=Checkpoint(keeps)))


def _change_a_later(draw, story):
    if not story.laters:
        return replace(story, laters=(Later("later-new", story.start, after=1),))
    later = _some(draw, story.laters)
    if draw(st.booleans()):
        return _exchanged(story, "laters", later)
    due = {"at": "", "after": 0, "clock": None} | draw(
        st.sampled_from([{"after": 1}, {"after": 2}, {"at": story.start}, {"clock": 1}])
    )
    return _exchanged(story, "laters", later, replace(later, **due))


def _change_a_variable(draw, story):
    """Retype one under its own name; or make it narrower, or wider."""
    if not story.variables:
        return story
    variable = _some(draw, story.variables)
    is_tracked = variable.id in {one.id for one in story.tracks}
    if draw(st.booleans()):
        story = renamed(story, variable.id, f"{variable.id}-was")
        other = Flag(variable.id) if isinstance(variable, Number) else Number(variable.id, 0, 1)
        tracks = (Track(variable.id, "Again"),) if is_tracked else ()
        return replace(story, variables=(*story.variables, other), tracks=(*story.tracks, *tracks))
    match variable:
        case Number(_, low, high, start):
            low, high = draw(st.sampled_from([(low, high - 1), (low + 1, high), (low, high + 1), (low - 1, high)]))
            other = replace(variable, low=low, high=max(low, high), start=start)
        case OneOf(_, values, start):
            values = tuple(draw(st.permutations((*values, "more"))))[: draw(st.integers(1, 3))]
            other = replace(variable, values=values, start=start if start in values else values[0])
            return _given_only(_exchanged(story, "variables", variable, other), variable.id, values)
        case SomeOf(_, values, start):
            values = tuple(draw(st.permutations((*values, "more"))))[: draw(st.integers(1, 3))]
            other = replace(variable, values=values, start=tuple(one for one in start if one in values))
        case _:
            other = replace(variable, start=not variable.start)
    return _exchanged(story, "variables", variable, other)


def _given_only(story, id_, values):
    """The story in which a variable is given no other values than these."""

    def give(value):
        if isinstance(value, list):
            return [give(part) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("kind") == "assign" and value["name"] == id_ and value["value"].get("value") not in values:
            return value | {"value": {"kind": "constant", "value": values[0]}}
        return {name: give(part) for name, part in value.items()}

    return _program(give(json.loads(story.to_bytes())))


def _change_a_score(draw, story):
    score = _some(draw, story.competencies) if story.competencies else None
    if score is None:
        return replace(story, competencies=(Competency("more", "More", 0, 1),))
    low, high = draw(
        st.sampled_from([(score.low + 1, score.high), (score.low, score.high - 1), (score.low - 1, score.high)])
    )
    return _exchanged(story, "competencies", score, replace(score, low=low, high=max(low, high), start=low))


def _turn_a_must_round(draw, story):
    if draw(st.booleans()) or not story.musts:
        return replace(
            story,
            must_nots=(*story.must_nots, MustNot(f"not-{len(story.must_nots)}", Constant(value=False), "No", "why")),
        )
    must, *others = story.musts
    return replace(
        story, musts=tuple(others), must_nots=(*story.must_nots, MustNot(must.id, must.when, must.says, must.why))
    )


def _change_tracks(draw, story):
    found = [
        (),
        tuple(replace(one, decimals=one.decimals + 1) for one in story.tracks),
        (Track("n", "Pulse", decimals=draw(st.integers(0, 1))),)
        if any(one.id == "n" for one in story.variables)
        else (),
    ]
    return replace(story, tracks=draw(st.sampled_from(found)))


def _change_the_clock(draw, story):
    clock = story.clock
    if clock is None:
        return replace(story, clock=Clock(0, 6))
    if draw(st.booleans()):
        value = json.loads(story.to_bytes().replace(b'{"kind":"clock-time"}', b'{"kind":"constant","value":0}'))
        return replace(_program(value), clock=None, laters=tuple(one for one in story.laters if one.clock is None))
    start, end = draw(
        st.sampled_from(
            [
                (clock.start, clock.end - 1),
                (clock.start, clock.end - 3),
                (clock.start + 1, clock.end),
                (clock.start, clock.end + 5),
            ]
        )
    )
    return replace(story, clock=Clock(start, max(start, end)))


def _change_a_draw(draw, story):
    if not story.draws:
        return replace(story, draws=(Draw("luck-new", ("x", "y")),))
    one = _some(draw, story.draws)
    values = tuple(draw(st.permutations(("x", "y", "more"))))[: draw(st.integers(1, 3))]
    how = draw(st.integers(0, 2))
    if how == 0:
        return _exchanged(story, "draws", one, replace(one, values=values, weights=()))
    if how == 1:
        return _exchanged(story, "draws", one, replace(one, scene=_some(draw, story.scenes).id))
    story = _exchanged(story, "draws", one)
    return replace(story, variables=(*story.variables, OneOf(one.id, one.values, one.values[-1])))


def _add(draw, story):
    number = len(story.scenes)
    return replace(
        story,
        scenes=(*story.scenes, ending(f"more-{number}")),
        variables=(*story.variables, Flag(f"more-{number}")),
        musts=(*story.musts, Must(f"more-must-{number}", var(f"more-{number}"), "More", "why")),
        laters=(*story.laters, Later(f"more-later-{number}", f"more-{number}", after=9)),
    )


EDITS = [
    *(_rename(name) for name in ("scenes", "laters", "variables", "competencies", "musts", "must_nots", "draws")),
    _remove_scene, _swap_scenes, _end_at_a_scene, _begin_at_an_ending, _drop_a_part, _drop_a_choice, _rename_what_is_taken,
    _make_a_choice_an_option, _lead_elsewhere, _write_otherwise, _change_a_hub, _change_a_checkpoint, _change_a_later,
    _change_a_variable, _change_a_score, _turn_a_must_round, _change_tracks, _change_the_clock, _change_a_draw, _add,
    _call_or_go_on, _bring_what_was_led_to, _ask_something_else, _count_further,
]  # fmt: skip
