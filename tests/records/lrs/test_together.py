"""Many at once: processes that write and read one store, and some that are killed. Nothing is lost, doubled or torn."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.records.lrs import asking, clients
from lms.records.lrs.tables import lrs_reference, lrs_statement

ROOT = Path(__file__).parents[3]
BATCH = 20

WRITER = """
import json, random, sys
from uuid import UUID
from lms.app import open_store
from lms.kernel.settings import load
from lms.records.lrs import clients, resources
from lms.records.lrs.ask import Ask

seed, rounds = int(sys.argv[1]), int(sys.argv[2])
store = open_store(load())
dice = random.Random(seed)
with store.work() as uow:
    client = clients.get_client(uow, "writer")
print("ready", flush=True)
for _ in range(rounds):
    ids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(20)]
    given = [
        {"id": each, "actor": {"mbox": "mailto:a@b.org"}, "verb": {"id": "urn:a:v"}, "object": {"id": f"urn:a:{seed}"}}
        for each in ids
    ]
    ask = Ask("POST", "statements", "1.0.3", {}, {"content-type": "application/json"}, json.dumps(given).encode())
    with store.work() as uow:
        assert resources.answer(uow, client, ask).status == 200
    print(ids[0], flush=True)
"""


def first_ids(seed, rounds):
    dice = random.Random(seed)  # noqa: S311 - repeatable, as the writers are
    batches = [[str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(BATCH)] for _ in range(rounds)]
    return {batch[0]: batch for batch in batches}


@pytest.fixture
def start(settings, store):
    """start(seed, rounds) starts a process that writes batches and says the first id of each that was kept."""
    with store.work() as uow:
        clients.add_client(uow, "writer", ["all"])
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LMS_")},
        "LMS_DATA": str(settings.data),
        "LMS_CONTENT": str(settings.content),
        "LMS_DATABASE_URL": settings.database,
    }
    running = []

    def begin(seed, rounds):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(seed), str(rounds)],
            env=environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def check_whole(store, acknowledged, every):
    """Every acknowledged batch is there whole, every other whole or not at all; `stored` grows; marks are complete."""
    with store.work() as uow:
        rows = uow.connection.execute(select(lrs_statement).order_by(lrs_statement.c.seq)).all()
        marked = set(uow.connection.scalars(select(lrs_reference.c.statement_seq).distinct()))
    ids = [row.id for row in rows]
    assert len(ids) == len(set(ids))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    stored = [json.loads(row.body)["stored"] for row in rows]
    assert all(one < other for one, other in itertools.pairwise(stored))
    assert {row.seq for row in rows} == marked
    kept = set(ids)
    for first, batch in every.items():
        there = kept & set(batch)
        assert len(there) in {0, BATCH}
        assert there or first not in acknowledged


def test_writers_and_a_reader_at_once_lose_double_and_tear_nothing(store, start):
    rounds = 8
    writers = [start(seed, rounds) for seed in range(3)]
    with store.work() as uow:
        client = clients.get_client(uow, "writer")
    seen: list[str] = []
    while any(each.poll() is None for each in writers):
        with store.work() as uow:
            page, _more = asking.find_page(uow, client, asking.Filter(ascending=True, limit=500), None)
        ids = [entry.id for entry in page]
        assert ids[: len(seen)] == seen, "what was seen stays where it was"
        assert len(ids) % BATCH == 0, "a batch is seen whole"
        assert all(json.loads(entry.body)["id"] == entry.id for entry in page)
        seen = ids
        time.sleep(0.02)
    acknowledged = {line for each in writers for line in each.communicate()[0].split()} - {"ready"}
    every = {key: batch for seed in range(3) for key, batch in first_ids(seed, rounds).items()}
    assert acknowledged == set(every)
    check_whole(store, acknowledged, every)


def test_a_killed_writer_leaves_all_or_nothing_of_each_batch(store, start):
    dice = random.Random(1)  # noqa: S311 - repeatable
    acknowledged, every = set(), {}
    for seed in range(4):
        process = start(seed, 10_000)
        assert process.stdout.readline() == "ready\n"
        for _ in range(dice.randint(1, 6)):
            acknowledged.add(process.stdout.readline().strip())
        time.sleep(dice.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        acknowledged |= {each for each in rest if len(each) == 36}
        every |= first_ids(seed, 200)
    check_whole(store, acknowledged, every)
