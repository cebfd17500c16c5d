"""What other programs send to our LRS, for endpoints that want it too."""

import json
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import delete, select, update

from lms.engine.xapi.names import Names
from lms.engine.xapi.vocabulary import PASSED
from lms.records.lrs.ask import FIRST
from lms.records.lrs.tables import lrs_attachment
from lms.records.tracking import endpoints, service
from lms.records.tracking.model import State
from lms.records.tracking.tables import tracking_delivery as outbox
from tests.engine.xapi.samples import decision
from tests.records.lrs.conftest import add_tool, first, second, statement, voiding
from tests.records.lrs.test_attachments import header, jws, part, send, send_signed

__all__ = ["add_tool", "first", "second"]


@pytest.fixture
def rows(store):
    """rows(**where) returns the rows of the outbox, in order."""

    def read(**where):
        with store.work() as uow:
            found = uow.connection.execute(select(outbox).order_by(outbox.c.seq)).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in where.items())]

    return read


@pytest.fixture
def ids(rows):
    def read(**where):
        return [row.statement_id for row in rows(**where)]

    return read


@pytest.fixture
def replay(store):
    def call(name, since):
        count, after = 0, 0
        while True:
            with store.work() as uow:
                part = endpoints.replay(uow, name, since, after=after)
            count += part.count
            if part.last is None:
                return count
            after = part.last

    return call


@pytest.fixture
def ours(store):
    """The account of a person of this installation."""
    return Names(store.address).actor("tOkEn")


def settle_all(store):
    with store.work() as uow:
        values = {"state": State.DELIVERED, "body": None, "settled_at": uow.now}
        uow.connection.execute(update(outbox).where(outbox.c.state == State.PENDING).values(values))


def test_T1_what_a_program_sends_goes_to_the_endpoints_that_want_it_and_to_no_other(first, add_endpoint, ids):
    add_endpoint("own-only")
    add_endpoint("everything", others=True)
    sent = first.send(statement(), statement())
    assert ids() == ids(endpoint_id=2) == sent


def test_T1_nothing_is_sent_of_a_batch_that_was_refused(first, add_endpoint, ids):
    add_endpoint("one", others=True)
    known = statement()
    first.send(known)
    assert first.ask("POST", "statements", body=[statement(), {"id": "none"}]).status_code == 400
    assert first.ask("POST", "statements", body=[statement(), {**known, "verb": {"id": "urn:x:y"}}]).status_code == 409
    assert ids() == [known["id"]]


def test_a_statement_that_is_sent_again_makes_no_second_row(first, add_endpoint, ids):
    add_endpoint("one", others=True)
    given, more = statement(), statement()
    first.send(given)
    first.send(given)
    first.send(given, more)
    assert first.ask("PUT", "statements", {"statementId": more["id"]}, body=more).status_code == 204
    assert ids() == [given["id"], more["id"]]


def test_O1_where_nobody_wants_it_acceptance_costs_one_question_more(
    first, add_endpoint, add_tool, store, count_statements
):
    add_endpoint("own-only")
    first.send(statement())
    with count_statements(store.engine) as seen:
        first.send(statement())
    assert len([each for each in seen if "tracking_" in each]) == 1


def test_O2_a_statement_goes_out_as_it_came_but_for_what_each_lrs_adds_itself(first, add_endpoint, rows):
    add_endpoint("one", others=True)
    text = (
        '{ "version": "1.0.3", "actor": {"mbox": "mailto:nia@example.org", "name": "Nia Ŵ"},'
        ' "stored": "2020-01-01T00:00:00Z", "verb": {"id": "urn:x:y"}, "object": {"id": "urn:a:b"},'
        ' "result": {"extensions": {"urn:x:big": 123456789012345678901234567890, "urn:x:exact": 1.50}},'
        f' "timestamp": "2020-01-01T01:00:00+01:00", "id": "{uuid4()}"}}'
    )
    first.ask("POST", "statements", body=text)
    (row,) = rows()
    assert json.loads(row.body).keys() == {"actor", "verb", "object", "result", "timestamp", "id"}
    assert '"urn:x:big": 123456789012345678901234567890, "urn:x:exact": 1.50' in row.body
    assert "Nia Ŵ" in row.body
    assert row.size == len(row.body.encode())


def test_a_statement_without_an_id_or_a_time_goes_out_with_those_that_it_was_given(first, add_endpoint, rows):
    add_endpoint("one", others=True)
    given = statement()
    del given["id"]
    (statement_id,) = first.send(given)
    body = orjson.loads(rows()[0].body)
    assert (body["id"], body["timestamp"]) == (statement_id, first.one(statement_id)["timestamp"])


