# ruff: noqa: ARG002, D102 - what accepts, read and schema owe is said once, at Kind
"""The kinds of value that a file may hold: each reads a node, names itself in messages, and says its JSON Schema."""

import types
from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from functools import cached_property
from inspect import cleandoc
from typing import Any, ClassVar, Literal, Protocol, Self, Union, get_args, get_origin, get_type_hints

from lms.engine.source import codes
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar, Sequence

Schema = dict[str, Any]


class Failed:
    """The value could not be read; its problem is reported."""


FAILED = Failed()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value must keep to besides its type."""

    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    min_items: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What a Record's field says about its key."""

    doc: str
    name: str
    limits: Limits
    example: str = ""


class FromText(Protocol):
    """A class whose values are written as one word or phrase, such as `20..25`."""

    SAYS: ClassVar[str]
    PATTERN: ClassVar[str]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the value; ValueError says what is wrong with the text."""


class Kind:
    """A kind of value. `says` completes "this must be …"."""

    says = ""

    def accepts(self, node: Node) -> bool:
        """Tell whether a node has the right shape, so that `read` is the right one to report its problems."""
        raise NotImplementedError

    def read(self, node: Node, problems: Problems) -> Any:
        """Return the value, or FAILED with its problems added."""
        raise NotImplementedError

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        """Return the JSON Schema; records put themselves into `definitions`."""
        raise NotImplementedError

    def parts(self) -> "tuple[Kind, ...]":
        """Return the kinds inside this one, as the reference of a language names them."""
        return ()

    def refuse(self, node: Node, problems: Problems) -> Failed:
        """Add the problem of a node that is of another kind."""
        if isinstance(node, Scalar) and node.value is None:
            problems.add(codes.EMPTY_VALUE, node.span, "nothing is written here", fix=f"write {self.says}")
        else:
            problems.add(
                codes.WRONG_TYPE,
                node.span,
                f"this is {_called(node)}",
                why=f"it must be {self.says}",
                fix=_mend(node, self),
            )
        return FAILED


class TextKind(Kind):
    """Text. A number or a yes/no written without quotes is taken as the text it is."""

    says = "text"

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar) and node.value is not None

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, problems)
        if not node.text.strip():
            problems.add(codes.EMPTY_VALUE, node.span, "the text is empty", fix="write it, or remove the key")
            return FAILED
        longest = self.limits.max_length
        if longest is not None and len(node.text) > longest:
            problems.add(
                codes.OUT_OF_RANGE,
                node.span,
                f"the text has {len(node.text)} characters; at most {longest} fit",
                why="there is no room for more where it is shown",
                fix=f"write it with {longest} characters or fewer",
            )
            return FAILED
        return node.text

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        longest = {} if self.limits.max_length is None else {"maxLength": self.limits.max_length}
        return {"type": "string", "minLength": 1, **longest}


class NumberKind(Kind):
    """A whole number, or any number."""

    def __init__(self, limits: Limits, *, whole: bool) -> None:
        self.limits = limits
        self.whole = whole
        self.says = "a whole number" if whole else "a number"

    def accepts(self, node: Node) -> bool:
        types_ = int if self.whole else (int, float)
        return isinstance(node, Scalar) and isinstance(node.value, types_) and not isinstance(node.value, bool)

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or not self.accepts(node):
            return self.refuse(node, problems)
        number = int(node.value) if self.whole else float(node.value)  # type: ignore[arg-type]
        low, high = self.limits.minimum, self.limits.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            least = "" if low is None else f"at least {low:g}"
            most = "" if high is None else f"at most {high:g}"
            problems.add(
                codes.OUT_OF_RANGE,
                node.span,
                f"{node.text} is outside the limits",
                why=f"it must be {' and '.join(filter(None, (least, most)))}",
                fix="write a number within them",
            )
            return FAILED
        return number

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        limits = {"minimum": self.limits.minimum, "maximum": self.limits.maximum}
        return {
            "type": "integer" if self.whole else "number",
            **{name: value for name, value in limits.items() if value is not None},
        }


class YesNoKind(Kind):
    """A yes or no: true and false, and the words yes and no, which YAML itself leaves as words."""

    says = "yes or no"
    WORDS: ClassVar[dict[str, bool]] = {"yes": True, "no": False, "true": True, "false": False}

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar) and node.text in self.WORDS

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or node.text not in self.WORDS:
            return self.refuse(node, problems)
        return self.WORDS[node.text]

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        return {"enum": [True, False, "yes", "no"]}


class DateKind(Kind):
    """A day, as 2026-11-01."""

    says = "a date such as 2026-11-01"

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar) and isinstance(node.value, str)

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return self.refuse(node, problems)
        try:
            return (
                date.fromisoformat(node.text)
                if len(node.text) == len("2026-11-01")
                else _malformed(node, problems, self)
            )
        except ValueError:
            return _malformed(node, problems, self)

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class WordKind(Kind):
    """One of a few words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.says = " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar) and node.text in self.words

    def is_near(self, node: Node) -> bool:
        """Tell whether a node is one of the words but for a slip."""
        return isinstance(node, Scalar) and not self.accepts(node) and Names(self.words).nearest(node.text) is not None

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, problems)
        if node.text not in self.words:
            problems.add(
                codes.NOT_ONE_OF,
                node.span,
                f"'{_short(node.text)}' is not known here",
                why=f"it must be {self.says}",
                fix=Names(self.words).hint(node.text),
            )
            return FAILED
        return node.text

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        return {"enum": list(self.words)}


