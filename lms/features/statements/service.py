"""The use cases: ask the record, open a statement, take a selection away as a file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.filter import Filter
from lms.engine.xapi.names import Names
from lms.engine.xapi.references import agent_key
from lms.engine.xapi.vocabulary import VERBS
from lms.features.statements.model import Asked, Opened, Page, Row, admits
from lms.features.statements.sentence import sentence
from lms.kernel.errors import NotFound
from lms.kernel.words import N_
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.learning.people.model import Person
from lms.records.lrs import asking
from lms.records.lrs.model import Entry
from lms.records.tracking import endpoints

PAGE = 25
LOOKED_AT = 250
"""Statements that are looked at for one page at most: what somebody may not see makes it shorter, never slower."""

MOST = 10_000
"""Statements of one file."""
MOST_LOOKED_AT = 50_000
"""Statements that are looked at for one file: everybody else waits meanwhile, however much is stored."""
AT_ONCE = 500

SOMEBODY = N_("somebody no longer here")


def get_page(uow: UnitOfWork, viewer: UUID, roles: frozenset[str], asked: Asked, zone: tzinfo) -> Page:
    """Return a page of what was asked for; what is no answer (nobody of that name, no such thing) finds nothing."""
    meant = _people(uow, roles, asked.who) if asked.who else []
    if len(meant) == 1:
        people.record_view(uow, viewer_id=viewer, person_id=meant[0].id, what=N_("statements"))
    entries: list[Entry] = []
    before = 0
    if not asked.who or len(meant) == 1:
        entries, before = _walk(uow, roles, _filter(uow, asked, meant, zone), asked.before)
    found = people.find_by_tokens(uow, _tokens(uow, [entry.statement() for entry in entries]))
    if asked.registration and not meant:  # all that one person did on a course, by name
        for person in found.values():
            people.record_view(uow, viewer_id=viewer, person_id=person.id, what=N_("statements"))
    names = {token: each.name for token, each in found.items()}
    return Page(
        asked=asked,
        rows=tuple(_row(uow, entry, names) for entry in entries),
        before=before,
        people=tuple(each.name for each in meant) if len(meant) > 1 else (),
        verbs=tuple((term.iri, term.word) for term in VERBS),
        things=tuple((f"{card.kind}/{card.id}", card.title) for card in library.list_cards(uow)),
    )


def get_one(uow: UnitOfWork, viewer: UUID, roles: frozenset[str], statement_id: UUID) -> Opened:
    """Return one statement; that it was opened is noted for whose it is. Raises NotFound for what one may not see."""
    entry = asking.find_one(uow, None, str(statement_id), voided=False)
    statement = None if entry is None else entry.statement()
    if entry is None or statement is None or not admits(roles, statement):
        raise NotFound(N_("There is no such statement."), fix=N_("Go back to the list."))
    found = people.find_by_tokens(uow, _tokens(uow, [statement]))
    person = next(iter(found.values()), None)
    if person is not None:
        people.record_view(uow, viewer_id=viewer, person_id=person.id, what=N_("statements"))
    return Opened(
        id=entry.id,
        at=entry.stored,
        sentence=sentence(statement, person.name if person is not None else _stranger(uow, statement)),
        json=json.dumps(statement, ensure_ascii=False, indent=2),
        person_id=None if person is None else person.id,
        sent=endpoints.list_sent(uow, entry.id),
    )


def lines(uow: UnitOfWork, viewer: UUID, roles: frozenset[str], asked: Asked, zone: tzinfo) -> Iterator[str]:
    """Yield the statements that were asked for as JSON lines, the newest first, under pseudonyms (B2).

    At most MOST, of the newest MOST_LOOKED_AT that were asked for.
    """
    meant = _people(uow, roles, asked.who) if asked.who else []
    if asked.who and len(meant) != 1:
        return
    if meant:
        people.record_view(uow, viewer_id=viewer, person_id=meant[0].id, what=N_("statements"))
    wanted = replace(_filter(uow, asked, meant, zone), limit=AT_ONCE)
    before, is_more, looked_at, count = 0, True, 0, 0
    while is_more and looked_at < MOST_LOOKED_AT and count < MOST:
        page, is_more = asking.find_page(uow, None, wanted, before or None)
        entries = [entry for entry in page if admits(roles, entry.statement())][: MOST - count]
        yield from (f"{entry.body}\n" for entry in entries)
        looked_at, count, before = looked_at + len(page), count + len(entries), page[-1].seq if page else 0


def _walk(uow: UnitOfWork, roles: frozenset[str], wanted: Filter, before: int) -> tuple[list[Entry], int]:
    """Return up to a page of what may be seen, and where to go on (0: nowhere)."""
    found: list[Entry] = []
    looked_at = 0
    while looked_at < LOOKED_AT:
        page, is_more = asking.find_page(uow, None, wanted, before or None)
        for entry in page:
            before = entry.seq
            if admits(roles, entry.statement()):
                found.append(entry)
                if len(found) == PAGE:
                    return found, before if is_more or entry is not page[-1] else 0
        looked_at += len(page)
        if not is_more:
            return found, 0
    return found, before


def _filter(uow: UnitOfWork, asked: Asked, meant: Sequence[Person], zone: tzinfo) -> Filter:
    names = Names(uow.address)
    kind, _, thing = asked.about.partition("/")
    about = names.course(thing) if kind == "course" else names.scenario(thing) if kind == "scenario" else None
    return Filter(
        agent=agent_key(names.actor(meant[0].token)) if meant else None,
        verb=asked.verb or None,
        activity=about,
        related_activities=True,
        registration=asked.registration.strip().lower() or None,
        since=_day(asked.since, zone),
        until=_day(asked.until, zone, after=1),
        limit=PAGE,
    )


def _day(text: str, zone: tzinfo, *, after: int = 0) -> datetime | None:
    """Return when a day begins for who asks (or so many days later); None for what is no day."""
    try:
        day = datetime.fromisoformat(text).date() + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _people(uow: UnitOfWork, roles: frozenset[str], words: str) -> list[Person]:
    """Return whom some words mean: trainers know people by name, admins by address too."""
    found = people.list_people(uow, words=words)
    if "admin" not in roles:
        found = [each for each in found if all(word.casefold() in each.name.casefold() for word in words.split())]
    exact = [each for each in found if each.name.casefold() == " ".join(words.split()).casefold()]
    return exact if len(exact) == 1 else found[:20]


def _tokens(uow: UnitOfWork, statements: Sequence[Mapping[str, Any]]) -> list[str]:
    accounts = [each["actor"].get("account", {}) for each in statements]
    return [each["name"] for each in accounts if each.get("homePage") == uow.address]


def _row(uow: UnitOfWork, entry: Entry, names: Mapping[str, str]) -> Row:
    statement = entry.statement()
    token = statement["actor"].get("account", {}).get("name", "")
    return Row(entry.id, entry.stored, sentence(statement, names.get(token) or _stranger(uow, statement)))


def _stranger(uow: UnitOfWork, statement: Mapping[str, Any]) -> str:
    """Return what to call an actor who is none of our people: an erased one has no name, others have their own."""
    actor = statement["actor"]
    account = actor.get("account", {})
    if account.get("homePage") == uow.address:
        return SOMEBODY
    return str(actor.get("name") or actor.get("mbox", "").removeprefix("mailto:") or account.get("name") or SOMEBODY)
