import copy

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engine.xapi.compare import differences, same
from lms.engine.xapi.references import agent_key, references, rename_accounts
from tests.engine.xapi.samples import NAMES, decision, everything

AGENT = {"mbox": "mailto:Nia@Example.org"}


def ours():
    return orjson.loads(orjson.dumps(decision()))


def with_(path, value):
    statement = ours()
    here = statement
    *way, last = path
    for step in way:
        here = here[step]
    here[last] = value
    return statement


NOT_COUNTED = {
    "stored": with_(["stored"], "2026-11-21T19:40:01Z"),
    "authority": with_(["authority"], AGENT),
    "version": with_(["version"], "1.0.0"),
    "display": with_(["verb", "display"], {"en": "chose"}),
    "definition": with_(["object", "definition"], {}),
    "time zone": with_(["timestamp"], "2026-11-21T20:40:00.123000+01:00"),
    "letter case of the id": with_(["id"], ours()["id"].upper()),
    "letter case of the registration": with_(["context", "registration"], ours()["context"]["registration"].upper()),
    "a single parent without its array": with_(
        ["context", "contextActivities", "parent"], ours()["context"]["contextActivities"]["parent"][0]
    ),
}


@pytest.mark.parametrize("what", NOT_COUNTED)
def test_C2_what_an_lrs_may_change_does_not_count(what):
    assert list(differences(ours(), NOT_COUNTED[what])) == []
    assert same(NOT_COUNTED[what], ours())


COUNTED = {
    "$.id": with_(["id"], "33333333-3333-4333-8333-333333333333"),
    "$.timestamp": with_(["timestamp"], "2026-11-21T19:40:00.124Z"),
    "$.actor.account.name": with_(["actor", "account", "name"], "somebody"),
    "$.result.duration": with_(["result", "duration"], "PT8.50S"),
    "$.result.response": with_(["result", "response"], "note"),
    "$.result.success": with_(["result", "success"], True),
    "$.context.extensions.https://w3id.org/xapi/ymarfer/extensions/offered[0]": with_(
        ["context", "extensions", "https://w3id.org/xapi/ymarfer/extensions/offered"], ["wait", "wait"]
    ),
    "$.verb.id": with_(["verb", "id"], "http://adlnet.gov/expapi/verbs/answered"),
}


@pytest.mark.parametrize("path", COUNTED)
def test_C3_everything_else_counts(path):
    assert list(differences(ours(), COUNTED[path])) == [path]


def test_the_order_of_members_does_not_count():
    one, two = {"mbox": "mailto:a@x.org"}, {"mbox": "mailto:b@x.org"}
    assert same(
        with_(["actor"], {"objectType": "Group", "member": [one, two]}),
        with_(["actor"], {"objectType": "Group", "member": [{"objectType": "Agent", **two}, one]}),
    )


def test_the_domain_of_a_mail_address_has_no_letter_case_but_its_beginning_has():
    assert same(with_(["actor"], AGENT), with_(["actor"], {"mbox": "mailto:Nia@example.ORG"}))
    assert not same(with_(["actor"], AGENT), with_(["actor"], {"mbox": "mailto:nia@example.org"}))


def test_true_is_not_one_and_a_32_bit_float_is_near_enough():
    third = with_(["result", "score"], {"scaled": 0.3333333333333333})
    assert same(third, with_(["result", "score"], {"scaled": 0.33333334}))
    assert not same(third, with_(["result", "score"], {"scaled": 0.3334}))
    assert not same(with_(["result", "success"], True), with_(["result", "success"], 1))


def test_an_id_or_timestamp_that_only_one_side_has_was_assigned_by_the_lrs():
    statement = ours()
    del statement["timestamp"]
    assert same(statement, ours())


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.000+14:00", "0001-01-01T00:00:00+13:00"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T22:59:59-13:00", "9999-12-31T23:59:59-12:01"),
    ],
)
def test_C2_an_instant_outside_the_calendar_of_utc_is_compared_as_any_other(one, other, later):
    first = with_(["timestamp"], one)
    assert same(first, first)
    assert same(first, with_(["timestamp"], other))
    assert not same(first, with_(["timestamp"], later))


@pytest.mark.parametrize("name", everything())
def test_C1_a_statement_is_itself(name):
    statement = everything()[name]
    assert same(statement, orjson.loads(orjson.dumps(statement)))


@given(st.sampled_from(sorted(everything())), st.sampled_from(sorted(everything())))
def test_C1_sameness_has_no_direction(one, other):
    left, right = everything()[one], everything()[other]
    assert same(left, right) == same(right, left) == (one == other)


def test_a_decision_speaks_of_its_actor_and_five_activities():
    assert {tuple(each) for each in references(decision())} == {
        ("agent", "account https://learn.example.org tOkEn", "actor"),
        ("activity", NAMES.decision("night-shift", "the-fall"), "object"),
        ("activity", NAMES.scenario("night-shift"), "parent"),
        ("activity", NAMES.course("safeguarding"), "grouping"),
        ("activity", "https://w3id.org/xapi/ymarfer/v1.0", "category"),
        ("activity", "https://w3id.org/xapi/virtual-patient/v1.0", "category"),
    }


def test_every_place_where_somebody_or_something_may_stand_is_found():
    ref = {"objectType": "StatementRef", "id": "33333333-3333-4333-8333-33333333333A"}
    inner = {"actor": {"openid": "https://x.org/o"}, "verb": {"id": "urn:v:v"}, "object": ref}
    statement = {
        "actor": {"objectType": "Group", "member": [{"mbox": "mailto:m@x.org"}]},
        "verb": {"id": "urn:v:v"},
        "object": {"objectType": "SubStatement", **inner},
        "authority": {"mbox_sha1sum": "ab" * 20},
        "context": {
            "instructor": AGENT,
            "team": {"objectType": "Group", "mbox": "mailto:t@x.org"},
            "statement": ref,
            "contextActivities": {"other": {"id": "urn:a:o"}},
        },
    }
    assert {tuple(each) for each in references(statement)} == {
        ("agent", "mbox mailto:m@x.org", "actor"),
        ("agent", f"mbox_sha1sum {'ab' * 20}", "authority"),
        ("agent", "openid https://x.org/o", "sub-actor"),
        ("statement", ref["id"].lower(), "sub-object"),
        ("agent", "mbox mailto:Nia@example.org", "instructor"),
        ("agent", "mbox mailto:t@x.org", "team"),
        ("statement", ref["id"].lower(), "context"),
        ("activity", "urn:a:o", "other"),
    }
    assert agent_key(statement["actor"]) is None


def test_our_accounts_get_another_name_wherever_they_stand_and_others_keep_theirs():
    mine = NAMES.actor("me")
    foreign = {"account": {"homePage": "https://other.example.org", "name": "me"}}
    statement = {
        "actor": {"objectType": "Group", "member": [mine, foreign]},
        "verb": {"id": "urn:v:v"},
        "object": {"objectType": "SubStatement", "actor": mine, "verb": {"id": "urn:v:v"}, "object": mine},
        "authority": mine,
        "context": {"instructor": mine, "team": {"objectType": "Group", "member": [mine]}, "platform": "me"},
    }
    before = copy.deepcopy(statement)
    renamed = rename_accounts(statement, NAMES.base, str.upper)
    text = orjson.dumps(renamed).decode()
    assert statement == before
    assert text.count('"name":"ME"') == 6
    assert text.count('"name":"me"') == 1
    assert renamed["context"]["platform"] == "me"
    assert rename_accounts(everything()["passed"], NAMES.base, lambda name: name) == everything()["passed"]
