"""Checking again whenever content changes: `lms check --watch`. Pure but for what it is handed."""

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

PAUSE = 0.5
"""Seconds between two looks at the files."""


def stamp(folders: Iterable[Path]) -> Hashable:
    """Return what changes when a file below the folders does: names, sizes and times, and no content."""
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            try:
                seen = file.stat()
            except OSError:
                continue
            found.append((str(file), seen.st_size, seen.st_mtime_ns))
    return tuple(found)


def watch(look: Callable[[], Hashable], check: Callable[[], None], wait: Callable[[], None]) -> None:
    """Check now and after each change, once the files have been still for a moment; until interrupted."""
    try:
        seen = look()
        check()
        while True:
            wait()
            now = look()
            if now == seen:
                continue
            while now != seen:  # an editor, or git, may still be writing
                seen = now
                wait()
                now = look()
            check()
    except KeyboardInterrupt:
        return
