"""What all resources share: versions, credentials, methods, the alternate syntax, origins, limits, errors."""

import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from lms.records.lrs import views
from lms.records.lrs.ask import PREFIXES
from tests.databases import ON_POSTGRESQL
from tests.records.lrs.conftest import ACTIVITY, AGENT, Tool, statement
from tests.records.lrs.meets import meets

RESOURCES = ("statements", "activities/state", "activities/profile", "agents/profile", "agents", "activities")
ORIGIN = "https://tool.example.org"


@meets(140, 245, 252, 315)
def test_every_resource_is_there(tool):
    for resource in RESOURCES:
        assert tool.get(resource).status_code in {200, 400}
    assert tool.get("about").status_code == 200
    for nothing in ("", "statement", "statements/", "agents/profile/x", "extensions/x"):
        assert tool.get(nothing).status_code in {404, 405}, nothing


@meets(321, 331, 333, "4.1.7")
def test_each_request_names_a_version_and_each_answer_too(tool):
    good = ("1.0", "1.0.0", "1.0.3", "1.0.9") if tool.version == "1.0.3" else ("2.0", "2.0.0", "2.0.1")
    bad = ("0.9", "0.95", "1.1.0", "2.1.0", "x", "", "1.0.", "2.0.0" if tool.version == "1.0.3" else "1.0.3", None)
    for resource in RESOURCES:
        for each in bad:
            answer = tool.get(resource, headers={"X-Experience-API-Version": each})
            assert answer.status_code == 400, (resource, each)
            assert answer.headers["X-Experience-API-Version"] == tool.version
    for each in good:
        answer = tool.get(headers={"X-Experience-API-Version": each})
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, tool.version)
    for nowhere in ("nothing", "statements/more/x"):
        assert tool.get(nowhere).headers["X-Experience-API-Version"] == tool.version
    assert tool.get(headers={"Authorization": None}).headers["X-Experience-API-Version"] == tool.version
    assert tool.ask("PATCH", "statements").headers["X-Experience-API-Version"] == tool.version


@meets(315, 316, 317, 318, 319, 320, 321, "4.1.6.7")
def test_about_names_the_versions_to_anybody(tool):
    known = ["1.0.3"] if tool.version == "1.0.3" else ["1.0.3", "2.0.0"]
    for headers in ({}, {"Authorization": None, "X-Experience-API-Version": None}, {"X-Experience-API-Version": "9"}):
        answer = tool.get("about", headers=headers)
        assert (answer.status_code, answer.json) == (200, {"version": known})
    assert tool.get("about", {"x": "y"}).status_code == 400
    assert tool.ask("POST", "about", body={}).status_code == 405


@meets(334, 335)
def test_credentials_are_wanted_and_must_be_right(tool):
    for wrong in (
        None,
        "",
        "Basic",
        "Basic x",
        "Basic !!!",
        "Bearer x",
        tool.basic[:-4] + "AAAA",
        "Basic Og==",
        "Basic AA==",
    ):
        answer = tool.get(headers={"Authorization": wrong})
        assert answer.status_code == 401, wrong
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert tool.get(headers={"Authorization": tool.basic.replace("Basic", "basic")}).status_code == 200


