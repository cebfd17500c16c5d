"""The front matter of a scenario: its keys, each with its sentence for authors. The reference is made from this file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, Self

from lms.engine.scenario.language.front_tracks import Scale, Track
from lms.engine.source.typed import Record, key
from lms.engine.source.values import Language, Minutes, Range, Slug, TimeOfDay, Url


class SceneCount(int):
    """A number of scenes, written `3 scenes`."""

    SAYS: ClassVar[str] = "a number of scenes such as '3 scenes'"
    PATTERN: ClassVar[str] = "^[1-9][0-9]? scenes?$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the number; ValueError when the text is not one."""
        if re.fullmatch(cls.PATTERN, text, re.ASCII) is None:
            raise ValueError("write a number from 1 to 99 and the word 'scenes'")
        return cls(int(text.split(" ", maxsplit=1)[0]))


@dataclass(frozen=True, kw_only=True)
class Character(Record):
    """Somebody who speaks: `**Name:** words` at the start of a paragraph."""

    name: str = key("The full name; in dialogue the first name or the id will do.", max_length=80)
    role: str = key("What the person is, in a word or two: shift lead.", default="", max_length=80)
    language: Language = key("The person's first language, as a code: cy.", default=Language())
    initials: str = key("One or two letters for the picture beside the words.", default="", max_length=3)


@dataclass(frozen=True, kw_only=True)
class Competency(Record):
    """A hidden dimension: a bounded score, read by `pass` and the debrief only."""

    range: Range = key("The least and the greatest score.", example="-10..10")
    says: str = key("What it is called in the debrief.")
    start: int = key("The score at the start.", default=0)
    objectives: tuple[Slug, ...] = key("The objectives that it shows.", default=())
    codes: tuple[str, ...] = key("Codes of a competency framework.", default=())


@dataclass(frozen=True, kw_only=True)
class Variable(Record):
    """A variable: `flag`, a range such as `0..5`, or one of the forms below."""

    one_of: tuple[Slug, ...] = key("The values, of which it holds one.", name="one of", default=())
    some_of: tuple[Slug, ...] = key("The values, of which it holds any number.", name="some of", default=())
    range: Range | None = key("The least and the greatest number.", default=None)
    start: str | tuple[Slug, ...] | None = key(
        "What it holds at the start (else: clear, the number nearest to 0, the first value, nothing).", default=None
    )
    stops: bool = key("For a number: whether it is meant to stop at its least and its greatest.", default=False)
    from_: TimeOfDay | None = key("For `clock`: the time at which the story starts.", default=None)
    to: TimeOfDay | None = key("For `clock`: the time at which it stops.", default=None)

    @property
    def is_clock(self) -> bool:
        """Whether it is written as only the clock is, whatever its name."""
        return self.from_ is not None and self.to is not None


@dataclass(frozen=True, kw_only=True)
class Draw(Record):
    """Something that chance decides, anew in each attempt; conditions read it like a variable."""

    one_of: tuple[Slug, ...] = key("The values, of which it becomes one.", name="one of", min_items=2)
    weights: tuple[int, ...] = key("How often each comes, beside the others (else: all alike).", default=())
    at: Slug | None = key("The scene on entering which it is drawn (else: at the start).", default=None)
    says: str = key("What the debrief calls it (else: it is not mentioned there).", default="", max_length=120)


@dataclass(frozen=True, kw_only=True)
class Must(Record):
    """Something that has to happen, or (under `must_not`) must never happen."""

    when: str = key("The condition.", example="chose(ring-mair)")
    says: str = key("What it is, in the past tense, as the debrief says it.")
    why: str = key("Why it matters.")
    before: Slug | None = key("For a `must`: the scene by which it has to be true.", default=None)
    ref: Slug | tuple[Slug, ...] = key("Where the rule comes from: ids under `references`.", default=())
    blame: tuple[Slug, ...] = key("The choices that the debrief goes back to.", default=())


@dataclass(frozen=True, kw_only=True)
class Assertion(Record):
    """Something that `lms check` proves, or refutes with the shortest way: it always holds, or never.

    It is looked at whenever a learner is asked something and at the endings, and may read scores, `kept` and `broke`.
    """

    when: str = key("The condition.", example="promised and visited(home)")
    says: str = key("What it means, in a sentence.")
    at: Slug | tuple[Slug, ...] = key("The scenes in which it is looked at (else: all).", default=())


