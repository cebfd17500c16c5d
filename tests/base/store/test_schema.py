"""The database's shape over time, on both databases: migrated schema = metadata, and no upgrade ever half done."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from lms.base.store.metadata import metadata
from lms.base.store.schema import MIGRATIONS, VERSION_TABLE, Shape, require_current, revisions, shape
from lms.base.store.upgrade import alone, upgrade, upgrade_to
from lms.base.store.work import open_engine
from lms.kernel.errors import Unavailable

STEP = '''"""A further step."""

import sqlalchemy as sa
from alembic import op

revision = "NEXT"
down_revision = "LAST"


def upgrade() -> None:
    op.create_table("later_thing", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO later_thing (id) VALUES (1), (2)")
    with op.batch_alter_table("later_thing") as batch:
        batch.add_column(sa.Column("word", sa.Text(), nullable=True))
    op.execute("UPDATE later_thing SET word = 'kept'")
'''
WRONG = """from alembic import op

revision = "NEXT"
down_revision = "LAST"


def upgrade() -> None:
    op.execute("CREATE TABLE wrong (x INTEGER REFERENCES later_thing (id))")
    op.execute("INSERT INTO wrong VALUES (77)")
"""
UPGRADE = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from lms.base.store.upgrade import upgrade
from lms.base.store.work import open_engine

url, migrations, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
engine = open_engine(url)
seen = []

@event.listens_for(engine, "after_cursor_execute")
def count(*arguments):
    seen.append(arguments[2])
    if len(seen) == last:
        os.kill(os.getpid(), signal.SIGKILL)

print(upgrade(engine, migrations=migrations).value, len(seen))
"""


@pytest.fixture
def engine(empty_database_url):
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def one_more(tmp_path) -> Path:
    """Migrations as a later version of the code will have them."""
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    add_step(migrations, STEP)
    return migrations


def add_step(migrations: Path, text: str) -> None:
    """Add a migration after the last one."""
    last = int(revisions(migrations)[-1])
    path = migrations / "versions" / f"{last + 1:04d}_more.py"
    path.write_text(text.replace("NEXT", f"{last + 1:04d}").replace("LAST", f"{last:04d}"))


