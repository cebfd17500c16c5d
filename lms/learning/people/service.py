"""Accounts: who there is, what each may do, who manages whom, and who opened whose record.

`identity` is on the way of every request: one select by primary key, prepared once. What has to do with passwords,
links and throttling is in `access`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import RowMapping, Select, bindparam, func, insert, or_, select, update

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.kernel.words import N_
from lms.learning.people import tables
from lms.learning.people.model import (
    DEMO_PASSWORD,
    DEMO_PEOPLE,
    LOCALES,
    DemoPerson,
    FieldFinding,
    Person,
    Viewing,
    check_mail,
    check_name,
    check_password,
    check_roles,
    demand,
    fold_mail,
    tidy_name,
)
from lms.learning.people.passwords import hash_password

PAGE = 100
"""People, or audit entries, on one page."""
_AGAIN = N_("Some of what you entered needs another look.")

_p = tables.person.c
_PERSON = select(
    _p.id, _p.name, _p.mail, _p.roles, _p.manager_id, _p.token, _p.epoch, _p.locale, _p.time_zone,
    _p.created_at, _p.is_demo, _p.password_hash.is_not(None).label("has_password"),
).where(_p.erased_at.is_(None))  # fmt: skip
_BY_ID = Prepared(_PERSON.where(_p.id == bindparam("key")))
_COLUMNS = tuple(_PERSON.selected_columns.keys())
_BY_MAIL = _PERSON.where(_p.mail == bindparam("key"))


# --- finding ----------------------------------------------------------------------------------------------------------


def identity(uow: UnitOfWork, key: str) -> Person | None:
    """Return the person whose sign-in `key` (id and epoch) is still good; None for any other text."""
    text, _, epoch = key.partition(".")
    try:
        person = find_person(uow, UUID(text))
    except ValueError:
        return None
    return person if person is not None and str(person.epoch) == epoch else None


def find_person(uow: UnitOfWork, person_id: UUID) -> Person | None:
    """Return a person, or None."""
    row = _BY_ID.first(uow, key=person_id)
    return None if row is None else _person(dict(zip(_COLUMNS, row, strict=True)))


def get_person(uow: UnitOfWork, person_id: UUID) -> Person:
    """Return a person. Raises NotFound."""
    return _there(find_person(uow, person_id))


def find_by_mail(uow: UnitOfWork, mail: str) -> Person | None:
    """Return the person with this address, whatever its case, or None."""
    row = uow.connection.execute(_BY_MAIL, {"key": fold_mail(mail)}).mappings().first()
    return None if row is None else _person(row)


def find_by_mails(uow: UnitOfWork, mails: Collection[str]) -> dict[str, Person]:
    """Return whose these addresses are, by the address as it was given; one that nobody has is left out."""
    rows = uow.connection.execute(_PERSON.where(_p.mail.in_({fold_mail(mail) for mail in mails}))).mappings()
    found = {row["mail"]: _person(row) for row in rows}
    return {mail: found[fold_mail(mail)] for mail in mails if fold_mail(mail) in found}


def get_by_mail(uow: UnitOfWork, mail: str) -> Person:
    """Return the person with this address. Raises NotFound."""
    return _there(find_by_mail(uow, mail))


def list_people(uow: UnitOfWork, *, words: str = "", page: int = 1) -> list[Person]:
    """Return one page of people by name; `words` must all occur in name or address."""
    found = _matching(_PERSON, words).order_by(func.lower(_p.name), _p.id)
    rows = uow.connection.execute(found.limit(PAGE).offset(PAGE * (max(page, 1) - 1))).mappings()
    return [_person(row) for row in rows]


def count_people(uow: UnitOfWork, *, words: str = "") -> int:
    """Return how many people `list_people` would list on all its pages."""
    every = select(func.count()).select_from(tables.person).where(_p.erased_at.is_(None))
    return uow.connection.scalar(_matching(every, words)) or 0


def list_with_role(uow: UnitOfWork, role: str) -> list[Person]:
    """Return everyone with a role, by name."""
    rows = uow.connection.execute(_PERSON.where(_p.roles.is_not(None)).order_by(func.lower(_p.name), _p.id)).mappings()
    return [_person(row) for row in rows if role in row["roles"]]


def names(uow: UnitOfWork, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these people; somebody erased has none and is left out."""
    found = select(_p.id, _p.name).where(_p.id.in_(person_ids), _p.erased_at.is_(None))
    return {row.id: row.name for row in uow.connection.execute(found)}


