"""A name given another: every place in the scenario's file, in its language files, and in its plans."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.engine.scenario.language.include import SHARED
from lms.engine.scenario.language.symbols import SINGULAR, Symbols
from lms.engine.source import front_matter
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.yaml_nodes import Mapping as MappingNode
from lms.engine.source.yaml_nodes import Node, Scalar, compose
from lms.engine.source.yaml_nodes import Sequence as ListNode
from lms.kernel.errors import Invalid
from lms.kernel.ids import is_slug

PLAN = ".plan"
TAKES = frozenset({"take", "select", "choose", "order"})
"""Keys of a plan under which choices and options stand; under the others, scenes and variables do."""
RENAMED = frozenset(
    {
        *(
            "scene",
            "choice",
            "variable",
            "derived",
            "draw",
            "competency",
            "must",
            "reference",
            "objective",
            "character",
        ),
        *("later", "debrief", "free-text"),
    }
)
"""What can be renamed: of these, every place is known."""
_TOLD = re.compile(r"scenario\.[a-z-]+(?:\.[a-z-]+)?\.(?:md|yaml|yml)")
"""Language files and overlays."""
_ID = re.compile(r"\{#([a-z0-9-]+)\}[ \t]*$|\]\(#([a-z0-9-]+)\)|\bid:[ \t]*([a-z0-9-]+)")
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
        elif _TOLD.fullmatch(file.name) and file.path not in read:
            found += _in_telling(file, kind, id_)
    if any(by_path[span.path].name.startswith(SHARED) for span in found):
        raise Invalid(
            f"'{id_}' stands in a file that other scenarios share.",
            why="They would not find it any more.",
            fix="Change it there by hand, and look at each scenario that includes the file.",
        )
    return [Change(span, new) for span in dict.fromkeys(found)]


def _check(known: Symbols, kind: str, id_: str, new: str) -> None:
    if kind not in RENAMED:
        raise Invalid(f"A {kind} cannot be renamed by a machine yet: '{id_}'.", fix="Change it in each place.")
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


def _in_telling(file: SourceFile, kind: str, id_: str) -> list[Span]:
    """Return the places in a language file or an overlay, which repeat ids and leave out much else."""
    problems = Problems()
    source = decode(file.path, file.data, problems)
    if source is None:
        return []
    is_text = file.name.endswith(".md")
    node = front_matter.split(source, problems).node if is_text else compose(source, problems)
    tables = node.entries if isinstance(node, MappingNode) else ()
    found = [
        key.span
        for name, table in tables
        if isinstance(table, MappingNode) and (SINGULAR.get(name.text) or name.text.removesuffix("s")) == kind
        for key, _ in table.entries
        if key.text == id_
    ]
    for number, line in enumerate(source.lines if is_text else (), 1):
        for match in _ID.finditer(line):
            group = match.lastindex or 1
            if match[group] == id_ and _kind_on(line, group) == kind:
                found.append(Span(file.path, number, match.start(group) + 1, len(id_)))
    return found


def _kind_on(line: str, group: int) -> str:
    """Return what an id on a line names: at its end, as a target, or after `id:`."""
    if group == 1 and line.lstrip().startswith(":::"):
        name = line.lstrip(": \t").split(None, 1)[0]
        return "choice" if name in {"timeout", "question", "order"} else name
    return "scene" if group == 2 or line.startswith("## ") else "choice"  # noqa: PLR2004 - the second group


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
