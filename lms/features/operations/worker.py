"""The worker process: each job in a thread; and how every child of `lms run` leaves when its supervisor has gone (O3)."""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog

from lms.base.store.jobs import Job
from lms.base.store.work import Store
from lms.kernel.errors import LmsError
from lms.kernel.settings import Settings

SUPERVISOR = "YMARFER_SUPERVISOR"
"""Names the supervising process to its children."""
USUAL_PAUSE = 2.0
LONGEST_PAUSE = 60.0
LEAVE = 10
"""Seconds that a process has to finish what it is doing before it is killed."""

log = structlog.get_logger()


class Worker:
    """The worker process, watched by a thread: it is started again when it dies, more slowly each time it dies young.

    It is spawned and not forked with a pipe, as `subprocess` would: the web server forks at the same time, its child would
    hold the pipe's other end, and the watcher would wait for ever.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._pid: int | None = None
        self._watcher = threading.Thread(target=self._watch, name="worker-watcher", daemon=True)

    def start(self) -> None:
        """Start the process and the watch over it."""
        self._watcher.start()

    def stop(self) -> None:
        """Ask the process to leave; kill it when it does not."""
        self._stopping.set()
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self._pid is not None and self._watcher.is_alive():
                with suppress(ProcessLookupError):
                    os.kill(self._pid, how)
            if self._watcher.ident is not None:
                self._watcher.join(LEAVE)

    def _watch(self) -> None:
        pause = 0.5
        command = [sys.executable, "-m", "lms", "work"]
        while not self._stopping.is_set():
            began = time.monotonic()
            self._pid = os.posix_spawn(
                sys.executable, command, os.environ, setpgroup=0, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ]
            )
            _pid, ended = os.waitpid(self._pid, 0)
            if not self._stopping.is_set():
                log.warning("worker_died", status=os.waitstatus_to_exitcode(ended))
                pause = 0.5 if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                self._stopping.wait(pause)


def work(store: Store, settings: Settings, jobs: Sequence[Job]) -> None:
    """Do each job again and again, until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    threads = [
        threading.Thread(target=_repeat, args=(job, store, settings, stopping), name=job.name, daemon=True)
        for job in jobs
    ]
    for thread in threads:
        thread.start()
    log.info("worker_started", jobs=",".join(job.name for job in jobs))
    stopping.wait()
    until = time.monotonic() + LEAVE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _repeat(job: Job, store: Store, settings: Settings, stopping: threading.Event) -> None:
    failures = 0
    while not stopping.is_set():
        try:
            pause = job.run(store, settings)
            failures = 0
        except LmsError as error:
            failures += 1
            pause = min(2.0**failures, LONGEST_PAUSE)
            log.warning("job_waits", job=job.name, kind=type(error).__name__, seconds=pause)
        except Exception:
            failures += 1
            pause = min(2.0**failures, LONGEST_PAUSE)
            log.exception("job_failed", job=job.name, seconds=pause)
        stopping.wait(USUAL_PAUSE if pause is None else pause)


def leave_with_supervisor() -> None:
    """Let this process end when the supervisor that started it has gone; without one, do nothing."""
    if SUPERVISOR in os.environ:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork inherits the supervisor's, which would ignore it
        os.setpgid(0, 0)  # Ctrl-C is for the supervisor alone; two signals at once leave granian hanging
        threading.Thread(target=_mind, args=(int(os.environ[SUPERVISOR]),), name="supervisor", daemon=True).start()


def _mind(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(1)
    log.warning("supervisor_gone")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LEAVE)
    os._exit(1)
