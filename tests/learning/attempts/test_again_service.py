"""Going again from a checkpoint of an ended run: in practice, with all that happened before it, and nothing after."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.engine.scenario.api import Choose, Go, Write
from lms.kernel.errors import Conflict, NotFound
from lms.learning.attempts import again_service, lookup_service, service
from lms.learning.attempts.model import EndingPage
from lms.learning.attempts.tables import attempts_attempt
from lms.records.lrs.tables import lrs_statement

GOLDEN = Path(__file__).parents[2] / "engine" / "scenario" / "golden"
WORDS = "I would tell Mair"
FREE_TEXT = """\
::: free-text {#own}
ask: What do you see?
:::

- [Tell Mair]"""


@pytest.fixture
def learner(make_person):
    return make_person("menna@example.org", name="Menna Rees")


@pytest.fixture
def acts(content, refresh):
    folder = content / "scenarios" / "acts"
    folder.mkdir()
    text = (GOLDEN / "acts.md").read_text(encoding="utf-8")
    (folder / "scenario.md").write_text(text.replace("- [Tell Mair]", FREE_TEXT), encoding="utf-8")
    assert "scenarios/acts" in refresh().published


def run(store, me, attempt, *actions):
    for action in actions:
        with store.work() as uow:
            service.decide(uow, me, attempt.id, lookup_service.get_attempt(uow, me.id, attempt.id).step, action)
    with store.work() as uow:
        return lookup_service.get_attempt(uow, me.id, attempt.id)


def to_the_checkpoint(store, me):
    with store.work() as uow:
        attempt = service.begin(uow, me, service.start_practice(uow, me, "acts").id)
    return run(store, me, attempt, Write(WORDS), Choose("tell"))


def to_the_end(store, me, attempt):
    attempt = run(store, me, attempt, Go(), Choose("read"))
    slept = attempt.state["vars"]["slept"]
    return run(store, me, attempt, Choose("wake" if slept == "well" else "let"))


@pytest.fixture
def ended(store, learner, acts):
    return to_the_end(store, learner, to_the_checkpoint(store, learner))


def test_the_page_of_the_ending_offers_the_checkpoints_that_the_run_came_to(store, learner, ended):
    with store.work() as uow:
        page = service.get_run_page(uow, ended)
        assert isinstance(page, EndingPage)
        found = again_service.with_checkpoints(uow, page, "en").checkpoints
    assert [(each.step, each.title) for each in found] == [(2, "The night")]


def test_a_new_run_starts_where_the_act_ended_with_what_was_said_and_done_before(store, learner, ended):
    with store.work() as uow:
        attempt = again_service.go_again(uow, learner, ended.id, 2)
        assert (attempt.is_practice, attempt.status, attempt.step) == (True, "open", 2)
        assert (attempt.seed, attempt.version) == (ended.seed, ended.version)
        assert attempt.state["scene"] == "night"
        assert lookup_service.list_texts(uow, attempt.id) == {"own": WORDS}
        steps = [event["step"] for event in lookup_service.list_events(uow, attempt.id)]
        assert max(steps) == 2
        assert lookup_service.get_attempt(uow, learner.id, ended.id) == ended
    again = to_the_end(store, learner, attempt)
    assert again.ending == "home"
    with store.work() as uow:
        assert [moment.scene for moment in lookup_service.look_back(uow, again).timeline] == [
            *("evening", "night", "note-found", "morning", "home"),
        ]


def test_pressing_twice_starts_one_run(store, learner, ended):
    with store.work() as uow:
        first = again_service.go_again(uow, learner, ended.id, 2)
    with store.work() as uow:
        assert again_service.go_again(uow, learner, ended.id, 2).id == first.id
    run(store, learner, first, Go())
    with store.work() as uow:
        assert again_service.go_again(uow, learner, ended.id, 2).id != first.id
        assert uow.connection.scalar(select(func.count()).select_from(attempts_attempt)) == 3


def test_nothing_of_it_may_leave(store, learner, ended):
    with store.work() as uow:
        again_service.go_again(uow, learner, ended.id, 2)
        told = list(uow.connection.execute(select(lrs_statement.c.private)))
    assert all(row.private for row in told)


def test_what_is_no_checkpoint_is_not_found_and_an_open_run_waits_for_its_end(store, learner, make_person, acts):
    attempt = to_the_checkpoint(store, learner)
    with store.work() as uow, pytest.raises(Conflict, match="has not ended"):
        again_service.go_again(uow, learner, attempt.id, 2)
    to_the_end(store, learner, attempt)
    for step in (0, 1, 3, 99, -1):
        with store.work() as uow, pytest.raises(NotFound, match="no such checkpoint"):
            again_service.go_again(uow, learner, attempt.id, step)
    with store.work() as uow, pytest.raises(NotFound):
        again_service.go_again(uow, make_person("other@example.org", name="Other"), attempt.id, 2)


def test_a_run_left_at_the_end_of_an_act_goes_on_as_it_began_though_the_file_has_changed(
    store, learner, acts, content, refresh
):
    attempt = to_the_checkpoint(store, learner)
    file = content / "scenarios" / "acts" / "scenario.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("keeps: [told]", "keeps: all").replace("{#read}", "{#read-it}"), encoding="utf-8")
    refresh()
    ended = to_the_end(store, learner, attempt)
    assert (ended.ending, ended.version) == ("home", attempt.version)
    assert (ended.state["vars"]["told"], ended.state["vars"]["promised"]) == (True, False)
    with store.work() as uow:
        again = again_service.go_again(uow, learner, ended.id, 2)
        assert again.version == attempt.version


def test_a_press_that_comes_twice_leaves_a_checkpoint_once(store, learner, acts):
    attempt = run(store, learner, to_the_checkpoint(store, learner), Go())
    with store.work() as uow, pytest.raises(Conflict):
        service.decide(uow, learner, attempt.id, attempt.step - 1, Go())
    with store.work() as uow:
        assert lookup_service.get_attempt(uow, learner.id, attempt.id).state == attempt.state
