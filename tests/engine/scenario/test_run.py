"""What running a program means, one sentence each; every walk is taken in memory and through JSON."""

import pytest

from lms.engine.scenario.api import Choose, Go, Select, Write, act, offered, outcome, start
from lms.engine.scenario.play.events import (
    ChoiceTaken,
    Ended,
    LaterCame,
    MustBroken,
    MustKept,
    OptionsSelected,
    SceneArrived,
    TextWritten,
)
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Both,
    Broke,
    Change,
    Chose,
    ClockTime,
    Constant,
    Count,
    Derived,
    Has,
    Kept,
    Not,
    Remove,
    Score,
    SetFlag,
    Sum,
    Visited,
    When,
)
from lms.engine.scenario.program.program import (
    Character,
    Clock,
    Competency,
    DerivedName,
    Dialogue,
    Feedback,
    Flag,
    FreeText,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Options,
    Prose,
    Route,
    SomeOf,
)
from tests.engine.scenario.build import choice, compare, ending, option, program, scene, var
from tests.engine.scenario.walk import refused, scenes, walk


def test_a_choice_leads_to_its_scene_and_says_what_was_offered():
    story = program(scene("tray", choice("promise", "home"), choice("straight", "home", rating="best")), ending("home"))
    step = walk(story, "straight")
    assert step.events[2:] == (
        ChoiceTaken(1, "tray", "straight", ("promise", "straight"), "best"),
        SceneArrived(1, "home", "straight", "choice"),
        Ended(1, "home", "secure", success=True),
    )


def test_effects_run_in_order_and_numbers_saturate():
    story = program(
        scene(
            "a",
            choice(
                "x",
                "end",
                Change("n", 9),
                Change("n", -1),
                Assign("m", Sum("+", var("n"), Constant(100))),
                When(compare(var("m"), "is", 7), (SetFlag("f", to=True),)),
                Assign("pain", Constant("some")),
                Add("c", "s"),
                Add("a", "s"),
                Add("a", "s"),
                Remove("b", "s"),
            ),
        ),
        ending("end"),
        variables=(
            Number("n", 0, 5),
            Number("m", -7, 7),
            Flag("f"),
            OneOf("pain", ("none", "some"), "none"),
            SomeOf("s", ("a", "b", "c"), ("b",)),
        ),
    )
    assert walk(story, "x").state["vars"] == {"n": 4, "m": 7, "f": True, "pain": "some", "s": ["a", "c"]}


def test_a_closed_choice_shows_its_hint_or_hides_and_is_refused():
    story = program(
        scene(
            "a",
            choice("free", "a", SetFlag("f", to=True)),
            choice("hinted", "end", when=var("f"), hint="Not yet"),
            choice("hidden", "end", when=var("f")),
            choice("once", "a", once=True),
        ),
        ending("end"),
        variables=(Flag("f"),),
    )
    state = start(story, "s").state
    shown = offered(story, state).choices
    assert [(item.id, item.open, item.hint) for item in shown] == [
        ("free", True, ""),
        ("hinted", False, "Not yet"),
        ("once", True, ""),
    ]
    assert refused(story, state, Choose("hinted")) == "closed-choice"
    assert refused(story, state, Choose("hidden")) == "closed-choice"
    assert refused(story, state, Choose("nobody")) == "unknown-choice"
    assert refused(story, state, Go()) == "wrong-action"
    step = walk(story, "once", "free")
    assert [item.id for item in offered(story, step.state).choices] == ["free", "hinted", "hidden"]
    assert refused(story, step.state, Choose("once")) == "closed-choice"
    assert refused(story, walk(story, "free", "hidden").state, Choose("free")) == "ended"


def test_history_is_kept_only_where_something_asks_for_it():
    story = program(
        scene("a", choice("round", "b"), choice("out", "end", when=compare(Count("a"), ">=", 3))),
        scene("b", choice("back", "a"), choice("other", "a")),
        scene("c", choice("never", "a", when=Both((Visited("b"), Chose("back"))))),
        ending("end"),
    )
    step = walk(story, "round", "other", "round", "back", "round", "back", "round", "back", "round", "back")
    assert step.state["seen"] == {"a": 4, "b": 1}
    assert step.state["chosen"] == ["back"]
    assert walk(story, "round", "other", "round", "other", "out").state["phase"] == "ended"