class ParsedKind(Kind):
    """A value of a class of its own, written as a word or phrase; text and numbers are kept plain once they are judged."""

    def __init__(self, cls: type[FromText]) -> None:
        self.cls = cls
        self.plain: Callable[[Any], Any] | None = next((kind for kind in (str, int) if issubclass(cls, kind)), None)
        self.says = cls.SAYS

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar) and node.value is not None

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, problems)
        try:
            found = self.cls.from_text(node.text)
            return found if self.plain is None else self.plain(found)
        except ValueError as error:
            return _malformed(node, problems, self, str(error))

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        return {"type": ["string", "integer"], "pattern": self.cls.PATTERN}


class ListKind(Kind):
    """A list; items that cannot be read are left out after being reported."""

    def __init__(self, item: Kind, limits: Limits) -> None:
        self.item = item
        self.limits = limits
        self.says = "a list"

    def parts(self) -> tuple[Kind, ...]:
        return (self.item,)

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Sequence)

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Sequence):
            return self.refuse(node, problems)
        least = self.limits.min_items or 0
        if len(node.items) < least:
            problems.add(
                codes.OUT_OF_RANGE,
                node.span,
                f"the list has {len(node.items)} of at least {least} items",
                why="with fewer it would mean nothing",
                fix=f"write {least} or more",
            )
            return FAILED
        values = (self.item.read(item, problems) for item in node.items)
        return tuple(value for value in values if value is not FAILED)

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        least = {} if self.limits.min_items is None else {"minItems": self.limits.min_items}
        return {"type": "array", "items": self.item.schema(definitions), **least}


class TableKind(Kind):
    """Names that the author chooses, each with a value; entries that cannot be read are left out after being reported."""

    says = "a list of names with values"

    def __init__(self, name: Kind, value: Kind) -> None:
        self.name = name
        self.value = value

    def parts(self) -> tuple[Kind, ...]:
        return (self.value,)

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Mapping)

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Mapping):
            return self.refuse(node, problems)
        read = {}
        for key, value in node.entries:
            name, found = self.name.read(key, problems), self.value.read(value, problems)
            if name is not FAILED and found is not FAILED:
                read[name] = found
        return read

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        names = self.name.schema(definitions).get("pattern")
        limit = {"propertyNames": {"pattern": names}} if names else {}
        return {"type": "object", **limit, "additionalProperties": self.value.schema(definitions)}


