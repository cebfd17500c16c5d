"""The text of guards and effects → syntax with positions. Knows no declaration; `scope` gives names their meaning.

    either     = both {"or" both}
    both       = negation {"and" negation}
    negation   = "not" negation | comparison
    comparison = sum [("is" | "is" "not" | "<" | "<=" | ">" | ">=" | "has") sum]
    sum        = term {("+" | "-") term}
    term       = NUMBER | "-" NUMBER | TIME | NAME | FUNCTION "(" NAME ")" | "(" either ")"
    FUNCTION   = "visited" | "count" | "chose" | "kept" | "broke"

    effect     = "set" NAME | "clear" NAME | NAME ("+" | "-") NUMBER | NAME ":=" either
               | "add" NAME "to" NAME | "remove" NAME "from" NAME

A NAME is an id as authors write it (`secret-kept`), so a minus sign needs a blank before it; a TIME is `21:00`; a NUMBER
has decimals (`37.9`) only beside a track that has them.
Invariants:
  G1  any text gives syntax or one Fault, never an exception;
  G2  work and depth are bounded by MOST_TOKENS and DEEPEST;
  G3  positions are character offsets into the text given, end exclusive.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, NoReturn

from lms.kernel.ids import SLUG_MAX

MOST_TOKENS = 200
DEEPEST = 20

FUNCTIONS = ("visited", "count", "chose", "kept", "broke")
KEYWORDS = frozenset({"and", "or", "not", "is", "has", *FUNCTIONS})

FaultKind = Literal[
    "syntax", "too-large", "unknown-name", "unknown-id", "wrong-type", "not-here", "circular", "outside-clock", "hidden"
]
"""`unknown-name`: the front matter declares none; `unknown-id`: no scene or choice of the story has it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a guard or an effect, where (offsets into its text), and what to do."""

    kind: FaultKind
    start: int
    end: int
    what: str
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A name, number or time as written."""

    sort: Literal["name", "number", "time"]
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """`visited(tray)`."""

    function: str
    argument: Leaf
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands: `and` and `or` have two or more, `not` one, all others two."""

    operator: str
    operands: tuple["Syntax", ...]
    start: int
    end: int


Syntax = Leaf | Call | Operation


@dataclass(frozen=True, slots=True)
class EffectSyntax:
    """An effect as written: the verb, the variable or competency, and what the verb needs besides."""

    verb: Literal["set", "clear", "+", "-", ":=", "add", "remove"]
    name: Leaf
    operand: Syntax | None
    start: int
    end: int


class Token(NamedTuple):
    """A piece of text; `sort` is `name`, `number`, `time`, `end`, or for a sign or keyword the text itself."""

    sort: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"\s*(?:(?P<decimal>\d+\.\d+(?![\w.]))|(?P<time>\d{1,2}:\d\d(?![\w:]))|(?P<word>\w+(?:-\w+)*)|(?P<sign>:=|<=|>=|[<>+\-()])|(?P<foreign>[=!&|]+|\S))",
)
_INSTEAD = {
    "=": "write `is` to compare, `:=` to give a value",
    "==": "write `is`",
    "!=": "write `is not`",
    "!": "write `not`",
    "&&": "write `and`",
    "||": "write `or`",
    '"': "values stand without quotation marks",
    "'": "values stand without quotation marks",
}


SHORT = 80
"""Texts up to this length are remembered: authors write the same few again and again, and the long ones once."""


class _Stopped(Exception):  # noqa: N818 - carries the one fault out of the descent; never leaves this file
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def parse_expression(text: str) -> Syntax | Fault:
    """Read a guard."""
    return _expression_of(text) if len(text) <= SHORT else _expression_of.__wrapped__(text)


def parse_effect(text: str) -> EffectSyntax | Fault:
    """Read an effect."""
    return _effect_of(text) if len(text) <= SHORT else _effect_of.__wrapped__(text)


@lru_cache(maxsize=1024)
def _expression_of(text: str) -> Syntax | Fault:
    try:
        parser = _Parser(text)
        syntax = parser.either()
        parser.expect("end", "the expression ends here", "join conditions with `and` or `or`")
    except _Stopped as stopped:
        return stopped.fault
    return syntax


@lru_cache(maxsize=1024)
def _effect_of(text: str) -> EffectSyntax | Fault:
    try:
        parser = _Parser(text)
        syntax = parser.effect()
        parser.expect("end", "the effect ends here", "write one effect per item of the list")
    except _Stopped as stopped:
        return stopped.fault
    return syntax


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position, last = 0, len(text.rstrip())
    while position < last:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            break
        start, end = match.span(match.lastgroup)
        piece = match[match.lastgroup]
        if match.lastgroup == "foreign":
            raise _Stopped(
                Fault("syntax", start, end, f"`{piece}` means nothing here", fix=_INSTEAD.get(piece, "remove it")),
            )
        if len(piece) > SLUG_MAX:
            raise _Stopped(Fault("too-large", start, end, f"A name has at most {SLUG_MAX} characters"))
        tokens.append(Token(_sort(match.lastgroup, piece), piece, start, end))
        if len(tokens) > MOST_TOKENS:
            raise _Stopped(
                Fault("too-large", 0, last, "This is too long", fix="give parts of it a name under `derive`"),
            )
        position = end
    tokens.append(Token("end", "", last, last))
    return tokens


def _sort(group: str, piece: str) -> str:
    if group in {"time", "decimal"}:
        return "time" if group == "time" else "number"
    if group == "sign" or piece in KEYWORDS:
        return piece
    return "number" if piece.isascii() and piece.isdigit() else "name"


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.next
        self.position += token.sort != "end"
        return token

    def expect(self, sort: str, what: str, fix: str = "") -> Token:
        if self.next.sort != sort:
            found = f", not at {_shown(self.next)}" if sort == "end" else f", not {_shown(self.next)}"
            self.stop(what + found, fix)
        return self.take()

    def stop(self, what: str, fix: str = "") -> NoReturn:
        token = self.next
        raise _Stopped(Fault("syntax", token.start, max(token.end, token.start), _sentence(what), fix=fix))

    def name(self, what: str, fix: str = "") -> Leaf:
        token = self.expect("name", what, fix)
        return Leaf("name", token.text, token.start, token.end)

    def either(self) -> Syntax:
        self.depth += 1
        if self.depth > DEEPEST:
            token = self.next
            fix = "give parts of it a name under `derive`"
            raise _Stopped(Fault("too-large", token.start, token.end, "This is nested too deeply", fix=fix))
        result = self.chain("or", self.both)
        self.depth -= 1
        return result

    def both(self) -> Syntax:
        return self.chain("and", self.negation)

    def chain(self, word: str, operand: Callable[[], Syntax]) -> Syntax:
        operands = [operand()]
        while self.next.sort == word:
            self.take()
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return Operation(word, tuple(operands), operands[0].start, operands[-1].end)

    def negation(self) -> Syntax:
        starts: list[int] = []
        while self.next.sort == "not":
            starts.append(self.take().start)
        result = self.comparison()
        for start in reversed(starts[-2:] if len(starts) % 2 == 0 else starts[-1:]):
            result = Operation("not", (result,), start, result.end)
        return result

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.next.sort not in {"is", "<", "<=", ">", ">=", "has"}:
            return left
        operator = self.take().sort
        if operator == "is" and self.next.sort == "not":
            self.take()
            operator = "is not"
        right = self.sum()
        if self.next.sort in {"is", "<", "<=", ">", ">=", "has"}:
            self.stop("One comparison cannot follow another", "join two comparisons with `and`")
        return Operation(operator, (left, right), left.start, right.end)

    def sum(self) -> Syntax:
        result = self.term()
        while self.next.sort in {"+", "-"}:
            operator = self.take().sort
            right = self.term()
            result = Operation(operator, (result, right), result.start, right.end)
        return result

    def term(self) -> Syntax:
        token = self.next
        if token.sort in {"name", "number", "time"}:
            self.take()
            return Leaf(token.sort, token.text, token.start, token.end)  # type: ignore[arg-type]
        if token.sort == "-":
            self.take()
            number = self.expect("number", "a number follows the minus sign")
            return Leaf("number", "-" + number.text, token.start, number.end)
        if token.sort == "(":
            self.take()
            inner = self.either()
            self.expect(")", "a bracket closes here")
            return inner
        if token.sort in FUNCTIONS:
            self.take()
            self.expect("(", f"a bracket follows `{token.text}`", f"write `{token.text}(id)`")
            argument = self.name(f"`{token.text}` takes an id")
            close = self.expect(")", "a bracket closes here", f"`{token.text}` takes exactly one id")
            return Call(token.text, argument, token.start, close.end)
        return self.stop(f"A condition or value is missing before {_shown(token)}")

    def effect(self) -> EffectSyntax:
        first = self.name("an effect begins with a name", "for example `set promised` or `voice +1`")
        verb = first.text
        if verb in {"set", "clear"} and self.next.sort == "name":
            name = self.name("a flag's name follows")
            return EffectSyntax("set" if verb == "set" else "clear", name, None, first.start, name.end)
        if verb in {"add", "remove"} and self.next.sort == "name":
            member = self.name("a value follows")
            word = "to" if verb == "add" else "from"
            if self.next.text != word:
                self.stop(f"`{word}` comes here, not {_shown(self.next)}", f"write `{verb} value {word} set`")
            self.take()
            name = self.name("the name of a set follows")
            return EffectSyntax("add" if verb == "add" else "remove", name, member, first.start, name.end)
        if self.next.sort in {"+", "-"}:
            sign = self.take().sort
            number = self.expect("number", f"a number follows `{sign}`", f"for example `{verb} {sign}1`")
            by = Leaf("number", number.text, number.start, number.end)
            return EffectSyntax("+" if sign == "+" else "-", first, by, first.start, by.end)
        self.expect(":=", "an effect comes here", f"`{verb} +1`, `{verb} := value` or `set {verb}`")
        value = self.either()
        return EffectSyntax(":=", first, value, first.start, value.end)


def _sentence(what: str) -> str:
    return what[:1].upper() + what[1:]


def _shown(token: Token) -> str:
    return f"`{token.text}`" if token.text else "the end"
