"""SQLite's log, folded back into the file beside those who write, so that none of them waits for the disk.

What is committed goes to the end of a log, and has to be written once more, to its place in the file. SQLite lets whoever
commits do that when the log has grown long: some tenth of a second, of somebody's answer. Here the worker process does
it, every few moments, while the others go on.

F1  nobody who writes waits for it, but for the last few pages when others have written without a pause
F2  without a worker the log is folded back as ever, only later (`work.LOG_PAGES`)
F3  who reads for long is waited for by nobody: what he still needs of the log is folded back another time
"""

from sqlalchemy import Connection

from lms.base.store.schema import reachable
from lms.base.store.work import BUSY_SECONDS, LOG_PAGES, Store
from lms.kernel.settings import Settings

PAUSE = 2.0
"""Seconds between two times; a page that was changed twice meanwhile is written once."""
ROUNDS = 3
"""How often what was written meanwhile is folded back as well: each time it is less."""
LONG = LOG_PAGES // 8
"""Pages of a log that is worth the few milliseconds for which those who write are kept out, to let it begin anew."""
NEVER = 3600.0


def fold(store: Store, _settings: Settings) -> float:
    """Fold the log back; return the seconds until the next time. On PostgreSQL there is nothing to do."""
    if store.engine.dialect.name != "sqlite":
        return NEVER
    with reachable(), store.engine.connect() as connection:
        pages = -1
        for _round in range(ROUNDS):
            before = pages
            pages, folded = _checkpoint(connection, "PASSIVE")
            if pages == before or folded < pages:
                return PAUSE  # nobody has written meanwhile; another does it; or somebody reads what was (F3)
    if pages > LONG:
        with store.work() as uow:
            uow.queue_up()
            _checkpoint(uow.connection, "FULL")
    return PAUSE


def _checkpoint(connection: Connection, how: str) -> tuple[int, int]:
    """Write what is in the log to the file, as far as that waits for nobody.

    Return how many pages the log had then, and how many of them are in the file; -1 and -1 if another does it.
    """
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        _was_busy, pages, folded = connection.exec_driver_sql(f"PRAGMA wal_checkpoint({how})").one()
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return pages, folded
