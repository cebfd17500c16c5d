"""Ways through content, for tests of every layer: play a run to its end, answer a quiz, take a course."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from lms.base.store.work import Store
from lms.engine.scenario.api import Action, Answer, Choose, Go, Order, Program, Select, State, Write, offered
from lms.learning.attempts import lookup_service, quiz_service, service
from lms.learning.attempts.model import Attempt, QuestionPage
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library

COURSE = "safeguarding-adults-basics"
SCENARIO = "between-you-and-me"
QUIZ = "final-questions"
WORDS = "What I would say, in my own words"

RATINGS = ("best", "defensible", "", "unsafe", "critical")


def any_action(program: Program, state: State) -> Action:
    """The first thing that can be done: words are written, the least number of options is taken."""
    scene = offered(program, state)
    match scene.awaits:
        case "write":
            return Write(WORDS)
        case "select":
            assert scene.options is not None
            return Select(tuple(item.id for item in scene.options.items[: scene.options.least]))
        case "answer":
            assert scene.question is not None
            return Answer((scene.question.items[0].id,))
        case "order":
            assert scene.order is not None
            return Order(tuple(item.id for item in scene.order.items[: scene.order.least]))
        case "choose":
            return Choose(next(choice.id for choice in scene.choices if choice.open))
        case _:
            return Go()


def best_action(program: Program, state: State) -> Action:
    """What its author rates best: the way to pass."""
    scene = offered(program, state)
    written = next(each for each in program.scenes if each.id == state["scene"])
    if scene.awaits == "choose":
        ratings = {choice.id: choice.rating for choice in written.choices}
        open_choices = [choice.id for choice in scene.choices if choice.open]
        return Choose(min(open_choices, key=lambda each: RATINGS.index(ratings[each])))
    if scene.awaits == "select":
        assert scene.options is not None
        assert written.options is not None
        ratings = {item.id: item.rating for item in written.options.items}
        shown = sorted((item.id for item in scene.options.items), key=lambda each: RATINGS.index(ratings[each]))
        best = [each for each in shown if ratings[each] == "best"]
        return Select(tuple(best[: scene.options.most] or shown[: scene.options.least]))
    if scene.awaits == "answer" and written.question:
        return Answer(written.question.wanted)
    if scene.awaits == "order" and written.order:
        return Order(written.order.wanted)
    return any_action(program, state)


def play(
    store: Store,
    me: Any,
    attempt_id: UUID,
    choose: Callable[[Program, State], Action] = any_action,
    *,
    steps: int = 200,
) -> Attempt:
    """Play an attempt to its end, one unit of work a step; return it as it is then."""
    for _ in range(steps):
        with store.work() as uow:
            attempt = lookup_service.get_attempt(uow, me.id, attempt_id)
            if attempt.status == "ended":
                return attempt
            action = choose(library.program(uow, attempt.version), attempt.state)
            service.decide(uow, me, attempt_id, attempt.step, action)
    raise AssertionError("the story did not end")


def start_practice(store: Store, me: Any) -> Attempt:
    """Begin a practice run of the shipped scenario."""
    with store.work() as uow:
        return service.begin(uow, me, service.start_practice(uow, me, SCENARIO).id)


def start_assessed(store: Store, me: Any) -> Attempt:
    """Begin a counted run of the shipped scenario in its course."""
    with store.work() as uow:
        return service.begin(uow, me, service.start_activity(uow, me, COURSE, SCENARIO).id)


def start_quiz(store: Store, me: Any) -> Attempt:
    """Begin a try at the shipped course's quiz."""
    with store.work() as uow:
        return quiz_service.begin(uow, me, service.start_activity(uow, me, COURSE, QUIZ).id)


def answer_all(store: Store, me: Any, attempt_id: UUID, *, rightly: bool = True) -> Attempt:
    """Answer every question, rightly or wrongly; return the attempt as it is then."""
    for _ in range(100):
        with store.work() as uow:
            attempt = lookup_service.get_attempt(uow, me.id, attempt_id)
            if attempt.status == "ended":
                return attempt
            page = quiz_service.get_page(uow, attempt)
            assert isinstance(page, QuestionPage)
            if page.marked is not None:
                quiz_service.go_on(uow, me, attempt_id, attempt.step)
                continue
            wanted = [option.id for option in page.question.options if option.right == rightly]
            chosen = wanted if page.question.kind == "multiple" else wanted[:1]
            quiz_service.answer(uow, me, attempt_id, attempt.step, tuple(chosen))
    raise AssertionError("the quiz did not end")


def read_lessons(store: Store, me: Any) -> None:
    """Enrol on the shipped course and read every lesson."""
    with store.work() as uow:
        enrolment.enrol_oneself(uow, me, COURSE)
        page = enrolment.get_course_page(uow, me.id, COURSE)
        for row in page.outline.rows:
            if row.activity.kind == "lesson":
                enrolment.complete_lesson(uow, me, COURSE, row.activity.id)
