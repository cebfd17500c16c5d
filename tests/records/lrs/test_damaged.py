"""Ten thousand damaged requests: whatever arrives, the answer is 2xx or 4xx, and a 4xx says which rule and where it is."""

import json
import random

from sqlalchemy import func, select

from lms.records.lrs.ask import PREFIXES
from lms.records.lrs.tables import lrs_reference, lrs_statement
from tests.records.lrs.conftest import ACTIVITY, AGENT, statement
from tests.records.lrs.test_attachments import BOUNDARY, body, header, part

ROUNDS = 2500
"""Of each version on each database."""

BYTES = [
    b"\x00",
    b"\xff",
    b"\xc3",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\r\n",
    b"--",
    b"\xed\xa0\x80",
    "ŵ".encode(),
]
VALUES = [
    None, True, 0, -1, 1e308, 10**400, "", " ", "x", "\u0000", "\ud800", "😀" * 50, [], {}, [[]], {"": None}, [None] * 3,
    "mailto:", "mailto:a@b", "http://", "http://[", "urn:", "//x", "http://x y", "http://ŵ.cymru/ŵ", "P", "PT", "P1Y1W",
    "PT1,5S", "P-1D", "-PT1S", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-11-22",
    "2026-11-22T24:00:00Z", "2026-11-22T23:59:60Z", "20261122T000000Z", "2026-W47-7T00:00:00Z", "en-", "-en", "a-DE",
    "x-", "en-a-bbb-a-ccc", "i-klingon", "00000000-0000-0000-0000-000000000000", "urn:uuid:1", "{}", "StatementRef",
    "SubStatement", "Group", "agent", 1.0000000000000000001, {"objectType": "Group"}, {"objectType": ["Agent"]},
]  # fmt: skip
HEADERS = [
    ("X-Experience-API-Version", ["", "1", "1.0.", "9.9.9", "1.0.3, 2.0.0", "x" * 3000]),
    ("Content-Type", ["", "application/json;charset=utf-16", "multipart/mixed", "multipart/mixed; boundary=" + "x" * 80, "text/html", "a/b;;;", "application/json, text/plain"]),
    ("Authorization", ["", "Basic", "Basic =", "Basic " + "A" * 5000, "Digest x", "Basic OjpA"]),
    ("If-Match", ["", "*", '"', '"x', "W/", ",,,", '"' + "a" * 5000]),
    ("If-None-Match", ["", "*", "**", '"x"']),
    ("Accept", ["", "*/*;q=x", ";;;", "text/html"]),
    ("Accept-Language", ["", "*", "en;q=2", ";q", "x" * 4000]),
    ("Origin", ["", "null", "http://", "x y"]),
    ("Content-Encoding", ["gzip", "x"]),
    ("Content-Length", ["0"]),
    ("X-HTTP-Method-Override", ["DELETE"]),
]  # fmt: skip
RESOURCES = [
    "statements",
    "activities/state",
    "activities/profile",
    "agents/profile",
    "agents",
    "activities",
    "about",
    "statements/more/WzFd",
    "x",
]
PARAMS = {
    "agent": AGENT, "activityId": ACTIVITY, "stateId": "s", "profileId": "p", "statementId": "11111111-1111-4111-8111-111111111111",
    "since": "2026-11-22T00:00:00Z", "verb": "urn:a:v", "limit": "3", "format": "canonical", "attachments": "true",
    "registration": "11111111-1111-4111-8111-111111111111", "related_agents": "true", "method": "PUT", "ascending": "true",
}  # fmt: skip


