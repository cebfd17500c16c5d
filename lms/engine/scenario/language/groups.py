"""The scenes that are called: that each call comes back, that none goes round, and what may stand inside.

Linear in the ways between scenes, however deep calls are nested.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.engine.scenario.language import syntax
from lms.engine.scenario.language.check import Index
from lms.engine.scenario.program import codes, program
from lms.engine.scenario.program.distance import knots
from lms.engine.scenario.program.ways import calls, goes_on_to, leads_to, reach
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span

MOST_CALLS = 8
"""How deep calls may be nested: nobody keeps more in mind, and a state holds a frame for each."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Where scenes are played: in the story itself, inside calls, and when a later brings them; some in several."""

    story: frozenset[str]
    called: frozenset[str]
    brought: frozenset[str]


def regions(made: program.Program) -> Regions:
    """Find which scenes are played where, conditions aside."""
    onward = {scene.id: tuple(goes_on_to(scene)) for scene in made.scenes}
    everything = {scene.id: tuple(leads_to(scene)) for scene in made.scenes}
    called = {name for scene in made.scenes for name in calls(scene)}
    return Regions(
        reach([made.start], onward),
        reach(called, onward),
        reach([later.to for later in made.laters], everything),
    )


def check(scenario: syntax.Scenario, known: Index, made: program.Program, problems: Problems) -> None:
    """Report what calls do not allow; once for what has one cause."""
    inside = {scene.id: tuple(calls(scene)) for scene in made.scenes}
    onward = {scene.id: tuple(goes_on_to(scene)) for scene in made.scenes}
    where = regions(made)
    sound = not any(inside.values()) or (
        _check_circles(known, inside, onward, problems) and _check_endings(known, made, onward, problems)
    )
    for scene in made.scenes:
        if sound and scene.checkpoint and scene.id in (where.called | where.brought - where.story):
            problems.add(
                codes.CHECKPOINT_INSIDE,
                known.scenes[scene.id].span,
                f"the checkpoint '{scene.id}' stands {'in a call' if scene.id in where.called else 'in what a later brings'}",
                why="an act ends where the story itself goes on, not in the middle of something",
                fix="move it to the course of the story",
            )
    if sound:
        _check_laters(scenario, where, problems)


def _check_circles(
    known: Index, inside: Mapping[str, tuple[str, ...]], onward: Mapping[str, tuple[str, ...]], problems: Problems
) -> bool:
    """Report calls that come round to themselves, and those nested too deeply; tell whether there are none."""
    deep: dict[str, int] = {}
    for knot in knots({name: (*onward[name], *inside[name]) for name in inside}):
        calling = [name for name in inside if name in knot and knot & set(inside[name])] if len(knot) > 1 else []
        calling += [name for name in knot if name in inside[name] and name not in calling]
        if calling:
            problems.add(
                codes.CALL_CIRCLE,
                place_of_call(known, calling[0]),
                f"the call in '{calling[0]}' comes round to '{calling[0]}' again",
                why="calls inside calls without end could never all come back",
                fix="end what is called with '(#return)', or lead there without 'back'",
            )
            return False
        beyond = [deep[to] for name in knot for to in onward[name] if to in deep]
        beyond += [deep[to] + 1 for name in knot for to in inside[name]]
        deepest = max(beyond, default=0)
        deep.update(dict.fromkeys(knot, deepest))
        if deepest > MOST_CALLS:
            caller = next(name for name in knot if any(deep[to] + 1 == deepest for to in inside[name]))
            problems.add(
                codes.CALL_DEPTH,
                place_of_call(known, caller),
                f"the call in '{caller}' leads to more than {MOST_CALLS} calls inside each other",
                why="nobody could keep in mind where they are",
                fix="let some of them follow one another instead",
            )
            return False
    return True


def _check_endings(
    known: Index, made: program.Program, onward: Mapping[str, tuple[str, ...]], problems: Problems
) -> bool:
    """Report calls in which the story can end; tell whether there are none."""
    back: dict[str, list[str]] = {name: [] for name in onward}
    for name, following in onward.items():
        for to in following:
            back[to].append(name)
    ends = reach([scene.id for scene in made.scenes if scene.ending], back)
    told: set[str] = set()
    for scene in made.scenes:
        for name in calls(scene):
            if name in ends and name not in told:
                told.add(name)
                problems.add(
                    codes.CALL_ENDS,
                    place_of_call(known, scene.id, name),
                    f"what is called at '{name}' can lead to an ending",
                    why="a call comes back; who ends the story inside would leave the rest of it open",
                    fix="lead to '(#return)' where the call is over, or remove 'back' here",
                )
    return not told


def _check_laters(scenario: syntax.Scenario, where: Regions, problems: Problems) -> None:
    for later in scenario.laters:
        if later.keys.at in where.called - where.story:
            problems.add(
                codes.LATER_IN_CALL,
                later.keys.place_of("at"),
                f"'{later.keys.at}' is played in a call, and laters wait until the call has come back",
                why="it could never come before that scene",
                fix="name the scene before which it may come, such as the one that the call comes back to",
            )


def place_of_call(known: Index, scene: str, target: str = "") -> Span:
    """Return where a scene calls (that target): its choice, or the scene itself."""
    written = known.scenes[scene]
    for choice in written.all_choices:
        if choice.keys.back is not None and target in {"", choice.to.text}:
            return choice.keys.place_of_key("back")
    return written.keys.place_of_key("back") if written.keys.back is not None else written.span
