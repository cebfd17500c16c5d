"""A name given another: every place in the scenario's file, in its language files, and in its plans."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lms.engine.scenario.symbols import Symbols
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar, compose
from lms.engine.source.yaml_nodes import Sequence as ListNode
from lms.features.editor.worker import names_of
from lms.kernel.errors import Invalid
from lms.kernel.ids import is_slug

PLAN = ".plan"
TAKES = frozenset({"take", "select", "choose", "order"})
"""Keys of a plan under which choices and options stand; under the others, scenes and variables do."""
TEXTS = frozenset({"write", "says"})
SHARED = (("variable", "derived", "competency"),)
"""Kinds that may not share a name, since conditions say only the name."""


@dataclass(frozen=True, slots=True)
class Change:
    """Text to put in a place."""

    span: Span
    text: str


def renamed(
    own: SourceFile, known: Symbols, old: tuple[str, str], new: str, others: Iterable[SourceFile]
) -> list[Change]:
    """Return the changes that give a name (its kind and id) a new one. Raises Invalid, and then nothing is changed."""
    kind, id_ = old
    _check(known, kind, id_, new)
    spans = [*_exact(own, known, kind, id_)]
    for file in others:
        if file.name.endswith(PLAN):
            spans += _in_plan(file, kind, id_)
        elif file.name.endswith(".md") and "/" not in file.name:
            inner = names_of(file.path, file.data)
            spans += _exact(file, inner, kind, id_)
    return [Change(span, new) for span in dict.fromkeys(spans)]


def _check(known: Symbols, kind: str, id_: str, new: str) -> None:
    if known.find(kind, id_) is None:
        raise Invalid(f"'{id_}' is not defined in this file.")
    if not is_slug(new):
        raise Invalid(f"'{new}' cannot be an id.", fix="Use lower-case letters a-z, digits and hyphens.")
    rivals = next((kinds for kinds in SHARED if kind in kinds), (kind,))
    if any(known.find(rival, new) for rival in rivals):
        raise Invalid(f"There is something called '{new}' already.", fix="Choose another name.")


def _exact(file: SourceFile, known: Symbols, kind: str, id_: str) -> Iterator[Span]:
    lines = file.data.decode("utf-8", "replace").splitlines()
    symbol = known.find(kind, id_)
    found = [symbol.span] if symbol else []
    for use in known.uses_of(kind, id_):
        if not use.is_exact and kind != "character":
            raise Invalid(
                f"Line {use.span.line} writes '{id_}' in a way that cannot be changed by a machine.",
                why="Escapes in a quoted text hide where the name stands.",
                fix="Write the value without quotation marks first.",
            )
        found += [use.span] if use.is_exact else []
    for span in found:
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        if line[span.column - 1 : span.column - 1 + len(id_)] == id_:
            yield Span(file.path, span.line, span.column, len(id_))


def _in_plan(file: SourceFile, kind: str, id_: str) -> Iterator[Span]:
    problems = Problems()
    source = decode(file.path, file.data, problems)
    node = compose(source, problems) if source else None
    if node is not None:
        yield from _scalars(node, "", kind, id_)


def _scalars(node: Node, key: str, kind: str, id_: str) -> Iterator[Span]:
    if isinstance(node, Mapping):
        for name, value in node.entries:
            if name.text == id_ and kind in {"variable", "competency"} and key:
                yield name.span
            yield from _scalars(value, name.text, kind, id_)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item, key, kind, id_)
    elif isinstance(node, Scalar) and node.text == id_ and key not in TEXTS and (key in TAKES) == (kind == "choice"):
        yield node.within(0, len(id_))
