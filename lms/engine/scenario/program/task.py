"""What a scene may ask beside choices and selections: a question of a bank, and things to put in order.

Both have items, and a result: right, partly or wrong. The effects of an item happen when it is chosen, or put in; those of
the result after them.

T1  A question is right when exactly the options that are right are chosen. It is partly right when several may be chosen
    and more right than wrong ones are.
T2  An order is judged by its pairs: two items are right together when both are put in, the one that belongs before the
    other before it. An item left out is wrong together with every other; so is one put in that does not belong.
    So it never costs anything to swap two neighbours that stand the wrong way round, to put in what is missing, or to
    leave out what does not belong: neither adjacent pairs nor places in a list have that property.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from lms.engine.scenario.program.expression import Effect
from lms.kernel.record import Record

Result = Literal["right", "partly", "wrong"]
RESULTS: tuple[Result, ...] = ("right", "partly", "wrong")
Moment = Literal["now", "checkpoint", "debrief"]
"""When the author's words on what was done are said."""

Sureness = Literal["", "guess", "fairly", "certain"]
"""How sure the learner said to be; empty where nobody asked, or nothing was said."""
SURENESS: tuple[Sureness, ...] = ("guess", "fairly", "certain")


@dataclass(frozen=True, slots=True)
class QuestionItem(Record):
    """One answer on offer. Its id is made of the question's and its own in the bank, with a dot between."""

    id: str
    label: str
    right: bool = False
    feedback: str = ""
    effects: tuple[Effect, ...] = ()
    rating: ClassVar[Literal[""]] = ""
    why_plausible: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class OrderItem(Record):
    """One thing to put in order, or to leave out."""

    id: str
    label: str
    feedback: str = ""
    effects: tuple[Effect, ...] = ()
    rating: ClassVar[Literal[""]] = ""
    why_plausible: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Question(Record):
    """A question of a bank, with what its result changes (T1). `several`: more than one answer may be chosen."""

    id: str
    ask: str
    items: tuple[QuestionItem, ...]
    several: bool = False
    right: tuple[Effect, ...] = ()
    partly: tuple[Effect, ...] = ()
    wrong: tuple[Effect, ...] = ()
    at: Moment = "debrief"
    confidence: bool = False
    references: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids of the items that are right."""
        return tuple(item.id for item in self.items if item.right)

    def result(self, taken: Sequence[str]) -> Result:
        """Return what an answer comes to (T1)."""
        right = {*self.wanted}
        kept = len(right & {*taken})
        return self.result_of(kept, len({*taken}) - kept)

    def result_of(self, kept: int, strays: int) -> Result:
        """Return what an answer with so many right and so many wrong items comes to."""
        if kept == len(self.wanted) and not strays:
            return "right"
        return "partly" if self.several and kept > strays else "wrong"

    def limits(self) -> tuple[int, int]:
        """Return how many items are chosen, at least and at most."""
        return 1, len(self.items) if self.several else 1


@dataclass(frozen=True, slots=True)
class Order(Record):
    """Things to put in order, with what the result changes (T2). Items that `order` does not name are to be left out.

    `partly_from` is the share of right pairs, in per cent, from which an order is partly right; 0: no order is.
    """

    id: str
    ask: str
    items: tuple[OrderItem, ...]
    order: tuple[str, ...]
    right: tuple[Effect, ...] = ()
    partly: tuple[Effect, ...] = ()
    wrong: tuple[Effect, ...] = ()
    partly_from: int = 0
    at: Moment = "debrief"
    confidence: bool = False
    references: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids of the items that belong, in their order."""
        return self.order

    def result(self, taken: Sequence[str]) -> Result:
        """Return what an order comes to (T2)."""
        places = {id_: place for place, id_ in enumerate(self.order)}
        kept = [places[id_] for id_ in taken if id_ in places]
        good = sum(first < second for at, first in enumerate(kept) for second in kept[at + 1 :])
        return self.result_of(len(kept), len(taken) - len(kept), good)

    def result_of(self, kept: int, strays: int, good: int) -> Result:
        """Return what an order comes to in which so many belong, so many do not, and so many pairs are right."""
        most = len(self.order)
        pairs = most * (most - 1) // 2
        if kept == most and not strays and good == pairs:
            return "right"
        share = 100 * (good - (most - 1) * strays)
        return "partly" if self.partly_from and share >= self.partly_from * pairs else "wrong"

    def limits(self) -> tuple[int, int]:
        """Return how many items are put in, at least and at most; all of them where none is to be left out."""
        count = len(self.items)
        return (count if count == len(self.order) else 1), count


Task = Question | Order