def find_by_tokens(uow: UnitOfWork, tokens: Collection[str]) -> dict[str, Person]:
    """Return whom pseudonyms stand for; of somebody erased nobody knows."""
    rows = uow.connection.execute(_PERSON.where(_p.token.in_(set(tokens)))).mappings()
    return {row["token"]: _person(row) for row in rows}


def list_own_people(uow: UnitOfWork, manager_id: UUID) -> list[Person]:
    """Return the people whom this manager manages, by name."""
    found = _PERSON.where(_p.manager_id == manager_id).order_by(func.lower(_p.name), _p.id)
    return [_person(row) for row in uow.connection.execute(found).mappings()]


def get_own_person(uow: UnitOfWork, manager_id: UUID, person_id: UUID) -> Person:
    """Return one of a manager's own people. Raises NotFound for anybody else, so that existence is not revealed."""
    person = find_person(uow, person_id)
    return _there(person if person is not None and person.manager_id == manager_id else None)


# --- changing ---------------------------------------------------------------------------------------------------------


def add_person(
    uow: UnitOfWork, *, mail: str, name: str, roles: Iterable[str], password: str | None = None, memory: int = 19456
) -> Person:
    """Add an account; without a password, its person chooses one through a one-time link.

    Raises Invalid with a finding for each bad field, the address of somebody else included.
    """
    mail, name, roles = fold_mail(mail), tidy_name(name), frozenset(roles)
    findings = [*check_mail(mail), *check_name(name), *check_roles(roles)]
    if password is not None:
        findings += check_password(password, name=name, mail=mail)
    demand(_AGAIN, findings)
    kept = None if password is None else hash_password(password, memory)
    return _insert(uow, mail=mail, name=name, roles=roles, password_hash=kept)


def rename(uow: UnitOfWork, person_id: UUID, name: str) -> None:
    """Correct a person's name."""
    name = tidy_name(name)
    demand(_AGAIN, check_name(name))
    _change(uow, person_id, name=name)


def choose_language(uow: UnitOfWork, person_id: UUID, *, locale: str, time_zone: str) -> None:
    """Set the language and the time zone (empty: the installation's) of a person's pages."""
    findings = []
    if locale not in LOCALES:
        findings.append(FieldFinding("locale", N_("Please choose a language of the list.")))
    if time_zone and time_zone not in available_timezones():
        findings.append(FieldFinding("time_zone", N_("Please choose a time zone of the list.")))
    demand(_AGAIN, findings)
    _change(uow, person_id, locale=locale, time_zone=time_zone)


def set_roles(uow: UnitOfWork, person_id: UUID, roles: Iterable[str]) -> None:
    """Give a person these roles and no others.

    Raises Conflict when nobody would be left with the role admin, or when people would be left with a manager who
    is none.
    """
    roles = frozenset(roles)
    demand(_AGAIN, check_roles(roles))
    uow.lock("people_roles")
    person = get_person(uow, person_id)
    if "admin" in person.roles - roles and len(list_with_role(uow, "admin")) == 1:
        raise Conflict(
            N_("This is the only person with the role admin, so the role has to stay."),
            fix=N_("Make somebody else an admin first."),
        )
    if "manager" in person.roles - roles and list_own_people(uow, person_id):
        raise Conflict(
            N_("This person still manages people, so the role has to stay."),
            fix=N_("Give those people another manager first."),
        )
    _change(uow, person_id, roles=sorted(roles))


def set_manager(uow: UnitOfWork, person_id: UUID, manager_id: UUID | None) -> None:
    """Put a person under a manager, or under nobody."""
    uow.lock("people_roles")
    get_person(uow, person_id)
    if manager_id is not None:
        manager = find_person(uow, manager_id)
        if manager is None or "manager" not in manager.roles or manager_id == person_id:
            demand(_AGAIN, [FieldFinding("manager", N_("Please choose somebody else with the role manager."))])
    _change(uow, person_id, manager_id=manager_id)


# --- who opened whose record ------------------------------------------------------------------------------------------


def record_view(uow: UnitOfWork, *, viewer_id: UUID, person_id: UUID, what: str) -> None:
    """Note that somebody opened a person's record; `what` is a marked message such as N_("course results").

    It is the one thing that a page for reading writes. Looking at one's own record is not noted.
    """
    if viewer_id != person_id:
        uow.connection.execute(
            insert(tables.view).values(viewer_id=viewer_id, person_id=person_id, what=what, at=uow.now),
        )