@meets(327, "4.1.8")
def test_each_scope_allows_what_it_names_and_no_more(tool, add_tool):
    given = statement()
    tool.send(given)
    state = ("activities/state", {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"})
    profile = ("agents/profile", {"agent": AGENT, "profileId": "p"})
    asks = {
        "write": ("POST", "statements", {}, statement()),
        "read": ("GET", "statements", {}, None),
        "one": ("GET", "statements", {"statementId": given["id"]}, None),
        "state": ("POST", *state, {}),
        "profile": ("POST", *profile, {}),
        "agents": ("GET", "agents", {"agent": AGENT}, None),
        "activities": ("GET", "activities", {"activityId": ACTIVITY}, None),
    }
    allowed = {
        "statements/write": {"write"},
        "statements/read/mine": {"read", "agents", "activities"},
        "statements/read": {"read", "one", "agents", "activities"},
        "state": {"state", "activities"},
        "profile": {"profile", "agents", "activities"},
        "define": set(),
        "all": set(asks),
    }
    for scope, may in allowed.items():
        limited = add_tool(tool.version, scope)
        for name, (method, resource, params, body) in asks.items():
            body = statement() if name == "write" else body  # noqa: PLW2901 - a new one each time
            status = limited.ask(method, resource, params, body=body).status_code
            if name in may:
                assert status in {200, 204}, (scope, name)
            else:
                assert status == (404 if (scope, name) == ("statements/read/mine", "one") else 403), (scope, name)


@meets(125, 126)
def test_head_answers_as_get_without_a_body(tool):
    (one,) = tool.send(statement())
    place = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}
    tool.ask("POST", "activities/state", place, body={"a": 1})
    for resource, params in (
        ("statements", {}),
        ("statements", {"statementId": one}),
        ("statements", {"statementId": str(uuid4())}),
        ("statements", {"foo": "bar"}),
        ("activities/state", place),
        ("activities/profile", {"activityId": ACTIVITY}),
        ("agents/profile", {"agent": AGENT}),
        ("agents", {"agent": AGENT}),
        ("activities", {"activityId": ACTIVITY}),
        ("about", {}),
    ):
        got, head = tool.get(resource, params), tool.ask("HEAD", resource, params)
        assert head.status_code == got.status_code
        assert head.get_data() == b""
        wanted = {key: value for key, value in got.headers.items() if key != "X-Request-ID"}
        assert {key: value for key, value in head.headers.items() if key != "X-Request-ID"} == wanted


@meets(323)
def test_a_method_that_a_resource_does_not_know_is_405_with_those_it_knows(tool):
    for method, resource, known in (
        ("DELETE", "statements", "GET, PUT, POST, HEAD, OPTIONS"),
        ("PUT", "agents", "GET, HEAD, OPTIONS"),
        ("POST", "activities", "GET, HEAD, OPTIONS"),
    ):
        answer = tool.ask(method, resource, body={})
        assert (answer.status_code, answer.headers["Allow"]) == (405, known)
        assert tool.ask(method, resource, headers={"Authorization": None}).status_code == 405


@meets(323, "4.1.5")
def test_what_no_route_takes_is_refused_by_the_same_rules(tool, add_tool):
    browser = add_tool(tool.version, "all", origins=[ORIGIN])
    section = "xAPI Communication 2.0" if tool.version == "1.0.3" else "IEEE 9274.1.1 4.1"
    for method, resource, status, known in (
        ("PATCH", "statements", 405, "GET, PUT, POST, HEAD, OPTIONS"),
        ("TRACE", "agents", 405, "GET, HEAD, OPTIONS"),
        ("BREW", "about", 405, "GET, HEAD, OPTIONS"),
        ("PUT", "statements/more/WzFd", 405, "GET, HEAD, OPTIONS"),
        ("PATCH", "nothing", 404, None),
        ("GET", "", 404, None),
        ("GET", "%ff%00", 404, None),
    ):
        answer = browser.ask(method, resource, headers={"Origin": ORIGIN, "Accept": "text/html, */*;q=0.1"})
        assert (answer.status_code, answer.headers.get("Allow")) == (status, known), (method, resource)
        assert answer.json["error"]["section"] == section, (method, resource)
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "X-Request-ID" in answer.headers
        assert ("X-Experience-API-Consistent-Through" in answer.headers) == resource.startswith("statements")
        stranger = browser.ask(method, resource, headers={"Origin": "https://evil.example.org"})
        assert "Access-Control-Allow-Origin" not in stranger.headers


# ── the alternate request syntax ──────────────────────────────────────────────────────────────────────────────────


def alternate(tool, method, form, resource="statements", **more):
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": None,
        "X-Experience-API-Version": None,
    }
    given = {"Authorization": tool.basic, "X-Experience-API-Version": tool.version, **form}
    text = urlencode(
        {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
            if value is not None
        }
    )
    return tool.ask("POST", resource, {"method": method, **more}, body=text, headers=headers)


