import itertools
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select

from lms.engine.xapi.names import Names
from lms.engine.xapi.references import agent_key
from lms.kernel.errors import Invalid
from lms.records.lrs import service
from lms.records.lrs.asking import SETTLED, consistent_through
from lms.records.lrs.model import mark
from lms.records.lrs.tables import lrs_reference, lrs_statement
from tests.engine.xapi.samples import NAMES, REGISTRATION, decision, everything

AUTHORITY = {"objectType": "Agent", "account": {"homePage": "http://127.0.0.1:8080", "name": "lms"}}


def statement(**changes):
    return {**decision(), "id": str(uuid4()), **changes}


def test_L1_what_is_kept_comes_back_as_it_was(store):
    given = [{**each, "id": str(uuid4())} for each in everything().values()]
    with store.work() as uow:
        kept = service.store(uow, given)
    with store.work() as uow:
        found = [service.find_statement(uow, each["id"].upper()) for each in given]
    assert found == list(kept)
    assert [entry.statement() for entry in found] == [
        {**each, "stored": entry.statement()["stored"], "version": "1.0.0", "authority": AUTHORITY}
        for each, entry in zip(given, found, strict=True)
    ]


def test_L1_what_is_no_statement_is_refused_with_every_rule_and_nothing_is_kept(store):
    with pytest.raises(Invalid) as refused, store.work() as uow:
        service.store(uow, [statement(), statement(actor={}, verb={"id": "x"})])
    assert [problem.section for problem in refused.value.problems] == ["2.4.2.1", "4.3"]
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(lrs_statement)) == 0


@pytest.mark.parametrize("key", ["id", "timestamp"])
def test_what_we_keep_has_its_id_and_timestamp(store, key):
    given = statement()
    del given[key]
    with pytest.raises(Invalid) as refused, store.work() as uow:
        service.store(uow, [given])
    assert refused.value.problems == (f"$.{key}: is required here",)


def test_L2_stored_strictly_grows_though_the_clock_stands_still_or_moves_back(store, clock):
    entries = []
    for move in (0, 0, -3600, 5, -1):
        clock.advance(timedelta(seconds=move))
        with store.work() as uow:
            entries += service.store(uow, [statement(), statement()])
    assert [entry.seq for entry in entries] == list(range(1, 11))
    assert all(one.stored < other.stored for one, other in itertools.pairwise(entries))


def test_L2_stored_is_the_time_when_the_clock_runs(store, clock):
    with store.work() as uow:
        service.store(uow, [statement()])
    later = clock.advance(timedelta(minutes=1))
    with store.work() as uow:
        (entry,) = service.store(uow, [statement()])
    assert entry.stored == later


def test_L3_a_private_statement_is_in_no_list_but_its_learners_own(store):
    open_one, hidden = statement(), statement()
    with store.work() as uow:
        service.store(uow, [hidden], private=True)
        service.store(uow, [open_one])
        assert [entry.id for entry in service.list_public(uow)] == [open_one["id"]]
        assert [entry.id for entry in service.list_about(uow, NAMES.actor("tOkEn"))] == [hidden["id"], open_one["id"]]


def test_a_list_about_somebody_holds_nobody_else(store):
    with store.work() as uow:
        service.store(uow, [statement()])
        service.store(uow, [statement(actor=NAMES.actor("other"))])
        service.store(uow, [statement(actor=Names("https://elsewhere.example.org").actor("tOkEn"))])
        assert len(service.list_about(uow, NAMES.actor("tOkEn"))) == 1


def test_L3_what_is_private_is_in_nobody_elses_list_even_under_their_mark(store):
    with store.work() as uow:
        (entry,) = service.store(uow, [statement(actor=NAMES.actor("other"))], private=True)
        shared = mark("agent", agent_key(NAMES.actor("tOkEn")), private=True)
        uow.connection.execute(insert(lrs_reference), {"mark": shared, "direct": 1, "statement_seq": entry.seq})
        assert service.list_about(uow, NAMES.actor("tOkEn")) == []
        assert service.list_about(uow, NAMES.actor("other")) == [entry]


def test_a_list_of_more_than_a_page_is_whole_and_in_order(store, monkeypatch):
    monkeypatch.setattr(service, "_PAGE", 3)
    with store.work() as uow:
        kept = service.store(uow, [statement() for _ in range(8)])
    with store.work() as uow:
        assert list(service.list_public(uow)) == list(kept)


def test_a_statement_is_found_by_whom_and_what_it_speaks_of(store):
    with store.work() as uow:
        (entry,) = service.store(uow, [statement()])
        rows = uow.connection.execute(select(lrs_reference)).all()
    found = {(row.mark, row.direct) for row in rows}
    given = entry.statement()
    actor, thing = mark("agent", agent_key(given["actor"])), mark("activity", given["object"]["id"])
    parents = {mark("activity", each["id"]) for each in given["context"]["contextActivities"]["parent"]}
    assert found >= {(actor, 1), (thing, 1)}
    assert not found & {(actor, 0), (thing, 0)}  # each mark has one row
    assert found >= {(mark("every", ""), 1), (mark("verb", given["verb"]["id"]), 1)}
    assert found >= {(parent, 0) for parent in parents} | {(mark("registration", str(REGISTRATION)), 1)}
    assert not found & {(parent, 1) for parent in parents}
    assert {row.statement_seq for row in rows} == {entry.seq}


def test_L3_a_private_statement_carries_no_mark_that_others_ask_for(store):
    with store.work() as uow:
        service.store(uow, [statement()], private=True)
        rows = uow.connection.execute(select(lrs_reference)).all()
    actor = agent_key(NAMES.actor("tOkEn"))
    assert {(row.mark, row.direct) for row in rows} == {(mark("agent", actor, private=True), 1)}
    assert mark("agent", actor, private=True) != mark("agent", actor)


def test_storing_is_undone_with_the_unit_of_work(store):
    with pytest.raises(RuntimeError), store.work() as uow:
        service.store(uow, [statement()])
        raise RuntimeError
    with store.work() as uow:
        assert list(service.list_public(uow)) == []
        assert service.find_statement(uow, str(UUID(int=1))) is None


def test_what_can_surely_be_found_never_passes_what_is_being_stored(store, clock):
    with store.work() as uow:
        assert consistent_through(uow) == clock.now() - SETTLED
        (seen,) = service.store(uow, [statement()])
    clock.advance(timedelta(minutes=1))
    with store.work() as uow:
        (coming,) = service.store(uow, [statement()])
        clock.advance(timedelta(minutes=1))
        with store.work() as reader:
            assert consistent_through(reader) == seen.stored < coming.stored
    with store.work() as uow:
        assert consistent_through(uow) == clock.now() - SETTLED
    with store.work() as uow:
        uow.lock("lrs")
        assert consistent_through(uow) == clock.now() - SETTLED, "who stores does not wait for itself"


def test_storing_takes_few_round_trips(store, count_statements):
    with store.work() as uow:
        service.store(uow, [statement()])
    with store.work() as uow, count_statements(store.engine) as seen:
        service.store(uow, [statement(), statement()])
    assert len([each for each in seen if not each.startswith(("BEGIN", "SELECT pg_advisory"))]) == 3
