"""Whatever is written, reading gives a tree, a record or problems, and every problem has a place in the file."""

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.repair import write_missing_ids
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.yaml_nodes import compose

YAML = st.lists(
    st.sampled_from([*"ab:-[]{},'\"#&*!|>%@` \n\t0", ": ", "- ", "\n  ", "---\n", "a: ", "null", "é", "\r\n"]),
    max_size=40,
).map("".join)
LINES = st.lists(
    st.sampled_from(
        [
            "---", "scenario: example", "title: T", "minutes: 5", "variables: {f: flag}", "## A {#a}", "## B {#b}", "##", "# A",
            "- [Go](#b) {#go}", "- [Go](#b)", "  ::: choice", "  when: f", "  :::", "  prose", ":::", "::: if f", "::: scene",
            "kind: ending", "band: secure", "::: options", "options: [{text: a}, {text: b}]", "::: later {#l}", "to: b", "at: a",
            "::: debrief {#d}", "for: [go]", "expert: go", "why: x", "**A:** x", "![x](media/x.png)", "```", "<!--", "-->", "",
            "::: question {#q}", "question: a", "right: [set f]", "wrong: [x]", "feedback_at: now", "confidence: ask",
            "::: order {#o}", "items: [{id: x, text: a}, {id: y, text: b}, {text: c}]", "order: [x, y]", "partly_from: 3",
            "kind: hub", "exit: go", "least: 1", "kind: call", "back: a", "back: return", "kind: checkpoint", "keeps: [f]",
            "keeps: all", "draws: {m: {one of: [x, y], at: a}}", "  back: b", "- [On](#return) {#on}",
            "prose", "::: free-text {#t}", "ask: x", "::: summary", "::: debrief-plan", "prompts: [{ask: x}]", "\tx", "    x",
        ]
    ),
    max_size=40,
).map("\n".join)  # fmt: skip


@given(YAML)
@settings(max_examples=400, deadline=None)
def test_any_yaml_gives_a_tree_or_problems(text):
    problems = Problems()
    source = decode("a.yaml", text.encode(), problems)
    node = compose(source, problems) if source else None
    for problem in problems:
        assert 1 <= problem.span.line <= text.count("\n") + 2
        assert str(problem)
    if source is None:
        assert node is None
        assert len(problems) > 0


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_text_or_a_problem(data):
    problems = Problems()
    assert (decode("a", data, problems) is None) == (len(problems) > 0)


@given(LINES)
@settings(max_examples=300, deadline=None)
def test_any_lines_give_a_program_or_problems_and_ids_are_written_once(text):
    compiled = compile_scenario(
        [SourceFile("s/example/scenario.md", "scenario.md", text.encode())], today=date(2026, 1, 1)
    )
    assert (compiled.program is None) == any(problem.severity == "error" for problem in compiled.problems)
    once = write_missing_ids("a", text.encode())
    assert write_missing_ids("a", once) == once


BANK = (Path(__file__).parent / "golden" / "tasks" / "bank.yaml").read_text(encoding="utf-8")
STORY = (Path(__file__).parent / "golden" / "tasks.md").read_text(encoding="utf-8")


@given(st.integers(0, len(BANK) - 1), st.integers(0, 30), YAML)
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_bank_gives_a_program_or_problems_with_their_places(at, length, instead):
    damaged = BANK[:at] + instead + BANK[at + length :]
    files = [
        SourceFile("s/tasks/scenario.md", "scenario.md", STORY.encode()),
        SourceFile("s/tasks/bank.yaml", "bank.yaml", damaged.encode()),
    ]
    compiled = compile_scenario(files, today=date(2026, 1, 1))
    assert (compiled.program is None) == any(problem.severity == "error" for problem in compiled.problems)
    assert all(problem.span.path.startswith("s/tasks/") and str(problem) for problem in compiled.problems)
