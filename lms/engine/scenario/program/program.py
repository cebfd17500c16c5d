"""The Program: a scenario compiled, immutable, the only thing that is run, pinned, compared and explored.

It is data and nothing else: no Python, no positions, no clock time. Its canonical JSON (`to_bytes`) carries a format
number; its SHA-256 (`hash`) is the version that attempts are pinned to.

Whoever adds something, keeps what is stored readable for ever:
  F1  a new field has a default that means "as before", and a field at its default is not in the bytes: then every
      stored Program means what it meant, and an unchanged scenario keeps its hash; FORMAT stays as it is
  F2  a new kind of block, effect or expression, or a new word of a Literal, needs no new FORMAT either
  F3  what is removed, renamed, required, or means something else from now on needs the next FORMAT, one function in
      `_UPGRADES`, and a sample of the format before, with runs, under tests/engine/scenario/formats
  F4  a Program that is read keeps the bytes, and so the hash, under which it is stored, of whatever format they are
  F5  a state or an event of an older run has no keys that were added since: a new key of `State` is NotRequired and left
      out where nothing uses it, a new field of an event has a default

Ids are unique among scenes; among choices, options and all other items that can be taken, together; and among musts and must_nots together.
Texts called `markdown`, `label` or `why` are Markdown as written; times are minutes since the first midnight.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from lms.engine.scenario.program.expression import Effect, Expression
from lms.engine.scenario.program.media import Picture, Recording, Video
from lms.engine.scenario.program.observing import Chart, Observe, Scale, Track
from lms.engine.scenario.program.task import Moment, Order, Question
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from lms.kernel.record import Record, Tagged, canonical

FORMAT = 2
"""Format 1 knew five kinds of scene; 2 knows the whole language, and only added to it."""


def _only_added(value: dict[str, Any]) -> dict[str, Any]:
    return value


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _only_added}
"""From an older format to the next: one pure function each, applied in order."""

Rating = Literal["", "best", "defensible", "unsafe", "critical"]
SceneKind = Literal[
    "narration", "decision", "question", "document", "free-text", "order", "hub", "call", "checkpoint", "ending"
]


# --- declarations -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Minutes(Record):
    """How long the whole scenario takes, from quick to slow."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Review(Record):
    """An expert's review of the content; `on` is an ISO date."""

    by: str
    on: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Objective(Record):
    """What the learner can do afterwards."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Character(Record):
    """Somebody who speaks or is spoken of."""

    id: str
    name: str
    role: str = ""
    language: str = ""
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Competency(Record):
    """A hidden dimension: a bounded score that no guard reads."""

    id: str
    says: str
    low: int
    high: int
    start: int = 0
    objectives: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag(Tagged):
    """A variable that is set or clear."""

    id: str
    start: bool = False


@dataclass(frozen=True, slots=True)
class Number(Tagged):
    """A bounded integer variable; changes saturate at the bounds."""

    id: str
    low: int
    high: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class OneOf(Tagged):
    """A variable that holds one of the declared values."""

    id: str
    values: tuple[str, ...]
    start: str


@dataclass(frozen=True, slots=True)
class SomeOf(Tagged):
    """A variable that holds a set of the declared values."""

    id: str
    values: tuple[str, ...]
    start: tuple[str, ...] = ()


VariableDeclaration = Flag | Number | OneOf | SomeOf


@dataclass(frozen=True, slots=True)
class Clock(Record):
    """The simulated clock, moved by `takes` only; it stops at `end`. After midnight, minutes go on past 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draw(Record):
    """Something that chance decides: one of `values`, drawn on entering `scene` (empty: at the start), then kept.

    `weights` says how often each comes, beside the others; empty: all alike. Until it is drawn it is the first. A guard
    reads it like a variable; nothing but the draw changes it.
    """

    id: str
    values: tuple[str, ...]
    weights: tuple[int, ...] = ()
    scene: str = ""
    says: str = ""
    """What the debrief calls it; empty: it does not mention it."""


@dataclass(frozen=True, slots=True)
class DerivedName(Record):
    """A name for an expression; acyclic."""

    id: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Reference(Record):
    """Where a reason comes from; dates are ISO dates."""

    id: str
    title: str
    part: str = ""
    issuer: str = ""
    url: str = ""
    checked: str = ""
    review_by: str = ""


@dataclass(frozen=True, slots=True)
class Support(Record):
    """Where a learner finds help when the story touches something real."""

    name: str
    says: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Must(Record):
    """Kept once `when` was true at some moment; broken at the scene `before`, or at an ending, if not kept by then."""

    id: str
    when: Expression
    says: str
    why: str
    before: str = ""
    references: tuple[str, ...] = ()
    blame: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MustNot(Record):
    """Broken at the moment `when` becomes true; `blame` names the choices that the debrief goes back to."""

    id: str
    when: Expression
    says: str
    why: str
    references: tuple[str, ...] = ()
    blame: tuple[str, ...] = ()


