"""The data of statements, as the LRS accepts and refuses it: at the top, and in a sub-statement."""

import copy

import pytest

from tests.records.lrs.conftest import ACTIVITY, AGENT, statement
from tests.records.lrs.meets import meets

UUID = "11111111-1111-4111-8111-111111111111"
REF = {"objectType": "StatementRef", "id": UUID}
GROUP = {"objectType": "Group", "member": [AGENT]}
ATTACHMENT = {
    "usageType": "https://example.org/u",
    "display": {"en": "A"},
    "contentType": "text/plain; charset=ascii",
    "length": 3,
    "sha2": "ab" * 32,
    "fileUrl": "https://example.org/f",
}
GONE = object()


def changed(given, path, value):
    """A copy of `given` with the value at a dotted path set, or removed."""
    made = copy.deepcopy(given)
    here = made
    *way, last = path.split("/")
    for step in way:
        here = here.setdefault(step, {})
    if value is GONE:
        del here[last]
    else:
        here[last] = copy.deepcopy(value)
    return made


def interaction(kind, **more):
    return {"id": ACTIVITY, "definition": {"interactionType": kind, **more}}


def attachment(**changes):
    return [{key: value for key, value in {**ATTACHMENT, **changes}.items() if value is not GONE}]


GOOD = [
    ("actor", {"objectType": "Agent", "name": "Nia", "openid": "https://nia.example.org"}),
    ("actor", {"mbox_sha1sum": "AB" * 20}),
    ("actor", {"account": {"homePage": "https://example.org", "name": "nia"}}),
    ("actor", {**GROUP, "name": "All of us"}),
    ("actor", {"objectType": "Group", "mbox": "mailto:us@example.org"}),
    ("verb/display", {"en-GB": "answered", "cy": "atebodd", "zh-Hant-TW": "x"}),
    ("object", {"objectType": "Agent", **AGENT}),
    ("object", GROUP),
    ("object", REF),
    ("object", interaction("choice", choices=[{"id": "a", "description": {"en": "A"}}])),
    ("object", interaction("likert", scale=[{"id": "a"}])),
    ("object", interaction("matching", source=[{"id": "a"}], target=[{"id": "a"}])),
    ("object", interaction("performance", steps=[{"id": "a"}])),
    ("object", interaction("sequencing", choices=[{"id": "a"}], correctResponsesPattern=["a"])),
    *(("object", interaction(kind)) for kind in ("true-false", "fill-in", "long-fill-in", "numeric", "other")),
    ("object/definition", {"type": "urn:a:t", "moreInfo": "https://example.org", "extensions": {"urn:a:e": None}}),
    ("result", {"score": {"scaled": -1, "raw": 2, "min": 1, "max": 3}, "success": False, "completion": True}),
    ("result", {"response": "", "extensions": {"urn:a:e": {}, "urn:a:f": ""}}),
    *(("result", {"duration": each}) for each in ("PT1H0M0.1S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W")),
    ("context/registration", UUID.upper()),
    ("context/instructor", AGENT),
    ("context/team", GROUP),
    ("context/language", "cy"),
    ("context/statement", REF),
    ("context/contextActivities", {key: {"id": "urn:a:b"} for key in ("parent", "grouping", "category", "other")}),
    ("context", {"revision": "2", "platform": "p", "extensions": {"urn:a:e": None}}),
    ("timestamp", "2008-09-15T15:53:00.601+00:00"),
    ("timestamp", "2008-09-15 15:53:00.601Z"),
    ("timestamp", "2008-09-15T15:53:00.601123Z"),
    ("attachments", attachment()),
    ("attachments", attachment(description={"en": "A"})),
]

