"""Language files: `scenario.cy.md` beside `scenario.md` tells the same story, with the same ids, in another language.

A language file is written like the story itself: copy it, translate the texts, and leave out whatever holds none. It is
read by the same reader, laid over the syntax of the story, and compiled with it; so whatever can be written in a story
can be translated, and nothing but words can differ.

Invariants:
  L1  only texts for people are taken over; everything else that a language file repeats must be as in the story
  L2  a scene, choice or block that is left out stays in the story's language
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar, cast

from lms.engine.scenario.language import blocks, syntax
from lms.engine.scenario.language.blocks import BlockText
from lms.engine.scenario.language.include import is_bank
from lms.engine.scenario.language.language_reader import LanguageReader, read_front
from lms.engine.scenario.language.parse import body_lines
from lms.engine.scenario.language.timer import TimeoutKeys, make, seconds_of
from lms.engine.scenario.program import codes
from lms.engine.source import markup
from lms.engine.source import yaml_nodes as yaml
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.typed import Record, read

R = TypeVar("R", bound=Record)

MARK = "\ufdd0"
"""Stands behind a translated text while it is compiled, so that it is told apart from what was left; never in a source."""

TEXTS = frozenset(
    {
        *(
            "title",
            "summary",
            "prebrief",
            "content_note",
            "says",
            "why",
            "why_plausible",
            "ask",
            "hint",
            "text",
            "label",
            "feedback",
        ),
        *("name", "role", "unit", "voice", "part", "issuer", "url", "phone"),
    }
)
"""Keys whose values are for people. `phrases` are added to the story's: a learner may write in any of its languages."""

TABLES_OF_TEXTS = frozenset({"objectives", "terms"})
"""Keys that hold texts by ids."""

_SPACE = re.compile(r"\s+")
_MEDIA = syntax.Picture | syntax.Video | syntax.Recording


@dataclass(frozen=True, slots=True)
class Laid:
    """A story with the texts of a language file: `phrases` are those for the routes of free texts, by the route's id."""

    scenario: syntax.Scenario
    phrases: Mapping[str, tuple[str, ...]]


class Beside(NamedTuple):
    """A language file of a file that the story includes; `home` is the path of that file."""

    home: str
    source: Source


def lay(
    story: syntax.Scenario,
    sources: Sequence[Beside],
    language: str,
    speakers: Mapping[str, str],
    problems: Problems,
) -> Laid:
    """Read language files, the story's own first, and lay their texts over the syntax of a story that compiles."""
    file = syntax.Scenario(sources[0].source)
    layer = _Layer(story, file, language, speakers, problems)
    for home, source in sources:
        node, body = read_front(source, problems, is_own=source is file.source)
        if source.path.endswith(".md"):
            reader = LanguageReader(file, source, problems)
            reader.read_body(body_lines(source, body))
            layer.timeouts.update(reader.timeouts)
        if node is not None and not is_bank(node):
            markup.check_values(node, problems, but=blocks.NOT_TEXTS)
            layer.fronts.append((home, layer.without_language(node)))
        layer.odd.know(source.path, source.lines)
    return layer.lay(frozenset(source.path for _, source in sources))


