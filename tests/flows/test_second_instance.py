"""One installation delivers to another: the whole of a course, in either version of xAPI, and both stores agree."""

import base64
import http.client
import json
import signal

import pytest

from lms.engine.xapi.compare import same
from tests.features.operations.conftest import ROOT, Installation, installation

__all__ = ["installation"]
pytestmark = pytest.mark.network

WALK = """
from lms.app import open_store
from lms.kernel.settings import load
from lms.learning.people import service as people
from tests.learning.walks import answer_all, best_action, play, read_lessons, start_assessed, start_quiz
store = open_store(load())
with store.work() as uow:
    me = people.find_by_mail(uow, "second@demo.example")
read_lessons(store, me)
answer_all(store, me, start_quiz(store, me).id)
play(store, me, start_assessed(store, me).id, best_action)
store.engine.dispose()
"""


@pytest.fixture
def other(tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    other = Installation(folder)
    other.start()
    yield other
    other.stop()


def credentials(other):
    said = other.lms("client", "add", "source", "--scope", "statements/write", "--scope", "statements/read").stdout
    lines = dict(line.split(maxsplit=1) for line in said.splitlines())
    return lines["user"], lines["password"].split()[0]


def held(other, user, password):
    """Every statement that the other installation has, by id, asked for page by page."""
    found, more = {}, "/xapi/statements?limit=40"
    while more:
        connection = http.client.HTTPConnection("127.0.0.1", other.port)
        sign = base64.b64encode(f"{user}:{password}".encode()).decode()
        connection.request("GET", more, headers={"Authorization": f"Basic {sign}", "X-Experience-API-Version": "1.0.3"})
        answer = connection.getresponse()
        page = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, page
        found |= {each["id"]: each for each in page["statements"]}
        more = page["more"]
    return found


def renamed(statement, actor):
    return {**statement, "actor": actor}


@pytest.mark.parametrize(("version", "path"), [("1.0.3", "/xapi"), ("2.0.0", "/xapi/2.0")])
def test_a_course_lies_in_the_other_installation_once_although_it_was_away_for_a_while(
    installation, other, version, path
):
    installation.environ |= {"LMS_CONTENT": str(ROOT), "LMS_ENDPOINT_PRIVATE": "yes"}
    user, password = credentials(other)
    installation.start()
    added = installation.lms(
        "endpoint", "add", "other", f"http://127.0.0.1:{other.port}{path}", "--user", user, "--password-stdin",
        "--version", version, given=f"{password}\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert "well" in installation.lms("endpoint", "test", "other").stdout
    other.stop(signal.SIGTERM)
    walked = installation.python(WALK)
    assert walked.returncode == 0, walked.stderr
    other.start()
    installation.lms("endpoint", "resume", "other")  # or it would wait a few seconds more
    own = {each["id"]: each for each in map(json.loads, installation.lms("export", "statements").stdout.splitlines())}
    installation.wait(lambda: len(held(other, user, password)) >= len(own))
    there = held(other, user, password)
    assert there.keys() == own.keys()
    assert len(own) > 40
    assert all(same(renamed(own[id_], each["actor"]), each) for id_, each in there.items())
    assert {each["actor"]["account"]["name"] for each in own.values()}.isdisjoint(
        each["actor"]["account"]["name"] for each in there.values()
    )
