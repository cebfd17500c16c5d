"""The content folders as they lie on the disk: `courses/<id>/…` and `scenarios/<id>/…`, read into memory and no further.

F1  only regular files inside their own folder are read: a link that leads out of it is a problem, not content
F2  a file that cannot be read, or is too large, is a problem of its folder; the other folders are not touched by it
F3  a folder or file whose name is no plain text is a problem, and the name in it is written so that it can be shown
F4  what scenarios may include from `scenarios/_shared` is read with each of them, so that a change there is theirs
F5  hidden files and files that editors leave behind (`.x`, `x~`) are not content
"""

import os
import posixpath
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from lms.engine.source import codes
from lms.engine.source.media import FOLDER as MEDIA
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import MAX_BYTES, SourceFile, report_too_large
from lms.kernel.errors import Unavailable
from lms.kernel.ids import content_hash
from lms.learning.library.model import Kind

SHARED = "_shared"
"""The folder among those of the scenarios from which all of them may include; it is no scenario itself."""

FOLDERS: dict[Kind, str] = {"scenario": "scenarios", "course": "courses"}
"""Scenarios first: courses refer to them."""

MEDIA_MOST = 20_000_000
"""Bytes of one picture or video; larger ones do not belong on a phone at night."""

PATH_MOST = 400
NAME_MOST = 64
"""Characters of a folder's name; it is the id of what is in it."""

_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TEXT = frozenset({".md", ".yaml", ".yml", ".plan"})
_INCLUDED = (".md", ".yaml", ".yml")
_STORY = "scenario.md"


@dataclass(frozen=True)
class Folder:
    """One course's or scenario's folder: its files in memory, and what kept others from being read."""

    kind: Kind
    name: str
    path: str
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]

    @property
    def is_unreadable(self) -> bool:
        """Tell whether nothing at all could be read, and why is said already."""
        return bool(self.problems) and not self.files

    @cached_property
    def seen(self) -> str:
        """The hash of everything that was read: the same folder again needs no second look."""
        parts = [f"{file.name}\0{file.refusal or file.hash}" for file in self.files]
        return content_hash("\n".join([*parts, *map(str, self.problems)]).encode())


def read_content(root: Path) -> tuple[Folder, ...]:
    """Read every course and scenario under `root`, scenarios first, by name.

    A missing `courses` or `scenarios` folder is an empty one. Raises Unavailable when `root` itself is not there, so that
    a mistyped path or a disk that is not mounted does not look like content that was removed.
    """
    if not root.is_dir():
        raise Unavailable(
            f"The content folder {root} is not there.",
            why="Courses and scenarios are read from it.",
            fix="Set LMS_CONTENT to the folder that holds courses/ and scenarios/.",
        )
    shared = read_shared(root / FOLDERS["scenario"], f"{FOLDERS['scenario']}/{SHARED}")
    return tuple(
        read_folder(root / parent / name, kind, f"{parent}/{name}", shared)
        for kind, parent in FOLDERS.items()
        if (root / parent).is_dir()
        for name in sorted(each.name for each in (root / parent).iterdir())
        if is_content(name) and (root / parent / name).is_dir()
    )


def is_content(name: str) -> bool:
    """Tell whether a folder of this name among courses or scenarios is one."""
    return not name.startswith(".") and name != SHARED


def read_shared(parent: Path, path: str) -> tuple[SourceFile, ...]:
    """Read the texts that the scenarios in the folder `parent` may include, from `path` as messages call it.

    A text that could not be read is among them, with the reason.
    """
    folder = parent / SHARED
    home = _real(folder)
    if home is None or not folder.is_dir() or not home.is_relative_to(parent.resolve()):
        return ()
    return tuple(
        replace(file, name=f"{SHARED}/{file.name}")
        for file in _read_files(folder, path, home, Problems())
        if file.name.endswith(_INCLUDED)
    )


