"""What other programs send to the LRS, on its way to the endpoints that want it too.

O1  a row exists if and only if the statement was new here and its acceptance committed (T1): `forward` runs in that
    transaction, and costs one question, asked with others, where no endpoint wants any of it
O2  a statement goes out as it came, but for what each LRS adds itself (stored, authority, version); accounts of this
    installation go under the endpoint's own names for them
O3  what cannot go out as what it is (its version is not spoken there, its signature would break) is withheld, with words

Statements of our own never come this way: they are recorded, not accepted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.filter import is_voiding
from lms.engine.xapi.reading import Raw, read_json, without, write_json
from lms.engine.xapi.references import rename_accounts
from lms.engine.xapi.validate import validate
from lms.records.lrs import asking
from lms.records.lrs.accepting import attachments, target_of
from lms.records.lrs.model import Entry, StatementsComing
from lms.records.lrs.signatures import USAGE
from lms.records.tracking.model import State
from lms.records.tracking.service import pseudonym
from lms.records.tracking.tables import tracking_delivery as outbox
from lms.records.tracking.tables import tracking_endpoint as endpoint_table
from lms.records.tracking.wanted import Wanted, wanted

ADDED = frozenset({"stored", "authority", "version"})
"""What each LRS adds to a statement itself."""

_WANT_OTHERS = Prepared(
    select(*(endpoint_table.c[name] for name in ("id", "actor_key", "version", "verbs", "about"))).where(
        endpoint_table.c.others.is_(True)
    )
)
_FORWARD = Prepared(
    insert(outbox),
    *("endpoint_id", "statement_id", "registration", "body", "size", "state", "recorded_at", "settled_at"),
    *("deferrals", "words", "attachments"),
)


class Receiver(NamedTuple):
    """An endpoint that wants statements of other programs."""

    id: int
    actor_key: str
    version: str
    only: Wanted


@dataclass(frozen=True, slots=True)
class _Told:
    """A statement as it is told to others: its text and what it says, and the content that goes with it."""

    entry: Entry
    text: str
    statement: dict[str, Any]
    contents: tuple[tuple[str, str], ...]
    """SHA-2, as the statement writes it, and content type of each attachment that is kept here."""
    size: int
    """Bytes of all these contents."""
    is_signed: bool


def forward(uow: UnitOfWork, coming: StatementsComing) -> None:
    """Put what is new here into the outbox, once for each endpoint that wants it, in the transaction that keeps it."""
    asked = _WANT_OTHERS.ask(uow)
    coming.then.append(lambda entries: _keep(uow, entries, asked.all()))


def _keep(uow: UnitOfWork, entries: Sequence[Entry], found: Sequence[tuple[Any, ...]]) -> None:
    if found:
        receivers = [
            Receiver(id_, key, version, wanted(uow.address, tuple(verbs), tuple(about)))
            for id_, key, version, verbs, about in found
        ]
        rows = list(outgoing(uow, entries, receivers))
        if rows:
            _FORWARD.run_all(uow, rows)


def outgoing(uow: UnitOfWork, entries: Sequence[Entry], receivers: Sequence[Receiver]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the outbox for statements of other programs, in order, as far as filters let them through."""
    for told in _tell(uow, entries):
        for each in receivers:
            if _takes(uow, each.only, told.statement):
                yield _row(uow, told, each)


def _tell(uow: UnitOfWork, entries: Iterable[Entry]) -> Iterator[_Told]:
    texts = [(entry, without(Raw(None, entry.body), ADDED)) for entry in entries]
    read = [(entry, text, read_json(text)) for entry, text in texts]
    digests = {each["sha2"].lower() for _entry, _text, statement in read for each in attachments(statement)}
    sizes = asking.sizes(uow, sorted(digests)) if digests else {}
    for entry, text, statement in read:
        own = {each["sha2"]: each["contentType"] for each in attachments(statement) if each["sha2"].lower() in sizes}
        size = sum(sizes[sha2.lower()] for sha2 in own)
        is_signed = any(each["usageType"] == USAGE for each in attachments(statement))
        yield _Told(entry, text, statement, tuple(own.items()), size, is_signed)


def _takes(uow: UnitOfWork, only: Wanted, statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement passes a filter. A voiding goes where what it voids goes."""
    if only.takes(statement):
        return True
    voided = target_of(statement) if is_voiding(statement) else None
    found = asking.find_one(uow, None, voided, voided=True) if voided is not None else None
    return found is not None and only.takes(found.statement())


def _row(uow: UnitOfWork, told: _Told, receiver: Receiver) -> dict[str, Any]:
    named = rename_accounts(told.statement, uow.address, lambda token: pseudonym(receiver.actor_key, token))
    is_as_it_came = named == told.statement
    body = told.text if is_as_it_came else write_json(named)
    registration = told.statement.get("context", {}).get("registration")
    row = {
        "endpoint_id": receiver.id,
        "statement_id": told.entry.id,
        "registration": registration and registration.lower(),
        "body": body,
        "size": len(body.encode()) + told.size,
        "state": State.PENDING,
        "recorded_at": uow.now,
        "settled_at": None,
        "deferrals": 0,
        "words": None,
        "attachments": told.contents or None,
    }
    words = _why_not(told, receiver.version, is_as_it_came=is_as_it_came)
    if words:
        row |= {"state": State.WITHHELD, "words": words, "settled_at": uow.now}
        row |= {"body": None, "size": 0, "attachments": None}
    return row


def _why_not(told: _Told, version: str, *, is_as_it_came: bool) -> str:
    """Return why a statement cannot be sent as what it is; "" if it can."""
    broken = validate(told.statement, version)
    if broken:
        return f"Not sent, because xAPI {version} does not allow it: {broken[0]}."
    if told.is_signed and not is_as_it_came:
        return (
            "Not sent, because it is signed and names a person of this installation: a pseudonym breaks the signature."
        )
    return ""
