"""What happens in a run: actions go in, events come out; both travel as JSON. And the answer No: `Refused`.

An event is a fact in the past tense. `step` is the number of the action that caused it; the start is step 0. Events
hold ids, never prose, with one exception: TextWritten carries the learner's words *once*, to whoever stores them.
That text is private: keep it apart and store `event.without_text()`. Replaying needs `route` only.
"""

from dataclasses import dataclass, replace
from typing import Literal

from lms.engine.scenario.program.task import Result, Sureness
from lms.kernel.record import Record, Tagged, reader

# --- actions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choose(Tagged):
    """Take a choice of the scene. `sure` is what the learner says where the scene asks for it; it changes nothing."""

    choice: str
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class Select(Tagged):
    """Hand in a selection of options; their order does not matter."""

    options: tuple[str, ...]
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class Answer(Tagged):
    """Answer a question with one or several of its items; their order does not matter."""

    items: tuple[str, ...]
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class Order(Tagged):
    """Put things in this order; those that are not named are left out."""

    items: tuple[str, ...]
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class Write(Tagged):
    """Write in one's own words; an empty text passes on. `route` is given only to replay a run whose text is kept apart."""

    text: str
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Go(Tagged):
    """Go on."""


@dataclass(frozen=True, slots=True)
class TimeOut(Tagged):
    """Let time choose, in a scene that has a time limit. Whether so much time has passed is the player's to know."""


Action = Choose | Select | Answer | Order | Write | Go | TimeOut


# --- events -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started(Tagged):
    """A run began, with this seed, on the Program of this hash."""

    step: int
    program: str
    seed: str


@dataclass(frozen=True, slots=True)
class SceneArrived(Tagged):
    """A scene came up. `via` says how: the choice or route taken, the later that brought it, or a word."""

    step: int
    scene: str
    via: str
    how: Literal["start", "choice", "select", "answer", "order", "write", "go", "time", "later", "call", "return"]
    clock: int | None = None


@dataclass(frozen=True, slots=True)
class ChoiceTaken(Tagged):
    """A choice was taken; `offered` are the open choices in the order shown."""

    step: int
    scene: str
    choice: str
    offered: tuple[str, ...]
    rating: str = ""
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class OptionsSelected(Tagged):
    """A selection was handed in, in the order of the file; `offered` in the order shown."""

    step: int
    scene: str
    options: tuple[str, ...]
    offered: tuple[str, ...]
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Tagged):
    """A question was answered, with `items` in the order of the bank; `offered` in the order shown."""

    step: int
    scene: str
    question: str
    items: tuple[str, ...]
    offered: tuple[str, ...]
    result: Result
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class ItemsOrdered(Tagged):
    """Things were put in this order, and the others left out; `offered` in the order shown."""

    step: int
    scene: str
    order: str
    items: tuple[str, ...]
    offered: tuple[str, ...]
    result: Result
    sure: Sureness = ""


@dataclass(frozen=True, slots=True)
class TextWritten(Tagged):
    """Something was written into the free text `field`, or it was passed on (`length` 0)."""

    step: int
    scene: str
    field: str
    length: int
    route: str = ""
    text: str = ""

    def without_text(self) -> "TextWritten":
        """Return the fact without the words."""
        return replace(self, text="")


@dataclass(frozen=True, slots=True)
class WentOn(Tagged):
    """The learner went on from a scene that asks nothing."""

    step: int
    scene: str


@dataclass(frozen=True, slots=True)
class TimedOut(Tagged):
    """Time took the choice `choice`; `offered` are the choices or options that were open, in the order shown."""

    step: int
    scene: str
    choice: str
    offered: tuple[str, ...]
    rating: str = ""


@dataclass(frozen=True, slots=True)
class Reading(Record):
    """What one track was: a whole number of its last decimal, or a word."""

    track: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Observed(Tagged):
    """Tracks were measured and written down."""

    step: int
    scene: str
    readings: tuple[Reading, ...]
    clock: int | None = None


@dataclass(frozen=True, slots=True)
class LaterCame(Tagged):
    """A delayed consequence came, with its scene, before the scene the story was heading to."""

    step: int
    later: str
    scene: str
    before: str


@dataclass(frozen=True, slots=True)
class Drawn(Tagged):
    """Chance decided something."""

    step: int
    draw: str
    value: str


@dataclass(frozen=True, slots=True)
class MustKept(Tagged):
    """The condition of a `must` came true in time."""

    step: int
    must: str


@dataclass(frozen=True, slots=True)
class MustBroken(Tagged):
    """A `must` was not kept in time, or the condition of a `must_not` came true."""

    step: int
    must: str


@dataclass(frozen=True, slots=True)
class Ended(Tagged):
    """The run reached an ending. `success` is whether it is passed."""

    step: int
    ending: str
    band: str
    success: bool


Event = (
    Started
    | SceneArrived
    | ChoiceTaken
    | OptionsSelected
    | QuestionAnswered
    | ItemsOrdered
    | TextWritten
    | WentOn
    | TimedOut
    | Observed
    | LaterCame
    | Drawn
    | MustKept
    | MustBroken
    | Ended
)

# --- the answer No ----------------------------------------------------------------------------------------------

Reason = Literal[
    "ended",
    "wrong-action",
    "unknown-choice",
    "closed-choice",
    "unknown-option",
    "too-few",
    "too-many",
    "unknown-item",
    "item-twice",
    "unknown-sureness",
    "nothing-written",
    "too-long",
    "no-time-limit",
]


@dataclass(frozen=True, slots=True)
class Refused(Tagged):
    """The action was not possible; nothing changed. Pages translate by `reason`; `message` is for engineers."""

    reason: Reason
    message: str


action_from_json = reader(Action)
event_from_json = reader(Event)
