from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problem, Problems
from lms.engine.source.span import Span

LOST = Code("SC012", "lost", "lost")
REMARK = Code("SC099", "remark", "remark", "warning")


def test_a_problem_shows_place_caret_reason_and_remedy():
    problems = Problems()
    problems.know("scenarios/triage.md", ("", "- [Pick up the phone](#recieve-call)"))
    problems.add(
        LOST,
        Span("scenarios/triage.md", 2, 23, 13),
        "no scene called 'recieve-call'",
        why="every choice leads to a scene of this file",
        fix="did you mean 'receive-call' (line 12)?",
    )
    assert str(problems.in_order()[0]).splitlines() == [
        "scenarios/triage.md:2:23: error SC012 no scene called 'recieve-call'",
        "    2 | - [Pick up the phone](#recieve-call)",
        "      |                       ^^^^^^^^^^^^^",
        "  why  every choice leads to a scene of this file",
        "  fix  did you mean 'receive-call' (line 12)?",
    ]


def test_P1_problems_come_in_reading_order():
    problems = Problems()
    for line, column in ((9, 1), (2, 5), (2, 1)):
        problems.add(LOST, Span("a", line, column), "x")
    assert [problem.span[1:3] for problem in problems] == [(2, 1), (2, 5), (9, 1)]


def test_P2_a_place_has_one_problem_and_an_error_hides_a_warning():
    problems = Problems()
    for code, what in ((REMARK, "first"), (LOST, "second"), (LOST, "third"), (REMARK, "fourth")):
        problems.add(code, Span("a", 1, 1), what)
    assert [problem.what for problem in problems] == ["second"]


def test_P3_a_problem_survives_json_with_its_line():
    problem = Problem("SC012", "error", Span("a.md", 3, 4, 5), "what", "why", "fix", "the line")
    assert Problem.from_json(problem.to_json()) == problem


def test_a_long_line_is_shown_around_its_place():
    line = "x" * 500 + "here" + "y" * 500
    shown = str(Problem("SC012", "error", Span("a", 1, 501, 4), "w", excerpt=line)).splitlines()
    assert len(shown[1]) < 130
    column = shown[2].index("^")
    assert shown[1][column : column + 4] == "here"
    assert shown[2].count("^") == 4


def test_the_caret_stands_under_wide_and_combining_letters():
    shown = str(Problem("SC012", "error", Span("a", 1, 5, 1), "w", excerpt="日本e\u0301!")).splitlines()
    assert shown[2].index("^") - len("    1 | ") == 5


def test_the_nearest_name_is_found_for_slips_only():
    names = Names(["receive-call", "supper-tray", "why_plausible"])
    assert names.nearest("recieve-call") == "receive-call"
    assert names.nearest("suppertray") == "supper-tray"
    assert names.nearest("why_plausable") == "why_plausible"
    assert names.nearest("corridor") is None
    assert names.nearest("x" * 10_000) is None


def test_ten_thousand_names_and_slips_take_no_time():
    names = Names(f"scene-number-{number}" for number in range(10_000))
    assert sum(names.nearest(f"scene-numbre-{number}") is not None for number in range(10_000)) == 10_000