def list_views(uow: UnitOfWork, *, person_id: UUID | None = None, page: int = 1) -> list[Viewing]:
    """Return one page of the audit, newest first: about one person, or (for admins) about everyone."""
    viewer, seen = tables.person.alias("viewer"), tables.person.alias("seen")
    found = (
        select(
            tables.view.c.viewer_id,
            func.coalesce(viewer.c.name, "").label("viewer"),
            tables.view.c.person_id,
            func.coalesce(seen.c.name, "").label("person"),
            tables.view.c.what,
            tables.view.c.at,
        )
        .join(viewer, viewer.c.id == tables.view.c.viewer_id)
        .join(seen, seen.c.id == tables.view.c.person_id)
        .order_by(tables.view.c.at.desc(), tables.view.c.id.desc())
        .limit(PAGE)
        .offset(PAGE * (max(page, 1) - 1))
    )
    if person_id is not None:
        found = found.where(tables.view.c.person_id == person_id)
    return [Viewing(**row) for row in uow.connection.execute(found).mappings()]


def own_data(uow: UnitOfWork, person_id: UUID) -> dict[str, Any]:
    """Return everything that is kept here about a person, as JSON values, for the person alone."""
    person = get_person(uow, person_id)
    return {
        "name": person.name,
        "mail": person.mail,
        "roles": sorted(person.roles),
        "language": person.locale,
        "time_zone": person.time_zone,
        "member_since": person.created_at.isoformat(),
        "opened_by_others": [
            {"by": each.viewer, "what": each.what, "at": each.at.isoformat()}
            for each in list_views(uow, person_id=person_id)
        ],
    }


# --- demo -------------------------------------------------------------------------------------------------------------


def make_demo_people(uow: UnitOfWork, *, is_loopback: bool, memory: int) -> tuple[DemoPerson, ...]:
    """Make the demo people that are missing and return them all; their password is `DEMO_PASSWORD`.

    Raises NotAllowed when the installation can be reached from elsewhere.
    """
    if not is_loopback:
        raise NotAllowed(
            "Demo people exist only where nobody else can reach them.",
            why="The listening address or the base URL is not this machine alone.",
            fix="Start without --demo and make the first admin: lms person add MAIL --name NAME --role admin",
        )
    manager_id = None
    for demo in DEMO_PEOPLE:
        person = find_by_mail(uow, demo.mail) or _insert(
            uow,
            mail=demo.mail,
            name=demo.name,
            roles=frozenset(demo.roles),
            password_hash=hash_password(DEMO_PASSWORD, memory),
            manager_id=manager_id if demo.is_managed else None,
            is_demo=True,
        )
        manager_id = manager_id or person.id
    return DEMO_PEOPLE


# --- rows -------------------------------------------------------------------------------------------------------------


def _insert(uow: UnitOfWork, *, mail: str, roles: frozenset[str], **values: Any) -> Person:
    uow.lock("people_mail")
    if find_by_mail(uow, mail) is not None:
        raise Invalid(_AGAIN, problems=[FieldFinding("mail", N_("Somebody with this mail address is here already."))])
    person_id = uow.ids.uuid()
    uow.connection.execute(
        insert(tables.person).values(
            id=person_id,
            mail=mail,
            roles=sorted(roles),
            token=uow.ids.token(),
            locale="en_GB",
            created_at=uow.now,
            **values,
        ),
    )
    return get_person(uow, person_id)


def _change(uow: UnitOfWork, person_id: UUID, **values: Any) -> None:
    changed = uow.connection.execute(
        update(tables.person).where(_p.id == person_id, _p.erased_at.is_(None)).values(**values),
    )
    if changed.rowcount == 0:
        _there(None)


def _person(row: RowMapping | Mapping[str, Any]) -> Person:
    return Person(**{**row, "roles": frozenset(row["roles"]), "has_password": bool(row["has_password"])})


def _there(person: Person | None) -> Person:
    if person is None:
        raise NotFound(N_("There is nobody like that here."), fix=N_("Check the address or the list of people."))
    return person


def _matching(found: Select[Any], words: str) -> Select[Any]:
    for word in words.split():
        found = found.where(or_(_p.name.icontains(word, autoescape=True), _p.mail.icontains(word, autoescape=True)))
    return found
