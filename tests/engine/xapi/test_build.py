from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest

from lms.engine.xapi import build
from lms.engine.xapi import vocabulary as v
from lms.engine.xapi.names import Names
from lms.engine.xapi.validate import validate
from tests.effort import calls
from tests.engine.xapi.samples import CHOICES, NAMES, decision, everything, fact


def test_B1_the_same_arguments_give_the_same_bytes():
    assert orjson.dumps(decision()) == orjson.dumps(decision())
    build._prepare.cache_clear()
    first = orjson.dumps(decision())
    assert first == orjson.dumps(decision())


@pytest.mark.parametrize("name", everything())
def test_B2_every_statement_keeps_every_rule(name):
    assert validate(everything()[name]) == ()


@pytest.mark.parametrize("name", everything())
def test_B2_every_verb_and_type_is_in_the_vocabulary(name):
    statement = everything()[name]
    assert statement["verb"]["id"] in {verb.iri for verb in v.VERBS}
    assert statement["object"]["definition"]["type"] in {kind.iri for kind in v.ACTIVITY_TYPES}


def test_B3_a_person_is_a_token_and_nothing_else():
    assert {orjson.dumps(each["actor"]) for each in everything().values()} == {
        b'{"objectType":"Agent","account":{"homePage":"https://learn.example.org","name":"tOkEn"}}'
    }


def test_a_decision_tells_what_was_chosen_among_what_and_what_an_expert_would_do():
    statement = decision()
    assert statement["object"]["id"] == "https://learn.example.org/id/scenario/night-shift/scene/the-fall/decision"
    assert statement["object"]["definition"]["interactionType"] == "choice"
    assert [each["id"] for each in statement["object"]["definition"]["choices"]] == [each.id for each in CHOICES]
    assert statement["object"]["definition"]["correctResponsesPattern"] == ["call-nurse"]
    assert statement["result"] == {"response": "wait", "duration": "PT8.5S"}
    assert statement["context"]["extensions"] == {
        v.AT_SCENE.iri: "the-fall",
        v.OFFERED.iri: ["call-nurse", "wait"],
        v.CLOCK.iri: "02:10",
        v.CONTENT.iri: "ab" * 32,
        v.ATTEMPT.iri: "22222222-2222-4222-8222-222222222222",
    }
    around = statement["context"]["contextActivities"]
    assert [each["id"] for each in around["parent"]] == [NAMES.scenario("night-shift")]
    assert [each["id"] for each in around["grouping"]] == [NAMES.course("safeguarding")]
    assert [each["id"] for each in around["category"]] == [v.PROFILE_VERSION, v.VIRTUAL_PATIENT]


def test_several_right_options_are_one_pattern_with_the_delimiter():
    definition = everything()["answered"]["object"]["definition"]
    assert definition["correctResponsesPattern"] == ["call-nurse[,]note"]
    assert everything()["answered"]["result"]["response"] == "call-nurse[,]wait"


def test_where_no_choice_is_the_right_one_there_is_no_pattern():
    assert "correctResponsesPattern" not in decision(expert=None)["object"]["definition"]


def test_a_course_is_neither_its_own_parent_nor_its_own_grouping():
    around = everything()["initialized"]["context"]["contextActivities"]
    assert set(around) == {"category"}


def test_a_practice_run_outside_a_course_has_no_grouping():
    statement = build.initialized(fact(course=None), build.scenario(NAMES, "night-shift", "Night shift"))
    assert set(statement["context"]["contextActivities"]) == {"category"}


def test_an_instant_is_told_in_utc_to_the_millisecond():
    in_cardiff = datetime(2026, 7, 1, 10, 0, 0, 999999, tzinfo=timezone(timedelta(hours=1)))
    assert build.timestamp(in_cardiff) == "2026-07-01T09:00:00.999Z"


@pytest.mark.parametrize(
    ("length", "told"),
    [(0, "PT0S"), (0.004, "PT0S"), (8.504, "PT8.5S"), (100, "PT100S"), (3600.25, "PT3600.25S"), (-5, "PT0S")],
)
def test_a_length_of_time_is_told_in_seconds_to_the_hundredth(length, told):
    assert build.duration(timedelta(seconds=length)) == told
    statement = decision(duration=timedelta(seconds=length))
    assert validate(statement) == ()


def test_N2_names_never_change():
    assert [
        NAMES.course("c"),
        NAMES.lesson("c", "l"),
        NAMES.quiz("c", "q"),
        NAMES.question("c", "q1"),
        NAMES.scenario("s"),
        NAMES.scene("s", "here"),
        NAMES.decision("s", "here"),
        NAMES.certificate("abc"),
    ] == [
        "https://learn.example.org/id/course/c",
        "https://learn.example.org/id/course/c/lesson/l",
        "https://learn.example.org/id/course/c/quiz/q",
        "https://learn.example.org/id/course/c/question/q1",
        "https://learn.example.org/id/scenario/s",
        "https://learn.example.org/id/scenario/s/scene/here",
        "https://learn.example.org/id/scenario/s/scene/here/decision",
        "https://learn.example.org/id/certificate/abc",
    ]


def test_an_id_cannot_break_out_of_its_iri():
    assert NAMES.scene("a/b", "c d?#é") == "https://learn.example.org/id/scenario/a%2Fb/scene/c%20d%3F%23%C3%A9"


def test_a_base_url_with_a_slash_at_its_end_is_refused():
    with pytest.raises(ValueError, match="without a slash"):
        Names("https://learn.example.org/")


def test_a_prepared_statement_costs_a_small_part_of_what_preparing_it_costs():
    build._prepare.cache_clear()
    prepared_for_it = calls(decision)
    assert calls(decision) < 100 < prepared_for_it / 10


def test_filling_in_leaves_the_prepared_parts_alone():
    before = orjson.dumps(decision(1))
    build.decision(
        fact(9, at=datetime(2027, 1, 1, tzinfo=UTC), content="", attempt=None),
        scenario="night-shift",
        scene="the-fall",
        ask="What do you do first?",
        choices=CHOICES,
        chosen=("note",),
        expert=("call-nurse",),
    )
    assert orjson.dumps(decision(1)) == before
