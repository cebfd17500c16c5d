"""Checking beside the conversation: newest text first, stale findings dropped, a proof killed by a newer edit.

edit ──► waiting (one job a folder, the newest) ──► static worker ──► problems ──► published
                                                                 └──► names        │ no errors
                                                    proof worker ◄─────────────────┘
"""

import asyncio
import logging
import pickle
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lms.engine.scenario.language.symbols import Symbols
from lms.features.editor.worker import LENGTH, Found, Job

REST = 0.4
"""Seconds without an edit before anything is proven."""


_log = logging.getLogger(__name__)


class Gone(Exception):  # noqa: N818 - a worker that was stopped is no mistake
    """The worker is no longer there."""


class Worker:
    """One process that checks; started when first needed, and again after it was stopped."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def ready(self) -> Process:
        """Return the running process."""
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                "from lms.features.editor.worker import main; main()",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._process

    async def send(self, job: Job) -> None:
        """Hand over a job. Raises Gone."""
        process = await self.ready()
        data = pickle.dumps(job)
        if process.stdin is None:
            raise Gone
        try:
            process.stdin.write(LENGTH.pack(len(data)) + data)
            await process.stdin.drain()
        except (ConnectionError, RuntimeError) as error:
            raise Gone from error

    async def receive(self) -> Any:
        """Return the next answer. Raises Gone."""
        process = await self.ready()
        if process.stdout is None:
            raise Gone
        try:
            (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            return pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 - our own process wrote it
        except asyncio.IncompleteReadError as error:
            raise Gone from error

    async def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Checks:
    """The checks of one editor: `publish` and `learn` are told what was found, and of which text."""

    def __init__(
        self, publish: Callable[[Job, Found, bool], None], learn: Callable[[Job, Symbols], None], *, rest: float = REST
    ) -> None:
        self._publish, self._learn, self._rest = publish, learn, rest
        self._waiting: dict[str, Job] = {}
        self._newest: dict[str, Job] = {}
        self._static, self._prover = Worker(), Worker()
        self._runner: asyncio.Task[None] | None = None
        self._proof: asyncio.Task[None] | None = None
        self._proving = ""
        self._is_busy = False
        self._is_open = True

    def check(self, job: Job) -> None:
        """Check a folder as it is now; what is being found out about an older text of it is dropped."""
        self._waiting.pop(job.path, None)
        self._waiting[job.path] = self._newest[job.path] = job
        if self._proving == job.path and self._proof is not None:
            self._proof.cancel()
        if self._runner is None or self._runner.done():
            self._runner = _started(self._run())

    def forget(self, path: str) -> None:
        """Drop a folder that is no longer open."""
        self._waiting.pop(path, None)
        self._newest.pop(path, None)

    async def warm(self) -> None:
        """Start the workers before they are needed."""
        await asyncio.gather(self._static.ready(), self._prover.ready())

    async def stop(self) -> None:
        """Stop everything."""
        self._is_open = False
        for task in (self._runner, self._proof):
            if task is not None:
                task.cancel()
        await asyncio.gather(self._static.stop(), self._prover.stop())

    async def _run(self) -> None:
        while self._waiting and self._is_open:
            path = next(reversed(self._waiting))
            job = self._waiting.pop(path)
            try:
                await self._static.send(job)
                found = await self._static.receive()
                if self._is_newest(job):
                    self._publish(job, found, not found.can_be_proven)
                names = await self._static.receive()
            except Gone:
                await self._static.stop()
                continue
            if names is not None:
                self._learn(job, names)
            if found.can_be_proven and self._is_newest(job):
                await self._prove(replace(job, task="proof"), found)

    def _is_newest(self, job: Job) -> bool:
        newest = self._newest.get(job.path)
        return newest is not None and newest.files == job.files

    async def _prove(self, job: Job, static: Found) -> None:
        """Begin the proofs of a text; those of an older one, or of another folder, are stopped."""
        if self._proof is not None and not self._proof.done():
            self._proof.cancel()
            with suppress(asyncio.CancelledError):
                await self._proof
        self._proving = job.path
        self._proof = _started(self._proofs(job, static))

    async def _proofs(self, job: Job, static: Found) -> None:
        began = False
        try:
            await asyncio.sleep(self._rest)
            began = True
            await self._prover.send(job)
            found = await self._prover.receive()
        except Gone:
            await self._prover.stop()
        except asyncio.CancelledError:
            if began:
                await asyncio.shield(self._restart())
            raise
        else:
            if self._is_newest(job):
                self._publish(job, Found((*static.problems, *found.problems), found.bound), True)

    async def _restart(self) -> None:
        await self._prover.stop()
        if self._is_open:
            await self._prover.ready()


def _started(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start something beside; a mistake in it is said, not swallowed."""
    task = asyncio.create_task(work)
    task.add_done_callback(_say_failure)
    return task


def _say_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a check failed: %r", error, exc_info=error)
