"""A full disk, a locked database, one that is gone: said on the page, nothing saved by half, and soon all is well again."""

import logging
import resource
import sqlite3

import pytest
import structlog
from sqlalchemy import event, text

from lms.base.store.upgrade import upgrade
from lms.base.store.work import open_engine
from lms.engine.scenario.api import Choose, Select, Write
from lms.kernel import logs
from lms.kernel.errors import Unavailable
from lms.learning.attempts import lookup_service
from lms.learning.library import service as library
from tests.databases import ON_POSTGRESQL, ON_SQLITE
from tests.learning import walks

GENTLE = {"Accept": "text/html"}


@pytest.fixture
def attempt(store, make_person, shipped, sign_in):
    person = make_person("mair@example.org")
    sign_in(person)
    return walks.start_practice(store, person)


def fields(store, attempt):
    """What a browser would send for the first thing that can be done."""
    with store.work() as uow:
        now = lookup_service.get_attempt(uow, attempt.person_id, attempt.id)
        action = walks.any_action(library.program(uow, now.version), now.state)
    match action:
        case Choose(choice):
            return {"step": str(now.step), "choice": choice}
        case Select(options):
            return {"step": str(now.step), "selecting": "yes", "option": list(options)}
        case Write(words):
            return {"step": str(now.step), "text": words}
    return {"step": str(now.step)}


def steps(store, attempt):
    with store.work() as uow:
        now = lookup_service.get_attempt(uow, attempt.person_id, attempt.id)
        return now.step, len(lookup_service.list_events(uow, attempt.id))


@ON_SQLITE
def test_a_full_disk_while_a_decision_is_saved(store, client, attempt):
    with store.work() as uow:
        uow.connection.exec_driver_sql("CREATE TABLE ballast (words TEXT)")
    limit = []

    @event.listens_for(store.engine, "begin")
    def no_more_pages(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit[0] if limit else 1}")  # never under what is used

    with pytest.raises(Unavailable, match="The disk is full"):
        for size in (4000, 400, 40) * 1000:
            with store.work() as uow:
                uow.connection.execute(text("INSERT INTO ballast VALUES (:words)"), {"words": "x" * size})
    answer = None
    while answer is None or answer.status_code == 303:  # half-filled pages still take a decision or two
        before, form = steps(store, attempt), fields(store, attempt)
        answer = client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE)
    assert answer.status_code == 503
    assert "The disk is full, so nothing was saved." in answer.text
    assert steps(store, attempt) == before
    limit.append(1_000_000)
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303
    assert steps(store, attempt)[0] == before[0] + 1


@ON_SQLITE
def test_a_disk_that_takes_no_more_while_a_decision_is_saved(store, client, attempt, tmp_path):
    """The system itself refuses to write: no file may grow, as if the disk were full or a quota reached."""
    form, before = fields(store, attempt), steps(store, attempt)
    log = (tmp_path / "server.log").open("w")
    logs.configure("text", log)  # it lies on the same disk
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        answers = [client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE) for _ in range(3)]
        readable = client.get(f"/attempts/{attempt.id}").status_code
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        structlog.reset_defaults()
        log.close()
        logging.getLogger().handlers.clear()
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all("so nothing was saved" in answer.text for answer in answers)
    assert readable == 200
    assert steps(store, attempt) == before
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303
    assert steps(store, attempt)[0] == before[0] + 1


@ON_POSTGRESQL
@pytest.mark.parametrize("table", ["attempts_event", "lrs_statement"])
def test_a_server_whose_disk_is_full_while_a_decision_is_saved(store, client, attempt, table):
    """Any insert may be the one that finds no room; the server may say so in any language."""
    with store.work() as uow:
        uow.connection.exec_driver_sql(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'kein Platz mehr'; END $$"
        )
        uow.connection.exec_driver_sql(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    form, before = fields(store, attempt), steps(store, attempt)
    answer = client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE)
    assert answer.status_code == 503
    assert "The disk is full, so nothing was saved." in answer.text
    assert steps(store, attempt) == before
    with store.work() as uow:
        uow.connection.exec_driver_sql(f"DROP TRIGGER no_room ON {table}")
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303
    assert steps(store, attempt)[0] == before[0] + 1