class Vandal:
    """Takes requests that are right, and breaks them in one or a few places."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - repeatable

    def rich(self):
        sub = {key: value for key, value in statement().items() if key != "id"}
        return statement(
            object=self.dice.choice(
                [
                    {
                        "id": ACTIVITY,
                        "definition": {"name": {"en": "A"}, "interactionType": "choice", "choices": [{"id": "a"}]},
                    },
                    {"objectType": "StatementRef", "id": statement()["id"]},
                    {**sub, "objectType": "SubStatement", "context": {"language": "cy"}},
                    {"objectType": "Group", "member": [AGENT]},
                ]
            ),
            context={
                "registration": statement()["id"],
                "contextActivities": {"parent": {"id": "urn:a:p"}},
                "extensions": {"urn:a:e": {}},
            },
            result={"duration": "PT1S", "score": {"scaled": 1}, "extensions": {"urn:a:e": [1, None]}},
            timestamp="2026-11-22T10:00:00Z",
            attachments=[header(b"abc", fileUrl="https://example.org/a")],
        )

    def damaged(self, value):
        """Put an odd value somewhere into a JSON value, or take a part away."""
        if not isinstance(value, (dict, list)) or not value or self.dice.random() < 0.15:
            return self.dice.choice(VALUES)
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = self.dice.choice(keys)
        made = dict(value) if isinstance(value, dict) else list(value)
        kind = self.dice.random()
        if kind < 0.1:
            del made[key]
        elif kind < 0.2 and isinstance(made, dict):
            made[str(self.dice.choice([key.upper(), "", "x", "\ud800", "http://x"]))] = made.pop(key)
        else:
            made[key] = self.damaged(made[key])
        return made

    def scrambled(self, text):
        text = bytearray(text)
        for _ in range(self.dice.randint(1, 4)):
            at = self.dice.randrange(len(text) + 1)
            kind = self.dice.random()
            if kind < 0.4:
                text[at:at] = self.dice.choice(BYTES) * self.dice.choice([1, 1, 1, 300])
            elif kind < 0.7:
                del text[at : at + self.dice.choice([1, 2, 20])]
            else:
                text[at : at + 1] = self.dice.choice(BYTES)
        return bytes(text)

    def content(self):
        given = self.rich()
        if self.dice.random() < 0.6:
            given = self.damaged(given)
        if self.dice.random() < 0.2:
            given = [given, self.rich()]
        text = json.dumps(given).encode()
        kind = self.dice.random()
        if kind < 0.3:
            text = self.scrambled(text)
        if kind > 0.8:
            text = body(text, part(b"abc"))
            return (self.scrambled(text) if kind > 0.9 else text), f"multipart/mixed; boundary={BOUNDARY}"
        return text, "application/json"

    def params(self, resource):
        fitting = {
            "activities/state": ("activityId", "agent", "stateId"),
            "activities/profile": ("activityId", "profileId"),
            "agents/profile": ("agent", "profileId"),
            "agents": ("agent",),
            "activities": ("activityId",),
        }.get(resource, ())
        found = {key: PARAMS[key] for key in fitting}
        for _ in range(self.dice.choice([0, 0, 1, 2])):
            key = self.dice.choice(list(PARAMS))
            found[key] = PARAMS[key]
        if found and self.dice.random() < 0.3:
            key = self.dice.choice(list(found))
            found[key] = self.damaged(found[key])
        return {key: text_of(value) for key, value in found.items()}


def text_of(value):
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace").decode()


def test_whatever_arrives_the_answer_is_2xx_or_4xx_and_nothing_is_half_kept(tool, store):
    vandal = Vandal(tool.version)
    seen = {}
    for _ in range(ROUNDS):
        resource = vandal.dice.choice([*RESOURCES, "statements", "statements", "statements"])
        method = vandal.dice.choice(["GET", "HEAD", "PUT", "POST", "POST", "POST", "DELETE", "OPTIONS", "PATCH"])
        params = vandal.params(resource)
        content, kind = vandal.content() if method in {"PUT", "POST"} else (None, None)
        headers = {"Content-Type": kind}
        if vandal.dice.random() < 0.15:
            name, values = vandal.dice.choice(HEADERS)
            headers[name] = vandal.dice.choice(values)
        answer = tool.ask(method, resource, params, body=content, headers=headers)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        told = (method, resource, params, headers, content)
        assert answer.status_code < 500, (told, answer.text)
        assert answer.headers["X-Experience-API-Version"] == tool.version
        if answer.status_code >= 400 and method not in {"HEAD", "PATCH"} and answer.is_json:
            error = answer.json["error"]
            assert error["what"], told
            assert error["section"].startswith("xAPI " if tool.version == "1.0.3" else "IEEE "), told
        elif answer.status_code >= 400 and method not in {"HEAD", "PATCH"}:
            assert answer.content_type.startswith("text/"), told
    assert set(seen) >= {200, 204, 400, 404, 405, 412}, seen
    assert seen[400] > ROUNDS / 5, seen
    with store.work() as uow:
        count = uow.connection.scalar(select(func.count()).select_from(lrs_statement))
        found = uow.connection.scalar(select(func.count(func.distinct(lrs_reference.c.statement_seq))))
    assert count == found > 20
    assert len(tool.found()) <= count


def test_a_query_of_any_bytes_is_answered(tool):
    vandal = Vandal("query")
    for _ in range(500):
        raw = vandal.scrambled(b"agent=%7B%22mbox%22%3A%22mailto%3Aa%40b.org%22%7D&limit=3&format=ids")
        query = "".join(chr(each) if 33 <= each < 127 and each != 35 else f"%{each:02x}" for each in raw)
        answer = tool.browser.get(
            f"{PREFIXES[tool.version]}/statements?{query}",
            headers={"Authorization": tool.basic, "X-Experience-API-Version": tool.version},
            base_url=tool.address,
        )
        assert answer.status_code in {200, 400}, query
