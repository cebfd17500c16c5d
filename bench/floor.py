"""The floor: the least that a decision can cost on this stack. Flask and SQLAlchemy Core, no engine, no record.

POST = select account, select attempt, insert event, update attempt, commit, 303. GET = select account, select attempt, a
page of 2.6 kB. Started by `bench.decision` the way the product is started.
"""

import os
from uuid import UUID

from flask import Flask, Response, redirect, render_template, request
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update

from lms.base.store.work import open_engine

metadata = MetaData()
account = Table("account", metadata, Column("id", String(36), primary_key=True), Column("name", String(80)))
attempt = Table(
    "attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), nullable=False),
    Column("step", Integer, nullable=False),
    Column("state", String(2000), nullable=False),
)
event = Table(
    "event",
    metadata,
    Column("attempt_id", String(36), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("body", String(500), nullable=False),
)

PAGE = (
    "<!doctype html><html lang=en><title>Floor</title><body><h1>{{ name }}: scene {{ step }}</h1>"
     "<p>" + "You reach for the tray. She pulls her sleeve down over her wrist, too late. " * 28 + "</p>"
    + "<form method=post action='/attempts/{{ id }}/decide'><input type=hidden name=step value='{{ step }}'>"
    + "{% for each in choices %}<button name=choice value='{{ each }}'>{{ each }}</button>{% endfor %}</form></body></html>"
)  # fmt: skip
STATE = '{"vars": {' + ", ".join(f'"variable-{number}": {number}' for number in range(30)) + "}}"


def make() -> Flask:
    app = Flask("floor")
    page = app.jinja_env.from_string(PAGE)  # compiled once, as a file would be
    engine = open_engine(os.environ["FLOOR_DATABASE"])

    @app.get("/attempts/<uuid:attempt_id>")
    def show(attempt_id: UUID) -> str:
        with engine.connect() as connection:
            who, row = _look(connection, attempt_id)
        return render_template(page, name=who.name, step=row.step, id=attempt_id, choices=("stay", "listen", "leave"))

    @app.post("/attempts/<uuid:attempt_id>/decide")
    def decide(attempt_id: UUID) -> Response:
        with engine.connect() as connection, connection.begin():
            _who, row = _look(connection, attempt_id)
            body = f'{{"choice": "{request.form["choice"]}"}}'
            connection.execute(insert(event).values(attempt_id=row.id, step=row.step, body=body))
            connection.execute(update(attempt).where(attempt.c.id == row.id).values(step=row.step + 1, state=STATE))
        return redirect(f"/attempts/{attempt_id}", 303)

    return app


def _look(connection, attempt_id):
    who = connection.execute(select(account).where(account.c.id == request.cookies["account"])).one()
    row = connection.execute(
        select(attempt).where(attempt.c.id == str(attempt_id), attempt.c.account_id == who.id)
    ).one()
    return who, row


def fill(url: str, learners: int) -> list[tuple[str, str]]:
    """Make the tables and one attempt for each learner; return (account, attempt) ids."""
    engine = open_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    pairs = [(str(UUID(int=number)), str(UUID(int=1000 + number))) for number in range(learners)]
    with engine.begin() as connection:
        connection.execute(insert(account), [{"id": one, "name": "Learner"} for one, _ in pairs])
        connection.execute(
            insert(attempt), [{"id": two, "account_id": one, "step": 0, "state": STATE} for one, two in pairs]
        )
    engine.dispose()
    return pairs
