"""What the debrief finds in a run."""

import pytest

from lms.engine.scenario.api import Write, debrief
from lms.engine.scenario.program.expression import Award, Both, Change, Chose, Not, SetFlag, Visited
from lms.engine.scenario.program.program import (
    Competency,
    DebriefPoint,
    Ending,
    Feedback,
    Flag,
    FollowUp,
    FreeText,
    Later,
    Must,
    MustNot,
    Number,
    Options,
    Prose,
    Reference,
    Scene,
)
from lms.kernel.errors import Invalid
from tests.engine.scenario.build import choice, compare, ending, option, program, scene, var
from tests.engine.scenario.walk import SEED, walk

STORY = program(
    scene(
        "tray",
        choice(
            "promise",
            "call",
            SetFlag("promised", to=True),
            Award("honest", -2),
            rating="unsafe",
            why_plausible="It calms her.",
            consequence=(Prose("She lets go."),),
        ),
        choice("straight", "call", Award("honest", 2), rating="best"),
        choice("fetch", "call", Award("honest", -1), rating="defensible", why_plausible="Sian leads."),
        choice("later", "call", rating="defensible", why_plausible="You are busy.", when=var("timed")),
    ),
    scene(
        "call",
        choice("facts", "record", Award("report", 1), rating="best"),
        choice("vague", "record", Award("report", -1), rating="unsafe"),
        free_text=FreeText("words", "Say it"),
    ),
    scene(
        "record",
        kind="document",
        options=Options(
            (
                option("time", Award("report", 1), SetFlag("timed", to=True), rating="best"),
                option("blame", Award("report", -1), rating="unsafe", why_plausible="You are angry."),
                option("when", rating="best"),
            ),
            0,
            2,
        ),
        then="night",
    ),
    scene(
        "corridor",
        choice("step-in", "", rating="best"),
        choice("wait", "", rating="defensible"),
        blocks=(Prose("Craig asks."),),
    ),
    scene("night", choice("rest", "home"), choice("take-back", "home", SetFlag("promised", to=False), rating="best")),
    scene(
        "home",
        choice("lost", "broken", when=var("promised")),
        choice("kept", "heard", when=Not(var("promised"))),
        blocks=(Prose("She no longer talks to you.", var("promised")), Prose("It is Monday.")),
    ),
    Scene(
        "broken",
        "Broken",
        "ending",
        ending=Ending("growing", voice=("You said so.",), followups=(FollowUp(7, "And?"),)),
    ),
    Scene("heard", "Heard", "ending", ending=Ending("strong", success=True)),
    variables=(Flag("promised"), Flag("timed")),
    competencies=(Competency("honest", "Being honest", -5, 5), Competency("report", "Telling", -5, 5)),
    musts=(Must("timed", var("timed"), "Wrote down the time", "why", before="night", references=("wsp",)),),
    must_nots=(
        MustNot("secrecy", Both((var("promised"), Visited("home"))), "Kept a secret", "why", blame=("promise",)),
    ),
    laters=(Later("craig", "corridor", "tray", at="night", condition=var("promised")),),
    references=(Reference("wsp", "Procedures"),),
    points=(
        DebriefPoint(
            "first", ("promise", "straight", "fetch"), ("straight",), "Because.", "What did she need?", ("wsp",)
        ),
        DebriefPoint("calling", ("facts", "vague"), ("facts",), "Facts."),
        DebriefPoint("writing", ("time", "blame", "when"), ("time", "when"), "A record."),
        DebriefPoint("night", ("rest", "take-back"), ("take-back",), "Mend it."),
    ),
)
BAD = ("promise", Write("Craig!"), "vague", (), "step-in", "rest", "lost")
GOOD = ("straight", Write(""), "facts", ("time", "when"), "take-back", "kept")


def look_back(*words):
    return debrief(STORY, SEED, walk(STORY, *words).events)


def test_broken_musts_come_first_in_the_order_of_the_story_then_the_largest_difference():
    assert [point.id for point in look_back(*BAD).turning_points] == ["first", "writing", "calling"]


