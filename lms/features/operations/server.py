"""The processes of `lms run` (the only importer of granian): a supervisor (this one), web processes, and one worker.

    supervisor ─┬─ web processes    forked by granian, and again when one dies
                └─ worker           `lms work`, started again from here when it dies

The children look every second whether their supervisor is still there, and leave when it is not (O3).
"""

import http.client
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lms.features.operations.worker import LEAVE, SUPERVISOR, Worker
from lms.kernel.errors import Unavailable
from lms.kernel.settings import Settings

log = structlog.get_logger()


def require_port(settings: Settings, *, patience: float = 3.0) -> None:
    """Raise Unavailable unless the address is free; a server that is just leaving gets a moment to do so."""
    until = time.monotonic() + patience
    while problem := _port_problem(settings):
        if time.monotonic() > until or problem.errno not in _TAKEN:
            raise Unavailable(
                f"Port {settings.port} at {settings.host} is in use by another program."
                if problem.errno in _TAKEN
                else f"This machine cannot listen at {settings.host}, port {settings.port}.",
                why=f"The system says: {problem.strerror}.",
                fix="Stop the other program, or choose another: LMS_PORT=8081 (and LMS_HOST).",
            )
        time.sleep(0.2)


_TAKEN = {98, 48, 10048}
"""'Address already in use' on Linux, macOS and Windows."""


def _port_problem(settings: Settings) -> OSError | None:
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        ):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        return error
    return None


def serve(settings: Settings, application: str, *, started: Callable[[], None]) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; then finish what is being done, stop every process and return.

    `started` is called once the first request has been answered.
    """
    os.environ[SUPERVISOR] = str(os.getpid())
    logging.getLogger("_granian").addFilter(_worth_saying)
    server = Granian(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=settings.processes,
        blocking_threads=settings.threads,
        backpressure=max(64, settings.threads * 4),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=LEAVE,
        log_level=LogLevels.error,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}, "handlers": {}, "formatters": {}},
    )
    worker = Worker()

    @server.on_startup
    def begin() -> None:
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)  # a closed terminal stops it, as Ctrl-C does
        worker.start()
        threading.Thread(target=_announce, args=(settings, started), name="announcer", daemon=True).start()

    try:
        server.serve()
    except SystemExit:
        if not server.interrupt_signal:  # a child that was told to stop before us is no failure
            raise
    finally:
        worker.stop()
        log.info("stopped")


def _worth_saying(record: logging.LogRecord) -> bool:
    """Leave out that threads outnumber processors: they wait for the database, and are meant to."""
    return not record.getMessage().startswith("Configuration allows spawning")


def _announce(settings: Settings, started: Callable[[], None]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - asked, not bound
    while True:
        connection = http.client.HTTPConnection(host, settings.port, timeout=5)
        try:
            connection.request("GET", "/operations/live", headers={"Host": urlsplit(settings.address).netloc})
            if connection.getresponse().status == http.client.OK:
                started()
                return
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.1)
