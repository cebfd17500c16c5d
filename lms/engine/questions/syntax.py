"""What the file of a question bank may say: its keys, each with its sentence for authors."""

from dataclasses import dataclass
from typing import Literal

from lms.engine.source.typed import Record, key
from lms.engine.source.values import Slug


@dataclass(frozen=True, kw_only=True)
class OptionKeys(Record):
    """One answer on offer."""

    id: Slug | None = key("Its id, which never changes; `lms check --fix` writes a missing one.", default=None)
    text: str = key("The answer, in Markdown.")
    right: bool = key("Whether it is right to choose it.", default=False)
    feedback: str = key("What there is to say about it, right or wrong.", default="")


@dataclass(frozen=True, kw_only=True)
class QuestionKeys(Record):
    """A question with its options."""

    id: Slug | None = key("Its id, which never changes; `lms check --fix` writes a missing one.", default=None)
    type: Literal["single", "multiple"] = key("Whether one option is right, or all that fit are chosen.")
    critical: bool = key("Whether it is in every try and has to be right.", default=False)
    outcome: Slug | None = key("The outcome it tests.", default=None)
    references: tuple[Slug, ...] = key("The sources of its answer.", default=())
    ask: str = key("The question, in Markdown.")
    options: tuple[OptionKeys, ...] = key("The answers on offer; they are shuffled for each try.", min_items=2)


@dataclass(frozen=True, kw_only=True)
class BankFile(Record):
    """A question bank."""

    bank: Slug = key("Its id, by which a quiz names it.")
    questions: tuple[QuestionKeys, ...] = key("The questions, in any order.", min_items=1)
