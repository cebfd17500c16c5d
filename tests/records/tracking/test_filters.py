"""What an endpoint is sent, and what it is sent again."""

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import event, select, update

from lms.engine.xapi.names import Names
from lms.engine.xapi.vocabulary import PASSED
from lms.kernel.errors import Invalid, NotFound
from lms.records.tracking import endpoints, service
from lms.records.tracking.model import State
from lms.records.tracking.tables import tracking_delivery as outbox
from tests.databases import ON_SQLITE
from tests.engine.xapi.samples import decision


@pytest.fixture
def record(store, clock):
    """record(**changes) records a decision a minute later, and returns its id."""

    def put(*, private=False, **changes):
        clock.advance(timedelta(minutes=1))
        made = {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn"), **changes}
        with store.work() as uow:
            service.record(uow, [made], private=private)
        return made["id"]

    return put


def passed(store, course):
    return {
        "verb": {"id": PASSED.iri},
        "object": {"id": Names(store.address).course(course)},
        "result": {"success": True},
    }


def waiting(store, **where):
    with store.work() as uow:
        rows = uow.connection.execute(select(outbox).order_by(outbox.c.seq)).all()
    return [row.statement_id for row in rows if all(getattr(row, name) == value for name, value in where.items())]


def settle_all(store):
    with store.work() as uow:
        uow.connection.execute(update(outbox).values(state=State.DELIVERED, body=None, settled_at=uow.now))


def replay(store, name, since):
    count, after = 0, 0
    while True:
        with store.work() as uow:
            part = endpoints.replay(uow, name, since, after=after)
        count += part.count
        if part.last is None:
            return count
        after = part.last


def test_an_endpoint_is_sent_only_the_verbs_and_the_courses_that_it_wants(store, record, add_endpoint):
    add_endpoint("all")
    add_endpoint("passes", verbs=("passed", "failed"))
    add_endpoint("one-course", about=("safe-moving",))
    add_endpoint("both", verbs=("passed",), about=("safe-moving",))
    taken, here, other = record(), record(**passed(store, "safe-moving")), record(**passed(store, "first-aid"))
    assert waiting(store, endpoint_id=1) == [taken, here, other]
    assert waiting(store, endpoint_id=2) == [here, other]
    assert waiting(store, endpoint_id=3) == [here]
    assert waiting(store, endpoint_id=4) == [here]


def test_what_belongs_to_a_course_is_about_it_too(store, record, add_endpoint):
    add_endpoint("one-story", about=("between-you-and-me",))
    add_endpoint("another", about=("some-other-story",))
    names = Names(store.address)
    scenario = names.scenario("between-you-and-me")
    context = {**decision()["context"], "contextActivities": {"grouping": [{"id": scenario}]}}
    told = record(context=context, object={"id": names.scene("between-you-and-me", "tray")})
    assert waiting(store) == [told]


@pytest.mark.parametrize("wrong", [{"verbs": ("danced",)}, {"about": ("No Such Course",)}, {"version": "0.9"}])
def test_a_filter_that_can_never_match_is_refused(add_endpoint, wrong):
    with pytest.raises(Invalid):
        add_endpoint("one", **wrong)


def test_a_changed_filter_holds_from_then_on(store, record, add_endpoint):
    add_endpoint("one")
    before = record()
    add_endpoint("one", verbs=("passed",), replace=True)
    record()
    assert waiting(store) == [before]


def test_replay_sends_what_was_recorded_since_to_one_who_came_later(store, clock, record, add_endpoint):
    early = record()
    clock.advance(timedelta(days=1))
    since = clock.now()
    late = [record(), record()]
    record(private=True)
    add_endpoint("late-comer")
    assert replay(store, "late-comer", since) == 2
    assert waiting(store) == late
    assert early not in waiting(store)


def test_replay_sends_the_same_bytes_again_and_leaves_alone_what_waits(store, clock, record, add_endpoint):
    add_endpoint("one")
    since = clock.now()
    ids = [record(), record()]
    with store.work() as uow:
        first = {row.statement_id: row.body for row in uow.connection.execute(select(outbox))}
    settle_all(store)
    third = record()
    assert replay(store, "one", since) == 2
    with store.work() as uow:
        again = {row.statement_id: row.body for row in uow.connection.execute(select(outbox))}
    assert {id_: orjson.loads(again[id_]) for id_ in ids} == {id_: orjson.loads(first[id_]) for id_ in ids}
    assert sorted(waiting(store, state=State.PENDING)) == sorted([*ids, third])
    assert replay(store, "one", since) == 0


def test_replay_keeps_to_the_filter_and_comes_in_parts(store, clock, record, add_endpoint, monkeypatch):
    monkeypatch.setattr("lms.records.lrs.service._PAGE", 2)
    since = clock.now()
    for _ in range(5):
        record()
    wanted = [record(**passed(store, "safe-moving")), record(**passed(store, "safe-moving"))]
    add_endpoint("one", verbs=("passed",))
    assert replay(store, "one", since) == 2
    assert waiting(store) == wanted


def test_replay_where_there_is_nothing(store, clock, add_endpoint):
    add_endpoint("one")
    assert replay(store, "one", clock.now()) == 0
    with store.work() as uow, pytest.raises(NotFound):
        endpoints.replay(uow, "nobody", clock.now())


def test_the_outbox_forgets_what_was_delivered_long_ago_and_nothing_else(store, clock, record, add_endpoint):
    add_endpoint("one")
    record()
    settle_all(store)
    clock.advance(timedelta(days=31))
    recent = record()
    settle_all_but = waiting(store, state=State.PENDING)
    assert settle_all_but == [recent]
    with store.work() as uow:
        assert endpoints.prune(uow, uow.now - timedelta(days=30)) == 1
        assert endpoints.prune(uow, uow.now - timedelta(days=30)) == 0
    assert waiting(store) == [recent]


@ON_SQLITE
def test_how_endpoints_fare_is_told_without_walking_all_that_was_delivered(store, record, add_endpoint):
    add_endpoint("one")
    sent = record()
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2:4]))
    with store.work() as uow:
        endpoints.list_endpoints(uow)
        endpoints.list_parked(uow)
        endpoints.list_withheld(uow)
        endpoints.list_sent(uow, sent)
        plans = [uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in asked[:]]
    steps = [row[-1] for plan in plans for row in plan]
    assert sum("tracking_delivery" in step for step in steps) == 4
    assert not [step for step in steps if step.startswith("SCAN tracking_delivery")]
