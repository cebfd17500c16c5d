"""Who is asking, and the policies that routes may declare.

The person behind a request is loaded once, by the loader that `app.py` hands in; views and templates see only `Identity`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app, g, session
from flask_login import UserMixin

from lms.kernel.errors import NotAllowed
from lms.kernel.words import N_

_KEY = "_user_id"
"""Where flask-login keeps in a session what `SignedIn.get_id` gave."""
ROLES = ("learner", "trainer", "manager", "admin")


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person as pages know them. `token` is the pseudonym used in statements."""

    id: UUID
    name: str
    token: str
    roles: frozenset[str]
    locale: str
    time_zone: str
    epoch: int = 0
    """Grows when the person signs out everywhere; an older cookie is then worthless."""

    @property
    def language(self) -> str:
        """The language of the locale, as content names it: cy, en."""
        return self.locale.replace("-", "_").split("_")[0]

    def has_role(self, *roles: str) -> bool:
        """Tell whether the person has any of these roles."""
        return not self.roles.isdisjoint(roles)


class SignedIn(UserMixin):  # type: ignore[misc]
    """flask-login's view of an identity; its id carries the epoch, so that old cookies end with it."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def get_id(self) -> str:
        """Return what the cookie keeps: id and epoch."""
        return f"{self.identity.id}.{self.identity.epoch}"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may ask for a route at all; what they may see of an object is the service's decision."""

    name: str
    admits: Callable[[Identity | None], bool]


ANYONE = Policy("anyone", lambda _identity: True)
CREDENTIALS = Policy("own credentials", lambda _identity: False)
"""For other programs: nobody is let in by having signed in."""

SIGNED_IN = Policy("signed in", lambda identity: identity is not None)


def roles(*names: str) -> Policy:
    """Make the policy that admits people with any of these roles."""
    unknown = set(names) - set(ROLES)
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    return Policy(" or ".join(names), lambda identity: identity is not None and identity.has_role(*names))


def visitor() -> Identity | None:
    """Return who is asking, or None without sign-in; looked up once, without flask-login's search for other ways in."""
    if "identity" not in g:
        key = session.get(_KEY)
        user: SignedIn | None = current_app.extensions["lms.visitor"](key) if key else None
        g.identity = None if user is None else user.identity
    return cast("Identity | None", g.identity)


def me() -> Identity:
    """Return the signed-in person; the route's policy has made sure that there is one."""
    identity = visitor()
    if identity is None:
        raise NotAllowed(N_("Please sign in first."))
    return identity
