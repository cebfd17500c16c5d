from datetime import date

import pytest
from markupsafe import escape

from lms.features.teams import service
from lms.kernel.errors import NotFound
from lms.learning.people import service as people
from tests.learning.walks import (
    COURSE,
    answer_all,
    any_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)

TODAY = date(2026, 11, 21)


@pytest.fixture
def manager(make_person, shipped):
    return make_person("rhian@example.org", name="Rhian Morgan", roles=("manager", "learner"))


@pytest.fixture
def member(store, make_person, manager):
    """One of the manager's people, who has practised, and failed a counted run."""
    person = make_person("menna@example.org", name="Menna Rees", manager=manager)
    play(store, person, start_practice(store, person).id)
    read_lessons(store, person)
    answer_all(store, person, start_quiz(store, person).id)
    play(store, person, start_assessed(store, person).id, any_action)
    return person


def test_M1_a_manager_finds_their_own_people_and_nobody_else(store, manager, member, make_person):
    stranger = make_person("huw@example.org", roles=("manager",))
    with store.work() as uow:
        assert [each.name for each in service.get_team(uow, manager.id, TODAY).members] == ["Menna Rees"]
        assert service.get_team(uow, stranger.id, TODAY).members == ()
        with pytest.raises(NotFound):
            service.get_member(uow, stranger.id, member.id, TODAY)
        with pytest.raises(NotFound):
            service.assign(uow, stranger.id, [member.id], COURSE, None)


def test_M2_a_manager_sees_results_and_critical_actions_and_neither_the_ending_nor_practice(
    store, manager, member, sign_in, app
):
    with store.work() as uow:
        results = service.get_member(uow, manager.id, member.id, TODAY).results
    assert sorted(each.kind for each in results) == ["quiz", "scenario"]
    run = next(each for each in results if each.kind == "scenario")
    assert run.critical
    page = sign_in(manager).get(f"/teams/{member.id}").text
    words = {(True, True): "avoided", (True, False): "done", (False, True): "happened", (False, False): "missed"}
    for action in run.critical:  # "Photographed her body: kept" would say the opposite of what happened
        line = page[page.index(str(escape(action.says))) :]
        assert words[action.is_kept, action.forbids] in line[: line.index("</li>")]
    assert run.critical[0].says.split()[0] in page
    assert "Ending" not in page
    assert "Practice" not in page


def test_M3_a_person_sees_that_their_page_was_opened(store, manager, member, sign_in):
    sign_in(manager).get(f"/teams/{member.id}")
    with store.work() as uow:
        assert [(each.viewer, each.what) for each in people.list_views(uow, person_id=member.id)] == [
            ("Rhian Morgan", "course results")
        ]


def test_people_are_put_on_a_course_with_a_day_and_again_with_another(store, manager, member):
    for day in (date(2027, 1, 1), date(2027, 2, 1)):
        with store.work() as uow:
            assert service.assign(uow, manager.id, [member.id], COURSE, day) == 1
        with store.work() as uow:
            courses = service.get_team(uow, manager.id, TODAY).members[0].courses
        assert [each.registration.due_on for each in courses] == [day]


def test_a_day_that_is_none_is_said_and_nobody_is_put_on_anything(store, manager, make_person, sign_in):
    person = make_person("new@example.org", manager=manager)
    browser = sign_in(manager)
    form = {"course": COURSE, "person": str(person.id)}
    for more, says in (({"due_on": "soon"}, "2026-12-31"), ({"due_on": "2020-02-29"}, "That day has passed.")):
        answer = browser.post("/teams/assign", data={**form, **more})
        assert (answer.status_code, says in answer.text) == (422, True)
        assert f'value="{person.id}" checked' in answer.text, "what was chosen stays chosen"
        assert f'value="{more["due_on"]}"' in answer.text
    nobody = browser.post("/teams/assign", data={"course": COURSE, "due_on": "2099-01-01"})
    assert (nobody.status_code, "at least one person" in nobody.text) == (422, True)
    assert 'value="2099-01-01"' in nobody.text
    assert browser.post("/teams/assign", data={**form, "person": "x"}).status_code == 422
    with store.work() as uow:
        assert service.get_team(uow, manager.id, TODAY).members[0].courses == ()
