"""A name given another: every place in the scenario's file, in its language files, and in its plans."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.engine.scenario.compile import FILE
from lms.engine.scenario.include import SHARED
from lms.engine.scenario.symbols import Symbols
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.yaml_nodes import Mapping as MappingNode
from lms.engine.source.yaml_nodes import Node, Scalar, compose
from lms.engine.source.yaml_nodes import Sequence as ListNode
from lms.features.editor.worker import names_of
from lms.kernel.errors import Invalid
from lms.kernel.ids import is_slug

PLAN = ".plan"
TAKES = frozenset({"take", "select", "choose", "order"})
"""Keys of a plan under which choices and options stand; under the others, scenes and variables do."""
_LANGUAGE_FILE = re.compile(r"scenario\.[a-z-]+(?:\.[a-z-]+)?\.md")
TEXTS = frozenset({"write", "says"})
RIVALS = (("variable", "derived", "competency"),)
"""Kinds that may not share a name, since conditions say only the name."""


@dataclass(frozen=True, slots=True)
class Change:
    """Text to put in a place."""

    span: Span
    text: str


def renamed(files: Sequence[SourceFile], known: Symbols, old: tuple[str, str], new: str) -> list[Change]:
    """Return the changes that give a name (its kind and id) a new one. Raises Invalid, and then nothing is changed."""
    kind, id_ = old
    _check(known, kind, id_, new)
    by_path = {file.path: file for file in files}
    found = _exact(known, kind, id_, by_path)
    read = {symbol.span.path for symbol in known.symbols}
    for file in files:
        if file.name.endswith(PLAN):
            found += _in_plan(file, kind, id_)
        elif _LANGUAGE_FILE.fullmatch(file.name) and file.path not in read:
            found += _exact(names_of([replace(file, name=FILE)]), kind, id_, by_path)
    if any(by_path[span.path].name.startswith(SHARED) for span in found):
        raise Invalid(
            f"'{id_}' stands in a file that other scenarios share.",
            why="They would not find it any more.",
            fix="Change it there by hand, and look at each scenario that includes the file.",
        )
    return [Change(span, new) for span in dict.fromkeys(found)]


def _check(known: Symbols, kind: str, id_: str, new: str) -> None:
    if known.find(kind, id_) is None:
        raise Invalid(f"'{id_}' is not defined in this file.")
    if not is_slug(new):
        raise Invalid(f"'{new}' cannot be an id.", fix="Use lower-case letters a-z, digits and hyphens.")
    rivals = next((kinds for kinds in RIVALS if kind in kinds), (kind,))
    if any(known.find(rival, new) for rival in rivals):
        raise Invalid(f"There is something called '{new}' already.", fix="Choose another name.")


def _exact(known: Symbols, kind: str, id_: str, files: Mapping[str, SourceFile]) -> list[Span]:
    """Return every place in which the name stands letter by letter. Raises Invalid where one hides it."""
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
    texts = {path: file.data.decode("utf-8", "replace").splitlines() for path, file in files.items() if _is_read(file)}
    spans = [Span(span.path, span.line, span.column, len(id_)) for span in found]
    return [span for span in spans if _at(texts.get(span.path, []), span) == id_]


def _is_read(file: SourceFile) -> bool:
    return file.name.endswith((".md", ".yaml", ".yml"))


def _at(lines: Sequence[str], span: Span) -> str:
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    return line[span.column - 1 : span.column - 1 + span.length]


def _in_plan(file: SourceFile, kind: str, id_: str) -> list[Span]:
    problems = Problems()
    source = decode(file.path, file.data, problems)
    node = compose(source, problems) if source else None
    return list(_scalars(node, "", kind, id_)) if node is not None else []


def _scalars(node: Node, key: str, kind: str, id_: str) -> Iterator[Span]:
    if isinstance(node, MappingNode):
        for name, value in node.entries:
            if name.text == id_ and kind in {"variable", "competency"} and key:
                yield name.span
            yield from _scalars(value, name.text, kind, id_)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item, key, kind, id_)
    elif isinstance(node, Scalar) and node.text == id_ and key not in TEXTS and (key in TAKES) == (kind == "choice"):
        yield node.within(0, len(id_))
