"""The suite runs on both databases, each test on one of its own."""

from sqlalchemy import inspect, text

from lms.base.store.metadata import metadata
from lms.base.store.schema import VERSION_TABLE
from lms.base.store.work import open_engine


def test_each_test_has_its_own_database_with_every_table(database_url, database_kind):
    engine = open_engine(database_url)
    assert engine.dialect.name == database_kind
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, VERSION_TABLE}
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (x INTEGER)"))
    engine.dispose()


def test_what_another_test_wrote_is_not_there(database_url):
    engine = open_engine(database_url)
    assert "left_behind" not in inspect(engine).get_table_names()
    engine.dispose()
