"""A request's id leads from the page that somebody saw to the lines of the log, which never repeat what was typed."""

import io
import logging
import re

import pytest
import structlog
from sqlalchemy import text

from lms.app import MODULES, create_app
from lms.base.web import api as web
from lms.kernel import logs
from tests.application import Browser

PLANTED = "Heulwen Prydderch"


@pytest.fixture
def log():
    stream = io.StringIO()
    logs.configure("text", stream)
    yield stream
    logs.unbind()
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture
def browser(settings, store):
    broken = web.blueprint("broken", __name__)

    @web.get(broken, "/words", allow=web.ANYONE)
    def words(uow):
        raise ValueError(PLANTED)

    @web.get(broken, "/rows", allow=web.ANYONE)
    def rows(uow):
        uow.connection.execute(
            text("INSERT INTO people_person (id, name) VALUES (:id, :name)"), {"id": None, "name": PLANTED}
        )

    app = create_app(settings, store, secret_key="-", modules=(*MODULES, web.Module("broken", blueprint=broken)))
    app.test_client_class = Browser
    return app.test_client()


@pytest.mark.parametrize("path", ["/broken/words", "/broken/rows"])
def test_an_error_page_names_the_request_that_the_log_explains_without_its_words(browser, log, path):
    answer = browser.get(f"{path}?name={PLANTED}", headers={"User-Agent": PLANTED, "Cookie": f"x={PLANTED}"})
    assert answer.status_code == 500
    request = answer.headers["X-Request-ID"]
    assert request in answer.text
    lines = log.getvalue().splitlines()
    assert all(f"request={request}" in line for line in lines)
    assert re.search(r" error request_failed .*error=\S+ .*through=\S+", lines[0])
    assert "request_answered endpoint=broken" in lines[1]
    assert "Heulwen" not in log.getvalue()
    assert PLANTED not in answer.text


def test_each_request_has_its_own_id_and_a_good_one_is_not_logged(browser, log):
    answers = [browser.get("/operations/live") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 3
    assert log.getvalue() == ""
