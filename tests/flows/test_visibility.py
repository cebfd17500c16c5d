"""Who sees what: every route, every role, somebody else's objects. A route without a row here fails the build.

The cast: `owner`, whose things they are · `other`, another learner · `trainer` · `manager`, the owner's own ·
`stranger`, a manager of other people · `admin` · `nobody`, not signed in.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import select

from lms.base.web.routing import policies
from lms.features.certificates import service as certificates
from lms.features.certificates.job import make_pdfs
from lms.features.debrief import service as debriefs
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import CertificateDue
from lms.learning.library import service as library
from lms.learning.people import access
from lms.records.lrs import clients
from lms.records.lrs.tables import lrs_statement
from lms.records.tracking import endpoints
from lms.records.tracking.vault import Vault
from tests.learning.walks import (
    COURSE,
    QUIZ,
    SCENARIO,
    WORDS,
    answer_all,
    best_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)

CAST = ("nobody", "owner", "other", "trainer", "manager", "stranger", "admin")
SECRET = "what nobody else may ever read"

EVERYONE = "200 200 200 200 200 200 200"
SIGNED_IN = "303 200 200 200 200 200 200"
OWNER = "303 200 404 404 404 404 404"
TRAINER = "303 403 403 200 403 403 403"
MANAGERS = "303 403 403 403 200 200 403"
OWN_MANAGER = "303 403 403 403 200 404 403"
READERS = "303 403 403 200 403 403 200"
ADMIN = "303 403 403 403 403 403 200"
DOES = "303 303 303 303 303 303 303"
OWNER_DOES = "303 303 404 404 404 404 404"
ADMIN_DOES = "303 403 403 403 403 403 303"
NO_CREDENTIALS = "401 401 401 401 401 401 401"
"""To have signed in says nothing where other programs ask."""
NO_METHOD = "405 405 405 405 405 405 405"
ON_COURSE = OWNER
"""A lesson of a course is there for who is on it."""

MATRIX = """
GET  home.index                 -            SIGNED_IN
GET  attempts.show              practice     OWNER
GET  attempts.show              assessed     OWNER
GET  attempts.show              quiz         OWNER
GET  attempts.away              practice     OWNER
GET  attempts.summary           practice     OWNER
POST attempts.begin             practice     OWNER_DOES
POST attempts.decide            practice     OWNER_DOES
POST attempts.timing            practice     OWNER_DOES
POST attempts.go_again          practice     303 404 404 404 404 404 404
POST attempts.answer            quiz         OWNER_DOES
POST attempts.go_on             quiz         OWNER_DOES
POST attempts.read_summary      practice     OWNER_DOES
GET  attempts.activity          activity     OWNER
POST attempts.start_activity    activity     OWNER_DOES
POST attempts.start_practice    scenario     DOES
GET  certificates.mine          -            SIGNED_IN
GET  certificates.of            person       303 403 403 200 200 404 200
GET  certificates.show          certificate  EVERYONE
GET  certificates.pdf           certificate  OWNER
GET  debrief.begin              practice     OWNER_DOES
GET  debrief.begin              assessed     OWNER_DOES
GET  debrief.screen             screen       OWNER
GET  debrief.skipping           practice     OWNER
POST debrief.start              practice     OWNER_DOES
POST debrief.keep               screen       OWNER_DOES
POST debrief.draft              screen       OWNER_DOES
POST debrief.skip               practice     OWNER_DOES
GET  enrolment.catalogue        -            SIGNED_IN
GET  enrolment.course           course       SIGNED_IN
GET  enrolment.lesson           lesson       ON_COURSE
POST enrolment.lesson_done      lesson       OWNER_DOES
POST enrolment.enrol            course       DOES
GET  insights.library           -            TRAINER
GET  insights.course            course       TRAINER
POST insights.enrol             course       303 403 403 303 403 403 403
POST insights.put               person       ADMIN_DOES
GET  insights.story             scenario     TRAINER
GET  insights.picture           scenario     TRAINER
GET  insights.counted_try       assessed     TRAINER
GET  insights.counted_try       quiz         TRAINER
GET  insights.counted_try       practice     303 403 403 404 403 403 403
GET  insights.person            person       ADMIN
GET  library.media              media        303 404 404 404 404 404 404
GET  operations.live            -            EVERYONE
GET  operations.ready           -            EVERYONE
GET  operations.metric_lines    -            EVERYONE
GET  lrs.index                  -            ADMIN
POST lrs.add                    -            303 403 403 403 403 403 422
POST lrs.rotate                 client       303 403 403 403 403 403 200
POST lrs.revoke                 client       ADMIN_DOES
GET  xapi.first                 resource     NO_CREDENTIALS
PUT  xapi.first                 resource     NO_CREDENTIALS
POST xapi.first                 resource     NO_CREDENTIALS
DELETE xapi.first               resource     NO_METHOD
GET  xapi.second                resource     NO_CREDENTIALS
PUT  xapi.second                resource     NO_CREDENTIALS
POST xapi.second                resource     NO_CREDENTIALS
DELETE xapi.second              resource     NO_METHOD
GET  people.index               -            ADMIN
GET  people.add                 -            ADMIN
POST people.create              -            303 403 403 403 403 403 422
GET  people.show                person       ADMIN
POST people.make_link           person       303 403 403 403 403 403 200
POST people.manager             person       ADMIN_DOES
POST people.roles               person       303 403 403 403 403 403 422
POST people.end_sign_ins        person       ADMIN_DOES
GET  people.erasing             person       ADMIN
POST people.erase               person       303 403 403 403 403 403 422
GET  people.views               -            ADMIN
GET  people.profile             -            SIGNED_IN
POST people.language            -            303 422 422 422 422 422 422
POST people.rename              -            303 422 422 422 422 422 422
POST people.password            -            303 422 422 422 422 422 422
POST people.sign_out_everywhere -            DOES
GET  people.sign_in             -            200 303 303 303 303 303 303
POST people.enter               -            422 422 422 422 422 422 422
POST people.sign_out            -            DOES
GET  people.forgotten           -            EVERYONE
POST people.ask_link            -            422 422 422 422 422 422 422
GET  people.reset               secret       404 404 404 404 404 404 404
POST people.choose_password     secret       404 404 404 404 404 404 404
GET  record.mine                -            SIGNED_IN
GET  record.everything          -            SIGNED_IN
GET  statements.index           -            READERS
GET  statements.download        -            READERS
GET  statements.one             decision     303 403 403 200 403 403 404
GET  statements.one             lesson-done  READERS
GET  statements.one             practised    303 403 403 404 403 403 404
GET  teams.index                -            MANAGERS
GET  teams.member               person       OWN_MANAGER
POST teams.assign               assignment   303 403 403 403 303 404 403
GET  tracking.index             -            ADMIN
POST tracking.retry             endpoint     ADMIN_DOES
POST tracking.pause             endpoint     ADMIN_DOES
POST tracking.resume            endpoint     ADMIN_DOES
"""


@dataclass(frozen=True)
class Row:
    """One line of the matrix: an act on one of the owner's things, and the status each of the cast gets."""

    method: str
    endpoint: str
    thing: str
    statuses: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.thing}"


