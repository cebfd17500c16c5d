"""The formal grammar against the parser: read from its page, it accepts what the parser accepts, and makes what it reads."""

import random
import re
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language.blocks import BLOCKS
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.grammar import KEYWORDS, Fault, parse_effect, parse_expression
from lms.engine.scenario.language.parse import parse
from lms.engine.scenario.manual import formal
from lms.engine.scenario.manual.examples import BANK, ENDING, EXAMPLES, SETTING
from lms.engine.scenario.manual.reference import EXAMPLE
from lms.engine.scenario.program import codes
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile, decode

ROOT = Path(__file__).parents[3]
PAGE = formal.write()
SOURCES = [*ROOT.glob("scenarios/*/scenario.md"), *(Path(__file__).parent / "golden").glob("**/*.md")]
FORM = {
    codes.MALFORMED_CHOICE.id,
    codes.UNKNOWN_BLOCK.id,
    codes.MISPLACED_BLOCK.id,
    codes.OPEN_BLOCK.id,
    codes.STRAY_CLOSE.id,
    codes.BLOCK_ARGUMENT.id,
    codes.HEADING_LEVEL.id,
    codes.TEXT_BEFORE_SCENES.id,
    codes.MALFORMED_ID.id,
    codes.MISSING_ID.id,
    codes.STRAY_ID.id,
    codes.NO_TITLE.id,
    codes.NO_SCENES.id,
    codes.PICTURE_IN_TEXT.id,
}
"""What the parser calls a wrong form."""

# --- the grammar, read from its page --------------------------------------------------------------------------------

_PIECE = re.compile(r'"[^"]*"|\(`[^)]*\)|\([^|"{\[]*\)$|[\w-]+|[{}\[\]()|=/]')


def rules(section: str) -> dict[str, list]:
    """The rules of a section of the page: by name, alternatives of sequences of parts."""
    text = PAGE.split(f"## {section}\n")[1].split("```text\n")[1].split("```")[0]
    found: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        begin = re.match(r"    ([\w-]+) *= (.*)", line)
        if begin:
            name = begin[1]
            found[name] = begin[2]
        elif line.strip() and name:
            found[name] += " " + line.strip()
    return {
        name: _read(body)
        for name, body in found.items()
        if not body.lstrip().startswith(("/", "at most", "the", "what", "ID"))
    }


def _read(body: str) -> list:
    pieces = _PIECE.findall(re.sub(r"\(`.*?\)|\(with .*?\)", "", body))
    parts, rest = _either(pieces)
    assert rest == [], (body, rest)
    return parts


def _either(pieces: list[str]) -> tuple[list, list[str]]:
    found, pieces = [], list(pieces)
    one: list = []
    while pieces and pieces[0] not in {"}", "]", ")"}:
        piece = pieces.pop(0)
        if piece == "|":
            found.append(("all", one))
            one = []
        elif piece in {"{", "[", "("}:
            inner, pieces = _either(pieces)
            pieces.pop(0)
            one.append(({"{": "many", "[": "maybe", "(": "either"}[piece], inner))
        else:
            one.append(("word", piece))
    return [*found, ("all", one)], pieces


class Grammar:
    def __init__(self, section: str):
        self.rules = rules(section)

    def accepts(self, start: str, tokens: list[str]) -> bool:
        """Tell whether the rule makes exactly these tokens."""

        @cache
        def rule(name: str, at: int) -> frozenset[int]:
            return some(self.rules[name], at)

        def some(parts, at):
            return frozenset(end for part in parts for end in one(part, at))

        def word(what, at):
            if what in self.rules:
                return rule(what, at)
            return frozenset({at + 1}) if at < len(tokens) and tokens[at] == what.strip('"') else frozenset()

        def follow(parts, at):
            ends = frozenset({at})
            for part in parts:
                ends = frozenset(end for begin in ends for end in one(part, begin))
            return ends

        def many(parts, at):
            ends = fresh = frozenset({at})
            while fresh:
                fresh = frozenset(end for begin in fresh for end in some(parts, begin)) - ends
                ends |= fresh
            return ends

        reads = {
            "word": word,
            "all": follow,
            "either": some,
            "many": many,
            "maybe": lambda parts, at: some(parts, at) | {at},
        }

        def one(part, at):
            kind, what = part
            return reads[kind](what, at)

        return len(tokens) in rule(start, 0)

    def make(self, start: str, draw: random.Random, depth: int = 0) -> list[str]:
        """Return tokens that the rule makes; deep inside, the shortest way out is taken."""

        def one(part):
            kind, what = part
            if kind == "word":
                return self.make(what, draw, depth + 1) if what in self.rules else [what.strip('"')]
            if kind == "all":
                return [token for inner in what for token in one(inner)]
            if kind == "either":
                return one(draw.choice(what))
            times = draw.randrange(3 if kind == "many" else 2) if depth < 9 else 0
            return [token for _ in range(times) for token in one(draw.choice(what))]

        alternatives = self.rules[start]
        return one(min(alternatives, key=self.height) if depth > 9 else draw.choice(alternatives))

    def height(self, part) -> int:
        """How deep the shortest sentence of a part is."""
        kind, what = part
        if kind == "word":
            return self.heights.get(what, 0)
        if kind == "all":
            return max(map(self.height, what), default=0)
        return min(map(self.height, what)) if kind == "either" else 0

    @cached_property
    def heights(self) -> dict[str, int]:
        self.__dict__["heights"] = dict.fromkeys(self.rules, 999)
        for _ in self.rules:
            for name, alternatives in self.rules.items():
                self.heights[name] = min(map(self.height, alternatives)) + 1
        return self.heights


