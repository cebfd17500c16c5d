"""Reads the text of a language file: the same grammar as a story's, of which only the texts are asked for."""

from typing import TypeVar, cast

from lms.engine.scenario.language import blocks, syntax
from lms.engine.scenario.language.blocks import BlockText
from lms.engine.scenario.language.front_tracks import ChartKeys, ObserveKeys
from lms.engine.scenario.language.parse import BodyParser
from lms.engine.scenario.language.prose import ProseReader
from lms.engine.source import front_matter
from lms.engine.source import yaml_nodes as yaml
from lms.engine.source.problem import Problems
from lms.engine.source.text import Source
from lms.engine.source.typed import Record

R = TypeVar("R", bound=Record)


class _Loose(Record):
    """Keys of which any may be missing; only their nodes are looked at."""


class _Prose(ProseReader):
    """Reads charts without asking for what is measured: that stands in the story."""

    def read_chart(
        self,
        block: BlockText,
        cls: type[ChartKeys] | type[ObserveKeys],  # noqa: ARG002 - any keys will do
    ) -> ChartKeys | ObserveKeys | None:
        found = blocks.read_node(block, self.source, self.problems)
        return cast("ChartKeys", _Loose(node=found)) if isinstance(found, yaml.Mapping) else None


class LanguageReader(BodyParser):
    """Reads blocks without asking for the keys that only the story needs."""

    def __init__(self, scenario: syntax.Scenario, source: Source, problems: Problems) -> None:
        super().__init__(scenario, source, problems)
        self.prose = _Prose(source, problems)
        self.timeouts: dict[str, tuple[BlockText, yaml.Mapping]] = {}
        """The time limits, by the scene in which they stand; only the story can say how long they are."""

    def _part_of_scene(self, block: BlockText, scene: syntax.Scene) -> None:
        if block.type.name != "timeout":
            super()._part_of_scene(block, scene)
            return
        node = blocks.read_node(block, self.source, self.problems)
        if isinstance(node, yaml.Mapping):
            self.timeouts[scene.id.text] = block, node

    def _read(self, block: BlockText, cls: type[R]) -> R | None:  # noqa: ARG002 - any keys will do
        found = blocks.read_node(block, self.source, self.problems)
        self.prose.is_whole = self.prose.is_whole and found is not None
        return cast("R", _Loose(node=found)) if isinstance(found, yaml.Mapping) else None


def read_front(source: Source, problems: Problems, *, is_own: bool) -> tuple[yaml.Mapping | None, int]:
    """Return what a language file says about declarations, and the line on which its scenes begin."""
    if not source.path.endswith(".md"):
        node = yaml.compose(source, problems)
        return (node if isinstance(node, yaml.Mapping) else None), 1
    if source.lines[0].rstrip() != front_matter.FENCE and not is_own:
        return None, 1
    matter = front_matter.split(source, problems)
    return matter.node, matter.body