def test_a_count_is_exact_as_far_as_whatever_it_is_compared_with_or_stored_in():
    story = program(
        scene(
            "a",
            choice("round", "a"),
            choice("store", "a", Assign("m", Count("b"))),
            choice("side", "b"),
            choice("out", "end", when=compare(Count("a"), ">=", var("n"))),
        ),
        scene("b", choice("back", "a")),
        ending("end"),
        variables=(Number("n", 0, 3, 3), Number("m", 0, 4)),
    )
    assert refused(story, walk(story, "round").state, Choose("out")) == "closed-choice"
    assert walk(story, "round", "round", "out").state["phase"] == "ended"
    assert walk(story, *["side", "back"] * 3, "store").state["vars"]["m"] == 3


def test_derived_names_and_sets_are_read_in_guards():
    story = program(
        scene(
            "a",
            choice("promise", "a", SetFlag("promised", to=True), Add("eluned", "told")),
            choice("on", "end", when=Both((Derived("secret"), Has("told", "eluned")))),
        ),
        ending("end"),
        variables=(Flag("promised"), Flag("corrected"), SomeOf("told", ("eluned", "mair"))),
        derived=(DerivedName("secret", Both((var("promised"), Not(var("corrected"))))),),
    )
    assert refused(story, start(story, "s").state, Choose("on")) == "closed-choice"
    assert walk(story, "promise", "on").state["phase"] == "ended"


def test_prose_is_shown_by_its_condition_with_the_consequence_of_what_was_chosen():
    story = program(
        scene(
            "tray",
            choice(
                "promise",
                "home",
                SetFlag("promised", to=True),
                consequence=(Prose("She lets go."), Prose("never", Not(var("promised")))),
                feedback=Feedback("Think again.", "now"),
            ),
        ),
        scene(
            "home",
            choice("on", "end"),
            blocks=(
                Prose("She no longer talks to you.", var("promised")),
                Prose("She asks.", Not(var("promised"))),
                Dialogue("eluned", "[Dim byd]{lang=cy}"),
            ),
        ),
        ending("end"),
        variables=(Flag("promised"),),
        characters=(Character("eluned", "Eluned Parry", "lives in room 6", "cy"),),
    )
    shown = offered(story, walk(story, "promise").state)
    assert [block.markdown for block in shown.said] == ["She lets go."]
    assert shown.feedback == "Think again."
    assert [block.markdown for block in shown.blocks] == ["She no longer talks to you.", "[Dim byd]{lang=cy}"]
    assert shown.blocks[1].to_json() == {
        "kind": "shown-dialogue",
        "character": "eluned",
        "name": "Eluned Parry",
        "initials": "EP",
        "role": "lives in room 6",
        "language": "cy",
        "markdown": "[Dim byd]{lang=cy}",
    }
    assert offered(story, walk(story, "promise", "on").state).said == ()


# --- documents and words of one's own ---------------------------------------------------------------------------


def document():
    items = (
        option("time", Award("record", 1)),
        option("words", Award("record", 2)),
        option("blame", Award("record", -2), SetFlag("blamed", to=True)),
        option("secret", when=var("blamed")),
    )
    return program(
        scene("write-up", kind="document", options=Options(items, 1, 2), then="end"),
        ending("end"),
        variables=(Flag("blamed"),),
        competencies=(Competency("record", "A true record", -5, 5),),
        pass_when=Chose("words"),
    )


def test_a_selection_runs_its_effects_in_the_order_of_the_file():
    step = walk(document(), ("words", "time"))
    assert step.events[2] == OptionsSelected(1, "write-up", ("time", "words"), ("time", "words", "blame"))
    assert step.state["scores"] == {"record": 3}
    assert step.state["ranges"] == {"record": [-2, 3]}
    assert outcome(document(), step.state).success


def test_a_selection_of_the_wrong_size_or_of_what_is_not_offered_is_refused():
    story, state = document(), start(document(), "s").state
    assert refused(story, state, Select(())) == "too-few"
    assert refused(story, state, Select(("time", "words", "blame"))) == "too-many"
    assert walk(story, ("time", "time", "words")).state["phase"] == "ended"
    assert refused(story, state, Select(("secret",))) == "unknown-option"
    assert refused(story, state, Select(("nothing",))) == "unknown-option"
    assert refused(story, state, Choose("time")) == "wrong-action"


def test_nobody_is_stuck_where_fewer_options_are_open_than_are_to_be_selected():
    items = (option("always", Award("record", 1)), option("never", when=var("blamed")))
    story = program(
        scene("write-up", kind="document", options=Options(items, 2, 2), then="end"),
        ending("end"),
        variables=(Flag("blamed"),),
        competencies=(Competency("record", "A true record", -5, 5),),
    )
    shown = offered(story, start(story, "s").state).options
    assert (shown.least, shown.most) == (1, 1)
    assert walk(story, ("always",)).state["phase"] == "ended"


