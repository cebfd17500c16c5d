import copy

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.xapi.validate import validate
from tests.engine.xapi.samples import decision

UUID = "11111111-1111-4111-8111-111111111111"
AGENT = {"mbox": "mailto:nia@example.org"}
SMALLEST = {
    "actor": AGENT,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
    "object": {"id": "https://example.org/a"},
}
SUB = {"objectType": "SubStatement", **SMALLEST}
ATTACHMENT = {
    "usageType": "https://example.org/u",
    "display": {"en": "A"},
    "contentType": "image/png",
    "length": 3,
    "sha2": "ab" * 32,
}
_MISSING = object()


def changed(path, value):
    """SMALLEST with the value at a dotted path set, or removed."""
    statement = copy.deepcopy(SMALLEST)
    *way, last = path.split(".") if isinstance(path, str) else path
    here = statement
    for step in way:
        here = here.setdefault(step, {})
    if value is _MISSING:
        del here[last]
    else:
        here[last] = copy.deepcopy(value)
    return statement


GOOD = {
    "id": UUID,
    "timestamp": "2026-11-21T19:40:00.123Z",
    "stored": "2026-11-21T19:40:00+01:00",
    "version": "1.0.3",
    "authority": {"objectType": "Group", "member": [AGENT, {"mbox": "mailto:b@example.org"}]},
    "actor": {"objectType": "Group", "mbox_sha1sum": "ab" * 20, "member": [AGENT]},
    "actor.name": "Nia",
    "verb.display": {"en-GB": "answered", "cy": "atebodd", "zh-Hant-TW": "x", "x-own": "y", "i-klingon": "z"},
    "object": SUB,
    "object.definition": {
        "interactionType": "matching",
        "source": [{"id": "a", "description": {"en": "A"}}],
        "target": [{"id": "a"}],
        "correctResponsesPattern": ["a[.]a"],
        "extensions": {"https://example.org/x": None},
        "moreInfo": "https://example.org/more",
    },
    "result": {
        "score": {"scaled": -1, "raw": 0, "min": 0, "max": 1.5},
        "success": False,
        "completion": True,
        "response": "",
        "duration": "P3Y6M4DT12H30M5.25S",
        "extensions": {"urn:x:y": {"null": None}},
    },
    "context": {
        "registration": UUID.upper(),
        "instructor": {"objectType": "Group", "member": [AGENT]},
        "team": {"objectType": "Group", "openid": "https://example.org/team"},
        "contextActivities": {"parent": {"id": "https://example.org/p"}, "other": [{"id": "https://example.org/o"}]},
        "revision": "2",
        "platform": "Ymarfer",
        "language": "cy",
        "statement": {"objectType": "StatementRef", "id": UUID},
    },
    "attachments": [ATTACHMENT],
}


@pytest.mark.parametrize("path", GOOD)
def test_what_the_specification_allows_is_a_statement(path):
    assert validate(changed(path, GOOD[path])) == ()


def test_the_smallest_statement_is_a_statement():
    assert validate(SMALLEST) == ()


