"""`lms play`: a scenario in the terminal."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.engine.scenario.api import Choose, Go, Select, Write, act, offered, start
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.play.events import Answer, Order, TimeOut
from lms.engine.scenario.play.scene import ShownDocument, ShownRecording, ShownVideo
from lms.engine.scenario.program.program import Later
from lms.engine.scenario.program.task import Order as Order_
from lms.engine.scenario.program.task import OrderItem, Question, QuestionItem
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.source.text import SourceFile
from lms.features.authoring import player, rehearsal
from lms.features.authoring.play_commands import play
from lms.kernel.errors import Invalid, NotFound
from tests.engine.scenario.build import choice, ending, program, scene
from tests.engine.scenario.everything import EVERYTHING
from tests.engine.scenario.walk import walk
from tests.shipped import INCLUDED

STORY = Path(__file__).parents[3] / "scenarios" / "between-you-and-me"
EXPERT = [
    *("straight", "quiet", "reflect", "ask-pain", "explain-choices", "need-to-know", "ring-mair", "He grips so hard."),
    *("facts", "agree-ask", "time-place words seen wishes-noted who-told", "sign", "see-eluned", "explain-now"),
    *("use-support", "on-from-week", "speak-up", "end-heard"),
]


def played(*answers, path=STORY):
    return CliRunner().invoke(play, [str(path)], input="\n".join(answers) + "\n")


def test_a_scenario_is_played_to_its_end_and_looked_back_on():
    result = played(*EXPERT)
    assert result.exit_code == 0
    assert "Ending: protected-heard (strong), passed" in result.output
    assert "kept       Told someone outside" in result.output
    assert "avoided    Left a promise" in result.output
    assert not any(word in result.output for word in ("MISSED", "BROKEN"))


def test_a_run_can_be_left_at_any_scene():
    result = played("promise", "doorway", "excuse", "photo", "leave-it", "quit")
    assert result.exit_code == 0
    assert "Next door" in result.output


def test_a_number_takes_what_is_shown_under_it_and_back_takes_it_back():
    shown = played("1", "back", "2", "quit").output
    assert shown.count("Supper tray") == 2
    assert shown.count("A place to talk") == 2


def test_the_state_is_shown_on_request_and_a_wrong_answer_is_asked_again():
    shown = played("state", "99", "", "back", "quit").output
    assert '"scene": "tray"' in shown
    assert shown.count("That is not among them.") == 2


def test_what_is_not_possible_says_why():
    answers = [*EXPERT[:10], "time-place", "quit"]
    assert "Not possible: at least 4" in played(*answers).output


def test_only_a_sound_scenario_is_played(tmp_path):
    with pytest.raises(NotFound):
        raise played(path=tmp_path).exception
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "scenario.md").write_text("---\nscenario: broken\n---\n")
    with pytest.raises(Invalid):
        raise played(path=folder).exception


def test_a_table_is_shown_in_columns_whatever_its_cells_hold():
    table = "Tonight:\n\n| Time | Seen |\n|---|:-:|\n| 22:00 | **asleep** |\n| 2:00 | |\n| - | - | late |"
    assert player.block_lines([ShownDocument("Night chart", table)]) == [
        *("┌ Night chart", "│ Tonight:", "│ ", "│ Time   Seen", "│ ─────  ──────  ────"),
        *("│ 22:00  asleep", "│ 2:00", "│ -      -       late", ""),
    ]
    assert player.block_lines([ShownDocument("One line", "| a | b |")]) == ["┌ One line", "│ a  b", ""]


def test_what_cannot_be_played_in_a_terminal_is_read_there():
    video = ShownVideo("media/a.mp4", "", "Mair takes over", "", (), "**Mair:** How was the night?")
    assert player.block_lines([video]) == ["[Video: Mair takes over]\n\nMair: How was the night?", ""]
    assert player.block_lines([ShownRecording("media/a.mp3", "", "A knock", "", "Three knocks.")]) == [
        "[Recording: A knock]\n\nThree knocks.",
        "",
    ]
    assert player.block_lines([ShownVideo("media/a.mp4", "", "Mair", "", (), "")]) == ["[Video: Mair]", ""]


def test_every_construct_is_shown_and_answered():
    tray = offered(EVERYTHING, walk(EVERYTHING, "look").state)
    lines = "\n".join(player.scene_lines(tray))
    assert "┌ Care plan" in lines
    assert "[Picture: A bruised wrist]" in lines
    assert "Eluned Parry: Dim byd, cariad. It is nothing." in lines
    assert "Supper tray · 20:00" in lines
    closed = "\n".join(player.scene_lines(offered(EVERYTHING, start(EVERYTHING, "s").state)))
    assert "–  “I will be straight with you.”\n     (You know too little yet.)" in closed
    write = offered(EVERYTHING, walk(EVERYTHING, "promise").state)
    select = offered(EVERYTHING, walk(EVERYTHING, "promise", Write("He grips")).state)
    assert "A promise is a promise." in "\n".join(player.scene_lines(write))
    assert player.read_answer(write, "1 2") == Write("1 2")
    assert player.read_answer(select, "1, again") == Select((select.options.items[0].id, "again"))
    assert player.read_answer(select, "nonsense") is None
    assert player.read_answer(tray, "2 1") is None
    assert player.read_answer(tray, "promise") == Choose("promise")
    lines = "\n".join(player.scene_lines(offered(EVERYTHING, start(EVERYTHING, "s").state)))
    assert "│ Pulse (beats a minute)      92  usual 60–95\n" in lines
    assert "│ Early warning                1" in lines
    home = offered(EVERYTHING, walk(EVERYTHING, "promise", Write("He grips"), ("time",), "past").state)
    assert "  t  Let the 30 s run out" in "\n".join(player.scene_lines(home))
    assert player.read_answer(home, "t") == TimeOut()
    assert player.read_answer(tray, "t") is None
    letter = program(scene("letter", kind="narration", then="end"), ending("end"))
    assert player.read_answer(offered(letter, start(letter, "s").state), "") == Go()


def run(*arguments, answers=()):
    return CliRunner().invoke(play, [str(STORY), *arguments], input="\n".join([*answers, ""]))


def test_a_run_starts_at_any_scene_with_any_values():
    shown = run("--at", "home", "--state", "reported=yes, pain=some, voice=3", answers=["state", "quit"]).output
    state = json.loads(next(line for line in shown.split("\n") if line.startswith("{")))
    assert (state["scene"], state["vars"]["reported"], state["vars"]["pain"]) == ("home", True, "some")
    assert state["scores"]["voice"] == 3


def test_a_run_goes_on_from_a_state_that_was_shown():
    first = run(answers=["straight", "state", "quit"]).output
    state = next(line for line in first.split("\n") if line.startswith("{"))
    again = run("--state", state, answers=[*EXPERT[1:]])
    assert again.exit_code == 0
    assert "Ending: " in again.output
    assert "kept       Told" not in again.output, "what came before is not known, so there is no debrief"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--at", "hom"], "did you mean 'home'"),
        (["--state", "promisd=yes"], "did you mean 'promised'"),
        (["--state", "pain=much"], "unknown, some"),
        (["--state", "voice=99"], "-20 to 20"),
        (["--state", "voice"], "name=value"),
        (["--state", '{"scene": "tray"}'], "not a state"),
        (["--state", "{no"], "not JSON"),
    ],
)
def test_a_start_that_cannot_be_says_why(arguments, says):
    with pytest.raises(Invalid) as caught:
        raise run(*arguments).exception
    assert says in str(caught.value)


def test_a_recorded_run_is_a_plan_that_leads_there_again(tmp_path):
    plan = tmp_path / "plans" / "mine.plan"
    answers = ["1", "back", *EXPERT]
    assert run("--record", str(plan), answers=answers).exit_code == 0
    files = [SourceFile(f"between-you-and-me/{name}", name, path.read_bytes()) for name, path in story_files(plan)]
    files += INCLUDED
    compiled = compile_scenario(files, today=date(2026, 11, 21))
    walked = check_plans(compiled, [file for file in files if file.name == "plans/mine.plan"])
    assert [str(problem) for problem in walked.problems if problem.code != "SC123"] == []
    assert walked.coverage.plans == 1
    assert "expect: protected-heard" in plan.read_text("utf-8")


def story_files(plan):
    found = [(path.relative_to(STORY).as_posix(), path) for path in STORY.rglob("*") if path.is_file()]
    return [*found, ("plans/mine.plan", plan)]


def test_a_run_that_was_left_makes_no_plan_and_one_from_the_middle_neither(tmp_path):
    assert run("--record", str(tmp_path / "x.plan"), answers=["quit"]).exit_code == 0
    assert not (tmp_path / "x.plan").exists()
    assert run("--record", str(tmp_path / "x.plan"), "--at", "home").exit_code == 2


def test_every_kind_of_action_is_written_as_a_plan_says_it():
    actions = (Choose("a"), Select(("b", "c")), Answer(("q.x",)), Order(("o", "p")), Write('say "no"'), Go(), TimeOut())
    assert [rehearsal._written(action) for action in actions] == [
        "a", "{select: [b, c]}", "{answer: [x]}", "{order: [o, p]}", '{write: "say \\"no\\""}', "go", "time-out",
    ]  # fmt: skip


def test_questions_and_orders_are_shown_and_answered():
    items = tuple(QuestionItem(f"q.{name}", f"Answer {name}", right=name == "a") for name in "ab")
    things = tuple(OrderItem(name, f"Thing {name}") for name in ("one", "two", "three"))
    ask = scene("ask", question=Question("q", "What first?", items, several=True), then="sort")
    sort = scene("sort", order=Order_("o", "In which order?", things, ("one", "two")), then="end")
    story = program(ask, sort, ending("end"))
    first = start(story, "s")
    asked = offered(story, first.state)
    assert "What first?" in "\n".join(player.scene_lines(asked))
    assert player.question(asked) == "Your answers, such as 1 3"
    assert player.read_answer(asked, "a") == Answer(("q.a",))
    assert player.read_answer(asked, "c") is None
    sorted_ = offered(story, act(story, first.state, Answer(("q.a",))).state)
    shown = [item.id for item in sorted_.order.items]
    assert player.question(sorted_).startswith("Your order")
    assert player.read_answer(sorted_, "2 1") == Order((shown[1], shown[0]))
    assert player.read_answer(sorted_, "two, one") == Order(("two", "one"))


def test_how_sure_one_is_is_said_behind_the_answer_and_words_are_shown_with_their_marks():
    way = ["promise", Write("He grips"), ("time",), "past", "rest"]
    asked = offered(EVERYTHING, walk(EVERYTHING, *way).state)
    assert player.question(asked) == "Your answers, such as 1 3; then how sure you are: g a guess, f fairly, c certain"
    first = asked.question.items[0].id
    assert player.read_answer(asked, "1 c") == Answer((first,), "certain")
    assert player.read_answer(asked, "1") == Answer((first,))
    way.append(Answer(("score.alert",)))
    order = offered(EVERYTHING, walk(EVERYTHING, *way).state)
    assert player.read_answer(order, "need who g") == Order(("need", "who"), "guess")
    way.append(Order(("need", "weather")))
    said = "\n".join(player.scene_lines(offered(EVERYTHING, walk(EVERYTHING, *way).state)))
    assert "✓ What you need\n    Last." in said
    assert "✗ The weather (does not belong)" in said
    assert "… Who you are (missing)\n    First." in said
    end = walk(EVERYTHING, *way, "done")
    assert "Looking back on this part:" in "\n".join(player.scene_lines(offered(EVERYTHING, end.state)))


def test_a_run_that_begins_inside_a_call_comes_back_from_it_and_says_where_to():
    asks = scene("asks", choice("now", "rings", back="home"))
    rings = scene("rings", choice("deeper", "waits", back=""))
    waits = scene("waits", choice("back", ""))
    home = scene("home", choice("on", "end"))
    run = rehearsal.begin(program(asks, rings, waits, home, ending("end")), "plan", "waits")
    assert (
        run.note
        == "'waits' is played as called from 'rings'. 'rings' is played as called from 'asks', and comes back to 'home'."
    )
    run.take("back")
    assert run.scene().id == "home", "the call in the call only returns, and so both are over"
    run.take("on")
    assert run.ending_lines()[0].startswith("Ending: end ")
    assert rehearsal.begin(run.program, "plan", "home").note == "", "the story itself leads there"


def test_a_run_that_begins_in_what_a_later_brings_goes_back_to_the_story():
    arms = scene("arms", choice("on", "home"))
    comes = scene("comes", choice("more", "still"))
    still = scene("still", choice("done", ""))
    home = scene("home", choice("out", "end"))
    made = program(arms, comes, still, home, ending("end"), laters=(Later("l", "comes", "arms", after=1),))
    run = rehearsal.begin(made, "plan", "comes")
    assert run.note == "'comes' is played as brought by the later 'l', on the way to 'home'."
    run.take("more")
    run.take("done")
    assert run.scene().id == "home"


def test_who_ends_the_input_leaves_the_run_with_a_sentence_and_no_error():
    ended = CliRunner().invoke(play, [str(STORY)], input="")
    assert ended.exit_code == 0
    assert "The run is left here, before its ending." in ended.output
    assert "Aborted" not in ended.output


@pytest.mark.parametrize(
    "change", [{"vars": 1}, {"scores": []}, {"scene": 7}, {"seed": None}, {"chosen": "x"}, {"seed": "\udcff"}]
)
def test_a_state_of_other_kinds_of_values_is_none_of_this_scenario(change):
    made = program(scene("tray", choice("on", "end")), ending("end"))
    state = {**start(made, "s").state, **change}
    with pytest.raises(Invalid):
        rehearsal.begin(made, "s", given=json.dumps(state))


def test_what_is_no_text_or_too_deep_is_refused_at_the_start():
    made = program(scene("tray", choice("on", "end")), ending("end"))
    with pytest.raises(Invalid):
        rehearsal.begin(made, "\udcff")
    with pytest.raises(Invalid):
        rehearsal.begin(made, "s", given='{"a":' + "[" * 100_000)
