"""Every name with its places: each use is where it says, and the shipped story and damaged ones give no surprise."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language import blocks, front
from lms.engine.scenario.language.parse import parse
from lms.engine.scenario.language.symbols import REFERS, Symbols, find_symbols
from lms.engine.scenario.manual.reference import EXAMPLE
from lms.engine.source.kinds import ParsedKind, RecordKind, record_kind
from lms.engine.source.problem import Problems
from lms.engine.source.text import decode
from lms.engine.source.values import Slug
from tests.shipped import INCLUDED

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(ROOT.glob("scenarios/*/scenario.md"))


def names(text: str) -> Symbols:
    problems = Problems()
    source = decode("tea/scenario.md", text.encode(), problems)
    return (
        Symbols() if source is None else find_symbols(parse(source, problems, {file.name: file for file in INCLUDED}))
    )


def at(text: str, span) -> str:
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_N1_every_exact_use_and_definition_stands_where_it_says(path):
    text = path.read_text("utf-8")
    found = names(text)
    for use in found.uses:
        assert (at(text, use.span) == use.id) or not use.is_exact or use.span.path != "tea/scenario.md", use
        assert use.is_exact or use.kind == "character", f"only who speaks is named otherwise than by id: {use}"
        assert found.find(use.kind, use.id) is not None, f"a shipped scenario names nothing that is not there: {use}"
    own = [symbol for symbol in found.symbols if symbol.span.path == "tea/scenario.md"]
    assert all(at(text, symbol.span) == symbol.id for symbol in own)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_every_place_that_names_an_id_is_found(path):
    """Renaming by the uses found leaves no trace of the old name but in prose."""
    text = path.read_text("utf-8")
    found, before = names(text), {one.code for one in _problems(text)}
    for symbol in [one for one in found.symbols if one.kind in {"scene", "choice"} and "-" in one.id][:30]:
        lines = text.split("\n")
        spans = {symbol.span, *(use.span for use in found.uses_of(symbol.kind, symbol.id))}
        for span in sorted(spans, reverse=True):
            line = lines[span.line - 1]
            lines[span.line - 1] = f"{line[: span.column - 1]}renamed{line[span.column - 1 + span.length :]}"
        renamed = "\n".join(lines)
        assert {one.code for one in _problems(renamed)} <= before, symbol
        assert len(found.uses) == len(names(renamed).uses), symbol


def _problems(text: str) -> list:
    problems = Problems()
    source = decode("tea/scenario.md", text.encode(), problems)
    if source is not None:
        parse(source, problems)
    return list(problems)


def test_names_in_folded_and_quoted_texts_are_found_letter_by_letter():
    text = EXAMPLE.replace(
        "pass: attention >= 1 and kept(told-someone)", "pass: >-\n  attention >= 1\n  and kept(told-someone)"
    ).replace("if: not told\n", 'if: "not told"\n')
    found = names(text)
    (kept,) = found.uses_of("must", "told-someone")
    assert at(text, kept.span) == "told-someone"
    assert all(at(text, use.span) == "told" for use in found.uses_of("variable", "told"))
    assert len(found.uses_of("variable", "told")) == 5


def test_the_names_of_an_older_text_stand_in_for_a_kind_that_is_gone():
    broken = names(EXAMPLE.replace("variables:\n", "variables: {told: {\n"))
    assert broken.ids("variable") == []
    assert broken.or_else(names(EXAMPLE)).ids("variable") == ["told"]
    assert broken.ids("scene") == ["cup", "question", "evening"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_N2_damage_gives_fewer_names_and_never_an_exception(data):
    start = data.draw(st.integers(0, len(EXAMPLE) - 1))
    end = data.draw(st.integers(start, min(len(EXAMPLE), start + 40)))
    put = data.draw(st.text(alphabet=":#{}[]()-'\"\n abc", max_size=6))
    names(EXAMPLE[:start] + put + EXAMPLE[end:])


NOT_NAMES = {
    *("id", "scenario", "level", "one of", "some of", "start", "bank", "question"),
}
"""Keys that hold ids which name nothing else in the file: own ids, values, and what stands in a bank."""


def test_it_is_known_of_every_key_with_ids_what_they_name():
    """A new key is found by editors only if it stands in one of the two lists."""
    waiting = [front.Front, *(block.record for block in blocks.BLOCKS.values() if block.record)]
    seen, unknown = set(), set()
    while waiting:
        record = waiting.pop()
        if record in seen:
            continue
        seen.add(record)
        for name, (_, _, kind) in record_kind(record).keys.items():
            inside = list(_all(kind))
            waiting += [one.cls for one in inside if isinstance(one, RecordKind)]
            has_ids = any(isinstance(one, ParsedKind) and one.cls is Slug for one in inside)
            if has_ids and name not in REFERS and name not in NOT_NAMES:
                unknown.add((record.__name__, name))
    assert unknown == set()


def _all(kind):
    yield kind
    for part in kind.parts():
        yield from _all(part)
