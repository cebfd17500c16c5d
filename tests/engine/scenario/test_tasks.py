"""Questions of a bank, things in order, how sure one is, and words that are said at a checkpoint."""

from datetime import date
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engine.scenario.api import (
    Answer,
    Choose,
    Order,
    Select,
    act,
    actions_of,
    compile_scenario,
    debrief,
    offered,
    outcome,
    prove_scenario,
    replay,
    start,
    told,
)
from lms.engine.scenario.language.parse import parse
from lms.engine.scenario.language.symbols import find_symbols
from lms.engine.scenario.manual import reference_tasks
from lms.engine.scenario.play.offer_tasks import marks_on
from lms.engine.scenario.play.responses import attainable, example_of, results_of
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.expression import Award
from lms.engine.scenario.program.program import Competency, Feedback, Option, Options
from lms.engine.scenario.program.task import Order as OrderTask
from lms.engine.scenario.program.task import OrderItem, Question, QuestionItem
from lms.engine.scenario.proof.explain import explain
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile, decode
from tests.engine.scenario.build import choice, ending, program, scene
from tests.engine.scenario.test_golden import FOLDER
from tests.engine.scenario.walk import refused, walk

VOICE = Competency("voice", "Voice", -9, 9)


def order_task(right, strays=(), **more):
    items = tuple(OrderItem(id_, f"Line {id_}", f"About {id_}") for id_ in (*right, *strays))
    return OrderTask("sbar", "Order!", items, tuple(right), **more)


def asked(*, several=False, **more):
    items = (
        QuestionItem("q.a", "A", right=True, feedback="Yes."),
        QuestionItem("q.b", "B", right=several, feedback="Yes, too."),
        QuestionItem("q.c", "C", feedback="No.", effects=(Award("voice", -3),)),
    )
    results = {"right": (Award("voice", 4),), "partly": (Award("voice", 1),), "wrong": (Award("voice", -2),)}
    return Question("q", "What?", items, several, **{**results, **more})


def story(*, kind="checkpoint", **first):
    return program(
        scene("a", kind="question", then="b", **first),
        scene("b", choice("on", "c"), kind=kind),
        scene("c", choice("end", "end"), kind="narration"),
        ending("end"),
        competencies=(VOICE,),
    )


# --- results -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("several", "taken", "result", "score"),
    [
        (False, ["q.a"], "right", 4),
        (False, ["q.b"], "wrong", -2),
        (False, ["q.c"], "wrong", -5),
        (True, ["q.b", "q.a"], "right", 4),
        (True, ["q.a"], "partly", 1),
        (True, ["q.a", "q.c"], "wrong", -5),
        (True, ["q.a", "q.b", "q.c"], "partly", -2),
    ],
)
def test_T1_an_answer_is_right_partly_right_or_wrong_and_moves_what_that_says(several, taken, result, score):
    step = walk(story(question=asked(several=several)), Answer(tuple(taken)))
    answered = next(event for event in step.events if event.kind == "question-answered")
    assert (answered.result, answered.items) == (result, tuple(sorted(taken)))
    assert step.state["scores"]["voice"] == score


orders = st.integers(2, 5).flatmap(
    lambda count: st.tuples(st.just([f"r{n}" for n in range(count)]), st.permutations([f"r{n}" for n in range(count)]))
)


def share(task, taken):
    """Per cent of right pairs, by trying which threshold is still reached."""
    return max((n for n in range(1, 100) if replace_partly(task, n).result(taken) != "wrong"), default=0)


def replace_partly(task, share_):
    return OrderTask(task.id, task.ask, task.items, task.order, partly_from=share_)


@given(orders, st.data())
def test_T2_mending_an_order_never_costs_anything(given_, data):
    right, taken = given_
    task = order_task(right, ["x", "y"])
    taken = taken[: data.draw(st.integers(1, len(taken)))] + data.draw(st.sampled_from([[], ["x"], ["x", "y"]]))
    taken = data.draw(st.permutations(taken))
    before = share(task, taken)
    places = {id_: place for place, id_ in enumerate(right)}
    for at, (one, other) in enumerate(pairwise(taken)):
        if places.get(one, -1) > places.get(other, 99):  # two neighbours that stand the wrong way round
            assert share(task, [*taken[:at], other, one, *taken[at + 2 :]]) >= before
    for missing in set(right) - set(taken):
        assert all(share(task, [*taken[:at], missing, *taken[at:]]) >= before for at in range(len(taken) + 1))
    for stray in {"x", "y"} & set(taken):
        assert share(task, [id_ for id_ in taken if id_ != stray]) >= before
    assert (task.result(taken) == "right") == (taken == right)