def call(*, required: bool = False):
    routes = (
        Route("named", ("He  grips", "ddim byd"), (SetFlag("named", to=True),)),
        Route("gave-up", ("give up",), to="end"),
    )
    return program(
        scene("call", choice("facts", "end"), free_text=FreeText("words", "Say it", required, 20, routes)),
        ending("end"),
        variables=(Flag("named"),),
    )


def test_words_come_before_the_choices_and_are_never_in_the_state():
    step = walk(call(), Write(" he\n GRIPS hard "))
    assert step.events[2] == TextWritten(1, "call", "words", 14, "named", "he\n GRIPS hard")
    assert step.events[2].without_text().text == ""
    assert step.state["phase"] == "choose"
    assert step.state["vars"] == {"named": True}
    assert "GRIPS" not in str(step.state)


def test_a_route_may_lead_elsewhere_and_other_words_just_go_on():
    assert scenes(walk(call(), Write("I give up"))) == ["call", "end"]
    assert walk(call(), Write("Sian?")).state["vars"] == {"named": False}
    assert walk(call(), Write("She gripsome.")).state["vars"] == {"named": False}
    assert walk(call(), Write("Dim… dim “DDIM BYD”!")).state["vars"] == {"named": True}
    assert walk(call(), Write("")).state["phase"] == "choose"


def test_words_may_be_required_and_are_limited():
    story = call(required=True)
    assert refused(story, start(story, "s").state, Write("  ")) == "nothing-written"
    assert refused(story, start(story, "s").state, Write("x" * 21)) == "too-long"


def test_a_recorded_route_replays_without_the_words():
    assert walk(call(required=True), Write("", route="named")).state["vars"] == {"named": True}


# --- delayed consequences ---------------------------------------------------------------------------------------


def with_laters(*laters: Later, **more: object):
    return program(
        scene("tray", choice("promise", "shift", SetFlag("promised", to=True)), choice("straight", "shift")),
        scene("shift", choice("on", "night"), choice("again", "tray")),
        scene("night", choice("home", "end")),
        scene(
            "corridor", choice("talk", "stairs"), choice("past", ""), choice("direct", "night"), choice("flee", "end")
        ),
        scene("stairs", then="", kind="narration"),
        scene("phone", choice("hang-up", "")),
        ending("end"),
        variables=(Flag("promised"),),
        laters=laters,
        **more,
    )


def test_a_later_comes_before_the_scene_it_waits_for_and_then_the_story_goes_on():
    story = with_laters(Later("craig-asks", "corridor", "tray", at="night", condition=var("promised")))
    step = walk(story, "promise", "on")
    assert LaterCame(2, "craig-asks", "corridor", "night") in step.events
    assert offered(story, step.state).later_came
    assert scenes(walk(story, "promise", "on", "talk", "go", "home")) == [
        "tray",
        "shift",
        "corridor",
        "stairs",
        "night",
        "end",
    ]
    assert scenes(walk(story, "promise", "on", "past")) == ["tray", "shift", "corridor", "night"]
    assert not offered(story, walk(story, "promise", "on", "past").state).later_came


def test_going_to_where_the_story_was_heading_ends_the_excursion():
    story = with_laters(Later("craig-asks", "corridor", "tray", at="night"), Later("ring", "phone", "tray", at="end"))
    step = walk(story, "promise", "on", "direct", "home", "hang-up")
    assert scenes(step)[-3:] == ["night", "phone", "end"]
    assert SceneArrived(3, "night", "direct", "return") in step.events


def test_a_way_out_of_an_excursion_into_the_story_is_where_the_story_heads_instead():
    story = with_laters(Later("craig", "corridor", "tray", at="night"), Later("ring", "phone", "tray", at="end"))
    step = walk(story, "straight", "on", "flee")
    assert scenes(step) == ["tray", "shift", "corridor", "phone"]
    assert scenes(walk(story, "straight", "on", "flee", "hang-up"))[-1] == "end"


def test_a_later_whose_condition_does_not_hold_when_its_turn_comes_is_spent():
    story = with_laters(Later("craig-asks", "corridor", "shift", at="night", condition=var("promised")))
    step = walk(story, "straight", "on")
    assert scenes(step) == ["tray", "shift", "night"]
    assert step.state["armed"] == {}


def test_a_later_after_so_many_scenes_counts_arrivals_but_not_those_of_laters():
    story = with_laters(Later("one", "corridor", "tray", after=2), Later("two", "phone", "tray", after=3))
    assert scenes(walk(story, "straight", "on", "talk", "go", "home", "hang-up")) == [
        "tray",
        "shift",
        "corridor",
        "stairs",
        "night",
        "phone",
        "end",
    ]


