"""A process that checks, so that the one that talks to the editor never waits.

Jobs come in and answers go out as pickles with a length before them, between processes of ours only. A static job has two
answers: the problems at once, and the names after them; the names are left out when the next job waits already.
"""

import pickle
import select
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import BinaryIO, Literal

from lms.engine.course.compile import compile_course
from lms.engine.scenario.language.banks import read_banks
from lms.engine.scenario.language.compile import FILE, compile_scenario
from lms.engine.scenario.language.parse import Memory, parse
from lms.engine.scenario.language.symbols import Symbols, find_symbols
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.text import SourceFile, decode

LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Job:
    """What to check: the files of a folder as they are in the editor; `name` is the one that was changed."""

    task: Literal["static", "proof"]
    kind: Literal["scenario", "course"]
    path: str
    files: tuple[SourceFile, ...]
    today: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The problems of a job; `bound` says how far a proof went that is not complete."""

    problems: tuple[Problem, ...]
    bound: str = ""
    can_be_proven: bool = False


@lru_cache(maxsize=4)
def _memory_of(path: str) -> Memory:  # noqa: ARG001 - the key
    """Return what was read of a folder before; of the few that are being written at a time."""
    return {}


def names_of(files: Sequence[SourceFile], memory: Memory | None = None) -> Symbols:
    """Return the names of a scenario, those in included files among them."""
    problems = Problems()
    by_name = {file.name: file for file in files}
    source = decode(by_name[FILE].path, by_name[FILE].data, problems) if FILE in by_name else None
    if source is None:
        return Symbols()
    scenario = parse(source, problems, by_name, memory)
    banks = read_banks(files, scenario, problems)
    asked = [banks.find(scene.question, problems) for scene in scenario.scenes if scene.question]
    answers = {
        str(option.id): option.text for question in asked if question for option in question.options if option.id
    }
    return replace(find_symbols(scenario), answers=answers)


def answers(job: Job, memory: Memory) -> Iterator[Found | Symbols]:
    """Yield what there is to say about a job, the most urgent first; scenes that are as they were are not read again."""
    if job.kind == "course":
        yield Found(compile_course(job.path, job.files, today=job.today).problems)
        yield Symbols()
        return
    compiled = compile_scenario(job.files, today=job.today, memory=memory)
    if job.task == "proof":
        proof = prove_scenario(compiled)
        yield Found((*proof.problems, *check_plans(compiled, job.files).problems), proof.bound)
        return
    yield Found(compiled.problems, can_be_proven=compiled.program is not None)
    yield names_of(job.files, memory)


def _exactly(source: BinaryIO, length: int) -> bytes:
    """Read so many bytes of a stream that keeps none back (so that `select` knows what waits); fewer at its end."""
    parts: list[bytes] = []
    while length and (part := source.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    while header := _exactly(source, LENGTH.size):
        job = pickle.loads(_exactly(source, LENGTH.unpack(header)[0]))  # noqa: S301 - our own process wrote it
        for number, answer in enumerate(answers(job, _memory_of(job.path))):
            is_stale = number > 0 and bool(select.select([source], [], [], 0)[0])
            data = pickle.dumps(None if is_stale else answer)
            sink.write(LENGTH.pack(len(data)) + data)
            sink.flush()
            if is_stale:
                break


def main() -> None:
    """Serve the process that started this one."""
    with suppress(BrokenPipeError):  # nobody listens any more
        serve(open(0, "rb", buffering=0, closefd=False), sys.stdout.buffer)  # noqa: SIM115 - standard input, unbuffered
