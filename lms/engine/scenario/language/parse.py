"""Text → syntax: front matter, headings that are scenes, list items that are links, and blocks.

Reading never stops at damage: what cannot be read is reported and passed over, so that one slip gives one problem.
Time is linear in the number of lines. Names are given meaning by `check` and `compile`.

What a scene says depends on its own lines and on where they stand, and on nothing else. So whoever reads a file again and
again while it is written gives a Memory, and only the scenes that have changed are read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from lms.engine.scenario.language import blocks, front, front_tasks, timer
from lms.engine.scenario.language.blocks import BlockText, Line
from lms.engine.scenario.language.include import Part, gather
from lms.engine.scenario.language.prose import ProseReader
from lms.engine.scenario.language.syntax import (
    Block,
    Choice,
    Debrief,
    FreeText,
    Later,
    Name,
    Order,
    Question,
    Scenario,
    Scene,
)
from lms.engine.scenario.program import codes
from lms.engine.source import front_matter, markup
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source, SourceFile
from lms.engine.source.typed import Record, read

R = TypeVar("R", bound=Record)

NO_FILES: Mapping[str, SourceFile] = {}

_HEADING = "## "
_CHOICE = "- ["
_TARGET = "](#"
_SLIPPED = re.compile(
    r"\][ \t]{0,9}\([ \t]{0,9}#?[ \t]{0,9}([a-z0-9-]{1,64})[ \t]{0,9}\)[ \t]{0,9}\{#([^{}]{0,64})\}[ \t]{0,9}$"
)
"""A target with a blank too many before it, or without its #; the id behind it tells that a choice is meant."""
_REMARK = "<!--"
_ONCE = re.compile("debrief-plan|summary")
"""What there is once in a story, so that reading a scene that has it depends on the scenes before."""


Lines = tuple[int, tuple[str, ...], tuple[str, ...]]
"""The lines of a scene: the number of the first, as they stand in the file, and as they are read, without remarks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What reading the lines of one scene gave. Nobody changes it: it may be part of several Scenarios."""

    scenario: Scenario
    problems: tuple[Problem, ...]


Memory = dict[str, dict[Lines, Piece]]
"""What was read before, by the path of each file: the pieces of its last reading."""


def parse(
    source: Source, problems: Problems, files: Mapping[str, SourceFile] = NO_FILES, memory: Memory | None = None
) -> Scenario:
    """Read a scenario's file, and what it includes of `files`; what cannot be read is among the problems."""
    matter = front_matter.split(source, problems)
    included = gather(source, matter.node, files, problems)
    scenario = Scenario(source, front_node=included.node)
    if included.node is not None:
        scenario.front = read(included.node, front.Front, problems)
        markup.check_values(included.node, problems, but=blocks.NOT_TEXTS)
    scenario.is_partial = not included.is_whole
    scenario.is_unsure = scenario.is_partial or problems.has_errors()
    for part in (Part(source, matter.body), *included.parts):
        BodyParser(scenario, part.source, problems).read_body(body_lines(part.source, part.body), memory)
    scenario.others = included.sources
    scenario.banks = included.banks
    if not scenario.scenes and not scenario.is_unsure:
        problems.add(
            codes.NO_SCENES,
            source.span(max(1, len(source.lines))),
            "there is no scene here",
            why="a heading starts a scene",
            fix="write '## Title {#id}' and the text of the scene below it",
        )
    return scenario


def body_lines(source: Source, first: int) -> list[Line]:
    """Return the lines of a file from line `first` on, without remarks."""
    lines = [Line(number, text) for number, text in enumerate(source.lines[first - 1 :], first)]
    return without_comments(lines) if _REMARK in source.text else lines


def without_comments(lines: list[Line]) -> list[Line]:
    """Blank the lines of `<!-- … -->` that start a line: remarks among authors."""
    result, inside = [], False
    for line in lines:
        starts = not inside and line.text.startswith(_REMARK)
        inside = inside or starts
        result.append(Line(line.number, "") if inside else line)
        if inside and "-->" in line.text:
            inside = False
    return result