@dataclass(slots=True)
class _Layer:
    """Lays one language file over the story."""

    story: syntax.Scenario
    file: syntax.Scenario
    language: str
    speakers: Mapping[str, str]
    problems: Problems
    timeouts: dict[str, tuple[BlockText, yaml.Mapping]] = field(default_factory=dict)
    fronts: list[tuple[str, yaml.Mapping]] = field(default_factory=list)
    """Declarations with the path of the file that they translate."""
    home: str = ""
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    odd: Problems = field(default_factory=Problems)
    """What makes a text unfit for its place, such as its length."""
    trail: list[str] = field(default_factory=list)
    """The keys around the one that is looked at."""

    def lay(self, paths: frozenset[str]) -> Laid:
        told = replace(self.story)
        for home, node in self.fronts:
            self.home = home
            if told.front_node is not None:
                told.front_node = cast("yaml.Mapping", self.merged(told.front_node, node, "the front matter"))
        if told.front_node is not None and self.story.front is not None:
            told.front = read(told.front_node, type(self.story.front), self.odd)
        self.speakers = {**self.speakers, **self._translated_names()}
        for each in fields(syntax.Scenario):
            value = getattr(self.story, each.name)
            if each.name not in {"source", "others", "front", "front_node", "lost"}:
                setattr(told, each.name, self.over(value, getattr(self.file, each.name), each.name))
        if self.file.summary and not self.story.summary:
            self.refuse(self.file.source.span(1), "the story has no summary")
        told.summary = self._marked(self.file.summary) if self.file.summary and self.story.summary else told.summary
        told.language = self.language
        self.problems.extend(each for each in self.odd if each.span.path in paths)
        return Laid(told, self.phrases)

    # --- the tree ---------------------------------------------------------------------------------------------------

    def over(self, story: Any, told: Any, owner: str) -> Any:
        """Return a part of the story's syntax with the texts of the same part of the language file."""
        if told is None or isinstance(story, str | bool | int) or story is None:
            if story is None and told is not None and is_dataclass(told):
                self.refuse(self._place(told), f"the story has no such block in '{owner}'")
            return story
        if isinstance(story, Record):
            if not told.node.entries:
                return story
            node = self.merged(story.node, told.node, owner)
            return read(node, type(story), self.odd) or story
        if isinstance(story, list):
            return self._by_id(story, told) if any(hasattr(one, "id") for one in (*story, *told)) else story
        if is_dataclass(story) and hasattr(story, "id"):
            return self._one(story, told)
        return story

    def _by_id(self, story: list[Any], told: list[Any]) -> list[Any]:
        found = {one.id.text: one for one in told if one.id.text}
        known = Names(one.id.text for one in story)
        for name, one in found.items():
            if name not in known:
                self.refuse(
                    one.id.span, f"the story has no '{name}' here", known.hint(name, "write the id that it has there")
                )
        return [self._one(one, found[one.id.text]) if one.id.text in found else one for one in story]

    def _one(self, story: Any, told: Any) -> Any:
        """Lay one scene, choice or block with an id over the story's."""
        changed: dict[str, Any] = {}
        name = story.id.text
        if told.id.text != name:
            self.refuse(told.id.span, f"this is '{name}' in the story")
            return story
        for each in fields(story):
            mine, theirs = getattr(story, each.name), getattr(told, each.name)
            if each.name in {"title", "label"}:
                changed[each.name] = self._marked(theirs)
            elif each.name == "to":
                self._same(mine, theirs)
            elif each.name in {"blocks", "consequence"}:
                changed[each.name] = self.prose(mine, theirs, told)
            elif each.name == "timeout":
                changed[each.name] = self.timeout(mine, name)
            elif each.name not in {"id", "span"}:
                changed[each.name] = self.over(mine, theirs, name)
        return replace(story, **changed)

    def timeout(self, story: syntax.Timeout | None, scene: str) -> syntax.Timeout | None:
        """Lay a time limit over the story's."""
        if scene not in self.timeouts:
            return story
        block, node = self.timeouts[scene]
        if story is None or block.id.text != story.choice.id.text or seconds_of(block.words.text) != story.seconds:
            said = f"::: timeout {story.seconds}s {{#{story.choice.id.text}}}" if story else ""
            self.refuse(
                block.head, f"the story has {'another' if story else 'no'} time limit here", said and f"write '{said}'"
            )
            return story
        merged = self.merged(story.choice.keys.node, node, block.id.text)
        keys = read(merged, TimeoutKeys, self.odd)
        return make(block.id, block.words, keys, self.odd) if keys else story

    def _same(self, story: syntax.Name, told: syntax.Name) -> None:
        if story.text != told.text:
            self.refuse(told.span, f"in the story this leads to '{story.text}'", f"write (#{story.text})")

    # --- prose ------------------------------------------------------------------------------------------------------

    def prose(self, story: Sequence[Any], told: Sequence[Any], owner: Any) -> tuple[Any, ...]:
        """Return blocks of prose in the words of the language file, which has all of them or none."""
        if not told:
            return tuple(story)
        left, laid = list(told), []
        for mine in story:
            if isinstance(mine, syntax.Chart) and not (left and isinstance(left[0], syntax.Chart)):
                laid.append(mine)  # it holds hardly a text, and may be left out
            elif not left:
                self.refuse(self._place(owner), f"in the story, {self._said(mine)} follows here")
                return tuple(story)
            elif not self._is_same(mine, left[0]):
                self.refuse(self._place(left[0]), f"in the story, {self._said(mine)} stands here")
                return tuple(story)
            else:
                laid.append(self._retold(mine, left.pop(0)))
        if left:
            self.refuse(self._place(left[0]), "in the story, nothing more stands here")
            return tuple(story)
        return tuple(laid)

    def _is_same(self, story: Any, told: Any) -> bool:
        if type(story) is not type(told):
            return False
        conditions = [[_SPACE.sub(" ", node.text) for node in block.when] for block in (story, told)]
        speakers = [self.speakers.get(_speaker(block)) for block in (story, told)]
        files = [block.file.text if isinstance(block, _MEDIA) else "" for block in (story, told)]
        return all(one == other for one, other in (conditions, speakers, files))

    def _retold(self, story: Any, told: Any) -> Any:
        if isinstance(story, syntax.Chart):
            return replace(story, keys=self.over(story.keys, told.keys, "chart"))
        changed = {
            name: self._marked(getattr(told, name))
            for name in ("markdown", "title", "alt", "caption")
            if getattr(story, name, "") and getattr(told, name, "")
        }
        return replace(story, **changed)

    def _said(self, block: Any) -> str:
        """Say what a block is, for a message."""
        match block:
            case syntax.Dialogue(speaker):
                what = f"what {speaker.text} says"
            case syntax.Document(title):
                what = f"the document '{title[:40]}'"
            case syntax.Picture(file):
                what = f"the picture '{file.text}'"
            case syntax.Video(file) | syntax.Recording(file):
                what = f"the {type(block).__name__.lower()} '{file.text}'"
            case syntax.Prose(markdown):
                what = f"the text “{markdown.strip()[:40]}…”"
            case _:
                what = f"a block '{type(block).__name__.lower()}'"
        return f"{what} under 'if {block.when[-1].text}'" if block.when else what

    # --- keys -------------------------------------------------------------------------------------------------------

    def merged(self, story: yaml.Node, told: yaml.Node, owner: str, key: str = "") -> yaml.Node:
        """Return keys and values of the story with the texts of the language file."""
        if isinstance(story, yaml.Mapping) and isinstance(told, yaml.Mapping):
            return self._merged_keys(story, told, owner)
        if isinstance(story, yaml.Sequence) and isinstance(told, yaml.Sequence):
            return self._merged_items(story, told, owner, key)
        if isinstance(story, yaml.Scalar) and isinstance(told, yaml.Scalar):
            if key in TEXTS:
                text = self._marked(told.text)
                return replace(story, value=text, text=text, span=told.span)
            if _SPACE.sub(" ", story.text).strip() == _SPACE.sub(" ", told.text).strip():
                return story
        self.refuse(
            told.span, f"this is not as in the story ('{key or owner}')", "write it as it stands there, or leave it out"
        )
        return story

    def _merged_keys(self, story: yaml.Mapping, told: yaml.Mapping, owner: str) -> yaml.Mapping:
        known = Names(key.text for key, _ in story.entries)
        new = {key.text: (key, value) for key, value in story.entries}
        for key, value in told.entries:
            if key.text not in known:
                self.refuse(
                    key.span,
                    f"the story has no '{key.text[:40]}' in {owner}",
                    known.hint(key.text, "write it there first"),
                )
                continue
            if key.text == "phrases":
                self._keep_phrases(story, value)
                continue
            name, mine = new[key.text]
            role = "says" if self._holds_texts() else key.text
            self.trail.append(key.text)
            new[key.text] = (name, self.merged(mine, value, f"'{key.text}'", role))
            self.trail.pop()
        return replace(story, entries=tuple(new.values()))

    def _holds_texts(self) -> bool:
        """Tell whether the keys that are looked at are ids of texts."""
        match self.trail:
            case [section]:
                return section in TABLES_OF_TEXTS
            case ["tracks", _, "values"]:
                return True
        return False

    def _merged_items(self, story: yaml.Sequence, told: yaml.Sequence, owner: str, key: str) -> yaml.Sequence:
        by_id = {_id(item): item for item in told.items if _id(item)}
        if by_id or any(_id(item) for item in story.items):
            known = Names(_id(item) for item in story.items)
            for item in told.items:
                if _id(item) not in known:
                    self.refuse(
                        item.span,
                        f"the story has no '{_id(item)}' in {owner}",
                        known.hint(_id(item), "write its id as it is there"),
                    )
            items = [
                self.merged(item, by_id[_id(item)], owner, key) if _id(item) in by_id else item for item in story.items
            ]
        else:
            own = [item for item in story.items if item.span.path == self.home]
            own = own if len(own) == len(told.items) else list(story.items)
            if len(own) != len(told.items):
                self.refuse(told.span, f"the story has {len(own)} items here, not {len(told.items)}")
                return story
            pairs = {id(one): other for one, other in zip(own, told.items, strict=True)}
            items = [
                self.merged(item, pairs[id(item)], owner, key) if id(item) in pairs else item for item in story.items
            ]
        return replace(story, items=tuple(items))

    def _keep_phrases(self, route: yaml.Mapping, value: yaml.Node) -> None:
        identifier = route.get("id")
        if isinstance(identifier, yaml.Scalar) and isinstance(value, yaml.Sequence):
            texts = tuple(item.text for item in value.items if isinstance(item, yaml.Scalar) and item.text.strip())
            self.phrases[identifier.text] = texts

    def without_language(self, node: yaml.Mapping) -> yaml.Mapping:
        """Return the front matter without `language`, which must be the one in the file's name."""
        written = node.get("language")
        if isinstance(written, yaml.Scalar) and written.text != self.language:
            self.problems.add(
                codes.LANGUAGE_NAME,
                written.span,
                f"this file is called '{self.source_name}', and says that it is in '{written.text[:20]}'",
                fix=f"write 'language: {self.language}', or rename the file",
            )
        return replace(node, entries=tuple((key, value) for key, value in node.entries if key.text != "language"))

    @property
    def source_name(self) -> str:
        """The file's own name."""
        return self.file.source.path.rsplit("/", 1)[-1]

    def _translated_names(self) -> dict[str, str]:
        """Return the names that the language file gives to characters, to their ids."""
        tables = [node.get("characters") for _, node in self.fronts]
        found: dict[str, str] = {}
        for key, value in [each for table in tables if isinstance(table, yaml.Mapping) for each in table.entries]:
            name = value.get("name") if isinstance(value, yaml.Mapping) else None
            if isinstance(name, yaml.Scalar) and name.text.strip():
                found.setdefault(name.text.split()[0].casefold(), key.text)
                found[name.text.strip().casefold()] = key.text
        return found

    def _marked(self, text: str) -> str:
        return text.rstrip() + MARK if text.strip() else text

    def _place(self, part: Any) -> Span:
        """Return where a part of the language file stands."""
        place = getattr(part, "span", None) or getattr(getattr(part, "id", None), "span", None)
        for name in ("speaker", "file"):
            place = place or getattr(getattr(part, name, None), "span", None)
        return place if isinstance(place, Span) else self.file.source.span(1)

    def refuse(self, span: Span, what: str, fix: str = "write it as it stands there") -> None:
        """Report that the language file tells another story."""
        self.problems.add(
            codes.OTHER_STORY,
            span,
            what,
            why="a language file says the same in other words; what can be done, and when, is written in the story alone",
            fix=fix,
        )


def _speaker(block: Any) -> str:
    return block.speaker.text.strip().casefold() if isinstance(block, syntax.Dialogue) else ""


def _id(node: yaml.Node) -> str:
    identifier = node.get("id") if isinstance(node, yaml.Mapping) else None
    return identifier.text if isinstance(identifier, yaml.Scalar) else ""
