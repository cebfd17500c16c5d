"""V1–V4 of what is proven; that each kind of problem is found, and not where it nearly is, is proven by its page."""

from datetime import date

from lms.engine.scenario.api import compile_scenario, prove_scenario
from lms.engine.scenario.proof.find import find
from lms.engine.source.problem import Problem
from lms.engine.source.text import SourceFile

HEAD = """\
---
scenario: tray
title: The tray
minutes: 5
competencies: {voice: {range: -3..3, says: Her voice}}
variables: {told: flag, seen: flag}
must: {written: {when: seen, says: Wrote it down, why: Because}}
%s---

"""
STORY = """\
## Supper tray {#tray}

::: scene
kind: narration
:::

- [Say nothing, finish the round and hope that somebody else will see it in the morning](#words) {#quiet}
- [Ask](#words) {#ask}
  ::: choice
  effects: [set told]
  :::

## Your words {#words}

::: free-text {#own}
ask: Say it
routes:
  - {id: nurse, phrases: [the nurse], effects: [set told]}
:::
::: scene
to: form
:::

## The form {#form}

::: options
ask: What do you write?
choose: 1..2
options:
  - {id: mark, text: A mark, effects: [set seen]}
  - {id: tea, text: Tea, effects: [voice +1]}
  - {id: hour, text: The hour}
:::

- [Go home](#home) {#go}
  ::: choice
  when: told or seen
  :::

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""


NAME = "scenarios/tray/scenario.md"
HERE = (
    "pass: voice >= 3 and kept(written)\nderive: {both: told and seen}\n"
    "always: {sure: {when: both or not both, says: Sure}}\n"
)


def proven(text, front="", **more):
    source = SourceFile(NAME, "scenario.md", (HEAD % front + text).encode())
    compiled = compile_scenario([source], today=date(2026, 11, 21))
    assert compiled.program is not None, "\n".join(map(str, compiled.problems))
    return prove_scenario(compiled, **more)


def test_V1_a_way_is_shown_as_what_is_chosen_and_where_it_stands():
    stuck, missed = sorted(proven(STORY).problems, key=lambda problem: -problem.span.line)
    lines = (HEAD % "" + STORY).splitlines()
    quiet, words, form, tea = (
        next(number for number, line in enumerate(lines, 1) if mark in line)
        for mark in ("{#quiet}", "{#words}", "{#form}", "id: tea")
    )
    assert str(stuck) == (
        f"{NAME}:{form}:1: error SC103 no choice of 'form' is open for a learner who comes this way\n"
        f"   {form} | ## The form {{#form}}\n"
        "      | ^^^^^^^^^^^^^^^^^^^\n"
        f"  way  1. {NAME}:{quiet}:3 Supper tray: Say nothing, finish the round and hope that somebody else will see it…\n"
        f"       2. {NAME}:{words}:1 Your words: words that nothing waits for\n"
        f"       3. {NAME}:{tea}:10 The form: Tea\n"
        "  why  they could neither go on nor finish\n"
        "  fix  open a choice in this case, or lead elsewhere before it"
    )
    assert missed.code == "SC106"
    assert [step.text for step in missed.way] == [
        "Supper tray: Say nothing, finish the round and hope that somebody else will see it…",
        "Your words: words such as “the nurse”",
        "The form: Tea",
        "The form: Go home",
    ]
    assert [Problem.from_json(problem.to_json()) for problem in (stuck, missed)] == [stuck, missed]


def test_V1_words_that_an_earlier_route_takes_lead_nowhere_and_a_way_says_words_that_do():
    routes = "  - {id: nurse, phrases: [the nurse], effects: [set told]}\n"
    earlier = "  - {id: any, phrases: [nurse]}\n"
    later = "  - {id: late, phrases: [nurse on duty, ring the office], effects: [set told]}\n"
    texts = {
        order: [step.text for problem in proven(STORY.replace(routes, order)).problems for step in problem.way]
        for order in (routes + earlier, earlier + routes, earlier + later)
    }
    assert "Your words: words such as “the nurse”" in texts[routes + earlier]
    assert not any("the nurse" in text for text in texts[earlier + routes])
    assert "Your words: words such as “ring the office”" in texts[earlier + later]


def test_V2_a_scenario_whose_pass_asks_for_everything_is_proven_to_have_no_problem():
    proof = proven(
        STORY.replace("  when: told or seen\n", "  takes: 0 min\n").replace("[set told]", "[voice +2]"), HERE
    )
    assert [str(problem) for problem in proof.problems] == [], "\n".join(map(str, proof.problems))
    assert (proof.is_complete, proof.bound) == (True, "")


def test_V2_a_bounded_proof_says_how_far_it_went_and_accuses_nobody():
    proof = proven(STORY.replace("(#words) {#ask}", "(#tray) {#ask}"), most_states=3)
    assert not proof.is_complete
    assert proof.bound == f"bounded: explored {proof.states} states, not complete"
    assert {problem.code for problem in proof.problems} <= {"SC103"}


def test_V4_a_story_in_other_words_is_not_gone_through_again_and_is_told_in_the_new_words():
    first = proven(STORY)
    before = find.cache_info()
    reworded = STORY.replace("Supper tray", "Tea trolley").replace("- [Ask]", "It is late.\n\n- [Ask him]")
    again = proven(reworded)
    after = find.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
    assert [problem.what for problem in again.problems] == [problem.what for problem in first.problems]
    assert [problem.span.line for problem in again.problems] != [problem.span.line for problem in first.problems]
    assert again.problems[-1].way[0].text.startswith("Tea trolley: ")
    proven(reworded.replace("effects: [set told]", "effects: [voice +1]"))
    assert find.cache_info().misses == before.misses + 1


def test_V3_an_unreachable_scene_hides_its_condition_and_what_only_it_leads_to():
    more = """\