BAD = [
    *((key, GONE) for key in ("actor", "verb", "object")),
    *((key, bad) for key in ("actor", "verb", "object") for bad in (None, 1, "x", [], {})),
    ("Actor", AGENT),
    ("extra", 1),
    ("actor/objectType", "agent"),
    ("actor/objectType", 1),
    ("actor/name", 1),
    ("actor/name", None),
    ("actor/mbox", "nia@example.org"),
    ("actor/mbox", "mailto:nia"),
    ("actor/mbox", ""),
    ("actor/openid", "https://nia.example.org"),
    ("actor", {"mbox_sha1sum": "xyz"}),
    ("actor", {"openid": "nia"}),
    ("actor", {"openid": ""}),
    ("actor", {"account": {"homePage": "https://example.org"}}),
    ("actor", {"account": {"name": "nia"}}),
    ("actor", {"account": {"homePage": "example.org", "name": "nia"}}),
    ("actor", {"account": {"homePage": "https://example.org", "name": 1}}),
    ("actor", {"account": "nia"}),
    ("actor", {**AGENT, "member": [AGENT]}),
    ("actor", {"objectType": "Group"}),
    ("actor", {"objectType": "Group", "member": []}),
    ("actor", {"objectType": "Group", "member": AGENT}),
    ("actor", {"objectType": "Group", "member": [{}]}),
    ("actor", {"objectType": "Group", "member": [GROUP]}),
    ("actor", {**GROUP, "mbox": "mailto:a@b.org", "openid": "https://b.org"}),
    ("verb/id", "answered"),
    ("verb/id", GONE),
    ("verb/display", "answered"),
    ("verb/display", {}),
    ("object/definition/name", {}),
    ("verb/display", {"en": 1}),
    ("verb/display", {"en": None}),
    ("verb/display", {"a12345": "x"}),
    ("verb/display", {"de-419-DE": "x"}),
    ("verb/Display", {"en": "x"}),
    ("object", AGENT),
    ("object", {"id": UUID}),
    ("object", {"objectType": "statementref", "id": UUID}),
    ("object", {"objectType": "StatementRef"}),
    ("object", {"objectType": "StatementRef", "id": "x"}),
    ("object", {"objectType": "Nothing", "id": ACTIVITY}),
    ("object/id", "activity"),
    ("object/definition", "x"),
    ("object/definition/name", {"x": 1}),
    ("object/definition/description", "x"),
    ("object/definition/type", "x"),
    ("object/definition/moreInfo", "x"),
    ("object/definition/moreInfo", None),
    ("object/definition/extensions", "x"),
    ("object/definition/extensions", {"no iri": 1}),
    ("object/definition/correctResponsesPattern", ["a"]),
    ("object", interaction("Choice")),
    ("object", interaction(1)),
    ("object", interaction("other", correctResponsesPattern="a")),
    ("object", interaction("other", correctResponsesPattern=[1])),
    *(
        ("object", interaction(kind, **{key: bad}))
        for kind, key in (
            ("choice", "choices"),
            ("likert", "scale"),
            ("matching", "source"),
            ("matching", "target"),
            ("performance", "steps"),
        )
        for bad in ("x", [1], [{}], [{"id": 1}], [{"id": "a"}, {"id": "a"}], [{"id": "a", "description": "x"}])
    ),
    ("object", interaction("choice", scale=[{"id": "a"}])),
    ("result", "x"),
    ("result/success", "true"),
    ("result/completion", "false"),
    ("result/response", 1),
    ("result/extensions", []),
    ("result/extensions", {"x": 1}),
    *(("result/duration", bad) for bad in ("PA1H0M0S", 12345, {}, "x", "P", "PT", "P0001-02-03T04:05:06")),
    ("result/score", "x"),
    ("result/score", {"max": "100"}),
    ("result/score", {"scaled": 1.1}),
    ("result/score", {"scaled": -1.1}),
    ("result/score", {"min": 2, "max": 1}),
    ("result/score", {"raw": 3, "max": 2}),
    ("result/score", {"raw": 0, "min": 1}),
    ("result/score", {"other": 1}),
    ("context/registration", "x"),
    ("context/registration", None),
    ("context/instructor", {"key": "x"}),
    ("context/instructor", "x"),
    ("context/team", AGENT),
    ("context/team", "x"),
    ("context/revision", 1),
    ("context/platform", {}),
    ("context/language", "a12345"),
    ("context/language", 1),
    ("context/statement", UUID),
    ("context/statement", {"objectType": "StatementRef", "id": "x"}),
    ("context/extensions", 1),
    ("context/contextActivities", "x"),
    ("context/contextActivities", {}),
    ("context/contextActivities", {"Parent": {"id": "urn:a:b"}}),
    ("context/contextActivities", {"parent": AGENT}),
    ("context/contextActivities", {"parent": [{"id": "urn:a:b"}, {"key": 1}]}),
    *(
        ("timestamp", bad)
        for bad in (
            "01/011/2015",
            "should fail",
            1,
            "2008-09-15T15:53:00.601-00",
            "2008-09-15T15:53:00.601-0000",
            "2008-09-15T15:53:00.601-00:00",
            "2008-02-30T15:53:00Z",
        )
    ),
    ("attachments", {}),
    ("attachments", ["x"]),
    *(("attachments", attachment(**{key: GONE})) for key in ("usageType", "display", "contentType", "length", "sha2")),
    ("attachments", attachment(usageType="x")),
    ("attachments", attachment(display="x")),
    ("attachments", attachment(description={})),
    ("attachments", attachment(display={"de-419-DE": "x"})),
    ("attachments", attachment(description=1)),
    ("attachments", attachment(contentType="x")),
    ("attachments", attachment(length="3")),
    ("attachments", attachment(length=1.5)),
    ("attachments", attachment(sha2="x")),
    ("attachments", attachment(sha2=1)),
    ("attachments", attachment(fileUrl="x")),
]

