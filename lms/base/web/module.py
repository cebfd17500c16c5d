"""What a module offers to the house. `app.py` lists the modules by hand, in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint

from lms.base.web.identity import Policy


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the main navigation: endpoint, label (an untranslated message id), icon and who sees it."""

    endpoint: str
    label: str
    icon: str
    allow: Policy


@dataclass(frozen=True, slots=True)
class Subscription:
    """`handler(uow, event)` is called for each published `event`, in the same transaction."""

    event: type
    handler: Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Something that a person left in the middle: what it is called, where it goes on, since when it waits."""

    title: str
    label: str
    endpoint: str
    values: Mapping[str, Any]
    since: datetime


@dataclass(frozen=True, slots=True)
class Module:
    """A module's manifest: everything that the composition root needs to know."""

    name: str
    blueprint: Blueprint | None = None
    programs: Blueprint | None = None
    """Addresses for other programs, which show credentials of their own: no cookie counts there, and no CSRF field."""
    navigation: tuple[NavigationItem, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    statements: tuple[str, ...] = ()
    """The verbs of the statements that it records, for `lms map`."""
    own_data: Callable[[Any, UUID], Any] | None = None
    """`own_data(uow, person_id)` returns all it keeps about a person as JSON values, for that person's download."""
    unfinished: Callable[[Any, UUID], Sequence[Unfinished]] | None = None
    """`unfinished(uow, person_id)` returns what home invites that person to go on with; labels are message ids."""
