"""Which programs may use the LRS: by command and by page."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.cli import COMMANDS
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.records.lrs import clients
from lms.records.lrs.commands import client as command
from lms.records.lrs.tables import lrs_client, lrs_use
from tests.records.lrs.conftest import Tool, statement


class Place:
    """What a command finds in ctx.obj."""

    def __init__(self, store, settings):
        self.work, self.settings = store.work, settings


@pytest.fixture
def run(store, settings):
    def call(*arguments):
        return CliRunner().invoke(command, arguments, obj=Place(store, settings), catch_exceptions=False)

    return call


def credentials(text):
    return re.search(r"user +(\S+)", text)[1], re.search(r"password +(\S+)", text)[1]


def test_a_client_is_made_used_rotated_and_revoked(app, run):
    assert "lms client add" in run("list").output
    made = run(
        "add", "dashboard", "--scope", "statements/read", "--scope", "state", "--origin", "https://d.example.org"
    )
    assert "http://127.0.0.1:8080/xapi/ for xAPI 1.0.3" in made.output
    first = Tool(app, "1.0.3", *credentials(made.output))
    assert first.get().status_code == 200
    assert (
        "used 2026-11-21T12:00Z  statements/read state  60000 a minute  from https://d.example.org"
        in run("list").output
    )
    second = Tool(app, "1.0.3", *credentials(run("rotate", "dashboard").output))
    assert first.get().status_code == 401
    assert second.get().status_code == 200
    assert run("revoke", "dashboard", "--yes").output == "revoked  dashboard\n"
    assert second.get().status_code == 401
    assert "dashboard  revoked" in run("list").output
    assert "client" in COMMANDS


def test_K1_no_secret_is_kept_and_each_is_256_bits(store):
    with store.work() as uow:
        made, secret = clients.add_client(uow, "a", ["all"])
        row = uow.connection.execute(select(lrs_client)).mappings().one()
    assert len(secret) >= 43
    assert secret not in str(dict(row))
    assert made.key not in secret


@pytest.mark.parametrize(
    ("name", "scopes", "origins"),
    [
        ("", ["all"], []),
        ("a:b", ["all"], []),
        ("x" * 65, ["all"], []),
        ("a", [], []),
        ("a", ["everything"], []),
        ("a", ["all"], ["tool.example.org"]),
        ("a", ["all"], ["https://tool.example.org/path"]),
        ("a", ["all"], ["*"]),
    ],
)
def test_a_client_that_makes_no_sense_is_not_made(store, name, scopes, origins):
    with pytest.raises(Invalid) as refused, store.work() as uow:
        clients.add_client(uow, name, scopes, origins)
    assert refused.value.problems


def test_a_name_is_taken_once_and_an_unknown_one_is_not_found(store):
    with store.work() as uow:
        clients.add_client(uow, "a", ["all"])
    with pytest.raises(Conflict), store.work() as uow:
        clients.add_client(uow, "a", ["all"])
    for act in (clients.rotate, clients.revoke, clients.get_client):
        with pytest.raises(NotFound), store.work() as uow:
            act(uow, "b")


def test_K3_a_request_costs_no_write_but_now_and_then(add_tool, store, clock, count_statements):
    tool = add_tool("1.0.3", "all")
    tool.get()
    with count_statements(store.engine) as seen:
        for _ in range(20):
            assert tool.get().status_code == 200
    assert [each for each in seen if each.startswith(("UPDATE", "INSERT", "DELETE", "BEGIN IMMEDIATE"))] == []
    clock.advance(timedelta(minutes=6))
    with count_statements(store.engine) as seen:
        tool.get()
    assert any(each.startswith("UPDATE lrs_client") for each in seen)
    with store.work() as uow:
        assert clients.get_client(uow, tool.client.name).used_at == clock.now()
        assert len(uow.connection.execute(select(lrs_use)).all()) == 1


def test_an_admin_makes_rotates_and_revokes_on_the_page(app, make_person, sign_in):
    admin = sign_in(make_person("sian@example.org", roles=("admin",)))
    assert "lms client add" in admin.get("/lrs/").text
    wrong = admin.post("/lrs/clients", data={"name": "content", "origins": "nowhere"})
    assert wrong.status_code == 422
    assert "not an origin" in wrong.text
    form = {"name": "content", "scope": ["statements/write", "state"], "origins": "https://c.example.org"}
    made = admin.post("/lrs/clients", data=form)
    key, secret = re.findall(r"<dt>(?:User|Password)</dt><dd>([^<]+)</dd>", made.text)
    tool = Tool(app, "2.0.0", key, secret)
    assert tool.ask("POST", "statements", body=statement()).status_code == 200
    assert secret not in admin.get("/lrs/").text
    rotated = admin.post("/lrs/clients/content/rotate")
    key, other = re.findall(r"<dt>(?:User|Password)</dt><dd>([^<]+)</dd>", rotated.text)
    assert other != secret
    assert tool.ask("POST", "statements", body=statement()).status_code == 401
    assert admin.post("/lrs/clients/content/revoke").status_code == 303
    assert Tool(app, "2.0.0", key, other).ask("POST", "statements", body=statement()).status_code == 401
    assert "revoked" in admin.get("/lrs/").text
