"""Hubs, calls, checkpoints and draws: what is wrong as written, and what they do beyond the golden cases."""

import random
from collections import Counter
from datetime import date

import pytest

from lms.engine.scenario.api import Choose, Go, Refused, Step, act, compile_scenario, offered, prove_scenario, start
from lms.engine.scenario.manual.reference_structure import EXAMPLE
from lms.engine.scenario.program.expression import SetFlag, Visited
from lms.engine.scenario.program.program import Checkpoint, Draw, Flag, Hub, Later
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.source.text import SourceFile
from tests.effort import calls
from tests.engine.scenario.build import choice, compare, ending, program, scene, var
from tests.engine.scenario.walk import refused, scenes, walk

HEAD = """\
---
scenario: ward
title: The ward
minutes: 5
variables: {told: flag, trust: 0..5}
draws: {mood: {one of: [calm, tired]}}
---

"""
END = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\nsuccess: yes\n:::\n"
HUB = """\
## The room {#room}

::: scene
kind: hub
%s
:::

%s
"""
SPOKE = "- [Look at %s](#room) {#look-%s}\n"
LEAVE = "- [Leave](#home) {#leave}\n"
ASIDE = "\n## Aside {#aside}\n\n- [Back](#return) {#back}\n"
CALLING = "## The tray {#tray}\n\n- [Ring](#aside) {#ring}\n  ::: choice\n  back: %s\n  :::\n"
CALL = "## The tray {#tray}\n\n::: scene\nkind: call\n%s\n:::\n\nYou ring.\n"
CHECKPOINT = "\n## Night {#night}\n\n::: scene\nkind: checkpoint\n%s\n:::\n\nIt is over.\n"
TO_NIGHT = "## The tray {#tray}\n\n- [Go on](#night) {#go-on}\n"
PLAIN = "## The tray {#tray}\n\n- [Go on](#home) {#go-on}\n%s"


def compiled(text, head=HEAD):
    return compile_scenario(
        [SourceFile("ward/scenario.md", "scenario.md", (head + text + END).encode())], today=date(2026, 11, 21)
    )


def spokes(count):
    return "".join(SPOKE % (number, number) for number in range(count))


