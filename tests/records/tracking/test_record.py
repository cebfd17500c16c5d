from uuid import uuid4

import orjson
import pytest
from sqlalchemy import func, select

from lms.engine.xapi.names import Names
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.records.lrs import service as lrs
from lms.records.tracking import endpoints, service
from lms.records.tracking.tables import tracking_delivery, tracking_endpoint
from tests.engine.xapi.samples import decision


@pytest.fixture
def statement(store):
    def make(**changes):
        return {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn"), **changes}

    return make


def outbox(store):
    with store.work() as uow:
        return uow.connection.execute(select(tracking_delivery).order_by(tracking_delivery.c.seq)).all()


def test_T1_a_row_exists_for_each_statement_and_endpoint(store, statement, add_endpoint):
    add_endpoint("one")
    add_endpoint("two")
    given = [statement(), statement()]
    with store.work() as uow:
        service.record(uow, given)
    rows = outbox(store)
    assert [(row.statement_id, row.endpoint_id) for row in rows] == [
        (each["id"], endpoint) for each in given for endpoint in (1, 2)
    ]
    assert {row.state for row in rows} == {"pending"}
    assert {row.registration for row in rows} == {given[0]["context"]["registration"]}


def test_T1_no_row_exists_when_the_fact_did_not_commit(store, statement, add_endpoint):
    add_endpoint("one")
    with pytest.raises(RuntimeError), store.work() as uow:
        service.record(uow, [statement()])
        raise RuntimeError
    assert outbox(store) == []


def test_T1_no_fact_commits_when_its_statement_is_none(store, statement, add_endpoint):
    add_endpoint("one")
    with pytest.raises(RuntimeError, match="verb"), store.work() as uow:
        service.record(uow, [statement(), statement(verb={})])
    assert outbox(store) == []


def test_a_practice_run_is_kept_for_its_learner_and_never_delivered(store, statement, add_endpoint):
    add_endpoint("one")
    given = statement()
    with store.work() as uow:
        service.record(uow, [given], private=True)
    assert outbox(store) == []
    with store.work() as uow:
        assert lrs.find_statement(uow, given["id"]) is not None
        assert list(lrs.list_public(uow)) == []


def test_each_endpoint_knows_a_person_under_a_name_of_its_own(store, statement, add_endpoint):
    add_endpoint("one")
    add_endpoint("two")
    given = statement()
    with store.work() as uow:
        service.record(uow, [given, statement()])
    bodies = [orjson.loads(row.body) for row in outbox(store)]
    names = [body["actor"]["account"]["name"] for body in bodies]
    assert names[:2] == names[2:]
    assert len({"tOkEn", *names}) == 3
    assert {body["actor"]["account"]["homePage"] for body in bodies} == {store.address}
    assert {**bodies[0], "actor": given["actor"]} == given


def test_recording_goes_on_while_an_endpoint_is_paused(store, statement, add_endpoint):
    add_endpoint("one")
    with store.work() as uow:
        endpoints.pause(uow, "one")
        service.record(uow, [statement()])
    assert len(outbox(store)) == 1
    with store.work() as uow:
        assert service.claim(uow) is None


def test_an_endpoint_added_later_receives_only_what_comes_after(store, statement, add_endpoint):
    with store.work() as uow:
        service.record(uow, [statement()])
    add_endpoint("one")
    assert outbox(store) == []


def test_recording_two_statements_takes_few_round_trips(store, statement, add_endpoint, count_statements):
    add_endpoint("one")
    with store.work() as uow:
        service.record(uow, [statement()])
    with count_statements(store.engine) as seen, store.work() as uow:
        service.record(uow, [statement(), statement()])
    assert len([each for each in seen if not each.startswith(("BEGIN", "SELECT pg_advisory"))]) == 5


def test_a_password_is_sealed_and_its_key_is_for_its_owner_alone(store, settings, vault, add_endpoint):
    add_endpoint("one", password="a secret of seven otters")
    with store.work() as uow:
        row = uow.connection.execute(select(tracking_endpoint)).one()
        access = endpoints.get_access(uow, "one")
    assert "otters" not in repr(tuple(row))
    assert vault.unseal(access.secret) == "a secret of seven otters"
    assert (settings.data / "keys" / "endpoints").stat().st_mode & 0o777 == 0o600


def test_an_endpoint_can_be_given_another_address_and_password(store, vault, add_endpoint):
    add_endpoint("one")
    with pytest.raises(Conflict):
        add_endpoint("one")
    add_endpoint("one", url="https://new.example.org/xapi/statements", password="new", replace=True)
    with store.work() as uow:
        access = endpoints.get_access(uow, "one")
        assert uow.connection.scalar(select(func.count()).select_from(tracking_endpoint)) == 1
    assert (access.url, vault.unseal(access.secret)) == ("https://new.example.org/xapi", "new")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"name": "No Slug"}, "no name"),
        ({"url": "ftp://lrs.example.org"}, "no address of an LRS"),
        ({"url": "https://"}, "no address of an LRS"),
        ({"url": "https://lrs.example.org:99999/xapi"}, "no address of an LRS"),
        ({"url": "http://lrs.example.org/xapi"}, "not encrypted"),
        ({"url": "https://me:secret@lrs.example.org/xapi"}, "user name"),
        ({"url": "https://lrs.example.org/xapi?x=1"}, "query"),
        ({"username": ""}, "user name"),
        ({"username": "a:b"}, "colon"),
        ({"version": "0.95"}, "not spoken"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_with_words(store, vault, changes, what):
    given = {"name": "one", "url": "https://lrs.example.org/xapi", "username": "me", "password": "x", **changes}
    with pytest.raises(Invalid, match=what), store.work() as uow:
        endpoints.add_endpoint(uow, vault, **given)


@pytest.mark.parametrize("act", [endpoints.pause, endpoints.resume, endpoints.retry, endpoints.get_access])
def test_an_endpoint_that_is_not_there_is_not_found(store, act):
    with pytest.raises(NotFound, match="no endpoint called nowhere"), store.work() as uow:
        act(uow, "nowhere")
