"""Every name of a scenario with its places: where it is defined, and each place that refers to it.

Found from the syntax tree and the declarations of its keys, so that a new block or key brings its names along: an `id`
defines, a table of the front matter defines its keys, and what a key refers to follows from what the key is called.

N1  nothing is guessed: what is listed as a use stands there, letter by letter, unless `is_exact` says otherwise
N2  a broken file gives the names of what could be read
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from lms.engine.scenario.language import check, syntax
from lms.engine.scenario.language.front import Front
from lms.engine.scenario.language.grammar import Call, EffectSyntax, Fault, Leaf, parse_effect, parse_expression
from lms.engine.scenario.language.symbol_places import Words, lines_of
from lms.engine.source.kinds import Kind, ListKind, ParsedKind, RecordKind, TableKind, TextKind, UnionKind, record_kind
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.values import Slug
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar, Sequence

Role = Literal["expression", "effect"]

REFERS: dict[str, str] = {
    "to": "scene",
    "at": "scene",
    "before": "scene",
    "back": "scene",
    "exit": "choice",
    "order": "choice",
    "keeps": "variable",
    "for": "choice",
    "expert": "choice",
    "blame": "choice",
    "ref": "reference",
    "objectives": "objective",
    "tracks": "track",
}
"""What the ids under a key name, wherever the key stands."""

KEYED = frozenset({("ObserveKeys", "values"), ("Scale", "points")})
"""Tables, by the record that holds them, whose keys are names of tracks."""

ROLES: dict[str, Role] = {
    "when": "expression",
    "if": "expression",
    "pass": "expression",
    "derive": "expression",
    "always": "expression",
    "never": "expression",
    "effects": "effect",
    "do": "effect",
    "right": "effect",
    "partly": "effect",
    "wrong": "effect",
    "options": "effect",
}
"""The keys whose texts are read by `grammar`."""

SINGULAR = {"derive": "derived", "must_not": "must", "competencies": "competency"}
NAMED_BY: dict[str, tuple[str, ...]] = {
    "visited": ("scene",),
    "count": ("scene",),
    "chose": ("choice",),
    "kept": ("must",),
    "broke": ("must",),
}
"""What a function of the expression language takes; one that is not here takes any id."""

VALUES = ("variable", "draw", "derived", "competency", "track", "scale")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name where it is defined. `line` to `end` is the whole of what it names; `title` says it in a line."""

    kind: str
    id: str
    span: Span
    title: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """A place that refers to a name; `is_exact` tells whether the span holds the name and nothing else."""

    kind: str
    id: str
    span: Span
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Symbols:
    """All names of a scenario. `values` are those that a variable, draw or track may hold.

    `hidden` are tracks, and scales made of them, that no condition may read; `answers` the options of the questions that its
    scenes ask, with their words.
    """

    symbols: tuple[Symbol, ...] = ()
    uses: tuple[Use, ...] = ()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    speakers: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)

    def ids(self, *kinds: str) -> list[str]:
        """Return the ids of some kinds, in the order of the file."""
        return [one.id for one in self.symbols if one.kind in kinds]

    def find(self, kind: str, id_: str) -> Symbol | None:
        """Return a name's definition, or None."""
        return next((one for one in self.symbols if one.kind == kind and one.id == id_), None)

    def at(self, path: str, line: int, column: int) -> Symbol | Use | None:
        """Return what is named at a place (line and column from 1); the narrowest, where one holds another."""
        everything: list[Symbol | Use] = [*self.symbols, *self.uses]
        here = [one for one in everything if one.span.path == path and _covers(one.span, line, column)]
        return min(here, key=lambda one: one.span.length, default=None)

    def uses_of(self, kind: str, id_: str) -> list[Use]:
        """Return every place that refers to a name."""
        return [one for one in self.uses if one.kind == kind and one.id == id_]

    def or_else(self, older: "Symbols") -> "Symbols":
        """Return these names, and of each kind that is missing altogether those of an older text.

        While a line is being written, the front matter around it may not be readable; its names are not gone for that.
        """
        kinds = {one.kind for one in self.symbols}
        kept = tuple(one for one in older.symbols if one.kind not in kinds)
        if not kept:
            return self
        symbols = tuple(sorted((*self.symbols, *kept), key=lambda one: one.span))
        return replace(
            self,
            symbols=symbols,
            values=self.values or older.values,
            speakers=self.speakers or older.speakers,
            hidden=self.hidden or older.hidden,
            endings=self.endings or older.endings,
            answers=self.answers or older.answers,
        )


