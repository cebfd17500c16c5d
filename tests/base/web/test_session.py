"""Cookies that were checked a moment ago are good for as long as any other, and no request can change them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, flash, get_flashed_messages, session

from lms.base.web.session import CookieSessions
from lms.kernel.clock import FrozenClock

IDLE = timedelta(minutes=30)


@pytest.fixture
def clock():
    return FrozenClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def app(clock):
    app = Flask("sessions")
    app.config.update(SECRET_KEY="for tests only", PERMANENT_SESSION_LIFETIME=IDLE)
    app.session_interface = CookieSessions(clock)

    def begin():
        session["who"] = "Mair"
        return "begun"

    def change():
        told = session.get("who", "nobody")
        session["who"] = "somebody else"
        return told

    def tell():
        flash("said")
        return "told"

    app.add_url_rule("/begin", view_func=begin)
    app.add_url_rule("/who", view_func=lambda: session.get("who", "nobody"), endpoint="who")
    app.add_url_rule("/change", view_func=change)
    app.add_url_rule("/tell", view_func=tell)
    app.add_url_rule("/told", view_func=lambda: " ".join(get_flashed_messages()), endpoint="told")
    return app


def cookie(answer):
    return answer.headers["Set-Cookie"].partition(";")[0]


def ask(app, path, given):
    return app.test_client(use_cookies=False).get(path, headers={"Cookie": given})


def test_a_known_cookie_counts_for_nothing_once_it_is_too_old(app, clock):
    given = cookie(app.test_client().get("/begin"))
    assert [ask(app, "/who", given).text for _ in range(2)] == ["Mair", "Mair"]
    clock.advance(IDLE)
    assert ask(app, "/who", given).text == "nobody"


def test_a_known_cookie_says_what_it_said_whatever_a_request_makes_of_it(app):
    given = cookie(app.test_client().get("/begin"))
    assert [ask(app, "/change", given).text for _ in range(3)] == ["Mair", "Mair", "Mair"]
    flashed = cookie(app.test_client().get("/tell"))
    assert [ask(app, "/told", flashed).text for _ in range(2)] == ["said", "said"]


def test_a_cookie_that_was_changed_by_one_letter_is_not_known(app):
    given = cookie(app.test_client().get("/begin"))
    assert ask(app, "/who", given).text == "Mair"
    name, _, value = given.partition("=")
    assert ask(app, "/who", f"{name}={value[0].swapcase()}{value[1:]}").text == "nobody"