@meets(148, 336)
def test_1_0_3_knows_the_alternate_syntax(first):
    given = statement()
    assert alternate(first, "PUT", {"statementId": given["id"], "content": given}).status_code == 204
    assert alternate(first, "POST", {"content": [statement()]}).status_code == 200
    found = alternate(first, "GET", {"limit": "1"})
    assert (found.status_code, len(found.json["statements"])) == (200, 1)
    assert found.json["more"].startswith("/xapi/")
    assert alternate(first, "GET", {"agent": AGENT, "statementId": ""}).status_code == 400
    assert alternate(first, "GET", {"statementId": given["id"]}).json["id"] == given["id"]
    assert alternate(first, "HEAD", {}).get_data() == b""
    profile = {"agent": AGENT, "profileId": "p"}
    text = {"content": "any text", "Content-Type": "text/plain"}
    assert alternate(first, "PUT", {**profile, **text, "If-None-Match": "*"}, "agents/profile").status_code == 204
    assert alternate(first, "PUT", {**profile, **text, "If-Match": '"x"'}, "agents/profile").status_code == 412
    assert first.get("agents/profile", profile).content_type == "text/plain"
    assert alternate(first, "DELETE", profile, "agents/profile").status_code == 204


@meets(336)
def test_the_alternate_syntax_is_judged_as_strictly(first):
    given = statement()
    form = {"statementId": given["id"], "content": given}
    assert alternate(first, "PUT", form, statementId=given["id"]).status_code == 400
    assert alternate(first, "PUT", {"statementId": given["id"]}).status_code == 400
    assert alternate(first, "PUT", {**form, "X-Experience-API-Version": "0.8"}).status_code == 400
    assert alternate(first, "PUT", {**form, "Authorization": None}).status_code == 401
    assert alternate(first, "PUT", {**form, "foo": "bar"}).status_code == 400
    assert alternate(first, "PATCH", form).status_code == 400
    assert alternate(first, "get", {}).status_code == 400
    assert first.get(params={"method": "POST"}).status_code == 400
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    assert first.ask("POST", "statements", {"method": "PUT"}, body=json.dumps(form), headers=plain).status_code == 400
    assert first.ask("POST", "statements", {"method": "PUT"}, body=given).status_code == 400
    newline = {**form, "Content-Type": "text/html\r\nX-Evil: 1"}
    assert alternate(first, "PUT", newline).status_code == 400
    profile = {
        "agent": AGENT,
        "profileId": "p",
        "content": "x",
        "Content-Type": "a/b\r\nX-Evil: 1",
        "If-None-Match": "*",
    }
    assert alternate(first, "PUT", profile, "agents/profile").status_code == 400
    assert first.found() == []


@meets("4.1.6")
def test_2_0_0_knows_no_alternate_syntax(second):
    for method in ("GET", "PUT", "POST"):
        assert alternate(second, method, {"content": statement()}).status_code in {400, 401}
        assert second.ask("POST", "statements", {"method": method}, body=statement()).status_code == 400
    assert second.found() == []


# ── other origins, limits, errors ─────────────────────────────────────────────────────────────────────────────────