WRONG = {
    "a hub without an exit": ("SC060", HUB % ("least: 1", spokes(2) + LEAVE)),
    "an exit that is no choice": ("SC060", HUB % ("exit: leaves", spokes(2) + LEAVE)),
    "a hub with nothing to look at": ("SC061", HUB % ("exit: leave", LEAVE)),
    "a hub with too much": ("SC061", HUB % ("exit: leave", spokes(13) + LEAVE)),
    "more than can be looked at": ("SC061", HUB % ("exit: leave\nleast: 3", spokes(2) + LEAVE)),
    "a call that asks": ("SC062", CALL % "to: aside\nback: home" + "\n- [Or not](#home) {#or-not}\n" + ASIDE),
    "a call of nothing": ("SC062", CALL % "back: home"),
    "a call that comes back nowhere": ("SC062", CALL % "to: aside" + ASIDE),
    "a call of the way back": ("SC062", CALL % "to: return\nback: home"),
    "a call that is no call": ("SC056", (CALL % "to: home\nback: home").replace("kind: call\n", "")),
    "an exit that is no hub's": ("SC056", (HUB % ("exit: leave", LEAVE)).replace("kind: hub\n", "")),
    "an act that is none": ("SC056", (TO_NIGHT + CHECKPOINT % "to: home\nkeeps: all").replace("kind: checkpoint\n", "")),
    "a way back that is not there": ("SC031", CALLING % "hone" + ASIDE),
    "a call of itself": ("SC063", (CALLING % "home").replace("#aside", "#tray")),
    "calls that go round": (
        "SC063",
        CALLING % "home" + ASIDE.replace("#return", "#tray").replace("{#back}", "{#back}\n  ::: choice\n  back: return\n  :::"),
    ),
    "a call that leads to the ending": ("SC065", CALLING % "home" + ASIDE.replace("#return", "#home")),
    "a call that goes on where it was made": ("SC063", CALLING % "home" + ASIDE.replace("#return", "#tray")),
    "a call in the story that goes back further": ("SC057", CALLING % "return" + "- [Or](#home) {#or}\n" + ASIDE),
    "a way back in the story": ("SC057", PLAIN % "- [Back](#return) {#back}\n"),
    "a call that stays away": ("SC053", CALLING % "home" + ASIDE.replace("#return", "#aside")),
    "a checkpoint that asks": ("SC067", TO_NIGHT + CHECKPOINT % "to: home\nkeeps: all" + "\n- [Or](#home) {#or}\n"),
    "a checkpoint that leads nowhere": ("SC067", TO_NIGHT + CHECKPOINT % "keeps: all"),
    "a checkpoint that goes back": ("SC067", TO_NIGHT + CHECKPOINT % "keeps: all\nto: return"),
    "a checkpoint that says nothing": ("SC067", TO_NIGHT + CHECKPOINT % "to: home"),
    "a checkpoint that keeps what is not": ("SC033", TO_NIGHT + CHECKPOINT % "to: home\nkeeps: [tolt]"),
    "a checkpoint that keeps chance": ("SC033", TO_NIGHT + CHECKPOINT % "to: home\nkeeps: [mood]"),
    "a checkpoint in a call": ("SC066", CALLING % "home" + ASIDE.replace("#return", "#night") + CHECKPOINT % "to: bed\nkeeps: all" + "\n## Bed {#bed}\n\n- [Sleep](#return) {#sleep}\n"),
    "a later for a scene that is called": ("SC069", "::: later {#soon}\nat: aside\nto: craig\n:::\n\n" + CALLING % "home" + ASIDE + "\n## Craig {#craig}\n\n- [On](#return) {#craig-on}\n"),
    "a way back that time takes": ("SC031", (PLAIN % ASIDE).replace("## Aside", "::: timeout 40s {#freeze}\nto: aside\nback: hone\n:::\n\n## Aside")),
    "an effect on chance": ("SC041", (PLAIN % "").replace("{#go-on}", "{#go-on}\n  ::: choice\n  effects: [mood := calm]\n  :::")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_way_to_be_wrong_is_one_problem(name):
    code, text = WRONG[name]
    found = [problem for problem in compiled(text).problems if problem.severity == "error"]
    assert [problem.code for problem in found] == [code], "\n".join(map(str, found))
    assert found[0].fix


DRAWS = {
    "{one of: [calm, calm]}": "SC068",
    "{one of: [calm, tired], weights: [1]}": "SC068",
    "{one of: [calm, tired], weights: [1, 0]}": "SC068",
    "{one of: [calm, tired], weights: [1, 1001]}": "SC068",
    f"{{one of: [{', '.join(f'v{number}' for number in range(13))}]}}": "SC068",
    "{one of: [calm, tired], at: tary}": "SC031",
}


@pytest.mark.parametrize("written", DRAWS)
def test_each_draw_that_cannot_be_drawn_is_one_problem(written):
    found = compiled(PLAIN % "", HEAD.replace("{one of: [calm, tired]}", written)).problems
    assert [problem.code for problem in found if problem.severity == "error"] == [DRAWS[written]]


def test_a_name_is_a_variable_or_a_draw():
    found = compiled(PLAIN % "", HEAD.replace("told: flag", "mood: flag")).problems
    assert [problem.code for problem in found if problem.severity == "error"] == ["SC034"]


def test_what_is_written_well_has_no_problem():
    text = CALLING % "night" + ASIDE + CHECKPOINT % "to: room\nkeeps: [told]" + "\n"
    text += HUB % ("exit: leave\nleast: 1", spokes(1) + LEAVE)
    text += "\n::: if told and trust > 1 and mood is tired\nOh.\n:::\n"
    found = compiled(text)
    assert [str(problem) for problem in found.problems] == []
    assert {problem.code for problem in prove_scenario(found).problems} <= set()


def test_the_example_of_the_reference_has_no_problem_and_every_run_of_it_ends():
    file = SourceFile("two-shifts/scenario.md", "scenario.md", EXAMPLE.encode())
    found = compile_scenario([file], today=date(2026, 11, 21))
    assert [str(problem) for problem in (*found.problems, *prove_scenario(found).problems)] == []


# --- what they do ---------------------------------------------------------------------------------------------------

ROOM = program(
    scene(
        "room",
        *[choice(f"see-{number}", "room", once=True, hint="Later.") for number in range(4)],
        choice("leave", "home"),
        kind="hub",
        hub=Hub("leave", 2),
        shuffle=True,
    ),
    ending("home"),
)


def test_the_exit_of_a_hub_opens_after_enough_was_seen_and_stands_last():
    step = start(ROOM, "seed")
    assert refused(ROOM, step.state, Choose("leave")) == "closed-choice"
    assert offered(ROOM, step.state).hub.missing == 2
    step = walk(ROOM, "see-3", "see-0")
    assert refused(ROOM, step.state, Choose("see-3")) == "closed-choice"
    shown = offered(ROOM, step.state)
    assert shown.hub.to_json() == {"seen": ["Do see-0", "Do see-3"], "missing": 0}
    assert [item.id for item in shown.choices][-1] == "leave"
    assert {item.id for item in shown.choices} == {"see-1", "see-2", "leave"}
    assert scenes(walk(ROOM, "see-3", "see-0", "leave"))[-1] == "home"


def test_a_hub_has_a_state_for_each_set_of_what_was_seen():
    assert len(Exploration(ROOM).states) == 2**4 + 1


WEATHER = program(
    scene("a", choice("on", "home", when=compare(var("mood"), "is", "calm")), choice("off", "home")),
    ending("home"),
    draws=(Draw("mood", ("calm", "tired"), (3, 1)),),
)


def test_a_draw_comes_out_by_its_weights_and_alike_for_one_seed():
    found = Counter(start(WEATHER, str(seed)).state["vars"]["mood"] for seed in range(2000))
    assert 1400 < found["calm"] < 1600
    assert start(WEATHER, "a") == start(WEATHER, "a")


def test_a_draw_is_forced_by_its_name_and_only_to_a_value_it_has():
    for value in ("calm", "tired"):
        assert start(WEATHER, "seed", {"mood": value}).state["vars"]["mood"] == value
    assert start(WEATHER, "seed", {"mood": "angry", "other": "x"}) == start(WEATHER, "seed")


def test_a_problem_that_needs_luck_says_what_chance_has_to_decide():
    text = (PLAIN % "").replace("{#go-on}", "{#go-on}\n  ::: choice\n  when: mood is calm\n  :::")
    (problem,) = [one for one in prove_scenario(compiled(text)).problems if one.code == "SC103"]
    assert [step.text for step in problem.way] == ["by chance, 'mood' is tired"]


def act_of(name, following, count=5):
    """Scenes in which one flag after the other may be set: two to the power of `count` states at the last."""
    made = []
    for number in range(count):
        to = f"{name}-{number + 1}" if number + 1 < count else following
        put = SetFlag(f"{name}{number}", to=True)
        made.append(scene(f"{name}-{number}", choice(f"{name}-{number}-y", to, put), choice(f"{name}-{number}-n", to)))
    return made


def two_acts(keeps):
    flags = tuple(Flag(f"{name}{number}") for name in "ab" for number in range(5))
    ask = [choice(f"end-{flag.id}", "home", when=var(flag.id)) for flag in flags]
    return program(
        *act_of("a", "night"),
        scene("night", kind="checkpoint", then="b-0", checkpoint=Checkpoint(keeps)),
        *act_of("b", "last"),
        scene("last", *ask, choice("end", "home")),
        ending("home"),
        variables=flags,
    )


def test_what_an_act_does_not_keep_is_forgotten_before_its_end_already():
    everything = tuple(f"a{number}" for number in range(5))
    kept, forgotten = Exploration(two_acts(everything)), Exploration(two_acts(()))
    assert (kept.is_complete, forgotten.is_complete) == (True, True)
    assert len(kept.states) > 2**10
    assert len(forgotten.states) < 2**7
    assert not forgotten.met("open", "end-a0")


def test_a_call_counts_for_laters_and_its_scene_is_visited_like_any_other():
    story = program(
        scene("a", choice("ring", "aside", back="b")),
        scene("aside", choice("back")),
        scene("b", choice("on", "home", when=Visited("aside"))),
        scene("soon", choice("past")),
        ending("home"),
        laters=(Later("later", "soon", after=2),),
    )
    assert scenes(walk(story, "ring", "back", "past", "on")) == ["a", "aside", "soon", "b", "home"]
    step = walk(story, "ring")
    assert [event.how for event in step.events if event.kind == "scene-arrived"] == ["start", "call"]
    assert step.state["frames"] == ["b"]


def test_a_state_without_calls_has_no_frames_and_one_that_ends_in_a_call_has_none_left():
    assert "frames" not in start(ROOM, "seed").state
    story = program(
        scene("a", choice("ring", "aside", back="a")), scene("aside", choice("out", "home")), ending("home")
    )
    assert walk(story, "ring", "out").state["frames"] == []


def test_leaving_a_checkpoint_sets_back_what_is_not_kept_and_nothing_of_the_history():
    story = program(
        scene("a", choice("tell", "night", SetFlag("told", to=True), SetFlag("seen", to=True))),
        scene("night", kind="checkpoint", then="b", checkpoint=Checkpoint(("seen",))),
        scene("b", choice("on", "home", when=Visited("a"))),
        ending("home"),
        variables=(Flag("told"), Flag("seen")),
    )
    at_the_end = walk(story, "tell")
    assert at_the_end.state["vars"] == {"told": True, "seen": True}
    after = act(story, at_the_end.state, Go())
    assert isinstance(after, Step)
    assert after.state["vars"] == {"told": False, "seen": True}
    assert not isinstance(act(story, after.state, Choose("on")), Refused)


# --- bad input ------------------------------------------------------------------------------------------------------


def nested(count, last="return"):
    text = ""
    for number in range(count):
        to = f"q{number + 1}" if number + 1 < count else last
        keys = f"kind: call\nto: {to}\nback: {'return' if number else 'home'}" if to != "return" else "to: return"
        text += f"## Q {{#q{number}}}\n\n::: scene\n{keys}\n:::\n\nQ.\n\n"
    return text


@pytest.mark.parametrize(("last", "code"), [("return", "SC064"), ("q0", "SC063")])
def test_calls_nested_a_thousand_deep_are_one_problem_in_linear_time(last, code):
    assert calls(lambda: compiled(nested(1000, last))) < 2 * 4 * calls(lambda: compiled(nested(250, last)))
    found = compiled(nested(1000, last))
    assert [problem.code for problem in found.problems if problem.severity == "error"] == [code]


SLIPS = [*"{}[]()#:-'\"\n !|,a", ":::", "- [", "](#", "\n\n", "return", "room", "night", "keeps", "back: ", "kind: hub"]


@pytest.mark.parametrize("seed", range(6))
def test_any_slip_in_a_story_with_all_of_it_gives_problems_or_a_program_that_can_be_proven(seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable
    for _ in range(40):
        at, slip = draw.randrange(len(EXAMPLE)), draw.choice(SLIPS)
        head, here, tail = EXAMPLE[:at], EXAMPLE[at], EXAMPLE[at + 1 :]
        damaged = draw.choice([head + tail, head + slip + here + tail, head + slip + tail])
        found = compile_scenario(
            [SourceFile("two-shifts/scenario.md", "scenario.md", damaged.encode())], today=date(2026, 11, 21)
        )
        assert (found.program is None) == any(problem.severity == "error" for problem in found.problems)
        for problem in (*found.problems, *prove_scenario(found, most_states=2_000).problems):
            assert str(problem)
            assert problem.span.line <= damaged.count("\n") + 1
