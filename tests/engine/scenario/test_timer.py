"""Time limits and the clock: what may be written, what time does, and that nobody needs it to."""

import pytest

from lms.engine.scenario.api import Choose, Select, TimedOut, TimeOut, Write, act, debrief, offered, start
from lms.engine.scenario.language import timer
from lms.engine.scenario.language.repair import write_missing_ids
from lms.engine.scenario.play.run import outcome
from lms.engine.scenario.program.expression import Award, SetFlag
from lms.engine.scenario.program.program import Clock, Competency, Flag, FreeText, Later, Must, Options, Route, Timeout
from tests.engine.scenario.build import choice, ending, option, program, scene, var
from tests.engine.scenario.test_parse import HEAD, compile_text, found, made
from tests.engine.scenario.walk import SEED, refused, scenes, walk

LIMIT = "## Tray {#tray}\n\nYou wait.\n\n- [Go on](#home) {#on}\n\n::: timeout %s {#freeze}\nto: home\n:::\n"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("40s", 40), ("40 s", 40), ("2 min", 120), ("2min", 120), ("5s", 5), ("60 min", 3600), ("3600 s", 3600)],
)
def test_a_time_limit_is_a_number_of_seconds_or_minutes(written, seconds):
    assert made(LIMIT % written).scenes[0].timeout.seconds == seconds


@pytest.mark.parametrize("written", ["4s", "61 min", "40", "s", "1.5 min", "-5 s", "40s 30s", "soon", "99999s"])
def test_what_is_no_time_limit_is_refused(written):
    assert [code for code, _ in found(LIMIT % written)] == ["SC130"]


def test_a_time_limit_needs_its_length_and_where_it_leads():
    assert [code for code, _ in found(LIMIT.replace("%s ", ""))] == ["SC020"]
    assert [code for code, _ in found((LIMIT % "40s").replace("to: home", "takes: 2 min"))] == ["SO020"]
    assert [code for code, _ in found((LIMIT % "40s").replace("to: home", "to: hone"))] == ["SC031"]
    assert [code for code, _ in found((LIMIT % "40s").replace("to: home", "to: home\nhint: Hurry"))] == ["SC130"]


def test_a_time_limit_has_the_keys_of_a_choice():
    text = (LIMIT % "40s").replace(
        "to: home",
        "to: home\nwhen: told\nonce: true\ntakes: 3 min\nrating: unsafe\neffects: [set calm]\nlabel: You wait\nsays: Late.",
    )
    choice_ = made(text).scenes[0].timeout.choice
    assert (choice_.id, choice_.to, choice_.label, choice_.when) == ("freeze", "home", "You wait", var("told"))
    assert (choice_.once, choice_.takes, choice_.rating) == (True, 3, "unsafe")
    assert choice_.effects == (SetFlag("calm", to=True),)
    assert [block.markdown for block in choice_.consequence] == ["Late."]


def test_its_id_is_one_among_those_of_choices_and_written_when_missing():
    assert [code for code, _ in found((LIMIT % "40s").replace("{#freeze}", "{#on}"))] == ["SC030"]
    text = HEAD.replace("{more}", "") + (LIMIT % "40s").replace(" {#freeze}", "")
    assert b"::: timeout 40s {#time-ran-out}\n" in write_missing_ids("x.md", text.encode())


def test_time_cuts_short_only_what_is_asked():
    text = "## Tray {#tray}\n\n::: scene\nto: home\n:::\n\n::: timeout 40s {#freeze}\nto: home\n:::\n"
    assert [code for code, _ in found(text)] == ["SC130"]
    written = text.replace("::: timeout", "::: free-text {#words}\nask: Say it\n:::\n\n::: timeout")
    assert [code for code, _ in found(written)] == ["SC130"]


