"""What a learner sees of questions and orders, and the author's words on what was taken."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from lms.engine.scenario.play.machine import Machine, ReadyTask
from lms.engine.scenario.play.scene import Mark, OfferedOption, OfferedOrder, OfferedQuestion, Word
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.program import Choice, Option
from lms.engine.scenario.program.task import Moment, Order, Question, Task


def offered_question(machine: Machine, state: State, ready: ReadyTask | None) -> OfferedQuestion | None:
    """Return a question as it is asked."""
    if ready is None or not isinstance(ready.task, Question):
        return None
    task = ready.task
    return OfferedQuestion(task.id, task.ask, task.several, _items(machine, state, ready))


def offered_order(machine: Machine, state: State, ready: ReadyTask | None) -> OfferedOrder | None:
    """Return things to put in order as they are offered."""
    if ready is None or not isinstance(ready.task, Order):
        return None
    return OfferedOrder(ready.task.id, ready.task.ask, *ready.task.limits(), _items(machine, state, ready))


def asks_how_sure(machine: Machine, state: State) -> bool:
    """Tell whether the learner is asked how sure they are about what the scene waits for."""
    ready = machine.scenes[state["scene"]]
    match state["phase"]:
        case "choose":
            return ready.scene.confidence
        case "select":
            return ready.options is not None and ready.options.confidence
        case "answer":
            return ready.question is not None and ready.question.task.confidence
        case "order":
            return ready.order is not None and ready.order.task.confidence
    return False


def words(machine: Machine, ids: Iterable[str], moments: frozenset[Moment]) -> tuple[Word, ...]:
    """Return the author's words on what was taken, of those that are said at these moments.

    What was left out of a question or an order, and belongs there, is among them.
    """
    found: list[Word] = []
    for ready, group in groupby(ids, key=machine.tasks.get):
        if ready is not None:
            found += words_on(ready.task, tuple(group)) if ready.task.at in moments else ()
            continue
        for id_ in group:
            item = _choice_or_option(machine, id_)
            if item is not None and item.feedback is not None and item.feedback.at in moments:
                found.append(Word(item.label, item.feedback.markdown))
    return tuple(found)


def words_on(task: Task, taken: Sequence[str]) -> tuple[Word, ...]:
    """Return line by line what there is to say about a response: what was taken, then what is missing."""
    labels = {item.id: item.label for item in task.items}
    says = {item.id: item.feedback for item in task.items}
    marks = marks_on(task, taken)
    return tuple(Word(labels[id_], says[id_], mark) for id_, mark in marks.items())


def marks_on(task: Task, taken: Sequence[str]) -> dict[str, Mark]:
    """Return a mark for each item that was taken, in the order given, and for each that is missing."""
    wanted = task.wanted
    stray: Mark = "stray" if isinstance(task, Order) else "wrong"
    missed: Mark = "missed" if isinstance(task, Order) else "answer"
    stays = _staying([id_ for id_ in taken if id_ in wanted], wanted) if isinstance(task, Order) else {*wanted}
    marks: dict[str, Mark] = {
        id_: stray if id_ not in wanted else "right" if id_ in stays else "elsewhere" for id_ in taken
    }
    return marks | {id_: missed for id_ in wanted if id_ not in marks}


def _staying(kept: Sequence[str], order: Sequence[str]) -> set[str]:
    """Return the most items that can stay where they are while the others are moved into their places."""
    places = {id_: place for place, id_ in enumerate(order)}
    chains: list[list[str]] = []
    for id_ in kept:
        longest: list[str] = []
        for chain in chains:
            if places[chain[-1]] < places[id_] and len(chain) > len(longest):
                longest = chain
        chains.append([*longest, id_])
    return _longest(chains)


def _longest(chains: Sequence[Sequence[str]]) -> set[str]:
    found: Sequence[str] = ()
    for chain in chains:
        found = chain if len(chain) > len(found) else found
    return {*found}


def _items(machine: Machine, state: State, ready: ReadyTask) -> tuple[OfferedOption, ...]:
    labels = {item.id: item.label for item in ready.task.items}
    return tuple(OfferedOption(id_, labels[id_]) for id_ in machine.order(state, labels))


def _choice_or_option(machine: Machine, id_: str) -> Choice | Option | None:
    if id_ in machine.choices:
        return machine.choices[id_].choice
    return machine.options.get(id_)
