"""What gives an answer away is said so that its remedy fits: too long is not too short."""

from datetime import date

import pytest

from lms.engine.scenario.api import compile_scenario
from lms.engine.source.text import SourceFile

FRONT = "---\nscenario: example\ntitle: An example\nminutes: 5\nreferences: {policy: {title: Policy}}\n---\n"
SCENE = """
## Step %(n)s {#step-%(n)s}

- [%(best)s](#%(to)s) {#best-%(n)s}
  ::: choice
  rating: best
  :::
- [%(worse)s](#%(to)s) {#worse-%(n)s}
  ::: choice
  rating: unsafe
  why_plausible: It is quick.
  :::

::: debrief {#why-%(n)s}
for: [best-%(n)s, worse-%(n)s]
expert: best-%(n)s
why: She hears you.
ref: policy
:::
"""
END = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\nsuccess: yes\n:::\n"
LONG, SHORT = "I will come and sit with you for a while.", "I will not."


@pytest.mark.parametrize(
    ("best", "worse", "what", "fix"),
    [(LONG, SHORT, "the best choice is the longest", "as long in"), (SHORT, LONG, "the shortest", "as short in")],
)
def test_the_best_choice_that_its_length_gives_away_is_to_have_others_beside_it(best, worse, what, fix):
    (told,) = [one for one in problems([(best, worse)] * 5) if one.code == "SC078"]
    assert what in told.what
    assert fix in told.fix


EXPERTS = """
## Step {#step}

- [Sit down](#home) {#sit}
  ::: choice
  rating: best
%s  :::
- [Stay at the door](#home) {#stay}
  ::: choice
  rating: defensible
  why_plausible: It is quick.
  :::
- [Leave](#home) {#leave}
  ::: choice
  rating: unsafe
  why_plausible: It is quicker.
  :::

::: debrief {#why}
for: [sit, stay, leave]
expert: [%s]
why: She hears you.
ref: policy
:::
"""


@pytest.mark.parametrize(
    ("experts", "reported"),
    [("sit", []), ("stay", ["stay"]), ("leave", ["leave"]), ("sit, stay", []), ("sit, leave", ["leave"])],
)
def test_an_expert_who_takes_another_choice_than_the_best_is_reported(experts, reported):
    assert contradicted("", experts) == reported


def test_an_expert_may_take_another_choice_where_the_best_is_not_always_open():
    assert contradicted("  when: visited(home)\n", "stay") == []


def contradicted(condition, experts):
    text = FRONT + EXPERTS % (condition, experts) + END
    source = SourceFile("scenarios/example/scenario.md", "scenario.md", text.encode())
    problems = compile_scenario([source], today=date(2026, 11, 21)).problems
    return [problem.what.split("'")[1] for problem in problems if problem.code == "SC096"]


@pytest.mark.parametrize("number", [3, 4])
def test_a_few_decisions_suffice_where_every_one_of_them_gives_the_best_choice_away(number):
    assert told([(LONG, SHORT)] * number) == ["SC078"]
    assert told([(SHORT, LONG)] * number) == ["SC078"]
    assert told([(LONG, SHORT)] * number, more="shuffle: no\n") == ["SC078", "SC079"]


@pytest.mark.parametrize("decisions", [[(LONG, SHORT)] * 2, [(LONG, SHORT)] * 3 + [(SHORT, SHORT)]])
def test_a_few_decisions_of_which_one_does_not_are_no_tell(decisions):
    assert told(decisions) == []


def test_the_best_choice_that_is_not_first_in_one_of_a_few_is_no_tell_by_its_place():
    head, first, other = SCENE.split("- [")
    other, rest = other.split("\n\n", 1)
    assert told([(SHORT, SHORT)] * 4, more="shuffle: no\n") == ["SC079"]
    moved = {2: f"{head}- [{other}\n- [{first}\n{rest}"}
    assert told([(SHORT, SHORT)] * 4, more="shuffle: no\n", moved=moved) == []


def told(decisions, more="", moved=()):
    return [one.code for one in problems(decisions, more, moved) if one.code in {"SC078", "SC079"}]


def problems(decisions, more="", moved=()):
    """What is said about decisions, each with its best and its worse choice."""
    scenes = [
        (dict(moved).get(n) or SCENE)
        % {"n": n, "to": f"step-{n + 1}" if n < len(decisions) else "home", "best": best, "worse": worse}
        for n, (best, worse) in enumerate(decisions, 1)
    ]
    text = FRONT.replace("minutes", f"{more}minutes") + "".join(scenes) + END
    source = SourceFile("scenarios/example/scenario.md", "scenario.md", text.encode())
    return compile_scenario([source], today=date(2026, 11, 21)).problems