TOP_ALONE = [
    ("id", 12345),
    ("id", {}),
    ("id", "AA97B177-9383-4934-8543-0F91A7A028368"),
    ("id", "MA97B177-9383-4934-8543-0F91A7A02836"),
    ("id", "{11111111-1111-4111-8111-111111111111}"),
    ("stored", "x"),
    ("stored", "2008-09-15T15:53:00.601-00:00"),
    ("version", "0.9.9"),
    ("version", "1.1.0"),
    ("version", "x"),
    ("authority", "x"),
    ("authority", {"key": "x"}),
    ("authority", GROUP),
    ("authority", {"objectType": "Group", "member": [AGENT] * 3}),
    ("authority", {"objectType": "Group", "mbox": "mailto:a@b.org", "member": [AGENT, AGENT]}),
]

SUB_ALONE = [
    *((key, value) for key, value in (("id", UUID), ("stored", "2008-09-15T15:53:00Z"), ("version", "1.0.0"))),
    ("authority", AGENT),
    ("object", {"objectType": "SubStatement", **{key: statement()[key] for key in ("actor", "verb", "object")}}),
]


def sub(given):
    inner = {key: value for key, value in given.items() if key != "id"}
    return statement(object={**inner, "objectType": "SubStatement"})


@meets(
    *range(24, 26), 31, 32, 33, 34, 36, 38, 39, 40, 41, 42, 43, *range(49, 63), *range(65, 67), 73, 74, 75, 76, 77,
    78, *range(79, 84), 86, 87, 88, 89, 90, 91, 92, 93, 94, 101, *range(102, 108), 118, 121, 123, 124,
)  # fmt: skip
def test_what_the_texts_allow_is_accepted(tool):
    for path, value in GOOD:
        for given in (changed(statement(), path, value), sub(changed(statement(), path, value))):
            answer = tool.ask("POST", "statements", body=given)
            assert answer.status_code == 200, (path, value, answer.text)
    for version in ("1.0", "1.0.9", "1.0.0"):
        assert tool.ask("POST", "statements", body=statement(version=version)).status_code == 200


@meets(
    1, *range(3, 12), 13, 22, 24, 25, *range(27, 67), *range(72, 96), *range(98, 108), 118, 120, 121, 123, 124,
)  # fmt: skip
def test_what_the_texts_forbid_is_refused_and_the_answer_says_where_and_by_which_section(tool):
    cases = [(path, value, changed(statement(), path, value)) for path, value in (*BAD, *TOP_ALONE)]
    cases += [(path, value, sub(changed(statement(), path, value))) for path, value in BAD]
    for path, value, given in cases:
        answer = tool.ask("POST", "statements", body=given)
        assert answer.status_code == 400, (path, value)
        problems = answer.json["error"]["problems"]
        text = "xAPI Data" if tool.version == "1.0.3" else "IEEE 9274.1.1"
        assert problems, (path, value)
        assert all(f"({text} " in each for each in problems)
    assert tool.found() == []


@meets(67, 68, 69, 70, 71)
def test_a_sub_statement_has_no_id_stored_version_or_authority_and_holds_no_other(tool):
    inner = {key: value for key, value in statement().items() if key != "id"}
    for path, value in SUB_ALONE:
        given = statement(object={**inner, path: value, "objectType": "SubStatement"})
        assert tool.ask("POST", "statements", body=given).status_code == 400, path


@meets(84, 85)
def test_revision_and_platform_are_for_activities(tool):
    for key in ("revision", "platform"):
        for target in (REF, {"objectType": "Agent", **AGENT}, GROUP):
            given = statement(object=target, context={key: "x"})
            assert tool.ask("POST", "statements", body=given).status_code == 400
        assert tool.ask("POST", "statements", body=statement(context={key: "x"})).status_code == 200


RELATED = [
    ("contextAgents", "contextAgent", "agent", AGENT, {"key": "x"}),
    ("contextGroups", "contextGroup", "group", GROUP, AGENT),
]


@pytest.mark.parametrize(("key", "kind", "inner", "good", "bad"), RELATED)
@meets("4.2.2.5")
def test_2_0_0_adds_context_agents_and_groups(first, second, key, kind, inner, good, bad):
    def context(**changes):
        each = {"objectType": kind, inner: good, "relevantTypes": ["urn:a:t"], **changes}
        return statement(context={key: [{name: value for name, value in each.items() if value is not GONE}]})

    assert second.ask("POST", "statements", body=context()).status_code == 200
    assert second.ask("POST", "statements", body=context(relevantTypes=GONE)).status_code == 200
    assert second.ask("POST", "statements", body=sub(context())).status_code == 200
    assert first.ask("POST", "statements", body=context()).status_code == 400
    for wrong in (
        context(objectType="x"),
        context(objectType=GONE),
        context(**{inner: bad}),
        context(**{inner: GONE}),
        context(relevantTypes=[]),
        context(relevantTypes=["abc"]),
        context(other=1),
        statement(context={key: {}}),
    ):
        answer = second.ask("POST", "statements", body=wrong)
        assert answer.status_code == 400
        assert "IEEE 9274.1.1 4.2" in answer.text
        assert second.ask("POST", "statements", body=sub(wrong)).status_code == 400