class UnionKind(Kind):
    """One of several kinds; the first whose shape fits reads the node. Several records are told apart by their first key."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self.says = " or ".join(kind.says for kind in kinds)

    def parts(self) -> tuple[Kind, ...]:
        return self.kinds

    def accepts(self, node: Node) -> bool:
        return any(kind.accepts(node) for kind in self.kinds)

    def read(self, node: Node, problems: Problems) -> Any:
        fitting = [kind for kind in self.kinds if kind.accepts(node)]
        slipped = next((kind for kind in self.kinds if isinstance(kind, WordKind) and kind.is_near(node)), None)
        if slipped is not None and not any(_fits(kind, node) for kind in fitting):
            return slipped.read(node, problems)
        records = {next(iter(kind.keys)): kind for kind in fitting if isinstance(kind, RecordKind)}
        if isinstance(node, Mapping) and len(records) > 1:
            told = next((kind for key, kind in records.items() if node.get(key) is not None), None)
            return _untold(node, tuple(records), problems) if told is None else told.read(node, problems)
        return fitting[0].read(node, problems) if fitting else self.refuse(node, problems)

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        return {"anyOf": [kind.schema(definitions) for kind in self.kinds]}


class RecordKind(Kind):
    """A Record: known keys, each with its own kind."""

    def __init__(self, cls: type[Record]) -> None:
        self.cls = cls
        self.says = f"keys and values: {cleandoc(cls.__doc__ or '').splitlines()[0].rstrip('.')}"

    @cached_property
    def keys(self) -> dict[str, tuple[Field[Any], Key, Kind]]:
        """What may be written, by key; made late, since records may contain themselves."""
        hints = get_type_hints(self.cls)
        found = {}
        for declared in fields(self.cls):
            key = declared.metadata.get("key")
            if isinstance(key, Key):
                name = key.name or declared.name.rstrip("_")
                found[name] = (declared, key, kind_of(hints[declared.name], key.limits))
        return found

    @staticmethod
    def is_required(declared: Field[Any]) -> bool:
        """Tell whether a key must be written: its field has no default."""
        return declared.default is MISSING and declared.default_factory is MISSING

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that must be written."""
        return tuple(name for name, (declared, _, _) in self.keys.items() if self.is_required(declared))

    @cached_property
    def names(self) -> Names:
        """The known keys, to look for the one that was meant."""
        return Names(self.keys)

    def accepts(self, node: Node) -> bool:
        return isinstance(node, Mapping)

    def _slip(self, key: Scalar, value: Node) -> tuple[str, str]:
        """Return why a key that is not known is a mistake, and what may have been meant."""
        near = self.names.nearest(key.text)
        stands_alone = (value.span.line, value.span.column) == (key.span.line, key.span.column + key.span.length)
        if near is None and stands_alone:
            return (
                "between '{' and '}' a comma ends a text, and what follows is read as a key",
                'if the comma belongs to the text, put the whole text in quotes: "…"',
            )
        known = f"known keys: {', '.join(self.keys)}"
        return "a key that nobody reads is a mistake that nobody notices", self.names.hint(key.text, known)

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, Mapping):
            return self.refuse(node, problems)
        values: dict[str, Any] = {"node": node}
        unread: set[str] = set()
        failed = False
        for key, value in node.entries:
            known = self.keys.get(key.text)
            if known is None:
                why, fix = self._slip(key, value)
                problems.add(
                    codes.UNKNOWN_KEY, key.span, f"there is no key '{_short(key.text)}' here", why=why, fix=fix
                )
                unread |= {near} if (near := self.names.nearest(key.text)) is not None else set()
                continue
            declared, _, kind = known
            before = len(problems)
            found = kind.read(value, problems)
            if found is FAILED or len(problems) > before:
                unread.add(key.text)
            if found is FAILED:
                failed = failed or self.is_required(declared)
            else:
                values[declared.name] = found
        written = {key.text for key, _ in node.entries}
        missing = [name for name in self.required if name not in written]
        silent = [name for name in missing if name not in unread]
        if silent:
            self._report_missing(silent, node, problems)
        return FAILED if failed or missing else self.cls(**values, unread=frozenset(unread))

    def _report_missing(self, missing: list[str], node: Mapping, problems: Problems) -> None:
        many = len(missing) > 1
        what = f"the keys {', '.join(map(repr, missing))} are missing" if many else f"the key '{missing[0]}' is missing"
        why = "" if many else self.keys[missing[0]][1].doc
        example = self.keys[missing[0]][1].example
        span = Span(node.span.path, node.span.line, node.span.column, 1)
        problems.add(codes.MISSING_KEY, span, what, why=why, fix=f"write '{missing[0]}: {example or '…'}'")

    def schema(self, definitions: dict[str, Schema]) -> Schema:
        name = self.cls.__name__
        if name not in definitions:
            definitions[name] = {}
            properties = {
                key: {**kind.schema(definitions), "description": about.doc}
                for key, (_, about, kind) in self.keys.items()
            }
            required = [key for key, (declared, _, _) in self.keys.items() if self.is_required(declared)]
            definitions[name] = {
                "type": "object",
                "description": cleandoc(self.cls.__doc__ or ""),
                "additionalProperties": False,
                **({"required": required} if required else {}),
                "properties": properties,
            }
        return {"$ref": f"#/$defs/{name}"}


