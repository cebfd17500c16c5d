"""The `:::` blocks: their names, their bodies and their places; and finding them in the lines of a file.

::: name words {#id}        opens
…                           YAML or prose, fixed by the name
:::                         closes
"""

import re
from collections import abc
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from lms.engine.scenario.language import front, front_tasks, front_tracks
from lms.engine.scenario.language.syntax import Name
from lms.engine.scenario.language.timer import TimeoutKeys
from lms.engine.scenario.program import codes
from lms.engine.source import markup
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.typed import Record, read
from lms.engine.source.yaml_nodes import Node, Region, Sequence, compose
from lms.kernel.ids import is_slug

FENCE = ":::"
CODE = "```"
_FIRST = FENCE[0] + CODE[0]
MAX_DEPTH = 6
NOT_TEXTS = frozenset({"when", "if", "pass", "derive", "effects", "url", "right", "partly", "wrong"})
"""Keys under which no text for people stands."""

R = TypeVar("R", bound=Record)

Place = Literal["top", "scene", "choice", "prose"]

_ID = re.compile(r"\s*\{#([^{}]*)\}\s*$")


class Line(NamedTuple):
    """A line of the file from its `indent` on: `text` starts at column `indent` + 1."""

    number: int
    text: str
    indent: int = 0


@dataclass(frozen=True, slots=True)
class BlockType:
    """What a block is called, may hold, and where it may stand. A `record` means a YAML body."""

    name: str
    places: tuple[Place, ...]
    says: str
    record: type[Record] | None = None
    id: Literal["", "optional", "required"] = ""
    words: str = ""
    """What is written after the name, with an example; empty: nothing."""


BLOCKS = {
    block.name: block
    for block in (
        BlockType("scene", ("scene",), "What kind of scene this is.", front.SceneKeys),
        BlockType("choice", ("choice",), "What the choice above it needs and does.", front.ChoiceKeys),
        BlockType(
            "timeout",
            ("scene",),
            "What happens when time runs out for learners who have asked to be timed.",
            TimeoutKeys,
            id="required",
            words="a length of time such as '40s'",
        ),
        BlockType("options", ("scene",), "Lines of which several are selected.", front.OptionsKeys),
        BlockType("question", ("scene",), "A question of a bank.", front_tasks.QuestionKeys, id="required"),
        BlockType("order", ("scene",), "Things to put in order.", front_tasks.OrderKeys, id="required"),
        BlockType("free-text", ("scene",), "Words of one's own.", front.FreeTextKeys, id="required"),
        BlockType("later", ("top", "scene"), "A delayed consequence.", front.LaterKeys, id="required"),
        BlockType("debrief", ("scene",), "What is said about a decision.", front.DebriefKeys, id="required"),
        BlockType("debrief-plan", ("top", "scene"), "The debrief as a whole; stands last.", front.PlanKeys),
        BlockType("summary", ("top", "scene"), "What happens, for who would rather read it; stands last."),
        BlockType("if", ("scene", "choice", "prose"), "Prose under a condition.", words="a condition such as 'name'"),
        BlockType("document", ("scene", "choice", "prose"), "Something to read.", front.DocumentKeys, id="optional"),
        BlockType("observe", ("scene", "prose"), "Measures tracks, and shows them.", front_tracks.ObserveKeys),
        BlockType("chart", ("scene", "choice", "prose"), "Shows tracks once more.", front_tracks.ChartKeys),
    )
}
_NAMES = Names(BLOCKS)


@dataclass(frozen=True, slots=True)
class BlockText:
    """A block as found: `body` are the lines between; `head` is the place of its name, `words` those after it."""

    type: BlockType
    head: Span
    words: Name
    id: Name
    body: tuple[Line, ...]


def opens(line: Line) -> bool:
    """Tell whether a line opens a block."""
    return line.text.startswith(FENCE) and line.text.strip() != FENCE


def closes(line: Line) -> bool:
    """Tell whether a line closes a block."""
    return line.text.strip() == FENCE