def test_as_few_decisions_as_account_for_all_that_broke_are_gone_back_to():
    def bad(name):
        return [
            choice(f"bad-{name}", f"s{int(name) + 1}", rating="unsafe"),
            choice(f"good-{name}", "s1", rating="best"),
        ]

    says = [f"m{n}" for n in range(7)]
    story = program(
        *[scene(f"s{n}", *bad(n)) for n in range(7)],
        Scene("s7", "End", "ending", ending=Ending("growing")),
        must_nots=(
            *[MustNot(says[n], Chose(f"bad-{n}"), says[n], "why", blame=(f"bad-{n}",)) for n in (0, 2, 3, 4, 5)],
            MustNot("both", Chose("bad-6"), "both", "why", blame=("bad-1", "bad-6")),
            MustNot("also", Chose("bad-6"), "also", "why", blame=("bad-6",)),
        ),
    )
    found = debrief(story, SEED, walk(story, *[f"bad-{n}" for n in range(7)]).events)
    assert [(point.scene, point.broke) for point in found.turning_points] == [
        ("s0", ("m0",)),
        ("s2", ("m2",)),
        ("s3", ("m3",)),
        ("s6", ("both", "also")),
    ]


def test_a_decision_that_accounts_for_several_stands_for_them_all():
    story = program(
        scene("a", choice("doze", "b", rating="unsafe"), choice("look", "b", rating="best")),
        scene("b", choice("leave", "end", rating="unsafe"), choice("stay", "end", rating="best")),
        ending("end"),
        must_nots=(
            MustNot("one", Chose("leave"), "one", "why", blame=("doze", "leave")),
            MustNot("two", Chose("leave"), "two", "why"),
        ),
    )
    found = debrief(story, SEED, walk(story, "doze", "leave").events)
    assert [(point.scene, point.broke) for point in found.turning_points] == [("b", ("one", "two"))]


def test_what_was_changed_again_since_did_not_follow_from_the_first():
    story = program(
        scene(
            "a", choice("low", "b", Change("n", -1), rating="unsafe", consequence=(Prose("Hm."),)), choice("ok", "b")
        ),
        scene("b", choice("set", "c", Change("n", 3)), choice("leave", "c")),
        scene(
            "c",
            choice("on", "end"),
            blocks=(
                Prose("It is three.", compare(var("n"), "is", 3)),
                Prose("You said so.", Chose("low")),
                Prose("It is low.", compare(var("n"), "<", 1)),
            ),
        ),
        ending("end"),
        variables=(Number("n", 0, 3, 1),),
        must_nots=(MustNot("low", Chose("low"), "Low", "why"),),
    )

    def followed(*words):
        (point,) = debrief(story, SEED, walk(story, *words).events).turning_points
        return [block.markdown for link in point.followed for block in link.blocks]

    assert followed("low", "set", "on") == ["Hm.", "You said so."]
    assert followed("low", "leave", "on") == ["Hm.", "You said so.", "It is low."]


def test_a_turning_point_says_what_was_chosen_what_followed_and_what_an_expert_would_have_done():
    first = look_back(*BAD).turning_points[0]
    assert (first.step, first.scene, first.chosen, first.rating) == (1, "tray", ("Do promise",), "unsafe")
    assert (first.why_plausible, first.ask, first.why) == ("It calms her.", "What did she need?", "Because.")
    assert (first.expert, first.as_expert, first.broke) == (("Do straight",), False, ("Kept a secret",))
    assert [reference.id for reference in first.references] == ["wsp"]
    assert [(other.id, other.why) for other in first.alternatives] == [("fetch", "Sian leads.")]


def test_what_followed_is_found_by_cause():
    first = look_back(*BAD).turning_points[0]
    assert [
        (link.what, link.step, link.title, *(block.markdown for block in link.blocks)) for link in first.followed
    ] == [
        ("said", 1, "Tray", "She lets go."),
        ("later", 4, "Corridor", "Craig asks."),
        ("scene", 6, "Home", "She no longer talks to you."),
        ("broken", 6, "Kept a secret"),
        ("ending", 7, "Broken"),
    ]
    assert [link.forbids for link in first.followed if link.what == "broken"] == [True]


