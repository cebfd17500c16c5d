"""A decision with everything in it (sign-in, CSRF, statements, outbox) against the floor, interleaved, in one run.

    python -m bench.decision [--database sqlite|postgresql] [--stored 1000000] [--rounds 3] [--seconds 5]

Prints pairs (POST and GET) a second, CPU a pair at the server, tails at 8 and 32 learners, and memory. Everything lies in
a temporary folder; `postgresql` starts a server for this run. `--stored` adds a third side: the product with that many
statements in its store.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import orjson
import psutil
from sqlalchemy import func, insert, select, text

from bench import floor, load
from bench.postgresql import start_postgresql
from lms.app import open_store
from lms.base.store.upgrade import upgrade
from lms.kernel.settings import load as load_settings
from lms.learning.attempts import service as attempts
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.records.lrs.model import marks
from lms.records.lrs.service import own_author
from lms.records.lrs.tables import lrs_reference, lrs_statement
from lms.records.tracking import endpoints
from lms.records.tracking.vault import Vault

PASSWORD = "seven calm otters"
LEARNERS = 32
COUNTS = (8, LEARNERS)
PROSE = "You reach for the tray. She pulls her sleeve down over her wrist, too late. " * 12


def write_content(root: Path) -> None:
    """A course of one scenario that goes round in a ring, so that a run never ends while it is measured."""
    scenes = []
    for number in range(20):
        following = f"s{(number + 1) % 20}"
        target = "end" if number == 19 else following
        scenes.append(
            f"## Scene {number} {{#s{number}}}\n\n{PROSE}\n\n**Eluned:** It is nothing. You won't tell anyone?\n\n"
            f"- [I will be honest with you](#{following}) {{#best-{number}}}\n"
            f"  ::: choice\n  rating: best\n  effects: [voice +1, n +1]\n  :::\n  She nods.\n"
            f"- [I promise, nobody will hear of it](#{following}) {{#poor-{number}}}\n"
            f"  ::: choice\n  rating: unsafe\n  effects: [voice -1, set promised]\n  why_plausible: It calms her.\n  :::\n"
            f"- [Let us talk later about it](#{target}) {{#late-{number}}}\n"
            f"  ::: choice\n  rating: defensible\n  when: n < 0\n  why_plausible: It gives time.\n  :::\n\n"
            f"::: debrief {{#about-{number}}}\nfor: [best-{number}, poor-{number}, late-{number}]\nexpert: best-{number}\nwhy: Because.\nref: wsp\n:::\n"
        )
    scenario = root / "scenarios" / "ring"
    scenario.mkdir(parents=True)
    (scenario / "scenario.md").write_text(
        "---\nscenario: ring\ntitle: Ring\nminutes: 10..20\ncharacters: {eluned: {name: Eluned}}\n"
        "competencies: {voice: {range: -10..10, says: Her voice}}\nvariables: {promised: flag, n: {range: -8..8}}\n"
        "references: {wsp: {title: Procedures, issuer: Wales, checked: 2026-11-01, review_by: 2099-05-01}}\n"
        "pass: voice >= 2\nprebrief: A rehearsal.\ncontent_note: None.\n---\n\n"
        + "\n".join(scenes)
        + "\n## The end {#end}\n\n::: scene\nkind: ending\nband: strong\nsuccess: yes\n:::\n\nIt is over.\n"
    )
    course = root / "courses" / "bench"
    course.mkdir(parents=True)
    (course / "course.yaml").write_text(
        "course: bench\ntitle: Bench\nsummary: For measuring.\nlevel: novice\nnation: wales\nlanguage: en\n"
        "enrolment: open\noutcomes: {one: Measure}\nactivities:\n"
        "  - {scenario: ring, title: Ring, minutes: 10, tries: unlimited, debrief: no}\n"
    )


class Server:
    """A server of two processes, and what its processes have used."""

    def __init__(self, command: list[str], port: int, environ: dict[str, str]) -> None:
        self.port = port
        self.process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.1)
        time.sleep(1)

    def web(self) -> list[psutil.Process]:
        return [
            each
            for each in psutil.Process(self.process.pid).children(recursive=True)
            if each.cmdline()[-1:] != ["work"]
        ]

    def cpu(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self.web())

    def memory(self) -> float:
        return sum(each.memory_full_info().pss for each in self.web()) / 1e6

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sign_in(port: int, mail: str) -> str:
    """Sign in as a browser does; return the cookie."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = opener.open(f"http://127.0.0.1:{port}/people/sign-in").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"csrf_token": token, "mail": mail, "password": PASSWORD}).encode()
    opener.open(f"http://127.0.0.1:{port}/people/sign-in", form).read()
    jar = next(each for each in opener.handlers if isinstance(each, urllib.request.HTTPCookieProcessor)).cookiejar
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def fill(store, count: int) -> None:
    """Multiply the statements in the store until there are `count`: 500 for each of many people, a month's worth."""
    with store.work() as uow:
        rows = list(uow.connection.execute(select(lrs_statement).limit(64)).mappings())
        have = uow.connection.scalar(select(func.count()).select_from(lrs_statement)) or 0
    bodies = [orjson.loads(row["body"]) for row in rows]
    while have < count:
        size = min(20_000, count - have)
        with store.work() as uow:
            first, last = uow.connection.execute(
                select(func.max(lrs_statement.c.seq), func.max(lrs_statement.c.stored))
            ).one()
            made, refs = [], []
            for number in range(first + 1, first + 1 + size):
                if number % 500 == 0 or not made:
                    token, registration = uow.ids.token(), str(uow.ids.uuid())
                body = {**bodies[number % len(rows)], "id": str(uow.ids.uuid())}
                body["actor"] = {**body["actor"], "account": {**body["actor"]["account"], "name": token}}
                body["context"] = {**body["context"], "registration": registration}
                last += timedelta(microseconds=1)
                made.append(
                    {
                        **rows[number % len(rows)],
                        "seq": number,
                        "id": body["id"],
                        "stored": last,
                        "body": orjson.dumps(body).decode(),
                    }
                )
                refs += [
                    {"mark": one, "direct": direct, "statement_seq": number}
                    for one, direct in marks(
                        body, own_author(store.address), private=rows[number % len(rows)]["private"]
                    ).items()
                ]
            uow.connection.execute(insert(lrs_statement), made)
            uow.connection.execute(insert(lrs_reference), refs)
        have += size
        print(f"\r{have:,} statements stored", end="", file=sys.stderr)
    print(file=sys.stderr)