CONDITIONS = Grammar("Conditions and effects")
FILE = Grammar("A file")

# --- conditions and effects -----------------------------------------------------------------------------------------

WORDS = ["and", "or", "not", "is", "has", "<", "<=", ">", ">=", "+", "-", "(", ")", ":=", "set", "clear", "add", "to",
         "remove", "from", "visited", "count", "chose", "kept", "broke", "pain", "told-x", "3", "0", "21:00"]  # fmt: skip


def sort_of(word: str) -> str:
    if re.fullmatch(r"\d+", word):
        return "NUMBER"
    return (
        "TIME"
        if ":" in word and word != ":="
        else word
        if not re.fullmatch(r"\w[\w-]*", word) or word in KEYWORDS
        else "NAME"
    )


def sorts(words: list[str], literal: frozenset[str] = frozenset()) -> list[str]:
    return [word if word in literal else sort_of(word) for word in words]


VERBS = ({"set"}, {"clear"}, {"add", "to"}, {"remove", "from"})


def accepts_effect(words: list[str]) -> bool:
    """An effect's words are names elsewhere: each way of reading them may be the one that the grammar means."""
    options = [frozenset(), *map(frozenset, VERBS)]
    return any(CONDITIONS.accepts("effect", _verbs(words, option)) for option in options)


def _verbs(words: list[str], literal: frozenset[str]) -> list[str]:
    """The verb stands first and its `to` or `from` third; a word like it elsewhere is a name."""
    return [word if word in literal and at in {0, 2} else sort_of(word) for at, word in enumerate(words)]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_any_words_are_a_condition_for_the_grammar_exactly_when_they_are_for_the_parser(words):
    read = parse_expression(" ".join(words))
    assert CONDITIONS.accepts("either", sorts(words)) is not isinstance(read, Fault), words
    effect = parse_effect(" ".join(words))
    assert accepts_effect(words) is not isinstance(effect, Fault), words


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 1 << 30))
def test_what_the_grammar_makes_is_read(seed):
    draw = random.Random(seed)  # noqa: S311 - a test's own dice
    for start, read in (("either", parse_expression), ("effect", parse_effect)):
        text = " ".join(_spoken(token, draw) for token in CONDITIONS.make(start, draw))
        found = read(text)
        assert not isinstance(found, Fault) or found.kind == "too-large", text


def _spoken(token: str, draw: random.Random) -> str:
    return {"NAME": draw.choice(["pain", "told-x", "a1"]), "NUMBER": str(draw.randrange(30)), "TIME": "21:00"}.get(
        token, token
    )


# --- files ----------------------------------------------------------------------------------------------------------


def forms(lines: list[str]) -> list[str]:
    """The lines of a file as the grammar's smallest parts: a whole block is one, named after itself."""
    tokens: list[str] = []
    at = 0
    if lines and re.fullmatch(formal.LINES["RULE"], lines[0]):
        end = next(n for n in range(1, len(lines)) if re.fullmatch(formal.LINES["RULE"], lines[n]))
        tokens += ["RULE", *["YAML"] * (end - 1), "RULE"]
        at = end + 1
    below = fenced = False
    while at < len(lines):
        line = lines[at]
        if line.startswith("<!--"):
            while "-->" not in lines[at]:
                at += 1
            tokens.append("REMARK")
            at += 1
            continue
        if line.startswith("```") or fenced:
            fenced = fenced != line.startswith("```")
            tokens.append("TEXT" if line.strip() else "BLANK")
            at += 1
            continue
        inside = below and line.startswith("  ")
        own = line[2:] if inside else line
        form, at = form_of(own, lines, at, 2 * inside)
        below = form == "CHOICE" or (below and (inside or form == "BLANK"))
        tokens += ["INDENTED", form] if inside and form != "BLANK" else [form]
    return tokens


