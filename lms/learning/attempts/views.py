"""Pages of attempts: an activity with its tries, prebrief, scene, ending, question, result, stepping out.

A step that cannot be taken (stale, doubled, never offered) is no error page: the learner is shown where they are,
with a kind word.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.engine.scenario import api as scenario
from lms.engine.scenario.api import Action, Choose, Go, Order, Select, TimeOut, Write
from lms.engine.scenario.program.task import SURENESS, Sureness
from lms.kernel.errors import Conflict, Invalid
from lms.kernel.words import N_
from lms.learning.attempts import again_service, quiz_service, service, timing_service
from lms.learning.attempts import lookup_service as lookup
from lms.learning.attempts.model import TIMINGS, Attempt, EndingPage

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
    """The form of a scene: its step, and one of: a choice, options, answers, an order, a text, or nothing (going on).

    An order comes as pairs: the n-th item has the n-th place, or none where it is left out.
    """

    step: int
    choice: str | None = None
    option: tuple[str, ...] = ()
    selecting: bool = False
    answer: tuple[str, ...] = ()
    answering: bool = False
    item: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    sure: str = ""
    time_out: bool = False
    text: str | None = field(default=None, metadata={"most": 20_000})

    def action(self) -> Action:
        """Return what was done. Raises Conflict for an order in which two things have one place."""
        sure: Sureness = next((step for step in SURENESS if step == self.sure), "")
        if self.time_out:
            return TimeOut()
        if self.text is not None:
            return Write(self.text)
        if self.item:
            return Order(self._in_order(), sure)
        if self.answering:
            return scenario.Answer(self.answer, sure)
        if self.selecting:
            return Select(self.option, sure)
        return Go() if self.choice is None else Choose(self.choice, sure)

    def place_of(self, item: str) -> str:
        """Return the place that was given to an item, or "" where it was left out."""
        return next((place for id_, place in zip(self.item, self.place, strict=False) if id_ == item), "")

    @property
    def has_work(self) -> bool:
        """Tell whether more was filled in than a button pressed: then it is given back when it is refused."""
        return bool(self.text or self.option or self.answer or self.item or self.sure)

    def _in_order(self) -> tuple[str, ...]:
        placed = [(place, item) for item, place in zip(self.item, self.place, strict=False) if place]
        if len({place for place, _ in placed}) < len(placed):
            raise Conflict(
                N_("Two lines have the same place."), fix=N_("Give each a place of its own, then send it again.")
            )
        return tuple(item for _, item in sorted(placed, key=lambda each: _number(each[0])))


def _number(place: str) -> int:
    return int(place) if place.isascii() and place.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of a question."""

    step: int
    answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """How a learner wants to be timed."""

    timing: str | None = None

    def wish(self) -> int:
        """Return how many times as long as the author's limits; -1 for what is no answer."""
        return next((each for each in TIMINGS if str(each) == self.timing), -1)


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
    attempt = lookup.get_attempt(uow, web.me().id, attempt_id)
    page = (
        quiz_service.get_page(uow, attempt)
        if attempt.kind == "quiz"
        else service.get_run_page(uow, attempt, web.me().language)
    )
    if isinstance(page, EndingPage):
        page = again_service.with_checkpoints(uow, page, web.me().language)
    return web.render(TEMPLATES[type(page).__name__], page=page)


@web.post(blueprint, "/<uuid:attempt_id>/begin", allow=web.SIGNED_IN)
def begin(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Leave the prebrief for the first scene."""
    form = web.read_form(Timing)
    if form.timing is not None:
        timing_service.set_timing(uow, web.me(), attempt_id, form.wish())
    service.begin(uow, web.me(), attempt_id)
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.post(blueprint, "/<uuid:attempt_id>/again", allow=web.SIGNED_IN)
def go_again(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Go again from a checkpoint of an ended run, in practice."""
    form = web.read_form(Step)
    try:
        attempt = again_service.go_again(uow, web.me(), attempt_id, form.step)
    except Conflict as refused:
        web.tell(uow, refused)
        return web.redirect("attempts.show", attempt_id=attempt_id)
    return web.redirect("attempts.show", attempt_id=attempt.id)


@web.post(blueprint, "/<uuid:attempt_id>/timing", allow=web.SIGNED_IN)
def timing(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Change how one wants to be timed in this run."""
    timing_service.set_timing(uow, web.me(), attempt_id, web.read_form(Timing).wish())
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.post(blueprint, "/<uuid:attempt_id>/decide", allow=web.SIGNED_IN)
def decide(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Take a step in a scenario."""
    form = web.read_form(Decision)
    try:
        service.decide(uow, web.me(), attempt_id, form.step, form.action())
    except Conflict as refused:
        uow.undo()
        attempt = lookup.get_attempt(uow, web.me().id, attempt_id)
        sent = form if attempt.step == form.step and form.has_work else None
        if not (form.text or sent):
            web.tell(uow, refused)
            return web.redirect("attempts.show", attempt_id=attempt_id)
        page = service.get_run_page(uow, attempt, web.me().language)
        return web.render(
            TEMPLATES[type(page).__name__], page=page, refused=refused, wrote=form.text or "", sent=sent, status=409
        )
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
    attempt = lookup.get_attempt(uow, web.me().id, attempt_id)
    return web.render("attempts/summary.html", page=service.get_summary(uow, attempt, web.me().language))


@web.post(blueprint, "/<uuid:attempt_id>/summary", allow=web.SIGNED_IN)
def read_summary(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """End the run by reading instead of playing."""
    service.read_summary(uow, web.me(), attempt_id)
    return web.redirect("attempts.show", attempt_id=attempt_id)


@web.get(blueprint, "/<uuid:attempt_id>/away", allow=web.SIGNED_IN)
def away(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Step out: a calm page that says what is kept, where support is, and how to come back."""
    attempt = lookup.get_attempt(uow, web.me().id, attempt_id)
    page = service.get_run_page(uow, attempt, web.me().language) if attempt.kind == "scenario" else None
    return web.render("attempts/away.html", attempt=attempt, page=page)


def _step(uow: UnitOfWork, attempt_id: UUID, take: Callable[[], Attempt | None]) -> web.Response:
    try:
        take()
    except (Conflict, Invalid) as refused:
        web.tell(uow, refused)
    return web.redirect("attempts.show", attempt_id=attempt_id)
