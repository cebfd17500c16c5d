"""Which folder of content a document belongs to, and its files as they are in the editor."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from lms.engine.scenario.language.compile import FILE
from lms.engine.source.text import SourceFile
from lms.learning.library.files import Folder, read_folder
from lms.learning.library.model import Kind

COURSE = "course.yaml"
DEEPEST = 4
"""How many folders up from a file its scenario or course may stand."""
FRESH = 3.0
"""Seconds for which a folder is taken as it was read last."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a scenario or course."""

    kind: Kind
    folder: Path

    @property
    def path(self) -> str:
        """What messages call it."""
        return self.folder.as_posix()


def home_of(file: Path, texts: Container[Path] = ()) -> Home | None:
    """Return the folder of content that a file belongs to; None for other files, and for the media of one.

    `texts` are the files that are open: a story that was not saved yet has its folder as well.
    """
    for folder in file.parents[:DEEPEST]:
        if file.name == FILE and folder == file.parent:
            return Home("scenario", folder)
        if file.name == COURSE and folder == file.parent:
            return Home("course", folder)
        if (folder / FILE) in texts or (folder / FILE).exists():
            return Home("scenario", folder)
        if (folder / COURSE) in texts or (folder / COURSE).exists():
            return Home("course", folder)
    return None


class Folders:
    """Folders as they lie on the disk, read again when they may have changed."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[float, Folder]] = {}

    def forget(self) -> None:
        """Read every folder again when it is asked for."""
        self._read.clear()

    def files(self, home: Home, texts: Mapping[Path, str]) -> tuple[SourceFile, ...]:
        """Return a folder's files, those that are open with the text that they have in the editor."""
        read_at, found = self._read.get(home.folder, (0.0, None))
        if found is None or monotonic() - read_at > FRESH:
            is_there = home.folder.is_dir()
            found = read_folder(home.folder, home.kind, home.path) if is_there else _nothing(home)
            self._read[home.folder] = (monotonic(), found)
        files = {file.path: file for file in found.files}
        for path, text in texts.items():
            data, known = text.encode("utf-8", "replace"), files.get(path.as_posix())
            if known is not None:
                files[known.path] = replace(known, data=data)
            elif path.is_relative_to(home.folder):
                files[path.as_posix()] = SourceFile(path.as_posix(), path.relative_to(home.folder).as_posix(), data)
        return tuple(files[path] for path in sorted(files))


def _nothing(home: Home) -> Folder:
    return Folder(home.kind, home.folder.name, home.path, (), ())