def form_of(own: str, lines: list[str], at: int, indent: int) -> tuple[str, int]:
    name = re.match(r":::[ \t]*([\w-]+)", own)
    if name:
        depth, end = 1, at + 1
        while depth:
            text = lines[end][indent:]
            depth += 1 if re.match(r":::[ \t]*[\w-]", text) else -1 if re.fullmatch(r":::[ \t]*", text) else 0
            end += 1
        return name[1], end
    for form in ("BLANK", "HEADING", "CHOICE", "PICTURE", "SPEECH", "TEXT"):
        if re.fullmatch(formal.LINES[form].replace("ID", "[a-z0-9]+(?:-[a-z0-9]+)*"), own):
            return form, at + 1
    return f"nothing like {own!r}", at + 1


@pytest.mark.parametrize("text", [EXAMPLE, *(path.read_text("utf-8") for path in SOURCES)])
def test_everything_of_ours_is_made_of_the_grammars_forms(text):
    tokens = forms(text.removesuffix("\n").split("\n"))
    assert [token for token in tokens if token.startswith("nothing")] == []
    assert FILE.accepts("file", tokens)


LINE = {
    "RULE": "---",
    "YAML": "",
    "REMARK": "<!-- a remark -->",
    "BLANK": "",
    "TEXT": "She looks at you.",
    "SPEECH": "**Olwen:** I’m not thirsty.",
    "PICTURE": "![A cup](media/cup.png)",
}


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1 << 30))
def test_what_the_grammar_makes_has_no_wrong_form(seed):
    draw = random.Random(seed)  # noqa: S311 - a test's own dice
    tokens = [token for token in FILE.make("file", draw) if token != "YAML"]
    lines: list[str] = []
    indent = ""
    for number, token in enumerate(tokens):
        if token == "INDENTED":
            indent = "  "
            continue
        lines += [f"{indent}{line}" if line else "" for line in _written(token, number)]
        if token in {"TEXT", "SPEECH"}:  # a paragraph ends with a blank line
            lines.append("")
        indent = ""
    text = "\n".join([lines[0], "scenario: x", *lines[1:], ""])
    problems = Problems()
    parse(decode("x/scenario.md", text.encode(), problems), problems)
    assert [str(problem) for problem in problems if problem.code in FORM] == [], text


def _written(token: str, number: int) -> list[str]:
    if token == "HEADING":
        return [f"## A scene {{#s{number}}}"]
    if token == "CHOICE":
        return [f"- [Do it.](#s{number}) {{#c{number}}}"]
    if token in BLOCKS:
        return EXAMPLES[token].replace("{#", f"{{#b{number}-").split("\n")
    return [LINE[token]]


# --- examples -------------------------------------------------------------------------------------------------------


def setting(name: str) -> str:
    example = EXAMPLES[name]
    below = "\n  ".join(example.split("\n")) if name == "choice" else ""
    here = "" if name in {"scene", "choice", "debrief-plan", "summary"} else example
    ending = f"{ENDING}\n\n{example}" if name in {"debrief-plan", "summary"} else ENDING
    return SETTING.format(here=here, below=below, ending=ending)


def test_every_block_has_an_example():
    assert list(EXAMPLES) == list(BLOCKS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_in_the_reference_compiles(name):
    files = [SourceFile("tea/scenario.md", "scenario.md", setting(name).encode())]
    files += [SourceFile("tea/bank.yaml", "bank.yaml", BANK.encode())] if name == "question" else []
    found = compile_scenario(files, today=date(2026, 11, 21))
    assert [str(problem) for problem in found.problems if problem.severity == "error"] == [], name
    assert found.program is not None


def test_the_page_names_every_block_and_every_key():
    for block in BLOCKS.values():
        assert f'":::" "{block.name}"' in PAGE
        assert block.record is None or f"    {formal.rule_of(block.record)} =\n" in PAGE