class Side:
    """One of those that are compared: a server, its learners, what its page must hold, and what was seen."""

    def __init__(self, server: Server, learners: list[load.Learner], word: bytes) -> None:
        self.server = server
        self.learners = learners
        self.word = word
        self.seen: dict[int, list[tuple[load.Measured, float]]] = {}

    def measure(self, count: int, seconds: float) -> None:
        """Let `count` learners decide for some seconds."""
        before = self.server.cpu()
        measured = load.run(self.server.port, self.learners[:count], seconds, lambda page: self.word in page)
        used = (self.server.cpu() - before) / max(1, len(measured.times))
        self.seen.setdefault(count, []).append((measured, used))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lms-bench-", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        on_postgresql = (
            start_postgresql(folder, stack, "floor", "ymarfer", "stored") if options.database == "postgresql" else {}
        )
        sides = {"floor": start_floor(on_postgresql.get("floor", f"sqlite:///{folder / 'floor.sqlite3'}"))}
        stack.callback(sides["floor"].server.stop)
        sides["ymarfer"] = start_product(folder / "ymarfer", on_postgresql.get("ymarfer", ""), 0)
        stack.callback(sides["ymarfer"].server.stop)
        if options.stored:
            sides["stored"] = start_product(folder / "stored", on_postgresql.get("stored", ""), options.stored)
            stack.callback(sides["stored"].server.stop)
        for count in COUNTS:
            for _ in range(options.rounds):
                for side in sides.values():
                    side.measure(count, options.seconds)
        report(sides)


