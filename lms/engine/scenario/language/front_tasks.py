"""What the blocks `::: question` and `::: order` may say: their keys, each with its sentence for authors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.language.front import Effects
from lms.engine.source.typed import Record, key
from lms.engine.source.values import Slug


@dataclass(frozen=True, kw_only=True)
class QuestionKeys(Record):
    """A question of a bank. Its words, its options and their feedback stand in the bank's file, beside this one."""

    bank: Slug | None = key("The bank's id, as its file says it (else: the only bank there is).", default=None)
    question: Slug | None = key("The question's id in the bank (else: the id of this block).", default=None)
    right: Effects = key("What the right answer changes.", default=())
    partly: Effects | None = key(
        "Where several are chosen: what an answer with more right than wrong options changes (else: as if wrong).",
        default=None,
    )
    wrong: Effects = key("What a wrong answer changes.", default=())
    options: Mapping[Slug, Effects] = key(
        "What choosing an option changes beside the result, by its id in the bank.", factory=dict
    )
    feedback_at: Literal["now", "checkpoint", "debrief"] = key(
        "When the options' feedback is given.", default="debrief"
    )
    confidence: Literal["ask"] | None = key("Whether the learner is asked how sure they are.", default=None)


@dataclass(frozen=True, kw_only=True)
class OrderItemKeys(Record):
    """One thing to put in order, or to leave out."""

    id: Slug | None = key("Its id; `lms check --fix` writes a missing one.", default=None)
    text: str = key("The line.")
    feedback: str = key("What there is to say about it: why it belongs there, or nowhere.", default="")
    effects: Effects = key("What putting it in changes, wherever it stands.", default=())


@dataclass(frozen=True, kw_only=True)
class OrderKeys(Record):
    """Things to put in order: a handover, the steps of a task. What `order` does not name is to be left out."""

    ask: str = key("What to put together.", default="")
    items: tuple[OrderItemKeys, ...] = key("The things, in any order.", min_items=2)
    order: tuple[Slug, ...] = key("The ids of those that belong, in the right order.", min_items=2)
    right: Effects = key("What the right order changes.", default=())
    partly: Effects | None = key("What a partly right order changes; with `partly_from`.", default=None)
    partly_from: int | None = key(
        "From how many per cent of its pairs in the right order it is partly right (else: never). An item that is"
        " missing, or does not belong, counts as wrong with all others.",
        default=None,
        minimum=1,
        maximum=99,
    )
    wrong: Effects = key("What any other order changes.", default=())
    feedback_at: Literal["now", "checkpoint", "debrief"] = key("When the lines' feedback is given.", default="debrief")
    confidence: Literal["ask"] | None = key("Whether the learner is asked how sure they are.", default=None)