@given(orders, st.integers(0, 99), st.sampled_from([[], ["x"]]))
def test_the_results_that_items_can_have_are_those_of_all_their_orders_and_each_has_an_example(given_, partly, strays):
    right, _ = given_
    task = order_task(right[:4], strays, partly_from=partly)
    for count in range(1, len(task.items) + 1):
        taken = [item.id for item in task.items][-count:]
        kept = len(set(taken) & set(task.order))
        found = {task.result(way) for way in permutations(taken)}
        assert set(results_of(task, kept, len(taken) - kept)) == found
        for result in found:
            example = example_of(task, taken, result)
            assert task.result(example) == result
            assert sorted(example) == sorted(taken)


def test_an_order_without_partial_credit_is_right_or_wrong():
    task = order_task("abcd")
    assert {task.result(way) for way in permutations("abcd")} == {"right", "wrong"}
    assert order_task("abcd", partly_from=83).result("abdc") == "partly"
    assert order_task("abcd", partly_from=84).result("abdc") == "wrong"
    assert order_task("abcd", ["x"], partly_from=50).result("abcdx") == "partly"
    assert order_task("abcd", ["x"], partly_from=51).result("abcdx") == "wrong"


def test_marks_move_as_few_lines_as_possible():
    task = order_task("abcd", ["x"])
    assert marks_on(task, "bcxa") == {"b": "right", "c": "right", "x": "stray", "a": "elsewhere", "d": "missed"}
    assert set(marks_on(task, "abcd").values()) == {"right"}


# --- what is possible ----------------------------------------------------------------------------------------------


def test_what_cannot_be_answered_or_put_in_order_is_refused():
    state = start(story(question=asked(), order=order_task("ab", ["x"])), "seed").state
    here = story(question=asked(), order=order_task("ab", ["x"]))
    assert refused(here, state, Answer(())) == "too-few"
    assert refused(here, state, Answer(("q.a", "q.b"))) == "too-many"
    assert refused(here, state, Answer(("a",))) == "unknown-item"
    assert refused(here, state, Answer(("q.a", "q.a"))) == "item-twice"
    assert refused(here, state, Order(("a",))) == "wrong-action"
    after = act(here, state, Answer(("q.a",))).state
    assert refused(here, after, Order(())) == "too-few"
    assert refused(here, after, Order(("a", "z"))) == "unknown-item"
    assert act(here, after, Order(("x",))).state["scene"] == "b"
    whole = story(order=order_task("ab"))
    assert refused(whole, start(whole, "seed").state, Order(("a",))) == "too-few"


def test_a_scene_asks_for_all_it_has_in_one_order():
    here = story(question=asked(), order=order_task("ab"), options=Options((Option("o", "O"), Option("p", "P")), 1, 2))
    seen, state = [], start(here, "seed").state
    for action in (Select(("o",)), Answer(("q.a",)), Order(("b", "a"))):
        shown = offered(here, state)
        seen.append(shown.awaits)
        assert (shown.question is not None, shown.order is not None) == (
            shown.awaits == "answer",
            shown.awaits == "order",
        )
        state = act(here, state, action).state
    assert seen == ["select", "answer", "order"]
    assert state["scene"] == "b"


def test_nothing_of_what_is_right_can_be_read_from_what_is_offered():
    shown = offered(story(question=asked(several=True)), start(story(question=asked(several=True)), "s").state)
    assert "right" not in str(shown.question.to_json())
    assert {item.id for item in shown.question.items} == {"q.a", "q.b", "q.c"}


# --- how sure ------------------------------------------------------------------------------------------------------