def start_floor(url: str) -> Side:
    """Start the floor with one thread in each of two processes: what suits it best."""
    pairs = floor.fill(url, LEARNERS)
    port = free_port()
    server = Server(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port),
         "--workers", "2", "--blocking-threads", "1", "bench.floor:make"],
        port, {"FLOOR_DATABASE": url},
    )  # fmt: skip
    return Side(server, [load.Learner(f"account={one}", f"/attempts/{two}") for one, two in pairs], b"scene")


def start_product(folder: Path, database: str, stored: int) -> Side:
    """Start the product as `lms run` does, with everybody signed in and in a run, and so many statements stored."""
    content, port = folder / "content", free_port()
    write_content(content)
    environ = {
        "LMS_DATA": str(folder / "data"),
        "LMS_CONTENT": str(content),
        "LMS_PORT": str(port),
        "LMS_DATABASE_URL": database,
        "LMS_ENDPOINT_PRIVATE": "yes",
        "LMS_PASSWORD_MEMORY": "8",
    }
    settings = load_settings(environ)
    store = open_store(settings)
    upgrade(store.engine)
    with store.work() as uow:
        library.refresh(uow, content, uow.now.date())
        health = library.list_health(uow, uow.now.date())
        failing = [str(problem) for each in health for problem in each.problems if problem.severity == "error"]
        assert not failing, "\n".join(failing)
        everybody = [
            people.add_person(
                uow, mail=f"l{number}@example.org", name="Learner", roles=("learner",), password=PASSWORD, memory=8
            )
            for number in range(LEARNERS)
        ]
        add_endpoint(uow, settings)
    tries = []
    for person in everybody:
        with store.work() as uow:
            enrolment.enrol_oneself(uow, person, "bench")
        with store.work() as uow:
            attempt = attempts.start_activity(uow, person, "bench", "ring")
            attempts.begin(uow, person, attempt.id)
            tries.append(attempt.id)
    if stored:
        fill(store, stored)
        if database:  # where it would have been done by itself by now
            with store.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
    store.engine.dispose()
    server = Server([sys.executable, "-m", "lms", "run"], port, environ)
    learners = [
        load.Learner(sign_in(port, person.mail), f"/attempts/{attempt}")
        for person, attempt in zip(everybody, tries, strict=True)
    ]
    return Side(server, learners, b"Scene")


def add_endpoint(uow, settings) -> None:
    endpoints.add_endpoint(
        uow,
        Vault(settings.data),
        name="bench",
        url="http://127.0.0.1:9/xapi/",
        username="a",
        password="b",
        private=True,
    )
    endpoints.pause(uow, "bench")


def report(sides: dict[str, Side]) -> None:
    """Print the medians of all rounds, and how each side stands to the floor and the full store to the empty one."""
    for count in COUNTS:
        rates, cpus = {}, {}
        for name, side in sides.items():
            rounds = side.seen[count]
            rates[name] = statistics.median(measured.rate for measured, _ in rounds)
            cpus[name] = statistics.median(used for _, used in rounds)
            p50, p95, p99 = (
                statistics.median(measured.share(part) for measured, _ in rounds) for part in (0.5, 0.95, 0.99)
            )
            print(
                f"{count:>3} learners  {name:<8} {rates[name]:7.0f} pairs/s  {cpus[name] * 1000:5.2f} ms CPU a pair  "
                f"p50 {p50 * 1000:6.1f} ms  p95 {p95 / p50:4.1f}×  p99 {p99 / p50:4.1f}×"
            )
        for name, base in (("ymarfer", "floor"), ("stored", "ymarfer")):
            if name in sides:
                rate, cpu = rates[name] / rates[base], cpus[name] / cpus[base]
                print(f"{count:>3} learners  {name} has {rate:.2f} of {base}'s rate and {cpu:.2f} of its CPU a pair")
    print(f"memory of our web processes (PSS): {sides['ymarfer'].server.memory():.0f} MB")


if __name__ == "__main__":
    main()