_ID = ParsedKind(Slug)


class Place(NamedTuple):
    """A value in YAML: its node and kind, the key that it stands under, and the record that has the key."""

    node: Node
    kind: Kind
    key: str
    owner: RecordKind


def find_symbols(scenario: syntax.Scenario) -> Symbols:
    """Find every name of a scenario, and every place that refers to one."""
    return _Finder(scenario).find()


def role_of(key: str, kind: Kind) -> Role | None:
    """Return how the text under a key is read, where it is an expression or an effect."""
    kinds = [kind, *kind.parts()]
    return ROLES.get(key) if any(isinstance(one, TextKind) for one in kinds) else None


def refers(key: str, kind: Kind) -> str | None:
    """Return what the ids under a key name; None where no ids of that kind stand there."""
    kinds = [kind, *kind.parts(), *(part for one in kind.parts() for part in one.parts())]
    return REFERS.get(key) if any(isinstance(one, ParsedKind) and one.cls is Slug for one in kinds) else None


def places(node: Node | None, kind: Kind, key: str, owner: RecordKind) -> Iterator[Place]:
    """Yield every scalar of a tree that its declaration knows, readable or not."""
    kind = _chosen(kind, node)
    if isinstance(node, Mapping) and isinstance(kind, TableKind):
        is_keyed = (owner.cls.__name__, key) in KEYED
        yield from (Place(name, _ID, "tracks", owner) for name, _ in node.entries if is_keyed)
        for _, value in node.entries:
            yield from places(value, kind.value, "" if is_keyed else key, owner)
    elif isinstance(node, Mapping) and isinstance(kind, RecordKind):
        for name, value in node.entries:
            if name.text in kind.keys:
                yield from places(value, kind.keys[name.text][2], name.text, kind)
    elif isinstance(node, Sequence) and isinstance(kind, ListKind):
        for item in node.items:
            yield from places(item, kind.item, key, owner)
    elif isinstance(node, Scalar):
        yield Place(node, kind, key, owner)


def _chosen(kind: Kind, node: Node | None) -> Kind:
    """Return which of several kinds a node is of: the one whose shape it has, and most of whose keys."""
    while isinstance(kind, UnionKind):
        fitting = [one for one in kind.kinds if node is not None and one.accepts(node)]
        kind = max(fitting or kind.kinds[:1], key=lambda one: _fit(one, node))
    return kind


def _fit(kind: Kind, node: Node | None) -> int:
    """Return how many keys of a mapping a kind knows."""
    known = kind.keys if isinstance(kind, RecordKind) and isinstance(node, Mapping) else {}
    return sum(name.text in known for name, _ in node.entries) if isinstance(node, Mapping) else 0


