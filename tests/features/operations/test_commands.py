"""The commands as an operator types them."""

import shutil
import stat
from pathlib import Path

import pytest

from lms.cli import COMMANDS

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.network


def test_settings_are_printed_with_their_origin_and_secrets_are_not(installation):
    told = installation.lms("settings", LMS_MAIL_PASSWORD="otters", LMS_DATABASE_URL="postgresql://me:badger@host/x")
    assert told.returncode == 0
    lines = {line.split()[0]: line.split()[1:] for line in told.stdout.splitlines()}
    assert lines["LMS_PORT"] == [str(installation.port), "environment"]
    assert lines["LMS_PROCESSES"] == ["2", "default"]
    assert lines["LMS_MAIL_PASSWORD"] == ["(hidden)", "environment"]
    assert "otters" not in told.stdout
    assert "badger" not in told.stdout


def test_migrating_twice_says_that_all_is_well(installation):
    for _ in range(2):
        told = installation.lms("migrate")
        assert (told.returncode, told.stdout) == (0, "The database is up to date.\n")
    assert stat.S_IMODE((installation.data / "lms.sqlite3").stat().st_mode) == 0o600


def test_an_upgrade_is_backed_up_first_and_the_backup_restores(installation, later_code):
    installation.lms("migrate")
    installation.lms("person", "add", "sian@example.org", "--name", "Siân Powell", "--role", "admin")
    told = installation.lms("migrate", PYTHONPATH=str(later_code))
    assert told.returncode == 0, told.stderr
    assert "as it was before:" in told.stdout
    kept = next((installation.data / "backups").glob("before-upgrade-*.zip"))
    assert installation.lms("person", "list", PYTHONPATH=str(later_code)).returncode == 0
    assert "a newer version" in installation.lms("person", "list").stderr, "the older code leaves it alone"
    elsewhere = {"LMS_DATA": str(installation.folder / "elsewhere")}
    assert installation.lms("restore", str(kept), **elsewhere).returncode == 0
    assert "sian@example.org" in installation.lms("person", "list", **elsewhere).stdout


@pytest.fixture
def later_code(tmp_path):
    """A copy of the code with one migration more."""
    copy = tmp_path / "later"
    shutil.copytree(ROOT / "lms", copy / "lms", ignore=shutil.ignore_patterns("*.pyc.*"))  # what is just being written
    versions = copy / "lms/base/store/migrations/versions"
    newest = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / "9999_more.py").write_text(
        f"from alembic import op\n\nrevision = '9999'\ndown_revision = '{newest}'\n\n\n"
        "def upgrade():\n    op.execute('CREATE TABLE later_thing (id INTEGER PRIMARY KEY)')\n"
    )
    return copy


def test_a_backup_is_made_beside_a_running_server_and_comes_back_in_another_place(installation):
    installation.start()
    file = installation.folder / "all.zip"
    told = installation.lms("backup", str(file))
    assert told.returncode == 0, told.stderr
    assert "rows of" in told.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Another server" in installation.lms("restore", str(file), "--overwrite").stderr
    elsewhere = {"LMS_DATA": str(installation.folder / "elsewhere")}
    told = installation.lms("restore", str(file), **elsewhere)
    assert told.returncode == 0, told.stderr
    assert "every hash agrees" in told.stdout
    people = installation.lms("person", "list").stdout
    assert "learner@demo.example" in people
    assert installation.lms("person", "list", **elsewhere).stdout == people
    assert installation.lms("restore", str(file), **elsewhere).returncode == 2, "not empty any more"
    loose = [
        path for path in (installation.folder / "elsewhere").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert loose == []


@pytest.mark.parametrize("words", [("restore", "no-such-file.zip"), ("backup",), ("run", "--colour"), ("fly",)])
def test_wrong_use_is_explained_without_a_traceback(installation, words):
    told = installation.lms(*words)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_asking_what_there_is_loads_nothing_of_it(installation):
    told = installation.lms("--help")
    assert all(name in told.stdout for name in COMMANDS)
    light = installation.python(
        "import sys, lms.cli; print(sorted({'flask', 'sqlalchemy', 'granian', 'yaml'} & set(sys.modules)))"
    )
    assert light.stdout == "[]\n"