def test_pages_of_a_declared_origin_may_ask_and_no_others(tool, add_tool):
    browser = add_tool(tool.version, "all", origins=[ORIGIN])
    ask = {
        "Authorization": None,
        "X-Experience-API-Version": None,
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PUT",
    }
    preflight = browser.ask("OPTIONS", "statements", headers=ask)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    for name in ("Authorization", "X-Experience-API-Version", "If-Match", "Content-Type"):
        assert name in preflight.headers["Access-Control-Allow-Headers"]
    for answer in (
        browser.get(headers={"Origin": ORIGIN}),
        browser.get(headers={"Origin": ORIGIN, "Authorization": None}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "X-Experience-API-Consistent-Through" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" in answer.headers["Vary"]
    for origin in ("https://evil.example.org", "null", "https://tool.example.org.evil.org", None):
        answer = browser.get(headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert (
            "Access-Control-Allow-Origin"
            not in browser.ask("OPTIONS", "statements", headers={**ask, "Origin": origin}).headers
        )


def test_pages_of_a_declared_origin_may_read_why_they_failed(app, tool, add_tool, monkeypatch):
    browser = add_tool(tool.version, "all", origins=[ORIGIN])
    with monkeypatch.context() as changed:
        changed.setattr(views.resources, "answer", lambda *_: 1 / 0)
        changed.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        failed = browser.get(headers={"Origin": ORIGIN})
    large = b" " * (views.BODY_MOST + 1)
    for answer, status in (
        (failed, 500),
        (browser.ask("POST", "statements", body=large, headers={"Origin": ORIGIN}), 413),
    ):
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    stranger = browser.ask("POST", "statements", body=large, headers={"Origin": "https://evil.example.org"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@meets("4.1.5")
def test_a_client_that_asks_too_often_is_told_to_wait_whoever_answers(app, add_tool, version, clock, monkeypatch):
    limited = add_tool(version, "all", per_minute=120)
    statuses = [limited.get("agents", {"agent": AGENT}).status_code for _ in range(119)]
    assert set(statuses) == {200}
    assert limited.get(params={"foo": "1"}).status_code == 400
    answer = limited.get()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    clock.advance(timedelta(seconds=60))
    assert limited.get().status_code == 200


@meets(328)
def test_what_is_too_large_is_413(tool, monkeypatch):
    large = json.dumps(statement()).encode() + b" " * views.BODY_MOST
    answer = tool.ask("POST", "statements", body=large)
    assert answer.status_code == 413
    assert "X-Experience-API-Consistent-Through" in answer.headers
    half = b" " * (views.BODY_MOST // 2)
    assert tool.ask("POST", "statements", body=half).status_code == 400
    assert tool.ask("POST", "statements", body=half, headers={"Authorization": None}).status_code == 413
    many = "[" + ",".join(["{}"] * 10_001) + "]"
    assert tool.ask("POST", "statements", body=many).status_code == 413


@meets(323, 329, "4.1.5")
def test_an_error_comes_as_json_or_as_plain_text(tool):
    answer = tool.get(params={"foo": "1"})
    assert answer.json["error"]["status"] == 400
    assert answer.json["error"]["section"]
    text = tool.get(params={"foo": "1"}, headers={"Accept": "text/plain"})
    assert text.content_type == "text/plain; charset=utf-8"
    assert "foo" in text.text
    bad = tool.ask("POST", "statements", body=statement(verb={}), headers={"Accept": "text/plain, */*;q=0.1"})
    assert "$.verb.id" in bad.text


def test_who_is_signed_in_as_a_person_is_nobody_here(app, tool, make_person, sign_in):
    admin = sign_in(make_person("siân@example.org", roles=("admin",)))
    answer = admin.get(f"{PREFIXES[tool.version]}/statements", headers={"X-Experience-API-Version": tool.version})
    assert answer.status_code == 401


def test_another_host_name_is_refused_and_still_names_the_version(app, tool):
    stranger = Tool(app, tool.version, "x", "y")
    stranger.address = "http://evil.example.org"
    answer = stranger.get()
    assert answer.status_code == 421
    assert answer.headers["X-Experience-API-Version"] == tool.version


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "agent=%ff", "agent=%00", "limit", "=1", "&&&", "a" * 3000, "verb=%zz"]
)
def test_a_query_that_cannot_be_read_is_refused(tool, query):
    answer = tool.browser.get(
        f"{PREFIXES[tool.version]}/statements?{query}",
        headers={"Authorization": tool.basic, "X-Experience-API-Version": tool.version},
        base_url=tool.address,
    )
    assert answer.status_code == 400


@ON_POSTGRESQL
def test_a_statement_that_is_new_and_refers_to_nothing_costs_three_journeys_to_the_database(first, journeys):
    first.send(statement())
    journeys.clear()
    first.send(statement(object={"id": ACTIVITY, "definition": {"name": {"en": "New"}}}))
    assert len(journeys) == 3, "who asks; what is known, and who else wants it; what is kept, with the commit"
