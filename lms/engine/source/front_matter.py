"""The YAML between two lines `---` at the top of a Markdown file, split off by line numbers."""

from dataclasses import dataclass

from lms.engine.source import codes
from lms.engine.source.problem import Problems
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Mapping, Region, compose

FENCE = "---"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The tree of the front matter (None: missing or broken, and reported) and the number of the line after it."""

    node: Mapping | None
    body: int


def split(source: Source, problems: Problems) -> FrontMatter:
    """Read the front matter of a Markdown file; the body is what follows it."""
    lines = source.lines
    if not lines or lines[0].rstrip() != FENCE:
        problems.add(
            codes.NO_FRONT_MATTER,
            source.span(1),
            "the file does not start with its front matter",
            why="what the file is, its title and its settings stand between two lines '---' at the top",
            fix="write '---' as the first line, the keys below it, and '---' again",
        )
        return FrontMatter(None, 1)
    end = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == FENCE), None)
    if end is None:
        problems.add(
            codes.OPEN_FRONT_MATTER,
            source.span(1),
            "the front matter that starts here has no end",
            fix="write a line '---' after the last key",
        )
        return FrontMatter(None, len(lines) + 1)
    before = len(problems)
    node = compose(source, problems, Region(2, end))
    if isinstance(node, Mapping):
        return FrontMatter(node, end + 1)
    if len(problems) == before:
        what = "the front matter is empty" if node is None else "the front matter is not a list of keys and values"
        problems.add(codes.NO_FRONT_MATTER, source.span(1), what, fix="write 'key: value' lines between the two '---'")
    return FrontMatter(None, end + 1)
