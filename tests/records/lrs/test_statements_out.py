"""GET of statements: what is found, in which form, and how it goes on."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from lms.engine.xapi.names import Names
from lms.records.lrs import asking, service
from lms.records.lrs.model import mark
from lms.records.lrs.tables import lrs_reference
from lms.records.tracking import service as tracking
from tests.databases import ON_SQLITE
from tests.effort import steps
from tests.engine.xapi.samples import decision
from tests.records.lrs.conftest import ACTIVITY, AGENT, VERB, reference, statement, voiding
from tests.records.lrs.meets import meets

OTHER = {"account": {"homePage": "https://example.org", "name": "other"}}


@meets(110, 112, 113, 149, 154, 159, 165)
def test_a_query_answers_a_result_also_when_nothing_is_found(tool):
    answer = tool.get(params={"verb": "urn:no:verb"})
    assert (answer.status_code, answer.json) == (200, {"statements": [], "more": ""})
    assert answer.content_type == "application/json"
    tool.send(statement())
    assert [each["actor"] for each in tool.get().json["statements"]] == [AGENT]


@meets(156, 158)
def test_a_statement_is_found_by_its_id_in_any_letter_case(tool):
    given = statement()
    tool.send(given)
    assert tool.one(given["id"].upper())["id"] == given["id"]
    assert tool.get(params={"statementId": str(uuid4())}).status_code == 404


@meets(164, 176, 177, 178, 179, 180, 181)
def test_each_filter_finds_what_it_names_and_nothing_else(tool):
    registration = str(uuid4())
    plain = statement()
    by_other = statement(actor={"objectType": "Group", "member": [OTHER]})
    to_other = statement(object={"objectType": "Agent", **OTHER})
    taught = statement(context={"instructor": OTHER, "registration": registration})
    inside = {"objectType": "SubStatement", "actor": OTHER, "verb": {"id": "urn:a:v"}, "object": {"id": "urn:a:o"}}
    nested = statement(object=inside)
    below = statement(object={"id": "urn:a:child"}, context={"contextActivities": {"parent": {"id": "urn:a:o"}}})
    verbal = statement(verb={"id": "urn:a:v"})
    tool.send(plain, by_other, to_other, taught, nested, below, verbal)

    def ids(*given):
        return [each["id"] for each in reversed(given)]

    assert tool.found(agent=OTHER) == ids(by_other, to_other)
    assert tool.found(agent=OTHER, related_agents="true") == ids(by_other, to_other, taught, nested)
    assert tool.found(activity="urn:a:o") == []
    assert tool.found(activity="urn:a:o", related_activities="true") == ids(nested, below)
    assert tool.found(activity="urn:a:child") == ids(below)
    assert tool.found(verb="urn:a:v") == ids(verbal)
    assert tool.found(registration=registration.upper()) == ids(taught)
    assert tool.found(registration=registration, agent=AGENT, verb=VERB, activity=ACTIVITY) == ids(taught)
    assert tool.found(registration=registration, agent=OTHER) == []
    assert tool.found(agent={"mbox": "mailto:nia@EXAMPLE.org"})[-1] == plain["id"]
    authority = tool.one(plain["id"])["authority"]
    assert len(tool.found(agent=authority, related_agents="true")) == 7
    assert tool.found(agent=authority) == []


@meets("4.1.6.1")
def test_context_agents_and_groups_are_related_agents(second):
    agents = statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": OTHER}]})
    team = {"objectType": "Group", "member": [OTHER]}
    groups = statement(context={"contextGroups": [{"objectType": "contextGroup", "group": team}]})
    second.send(agents, groups)
    assert second.found(agent=OTHER) == []
    assert second.found(agent=OTHER, related_agents="true") == [groups["id"], agents["id"]]


@meets(162)
def test_who_refers_to_a_statement_is_found_as_it_is_though_it_be_voided(tool):
    passed = statement(actor=OTHER, verb={"id": "urn:a:passed"}, object={"id": "urn:a:explosives"})
    confirmed = statement(object=reference(passed["id"]))
    seconded = statement(object=reference(confirmed["id"]))
    tool.send(passed)
    tool.send(confirmed, seconded)
    all_three = [seconded["id"], confirmed["id"], passed["id"]]
    for params in ({"agent": OTHER}, {"verb": "urn:a:passed"}, {"activity": "urn:a:explosives"}):
        assert tool.found(**params) == all_three
    (void,) = tool.send(voiding(passed["id"]))
    assert tool.found(verb="urn:a:passed") == [void, *all_three[:2]]
    late = str(uuid4())
    (early,) = tool.send(statement(object=reference(late), verb={"id": "urn:a:early"}))
    tool.send(statement(id=late, verb={"id": "urn:a:late"}))
    assert tool.found(verb="urn:a:late") == [late, early]
    middle, last = str(uuid4()), str(uuid4())
    (outer,) = tool.send(statement(object=reference(middle)))
    tool.send(statement(id=middle, object=reference(last)))
    tool.send(statement(id=last, verb={"id": "urn:a:last"}))
    assert tool.found(verb="urn:a:last") == [last, middle, outer]


@meets(174, 175, 166, 173)
def test_since_until_limit_and_ascending_look_at_stored(tool, clock):
    ids = []
    for _ in range(5):
        ids += tool.send(statement())
        clock.advance(timedelta(seconds=1))
    stored = [tool.one(each)["stored"] for each in ids]
    assert stored == sorted(stored)
    assert tool.found(since=stored[1]) == [ids[4], ids[3], ids[2]]
    assert tool.found(until=stored[1]) == [ids[1], ids[0]]
    assert tool.found(since=stored[0], until=stored[3], ascending="true") == ids[1:4]
    later = datetime.fromisoformat(stored[1]) + timedelta(hours=2)
    assert tool.found(since=f"{later:%Y-%m-%dT%H:%M:%S.%f}+02:00") == [ids[4], ids[3], ids[2]]
    assert tool.found(since="1999-01-01T00:00:00Z") == ids[::-1]
    assert tool.found(until="1999-01-01T00:00:00Z") == []
    assert [each["id"] for each in tool.get(params={"limit": "2"}).json["statements"]] == [ids[4], ids[3]]
    assert len(tool.get(params={"limit": "0"}).json["statements"]) == 5


@meets(108, 109, 111, 114)
def test_more_goes_on_where_a_page_ended_though_others_came_meanwhile(tool, add_tool, monkeypatch):
    ids = tool.send(*(statement() for _ in range(7)))
    for ascending in ("true", "false"):
        wanted = ids if ascending == "true" else ids[::-1]
        assert tool.found(limit="3", ascending=ascending, agent=AGENT) == wanted
    page = tool.get(params={"limit": "4", "format": "ids", "attachments": "true"})
    assert page.content_type.startswith("multipart/mixed; boundary=")
    more = tool.get(params={"limit": "4"}).json["more"]
    assert more.startswith("/xapi/")
    tool.send(statement())
    rest = tool.ask("GET", more.removeprefix("/xapi/2.0/").removeprefix("/xapi/"))
    assert [each["id"] for each in rest.json["statements"]] == ids[2::-1]
    assert rest.json["more"] == ""
    monkeypatch.setattr(asking, "MOST", 2)
    assert len(tool.get(params={"limit": "5"}).json["statements"]) == 2
    assert len(tool.found()) == 8
    for wrong in ("statements/more/x", "statements/more/WzEsIHsieCI6IDF9XQ", "statements/more/"):
        assert tool.get(wrong).status_code in {400, 404}
    stranger = add_tool(tool.version, "state")
    assert stranger.ask("GET", more.removeprefix("/xapi/2.0/").removeprefix("/xapi/")).status_code == 403


@meets(168, 171)
def test_the_format_ids_holds_what_identifies_and_no_more(tool):
    given = statement(
        actor={"objectType": "Group", "name": "Us", "member": [{**AGENT, "name": "Nia"}]},
        verb={"id": VERB, "display": {"en": "answered"}},
        object={"objectType": "Activity", "id": ACTIVITY, "definition": {"name": {"en": "A"}}},
        context={
            "instructor": {**OTHER, "name": "O"},
            "contextActivities": {"parent": [{"id": "urn:a:p", "definition": {"type": "urn:a:t"}}]},
        },
    )
    inner = {key: given[key] for key in ("actor", "verb", "object")}
    outer = statement(object={"objectType": "SubStatement", **inner})
    tool.send(given, outer)
    told = tool.one(outer["id"], format="ids")["object"]
    assert told["object"] == {"id": ACTIVITY}
    assert told["actor"] == {"objectType": "Group", "member": [AGENT]}
    found = tool.one(given["id"], format="ids")
    assert found["actor"] == {"objectType": "Group", "member": [AGENT]}
    assert found["verb"] == {"id": VERB}
    assert found["object"] == {"id": ACTIVITY}
    assert found["context"]["instructor"] == OTHER
    assert found["context"]["contextActivities"] == {"parent": [{"id": "urn:a:p"}]}
    assert tool.one(given["id"], format="exact") == tool.one(given["id"])


@meets(169, 172)
def test_the_format_canonical_holds_one_language_and_the_newest_definition(tool):
    words = {"en-GB": "fall", "cy": "cwymp", "de": "Sturz"}
    components = [{"id": "a", "description": {"en": "yes", "cy": "ie"}}]
    definition = {"name": words, "description": words, "interactionType": "choice", "choices": components}
    given = statement(verb={"id": VERB, "display": words}, object={"id": ACTIVITY, "definition": definition})
    bare = statement()
    tool.send(given, bare)
    for header, word, inner in (
        ("cy", "cwymp", "ie"),
        ("fr, de;q=0.5, *;q=0.1", "Sturz", "yes"),
        ("en", "fall", "yes"),
    ):
        answer = tool.get(params={"format": "canonical"}, headers={"Accept-Language": header})
        newest, oldest = answer.json["statements"]
        for each in (newest, oldest):
            assert list(each["object"]["definition"]["name"].values()) == [word]
            assert list(each["object"]["definition"]["description"].values()) == [word]
            assert list(each["object"]["definition"]["choices"][0]["description"].values()) == [inner]
        assert list(oldest["verb"]["display"].values()) == [word]
        assert "display" not in newest["verb"]
    for odd in ("", "x;q=9", "; ,,", "*"):
        answer = tool.get(params={"format": "canonical"}, headers={"Accept-Language": odd})
        assert len(answer.json["statements"][1]["verb"]["display"]) == 1


@meets(12, 150, 151, 324, 325)
def test_parameters_that_are_wrong_are_refused(tool):
    known = str(uuid4())
    for params in (
        {"foo": "bar"},
        *({name.capitalize(): "x"} for name in ("statementId", "agent", "verb", "since", "limit", "format")),
        {"StatementId": known},
        {"statementId": known, "voidedStatementId": known},
        *({"statementId": known, name: "x"} for name in ("agent", "verb", "limit", "since", "ascending")),
        {"voidedStatementId": known, "limit": "1"},
        {"statementId": "x"},
        {"agent": "not json"},
        {"agent": {"name": "Nia"}},
        {"agent": {"objectType": "Group", "member": [AGENT]}},
        {"agent": "true"},
        {"verb": "answered"},
        {"activity": "x"},
        {"registration": "x"},
        {"since": "x"},
        {"until": "2026-13-01T00:00:00Z"},
        {"since": "2026-11-22T00:00:00-00:00"},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": "1.5"},
        {"format": "Exact"},
        {"attachments": "yes"},
        {"ascending": "True"},
        {"related_agents": "1"},
        {"related_activities": ""},
    ):
        answer = tool.get(params=params)
        assert answer.status_code == 400, params
        assert answer.json["error"]["section"].startswith("xAPI " if tool.version == "1.0.3" else "IEEE ")


@meets(152, 153, 160, "4.1.6.1")
def test_each_answer_of_the_resource_says_how_far_it_is_consistent(tool, store, clock):
    tool.send(statement())
    newest = tool.get().json["statements"][0]["stored"]
    for params in ({}, {"foo": "1"}, {"statementId": str(uuid4())}):
        through = tool.get(params=params).headers["X-Experience-API-Consistent-Through"]
        assert datetime.fromisoformat(through).tzinfo is not None
    assert tool.get().headers["X-Experience-API-Consistent-Through"] >= newest
    absent = tool.get(params={"statementId": str(uuid4())})
    assert (absent.status_code, absent.headers["X-Experience-API-Consistent-Through"]) == (404, newest)
    for answer in (tool.get(headers={"Authorization": None}), tool.get("statementslimit=1")):
        assert "X-Experience-API-Consistent-Through" in answer.headers
    clock.advance(timedelta(hours=1))
    assert tool.get().headers["X-Experience-API-Consistent-Through"] > newest


@meets("4.1.6.1")
def test_last_modified_is_the_newest_stored_of_what_is_returned(tool, clock):
    (one,) = tool.send(statement())
    clock.advance(timedelta(hours=1))
    tool.send(statement())
    assert tool.get(params={"statementId": one}).headers["Last-Modified"] == "Sat, 21 Nov 2026 12:00:00 GMT"
    assert tool.get().headers["Last-Modified"] == "Sat, 21 Nov 2026 13:00:00 GMT"
    assert "Last-Modified" not in tool.get(params={"verb": "urn:no:verb"}).headers


def test_own_statements_are_found_and_carry_an_authority(tool, store):
    names = Names(store.address)
    given = {**decision(), "id": str(uuid4()), "actor": names.actor("tOkEn")}
    with store.work() as uow:
        tracking.record(uow, [given])
    found = tool.one(given["id"])
    assert {key: found[key] for key in given} == given
    assert found["authority"] == {"objectType": "Agent", "account": {"homePage": store.address, "name": "lms"}}
    assert tool.found(agent=names.actor("tOkEn")) == [given["id"]]
    assert tool.found(agent=found["authority"], related_agents="true") == [given["id"]]


def test_practice_runs_are_found_in_no_way(tool, store):
    names, open_id, hidden_id = Names(store.address), str(uuid4()), str(uuid4())
    hidden = {**decision(), "id": hidden_id, "actor": names.actor("tOkEn")}
    tool.send(statement())
    before = tool.get().headers["X-Experience-API-Consistent-Through"]
    with store.work() as uow:
        service.store(uow, [hidden], private=True)
    registration = hidden["context"]["registration"]
    for params in (
        {},
        {"agent": names.actor("tOkEn")},
        {"agent": names.actor("tOkEn"), "related_agents": "true"},
        {"verb": hidden["verb"]["id"]},
        {"activity": hidden["object"]["id"], "related_activities": "true"},
        {"registration": registration},
    ):
        answer = tool.get(params=params)
        assert hidden_id not in answer.text
        assert answer.headers["X-Experience-API-Consistent-Through"] == before
    assert tool.get(params={"statementId": hidden_id}).status_code == 404
    tool.send(voiding(hidden_id), statement(id=open_id, object=reference(hidden_id)))
    assert tool.get(params={"voidedStatementId": hidden_id}).status_code == 404
    assert tool.found(verb=hidden["verb"]["id"]) == []
    assert tool.found(registration=registration) == []
    assert "Ring the nurse" not in json.dumps(tool.get("activities", {"activityId": hidden["object"]["id"]}).json)


def test_a_private_statement_is_found_in_no_way_even_under_the_mark_of_others(tool, store):
    tool.send(statement())
    with store.work() as uow:
        (hidden,) = service.store(uow, [{**decision(), "id": str(uuid4())}], private=True)
        for one, direct in ((mark("every", ""), 1), (mark("activity", "urn:a:same"), 0)):
            row = {"mark": one, "direct": direct, "statement_seq": hidden.seq}
            uow.connection.execute(insert(lrs_reference), row)
    assert hidden.id not in tool.found()
    assert tool.found(activity="urn:a:same", related_activities="true") == []


def test_who_refers_to_what_it_mentions_itself_is_found_once_and_in_its_place(tool):
    below = {"contextActivities": {"parent": {"id": "urn:a:course"}}}
    direct = [statement(object={"id": "urn:a:course"}) for _ in range(4)]
    both = [statement(object=reference(each["id"]), context=below) for each in direct]
    tool.send(*(each for pair in zip(direct, both, strict=True) for each in pair))
    in_order = [each["id"] for pair in zip(direct, both, strict=True) for each in pair]
    asked = {"activity": "urn:a:course", "related_activities": "true"}
    for limit in (1, 3, 7, 100):
        assert tool.found(**asked, limit=limit, ascending="true") == in_order
        assert tool.found(**asked, limit=limit) == in_order[::-1]


@ON_SQLITE
@pytest.mark.parametrize("ascending", ["true", "false"])
def test_a_question_costs_the_same_however_much_is_stored(first, store, ascending):
    course = {"contextActivities": {"parent": {"id": "urn:a:course"}}}
    costs = {}
    for _round in range(2):
        first.send(*(statement(context=course, object={"id": "urn:a:rare"}) for _ in range(30)))
        first.send(*(statement(context=course) for _ in range(600)))
        first.send(*(statement(object={"id": "urn:a:course"}) for _ in range(600)))
        for asked in (
            {},
            {"activity": "urn:a:course"},
            {"activity": "urn:a:course", "related_activities": "true"},
            {"activity": "urn:a:rare", "related_activities": "true"},
            {"agent": json.dumps(AGENT), "related_agents": "true", "activity": ACTIVITY, "related_activities": "true"},
        ):
            params = {**asked, "limit": 20, "ascending": ascending}
            costs.setdefault(str(asked), []).append(steps(store.engine, lambda: first.get(params=params)))  # noqa: B023
    assert {asked: after < before * 1.2 + 5 for asked, (before, after) in costs.items()} == dict.fromkeys(costs, True)


@ON_SQLITE
def test_many_mentions_that_do_not_match_are_not_walked_when_enough_is_found(first, store):
    taught = {"instructor": OTHER}
    first.send(*(statement(actor=OTHER, verb={"id": "urn:a:v"}) for _ in range(10)))
    costs = []
    for _round in range(2):
        first.send(*(statement(context=taught) for _ in range(500)))
        first.send(*(statement(actor=OTHER, verb={"id": "urn:a:v"}) for _ in range(10)))
        asked = {"agent": json.dumps(OTHER), "related_agents": "true", "verb": "urn:a:v", "limit": 5}
        costs.append(steps(store.engine, lambda: first.get(params=asked)))  # noqa: B023
    assert costs[1] < costs[0] * 1.2 + 5
    assert costs[0] < 500, "a walk along all that was taught would be longer"


def test_who_may_read_only_its_own_reads_only_its_own(tool, add_tool):
    own = add_tool(tool.version, "statements/write", "statements/read/mine")
    (theirs,), (mine,) = tool.send(statement()), own.send(statement())
    assert own.found() == [mine]
    assert own.found(agent=AGENT) == [mine]
    assert own.get(params={"statementId": theirs}).status_code == 404
    assert own.one(mine)["id"] == mine
    assert tool.found() == [mine, theirs]
