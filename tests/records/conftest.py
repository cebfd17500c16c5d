"""What tests of the records ask for."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event


@pytest.fixture
def count_statements():
    """count_statements(engine) collects the SQL that is sent inside its block."""

    @contextmanager
    def counting(engine):
        seen = []

        def note(_connection, _cursor, sql, *_more):
            seen.append(sql)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting
