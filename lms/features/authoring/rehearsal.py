"""A run in the terminal: where it begins, what was taken, and the plan that tells it again. Pure; `play_commands` asks."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lms.engine.scenario.api import Action, Program, Refused, Scene, Step, act, debrief, offered, outcome, start
from lms.engine.scenario.play.events import Answer, Choose, Order, Select, TimeOut, Write
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.program import Clock, Competency, Draw, Flag, Number, OneOf, SomeOf
from lms.engine.scenario.program.ways import goes_on_to, leads_to, reach, steps_of
from lms.engine.scenario.proof.plan import GO, TIME_OUT
from lms.engine.source.nearest import Names
from lms.features.authoring import player
from lms.kernel.errors import Invalid

SEED = "plan"
"""What a plan has where it names no seed; a run that is recorded uses the same, so that chance falls alike."""


@dataclass
class Rehearsal:
    """A run from its start, or from a state that was given; `taken` can be taken back step by step.

    `note` says what was assumed where it began in the middle.
    """

    program: Program
    seed: str
    steps: list[Step]
    taken: list[Action] = field(default_factory=list)
    is_from_start: bool = True
    note: str = ""

    @property
    def state(self) -> State:
        """The state as it is now."""
        return self.steps[-1].state

    def scene(self) -> Scene:
        """Return what is offered now."""
        return offered(self.program, self.state)

    def take(self, answer: str) -> str:
        """Take what an answer stands for; return why that is not possible, or nothing."""
        action = player.read_answer(self.scene(), answer)
        if action is None:
            return "That is not among them. Answer with what is shown, by its number; or with back, state or quit."
        step = act(self.program, self.state, action)
        if isinstance(step, Refused):
            return f"Not possible: {step.message}"
        self.steps.append(step)
        self.taken.append(action)
        return ""

    def back(self) -> None:
        """Take the last step back."""
        if self.taken:
            self.taken.pop()
            self.steps.pop()

    def ending_lines(self) -> list[str]:
        """Return how the run ended; looking back needs all of it, so a run from the middle tells only its outcome."""
        told = outcome(self.program, self.state)
        if not self.is_from_start:
            scores = ", ".join(f"{score.id} {score.value}" for score in told.scores)
            return [f"Ending: {told.ending} ({told.band}), {'passed' if told.success else 'not passed'}", "", scores]
        events = [event for step in self.steps for event in step.events]
        return player.ending_lines(told, debrief(self.program, self.seed, events))

    def plan(self) -> str:
        """Return the plan that takes the same way again, and expects that it comes out alike."""
        told = outcome(self.program, self.state)
        lines = [f"# Recorded with lms play: {self.program.title}", f"expect: {told.ending}"]
        lines += [f"passed: {'yes' if told.success else 'no'}"]
        lines += [f"seed: {json.dumps(self.seed, ensure_ascii=False)}"] if self.seed != SEED else []
        return "\n".join([*lines, "take:", *(f"  - {_written(action)}" for action in self.taken), ""])


def begin(program: Program, seed: str, at: str = "", given: str = "") -> Rehearsal:
    """Begin a run: at its start, at another scene, with other values, or in a state that `state` showed. Raises Invalid."""
    if not _is_text(seed):
        raise Invalid("The seed is no plain text.", fix="Give letters and digits.")
    if given.lstrip().startswith("{"):
        return _resume(program, seed, at, given)
    if at and at not in {scene.id for scene in program.scenes}:
        names = Names(scene.id for scene in program.scenes)
        raise Invalid(f"There is no scene '{at}'.", fix=names.hint(at, "Name the id of a scene."))
    if not given and not at:
        return Rehearsal(program, seed, [start(program, seed)])
    played = replace(program, **_values(program, given))
    here = replace(played, start=at or program.start)
    first = start(here, seed)
    changes, note = _returns(program, at) if at else ({}, "")
    if not note:
        return Rehearsal(here, seed, [first])
    state: State = {**first.state, **changes}  # type: ignore[typeddict-item]
    return Rehearsal(played, seed, [Step(state, first.events)], is_from_start=False, note=note)


def _returns(program: Program, at: str) -> tuple[Mapping[str, Any], str]:
    """Return where a scene that the story itself does not lead to comes back to, as values of the state, and in words.

    Without that its returns would lead nowhere. Of several ways into it the first in the file is taken.
    """
    onward = {scene.id: tuple(goes_on_to(scene)) for scene in program.scenes}
    story = reach([program.start], onward)
    frames: list[str] = []
    said: list[str] = []
    seen: set[str] = set()
    while at not in story and at not in seen:
        seen.add(at)
        caller = next(
            (
                (scene.id, back)
                for scene in program.scenes
                for target, back, _ in steps_of(scene)
                if back is not None and target and scene.id not in seen and at in reach([target], onward)
            ),
            None,
        )
        if caller is None:
            break
        comes = f", and comes back to '{caller[1]}'" if caller[1] else ""
        said.append(f"'{at}' is played as called from '{caller[0]}'{comes}.")
        at, back = caller
        frames.insert(0, back)
    changes: dict[str, Any] = {"frames": frames} if frames else {}
    if at not in story:
        everything = {scene.id: tuple(leads_to(scene)) for scene in program.scenes}
        later = next((later for later in program.laters if at in reach([later.to], everything)), None)
        if later is not None:
            heading = later.at or next((to for to in onward.get(later.scene, ()) if to in story), program.start)
            changes["heading"] = heading
            said.append(f"'{at}' is played as brought by the later '{later.id}', on the way to '{heading}'.")
    return changes, " ".join(said)


def _resume(program: Program, seed: str, at: str, given: str) -> Rehearsal:
    """Go on from a whole state, as `state` shows it."""
    try:
        found = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise Invalid("The state is not JSON.", why=str(error), fix="Give what `state` shows.") from error
    fresh = dict(start(program, seed).state)
    missing = sorted(fresh.keys() - found.keys())
    wrong_kind = [name for name, value in fresh.items() if name in found and not _is_alike(found[name], value)]
    unknown = wrong_kind or sorted(found.get("vars", {}).keys() ^ fresh["vars"].keys())  # type: ignore[attr-defined]
    unknown = unknown or ([] if missing or _is_text(found["seed"]) else ["seed"])
    if missing or unknown or found.get("scene") not in {scene.id for scene in program.scenes} or at:
        wrong = f"missing: {', '.join(missing)}" if missing else f"not alike: {', '.join(unknown) or 'the scene'}"
        raise Invalid(
            "This is not a state of this scenario.",
            why="--at does not go with a whole state." if at else wrong,
            fix="Give what `state` shows, or values: --state 'promised=yes, pain=some'.",
        )
    state: State = found
    return Rehearsal(program, state["seed"], [Step(state, ())], is_from_start=False)


def _is_alike(value: object, usual: object) -> bool:
    """Tell whether a value of a state is of the kind that it is at the start; what is nothing there may be a name."""
    return value is None or isinstance(value, str) if usual is None else type(value) is type(usual)


def _is_text(words: str) -> bool:
    """Tell whether words are text, and not bytes that the terminal could not read."""
    return not any("\ud800" <= sign <= "\udfff" for sign in words)


# --- values ---------------------------------------------------------------------------------------------------------


def _values(program: Program, given: str) -> Mapping[str, Any]:
    """Return the declarations with other starting values, from `name=value, name=value`."""
    wanted: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,\n]", given))):
        name, equals, value = part.partition("=")
        if not equals:
            raise Invalid(f"'{part}' gives no value.", fix="Write name=value, such as promised=yes.")
        wanted[name.strip()] = value.strip()
    variables = tuple(_started(one, wanted.pop(one.id, None)) for one in program.variables)
    scores = tuple(_scored(one, wanted.pop(one.id, None)) for one in program.competencies)
    draws = tuple(_drawn(one, wanted.pop(one.id, None)) for one in program.draws)
    clock = _timed(program.clock, wanted.pop("clock", None)) if program.clock else None
    if wanted:
        names = Names(one.id for group in (program.variables, program.competencies, program.draws) for one in group)
        name = next(iter(wanted))
        raise Invalid(f"There is nothing called '{name}'.", fix=names.hint(name, "Name a variable or a competency."))
    return {"variables": variables, "competencies": scores, "clock": clock, "draws": draws}


def _started(one: Flag | Number | OneOf | SomeOf, value: str | None) -> Flag | Number | OneOf | SomeOf:
    if value is None:
        return one
    match one:
        case Flag(id_):
            return Flag(id_, _of(one.id, value, {"yes": True, "no": False, "true": True, "false": False}))
        case Number(id_, low, high):
            return Number(id_, low, high, _number(id_, value, low, high))
        case OneOf(id_, values):
            return OneOf(id_, values, _of(id_, value, {name: name for name in values}))
        case SomeOf(id_, values):
            held = value.strip("[]{} ").split()
            return SomeOf(id_, values, tuple(_of(id_, name, {known: known for known in values}) for name in held))


def _scored(one: Competency, value: str | None) -> Competency:
    return one if value is None else replace(one, start=_number(one.id, value, one.low, one.high))


def _drawn(one: Draw, value: str | None) -> Draw:
    """Return a draw that can only come out so."""
    if value is None:
        return one
    return replace(one, values=(_of(one.id, value, {name: name for name in one.values}),), weights=())


def _timed(clock: Clock, value: str | None) -> Clock:
    if value is None:
        return clock
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", value)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    minutes += 24 * 60 if 0 <= minutes < clock.start else 0
    if not clock.start <= minutes <= clock.end:
        raise Invalid(
            f"'{value}' is no time of this story.", fix="Write a time such as 21:00, between its first and last."
        )
    return replace(clock, start=minutes)


def _of(id_: str, value: str, known: Mapping[str, Any]) -> Any:
    if value not in known:
        raise Invalid(f"'{id_}' cannot be '{value}'.", fix=f"It is one of: {', '.join(known)}.")
    return known[value]


def _number(id_: str, value: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", value) or not low <= int(value) <= high:
        raise Invalid(f"'{id_}' cannot be '{value}'.", fix=f"It is a number from {low} to {high}.")
    return int(value)


# --- plans ----------------------------------------------------------------------------------------------------------


def _written(action: Action) -> str:
    """Return an action as a step of a plan."""
    match action:
        case Choose(choice):
            return choice
        case Select(options):
            return f"{{select: {_listed(options)}}}"
        case Answer(items):
            return f"{{answer: {_listed([item.rpartition('.')[2] for item in items])}}}"
        case Order(items):
            return f"{{order: {_listed(items)}}}"
        case Write(text):
            return f"{{write: {json.dumps(text, ensure_ascii=False)}}}"
    return TIME_OUT if isinstance(action, TimeOut) else GO


def _listed(ids: Sequence[str]) -> str:
    return f"[{', '.join(ids)}]"
