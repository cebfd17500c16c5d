"""The content folder, watched: a change to any file of it is in service within seconds, with the server running.

Files are looked at, not subscribed to: it works the same on network drives and in containers, and of a thousand files
a look takes milliseconds. References fall due with the calendar, so a new day counts as a change.
"""

import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import structlog

from lms.base.store.work import Store
from lms.kernel.settings import Settings
from lms.learning.library import service
from lms.learning.library.files import FOLDERS

SHORTEST = 1.0
"""Seconds between two looks; a folder that takes long to look at is looked at less often."""
SHARE = 50

Glance = tuple[date, tuple[tuple[str, int, int], ...]]
log = structlog.get_logger()


class ContentWatch:
    """What was seen at the last look."""

    def __init__(self) -> None:
        self._seen: Glance | None = None

    def look(self, store: Store, settings: Settings) -> float:
        """Bring the library in step if anything changed; return the seconds until the next look.

        Raises Unavailable when the content folder or the database is away; what is in service stays there.
        """
        began = time.perf_counter()
        seen = (store.clock.now().date(), tuple(_files(settings.content)))
        took = time.perf_counter() - began
        if seen != self._seen:
            refresh(store, settings)
            self._seen = seen
        return max(SHORTEST, took * SHARE)


def refresh(store: Store, settings: Settings) -> None:
    """Bring the library in step with the content folder."""
    with store.work() as uow:
        done = service.refresh(uow, settings.content, uow.now.date())
    if done.published or done.failing or done.gone:
        log.info("content_refreshed", published=len(done.published), failing=len(done.failing), gone=len(done.gone))


def _files(root: Path) -> Iterator[tuple[str, int, int]]:
    for parent in FOLDERS.values():
        for folder, names, files in os.walk(root / parent):
            names.sort()
            for name in sorted(files):
                path = os.path.join(folder, name)  # noqa: PTH118 - a thousand times a second, text is what it costs
                try:
                    found = os.stat(path, follow_symlinks=False)  # noqa: PTH116
                except OSError:
                    continue  # gone between the listing and the look: the next one sees it
                yield path, found.st_mtime_ns, found.st_size
