"""One request at a time, whatever it does; what machines ask is answered all the same."""

import threading

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.base.store.turns import Turns
from lms.base.web.server import Answer, OneAtATime


def here(_environ, start):
    start("200 OK", [])
    return [b"here"]


@pytest.fixture
def app():
    """An application whose answers must carry one header, unless they are given it otherwise."""
    app = Flask("answers")
    app.response_class = Answer
    app.extensions["lms.headers"] = (("Referrer-Policy", "same-origin"),)
    with app.app_context():
        yield app


def ask(application, path="/", method="GET"):
    """Ask as a server does; return the status and what the application gave it."""
    given = []
    parts = application(
        EnvironBuilder(path, method=method).get_environ(), lambda status, _headers: given.append(status)
    )
    return given[0], parts


def test_requests_take_turns_and_what_machines_ask_does_not_wait():
    turns, answered = Turns(), []
    application = OneAtATime(here, turns, apart={"/live"})
    with turns:
        waiting = threading.Thread(target=lambda: answered.append(ask(application)))
        waiting.start()
        asking = threading.Thread(target=lambda: answered.append(ask(application, "/live")))
        asking.start()
        asking.join(20)
        assert len(answered) == 1
    waiting.join(20)
    assert len(answered) == 2


def test_an_application_that_fails_gives_its_turn_back():
    turns = Turns()

    def broken(_environ, _start):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(OneAtATime(broken, turns, apart=()))
    thread = threading.Thread(target=turns.__enter__)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("status", [200, 303, 404, 422])
def test_an_answer_is_one_list(app, status):
    assert ask(Answer("tê", status))[1] == ["tê".encode()]


def test_an_answer_without_a_body_has_none(app):
    assert list(ask(Answer("here"), method="HEAD")[1]) == []
    assert list(ask(Answer("", 304))[1]) == []


def test_a_stream_stays_one_and_is_closed_when_it_has_been_sent(app):
    closed = []
    answer = Answer(iter([b"a", b"b"]))
    answer.call_on_close(lambda: closed.append(True))
    parts, _status, headers = run_wsgi_app(answer, EnvironBuilder().get_environ(), buffered=False)
    assert headers["Referrer-Policy"] == "same-origin"
    assert list(parts) == [b"a", b"b"]
    parts.close()
    assert closed


def test_every_answer_carries_what_it_must_and_what_a_view_said_stands(app):
    def headers(answer):
        return run_wsgi_app(answer, EnvironBuilder().get_environ())[2]

    assert headers(Answer("here"))["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers(Answer("here"))["Content-Security-Policy"]
    assert headers(Answer("here", headers={"referrer-policy": "no-referrer"})).getlist("Referrer-Policy") == [
        "no-referrer"
    ]
    assert headers(Answer("tê"))["Content-Length"] == "3"
