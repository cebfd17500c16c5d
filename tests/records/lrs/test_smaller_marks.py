"""What statements are found by, from a database that kept longer marks, and two rows for a direct one (migration 0006)."""

import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from lms.base.store.upgrade import alone, upgrade, upgrade_to
from lms.base.store.work import open_engine
from lms.engine.xapi.references import STATEMENT, references
from lms.records.lrs.model import author, marks
from lms.records.lrs.tables import lrs_reference
from tests.engine.xapi.samples import everything

BY = author("https://lms.example.org", "reader", 3)


def old_rows(statement, seq, *, private):
    """What versions before 0006 kept of a statement."""
    person = b"private" if private else b""

    def digest(kind, key):
        return hashlib.blake2b(f"{kind} {key}".encode(), digest_size=16, person=person).digest()

    found = set()
    for kind, key, relation in references(statement):
        if kind != STATEMENT and (kind == "agent" or not private):
            found.add((digest(kind, key), 0))
            if relation in {"actor", "object"}:
                found.add((digest(kind, key), 1))
    if not private:
        found |= {(digest("every", ""), 1), (digest("verb", statement["verb"]["id"]), 1)}
        found |= {(digest("agent", BY.key), 0), (digest("client", "3"), 1)}
        if registration := statement.get("context", {}).get("registration"):
            found.add((digest("registration", registration.lower()), 1))
        if statement["object"].get("objectType") == "StatementRef":
            found.add((digest("statement", statement["object"]["id"].lower()), 1))
    return [{"mark": mark, "direct": direct, "seq": seq} for mark, direct in found]


@pytest.fixture
def engine(empty_database_url):
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_an_older_database_finds_its_statements_by_the_marks_of_today(engine):
    given = [{**each, "id": str(uuid4())} for each in everything().values()]
    expected = set()
    with alone(engine) as connection:
        upgrade_to(connection, "0005")
        insert = text("INSERT INTO lrs_reference (mark, direct, statement_seq) VALUES (:mark, :direct, :seq)")
        for seq, statement in enumerate(given, 1):
            private = seq % 3 == 0
            connection.execute(insert, old_rows(statement, seq, private=private))
            now = marks(statement, None if private else BY, private=private)
            expected |= {(mark, direct, seq) for mark, direct in now.items()}
    upgrade(engine)
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(select(lrs_reference))}
    assert found == expected
    assert {mark < 0 for mark, *_more in found} == {True, False}, "numbers have a sign, on both databases the same one"