def rows() -> list[Row]:
    found = []
    for line in MATRIX.strip().splitlines():
        method, endpoint, thing, *rest = line.split()
        words = globals()[rest[0]].split() if len(rest) == 1 else rest
        found.append(Row(method, endpoint, thing, tuple(map(int, words))))
    return found


@dataclass
class World:
    """The cast, and the owner's things."""

    people: dict[str, Any]
    things: dict[str, dict[str, Any]]
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    practice: str = ""


def statement_ids(store) -> dict[str, dict[str, Any]]:
    """One statement of each kind that not everybody may read."""
    found = {}
    with store.work() as uow:
        for row in uow.connection.execute(select(lrs_statement)):
            verb, kind = (
                row.verb.rsplit("/", 1)[-1],
                json.loads(row.body)["object"].get("definition", {}).get("type", ""),
            )
            if row.private:
                found["practised"] = {"statement_id": row.id}
            elif verb == "responded":
                found["decision"] = {"statement_id": row.id}
            elif verb == "completed" and kind.endswith("/lesson"):
                found["lesson-done"] = {"statement_id": row.id}
    return found


@pytest.fixture
def world(store, settings, shipped, make_person) -> World:
    people = {
        "manager": make_person("manager@example.org", name="Rhian Morgan", roles=("learner", "manager")),
        "stranger": make_person("stranger@example.org", name="Huw Price", roles=("learner", "manager")),
        "trainer": make_person("trainer@example.org", name="Gareth Pugh", roles=("learner", "trainer")),
        "admin": make_person("admin@example.org", name="Siân Powell", roles=("learner", "admin")),
        "other": make_person("other@example.org", name="Tom Nowak"),
    }
    owner = people["owner"] = make_person("owner@example.org", name="Amina Yusuf", manager=people["manager"])
    practice = play(store, owner, start_practice(store, owner).id)
    read_lessons(store, owner)
    quiz = answer_all(store, owner, start_quiz(store, owner).id)
    assessed = play(store, owner, start_assessed(store, owner).id, best_action)
    for attempt in (practice, assessed):
        with store.work() as uow:
            debriefs.begin(uow, owner, attempt.id)
        with store.work() as uow:
            debriefs.keep(uow, owner, attempt.id, "feelings", {"feeling": "tense", "feeling-words": SECRET})
    with store.work() as uow:
        access.make_link(uow, owner.id)
        registration = enrolment.find_registration(uow, owner.id, COURSE)
        version = library.get_card(uow, "course", COURSE).version
        uow.publish(CertificateDue(registration, owner.token, version))
        (certificate,) = certificates.list_of(uow, owner.id)
        endpoints.add_endpoint(
            uow,
            Vault(settings.data),
            name="health-board",
            url="https://lrs.example.org/xapi",
            username="u",
            password="p",
        )
        clients.add_client(uow, "dashboard", ["all"])
    make_pdfs(store, settings)
    return World(
        people,
        {
            "-": {},
            "practice": {"attempt_id": practice.id},
            "assessed": {"attempt_id": assessed.id},
            "quiz": {"attempt_id": quiz.id},
            "activity": {"course_id": COURSE, "activity_id": QUIZ},
            "scenario": {"scenario_id": SCENARIO},
            "screen": {"attempt_id": practice.id, "name": "helped"},
            "course": {"course_id": COURSE},
            "lesson": {"course_id": COURSE, "lesson_id": "noticing"},
            "media": {"digest": "0" * 64},
            "person": {"person_id": owner.id},
            "certificate": {"certificate_id": certificate.facts.id},
            "secret": {"secret": "not-a-link"},
            "assignment": {},
            "endpoint": {"name": "health-board"},
            "client": {"name": "dashboard"},
            "resource": {"resource": "statements"},
            **statement_ids(store),
        },
        {
            "attempts.decide": {"step": "0", "choice": "promise"},
            "attempts.timing": {"timing": "2"},
            "attempts.go_again": {"step": "0"},
            "attempts.answer": {"step": "0", "answer": "x"},
            "attempts.go_on": {"step": "0"},
            "teams.assign": {"course": COURSE, "person": str(owner.id)},
            "insights.enrol": {"mails": "owner@example.org"},
            "insights.put": {"course": COURSE},
        },
        str(practice.id),
    )


