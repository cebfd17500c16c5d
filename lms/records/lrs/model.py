"""What the store hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from lms.engine.xapi.build import timestamp

Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it is kept: its place in the order of storing, when it was stored, its JSON."""

    seq: int
    id: str
    stored: datetime
    body: str

    def statement(self) -> Statement:
        """Return the statement as an LRS returns it: with `stored`."""
        value: Statement = orjson.loads(self.body)
        value["stored"] = timestamp(self.stored)
        return value
