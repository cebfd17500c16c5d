"""What can be wrong with questions: what makes them unfair, useless, or answerable without knowing anything."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from lms.engine.questions import codes
from lms.engine.questions.syntax import BankFile, QuestionKeys
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.yaml_nodes import Node

TELLS_SHARE = 0.4
"""At most this share of single choices may be answered rightly by one rule about length or place."""

TELLS_LEAST = 5
"""With fewer single choices, a share says nothing."""

TextCheck = Callable[[Node | None, Problems], None]
"""Reports what must not stand in a text, as whoever asks the questions has it."""

_PLACE_WORDS = re.compile(
    r"\b(?:(?:all|none|any|both|neither|either) of (?:the|these) (?:above|below|others?)"
    r"|(?:both|neither|either) [A-D] (?:and|n?or) [A-D]"
    r"|(?:first|second|third|last|previous|next) (?:answer|option)s?)\b",
    re.IGNORECASE,
)


def check_bank(bank: BankFile, problems: Problems, *, is_whole: bool, check_text: TextCheck) -> None:
    """Report what is wrong with the questions of a bank, each by itself and all together.

    Unless all of the file could be read, what a part may have said (which option is right) is not missed.
    """
    seen: dict[str, Span] = {}
    for position, question in enumerate(bank.questions):
        place = question.place_of("id") if question.id else question.span
        if question.id is None:
            _missing_id("question", place, problems)
        else:
            _once(question.id, place, seen, problems)
        _check_options(question, problems, check_text)
        if is_whole:
            _check_right(question, problems)
        check_text(bank.node_of("questions", position, "ask"), problems)
    if is_whole:
        _check_tells(bank, problems)


def _check_options(question: QuestionKeys, problems: Problems, check_text: TextCheck) -> None:
    seen: dict[str, Span] = {}
    texts: dict[str, Span] = {}
    for option in question.options:
        if option.id is None:
            _missing_id("option", option.span, problems)
        else:
            _once(option.id, option.place_of("id"), seen, problems)
        _check_option_text(option.text, option.place_of("text"), texts, problems)
        if not option.feedback:
            problems.add(
                codes.NO_FEEDBACK,
                option.place_of("text"),
                "this option has no feedback",
                why="a learner who chose it should hear what is good about it, and what would be better",
                fix="write 'feedback: …' below it",
            )
        for key in ("text", "feedback"):
            check_text(option.node_of(key), problems)


def _check_right(question: QuestionKeys, problems: Problems) -> None:
    right = [option for option in question.options if option.right]
    if not right:
        problems.add(
            codes.NO_RIGHT,
            question.place_of("ask"),
            "this question has no right option",
            fix="write 'right: yes' below the one that is right",
        )
    elif question.type == "single" and len(right) > 1:
        problems.add(
            codes.SEVERAL_RIGHT,
            right[1].place_of("right"),
            "a second option is right, and only one can be chosen",
            fix="keep the best one, or write 'type: multiple' above",
        )
    elif len(right) == len(question.options):
        problems.add(
            codes.ALL_RIGHT,
            question.place_of("ask"),
            "all options of this question are right",
            why="whoever chooses everything is right without reading",
            fix="add one that a thoughtful person might choose and that is not right",
        )


def _check_option_text(text: str, span: Span, texts: dict[str, Span], problems: Problems) -> None:
    plain = " ".join(text.casefold().split())
    first = texts.setdefault(plain, span)
    if first is not span:
        problems.add(
            codes.SAME_TEXT,
            span,
            f"this option says the same as the one on line {first.line}",
            fix="change one of them",
        )
    elif _PLACE_WORDS.search(text):
        problems.add(
            codes.PLACE_WORDS,
            span,
            "this option speaks of the place of others",
            why="options are shown in a new order for each try",
            fix="name what is meant, or ask a multiple choice",
        )


def _check_tells(bank: BankFile, problems: Problems) -> None:
    """Report a bank in which length or place gives the right options away."""
    singles = [question for question in bank.questions if question.type == "single"]
    singles = [question for question in singles if sum(option.right for option in question.options) == 1]
    if len(singles) < TELLS_LEAST:
        return
    longest = sum(_stands_out(question, longest=True) for question in singles)
    shortest = sum(_stands_out(question, longest=False) for question in singles)
    place, most = Counter(_right_place(question) for question in singles).most_common(1)[0]
    found: Sequence[tuple[Code, Span, int, str]] = (
        (codes.LONGEST_TELLS, bank.place_of("bank"), longest, "the longest"),
        (codes.SHORTEST_TELLS, bank.place_of_key("bank"), shortest, "the shortest"),
        (codes.PLACE_TELLS, bank.place_of_key("questions"), most, f"number {place + 1} in the file"),
    )
    for code, span, count, called in found:
        if count > TELLS_SHARE * len(singles):
            problems.add(
                code,
                span,
                f"in {count} of {len(singles)} single choices the right option is {called}",
                why=f"above {TELLS_SHARE:.0%}, a rule of thumb passes without knowing anything",
                fix="make some wrong options as full and careful as the right one, and vary where it stands",
            )


def _stands_out(question: QuestionKeys, *, longest: bool) -> bool:
    right = next(len(option.text) for option in question.options if option.right)
    wrong = [len(option.text) for option in question.options if not option.right]
    return right > max(wrong) if longest else right < min(wrong)


def _right_place(question: QuestionKeys) -> int:
    return next(place for place, option in enumerate(question.options) if option.right)


def _missing_id(called: str, span: Span, problems: Problems) -> None:
    problems.add(
        codes.MISSING_ID,
        Span(span.path, span.line, span.column, 1),
        f"this {called} has no id",
        why="what a learner answered is kept under its id, whatever is reworded later",
        fix="run 'lms check --fix', which writes one",
    )


def _once(name: str, span: Span, seen: dict[str, Span], problems: Problems) -> None:
    first = seen.setdefault(name, span)
    if first is not span:
        problems.add(
            codes.DUPLICATE_QUESTION,
            span,
            f"the id '{name}' is here twice",
            why=f"it stands on line {first.line} already",
            fix="give one of them another id",
        )
