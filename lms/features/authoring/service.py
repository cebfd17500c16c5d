"""Checking content as it lies on the disk; the same reading and compiling that the library does, and no database."""

import gc
from collections.abc import Iterable, Sequence
from concurrent import futures
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from lms.engine.course import schemas as course_schemas
from lms.engine.course.compile import is_source
from lms.engine.questions.fix import write_missing_ids as write_bank_ids
from lms.engine.scenario.language import schemas as scenario_schemas
from lms.engine.scenario.language.banks import SUFFIX as BANK
from lms.engine.scenario.language.compile import FILE, Compiled, compile_scenario
from lms.engine.scenario.language.repair import write_missing_ids_into as write_scenario_ids
from lms.engine.scenario.program.program import Program
from lms.engine.source.media import FOLDER as MEDIA
from lms.engine.source.problem import Problem
from lms.features.authoring.checking import Options, check_place, known
from lms.features.authoring.model import Checked, Place, Report
from lms.features.authoring.output import write
from lms.kernel.errors import Invalid, NotFound
from lms.learning.library.files import FOLDERS, SHARED, is_content, read_folder, write_file
from lms.learning.library.model import Kind

_COURSE_FILE = "course.yaml"
MOST_ABOVE = 4
"""How far above a file the folder of its course or scenario may be."""
MANY = 16
"""Places from which on starting more processes is worth its quarter of a second."""


def find(path: Path) -> tuple[Place, ...]:
    """Return the courses and scenarios at a path: a content folder, a folder in it, or a file of one.

    Raises NotFound where there are none.
    """
    if path.is_file():
        above = [parent for parent in path.absolute().parents[:MOST_ABOVE] if _is_content(parent)]
        path = above[0] if above else path.parent
    if path.is_symlink():
        path = path.resolve()  # whoever names a link means what it leads to
    if (path / FILE).exists():
        return (Place("scenario", path, _said(path)),)
    if (path / _COURSE_FILE).exists():
        return (Place("course", path, _said(path)),)
    parents: list[tuple[Kind, Path]] = [(kind, path / name) for kind, name in FOLDERS.items()]
    parents += [(kind, path) for kind, name in FOLDERS.items() if path.name == name]
    found = tuple(
        Place(kind, folder, _said(folder))
        for kind, parent in parents
        if parent.is_dir()
        for folder in sorted(parent.iterdir())
        if folder.is_dir() and is_content(folder.name)
    )
    if not found:
        raise NotFound(
            f"There is no course or scenario at {path}",
            why=f"A scenario is a folder with {FILE}, a course one with {_COURSE_FILE}.",
            fix="Name such a folder, or the one that holds 'courses' and 'scenarios'.",
        )
    return found


def check(paths: Sequence[Path], options: Options, *, fix: bool = False) -> Report:
    """Check everything at the paths; with `fix`, write missing ids into the files before.

    Scenarios that compile are proven, each over `most_states` at most; where that was not enough, the answer is bounded.
    """
    places = list(dict.fromkeys(place for path in paths for place in find(path)))
    fixed = [name for place in places for name in _write_ids(place)] if fix else []
    problems: list[Problem] = []
    bounded: list[str] = []
    scenarios: dict[str, dict[str, Any]] = {}
    for place, checked in zip(places, _check_all(places, options), strict=True):
        problems += checked.problems
        bounded += [f"{place.path}: {checked.bound}"] if checked.bound else []
        if checked.facts:
            scenarios[place.path] = checked.facts
    return Report(len(places), tuple(problems), tuple(fixed), tuple(bounded), scenarios)


def folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folders in which everything lies that a check of the paths depends on; those that are there now."""
    found: list[Path] = []
    for path in paths:
        try:
            places = find(path)
        except NotFound:
            places = ()
        parents = {place.folder.parent for place in places} or {path if path.is_dir() else path.parent}
        found += sorted(parent for parent in parents if parent.is_dir())
    return tuple(dict.fromkeys(found))


def load_scenario(path: Path, *, today: date) -> Program:
    """Return the one scenario at a path, compiled; raises NotFound, or Invalid with its problems."""
    return load_compiled(path, today=today)[1]


def load_compiled(path: Path, *, today: date) -> tuple[Compiled, Program]:
    """Return the same, and what else compiling it found; raises NotFound, or Invalid with its problems."""
    scenarios = [place for place in find(path) if place.kind == "scenario"]
    if len(scenarios) != 1:
        raise NotFound(f"There is not one scenario at {path}", fix="Name the folder of a scenario.")
    folder = read_folder(scenarios[0].folder, "scenario", scenarios[0].path)
    compiled = compile_scenario(folder.files, today=today)
    if compiled.program is None:
        problems = (*folder.problems, *compiled.problems)
        raise Invalid(f"{scenarios[0].path} has errors", fix="See them with: lms check", problems=problems)
    return compiled, compiled.program


def _check_all(places: Sequence[Place], options: Options) -> Iterable[Checked]:
    """Check each place, in order; many that have changed with as many processes as there are processors."""
    found = [known(place, options) for place in places]
    changed = [place for place, checked in zip(places, found, strict=True) if checked is None]
    one = partial(check_place, options=options)
    if len(changed) < MANY:
        fresh = iter([one(place) for place in changed])
    else:
        with futures.ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=collect_seldom) as processes:
            fresh = iter(list(processes.map(one, changed, chunksize=4)))
    options.cache.clear_old()
    return [checked or next(fresh) for checked in found]


def collect_seldom() -> None:
    """Let this process search for rubbish seldom: an exploration makes many objects, and nearly all of them live."""
    gc.set_threshold(70_000)


def _write_ids(place: Place) -> list[str]:
    """Write missing ids into a folder's files; return what messages call the files that changed."""
    changed = []
    files = {file.name: file for file in read_folder(place.folder, place.kind, place.path).files}
    for file in files.values():
        if file.refusal is not None or file.name.startswith((f"{SHARED}/", MEDIA)):
            continue  # what others share is theirs to change, and a transcript has no ids
        if place.kind == "scenario" and file.name.endswith(".md"):
            data = write_scenario_ids(file, files[FILE], files) if FILE in files else file.data
        elif is_source(file.name) if place.kind == "course" else file.name.endswith(BANK):
            data = write_bank_ids(file.path, file.data)
        else:
            continue
        if data != file.data:
            write_file(place.folder / file.name, data)
            changed.append(file.path)
    return changed


def _is_content(folder: Path) -> bool:
    return (folder / FILE).exists() or (folder / _COURSE_FILE).exists()


def _said(folder: Path) -> str:
    """Return what messages call a folder: relative to here where it lies below, so that an editor can follow it."""
    here = Path.cwd()
    absolute = folder if folder.is_absolute() else here / folder
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else folder).as_posix()


def write_schemas(folder: Path) -> tuple[str, ...]:
    """Write the JSON Schemas of all content files into a folder; return the names of those that were new or changed."""
    changed = []
    for name, text in sorted({**course_schemas.export(), **scenario_schemas.export()}.items()):
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            write(file, text)
            changed.append(name)
    return tuple(changed)
