"""PUT and POST of statements."""

import itertools
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from lms.engine.xapi.filter import FARTHEST, Filter, Stored, select
from tests.databases import ON_SQLITE
from tests.effort import steps
from tests.records.lrs.conftest import ACTIVITY, AGENT, VERB, reference, statement, voiding
from tests.records.lrs.meets import meets


@meets(139, 146, 147)
def test_a_post_answers_200_with_the_ids_in_order(tool):
    given = [statement() for _ in range(3)]
    answer = tool.ask("POST", "statements", body=given)
    assert (answer.status_code, answer.json) == (200, [each["id"] for each in given])
    assert answer.content_type == "application/json"
    single = tool.ask("POST", "statements", body=statement())
    assert (single.status_code, len(single.json)) == (200, 1)
    assert tool.ask("POST", "statements", body=[]).json == []


@meets(143, 144, 145)
def test_a_put_answers_204_and_needs_the_id_as_a_parameter(tool):
    given = statement()
    assert tool.ask("PUT", "statements", {"statementId": given["id"]}, body=given).status_code == 204
    assert tool.one(given["id"])["verb"] == given["verb"]
    assert tool.ask("PUT", "statements", body=given).status_code == 400
    assert tool.ask("PUT", "statements", {"statementId": "no uuid"}, body=given).status_code == 400
    assert tool.ask("PUT", "statements", {"statementId": str(uuid4())}, body=given).status_code == 400
    assert tool.ask("PUT", "statements", {"statementId": given["id"]}, body=[given]).status_code == 400
    del given["id"]
    named = str(uuid4())
    assert tool.ask("PUT", "statements", {"statementId": named}, body=given).status_code == 204
    assert tool.one(named)["id"] == named


@meets(142, 182)
def test_a_statement_that_is_there_is_never_changed(tool):
    given = statement(result={"response": "a"})
    tool.send(given)
    before = tool.one(given["id"])
    other = {**given, "result": {"response": "b"}}
    assert tool.ask("POST", "statements", body=[statement(), other]).status_code == 409
    assert tool.ask("PUT", "statements", {"statementId": given["id"]}, body=other).status_code == 409
    assert tool.one(given["id"]) == before
    assert len(tool.found()) == 1


@meets("4.2.7", "4.1.6.1")
def test_an_equal_statement_may_be_sent_again_and_changes_nothing(tool):
    given = statement(result={"duration": "PT1.239S"})
    tool.send(given)
    before = tool.one(given["id"])
    again = {**given, "id": given["id"].upper(), "result": {"duration": "PT1.231S"}, "version": "1.0.0"}
    assert tool.ask("POST", "statements", body=again).json == [given["id"]]
    assert tool.ask("PUT", "statements", {"statementId": given["id"]}, body=given).status_code == 204
    assert tool.one(given["id"]) == before
    assert len(tool.found()) == 1


