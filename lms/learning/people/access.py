"""Getting in: passwords, one-time links, their throttle, and signing out everywhere.

A hash takes 30 ms, so it is made between transactions (`uow.aside()`): no lock is held, and the process serves others.
Times are compared so that a clock that moves back locks nobody out and lets no link live for long (P4).
"""

import hashlib
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Invalid, NotAllowed, NotFound
from lms.kernel.words import N_
from lms.learning.people import tables
from lms.learning.people.model import (
    LINK_LIFETIME,
    MOST_PER_ACCOUNT,
    MOST_PER_ADDRESS,
    PASSWORD_MOST,
    WINDOW,
    FieldFinding,
    OneTimeLink,
    Origin,
    Person,
    TooMany,
    check_password,
    demand,
    fold_mail,
    link_path,
)
from lms.learning.people.passwords import hash_password, is_password, is_stale
from lms.learning.people.service import find_by_mail, find_person, get_person

_AGAIN = N_("Some of what you entered needs another look.")
_hash_of = select(tables.person.c.password_hash).where(tables.person.c.id == bindparam("key"))


def authenticate(uow: UnitOfWork, *, mail: str, password: str, origin: Origin, memory: int) -> Person:
    """Return the person whom address and password belong to.

    Splits the unit: the try is committed before the password is looked at (P3).
    Raises Invalid when they do not fit, TooMany, or NotAllowed for a demo person from elsewhere.
    """
    account = _key("sign-in", fold_mail(mail))
    _count_try(uow, account, origin)
    person = find_by_mail(uow, mail)
    kept = None if person is None else uow.connection.scalar(_hash_of, {"key": person.id})
    with uow.aside():
        fits = is_password(password[:PASSWORD_MOST], kept, memory)
        renewed = hash_password(password, memory) if fits and kept and is_stale(kept, memory) else None
    if person is None or not fits:
        raise Invalid(
            N_("That did not fit."),
            problems=[
                FieldFinding("mail", N_("The mail address and the password do not belong together. Please try again."))
            ],
        )
    if person.is_demo and not origin.is_local:
        raise NotAllowed(
            N_("Demo people can sign in only on the machine itself."),
            fix=N_("Ask your administrator for an account of your own."),
        )
    uow.connection.execute(delete(tables.attempt).where(tables.attempt.c.account_key == account))
    if renewed is not None:
        same = (tables.person.c.id == person.id, tables.person.c.password_hash == kept)
        uow.connection.execute(update(tables.person).where(*same).values(password_hash=renewed))
    return person


def change_password(uow: UnitOfWork, person_id: UUID, *, old: str, new: str, origin: Origin, memory: int) -> Person:
    """Replace a person's password, who must know the old one; every other sign-in ends (P5).

    Splits the unit. Raises Invalid, or TooMany.
    """
    person = get_person(uow, person_id)
    demand(_AGAIN, check_password(new, name=person.name, mail=person.mail, field="new"))
    account = _key("sign-in", person.mail)
    _count_try(uow, account, origin)
    kept = uow.connection.scalar(_hash_of, {"key": person_id})
    with uow.aside():
        fits = is_password(old[:PASSWORD_MOST], kept, memory)
        made = hash_password(new, memory) if fits else ""
    if not fits:
        raise Invalid(_AGAIN, problems=[FieldFinding("old", N_("That is not the password you have now."))])
    uow.connection.execute(delete(tables.attempt).where(tables.attempt.c.account_key == account))
    _keep_password(uow, person_id, made)
    return get_person(uow, person_id)


def sign_out_everywhere(uow: UnitOfWork, person_id: UUID) -> None:
    """End every sign-in of a person, this one too (P5)."""
    person = tables.person.c
    uow.connection.execute(update(tables.person).where(person.id == person_id).values(epoch=person.epoch + 1))


