from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engine.course.model import Quiz
from lms.engine.course.outline import Standing, State, Turn, is_done, outline, turn
from tests.engine.course.builders import compiled

LESSON, QUIZ, SCENARIO = "when-to-wash", "questions", "the-visitor"
READ, PASSED = Standing(completed=True), Standing(completed=True, passed=True)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def states(found):
    return [row.state.value for row in found.rows]


def test_at_first_only_the_first_activity_is_open(course):
    found = outline(course, {})
    assert states(found) == ["open", "locked", "locked"]
    assert found.next.activity.id == LESSON
    assert [activity.id for activity in found.row(SCENARIO).waits_for] == [LESSON, QUIZ]
    assert (found.done, found.total, found.minutes_left, found.is_complete, found.certificate_due) == (
        0,
        3,
        15,
        False,
        False,
    )


def test_one_after_the_other_opens_until_all_is_done(course):
    facts = {LESSON: READ}
    found = outline(course, facts)
    assert (states(found), found.next.activity.id, found.minutes_left) == (["done", "open", "locked"], QUIZ, 13)
    facts[QUIZ] = Standing(completed=True)
    assert states(outline(course, facts)) == ["done", "open", "locked"], "a failed quiz stays open"
    facts[QUIZ] = PASSED
    assert states(outline(course, facts)) == ["done", "done", "open"]
    facts[SCENARIO] = PASSED
    found = outline(course, facts)
    assert (states(found), found.next.activity.id) == (["done", "done", "debrief"], SCENARIO)
    assert not found.certificate_due
    facts[SCENARIO] = Standing(completed=True, passed=True, debriefed=True)
    found = outline(course, facts)
    assert (states(found), found.next, found.minutes_left) == (["done", "done", "done"], None, 0)
    assert found.is_complete
    assert found.certificate_due


@pytest.mark.parametrize(
    ("standing", "done"),
    [
        (Standing(), False),
        (Standing(completed=True), False),
        (Standing(completed=True, debriefed=True), False),
        (Standing(completed=True, passed=True), False),
        (Standing(passed=True, debriefed=True), True),
        (Standing(summary_read=True), True),
    ],
)
def test_O1_a_scenario_is_done_when_passed_and_debriefed_or_read_as_a_summary(course, standing, done):
    assert is_done(course.find_scenario(SCENARIO), standing) is done


def test_O1_what_the_course_does_not_ask_for_is_not_needed():
    rules = compiled({"course.yaml": ("summary_credit: yes", "debrief: no\n    summary_credit: no")}).course
    scenario = rules.find_scenario(SCENARIO)
    assert is_done(scenario, Standing(passed=True))
    assert not is_done(scenario, Standing(summary_read=True))


def test_a_certificate_is_due_when_what_its_rule_names_is_done():
    told = compiled({"course.yaml": ("{minutes: 15", "{needs: [when-to-wash], minutes: 2")}).course
    found = outline(told, {LESSON: READ})
    assert (found.certificate_due, found.is_complete) == (True, False)
    line = "certificate: {minutes: 15, valid_years: 2, says: Knowledge only.}\n"
    without = compiled({"course.yaml": (line, "")}).course
    everything = {LESSON: READ, QUIZ: PASSED, SCENARIO: Standing(summary_read=True)}
    assert (outline(without, everything).is_complete, outline(without, everything).certificate_due) == (True, False)


FACTS = st.dictionaries(
    st.sampled_from([LESSON, QUIZ, SCENARIO, "gone-since"]),
    st.builds(Standing, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)


@given(FACTS)
def test_O3_exactly_one_activity_is_next_until_the_course_is_complete(facts):
    found = outline(COURSE, facts)
    assert sum(row.is_next for row in found.rows) == (0 if found.is_complete else 1)
    assert found.is_complete == (found.done == found.total)
    assert all(row.is_done == is_done(row.activity, facts.get(row.activity.id, Standing())) for row in found.rows)


@given(FACTS, st.sampled_from([LESSON, QUIZ, SCENARIO]), FACTS)
def test_O2_further_facts_never_take_anything_back(facts, more, others):
    def both(one, other):
        return Standing(*(getattr(one, name) or getattr(other, name) for name in Standing.__slots__))

    before = outline(COURSE, facts)
    after = outline(COURSE, {**facts, more: both(facts.get(more, Standing()), others.get(more, Standing()))})
    for earlier, later in zip(before.rows, after.rows, strict=True):
        assert later.is_done or not earlier.is_done
        assert later.is_open or not earlier.is_open


COURSE = compiled().course


def test_tries_and_waiting_follow_the_course(course):
    quiz = course.find_quiz(QUIZ)
    assert turn(quiz, [], NOW) == Turn(allowed=True, left=3)
    soon = turn(quiz, [NOW - timedelta(minutes=4)], NOW)
    assert (soon.allowed, soon.left, soon.at) == (False, 2, NOW + timedelta(minutes=1))
    assert turn(quiz, [NOW - timedelta(minutes=5)], NOW).allowed
    over = turn(quiz, [NOW - timedelta(days=day) for day in (3, 2, 1)], NOW)
    assert (over.allowed, over.left, over.at) == (False, 0, None)


def test_unlimited_tries_stay_unlimited():
    quiz = Quiz(id="q", title="Q", minutes=1, bank="b", draw=1, pass_percent=80)
    assert turn(quiz, [NOW] * 500, NOW) == turn(quiz, [], NOW)


def test_the_states_are_words_for_pages():
    assert [state.value for state in State] == ["locked", "open", "debrief", "done"]
