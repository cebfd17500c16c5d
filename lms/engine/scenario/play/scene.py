"""What a learner sees of a scene: all that a page needs, frozen; nothing hidden is in it.

`offered` (in `run`) makes it. Neither ratings, scores, nor where a choice leads can be read from it.
Markdown stays Markdown: whoever shows it renders it.
"""

from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.play.state import Phase
from lms.engine.scenario.program.program import FollowUp, SceneKind
from lms.engine.source.media import Captions
from lms.kernel.record import Record, Tagged


@dataclass(frozen=True, slots=True)
class ShownProse(Tagged):
    """The narrator's text."""

    markdown: str


@dataclass(frozen=True, slots=True)
class ShownDialogue(Tagged):
    """What somebody says. `language` is the character's first language, for `lang` see the spans in the Markdown."""

    character: str
    name: str
    initials: str
    role: str
    language: str
    markdown: str


@dataclass(frozen=True, slots=True)
class ShownDocument(Tagged):
    """Something to read."""

    title: str
    markdown: str


@dataclass(frozen=True, slots=True)
class ShownPicture(Tagged):
    """A picture; `hash` finds its bytes in the version's media."""

    file: str
    hash: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class ShownVideo(Tagged):
    """A video; of its captions, those that are shown unless a learner chooses others stand first."""

    file: str
    hash: str
    title: str
    caption: str
    captions: tuple[Captions, ...]
    transcript: str


@dataclass(frozen=True, slots=True)
class ShownRecording(Tagged):
    """Something to hear."""

    file: str
    hash: str
    title: str
    caption: str
    transcript: str


@dataclass(frozen=True, slots=True)
class ShownTrack(Record):
    """One track: `cells` say what was measured each time (empty: not then), `values` are the same as numbers to draw.

    Of what is said in words, `values` is empty. `usual` is what is usual for this person, such as `12–20`, or empty.
    """

    id: str
    label: str
    unit: str
    cells: tuple[str, ...]
    values: tuple[int | None, ...] = ()
    usual_low: int | None = None
    usual_high: int | None = None
    usual: str = ""


@dataclass(frozen=True, slots=True)
class ShownScale(Record):
    """A score that was added up each time that all its tracks were measured."""

    id: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownChart(Tagged):
    """What was observed so far; `times` are times of the story, or without a clock `1`, `2` and so on."""

    title: str
    times: tuple[str, ...]
    tracks: tuple[ShownTrack, ...]
    scales: tuple[ShownScale, ...] = ()


ShownBlock = ShownProse | ShownDialogue | ShownDocument | ShownPicture | ShownVideo | ShownRecording | ShownChart


@dataclass(frozen=True, slots=True)
class OfferedChoice(Record):
    """A choice in the order shown; closed ones are here only to show their hint."""

    id: str
    label: str
    open: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OfferedOption(Record):
    """An option in the order shown."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OfferedOptions(Record):
    """Options of which `least` to `most` are selected."""

    ask: str
    least: int
    most: int
    items: tuple[OfferedOption, ...]


@dataclass(frozen=True, slots=True)
class OfferedText(Record):
    """A field for words of one's own."""

    id: str
    ask: str
    required: bool
    limit: int


@dataclass(frozen=True, slots=True)
class TimeLimit(Record):
    """How long this scene waits for learners who have asked to be timed; after that, they send TimeOut."""

    seconds: int


@dataclass(frozen=True, slots=True)
class OfferedQuestion(Record):
    """A question with its answers in the order shown; `several` may be chosen, or one."""

    id: str
    ask: str
    several: bool
    items: tuple[OfferedOption, ...]


@dataclass(frozen=True, slots=True)
class OfferedOrder(Record):
    """Things of which `least` to `most` are put in order; where `least` is all of them, none is left out."""

    id: str
    ask: str
    least: int
    most: int
    items: tuple[OfferedOption, ...]


Mark = Literal["", "right", "wrong", "answer", "elsewhere", "stray", "missed"]
"""Of a line of a response. Of an answer: it is right; it is wrong; it is right and was not chosen. Of an order: it is right
where it stands; it belongs elsewhere; it does not belong; it is missing."""


@dataclass(frozen=True, slots=True)
class Word(Record):
    """The author's word on something that was taken, or is missing; `about` is its label. Both are Markdown."""

    about: str
    markdown: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class OfferedHub(Record):
    """A scene with several things to look at: the labels of what was taken, and how many more open the exit."""

    seen: tuple[str, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class ReachedEnding(Record):
    """How the story ended; `success` is whether the run is passed."""

    band: str
    success: bool
    followups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class Scene(Record):
    """A scene as offered now. `awaits` says which action it waits for; exactly that part of it is filled.

    write → `free_text` · select → `options` · answer → `question` · order → `order` · choose → `choices` · go → nothing · ended → `ending`
    """

    step: int
    id: str
    title: str
    kind: SceneKind
    awaits: Phase
    blocks: tuple[ShownBlock, ...]
    said: tuple[ShownBlock, ...]
    """The consequence of what was done last, to be shown above the scene."""
    feedback: str
    """A direct word on what was chosen last, where the author gives it at once."""
    words: tuple[Word, ...]
    """The same on options and on the lines of a question or an order."""
    due: tuple[Word, ...]
    """The author's words that were kept for this checkpoint; at an ending, those that no checkpoint came for."""
    later_came: bool
    """Whether something from before has come back: the learner may be told so."""
    ask: str
    choices: tuple[OfferedChoice, ...]
    options: OfferedOptions | None
    free_text: OfferedText | None
    question: OfferedQuestion | None
    order: OfferedOrder | None
    asks_how_sure: bool
    """Whether the learner is to say how sure they are, together with the action."""
    clock: str
    """The time in the story, as `19:40`; empty when it has no clock."""
    progress: int
    """Per cent of the way, 0 to 100; it never falls."""
    minutes_left: int
    ending: ReachedEnding | None
    time_limit: TimeLimit | None = None
    hub: OfferedHub | None = None