@pytest.mark.parametrize(("words", "seconds"), [(60, 26), (60, 25), (0, 7), (0, 5)])
def test_a_time_limit_leaves_time_to_read_and_to_answer(words, seconds):
    text = (LIMIT % f"{seconds}s").replace("You wait.", "word " * words or "\n")
    needed = -(-(words + 2) * 60 // timer.WORDS_A_MINUTE) + timer.TO_ANSWER
    assert ([code for code, _ in found(text)] == ["SC131"]) == (seconds < needed)


def test_only_what_everybody_reads_is_counted():
    long = "::: if told\n" + "word " * 300 + "\n:::\n"
    assert found((LIMIT % "10s").replace("You wait.\n", long)) == []


# --- running ------------------------------------------------------------------------------------------------------


def story(**more):
    return program(
        scene(
            "tray",
            choice("speak", "home", Award("voice", 2), takes=1),
            choice("hush", "home", Award("voice", -2), takes=1),
            timeout=Timeout(40, choice("freeze", "late", SetFlag("late", to=True), rating="unsafe", takes=15)),
            takes=2,
            **more,
        ),
        ending("home"),
        ending("late", "growing", success=False),
        variables=(Flag("late"),),
        competencies=(Competency("voice", "Her voice", -5, 5),),
        musts=(Must("spoke", var("late"), "Waited", "why"),),
        clock=Clock(19 * 60 + 40, 23 * 60),
    )


def test_time_takes_a_choice_like_any_other():
    step = walk(story(), TimeOut())
    assert step.state["scene"] == "late"
    assert step.state["vars"] == {"late": True}
    assert step.state["clock"] == 19 * 60 + 57
    assert step.state["ranges"] == {"voice": [-2, 2]}, "what could have been said was attainable"
    (timed_out,) = [event for event in step.events if isinstance(event, TimedOut)]
    assert timed_out == TimedOut(1, "tray", "freeze", ("speak", "hush"), "unsafe")
    assert [event.how for event in step.events if event.kind == "scene-arrived"] == ["start", "time"]


def test_a_learner_who_chooses_never_meets_the_time_limit():
    step = walk(story(), "speak")
    assert scenes(step) == ["tray", "home"]
    assert step.state["clock"] == 19 * 60 + 43


def test_the_page_knows_the_limit_only_while_it_runs():
    assert offered(story(), start(story(), SEED).state).time_limit.seconds == 40
    assert offered(story(), walk(story(), "speak").state).time_limit is None
    words = story(free_text=FreeText("words", "Say it"))
    assert offered(words, start(words, SEED).state).time_limit is None, "nobody is hurried while writing"
    assert refused(words, start(words, SEED).state, TimeOut()) == "no-time-limit"
    assert offered(words, walk(words, Write("Well")).state).time_limit.seconds == 40


def test_time_runs_out_only_where_there_is_a_limit():
    assert refused(story(), walk(story(), TimeOut()).state, TimeOut()) == "ended"
    plain = program(scene("a", choice("on", "end")), ending("end"))
    assert refused(plain, start(plain, SEED).state, TimeOut()) == "no-time-limit"
    closed = program(
        scene("a", choice("on", "end"), timeout=Timeout(9, choice("late", "end", when=var("f")))),
        ending("end"),
        variables=(Flag("f"),),
    )
    assert refused(closed, start(closed, SEED).state, TimeOut()) == "no-time-limit"
    assert offered(closed, start(closed, SEED).state).time_limit is None


def test_time_takes_a_selection_away_as_well():
    choosing = program(
        scene(
            "a",
            options=Options((option("x", Award("voice", 1)), option("y")), 1, 2),
            then="end",
            timeout=Timeout(9, choice("late", "end")),
        ),
        ending("end"),
        competencies=(Competency("voice", "Her voice", -5, 5),),
    )
    step = walk(choosing, TimeOut())
    assert step.state["ranges"] == {"voice": [0, 1]}
    assert [event.offered for event in step.events if isinstance(event, TimedOut)] == [("x", "y")]


def test_the_debrief_says_that_time_ran_out_and_what_an_expert_would_have_done():
    text = (
        (LIMIT % "40s")
        .replace("- [Go on](#home) {#on}\n", "")
        .replace(
            "::: timeout",
            "- [Speak](#home) {#speak}\n  ::: choice\n  rating: best\n  effects: [set told]\n  :::\n"
            "- [Hush](#home) {#hush}\n  ::: choice\n  rating: unsafe\n  why_plausible: It is easier.\n  :::\n\n"
            "::: debrief {#first}\nfor: [speak, hush, freeze]\nexpert: speak\nwhy: She waits.\n:::\n\n::: timeout",
        )
    )
    more = "must: {spoke: {when: told, says: Spoke, why: She waits., blame: [freeze]}}\n"
    compiled = made(text, more=more)
    step = walk(compiled, TimeOut())
    told = debrief(compiled, SEED, step.events)
    assert [moment.timed_out for moment in told.timeline] == [True, False]
    (point,) = told.turning_points
    assert (point.timed_out, point.chosen, point.expert, point.id) == (True, (), ("Speak",), "first")
    assert point.broke == ("Spoke",)
    assert not outcome(compiled, step.state).musts[0].kept


# --- the clock ----------------------------------------------------------------------------------------------------


def test_everything_that_takes_minutes_moves_the_clock_and_it_stops_at_its_end():
    long = program(
        scene(
            "a",
            choice("on", "b", takes=7),
            free_text=FreeText("words", "Say", routes=(Route("r", ("yes",), takes=3),)),
            options=Options((option("o1", takes=4), option("o2", takes=5)), 1, 2),
            takes=10,
        ),
        scene("b", choice("later", "end", takes=500)),
        ending("end"),
        clock=Clock(0, 60),
    )
    assert walk(long, Write("yes"), ("o1", "o2")).state["clock"] == 12
    assert walk(long, Write("no"), ("o1",), "on").state["clock"] == 21
    assert walk(long, Write("yes"), ("o1", "o2"), "on", "later").state["clock"] == 60


def test_a_scene_without_choices_takes_its_minutes_once():
    plain = program(
        scene("a", options=Options((option("o1", takes=4),), 1, 1), then="end", takes=10),
        ending("end"),
        clock=Clock(0, 60),
    )
    assert walk(plain, ("o1",)).state["clock"] == 14


def test_a_later_on_the_clock_comes_whichever_thing_took_the_time():
    late = Later("night", "aside", clock=30)
    for action in ("long", TimeOut()):
        told = program(
            scene(
                "a",
                choice("long", "b", takes=30),
                choice("short", "b", takes=29),
                timeout=Timeout(9, choice("late", "b", takes=31)),
            ),
            scene("b", choice("on", "end")),
            scene("aside", kind="narration"),
            ending("end"),
            clock=Clock(0, 60),
            laters=(late,),
        )
        assert scenes(walk(told, action)) == ["a", "aside"]
        assert scenes(walk(told, "short")) == ["a", "b"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("clock >= 19:40", None),
        ("clock >= 01:00", None),
        ("clock > 00:30 and clock < 01:00", None),
        ("20:15 <= clock", None),
        ("clock >= 01:01", "SC133"),
        ("clock is 19:39", "SC133"),
        ("clock >= 25:00", "SC040"),
        ("clock >= 5", "SC041"),
        ("clock + 5 > 20:00", "SC041"),
        ("clock >= 20:61", "SC040"),
    ],
)
def test_times_are_compared_with_times_that_the_clock_can_show(condition, code):
    text = (
        f"## A {{#a}}\n\n- [Go](#home) {{#on}}\n  ::: choice\n  takes: 5 min\n  :::\n\n::: if {condition}\nYes.\n:::\n"
    )
    assert [one for one, _ in found(text)] == ([code] if code else [])


def test_minutes_without_a_clock_and_laters_beyond_it_are_reported():
    text = "## A {#a}\n\n- [Go](#home) {#on}\n  ::: choice\n  takes: 5 min\n  :::\n"
    without = (HEAD + text).replace("{more}", "").replace(", clock: {from: 19:40, to: 01:00}", "")
    end = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\n:::\n"
    assert [one.code for one in compile_text((without + end).encode()).problems] == ["SC132"]
    later = "::: later {#night}\nclock: 02:00\nto: aside\n:::\n\n## Aside {#aside}\n\n- [Back](#return) {#back}\n"
    assert [code for code, _ in found(text + "\n" + later)] == ["SC133"]
    assert [code for code, _ in found(text + "\n" + later.replace("02:00", "00:59"))] == []


def test_acting_without_effect_on_time_leaves_the_state_as_it_was():
    before = start(story(), SEED).state
    copy = {**before}
    assert act(story(), before, TimeOut()).state["scene"] == "late"
    assert before == copy
    assert act(story(), before, Choose("speak")).state["scene"] == "home"
    assert refused(story(), before, Select(("x",))) == "wrong-action"
