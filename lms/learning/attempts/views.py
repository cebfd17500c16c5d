"""Pages of attempts: an activity with its tries, prebrief, scene, ending, question, result, stepping out.

A step that cannot be taken (stale, doubled, never offered) is no error page: the learner is shown where they are,
with a kind word.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.engine.scenario.api import Action, Choose, Go, Select, Write
from lms.kernel.errors import Conflict, Invalid
from lms.learning.attempts import quiz_service, service
from lms.learning.attempts.model import Attempt

blueprint = web.blueprint("attempts", __name__)

TEMPLATES = {
    "Prebrief": "attempts/prebrief.html",
    "ScenePage": "attempts/scene.html",
    "EndingPage": "attempts/ending.html",
    "SummaryPage": "attempts/summary.html",
    "QuestionPage": "attempts/question.html",
    "ResultPage": "attempts/result.html",
}
"""Which template shows which page."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The form of a scene: its step, and one of: a choice, options, a text, or nothing (going on)."""

    step: int
    choice: str | None = None
    option: tuple[str, ...] = ()
    selecting: bool = False
    text: str | None = field(default=None, metadata={"most": 20_000})

    def action(self) -> Action:
        """Return what was done."""
        if self.choice is not None:
            return Choose(self.choice)
        if self.text is not None:
            return Write(self.text)
        return Select(self.option) if self.selecting else Go()


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of a question."""

    step: int
    answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The form of a plain step on."""

    step: int


@web.get(blueprint, "/courses/<course_id>/<activity_id>", allow=web.SIGNED_IN)
def activity(uow: UnitOfWork, course_id: str, activity_id: str) -> web.Response:
    """Show a quiz or scenario of a course: its rule, one's tries, and the way in."""
    return web.render(
        "attempts/activity.html", page=service.get_activity_page(uow, web.me().id, course_id, activity_id)
    )


@web.post(blueprint, "/courses/<course_id>/<activity_id>/start", allow=web.SIGNED_IN)
def start_activity(uow: UnitOfWork, course_id: str, activity_id: str) -> web.Response:
    """Start a counted try, or return to the one that is open."""
    try:
        attempt = service.start_activity(uow, web.me(), course_id, activity_id)
    except Conflict as conflict:
        web.tell(uow, conflict)
        return web.redirect("attempts.activity", course_id=course_id, activity_id=activity_id)
    if attempt.kind == "quiz":
        quiz_service.begin(uow, web.me(), attempt.id)
    return web.redirect("attempts.show", attempt_id=attempt.id)


@web.post(blueprint, "/practice/<scenario_id>/start", allow=web.SIGNED_IN)
def start_practice(uow: UnitOfWork, scenario_id: str) -> web.Response:
    """Start a practice run, or return to the one that is open."""
    return web.redirect("attempts.show", attempt_id=service.start_practice(uow, web.me(), scenario_id).id)


@web.get(blueprint, "/<uuid:attempt_id>", allow=web.SIGNED_IN)
def show(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show an attempt where it stands."""
    attempt = service.get_attempt(uow, web.me().id, attempt_id)
    page = (
        quiz_service.get_page(uow, attempt)
        if attempt.kind == "quiz"
        else service.get_run_page(uow, attempt, web.me().language)
    )
    return web.render(TEMPLATES[type(page).__name__], page=page)


@web.post(blueprint, "/<uuid:attempt_id>/begin", allow=web.SIGNED_IN)
def begin(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Leave the prebrief for the first scene."""
    service.begin(uow, web.me(), attempt_id)
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.post(blueprint, "/<uuid:attempt_id>/decide", allow=web.SIGNED_IN)
def decide(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Take a step in a scenario."""
    form = web.read_form(Decision)
    try:
        service.decide(uow, web.me(), attempt_id, form.step, form.action())
    except Conflict as refused:
        if not form.text:
            web.tell(uow, refused)
            return web.redirect("attempts.show", attempt_id=attempt_id)
        uow.undo()
        page = service.get_run_page(uow, service.get_attempt(uow, web.me().id, attempt_id), web.me().language)
        return web.render(TEMPLATES[type(page).__name__], page=page, refused=refused, wrote=form.text, status=409)
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.post(blueprint, "/<uuid:attempt_id>/answer", allow=web.SIGNED_IN)
def answer(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Answer a question."""
    form = web.read_form(Answer)
    return _step(uow, attempt_id, lambda: quiz_service.answer(uow, web.me(), attempt_id, form.step, form.answer))


@web.post(blueprint, "/<uuid:attempt_id>/next", allow=web.SIGNED_IN)
def go_on(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Leave the feedback of a question for the next one."""
    form = web.read_form(Step)
    return _step(uow, attempt_id, lambda: quiz_service.go_on(uow, web.me(), attempt_id, form.step))


@web.get(blueprint, "/<uuid:attempt_id>/summary", allow=web.SIGNED_IN)
def summary(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show what happens, for those who would rather read than play."""
    attempt = service.get_attempt(uow, web.me().id, attempt_id)
    return web.render("attempts/summary.html", page=service.get_summary(uow, attempt, web.me().language))


@web.post(blueprint, "/<uuid:attempt_id>/summary", allow=web.SIGNED_IN)
def read_summary(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """End the run by reading instead of playing."""
    service.read_summary(uow, web.me(), attempt_id)
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.get(blueprint, "/<uuid:attempt_id>/away", allow=web.SIGNED_IN)
def away(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Step out: a calm page that says what is kept, where support is, and how to come back."""
    attempt = service.get_attempt(uow, web.me().id, attempt_id)
    page = service.get_run_page(uow, attempt, web.me().language) if attempt.kind == "scenario" else None
    return web.render("attempts/away.html", attempt=attempt, page=page)


def _step(uow: UnitOfWork, attempt_id: UUID, take: Callable[[], Attempt | None]) -> web.Response:
    try:
        take()
    except (Conflict, Invalid) as refused:
        web.tell(uow, refused)
    return web.redirect("attempts.show", attempt_id=attempt_id)
