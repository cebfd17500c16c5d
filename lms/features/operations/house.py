"""What the composition root hands in, so that operations can run a house that they may not import."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

from lms.base.store.jobs import Job
from lms.base.store.work import Store
from lms.base.store.workplace import Workplace
from lms.base.web.module import Module
from lms.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """The whole: where the web application is, what is in it, what is done beside it, what is done first."""

    application: str
    """Where a web process finds the function that makes its WSGI application, as `module:name`."""
    modules: tuple[Module, ...]
    jobs: tuple[Job, ...]
    make_app: Callable[[Settings, Store], Flask]
    first: tuple[Callable[[Store, Settings], object], ...]
    """What is done, in order, before anybody is let in."""
    invite: Callable[[Store, Settings], tuple[str, ...]]
    """Make the demo people that are missing; return what to print about signing in. Raises NotAllowed off loopback."""
    greet: Callable[[Store, Settings], tuple[str, ...]]
    """Return what to print about signing in when there are no demo people."""


class Whole(Workplace, Protocol):
    """The workplace of commands that deal with the whole."""

    @property
    def house(self) -> House:
        """Return the house."""
