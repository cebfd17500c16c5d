"""The life of a delivery: what each reply of an LRS leads to. Pure: time and chance come in as arguments.

A delivery (one statement for one endpoint):

    record ──> withheld (never sent: the endpoint's version does not know it, or a pseudonym would break its signature)
       │
       └─────> pending ──claim──> posted ──Accepted, Compared equal or ours────────────> delivered
                  ^                 │
                  │                 ├─Busy, Denied, Lost───> pending   (the endpoint waits, or is paused)
                  │                 ├─Refused, several─────> pending   (the window halves: bisect)
                  │                 ├─Refused, alone──────────────────────────────────> parked ──retry──> pending
                  │                 ├─Broken thrice, several> pending  (the window halves)
                  │                 ├─Broken thrice, alone─> deferred  (others go on, its registration waits)
                  │                 ├─Compared, may not look, several─> pending  (the window is one)
                  │                 └─Compared different, or may not look, alone──────> parked
                  └──due────── deferred ──Broken again and again──────────────────────> parked

An endpoint: active ──Denied, or REFUSED_IN_A_ROW──> paused ──resume──> active. `next_delivery` is every arrow that a
reply takes; claim, retry and resume are in `service`.

The window is how many statements a batch may hold. It is kept with the endpoint, so a bisection survives a crash.
Statements go out in the order of recording; only a deferred one steps aside, and then all of its registration wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

BATCH = 50
"""The most statements in a batch."""

BATCH_BYTES = 1_000_000
"""The most bytes in a batch, unless a single statement is larger."""

LEASE = timedelta(minutes=3)
"""How long a batch belongs to the worker that claimed it; longer than any request may last."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_ASKED_WAIT = timedelta(hours=24)

BROKEN_IN_A_ROW = 3
"""Equal failures of the server (500) before the batch is suspected rather than the server."""

DEFERRALS = 5
"""Deferrals after which a statement is parked, if the endpoint accepted others in the meantime."""

DEFERRALS_AT_MOST = 10
"""Deferrals after which a statement is parked in any case."""

REFUSED_IN_A_ROW = 20
"""Statements refused one after the other, none accepted between, before the endpoint is paused: it is not theirs."""


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    PARKED = "parked"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A remote LRS, as far as its next delivery is concerned."""

    id: int
    name: str
    paused: bool = False
    words: str = ""
    """Why it waits or is paused, in the LRS's own words where it had some."""
    window: int = BATCH
    failures: int = 0
    """Failures since the last success, for the length of the wait."""
    broken: int = 0
    """Answers of 500 since the last success."""
    refused: int = 0
    """Statements refused since the last success."""
    due_at: datetime | None = None
    succeeded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Content that goes out with a statement; its SHA-2 is written as the statement writes it."""

    sha2: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A statement to send to one endpoint: the bytes that go out, whatever happens (T3)."""

    seq: int
    statement_id: str
    registration: str | None
    body: str
    deferrals: int = 0
    failed_at: datetime | None = None
    """When it was first suspected."""
    attachments: tuple[Attachment, ...] = ()


# ── replies ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored there, all of them (200 with their ids, or 204)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """At least one of them is not acceptable (400, 413, 422)."""

    status: int
    words: str


@dataclass(frozen=True, slots=True)
class Denied:
    """We may not write here, or there is no LRS here (401, 403, 404): nothing will change until somebody acts."""

    words: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Not now (429, 502, 503, 504), no answer at all, or an answer that is no LRS's."""

    words: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """The server failed (500): it may be ill, or one of the statements makes it so."""

    words: str


@dataclass(frozen=True, slots=True)
class Conflicting:
    """It says it has one of them already (409): look before anything else."""

    words: str


