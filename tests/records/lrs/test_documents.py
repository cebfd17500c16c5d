"""State and profiles, agents and activities."""

import hashlib
import re
from datetime import timedelta

import pytest

from lms.engine.xapi.names import Names
from lms.learning.people import erasure
from lms.learning.people import service as people
from tests.records.lrs.conftest import ACTIVITY, AGENT, statement
from tests.records.lrs.meets import meets

STATE, ACTIVITY_PROFILE, AGENT_PROFILE = "activities/state", "activities/profile", "agents/profile"
PLACES = {
    STATE: {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"},
    ACTIVITY_PROFILE: {"activityId": ACTIVITY, "profileId": "p"},
    AGENT_PROFILE: {"agent": AGENT, "profileId": "p"},
}
REGISTRATION = "11111111-1111-4111-8111-111111111111"


def name_of(resource):
    return "stateId" if resource == STATE else "profileId"


@pytest.fixture(params=PLACES)
def resource(request):
    return request.param


@pytest.fixture
def place(resource):
    return dict(PLACES[resource])


def etag(content):
    return f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'


@meets(
    187, 188, 189, 190, 191, 192, 216, 217, 230, 231, 233, 259, 269, 271, 272, 273, 274, 280, 282, 283, 285, 286, 287,
    288, 290, 291, 292, 293, 310, 311, 312,
)  # fmt: skip
def test_a_document_is_written_read_and_removed(tool, resource, place):
    assert tool.get(resource, place).status_code == 404
    content = b"\x00any bytes\xff"
    put = {"Content-Type": "image/png; x=y", "If-None-Match": "*"}
    assert tool.ask("PUT", resource, place, body=content, headers=put).status_code == 204
    answer = tool.get(resource, place)
    assert (answer.status_code, answer.get_data(), answer.content_type) == (200, content, "image/png; x=y")
    removed = tool.ask("DELETE", resource, place)
    assert (removed.status_code, removed.get_data()) == (204, b"")
    assert tool.get(resource, place).status_code == 404
    assert tool.ask("POST", resource, place, body={"a": 1}).status_code == 204
    assert tool.get(resource, place).json == {"a": 1}
    for text in ("1", "true"):
        other = {**place, name_of(resource): text}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert tool.ask("POST", resource, other, body=text, headers=form).status_code == 204


@meets(183, 184, 185, 186, 234, 279, 308)
def test_a_post_merges_json_one_level_deep(tool, resource, place):
    tool.ask("POST", resource, place, body={"car": {"make": "Ford", "model": "Escape"}, "driver": "Dale", "x": 1})
    tool.ask("POST", resource, place, body={"car": {"make": "Dodge"}, "driver": "Jeff", "y": None})
    assert tool.get(resource, place).json == {"car": {"make": "Dodge"}, "driver": "Jeff", "x": 1, "y": None}


@meets(182, 229, 232, 235, 278, 281, 284, 309, 313, 314)
def test_a_merge_of_what_is_no_json_object_is_refused_and_changes_nothing(tool, resource, place):
    kept = {"a": 1}
    tool.ask("POST", resource, place, body=kept)
    for body, kind in (
        (b"abc", "application/octet-stream"),
        (b'{"b":1}', "application/octet-stream"),
        (b'{"b":1', "application/json"),
        (b"[1]", "application/json"),
        (b'{"b":1,"b":2}', "application/json"),
    ):
        answer = tool.ask("POST", resource, place, body=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, body
        assert tool.get(resource, place).json == kept
    other = {**place, name_of(resource): "other"}
    put = {"Content-Type": "text/plain", "If-None-Match": "*"}
    tool.ask("PUT", resource, other, body=b"text", headers=put)
    assert tool.ask("POST", resource, other, body={"b": 1}).status_code == 400
    assert tool.get(resource, other).get_data() == b"text"
    new = {**place, name_of(resource): "new"}
    assert tool.ask("POST", resource, new, body=b'{"b":').status_code == 400
    assert tool.get(resource, new).status_code == 404


@meets(193, 195, 221, 222, 268, 270, 275, 289, 294, 303)
def test_without_a_name_the_names_are_listed_and_since_limits_them(tool, clock, resource, place):
    name = name_of(resource)
    tool.ask("POST", resource, {**place, name: "old"}, body={})
    at = clock.advance(timedelta(seconds=10))
    clock.advance(timedelta(seconds=10))
    tool.ask("POST", resource, {**place, name: "new"}, body={})
    del place[name]
    answer = tool.get(resource, place)
    assert (answer.status_code, answer.json) == (200, ["old", "new"])
    assert tool.get(resource, {**place, "since": f"{at:%Y-%m-%dT%H:%M:%SZ}"}).json == ["new"]
    assert tool.get(resource, {**place, "since": "2030-01-01T00:00:00Z"}).json == []


@meets(194, 200, 201, 202, 203, 218, 219, 220, 227)
def test_a_state_may_belong_to_a_registration(tool):
    place = PLACES[STATE]
    registered = {**place, "registration": REGISTRATION}
    tool.ask("PUT", STATE, place, body={"of": "none"})
    tool.ask("PUT", STATE, registered, body={"of": "one"})
    tool.ask("POST", STATE, {**registered, "stateId": "t"}, body={})
    assert tool.get(STATE, place).json == {"of": "none"}
    assert tool.get(STATE, {**registered, "registration": REGISTRATION.upper()}).json == {"of": "one"}
    context = {key: place[key] for key in ("activityId", "agent")}
    assert sorted(tool.get(STATE, {**context, "registration": REGISTRATION}).json) == ["s", "t"]
    assert sorted(tool.get(STATE, context).json) == ["s", "t"]
    assert tool.ask("DELETE", STATE, {**context, "registration": REGISTRATION}).status_code == 204
    assert tool.get(STATE, {**context, "registration": REGISTRATION}).json == []
    assert tool.get(STATE, place).json == {"of": "none"}
    assert tool.ask("DELETE", STATE, context).status_code == 204
    assert tool.get(STATE, context).json == []
    for method in ("GET", "PUT", "POST", "DELETE"):
        body = {} if method in {"PUT", "POST"} else None
        assert tool.ask(method, STATE, {**place, "registration": "x"}, body=body).status_code == 400


@meets(
    12, *range(196, 200), *range(204, 216), *range(224, 227), 228, *range(255, 259), *range(260, 268), 276, 277,
    *range(295, 303), *range(304, 308), 324, 325,
)  # fmt: skip
def test_parameters_that_are_missing_wrong_or_unknown_are_refused(tool, resource, place):
    name = name_of(resource)
    for method in ("GET", "PUT", "POST", "DELETE"):
        body = {} if method in {"PUT", "POST"} else None
        headers = {"If-None-Match": "*"} if method == "PUT" else {}

        def ask(params, method=method, body=body, headers=headers):
            return tool.ask(method, resource, params, body=body, headers=headers).status_code

        for key in place:
            less = {each: value for each, value in place.items() if each != key}
            if key != name or method in {"PUT", "POST"} or (method == "DELETE" and resource != STATE):
                assert ask(less) == 400, (method, key)
            assert ask({**less, key.swapcase(): place[key]}) == 400
        assert ask({**place, "foo": "bar"}) == 400
        assert ask({**place, "since": "2026-11-22T00:00:00Z"}) == 400
        if "agent" in place:
            for bad in ("not JSON", "true", {"name": "x"}, {"mbox": "x"}, []):
                assert ask({**place, "agent": bad}) == 400, bad
        else:
            assert ask({**place, "agent": AGENT}) == 400
        if "activityId" in place:
            assert ask({**place, "activityId": "no iri"}) == 400
    del place[name]
    assert tool.get(resource, {**place, "since": "not a timestamp"}).status_code == 400


# ── concurrency ───────────────────────────────────────────────────────────────────────────────────────────────────


@meets(322, "4.1.4", "4.1.6.2", "4.1.6.5", "4.1.6.6")
def test_a_document_carries_a_quoted_sha1_etag_and_when_it_was_written(tool, clock, resource, place):
    content = b'{"a": 1}'
    tool.ask("POST", resource, place, body=content)
    answer = tool.get(resource, place)
    assert answer.headers["ETag"] == etag(content)
    assert re.fullmatch(r'"[0-9a-f]{40}"', answer.headers["ETag"])
    assert answer.headers["Last-Modified"] == "Sat, 21 Nov 2026 12:00:00 GMT"
    clock.advance(timedelta(seconds=2))
    tool.ask("POST", resource, place, body={"b": 1})
    changed = tool.get(resource, place)
    assert changed.headers["Last-Modified"] == "Sat, 21 Nov 2026 12:00:02 GMT"
    assert changed.headers["ETag"] != answer.headers["ETag"]
    same = tool.get(resource, place, headers={"If-None-Match": changed.headers["ETag"]})
    assert (same.status_code, same.get_data()) == (304, b"")


@meets(182, 322, "4.1.4")
def test_a_precondition_that_fails_changes_nothing(tool, resource, place):
    absent = {"If-Match": "*"}
    assert tool.ask("PUT", resource, place, body={"a": 0}, headers=absent).status_code == 412
    content = b'{"a":1}'
    tool.ask("POST", resource, place, body=content)
    for method in ("PUT", "POST", "DELETE"):
        body = {"a": 2} if method != "DELETE" else None
        for headers in (
            {"If-Match": '"1111111111111111111111111111111111111111"'},
            {"If-Match": "1234"},
            {"If-None-Match": "*"},
            {"If-None-Match": etag(content)},
            {"If-None-Match": f'"x", W/{etag(content)}'},
            {"If-Match": f"W/{etag(content)}"},
        ):
            answer = tool.ask(method, resource, place, body=body, headers=headers)
            assert answer.status_code == 412, (method, headers)
            assert tool.get(resource, place).get_data() == content
    good = {"If-Match": f'"x", {etag(content)}'}
    assert tool.ask("PUT", resource, place, body=b'{"a":2}', headers=good).status_code == 204
    good = {"If-Match": etag(b'{"a":2}')}
    assert tool.ask("POST", resource, place, body=b'{"a":3}', headers=good).status_code == 204
    assert tool.ask("DELETE", resource, place, headers={"If-Match": etag(b'{"a":3}')}).status_code == 204


@meets(182, 322, "4.1.4")
def test_a_put_without_a_precondition_does_not_overwrite(tool, resource, place):
    tool.ask("POST", resource, place, body={"a": 1})
    answer = tool.ask("PUT", resource, place, body={"a": 2})
    if resource == STATE and tool.version == "1.0.3":
        assert answer.status_code == 204
        return
    assert answer.status_code == 409
    assert answer.content_type.startswith("text/plain")
    assert "If-Match" in answer.text
    assert "current state" in answer.text
    assert tool.get(resource, place).json == {"a": 1}


@meets(273, 287, 293)
def test_a_new_profile_of_the_first_version_says_that_it_is_new(tool, resource, place):
    answer = tool.ask("PUT", resource, place, body={})
    if resource == STATE or tool.version == "2.0.0":
        assert answer.status_code == 204
        return
    assert answer.status_code == 400
    assert "If-None-Match: *" in answer.text
    assert tool.get(resource, place).status_code == 404
    assert tool.ask("PUT", resource, place, body={}, headers={"If-None-Match": "*"}).status_code == 204
    older = {"X-Experience-API-Version": "1.0.2"}
    assert tool.ask("PUT", resource, {**place, "profileId": "q"}, body={}, headers=older).status_code == 204
    assert tool.ask("PUT", resource, {**place, "profileId": "q"}, body={}, headers=older).status_code == 409


def test_no_browser_lets_a_document_act_as_a_page(tool, resource, place):
    headers = {"Content-Type": "text/html", "If-None-Match": "*"}
    tool.ask("PUT", resource, place, body=b"<script>alert(1)</script>", headers=headers)
    answer = tool.get(resource, place)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    bad = {"Content-Type": "x" * 300, "If-Match": "*"}
    assert tool.ask("PUT", resource, place, body=b"x", headers=bad).status_code == 400


# ── agents, activities ────────────────────────────────────────────────────────────────────────────────────────────


@meets(*range(236, 250), "4.1.6.3")
def test_a_person_holds_what_is_known_of_an_agent(tool):
    for key, value in (
        ("mbox", "mailto:nia@example.org"),
        ("mbox_sha1sum", "ab" * 20),
        ("openid", "https://nia.example.org"),
        ("account", {"homePage": "https://example.org", "name": "nia"}),
    ):
        answer = tool.get("agents", {"agent": {key: value}})
        assert (answer.status_code, answer.json) == (200, {"objectType": "Person", key: [value]})
    tool.send(statement(actor={**AGENT, "name": "Nia"}), statement(actor={**AGENT, "name": "Nia Rees"}))
    known = tool.get("agents", {"agent": AGENT}).json
    assert known == {"objectType": "Person", "name": ["Nia Rees", "Nia"], "mbox": [AGENT["mbox"]]}
    assert tool.get("agents", {"agent": {**AGENT, "name": "N"}}).json["name"][0] == "N"
    for params in ({}, {"agent": "x"}, {"agent": {"name": "x"}}, {"agent": AGENT, "x": "y"}, {"Agent": AGENT}):
        assert tool.get("agents", params).status_code == 400


@meets(*range(250, 255), "4.1.6.4")
def test_an_activity_holds_what_all_statements_say_of_it(tool):
    unknown = tool.get("activities", {"activityId": "urn:a:unknown"})
    assert (unknown.status_code, unknown.json) == (200, {"objectType": "Activity", "id": "urn:a:unknown"})
    for name in ({"en": "Fall"}, {"cy": "Cwymp"}):
        tool.send(statement(object={"id": ACTIVITY, "definition": {"name": name, "type": "urn:a:t"}}))
    tool.send(
        statement(
            context={
                "contextActivities": {"other": {"id": ACTIVITY, "definition": {"moreInfo": "https://example.org"}}}
            }
        )
    )
    assert tool.get("activities", {"activityId": ACTIVITY}).json == {
        "objectType": "Activity",
        "id": ACTIVITY,
        "definition": {"name": {"en": "Fall", "cy": "Cwymp"}, "type": "urn:a:t", "moreInfo": "https://example.org"},
    }
    for params in ({}, {"activityId": "x"}, {"activityId": ACTIVITY, "x": "y"}, {"ActivityId": ACTIVITY}):
        assert tool.get("activities", params).status_code == 400


def test_names_that_hold_line_ends_are_not_taken_for_one_another(tool):
    def whose(name):
        return {"account": {"homePage": "https://example.org", "name": name}}

    one = {"activityId": ACTIVITY, "agent": whose("x"), "stateId": "\na"}
    others = [
        {"activityId": ACTIVITY, "agent": whose("x\n"), "stateId": "a"},
        {"activityId": ACTIVITY, "agent": whose("x"), "stateId": "\\na"},
    ]
    assert tool.ask("PUT", STATE, one, body={"of": "x"}).status_code == 204
    assert tool.get(STATE, one).json == {"of": "x"}
    assert [tool.get(STATE, other).status_code for other in others] == [404, 404]


def test_D4_whoever_is_erased_keeps_no_document(tool, store, make_person):
    person, other = make_person("tomasz@example.org", name="Tomasz"), make_person("amina@example.org", name="Amina")
    admin = make_person("admin@example.org", roles=("admin",))
    with store.work() as uow:
        tokens = [people.get_person(uow, each.id).token for each in (person, other)]
        base = Names(uow.address).base
    account, of_other = ({"account": {"homePage": base, "name": token}} for token in tokens)
    mbox = {"mbox": "mailto:tomasz@example.org"}
    total = {"mbox_sha1sum": hashlib.sha1(b"mailto:tomasz@example.org", usedforsecurity=False).hexdigest()}
    for agent in (account, mbox, total, of_other):
        for resource, about in ((STATE, {"activityId": ACTIVITY, "stateId": "s"}), (AGENT_PROFILE, {"profileId": "p"})):
            sent = tool.ask("PUT", resource, {**about, "agent": agent}, body={"n": 1}, headers={"If-None-Match": "*"})
            assert sent.status_code == 204
    with store.work() as uow:
        assert erasure.preview(uow, person.id)["documents that programs kept of them"] == 6
    with store.work() as uow:
        erasure.erase(uow, person.id, by=admin.id)
    for agent, status in ((account, 404), (mbox, 404), (total, 404), (of_other, 200)):
        assert tool.get(AGENT_PROFILE, {"agent": agent, "profileId": "p"}).status_code == status
        assert tool.get(STATE, {"activityId": ACTIVITY, "agent": agent, "stateId": "s"}).status_code == status