def test_laters_due_together_come_in_the_order_of_the_file():
    story = with_laters(Later("b", "phone", "", at="night"), Later("a", "corridor", "", after=2))
    assert scenes(walk(story, "straight", "on", "hang-up", "past")) == ["tray", "shift", "phone", "corridor", "night"]


def test_a_later_has_one_instance_and_may_be_armed_again_after_it_came():
    story = with_laters(Later("one", "phone", "tray", after=2))
    assert scenes(walk(story, "straight", "again", "hang-up", "straight", "on", "hang-up")) == [
        "tray",
        "shift",
        "phone",
        "tray",
        "shift",
        "phone",
        "night",
    ]
    assert walk(story, "straight").state["armed"] == {"one": 1}
    longer = with_laters(Later("one", "phone", "tray", after=3))
    assert scenes(walk(longer, "straight", "again", "straight"))[-1] == "phone"


def test_a_later_before_the_first_scene_is_armed_once_at_the_start():
    story = with_laters(Later("one", "phone", at="shift"))
    assert scenes(walk(story, "straight", "hang-up", "again", "straight")) == [
        "tray",
        "phone",
        "shift",
        "tray",
        "shift",
    ]


def test_a_later_that_is_due_is_not_armed_a_second_time():
    story = program(
        scene("tray", choice("on", "lobby")),
        scene("lobby", choice("up", "night")),
        scene("phone", choice("hang-up")),
        scene("night", choice("again", "night"), choice("home", "end")),
        ending("end"),
        laters=(Later("back", "lobby", "tray", at="night"), Later("ring", "phone", "lobby", at="night")),
    )
    step = walk(story, "on", "up", "up", "hang-up", "again", "home")
    assert scenes(step) == ["tray", "lobby", "lobby", "phone", "night", "night", "end"]


def test_laters_by_the_clock_are_due_from_their_time_on():
    story = program(
        scene("a", choice("quick", "b", takes=5), choice("due", "b", takes=80), choice("slow", "b", takes=500)),
        scene("b", choice("on", "end")),
        scene("corridor", choice("past")),
        ending("end"),
        clock=Clock(19 * 60 + 40, 26 * 60),
        laters=(Later("craig", "corridor", "", clock=21 * 60),),
    )
    assert offered(story, start(story, "s").state).clock == "19:40"
    quick, slow = walk(story, "quick"), walk(story, "slow")
    assert (scenes(quick), offered(story, quick.state).clock) == (["a", "b"], "19:45")
    assert scenes(walk(story, "due")) == ["a", "corridor"]
    assert (scenes(slow), offered(story, slow.state).clock) == (["a", "corridor"], "02:00")


def test_a_time_can_be_asked_for():
    late = compare(ClockTime(), ">=", 21 * 60)
    story = program(
        scene("a", choice("wait", "a", takes=60), choice("leave", "end", when=late)),
        ending("end"),
        clock=Clock(19 * 60 + 40, 23 * 60),
    )
    assert refused(story, walk(story, "wait").state, Choose("leave")) == "closed-choice"
    assert walk(story, "wait", "wait", "leave").state["clock"] == 21 * 60 + 40


def test_at_an_ending_whatever_waits_is_dropped():
    story = with_laters(Later("never", "corridor", "tray", after=9), Later("craig", "corridor", "tray", at="night"))
    step = walk(story, "straight", "on", "flee")
    assert (step.state["phase"], step.state["armed"], step.state["heading"]) == ("ended", {}, None)


# --- what must and must not happen ------------------------------------------------------------------------------


def with_musts(pass_when=None):
    return program(
        scene("tray", choice("promise", "who", SetFlag("promised", to=True), Award("voice", 1)), choice("ring", "who")),
        scene("who", choice("late", "night"), choice("take-back", "night", SetFlag("promised", to=False))),
        scene("night", choice("ring-late", "home"), choice("sleep", "home")),
        ending("home", success=False),
        variables=(Flag("promised"),),
        competencies=(Competency("voice", "Her voice", -1, 1),),
        musts=(
            Must("told", Chose("ring"), "Told", "why", before="night"),
            Must("slept", Chose("sleep"), "Slept", "why"),
        ),
        must_nots=(MustNot("secrecy", Both((var("promised"), Visited("home"))), "Kept a secret", "why"),),
        pass_when=pass_when,
    )


