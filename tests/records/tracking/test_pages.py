from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from lms.engine.xapi.names import Names
from lms.records.tracking import service
from lms.records.tracking.tables import tracking_delivery, tracking_endpoint
from tests.engine.xapi.samples import decision


@pytest.fixture
def admin(make_person, sign_in):
    return sign_in(make_person("ada@example.org", name="Ada Admin", roles=("admin",)))


@pytest.fixture
def parked(store, add_endpoint):
    """An endpoint with one parked statement and one pending."""
    add_endpoint("one")
    made = [
        {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")},
        {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")},
    ]
    with store.work() as uow:
        service.record(uow, made)
    with store.work() as uow:
        uow.connection.execute(
            update(tracking_delivery)
            .where(tracking_delivery.c.seq == 1)
            .values(state="parked", words="400: <script>alert(1)</script> no such verb")
        )
    return made[0]["id"]


def test_where_nothing_is_sent_the_page_says_how_to_begin(admin):
    page = admin.get("/tracking/")
    assert page.status_code == 200
    assert "lms endpoint add" in page.text


def test_the_page_shows_how_an_endpoint_fares_and_what_is_parked_in_its_own_words(admin, parked, clock):
    clock.advance(timedelta(minutes=5))
    page = admin.get("/tracking/").text
    assert "https://one.example.org/xapi" in page
    assert parked in page
    assert "no such verb" in page
    assert "21 November 2026, 12:00" in page
    assert "<script>alert" not in page


def test_the_page_shows_neither_passwords_nor_what_a_statement_says(admin, parked):
    page = admin.get("/tracking/").text
    assert parked
    assert "secret" not in page
    assert "the-fall" not in page


def test_what_is_parked_can_be_sent_again(admin, parked, store):
    answer = admin.post("/tracking/one/retry", follow_redirects=True)
    assert "1 statement is sent again." in answer.text
    with store.work() as uow:
        row = uow.connection.execute(select(tracking_delivery).where(tracking_delivery.c.statement_id == parked)).one()
    assert (row.state, row.words) == ("pending", None)


def test_an_endpoint_can_be_paused_and_resumed(admin, parked, store):
    def paused():
        with store.work() as uow:
            return uow.connection.scalar(select(tracking_endpoint.c.paused))

    assert parked
    assert "is paused" in admin.post("/tracking/one/pause", follow_redirects=True).text
    assert paused() is True
    assert "goes on" in admin.post("/tracking/one/resume", follow_redirects=True).text
    assert paused() is False


def test_an_endpoint_that_is_not_there_is_not_found(admin):
    assert admin.post("/tracking/nowhere/retry").status_code == 404


@pytest.mark.parametrize("role", ["learner", "trainer", "manager"])
def test_the_page_is_for_admins_alone(make_person, sign_in, role):
    browser = sign_in(make_person("mair@example.org", roles=(role,)))
    assert browser.get("/tracking/").status_code == 403
    assert browser.post("/tracking/one/retry").status_code == 403


def test_the_page_says_whether_others_are_sent_and_what_cannot_be(admin, parked, store, add_endpoint):
    page = admin.get("/tracking/").text
    assert "is not sent" in page
    assert "names and mail addresses may be in it" not in page
    add_endpoint("two", others=True)
    with store.work() as uow:
        uow.connection.execute(
            update(tracking_delivery)
            .where(tracking_delivery.c.seq == 2)
            .values(state="withheld", words="Not sent, because xAPI 1.0.3 does not allow it.", body=None)
        )
    page = admin.get("/tracking/").text
    assert parked in page
    assert "names and mail addresses may be in it" in page
    assert "xAPI 1.0.3 does not allow it" in page