def make_link(uow: UnitOfWork, person_id: UUID) -> OneTimeLink:
    """Make a one-time link for a person; earlier ones stop working."""
    person = get_person(uow, person_id)
    secret = uow.ids.token()
    uow.connection.execute(delete(tables.link).where(tables.link.c.person_id == person_id))
    expires_at = uow.now + LINK_LIFETIME
    uow.connection.execute(
        insert(tables.link).values(person_id=person_id, secret_hash=_hashed(secret), expires_at=expires_at),
    )
    return OneTimeLink(link_path(secret), person, expires_at)


def request_link(uow: UnitOfWork, *, mail: str, origin: Origin, send: Callable[[OneTimeLink], None]) -> None:
    """Make a link for whom the address belongs to, and `send` it after the commit; for nobody, do neither.

    The caller's answer must be the same in both cases, and `send` must not wait. Raises TooMany.
    """
    _count_try(uow, _key("link", fold_mail(mail)), origin)
    person = find_by_mail(uow, mail)
    if person is not None and (origin.is_local or not person.is_demo):
        made = make_link(uow, person.id)
        uow.after_commit(lambda: send(made))


def find_link_person(uow: UnitOfWork, secret: str) -> Person:
    """Return the person whom an unused, unexpired link is for. Raises NotFound for any other."""
    links = tables.link.c
    row = uow.connection.execute(
        select(links.person_id).where(
            links.secret_hash == _hashed(secret),
            links.used_at.is_(None),
            links.expires_at > uow.now,
            links.expires_at <= uow.now + 2 * LINK_LIFETIME,
        ),
    ).first()
    person = None if row is None else find_person(uow, row.person_id)
    if person is None:
        raise NotFound(
            N_("This link has been used, or it is too old."),
            fix=N_("Ask for a new one. Each link works once, for an hour."),
        )
    return person


def reset_password(uow: UnitOfWork, secret: str, *, new: str, memory: int) -> Person:
    """Set the password of the link's person and use the link up; every sign-in ends (P4, P5).

    Splits the unit. Raises NotFound for a link that no longer works, Invalid for a bad password (the link stays good).
    """
    person = find_link_person(uow, secret)
    demand(_AGAIN, check_password(new, name=person.name, mail=person.mail, field="new"))
    with uow.aside():
        made = hash_password(new, memory)
    links = tables.link.c
    used = uow.connection.execute(
        update(tables.link)
        .where(links.secret_hash == _hashed(secret), links.used_at.is_(None))
        .values(used_at=uow.now),
    )
    if used.rowcount == 0:
        find_link_person(uow, secret)
    _keep_password(uow, person.id, made)
    uow.connection.execute(delete(tables.attempt).where(tables.attempt.c.account_key == _key("sign-in", person.mail)))
    return person


def _keep_password(uow: UnitOfWork, person_id: UUID, made: str) -> None:
    person = tables.person.c
    uow.connection.execute(
        update(tables.person).where(person.id == person_id).values(password_hash=made, epoch=person.epoch + 1),
    )


def _count_try(uow: UnitOfWork, account: str, origin: Origin) -> None:
    """Count one more try, or refuse it: ten for an account, a hundred from one address, in a quarter of an hour.

    Tries from after now are from before a clock moved back; those further away than the window count for nothing.
    """
    uow.lock("people_attempt")
    tries = tables.attempt.c
    uow.connection.execute(
        delete(tables.attempt).where(or_(tries.at <= uow.now - WINDOW, tries.at > uow.now + WINDOW)),
    )
    address = _key("address", origin.address)
    for column, key, most in (
        (tries.account_key, account, MOST_PER_ACCOUNT),
        (tries.address_key, address, MOST_PER_ADDRESS),
    ):
        if (uow.connection.scalar(select(func.count()).where(column == key)) or 0) >= most:
            raise TooMany(
                N_("There have been too many tries in a short time, so we are pausing for your safety."),
                fix=N_("Wait a quarter of an hour, then try again. Nothing else has changed."),
            )
    uow.connection.execute(insert(tables.attempt).values(account_key=account, address_key=address, at=uow.now))


def _key(kind: str, text: str) -> str:
    return _hashed(f"{kind}:{text}")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
