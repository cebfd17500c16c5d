"""At least every way to be wrong that the grammar and the declarations admit has a problem that says where, what, why and how.

One story uses everything that an author can write; it is damaged in one place after the other.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from lms.engine.questions import codes as question_codes
from lms.engine.scenario.language.blocks import BLOCKS, Place
from lms.engine.scenario.language.front import Assertion
from lms.engine.scenario.language.language_file import TABLES_OF_TEXTS, TEXTS
from lms.engine.scenario.program import codes as scenario_codes
from lms.engine.scenario.program.expression import Comparison, Effect, Expression
from lms.engine.scenario.program.program import Block
from lms.engine.scenario.proof.plan import Plan, PlanStep
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source import codes as source_codes
from lms.engine.source.kinds import Kind, ListKind, TableKind, TextKind, UnionKind
from lms.engine.source.problem import Code
from tests.engine.scenario import wrong_blocks, wrong_expressions, wrong_ways
from tests.engine.scenario.fields import records_in
from tests.engine.scenario.whole import blocks, compile_whole, entries, record_kinds, texts, values

MOST = 3
"""One fault has no more problems than these."""

FAMILIES = {
    name: family
    for module in (wrong_ways, wrong_expressions, wrong_blocks)
    for name, family in vars(module).items()
    if not name.startswith("_") and getattr(family, "__annotations__", {}).get("return") == Iterator[wrong_ways.Wrong]
}
PAGES = Path(__file__).parents[3] / "lms" / "docs" / "problems"
CODES = {
    code.id: code
    for module in (source_codes, scenario_codes, question_codes)
    for code in vars(module).values()
    if isinstance(code, Code)
}


# --- the story is whole: whoever adds a key, a block or an operator adds it to the story -------------------------------

REFUSED = {"TimeoutKeys.hint", "TimeoutKeys.point_of_no_return", "TimeoutKeys.confidence"}
"""Keys that time limits have from choices, and that mean nothing there."""


def test_the_whole_story_has_no_problem():
    compiled, problems = compile_whole()
    assert [str(problem) for problem in (*problems, *prove_scenario(compiled).problems)] == []


def test_the_whole_story_uses_every_key_of_every_record():
    used = {(entry.record.cls, entry.name) for entry in entries()}
    unused = {
        f"{kind.cls.__name__}.{key}"
        for kind in record_kinds().values()
        for key in kind.keys
        if (kind.cls, key) not in used
    }
    assert unused == REFUSED


def test_the_whole_story_uses_every_block_and_every_kind_of_scene():
    assert {unit.block for unit, _ in blocks()} == set(BLOCKS)
    compiled, _ = compile_whole()
    found = {scene.kind for scene in compiled.program.scenes}
    written = next(kind for kind in record_kinds().values() if kind.cls.__name__ == "SceneKeys").keys["kind"][2]
    assert found == set(written.words)


def test_the_whole_story_uses_every_operator_every_function_and_every_effect():
    compiled, _ = compile_whole()
    found = [*records_in(compiled.program)]
    kinds = {type(one) for one in found}
    assert {*get_args(Expression), *get_args(Effect), *get_args(Block)} <= kinds
    assert {one.operator for one in found if type(one).__name__ == "Compare"} == set(get_args(Comparison))
    assert {one.operator for one in found if type(one).__name__ == "Sum"} == {"+", "-"}


def test_every_operator_function_and_verb_is_written_of_what_it_does_not_fit():
    assert set(wrong_expressions.WRONG_OPERANDS) == wrong_expressions.OPERATORS
    assert set(wrong_expressions.WRONG_EFFECTS) == wrong_expressions.VERBS


def test_blocks_are_tried_in_every_place_and_ids_are_given_where_it_is_said():
    assert set(wrong_blocks.SPOTS) == set(get_args(Place))
    known = {f"{kind.cls.__name__}.{key}" for kind in record_kinds().values() for key in kind.keys}
    assert known >= wrong_ways.DECLARING


# --- every damage is reported --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_every_way_to_be_wrong_is_said_where_it_is_and_nothing_else(family):
    wrongs = [*family()]
    assert len(wrongs) > MOST
    assert [found for wrong in wrongs if (found := amiss(wrong))] == []


def amiss(wrong):
    """What is amiss with what is said of a damage; empty when nothing is."""
    assert wrong.text != texts()[wrong.file], wrong.what
    _, problems = compile_whole(**{wrong.file: wrong.text})
    path = f"scenarios/whole/{wrong.file}"
    near = [each for each in problems if each.span.path == path and wrong.first <= each.span.line <= wrong.last]
    faults = {
        "nothing is said": not problems,
        f"one fault, {len(problems)} problems": len(problems) > MOST,
        f"not where it is, between {wrong.first} and {wrong.last}": not near,
        "it does not say what, why and how to mend it": not all(
            each.what and each.why and each.fix for each in problems
        ),
        "it has no page": not all((PAGES / f"{each.code}-{CODES[each.code].slug}.md").is_file() for each in problems),
        f"'{wrong.meant}' is not suggested": wrong.meant
        and not any(suggests(each.fix, wrong.meant) for each in problems),
    }
    said = "".join(f"\n{problem}" for problem in problems)
    return next((f"{wrong.what}: {fault}{said}" for fault, is_there in faults.items() if is_there), "")


def suggests(fix, meant):
    found = re.search(r"did you mean ['`]([^'`]*)['`]|possible here: (.*)", fix)
    return found is not None and (found[1] == meant or (found[2] is not None and meant in found[2]))


# --- texts that are translated --------------------------------------------------------------------------------------------

NO_TEXTS = {
    "BankFile.bank", "Front.audience", "Front.include", "Front.accept_words", "Front.pass", "Front.derive",
    "Shared.include", "Shared.derive", "Character.initials", "Competency.codes", "Variable.start",
    "Must.when", "Assertion.when", "ChoiceKeys.when", "OptionKeys.when", "TimeoutKeys.when", "LaterKeys.if", "Conditional.if",
    "Conditional.do", "Review.by", "Track.start", "Scale.points", "ObserveKeys.values",
    *(f"{record}.effects" for record in ("ChoiceKeys", "TimeoutKeys", "OptionKeys", "RouteKeys", "OrderItemKeys")),
    *(f"{record}.{name}" for record in ("QuestionKeys", "OrderKeys") for name in ("right", "partly", "wrong")),
    "QuestionKeys.options",
}  # fmt: skip
"""What is written as text and is none for people: conditions, effects, codes, names of files and of languages."""

OTHER_TEXTS = {"RouteKeys.phrases", "Track.values"}
"""Texts for people that language files take over in ways of their own."""


def holds_text(kind: Kind) -> bool:
    match kind:
        case TextKind():
            return True
        case TableKind():
            return isinstance(kind.name, TextKind) or holds_text(kind.value)
        case ListKind() | UnionKind():
            return any(holds_text(each) for each in kind.parts())
    return False


def test_every_key_that_holds_text_is_translated_or_named_here_as_one_that_is_none():
    written = {
        f"{kind.cls.__name__}.{key}"
        for kind in record_kinds().values()
        if kind.cls not in {Plan, PlanStep}
        for key, (_, _, of) in kind.keys.items()
        if holds_text(of)
    }
    translated = {name for name in written if name.partition(".")[2] in TEXTS | TABLES_OF_TEXTS}
    assert written - translated - OTHER_TEXTS == NO_TEXTS & written
    assert written | {"BankFile.bank"} >= NO_TEXTS | OTHER_TEXTS


def test_every_text_of_the_whole_story_is_taken_over_from_a_language_file():
    text, said = texts()["scenario.md"], []
    for entry in sorted(entries(), key=lambda one: one.key.span, reverse=True):
        if (
            entry.unit.file == "scenario.md"
            and entry.name in TEXTS | TABLES_OF_TEXTS
            and entry.name not in {"url", "phone"}
        ):
            is_for_authors = entry.record.cls is Assertion
            for value in sorted(values(entry), key=lambda one: one.node.span, reverse=True):
                if isinstance(value.kind, TextKind) and not value.is_name:
                    span = value.node.span
                    start = wrong_ways.offset(text, span.line, span.column)
                    said += [] if is_for_authors else [f"x{value.node.text.replace('{term:board}', 'xRegional Board')}"]
                    text = f'{text[:start]}"x{value.node.text}"{text[start + span.length :]}'
    text = text.replace("language: en\n", "language: cy\n")
    compiled, problems = compile_whole(**{"scenario.cy.md": text})
    assert [str(each) for each in problems if each.severity == "error"] == []
    (telling,) = [each for each in compiled.program.tellings if (each.language, each.nation) == ("cy", "")]
    told = {each.says for each in telling.said} | {
        text for each in (*telling.references, *telling.support) for text in vars_of(each)
    }
    assert [each for each in said if not any(each in one for one in told)] == []


def vars_of(record):
    return [value for value in record.to_json().values() if isinstance(value, str)]
