"""The watch over the content folder: every change is taken in once, and nothing is done when nothing changed."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from lms.kernel.errors import Unavailable
from lms.learning.library import service
from lms.learning.library.watch import ContentWatch

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(settings, tmp_path):
    (tmp_path / "content").mkdir()
    return replace(settings, content=tmp_path / "content")


@pytest.fixture
def asked(store):
    """The statements that the database was asked from here on."""
    statements = []
    event.listen(store.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    return statements


@pytest.fixture
def content(settings) -> Path:
    shutil.copytree(ROOT / "courses", settings.content / "courses")
    shutil.copytree(ROOT / "scenarios", settings.content / "scenarios")
    return settings.content


def versions(store):
    with store.work() as uow:
        return {(card.kind, card.id): card.version for card in service.list_cards(uow)}


def test_a_change_is_in_service_after_the_next_look_and_an_old_version_stays(content, store, settings):
    watch = ContentWatch()
    watch.look(store, settings)
    before = versions(store)
    assert before
    lesson = min((content / "courses").rglob("lessons/*.md"))
    lesson.write_text(lesson.read_text() + "\nOne more sentence.\n")
    watch.look(store, settings)
    after = versions(store)
    assert after != before
    assert after.keys() == before.keys()
    with store.work() as uow:
        for (kind, _), version in before.items():
            (service.program if kind == "scenario" else service.course)(uow, version)


@pytest.mark.usefixtures("content")
def test_a_look_asks_something_of_the_database_only_when_a_file_or_the_day_has_changed(store, settings, clock, asked):
    watch = ContentWatch()
    watch.look(store, settings)
    assert asked
    asked.clear()
    assert watch.look(store, settings) >= 1
    assert asked == []
    clock.advance(timedelta(days=1))
    watch.look(store, settings)
    assert asked


def test_a_content_folder_that_is_away_leaves_what_is_in_service(content, store, settings):
    watch = ContentWatch()
    watch.look(store, settings)
    before = versions(store)
    away = content.rename(content.with_name("away"))
    with pytest.raises(Unavailable):
        watch.look(store, settings)
    assert versions(store) == before
    away.rename(content)
    watch.look(store, settings)
    assert versions(store) == before