# --- what a scene shows -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prose(Tagged):
    """The narrator's text. As in every block, `when` hides it unless true; nested conditions are joined by the compiler."""

    markdown: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Dialogue(Tagged):
    """What a character says; a foreign span is written `[Dim byd]{lang=cy}`."""

    character: str
    markdown: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Document(Tagged):
    """Something to read: a chart, a note, a letter."""

    title: str
    markdown: str
    when: Expression | None = None


Block = Prose | Dialogue | Document | Picture | Video | Recording | Chart


# --- what a scene asks ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feedback(Record):
    """A direct word on a choice, and when it is given."""

    markdown: str
    at: Moment = "debrief"


@dataclass(frozen=True, slots=True)
class Choice(Record):
    """One thing a learner may do.

    `to` names a scene; empty, it goes on to where the story was heading before a later came (written `(#return)`).
    Closed by `when`, it is shown with its `hint`, or not at all when it has none. With `back` it calls: the scenes from
    `to` on are played until they return, and then the story goes on to `back` (empty: it returns from there as well).
    """

    id: str
    label: str
    to: str = ""
    when: Expression | None = None
    hint: str = ""
    once: bool = False
    effects: tuple[Effect, ...] = ()
    takes: int = 0
    rating: Rating = ""
    why_plausible: str = ""
    consequence: tuple[Block, ...] = ()
    feedback: Feedback | None = None
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Timeout(Record):
    """What time chooses when the learner, who has asked to be timed, does nothing for `seconds`.

    The choice is taken by the action TimeOut only; its label may be empty. Nobody needs it to go on.
    """

    seconds: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class Option(Record):
    """One line of a document to complete, or one of several to select. Effects run in the order of the file."""

    id: str
    label: str
    when: Expression | None = None
    effects: tuple[Effect, ...] = ()
    rating: Rating = ""
    why_plausible: str = ""
    takes: int = 0
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Options(Record):
    """Several options, of which `least` to `most` are selected together; never more than are open."""

    items: tuple[Option, ...]
    least: int
    most: int
    ask: str = ""
    confidence: bool = False


@dataclass(frozen=True, slots=True)
class Route(Record):
    """Taken when one of `phrases` occurs in the text as whole words, in any case; `to` empty means: the scene goes on as usual."""

    id: str
    phrases: tuple[str, ...]
    effects: tuple[Effect, ...] = ()
    to: str = ""
    takes: int = 0


@dataclass(frozen=True, slots=True)
class FreeText(Record):
    """Words of one's own before the options appear; without a matching route the scene just goes on."""

    id: str
    ask: str
    required: bool = False
    limit: int = 4000
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp(Record):
    """A question that comes back some days after the run."""

    days: int
    ask: str


@dataclass(frozen=True, slots=True)
class Ending(Record):
    """How the story ended. `success` marks a good ending; whether the run is passed is decided by `pass_when`.

    `voice` is the account of the person whom it was about, sentence by sentence, for the debrief.
    """

    band: str
    success: bool = False
    voice: tuple[str, ...] = ()
    followups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Hub(Record):
    """Things to look at, each once, and the choice that leaves: open once `least` of the others were taken."""

    exit: str
    least: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint(Record):
    """The end of an act. On leaving it, every variable but those it `keeps` is as it was at the start."""

    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene(Record):
    """A point in the story. It asks for what it has, in this order: free text, options, question, order, choice.

    A scene without choices goes on to `then`; with `then` empty it goes back to where the story was heading, or where it
    was called from; with `back` it calls, as a choice does. `takes` minutes pass when the scene is left, whichever way.
    On arriving, what `observe` says is measured. While the scene waits for anything but words, time may take the choice
    of `timeout`. With `confidence`, whoever chooses says how sure they are.
    """

    id: str
    title: str
    kind: SceneKind
    blocks: tuple[Block, ...] = ()
    ask: str = ""
    free_text: FreeText | None = None
    options: Options | None = None
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True
    then: str = ""
    takes: int = 0
    ending: Ending | None = None
    timeout: Timeout | None = None
    observe: tuple[Observe, ...] = ()
    back: str | None = None
    hub: Hub | None = None
    checkpoint: Checkpoint | None = None
    question: Question | None = None
    order: Order | None = None
    confidence: bool = False


