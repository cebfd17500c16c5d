"""A form of another site, of another session or of before the session is refused; one of ours is not."""

import re

import pytest
from flask import Flask

from lms.base.web import csrf


@pytest.fixture
def app():
    app = Flask("forms")
    app.config["SECRET_KEY"] = "for tests only"
    csrf.register(app)
    app.add_url_rule("/form", view_func=lambda: str(csrf.field()), endpoint="form")
    app.add_url_rule("/act", view_func=lambda: "done", endpoint="act", methods=["POST"])
    return app


def token(client):
    return re.search(r'name="csrf_token" value="([\w-]+)"', client.get("/form").text)[1]


def test_a_form_of_this_session_is_taken_as_often_as_it_is_sent(app):
    client = app.test_client()
    given = token(client)
    assert token(client) == given, "a page that is open elsewhere stays good"
    assert [client.post("/act", data={"csrf_token": given}).text for _ in range(2)] == ["done", "done"]
    assert client.post("/act", json={}, headers={"X-CSRFToken": given}).text == "done"


@pytest.mark.parametrize("made", [lambda _given: "", lambda given: given[:-1], lambda given: f"{given}é"])
def test_a_form_with_another_secret_is_refused(app, made):
    client = app.test_client()
    given = made(token(client))
    assert client.post("/act", data={"csrf_token": given}).status_code == 400
    assert client.post("/act", headers={"X-CSRFToken": given}).status_code == 400


def test_a_form_of_another_session_is_refused(app):
    given = token(app.test_client())
    stranger, other = app.test_client(), app.test_client()
    assert stranger.post("/act", data={"csrf_token": given}).status_code == 400, "no session yet"
    assert stranger.post("/act", data={"csrf_token": ""}).status_code == 400
    assert token(other) != given
    assert other.post("/act", data={"csrf_token": given}).status_code == 400


def test_what_is_at_no_address_is_not_found_rather_than_refused(app):
    assert app.test_client().post("/nowhere").status_code == 404
