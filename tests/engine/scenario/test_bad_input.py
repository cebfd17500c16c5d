"""Sources that want too much: always an answer or a problem, with work that grows no faster than they do, and bounded."""

import resource
from datetime import date

import pytest

from lms.engine.scenario.api import compile_scenario, prove_scenario
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.scenario.proof.report import make_report
from lms.engine.source.text import SourceFile
from tests.effort import counted

HEAD = "---\nscenario: example\ntitle: E\nminutes: 5\n%s---\n\n"
END = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\nsuccess: yes\n:::\n"
ASK = "## A {#a}\n\n::: scene\nkind: narration\n:::\n\n"


def choices(count, effect="", when=""):
    keys = [f"  effects: [{effect}]\n"] * bool(effect) + [f"  when: {when}\n"] * bool(when)
    block = f"  ::: choice\n{''.join(keys)}  :::\n" if keys else ""
    return ASK + "".join(f"- [Do {n}](#{'a' if n % 2 else 'home'}) {{#c{n}}}\n{block}" for n in range(count))


def scenes(count):
    story = "".join(f"## S {n} {{#s{n}}}\n\n- [On](#s{n + 1}) {{#c{n}}}\n\n" for n in range(count))
    return story.replace(f"(#s{count})", "(#home)")


def laters(count):
    waiting = "".join(f"::: later {{#l{n}}}\nafter: {n % 90 + 1} scenes\nto: aside\n:::\n" for n in range(count))
    story = f"## S {{#s}}\n\n- [On](#a) {{#on}}\n\n{waiting}\n{ASK}- [a](#home) {{#ca}}\n- [b](#s) {{#cb}}\n\n"
    return f"{story}## H {{#aside}}\n\n- [r](#return) {{#r}}\n"


def flags(count):
    return "variables: {" + ", ".join(f"f{n}: flag" for n in range(count)) + "}\n"


def remembered(count):
    read = "".join(f"::: if f{n}\nx\n:::\n\n" for n in range(count))
    sets = "".join(f"- [Do](#a) {{#c{n}}}\n  ::: choice\n  effects: [set f{n}]\n  :::\n" for n in range(count))
    return f"{read}{ASK}{sets}- [Go](#home) {{#go}}\n"


def all_of(text, front="", *more):
    """Everything that a check does: how many calls it takes, its problems, and what is proven."""
    files = [SourceFile("scenarios/example/scenario.md", "scenario.md", (HEAD % front + text + END).encode()), *more]

    def check():
        compiled = compile_scenario(files, today=date(2026, 11, 21))
        proof = prove_scenario(compiled, most_states=100_000)
        plans = check_plans(compiled, files)
        if compiled.program is not None:
            make_report(compiled.program, most_states=20_000)
        return [problem.code for problem in (*compiled.problems, *proof.problems, *plans.problems)], proof

    number, (codes, proof) = counted(check)
    return number, codes, proof