class BodyParser:
    """Reads the Markdown of one file into a Scenario."""

    def __init__(self, scenario: Scenario, source: Source, problems: Problems) -> None:
        self.scenario = scenario
        self.source = source
        self.problems = problems
        self.path = source.path
        self.prose = ProseReader(source, problems)

    def read_body(self, lines: list[Line], memory: Memory | None = None) -> None:
        """Read the scenes, and what stands before the first."""
        starts = [position for position, line in enumerate(lines) if line.text.startswith(_HEADING)]
        starts = outside_code(lines, starts)
        self._before_scenes(lines[: starts[0]] if starts else lines)
        scenes = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
        if memory is None:
            for scene in scenes:
                self._scene(scene)
        else:
            self._remembered(scenes, memory)
        self.scenario.is_broken = self.scenario.is_broken or not self.prose.is_whole
        self.scenario.lost |= self.prose.lost

    def _remembered(self, scenes: Sequence[list[Line]], memory: Memory) -> None:
        """Read the scenes of which the memory knows nothing, and remember these scenes in place of what it knew."""
        before, now = memory.get(self.path, {}), dict[Lines, Piece]()
        for lines in scenes:
            if any(line.text.startswith(blocks.FENCE) and _ONCE.search(line.text) for line in lines):
                self._scene(lines)
                continue
            first = lines[0].number
            raw = self.source.lines[first - 1 : first - 1 + len(lines)]
            key = (first, raw, tuple(line.text for line in lines))
            piece = now[key] = before.get(key) or self._alone(lines)
            self._add(piece)
        memory[self.path] = now

    def _alone(self, lines: list[Line]) -> Piece:
        problems = Problems()
        problems.know(self.path, self.source.lines)
        reader = BodyParser(Scenario(self.source), self.source, problems)
        reader._scene(lines)
        reader.scenario.is_broken, reader.scenario.lost = not reader.prose.is_whole, reader.prose.lost
        return Piece(reader.scenario, problems.in_order())

    def _add(self, piece: Piece) -> None:
        self.scenario.scenes += piece.scenario.scenes
        self.scenario.laters += piece.scenario.laters
        self.scenario.debriefs += piece.scenario.debriefs
        self.scenario.is_broken = self.scenario.is_broken or piece.scenario.is_broken
        self.scenario.lost |= piece.scenario.lost
        self.problems.extend(piece.problems)

    def _before_scenes(self, lines: list[Line]) -> None:
        """Read blocks before the first scene; other text there is one problem, at its first line."""
        for line in lines:
            if line.text.startswith("# "):
                self._refuse_title(line)
                return
        before = len(self.problems)
        prose: list[Block] = []
        plain = [line for line in lines if not looks_like_choice(line)]
        self.prose.walk(plain, prose, (), "top", lambda block: self._block(block, None))
        if (prose or len(plain) < len(lines)) and len(self.problems) == before:
            first = next(line for line in lines if line.text.strip() and not line.text.startswith(blocks.FENCE))
            self.problems.add(
                codes.TEXT_BEFORE_SCENES,
                self._line(first),
                "this text belongs to no scene",
                why="nobody would ever read it",
                fix="put a heading '## Title {#id}' above it, or move it to 'prebrief' in the front matter",
            )

    def _refuse_title(self, line: Line) -> None:
        self.prose.is_whole = False
        self.problems.add(
            codes.HEADING_LEVEL,
            self._line(line),
            "a heading with one '#' means nothing here",
            why="the title stands in the front matter; scenes have two",
            fix="remove the line, or write '## ' for a scene",
        )

    def _scene(self, lines: list[Line]) -> None:
        heading = lines[0]
        lead = len(heading.text) - len(heading.text[len(_HEADING) :].lstrip())
        title, identifier = blocks.split_id(heading.text[lead:], lead + 1, heading.number, self.path, self.problems)
        title = title.strip()
        scene = Scene(identifier, title, self._line(heading))
        if not title:
            self.problems.add(
                codes.NO_TITLE, scene.span, "the scene has no title", why="it is the heading of the learner's page"
            )
        self._need_id(identifier, "the scene")
        self.scenario.scenes.append(scene)
        prose: list[Block] = []
        rest: list[Line] = []
        ends = blocks.match(lines)
        position, fenced = 1, False
        while position < len(lines):
            line = lines[position]
            fenced = fenced != line.text.startswith(blocks.CODE)
            if position in ends:
                rest += lines[position : ends[position] + 1]
                position = ends[position] + 1
            elif not fenced and looks_like_choice(line):
                end = end_of_item(lines, position)
                self._choice(scene, line, lines[position + 1 : end])
                rest.append(Line(line.number, ""))
                position = end
            else:
                if not fenced and line.text.startswith("# "):
                    self._refuse_title(line)
                rest.append(line)
                position += 1
        self.prose.walk(rest, prose, (), "scene", lambda block: self._block(block, scene))
        scene.blocks = tuple(prose)

    def _choice(self, scene: Scene, line: Line, below: list[Line]) -> None:
        text = line.text
        slipped = _SLIPPED.search(text)
        if slipped is not None and not slipped[0].startswith(_TARGET):
            self._slipped(line, slipped)
            return
        cut = text.rfind(_TARGET)
        close = text.find(")", cut)
        column = cut + len(_TARGET) + 1
        target = text[column - 1 : close] if close >= 0 else ""
        tail_at = close + 1 if close >= 0 else len(text)
        rest, identifier = blocks.split_id(text[tail_at:], tail_at + 1, line.number, self.path, self.problems)
        label = text[len(_CHOICE) : cut].strip()
        if not text.startswith(_CHOICE) or close < 0 or rest.strip() or not label:
            self._malformed(line, close, rest, label)
            self.prose.lost.add(identifier.text)
            self.prose.is_whole = False
            return
        self._need_id(identifier, "the choice")
        markup.check_lines([label], lambda _, at, length: Span(self.path, line.number, at + 4, length), self.problems)
        to = Name(target, Span(self.path, line.number, column, max(1, len(target))))
        keys, consequence = self._below_choice(below)
        scene.choices.append(
            Choice(identifier, label, to, Span(self.path, line.number, 3, tail_at - 2), keys, tuple(consequence))
        )

    def _slipped(self, line: Line, target: "re.Match[str]") -> None:
        at, end = target.span(0)[0], target[0].index(")") + 1
        self.prose.lost.add(target[2])
        self.prose.is_whole = False
        self.problems.add(
            codes.MALFORMED_CHOICE,
            Span(self.path, line.number, at + 1, end),
            "the target of this choice is not written as one",
            why="a choice is written '- [words](#target) {#id}', with the # and without a blank before it",
            fix=f"write ](#{target[1]}) there",
        )

    def _malformed(self, line: Line, close: int, rest: str, label: str) -> None:
        if not line.text.startswith(_CHOICE):
            what, fix = "a choice starts with '- '", "write '-' at the start of the line"
        elif close < 0:
            what, fix = "the target of this choice has no end", "write ')' after the target's id"
        elif not label:
            what, fix = "this choice has no words", "write between [ and ] what the learner does or says"
        else:
            what, fix = f"'{rest.strip()[:40]}' is too much for the line of a choice", "indent it on the lines below"
        self.problems.add(
            codes.MALFORMED_CHOICE,
            self._line(line),
            what,
            why="a choice is written '- [words](#target) {#id}', and nothing else stands on its line",
            fix=fix,
        )

    def _below_choice(self, below: list[Line]) -> tuple[front.ChoiceKeys, list[Block]]:
        keys = front.ChoiceKeys()
        seen: list[BlockText] = []
        prose: list[Block] = []
        self.prose.walk(_dedent(below), prose, (), "choice", seen.append)
        for block in seen:
            if block is not seen[0]:
                self._repeated(block)
                continue
            keys = self._read(block, front.ChoiceKeys) or keys
        return keys, prose

    def _block(self, block: BlockText, scene: Scene | None) -> None:
        name = block.type.name
        if name == "later":
            keys = self._read(block, front.LaterKeys)
            self._need_id(block.id, "the later")
            if keys:
                self.scenario.laters.append(Later(block.id, scene.id.text if scene else "", keys))
        elif name == "debrief-plan":
            self.scenario.plan = self._once(block, self.scenario.plan, front.PlanKeys) or self.scenario.plan
        elif name == "summary":
            if self.scenario.summary:
                self._repeated(block)
            self.scenario.summary = "\n".join(line.text for line in block.body).strip()
            if not self.scenario.summary:
                self.problems.add(codes.EMPTY_BLOCK, block.head, "the summary is empty", fix="tell the story in short")
        elif name == "debrief":
            points = self._read(block, front.DebriefKeys)
            self._need_id(block.id, "the debrief")
            if points:
                self.scenario.debriefs.append(Debrief(block.id, points))
        elif scene is not None:
            self._part_of_scene(block, scene)

    def _part_of_scene(self, block: BlockText, scene: Scene) -> None:
        if block.type.name == "scene":
            before = len(self.problems)
            keys = self._once(block, scene.keys.node.entries, front.SceneKeys)
            scene.keys = keys or scene.keys
            scene.is_damaged = len(self.problems) > before
        elif block.type.name == "options":
            scene.options = self._once(block, scene.options, front.OptionsKeys) or scene.options
        elif block.type.name == "question":
            self._need_id(block.id, "the question")
            question = self._once(block, scene.question, front_tasks.QuestionKeys)
            scene.question = Question(block.id, question) if question else scene.question
        elif block.type.name == "order":
            self._need_id(block.id, "the order")
            order = self._once(block, scene.order, front_tasks.OrderKeys)
            scene.order = Order(block.id, order) if order else scene.order
        elif block.type.name == "timeout":
            self._need_id(block.id, "the time limit")
            found = self._once(block, scene.timeout, timer.TimeoutKeys)
            scene.timeout = timer.make(block.id, block.words, found, self.problems) if found else scene.timeout
        else:
            self._need_id(block.id, "the free text")
            text = self._once(block, scene.free_text, front.FreeTextKeys)
            scene.free_text = FreeText(block.id, text) if text else scene.free_text

    def _once(self, block: BlockText, known: object, cls: type[R]) -> R | None:
        if known:
            self._repeated(block)
            return None
        return self._read(block, cls)

    def _read(self, block: BlockText, cls: type[R]) -> R | None:
        found = blocks.read_record(block, self.source, self.problems, cls)
        self.prose.is_whole = self.prose.is_whole and found is not None and not blocks.lost_items(found)
        return found

    def _repeated(self, block: BlockText) -> None:
        self.problems.add(
            codes.REPEATED_BLOCK,
            block.head,
            f"a second block '{block.type.name}' stands here",
            why="only one of the two could count",
            fix="write all keys into one block",
        )

    def _need_id(self, name: Name, owner: str) -> None:
        if not name.text:
            self.problems.add(
                codes.MISSING_ID,
                name.span,
                f"{owner} has no id",
                why="links, saved attempts and records name it by its id, which never changes",
                fix="write {#some-id} at the end of the line, or let 'lms check --fix' do it",
            )

    def _line(self, line: Line) -> Span:
        return Span(self.path, line.number, line.indent + 1, max(1, len(line.text)))


