"""Backup and restore, proven by content: same rows, same hashes, an open attempt that resumes, on either database."""

import json
import shutil
import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from lms.app import open_store
from lms.base.store.schema import Shape, shape
from lms.features.operations import archive, service
from lms.features.operations.folder import only_server
from lms.kernel.errors import Conflict, Invalid, Unavailable
from lms.learning.attempts import lookup_service
from lms.learning.attempts import service as attempts
from lms.learning.library import service as library
from lms.learning.people import service as people
from tests.databases import KINDS
from tests.learning import walks

NAMES = "Siân ÿ 🌊 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 'quoted\" \\ back"


@pytest.fixture(params=KINDS)
def other_place(request, settings, tmp_path, clock):
    """An empty place on either database, with nothing but a name."""
    if request.param == "sqlite":
        url, server = "", None
    else:
        server = request.getfixturevalue("postgresql")
        url = server.empty()
    there = replace(settings, data=tmp_path / "elsewhere", database_url=url)
    store = open_store(there, clock=clock)
    yield there, store
    store.engine.dispose()
    if server is not None:
        server.drop(url)


@pytest.fixture
def learner(make_person, shipped):
    return make_person("mair@example.org", name=NAMES)


@pytest.fixture
def keys(settings):
    folder = settings.data / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "session").write_bytes(bytes(range(256)))
    (folder / "session").chmod(0o600)
    return folder / "session"


def digests(store):
    with store.engine.connect() as connection:
        return {
            table.name: archive.digest(archive.lines(connection, table)) for table in archive.present_tables(connection)
        }


def test_everything_comes_back_the_same_and_an_open_attempt_goes_on(
    store, settings, learner, keys, other_place, tmp_path
):
    attempt = walks.start_practice(store, learner)
    for _ in range(2):
        with store.work() as uow:
            attempt = lookup_service.get_attempt(uow, learner.id, attempt.id)
            action = walks.any_action(library.program(uow, attempt.version), attempt.state)
            attempts.decide(uow, learner, attempt.id, attempt.step, action)
    manifest = service.back_up(store, settings, tmp_path / "all.zip")
    assert manifest.tables["people_person"].count == 1
    assert manifest.tables["library_version"].count > 0

    there, elsewhere = other_place
    service.restore(elsewhere, there, tmp_path / "all.zip")
    assert digests(elsewhere) == digests(store)
    assert (there.data / "keys" / "session").read_bytes() == keys.read_bytes()
    assert stat.S_IMODE((there.data / "keys" / "session").stat().st_mode) == 0o600
    with elsewhere.work() as uow:
        person = people.get_person(uow, learner.id)
        assert person.name == NAMES
        resumed = lookup_service.get_attempt(uow, learner.id, attempt.id)
    assert resumed.step == attempt.step + 1
    assert walks.play(elsewhere, person, attempt.id).status == "ended"


def test_row_numbers_go_on_after_a_restore(store, settings, other_place, tmp_path):
    row = {"account": "a", "address": "b", "at": "2026-11-21T12:00:00.000000Z"}
    insert = text("INSERT INTO people_attempt (account_key, address_key, at) VALUES (:account, :address, :at)")
    with store.work() as uow:
        for _ in range(3):
            uow.connection.execute(insert, row)
    service.back_up(store, settings, tmp_path / "all.zip")
    there, elsewhere = other_place
    service.restore(elsewhere, there, tmp_path / "all.zip")
    with elsewhere.work() as uow:
        uow.connection.execute(insert, row)
        assert uow.connection.scalar(text("SELECT max(id) FROM people_attempt")) == 4