class _Finder:
    def __init__(self, scenario: syntax.Scenario) -> None:
        self.scenario = scenario
        self.sources = {source.path: source for source in (scenario.source, *scenario.others)}
        self.known = check.index(scenario, Problems())
        self.symbols: dict[tuple[str, str], Symbol] = {}
        self.uses: dict[Span, Use] = {}
        self.values: dict[str, tuple[str, ...]] = {}
        self.hidden: set[str] = set()
        self.measured: dict[str, set[str]] = {}
        self.pending: list[tuple[str, Leaf | Scalar, Words | None]] = []

    def find(self) -> Symbols:
        if self.scenario.front_node is not None:
            self.front(self.scenario.front_node)
        scenes = self.scenario.scenes
        for scene, following in zip_longest(scenes, scenes[1:]):
            is_last = following is None or following.span.path != scene.span.path
            end = len(lines_of(self.sources, scene.span.path)) if is_last else following.span.line - 1
            self.define("scene", scene.id, scene.title, scene.span.line, end)
        self.walk(self.scenario)
        for kinds, leaf, words in self.pending:
            self.resolve(kinds.split(), leaf, words)
        ordered = sorted(self.symbols.values(), key=lambda one: one.span)
        return Symbols(
            tuple(ordered),
            tuple(sorted(self.uses.values(), key=lambda one: one.span)),
            self.values,
            dict(self.known.speakers),
            frozenset(self.hidden | {scale for scale, tracks in self.measured.items() if tracks & self.hidden}),
            tuple(scene.id.text for scene in scenes if scene.keys.kind == "ending"),
        )

    def define(self, kind: str, name: syntax.Name, title: str, line: int, end: int) -> None:
        if name.text:
            made = Symbol(kind, name.text, name.span, title, line, max(line, end))
            self.symbols.setdefault((kind, name.text), made)

    def use(self, kind: str, id_: str, span: Span, *, is_exact: bool = True) -> None:
        if kind == "choice" and id_ in self.known.tasks and id_ not in self.known.choices:
            is_question = any(scene.question and scene.question.id.text == id_ for scene in self.scenario.scenes)
            kind = "question" if is_question else "order"
        if id_ and not (kind == "scene" and id_ == syntax.RETURN):
            self.uses.setdefault(span, Use(kind, id_, span, is_exact))

    # --- the front matter ---------------------------------------------------------------------------------------

    def front(self, node: Mapping) -> None:
        kind = record_kind(Front)
        for name, value in node.entries:
            declared = kind.keys.get(name.text)
            if declared and isinstance(declared[2], TableKind) and isinstance(value, Mapping):
                what = SINGULAR.get(name.text) or name.text.removesuffix("s")
                for key, inner in value.entries:
                    self.declare(what, key, inner)
        self.record(node, kind)

    def declare(self, what: str, key: Scalar, value: Node) -> None:
        said = value
        if isinstance(value, Mapping):
            said = value.get("says") or value.get("name") or value.get("title") or value
            listed = value.get("one of") or value.get("some of")
            if isinstance(listed, Sequence):
                self.values[key.text] = tuple(item.text for item in listed.items if isinstance(item, Scalar))
            self.observe(what, key.text, value)
        title = said.text if isinstance(said, Scalar) else "one of " + ", ".join(self.values.get(key.text, ()))
        if said is value and isinstance(value, Mapping) and key.text not in self.values:
            title = what
        line = key.span.line
        self.define(what, syntax.Name(key.text, key.span), title, line, max(line, _last_line(value)))

    def observe(self, what: str, id_: str, value: Mapping) -> None:
        """Note what a track may be, whether conditions read it, and which tracks a scale adds up."""
        words, points, is_read = value.get("values"), value.get("points"), value.get("visible_to_logic")
        if what == "track":
            self.values |= {id_: tuple(word.text for word, _ in words.entries)} if isinstance(words, Mapping) else {}
            self.hidden |= set() if isinstance(is_read, Scalar) and is_read.text in {"yes", "true"} else {id_}
        elif what == "scale" and isinstance(points, Mapping):
            self.measured[id_] = {track.text for track, _ in points.entries}

    # --- the story ----------------------------------------------------------------------------------------------

    def walk(self, part: Any) -> None:
        """Look into every part of the syntax tree, whatever it is called."""
        if isinstance(part, Record):
            self.record(part.node, record_kind(type(part)))
        elif isinstance(part, Scalar):
            self.expression(part)
        elif isinstance(part, list | tuple):
            for item in part:
                self.walk(item)
        elif is_dataclass(part) and not isinstance(part, Source | Span):
            self.names(part)
            for each in fields(part):
                if each.name not in {"source", "others", "banks", "front", "front_node"}:
                    self.walk(getattr(part, each.name))

    def names(self, part: Any) -> None:
        """Define what has an id, and note where it leads."""
        what = type(part).__name__
        for each in fields(part):
            name = getattr(part, each.name)
            if not isinstance(name, syntax.Name):
                continue
            if each.name == "id":
                self.define(self.kind_of(name.text, what), name, _title(part), name.span.line, self.end_of(part))
            elif each.name in REFERS:
                self.use(REFERS[each.name], name.text, name.span)
            elif each.name == "speaker":
                id_ = self.known.speakers.get(name.text.strip().casefold(), "")
                self.use("character", id_, name.span, is_exact=name.text == id_)

    def kind_of(self, id_: str, what: str) -> str:
        """Return what an id names: choices, options and routes share one space, in which `chose` looks."""
        if what == "Scene":
            return "scene"
        return "choice" if id_ in self.known.choices and what not in _APART else _words(what)

    def end_of(self, part: Any) -> int:
        """Return the last line of something: that of its keys or its consequence."""
        keys = getattr(part, "keys", None)
        node = keys.node if isinstance(keys, Record) else None
        blocks = getattr(part, "consequence", ())
        lines = [_last_line(node)] if node is not None and node.entries else []
        lines += [block.span.line for block in blocks if hasattr(block, "span")]
        return max([int(part.id.span.line), *lines])

    def record(self, node: Mapping, kind: RecordKind) -> None:
        """Note what the keys of a record define and refer to."""
        for name, value in node.entries:
            declared = kind.keys.get(name.text)
            if declared is not None:
                self.value(name.text, value, declared[2], kind, node)

    def value(self, key: str, node: Node, kind: Kind, owner: RecordKind, holder: Mapping) -> None:
        for place in places(node, kind, key, owner):
            scalar = place.node
            if not isinstance(scalar, Scalar):
                continue
            role = role_of(place.key, place.kind)
            if place.key == "id" and place.owner.cls is not Front:
                self.item(scalar, place.owner, holder if place.owner is owner else None)
            elif role == "expression":
                self.expression(scalar)
            elif role == "effect":
                self.effect(scalar)
            elif isinstance(place.kind, ParsedKind) and place.kind.cls is Slug:
                target = REFERS.get(place.key)
                if target:
                    self.pending.append((target, scalar, Words(self.sources, scalar)))

    def item(self, scalar: Scalar, owner: RecordKind, holder: Mapping | None) -> None:
        name = syntax.Name(scalar.text, scalar.span)
        what = owner.cls.__name__.removesuffix("Keys")
        line = holder.span.line if holder else scalar.span.line
        self.define(self.kind_of(scalar.text, what), name, _words(what), line, scalar.span.line)

    def expression(self, scalar: Scalar) -> None:
        self.syntax(parse_expression(scalar.text), Words(self.sources, scalar))

    def effect(self, scalar: Scalar) -> None:
        read = parse_effect(scalar.text)
        words = Words(self.sources, scalar)
        if isinstance(read, EffectSyntax):
            self.pending.append((" ".join(VALUES), read.name, words))
            self.syntax(read.operand, words)

    def syntax(self, read: Any, words: Words) -> None:
        """Note the names in an expression, whatever its forms are called."""
        if isinstance(read, Fault) or read is None:
            return
        if isinstance(read, Call):
            self.pending.append((" ".join(NAMED_BY.get(read.function, ("*",))), read.argument, words))
        elif isinstance(read, Leaf):
            if read.sort == "name":
                self.pending.append((" ".join(VALUES), read, words))
        elif is_dataclass(read):
            for each in fields(read):
                self.syntax(getattr(read, each.name), words)
        elif isinstance(read, list | tuple):
            for item in read:
                self.syntax(item, words)

    def resolve(self, kinds: list[str], leaf: Leaf | Scalar, words: Words | None) -> None:
        """Note a name for what it names; one that names nothing is left to the checks, unless only one kind is meant."""
        text = leaf.text
        if kinds == ["*"]:
            kinds = [kind for kind, id_ in self.symbols if id_ == text][:1]
        found = [kind for kind in kinds if (kind, text) in self.symbols] or (kinds if len(kinds) == 1 else [])
        if not found or words is None:
            return
        start, end = (leaf.start, leaf.end) if isinstance(leaf, Leaf) else (0, len(text))
        span, is_exact = words.span(start, end)
        self.use(found[0], text, span, is_exact=is_exact)


_APART = frozenset({"FreeText", "Question", "Order", "Later", "Debrief", "Prompt"})
"""What has ids of its own, apart from those of choices."""


def _title(part: Any) -> str:
    return str(getattr(part, "label", "") or getattr(part, "title", "") or _words(type(part).__name__))


def _words(name: str) -> str:
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).strip("-")


def _last_line(node: Node) -> int:
    if isinstance(node, Scalar):
        return node.span.line + (node.text.rstrip("\n").count("\n") if node.is_literal else 0)
    inner = [value for _, value in node.entries] if isinstance(node, Mapping) else list(node.items)
    return max([node.span.line, *(_last_line(item) for item in inner)])


def _covers(span: Span, line: int, column: int) -> bool:
    return span.line == line and span.column <= column <= span.column + span.length