_RECORD_KINDS: dict[type[Record], RecordKind] = {}


def record_kind(cls: type[Record]) -> RecordKind:
    """Return the kind of a record class, made at first use."""
    if cls not in _RECORD_KINDS:
        _RECORD_KINDS[cls] = RecordKind(cls)
    return _RECORD_KINDS[cls]


def kind_of(declared: Any, limits: Limits) -> Kind:
    """Return the kind of a field's declared type."""
    origin, arguments = get_origin(declared), get_args(declared)
    if origin is Literal:
        return WordKind(arguments)
    if origin is tuple:
        return ListKind(kind_of(arguments[0], Limits()), limits)
    if isinstance(origin, type) and issubclass(origin, AbstractMapping):
        return TableKind(kind_of(arguments[0], Limits()), kind_of(arguments[1], Limits()))
    if origin in {Union, types.UnionType}:
        several = tuple(kind_of(part, limits) for part in arguments if part is not type(None))
        return several[0] if len(several) == 1 else UnionKind(several)
    if issubclass(declared, Record):
        return record_kind(declared)
    plain: dict[type, Kind] = {
        str: TextKind(limits),
        bool: YesNoKind(),
        int: NumberKind(limits, whole=True),
        float: NumberKind(limits, whole=False),
        date: DateKind(),
    }
    return plain.get(declared) or ParsedKind(declared)


def _fits(kind: Kind, node: Node) -> bool:
    return kind.read(node, Problems()) is not FAILED


def _untold(node: Mapping, keys: tuple[str, ...], problems: Problems) -> Failed:
    """Report a mapping that begins with none of the keys by which several records are told apart."""
    listing = f"{', '.join(map(repr, keys[:-1]))} or {keys[-1]!r}"
    names = Names(keys)
    slip = next((key for key, _ in node.entries if names.nearest(key.text)), None)
    if slip is not None:
        problems.add(
            codes.UNKNOWN_KEY, slip.span, f"there is no key '{_short(slip.text)}' here", fix=names.hint(slip.text)
        )
    else:
        span = Span(node.span.path, node.span.line, node.span.column, 1)
        problems.add(
            codes.MISSING_KEY,
            span,
            f"one of the keys {listing} is missing",
            why="it says what this is",
            fix=f"write {listing}",
        )
    return FAILED


def _malformed(node: Scalar, problems: Problems, kind: Kind, why: str = "") -> Failed:
    what = f"'{_short(node.text)}' is not {kind.says}"
    problems.add(codes.MALFORMED, node.span, what, why=why or "it is read exactly as written", fix=f"write {kind.says}")
    return FAILED


def _called(node: Node) -> str:
    if isinstance(node, Mapping):
        return "keys with values"
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node.value, bool):
        return "a yes or no"
    if isinstance(node.value, int | float):
        return f"the number {_short(node.text)}"
    return f"the text '{_short(node.text)}'"


def _mend(node: Node, kind: Kind) -> str:
    if isinstance(kind, ListKind):
        return f"write it as a list: [{_short(node.text) if isinstance(node, Scalar) else '…, …'}]"
    if isinstance(kind, TableKind | RecordKind):
        return "write keys and values below it, indented: 'key: value'"
    if isinstance(kind, TextKind):
        return "put the text in quotes if it starts with [ or {"
    return f"write {kind.says}" if isinstance(node, Scalar) else "write one value, without brackets"


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if line == text and len(line) <= 40 else f"{line[:40]}…"  # noqa: PLR2004