def test_every_route_has_a_row(app):
    listed = {(row.method, row.endpoint) for row in rows()}
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint in policies(app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert listed == routes


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_gets_what_the_matrix_says_and_reads_nobody_elses_words(app, world, new_client, sign_in, who):
    wrong = []
    for row in rows():
        browser = new_client()
        if who != "nobody":
            sign_in(world.people[who], browser)
        with app.test_request_context(base_url=app.config["LMS_ADDRESS"]):
            address = url_for(row.endpoint, **world.things[row.thing])
        if row.method == "POST":
            answer = browser.post(address, data=world.forms.get(row.endpoint, {}))
        else:
            answer = browser.open(address, method=row.method)
        if answer.status_code != row.statuses[CAST.index(who)]:
            wrong.append(f"{row}: {answer.status_code}, the matrix says {row.statuses[CAST.index(who)]}")
        if who != "owner" and answer.status_code not in range(300, 400):
            for private in (SECRET, WORDS, world.practice, "owner@example.org"):
                if private in answer.text and not (private.endswith(".org") and who == "admin"):
                    wrong.append(f"{row} shows {private!r}")  # noqa: PERF401 - two loops read better than one line
    assert wrong == []


def test_the_owner_does_read_their_own_words_and_finds_their_practice(world, sign_in):
    browser = sign_in(world.people["owner"])
    everything = browser.get("/record/everything.json").text
    assert SECRET in everything
    assert world.practice in everything
    assert world.practice in browser.get("/record/").text


def test_whose_record_was_opened_can_see_by_whom(world, new_client, sign_in):
    sign_in(world.people["manager"], new_client()).get(f"/teams/{world.people['owner'].id}")
    sign_in(world.people["trainer"], new_client()).get(f"/insights/tries/{world.things['assessed']['attempt_id']}")
    page = sign_in(world.people["owner"]).get("/people/profile").text
    assert "Rhian Morgan" in page
    assert "Gareth Pugh" in page
