"""Requests that no page of ours sends: huge, missing, twisted. Each route answers kindly, and a refusal changes nothing.

Made from the URL map and the rows of `test_visibility`, so that a new route is attacked from its first day on.
"""

import dataclasses
import inspect
import io
import logging
import re
import sys
from urllib.parse import urlencode

import pytest
import structlog
from flask import url_for
from sqlalchemy import event

from lms.kernel import logs
from lms.learning.people import access
from tests.application import MEMORY, PASSWORD
from tests.flows.test_visibility import CAST, rows, world

__all__ = ["world"]
PLANTED = "Planted-Blodwen"
"""Stands in every bad value: it must be in no log."""

BAD = {
    "missing": None,
    "empty": "",
    "NUL": f"{PLANTED}\0",
    "control": f"{PLANTED}\x1b[2J\x85\r\nX-Forged: 1",
    "huge": PLANTED * 500,
    "larger than any form": PLANTED * 20_000,
    "long": PLANTED + "x" * 190,
    "number": "9" * 40,
    "minus": "-9223372036854775809",
    "digits": "٣²",
    "surrogate": f"{PLANTED}\ud800",
    "noncharacter": f"{PLANTED}\uffff\U0010fffe",
    "right-to-left": f"{PLANTED}\u202e\u2066",
    "template": PLANTED + "{{ 7*7 }}${7*7}%(x)s%s{0}",
    "markup": f"<script>alert('{PLANTED}')</script>",
    "quote": f"'\"; DROP TABLE people_person; -- {PLANTED}",
    "pattern": "%_\\" * 20,
    "path": f"../../../etc/{PLANTED}",
    "key": "00000000-0000-4000-8000-000000000000",
}
ASKED = ("NUL", "control", "huge", "number", "surrogate", "markup", "template")
"""What is bad enough for every page's query."""

FORM = "application/x-www-form-urlencoded"
BODIES = {
    "without boundary": ("multipart/form-data", b"x"),
    "cut off": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="step"'),
    "a file for a field": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="step"; filename="../x"\r\n\r\n1\r\n--b--\r\n',
    ),
    "json": ("application/json", b'{"step": 1}'),
    "bytes that are no text": (FORM, b"step=%ff%fe&mail=%80&name=\xff&text=%00"),
    "ten thousand fields": (FORM, b"&".join(b"f%d=1" % n for n in range(10_000))),
    "one field ten thousand times": (FORM, b"&".join([b"option=x&answer=x"] * 5000)),
    "another charset": (f"{FORM}; charset=utf-7", b"step=+AAA-"),
}
PATHS = [
    "%00",
    "..%2f..%2f",
    "%ff%fe",
    "x" * 3000,
    "%0d%0aSet-Cookie:x",
    "'",
    "%F0%9F%92%A9",
    "%ED%A0%80",
    "{{7*7}}",
    "%",
]
QUERIES = [
    "%00",
    "=",
    "&&&=&",
    "page=-1",
    "page=1e9",
    "page=%00",
    "next=%ff",
    "words=%ed%a0%80",
    "page=1&page=x",
    "%",
    "a" * 50_000,
]
HEADERS = {
    "Accept": ["x" * 5000, ";;;q=z", "application/json;q=0.1,*/*;q=\xff", "text/html;q=1e999"],
    "Accept-Language": ["x" * 5000, "cy;q=q", "../../etc", "-"],
    "Range": ["bytes=9-1", "bytes=-", "bytes=0-99999999999999999999", "bytes=" + "0-1," * 2000, "x"],
    "If-None-Match": ['"', "W/", "x" * 5000],
    "If-Modified-Since": ["never", "Mon, 99 Foo 99999 99:99:99 GMT"],
    "Cookie": ["x" * 5000, "lms=.e30.x.y", "=;;=", "session=\xff"],
    "Referer": [f"http://evil.example/{PLANTED}"],
    "X-Request-ID": [f"{PLANTED}\x7f"],
    "X-Forwarded-For": [f"{PLANTED}, , ,"],
    "X-Forwarded-Host": ["evil.example"],
    "X-HTTP-Method-Override": ["DELETE"],
}


GOOD = {
    "people.create": {"mail": "new@example.org", "name": "Nia", "roles": "learner"},
    "people.enter": {"mail": "other@example.org", "password": PASSWORD, "next": "/"},
    "people.roles": {"roles": "learner"},
    "people.manager": {"manager": ""},
    "people.rename": {"name": "Nia"},
    "people.language": {"locale": "cy", "time_zone": "Europe/London"},
    "people.password": {"old": PASSWORD, "new": "four quiet green hills"},
    "people.ask_link": {"mail": "other@example.org"},
    "people.choose_password": {"new": "four quiet green hills"},
    "debrief.keep": {"helped": "I listened"},
    "debrief.draft": {"helped": "I listened"},
    "debrief.skip": {"reason": "another day"},
}
"""A good form for the acts that `test_visibility` sends without."""


def field_names(app):
    """The names of all fields that any view reads; those of debriefs come from content, these are some."""
    modules = {inspect.unwrap(view).__module__ for view in app.view_functions.values()}
    kinds = [
        kind
        for module in modules
        for kind in vars(sys.modules[module]).values()
        if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind.__module__ == module
    ]
    return sorted({each.name for kind in kinds for each in dataclasses.fields(kind)} | {"helped", "feeling-words"})


@pytest.fixture
def kept(store):
    """The statements that changed something and were committed; tries at passwords count whatever becomes of them."""
    waiting, kept = [], []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and "people_attempt" not in statement:
            waiting.append(statement)

    def keep(_connection):
        kept.extend(waiting)
        waiting.clear()

    event.listen(store.engine, "before_cursor_execute", note)
    event.listen(store.engine, "commit", keep)
    event.listen(store.engine, "rollback", lambda _connection: waiting.clear())
    return kept


@pytest.fixture
def log():
    """What the log holds."""
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


def who_may(row):
    """The one of the cast for whom a route is."""
    able = [who for who in CAST[1:] if row.statuses[CAST.index(who)] not in {403, 404}]
    return able[0] if able else "owner"


def faults(answer):
    """What is wrong with an answer, whatever was asked."""
    text = answer.get_data().decode("utf-8", errors="replace") if answer.mimetype != "application/pdf" else ""
    if answer.status_code >= 500:
        yield str(answer.status_code)
    if "Traceback" in text:
        yield "a traceback"
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        yield "control characters in the page"
    if "<script>alert" in text:
        yield "markup comes back as markup"
    if f"{PLANTED}49" in text:
        yield "a template was evaluated"
    if "X-Forged" in answer.headers or answer.headers.get("Location", "/").startswith(("//", "http")):
        yield "a header was forged"
    if answer.status_code >= 400 and len(text) > 100_000:
        yield "the answer is as huge as the question"


def address_of(app, row, things):
    with app.test_request_context(base_url=app.config["LMS_ADDRESS"]):
        return url_for(row.endpoint, **things[row.thing])


def forms(names, good):
    """The bad forms for an act: every field bad at once, and each alone beside good ones."""
    for kind, value in BAD.items():
        yield f"all {kind}", {} if value is None else dict.fromkeys(names, value)
        for name in good:
            rest = {key: each for key, each in good.items() if key != name}
            yield f"{name} {kind}", rest if value is None else {**rest, name: value}


def bodies(names, good):
    """The bad bodies for an act, with their type; each begins or ends with room for the form's token."""
    for kind, form in forms(names, good):
        yield kind, FORM, urlencode(form, errors="surrogatepass", encoding="utf-8").encode()
    for kind, (media_type, body) in BODIES.items():
        yield kind, media_type, body


@pytest.fixture
def fresh_link(store, world):
    """The address of a one-time link that the owner may use."""

    def make():
        with store.work() as uow:
            return access.make_link(uow, world.people["owner"].id).path

    return make


@pytest.fixture
def restore_password(store, world):
    """The owner has the usual password again, whatever was chosen."""

    def restore():
        with store.work() as uow:
            secret = access.make_link(uow, world.people["owner"].id).path.rpartition("/")[2]
            access.reset_password(uow, secret, new=PASSWORD, memory=MEMORY)

    return restore


def test_a_bad_form_is_refused_kindly_by_every_act_and_changes_nothing(
    app, world, new_client, sign_in, fresh_link, restore_password, kept, log
):
    wrong, done = [], set()
    names = field_names(app)
    for row in [row for row in rows() if row.method == "POST"]:
        address, person = address_of(app, row, world.things), world.people[who_may(row)]
        changes = True
        for kind, media_type, body in bodies(names, GOOD.get(row.endpoint) or world.forms.get(row.endpoint, {})):
            if changes:  # what was done may have ended the sign-in, used up the link, or chosen another password
                restore_password()
                address = fresh_link() if row.endpoint == "people.choose_password" else address
                browser = new_client() if row.statuses[0] != 303 else sign_in(person, new_client())
            kept.clear()
            answer = browser.post(
                address, data=body, content_type=media_type, csrf=False, headers={"X-CSRFToken": browser._token()}
            )
            wrong += [f"{row} with {kind}: {fault}" for fault in faults(answer)]
            changes = answer.status_code < 400
            done |= {row.endpoint} if changes and kept else set()
            if not changes and kept:
                wrong.append(f"{row} with {kind}: {answer.status_code}, and yet {kept}")
    assert "\n".join(wrong) == ""
    assert PLANTED not in log.getvalue()
    assert {"people.rename", "people.end_sign_ins", "attempts.start_practice", "debrief.draft"} <= done, (
        "good ones are done"
    )


def test_a_bad_address_or_question_is_answered_kindly_by_every_page(app, world, new_client, sign_in, kept, log):
    wrong = []
    names = field_names(app)
    for row in [row for row in rows() if row.method == "GET"]:
        browser = sign_in(world.people[who_may(row)], new_client())
        good = address_of(app, row, world.things)
        addresses = [f"{good}?{urlencode(dict.fromkeys(names, BAD[kind]), errors='surrogatepass')}" for kind in ASKED]
        addresses += [f"{good}?{query}" for query in QUERIES]
        for value in map(str, world.things[row.thing].values()):
            addresses += [good.replace(value, part) for part in PATHS]
        kept.clear()
        for address in addresses:
            answer = browser.get(address)
            wrong += [f"{row} at {address[:200]}: {fault}" for fault in faults(answer)]
        wrong += [f"{row} did {each}" for each in kept if "people_view" not in each]
    assert "\n".join(wrong) == ""
    assert PLANTED not in log.getvalue()


@pytest.mark.parametrize("path", ["/", "/people/sign-in", "/operations/ready", "/library/media/none", "/nowhere"])
def test_headers_that_no_browser_sends_do_no_harm(world, sign_in, log, path):
    browser = sign_in(world.people["owner"])
    wrong = [
        f"{header}: {value[:80]}: {fault}"
        for header, values in HEADERS.items()
        for value in values
        for fault in faults(browser.get(path, headers={header: value}))
    ]
    assert "\n".join(wrong) == ""
    assert PLANTED not in log.getvalue()
    assert "evil.example" not in browser.get(path, headers={"X-Forwarded-Host": "evil.example"}).text
