"""What tests of services and pages stand on: a store of their own, a clock that stands still, a browser.

`settings` `clock` `store` `app` `client`, `make_person(mail, name=…, roles=…)` and `sign_in(person)` are for everyone.
Each such test runs once on each database, on a store of its own that is empty but for its tables; passwords are hashed at the lowest cost.
Every test has an application of its own, but their templates are compiled once.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.test import TestResponse

from lms.app import create_app, open_store
from lms.base.store.work import Store
from lms.base.web import templating
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import SequenceIds
from lms.kernel.settings import Settings, load
from lms.learning.people import service as people
from lms.learning.people.model import Person

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSWORD = "seven calm otters"
MEMORY = 8
"""KiB of one password hash: the least that argon2 allows."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.get_closest_marker(name) for name in ("network", "browser", "postgres", "lrs")):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))


class KeptCode(BytecodeCache):
    """The code of templates, for every application of this process."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> Any:
        """Name the file, its text, and what our applications tell Jinja's compiler; what is escaped goes by the file's name."""
        of = bucket.environment
        return bucket.key, bucket.checksum, of.trim_blocks, of.lstrip_blocks, *of.extensions


@pytest.fixture(scope="session", autouse=True)
def kept_code() -> Iterator[None]:
    """Templates are compiled once, and not for each application again: that took a fifth of the time of these tests."""
    code = KeptCode()

    class Templates(templating.Templates):
        def __init__(self, app: Flask, **options: Any) -> None:
            super().__init__(app, bytecode_cache=code, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templating, "Templates", Templates)
        yield


class Browser(FlaskClient):
    """A client that fills in the CSRF field as a page would; `csrf=False` leaves it out."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", self.application.config["LMS_ADDRESS"])
        return super().open(*args, **kwargs)

    def post(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf and isinstance(data := kwargs.get("data", {}), dict):
            kwargs["data"] = {"csrf_token": self._token(), **data}
        return super().post(*args, **kwargs)

    def _token(self) -> str:
        with self.session_transaction(base_url=self.application.config["LMS_ADDRESS"]) as session:
            return str(session.setdefault("csrf_token", "a secret of this session"))


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load(
        {
            "LMS_DATA": str(tmp_path / "data"),
            "LMS_CONTENT": str(tmp_path),
            "LMS_DATABASE_URL": database_url,
            "LMS_PASSWORD_MEMORY": str(MEMORY),
        },
    )


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def store(settings: Settings, clock: FrozenClock) -> Iterator[Store]:
    store = open_store(settings, clock=clock, ids=SequenceIds())
    yield store
    store.engine.dispose()


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    app = create_app(settings, store, secret_key="for tests only")
    app.test_client_class = Browser
    return app


@pytest.fixture
def new_client(app: Flask) -> Callable[[], FlaskClient]:
    """A further device: a client with a cookie jar of its own."""
    return app.test_client


@pytest.fixture
def client(new_client: Callable[[], FlaskClient]) -> FlaskClient:
    return new_client()


@pytest.fixture
def make_person(store: Store) -> Callable[..., Person]:
    """make_person("mair@example.org", name="Mair Jones", roles=("trainer",), manager=person) -> Person"""

    def make(mail: str, *, name: str = "Mair Jones", roles: tuple[str, ...] = ("learner",), **more: Any) -> Person:
        manager: Person | None = more.pop("manager", None)
        with store.work() as uow:
            person = people.add_person(uow, mail=mail, name=name, roles=roles, password=PASSWORD, memory=MEMORY)
            if manager is not None:
                people.set_manager(uow, person.id, manager.id)
            return people.get_person(uow, person.id)

    return make


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[..., FlaskClient]:
    """sign_in(person) signs the client in through the page; sign_in(person, other_client) another one."""

    def enter(person: Person, browser: FlaskClient | None = None, password: str = PASSWORD) -> FlaskClient:
        browser = browser or client
        answer = browser.post("/people/sign-in", data={"mail": person.mail, "password": password})
        assert answer.status_code == 303, answer.text
        return browser

    return enter
