"""Guards and effects: what is read, what is refused and where, and that what is accepted never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engine.scenario.language.grammar import MOST_TOKENS, Fault, parse_expression
from lms.engine.scenario.language.scope import NUMBER, Scope
from lms.engine.scenario.language.typecheck import read_derived, read_effect, read_expression
from lms.engine.scenario.play.evaluate import Evaluator
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Both,
    Broke,
    Change,
    Chose,
    ClockTime,
    Compare,
    Constant,
    Count,
    Derived,
    Effect,
    Either,
    Expression,
    Has,
    Kept,
    Not,
    Remove,
    Score,
    SetFlag,
    Sum,
    Variable,
    Visited,
    When,
    reads,
)
from lms.engine.scenario.program.program import Clock, Flag, Number, OneOf, SomeOf
from lms.kernel.record import reader

VARIABLES = {
    "promised": Flag("promised"),
    "corrected": Flag("corrected"),
    "pain": OneOf("pain", ("unknown", "none", "some"), "unknown"),
    "was": OneOf("was", ("unknown", "none", "some"), "none"),
    "n": Number("n", -3, 5),
    "told": SomeOf("told", ("eluned", "mair")),
}
SCOPE = Scope(
    VARIABLES,
    {"total": NUMBER},
    competencies=("voice", "honest"),
    scenes=("home", "tray"),
    choices=("ring-mair",),
    musts=("told-mair", "secrecy"),
    clock=Clock(19 * 60 + 40, 26 * 60),
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("promised", Variable("promised")),
        ("promised and not corrected", Both((Variable("promised"), Not(Variable("corrected"))))),
        (
            "promised or corrected and visited(home)",
            Either((Variable("promised"), Both((Variable("corrected"), Visited("home"))))),
        ),
        (
            "(promised or corrected) and visited(home)",
            Both((Either((Variable("promised"), Variable("corrected"))), Visited("home"))),
        ),
        ("pain is some", Compare("is", Variable("pain"), Constant("some"))),
        ("pain is not was", Compare("is not", Variable("pain"), Variable("was"))),
        (
            "n - 1 + total >= -2",
            Compare(">=", Sum("+", Sum("-", Variable("n"), Constant(1)), Derived("total")), Constant(-2)),
        ),
        ("told has mair", Has("told", "mair")),
        ("count(tray) < 3", Compare("<", Count("tray"), Constant(3))),
        ("chose(ring-mair)", Chose("ring-mair")),
        ("clock >= 21:00", Compare(">=", ClockTime(), Constant(21 * 60))),
        ("clock < 01:30", Compare("<", ClockTime(), Constant(25 * 60 + 30))),
        ("not not promised", Not(Not(Variable("promised")))),
        ("promised is not corrected", Compare("is not", Variable("promised"), Variable("corrected"))),
    ],
)
def test_a_guard_is_read_as_it_looks(text, tree):
    assert read_expression(text, SCOPE).value == tree


@pytest.mark.parametrize(
    ("text", "kind", "marked", "says"),
    [
        ("", "syntax", "", "missing"),
        ("promised and", "syntax", "", "missing"),
        ("(promised", "syntax", "", "bracket"),
        ("promised corrected", "syntax", "corrected", "and"),
        ("promised == corrected", "syntax", "==", "is"),
        ("n < 1 < 2", "syntax", "<", "and"),
        ("visited home", "syntax", "home", "visited(id)"),
        ("n + is 2", "syntax", "is", "missing"),
        ("promsed", "unknown-name", "promsed", "did you mean `promised`"),
        ("pain is sme", "unknown-name", "sme", "did you mean `some`"),
        ("told has craig", "unknown-name", "craig", "eluned, mair"),
        ("visited(hom)", "unknown-id", "hom", "did you mean `home`"),
        ("chose(ring-mai)", "unknown-id", "ring-mai", "did you mean `ring-mair`"),
        ("n", "wrong-type", "n", "compare"),
        ("promised + 1 > 2", "wrong-type", "promised", "numbers"),
        ("pain < some", "wrong-type", "pain < some", "is"),
        ("told is mair", "wrong-type", "told is mair", "has"),
        ("pain has some", "wrong-type", "pain", "set"),
        ("promised is yes", "wrong-type", "promised is yes", "write `promised`"),
        ("promised is not true", "wrong-type", "promised is not true", "write `not promised`"),
        ("promised is no", "wrong-type", "promised is no", "write `not promised`"),
        ("promised is not false", "wrong-type", "promised is not false", "write `promised`"),
        ("visited(home) is false", "wrong-type", "visited(home) is false", "write `not (…)`"),
        ("n is promised", "wrong-type", "n is promised", "flag"),
        ("clock > 3", "wrong-type", "clock > 3", "time"),
        ("clock > 24:00", "syntax", "24:00", "23:59"),
        ("voice >= 2", "not-here", "voice", "declare a number"),
        ("kept(told-mair)", "not-here", "kept(told-mair)", "pass"),
        ("x" * 65, "too-large", "x" * 65, "at most 64"),
        ("n > 99999999999999999999", "too-large", "99999999999999999999", "at most"),
    ],
)
def test_a_fault_says_what_and_where(text, kind, marked, says):
    (fault,) = read_expression(text, SCOPE).faults
    assert (fault.kind, text[fault.start : fault.end]) == (kind, marked)
    assert says in f"{fault.what} {fault.why} {fault.fix}"


def test_all_faults_are_found_at_once_and_none_causes_another():
    faults = read_expression("promsed and (nn + 1 > 2 or pain is sme) and visited(home)", SCOPE).faults
    assert [fault.what for fault in faults] == [
        "No variable is called `promsed`",
        "No variable is called `nn`",
        "This is not a value of `pain`",
    ]


def test_pass_reads_scores_and_musts():
    tree = read_expression("voice >= 2 and kept(told-mair) and not broke(secrecy)", SCOPE.for_pass()).value
    assert tree == Both((Compare(">=", Score("voice"), Constant(2)), Kept("told-mair"), Not(Broke("secrecy"))))


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("set promised", SetFlag("promised", to=True)),
        ("clear promised", SetFlag("promised", to=False)),
        ("n +2", Change("n", 2)),
        ("n -1", Change("n", -1)),
        ("n := total + 1", Assign("n", Sum("+", Derived("total"), Constant(1)))),
        ("pain := some", Assign("pain", Constant("some"))),
        ("pain := was", Assign("pain", Variable("was"))),
        ("voice +2", Award("voice", 2)),
        ("honest - 2", Award("honest", -2)),
        ("add mair to told", Add("mair", "told")),
        ("remove mair from told", Remove("mair", "told")),
    ],
)
def test_an_effect_is_read_as_it_looks(text, effect):
    assert read_effect(text, SCOPE).value == effect


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("", "syntax", ""),
        ("set", "syntax", ""),
        ("n + 1 2", "syntax", "2"),
        ("add mair into told", "syntax", "into"),
        ("set promsed", "unknown-name", "promsed"),
        ("set n", "wrong-type", "set n"),
        ("promised +1", "wrong-type", "promised +1"),
        ("voice := 3", "wrong-type", "voice := 3"),
        ("total +1", "wrong-type", "total"),
        ("clock +5", "wrong-type", "clock"),
        ("n := pain", "wrong-type", "pain"),
        ("pain := sme", "unknown-name", "sme"),
        ("add craig to told", "unknown-name", "craig"),
    ],
)
def test_a_fault_in_an_effect_says_where(text, kind, marked):
    (fault,) = read_effect(text, SCOPE).faults
    assert (fault.kind, text[fault.start : fault.end]) == (kind, marked)


def test_derived_names_may_come_in_any_order_but_not_in_a_circle():
    texts = {"a": "b and promised", "b": "not corrected", "c": "d", "d": "c", "e": "nonsense", "f": "e or b"}
    values, faults, scope = read_derived(texts, SCOPE)
    assert values == {"a": Both((Derived("b"), Variable("promised"))), "b": Not(Variable("corrected"))}
    assert {name: fault.kind for name, (fault,) in faults.items()} == {
        "c": "circular",
        "d": "circular",
        "e": "unknown-name",
    }
    assert read_expression("a and e and f", scope).faults == ()


def test_what_an_expression_depends_on_is_seen_through_derived_names():
    derived = {"secret": Both((Variable("promised"), Visited("home")))}
    tree = Both((Derived("secret"), Chose("ring-mair"), Compare(">", ClockTime(), Constant(5))))
    assert reads(tree, derived) == {"promised", "scene:home", "chose:ring-mair", "clock"}


@pytest.mark.parametrize(
    "text", ["(" * 50_000, "not " * 50_000, "n + " * 50_000, "promised and " * 50_000, "é" * 50_000]
)
def test_a_huge_text_is_refused_at_once(text):
    assert isinstance(parse_expression(text), Fault)


def test_the_longest_text_that_is_read_can_also_be_run():
    text = "not " * (MOST_TOKENS - 1) + "promised"
    tree = read_expression(text, SCOPE).value
    assert Evaluator(VARIABLES.values(), {}).condition(tree)(STATE) is True
    total = " + ".join(["n"] * 90) + " > 1"
    assert Evaluator(VARIABLES.values(), {}).condition(read_expression(total, SCOPE).value)(STATE) is True


STATE = {
    "vars": {"promised": False, "corrected": True, "pain": "some", "was": "none", "n": 4, "told": ["mair"]},
    "scores": {"voice": 1, "honest": 0},
    "seen": {"home": 2},
    "chosen": ["ring-mair"],
    "musts": {"told-mair": "kept", "secrecy": "open"},
    "clock": 1200,
}
WORDS = [
    *("and", "or", "not", "is", "has", "(", ")", "<", ">=", "+", "-", ":=", "set", "add", "to", "2", "21:00", "=", "é"),
    *("visited(home)", "count(tray)", "chose(ring-mair)", "kept(told-mair)", "voice", "clock", "some", "mair"),
    *VARIABLES,
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_read_or_faulted_within_it_and_what_is_read_never_raises(text):
    for scope in (SCOPE, SCOPE.for_pass()):
        guard, effect = read_expression(text, scope), read_effect(text, scope)
        for read in (guard, effect):
            assert (read.value is None) == bool(read.faults)
            assert all(0 <= fault.start <= fault.end <= len(text) and fault.what for fault in read.faults)
        evaluator = Evaluator(VARIABLES.values(), {"total": Variable("n")})
        if guard.value is not None:
            assert evaluator.condition(guard.value)(STATE) in {True, False}
            assert reader(Expression)(guard.value.to_json()) == guard.value
        if effect.value is not None:
            state = {**STATE, "vars": dict(STATE["vars"])}
            evaluator.effects((effect.value, When(Variable("promised"), (effect.value,))))(state, [])
            assert -3 <= state["vars"]["n"] <= 5
            assert reader(Effect)(effect.value.to_json()) == effect.value