@ON_SQLITE
def test_a_database_that_may_only_be_read(store, client, attempt):
    form, before = fields(store, attempt), steps(store, attempt)
    writable = []

    @event.listens_for(store.engine, "begin")
    def only_read(connection):
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writable else 'ON'}")

    answer = client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE)
    assert answer.status_code == 503
    assert "The database cannot be written." in answer.text
    assert client.get(f"/attempts/{attempt.id}").status_code == 200
    assert steps(store, attempt) == before
    writable.append(True)
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303


@ON_SQLITE
def test_a_locked_database_while_a_decision_is_saved(store, client, attempt):
    form, before = fields(store, attempt), steps(store, attempt)

    @event.listens_for(store.engine, "begin")
    def be_quick(connection):
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")

    other = sqlite3.connect(store.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "The database is busy, so nothing was saved." in answer.text
    assert client.get(f"/attempts/{attempt.id}").status_code == 200, "reading goes on"
    assert steps(store, attempt) == before
    other.execute("ROLLBACK")
    other.close()
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303


@ON_POSTGRESQL
def test_rows_that_somebody_else_holds_are_waited_for_but_not_for_ever(store, client, attempt):
    with store.work() as uow:
        assert uow.connection.execute(text("SHOW lock_timeout")).scalar() == "15s"
    form, before = fields(store, attempt), steps(store, attempt)

    @event.listens_for(store.engine, "begin")
    def be_quick(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = 50")

    other = open_engine(store.engine.url.render_as_string(hide_password=False))
    with other.begin() as held:
        held.execute(text("LOCK TABLE attempts_attempt IN SHARE MODE"))
        answer = client.post(f"/attempts/{attempt.id}/decide", data=form, headers=GENTLE)
    other.dispose()
    assert answer.status_code == 503
    assert "The database is busy, so nothing was saved." in answer.text
    assert steps(store, attempt) == before
    assert client.post(f"/attempts/{attempt.id}/decide", data=form).status_code == 303


@ON_POSTGRESQL
def test_a_server_that_is_away_is_said_and_found_again(postgresql, store, client, attempt):
    name = store.engine.url.database
    postgresql.do(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgresql.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
    answer = client.get("/", headers=GENTLE)
    assert answer.status_code == 503
    assert "The database cannot be reached." in answer.text
    assert client.get("/operations/live").status_code == 200
    assert client.get("/operations/ready").status_code == 503
    postgresql.do(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert client.get("/operations/ready").status_code == 200
    assert client.post(f"/attempts/{attempt.id}/decide", data=fields(store, attempt)).status_code == 303


def test_a_file_that_is_no_database_is_said(tmp_path):
    file = tmp_path / "lms.sqlite3"
    file.write_bytes(b"no database at all" * 500)
    with pytest.raises(Unavailable, match="damaged") as said:
        upgrade(open_engine(f"sqlite:///{file}"))
    assert "restore" in said.value.fix
    assert file.read_bytes() == b"no database at all" * 500


def test_words_in_a_form_that_came_too_late_are_given_back_to_their_writer(client, attempt):
    words, secret = "She said that nobody <b>believes</b> her.", "a password of many letters"
    data = {"step": "0", "text": words, "new_password": secret}
    late = client.post(f"/attempts/{attempt.id}/decide", data=data, csrf=False, headers=GENTLE)
    assert late.status_code == 400
    assert "She said that nobody &lt;b&gt;believes&lt;/b&gt; her." in late.text
    assert secret not in late.text
    elsewhere = {**GENTLE, "Sec-Fetch-Site": "cross-site"}
    assert "She said" not in client.post("/attempts/x/decide", data=data, csrf=False, headers=elsewhere).text


def test_a_scenario_is_no_quiz_to_be_answered(client, attempt):
    refused = client.post(f"/attempts/{attempt.id}/answer", data={"step": "1"}, headers=GENTLE)
    assert (refused.status_code, "no such quiz" in refused.text) == (404, True)