def upgrade_elsewhere(url: str, migrations: Path = MIGRATIONS, *, killed_after: int = 0) -> subprocess.Popen[str]:
    """Upgrade in another process, which kills itself after so many statements."""
    command = [sys.executable, "-c", UPGRADE, url, str(migrations), str(killed_after)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def describe(engine: Engine) -> dict[str, object]:
    """Everything that the database says about its own tables."""
    inspector = inspect(engine)
    found = {}
    for table in sorted(set(inspector.get_table_names()) - {VERSION_TABLE}):
        found[table] = {
            "columns": [
                {**column, "type": repr(column["type"]), "comment": None} for column in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            **{
                kind: sorted(getattr(inspector, f"get_{kind}")(table), key=lambda each: str(each["name"]))
                for kind in ("foreign_keys", "unique_constraints", "check_constraints", "indexes")
            },
        }
    return found


def test_migrating_an_empty_database_gives_what_the_code_declares(engine, database_url):
    assert upgrade(engine) is Shape.NEW
    declared = open_engine(database_url)
    assert describe(engine) == describe(declared)
    declared.dispose()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_from_before_keeps_what_it_holds_and_sends_nothing_new_to_anybody(engine):
    with alone(engine) as connection:
        upgrade_to(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO tracking_endpoint (id, name, url, version, username, secret, actor_key, verbs, about,"
                " created_at, paused, words, \"window\", failures, broken, refused, delivered) VALUES (7, 'reports',"
                " 'https://lrs.example.org', '1.0.3', 'u', 's', 'k', '[]', '[]', '2026-11-21T12:00:00.000000Z', :no,"
                " '', 50, 0, 0, 0, 12)"
            ),
            {"no": False},
        )
        connection.execute(
            text(
                "INSERT INTO tracking_delivery (seq, endpoint_id, statement_id, body, size, state, recorded_at,"
                " deferrals) VALUES (1, 7, 'one', '{}', 2, 'pending', '2026-11-21T12:00:00.000000Z', 0)"
            )
        )
    assert upgrade(engine) is Shape.OLDER
    with engine.connect() as connection:
        (endpoint,) = connection.execute(text("SELECT name, delivered, others FROM tracking_endpoint"))
        (delivery,) = connection.execute(text("SELECT endpoint_id, body, attachments FROM tracking_delivery"))
    assert tuple(endpoint) == ("reports", 12, False)
    assert tuple(delivery) == (7, "{}", None)


def test_upgrading_twice_changes_nothing(engine):
    upgrade(engine)
    before = describe(engine)
    assert upgrade(engine) is Shape.CURRENT
    assert describe(engine) == before
    require_current(engine)


def test_an_empty_database_and_an_older_one_are_told_apart_and_both_name_the_way_out(engine, one_more):
    with pytest.raises(Unavailable, match="no database here yet") as told:
        require_current(engine)
    assert "lms migrate" in told.value.fix
    upgrade(engine)
    with pytest.raises(Unavailable, match="an older version") as told:
        require_current(engine, migrations=one_more)
    assert "lms migrate" in told.value.fix


def test_S3_a_database_newer_than_the_code_is_refused_and_not_written(engine, one_more):
    upgrade(engine, migrations=one_more)
    before = describe(engine)
    assert shape(engine) is Shape.NEWER
    for act in (upgrade, require_current):
        with pytest.raises(Unavailable, match="a newer version"):
            act(engine)
    assert describe(engine) == before
    assert shape(engine, migrations=one_more) is Shape.CURRENT


def test_tables_without_a_version_are_not_touched(database_url):
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    with pytest.raises(Unavailable, match="not their version"):
        upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("after", [1, 3, 7, 20])
def test_S1_a_first_migration_killed_halfway_leaves_nothing_and_can_be_run_again(engine, empty_database_url, after):
    process = upgrade_elsewhere(empty_database_url, killed_after=after)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert inspect(engine).get_table_names() == []
    assert upgrade(engine) is Shape.NEW
    require_current(engine)


def test_S1_a_later_migration_killed_at_each_of_its_steps_leaves_the_old_shape(engine, empty_database_url, one_more):
    upgrade(engine)
    before = describe(engine)
    total = 99
    for after in range(1, total):
        process = upgrade_elsewhere(empty_database_url, one_more, killed_after=after)
        said, complaints = process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, complaints
        assert describe(engine) == before
        assert shape(engine, migrations=one_more) is Shape.OLDER
    assert said.startswith("older")
    assert 3 < after < total
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, word FROM later_thing ORDER BY id")).all() == [
            (1, "kept"),
            (2, "kept"),
        ]


def test_S2_of_two_upgrades_at_once_one_does_it_and_the_other_finds_it_done(engine, empty_database_url):
    both = [upgrade_elsewhere(empty_database_url) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(words.split()[0] for words, _ in said) == ["current", "new"]
    require_current(engine)


def test_an_upgrade_that_would_leave_rows_pointing_at_nothing_is_undone(tmp_path, one_more):
    engine = open_engine(f"sqlite:///{tmp_path / 'loose.sqlite3'}")
    upgrade(engine)
    add_step(one_more, WRONG)
    with pytest.raises(Unavailable, match="1 rows that point at nothing"):
        upgrade(engine, migrations=one_more)
    assert "later_thing" not in inspect(engine).get_table_names()
    require_current(engine)
    engine.dispose()


def test_migrations_are_a_line_and_their_files_carry_their_numbers():
    numbers = revisions()
    assert numbers == tuple(f"{number:04d}" for number in range(1, len(numbers) + 1))
    for number, path in zip(numbers, sorted((MIGRATIONS / "versions").glob("[0-9]*.py")), strict=True):
        assert f'revision = "{number}"' in path.read_text(encoding="utf-8")