BAD = [
    # (path, value, section, where it is reported)
    ("actor", _MISSING, "2.2", "$.actor"),
    ("verb", _MISSING, "2.2", "$.verb"),
    ("object", _MISSING, "2.2", "$.object"),
    ("extra", 1, "2.2", "$.extra"),
    ("Actor", AGENT, "2.2", "$.Actor"),
    ("id", "not-a-uuid", "4.4", "$.id"),
    ("id", UUID.replace("-", ""), "4.4", "$.id"),
    ("id", None, "4.4", "$.id"),
    ("actor", "Nia", "2.4.2.1", "$.actor"),
    ("actor", {}, "2.4.2.1", "$.actor"),
    ("actor", {"name": "Nia"}, "2.4.2.1", "$.actor"),
    ("actor", {**AGENT, "openid": "https://example.org/nia"}, "2.4.2.1", "$.actor"),
    ("actor", {**AGENT, "objectType": "agent"}, "2.4.2.1", "$.actor.objectType"),
    ("actor", {**AGENT, "name": 7}, "2.2", "$.actor.name"),
    ("actor", {"mbox": "nia@example.org"}, "2.4.2.3", "$.actor.mbox"),
    ("actor", {"mbox_sha1sum": "zz"}, "2.4.2.3", "$.actor.mbox_sha1sum"),
    ("actor", {"openid": "no scheme"}, "4.3", "$.actor.openid"),
    ("actor", {"account": {"name": "x"}}, "2.4.2.4", "$.actor.account.homePage"),
    ("actor", {"account": {"homePage": "https://example.org"}}, "2.4.2.4", "$.actor.account.name"),
    ("actor", {"account": {"homePage": "example.org", "name": "x"}}, "4.3", "$.actor.account.homePage"),
    ("actor", {"objectType": "Group"}, "2.4.2.2", "$.actor.member"),
    ("actor", {"objectType": "Group", "member": AGENT}, "2.4.2.2", "$.actor.member"),
    (
        "actor",
        {"objectType": "Group", "member": [{"objectType": "Group", "member": []}]},
        "2.2",
        "$.actor.member[0].member",
    ),
    ("verb", {"display": {"en": "x"}}, "2.4.3", "$.verb.id"),
    ("verb.id", "answered", "4.3", "$.verb.id"),
    ("verb.id", "ab=c://bad.scheme", "4.3", "$.verb.id"),
    ("verb.display", {"a12345678": "x"}, "4.2", "$.verb.display.a12345678"),
    ("verb.display", {"en": 1}, "4.2", "$.verb.display.en"),
    ("verb.display", "answered", "4.2", "$.verb.display"),
    ("verb.id", "http://adlnet.gov/expapi/verbs/voided", "2.3.2", "$.object"),
    ("object", {"definition": {}}, "2.4.4.1", "$.object.id"),
    ("object.id", "", "4.3", "$.object.id"),
    ("object.objectType", "activity", "2.4.4", "$.object.objectType"),
    ("object", {"objectType": "Agent"}, "2.4.2.1", "$.object"),
    ("object", {"objectType": "StatementRef"}, "2.4.4.3", "$.object.id"),
    ("object", {**SUB, "id": UUID}, "2.2", "$.object.id"),
    ("object", {**SUB, "object": SUB}, "2.4.4.3", "$.object.object"),
    ("object", {"objectType": "SubStatement", "verb": SUB["verb"], "object": SUB["object"]}, "2.2", "$.object.actor"),
    ("object.definition.type", "quiz", "4.3", "$.object.definition.type"),
    ("object.definition.name", {"en": None}, "4.2", "$.object.definition.name.en"),
    ("object.definition.interactionType", "Choice", "2.4.4.1", "$.object.definition.interactionType"),
    ("object.definition.choices", [{"id": "a"}], "2.4.4.1", "$.object.definition.interactionType"),
    (
        "object.definition",
        {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]},
        "2.4.4.1",
        "$.object.definition.choices[1].id",
    ),
    ("object.definition", {"interactionType": "choice", "steps": []}, "2.4.4.1", "$.object.definition.steps"),
    (
        "object.definition",
        {"interactionType": "choice", "choices": [{"description": {}}]},
        "2.4.4.1",
        "$.object.definition.choices[0].id",
    ),
    (
        "object.definition",
        {"interactionType": "choice", "correctResponsesPattern": "a"},
        "2.4.4.1",
        "$.object.definition.correctResponsesPattern",
    ),
    ("object.definition.extensions", {"plain": 1}, "4.1", "$.object.definition.extensions.plain"),
    ("result.score", 1, "2.4.5.1", "$.result.score"),
    ("result.score.scaled", 1.01, "2.4.5.1", "$.result.score.scaled"),
    ("result.score.scaled", "1", "2.2", "$.result.score.scaled"),
    ("result.score", {"scaled": True}, "2.2", "$.result.score.scaled"),
    ("result.score", {"scaled": float("nan")}, "2.2", "$.result.score.scaled"),
    ("result.score", {"min": 2, "max": 2}, "2.4.5.1", "$.result.score.min"),
    ("result.score", {"raw": 3, "max": 2}, "2.4.5.1", "$.result.score.raw"),
    ("result.score", {"raw": 1, "min": 2}, "2.4.5.1", "$.result.score.raw"),
    ("result.success", "true", "2.2", "$.result.success"),
    ("result.response", ["a"], "2.2", "$.result.response"),
    ("result.duration", "8 s", "4.6", "$.result.duration"),
    ("result.duration", "P", "4.6", "$.result.duration"),
    ("result.duration", "PT", "4.6", "$.result.duration"),
    ("result.duration", "P4W1D", "4.6", "$.result.duration"),
    ("result.duration", "PT٤S", "4.6", "$.result.duration"),
    ("result.extensions", [], "4.1", "$.result.extensions"),
    ("context", [], "2.4.6", "$.context"),
    ("context.registration", 1, "4.4", "$.context.registration"),
    ("context.team", AGENT, "2.4.2.2", "$.context.team.objectType"),
    ("context.language", "en_GB", "2.4.6", "$.context.language"),
    ("context.language", "en-٤١٩", "2.4.6", "$.context.language"),
    ("context.language", "ar-a-aaa-b-bbb-A-ccc", "2.4.6", "$.context.language"),
    ("context.statement", {"objectType": "StatementRef"}, "2.4.4.3", "$.context.statement.id"),
    ("context.contextActivities", {"sibling": []}, "2.2", "$.context.contextActivities.sibling"),
    ("context.contextActivities", {"parent": [{}]}, "2.4.4.1", "$.context.contextActivities.parent[0].id"),
    ("timestamp", "2026-11-21", "4.5", "$.timestamp"),
    ("timestamp", "2026-02-30T10:00:00Z", "4.5", "$.timestamp"),
    ("timestamp", "2026-11-21T10:00:00-00:00", "4.5", "$.timestamp"),
    ("timestamp", "2026-11-21T10:00:00.٤Z", "4.5", "$.timestamp"),
    ("timestamp", 1, "4.5", "$.timestamp"),
    ("stored", "yesterday", "4.5", "$.stored"),
    ("version", "2.0.0", "2.4.10", "$.version"),
    ("version", "1.0.x", "2.4.10", "$.version"),
    ("version", "1.1.0", "2.4.10", "$.version"),
    ("version", "1.0.1٣", "2.4.10", "$.version"),
    ("actor", {"objectType": "Group", "member": []}, "2.4.2.2", "$.actor.member"),
    ("authority", {"objectType": "Group", "member": [AGENT]}, "2.4.9", "$.authority"),
    ("attachments", ATTACHMENT, "2.4.11", "$.attachments"),
    ("attachments", [{**ATTACHMENT, "length": "3"}], "2.4.11", "$.attachments[0].length"),
    ("attachments", [{**ATTACHMENT, "sha2": "x"}], "2.4.11", "$.attachments[0].sha2"),
    ("attachments", [{**ATTACHMENT, "contentType": "picture"}], "2.4.11", "$.attachments[0].contentType"),
    ("attachments", [{}], "2.4.11", "$.attachments[0].usageType"),
]


