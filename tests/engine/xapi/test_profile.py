import pytest

from lms.engine.xapi import build, profile
from lms.engine.xapi import vocabulary as v
from tests.engine.xapi.samples import NAMES, decision, everything, fact


@pytest.mark.parametrize("name", everything())
def test_B2_each_statement_matches_its_own_template_and_no_other(name):
    assert profile.templates_of(everything()[name]) == [name]


def test_there_is_a_sample_for_every_template():
    assert set(everything()) == {template.name for template in profile.TEMPLATES}


def test_a_text_that_leaked_into_a_statement_matches_no_template():
    statement = {**everything()["wrote"], "result": {"response": "Mrs Pugh said"}}
    assert profile.templates_of(statement) == []


@pytest.mark.parametrize("path", ["$.context.registration", "$.result.response", "$.context.extensions"])
def test_a_decision_without_what_its_template_includes_does_not_match(path):
    *_, section, key = path.split(".")
    statement = {**decision(), section: {k: item for k, item in decision()[section].items() if k != key}}
    assert profile.templates_of(statement) == []


def test_every_own_extension_that_is_emitted_is_a_concept():
    concepts = {concept["id"] for concept in profile.document()["concepts"]}
    emitted = {
        key
        for statement in everything().values()
        for part in ("context", "result")
        for key in statement.get(part, {}).get("extensions", {})
    }
    assert {key for key in emitted if key.startswith(v.OWN)} <= concepts
    assert {key for key in emitted if not key.startswith(v.OWN)} == {v.VALID_UNTIL.iri, v.MASTERY_SCORE.iri}


def test_every_name_in_a_pattern_exists():
    document = profile.document()
    known = {each["id"] for each in (*document["templates"], *document["patterns"])}
    for pattern in document["patterns"]:
        named = [pattern.get(key) for key in ("sequence", "alternates", "zeroOrMore", "optional") if key in pattern]
        assert len(named) == 1
        assert set(named[0] if isinstance(named[0], list) else named) <= known


def run(*names):
    made = {
        **everything(),
        "initialized": build.initialized(fact(), build.scenario(NAMES, "night-shift", "Night shift")),
    }
    return [made[name] for name in names]


def test_a_run_of_a_scenario_follows_its_pattern():
    assert profile.follows(
        run("launched", "initialized", "arrived", "decided", "arrived", "wrote", "failed", "completed", "debriefed"),
        "run",
    )
    assert profile.follows(run("initialized", "arrived", "completed"), "run")
    assert not profile.follows(run("arrived", "initialized", "completed"), "run")
    assert not profile.follows(run("initialized", "passed", "failed", "completed"), "run")


def test_a_try_of_a_quiz_follows_its_pattern():
    assert profile.follows(run("initialized", "answered", "answered", "passed", "completed"), "try")
    assert not profile.follows(run("initialized", "decided", "completed"), "try")
