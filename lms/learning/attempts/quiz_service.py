"""The use cases of a quiz: answer, go on, show. Starting one and all that attempts share is in `service`.

State of a quiz: `drawn` (ids of questions and options, in order), `answers` (by question), `at` (the place of the
question on the page). A question that was answered shows its feedback until the learner goes on; the last answer ends
the quiz.
"""

from typing import Any
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Course, Drawn, Quiz, draw, judge, mark, turn
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as lookup
from lms.learning.attempts import service, statements
from lms.learning.attempts.model import Answered, Attempt, QuestionPage, ResultPage
from lms.learning.library import service as library
from lms.learning.people.model import Learner

_STALE = N_("That question is already answered. Your answer is kept.")
_HERE = N_("Carry on from here.")


def begin(uow: UnitOfWork, me: Learner, attempt_id: UUID) -> Attempt:
    """Draw the questions of a new try, preferring those not drawn before; beginning twice changes nothing."""
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
    if attempt.status != "prebrief" or attempt.kind != "quiz":
        return attempt
    course, quiz = _quiz(uow, attempt)
    seen = [
        question_id
        for each in lookup.list_attempts(uow, me.id, with_practice=False, of=(attempt.item_id, quiz.id))
        if each.state
        for question_id, _options in each.state["drawn"]["questions"]
    ]
    drawn = draw(quiz, course.bank_of(quiz), attempt.seed, seen)
    state = {"drawn": drawn.to_json(), "answers": {}, "at": 0}
    if service.move(
        uow, attempt, {"status": "open", "state": state, "started_at": uow.now, "minutes_left": quiz.minutes}
    ):
        service.record(uow, attempt, list(statements.begun(attempt, service.facts(uow, me, attempt))))
    return lookup.get_attempt(uow, me.id, attempt_id)


def answer(uow: UnitOfWork, me: Learner, attempt_id: UUID, step: int, response: tuple[str, ...]) -> Attempt:
    """Mark and keep an answer; end the quiz with the last one.

    Raises Conflict for a stale step or a question that was answered, Invalid for what is no answer to it.
    """
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
    course, quiz = _quiz(uow, attempt)
    if attempt.status != "open" or attempt.step != step:
        raise Conflict(_STALE, fix=_HERE)
    drawn = Drawn.from_json(attempt.state["drawn"], course.bank_of(quiz))
    question = drawn.questions[attempt.state["at"]]
    answers: dict[str, list[str]] = attempt.state["answers"]
    if question.id in answers:
        raise Conflict(_STALE, fix=_HERE)
    marked = mark(question, response)
    answers = {**answers, question.id: list(marked.response)}
    is_last = len(answers) == len(drawn.questions)
    values: dict[str, Any] = {
        "step": step + 1,
        "state": {**attempt.state, "answers": answers},
        "progress": len(answers) / len(drawn.questions),
        "minutes_left": round(quiz.minutes * (1 - len(answers) / len(drawn.questions))),
    }
    result = judge(quiz, drawn, [each.marked for each in _answered(drawn, answers)])
    if is_last:
        values |= {"status": "ended", "ended_at": uow.now, "success": result.success, "score": result.score}
    if not service.move(uow, attempt, values):
        raise Conflict(_STALE, fix=_HERE)
    make = service.facts(uow, me, attempt)
    took = uow.now - attempt.moved_at if uow.now >= attempt.moved_at else None
    asked = next(each for each in course.bank_of(quiz).questions if each.id == question.id)  # in its author's order
    told = [statements.answered(attempt, asked, marked.response, make, is_right=marked.is_right, took=took)]
    now = lookup.get_attempt(uow, me.id, attempt_id)
    if not is_last:
        service.record(uow, now, told)
        return now
    told += statements.judged(
        now, make, score=result.score, success=result.success, mastery=quiz.pass_score, missed=result.missed_critical
    )
    service.record(uow, now, told)
    service.finish(uow, me, now)
    return now


def go_on(uow: UnitOfWork, me: Learner, attempt_id: UUID, step: int) -> Attempt:
    """Leave the feedback of a question for the next question; a second click changes nothing."""
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
    if attempt.status != "open" or attempt.step != step:
        return attempt
    state = attempt.state
    question_id = state["drawn"]["questions"][state["at"]][0]
    if question_id not in state["answers"]:
        return attempt
    service.move(uow, attempt, {"step": step + 1, "state": {**state, "at": state["at"] + 1}})
    return lookup.get_attempt(uow, me.id, attempt_id)


def get_page(uow: UnitOfWork, attempt: Attempt) -> QuestionPage | ResultPage:
    """Return the page of a quiz's attempt: the question it is at, or how it went."""
    course, quiz = _quiz(uow, attempt)
    drawn = Drawn.from_json(attempt.state["drawn"], course.bank_of(quiz))
    answers = attempt.state["answers"]
    if attempt.status == "ended":
        answered = _answered(drawn, answers)
        tries = lookup.list_tries(uow, attempt.person_id, attempt.item_id, quiz.id)
        return ResultPage(
            attempt,
            course.language,
            answered,
            judge(quiz, drawn, [each.marked for each in answered]),
            turn(quiz, lookup.ends(tries), uow.now),
        )
    place = attempt.state["at"]
    question = drawn.questions[place]
    marked = mark(question, answers[question.id]) if question.id in answers else None
    return QuestionPage(attempt, course.language, question, place + 1, len(drawn.questions), marked)


def _answered(drawn: Drawn, answers: dict[str, list[str]]) -> tuple[Answered, ...]:
    return tuple(
        Answered(question, mark(question, answers[question.id]))
        for question in drawn.questions
        if question.id in answers
    )


def _quiz(uow: UnitOfWork, attempt: Attempt) -> tuple[Course, Quiz]:
    course = library.course(uow, attempt.version) if attempt.kind == "quiz" else None
    quiz = None if course is None else course.find_quiz(attempt.activity_id or "")
    if course is None or quiz is None:
        raise NotFound(N_("There is no such quiz among your tries."), fix=N_("Go back to the course."))
    return course, quiz
