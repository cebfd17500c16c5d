"""The resources of xAPI: what each answers to each method. One core for both versions; `Ask.version` tells which.

R1  parameters are judged first, by name and in this letter case; then what the client may do; then the content
R2  each answer carries what its resource owes: Consistent-Through and Last-Modified, ETag and Last-Modified
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any

from lms.base.store.work import UnitOfWork
from lms.engine.xapi import formats
from lms.engine.xapi.filter import Filter
from lms.engine.xapi.reading import Malformed, Raw, read_batch, read_json, write_json
from lms.engine.xapi.rules.agents import IDENTIFIERS
from lms.records.lrs import accepting, asking, documents, multipart
from lms.records.lrs.ask import (
    CONTENT_TYPES,
    DOCUMENTS,
    ERROR_CODES,
    FIRST,
    GET_STATEMENTS,
    JSON,
    JSON_CONTENT,
    MULTIPART,
    POST_STATEMENTS,
    PREFIXES,
    PUT_STATEMENTS,
    RESOURCES,
    SECOND,
    Answer,
    Ask,
    Refusal,
    agent_of,
    allow_only,
    flag_of,
    http_date,
    instant_of,
    iri_of,
    json_answer,
    limit_of,
    uuid_of,
)
from lms.records.lrs.clients import Client
from lms.records.lrs.model import Entry

Handler = Callable[[UnitOfWork, Client, Ask], Answer]

_READ = ("statements/read", "statements/read/mine")
_NOTHING = Answer(204, content_type="")
_FILTERS = (
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "format",
    "attachments",
    "ascending",
)


def answer(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    """Answer a request of a client for any resource but `about`, with a method that it knows. Raises Refusal."""
    return RESOURCE[ask.resource]["GET" if ask.method == "HEAD" else ask.method](uow, client, ask)


def check_method(ask: Ask) -> None:
    """Raise Refusal where a resource does not know the method, whoever asks."""
    if ask.method != "OPTIONS" and ask.method not in (allowed := allowed_methods(ask.resource)):
        allow = ", ".join(allowed)
        raise Refusal(405, f"This resource knows {allow}.", RESOURCES, headers={"Allow": allow})


def allowed_methods(resource: str) -> list[str]:
    """Return the methods of a resource."""
    methods = RESOURCE[resource]
    return [*methods, "HEAD", "OPTIONS"] if "GET" in methods else [*methods, "OPTIONS"]


def _need(client: Client, *scopes: str) -> None:
    if not client.may(*scopes):
        raise Refusal(403, f"These credentials need one of the scopes {', '.join((*scopes, 'all'))}.", ERROR_CODES)


# ── statements: in ────────────────────────────────────────────────────────────────────────────────────────────────


def _put_statement(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    allow_only(ask, PUT_STATEMENTS, ("statementId",))
    statement_id = uuid_of(ask, "statementId", PUT_STATEMENTS)
    _need(client, "statements/write")
    sent, is_batch, parts = _sent(ask)
    if is_batch:
        raise Refusal(400, "PUT stores one statement, not an array.", PUT_STATEMENTS)
    accepted = accepting.accept(uow, client, ask.version, sent, parts, statement_id=statement_id)
    return replace(_NOTHING, stored=accepted.stored)


def _post_statements(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    allow_only(ask, POST_STATEMENTS)
    _need(client, "statements/write")
    sent, _is_batch, parts = _sent(ask)
    accepted = accepting.accept(uow, client, ask.version, sent, parts)
    return json_answer(accepted.ids, stored=accepted.stored)


def _sent(ask: Ask) -> tuple[list[Raw], bool, list[multipart.Part] | None]:
    kind = ask.media_type()
    body = ask.body
    parts: list[multipart.Part] | None = None
    if kind == "multipart/mixed":
        found = multipart.parse(ask.headers["content-type"], ask.body)
        if not found or found[0].media_type() != JSON:
            raise Refusal(400, "The first part must be application/json and hold the statements.", MULTIPART)
        body, parts = found[0].content, found[1:]
    elif kind != JSON:
        raise Refusal(400, "Statements come as application/json or multipart/mixed.", CONTENT_TYPES)
    try:
        return *read_batch(body), parts
    except Malformed as error:
        raise Refusal(400, f"The statements are not JSON: {error}.", JSON_CONTENT) from None


# ── statements: out ───────────────────────────────────────────────────────────────────────────────────────────────


def _get_statements(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    single = [name for name in ("statementId", "voidedStatementId") if name in ask.params]
    if single:
        others = {"attachments", "format", *single} if len(single) == 1 else {"attachments", "format"}
        for name in ask.params:
            if name not in others:
                raise Refusal(400, f"With {single[0]}, only attachments and format are allowed.", GET_STATEMENTS)
        answered = partial(_get_one, name=single[0])
    else:
        allow_only(ask, GET_STATEMENTS, (), _FILTERS)
        answered = _get_page  # type: ignore[assignment]
    _format_of(ask)
    flag_of(ask, "attachments", GET_STATEMENTS)
    return answered(uow, client, ask)


def _get_one(uow: UnitOfWork, client: Client, ask: Ask, *, name: str) -> Answer:
    statement_id = uuid_of(ask, name, GET_STATEMENTS) or ""
    _need(client, *_READ)
    found = asking.find_one(uow, client, statement_id, voided=name == "voidedStatementId")
    if found is None:
        raise Refusal(404, "There is no such statement.", GET_STATEMENTS)
    return _shown(uow, ask, [found], _formatter(uow, ask)(found), found.stored)


def _get_page(uow: UnitOfWork, client: Client, ask: Ask, after: int | None = None) -> Answer:
    asked = _filter_of(ask)
    _need(client, *_READ)
    page, has_more = asking.find_page(uow, client, asked, after)
    more = _more(ask, page[-1].seq) if has_more else ""
    text = ",".join(map(_formatter(uow, ask), page))
    newest = max((each.stored for each in page), default=None)
    return _shown(uow, ask, page, f'{{"statements":[{text}],"more":{write_json(more)}}}', newest)


def _filter_of(ask: Ask) -> Filter:
    agent = agent_of(ask, GET_STATEMENTS)
    return Filter(
        agent=agent[1] if agent else None,
        verb=iri_of(ask, "verb", GET_STATEMENTS),
        activity=iri_of(ask, "activity", GET_STATEMENTS),
        registration=uuid_of(ask, "registration", GET_STATEMENTS),
        related_agents=flag_of(ask, "related_agents", GET_STATEMENTS),
        related_activities=flag_of(ask, "related_activities", GET_STATEMENTS),
        since=instant_of(ask, "since", GET_STATEMENTS),
        until=instant_of(ask, "until", GET_STATEMENTS),
        ascending=flag_of(ask, "ascending", GET_STATEMENTS),
        limit=limit_of(ask, GET_STATEMENTS, asking.MOST),
    )


def _format_of(ask: Ask) -> str:
    form = ask.params.get("format", "exact")
    if form not in {"ids", "exact", "canonical"}:
        raise Refusal(400, "The parameter format must be ids, exact or canonical.", GET_STATEMENTS)
    return form


def _formatter(uow: UnitOfWork, ask: Ask) -> Callable[[Entry], str]:
    form = _format_of(ask)
    if form == "exact":
        return attrgetter("body")
    if form == "ids":
        return lambda entry: write_json(formats.ids(entry.statement()))
    wanted = formats.languages(ask.headers.get("accept-language", ""))
    definitions = cache(partial(asking.definition, uow))  # a page speaks of the same few activities
    return lambda entry: write_json(formats.canonical(entry.statement(), wanted, definitions))


def _shown(uow: UnitOfWork, ask: Ask, entries: list[Entry], text: str, newest: datetime | None) -> Answer:
    headers = {"Last-Modified": http_date(newest)} if newest is not None else {}
    body = text.encode()
    if not flag_of(ask, "attachments", GET_STATEMENTS):
        return Answer(200, body, JSON, headers)
    wanted: dict[str, tuple[str, str]] = {}  # by the SHA-2 in small letters: as the sender wrote it, and the type
    for entry in entries:
        for each in accepting.attachments(entry.statement()):
            wanted.setdefault(each["sha2"].lower(), (each["sha2"], each["contentType"]))
    kept = asking.contents(uow, list(wanted))
    boundary = f"xapi-{uow.ids.token()}"
    parts = [(*written, kept[sha2]) for sha2, written in wanted.items() if sha2 in kept]
    return Answer(200, multipart.write(body, parts, boundary), f"multipart/mixed; boundary={boundary}", headers)


def _more(ask: Ask, seq: int) -> str:
    place = write_json([seq, dict(ask.params)]).encode()
    return f"{PREFIXES[ask.version]}/statements/more/{base64.urlsafe_b64encode(place).decode().rstrip('=')}"


def get_more(uow: UnitOfWork, client: Client, ask: Ask, token: str) -> Answer:
    """Go on where a page ended. Raises Refusal."""
    if ask.method not in {"GET", "HEAD"}:
        raise Refusal(405, "This resource knows GET, HEAD.", RESOURCES, headers={"Allow": "GET, HEAD, OPTIONS"})
    allow_only(ask, GET_STATEMENTS)
    try:
        seq, params = read_json(base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
        readable = (
            isinstance(seq, int) and isinstance(params, dict) and all(isinstance(v, str) for v in params.values())
        )
    except (ValueError, TypeError, binascii.Error, Malformed):
        readable = False
    if not readable or not 0 <= seq < 2**62 or any("\0" in each for each in params.values()):
        raise Refusal(404, "There is nothing more at this address.", GET_STATEMENTS)
    earlier = replace(ask, params=params)
    allow_only(earlier, GET_STATEMENTS, (), _FILTERS)
    return _get_page(uow, client, earlier, seq)


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMES = {"state": "stateId", "activity": "profileId", "agent": "profileId"}
_ABOUT = {"state": ("activityId", "agent"), "activity": ("activityId",), "agent": ("agent",)}
_SCOPE = {"state": "state", "activity": "profile", "agent": "profile"}


def _place(ask: Ask, kind: str) -> documents.Place:
    keys, whose = [], None
    if "activityId" in _ABOUT[kind]:
        keys.append(iri_of(ask, "activityId", DOCUMENTS) or "")
    if "agent" in _ABOUT[kind]:
        agent = agent_of(ask, DOCUMENTS)
        whose = agent[1] if agent else ""
        keys.append(whose)
    registration = uuid_of(ask, "registration", DOCUMENTS) if kind == "state" else None
    return documents.Place(kind, tuple(keys), registration, whose)


def _optional(kind: str) -> tuple[str, ...]:
    return ("registration",) if kind == "state" else ()


def _put_document(uow: UnitOfWork, client: Client, ask: Ask, *, kind: str) -> Answer:
    allow_only(ask, DOCUMENTS, (*_ABOUT[kind], _NAMES[kind]), _optional(kind))
    place = _place(ask, kind)
    _need(client, _SCOPE[kind])
    documents.put(uow, place, ask.params[_NAMES[kind]], ask, guarded=_guarded(ask, kind))
    return _NOTHING


def _guarded(ask: Ask, kind: str) -> documents.Guarded:
    """Return what is put with a precondition only: profiles under 1.0.3 always, as ADL's suite asks.

    Programs that know an older 1.0 may put new ones without: some (tincan) cannot say that a document is new.
    """
    if ask.version == SECOND:
        return "old"
    if kind == "state":
        return "nothing"
    return "all" if ask.headers["x-experience-api-version"] == FIRST else "old"


def _post_document(uow: UnitOfWork, client: Client, ask: Ask, *, kind: str) -> Answer:
    allow_only(ask, DOCUMENTS, (*_ABOUT[kind], _NAMES[kind]), _optional(kind))
    place = _place(ask, kind)
    _need(client, _SCOPE[kind])
    documents.post(uow, place, ask.params[_NAMES[kind]], ask)
    return _NOTHING


def _get_document(uow: UnitOfWork, client: Client, ask: Ask, *, kind: str) -> Answer:
    name = ask.params.get(_NAMES[kind])
    if name is None:
        allow_only(ask, DOCUMENTS, _ABOUT[kind], (*_optional(kind), "since"))
    else:
        allow_only(ask, DOCUMENTS, (*_ABOUT[kind], _NAMES[kind]), _optional(kind))
    place, since = _place(ask, kind), instant_of(ask, "since", DOCUMENTS)
    _need(client, _SCOPE[kind])
    if name is None:
        return json_answer(documents.names(uow, place, since))
    found = documents.find(uow, place, name)
    if found is None:
        raise Refusal(404, "There is no such document.", DOCUMENTS)
    headers = {"ETag": f'"{found.etag}"', "Last-Modified": http_date(found.updated_at)}
    if found.etag in [
        each.strip().removeprefix("W/").strip('"') for each in ask.headers.get("if-none-match", "").split(",")
    ]:
        return Answer(304, b"", "", headers)
    return Answer(200, found.content, found.content_type, headers)


def _delete_document(uow: UnitOfWork, client: Client, ask: Ask, *, kind: str) -> Answer:
    name = ask.params.get(_NAMES[kind])
    required = _ABOUT[kind] if name is None and kind == "state" else (*_ABOUT[kind], _NAMES[kind])
    allow_only(ask, DOCUMENTS, required, _optional(kind))
    place = _place(ask, kind)
    _need(client, _SCOPE[kind])
    if name is None:
        documents.remove_all(uow, place)
    else:
        documents.remove(uow, place, name, ask)
    return _NOTHING


# ── agents, activities, about ─────────────────────────────────────────────────────────────────────────────────────


def _get_person(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    allow_only(ask, DOCUMENTS, ("agent",))
    found = agent_of(ask, DOCUMENTS)
    _need(client, *_READ, "profile")
    if found is None:
        raise Refusal(400, "The parameter agent is required.", DOCUMENTS)
    agent, key = found
    names = [agent["name"]] if "name" in agent else []
    if client.may(*_READ):
        names += [each for each in asking.names_of(uow, client, key) if each not in names]
    person: dict[str, Any] = {"objectType": "Person"}
    if names:
        person["name"] = names
    person |= {each: [agent[each]] for each in IDENTIFIERS if each in agent}
    return json_answer(person)


def _get_activity(uow: UnitOfWork, client: Client, ask: Ask) -> Answer:
    allow_only(ask, DOCUMENTS, ("activityId",))
    iri = iri_of(ask, "activityId", DOCUMENTS) or ""
    _need(client, *_READ, "profile", "state")
    activity: dict[str, Any] = {"objectType": "Activity", "id": iri}
    found = asking.described(uow, client, iri) if client.may(*_READ) else asking.definition(uow, iri)
    if found is not None:
        activity["definition"] = found
    return json_answer(activity)


def about(ask: Ask) -> Answer:
    """Say which versions are spoken here: to anybody, whatever version they name.

    Under 1.0.3 no later version may be named (XAPI-00316); the second version names the latest of each.
    """
    allow_only(ask, DOCUMENTS)
    if ask.method not in {"GET", "HEAD"}:
        raise Refusal(405, "This resource knows GET, HEAD.", RESOURCES, headers={"Allow": "GET, HEAD, OPTIONS"})
    return json_answer({"version": [FIRST] if ask.version == FIRST else [FIRST, SECOND]})


def _document_methods(kind: str) -> dict[str, Handler]:
    return {
        "GET": partial(_get_document, kind=kind),
        "PUT": partial(_put_document, kind=kind),
        "POST": partial(_post_document, kind=kind),
        "DELETE": partial(_delete_document, kind=kind),
    }


RESOURCE: dict[str, dict[str, Handler]] = {
    "statements": {"GET": _get_statements, "PUT": _put_statement, "POST": _post_statements},
    "activities/state": _document_methods("state"),
    "activities/profile": _document_methods("activity"),
    "agents/profile": _document_methods("agent"),
    "agents": {"GET": _get_person},
    "activities": {"GET": _get_activity},
}
"""Resource below the base address → method → what answers."""
