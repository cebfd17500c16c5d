"""Questions and orders as written → as they are in a Program."""

from typing import Protocol

from lms.engine.questions.build import build_question
from lms.engine.scenario.language import front_tasks, syntax
from lms.engine.scenario.language.banks import Banks
from lms.engine.scenario.language.front import Effects
from lms.engine.scenario.program import codes, task
from lms.engine.scenario.program.expression import Effect
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span

MOST_ITEMS = 20


class ReadEffects(Protocol):
    """Reads the effects at a path of a record."""

    def __call__(self, record: Record, written: Effects, *path: str | int) -> tuple[Effect, ...]:
        """Return them, those that can be read."""


def question(
    written: syntax.Question | None, banks: Banks, read: ReadEffects, problems: Problems
) -> task.Question | None:
    """Compile a question with the words that its bank has for it."""
    found = banks.find(written, problems) if written is not None else None
    if written is None or found is None:
        return None
    keys = written.keys
    asked = build_question(found)
    known = Names(option.id for option in asked.options)
    _check_number(len(asked.options), written.id.span, "options are offered", problems)
    for name in keys.options:
        if name not in known:
            problems.add(
                codes.UNKNOWN_QUESTION,
                keys.place_of_key("options", name),
                f"the question '{asked.id}' has no option '{name}'",
                why="effects stand under the ids that its options have in the bank",
                fix=known.hint(name, "write the id of one of its options"),
            )
    if keys.partly is not None and asked.kind == "single":
        problems.add(
            codes.BAD_RESULT,
            keys.place_of_key("partly"),
            "of this question one option is chosen, so no answer is partly right",
            fix="remove 'partly', or write 'type: multiple' in the bank",
        )
    effects = {name: read(keys, each, "options", name) for name, each in keys.options.items()}
    wrong = read(keys, keys.wrong, "wrong")
    return task.Question(
        id=written.id.text,
        ask=asked.ask,
        items=tuple(
            task.QuestionItem(
                f"{written.id.text}.{option.id}",
                option.text,
                option.right,
                option.feedback,
                effects.get(option.id, ()),  # type: ignore[call-overload]
            )
            for option in asked.options
        ),
        several=asked.kind == "multiple",
        right=read(keys, keys.right, "right"),
        partly=wrong if keys.partly is None else read(keys, keys.partly, "partly"),
        wrong=wrong,
        at=keys.feedback_at,
        confidence=keys.confidence is not None,
        references=tuple(map(str, asked.references)),
    )


def order(written: syntax.Order | None, read: ReadEffects, problems: Problems) -> task.Order | None:
    """Compile things to put in order."""
    if written is None:
        return None
    keys = written.keys
    _check_order(keys, problems)
    _check_number(len(keys.items), keys.place_of("items"), "things are put in order", problems)
    wrong = read(keys, keys.wrong, "wrong")
    return task.Order(
        id=written.id.text,
        ask=keys.ask.strip(),
        items=tuple(
            task.OrderItem(item.id or "", item.text.strip(), item.feedback.strip(), read(item, item.effects, "effects"))
            for item in keys.items
        ),
        order=tuple(map(str, keys.order)),
        right=read(keys, keys.right, "right"),
        partly=wrong if keys.partly is None else read(keys, keys.partly, "partly"),
        wrong=wrong,
        partly_from=keys.partly_from or 0,
        at=keys.feedback_at,
        confidence=keys.confidence is not None,
    )


def asks_how_sure(scene: syntax.Scene) -> bool:
    """Tell whether the learner is asked how sure they are: of one choice would tell which it is, so of all."""
    return scene.keys.confidence is not None or any(choice.keys.confidence is not None for choice in scene.choices)


def _check_number(count: int, place: Span, what: str, problems: Problems) -> None:
    if count > MOST_ITEMS:
        problems.add(
            codes.TOO_MANY_ITEMS,
            place,
            f"{count} {what} here",
            why=f"nobody can weigh more than {MOST_ITEMS} against each other, least of all on a phone",
            fix=f"ask for {MOST_ITEMS} at most, or in several scenes",
        )


def _check_order(keys: front_tasks.OrderKeys, problems: Problems) -> None:
    known = [item.id for item in keys.items if item.id]
    is_whole = len(known) == len(keys.items)
    seen: set[str] = set()
    for position, name in enumerate(keys.order):
        place = keys.place_of("order", position)
        if name in seen:
            problems.add(
                codes.BAD_ORDER, place, f"'{name}' stands in the order twice", fix="name each thing once, at its place"
            )
        elif name not in known and is_whole:
            problems.add(
                codes.BAD_ORDER,
                place,
                f"there is no item '{name}' to put in order",
                fix=Names(known).hint(name, f"write one of {', '.join(known)}"),
            )
        seen.add(name)
    texts: dict[str, Span] = {}
    for item in keys.items:
        first = texts.setdefault(" ".join(item.text.casefold().split()), item.place_of("text"))
        if first is not item.place_of("text") and first != item.place_of("text"):
            problems.add(
                codes.BAD_ORDER,
                item.place_of("text"),
                f"this item says the same as the one on line {first.line}",
                why="nobody could tell which of the two belongs first",
                fix="change one of them",
            )
    if (keys.partly is None) != (keys.partly_from is None):
        there, missing = ("partly_from", "partly") if keys.partly is None else ("partly", "partly_from")
        if not keys.is_unread(missing):
            problems.add(
                codes.BAD_RESULT,
                keys.place_of_key(there),
                f"'{there}' needs '{missing}' beside it",
                why="one says from where an order is partly right, the other what that changes",
                fix="write 'partly_from: 60' and 'partly: [effects]', or remove both",
            )
