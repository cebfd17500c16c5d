"""How fast the LRS takes statements and finds them, with little and with much in its store, over HTTP, every check on.

    python -m bench.lrs --sizes 100000 1000000
    python -m bench.lrs --sizes 100000 --database postgresql

For each size: a store with so many statements and `lms run` with two processes. One more process asks them in turn, so
that a slow minute of the machine meets all: single POSTs on 8 connections, batches of 100 on 4, and voidings, references
and each kind of question on one. Beside the batches, the same rows are put into the tables without HTTP and without a
look at them: the floor. Every answer is checked. With two sizes, what is printed last is what the second has of the
first's rate, or needs of its time.
"""

import argparse
import asyncio
import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, insert, select

from bench.postgresql import find_database
from lms.app import open_store
from lms.base.store.upgrade import upgrade
from lms.kernel.settings import load
from lms.records.lrs import clients
from lms.records.lrs.model import marks
from lms.records.lrs.service import Incoming, keep
from lms.records.lrs.tables import lrs_reference, lrs_statement

LEARNERS, ACTIVITIES, COURSES, VERBS = 100, 2_000, 50, 12
"""So many that each question has a full answer of 25 statements with 100,000 stored, and so no fuller one with a million."""
CHUNK = 10_000
FULL = 100_000
RUN = time.time_ns()
"""So that a run with a store that was kept sends statements that are new there."""


class Maker:
    """Makes statements as a course's content would send them: about 1.1 kB each."""

    def __init__(self, seed):
        self.dice = Random(seed)

    def learner(self):
        return {
            "objectType": "Agent",
            "account": {"homePage": "https://sso.example.org", "name": f"l-{self.dice.randrange(LEARNERS)}"},
        }

    def statement(self):
        dice = self.dice
        number, course = dice.randrange(ACTIVITIES), dice.randrange(COURSES)
        name = {"en-GB": f"Activity {number}", "cy": f"Gweithgaredd {number}"}
        verb = dice.randrange(VERBS)
        return {
            "id": str(UUID(int=dice.getrandbits(128), version=4)),
            "timestamp": "2026-11-22T10:00:00.123Z",
            "actor": self.learner(),
            "verb": {"id": f"https://example.org/verbs/{verb}", "display": {"en-GB": f"verb {verb}"}},
            "object": {
                "objectType": "Activity",
                "id": f"https://example.org/activities/{number}",
                "definition": {
                    "name": name,
                    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                    "interactionType": "choice",
                    "choices": [{"id": each, "description": {"en-GB": f"Choice {each}"}} for each in ("a", "b", "c")],
                    "correctResponsesPattern": ["a"],
                },
            },
            "result": {"response": "a", "success": True, "duration": "PT12.5S", "score": {"scaled": 0.5, "raw": 5}},
            "context": {
                "registration": str(UUID(int=dice.randrange(LEARNERS * 5), version=4)),
                "contextActivities": {
                    "parent": [{"id": f"https://example.org/courses/{course}/part"}],
                    "grouping": [{"id": f"https://example.org/courses/{course}"}],
                    "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}],
                },
                "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": str(dice.getrandbits(64))},
            },
        }


def fill(store, client, count):
    """Put statements into the store, as they would be kept, until there are `count`."""
    with store.work() as uow:
        have = uow.connection.scalar(select(func.count()).select_from(lrs_statement)) or 0
    maker = Maker(f"{RUN}-{have}")
    while have < count:
        size = min(CHUNK, count - have)
        given = [maker.statement() for _ in range(size)]
        rows = [Incoming(each, json.dumps(each)[:-1], each["id"]) for each in given]
        with store.work() as uow:
            uow.lock("lrs")
            keep(uow, rows, by=client.author)
        have += size
        print(f"\r{have:,} statements stored", end="", file=sys.stderr)
    print(file=sys.stderr)