def test_how_sure_somebody_is_is_kept_where_it_is_asked_and_changes_nothing():
    here = story(question=asked(confidence=True))
    sure, silent = walk(here, Answer(("q.c",), "certain")), walk(here, Answer(("q.c",)))
    assert [event.sure for event in sure.events if event.kind == "question-answered"] == ["certain"]
    assert sure.state == silent.state
    assert replay(here, "seed", actions_of(sure.events)).events == sure.events
    assert refused(here, start(here, "seed").state, Answer(("q.c",), "very")) == "unknown-sureness"
    unasked = walk(story(question=asked()), Answer(("q.c",), "certain"))
    assert [event.sure for event in unasked.events if event.kind == "question-answered"] == [""]


def test_sure_and_wrong_is_looked_back_on_first():
    def told(first, second):
        here = program(
            scene(
                "one",
                choice("x", "two", Award("voice", -9), rating="unsafe"),
                choice("y", "two", rating="best"),
                confidence=True,
            ),
            scene(
                "two",
                choice("z", "end", Award("voice", -1), rating="unsafe"),
                choice("w", "end", rating="best"),
                confidence=True,
            ),
            ending("end"),
            competencies=(VOICE,),
        )
        step = walk(here, Choose("x", first), Choose("z", second))
        return [(point.scene, point.sure) for point in debrief(here, "seed", step.events).turning_points]

    assert told("", "") == [("one", ""), ("two", "")]
    assert told("guess", "certain") == [("two", "certain"), ("one", "guess")]
    assert told("certain", "certain") == [("one", "certain"), ("two", "certain")]


# --- words at a checkpoint -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["now", "checkpoint", "debrief"])
def test_the_words_on_an_answer_are_said_when_their_author_wants(at):
    here = story(question=asked(several=True, at=at))
    seen, state = [], start(here, "seed").state
    for action in (Answer(("q.c",)), Choose("on"), Choose("end")):
        state = act(here, state, action).state
        shown = offered(here, state)
        seen.append((bool(shown.words), bool(shown.due)))
    now, due = at == "now", at == "checkpoint"
    assert seen == [(now, due), (False, False), (False, False)]
    assert "owed" not in state
    told = debrief(here, "seed", walk(here, Answer(("q.c",)), "on", "end").events)
    assert [(line.about, line.mark) for line in told.timeline[0].lines] == [
        ("C", "wrong"),
        ("A", "answer"),
        ("B", "answer"),
    ]


def test_words_that_no_checkpoint_came_for_are_said_at_the_ending():
    options = Options((Option("o", "Oh", feedback=Feedback("Well.", "checkpoint")), Option("p", "P")), 1, 2)
    here = story(kind="narration", options=options)
    step = walk(here, ("o",), "on", "end")
    assert [(word.about, word.markdown) for word in offered(here, step.state).due] == [("Oh", "Well.")]
    assert offered(here, walk(here, ("o",), "on").state).due == ()


def test_an_old_state_without_the_new_key_goes_on():
    here = story(question=asked(at="checkpoint"))
    state = start(here, "seed").state
    assert "owed" not in state
    assert act(here, state, Answer(("q.a",))).state["owed"] == ["q.a"]


# --- scores --------------------------------------------------------------------------------------------------------


def test_what_was_attainable_is_the_least_and_the_most_of_all_responses():
    here = story(question=asked(several=True))
    ends = []
    for taken in [("q.a",), ("q.c",), ("q.a", "q.b"), ("q.a", "q.b", "q.c"), ("q.b", "q.c")]:
        step = walk(here, Answer(taken))
        ends.append(step.state["scores"]["voice"])
        assert step.state["ranges"]["voice"] == [-5, 4]
    assert (min(ends), max(ends)) == (-5, 4)
    shown = outcome(here, walk(here, Answer(("q.a", "q.b")), "on", "end").state).scores
    assert shown[0].band == "Strong"


def test_what_items_do_counts_towards_what_was_attainable():
    task = order_task("ab", ["x"], partly_from=0)
    moves = {"a": [], "b": [("voice", 1)], "x": [("voice", -5), ("other", 9)]}
    results = {"right": [("voice", 2)], "partly": [], "wrong": [("voice", -1)]}
    assert attainable(task, moves, results, "voice") == (-6, 3)