- [Look behind the door](#door) {#look}
  ::: choice
  when: visited(home)
  :::

## The door {#door}

- [Go in](#cellar) {#in}
  ::: choice
  when: told
  :::

## The cellar {#cellar}

- [Up again](#home) {#up}
"""
    text = STORY.replace("\n## Home {#home}", f"{more}\n## Home {{#home}}")
    text = text.replace("  when: told or seen\n", "  takes: 0 min\n").replace("[set told]", "[set told, voice +2]")
    assert [(problem.code, problem.what) for problem in proven(text, HERE).problems] == [
        ("SC100", "nobody ever reaches the scene 'door'")
    ]


def test_a_selection_with_too_many_outcomes_is_bounded_in_little_time():
    flags = ", ".join(f"f{number}: flag" for number in range(40))
    lines = "\n".join(f"  - {{id: o{number}, text: Line, effects: [set f{number}]}}" for number in range(40))
    guards = " and ".join(f"f{number}" for number in range(40))
    text = f"""\
## The form {{#form}}

::: options
ask: What?
choose: 0..40
options:
{lines}
:::

- [Go](#home) {{#go}}
- [Go happy](#home) {{#happy}}
  ::: choice
  when: {guards}
  :::
"""
    head = HEAD.replace("told: flag, seen: flag", flags).replace("when: seen", "when: f0")
    home = STORY[STORY.index("\n## Home") :]
    source = SourceFile(NAME, "scenario.md", (head % "" + text + home).encode())
    proof = prove_scenario(compile_scenario([source], today=date(2026, 11, 21)), most_states=20_000)
    assert not proof.is_complete


def idle(front, effects):
    """Return what is said to be idle in a small story that reads `told` and has these effects."""
    head = HEAD.replace("seen: flag", "seen: flag, n: 0..9, m: 0..9") % front
    source = SourceFile(
        NAME, "scenario.md", (head + STORY.replace("set told]\n  :::", f"set told, {effects}]\n  :::")).encode()
    )
    compiled = compile_scenario([source], today=date(2026, 11, 21))
    assert compiled.program is not None, "\n".join(map(str, compiled.problems))
    return [problem.what for problem in prove_scenario(compiled).problems if problem.code == "SC109"]


def test_a_name_that_nothing_reads_hides_what_it_is_made_of_and_is_reported_itself():
    assert idle("derive: {both: n > 1 and m > 1}\n", "n +1, m +1") == ["nothing reads 'both'"]


def test_a_variable_that_is_read_only_by_what_it_becomes_is_reported():
    what = ["nothing reads 'n', but what decides what it becomes"]
    assert idle("", "{if: n > 1, do: [n := 0]}, {if: m > 1, do: [voice +1]}, m +1") == what


def test_of_variables_that_decide_only_about_each_other_the_last_is_reported():
    assert idle("", "n +1, {if: n > 1, do: [m +1]}") == ["nothing reads 'm'"]
    assert idle("", "{if: m > 1, do: [n +1]}, {if: n > 1, do: [m +1]}") == [
        f"nothing reads '{name}', but what decides what it becomes" for name in "nm"
    ]


def test_a_competency_that_nothing_moves_or_reads_is_reported():
    text = STORY.replace(", effects: [voice +1]", "")
    assert [one.what for one in proven(text).problems if one.code == "SC109"] == ["nothing moves or reads 'voice'"]
    assert "SC109" not in [one.code for one in proven(text, "pass: voice >= 0\n").problems]


def conditions(effects):
    """Return what is said about conditions in a small story in which asking has these effects."""
    text = STORY.replace("effects: [set told]\n  :::", f"effects: [set told, {effects}]\n  :::")
    return [(one.code, one.what) for one in proven(text).problems if one.code in {"SC101", "SC102"}]


def test_a_condition_of_an_effect_that_is_always_the_same_is_reported():
    assert conditions("{if: seen, do: [voice +1]}") == [("SC101", "for effects of 'ask', this never holds: seen")]
    assert conditions("{if: told, do: [voice +1]}") == [("SC102", "for effects of 'ask', this always holds: told")]
    never = ("SC101", "for effects of 'ask', this never holds: not told; seen and told")
    assert conditions("{if: not told, do: [voice +1]}, {if: seen and told, do: [voice -1]}") == [never]


def test_a_condition_of_an_effect_that_is_read_under_another_is_what_it_is_there():
    assert conditions("{if: told, do: [{if: seen, do: [voice +1]}]}") == [
        ("SC102", "for effects of 'ask', this always holds: told")
    ]
    text = STORY.replace(
        "effects: [set seen]", "effects: [{if: told, do: [{if: not told, do: [clear told]}, set seen]}]"
    )
    assert [(one.code, one.what) for one in proven(text).problems if one.code in {"SC101", "SC102"}] == [
        ("SC101", "for effects of 'mark', this never holds: not told")
    ]


def test_a_condition_of_an_effect_that_is_now_one_and_now_the_other_is_not_reported():
    text = STORY.replace("effects: [set seen]", "effects: [{if: told, do: [set seen]}]")
    assert [one.code for one in proven(text).problems if one.code in {"SC101", "SC102"}] == []


def test_a_later_whose_condition_holds_whenever_it_is_due_is_reported():
    later = "\n::: later {#news}\nat: form\nif: %s\nto: news\n:::\n"
    text = STORY.replace(
        "\n## Your words", f"{later}\n## News {{#news}}\n\n- [Back](#return) {{#back}}\n\n## Your words"
    )
    always = ("SC102", "the condition of 'news' always holds when it is due")
    for condition, found in (("told or not told", [always]), ("told", [])):
        problems = proven(text.replace("%s", condition)).problems
        assert [(one.code, one.what) for one in problems if one.code == "SC102"] == found


def test_a_number_that_stops_where_only_time_chooses_is_reported():
    text = STORY.replace(
        "\n## Your words", "\n::: timeout 40s {#late}\nto: words\neffects: [n +2]\n:::\n\n## Your words"
    )
    front = "always: {some: {when: n >= 0, says: Not less}}\n"
    source = SourceFile(
        NAME, "scenario.md", (HEAD.replace("seen: flag", "seen: flag, n: 0..1") % front + text).encode()
    )
    compiled = compile_scenario([source], today=date(2026, 11, 21))
    assert compiled.program is not None, "\n".join(map(str, compiled.problems))
    assert "'n' stops at 1" in [problem.what for problem in prove_scenario(compiled).problems]
