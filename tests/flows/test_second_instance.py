"""One installation delivers to another, in either version of xAPI, and both stores agree: the whole of a course, and
what another program has sent."""

import base64
import http.client
import json
import signal
from email.parser import BytesParser

import pytest

from lms.engine.xapi.compare import same
from tests.features.operations.conftest import ROOT, Installation, installation
from tests.records.lrs.conftest import statement, voiding
from tests.records.lrs.test_attachments import BOUNDARY, body, certificate, header, jws, part

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


def credentials(installation, name="source"):
    said = installation.lms("client", "add", name, "--scope", "statements/write", "--scope", "statements/read").stdout
    lines = dict(line.split(maxsplit=1) for line in said.splitlines())
    return lines["user"], lines["password"].split()[0]


def ask(installation, login, path, content=None, kind="application/json"):
    """GET, or POST content; return the media type of the answer, and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port)
    sign = base64.b64encode(":".join(login).encode()).decode()
    version = "2.0.0" if path.startswith("/xapi/2.0/") else "1.0.3"
    headers = {"Authorization": f"Basic {sign}", "X-Experience-API-Version": version, "Content-Type": kind}
    connection.request("GET" if content is None else "POST", path, content, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status == 200, said
    return answer.headers["Content-Type"], said


def held(other, user, password):
    """Every statement that the other installation has, by id, asked for page by page."""
    found, more = {}, "/xapi/statements?limit=40"
    while more:
        page = json.loads(ask(other, (user, password), more)[1])
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


@pytest.mark.parametrize(("version", "path"), [("1.0.3", "/xapi"), ("2.0.0", "/xapi/2.0")])
def test_what_another_program_sends_lies_there_once_with_attachments_and_signatures(installation, other, version, path):
    installation.environ |= {"LMS_ENDPOINT_PRIVATE": "yes"}
    user, password = credentials(other)
    installation.start()
    tool = credentials(installation, "tool")
    installation.lms(
        "endpoint", "add", "other", f"http://127.0.0.1:{other.port}{path}", "--user", user, "--password-stdin",
        "--version", version, "--others", given=f"{password}\n",
    )  # fmt: skip
    other.stop(signal.SIGTERM)
    plain, taken_back, content = statement(), statement(), b"\x00\xff\r\n--ymarfer-\r\n"
    ask(installation, tool, "/xapi/statements", json.dumps([plain, taken_back]))
    home = json.loads(ask(installation, tool, f"/xapi/statements?statementId={plain['id']}")[1])["authority"]["account"]
    ours = statement(actor={"account": {**home, "name": "tOkEn"}, "name": "Mair Jones"})
    attached, signed = statement(attachments=[header(content)]), statement()
    signature = jws(signed, x5c=[certificate()])
    usage, octets = "http://adlnet.gov/expapi/attachments/signature", "application/octet-stream"
    signed["attachments"] = [header(signature, usageType=usage, contentType=octets)]
    several = body([attached, signed, ours], part(content), part(signature, Content_Type=octets))
    ask(installation, tool, "/xapi/statements", several, f"multipart/mixed; boundary={BOUNDARY}")
    ask(installation, tool, "/xapi/statements", json.dumps(voiding(taken_back["id"])))
    people = [{"objectType": "contextAgent", "agent": {"mbox": "mailto:eleri@example.org"}}]
    newer = statement(context={"contextAgents": people})
    ask(installation, tool, "/xapi/2.0/statements", json.dumps(newer))
    other.start()
    installation.lms("endpoint", "resume", "other")
    expected = [plain, attached, signed, ours, *([newer] if version == "2.0.0" else [])]
    installation.wait(lambda: len(held(other, user, password)) == len(expected) + 1)
    again = installation.lms("endpoint", "replay", "other", "--since", "2026-01-01").stdout
    assert again.startswith(f"{len(expected) + 2} statements")  # with what was taken back, and its voiding
    installation.wait(lambda: "pending 0" in installation.lms("endpoint", "list").stdout)
    there = held(other, user, password)
    assert len(there) == len(expected) + 1
    assert taken_back["id"] not in there
    hidden = {key: there[ours["id"]]["actor"]["account"][key] for key in ("homePage", "name")}
    assert hidden["name"] != "tOkEn"
    assert same({**ours, "actor": {"account": hidden}}, there[ours["id"]])
    assert all(same(each, there[each["id"]]) for each in expected if each is not ours)
    for each, whole in ((attached, content), (signed, signature)):
        kind, said = ask(other, (user, password), f"/xapi/statements?statementId={each['id']}&attachments=true")
        _first, only = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + said).get_payload()
        assert only["X-Experience-API-Hash"] == each["attachments"][0]["sha2"]
        assert b"\r\n\r\n" + whole + b"\r\n--" in said
    said = installation.lms("endpoint", "list").stdout
    assert "parked 0" in said
    assert ("withheld 1" in said) == (version == "1.0.3")