def floor(store, client, count):
    """Return in how many seconds `count` statements are put into the tables and nothing else, 100 at a time."""
    maker, spent = Maker(f"{RUN}-floor-{time.time_ns()}"), 0.0
    for _ in range(count // 100):
        given = [maker.statement() for _ in range(100)]
        with store.work() as uow:
            uow.lock("lrs")
            seq, stored = uow.connection.execute(
                select(func.max(lrs_statement.c.seq), func.max(lrs_statement.c.stored))
            ).one()
            rows, refs = [], []
            for each in given:
                seq, stored = seq + 1, stored + timedelta(microseconds=1)
                body = json.dumps(each)
                row = {"seq": seq, "id": each["id"], "stored": stored, "verb": each["verb"]["id"], "body": body}
                rows.append({**row, "voided": False, "private": False, "client_id": client.id})
                refs += [
                    {"mark": one, "direct": direct, "statement_seq": seq}
                    for one, direct in marks(each, client.author).items()
                ]
            began = time.perf_counter()
            uow.connection.execute(insert(lrs_statement), rows)
            uow.connection.execute(insert(lrs_reference), refs)
            uow.connection.commit()
            spent += time.perf_counter() - began
    return spent


class Line:
    """A connection to the server."""

    def __init__(self, port, basic):
        self.port, self.basic = port, basic

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_error):
        self.writer.close()

    async def ask(self, method, path, body=b""):
        head = (
            f"{method} /xapi/{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: {self.basic}\r\n"
            f"X-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(answer[9:12]), await self.reader.readexactly(length)


async def post(port, basic, lines, batch, count):
    """Return in how many seconds `count` statements are taken, and the times of the requests. They are made ready before."""
    stacks = []
    for number in range(lines):
        maker = Maker(f"{RUN}-{time.time_ns()}-{number}")
        made = [[maker.statement() for _ in range(batch)] for _ in range(count // lines // batch)]
        stacks.append(
            [([each["id"] for each in some], json.dumps(some if batch > 1 else some[0]).encode()) for some in made]
        )
    times = []

    async def one(stack):
        async with Line(port, basic) as line:
            for ids, body in stack:
                began = time.perf_counter()
                status, answer = await line.ask("POST", "statements", body)
                times.append(time.perf_counter() - began)
                assert status == 200, answer
                assert json.loads(answer) == ids

    began = time.perf_counter()
    await asyncio.gather(*map(one, stacks))
    return time.perf_counter() - began, times


async def refer(port, basic, rounds):
    """Return the times of POSTs that void a statement, and that refer to one, whose marks many others carry."""
    maker, found = Maker(f"{RUN}-{time.time_ns()}"), {}
    verbs = {"voiding": "http://adlnet.gov/expapi/verbs/voided", "StatementRef": "https://example.org/verbs/1"}
    async with Line(port, basic) as line:
        for _ in range(rounds):
            for name, verb in verbs.items():
                target = maker.statement()
                status, body = await line.ask("POST", "statements", json.dumps(target).encode())
                assert status == 200, body
                given = {"objectType": "StatementRef", "id": target["id"]}
                given = {"actor": target["actor"], "verb": {"id": verb}, "object": given}
                began = time.perf_counter()
                status, body = await line.ask("POST", "statements", json.dumps(given).encode())
                found.setdefault(name, []).append(time.perf_counter() - began)
                assert status == 200, body
    return found


def questions(dice):
    """Return each kind of question, about something that is there."""
    maker = Maker(dice.random())
    given = maker.statement()
    agent, course = json.dumps(given["actor"]), f"https://example.org/courses/{dice.randrange(COURSES)}"
    return {
        "newest 25": {},
        "agent": {"agent": agent},
        "activity": {"activity": given["object"]["id"]},
        "verb": {"verb": given["verb"]["id"]},
        "registration": {"registration": given["context"]["registration"]},
        "agent and verb": {"agent": agent, "verb": given["verb"]["id"]},
        "related_activities": {"activity": course, "related_activities": "true"},
        "related_agents": {"agent": agent, "related_agents": "true"},
    }


async def get(port, basic, rounds, size):
    """Return the times of each kind of question."""
    found = {}
    dice = Random(7)
    async with Line(port, basic) as line:
        for number in range(rounds + 5):
            for name, params in questions(dice).items():
                began = time.perf_counter()
                status, body = await line.ask("GET", f"statements?{urlencode({**params, 'limit': '25'})}")
                took = time.perf_counter() - began
                assert status == 200, body
                answer = json.loads(body)
                assert size < FULL or len(answer["statements"]) == 25, name
                if number >= 5:
                    found.setdefault(name, []).append(took)
    return found


def share(times, part):
    return sorted(times)[min(len(times) - 1, int(part * len(times)))] * 1000


class Stand:
    """A store of some size, a server on it, and what was measured there."""

    def __init__(self, folder: Path, database: str, size: int, stack: ExitStack) -> None:
        (folder / "content").mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environ = {"LMS_DATA": str(folder / "data"), "LMS_CONTENT": str(folder / "content"), "LMS_PORT": str(self.port)}
        if address := find_database(database, folder, stack):
            environ["LMS_DATABASE_URL"] = address
        self.size = size
        self.store = open_store(load(environ))
        stack.callback(self.store.engine.dispose)
        upgrade(self.store.engine)
        with self.store.work() as uow:
            self.client, secret = clients.add_client(uow, f"bench-{self.port}", ["all"], per_minute=1_000_000)
        self.basic = "Basic " + base64.b64encode(f"{self.client.key}:{secret}".encode()).decode()
        fill(self.store, self.client, size)
        server = start(environ, self.port)
        stack.callback(server.wait, 30)
        stack.callback(server.send_signal, signal.SIGTERM)
        self.seconds: dict[str, list[float]] = {}
        self.times: dict[str, list[float]] = {}

    def measure(self, given: argparse.Namespace) -> None:
        """Do everything once."""
        for name, lines, batch, count in (("single POST", 8, 1, given.singles), ("batches of 100", 4, 100, given.many)):
            seconds, times = asyncio.run(post(self.port, self.basic, lines, batch, count))
            self.seconds.setdefault(name, []).append(seconds)
            self.times.setdefault(name, []).extend(times)
        self.seconds.setdefault("the rows alone", []).append(floor(self.store, self.client, given.many))
        for asked, name in ((refer(self.port, self.basic, given.rounds), "POST"), (self.ask(given.rounds), "GET")):
            for kind, took in asyncio.run(asked).items():
                self.times.setdefault(f"{name} {kind}", []).extend(took)

    def ask(self, rounds):
        return get(self.port, self.basic, rounds, self.size)

    def rate(self, name: str, count: int) -> float:
        """Return how many statements a second were taken, in all turns."""
        seconds = self.seconds[name]
        return len(seconds) * count / sum(seconds)


def start(environ, port):
    process = subprocess.Popen(
        [sys.executable, "-m", "lms", "run"], env={**os.environ, **environ}, stdout=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            if time.monotonic() > end:
                process.kill()
                raise
            time.sleep(0.2)
    time.sleep(3)
    return process


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    asked.add_argument("--database", default="", help="postgresql, or the address of an empty one for one size")
    asked.add_argument("--turns", type=int, default=8)
    asked.add_argument("--singles", type=int, default=1_600, help="single POSTs of a turn")
    asked.add_argument("--many", type=int, default=4_000, help="statements of a turn that come in batches")
    asked.add_argument("--rounds", type=int, default=30, help="questions of each kind in a turn")
    asked.add_argument("--keep", type=Path, help="folder of the stores, to use them again")
    given = asked.parse_args()
    if "://" in given.database and len(given.sizes) > 1:
        asked.error("one database holds one size")
    with ExitStack() as stack:
        folder = given.keep or Path(tempfile.mkdtemp(prefix="lms-bench-lrs-"))
        if given.keep is None:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stands = [Stand(folder / str(size), given.database, size, stack) for size in sorted(given.sizes)]
        for _turn in range(given.turns):
            for each in stands:
                each.measure(given)
        report(stands, given)


def report(stands: Sequence[Stand], given: argparse.Namespace) -> None:
    """Print what was measured, the sizes side by side."""
    counts = {"single POST": given.singles, "batches of 100": given.many, "the rows alone": given.many}
    print(f"\n{'PostgreSQL' if given.database else 'SQLite':38}", *(f"{each.size:>17,}" for each in stands))
    for name, count in counts.items():
        rates = [each.rate(name, count) for each in stands]
        print(f"{name:24} statements/s ", *(f"{rate:17,.0f}" for rate in rates), *compared(rates))
    of_floor = [each.rate("batches of 100", given.many) / each.rate("the rows alone", given.many) for each in stands]
    print(f"{'batches to rows alone':38}", *(f"{part:17.2f}" for part in of_floor))
    for name in stands[0].times:
        middles = [share(each.times[name], 0.5) for each in stands]
        cells = (
            f"{middle:8.1f} {share(each.times[name], 0.95):8.1f}" for middle, each in zip(middles, stands, strict=True)
        )
        print(f"{name:24} p50, p95 in ms", *cells, *compared(middles))


def compared(values: Sequence[float]) -> list[str]:
    return [f"{values[-1] / values[0]:8.2f}"] if len(values) > 1 else []


if __name__ == "__main__":
    main()