def match(lines: abc.Sequence[Line]) -> dict[int, int]:
    """Return where each block that opens in these lines closes: positions by position; none for one left open."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    fenced = False
    for position, line in enumerate(lines):
        text = line.text
        if not text or text[0] not in _FIRST:  # nearly all lines, and each is looked at on every level
            continue
        if text.startswith(CODE):
            fenced = not fenced
        elif fenced or not text.startswith(FENCE):
            continue
        elif not closes(line):
            waiting.append(position)
        elif waiting:
            found[waiting.pop()] = position
    return found


def take(
    lines: abc.Sequence[Line], start: int, end: int | None, *, path: str, problems: Problems, place: Place
) -> tuple[BlockText | None, int]:
    """Read the block that opens at `start` and closes at `end`; return it and the position after it.

    None stands for a block that is unknown, misplaced or not closed; that is reported, and its lines are passed over
    so that they cause no further problems.
    """
    line = lines[start]
    after = line.text[len(FENCE) :]
    lead = len(after) - len(after.lstrip())
    column = line.indent + len(FENCE) + lead + 1
    name = after.split(None, 1)[0]
    head = Span(path, line.number, column, len(name))
    block_type = BLOCKS.get(name)
    if end is None:
        problems.add(
            codes.OPEN_BLOCK,
            head,
            f"the block '{name}' is not closed",
            fix="write ':::' alone on a line where it ends, indented like its first line",
        )
    if block_type is None:
        listing = f"known blocks: {', '.join(BLOCKS)}"
        problems.add(codes.UNKNOWN_BLOCK, head, f"there is no block '{name}'", fix=_NAMES.hint(name, listing))
    elif place not in block_type.places:
        problems.add(
            codes.MISPLACED_BLOCK, head, f"the block '{name}' cannot stand here", why=f"it belongs {where(block_type)}"
        )
        block_type = None
    if block_type is None or end is None:
        return None, _after_damage(lines, start) if end is None else end + 1
    words, identifier = _arguments(line, column + len(name), block_type, head, problems)
    return BlockText(block_type, head, words, identifier, tuple(lines[start + 1 : end])), end + 1


def read_id(text: str, span: Span, problems: Problems) -> Name:
    """Return an id that was written, or an empty one at its place when it is malformed."""
    if is_slug(text):
        return Name(text, span)
    problems.add(
        codes.MALFORMED_ID,
        span,
        f"'{text[:64]}' cannot be an id" if text else "the id is empty",
        why="ids stand in links, statements and records",
        fix="use lower-case letters a-z, digits and hyphens: {#supper-tray}",
    )
    return Name(text, span)


def split_id(text: str, column: int, number: int, path: str, problems: Problems) -> tuple[str, Name]:
    """Split `{#id}` from the end of a text that starts at `column`; without one the name is empty, placed at the end."""
    match = _ID.search(text[-200:])
    if match is None:
        stripped = text.rstrip()
        return stripped, Name("", Span(path, number, column + len(stripped), 1))
    offset = len(text) - len(text[-200:])
    span = Span(path, number, column + offset + match.start(1), max(1, len(match[1])))
    return text[: offset + match.start()], read_id(match[1], span, problems)


def read_record(block: BlockText, source: Source, problems: Problems, cls: type[R]) -> R | None:
    """Read a block's YAML into its record."""
    node = read_node(block, source, problems)
    return None if node is None else read(node, cls, problems)


def read_node(block: BlockText, source: Source, problems: Problems) -> Node | None:
    """Read a block's YAML into its tree; None when there is none, which is reported."""
    if not any(line.text.strip() for line in block.body):
        problems.add(
            codes.EMPTY_BLOCK,
            block.head,
            f"the block '{block.type.name}' is empty",
            fix="write its keys, or remove it",
        )
        return None
    opening = source.lines[block.head.line - 1]
    indent = len(opening) - len(opening.lstrip(" "))
    before = len(problems)
    node = compose(source, problems, Region(block.body[0].number, block.body[-1].number + 1, indent))
    if node is not None:
        markup.check_values(node, problems, but=NOT_TEXTS)
        return node
    if len(problems) == before:
        problems.add(codes.EMPTY_BLOCK, block.head, f"the block '{block.type.name}' holds remarks only")
    return None


def lost_items(record: Record) -> bool:
    """Tell whether something in a list of a record could not be read: it may hold an id that seems to be missing."""
    for name in ("options", "items", "routes"):
        kept = getattr(record, name, None)
        if kept is None:
            continue
        node = record.node_of(name)
        if isinstance(node, Sequence) and (len(node.items) > len(kept) or any(item.is_unread("id") for item in kept)):
            return True
    return False


def _after_damage(lines: abc.Sequence[Line], start: int) -> int:
    """Return where to go on after a block that is not closed: at the next block, choice, heading or blank line."""
    for position in range(start + 1, len(lines)):
        text = lines[position].text
        if not text.strip() or text.startswith((FENCE, "## ", "- [")):
            return position
    return len(lines)


def _arguments(line: Line, column: int, block_type: BlockType, head: Span, problems: Problems) -> tuple[Name, Name]:
    text = line.text[column - line.indent - 1 :]
    rest, identifier = split_id(text, column, line.number, head.path, problems)
    stripped = rest.strip()
    lead = len(rest) - len(rest.lstrip()) if stripped else 0
    words = Name(stripped, Span(head.path, line.number, column + lead, max(1, len(stripped))))
    has_id = identifier.span.column + 1 < column + len(text) and "{#" in text
    if stripped and not block_type.words:
        fix = "end the line after the name" if not block_type.id else "write only an id after the name: {#id}"
        problems.add(codes.BLOCK_ARGUMENT, words.span, f"'{block_type.name}' takes no words", fix=fix)
    if not stripped and block_type.words:
        problems.add(
            codes.BLOCK_ARGUMENT,
            head,
            f"'{block_type.name}' needs {block_type.words.split(' such as ')[0]}",
            fix=f"write '::: {block_type.name} {block_type.words.split(' such as ')[1][1:-1]}'",
        )
    if has_id and not block_type.id:
        problems.add(codes.BLOCK_ARGUMENT, identifier.span, f"'{block_type.name}' has no id", fix="remove it")
    return words, identifier


def where(block_type: BlockType) -> str:
    """Return where a block may stand, in words."""
    words = {
        "top": "before the first scene",
        "scene": "in a scene, at the start of a line",
        "choice": "indented beneath a choice",
        "prose": "among prose",
    }
    return " or ".join(words[place] for place in block_type.places if place != "prose")