def test_a_must_that_was_missed_is_blamed_on_where_the_expert_would_have_kept_it():
    writing = look_back(*BAD).turning_points[1]
    assert (writing.broke, writing.chosen, writing.expert) == (("Wrote down the time",), (), ("Line time", "Line when"))
    assert [(link.what, link.step, link.forbids) for link in writing.followed] == [("broken", 5, False)]


def test_the_timeline_tells_each_scene_once_with_all_that_was_done_there():
    timeline = look_back(*BAD).timeline
    assert [(moment.scene, moment.step, moment.did, moment.wrote, moment.later) for moment in timeline] == [
        ("tray", 1, ("Do promise",), "", False),
        ("call", 3, ("Do vague",), "words", False),
        ("record", 4, (), "", False),
        ("corridor", 5, ("Do step-in",), "", True),
        ("night", 6, ("Do rest",), "", False),
        ("home", 7, (), "", False),  # one way on: no decision to tell of
        ("broken", 7, (), "", False),
    ]


def test_competencies_musts_ending_and_voice_are_told():
    found = look_back(*BAD)
    assert [(shown.id, shown.band, shown.score, shown.low, shown.high) for shown in found.competencies] == [
        ("honest", "Growing", -2, -2, 2),
        ("report", "Growing", -1, -2, 2),
    ]
    assert [(must.id, must.kept, must.forbids) for must in found.musts] == [
        ("timed", False, False),
        ("secrecy", False, True),
    ]
    assert (found.ending.title, found.ending.success, found.ending.followups) == (
        "Broken",
        False,
        (FollowUp(7, "And?"),),
    )
    assert found.voice == ("You said so.",)


def test_a_run_without_fault_still_has_something_to_talk_about():
    found = look_back(*GOOD)
    assert [(point.id, point.as_expert) for point in found.turning_points] == [("first", True)]
    assert all(must.kept for must in found.musts)
    assert [shown.band for shown in found.competencies] == ["Strong", "Strong"]


def test_an_open_run_can_be_looked_at():
    found = look_back("promise", Write(""))
    assert (found.ending, found.voice, found.timeline[-1].step) == (None, (), 2)
    assert look_back().timeline[0].step == 0


def test_words_that_are_kept_apart_are_not_missed():
    events = [event.without_text() if event.kind == "text-written" else event for event in walk(STORY, *BAD).events]
    assert debrief(STORY, SEED, events) == look_back(*BAD)


def test_events_of_another_version_are_refused_kindly():
    other = program(scene("a", choice("x", "end")), ending("end"))
    with pytest.raises(Invalid, match="do not belong to this version"):
        debrief(STORY, SEED, walk(other, "x").events)


def test_what_was_written_in_a_scene_is_known_where_one_looks_back_on_it():
    found = look_back(*BAD)
    assert {point.id: point.wrote for point in found.turning_points} == {"first": "", "writing": "", "calling": "words"}
    assert [moment.scene for moment in found.timeline if moment.wrote] == ["call"]
    assert all(not point.wrote for point in look_back(*GOOD).turning_points)


def test_a_word_on_a_choice_that_was_not_said_at_once_is_said_when_looking_back():
    says = {at: choice(at, "end", feedback=Feedback(f"Said {at}.", at)) for at in ("now", "checkpoint", "debrief")}
    story = program(
        scene("a", *says.values()), ending("end"), points=(DebriefPoint("p", tuple(says), ("now",), "Why."),)
    )
    for at, heard in (("now", ()), ("checkpoint", ("Said checkpoint.",)), ("debrief", ("Said debrief.",))):
        found = debrief(story, SEED, walk(story, at).events)
        assert [moment.feedback for moment in found.timeline] == [heard, ()]
        assert {point.feedback for point in found.turning_points} <= {heard}
