import os
import shutil

import pytest
from sqlalchemy import func, select

from lms.kernel.errors import Invalid, NotFound, Unavailable
from lms.learning.library import service as library
from lms.learning.library.model import MOST_PROBLEMS
from lms.learning.library.tables import library_version
from tests.content_store import SHIPPED, TODAY

SCENARIO = "between-you-and-me"
COURSE = "safeguarding-adults-basics"


def health(store, kind, item_id):
    with store.work() as uow:
        return next(each for each in library.list_health(uow, TODAY) if (each.kind, each.id) == (kind, item_id))


def current(store, kind, item_id):
    with store.work() as uow:
        return library.get_card(uow, kind, item_id).version


def test_shipped_content_comes_into_service_without_a_problem(store, shipped):
    assert set(shipped.published) == SHIPPED >= {f"courses/{COURSE}", f"scenarios/{SCENARIO}"}
    assert shipped.failing == ()
    with store.work() as uow:
        cards = library.list_cards(uow)
        assert {f"{card.kind}s/{card.id}" for card in cards} == SHIPPED
        versions = {card.id: card.version for card in cards}
        assert library.program(uow, versions[SCENARIO]).id == SCENARIO
        assert library.course(uow, versions[COURSE]).id == COURSE
    assert health(store, "scenario", SCENARIO).problems == ()
    assert health(store, "scenario", SCENARIO).versions == 1


def test_L3_the_same_folders_again_change_nothing(store, shipped, refresh):
    before = current(store, "scenario", SCENARIO)
    assert refresh() == type(shipped)((), (), ())
    assert current(store, "scenario", SCENARIO) == before
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(library_version)) == len(SHIPPED)


def test_L2_an_error_leaves_the_last_good_version_in_service_and_shows_its_place(store, shipped, refresh, content):
    before = current(store, "scenario", SCENARIO)
    file = content / "scenarios" / SCENARIO / "scenario.md"
    file.write_text(file.read_text().replace("](#", "](#nowhere-", 1))
    assert refresh().failing == (f"scenarios/{SCENARIO}",)
    assert current(store, "scenario", SCENARIO) == before
    problem = health(store, "scenario", SCENARIO).problems[0]
    assert problem.severity == "error"
    assert problem.span.line > 1
    assert "nowhere-" in str(problem)


def test_L1_a_version_opens_after_its_file_was_changed_renamed_and_removed(store, shipped, refresh, content):
    first = current(store, "scenario", SCENARIO)
    folder = content / "scenarios" / SCENARIO
    file = folder / "scenario.md"
    file.write_text(file.read_text().replace("title: Between you and me", "title: Between us"))
    assert refresh().published[0] == f"scenarios/{SCENARIO}"
    assert current(store, "scenario", SCENARIO) != first
    shutil.rmtree(folder)
    refresh()
    with store.work() as uow:
        assert library.program(uow, first).title == "Between you and me"
        assert SCENARIO not in [card.id for card in library.list_cards(uow)]
    assert not health(store, "scenario", SCENARIO).is_present


def test_a_course_that_refers_to_a_missing_scenario_says_so_and_keeps_its_last_good_version(
    store, shipped, refresh, content
):
    before = current(store, "course", COURSE)
    shutil.rmtree(content / "scenarios" / SCENARIO)
    assert refresh().failing == (f"courses/{COURSE}",)
    assert current(store, "course", COURSE) == before
    assert SCENARIO in str(health(store, "course", COURSE).problems[0])


def test_a_course_comes_into_service_when_its_new_scenario_can_be_played_and_not_before(
    store, shipped, refresh, content
):
    before = current(store, "course", COURSE)
    story = content / "scenarios" / "new-one" / "scenario.md"
    shutil.copytree(content / "scenarios" / SCENARIO, story.parent)
    good = story.read_text().replace(f"scenario: {SCENARIO}", "scenario: new-one")
    story.write_text(good.replace("](#", "](#nowhere-", 1))
    course = content / "courses" / COURSE / "course.yaml"
    course.write_text(course.read_text().replace(f"scenario: {SCENARIO}", "scenario: new-one"))
    assert refresh().failing == (f"courses/{COURSE}", "scenarios/new-one")
    assert current(store, "course", COURSE) == before
    story.write_text(good)
    assert set(refresh().published) == {f"courses/{COURSE}", "scenarios/new-one"}
    assert current(store, "course", COURSE) != before


def test_what_was_never_in_service_leaves_nothing_behind(store, shipped, refresh, content):
    (content / "scenarios" / "draft").mkdir()
    (content / "scenarios" / "draft" / "scenario.md").write_text("nothing yet")
    assert refresh().failing == ("scenarios/draft",)
    shutil.rmtree(content / "scenarios" / "draft")
    refresh()
    with store.work() as uow:
        assert {f"{each.kind}s/{each.id}" for each in library.list_health(uow, TODAY)} == SHIPPED


