"""The use cases of certificates: issue, list, verify, hand out and make the PDF, forget a holder."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy import RowMapping, Select, delete, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.names import Names
from lms.features.certificates import statements
from lms.features.certificates.model import (
    Certificate,
    Due,
    Facts,
    HolderPage,
    Mine,
    is_id,
    is_same_seal,
    last_day,
    read,
    seal_facts,
    seal_name,
    wait_after,
    way_of,
    written,
)
from lms.features.certificates.tables import certificates_certificate as certificates
from lms.features.certificates.tables import certificates_file as files
from lms.kernel.errors import NotFound
from lms.kernel.words import N_
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import CertificateDue
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.learning.people.model import PersonErased
from lms.records.tracking import service as tracking

KEY = "certificates"
AT_ONCE = 10
"""How many PDFs are made between two looks at what is due."""

log = structlog.get_logger("certificates")


class Viewer(Protocol):
    """Who looks."""

    @property
    def id(self) -> UUID:
        """Return the person's id."""

    def has_role(self, *roles: str) -> bool:
        """Tell whether the person has any of these roles."""


# --- issuing ----------------------------------------------------------------------------------------------------------


def issue(uow: UnitOfWork, due: CertificateDue) -> None:
    """Issue the certificate of a registration, with its statement; one that was issued before stays as it is (K1)."""
    registration = due.registration
    uow.lock(f"certificate {registration.id}")
    known = select(certificates.c.id).where(certificates.c.registration_id == registration.id)
    course = library.course(uow, due.version)
    if uow.connection.scalar(known) is not None or course.certificate is None:
        return
    person = people.get_person(uow, registration.person_id)
    rule = course.certificate
    facts = Facts(
        id=uow.ids.token(),
        registration=str(registration.id),
        course=course.id,
        version=due.version,
        title=course.title,
        outcomes=tuple(each.says for each in course.outcomes),
        minutes=rule.minutes,
        says=rule.says,
        mode="knowledge",
        language=course.language,
        issuer=uow.organisation,
        issued_at=uow.now.isoformat(),
        valid_until=last_day(uow.now.date(), rule.valid_years),
        way=way_of(course, enrolment.standing(uow, registration.id)),
        reviewed=course.reviewed,
    )
    key, kept = uow.key(KEY), written(facts)
    uow.connection.execute(
        insert(certificates).values(
            id=facts.id,
            registration_id=registration.id,
            person_id=person.id,
            name=person.name,
            name_seal=seal_name(key, facts.id, person.name),
            facts=kept,
            seal=seal_facts(key, kept),
            issued_at=uow.now,
        ),
    )
    uow.connection.execute(insert(files).values(certificate_id=facts.id, locale=person.locale, due_at=uow.now))
    tracking.record(uow, [statements.earned(facts, Names(uow.address), due.token, new_id=uow.ids.uuid())])


# --- verifying and listing --------------------------------------------------------------------------------------------


def find_public(uow: UnitOfWork, certificate_id: str) -> Certificate | None:
    """Return what the certificate with this id states; None when there is none, or its row is not as it was issued."""
    if not is_id(certificate_id):
        return None
    row = uow.connection.execute(select(certificates).where(certificates.c.id == certificate_id)).mappings().first()
    return None if row is None else _verified(uow, row)


def list_of(uow: UnitOfWork, person_id: UUID) -> tuple[Certificate, ...]:
    """Return a person's certificates, the latest first. Whether the asker may see them is the caller's to decide."""
    return tuple(found for row in _rows(uow, _held_by(person_id)) if (found := _verified(uow, row)) is not None)


def list_mine(uow: UnitOfWork, person_id: UUID) -> tuple[Mine, ...]:
    """Return one's own certificates, the latest first, and whether each can be downloaded yet."""
    found = select(certificates, files.c.pdf.is_not(None).label("has_pdf")).join(files)
    rows = _rows(uow, found.where(certificates.c.person_id == person_id).order_by(certificates.c.issued_at.desc()))
    return tuple(Mine(one, bool(row["has_pdf"])) for row in rows if (one := _verified(uow, row)) is not None)


def is_mine(uow: UnitOfWork, person_id: UUID, certificate_id: str) -> bool:
    """Tell whether a certificate is this person's."""
    return uow.connection.scalar(_own(certificates.c.id, person_id, certificate_id)) is not None


def has_pdf(uow: UnitOfWork, certificate_id: str) -> bool:
    """Tell whether a certificate's PDF is made."""
    found = select(files.c.certificate_id).where(files.c.certificate_id == certificate_id, files.c.pdf.is_not(None))
    return uow.connection.scalar(found) is not None


def get_pdf(uow: UnitOfWork, person_id: UUID, certificate_id: str) -> bytes | None:
    """Return the PDF of one's own certificate; None while it is not made yet. Raises NotFound for anybody else's."""
    is_known = is_id(certificate_id)
    row = uow.connection.execute(_own(files.c.pdf, person_id, certificate_id)).first() if is_known else None
    if row is None or find_public(uow, certificate_id) is None:
        raise NotFound(N_("You have no such certificate."), fix=N_("Look under My certificates."))
    pdf: bytes | None = row.pdf
    return pdf


