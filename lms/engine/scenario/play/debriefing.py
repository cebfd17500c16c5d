"""The debrief as values: what `debrief.debrief` finds and what pages show, one thing per screen."""

from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.play.scene import ShownBlock, ShownChart, Word
from lms.engine.scenario.program.program import FollowUp, Prompt, Reference
from lms.engine.scenario.program.task import Sureness
from lms.kernel.record import Record, Tagged

Band = Literal["Growing", "Secure", "Strong", ""]
"""Empty: the path walked gave no occasion to show this competency."""


@dataclass(frozen=True, slots=True)
class Chance(Record):
    """What chance decided, in the author's words, and what came out."""

    says: str
    value: str


@dataclass(frozen=True, slots=True)
class Moment(Record):
    """One scene of the path and what was done there; `clock` as `19:40` or empty."""

    step: int
    """The action taken in this scene is number `step`; at the ending, that of the arrival."""
    scene: str
    title: str
    clock: str
    did: tuple[str, ...]
    """Labels of the choice or options taken; empty where there was only one way on, or one wrote."""
    chosen: tuple[str, ...]
    """Their ids."""
    rating: str
    wrote: str
    """The id of the free text that was written here, or empty."""
    later: bool
    """Whether a delayed consequence brought this scene."""
    feedback: tuple[str, ...] = ()
    """The author's direct words on what was taken here that were not said at once; Markdown."""
    lines: tuple[Word, ...] = ()
    """The same line by line, on options, answers and orders; of a task all lines, with their marks."""
    sure: Sureness = ""
    """How sure the learner said to be."""
    kind: str = ""
    """The kind of the scene: at a checkpoint, an act ended."""
    arrived: int = 0
    """The scene came up in step `arrived`."""
    chance: tuple[Chance, ...] = ()
    """What was drawn on coming here, of what the author wants to have mentioned."""
    timed_out: bool = False
    """Whether time ran out here before an answer."""


@dataclass(frozen=True, slots=True)
class Followed(Tagged):
    """One link of the chain from a choice to what came of it."""

    what: Literal["said", "scene", "later", "kept", "broken", "ending"]
    step: int
    title: str
    """The scene where it showed, or what the must says."""
    blocks: tuple[ShownBlock, ...] = ()
    forbids: bool = False
    """With kept and broken: whether it was a must_not."""


@dataclass(frozen=True, slots=True)
class Alternative(Record):
    """Another way that could be defended."""

    id: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class TurningPoint(Record):
    """A decision worth going back to. First ask, then reveal."""

    id: str
    step: int
    scene: str
    title: str
    chosen: tuple[str, ...]
    rating: str
    why_plausible: str
    """What spoke for the choice that was taken."""
    ask: str
    broke: tuple[str, ...]
    """Musts that were broken because of it, in the author's words."""
    followed: tuple[Followed, ...]
    expert: tuple[str, ...]
    as_expert: bool
    """Whether the learner did what the expert would have done."""
    why: str
    references: tuple[Reference, ...]
    alternatives: tuple[Alternative, ...]
    wrote: str = ""
    """The id of the free text that was written in this scene, or empty."""
    feedback: tuple[str, ...] = ()
    """The author's direct words on what was taken that were not said at once; Markdown."""
    lines: tuple[Word, ...] = ()
    """The same line by line, on options, answers and orders."""
    sure: Sureness = ""
    """How sure the learner said to be. Certain and not as the expert: the most valuable moment to go back to."""
    in_order: bool = False
    """Whether what was taken, and what the expert would take, stands in an order that matters."""
    timed_out: bool = False
    """Whether time ran out before an answer; `chosen` may then be empty."""


@dataclass(frozen=True, slots=True)
class CompetencyShown(Record):
    """A competency in the band that the range attainable on the walked path gives it."""

    id: str
    says: str
    band: Band
    score: int
    low: int
    high: int
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MustShown(Record):
    """A must or must_not and whether it was kept."""

    id: str
    says: str
    why: str
    kept: bool
    forbids: bool
    """True for a must_not."""
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class EndingShown(Record):
    """The ending that was reached, and whether the run is passed."""

    scene: str
    title: str
    band: str
    success: bool
    followups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class Debrief(Record):
    """A guided review of one run; without an ending while the run is open."""

    ending: EndingShown | None
    timeline: tuple[Moment, ...]
    turning_points: tuple[TurningPoint, ...]
    competencies: tuple[CompetencyShown, ...]
    musts: tuple[MustShown, ...]
    voice: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    observed: ShownChart | None = None
    """All that was measured, where anything was."""


@dataclass(frozen=True, slots=True)
class Score(Record):
    """The score in one competency."""

    id: str
    value: int
    low: int
    high: int
    band: Band


@dataclass(frozen=True, slots=True)
class MustMark(Record):
    """Whether one must or must_not was kept."""

    id: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Outcome(Record):
    """What a run amounts to; `ending` is empty while it is open, and `success` then False."""

    ending: str
    band: str
    success: bool
    scores: tuple[Score, ...]
    musts: tuple[MustMark, ...]