def test_O2_people_of_ours_go_under_the_name_that_the_endpoint_knows_and_strangers_as_they_came(
    first, add_endpoint, rows, store, ours
):
    add_endpoint("one", others=True)
    add_endpoint("two", others=True)
    with store.work() as uow:
        service.record(uow, [{**decision(), "id": str(uuid4()), "actor": ours}])
    known = [orjson.loads(row.body)["actor"]["account"]["name"] for row in rows()]
    stranger = {"account": {"homePage": "https://sso.example.org", "name": "nia"}, "name": "Nia"}
    big = {"extensions": {"urn:x:big": 123456789012345678901234567890}}
    first.send(statement(actor={**ours, "name": "Mair Jones"}, context={"instructor": stranger}, result=big))
    sent = [orjson.loads(row.body) for row in rows()[2:]]
    assert [each["actor"]["account"]["name"] for each in sent] == known
    assert [each["context"]["instructor"] for each in sent] == [stranger, stranger]
    assert all("Mair" not in row.body and "tOkEn" not in row.body for row in rows())
    assert all("123456789012345678901234567890" in row.body for row in rows()[2:])


def test_what_others_send_keeps_to_the_filter(first, add_endpoint, ids, store):
    course = Names(store.address).course("safe-moving")
    add_endpoint("passes", others=True, verbs=("passed",))
    add_endpoint("one-course", others=True, about=("safe-moving",))
    passed = statement(verb={"id": PASSED.iri})
    there = statement(context={"contextActivities": {"parent": {"id": course}}})
    first.send(statement(), passed, there)
    assert ids(endpoint_id=1) == [passed["id"]]
    assert ids(endpoint_id=2) == [there["id"]]


def test_a_voiding_goes_where_what_it_voids_goes(first, add_endpoint, ids):
    add_endpoint("all", others=True)
    add_endpoint("passes", others=True, verbs=("passed",))
    passed, other = statement(verb={"id": PASSED.iri}), statement()
    takes_back, takes_back_other = voiding(passed["id"]), voiding(other["id"])
    first.send(passed, other)
    first.send(takes_back, takes_back_other)
    assert ids(endpoint_id=1) == [each["id"] for each in (passed, other, takes_back, takes_back_other)]
    assert ids(endpoint_id=2) == [passed["id"], takes_back["id"]]


def test_our_own_statements_go_once_and_practice_never(first, add_endpoint, ids, store, ours):
    add_endpoint("one", others=True)
    own, practice = ({**decision(), "id": str(uuid4()), "actor": ours} for _ in range(2))
    with store.work() as uow:
        service.record(uow, [own])
        service.record(uow, [practice], private=True)
    assert first.ask("POST", "statements", body=own).status_code == 200
    assert first.ask("POST", "statements", body=practice).status_code == 409
    assert ids() == [own["id"]]


def test_order_within_a_registration_is_kept_whoever_recorded_it(first, add_endpoint, rows, store, ours):
    add_endpoint("one", others=True)
    own = {**decision(), "id": str(uuid4()), "actor": ours}
    registration = own["context"]["registration"]
    first.send(statement(context={"registration": registration.upper()}))
    with store.work() as uow:
        service.record(uow, [own])
    assert [row.registration for row in rows()] == [registration, registration]


# ── what cannot be sent ───────────────────────────────────────────────────────────────────────────────────────────


