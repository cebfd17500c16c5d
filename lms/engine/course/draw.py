"""Which questions a try has, and in which order: by a seed, so that the same try can be shown again anywhere.

D1  Every critical question of the bank is in every draw.
D2  No question comes twice, no option is left out, and the same seed and history give the same draw.
D3  A new try takes the questions that were seen least often, and among those the outcomes that are not yet covered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from lms.engine.course.model import Quiz
from lms.engine.questions.model import Bank, Question
from lms.kernel.errors import NotFound
from lms.kernel.ids import content_hash
from lms.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Drawn:
    """The questions of one try, in order, each with its options in the order in which they are shown."""

    quiz: str
    seed: str
    questions: tuple[Question, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the questions, in order: what later draws want to know as seen."""
        return tuple(question.id for question in self.questions)

    def question(self, question_id: str) -> Question:
        """Return one of the drawn questions; NotFound when it was not drawn."""
        found = next((question for question in self.questions if question.id == question_id), None)
        if found is None:
            raise NotFound(
                N_("This question is not part of this try."), fix=N_("Go back to the quiz and carry on from there.")
            )
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the draw as ids only; the texts stay in the bank of the pinned course."""
        return {
            "quiz": self.quiz,
            "seed": self.seed,
            "questions": [[question.id, [option.id for option in question.options]] for question in self.questions],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], bank: Bank) -> Self:
        """Return the draw that `to_json` wrote, with the texts of the same bank."""
        known = {question.id: question for question in bank.questions}
        return cls(
            value["quiz"],
            value["seed"],
            tuple(_in_order(known[question_id], option_ids) for question_id, option_ids in value["questions"]),
        )


def draw(quiz: Quiz, bank: Bank, seed: str, seen: Iterable[str] = ()) -> Drawn:
    """Return the questions of a new try; `seen` names those of all earlier tries, as often as each was drawn."""
    times = Counter(seen)
    chosen = [question for question in bank.questions if question.critical]
    waiting = [question for question in bank.questions if not question.critical]
    covered = Counter(question.outcome for question in chosen)
    while waiting and len(chosen) < quiz.draw:
        question = min(waiting, key=lambda each: (times[each.id], covered[each.outcome], _lot(seed, "draw", each.id)))
        waiting.remove(question)
        chosen.append(question)
        covered[question.outcome] += 1
    chosen.sort(key=lambda question: _lot(seed, "order", question.id))
    return Drawn(quiz.id, seed, tuple(_shuffled(question, seed) for question in chosen))


def _shuffled(question: Question, seed: str) -> Question:
    lots = {option.id: _lot(seed, question.id, option.id) for option in question.options}
    return _in_order(question, sorted(lots, key=lots.__getitem__))


def _in_order(question: Question, option_ids: Iterable[str]) -> Question:
    known = {option.id: option for option in question.options}
    return replace(question, options=tuple(known[option_id] for option_id in option_ids))


def _lot(*parts: str) -> str:
    """Return a number that looks random and is always the same for the same parts."""
    return content_hash("\0".join(parts).encode())
