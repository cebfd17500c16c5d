"""`lms person`: the first admin, links and roles, from the command line."""

import io
import re

import pytest

from lms.app import open_store
from lms.base.store.upgrade import upgrade
from lms.cli import main
from lms.learning.people import access, service
from lms.learning.people.model import Origin
from tests.application import MEMORY, PASSWORD


@pytest.fixture
def lms(settings, monkeypatch, capsys):
    """lms("person", "list", status=0) -> what it printed"""
    for name in ("data", "database_url", "password_memory"):
        monkeypatch.setenv(f"LMS_{name.upper()}", str(getattr(settings, name)))

    def run(*words, status=0, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            main(words)
        assert (left.value.code or 0) == status
        return "".join(capsys.readouterr())

    return run


@pytest.fixture
def database_url(empty_database_url):
    """A database that is made the way an operator makes it."""
    return empty_database_url


@pytest.fixture
def migrated(settings):
    store = open_store(settings)
    upgrade(store.engine)
    yield store
    store.engine.dispose()


def test_without_a_database_the_command_says_what_to_run(lms):
    assert "lms migrate" in lms("person", "list", status=4)


def test_the_first_account_may_come_before_the_first_start(lms):
    lms("person", "add", "sian@example.org", "--name", "Siân Powell", "--role", "admin")
    assert "sian@example.org\tSiân Powell\tadmin" in lms("person", "list")


def test_the_first_admin_is_added_with_a_password_from_standard_input(lms, migrated):
    said = lms(
        "person", "add", "Ann@Example.org", "--name", "Ann Price", "--role", "admin", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert said == "added  ann@example.org  admin\n"
    assert "ann@example.org\tAnn Price\tadmin" in lms("person", "list", "price")
    with migrated.work() as uow:
        origin = Origin("127.0.0.1", is_local=True)
        access.authenticate(uow, mail="ann@example.org", password=PASSWORD, origin=origin, memory=MEMORY)


def test_without_a_password_a_link_is_printed_that_works(lms, migrated):
    for words in (("add", "ann@example.org", "--name", "Ann"), ("link", "ANN@example.org")):
        path = re.search(r"http://127\.0\.0\.1:8080/people/reset/([\w-]+)", lms("person", *words)).group(1)
        with migrated.work() as uow:
            assert access.find_link_person(uow, path).mail == "ann@example.org"


def test_roles_are_replaced(lms, migrated):
    lms("person", "add", "ann@example.org", "--name", "Ann")
    lms("person", "role", "ann@example.org", "trainer", "manager")
    with migrated.work() as uow:
        assert service.get_by_mail(uow, "ann@example.org").roles == {"trainer", "manager"}


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("add", "nobody", "--name", ""), 1, "mail address such as"),
        (("add", "a@b.org", "--name", "A", "--password-stdin"), 1, "12 characters"),
        (("link", "nobody@example.org"), 2, "nobody like that"),
        (("role", "nobody@example.org", "king"), 2, "king"),
    ],
)
def test_what_cannot_be_done_is_explained(lms, words, status, said):
    assert said in lms("person", *words, status=status)
