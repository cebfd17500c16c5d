"""The five kinds of error that the whole house speaks; nothing else crosses a layer.

    LmsError            what, why, fix: a sentence each, ready to be shown
    ├── NotFound        it does not exist, or may not be known to exist
    ├── NotAllowed      it exists, and this person may not
    ├── Conflict        true when you looked, no longer true now; nothing is lost
    ├── Invalid         the input is wrong; `problems` says where
    └── Unavailable     a resource is missing for the moment (disk, database, network)

`base.web` maps kinds to HTTP, `cli` maps them to exit statuses: one table each.
"""

from collections.abc import Sequence
from typing import Any


class LmsError(Exception):
    """Base of all expected errors: `what` happened, `why`, and how to `fix` it."""

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return "\n".join(
            [self.what, *(f"  {label}  {text}" for label, text in (("why", self.why), ("fix", self.fix)) if text)],
        )


class NotFound(LmsError):  # noqa: N818 - the kind is the name, on pages and in the table of kinds
    """It does not exist, or its existence may not be revealed to this person."""


class NotAllowed(LmsError):  # noqa: N818
    """It exists and this person may not do this with it."""


class Conflict(LmsError):  # noqa: N818
    """The world moved on between looking and acting; nothing was changed."""


class Invalid(LmsError):  # noqa: N818
    """The input is wrong. `problems` are findings that a person can act on, in order."""

    def __init__(self, what: str, *, why: str = "", fix: str = "", problems: Sequence[Any] = ()) -> None:
        super().__init__(what, why=why, fix=fix)
        self.problems = tuple(problems)


class Unavailable(LmsError):  # noqa: N818
    """A resource (disk, database, network) is missing for the moment; trying again may help."""
