"""`lms diff` at the command line: what differs, which kind it is, and what has no place any more."""

import json

import pytest
from click.testing import CliRunner

from lms.cli import cli
from tests.engine.scenario.test_tellings import ENGLAND, STORY, WELSH, compiled


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        folder = tmp_path / name / "example"
        folder.mkdir(parents=True)
        (folder / "scenario.md").write_text(text)
        return str(folder)

    return write


def run(*arguments):
    return CliRunner().invoke(cli, ["diff", *arguments, "--today", "2026-11-21"])


def test_the_same_is_no_difference(write):
    done = run(write("old", STORY), write("new", STORY))
    assert (done.exit_code, done.output) == (0, "No difference.\n")


def test_a_changed_text_is_proposed_as_what_it_is_and_every_moment_keeps_its_place(write):
    done = run(write("old", STORY), write("new", STORY.replace("You reach", "You raech")))
    assert done.exit_code == 0
    assert "typo: the text of 'tray' reads differently" in done.output
    assert "- You reach for the tray." in done.output
    assert "Proposed: typo (1 change)" in done.output
    assert "Every moment has its place in the new version" in done.output


def test_what_has_no_place_any_more_is_shown_with_the_way_there(write):
    new = (
        STORY.replace("::: options\nask: What do you write?", "::: options\nask: What?")
        .replace("{#note}", "{#paper}")
        .replace("(#note)", "(#paper)")
    )
    done = run(write("old", STORY), write("new", new))
    assert done.exit_code == 1
    assert "No place: there is no scene 'note' any more" in done.output
    assert "1. tray: “I will not tell.”" in done.output
    assert "material: the scene 'note' is gone" in done.output


def test_a_way_says_what_chance_has_to_bring(write):
    by_chance = "draws: {mood: {one of: [calm, tired], at: tray}}\n"
    old = STORY.replace("variables:", by_chance + "variables:").replace(
        "::: if promised", "::: if promised and mood is tired"
    )
    old = old.replace("  effects: [set promised", "  when: mood is calm\n  hint: Not now.\n  effects: [set promised")
    done = run(
        write("old", old),
        write("new", old.replace("[calm, tired]", "[calm, sad]").replace("mood is tired", "mood is sad")),
    )
    assert "No place: 'mood' cannot hold all values any more\n  in the old version, in 'tray'\n" in done.output
    assert "\n       by chance, 'mood' is tired\n" in done.output


def test_programs_read_it_as_json(write):
    old = write("old", STORY)
    done = run(old, write("new", STORY.replace("voice -1]", "voice -2]")), "--format", "json")
    told = json.loads(done.output)
    assert (told["class"], told["lost"], told["bounded"]) == ("material", [], "")
    assert told["old"] == compiled().hash
    assert told["changes"][0]["place"] == "scenes/tray/choices/promise/effects"


def test_a_search_that_is_cut_short_has_its_own_status(write):
    done = run(write("old", STORY), write("new", STORY.replace("You reach", "You raech")), "--states", "1")
    assert done.exit_code == 3
    assert "bounded: explored" in done.output


def test_a_stored_version_is_compared_by_its_file(write, tmp_path):
    stored = tmp_path / "stored.json"
    stored.write_bytes(compiled().to_bytes())
    assert run(str(stored), write("new", STORY)).output == "No difference.\n"
    stored.write_bytes(b'{"format": 99}')
    done = run(str(stored), write("newer", STORY))
    assert done.exit_code == 1
    assert "a newer one wrote this" in str(done.exception)


@pytest.mark.parametrize("name", ["nowhere/at/all", "no\0name", "../elsewhere", "x" * 5000])
def test_what_is_not_there_is_said(write, name):
    done = run(write("old", STORY), name)
    assert done.exit_code == 1
    assert "There is nothing at" in str(done.exception)


def test_versions_of_two_scenarios_are_not_compared(write):
    other = write("new", STORY.replace("scenario: example", "scenario: sample"))
    done = run(write("old", STORY), other)
    assert done.exit_code == 1
    assert "has errors" in str(done.exception)


def test_a_story_is_rehearsed_in_another_language_and_for_another_nation(write, tmp_path):
    folder = write("old", STORY)
    (tmp_path / "old" / "example" / "scenario.cy.md").write_text(WELSH)
    (tmp_path / "old" / "example" / "scenario.england.yaml").write_text(ENGLAND)
    shown = CliRunner().invoke(cli, ["play", folder, "--language", "cy", "--nation", "england"], input="quit\n").output
    assert "cy-tell Safeguarding Adults Board" in shown
    assert "You reach" not in shown