def test_O3_what_the_older_version_does_not_know_is_withheld_from_who_speaks_it(
    second, add_endpoint, rows, store, clock, replay
):
    since = clock.now()
    add_endpoint("old", others=True, version="1.0.3")
    add_endpoint("new", others=True, version="2.0.0")
    agent = {"mbox": "mailto:eleri@example.org"}
    second.send(statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": agent}]}), statement())
    old, new = rows(endpoint_id=1), rows(endpoint_id=2)
    assert [row.state for row in old] == [State.WITHHELD, State.PENDING]
    assert [row.state for row in new] == [State.PENDING, State.PENDING]
    assert "xAPI 1.0.3 does not allow it: $.context.contextAgents" in old[0].words
    assert old[0].body is None
    with store.work() as uow:
        status = {each.name: (each.pending, each.parked, each.withheld) for each in endpoints.list_endpoints(uow)}
        assert [each.endpoint for each in endpoints.list_withheld(uow)] == ["old"]
        assert endpoints.retry(uow, "old") == 0
    assert status == {"old": (1, 0, 1), "new": (2, 0, 0)}
    assert replay("old", since) == 0
    add_endpoint("old", others=True, version="2.0.0", replace=True)
    assert replay("old", since) == 1
    assert [(row.state, row.words) for row in rows(endpoint_id=1)] == [(State.PENDING, None)] * 2


def test_O3_a_signed_statement_goes_unchanged_or_not_at_all(first, add_endpoint, rows, ours):
    add_endpoint("one", others=True)
    free, bound = statement(), statement(actor=ours)
    for given in (free, bound):
        assert send_signed(first, given, jws(given)).status_code == 200
    sent, withheld = rows()
    assert (sent.state, withheld.state) == (State.PENDING, State.WITHHELD)
    assert orjson.loads(sent.body)["actor"] == free["actor"]
    assert [kind for _sha2, kind in sent.attachments] == ["application/octet-stream"]
    assert "a pseudonym breaks the signature" in withheld.words


def test_what_was_withheld_long_ago_is_forgotten(second, add_endpoint, rows, store, clock):
    add_endpoint("old", others=True)
    agent = {"mbox": "mailto:eleri@example.org"}
    second.send(statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": agent}]}))
    clock.advance(timedelta(days=31))
    with store.work() as uow:
        assert endpoints.prune(uow, uow.now - timedelta(days=30)) == 1
    assert rows() == []


# ── attachments ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_names_what_goes_with_it_and_counts_its_bytes(first, add_endpoint, rows):
    add_endpoint("one", others=True)
    content, linked = b"x" * 5000, header(b"elsewhere", fileUrl="https://example.org/x")
    given = statement(attachments=[header(content, sha2=header(content)["sha2"].upper()), linked])
    inner = {key: value for key, value in statement().items() if key != "id"}
    deep = statement(object={**inner, "objectType": "SubStatement", "attachments": [header(content)]})
    assert send(first, [given, deep], part(content)).status_code == 200
    one, two = rows()
    assert one.attachments == [[header(content)["sha2"].upper(), "text/plain; charset=utf-8"]]
    assert two.attachments == [[header(content)["sha2"], "text/plain; charset=utf-8"]]
    assert one.size == len(one.body.encode()) + 5000


def test_a_claim_brings_the_contents_and_a_batch_counts_them(first, add_endpoint, store):
    add_endpoint("one", others=True)
    small, giant = b"small", b"x" * 1_200_000
    first.send(statement())
    send(first, statement(attachments=[header(small)]), part(small))
    send(first, statement(attachments=[header(giant)]), part(giant))
    first.send(statement())
    seen = []
    while True:
        with store.work() as uow:
            claimed = service.claim(uow)
            if claimed is None:
                break
            service.release(uow, claimed.endpoint.id, claimed.lease)
        seen.append([[part.content for part in each.attachments] for each in claimed.batch])
        with store.work() as uow:
            uow.connection.execute(
                update(outbox)
                .where(outbox.c.seq.in_([each.seq for each in claimed.batch]))
                .values(state=State.DELIVERED, settled_at=uow.now)
            )
    assert seen == [[[], [small]], [[giant]], [[]]]


def test_a_statement_whose_attachment_is_gone_is_parked_and_nothing_waits_behind_it(first, add_endpoint, store, rows):
    add_endpoint("one", others=True)
    send(first, statement(attachments=[header(b"gone")]), part(b"gone"))
    [after] = first.send(statement())
    with store.work() as uow:
        uow.connection.execute(delete(lrs_attachment))
    with store.work() as uow:
        claimed = service.claim(uow)
    assert [each.statement_id for each in claimed.batch] == [after]
    [parked] = rows(state=State.PARKED)
    assert "no longer kept" in parked.words


# ── again ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_replay_sends_what_others_sent_as_well_to_who_wants_it(
    first, add_endpoint, rows, ids, store, clock, replay, ours
):
    since = clock.now()
    own = {**decision(), "id": str(uuid4()), "actor": ours}
    before = statement(attachments=[header(b"abc")])
    send(first, before, part(b"abc"))
    with store.work() as uow:
        service.record(uow, [own])
        service.record(uow, [{**decision(), "id": str(uuid4()), "actor": ours}], private=True)
    after = statement(actor=ours)
    first.send(after)
    add_endpoint("own-only")
    add_endpoint("everything", others=True)
    assert replay("own-only", since) == 1
    assert replay("everything", since) == 3
    assert ids(endpoint_id=1) == [own["id"]]
    assert ids(endpoint_id=2) == [before["id"], own["id"], after["id"]]
    told = {row.statement_id: row for row in rows(endpoint_id=2)}
    settle_all(store)
    assert replay("everything", since) == 3
    again = {row.statement_id: row for row in rows(endpoint_id=2)}
    assert {id_: (row.body, row.attachments, row.state) for id_, row in again.items()} == {
        id_: (row.body, row.attachments, State.PENDING) for id_, row in told.items()
    }


def test_whether_others_are_sent_can_be_changed(first, add_endpoint, ids):
    add_endpoint("one")
    first.send(statement())
    add_endpoint("one", others=True, replace=True)
    (wanted,) = first.send(statement())
    add_endpoint("one", replace=True)
    first.send(statement())
    assert ids() == [wanted]


def test_a_program_that_speaks_each_version_is_heard(add_tool, add_endpoint, ids):
    add_endpoint("one", others=True)
    sent = add_tool(FIRST).send(statement()) + add_tool("2.0.0").send(statement())
    assert ids() == sent