def test_O1_a_backup_under_write_load_is_one_moment_and_restores_to_it(store, settings, other_place, tmp_path):
    """Each transaction writes to two tables; a moment has as many of the one as of the other."""
    writing, enough = threading.Event(), threading.Event()

    def write():
        number = 0
        while not enough.is_set():
            number += 1
            with store.work() as uow:
                words = {"id": f"{number:036}", "at": "2026-11-21T12:00:00.000000Z"}
                uow.connection.execute(
                    text(
                        "INSERT INTO people_person (id, roles, token, epoch, created_at, is_demo, locale, time_zone, name) "
                        "VALUES (:id, '[]', :id, 0, :at, false, 'en_GB', '', :id)"
                    ).bindparams(**{**words, "id": words["id"][-32:]})
                )
                uow.connection.execute(
                    text("INSERT INTO people_attempt (account_key, address_key, at) VALUES (:id, :id, :at)"), words
                )
            if number == 50:
                writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert writing.wait(30)
        manifests = [service.back_up(store, settings, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        enough.set()
        writer.join()
    there, elsewhere = other_place
    counts = [(m.tables["people_person"].count, m.tables["people_attempt"].count) for m in manifests]
    assert all(persons == tries >= 50 for persons, tries in counts)
    assert counts[-1][0] > counts[0][0], "nothing was written meanwhile"
    service.restore(elsewhere, there, tmp_path / "1.zip")
    assert digests(elsewhere) == {name: part.sha256 for name, part in manifests[1].tables.items()}


def test_a_place_that_is_not_empty_is_left_alone_unless_told_and_then_kept_in_a_backup(
    store, settings, learner, other_place, tmp_path, make_person
):
    there, elsewhere = other_place
    service.back_up(store, settings, tmp_path / "first.zip")
    service.restore(elsewhere, there, tmp_path / "first.zip")
    first = digests(elsewhere)
    make_person("second@example.org")
    service.back_up(store, settings, tmp_path / "second.zip")
    with pytest.raises(Conflict, match="not empty: it has a database"):
        service.restore(elsewhere, there, tmp_path / "second.zip")
    assert digests(elsewhere) == first
    service.restore(elsewhere, there, tmp_path / "second.zip", overwrite=True)
    assert digests(elsewhere) == digests(store)
    kept = list((there.data / "backups").glob("before-restore-*.zip"))
    assert len(kept) == 1
    service.restore(elsewhere, there, kept[0], overwrite=True)
    assert digests(elsewhere) == first


def test_O2_a_restore_that_fails_leaves_what_was_there(store, settings, learner, other_place, tmp_path):
    there, elsewhere = other_place
    service.back_up(store, settings, tmp_path / "good.zip")
    service.restore(elsewhere, there, tmp_path / "good.zip")
    before = digests(elsewhere)
    damage(tmp_path / "good.zip", tmp_path / "bad.zip", forged=True)
    with pytest.raises(Invalid):
        service.restore(elsewhere, there, tmp_path / "bad.zip", overwrite=True)
    assert digests(elsewhere) == before
    assert shape(elsewhere.engine) is Shape.CURRENT


def damage(good: Path, bad: Path, *, forged: bool) -> None:
    """Copy a backup with one row told twice; `forged` makes its manifest agree, so that only the database can object."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        entries = {name: source.read(name) for name in source.namelist()}
        lines = entries["tables/people_person.jsonl"].splitlines(keepends=True)
        entries["tables/people_person.jsonl"] = b"".join([*lines, lines[-1]])
        if forged:
            manifest = json.loads(entries["manifest.json"])
            manifest["tables"]["people_person"]["sha256"] = archive.digest([entries["tables/people_person.jsonl"]])
            entries["manifest.json"] = json.dumps(manifest).encode()
        for name, content in entries.items():
            target.writestr(name, content)


@pytest.mark.parametrize("how", ["cut", "changed", "no zip", "empty", "without manifest", "another format", "newer"])
def test_a_damaged_or_foreign_file_is_refused_before_anything_changes(store, settings, learner, tmp_path, clock, how):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    service.back_up(store, settings, good)
    whole = good.read_bytes()
    match how:
        case "cut":
            bad.write_bytes(whole[: len(whole) // 2])
        case "changed":
            damage(good, bad, forged=False)
        case "no zip":
            bad.write_text("a shopping list")
        case "empty":
            bad.touch()
        case "without manifest":
            with zipfile.ZipFile(bad, "w") as target:
                target.writestr("tables/people_person.jsonl", "[]")
        case _:
            shutil.copy(good, bad)
            with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
                manifest = json.loads(source.read("manifest.json"))
                manifest |= {"format": 99} if how == "another format" else {"revision": "9999"}
                target.writestr("manifest.json", json.dumps(manifest))
    there = replace(settings, data=tmp_path / "elsewhere", database_url="")
    elsewhere = open_store(there, clock=clock)
    with pytest.raises(Invalid):
        service.restore(elsewhere, there, bad)
    assert shape(elsewhere.engine) is Shape.NEW
    assert inspect(elsewhere.engine).get_table_names() == []
    elsewhere.engine.dispose()


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "keys/../../outside", "a\\..\\outside", ""])
def test_a_backup_cannot_write_outside_the_data_folder(store, settings, tmp_path, name):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    service.back_up(store, settings, good)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        manifest["files"][name] = {"count": 0, "sha256": archive.digest([])}
        target.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(Invalid, match="outside the data folder"):
        service.restore(store, settings, bad)


def test_a_backup_is_for_its_owner_alone_and_is_there_whole_or_not_at_all(store, settings, tmp_path):
    service.back_up(store, settings, tmp_path / "all.zip")
    assert stat.S_IMODE((tmp_path / "all.zip").stat().st_mode) == 0o600
    with pytest.raises(Unavailable, match="cannot be written"):
        service.back_up(store, settings, tmp_path / "no such folder" / "all.zip")
    before = set(tmp_path.iterdir())

    def interrupted():
        yield b"half of it"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), archive.Writer(tmp_path / "half.zip") as writer:
        writer.add("files", "x", interrupted())
    assert set(tmp_path.iterdir()) == before


def test_a_server_in_the_way_stops_a_restore(store, settings, learner, tmp_path, database_kind):
    service.back_up(store, settings, tmp_path / "all.zip")
    if database_kind == "sqlite":
        with only_server(settings), pytest.raises(Conflict, match="Another server"):
            service.restore(store, settings, tmp_path / "all.zip", overwrite=True)
    else:
        other = open_store(settings)
        with other.work(), pytest.raises(Conflict, match="other connections use this database"):
            service.restore(store, settings, tmp_path / "all.zip", overwrite=True)
        other.engine.dispose()
    with store.work() as uow:
        assert people.get_person(uow, learner.id).name == NAMES


def test_backups_and_unfinished_files_are_not_backed_up_again(store, settings, keys, tmp_path):
    service.automatic_backup(store, settings, "before-upgrade")
    (settings.data / ".probe-1").touch()
    (settings.data / "lms.sqlite3.lock").touch()
    manifest = service.back_up(store, settings, tmp_path / "all.zip")
    assert list(manifest.files) == ["keys/session"]