class Found(StrEnum):
    """What a look at the remote store found under a statement's id."""

    EQUAL = "equal"
    DIFFERENT = "different"
    ABSENT = "absent"
    HIDDEN = "hidden"
    """We may write there and not read, so nobody can compare."""
    OURS = "ours"
    """Hidden, but its id is a random one that was given here: nothing else can have it."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """After a conflict: what was found under each id."""

    found: Mapping[str, Found]
    words: str


Reply = Accepted | Refused | Denied | Busy | Broken | Compared
PostReply = Accepted | Refused | Denied | Busy | Broken | Conflicting


# ── what follows ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery given up, with the LRS's own words."""

    seq: int
    words: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a reply leads to. Deliveries that are not named stay pending."""

    endpoint: Endpoint
    delivered: tuple[int, ...] = ()
    parked: tuple[Parked, ...] = ()
    deferred: tuple[Delivery, ...] = ()
    due_at: Mapping[int, datetime] = field(default_factory=dict)
    """When each deferred one is due again."""


def backoff(failures: int, jitter: float) -> timedelta:
    """Return how long to wait after so many failures: doubled each time, capped, and shortened by up to a half.

    `jitter` is from 0 to 1 and keeps many workers from coming back at the same moment.
    """
    wait = min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)
    return wait * (0.5 + jitter / 2)


def next_delivery(
    endpoint: Endpoint, batch: Sequence[Delivery], reply: Reply, *, now: datetime, jitter: float
) -> Settlement:
    """Return what follows from a reply to a batch. See the drawing above."""
    match reply:
        case Accepted():
            return _accepted(endpoint, batch, now)
        case Refused():
            return _refused(endpoint, batch, reply)
        case Denied(words):
            return Settlement(replace(endpoint, paused=True, words=words))
        case Busy(words, wait):
            return Settlement(_waiting(endpoint, words, now, jitter, asked=wait))
        case Broken(words):
            return _broken(endpoint, batch, words, now, jitter)
        case Compared():
            return _compared(endpoint, batch, reply, now, jitter)


def _healthy(endpoint: Endpoint, now: datetime) -> Endpoint:
    return replace(endpoint, words="", failures=0, broken=0, refused=0, due_at=None, succeeded_at=now)


def _waiting(
    endpoint: Endpoint, words: str, now: datetime, jitter: float, *, asked: timedelta | None = None
) -> Endpoint:
    failures = endpoint.failures + 1
    wait = max(backoff(failures, jitter), min(asked or timedelta(0), LONGEST_ASKED_WAIT))
    return replace(endpoint, words=words, failures=failures, due_at=now + wait)


def _accepted(endpoint: Endpoint, batch: Sequence[Delivery], now: datetime) -> Settlement:
    wider = min(BATCH, endpoint.window * 2)
    return Settlement(replace(_healthy(endpoint, now), window=wider), delivered=tuple(each.seq for each in batch))


def _refused(endpoint: Endpoint, batch: Sequence[Delivery], reply: Refused) -> Settlement:
    if len(batch) > 1:
        return Settlement(replace(endpoint, window=len(batch) // 2, due_at=None))
    refused = endpoint.refused + 1
    words = f"{reply.status}: {reply.words}" if reply.words else str(reply.status)
    changed = replace(endpoint, refused=refused, due_at=None, broken=0)
    if refused >= REFUSED_IN_A_ROW:
        changed = replace(changed, paused=True, words=f"{refused} statements in a row were refused; the last: {words}")
    return Settlement(changed, parked=(Parked(batch[0].seq, words),))


def _broken(endpoint: Endpoint, batch: Sequence[Delivery], words: str, now: datetime, jitter: float) -> Settlement:
    suspect = batch[0]
    if suspect.deferrals and len(batch) == 1:  # it was set aside before: only it is tried, the endpoint goes on
        return _defer(endpoint, suspect, words, now, jitter)
    waiting = replace(_waiting(endpoint, words, now, jitter), broken=endpoint.broken + 1)
    if waiting.broken < BROKEN_IN_A_ROW:
        return Settlement(waiting)
    if len(batch) > 1:
        return Settlement(replace(waiting, window=len(batch) // 2))
    return _defer(waiting, suspect, words, now, jitter)


def _defer(endpoint: Endpoint, suspect: Delivery, words: str, now: datetime, jitter: float) -> Settlement:
    tried = replace(suspect, deferrals=suspect.deferrals + 1, failed_at=suspect.failed_at or now)
    others_passed = (
        endpoint.succeeded_at is not None and tried.failed_at is not None and endpoint.succeeded_at > tried.failed_at
    )
    if tried.deferrals >= DEFERRALS_AT_MOST or (tried.deferrals >= DEFERRALS and others_passed):
        return Settlement(endpoint, parked=(Parked(suspect.seq, words),))
    wait = backoff(tried.deferrals + 5, jitter)
    return Settlement(endpoint, deferred=(tried,), due_at={tried.seq: now + wait})


def _compared(
    endpoint: Endpoint, batch: Sequence[Delivery], reply: Compared, now: datetime, jitter: float
) -> Settlement:
    def those(found: Found) -> list[Delivery]:
        return [each for each in batch if reply.found.get(each.statement_id, Found.UNKNOWN) is found]

    equal, different = those(Found.EQUAL), those(Found.DIFFERENT)
    parked = tuple(Parked(each.seq, f"409: another statement has this id there. {reply.words}") for each in different)
    delivered = tuple(each.seq for each in equal)
    if those(Found.HIDDEN) or those(Found.OURS):
        return _unseen(endpoint, batch, reply, now, Settlement(endpoint, delivered, parked))
    if those(Found.UNKNOWN):
        return Settlement(_waiting(endpoint, reply.words, now, jitter), delivered=delivered, parked=parked)
    absent = those(Found.ABSENT)
    if absent and len(batch) == 1:
        return _broken(endpoint, batch, "It answers 409 to a statement that it does not hold.", now, jitter)
    settled = _healthy(endpoint, now) if equal else replace(endpoint, due_at=None)
    return Settlement(replace(settled, window=1 if absent else endpoint.window), delivered=delivered, parked=parked)


def _unseen(
    endpoint: Endpoint, batch: Sequence[Delivery], reply: Compared, now: datetime, seen: Settlement
) -> Settlement:
    """After a conflict where we may not read: which of several it means, only sending them one by one can tell."""
    if len(batch) > 1:
        return replace(seen, endpoint=replace(endpoint, window=1, due_at=None))
    if reply.found[batch[0].statement_id] is Found.OURS:
        words = "It answers 409 (it has this statement) and does not let us read; that counts as delivered."
        return Settlement(replace(_healthy(endpoint, now), words=words), delivered=(batch[0].seq,))
    words = f"409: a statement has this id there, and we may not read whether it is the same. {reply.words}"
    return Settlement(replace(endpoint, due_at=None), parked=(Parked(batch[0].seq, words),))