@dataclass(frozen=True, kw_only=True)
class Reference(Record):
    """Where a rule or a reason comes from."""

    title: str = key("The name of the law, the procedure or the book.")
    part: str = key("The section or the page.", default="")
    issuer: str = key("Who published it.", default="")
    url: Url | None = key("Where it can be read.", default=None)
    checked: date | None = key("The day on which somebody last looked at it.", default=None)
    review_by: date | None = key("The day by which somebody must look again.", default=None)


@dataclass(frozen=True, kw_only=True)
class Review(Record):
    """An expert's review of the content."""

    by: str = key("Who reviewed it.")
    on: date = key("When.", example="2026-11-01")
    role: str = key("What makes the person an expert.", default="")


@dataclass(frozen=True, kw_only=True)
class Support(Record):
    """Where a learner finds help when the story touches something real."""

    name: str = key("Who helps.")
    phone: str = key("The number.", default="")
    url: Url | None = key("The page.", default=None)
    says: str = key("When and for what.", default="")


@dataclass(frozen=True, kw_only=True)
class Shared(Record):
    """An included file: declarations that several scenarios, or several files of one, have in common."""

    include: tuple[str, ...] = key("Further files to include.", default=())
    objectives: Mapping[Slug, str] = key("What the learner can do afterwards, by id.", factory=dict)
    characters: Mapping[Slug, Character] = key("Who speaks.", factory=dict)
    competencies: Mapping[Slug, Competency] = key("The hidden dimensions.", factory=dict)
    variables: Mapping[Slug, Literal["flag"] | Range | Variable] = key("What the story remembers.", factory=dict)
    derive: Mapping[Slug, str] = key("Names for expressions.", factory=dict)
    terms: Mapping[Slug, str] = key("Names that differ between nations, for `{term:id}` in texts.", factory=dict)
    references: Mapping[Slug, Reference] = key("The sources of rules and reasons.", factory=dict)
    support: tuple[Support, ...] = key("Where help is found.", default=())


@dataclass(frozen=True, kw_only=True)
class Front(Record):
    """A scenario: who it is for, what it declares, when it is passed."""

    scenario: Slug = key("The id; also the name of the folder. It never changes.")
    title: str = key("The title, as learners see it.", max_length=120)
    minutes: Range = key("How long it takes, from quick to slow.", example="20..25")
    summary: str = key("One or two sentences for the catalogue.", default="")
    language: Language = key("The language it is written in, as a code.", default=Language("en"))
    audience: tuple[str, ...] = key("Whom it is for.", default=())
    reading_age: int | None = key(
        "The age at which most read such a text with ease; the checker warns above it (English).",
        default=None,
        minimum=7,
        maximum=21,
    )
    accept_words: tuple[str, ...] = key(
        "Words that hurt and that somebody in the story would say all the same.", default=()
    )
    level: Slug | None = key("For whom it is hard enough: novice.", default=None)
    nation: Literal["wales", "england", "scotland", "northern-ireland", "uk"] | None = key(
        "Whose law and procedures it follows.", default=None
    )
    include: tuple[str, ...] = key(
        "Files whose declarations and scenes belong to this one: beside it, or shared by all.",
        default=(),
        example="[people.yaml, _shared/wales.yaml]",
    )
    objectives: Mapping[Slug, str] = key("What the learner can do afterwards, by id.", factory=dict)
    characters: Mapping[Slug, Character] = key("Who speaks.", factory=dict)
    competencies: Mapping[Slug, Competency] = key("The hidden dimensions.", factory=dict)
    variables: Mapping[Slug, Literal["flag"] | Range | Variable] = key("What the story remembers.", factory=dict)
    draws: Mapping[Slug, Draw] = key("What chance decides.", factory=dict)
    derive: Mapping[Slug, str] = key("Names for expressions.", factory=dict)
    must: Mapping[Slug, Must] = key("What has to happen.", factory=dict)
    must_not: Mapping[Slug, Must] = key("What must never happen.", factory=dict)
    pass_: str | None = key("When the run is passed (else: when the ending is a success).", default=None)
    always: Mapping[Slug, Assertion] = key("What is to hold in every run; `lms check` proves it.", factory=dict)
    never: Mapping[Slug, Assertion] = key("What is to hold in no run; `lms check` proves it.", factory=dict)
    terms: Mapping[Slug, str] = key(
        "Names that differ between nations, for `{term:id}` in texts.", factory=dict, example="{board: Regional Board}"
    )
    references: Mapping[Slug, Reference] = key("The sources of its rules and reasons.", factory=dict)
    prebrief: str = key("What a learner reads before the start.", default="")
    content_note: str = key("What the story mentions that may hurt.", default="")
    support: tuple[Support, ...] = key("Where help is found.", default=())
    reviewed: Literal["none"] | Review = key("Which expert reviewed it; `none` is said on its page.", default="none")
    shuffle: bool = key("Whether choices and options are shown in a new order for each attempt.", default=True)
    tracks: Mapping[Slug, Track] = key("What is measured.", factory=dict)
    scales: Mapping[Slug, Scale] = key("Scores that are added up from tracks.", factory=dict)
    timing: Literal["offered", "asked"] = key(
        "Whether learners are offered to play against time limits, or asked to. Nobody is timed who has not said yes.",
        default="offered",
    )


