import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.course.draw import Drawn, draw
from lms.engine.course.model import Quiz
from lms.engine.questions.model import Bank, Option, Question
from lms.kernel.errors import NotFound


def bank_of(criticals, outcomes=("a", "b", "c")):
    return Bank(
        "bank",
        tuple(
            Question(
                id=f"question-{number}",
                kind="single",
                ask="?",
                options=tuple(Option(f"option-{each}", str(each), right=each == 0, feedback="") for each in range(4)),
                critical=critical,
                outcome=outcomes[number % len(outcomes)],
            )
            for number, critical in enumerate(criticals)
        ),
    )


def quiz_of(draws):
    return Quiz(id="quiz", title="Quiz", minutes=5, bank="bank", draw=draws, pass_percent=80)


BANKS = st.lists(st.booleans(), min_size=1, max_size=40)
SEEDS = st.text(max_size=20)


@given(BANKS, st.integers(1, 45), SEEDS, st.lists(st.integers(0, 50), max_size=60))
@settings(max_examples=300)
def test_D1_D2_every_draw_has_all_critical_questions_no_doubles_and_all_options(criticals, draws, seed, seen):
    bank = bank_of(criticals)
    drawn = draw(quiz_of(draws), bank, seed, [f"question-{number}" for number in seen])
    critical = {question.id for question in bank.questions if question.critical}
    assert critical <= set(drawn.ids)
    assert len(drawn.ids) == len(set(drawn.ids)) == max(len(critical), min(draws, len(criticals)))
    for question in drawn.questions:
        assert sorted(option.id for option in question.options) == [f"option-{number}" for number in range(4)]


@given(BANKS, st.integers(1, 45), SEEDS)
def test_D2_the_same_seed_and_history_give_the_same_draw_which_survives_json(criticals, draws, seed):
    bank = bank_of(criticals)
    drawn = draw(quiz_of(draws), bank, seed)
    assert draw(quiz_of(draws), bank, seed) == drawn
    assert Drawn.from_json(json.loads(json.dumps(drawn.to_json())), bank) == drawn


@given(st.integers(0, 4), st.integers(1, 6), st.integers(0, 12), SEEDS)
def test_D3_a_new_try_shows_a_question_again_only_when_all_others_were_shown(critical, others, spare, seed):
    bank = bank_of([True] * critical + [False] * (others + spare))
    quiz = quiz_of(critical + others)
    times = dict.fromkeys((question.id for question in bank.questions if not question.critical), 0)
    seen = []
    for number in range(5):
        drawn = draw(quiz, bank, f"{seed}{number}", seen)
        seen += drawn.ids
        for question_id in drawn.ids:
            if question_id in times:
                times[question_id] += 1
        assert max(times.values()) - min(times.values()) <= 1


def test_D3_among_unseen_questions_outcomes_that_are_not_covered_come_first():
    bank = bank_of([False] * 30)
    for seed in range(20):
        drawn = draw(quiz_of(3), bank, str(seed))
        assert sorted(question.outcome for question in drawn.questions) == ["a", "b", "c"]


def test_over_many_seeds_each_option_stands_everywhere():
    bank = bank_of([True])
    first = [draw(quiz_of(1), bank, str(seed)).questions[0].options[0].id for seed in range(400)]
    assert all(60 <= first.count(f"option-{number}") <= 140 for number in range(4))


def test_a_question_that_was_not_drawn_is_not_found():
    drawn = draw(quiz_of(1), bank_of([True, False]), "seed")
    assert drawn.question("question-0").id == "question-0"
    with pytest.raises(NotFound):
        drawn.question("question-1")