def read_folder(folder: Path, kind: Kind, path: str, shared: tuple[SourceFile, ...] | None = None) -> Folder:
    """Read one folder; `path` is what messages call it. What a scenario may include comes from `shared`, or is read."""
    if shared is None and kind == "scenario":
        shared = read_shared(folder.absolute().parent, posixpath.normpath(f"{path}/../{SHARED}"))
    problems = Problems()
    path, name = _shown(path), folder.name
    home = _real(folder)
    if _NO_NAME.search(name) or len(name) > NAME_MOST:
        name = f"{_shown(name)[:40]}-{content_hash(os.fsencode(name))[:8]}"
        _refuse_name(path, problems)
        return Folder(kind, name, path[:PATH_MOST], (), problems.in_order())
    if home is None or not home.is_relative_to(folder.parent.resolve()):
        _refuse_link(path, problems)
        return Folder(kind, name, path, (), problems.in_order())
    files = _read_files(folder, path, home, problems)
    if kind == "course":
        known = tuple(file for file in files if not file.refusal or file.name.startswith(MEDIA))
        return Folder(
            kind, folder.name, path, known if any(not file.refusal for file in known) else (), problems.in_order()
        )
    is_read = any(file.refusal is None for file in files)
    return Folder(kind, folder.name, path, (*files, *(shared or ())) if is_read else (), problems.in_order())


def _read_files(folder: Path, path: str, home: Path, problems: Problems) -> list[SourceFile]:
    """Read the files of a folder; a text or a medium that could not be read is among them, empty and with the reason."""
    files = []
    for file in _walk(folder, problems, path):
        name = file.relative_to(folder).as_posix()
        if _NO_NAME.search(name):
            _refuse_name(f"{path}/{_shown(name)}", problems)
            continue
        found = Problems()
        data = _read(file, f"{path}/{name}", home, found)
        problems.extend(found)
        if data is not None:
            files.append(SourceFile(f"{path}/{name}", name, data))
        elif name.startswith(MEDIA) or (name.endswith(_INCLUDED) and name != _STORY):
            files.append(SourceFile(f"{path}/{name}", name, b"", next(iter(found), None)))
    return files


def write_file(path: Path, data: bytes) -> None:
    """Replace a file of a content folder in one step: whoever reads it meanwhile sees the old one or the new one.

    Raises Unavailable, with the old file as it was, where the disk or its permissions forbid it.
    """
    target = path.resolve()
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as file:
            new = Path(file.name)
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                new.chmod(stat.S_IMODE(target.stat().st_mode))
                new.replace(target)
            except OSError:
                new.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Unavailable(
            f"The file {path} cannot be written: {error.strerror}.",
            why="It is as it was before.",
            fix="Give yourself the right to write in its folder, or make room on the disk.",
        ) from error


def _walk(folder: Path, problems: Problems, path: str) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        problems.add(codes.UNREADABLE, Span(path, 1, 1), f"the folder cannot be read: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith("~"):
                yield Path(parent) / name
        for name in [name for name in folders if (Path(parent) / name).is_symlink()]:
            folders.remove(name)
            yield Path(parent) / name


def _real(path: Path) -> Path | None:
    """Return where a path leads in the end, or None where links lead in circles."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return None


def _shown(name: str) -> str:
    return _NO_NAME.sub(lambda found: f"\\u{ord(found[0]):04x}", name)


def _refuse_name(path: str, problems: Problems) -> None:
    problems.add(
        codes.UNREADABLE,
        Span(path, 1, 1),
        "this name cannot be used",
        why=f"names are plain text, and those of courses and scenarios have at most {NAME_MOST} characters",
        fix="rename it with small letters, digits and hyphens",
    )


def _refuse_link(path: str, problems: Problems) -> None:
    problems.add(
        codes.OUTSIDE_FOLDER,
        Span(path, 1, 1),
        "this link leads out of the folder",
        why="content is read from its own folder only, so that it can be checked, copied and kept whole",
        fix="copy what it leads to to this place",
    )


def _read(file: Path, path: str, home: Path, problems: Problems) -> bytes | None:
    place = Span(path, 1, 1)
    try:
        real = _real(file)
        if real is not None and not real.is_relative_to(home):
            _refuse_link(path, problems)
            return None
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            problems.add(codes.UNREADABLE, place, "this is not a file", fix="remove it from the folder")
            return None
        most = MAX_BYTES if file.suffix in _TEXT else MEDIA_MOST
        if status.st_size > most:
            report_too_large(path, status.st_size, problems, most=most)
            return None
        return file.read_bytes()
    except OSError as error:
        problems.add(
            codes.UNREADABLE,
            place,
            f"the file cannot be read: {error.strerror}",
            fix="give the server's account the right to read it",
        )
        return None