@pytest.mark.parametrize(
    ("make", "front"),
    [
        (choices, ""),
        (lambda n: choices(n, "n +1"), "competencies: {n: {range: -5000..5000, says: N}}\npass: n > 100\n"),
        (lambda n: scenes(n // 5), ""),
        (lambda n: choices(2) + "- x [y](#\n" * n, ""),
        (lambda n: choices(2) + "(" * n + "\n" + "[" * n + "\n" + "![" * n + "\n", ""),
        (lambda n: choices(2) + "**" * n + "\n\n" + "*a " * n + "\n\n" + ":::" * n + "\n", ""),
        (lambda n: choices(2) + "a{#" * n + "\n" + "{lang=" * n + "\n", ""),
    ],
    ids=["choices", "scores", "scenes", "broken items", "brackets", "stars", "ids"],
)
def test_work_grows_no_faster_than_the_source(make, front):
    all_of(make(50), front)
    small, large = (all_of(make(size), front)[0] for size in (500, 4000))
    assert large < 8 * 4 * small


@pytest.mark.parametrize(
    ("text", "front", "code"),
    [
        (choices(3), "variables: {n: 0..1000000000}\n", "SO025"),
        (choices(3), "variables: {n: 0..100000}\n", "SC035"),
        (choices(3), "competencies: {n: {range: -1000000..5, says: N}}\n", "SC035"),
        (choices(2, when=" and ".join(["f"] * 20_000)), "variables: {f: flag}\n", "SC045"),
        (choices(2, when="(" * 5_000 + "f" + ")" * 5_000), "variables: {f: flag}\n", "SC045"),
        (choices(2, when="not " * 5_000 + "f"), "variables: {f: flag}\n", "SC045"),
        (choices(2, when="d0"), "variables: {f: flag}\nderive:\n" + "".join(
            f"  d{n}: d{n + 1} or d{n + 1}\n" for n in range(60)) + "  d60: f\n", "SC045"),
        (choices(2, when="d0"), "variables: {f: flag}\nderive:\n" + "".join(
            f"  d{n}: d{n + 1}\n" for n in range(2_000)) + "  d2000: f\n", "SC045"),
        (choices(2, "{if: f, do: [" * 300 + "set f" + "]}" * 300), "variables: {f: flag}\n", "SO014"),
        (choices(2), "prebrief: &a [x]\nsummary: *a\n", "SO013"),
        (choices(2), "support: " + "[" * 3_000 + "]" * 3_000 + "\n", "SO014"),
        ("::: if f\n" * 200 + choices(2), "variables: {f: flag}\n", "SC016"),
    ],
    ids=[
        "numbers to 10^9", "numbers to 10^5", "scores to 10^6", "a long guard", "deep brackets", "many nots",
        "names that double", "names in names", "effects in effects", "an alias", "lists in lists", "blocks in blocks",
    ],
)  # fmt: skip
def test_what_is_too_large_is_a_problem_at_once(text, front, code):
    calls, found, _ = all_of(text, front)
    assert code in found
    assert calls < 4_000_000


@pytest.mark.parametrize(
    ("text", "front"),
    [
        (choices(3_000, "n +1", "n < 9000"), "variables: {n: 0..10000}\n"),
        (ASK + "".join(
            f"- [Do](#a) {{#c{v}}}\n  ::: choice\n  effects: [{v} +1]\n  when: {v} < 9999\n  :::\n" for v in "nmk"
        ) + "- [Go](#home) {#go}\n", "variables: {n: 0..10000, m: 0..10000, k: 0..10000}\n"),
        (laters(1_000), ""),
        (choices(40).replace("}\n", "}\n  ::: choice\n  once: yes\n  :::\n"), ""),
    ],
    ids=["a number and 3,000 choices", "three wide numbers", "1,000 laters", "40 choices once"],
)  # fmt: skip
def test_what_has_too_many_states_is_bounded_says_so_and_stays_small(text, front):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    calls, _, proof = all_of(text, front)
    assert not proof.is_complete
    assert proof.bound == f"bounded: explored {proof.states:,} states, not complete"
    assert calls < 20_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def test_variables_that_nothing_ahead_reads_cost_nothing():
    calls, found, proof = all_of(remembered(300), flags(300))
    assert proof.is_complete
    assert calls < 1_000_000
    assert "SO023" not in found


def test_a_plan_of_many_steps_and_many_plans_are_walked_with_little_work():
    story = ASK + "- [Again](#a) {#again}\n- [Go](#home) {#go}\n"
    plan = "expect: home\ntake: [" + "again, " * 2_000 + "go]\n"
    files = [SourceFile(f"scenarios/example/plans/{n}.plan", f"plans/{n}.plan", plan.encode()) for n in range(20)]
    calls, found, _ = all_of(story, "", *files)
    assert found == []
    assert calls < 10_000_000
