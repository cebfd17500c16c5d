"""Prose in lines → blocks: the narrator's paragraphs, dialogue, documents, pictures and other media, and conditions around them."""

import re
from collections.abc import Callable, Sequence

from lms.engine.scenario.language import blocks
from lms.engine.scenario.language.blocks import Line, read_record
from lms.engine.scenario.language.front import DocumentKeys
from lms.engine.scenario.language.front_tracks import ChartKeys, ObserveKeys
from lms.engine.scenario.language.syntax import Block, Chart, Dialogue, Document, Name, Picture, Prose, Recording, Video
from lms.engine.scenario.program import codes
from lms.engine.source import markup
from lms.engine.source.media import endings, medium_of
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Scalar

_DIALOGUE = re.compile(r"\*\*([^*:\n]{1,80})(?::\*\*|\*\*:)\s*")
_PICTURE = re.compile(r'!\[([^\[\]]*)\]\(\s*([^\s()]*)\s*(?:"([^"]*)")?\s*\)\s*$')
_PICTURE_ANYWHERE = re.compile(r"!\[[^\[\]]*\]\(")
_SHOWN: dict[str | None, type[Picture] | type[Video] | type[Recording]] = {"video": Video, "recording": Recording}
_CHARTS: dict[str, type[ChartKeys] | type[ObserveKeys]] = {"chart": ChartKeys, "observe": ObserveKeys}
_BODIES = frozenset({"if", "document", *_CHARTS})
_ID_AT_END = re.compile(r"\{#([a-z0-9-]+)\}\s*$")


