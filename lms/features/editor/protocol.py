"""Our places and findings as the protocol's. Columns are characters here, and the client's units there."""

import re
from collections.abc import Callable, Sequence

from lsprotocol import types
from pygls import uris
from pygls.workspace import PositionCodec, ServerTextPosition, ServerTextRange

from lms.engine.scenario.language.symbols import Symbols
from lms.engine.source.problem import Problem
from lms.engine.source.span import Span
from lms.features.editor.completion import Completion, Sort

SOURCE = "lms"
_MEANT = re.compile(r"did you mean ['`]([\w-]+)['`]")

SORTS: dict[Sort, types.CompletionItemKind] = {
    "scene": types.CompletionItemKind.Reference,
    "choice": types.CompletionItemKind.Reference,
    "name": types.CompletionItemKind.Variable,
    "value": types.CompletionItemKind.EnumMember,
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.Keyword,
    "block": types.CompletionItemKind.Struct,
    "function": types.CompletionItemKind.Function,
}
KINDS = {
    "scene": types.SymbolKind.Class,
    "choice": types.SymbolKind.Method,
    "variable": types.SymbolKind.Variable,
    "derived": types.SymbolKind.Variable,
    "competency": types.SymbolKind.Number,
    "must": types.SymbolKind.Event,
    "character": types.SymbolKind.Object,
    "reference": types.SymbolKind.Package,
    "later": types.SymbolKind.Event,
}


class Converter:
    """Places of one text, in the units of the client."""

    def __init__(self, codec: PositionCodec, lines: Sequence[str]) -> None:
        self.codec, self.lines = codec, lines

    def range(self, span: Span) -> types.Range:
        """Return a place as a range."""
        return self.between(span.line - 1, span.column - 1, span.line - 1, span.column - 1 + span.length)

    def between(self, row: int, column: int, end_row: int, end: int) -> types.Range:
        """Return the range between two places, lines and columns from 0; never beyond the text."""
        last = max(0, len(self.lines) - 1)
        row, end_row = min(row, last), min(end_row, last)
        return self.codec.range_to_client_units(
            self.lines,
            ServerTextRange(
                ServerTextPosition(row, min(column, self._length(row))),
                ServerTextPosition(end_row, min(end, self._length(end_row))),
            ),
        )

    def place(self, position: types.Position) -> tuple[int, int]:
        """Return line and column from 0."""
        found = self.codec.position_from_client_units(self.lines, position)
        return found.line, found.character

    def _length(self, row: int) -> int:
        return len(self.lines[row].rstrip("\r\n")) if row < len(self.lines) else 0


def uri_of(path: str) -> str:
    """Return the address of a file that a span names; a text without a file is named by its address already."""
    return uris.from_fs_path(path) or path if path.startswith("/") or ("://" not in path and ":" in path[:2]) else path


def diagnostic(problem: Problem, at: Converter, location: Callable[[Span], types.Location]) -> types.Diagnostic:
    """Return a problem as a diagnostic; its way, and the id that was meant, travel with it."""
    said = [problem.what, *(f"{word}: {text}" for word, text in (("why", problem.why), ("fix", problem.fix)) if text)]
    meant = _MEANT.search(problem.fix)
    way = [
        types.DiagnosticRelatedInformation(
            location(step.span),
            f"{number}. {step.text}",
        )
        for number, step in enumerate(problem.way, 1)
    ]
    return types.Diagnostic(
        range=at.range(problem.span),
        message="\n".join(said),
        severity=types.DiagnosticSeverity.Error if problem.severity == "error" else types.DiagnosticSeverity.Warning,
        code=problem.code,
        source=SOURCE,
        related_information=way or None,
        data={"meant": meant[1]} if meant else None,
    )


def completion_list(found: Completion, row: int, column: int, at: Converter) -> types.CompletionList:
    """Return suggestions, each of which replaces the word before the cursor."""
    place = at.between(row, found.start, row, column)
    items = [
        types.CompletionItem(
            label=one.label,
            kind=SORTS[one.sort],
            detail=one.says or None,
            filter_text=one.label,
            sort_text=f"{number:04}",
            text_edit=types.TextEdit(place, one.insert),
        )
        for number, one in enumerate(found.suggestions)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def outline(known: Symbols, path: str, at: Converter) -> list[types.DocumentSymbol]:
    """Return the names of a file as an outline: what stands in a scene under the scene."""
    top: list[types.DocumentSymbol] = []
    scenes: list[types.DocumentSymbol] = []
    for symbol in [one for one in known.symbols if one.span.path == path]:
        name = at.range(symbol.span)
        whole = at.between(symbol.line - 1, 0, symbol.end - 1, 1 << 20)
        made = types.DocumentSymbol(
            name=symbol.id,
            detail=symbol.title,
            kind=KINDS.get(symbol.kind, types.SymbolKind.Field),
            range=whole,
            selection_range=name,
            children=[],
        )
        holder = next((one for one in reversed(scenes) if _holds(one.range, name)), None)
        if symbol.kind == "scene" or holder is None:
            top.append(made)
        else:
            holder.children = [*(holder.children or []), made]
        scenes += [made] if symbol.kind == "scene" else []
    return top


def _holds(outer: types.Range, inner: types.Range) -> bool:
    return outer.start.line <= inner.start.line and inner.end.line <= outer.end.line
