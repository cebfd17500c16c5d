"""Time limits and observations on the pages: nobody is timed unasked, nobody is hurried by a page, and charts are tables."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.engine.scenario.api import TimeOut
from lms.engine.scenario.play.scene import TimeLimit
from lms.kernel.errors import Conflict, NotFound
from lms.learning.attempts import lookup_service, service, timing_service
from lms.learning.attempts.model import is_time_over
from lms.records.lrs.tables import lrs_statement

STORY = """\
---
scenario: example
title: An example
minutes: 5
variables: {clock: {from: "10:30", to: "15:00"}}
competencies: {notice: {range: -2..2, says: Noticing}}
tracks:
  pulse: {label: Pulse, unit: beats a minute, range: 20..220, usual: 60..95}
  alertness: {label: Alertness, values: {alert: Alert, confused: New confusion}}
MORE---

## Toast {#toast}

::: observe
title: Doreen, so far
values: {pulse: 92, alertness: alert}
:::

- [Measure](#later) {#measure}
  ::: choice
  rating: best
  effects: [notice +1]
  takes: 200 min
  :::
- [Let her rest](#later) {#rest}
  ::: choice
  rating: unsafe
  why_plausible: She is tired.
  :::

::: timeout 40s {#freeze}
to: later
rating: defensible
says: The morning goes by.
:::

::: debrief {#first}
for: [measure, rest, freeze]
expert: measure
why: Soft signs first.
:::

## Later {#later}

::: observe
values: {pulse: +12, alertness: confused}
:::

- [Go on](#end) {#on}

## The end {#end}

::: scene
kind: ending
band: secure
success: yes
:::
"""


def _screens(browser, debrief):
    """The pages of the debrief, in order."""
    address = f"{debrief}/feelings"
    for _ in range(20):
        yield browser.get(address).text
        answer = browser.post(address, data={})
        if answer.status_code != 303 or answer.location == address:
            return
        address = answer.location


@pytest.fixture
def story(content, refresh):
    def write(more=""):
        home = content / "scenarios" / "example"
        home.mkdir(exist_ok=True)
        (home / "scenario.md").write_text(STORY.replace("MORE", more))
        assert "scenarios/example" in refresh().published

    write()
    return write


@pytest.fixture
def me(make_person):
    return make_person("menna@example.org")


@pytest.fixture
def browser(story, me, sign_in):
    return sign_in(me)


@pytest.fixture
def run(browser):
    return browser.post("/attempts/practice/example/start").location


def test_a_learner_is_asked_before_the_story_and_off_is_chosen_already(browser, run):
    page = browser.get(run).text
    assert "They are off unless you want them." in page
    assert '<input type="radio" name="timing" value="0" checked required>' in page
    browser.post(f"{run}/begin")
    page = browser.get(run).text
    assert "The author thought of 40 seconds for this. You are not timed." in page
    assert "timer.js" not in page
    assert "data-limit" not in page


def test_an_author_who_asks_gets_no_answer_that_was_not_given(story, browser):
    story("timing: asked\n")
    run = browser.post("/attempts/practice/example/start").location
    page = browser.get(run).text
    assert "its author asks you to play with them" in page
    assert 'value="0" checked' not in page
    browser.post(f"{run}/begin")
    assert "You are not timed." in browser.get(run).text, "whoever says nothing is not timed"


def test_a_scenario_without_time_limits_does_not_speak_of_them(browser, story):
    run = browser.post("/attempts/practice/between-you-and-me/start").location
    assert "timing" not in browser.get(run).text


@pytest.mark.parametrize(
    ("wish", "length", "seconds"), [("1", "40 seconds", 40), ("2", "80 seconds", 80), ("10", "400 seconds", 400)]
)
def test_a_learner_who_wants_it_sees_how_long_and_the_page_says_that_nothing_happens_without_scripts(
    browser, run, wish, length, seconds
):
    browser.post(f"{run}/begin", data={"timing": wish})
    page = browser.get(run).text
    assert f"You have about {length} for this. Without scripts, nothing happens when they are over." in page
    assert f'data-limit="{seconds}"' in page
    assert "timer.js" in page
    assert f'name="timing" value="{wish}" checked' in page


def test_the_setting_can_be_changed_in_the_run_and_only_by_its_learner(browser, run, make_person, sign_in):
    browser.post(f"{run}/begin", data={"timing": "1"})
    assert browser.post(f"{run}/timing", data={"timing": "10"}).location == run
    assert 'data-limit="400"' in browser.get(run).text
    browser.post(f"{run}/timing", data={"timing": "0"})
    assert "You are not timed." in browser.get(run).text
    assert browser.post(f"{run}/timing", data={"timing": "3"}).status_code == 422
    assert browser.post(f"{run}/timing", data={}).status_code == 422
    other = sign_in(make_person("other@example.org"))
    assert other.post(f"{run}/timing", data={"timing": "1"}).status_code == 404


def test_time_runs_out_no_earlier_than_the_learner_was_promised(browser, run, clock):
    browser.post(f"{run}/begin", data={"timing": "2"})
    clock.advance(timedelta(seconds=70))
    early = browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"}, follow_redirects=True).text
    assert "The time is not over here." in early
    assert "Toast" in early
    clock.advance(timedelta(seconds=10))
    over = browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"}, follow_redirects=True).text
    assert "The morning goes by." in over
    assert "<h1" in over
    assert "Later" in over


def test_who_is_not_timed_cannot_run_out_of_time(browser, run, clock):
    browser.post(f"{run}/begin")
    clock.advance(timedelta(minutes=50))
    page = browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"}, follow_redirects=True).text
    assert "The time is not over here." in page
    browser.post(f"{run}/decide", data={"step": "0", "choice": "measure"})
    browser.post(f"{run}/timing", data={"timing": "1"})
    clock.advance(timedelta(minutes=50))
    page = browser.post(f"{run}/decide", data={"step": "1", "time_out": "1"}, follow_redirects=True).text
    assert "The time is not over here." in page, "the scene after it has no limit"


def test_a_doubled_or_late_time_out_changes_nothing(browser, run, clock):
    browser.post(f"{run}/begin", data={"timing": "1"})
    clock.advance(timedelta(seconds=41))
    browser.post(f"{run}/decide", data={"step": "0", "choice": "rest"})
    page = browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"}, follow_redirects=True).text
    assert "That scene is already behind you." in page


def test_the_rule_of_time():
    limit = TimeLimit(40)
    assert not is_time_over(limit, 1, timedelta(seconds=38))
    assert is_time_over(limit, 1, timedelta(seconds=39)), "a second is granted to clocks that differ"
    assert not is_time_over(limit, 2, timedelta(seconds=40))
    assert is_time_over(limit, 10, timedelta(seconds=400))
    assert not is_time_over(limit, 0, timedelta(days=1))
    assert not is_time_over(None, 1, timedelta(days=1))


def test_the_debrief_tells_that_time_ran_out_and_shows_what_was_measured(browser, run, clock):
    browser.post(f"{run}/begin", data={"timing": "1"})
    clock.advance(timedelta(seconds=60))
    browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"})
    browser.post(f"{run}/decide", data={"step": "1", "choice": "on"})
    debrief = run.replace("attempts", "debrief")
    browser.post(debrief)
    page = "".join(_screens(browser, debrief))
    assert "Time ran out" in page
    assert "Time ran out before an answer." in page
    assert '<td class="number">104</td>' in page
    assert "Alertness" in page


def test_how_somebody_is_timed_is_in_no_event_and_no_statement(browser, run, clock, store, me):
    browser.post(f"{run}/begin", data={"timing": "10"})
    clock.advance(timedelta(seconds=400))
    browser.post(f"{run}/decide", data={"step": "0", "time_out": "1"})
    with store.work() as uow:
        attempt = lookup_service.list_attempts(uow, me.id, with_practice=True)[0]
        events = lookup_service.list_events(uow, attempt.id)
        told = [row.body for row in uow.connection.execute(select(lrs_statement))]
    assert [event for event in events if event["kind"] == "timed-out"] == [
        {
            "kind": "timed-out",
            "step": 1,
            "scene": "toast",
            "choice": "freeze",
            "offered": events[3]["offered"],
            "rating": "defensible",
        }
    ]
    assert "timing" not in str([*events, attempt.state])
    answers = [body for body in told if '"response":"freeze"' in body or '"response": "freeze"' in body]
    assert len(answers) == 1
    assert "No answer in time" in answers[0]
    assert "PT400S" not in "".join(told)
    assert "duration" not in answers[0]


def test_the_service_refuses_the_same_way(browser, run, store, me):
    browser.post(f"{run}/begin", data={"timing": "1"})
    with store.work() as uow:
        attempt = lookup_service.list_attempts(uow, me.id, with_practice=True)[0]
        with pytest.raises(Conflict, match="not over"):
            service.decide(uow, me, attempt.id, 0, TimeOut())
    with store.work() as uow, pytest.raises(NotFound):
        timing_service.set_timing(uow, me, uow.ids.uuid(), 1)


def test_an_observation_is_a_table_and_from_the_second_on_a_line_with_words(browser, run):
    browser.post(f"{run}/begin")
    page = browser.get(run).text
    assert "Doreen, so far" in page
    assert '<svg viewBox="0 0 300' not in page, "one point is no line"
    browser.post(f"{run}/decide", data={"step": "0", "choice": "measure"})
    page = browser.get(run).text
    assert 'role="img" aria-label="Pulse: 10:30 92, 13:50 104. usual 60–95"' in page
    assert '<th scope="col" class="number">13:50</th>' in page
    assert '<td class="number">New confusion</td>' in page
    assert 'role="region"' in page