def test_a_must_is_kept_once_it_was_true_and_broken_at_its_deadline():
    kept, broken = walk(with_musts(), "ring", "late"), walk(with_musts(), "promise", "late", "ring-late")
    assert MustKept(1, "told") in kept.events
    assert MustBroken(2, "told") in broken.events
    assert MustBroken(3, "slept") in broken.events


def test_a_must_not_is_broken_when_its_condition_becomes_true():
    broken, mended = walk(with_musts(), "promise", "late", "sleep"), walk(with_musts(), "promise", "take-back", "sleep")
    assert MustBroken(3, "secrecy") in broken.events
    assert broken.state["musts"] == {"told": "broken", "slept": "kept", "secrecy": "broken"}
    assert mended.state["musts"] == {"told": "broken", "slept": "kept", "secrecy": "kept"}


def test_pass_joins_scores_and_musts_and_without_it_the_ending_decides():
    rule = Both((compare(Score("voice"), ">=", 0), Kept("slept"), Not(Broke("secrecy"))))
    assert outcome(with_musts(rule), walk(with_musts(rule), "ring", "late", "sleep").state).success
    assert not outcome(with_musts(rule), walk(with_musts(rule), "promise", "late", "sleep").state).success
    without = with_musts()
    assert not outcome(without, walk(without, "ring", "late", "sleep").state).success


def test_an_open_run_is_not_passed_and_has_no_ending():
    story = with_musts()
    result = outcome(story, walk(story, "ring").state)
    assert (result.ending, result.band, result.success) == ("", "", False)


@pytest.mark.parametrize(("taken", "band"), [("worst", "Growing"), ("middle", "Secure"), ("best", "Strong")])
def test_a_band_is_the_share_of_what_this_path_allowed(taken, band):
    story = program(
        scene(
            "a",
            choice("worst", "end", Award("voice", -1)),
            choice("middle", "end", Award("voice", 1)),
            choice("best", "end", Award("voice", 2)),
        ),
        ending("end"),
        competencies=(Competency("voice", "Her voice", -50, 50), Competency("honest", "Honest", -50, 50)),
    )
    scores = outcome(story, walk(story, taken).state).scores
    assert [(score.low, score.high, score.band) for score in scores] == [(-1, 2, band), (0, 0, "")]


# --- what is shown ----------------------------------------------------------------------------------------------


def test_choices_are_shuffled_by_seed_and_scene():
    story = program(scene("a", *[choice(f"c{n}", "end") for n in range(6)], shuffle=True), ending("end"))
    orders = {tuple(item.id for item in offered(story, start(story, str(n)).state).choices) for n in range(40)}
    again = {tuple(item.id for item in offered(story, start(story, str(n)).state).choices) for n in range(40)}
    assert len(orders) > 20
    assert orders == again
    assert [item.id for item in offered(story, start(story, "golden").state).choices][:3] == ["c4", "c0", "c5"]


def test_progress_never_falls_and_ends_at_a_hundred():
    story = program(
        scene("a", choice("x", "b"), choice("short", "d")),
        scene("b", choice("y", "c")),
        scene("c", choice("back", "b"), choice("z", "d")),
        scene("d", choice("e", "end")),
        scene("detour", choice("return")),
        ending("end"),
        laters=(Later("l", "detour", "a", at="d"),),
    )
    state, shown = start(story, "s").state, []
    for taken in ("x", "y", "back", "y", "z", "return", "e"):
        shown.append(offered(story, state))
        state = act(story, state, Choose(taken)).state
    shown.append(offered(story, state))
    progress = [scene.progress for scene in shown]
    assert progress == sorted(progress)
    assert progress == [0, 25, 25, 25, 25, 50, 75, 100]
    assert (shown[0].minutes_left, shown[-2].minutes_left, shown[-1].minutes_left) == (15, 5, 0)


def test_nothing_hidden_is_in_a_scene():
    story = program(
        scene("a", choice("x", "secret-place", Award("voice", 1), rating="unsafe", why_plausible="because")),
        ending("secret-place"),
        competencies=(Competency("voice", "Her voice", -5, 5),),
    )
    text = str(offered(story, start(story, "s").state))
    assert not any(word in text for word in ("secret-place", "unsafe", "because", "voice"))


def test_a_long_story_of_choices_that_lead_to_the_same_scene_starts_at_once():
    scenes = [scene(f"s{n}", choice(f"a{n}", f"s{n + 1}"), choice(f"b{n}", f"s{n + 1}")) for n in range(300)]
    story = program(*scenes, ending("s300"))
    assert offered(story, start(story, "seed").state).progress == 0
