"""JSON Schema (draft 2020-12) of what `typed` reads, so that editors complete and check while one types."""

from typing import Any

from lms.engine.source.kinds import record_kind
from lms.engine.source.record import Record


def export(cls: type[Record], title: str, identifier: str) -> dict[str, Any]:
    """Return the schema of files that hold one `cls`; unknown keys are refused as in `read`."""
    definitions: dict[str, Any] = {}
    root = record_kind(cls).schema(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }
