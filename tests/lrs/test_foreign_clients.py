"""Clients that others wrote use the LRS as their users would: tincan in Python, @xapi/xapi in a browser of another origin."""

import json
import threading
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import tincan
from werkzeug.serving import make_server

from lms.app import create_app, open_store
from lms.kernel.settings import load
from lms.records.lrs import clients

HERE = Path(__file__).parent
BUNDLE = HERE / "vendor" / "xapi" / "XAPI.umd.js"
pytestmark = pytest.mark.network


@contextmanager
def serving(app):
    """Serve a WSGI application on a free port; yields the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def lrs(tmp_path, database_url):
    """(address, key, secret) of a running LRS; pages of `elsewhere` may ask it."""
    hold = {}

    def late(environ, start):
        return hold["app"](environ, start)

    with serving(late) as port, serving(_page) as other:
        settings = load(
            {
                "LMS_DATA": str(tmp_path / "data"),
                "LMS_CONTENT": str(tmp_path),
                "LMS_DATABASE_URL": database_url,
                "LMS_PORT": str(port),
            }
        )
        store = open_store(settings)
        hold["app"] = create_app(settings, store, secret_key="for tests only")
        elsewhere = f"http://localhost:{other}"
        with store.work() as uow:
            made, secret = clients.add_client(uow, "content", ["all"], origins=[elsewhere])
        yield f"http://127.0.0.1:{port}", made.key, secret, elsewhere
        store.engine.dispose()


def _page(environ, start):
    """A site of another origin: a page, and the client's bundle."""
    if environ["PATH_INFO"] == "/xapi.js":
        start("200 OK", [("Content-Type", "text/javascript")])
        return [BUNDLE.read_bytes()]
    start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!doctype html><title>Content</title><script src=/xapi.js></script>"]


# ── tincan ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def remote(lrs):
    address, key, secret, _elsewhere = lrs
    return tincan.RemoteLRS(endpoint=f"{address}/xapi/", version="1.0.3", username=key, password=secret)


ACTIVITY = tincan.Activity(
    id="https://example.org/fall",
    definition=tincan.ActivityDefinition(
        name=tincan.LanguageMap({"en-GB": "Fall", "cy": "Cwymp"}), type="http://adlnet.gov/expapi/activities/simulation"
    ),
)
AGENT = tincan.Agent(account=tincan.AgentAccount(home_page="https://sso.example.org", name="l-1"))


def statement(**more):
    verb = tincan.Verb(id="http://adlnet.gov/expapi/verbs/passed", display=tincan.LanguageMap({"en-GB": "passed"}))
    context = tincan.Context(
        registration=str(uuid4()), context_activities=tincan.ContextActivities(parent=[tincan.Activity(id="urn:a:p")])
    )
    score = tincan.Score(scaled=0.5, raw=5, min=0, max=10)
    return tincan.Statement(
        actor=AGENT,
        verb=verb,
        object=ACTIVITY,
        context=context,
        result=tincan.Result(score=score, success=True),
        **more,
    )


def test_tincan_asks_about_the_lrs(remote):
    answer = remote.about()
    assert answer.success
    assert answer.content.version == ["1.0.3"]


def test_tincan_sends_statements_and_finds_them(remote):
    one = statement(id=str(uuid4()))
    assert remote.save_statement(one).success
    assert remote.save_statement(one).success  # again
    two = remote.save_statement(statement()).content
    batch = remote.save_statements([statement(), statement()])
    assert batch.success
    found = remote.retrieve_statement(str(one.id)).content
    assert found.result.score.raw == 5
    assert found.authority.account.home_page == remote.endpoint.removesuffix("/xapi/")
    asked = {"agent": AGENT, "verb": one.verb, "activity": ACTIVITY, "limit": 2, "format": "canonical"}
    page = remote.query_statements(asked).content
    assert len(page.statements) == 2
    more = remote.more_statements(page).content
    assert [str(each.id) for each in (*page.statements, *more.statements)][-2:] == [str(two.id), str(one.id)]
    assert remote.query_statements({"registration": one.context.registration}).content.statements[0].id == one.id
    parent = tincan.Activity(id="urn:a:p")
    assert len(remote.query_statements({"activity": parent, "related_activities": "true"}).content.statements) == 4
    void = tincan.Statement(
        actor=AGENT,
        verb=tincan.Verb(id="http://adlnet.gov/expapi/verbs/voided"),
        object=tincan.StatementRef(id=str(one.id)),
    )
    assert remote.save_statement(void).success
    assert not remote.retrieve_statement(str(one.id)).success
    assert remote.retrieve_voided_statement(str(one.id)).content.id == one.id


def test_tincan_sends_an_attachment_by_its_address(remote):
    attached = tincan.Attachment(
        usage_type="https://example.org/u", display={"en": "A"}, content_type="text/plain", length=3, sha2="ab" * 32,
        fileurl="https://example.org/a",
    )  # fmt: skip
    given = statement(attachments=[attached])
    kept = remote.retrieve_statement(str(remote.save_statement(given).content.id)).content
    assert kept.attachments[0].sha2 == "ab" * 32


def test_tincan_keeps_documents_of_each_kind(remote):
    state = tincan.StateDocument(
        id="s", activity=ACTIVITY, agent=AGENT, content='{"page": 3}', content_type="application/json"
    )
    assert remote.save_state(state).success
    kept = remote.retrieve_state(ACTIVITY, AGENT, "s").content
    assert json.loads(kept.content) == {"page": 3}
    other = tincan.StateDocument(id="t", activity=ACTIVITY, agent=AGENT, content="x")
    assert remote.save_state(other).success
    assert remote.retrieve_state_ids(ACTIVITY, AGENT).content == ["s", "t"]
    assert remote.retrieve_state_ids(ACTIVITY, AGENT, registration=str(uuid4())).content == []
    assert remote.delete_state(state).success
    assert remote.clear_state(ACTIVITY, AGENT).success
    assert remote.retrieve_state_ids(ACTIVITY, AGENT).content == []
    for kind, save, get, ids, delete, about in (
        (tincan.ActivityProfileDocument, remote.save_activity_profile, remote.retrieve_activity_profile, remote.retrieve_activity_profile_ids, remote.delete_activity_profile, {"activity": ACTIVITY}),
        (tincan.AgentProfileDocument, remote.save_agent_profile, remote.retrieve_agent_profile, remote.retrieve_agent_profile_ids, remote.delete_agent_profile, {"agent": AGENT}),
    ):  # fmt: skip
        (thing,) = about.values()
        made = {"id": "p", "content_type": "application/json", **about}
        new = kind(content='{"a": 1}', **made)
        assert not save(new).success, "1.0.3 asks for If-None-Match, which tincan cannot send"
        remote.version = "1.0.2"
        assert save(new).success
        remote.version = "1.0.3"
        answer = get(thing, "p")
        assert json.loads(answer.content.content) == {"a": 1}
        etag = answer.response.getheader("ETag")  # tincan looks for it in the wrong place
        assert not save(kind(content='{"a": 2}', **made)).success, "it must look first"
        assert save(kind(content='{"a": 2}', etag=etag, **made)).success
        assert json.loads(get(thing, "p").content.content) == {"a": 2}
        assert ids(thing).content == ["p"]
        assert delete(kind(**made)).success
        assert ids(thing).content == []


# ── @xapi/xapi ────────────────────────────────────────────────────────────────────────────────────────────────────