def get_holder(uow: UnitOfWork, viewer: Viewer, person_id: UUID) -> HolderPage:
    """Return somebody's certificates for a trainer, an admin, that person's manager, or the person.

    Raises NotFound for anybody else, so that existence is not revealed.
    """
    if viewer.id == person_id or viewer.has_role("trainer", "admin"):
        person = people.get_person(uow, person_id)
    else:
        person = people.get_own_person(uow, viewer.id, person_id)
    return HolderPage(person.name, list_of(uow, person.id))


def note_view(uow: UnitOfWork, viewer: Viewer, person_id: UUID) -> None:
    """Note that somebody else opened a person's certificates, for that person to see."""
    if viewer.id != person_id:
        people.record_view(uow, viewer_id=viewer.id, person_id=person_id, what=N_("certificates"))


def own_data(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """Return a person's certificates as JSON values."""
    return [
        {
            "number": each.facts.id,
            "name": each.name,
            "course": each.facts.course,
            "title": each.facts.title,
            "version": each.facts.version,
            "outcomes": list(each.facts.outcomes),
            "minutes": each.facts.minutes,
            "way": each.facts.way,
            "issuer": each.facts.issuer,
            "issued_at": each.facts.issued_at,
            "valid_until": each.facts.valid_until or None,
            "page": f"{uow.address}/certificates/{each.facts.id}",
        }
        for each in list_of(uow, person_id)
    ]


def forget(uow: UnitOfWork, happened: PersonErased) -> None:
    """Erase who holds a person's certificates, PDFs included; they stay genuine (K4)."""
    person_id = happened.person_id
    own = select(certificates.c.id).where(certificates.c.person_id == person_id)
    uow.connection.execute(delete(files).where(files.c.certificate_id.in_(own)))
    changed = uow.connection.execute(
        update(certificates)
        .where(certificates.c.person_id == person_id)
        .values(person_id=None, name=None, name_seal=None),
    )
    happened.count(N_("names on certificates, with their PDFs"), changed.rowcount)


# --- making PDFs ------------------------------------------------------------------------------------------------------


def list_due(uow: UnitOfWork) -> tuple[Due, ...]:
    """Return the certificates whose PDF is to be made now, the longest waiting first."""
    found = select(certificates, files.c.locale).join(files).where(files.c.due_at <= uow.now)
    return tuple(
        Due(row["id"], row["registration_id"], _verified(uow, row), row["locale"])
        for row in _rows(uow, found.order_by(files.c.due_at).limit(AT_ONCE))
    )


def keep_pdf(uow: UnitOfWork, certificate_id: str, pdf: bytes) -> None:
    """Keep a PDF that was made, unless its holder was erased meanwhile."""
    uow.connection.execute(
        update(files).where(files.c.certificate_id == certificate_id).values(pdf=pdf, due_at=None),
    )


def put_off(uow: UnitOfWork, certificate_id: str) -> None:
    """Leave a PDF that could not be made alone for a while, longer each time."""
    key = files.c.certificate_id == certificate_id
    tries = uow.connection.scalar(select(files.c.tries).where(key)) or 0
    uow.connection.execute(update(files).where(key).values(tries=tries + 1, due_at=uow.now + wait_after(tries)))


def is_key_lost(uow: UnitOfWork) -> bool:
    """Tell whether what was issued first or last does not verify: then the key was another one, unless a row was changed.

    Raises Unavailable when the key cannot be read.
    """
    ends = (certificates.c.issued_at, certificates.c.issued_at.desc())
    rows = [row for end in ends for row in _rows(uow, select(certificates).order_by(end, certificates.c.id).limit(1))]
    return any(_verified(uow, row) is None for row in rows)


# --- rows -------------------------------------------------------------------------------------------------------------


def _held_by(person_id: UUID) -> Select[Any]:
    return (
        select(certificates)
        .where(certificates.c.person_id == person_id)
        .order_by(certificates.c.issued_at.desc(), certificates.c.id)
    )


def _own(column: Any, person_id: UUID, certificate_id: str) -> Select[Any]:
    return (
        select(column)
        .select_from(certificates.join(files))
        .where(certificates.c.id == certificate_id, certificates.c.person_id == person_id)
    )


def _rows(uow: UnitOfWork, found: Select[Any]) -> Iterable[RowMapping]:
    return uow.connection.execute(found).mappings().all()


def _verified(uow: UnitOfWork, row: RowMapping) -> Certificate | None:
    """Return what a row states; None when it is not what was sealed (K2)."""
    key = uow.key(KEY)
    is_genuine = is_same_seal(seal_facts(key, row["facts"]), row["seal"])
    if row["name"] is not None:
        is_genuine = is_genuine and is_same_seal(seal_name(key, row["id"], row["name"]), row["name_seal"] or "")
    facts = read(row["facts"]) if is_genuine else None
    if facts is None or (facts.id, facts.registration) != (row["id"], str(row["registration_id"])):
        log.warning("certificate_does_not_verify", registration=str(row["registration_id"]))
        return None
    return Certificate(facts, row["name"], facts.is_expired(uow.now.date()))
