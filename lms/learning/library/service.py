"""The use cases of the library: refresh from the folders, hand out what is in service, open any version ever kept.

`refresh` is the one way in: it reads, compiles, keeps versions and media by hash, and points the item to its newest
good version. `program` and `course` are the way out, kept in memory by hash (a version never changes, L1).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Course, compile_course
from lms.engine.scenario.api import Program, compile_scenario, told
from lms.engine.scenario.proof.difference import differences, proposed
from lms.engine.source.media import FOLDER as MEDIA
from lms.engine.source.media import type_of
from lms.engine.source.problem import Problem
from lms.kernel.errors import Invalid, NotFound
from lms.kernel.ids import content_hash
from lms.kernel.words import N_, Foreign
from lms.learning.library import files
from lms.learning.library.files import Folder
from lms.learning.library.model import MOST_PROBLEMS, Card, Health, Kind, Media, OverdueReference, Refreshed
from lms.learning.library.tables import library_item as items
from lms.learning.library.tables import library_media as media
from lms.learning.library.tables import library_version as versions

KEPT = 256
"""How many programs and courses a process keeps in memory."""

# --- out ------------------------------------------------------------------------------------------------------------


class _Shelf:
    """Compiled content by hash, in memory. What is under a hash never changes, so nothing is ever stale."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = Lock()

    def get(self, uow: UnitOfWork, version: str, kind: type[Any]) -> Any:
        found = self._kept.get(version)
        if found is None:
            body = uow.connection.scalar(select(versions.c.body).where(versions.c.hash == version))
            if body is None:
                raise NotFound(N_("This version is not in the library."))
            found = kind.from_bytes(body)
            with self._lock:
                if len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[version] = found
        return found


_shelf = _Shelf()


def program(uow: UnitOfWork, version: str) -> Program:
    """Return a scenario's Program by its hash. Raises NotFound."""
    found: Program = _shelf.get(uow, version, Program)
    return found


def told_program(uow: UnitOfWork, version: str, language: str, course_id: str | None = None) -> Program:
    """Return a scenario's Program as it is told in a language, in a course with that course's nation. Raises NotFound.

    Its states are those of `program`; steps are taken, and kept, on that one.
    """
    found = program(uow, version)
    card = find_card(uow, "course", course_id) if course_id and found.nations else None
    return told(found, language, card.nation if card else "")


def course(uow: UnitOfWork, version: str) -> Course:
    """Return a Course by its hash. Raises NotFound."""
    found: Course = _shelf.get(uow, version, Course)
    return found


def find_scenario(uow: UnitOfWork, name: str) -> Program:
    """Return a scenario by the beginning of a version's hash, or by its id: then the version in service.

    Raises NotFound, and Invalid where several versions begin like that.
    """
    known = uow.connection.scalars(
        select(versions.c.hash).where(versions.c.kind == "scenario", versions.c.hash.startswith(name, autoescape=True))
    ).all()
    if len(known) > 1:
        raise Invalid(f"{len(known)} versions begin with '{name}'.", fix="Write more of the hash.")
    card = None if known else find_card(uow, "scenario", name)
    if not known and card is None:
        raise NotFound(
            f"There is no scenario or version '{name}' in the library.",
            fix="Name a folder, a file, a scenario's id, or the beginning of a version's hash.",
        )
    return program(uow, known[0] if known else card.version if card else "")


def find_card(uow: UnitOfWork, kind: Kind, item_id: str) -> Card | None:
    """Return what is in service under this id, or None. What lost its file stays in service for who is on it."""
    return find_cards(uow, kind, [item_id]).get(item_id)


def find_cards(uow: UnitOfWork, kind: Kind, item_ids: Collection[str]) -> dict[str, Card]:
    """Return what is in service under these ids, by id; what never was is left out."""
    rows = uow.connection.execute(
        select(items.c.id, items.c.version, items.c.card).where(
            items.c.kind == kind, items.c.id.in_(item_ids), items.c.version.is_not(None)
        ),
    )
    return {row.id: Card.from_row(kind, row.id, row.version, row.card) for row in rows}


def get_card(uow: UnitOfWork, kind: Kind, item_id: str) -> Card:
    """Return what is in service under this id. Raises NotFound."""
    card = find_card(uow, kind, item_id)
    if card is None:
        raise NotFound(N_("This is not in the catalogue."), fix=N_("Look for it in the catalogue."))
    return card


def get_offered(uow: UnitOfWork, kind: Kind, item_id: str) -> Card:
    """Return what can be begun under this id: in service, and its file is there. Raises NotFound."""
    is_present = uow.connection.scalar(select(items.c.is_present).where(items.c.kind == kind, items.c.id == item_id))
    if not is_present:
        raise NotFound(N_("This is not in the catalogue."), fix=N_("Look for it in the catalogue."))
    return get_card(uow, kind, item_id)


