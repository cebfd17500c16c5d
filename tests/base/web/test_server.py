"""One request at a time, whatever it does; what machines ask is answered all the same."""

import threading

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.base.store.turns import Turns
from lms.base.web.security import BODY_MOST
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


class SlowForm:
    """A form whose sender has lost the network, until `arrive` is set."""

    def __init__(self):
        self.begun, self.arrive = threading.Event(), threading.Event()

    def read(self, most):
        self.begun.set()
        assert self.arrive.wait(20)
        return b"step=3"[:most]


def test_a_form_is_waited_for_before_the_turn_is_taken():
    def step(environ, start):
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    application, form, said = OneAtATime(step, Turns(), apart=()), SlowForm(), []
    environ = {"PATH_INFO": "/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "6", "wsgi.input": form}
    slow = threading.Thread(target=lambda: said.append(application(environ, lambda *_given: None)))
    slow.start()
    assert form.begun.wait(20)
    quick = threading.Thread(target=lambda: said.append(ask(application, method="POST")[1]))
    quick.start()
    quick.join(20)
    assert said == [[b""]]
    form.arrive.set()
    slow.join(20)
    assert said == [[b""], [b"step=3"]]


def test_of_a_form_no_more_is_taken_in_than_is_read_and_a_broken_one_is_empty():
    given = []

    class Endless:
        def read(self, most):
            return b"x" * most

    class Broken:
        def read(self, _most):
            raise ConnectionResetError

    def note(environ, _start):
        given.append(len(environ["wsgi.input"].read()))
        return []

    class Open:
        """The stream of a server that leaves it open behind the body."""

        def __init__(self):
            self.sent = [b"step", b"=3"]

        def read(self, most):
            return self.sent.pop(0)[:most]  # and nothing more ever comes

    for form, length in ((Endless(), 10**9), (Broken(), 6), (Open(), 6)):
        environ = {"PATH_INFO": "/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(length), "wsgi.input": form}
        OneAtATime(note, Turns(), apart=())(environ, print)
    assert given == [BODY_MOST + 1, 0, 6]


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
