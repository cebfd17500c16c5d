"""A decision with everything in it (sign-in, CSRF, statements, outbox) against the floor, interleaved, in one run.

    python -m bench.decision [--database URL] [--stored 1000000] [--rounds 3] [--seconds 5]

Prints pairs (POST and GET) a second, CPU a pair at the server, tails at 8 and 32 learners, and memory. Without a URL on
SQLite in a temporary folder. `--stored` fills the store with that many statements first.
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
from pathlib import Path
from types import SimpleNamespace

import orjson
import psutil
from sqlalchemy import func, insert, select, text

from bench import floor, load
from lms.app import open_store
from lms.base.store.upgrade import upgrade
from lms.engine.xapi.references import references
from lms.kernel.settings import load as load_settings
from lms.learning.attempts import service as attempts
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.records.lrs.tables import lrs_reference, lrs_statement
from lms.records.tracking import endpoints
from lms.records.tracking.vault import Vault

PASSWORD = "seven calm otters"
LEARNERS = 32
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
    """Multiply the statements in the store until there are `count`: new ids and times, everything else as it was."""
    with store.work() as uow:
        bodies = [orjson.loads(body) for body in uow.connection.scalars(select(lrs_statement.c.body).limit(64))]
        have = uow.connection.scalar(select(func.count()).select_from(lrs_statement)) or 0
        rows = list(uow.connection.execute(select(lrs_statement).limit(64)).mappings())
    while have < count:
        size = min(20_000, count - have)
        with store.work() as uow:
            first = (uow.connection.scalar(select(func.max(lrs_statement.c.seq))) or 0) + 1
            last = uow.connection.scalar(select(func.max(lrs_statement.c.stored)))
            made, refs = [], []
            for number in range(size):
                pick = number % len(rows)
                statement_id = str(uow.ids.uuid())
                body = {**bodies[pick], "id": statement_id}
                stored = last.__class__.fromtimestamp(last.timestamp() + (number + 1) / 1e4, last.tzinfo)
                made.append(
                    {
                        **rows[pick],
                        "seq": first + number,
                        "id": statement_id,
                        "stored": stored,
                        "body": orjson.dumps(body).decode(),
                    }
                )
                refs += [
                    {"kind": each.kind, "key": each.key, "relation": each.relation, "statement_seq": first + number}
                    for each in references(body)
                ]
            uow.connection.execute(insert(lrs_statement), made)
            uow.connection.execute(insert(lrs_reference), refs)
        have += size
        print(f"\r{have:,} statements stored", end="", file=sys.stderr)
    print(file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", default="")
    parser.add_argument("--floor-database", default="")
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    content = folder / "content"
    write_content(content)
    port, floor_port = free_port(), free_port()
    environ = {
        "LMS_DATA": str(folder / "data"),
        "LMS_CONTENT": str(content),
        "LMS_PORT": str(port),
        "LMS_DATABASE_URL": options.database,
        "LMS_ENDPOINT_PRIVATE": "yes",
        "LMS_PASSWORD_MEMORY": "8",
    }
    settings = load_settings(environ)
    store = open_store(settings)
    upgrade(store.engine)
    me = []
    with store.work() as uow:
        library.refresh(uow, content, uow.now.date())
        failing = [
            str(problem)
            for each in library.list_health(uow, uow.now.date())
            for problem in each.problems
            if problem.severity == "error"
        ]
        assert not failing, "\n".join(failing)
        for number in range(LEARNERS):
            person = people.add_person(
                uow, mail=f"l{number}@example.org", name="Learner", roles=("learner",), password=PASSWORD, memory=8
            )
            me.append(person)
    for person in me:
        with store.work() as uow:
            enrolment.enrol_oneself(uow, person, "bench")
        with store.work() as uow:
            attempt = attempts.start_activity(uow, person, "bench", "ring")
            attempts.begin(uow, person, attempt.id)
    with store.work() as uow:
        add_endpoint(uow, settings)
    if options.stored:
        fill(store, options.stored)
    with store.work() as uow:
        ids = [attempts.list_open(uow, person.id)[0].id for person in me]
        if uow.connection.dialect.name == "postgresql":
            uow.connection.execute(text("ANALYZE"))
    store.engine.dispose()

    server = Server([sys.executable, "-m", "lms", "run"], port, environ)
    floor_url = options.floor_database or options.database or f"sqlite:///{folder / 'floor.sqlite3'}"
    pairs = floor.fill(floor_url, LEARNERS)
    threads = str(settings.threads)
    base = Server(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(floor_port),
         "--workers", str(settings.processes), "--blocking-threads", "1", "bench.floor:make"],
        floor_port, {"FLOOR_DATABASE": floor_url},
    )  # fmt: skip
    print(f"{settings.processes} processes; threads {threads} (ours, taking turns), 1 (floor)")
    try:
        ours = [
            load.Learner(sign_in(port, person.mail), f"/attempts/{one}") for person, one in zip(me, ids, strict=True)
        ]
        theirs = [load.Learner(f"account={one}", f"/attempts/{two}") for one, two in pairs]
        sides = {
            "floor": SimpleNamespace(server=base, learners=theirs, expect=lambda page: b"scene" in page, seen={}),
            "ymarfer": SimpleNamespace(server=server, learners=ours, expect=lambda page: b"Scene" in page, seen={}),
        }
        for count in (8, LEARNERS):
            for _ in range(options.rounds):
                for side in sides.values():
                    before = side.server.cpu()
                    measured = load.run(side.server.port, side.learners[:count], options.seconds, side.expect)
                    used = (side.server.cpu() - before) / max(1, len(measured.times))
                    side.seen.setdefault(count, []).append((measured, used))
        report(sides)
        print(f"memory of our web processes (PSS): {server.memory():.0f} MB")
    finally:
        server.stop()
        base.stop()


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


def report(sides) -> None:
    for count in (8, LEARNERS):
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
        print(
            f"{count:>3} learners  ratio    {rates['ymarfer'] / rates['floor']:.2f} of the floor's rate, {cpus['ymarfer'] / cpus['floor']:.2f} of its CPU"
        )


if __name__ == "__main__":
    main()
