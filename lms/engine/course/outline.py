"""Where a learner stands in a course: what is done, what is open, what comes next. Decided from facts alone.

       locked ──(all that it needs is done)──► open ──(done)──► done
                                                │                ▲
                       (scenario passed) ───────└──► debrief ────┘ (debriefed, or consciously skipped)

O1  An activity is done when: a lesson was completed; a quiz was passed; a scenario was passed and, where the course asks
    for it, a counted run of it debriefed, whichever (after a failed one there is most to look back on, and nobody is asked
    twice); or, where the course allows it, its summary was read instead.
O2  What is done stays done, whatever is failed later.
O3  Exactly one activity is next while anything that is not done is open, in the course's order.
O4  A course is complete when all of it is done; a certificate is due when everything that its rule names is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.engine.course.model import Activity, Course, Lesson, Quiz, ScenarioActivity


class State(StrEnum):
    """Where one activity stands."""

    LOCKED = "locked"
    OPEN = "open"
    DEBRIEF = "debrief"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about one activity of one learner, over all tries."""

    completed: bool = False
    passed: bool = False
    debriefed: bool = False
    summary_read: bool = False


NOTHING = Standing()


@dataclass(frozen=True, slots=True)
class Row:
    """One activity, and where it stands. `waits_for` are the activities that have to be done before it opens."""

    activity: Activity
    state: State
    waits_for: tuple[Activity, ...] = ()
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        """Tell whether it is done."""
        return self.state is State.DONE

    @property
    def is_open(self) -> bool:
        """Tell whether it may be entered: for the first time, to go on, or to look at it again."""
        return self.state is not State.LOCKED


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole course as it stands for one learner."""

    rows: tuple[Row, ...]
    is_complete: bool
    certificate_due: bool

    @property
    def next(self) -> Row | None:
        """What to do next; None when nothing is left."""
        return next((row for row in self.rows if row.is_next), None)

    @property
    def done(self) -> int:
        """How many activities are done."""
        return sum(row.is_done for row in self.rows)

    @property
    def total(self) -> int:
        """How many activities there are."""
        return len(self.rows)

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes."""
        return sum(row.activity.minutes for row in self.rows if not row.is_done)

    def row(self, activity_id: str) -> Row | None:
        """Return the row of an activity, or None."""
        return next((row for row in self.rows if row.activity.id == activity_id), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether another try may begin now. `left` is None when tries are unlimited; `at` says when it may, if only later."""

    allowed: bool
    left: int | None
    at: datetime | None = None


def is_done(activity: Activity, standing: Standing) -> bool:
    """Tell whether an activity is done (O1)."""
    match activity:
        case Lesson():
            return standing.completed
        case Quiz():
            return standing.passed
        case ScenarioActivity():
            played = standing.passed and (standing.debriefed or not activity.debrief)
            return played or (activity.summary_credit and standing.summary_read)


def outline(course: Course, facts: Mapping[str, Standing]) -> Outline:
    """Return where a learner stands; `facts` are by activity id, and ids that the course no longer has are ignored."""
    done = {activity.id: is_done(activity, facts.get(activity.id, NOTHING)) for activity in course.activities}
    rows: list[Row] = []
    has_next = False
    for activity in course.activities:
        waits_for = tuple(other for other in course.activities if other.id in activity.needs and not done[other.id])
        state = _state(activity, facts.get(activity.id, NOTHING), is_done=done[activity.id], is_locked=bool(waits_for))
        is_next = not has_next and state in {State.OPEN, State.DEBRIEF}
        has_next = has_next or is_next
        rows.append(Row(activity, state, waits_for, is_next))
    rule = course.certificate
    return Outline(
        rows=tuple(rows),
        is_complete=all(done.values()),
        certificate_due=rule is not None and all(done.get(needed, False) for needed in rule.needs),
    )


def turn(activity: Quiz | ScenarioActivity, ended: Sequence[datetime], now: datetime) -> Turn:
    """Return whether another try may begin, given when each earlier one ended."""
    left = None if activity.tries is None else max(0, activity.tries - len(ended))
    if left == 0:
        return Turn(allowed=False, left=0)
    opens = max(ended) + timedelta(minutes=activity.wait_minutes) if ended else now
    return Turn(allowed=True, left=left) if opens <= now else Turn(allowed=False, left=left, at=opens)


def _state(activity: Activity, standing: Standing, *, is_done: bool, is_locked: bool) -> State:
    if is_done:
        return State.DONE
    if is_locked:
        return State.LOCKED
    if isinstance(activity, ScenarioActivity) and standing.passed:
        return State.DEBRIEF
    return State.OPEN
