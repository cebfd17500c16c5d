"""Somebody who has done the whole shipped course, and what was issued to them."""

from collections.abc import Callable
from typing import Any

import pytest

from lms.base.store.work import Store
from lms.features.certificates import service
from lms.features.certificates.job import make_pdfs
from lms.features.certificates.model import Certificate, Facts
from lms.features.debrief import service as debriefs
from lms.learning.people.model import Person
from tests.learning.walks import answer_all, best_action, play, read_lessons, start_assessed, start_quiz


@pytest.fixture
def learner(make_person, shipped) -> Person:
    return make_person("menna@example.org", name="Menna Llŷr-Wŷn")


@pytest.fixture
def take_course(store: Store) -> Callable[[Any], None]:
    """take_course(person) does all that the shipped course asks for; the debrief is left out on purpose."""

    def take(me: Any) -> None:
        read_lessons(store, me)
        answer_all(store, me, start_quiz(store, me).id)
        attempt = play(store, me, start_assessed(store, me).id, best_action)
        with store.work() as uow:
            debriefs.skip(uow, me, attempt.id, "I want to be alone with it")

    return take


@pytest.fixture
def issued(store, learner, take_course) -> Certificate:
    take_course(learner)
    with store.work() as uow:
        (found,) = service.list_of(uow, learner.id)
    return found


@pytest.fixture
def printed(store, settings, issued) -> Certificate:
    """`issued`, once the worker has been at it."""
    make_pdfs(store, settings)
    return issued


def facts(**changed: Any) -> Facts:
    """Facts as a course would have them."""
    given: dict[str, Any] = {
        "id": "aB3_dEf-hIjKlMnOpQrStU",
        "registration": "7f0f3c56-6a5e-4c53-9d1c-000000000001",
        "course": "safeguarding-adults-basics",
        "version": "9f2e01aa" * 8,
        "title": "Safeguarding adults – the basics",
        "outcomes": ("Say who is at risk", "Keep the person’s own [iaith]{lang=cy} at the **centre**"),
        "minutes": 60,
        "says": "Shows knowledge. Competence at work is to be observed by the employer.",
        "mode": "knowledge",
        "language": "en",
        "issuer": "Cwm Care",
        "issued_at": "2026-11-21T12:00:00.123456+00:00",
        "valid_until": "2029-11-21",
        "way": "played",
    }
    return Facts(**{**given, **changed})
