"""How fast one worker delivers to an endpoint that answers at once, and whether its memory grows.

    python -m bench.delivery [--statements 100000] [--database postgresql]

Statements of about 1.1 kB are recorded for one endpoint, and `lms relay` delivers them over HTTP to a server in a process
of its own, which reads each, keeps its id and answers with the ids. At the end it has every id, once.

Musts: 1,000 statements a second; memory (PSS) after the last statement as after the first tenth.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from sqlalchemy import func, select

from bench.lrs import Maker
from bench.postgresql import find_database
from lms.app import open_store
from lms.base.store.upgrade import upgrade
from lms.kernel.settings import load
from lms.records.tracking import service
from lms.records.tracking.model import State
from lms.records.tracking.tables import tracking_delivery

CHUNK = 1_000


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, taken: list[str]) -> None:
    """Take every statement that comes on a connection."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            given = json.loads(await reader.readexactly(length)) if length else []
            ids = [each["id"] for each in (given if isinstance(given, list) else [given])]
            taken += ids
            body = json.dumps(ids).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def receive() -> None:
    """Be the endpoint: print the port, and for each line of standard input how many statements came, and how many ids."""
    taken: list[str] = []
    server = await asyncio.start_server(lambda reader, writer: answer(reader, writer, taken), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(len(taken), len(set(taken)), flush=True)


def statements(maker: Maker, address: str, count: int) -> list[dict]:
    """Return statements as they are recorded here: about a person who is known by a token."""
    made = [maker.statement() for _ in range(count)]
    for each in made:
        each["actor"]["account"]["homePage"] = address
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    endpoint = subprocess.Popen(
        [sys.executable, "-c", "import asyncio; from bench.delivery import receive; asyncio.run(receive())"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    port = int(endpoint.stdout.readline())
    with tempfile.TemporaryDirectory(prefix="lms-bench-delivery-") as folder, ExitStack() as stack:
        environ = {"LMS_DATA": f"{folder}/data", "LMS_CONTENT": folder, "LMS_ENDPOINT_PRIVATE": "yes"}
        if database := find_database(given.database, Path(folder), stack):
            environ["LMS_DATABASE_URL"] = database
        store = open_store(load(environ))
        upgrade(store.engine)
        lms = [sys.executable, "-m", "lms"]
        add = ["endpoint", "add", "fast", f"http://127.0.0.1:{port}/xapi", "--user", "bench", "--password-stdin"]
        subprocess.run([*lms, *add], env={**os.environ, **environ}, input="bench\n", text=True, check=True)
        maker = Maker(time.time_ns())
        for done in range(0, given.statements, CHUNK):
            with store.work() as uow:
                service.record(uow, statements(maker, uow.address, min(CHUNK, given.statements - done)))
            print(f"\r{done + CHUNK:,} statements recorded", end="", file=sys.stderr)
        print(file=sys.stderr)
        try:
            deliver(store, endpoint, [*lms, "relay"], {**os.environ, **environ}, given.statements)
        finally:
            endpoint.kill()
            store.engine.dispose()


def deliver(store, endpoint, command: list[str], environ: dict[str, str], count: int) -> None:
    """Let a worker deliver everything; print the rate and the memory on the way."""

    def taken() -> tuple[int, int]:
        endpoint.stdin.write("\n")
        endpoint.stdin.flush()
        came, ids = map(int, endpoint.stdout.readline().split())
        return came, ids

    log = Path(environ["LMS_DATA"]).parent / "relay.log"
    with log.open("w") as sink:
        relay = subprocess.Popen(command, env=environ, stdout=sink, stderr=sink)
    process, memory, began = psutil.Process(relay.pid), [], None
    try:
        while (came := taken()[0]) < count:
            assert relay.poll() is None, log.read_text()[-2000:]
            began = began or (came and (time.perf_counter(), came, sum(process.cpu_times()[:2])))
            if came >= (len(memory) + 1) * count // 10:
                memory.append(process.memory_full_info().pss / 1e6)
            time.sleep(0.02)
        took, used = time.perf_counter() - began[0], sum(process.cpu_times()[:2]) - began[2]
        memory.append(process.memory_full_info().pss / 1e6)
        rate = (count - began[1]) / took
        print(f"delivered     {rate:8,.0f} statements/s, {used / (count - began[1]) * 1000:.2f} ms of processor each")
        print(f"memory (PSS)  {memory[0]:8.1f} MB after the first tenth, {memory[-1]:.1f} MB at the end")
        time.sleep(2)
    finally:
        relay.send_signal(signal.SIGTERM)
        relay.wait(30)
    came, ids = taken()
    assert came == ids == count, (came, ids)
    with store.work() as uow:
        query = select(func.count()).where(tracking_delivery.c.state == State.DELIVERED)
        assert uow.connection.scalar(query) == count


if __name__ == "__main__":
    main()
