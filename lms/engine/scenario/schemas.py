"""The JSON Schema of a scenario's front matter, made from the same declarations that read it."""

import json

from lms.engine.scenario.front import Front
from lms.engine.source import schema

BASE = "https://ymarfer.example/schemas/"


def export() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    found = schema.export(Front, "Front matter of a scenario", f"{BASE}scenario.json")
    return {"scenario.json": json.dumps(found, indent=2, ensure_ascii=False) + "\n"}
