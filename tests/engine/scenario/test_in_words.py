"""Conditions and effects said again: read back, what is said is the same; in words, with the names that people know."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language.scope import Scope
from lms.engine.scenario.language.typecheck import read_effect, read_expression
from lms.engine.scenario.program.expression import (
    Award,
    Band,
    Both,
    Chose,
    Compare,
    Constant,
    Count,
    Either,
    Has,
    Not,
    Points,
    SetFlag,
    Sum,
    Variable,
    Visited,
    When,
)
from lms.engine.scenario.program.in_words import Reader, effect_notation, notation
from lms.engine.scenario.program.observing import Track
from lms.engine.scenario.program.program import Competency, Flag, Number, OneOf, SomeOf
from tests.engine.scenario.build import choice, ending, program, scene

SCOPE = Scope(
    variables={
        "p": Flag("p"),
        "q": Flag("q"),
        "n": Number("n", 0, 9),
        "who": OneOf("who", ("mair", "edt"), "mair"),
        "seen": SomeOf("seen", ("wrist", "face")),
    },
    competencies=frozenset({"voice"}),
    scenes=frozenset({"tray"}),
    choices=frozenset({"promise"}),
)
LEAVES = st.sampled_from(
    [
        Variable("p"),
        Variable("q"),
        Compare(">=", Variable("n"), Constant(3)),
        Compare("is not", Variable("who"), Constant("edt")),
        Has("seen", "wrist"),
        Visited("tray"),
        Chose("promise"),
        Compare("<", Count("tray"), Constant(2)),
    ]
)


def joined(inner):
    return st.builds(lambda a, b, kind: kind((a, b)), inner, inner, st.sampled_from([Both, Either])) | inner.map(Not)


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, joined, max_leaves=8))
def test_what_is_said_reads_back_to_mean_the_same(expression):
    said = notation(expression)
    again = read_expression(said, SCOPE)
    assert again.faults == ()
    assert notation(again.value) == notation(read_expression(notation(again.value), SCOPE).value)
    assert str(again.value).count("Not") % 2 == str(expression).count("Not") % 2


def test_points_are_said_by_what_they_are_given_for():
    pulse, pain = (Points(name, (Band(0, 9, 1),)) for name in ("pulse", "pain"))
    said = "the points of pulse (0..9: 1) + the points of pain (0..9: 1) >= 5"
    assert notation(Compare(">=", Sum("+", pulse, pain), Constant(5))) == said
    told = program(scene("tray", choice("go", "home")), ending("home"), tracks=(Track("pulse", "Pulse"),))
    assert (
        Reader(told).condition(Sum("+", pulse, pain))
        == "the points of Pulse (0 to 9: 1) + the points of pain (0 to 9: 1)"
    )


def test_effects_read_back_as_they_were():
    for text in (
        "set p",
        "clear q",
        "n +2",
        "n -1",
        "voice +3",
        "who := edt",
        "add wrist to seen",
        "remove face from seen",
    ):
        assert effect_notation(read_effect(text, SCOPE).value) == text


def test_words_use_the_names_that_people_know():
    made = program(
        scene("tray", choice("promise", "end")),
        ending("end"),
        competencies=(Competency("voice", "Her voice", -5, 5),),
    )
    reader = Reader(made)
    assert (
        reader.condition(Both((Visited("tray"), Not(Variable("told-anyone")))))
        == "“Tray” was visited and not told anyone"
    )
    assert reader.condition(Chose("promise")) == "“Do promise” was chosen"
    assert reader.effects((Award("voice", -2), SetFlag("told", to=True))) == "Her voice -2; told: yes"
    assert reader.effect(When(Variable("p"), (SetFlag("q", to=False),))) == "if p: q: no"
