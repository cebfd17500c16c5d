import pytest
from sqlalchemy import select

from lms.features.debrief import service
from lms.features.debrief.model import EndPage, ScreenPage, Unkept
from lms.kernel.errors import Conflict, NotFound
from lms.learning.enrolment import service as enrolment
from lms.records.lrs.tables import lrs_statement
from tests.learning.walks import (
    COURSE,
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

SECRET = "She looked so frightened"


@pytest.fixture
def learner(make_person, shipped):
    return make_person("menna@example.org", name="Menna Rees")


@pytest.fixture
def ended(store, learner):
    return play(store, learner, start_practice(store, learner).id)


def page(store, learner, attempt, wanted=None):
    with store.work() as uow:
        return service.get_page(uow, learner.id, attempt.id, wanted)


def walk(store, learner, attempt):
    """Go through every screen, writing on each; return the kinds in the order met."""
    with store.work() as uow:
        service.begin(uow, learner, attempt.id)
    kinds = []
    name = "feelings"
    while name is not None:
        shown = page(store, learner, attempt, name)
        assert isinstance(shown, ScreenPage)
        assert shown.screen.name == name
        kinds.append(shown.screen.kind)
        said = {f"saw-{name[-1]}": SECRET, "plan-if": "somebody asks me", "plan-then": SECRET, "feeling": "tense"}
        with store.work() as uow:
            name = service.keep(uow, learner, attempt.id, name, said)
    return kinds


def verbs(store):
    with store.work() as uow:
        rows = uow.connection.execute(select(lrs_statement))
        return [(row.verb.rsplit("/", 1)[-1], bool(row.private), row.body) for row in rows]


def test_a_debrief_asks_before_it_reveals_and_ends_with_a_plan(store, learner, ended):
    kinds = walk(store, learner, ended)
    assert kinds[:3] == ["feelings", "helped", "path"]
    assert kinds.count("ask") == kinds.count("reveal") >= 1
    assert kinds.index("ask") + 1 == kinds.index("reveal")
    assert kinds.index("estimate") + 1 == kinds.index("compare")
    assert kinds[-1] == "plan"
    end = page(store, learner, ended)
    assert isinstance(end, EndPage)
    assert end.plan[:2] == ("somebody asks me", SECRET)


def test_D2_a_screen_that_is_not_open_yet_leads_to_the_first_that_is(store, learner, ended):
    with store.work() as uow:
        service.begin(uow, learner, ended.id)
    assert page(store, learner, ended, "seen-1").screen.name == "feelings"
    with store.work() as uow, pytest.raises(Conflict):
        service.keep(uow, learner, ended.id, "seen-1", {})
    with store.work() as uow:
        service.keep(uow, learner, ended.id, "feelings", {"feeling": "sad"})
    assert page(store, learner, ended, "plan").screen.name == "helped"
    assert page(store, learner, ended, "feelings").answers["feeling"] == "sad"


def test_D1_nobody_else_finds_it_and_no_statement_carries_a_word_of_it(store, learner, ended, make_person):
    walk(store, learner, ended)
    other = make_person("tom@example.org", roles=("learner", "trainer", "manager", "admin"))
    with store.work() as uow, pytest.raises(NotFound):
        service.get_page(uow, other.id, ended.id, None)
    with store.work() as uow:
        assert service.list_looked(uow, other.id) == ()
        assert SECRET in str(service.list_looked(uow, learner.id))
    assert SECRET not in str(verbs(store))


def test_a_practice_debrief_is_recorded_for_the_learner_alone(store, learner, ended):
    walk(store, learner, ended)
    debriefed = [private for verb, private, _body in verbs(store) if verb == "debriefed"]
    assert debriefed == [True]


def test_words_are_kept_as_they_are_written_and_other_fields_are_not(store, learner, ended):
    with store.work() as uow:
        service.begin(uow, learner, ended.id)
        service.draft(
            uow, learner, ended.id, "feelings", {"feeling-words": "tight chest", "seen:feelings": "1", "x": "y"}
        )
    shown = page(store, learner, ended)
    assert shown.screen.name == "feelings"
    assert shown.answers == {"feeling-words": "tight chest"}


def test_a_draft_that_arrives_late_does_not_undo_what_was_kept(store, learner, ended):
    with store.work() as uow:
        service.begin(uow, learner, ended.id)
        service.keep(uow, learner, ended.id, "feelings", {"feeling-words": "tight chest, then relief"})
        with pytest.raises(Unkept):
            service.draft(uow, learner, ended.id, "feelings", {"feeling-words": "tight che", "kept": "0"})
    assert page(store, learner, ended, "feelings").answers["feeling-words"] == "tight chest, then relief"
    with store.work() as uow:
        service.draft(uow, learner, ended.id, "feelings", {"feeling-words": "relief", "kept": "1"})
    assert page(store, learner, ended, "feelings").answers["feeling-words"] == "relief"


def test_words_of_another_window_replace_nothing_newer_and_are_given_back(store, learner, ended, sign_in):
    browser = sign_in(learner)
    at = f"/debrief/{ended.id}"
    browser.post(at)
    first = {"feeling-words": "tight chest, then relief", "kept": "0"}
    assert browser.post(f"{at}/feelings", data=first).status_code == 303
    assert browser.post(f"{at}/feelings", data=first).status_code == 303, "pressed twice, nothing is lost"
    late = browser.post(f"{at}/feelings", data={"feeling-words": "what I wrote in the other window", "kept": "0"})
    assert late.status_code == 409
    assert "what I wrote in the other window</textarea>" in late.text
    assert browser.post(f"{at}/feelings", data={"feeling-words": "", "kept": "0"}).status_code == 303
    assert "tight chest, then relief" in browser.get(f"{at}/feelings").text, "an empty field takes nothing away"
    json = {"Accept": "application/json"}
    saved = browser.post(f"{at}/feelings/draft", data={"feeling-words": "and more", "kept": "0"}, headers=json)
    assert saved.status_code == 409, "the page must not say that it is saved"
    with store.work() as uow:
        service.skip(uow, learner, ended.id, "")
    over = browser.post(f"{at}/helped", data={"helped": "I asked her what she wanted", "kept": "0"})
    assert over.status_code == 409
    assert "I asked her what she wanted</textarea>" in over.text
    assert browser.post(f"{at}/helped", data={"helped": "", "kept": "0"}).status_code == 303


def test_home_invites_to_a_debrief_that_was_left_in_the_middle(store, learner, ended, sign_in):
    browser = sign_in(learner)
    assert f"/debrief/{ended.id}" not in browser.get("/").text
    with store.work() as uow:
        service.begin(uow, learner, ended.id)
    assert f"/debrief/{ended.id}" in browser.get("/").text
    walk(store, learner, ended)
    assert f"/debrief/{ended.id}" not in browser.get("/").text


def test_a_debrief_opens_only_when_the_story_has_ended(store, learner):
    attempt = start_practice(store, learner)
    with store.work() as uow, pytest.raises(Conflict):
        service.begin(uow, learner, attempt.id)


def test_D3_done_and_skipped_count_the_same_and_a_skip_leaves_no_statement(store, learner, make_person):
    other = make_person("tom@example.org")
    for person, skips in ((learner, False), (other, True)):
        read_lessons(store, person)
        answer_all(store, person, start_quiz(store, person).id)
        attempt = play(store, person, start_assessed(store, person).id, best_action)
        assert attempt.success
        if skips:
            with store.work() as uow:
                service.skip(uow, person, attempt.id, SECRET)
        else:
            walk(store, person, attempt)
        with store.work() as uow:
            course = enrolment.get_course_page(uow, person.id, COURSE)
        assert course.outline.row(SCENARIO).is_done
        assert course.outline.is_complete
        assert course.registration.completed_at is not None
    told = [(verb, private) for verb, private, _body in verbs(store) if verb == "debriefed"]
    assert told == [("debriefed", False)]
    assert SECRET not in str(verbs(store))


def test_what_one_wrote_in_a_scene_is_shown_to_oneself_on_the_path_and_with_its_moment(store, learner, ended, sign_in):
    walk(store, learner, ended)
    browser = sign_in(learner)
    assert WORDS in browser.get(f"/debrief/{ended.id}/path").text
    for name in ("moment-1", "moment-2"):
        shown = browser.get(f"/debrief/{ended.id}/{name}").text
        assert (WORDS in shown) == bool(page(store, learner, ended, name).screen.point.wrote)


def test_a_debrief_that_is_over_is_not_asked_whether_to_be_skipped(store, learner, ended, sign_in):
    walk(store, learner, ended)
    answer = sign_in(learner).get(f"/debrief/{ended.id}/skip")
    assert answer.location.endswith(f"/debrief/{ended.id}")