class ProseReader:
    """Reads the prose of one file. `is_whole` turns false when something could not be read; `lost` are ids left over."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.path = source.path
        self.problems = problems
        self.is_whole = True
        self.lost: set[str] = set()

    def walk(
        self,
        lines: list[Line],
        found: list[Block],
        when: tuple[Scalar, ...],
        place: blocks.Place,
        other: Callable[[blocks.BlockText], None],
    ) -> None:
        """Append the blocks of prose to `found`, hand blocks that are not prose to `other`."""
        position = 0
        ends = blocks.match(lines)
        paragraphs: list[Line] = []
        fenced = False
        while position < len(lines):
            line = lines[position]
            if line.text.startswith(blocks.CODE):
                fenced = not fenced
            if fenced or not line.text.startswith(blocks.FENCE):
                paragraphs.append(line)
                position += 1
                continue
            self._close(paragraphs, found, when)
            if blocks.closes(line):
                self._stray(line)
                position += 1
                continue
            block, position = blocks.take(
                lines, position, ends.get(position), path=self.path, problems=self.problems, place=place
            )
            if block is None:
                self.is_whole = False
            elif block.type.name in _BODIES:
                self._inner(block, found, when)
            else:
                other(block)
        self._close(paragraphs, found, when)

    def _inner(self, block: blocks.BlockText, found: list[Block], when: tuple[Scalar, ...]) -> None:
        if not any(line.text.strip() for line in block.body):
            self.problems.add(
                codes.EMPTY_BLOCK,
                block.head,
                f"the block '{block.type.name}' is empty",
                fix="write into it, or remove it",
            )
        elif block.type.name == "document":
            keys = read_record(block, self.source, self.problems, DocumentKeys)
            self.is_whole = self.is_whole and keys is not None
            if keys:
                found.append(Document(keys.title, keys.text.strip(), block.head, when, block.id.text))
            self._pictures_in_text(block.body)
        elif block.type.name in _CHARTS:
            chart = self.read_chart(block, _CHARTS[block.type.name])
            self.is_whole = self.is_whole and chart is not None
            if chart:
                found.append(Chart(chart, block.head, when))
        elif len(when) >= blocks.MAX_DEPTH:
            self.problems.add(
                codes.NESTED_TOO_DEEP,
                block.head,
                f"conditions are nested more than {blocks.MAX_DEPTH} deep",
                fix="give their combination a name under 'derive'",
            )
        else:
            condition = Scalar(block.words.text, block.words.text, block.words.span)
            inner = (*when, condition) if block.words.text else when
            self.walk(list(block.body), found, inner, "prose", self._misplaced)

    def read_chart(
        self, block: blocks.BlockText, cls: type[ChartKeys] | type[ObserveKeys]
    ) -> ChartKeys | ObserveKeys | None:
        """Read the keys of a chart."""
        return read_record(block, self.source, self.problems, cls)

    def _misplaced(self, block: blocks.BlockText) -> None:
        self.problems.add(codes.MISPLACED_BLOCK, block.head, f"the block '{block.type.name}' cannot stand here")

    def _stray(self, line: Line) -> None:
        self.is_whole = False
        self.problems.add(
            codes.STRAY_CLOSE,
            Span(self.path, line.number, line.indent + 1, len(blocks.FENCE)),
            "':::' closes nothing",
            why="the block before it is closed already, or its first line is missing",
            fix="remove it, or write '::: name' where the block starts",
        )

    def _close(self, lines: list[Line], found: list[Block], when: tuple[Scalar, ...]) -> None:
        """Turn the lines gathered so far into prose, dialogue and pictures, and empty the list."""
        start: int | None = None
        position = 0
        while position < len(lines):
            line = lines[position]
            before_is_blank = position == 0 or not lines[position - 1].text.strip()
            dialogue = _DIALOGUE.match(line.text) if before_is_blank else None
            is_picture = "![" in line.text and line.text.lstrip().startswith("![")
            picture = _PICTURE.match(line.text.strip()) if is_picture else None
            if dialogue is None and picture is None:
                start = position if start is None else start
                position += 1
                continue
            if start is not None:
                self._prose(lines[start:position], found, when)
                start = None
            if picture is not None:
                found.append(self._picture(line, picture, when))
                position += 1
                continue
            end = next((at for at in range(position, len(lines)) if not lines[at].text.strip()), len(lines))
            found.append(self._dialogue(lines[position:end], dialogue, when))
            position = end
        if start is not None:
            self._prose(lines[start:], found, when)
        lines.clear()

    def _prose(self, lines: Sequence[Line], found: list[Block], when: tuple[Scalar, ...]) -> None:
        markdown = "\n".join(line.text for line in lines).strip("\n")
        if markdown.strip():
            first = next(line for line in lines if line.text.strip())
            found.append(Prose(markdown, Span(self.path, first.number, first.indent + 1, len(first.text)), when))
            self._check_text(lines)
            self._ids_in_text(lines)

    def _dialogue(self, lines: Sequence[Line], match: "re.Match[str] | None", when: tuple[Scalar, ...]) -> Dialogue:
        first = lines[0]
        name, end = (match[1], match.end()) if match else ("", 0)
        speaker = Name(name, Span(self.path, first.number, first.indent + 3, len(name)))
        self._check_text(lines)
        return Dialogue(speaker, "\n".join([first.text[end:], *(line.text for line in lines[1:])]).strip(), when)

    def _picture(self, line: Line, match: "re.Match[str]", when: tuple[Scalar, ...]) -> Picture | Video | Recording:
        lead = len(line.text) - len(line.text.lstrip())
        column = line.indent + lead + 1
        file = Name(match[2], Span(self.path, line.number, column + match.start(2), max(1, len(match[2]))))
        self._check_picture(file, match[1], Span(self.path, line.number, column, match.end()))
        return _SHOWN.get(medium_of(file.text), Picture)(file, match[1].strip(), match[3] or "", when)

    def _check_picture(self, file: Name, alt: str, span: Span) -> None:
        medium = medium_of(file.text) or "picture"
        if not alt.strip():
            self.problems.add(
                codes.NO_ALT_TEXT,
                span,
                "the picture has no alternative text" if medium == "picture" else f"the {medium} has no title",
                why="who cannot see or hear it needs to know what it is",
                fix="write what matters in it between the brackets: ![A bruised wrist](media/wrist.png)",
            )
        if "://" in file.text or file.text.startswith(("//", "data:")):
            self.problems.add(
                codes.REMOTE_PICTURE,
                file.span,
                f"the {medium} is on another computer",
                why="it could change or vanish, and others would see who looks at it",
                fix="save it beside the scenario, in the folder 'media'",
            )
        elif not re.fullmatch(r"media/[\w][\w.-]*(/[\w][\w.-]*)*", file.text):
            self.problems.add(
                codes.PICTURE_OUTSIDE,
                file.span,
                f"{medium}s are kept in the folder 'media'",
                why="they are kept together with each version of the scenario",
                fix="write the path as media/name.png, with letters, digits, hyphens and dots",
            )
        elif medium_of(file.text) is None:
            self.problems.add(
                codes.NOT_A_PICTURE,
                file.span,
                "this is neither a picture nor a video nor a recording",
                why="browsers show and play only some kinds of file",
                fix=f"save it as one of these ({endings()}), or tell it in words",
            )

    def _check_text(self, lines: Sequence[Line]) -> None:
        def place(number: int, column: int, length: int) -> Span:
            line = lines[number]
            return Span(self.path, line.number, line.indent + column + 1, length)

        markup.check_lines([line.text for line in lines], place, self.problems)
        self._pictures_in_text(lines)

    def _pictures_in_text(self, lines: Sequence[Line]) -> None:
        for line in lines:
            match = _PICTURE_ANYWHERE.search(line.text) if "![" in line.text else None
            if match:
                self.problems.add(
                    codes.PICTURE_IN_TEXT,
                    Span(self.path, line.number, line.indent + match.start() + 1, 2),
                    "a picture or video stands on a line of its own",
                    fix="move it to its own line, not inside a document or a paragraph",
                )

    def _ids_in_text(self, lines: Sequence[Line]) -> None:
        fenced = False
        for line in lines:
            fenced = fenced != line.text.startswith(blocks.CODE)
            match = _ID_AT_END.search(line.text[-100:]) if "{#" in line.text else None
            if match is None:
                continue
            self.is_whole = False
            self.lost.add(match[1])
            place = Span(self.path, line.number, line.indent + 1, len(line.text))
            if fenced:
                self.problems.add(
                    codes.STRAY_ID,
                    place,
                    f"the id '{match[1]}' stands in code, where it names nothing",
                    why=f"between two lines of {blocks.CODE}, all is text that learners read as it stands",
                    fix=f"move the line out of the code, or close the code above it with {blocks.CODE}",
                )
                continue
            if line.text.startswith("- ["):
                self.problems.add(
                    codes.MALFORMED_CHOICE,
                    place,
                    "a choice cannot stand inside a block, nor beneath another choice",
                    fix="move it out, and write its condition as 'when: …' into its '::: choice' block",
                )
                continue
            self.problems.add(
                codes.STRAY_ID,
                place,
                f"the id '{match[1]}' names nothing",
                why="an id stands at the end of a heading, a choice or the first line of a block",
                fix="start the line with '## ' for a scene, or with '- [' for a choice; or remove the id",
            )