@dataclass(frozen=True, slots=True)
class Later(Record):
    """A delayed consequence: armed on entering `scene` (empty: at the start), due by exactly one of `at`, `after`, `clock`.

    `at`: before that scene. `after` N: before the N-th scene arrived at since. `clock`: before the first scene arrived
    at when the clock shows that time or later. `condition` is read when its turn comes; if false, the later is spent.
    """

    id: str
    to: str
    scene: str = ""
    at: str = ""
    after: int = 0
    clock: int | None = None
    condition: Expression | None = None


# --- the debrief ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DebriefPoint(Record):
    """What is said about a decision: `about` names its choices or options, `expert` those an expert would take."""

    id: str
    about: tuple[str, ...]
    expert: tuple[str, ...]
    why: str
    ask: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt(Record):
    """A question of the debrief, to be answered in one's own words."""

    id: str
    ask: str


@dataclass(frozen=True, slots=True)
class DebriefPlan(Record):
    """The debrief as a whole: the questions to close with."""

    prompts: tuple[Prompt, ...] = ()


# --- other words for the same story -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said(Record):
    """One text: `at` is its place in the Program (`wording.words`); `language` is empty where it is the telling's."""

    at: str
    says: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Telling(Record):
    """The texts for learners who read `language` (empty: the story's own), in `nation` (empty: the story's own).

    Texts that are not here are as in the telling of the language alone, and else as in the story. `references` stand in
    for the story's of the same ids; `support`, where it is not empty, for all of the story's.
    """

    language: str
    nation: str
    said: tuple[Said, ...] = ()
    references: tuple[Reference, ...] = ()
    support: tuple[Support, ...] = ()


@dataclass(frozen=True, eq=False)
class Program(Record):
    """A compiled scenario; `start` names its first scene. Equal when the canonical bytes are."""

    id: str
    title: str
    start: str
    scenes: tuple[Scene, ...]
    minutes: Minutes
    summary: str = ""
    language: str = "en"
    level: str = ""
    nation: str = ""
    audience: tuple[str, ...] = ()
    prebrief: str = ""
    content_note: str = ""
    support: tuple[Support, ...] = ()
    summary_route: str = ""
    reviewed: Review | None = None
    objectives: tuple[Objective, ...] = ()
    characters: tuple[Character, ...] = ()
    competencies: tuple[Competency, ...] = ()
    variables: tuple[VariableDeclaration, ...] = ()
    clock: Clock | None = None
    derived: tuple[DerivedName, ...] = ()
    musts: tuple[Must, ...] = ()
    must_nots: tuple[MustNot, ...] = ()
    pass_when: Expression | None = None
    references: tuple[Reference, ...] = ()
    laters: tuple[Later, ...] = ()
    points: tuple[DebriefPoint, ...] = ()
    plan: DebriefPlan = DebriefPlan()
    timing: Literal["", "asked"] = ""
    """Whether the author asks learners to play against time. Whoever says nothing does not."""
    tracks: tuple[Track, ...] = ()
    scales: tuple[Scale, ...] = ()
    draws: tuple[Draw, ...] = ()

    tellings: tuple[Telling, ...] = ()
    """The same story in other languages and for other nations (`wording.told`)."""

    @property
    def nations(self) -> tuple[str, ...]:
        """The other nations for which it is told."""
        return tuple(dict.fromkeys(telling.nation for telling in self.tellings if telling.nation))

    @cached_property
    def _bytes(self) -> bytes:
        return canonical({"format": FORMAT, **self.to_json()})

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the canonical bytes: the version."""
        return content_hash(self._bytes)

    @cached_property
    def _number(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Program) and self.hash == other.hash)

    def __hash__(self) -> int:
        return self._number

    def to_bytes(self) -> bytes:
        """Return the canonical JSON, UTF-8."""
        return self._bytes

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a stored Program of this or an older format; raise Invalid for anything else."""
        try:
            value = json.loads(content)
            number = value.pop("format", None) if isinstance(value, dict) else None
            while isinstance(number, int) and number in _UPGRADES:
                value, number = _UPGRADES[number](value), number + 1
            if number == FORMAT:
                found = cls.from_json(value)
                vars(found)["_bytes"] = content  # F4
                return found
        except (ValueError, RecursionError) as error:
            raise Invalid("This is not a compiled scenario.", why="It is not JSON, or too deep.") from error
        is_newer = isinstance(number, int) and number > FORMAT
        raise Invalid(
            f"A compiled scenario of format {number!r} cannot be read.",
            why=f"This version of the software reads formats 1 to {FORMAT}"
            f"{', and a newer one wrote this' if is_newer else ''}.",
            fix="Use the version of the software that wrote it, or a newer one."
            if is_newer
            else "Compile the scenario again.",
        )