# --- from text -----------------------------------------------------------------------------------------------------


def files(text=None, bank=None):
    source = text or (FOLDER / "tasks.md").read_text(encoding="utf-8")
    beside = bank or (FOLDER / "tasks" / "bank.yaml").read_text(encoding="utf-8")
    return [
        SourceFile("scenarios/tasks/scenario.md", "scenario.md", source.encode()),
        SourceFile("scenarios/tasks/bank.yaml", "bank.yaml", beside.encode()),
    ]


def problems(*given_, **more):
    compiled = compile_scenario(files(*given_, **more), today=date(2026, 11, 21))
    return {problem.code for problem in (*compiled.problems, *prove_scenario(compiled).problems)}


def test_the_golden_scenario_has_no_problem_and_every_reference_of_its_bank_counts():
    assert problems() == set()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("bank: observations\nright: [notice", "bank: observation\nright: [notice", "SC090"),
        ("question: soft-signs", "question: soft-sign", "SC090"),
        ("options: {four:", "options: {five:", "SC090"),
        ("right: [set knows", "right: [set knowz", "SC033"),
        ("notice +2]\nwrong", "notice +2]\npartly: [notice +1]\nwrong", "SC092"),
        ("order: [situation, background, request]", "order: [situation, back, request]", "SC091"),
        ("partly_from: 60\n", "", "SC092"),
        ("text: I need an ambulance.", "text: She is 88 and has a plan.", "SC091"),
        ("for: [sbar]", "for: [sbra]", "SC033"),
        ("  - {id: background", "  - {id: stay", "SC030"),
        ("::: order {#sbar}", "::: order", "SC023"),
        ("kind: checkpoint", "kind: question", "SC056"),
        ("to: then\n", "to: then\nkind: narration\n", "SC056"),
        ("to: then\n", "to: then\nkind: document\n", "SC056"),
        ("to: then\n", "to: then\nkind: decision\n", "SC056"),
        ("to: then\n", "kind: ending\nband: secure\n", "SC054"),
        ("kind: checkpoint", "kind: order", "SC056"),
    ],
)
def test_what_is_wrong_with_a_task_is_said(before, after, code):
    text = (FOLDER / "tasks.md").read_text(encoding="utf-8")
    assert before in text
    assert code in problems(text.replace(before, after, 1))


@pytest.mark.parametrize(("before", "seconds"), [("to: call\n:::\n", 9), ("to: then\n:::\n", 14)])
def test_a_time_limit_leaves_time_to_read_a_question_or_an_order(before, seconds):
    text = (FOLDER / "tasks.md").read_text(encoding="utf-8")

    def limited(length):
        limit = (
            f"::: timeout {length}s {{#too-late}}\nto: then\nrating: defensible\nwhy_plausible: It takes time.\n:::\n"
        )
        return problems(text.replace(before, f"{before}\n{limit}"))

    assert "SC131" in limited(seconds)
    assert "SC131" not in limited(seconds + 1)


def test_a_kind_that_fits_the_content_may_be_written():
    text = (FOLDER / "tasks.md").read_text(encoding="utf-8")
    assert problems(text.replace("to: then\n", "to: then\nkind: order\n")) == set()
    to_read = "to: then\nkind: document\n:::\n\n::: document\ntitle: Her chart\ntext: Nine.\n"
    assert problems(text.replace("to: then\n", to_read)) == set()


def test_what_is_wrong_in_the_bank_is_said_at_its_place():
    bank = (FOLDER / "tasks" / "bank.yaml").read_text(encoding="utf-8")
    compiled = compile_scenario(
        files(bank=bank.replace('right: yes, feedback: "Yes', 'feedback: "Yes')), today=date(2026, 11, 21)
    )
    assert [(problem.code, Path(problem.span.path).name) for problem in compiled.problems] == [("QU003", "bank.yaml")]
    assert problems(bank=bank.replace("[tool]", "[tools]")) == {"SC033"}
    assert problems(bank=bank.replace("bank: observations", "bank: [")) >= {"SO010"}


