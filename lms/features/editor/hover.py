"""What a name, a key or a block is, in words: what an editor shows beside it."""

import re
from collections.abc import Callable, Sequence

from lms.engine.scenario.language.blocks import BLOCKS, where
from lms.engine.scenario.language.symbols import Symbol, Symbols
from lms.engine.source.span import Span
from lms.features.editor.context import context_at, records_in

_BLOCK = re.compile(r"^\s*:::\s*([\w-]+)")
MOST_USES = 12
MOST_LINES = 14


def hover(
    text: Callable[[str], Sequence[str]], place: tuple[str, int, int], known: Symbols
) -> tuple[str, Span | None] | None:
    """Return Markdown about a place (file, line and column from 0), and where it stands; None where nothing is known.

    `text` gives the lines of a file.
    """
    path, row, column = place
    lines = text(path)
    found = known.at(path, row + 1, column + 1)
    if found is not None:
        symbol = found if isinstance(found, Symbol) else known.find(found.kind, found.id)
        said = about(text(symbol.span.path), symbol, known) if symbol else f"no {found.kind} `{found.id}`"
        return said, found.span
    line = lines[row] if row < len(lines) else ""
    block = _BLOCK.match(line)
    if block and block[1] in BLOCKS and block.start(1) <= column <= block.end(1):
        kind = BLOCKS[block[1]]
        body = "YAML" if kind.record else "prose"
        return f"**`::: {kind.name}`** {kind.says} It stands {where(kind)}; its body is {body}.", None
    return _about_key(lines, row, column)


def about(lines: Sequence[str], symbol: Symbol, known: Symbols) -> str:
    """Return what a name is, its own words, and where it is used."""
    said = "\n".join(_excerpt(lines, symbol))
    uses = known.uses_of(symbol.kind, symbol.id)
    places = ", ".join(str(use.span.line) for use in uses[:MOST_USES])
    more = f" and {len(uses) - MOST_USES} more" if len(uses) > MOST_USES else ""
    used = f"Used on line{'s' if len(uses) > 1 else ''} {places}{more}." if uses else "Used nowhere."
    return f"**{symbol.kind.replace('-', ' ')}** `{symbol.id}`: {symbol.title}\n\n```\n{said}\n```\n\n{used}"


def _excerpt(lines: Sequence[str], symbol: Symbol) -> list[str]:
    own = list(lines[symbol.line - 1 : symbol.end])
    shown = own[:MOST_LINES]
    while shown and not shown[-1].strip():
        shown.pop()
    margin = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
    cut = ["…"] if len(own) > MOST_LINES else []
    return [*(line[margin:].rstrip().replace("```", "'''") for line in shown), *cut]


def _about_key(lines: Sequence[str], row: int, column: int) -> tuple[str, Span | None] | None:
    line = lines[row] if row < len(lines) else ""
    for key in re.finditer(r"([\w][\w \-]*?):(?:\s|$)", line):
        if not key.start(1) <= column <= key.end(1):
            continue
        context = context_at(lines, row, key.start(1))
        for record in records_in(context.kinds) if context else []:
            if key[1] in record.keys:
                declared, about_key, kind = record.keys[key[1]]
                need = " It is required." if record.is_required(declared) else ""
                return f"**{key[1]}** {about_key.doc}{need}\n\n*{kind.says}*", None
    return None
