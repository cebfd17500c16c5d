"""What differs between nations: `scenario.england.yaml` beside `scenario.md`, and the terms in its texts.

    terms: {board: Regional Safeguarding Board}          in the story's front matter
    … the {term:board} decides …                         in any text of the story, or of a language file
    terms: {board: Safeguarding Adults Board}            in the overlay

Terms are filled in when the story has been read and compiled; nothing rewrites a source before it is read. An overlay
gives other terms, sources, help and documents, by the ids of the story, and cannot hold anything else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import get_args, get_type_hints

from lms.engine.scenario.language import front, syntax
from lms.engine.scenario.language.check import documents
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.wording import TERM
from lms.engine.source import markup
from lms.engine.source import yaml_nodes as yaml
from lms.engine.source.kinds import record_kind
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problems
from lms.engine.source.text import Source
from lms.engine.source.typed import read

NATIONS: tuple[str, ...] = next(
    get_args(part) for part in get_args(get_type_hints(front.Front)["nation"]) if part is not type(None)
)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one overlay says, read and checked."""

    keys: front.Overlay
    source: Source
    terms: Mapping[str, str] = field(default_factory=dict)


def read_overlay(source: Source, story: syntax.Scenario, problems: Problems) -> Overlay | None:
    """Read an overlay and compare its ids with the story's; None when it cannot be read, which is reported."""
    before = len(problems)
    node = yaml.compose(source, problems)
    if not isinstance(node, yaml.Mapping):
        if len(problems) > before:
            return None
        problems.add(
            codes.OVERLAY_STORY,
            source.span(1),
            "an overlay is a list of keys and values",
            fix=f"write one of: {', '.join(record_kind(front.Overlay).keys)}",
        )
        return None
    for key, _ in node.entries:
        if key.text not in record_kind(front.Overlay).keys:
            problems.add(
                codes.OVERLAY_STORY,
                key.span,
                f"an overlay has no '{key.text[:40]}'",
                why="it holds names, sources, help and documents of a nation; the story is the same everywhere",
                fix=record_kind(front.Overlay).names.hint(key.text, "write it in the story, or remove it"),
            )
    markup.check_values(node, problems, but=frozenset({"url"}))
    keys = read(node, front.Overlay, problems)
    if keys is None or story.front is None:
        return None
    check_plain(keys, problems)
    _check_ids(keys, "terms", story.front.terms, codes.UNKNOWN_TERM, problems)
    _check_ids(keys, "references", story.front.references, codes.UNKNOWN_NAME, problems)
    _check_ids(keys, "documents", {one.id for one in documents(story)}, codes.UNKNOWN_NAME, problems)
    return Overlay(keys, source, {str(name): says for name, says in keys.terms.items()})


def check_plain(keys: front.Front | front.Overlay, problems: Problems) -> None:
    """Report terms that hold a term: they are filled in once."""
    for name, says in keys.terms.items():
        if TERM.search(says):
            problems.add(
                codes.UNKNOWN_TERM,
                keys.place_of("terms", name),
                "a term cannot hold another one",
                why="it is filled in once, so that nothing can go round in circles",
                fix="write the words out",
            )


def check_terms(sources: Iterable[Source], terms: Iterable[str], problems: Problems) -> None:
    """Report each `{term:…}` that the story does not declare, at its place."""
    known = Names(terms)
    for source in sources:
        if "{term:" not in source.text:
            continue
        for number, line in enumerate(source.lines, 1):
            for found in TERM.finditer(line):
                if found[1] not in known:
                    problems.add(
                        codes.UNKNOWN_TERM,
                        source.span(number, found.start() + 1, len(found[0])),
                        f"no term called '{found[1][:40]}'",
                        why="a term is declared under 'terms' in the story's front matter",
                        fix=known.hint(found[1], "declare it there, or write the words out"),
                    )


def overlaid(story: syntax.Scenario, overlay: Overlay, mark: str = "") -> syntax.Scenario:
    """Return the syntax of a story with a nation's sources and documents, each text with a mark behind it."""
    matter = story.front
    if matter is None:
        return story
    told = {
        name: replace(one, title=one.title + mark, part=one.part and one.part + mark)
        for name, one in overlay.keys.references.items()
    }
    documents_told = {
        str(name): (one.title + mark, one.text.strip() + mark) for name, one in overlay.keys.documents.items()
    }
    references = {name: told.get(name, one) for name, one in matter.references.items()}
    scenes = [_scene(scene, documents_told) for scene in story.scenes]
    return replace(story, front=replace(matter, references=references), scenes=scenes)


def _scene(scene: syntax.Scene, told: Mapping[str, tuple[str, str]]) -> syntax.Scene:
    if not told:
        return scene
    choices = [replace(choice, consequence=_blocks(choice.consequence, told)) for choice in scene.choices]
    return replace(scene, blocks=_blocks(scene.blocks, told), choices=choices)


def _blocks(found: Iterable[syntax.Block], told: Mapping[str, tuple[str, str]]) -> tuple[syntax.Block, ...]:
    return tuple(
        replace(block, title=told[block.id][0], markdown=told[block.id][1])
        if isinstance(block, syntax.Document) and block.id in told
        else block
        for block in found
    )


def _check_ids(keys: front.Overlay, section: str, declared: Iterable[str], code: Code, problems: Problems) -> None:
    known = Names(declared)
    for name in getattr(keys, section):
        if name not in known:
            problems.add(
                code,
                keys.place_of_key(section, name),
                f"the story has no '{name}' among its {section}",
                why="an overlay says otherwise what the story says; it adds nothing to it",
                fix=known.hint(name, "declare it in the story, or remove it"),
            )


def nearest_nation(name: str) -> str:
    """Return the nation that was meant, or all of them."""
    near = get_close_matches(name, NATIONS, 1)
    return near[0] if near else ", ".join(NATIONS)
