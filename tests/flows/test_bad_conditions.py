"""What surrounds us misbehaves: a clock that jumps back, a content folder that is away, clients that speak no HTTP, names of other hosts."""

import re
import signal
import socket
from datetime import timedelta

import pytest

from lms.app import create_app
from lms.engine.xapi.names import Names
from lms.features.debrief import service as debriefs
from lms.kernel.settings import load
from lms.learning.enrolment import service as enrolment
from lms.records.lrs import service as lrs
from tests.application import PASSWORD, Browser
from tests.databases import ON_SQLITE
from tests.learning.walks import COURSE, answer_all, best_action, play, read_lessons, start_assessed, start_quiz

PLANTED = "Planted-Blodwen"
NOISE = [
    b"",
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),  # a browser that expects TLS
    b"GET /" + PLANTED.encode() + b" HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \x00\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 500_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"POST /people/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /people/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\nx",
    b"POST /people/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    b"POST /people/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\nCookie: " + PLANTED.encode() + b"\r\n\r\n",
    b"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
]


def speak(port, noise):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            return connection.recv(65536)
        except OSError:
            return b""


@pytest.mark.network
def test_who_speaks_no_http_is_turned_away_and_others_are_served(running):
    web = {process.pid for process in running.web()}
    for noise in NOISE:
        answer = speak(running.port, noise)
        assert not re.match(rb"HTTP/1\.[01] (200|5)", answer), (noise[:60], answer[:100])
        assert b"Traceback" not in answer
        assert running.status("/operations/ready") == 200
    assert {process.pid for process in running.web()} == web, "no process was lost"
    said = running.said()
    assert "Traceback" not in said
    assert PLANTED not in said


@pytest.mark.network
def test_a_content_folder_that_is_not_there_is_said_at_the_start_and_while_running(installation):
    gone = installation.folder / "nowhere"
    told = installation.lms("run", "--demo", LMS_CONTENT=str(gone))
    assert told.returncode == 4
    assert f"The content folder {gone} is not there" in told.stderr
    assert "LMS_CONTENT" in told.stderr
    assert "Traceback" not in told.stderr
    here = installation.folder / "content"
    (here / "courses").mkdir(parents=True)
    installation.start(LMS_CONTENT=str(here))
    here.rename(installation.folder / "away")
    installation.wait(lambda: "job=content" in installation.said())
    assert installation.status("/people/sign-in") == 200
    assert installation.stop(signal.SIGTERM) == 0
    assert "Traceback" not in installation.said()


def test_a_clock_that_jumps_back_at_every_step_stops_nobody_on_the_way(store, clock, shipped, make_person):
    mair = make_person("mair@example.org")

    def back():
        clock.advance(-timedelta(hours=5))

    def best_and_back(program, state):
        back()
        return best_action(program, state)

    read_lessons(store, mair)
    back()
    assert answer_all(store, mair, start_quiz(store, mair).id).success
    back()
    run = play(store, mair, start_assessed(store, mair).id, best_and_back)
    assert run.success
    back()
    with store.work() as uow:
        debriefs.begin(uow, mair, run.id)
        debriefs.skip(uow, mair, run.id, "")
    with store.work() as uow:
        assert enrolment.get_course_page(uow, mair.id, COURSE).outline.is_complete
        stored = [each.stored for each in lrs.list_about(uow, Names(store.address).actor(mair.token))]
    assert len(stored) > 20
    assert stored == sorted(set(stored))


@pytest.fixture
def public(settings, store):
    """The application as it is reached from outside, by its name and over TLS."""
    outside = load(
        {
            "LMS_DATA": str(settings.data),
            "LMS_CONTENT": str(settings.content),
            "LMS_DATABASE_URL": settings.database_url,
            "LMS_PASSWORD_MEMORY": "8",
            "LMS_BASE_URL": "https://learn.example.org",
        }
    )
    app = create_app(outside, store, secret_key="for tests only")
    app.test_client_class = Browser
    return app


@ON_SQLITE
def test_behind_tls_the_cookie_is_for_this_host_and_tls_alone(public, make_person):
    mair = make_person("mair@example.org")
    browser = public.test_client()
    answer = browser.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD})
    assert answer.status_code == 303
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@ON_SQLITE
@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "learn.example.org.evil.example", "evil.learn.example.org", "learn.example.org:8443",
        "learn.example.org:443@evil.example", "learn.example.org\\@evil.example", "LEARN.EXAMPLE.ORG.", "127.0.0.1",
        "127.0.0.1:8080", "localhost", "[::1]", "", "learn.example.org,evil.example", "evil.example#learn.example.org",
    ],
)  # fmt: skip
def test_another_name_than_ours_is_not_answered_and_comes_back_nowhere(public, host):
    browser = public.test_client()
    for path in ("/", "/people/forgotten", "/record/", "/nowhere"):
        answer = browser.get(path, headers={"Host": host, "X-Forwarded-Host": "learn.example.org"})
        assert answer.status_code == 421, path
        assert "evil" not in answer.text
        assert "Location" not in answer.headers


@ON_SQLITE
def test_links_are_made_from_the_setting_whatever_a_proxy_says(public, make_person):
    ann = make_person("ann@example.org", roles=("admin",))
    browser = public.test_client()
    browser.post("/people/sign-in", data={"mail": ann.mail, "password": PASSWORD})
    lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    page = browser.post(f"/people/{ann.id}/link", headers=lies).text
    assert "https://learn.example.org/people/reset/" in page
    assert "evil" not in page
