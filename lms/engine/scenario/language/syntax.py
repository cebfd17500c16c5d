"""A scenario as written: scenes, choices and blocks with their places, before names mean anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.engine.scenario.language import front as keys_of
from lms.engine.scenario.language import front_tasks, front_tracks
from lms.engine.scenario.program.program import SceneKind
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Mapping, Scalar

RETURN = "return"
"""The target that goes back: to where the story was heading when a later came, or to where a call comes back."""


@dataclass(frozen=True, slots=True)
class Name:
    """An id with its place; empty where it is missing, and then the place is where `--fix` writes it."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs of the narrator."""

    markdown: str
    span: Span
    when: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A paragraph that somebody says."""

    speaker: Name
    markdown: str
    when: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read."""

    title: str
    markdown: str
    span: Span
    when: tuple[Scalar, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a line of its own."""

    file: Name
    alt: str
    caption: str
    when: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A `::: chart`, or a `::: observe`, which measures before it shows."""

    keys: "front_tracks.ChartKeys | front_tracks.ObserveKeys"
    span: Span
    when: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Video:
    """A video on a line of its own, written as a picture is; its captions and transcript lie beside it."""

    file: Name
    title: str
    caption: str
    when: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """Something to hear, written likewise; its transcript lies beside it."""

    file: Name
    title: str
    caption: str
    when: tuple[Scalar, ...] = ()


Block = Prose | Dialogue | Document | Picture | Video | Recording | Chart


@dataclass(frozen=True, slots=True)
class Choice:
    """A list item that is a link, and what is indented beneath it."""

    id: Name
    label: str
    to: Name
    span: Span
    keys: keys_of.ChoiceKeys
    consequence: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Timeout:
    """A `::: timeout 40s`: the choice that time takes."""

    seconds: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class FreeText:
    """A `::: free-text`."""

    id: Name
    keys: keys_of.FreeTextKeys


@dataclass(frozen=True, slots=True)
class Question:
    """A `::: question`."""

    id: Name
    keys: front_tasks.QuestionKeys


@dataclass(frozen=True, slots=True)
class Order:
    """A `::: order`."""

    id: Name
    keys: front_tasks.OrderKeys


@dataclass(frozen=True, slots=True)
class Later:
    """A `::: later`; `scene` is the id of the scene that arms it, empty for the start."""

    id: Name
    scene: str
    keys: keys_of.LaterKeys


@dataclass(frozen=True, slots=True)
class Debrief:
    """A `::: debrief`."""

    id: Name
    keys: keys_of.DebriefKeys


@dataclass(slots=True)
class Scene:
    """A heading and all that follows it, up to the next."""

    id: Name
    title: str
    span: Span
    blocks: Sequence[Block] = ()
    choices: list[Choice] = field(default_factory=list)
    keys: keys_of.SceneKeys = field(default_factory=keys_of.SceneKeys)
    is_damaged: bool = False
    """Some of its keys could not be read."""
    options: keys_of.OptionsKeys | None = None
    free_text: FreeText | None = None
    question: Question | None = None
    order: Order | None = None
    timeout: Timeout | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether it may be of another kind than is seen from its content, because its keys could not be read."""
        return self.is_damaged and self.keys.kind is None

    @property
    def all_choices(self) -> list[Choice]:
        """The choices, and the one that time takes."""
        return [*self.choices, *([self.timeout.choice] if self.timeout else [])]

    @property
    def kind(self) -> SceneKind:
        """What kind of scene it is, as declared or as seen from the content."""
        if self.keys.kind:
            return self.keys.kind
        if self.options:
            return "document"
        if self.question:
            return "question"
        if self.order:
            return "order"
        if self.free_text:
            return "free-text"
        return "decision" if len(self.choices) > 1 else "narration"


@dataclass(slots=True)
class Scenario:
    """A whole file. `front` is None when the front matter could not be read; `front_node` may still know its names."""

    source: Source
    others: list[Source] = field(default_factory=list)
    """The other files in which parts of it stand."""
    banks: list[Mapping] = field(default_factory=list)
    """Question banks that it includes."""
    language: str = ""
    """Whose words were laid over it; empty: its own."""
    front: "keys_of.Front | None" = None
    front_node: Mapping | None = None
    scenes: list[Scene] = field(default_factory=list)
    laters: list[Later] = field(default_factory=list)
    debriefs: list[Debrief] = field(default_factory=list)
    plan: keys_of.PlanKeys | None = None
    summary: str = ""
    is_partial: bool = False
    """A file that it includes could not be read: anything may stand in it."""
    is_broken: bool = False
    """Some part of the story could not be read: what seems to be missing may stand in it."""
    is_unsure: bool = False
    """Some part of the front matter could not be read: a name that seems unknown may be declared there."""
    lost: set[str] = field(default_factory=set)
    """Ids on lines that could not be read."""
