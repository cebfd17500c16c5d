"""Another program that uses the LRS, for tests: `tool` may do everything, under each version."""

import base64
import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from lms.records.lrs import clients
from lms.records.lrs.ask import FIRST, PREFIXES, SECOND

AGENT = {"mbox": "mailto:nia@example.org"}
VERB = "http://adlnet.gov/expapi/verbs/answered"
ACTIVITY = "https://example.org/activity"


def statement(**changes):
    return {"id": str(uuid4()), "actor": AGENT, "verb": {"id": VERB}, "object": {"id": ACTIVITY}, **changes}


def reference(statement_id):
    return {"objectType": "StatementRef", "id": statement_id}


def voiding(statement_id, **changes):
    verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    return statement(verb=verb, object=reference(statement_id), **changes)


class Tool:
    """Sends requests as a program would."""

    def __init__(self, app, version, key, secret):
        self.browser = app.test_client()
        self.address = app.config["LMS_ADDRESS"]
        self.version = version
        self.basic = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()

    def ask(self, method, resource, params=None, *, body=None, headers=None, **more):
        """Send a request; parameters that are no text are sent as JSON, and a body that is no text too."""
        pairs = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (params or {}).items()}
        query = f"?{urlencode(pairs)}" if pairs else ""
        given = {"Authorization": self.basic, "X-Experience-API-Version": self.version}
        if body is not None:
            given["Content-Type"] = "application/json"
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        given |= headers or {}
        sent = {name: value for name, value in given.items() if value is not None}
        path = f"{PREFIXES[self.version]}/{resource}{query}"
        return self.browser.open(path, method=method, data=body, headers=sent, base_url=self.address, **more)

    def get(self, resource="statements", params=None, **more):
        return self.ask("GET", resource, params, **more)

    def send(self, *statements, **more):
        """POST statements, which must be accepted; return their ids."""
        answer = self.ask("POST", "statements", body=list(statements), **more)
        assert answer.status_code == 200, answer.text
        return answer.json

    def one(self, statement_id, **params):
        answer = self.get(params={"statementId": statement_id, **params})
        assert answer.status_code == 200, answer.text
        return answer.json

    def found(self, **params):
        """Return the ids of what a query finds, all pages of it."""
        answer = self.get(params=params)
        assert answer.status_code == 200, answer.text
        ids = [each["id"] for each in answer.json["statements"]]
        while answer.json["more"]:
            headers = {"Authorization": self.basic, "X-Experience-API-Version": self.version}
            answer = self.browser.get(answer.json["more"], headers=headers, base_url=self.address)
            assert answer.status_code == 200, answer.text
            ids += [each["id"] for each in answer.json["statements"]]
        return ids


@pytest.fixture(params=[FIRST, SECOND])
def version(request):
    """Each version of the specification in turn."""
    return request.param


@pytest.fixture
def add_tool(app, store):
    """add_tool(version, *scopes, name=…, origins=…, per_minute=…) makes a client and returns its Tool."""
    names = iter(range(1000))

    def add(version, *scopes, name=None, **more):
        with store.work() as uow:
            made, secret = clients.add_client(uow, name or f"tool-{next(names)}", scopes or ["all"], **more)
        tool = Tool(app, version, made.key, secret)
        tool.client = made
        return tool

    return add


@pytest.fixture
def tool(add_tool, version):
    """A program that may do everything."""
    return add_tool(version)


@pytest.fixture
def first(add_tool):
    """A program that speaks 1.0.3."""
    return add_tool(FIRST)


@pytest.fixture
def second(add_tool):
    """A program that speaks 2.0.0."""
    return add_tool(SECOND)