@dataclass(frozen=True, kw_only=True)
class DocumentKeys(Record):
    """Something to read: a notice, a chart, a letter."""

    title: str = key("What it is called.", max_length=120)
    text: str = key("What it says, in Markdown.")


@dataclass(frozen=True, kw_only=True)
class Overlay(Record):
    """What is otherwise in another nation: names, sources, help and documents; never the story."""

    terms: Mapping[Slug, str] = key("The nation's names, by the ids that the story declares.", factory=dict)
    references: Mapping[Slug, Reference] = key(
        "The nation's sources, by the ids that the story declares.", factory=dict
    )
    support: tuple[Support, ...] = key("Where help is found there.", default=())
    documents: Mapping[Slug, DocumentKeys] = key("The nation's documents, by the ids of the story's.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class Conditional(Record):
    """Effects that happen under a condition only."""

    if_: str = key("The condition.")
    do: "tuple[str | Conditional, ...]" = key("The effects.", min_items=1)


Effects = tuple[str | Conditional, ...]


@dataclass(frozen=True, kw_only=True)
class Feedback(Record):
    """A direct word on a choice."""

    says: str = key("The words.")
    at: Literal["now", "checkpoint", "debrief"] = key("When they are said.", default="debrief")


@dataclass(frozen=True, kw_only=True)
class ChoiceKeys(Record):
    """What a choice needs and does."""

    when: str | None = key("When it is open.", default=None)
    hint: str = key("What is said while it is closed (without it, a closed choice is hidden).", default="")
    once: bool = key("Whether it can be taken once only.", default=False)
    back: Slug | None = key(
        "Calls the target: its scenes are played until one leads to `#return`, and then this scene follows.",
        default=None,
    )
    effects: Effects = key("What it changes, in order.", default=())
    takes: Minutes = key("How long it takes on the scenario's clock.", default=Minutes(0))
    rating: Literal["best", "defensible", "unsafe", "critical"] | None = key("An expert's judgement.", default=None)
    why_plausible: str = key("Why a good person might take it; required unless it is best.", default="")
    feedback: Feedback | None = key("A direct word on it.", default=None)
    point_of_no_return: bool = key("Whether it is meant that no good ending can be reached after it.", default=False)
    confidence: Literal["ask"] | None = key(
        "Whether the learner is asked how sure they are; all choices of the scene are then asked for.", default=None
    )


@dataclass(frozen=True, kw_only=True)
class FollowUp(Record):
    """A question that comes back some days after the run."""

    days: int = key("After how many days.", minimum=1, maximum=365)
    ask: str = key("The question.")


@dataclass(frozen=True, kw_only=True)
class SceneKeys(Record):
    """What kind of scene it is, where that cannot be seen from its content."""

    kind: (
        Literal[
            "narration", "decision", "question", "document", "free-text", "order", "hub", "call", "checkpoint", "ending"
        ]
        | None
    ) = key("Seen from the content, unless it is an ending, a hub, a call or a checkpoint.", default=None)
    ask: str = key("The question above the choices.", default="")
    to: Slug | None = key(
        "For a scene without choices: the scene that follows (`return`: where the story was heading).", default=None
    )
    back: Slug | None = key(
        "For a call: the scene that follows once the scenes from `to` on have led to `#return`.", default=None
    )
    exit: Slug | None = key("For a hub: the choice that leaves it; each of the others can be taken once.", default=None)
    least: int = key("For a hub: after how many of the others the exit opens.", default=0, minimum=0, maximum=12)
    keeps: 'Literal["all"] | tuple[Slug, ...] | None' = key(
        "For a checkpoint: the variables that the next act keeps; the others start anew.", default=None
    )
    takes: Minutes = key(
        "How long the scene takes on the scenario's clock, whichever way it is left.", default=Minutes(0)
    )
    shuffle: bool | None = key("Whether choices and options are shown in a new order for each attempt.", default=None)
    point_of_no_return: bool = key(
        "Whether it is meant that no good ending can be reached after some answers to it.", default=False
    )
    confidence: Literal["ask"] | None = key(
        "With its choice, whether the learner is asked how sure they are.", default=None
    )
    band: Literal["growing", "secure", "strong"] | None = key("For an ending: how much has been shown.", default=None)
    success: bool = key("For an ending: whether it is a good one.", default=False)
    voice: tuple[str, ...] = key("For an ending: how the person whom it was about tells it.", default=())
    followups: tuple[FollowUp, ...] = key("For an ending: questions that come back later.", default=())


@dataclass(frozen=True, kw_only=True)
class OptionKeys(Record):
    """One of several lines to select."""

    id: Slug | None = key("Its id; `lms check --fix` writes a missing one.", default=None)
    text: str = key("The line.")
    when: str | None = key("When it is shown.", default=None)
    effects: Effects = key("What selecting it changes.", default=())
    rating: Literal["best", "defensible", "unsafe", "critical"] | None = key("An expert's judgement.", default=None)
    why_plausible: str = key("Why a good person might select it.", default="")
    feedback: Feedback | None = key("A direct word on selecting it.", default=None)
    takes: Minutes = key("How long it takes on the scenario's clock.", default=Minutes(0))


@dataclass(frozen=True, kw_only=True)
class OptionsKeys(Record):
    """Several lines of which some are selected: a record to complete, or measures to take."""

    ask: str = key("What to select.", default="")
    choose: Range | None = key("How many (else: one or more).", default=None, example="2..4")
    options: tuple[OptionKeys, ...] = key("The lines.", min_items=2)
    confidence: Literal["ask"] | None = key("Whether the learner is asked how sure they are.", default=None)


@dataclass(frozen=True, kw_only=True)
class RouteKeys(Record):
    """Where some words in a free text lead."""

    id: Slug | None = key("Its id; `lms check --fix` writes a missing one.", default=None)
    phrases: tuple[str, ...] = key("Words, any of which will do.", min_items=1)
    effects: Effects = key("What they change.", default=())
    to: Slug | None = key("The scene that follows (else: the scene goes on as usual).", default=None)
    takes: Minutes = key("How long it takes on the scenario's clock.", default=Minutes(0))


@dataclass(frozen=True, kw_only=True)
class FreeTextKeys(Record):
    """Words of one's own, before the choices appear; kept for the debrief."""

    ask: str = key("The question.")
    required: bool = key("Whether something has to be written.", default=False)
    limit: int = key("The most characters.", default=4000, minimum=1, maximum=10_000)
    routes: tuple[RouteKeys, ...] = key("Words that lead elsewhere.", default=())


@dataclass(frozen=True, kw_only=True)
class DebriefKeys(Record):
    """What is said about a decision afterwards."""

    for_: tuple[Slug, ...] = key(
        "The choices or options it is about; or a question, or an order.", min_items=1, example="[promise, straight]"
    )
    expert: Slug | tuple[Slug, ...] = key(
        "What an expert would take (not needed for a question or an order: they say what is right).", default=()
    )
    why: str = key("Why.")
    ref: Slug | tuple[Slug, ...] = key("Where the reason comes from: ids under `references`.", default=())
    ask: str = key("What the learner is asked before the reason is shown.", default="")


@dataclass(frozen=True, kw_only=True)
class LaterKeys(Record):
    """A delayed consequence, due at exactly one of `at`, `after` and `clock`."""

    to: Slug = key("The scene that comes.")
    at: Slug | None = key("Before this scene.", default=None)
    after: SceneCount | None = key(
        "Before the scene that comes so many scenes from here.", default=None, example="3 scenes"
    )
    clock: TimeOfDay | None = key("Before the first scene at this time or later.", default=None)
    if_: str | None = key("A condition, read when its moment has come.", default=None)


@dataclass(frozen=True, kw_only=True)
class Prompt(Record):
    """A question of the debrief, to be answered in one's own words."""

    id: Slug | None = key("Its id; `lms check --fix` writes a missing one.", default=None)
    ask: str = key("The question.")


@dataclass(frozen=True, kw_only=True)
class PlanKeys(Record):
    """The debrief as a whole."""

    prompts: tuple[Prompt, ...] = key("What is asked at the close.", min_items=1)
