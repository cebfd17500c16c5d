"""The JSON Schemas of what authors of scenarios write in YAML, made from the same declarations that read it."""

import json

from lms.engine.scenario.language.front import Front, Overlay, Shared
from lms.engine.source import schema

BASE = "https://ymarfer.example/schemas/"


def export() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    found = {
        "scenario.json": schema.export(Front, "Front matter of a scenario", f"{BASE}scenario.json"),
        "shared.json": schema.export(Shared, "What scenarios include", f"{BASE}shared.json"),
        "overlay.json": schema.export(Overlay, "A nation's overlay of a scenario", f"{BASE}overlay.json"),
    }
    return {name: json.dumps(text, indent=2, ensure_ascii=False) + "\n" for name, text in found.items()}
