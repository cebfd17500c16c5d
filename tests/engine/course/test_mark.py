import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engine.course.draw import Drawn, draw
from lms.engine.course.mark import judge
from lms.engine.course.model import Quiz
from lms.engine.questions.mark import mark
from lms.engine.questions.model import Option, Question
from lms.kernel.errors import Invalid


def question_of(right, kind="multiple", **more):
    options = tuple(Option(f"o{number}", f"Text {number}", each, f"Say {number}") for number, each in enumerate(right))
    return Question(id=more.pop("id", "q"), kind=kind, ask="?", options=options, **more)


def quiz_of(percent=80):
    return Quiz(id="quiz", title="Quiz", minutes=5, bank="bank", draw=8, pass_percent=percent)


@pytest.mark.parametrize(
    ("response", "verdict", "points"),
    [
        (["o0", "o1", "o2"], "right", 1),
        (["o0", "o1"], "partly", 0.6667),
        (["o0"], "partly", 0.3333),
        (["o0", "o1", "o2", "o3"], "partly", 0.6667),
        (["o0", "o3"], "wrong", 0),
        (["o3"], "wrong", 0),
        (["o0", "o1", "o2", "o3", "o4", "o5"], "wrong", 0),
    ],
)
def test_M2_wrong_picks_of_a_multiple_choice_count_against_right_ones(response, verdict, points):
    marked = mark(question_of([True, True, True, False, False, False]), response)
    assert (marked.verdict, marked.points) == (verdict, points)


def test_each_option_tells_its_own_feedback():
    marked = mark(question_of([True, False], "single"), ["o1"])
    assert marked.verdict == "wrong"
    assert [(each.id, each.right, each.chosen, each.feedback) for each in marked.options] == [
        ("o0", True, False, "Say 0"),
        ("o1", False, True, "Say 1"),
    ]


@pytest.mark.parametrize("response", [[], ["o0", "o1"], ["o7"], [""], ["o0", "o7"]])
def test_what_is_no_answer_is_refused_kindly(response):
    with pytest.raises(Invalid) as refused:
        mark(question_of([True, False], "single"), response)
    assert refused.value.fix


@given(st.lists(st.booleans(), min_size=2, max_size=6).filter(any), st.data())
def test_M1_the_order_of_options_changes_no_mark(right, data):
    question = question_of(right)
    response = data.draw(st.lists(st.sampled_from([option.id for option in question.options]), min_size=1, unique=True))
    shuffled = Question(
        id="q", kind="multiple", ask="?", options=tuple(data.draw(st.permutations(list(question.options))))
    )
    one, other = mark(question, response), mark(shuffled, reversed(response))
    assert (one.verdict, one.points) == (other.verdict, other.points)
    assert set(one.response) == set(other.response) == set(response)
    assert one.is_right == (set(response) == question.right_ids)


def try_of(rights, criticals):
    """A try with single choices, of which some are answered rightly; None leaves one without an answer."""
    questions = tuple(
        question_of([True, False], "single", id=f"q{number}", critical=critical)
        for number, critical in enumerate(criticals)
    )
    marks = [
        mark(question, ["o0" if right else "o1"])
        for question, right in zip(questions, rights, strict=True)
        if right is not None
    ]
    return Drawn("quiz", "seed", questions), marks


@pytest.mark.parametrize(
    ("rights", "criticals", "percent", "success", "missed"),
    [
        ([True] * 8, [True] * 4 + [False] * 4, 100, True, ()),
        ([True] * 7 + [False], [True] * 4 + [False] * 4, 87, True, ()),
        ([False] + [True] * 7, [True] * 4 + [False] * 4, 87, False, ("q0",)),
        ([None] + [True] * 7, [True] * 4 + [False] * 4, 87, False, ("q0",)),
        ([True] * 6 + [False] * 2, [True] * 4 + [False] * 4, 75, False, ()),
        ([True] * 4 + [False], [False] * 5, 80, True, ()),
        ([None] * 3, [False] * 3, 0, False, ()),
    ],
)
def test_M3_a_try_succeeds_with_the_score_and_every_critical_question(rights, criticals, percent, success, missed):
    drawn, marks = try_of(rights, criticals)
    result = judge(quiz_of(), drawn, marks)
    assert (result.percent, result.success, result.missed_critical) == (percent, success, missed)
    assert (result.right, result.total) == (sum(right is True for right in rights), len(rights))


def test_M3_partly_right_is_not_right_for_a_critical_question():
    question = question_of([True] * 9 + [False], critical=True)
    marked = mark(question, [f"o{number}" for number in range(8)])
    result = judge(quiz_of(), Drawn("quiz", "", (question,)), [marked])
    assert result.score == pytest.approx(0.8889)
    assert (result.success, result.missed_critical) == (False, ("q",))


def test_a_drawn_quiz_of_the_small_course_is_passed_by_the_right_answers(course):
    quiz = course.find_quiz("questions")
    drawn = draw(quiz, course.bank_of(quiz), "any")
    result = judge(quiz, drawn, [mark(question, question.right_ids) for question in drawn.questions])
    assert (result.success, result.score) == (True, 1.0)
