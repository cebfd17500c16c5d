"""Two people act at the same moment in two processes: nobody waits for a lock that the other needs."""

import threading

from lms.app import open_store
from lms.features.teams import service as teams
from lms.learning.enrolment import service as enrolment
from tests.learning.walks import COURSE


def test_a_manager_who_puts_people_on_a_course_and_one_of_them_who_does_so_too_both_succeed(
    store, settings, make_person, shipped
):
    manager = make_person("manager@example.org", roles=("manager",))
    people = [make_person(f"p{number}@example.org", manager=manager) for number in range(6)]
    other_process = open_store(settings)
    failed = []

    def enrol_oneself():
        try:
            for person in reversed(people):
                with other_process.work() as uow:
                    enrolment.enrol_oneself(uow, person, COURSE)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says it
            failed.append(error)

    thread = threading.Thread(target=enrol_oneself)
    thread.start()
    with store.work() as uow:
        teams.assign(uow, manager.id, [person.id for person in people], COURSE, None)
    thread.join(30)
    other_process.engine.dispose()
    assert failed == []
    with store.work() as uow:
        assert len(enrolment.list_on_course(uow, COURSE)) == len(people)