def test_a_question_can_be_asked_of_a_bank_that_is_included():
    text = (
        (FOLDER / "tasks.md")
        .read_text(encoding="utf-8")
        .replace("minutes: 5", "minutes: 5\ninclude: [_shared/obs.yaml]")
    )
    source, bank = files(text)
    shared = SourceFile("scenarios/_shared/obs.yaml", "_shared/obs.yaml", bank.data)
    compiled = compile_scenario([source, shared], today=date(2026, 11, 21))
    assert compiled.problems == ()
    assert compiled.program.scenes[0].question.items[1].id == "total.nine"


WELSH = """\
---
title: Ddim hi ei hun
---

## Ei harsylwadau {#obs}

## Yr alwad {#call}

::: order {#sbar}
ask: Rhowch at ei gilydd.
items:
  - {id: situation, text: cy-situation, feedback: cy-first}
:::
"""
WELSH_BANK = """\
bank: observations
questions:
  - id: news-total
    type: single
    ask: cy-ask
    options:
      - {id: four, text: cy-four, feedback: cy-why-four}
      - {id: nine, text: cy-nine}
"""


def in_welsh(bank=WELSH_BANK):
    others = [("scenario.cy.md", WELSH), ("bank.cy.yaml", bank)]
    beside = [SourceFile(f"scenarios/tasks/{name}", name, text.encode()) for name, text in others]
    return compile_scenario([*files(), *beside], today=date(2026, 11, 21))


def test_questions_and_orders_are_told_in_another_language_as_far_as_they_are_translated():
    compiled = in_welsh()
    assert {problem.code for problem in compiled.problems} == {codes.UNTRANSLATED.id}
    told_ = told(compiled.program, "cy")
    shown = offered(told_, start(told_, "seed").state)
    assert shown.question.ask == "cy-ask"
    assert {item.id: item.label for item in shown.question.items} == {"total.four": "cy-four", "total.nine": "cy-nine"}
    step = walk(compiled.program, Answer(("total.four",)), Answer(("soft.food",)))
    assert [word.markdown for word in offered(told_, walk(compiled.program, Answer(("total.four",))).state).words] == [
        "cy-why-four",
        "Yes: five values score.",
    ]
    assert {item.id: item.label for item in offered(told_, step.state).order.items}["situation"] == "cy-situation"
    assert offered(compiled.program, step.state).order.ask == "Put together what you say."


def test_a_bank_in_another_language_has_the_same_ids():
    assert codes.OTHER_STORY.id in {
        problem.code for problem in in_welsh(WELSH_BANK.replace("id: four", "id: five")).problems
    }


def test_the_example_of_the_reference_has_no_problem():
    compiled = compile_scenario(
        [
            SourceFile("scenarios/the-call/scenario.md", "scenario.md", reference_tasks.EXAMPLE.encode()),
            SourceFile("scenarios/the-call/bank.yaml", "bank.yaml", reference_tasks.BANK.encode()),
        ],
        today=date(2026, 11, 21),
    )
    assert [str(problem) for problem in (*compiled.problems, *prove_scenario(compiled).problems)] == []


def test_what_changes_a_variable_through_a_task_is_explained():
    compiled = compile_scenario(files(), today=date(2026, 11, 21))
    known, *_others = explain(compiled, "called")
    assert [fact for fact in known.facts if "changes it" in fact] == [
        "'sbar (right)' in 'call' changes it: set called",
        "'sbar (partly)' in 'call' changes it: set called",
    ]
    (guessed,) = explain(compiled, "guessed")
    assert "'total.four' in 'obs' changes it: set guessed" in guessed.facts


def test_an_editor_finds_the_items_of_an_order_and_what_a_debrief_is_about():
    text = (FOLDER / "tasks.md").read_text(encoding="utf-8")
    found = find_symbols(parse(decode("scenario.md", text.encode(), Problems()), Problems()))
    uses = {(use.kind, use.id) for use in found.uses}
    assert {("choice", "situation"), ("order", "sbar")} <= uses
    assert {("question", "total"), ("order", "sbar"), ("choice", "sorry")} <= {
        (one.kind, one.id) for one in found.symbols
    }