def list_cards(uow: UnitOfWork) -> tuple[Card, ...]:
    """Return everything in service whose file is there, courses first, by title."""
    rows = uow.connection.execute(
        select(items.c.kind, items.c.id, items.c.version, items.c.card).where(
            items.c.version.is_not(None), items.c.is_present
        ),
    )
    cards = [Card.from_row(row.kind, row.id, row.version, row.card) for row in rows]
    return tuple(sorted(cards, key=lambda card: (card.kind, card.title)))


def get_media(uow: UnitOfWork, digest: str) -> Media:
    """Return a picture or other file by its hash. Raises NotFound."""
    row = uow.connection.execute(select(media).where(media.c.hash == digest)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such file."))
    return Media(row.media_type, row.content)


def list_health(uow: UnitOfWork, today: date) -> tuple[Health, ...]:
    """Return every course and scenario with its problems: what its authors and trainers want to know."""
    counts = {
        (row.kind, row.item_id): row.kept
        for row in uow.connection.execute(
            select(versions.c.kind, versions.c.item_id, func.count().label("kept")).group_by(
                versions.c.kind, versions.c.item_id
            ),
        )
    }
    rows = uow.connection.execute(select(items).order_by(items.c.kind, items.c.id)).all()
    return tuple(_health(uow, row, counts.get((row.kind, row.id), 0), today) for row in rows)


def _health(uow: UnitOfWork, row: Row[Any], count: int, today: date) -> Health:
    references: Iterable[Any] = ()
    if row.version is not None:
        references = (course if row.kind == "course" else program)(uow, row.version).references
    overdue = tuple(
        OverdueReference(each.title, date.fromisoformat(each.review_by))
        for each in references
        if each.review_by and date.fromisoformat(each.review_by) < today
    )
    return Health(
        kind=row.kind,
        id=row.id,
        path=row.path,
        title=row.card["title"] if row.card else row.id,
        version=row.version,
        is_present=row.is_present,
        problems=tuple(Problem.from_json(each) for each in row.problems),
        overdue=overdue,
        versions=count,
        checked_at=row.checked_at,
        change=_newest_change(uow, row.id, row.version) if row.kind == "scenario" and row.version and count > 1 else "",
    )


def _newest_change(uow: UnitOfWork, scenario_id: str, version: str) -> str:
    """Return the class of what changed from the version kept last before the one in service."""
    before = uow.connection.scalar(
        select(versions.c.hash)
        .where(versions.c.kind == "scenario", versions.c.item_id == scenario_id, versions.c.hash != version)
        .order_by(versions.c.kept_at.desc())
        .limit(1)
    )
    return _class_of(program(uow, before), program(uow, version)) if before else ""


@lru_cache(maxsize=KEPT)
def _class_of(old: Program, new: Program) -> str:
    return proposed(differences(old, new))


# --- in -------------------------------------------------------------------------------------------------------------


def refresh(uow: UnitOfWork, root: Path, today: date) -> Refreshed:
    """Bring the library in step with the folders; what has not changed since is not compiled again (L3).

    Raises Unavailable when the content folder is not there; then nothing is changed.
    """
    folders = files.read_content(root)
    seen: dict[tuple[str, str], str] = {}
    made: list[_Made] = []
    before = _rows(uow)
    in_service: set[str] = set()  # scenarios that can be played: a course is not published before all of its own can
    for kind in ("scenario", "course"):  # compiled before the lock is taken, so that nobody waits for a compiler
        for folder in folders:
            if folder.kind != kind:
                continue
            key, row = (kind, folder.name), before.get((kind, folder.name))
            seen[key] = _seen(folder, today, in_service)
            is_playable = row is not None and row.version is not None
            if _is_changed(row, seen[key]):
                made.append(_Made(folder, *_compile(folder, today, in_service)))
                is_playable = is_playable or made[-1].compiled is not None
            if kind == "scenario" and is_playable:
                in_service.add(folder.name)
    uow.lock("library")
    rows = _rows(uow)
    published = [
        each.folder.path
        for each in made
        if _put(uow, each, rows.get((each.folder.kind, each.folder.name)), seen[each.folder.kind, each.folder.name])
    ]
    gone = [row for key, row in rows.items() if key not in seen and row.is_present]
    uow.connection.execute(delete(items).where(items.c.version.is_(None), items.c.path.in_([row.path for row in gone])))
    for row in gone:
        uow.connection.execute(
            update(items)
            .where(items.c.kind == row.kind, items.c.id == row.id)
            .values(is_present=False, checked_at=uow.now),
        )
    failing = {each.folder.path for each in made if each.compiled is None} | {
        row.path
        for key, row in rows.items()
        if key in seen and not _is_changed(row, seen[key]) and _has_errors(row.problems)
    }
    return Refreshed(tuple(published), tuple(sorted(failing)), tuple(row.path for row in gone))


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of compiling a folder."""

    folder: Folder
    compiled: Program | Course | None
    problems: tuple[Problem, ...]


def _rows(uow: UnitOfWork) -> dict[tuple[str, str], Row[Any]]:
    return {(row.kind, row.id): row for row in uow.connection.execute(select(items))}


def _seen(folder: Folder, today: date, scenarios: set[str]) -> str:
    """Return the hash of all that compiling reads: files, the day (references fall due), for a course the scenarios."""
    return content_hash(
        "\0".join([folder.seen, today.isoformat(), *(sorted(scenarios) if folder.kind == "course" else ())]).encode()
    )


def _is_changed(row: Row[Any] | None, seen: str) -> bool:
    return row is None or row.seen != seen or not row.is_present


def _put(uow: UnitOfWork, made: _Made, row: Row[Any] | None, seen: str) -> bool:
    """Keep what came of compiling a folder; tell whether a new version is in service."""
    folder, compiled = made.folder, made.compiled
    values: dict[str, Any] = {
        "path": folder.path,
        "seen": seen,
        "problems": [problem.to_json() for problem in _worst(made.problems)],
        "is_present": True,
        "checked_at": uow.now,
    }
    if compiled is not None:
        _keep(uow, folder, compiled)
        values |= {"version": compiled.hash, "card": _card(compiled)}
    if row is None:
        uow.connection.execute(
            insert(items).values(kind=folder.kind, id=folder.name, **{"version": None, "card": None, **values}),
        )
    else:
        uow.connection.execute(
            update(items).where(items.c.kind == folder.kind, items.c.id == folder.name).values(**values)
        )
    return compiled is not None and (row is None or compiled.hash != row.version)


def _compile(folder: Folder, today: date, scenarios: set[str]) -> tuple[Program | Course | None, tuple[Problem, ...]]:
    made: Program | Course | None
    if folder.is_unreadable:
        return None, folder.problems
    if folder.kind == "scenario":
        result = compile_scenario(folder.files, today=today)
        made, found = result.program, result.problems
    else:
        compiled = compile_course(folder.path, folder.files, today=today, scenarios=scenarios)
        made, found = compiled.course, compiled.problems
    problems = (*folder.problems, *found)
    return (None if any(each.severity == "error" for each in problems) else made), problems


def _keep(uow: UnitOfWork, folder: Folder, compiled: Program | Course) -> None:
    is_known = uow.connection.scalar(select(versions.c.hash).where(versions.c.hash == compiled.hash)) is not None
    if not is_known:
        uow.connection.execute(
            insert(versions).values(
                hash=compiled.hash,
                kind=folder.kind,
                item_id=folder.name,
                body=compiled.to_bytes(),
                kept_at=uow.now,
            ),
        )
    for file in folder.files:
        if not file.name.startswith(MEDIA):
            continue
        if uow.connection.scalar(select(media.c.hash).where(media.c.hash == file.hash)) is None:
            kind = type_of(file.name)
            uow.connection.execute(insert(media).values(hash=file.hash, media_type=kind, content=file.data))


def _worst(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return as many problems as are kept, in their order; errors before warnings where some must be left out."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    return tuple(sorted(problems, key=lambda each: each.severity)[:MOST_PROBLEMS])


def _has_errors(problems: list[dict[str, Any]]) -> bool:
    return any(problem["severity"] == "error" for problem in problems)


def _card(compiled: Program | Course) -> dict[str, Any]:
    parts: tuple[str, ...]
    words: list[list[str]] = []
    if isinstance(compiled, Program):
        minutes, is_open, parts = (compiled.minutes.low, compiled.minutes.high), True, ()
        others = {telling.language for telling in compiled.tellings if telling.language}
        views = [(language, told(compiled, language)) for language in sorted(others)]
        words = [
            [language, *("" if isinstance(text, Foreign) else text for text in (view.title, view.summary))]
            for language, view in views
        ]
    else:
        minutes, is_open = (compiled.minutes, compiled.minutes), compiled.enrolment == "open"
        parts = tuple(activity.title for activity in compiled.activities)
    return {
        "title": compiled.title,
        "summary": compiled.summary,
        "minutes": minutes,
        "level": compiled.level,
        "nation": compiled.nation,
        "language": compiled.language,
        "is_open": is_open,
        "is_reviewed": compiled.reviewed is not None,
        "content_note": compiled.content_note,
        "parts": parts,
        "told": words,
    }
