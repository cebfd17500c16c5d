"""A question, an order and how sure one is, as the page sends them; what is refused is given back; what is told of it."""

import json
import shutil

import pytest
from sqlalchemy import select

from lms.engine.xapi.validate import validate
from lms.records.lrs.tables import lrs_statement
from tests.engine.scenario.test_golden import FOLDER

PLACES = {"situation": "1", "background": "2", "request": "3", "sorry": ""}


@pytest.fixture
def run(content, refresh, make_person, sign_in):
    """A practice run of the golden scenario: send(**fields) takes a step and returns the page that follows."""
    home = content / "scenarios" / "tasks"
    shutil.copytree(FOLDER / "tasks", home)
    shutil.copy(FOLDER / "tasks.md", home / "scenario.md")
    refresh()
    browser = sign_in(make_person("menna@example.org"))
    address = browser.post("/attempts/practice/tasks/start").location
    browser.post(f"{address}/begin")

    def send(step=None, **fields):
        answer = browser.post(f"{address}/decide", data={"step": str(step), **fields}) if step is not None else None
        if answer is not None and answer.status_code != 303:
            return answer
        return browser.get(address)

    send.debrief = lambda: _debrief(browser, address.replace("attempts", "debrief"))
    return send


def _debrief(browser, address):
    browser.post(address)
    here, pages = f"{address}/feelings", []
    for _ in range(20):
        pages.append(browser.get(here).text)
        following = browser.post(here, data={}).location
        if following == here or not following:
            break
        here = following
    return "\n".join(pages)


def order(**changes):
    places = PLACES | changes
    return {"item": list(places), "place": list(places.values())}


def test_a_whole_run_is_sent_by_forms_and_looked_back_on(run, store):
    page = run().text
    assert "What does it come to?" in page
    assert 'name="sure" value="certain" required' in page
    page = run(0, answering="1", answer="total.four", sure="certain").text
    assert "New confusion alone is three." in page, "feedback now"
    assert "Which soft signs were there?" in page
    page = run(1, answering="1", answer=["soft.food"]).text
    assert "The first of all." not in page, "feedback at the checkpoint"
    assert page.count('name="place"') == 4
    page = run(2, **order()).text
    assert 'name="choice" value="stay" required' in page, "how sure one is comes between choosing and sending"
    page = run(3, choice="stay", sure="fairly").text
    assert "Looking back on this part" in page
    assert "The first of all." in page
    assert "It never is just her age." in page
    assert "She was not alone." in page
    page = run(4, go="1").text
    assert "The first of all." not in page
    run(5, choice="carry-on")
    told = run.debrief()
    assert "What we are sure of and have wrong is worth the most" in told
    assert "Line by line" in told
    with store.work() as uow:
        statements = [json.loads(row.body) for row in uow.connection.execute(select(lrs_statement))]
    assert [validate(each) for each in statements if validate(each)] == []
    answered = [each for each in statements if each["verb"]["id"].endswith("/answered")]
    kinds = [each["object"]["definition"]["interactionType"] for each in answered]
    assert kinds == ["choice", "choice", "sequencing"]
    assert answered[0]["result"]["response"] == "four"
    assert answered[0]["object"]["definition"]["correctResponsesPattern"] == ["nine"]
    assert answered[2]["result"] == answered[2]["result"] | {
        "response": "situation[,]background[,]request",
        "success": True,
    }
    sure = [
        value
        for each in statements
        for name, value in each["context"].get("extensions", {}).items()
        if name.endswith("/confidence")
    ]
    assert sure == [1.0, 0.5]


def test_what_cannot_be_taken_is_given_back(run):
    run(0, answering="1", answer="total.nine", sure="guess")
    run(1, answering="1", answer=["soft.food", "soft.confused"])
    twice = run(2, **order(background="1"))
    assert twice.status_code == 409
    assert "Two lines have the same place." in twice.text
    assert twice.text.count('<option value="1" selected>') == 2
    assert '<option value="3" selected>' in twice.text
    nothing = run(2, **order(situation="", background="", request=""))
    assert "A little more is needed here" in nothing.text
    page = run(2, **order(request="4")).text
    assert "What then?" in page, "a place may be left free"
    late = run(2, **order())
    assert "That scene is already behind you." in late.text
    assert "selected" not in late.text, "what was sent belongs to a scene that is behind"


def test_nonsense_in_a_form_is_refused_and_nothing_changes(run):
    assert "That is not one of the lines" in run(0, answering="1", answer="nine", sure="fairly").text
    assert "How sure are you?" in run(0, answering="1", answer="total.nine total.four", sure="very").text
    assert "A little more is needed" in run(0, answering="1", sure="certain").text
    assert "This scene waits for something else." in run(0, item=["a"], place=["x"]).text
    assert "Which soft signs" in run(0, answering="1", answer="total.nine", sure="very").text, "taken as not said"
