"""What ships as courses is complete, tidy and fair."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lms.engine.course import api
from lms.engine.course.outline import Standing
from lms.engine.scenario.language.compile import compile_scenario
from lms.learning.library.files import read_folder

ROOT = Path(__file__).parents[2]
COURSES = sorted(path.name for path in (ROOT / "courses").iterdir() if path.is_dir())
WRITTEN_ON = date(2026, 11, 21)
"""The day for which the references were looked at; that they grow old is told by `lms check`, not by a failing test."""

SCENARIOS = {path.name for path in (ROOT / "scenarios").iterdir() if path.is_dir()}
LESSON_MINUTES = 6
READING_AGE = 12


def compile_shipped(name):
    folder = read_folder(ROOT / "courses" / name, "course", f"courses/{name}")
    assert folder.problems == ()
    return api.compile_course(folder.path, folder.files, today=WRITTEN_ON, scenarios=SCENARIOS)


@pytest.fixture(params=COURSES, scope="module")
def course(request):
    return compile_shipped(request.param).course


@pytest.fixture(scope="module")
def safeguarding():
    return compile_shipped("safeguarding-adults-basics").course


@pytest.mark.parametrize("name", COURSES)
def test_a_shipped_course_has_no_problem_and_no_warning(name):
    assert [str(problem) for problem in compile_shipped(name).problems] == []


def test_safeguarding_has_its_lessons_questions_and_rules(safeguarding):
    lessons = [activity for activity in safeguarding.activities if isinstance(activity, api.Lesson)]
    assert len(lessons) >= 6
    quiz = safeguarding.find_quiz("final-questions")
    bank = safeguarding.bank_of(quiz)
    assert len(bank.questions) >= 20
    assert (quiz.draw, quiz.pass_percent, quiz.tries) == (8, 80, None)
    assert sum(question.critical for question in bank.questions) >= 3
    assert {question.kind for question in bank.questions} == {"single", "multiple"}
    scenario = safeguarding.find_scenario("between-you-and-me")
    assert (scenario.debrief, scenario.summary_credit) == (True, True)
    assert (safeguarding.certificate.valid_years, safeguarding.nation) == (3, "wales")
    assert "observed by the employer" in safeguarding.certificate.says


def test_what_no_expert_has_reviewed_claims_no_review(course):
    assert course.reviewed is None


def test_every_lesson_has_its_shape_and_fits_into_a_break(course):
    for lesson in (activity for activity in course.activities if isinstance(activity, api.Lesson)):
        kinds = Counter(block.kind for block in lesson.blocks)
        assert lesson.blocks[0].kind == "moment", lesson.id
        assert lesson.blocks[-1].kind == "work", lesson.id
        assert kinds["check"] == 1, lesson.id
        assert kinds["try"] >= 1, lesson.id
        assert kinds["reveal"] >= 1, lesson.id
        assert lesson.minutes <= LESSON_MINUTES, lesson.id
        assert lesson.outcomes, lesson.id
        assert lesson.references, lesson.id


def test_every_outcome_is_taught_and_tested(course):
    taught = {name for lesson in course.activities if isinstance(lesson, api.Lesson) for name in lesson.outcomes}
    tested = {question.outcome for bank in course.banks for question in bank.questions}
    assert taught == tested == {outcome.id for outcome in course.outcomes}


def test_every_question_names_where_its_answer_comes_from_and_answers_every_option(course):
    for question in (question for bank in course.banks for question in bank.questions):
        assert question.references, question.id
        assert all(option.feedback for option in question.options), question.id


def test_the_right_option_is_not_told_by_length_or_place(course):
    for bank in course.banks:
        singles = [question for question in bank.questions if question.kind == "single"]
        longest = shortest = 0
        places = Counter()
        for question in singles:
            lengths = {option.id: len(option.text) for option in question.options}
            (right,) = question.right_ids
            others = [length for option_id, length in lengths.items() if option_id != right]
            longest += lengths[right] > max(others)
            shortest += lengths[right] < min(others)
            places[[option.id for option in question.options].index(right)] += 1
        assert longest <= 0.4 * len(singles)
        assert shortest <= 0.4 * len(singles)
        assert max(places.values()) <= 0.4 * len(singles)


def test_feedback_on_right_options_of_single_choices_says_yes_and_on_wrong_ones_blames_nobody(course):
    for question in (question for bank in course.banks for question in bank.questions):
        for option in question.options:
            if question.kind == "single":
                assert option.feedback.startswith("Yes") == option.right, (question.id, option.id)
            assert not re.search(r"\b(stupid|obviously wrong|you failed|careless|should have known)\b", option.feedback)


def test_two_tries_in_a_row_share_only_what_is_critical(safeguarding):
    quiz = safeguarding.find_quiz("final-questions")
    bank = safeguarding.bank_of(quiz)
    critical = {question.id for question in bank.questions if question.critical}
    seen = []
    for number in range(4):
        drawn = api.draw(quiz, bank, f"try {number}", seen)
        assert len(drawn.questions) == 8
        assert critical <= set(drawn.ids)
        assert set(drawn.ids) & set(seen) <= critical
        seen += drawn.ids


def test_a_learner_who_does_everything_gets_to_the_certificate(course):
    facts = {}
    for _ in course.activities:
        facts[api.outline(course, facts).next.activity.id] = Standing(completed=True, passed=True, debriefed=True)
    assert api.outline(course, facts).certificate_due


def test_the_reading_age_is_that_of_a_twelve_year_old(course):
    for lesson in (activity for activity in course.activities if isinstance(activity, api.Lesson)):
        text = "\n".join(
            f"{block.text}\n" + "\n".join(a.text + "\n" + a.feedback for a in block.answers) for block in lesson.blocks
        )
        assert reading_age(text) <= READING_AGE, lesson.id
    for question in (question for bank in course.banks for question in bank.questions):
        for sentence in sentences(question.ask):
            assert len(sentence.split()) <= 20, sentence


def sentences(text):
    plain = re.sub(r"[*_#>|`()\[\]“”\u2018]", " ", text)
    return [found for found in re.split(r"[.!?:]\s|\n", plain) if len(found.split()) > 2]


def reading_age(text):
    """The Flesch-Kincaid grade, plus five years."""
    words = re.findall(r"[^\W\d_][\w\u2019'-]*", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouyâêîôûŵŷ]+", re.sub(r"e$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * syllables / len(words) - 15.59 + 5


def test_what_a_course_says_of_a_scenario_agrees_with_the_scenario(course):
    for activity in (activity for activity in course.activities if isinstance(activity, api.ScenarioActivity)):
        folder = read_folder(ROOT / "scenarios" / activity.id, "scenario", f"scenarios/{activity.id}")
        program = compile_scenario(folder.files, today=WRITTEN_ON).program
        assert (activity.title, course.nation, course.language) == (program.title, program.nation, program.language)
        assert program.minutes.low <= activity.minutes <= program.minutes.high