def looks_like_choice(line: Line) -> bool:
    """Tell whether a line is, or was meant to be, a choice."""
    if not line.text.startswith((_CHOICE, "* [", "+ [")):
        return False
    return _TARGET in line.text or _SLIPPED.search(line.text) is not None


def outside_code(lines: Sequence[Line], positions: list[int]) -> list[int]:
    """Return the positions that do not stand in fenced code."""
    fences = [position for position, line in enumerate(lines) if line.text.startswith(blocks.CODE)]
    inside = {at for start, end in zip(fences[::2], fences[1::2], strict=False) for at in range(start, end)}
    return [position for position in positions if position not in inside]


def end_of_item(lines: Sequence[Line], start: int) -> int:
    """Return the position after a list item: after its last line that is indented by two or more."""
    end = start + 1
    for position in range(start + 1, len(lines)):
        text = lines[position].text
        if text.startswith(("  ", "\t")) and text.strip():
            end = position + 1
        elif text.strip():
            break
    return end


def _dedent(lines: Sequence[Line]) -> list[Line]:
    """Take away the indentation of the first line; what is indented less keeps what it has beyond its own."""
    first = next((line.text for line in lines if line.text.strip()), "")
    width = len(first) - len(first.lstrip(" "))
    lead = first[:width]
    result = []
    for number, text, _ in lines:
        own = width if text.startswith(lead) else len(text) - len(text.lstrip(" "))
        result.append(Line(number, text[own:], own))
    return result