SCRIPT = """
async ([endpoint, key, secret, version]) => {
  const xapi = new XAPI({endpoint, auth: XAPI.toBasicAuth(key, secret), version});
  const agent = {objectType: "Agent", mbox: "mailto:nia@example.org"};
  const activity = {id: "https://example.org/fall", definition: {name: {"en-GB": "Fall", "cy": "Cwymp"}}};
  const statement = (more) => ({actor: agent, verb: {id: "urn:a:tried", display: {"en": "tried"}}, object: activity, ...more});
  const told = {};
  told.about = (await xapi.getAbout()).data.version;
  const [one] = (await xapi.sendStatement({statement: statement()})).data;
  const ids = (await xapi.sendStatements({statements: [statement(), statement({result: {response: "ŵ"}})]})).data;
  told.sent = ids.length;
  told.one = (await xapi.getStatement({statementId: one})).data.verb.id;
  const page = (await xapi.getStatements({agent, limit: 2, format: "ids"})).data;
  told.page = page.statements.length;
  told.more = (await xapi.getMoreStatements({more: page.more})).data.statements.length;
  await xapi.voidStatement({actor: agent, statementId: one});
  told.voided = (await xapi.getVoidedStatement({voidedStatementId: one})).data.id === one;
  told.gone = await xapi.getStatement({statementId: one}).then(() => 200, (error) => error.response.status);
  const text = new TextEncoder().encode("attached ŵ").buffer;
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", text)), (each) => each.toString(16).padStart(2, "0")).join("");
  const header = {usageType: "urn:a:u", display: {en: "A"}, contentType: "text/plain", length: text.byteLength, sha2: hash};
  const [attached] = (await xapi.sendStatement({statement: statement({attachments: [header]}), attachments: [text]})).data;
  const answer = (await xapi.getStatement({statementId: attached, attachments: true})).data;
  told.parts = answer.length;
  const place = {agent, activityId: activity.id, stateId: "s"};
  await xapi.createState({...place, state: {page: 1}});
  await xapi.setState({...place, state: {page: 2}, etag: (await xapi.getState(place)).headers.etag, matchHeader: "If-Match"});
  told.state = (await xapi.getState(place)).data;
  told.states = (await xapi.getStates({agent, activityId: activity.id})).data;
  await xapi.deleteState({...place});
  await xapi.deleteStates({agent, activityId: activity.id});
  const inside = {activityId: activity.id, profileId: "p"};
  await xapi.createActivityProfile({...inside, profile: {a: 1}});
  const tag = (await xapi.getActivityProfile(inside)).headers.etag;
  await xapi.setActivityProfile({...inside, profile: {a: 2}, etag: tag, matchHeader: "If-Match"});
  told.profile = (await xapi.getActivityProfile(inside)).data;
  told.profiles = (await xapi.getActivityProfiles({activityId: activity.id})).data;
  await xapi.deleteActivityProfile(inside);
  const person = {agent, profileId: "p"};
  await xapi.createAgentProfile({...person, profile: {a: 1}});
  told.ofAgent = (await xapi.getAgentProfile(person)).data;
  told.ofAgents = (await xapi.getAgentProfiles({agent})).data;
  await xapi.deleteAgentProfile(person);
  told.person = (await xapi.getAgent({agent})).data;
  told.activity = (await xapi.getActivity({activityId: activity.id})).data.definition.name;
  told.wrong = await xapi.getStatements({verb: "no iri"}).then(() => "", (error) => error.response.data.error.section);
  return told;
}
"""


@pytest.mark.browser
def test_a_page_of_another_origin_uses_every_resource(lrs, browser):
    address, key, secret, elsewhere = lrs
    page = browser.new_page()
    page.goto(elsewhere)
    told = page.evaluate(SCRIPT, [f"{address}/xapi/", key, secret, "1.0.3"])
    page.close()
    assert told == {
        "about": ["1.0.3"],
        "sent": 2,
        "one": "urn:a:tried",
        "page": 2,
        "more": 1,
        "voided": True,
        "gone": 404,
        "parts": 2,
        "state": {"page": 2},
        "states": ["s"],
        "profile": {"a": 2},
        "profiles": ["p"],
        "ofAgent": {"a": 1},
        "ofAgents": ["p"],
        "person": {"objectType": "Person", "mbox": ["mailto:nia@example.org"]},
        "activity": {"en-GB": "Fall", "cy": "Cwymp"},
        "wrong": "xAPI Communication 2.1.3",
    }


@pytest.mark.browser
def test_a_page_of_an_origin_that_nobody_declared_may_not_ask(lrs, browser):
    address, key, secret, elsewhere = lrs
    page = browser.new_page()
    page.goto(elsewhere.replace("localhost", "127.0.0.1"))
    ask = "([endpoint, key, secret]) => new XAPI({endpoint, auth: XAPI.toBasicAuth(key, secret)}).getStatements().then(() => 'answered', (error) => error.code)"
    assert page.evaluate(ask, [f"{address}/xapi/", key, secret]) == "ERR_NETWORK"
    page.close()