@pytest.mark.parametrize(("path", "value", "section", "where"), BAD, ids=[f"{i}-{row[3]}" for i, row in enumerate(BAD)])
def test_V2_what_breaks_a_rule_is_named_with_its_section(path, value, section, where):
    found = validate(changed(path, value))
    assert (where, section) in {(each.path, each.section) for each in found}


def test_revision_and_platform_are_for_activities_alone():
    statement = {**SMALLEST, "object": {"objectType": "Agent", **AGENT}, "context": {"platform": "x", "revision": "1"}}
    assert [(each.path, each.section) for each in validate(statement)] == [
        ("$.context.revision", "2.4.6"),
        ("$.context.platform", "2.4.6"),
    ]


def test_all_findings_come_at_once():
    found = validate({"id": 1, "actor": {}, "verb": {}, "object": {}, "timestamp": ""})
    assert len(found) == 5


def test_a_finding_reads_as_a_sentence():
    assert str(validate(changed("id", "x"))[0]) == "$.id: must be a UUID in standard form (xAPI Data 4.4)"


def test_a_version_without_rules_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match=r"no rules for xAPI 0\.95"):
        validate(SMALLEST, "0.95")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_V1_no_json_value_makes_it_raise(value):
    validate(value)


def paths(value, here=()):
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*here, key))


PLACES = list(paths(orjson.loads(orjson.dumps(decision()))))[1:]


@settings(max_examples=300)
@given(st.sampled_from(PLACES), JSON)
def test_V1_V3_a_statement_of_ours_damaged_anywhere_is_judged_without_being_changed(place, value):
    statement = orjson.loads(orjson.dumps(decision()))
    here = statement
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    before = copy.deepcopy(statement)
    validate(statement)
    assert repr(statement) == repr(before)
