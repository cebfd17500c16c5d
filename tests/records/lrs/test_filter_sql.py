"""What the database finds is what the pure filter finds: for random statements and random questions."""

import json
import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lms.engine.xapi.filter import Filter, Stored, select
from lms.engine.xapi.references import agent_key
from lms.engine.xapi.vocabulary import VOIDED
from tests.records.lrs.conftest import reference

AGENTS = [
    {"mbox": "mailto:a@example.org"},
    {"mbox": "mailto:a@EXAMPLE.org", "name": "A"},
    {"mbox_sha1sum": "AB" * 20},
    {"openid": "https://b.example.org"},
    {"account": {"homePage": "https://example.org", "name": "c"}},
    {"account": {"homePage": "https://example.org", "name": "d d"}},
]
VERBS = [f"urn:verb:{number}" for number in range(3)]
ACTIVITIES = [f"urn:activity:{number}" for number in range(5)]
MOST = 40


class Author:
    """Makes statements that speak of few things, so that questions find some."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - repeatable
        self.ids, self.promised = [], []
        self.registrations = [str(UUID(int=number + 1, version=4)) for number in range(2)]

    def agent(self):
        if self.dice.random() < 0.3:
            members = [self.dice.choice(AGENTS) for _ in range(self.dice.randint(1, 2))]
            group = {"objectType": "Group", "member": members}
            return {**group, "mbox": "mailto:team@example.org"} if self.dice.random() < 0.5 else group
        return self.dice.choice(AGENTS)

    def group(self):
        return {"objectType": "Group", "member": [self.dice.choice(AGENTS)]}

    def activity(self):
        return {"id": self.dice.choice(ACTIVITIES)}

    def context(self):
        found = {}
        if self.dice.random() < 0.4:
            found["registration"] = self.dice.choice(self.registrations)
        if self.dice.random() < 0.2:
            found["instructor"] = self.agent()
        if self.dice.random() < 0.2:
            found["team"] = self.group()
        if self.dice.random() < 0.4:
            found["contextActivities"] = {self.dice.choice(["parent", "grouping", "other"]): [self.activity()]}
        if self.dice.random() < 0.2:
            found["contextAgents"] = [{"objectType": "contextAgent", "agent": self.dice.choice(AGENTS)}]
        if self.dice.random() < 0.2:
            found["contextGroups"] = [{"objectType": "contextGroup", "group": self.group()}]
        if self.dice.random() < 0.1 and self.ids:
            found["statement"] = reference(self.dice.choice(self.ids))
        return found

    def some_id(self):
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def statement(self):
        given = {"id": self.some_id(), "actor": self.agent(), "verb": {"id": self.dice.choice(VERBS)}}
        kind = self.dice.random()
        if kind < 0.4 and self.ids:
            target = self.dice.choice(self.ids) if self.dice.random() < 0.4 else self.some_id()
            given["object"] = reference(target)
            if self.dice.random() < 0.2:
                given["verb"] = {"id": VOIDED.iri}
            if target not in self.ids:
                self.promised.append(target)
        elif kind < 0.5:
            given["object"] = {"objectType": "Agent", **self.dice.choice(AGENTS)}
        elif kind < 0.6:
            inner = {"objectType": "SubStatement", "actor": self.agent(), "verb": {"id": self.dice.choice(VERBS)}}
            given["object"] = {**inner, "object": self.activity(), "context": self.context()}
        else:
            given["object"] = self.activity()
        if context := self.context():
            given["context"] = context
        if self.promised and self.dice.random() < 0.4:  # one that somebody referred to already
            given["id"] = self.promised.pop(0)
        self.ids.append(given["id"])
        return given

    def question(self, stored):
        asked = {}
        if self.dice.random() < 0.5:
            asked["agent"] = self.dice.choice([*AGENTS, {"objectType": "Group", "mbox": "mailto:team@example.org"}])
            asked["related_agents"] = self.dice.random() < 0.5
        if self.dice.random() < 0.4:
            asked["activity"] = self.dice.choice(ACTIVITIES)
            asked["related_activities"] = self.dice.random() < 0.5
        if self.dice.random() < 0.3:
            asked["verb"] = self.dice.choice([*VERBS, VOIDED.iri])
        if self.dice.random() < 0.3:
            asked["registration"] = self.dice.choice(self.registrations)
        for key in ("since", "until"):
            if self.dice.random() < 0.3:
                shift = timedelta(microseconds=self.dice.randint(-1, 1))
                asked[key] = datetime.fromisoformat(self.dice.choice(stored)) + shift
        asked["ascending"] = self.dice.random() < 0.5
        asked["limit"] = self.dice.choice([0, 0, 1, 2, 3, 7])
        return asked


def parameters(asked):
    texts = {}
    for key, value in asked.items():
        if isinstance(value, bool):
            texts[key] = json.dumps(value)
        elif isinstance(value, datetime):
            texts[key] = value.isoformat().replace("+00:00", "Z")
        elif key == "agent":
            texts[key] = value
        else:
            texts[key] = str(value)
    return texts


def pure(asked):
    return Filter(**{**asked, "agent": agent_key(asked["agent"]) if "agent" in asked else None, "limit": 0})


@pytest.mark.parametrize("seed", range(6))
def test_the_database_finds_what_the_filter_finds(second, clock, seed):
    author = Author(seed)
    kept = []
    for _round in range(6):
        sent = {each["id"]: each for each in (author.statement() for _ in range(15))}
        known = {each.statement["id"] for each in kept}
        new = [each for key, each in sent.items() if key not in known]
        if author.dice.random() < 0.5:
            clock.advance(timedelta(seconds=author.dice.randint(0, 2)))
        second.send(*new)
        whole = [
            second.get(params={key: each["id"]}).json for each in new for key in ("statementId", "voidedStatementId")
        ]
        bodies = {each["id"]: each for each in whole if "id" in each}
        kept += [Stored(bodies[each["id"]], datetime.fromisoformat(bodies[each["id"]]["stored"])) for each in new]
        for _question in range(MOST):
            asked = author.question([each.statement["stored"] for each in kept])
            found = second.found(**parameters(asked))
            assert found == [each["id"] for each in select(kept, pure(asked))], asked
    assert len(select(kept, Filter())) < len(kept)


def test_the_filter_takes_no_more_than_its_limit(second):
    ids = second.send(*(Author(1).statement() for _ in range(1)), *[dict(Author(n).statement()) for n in range(2, 6)])
    kept = [Stored(second.one(each), datetime.fromisoformat(second.one(each)["stored"])) for each in ids]
    for limit in (1, 3):
        page = second.get(params={"limit": str(limit)}).json["statements"]
        assert [each["id"] for each in page] == [each["id"] for each in select(kept, Filter(limit=limit))]
        assert len(page) == limit
