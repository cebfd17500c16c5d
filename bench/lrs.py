"""How fast the LRS takes statements and finds them, with much in its store, over HTTP, with every check on.

    python -m bench.lrs --sizes 100000 1000000
    python -m bench.lrs --sizes 100000 --database postgresql

For each size: a store with so many statements, `lms run` with two processes, and from one more process: single POSTs on
8 connections, batches of 100 on 2, and voidings, references and each kind of question on one. Beside the batches, the
same rows are put into a copy of the tables without HTTP and without a look at them: the floor. Every answer is checked.
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


def floor(store, client, seconds):
    """Return how many statements a second the same rows make, put into the tables and nothing else, 100 at a time."""
    maker, done, spent = Maker(f"{RUN}-floor-{time.time_ns()}"), 0, 0.0
    while spent < seconds:
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
                    {"mark": one, "direct": direct, "statement_seq": seq} for one, direct in marks(each, client.author)
                ]
            began = time.perf_counter()
            uow.connection.execute(insert(lrs_statement), rows)
            uow.connection.execute(insert(lrs_reference), refs)
            uow.connection.commit()
            spent += time.perf_counter() - began
        done += 100
    return done / spent


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


async def post(port, basic, lines, batch, seconds, seed):
    """Return how many statements a second are taken, and the times of the requests. They are made ready beforehand."""
    ready = max(20, 4000 // (lines * batch)) * (1 if batch == 1 else 5)
    stacks = []
    for number in range(lines):
        maker = Maker(f"{RUN}-{seed}-{number}")
        made = [[maker.statement() for _ in range(batch)] for _ in range(ready)]
        stacks.append(
            [([each["id"] for each in some], json.dumps(some if batch > 1 else some[0]).encode()) for some in made]
        )
    times, end = [], time.perf_counter() + seconds

    async def one(stack):
        async with Line(port, basic) as line:
            for ids, body in stack:
                began = time.perf_counter()
                status, answer = await line.ask("POST", "statements", body)
                times.append(time.perf_counter() - began)
                assert status == 200, answer
                assert json.loads(answer) == ids
                if time.perf_counter() > end:
                    return

    began = time.perf_counter()
    await asyncio.gather(*map(one, stacks))
    return len(times) * batch / (time.perf_counter() - began), times


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
    asked.add_argument("--database", default="")
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--keep", type=Path, help="folder of the store, to use it again")
    given = asked.parse_args()
    with ExitStack() as stack:
        measure(given, stack)


def measure(given: argparse.Namespace, stack: ExitStack) -> None:
    """Fill a store to each size in turn, and measure."""
    folder = given.keep or Path(tempfile.mkdtemp(prefix="lms-bench-lrs-"))
    if given.keep is None:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    (folder / "content").mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {"LMS_DATA": str(folder / "data"), "LMS_CONTENT": str(folder / "content"), "LMS_PORT": str(port)}
    if database := find_database(given.database, folder, stack):
        environ["LMS_DATABASE_URL"] = database
    settings = load(environ)
    store = open_store(settings)
    upgrade(store.engine)
    name = f"bench-{port}"
    with store.work() as uow:
        client, secret = clients.add_client(uow, name, ["all"], per_minute=1_000_000)
    basic = "Basic " + base64.b64encode(f"{client.key}:{secret}".encode()).decode()
    try:
        for size in sorted(given.sizes):
            fill(store, client, size)
            server = start(environ, port)
            try:
                print(f"\n{size:,} statements stored, {'PostgreSQL' if given.database else 'SQLite'}")
                single, times = asyncio.run(post(port, basic, 8, 1, given.seconds, size))
                print(
                    f"  single POST          {single:8,.0f}/s   p50 {share(times, 0.5):.1f} ms  p95 {share(times, 0.95):.1f} ms"
                )
                bare = floor(store, client, given.seconds / 3)
                batches, times = asyncio.run(post(port, basic, 2, 100, given.seconds, -size))
                print(f"  batches of 100       {batches:8,.0f} statements/s   p50 {share(times, 0.5):.0f} ms")
                print(f"  the rows alone       {bare:8,.0f} statements/s   the LRS has {batches / bare:.2f} of it")
                for kind, took in asyncio.run(refer(port, basic, given.rounds)).items():
                    print(f"  POST {kind:17} p50 {share(took, 0.5):5.1f} ms   p95 {share(took, 0.95):5.1f} ms")
                for kind, took in asyncio.run(get(port, basic, given.rounds, size)).items():
                    print(f"  GET {kind:18} p50 {share(took, 0.5):5.1f} ms   p95 {share(took, 0.95):5.1f} ms")
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(30)
    finally:
        store.engine.dispose()


if __name__ == "__main__":
    main()
