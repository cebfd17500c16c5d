"""A scenario's script as a PDF: the same pages as in HTML, set by `script.typ`."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.base.paper.press import press, printable
from lms.engine.scenario.program.program import Program
from lms.features.authoring.markup import Node

_SIGNS = re.compile("[●◐▲■] ?")
TEMPLATE = Path(__file__).parent / "script.typ"


def render(program: Program, nodes: Sequence[Node], at: datetime) -> bytes:
    """Return the PDF, dated `at`. Raises Unprinted."""
    data = {
        "title": printable(program.title)[0],
        "version": program.hash[:12],
        "language": program.language.partition("-")[0],
        "nodes": [_printed(node.to_json()) for node in nodes],
    }
    return press(TEMPLATE, data, at)


def _printed(value: Any) -> Any:
    """Return a page without signs that the fonts do not have: what they say, the words beside them say as well."""
    if isinstance(value, str):
        return printable(_SIGNS.sub("", value))[0]
    if isinstance(value, list):
        return [_printed(one) for one in value]
    return {name: _printed(one) for name, one in value.items()} if isinstance(value, dict) else value