@pytest.mark.parametrize("timestamp", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_equal_statement_may_be_sent_again_whatever_its_instant_is_in_utc(first, timestamp):
    given = statement(timestamp=timestamp)
    for _ in range(2):
        assert first.ask("POST", "statements", body=given).status_code == 200
    other = {**given, "timestamp": "2026-11-21T12:00:00Z"}
    assert first.ask("POST", "statements", body=other).status_code == 409


@meets(326)
def test_a_batch_is_kept_whole_or_not_at_all(tool):
    good, bad = statement(), statement(verb={"id": "no iri"})
    answer = tool.ask("POST", "statements", body=[good, bad])
    assert answer.status_code == 400
    assert any("[1]" in each and "verb.id" in each for each in answer.json["error"]["problems"])
    assert tool.get(params={"statementId": good["id"]}).status_code == 404


@meets("4.1.6.1")
def test_a_batch_with_an_id_twice_is_refused(tool):
    given = statement()
    assert tool.ask("POST", "statements", body=[given, {**given, "id": given["id"].upper()}]).status_code == 400
    assert tool.found() == []


@meets(23, 26, 97, 99, "4.2.4.2")
def test_the_lrs_adds_what_is_missing_and_replaces_what_is_its_own(tool):
    given = statement(stored="2001-01-01T00:00:00Z", authority=AGENT)
    del given["id"]
    (made,) = tool.send(given)
    kept = tool.one(made)
    assert kept["id"] == made
    assert kept["stored"] > "2026"
    assert kept["timestamp"] == kept["stored"]
    assert kept["authority"] == json.loads(tool.client.author.authority)
    assert tool.client.key not in kept["authority"]["account"]["name"], "half of a credential is nobody else's business"
    assert kept["version"] == ("1.0.0" if tool.version == "1.0.3" else "2.0.0")
    assert {key: kept[key] for key in ("actor", "verb", "object")} == {
        key: given[key] for key in ("actor", "verb", "object")
    }


@meets(330, 332, "4.2.4.3")
def test_a_statement_keeps_its_version(tool):
    (one,) = tool.send(statement(version="1.0.1"))
    assert tool.one(one)["version"] == "1.0.1"


@meets(2, 15, 119, 122, 170)
def test_foreign_json_comes_back_as_it_came(tool):
    odd = (
        (
            '{ "verb":{"id":"VERB","display":{"cy":"atebodd \\u0175 ŵ 😀"}},\n "actor":{"mbox":"mailto:nia@example.org"},'
            '"object":{"id":"ACTIVITY"}, "result":{"score":{"raw":1.10,"scaled":0.123456789},"extensions":{"urn:x:y":'
            '[null,"",{},1e2,12345678901234567890,-0.0,{"b":1,"a":2}]}},"timestamp":"2026-11-22T10:00:00.123456Z"}'
        )
        .replace("VERB", VERB)
        .replace("ACTIVITY", ACTIVITY)
    )
    (one,) = tool.ask("POST", "statements", body=odd).json
    text = tool.get(params={"statementId": one}).get_data(as_text=True)
    assert text.startswith(odd[:-1])
    assert json.loads(text)["result"]["extensions"]["urn:x:y"][4] == 12345678901234567890


@meets(96, "4.2.4.2")
def test_single_context_activities_come_back_in_arrays(tool):
    inside = {"contextActivities": {"parent": {"id": "urn:a:p"}, "other": [{"id": "urn:a:o"}]}}
    sub = {**statement(context=inside), "objectType": "SubStatement"}
    del sub["id"]
    ids = tool.send(statement(context=inside), statement(object=sub))
    arrays = {"parent": [{"id": "urn:a:p"}], "other": [{"id": "urn:a:o"}]}
    assert tool.one(ids[0])["context"]["contextActivities"] == arrays
    assert tool.one(ids[1])["object"]["context"]["contextActivities"] == arrays


@meets("4.2.7")
def test_2_0_0_keeps_timestamps_in_utc_and_1_0_3_as_they_came(first, second):
    sub = {**statement(timestamp="2026-11-22T01:30:00+01:30"), "objectType": "SubStatement"}
    del sub["id"]
    given = statement(timestamp="2026-11-22T10:00:00.5+02:00", object=sub)
    for tool, outer, inner in (
        (first, given["timestamp"], sub["timestamp"]),
        (second, "2026-11-22T08:00:00.500000Z", "2026-11-22T00:00:00Z"),
    ):
        (one,) = tool.send({**given, "id": str(uuid4())})
        kept = tool.one(one)
        assert (kept["timestamp"], kept["object"]["timestamp"]) == (outer, inner)


@meets(16, 18, 19, 155, 157, 163)
def test_a_voided_statement_is_found_by_its_own_parameter_alone(tool):
    given = statement()
    tool.send(given)
    (void,) = tool.send(voiding(given["id"]))
    assert tool.get(params={"statementId": given["id"]}).status_code == 404
    assert tool.get(params={"voidedStatementId": given["id"]}).json["id"] == given["id"]
    assert tool.get(params={"voidedStatementId": void}).status_code == 404
    assert tool.found() == [void]
    tool.send(voiding(void))
    assert tool.one(void)["id"] == void


@meets("4.2.5")
def test_what_was_voided_before_it_came_is_voided_when_it_comes(tool):
    given = statement()
    (void,) = tool.send(voiding(given["id"]))
    tool.send(given)
    assert tool.get(params={"statementId": given["id"]}).status_code == 404
    assert tool.found() == [void]
    both = statement()
    tool.send(voiding(both["id"]), both)
    assert tool.get(params={"voidedStatementId": both["id"]}).status_code == 200


@meets(17, 20)
def test_a_voiding_statement_needs_a_statement_reference(tool):
    bad = voiding(str(uuid4()))
    bad["object"] = {"id": ACTIVITY}
    assert tool.ask("POST", "statements", body=bad).status_code == 400
    assert tool.ask("POST", "statements", body=voiding(str(uuid4()))).status_code == 200


def test_A3_a_client_voids_its_own_statements_and_nobody_elses(tool, add_tool):
    mine, writer = statement(), add_tool(tool.version, "statements/write", "statements/read")
    theirs = statement()
    tool.send(theirs)
    writer.send(mine)
    assert writer.ask("POST", "statements", body=voiding(theirs["id"])).status_code == 403
    assert tool.one(theirs["id"])
    writer.send(voiding(mine["id"]))
    assert tool.get(params={"statementId": mine["id"]}).status_code == 404


@meets(14, 21, 127)
def test_what_is_no_json_is_refused_with_a_word_about_it(tool):
    good = json.dumps(statement())
    for bad, word in (
        ("", "Expecting value"),
        ("nonsense", "Expecting value"),
        (good + "}", "more after"),
        (good[:-1], "delimiter"),
        ('{"actor":1,"actor":2}', "twice"),
        (good.replace('"mbox"', '"name": "\\ud800", "mbox"'), "surrogate"),
        (good[:-1] + ',"result":{"score":{"raw":NaN}}}', "NaN"),
        (good[:-1] + ',"result":{"score":{"raw":1e999}}}', "too large"),
        ("[" * 5000, "nested"),
        (b"\xff\xfe{}", "UTF-8"),
        ("[" + good + " " + good + "]", "comma"),
    ):
        answer = tool.ask("POST", "statements", body=bad)
        assert answer.status_code == 400, bad
        assert word in answer.json["error"]["what"], (bad[:80], answer.text)
        assert answer.json["error"]["section"]
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", None):
        assert tool.ask("POST", "statements", body=good, headers={"Content-Type": kind}).status_code == 400
    assert tool.found() == []


def test_what_statements_say_of_activities_needs_the_scope_define(tool, add_tool):
    writer = add_tool(tool.version, "statements/write")
    writer.send(statement(object={"id": "urn:a:b", "definition": {"name": {"en": "Wrong"}}}))
    tool.send(statement(object={"id": "urn:a:b", "definition": {"name": {"en": "Right"}}}))
    writer.send(statement(object={"id": "urn:a:b", "definition": {"name": {"en": "Wrong again"}}}))
    found = tool.get("activities", {"activityId": "urn:a:b"}).json
    assert found["definition"]["name"] == {"en": "Right"}


def test_a_reference_to_itself_or_in_a_circle_ends(tool):
    one, other = str(uuid4()), str(uuid4())
    tool.send(statement(id=one, object=reference(other)), statement(id=other, object=reference(one)))
    alone = str(uuid4())
    tool.send(statement(id=alone, object=reference(alone)))
    assert set(tool.found(agent=AGENT)) == {one, other, alone}


def test_a_chain_is_followed_for_a_hundred_references_whichever_came_first(first):
    ids = [str(uuid4()) for _ in range(FARTHEST + 3)]
    end = statement(id=ids[-1], verb={"id": "urn:a:end"})
    chain = [statement(id=one, object=reference(other)) for one, other in itertools.pairwise(ids)]
    first.send(*chain)
    first.send(end)
    near = ids[-FARTHEST - 1 :]
    assert set(first.found(verb="urn:a:end")) == set(near)
    (late,) = first.send(statement(object=reference(near[1])))
    (too_far,) = first.send(statement(object=reference(near[0])))
    assert set(first.found(verb="urn:a:end")) == {late, *near}
    kept = [Stored(each, datetime.now(UTC)) for each in (*chain, end)]
    assert {each["id"] for each in select(kept, Filter(verb="urn:a:end"))} == set(near)
    assert too_far in first.found(verb=VERB)


def test_many_that_refer_to_what_comes_cost_few_questions(first, store, count_statements):
    late = statement()
    ids = first.send(*(statement(object=reference(late["id"])) for _ in range(300)))
    with count_statements(store.engine) as seen:
        first.send({**late, "verb": {"id": "urn:a:late"}})
    assert set(first.found(verb="urn:a:late")) == {late["id"], *ids}
    assert len(seen) < 30, "not one for each"


@ON_SQLITE
def test_a_reference_among_common_marks_costs_the_same_however_much_is_stored(first, store):
    target = statement()
    first.send(target)
    costs = []
    for _round in range(2):
        first.send(*(statement() for _ in range(400)))
        costs.append(
            steps(store.engine, lambda: first.send(voiding(str(uuid4())), statement(object=reference(target["id"]))))
        )
    assert costs[1] < costs[0] * 1.2
