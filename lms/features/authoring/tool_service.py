"""What the tools for authors do with files: lay out, begin. No database."""

from dataclasses import dataclass
from pathlib import Path

from lms.engine.scenario.language.layout import tidy
from lms.engine.scenario.language.starter import starter
from lms.engine.source.media import FOLDER as MEDIA
from lms.features.authoring.service import find
from lms.kernel.errors import Conflict, Invalid, Unavailable
from lms.kernel.ids import is_slug
from lms.learning.library.files import FOLDERS, read_folder, write_file


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What `lms fmt` found: the files that it looked at, and those whose layout was not in order."""

    looked_at: int
    changed: tuple[str, ...]


def lay_out(paths: tuple[Path, ...], *, write: bool) -> LaidOut:
    """Put the layout of every scenario's Markdown files in order; without `write`, only say which are not."""
    looked_at, changed = 0, []
    for place in dict.fromkeys(place for path in paths for place in find(path) if place.kind == "scenario"):
        for file in read_folder(place.folder, place.kind, place.path, ()).files:
            if not file.name.endswith(".md") or file.name.startswith(MEDIA) or file.refusal is not None:
                continue
            looked_at += 1
            data = tidy(file.path, file.data)
            if data != file.data:
                changed.append(file.path)
                if write:
                    write_file(place.folder / file.name, data)
    return LaidOut(looked_at, tuple(changed))


def begin(folder: Path, title: str) -> tuple[Path, ...]:
    """Write a starter scenario into a new folder, whose name is its id; return the files. Raises Invalid, Conflict."""
    if folder.name in FOLDERS.values() or not is_slug(folder.name):
        raise Invalid(
            f"'{folder.name}' cannot be the id of a scenario.",
            why="The folder's name is the scenario's id: lower-case letters a-z, digits and hyphens.",
            fix="Name a new folder, such as: lms new scenarios/first-night",
        )
    if any("\ud800" <= sign <= "\udfff" for sign in title):
        raise Invalid("The title is no plain text.", fix="Write it in UTF-8, or into the file afterwards.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is there already.", why="Nothing is written over.", fix="Name a new folder.")
    written = []
    for name, text in starter(folder.name, title).items():
        file = folder / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Unavailable(f"The file {file} cannot be written: {error.strerror}.") from error
        written.append(file)
    return tuple(written)