def test_a_missing_content_folder_is_said_and_removes_nothing(store, shipped, refresh, content):
    shutil.rmtree(content)
    with pytest.raises(Unavailable, match="not there"):
        refresh()
    assert current(store, "scenario", SCENARIO)


def test_a_link_that_leads_out_of_the_folder_is_refused(store, shipped, refresh, content, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("the secret")
    (content / "courses" / COURSE / "lessons" / "extra.md").symlink_to(secret)
    assert refresh().failing == (f"courses/{COURSE}",)
    assert "leads out of the folder" in str(health(store, "course", COURSE).problems)


def test_a_folder_of_rubbish_is_a_list_of_problems_and_the_rest_stays_in_service(store, shipped, refresh, content):
    bad = content / "scenarios" / "rubbish"
    bad.mkdir()
    (bad / "scenario.md").write_bytes(b"\x00\xff\xfe" * 1000)
    assert refresh().failing == ("scenarios/rubbish",)
    with store.work() as uow:
        assert SCENARIO in [card.id for card in library.list_cards(uow)]
        with pytest.raises(NotFound):
            library.get_card(uow, "scenario", "rubbish")


def test_an_overdue_reference_shows_on_the_day_after(store, shipped):
    with store.work() as uow:
        later = library.list_health(uow, TODAY.replace(year=2031))
    assert all(each.overdue for each in later)
    assert all(not each.overdue for each in [health(store, "course", COURSE), health(store, "scenario", SCENARIO)])


def test_folders_with_names_that_cannot_be_kept_are_named_and_the_rest_stays_in_service(
    store, shipped, refresh, content
):
    scenarios = os.fsencode(content / "scenarios")
    for name in (b"\xff\n", b"x" * 200, "ŵ".encode() * 120):
        shutil.copytree(os.fsencode(content / "scenarios" / SCENARIO), scenarios + b"/" + name)
    done = refresh()
    assert (len(done.failing), done.published) == (3, ())
    assert "scenarios/\\udcff\\u000a" in done.failing
    with store.work() as uow:
        named = [each for each in library.list_health(uow, TODAY) if each.errors]
    assert [[problem.code for problem in each.problems] for each in named] == [["SO005"]] * 3
    assert refresh().failing == done.failing


def test_of_very_many_problems_the_first_errors_are_kept(store, shipped, refresh, content):
    file = content / "scenarios" / SCENARIO / "scenario.md"
    file.write_text(file.read_text() + "\n::: if nobody\n" * 5000)
    assert refresh().failing == (f"scenarios/{SCENARIO}",)
    found = health(store, "scenario", SCENARIO)
    assert len(found.problems) == MOST_PROBLEMS
    assert found.has_more_problems
    assert found.errors == MOST_PROBLEMS


def test_a_version_is_found_by_the_beginning_of_its_hash_and_the_one_in_service_by_its_id(
    store, shipped, refresh, content
):
    first = current(store, "scenario", SCENARIO)
    file = content / "scenarios" / SCENARIO / "scenario.md"
    file.write_text(file.read_text().replace("## ", "## A ", 1))
    refresh()
    with store.work() as uow:
        assert library.find_scenario(uow, first[:10]).hash == first
        assert library.find_scenario(uow, SCENARIO).hash == current(store, "scenario", SCENARIO) != first
        for nothing in ("no-such-scenario", "%", "_", "deadbeef", COURSE):
            with pytest.raises(NotFound):
                library.find_scenario(uow, nothing)
        with pytest.raises(Invalid, match="versions begin with"):
            library.find_scenario(uow, "")


def test_a_change_in_what_is_shared_gives_new_versions_to_those_who_refer_to_it_and_old_ones_still_open(
    store, shipped, refresh, content
):
    first = current(store, "scenario", SCENARIO)
    shared = content / "scenarios" / "_shared" / "wales.yaml"
    shared.write_text(shared.read_text().replace("in effect from 1 July 2026", "in effect from 1 July 2027"))
    published = set(refresh().published)
    assert f"scenarios/{SCENARIO}" in published
    referring = {
        f"scenarios/{path.parent.name}"
        for path in (content / "scenarios").glob("*/scenario.md")
        if "_shared/wales.yaml" in path.read_text() and "ref: code" in path.read_text()
    }
    assert published == referring
    shared.unlink()
    assert f"scenarios/{SCENARIO}" in refresh().failing
    with store.work() as uow:
        opened = library.program(uow, first)
    assert next(each.part for each in opened.references if each.id == "code") == "in effect from 1 July 2026"
