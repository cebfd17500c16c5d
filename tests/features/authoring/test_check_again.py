"""K1–K2 of the cache, and watching: what has not changed is not checked again, and nothing is ever taken for something else."""

import json
import os
import time
from datetime import date

import pytest
from click.testing import CliRunner

from lms.cli import cli
from lms.features.authoring import cache, checking, service, watching
from lms.features.authoring.cache import Cache
from lms.features.authoring.checking import Options
from tests.features.authoring.test_check import SCENARIO, check, content

__all__ = ["content"]
TODAY = date(2026, 11, 21)
BROKEN = SCENARIO.replace("(#home)", "(#hoem)")


def asked(folder, **more):
    return Options(**{"today": TODAY, "cache": Cache(folder), **more})


def found(path, options):
    return [problem.code for problem in service.check((path,), options).problems]


def test_K1_the_same_content_gives_the_same_report_from_the_cache(content, tmp_path, monkeypatch):
    content.write_text(BROKEN, encoding="utf-8")
    options = asked(tmp_path / "kept")
    first = service.check((content,), options)
    monkeypatch.setattr(checking, "compile_scenario", None)  # whoever would check again now fails
    assert service.check((content,), options) == first
    assert [problem.code for problem in first.problems] == ["SC031"]


@pytest.mark.parametrize(
    "change",
    [
        lambda content, options: (content.write_text(SCENARIO, encoding="utf-8"), options)[1],
        lambda content, options: (
            (content.parent / "plans").mkdir(),
            (content.parent / "plans" / "a.plan").write_text("expect: home\ntake: [tell]\n", encoding="utf-8"),
            options,
        )[2],
        lambda _, options: Options(date(2028, 1, 1), options.most_states, options.with_report, options.cache),
        lambda _, options: Options(TODAY, 17, options.with_report, options.cache),
        lambda _, options: Options(TODAY, options.most_states, with_report=True, cache=options.cache),
    ],
    ids=["content", "another file", "day", "states", "report"],
)
def test_K1_any_other_content_day_or_option_is_checked_again(content, tmp_path, monkeypatch, change):
    content.write_text(BROKEN, encoding="utf-8")
    options = asked(tmp_path / "kept")
    found(content, options)
    options = change(content, options)
    monkeypatch.setattr(checking, "compile_scenario", None)
    with pytest.raises(TypeError):
        found(content, options)


def test_K1_another_checker_or_another_path_asks_again(content, tmp_path, monkeypatch):
    options = asked(tmp_path / "kept")
    found(content, options)
    monkeypatch.chdir(content.parent)  # messages call the file by another path now
    assert service.check((content,), options).problems == ()
    assert len(list((tmp_path / "kept").iterdir())) == 2
    monkeypatch.setattr(checking, "checker", lambda: "another")
    found(content, options)
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_the_source_of_the_checker_is_part_of_the_key():
    assert len(cache.checker()) == 64
    assert cache.checker() == cache.checker.__wrapped__()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"problems": [{}], "bound": "", "facts": {}}', "null"])
def test_K2_a_damaged_answer_is_made_again(content, tmp_path, damage):
    content.write_text(BROKEN, encoding="utf-8")
    options = asked(tmp_path / "kept")
    found(content, options)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_text(damage, encoding="utf-8")
    assert found(content, options) == ["SC031"]
    assert json.loads(file.read_text(encoding="utf-8"))["problems"]


def test_K2_a_folder_that_cannot_be_made_costs_nothing_but_time(content, tmp_path):
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    assert found(content, asked(tmp_path / "kept")) == []
    assert found(content, asked(None)) == []


def test_old_answers_are_removed(content, tmp_path):
    found(content, asked(tmp_path / "kept"))
    (file,) = (tmp_path / "kept").iterdir()
    old = time.time() - 20 * 24 * 3600
    os.utime(file, (old, old))
    content.write_text(BROKEN, encoding="utf-8")
    found(content, asked(tmp_path / "kept"))
    assert file not in list((tmp_path / "kept").iterdir())


def test_no_cache_keeps_nothing(content, tmp_path):
    assert check("--no-cache").exit_code == 0
    assert not (tmp_path / "kept").exists()
    assert check().exit_code == 0
    assert (tmp_path / "kept").exists()
    assert content.exists()


# --- watching -----------------------------------------------------------------------------------------------------


def test_a_change_is_checked_once_it_is_over_and_nothing_else_is():
    looks = iter(["a", "a", "b", "c", "c", "c", "a", "a"])
    told = []

    def look():
        try:
            return next(looks)
        except StopIteration:
            raise KeyboardInterrupt from None

    watching.watch(look, lambda: told.append("checked"), lambda: None)
    assert told == ["checked"] * 3  # at the start, after b and c, after a


def test_the_stamp_changes_with_every_file_below(content):
    folders = service.folders((content,))
    before = watching.stamp(folders)
    assert watching.stamp(folders) == before
    (content.parent / "plans").mkdir()
    after = watching.stamp(folders)
    assert after != before
    content.write_text(BROKEN, encoding="utf-8")
    assert watching.stamp(folders) != after


def test_watching_shows_what_is_found_and_what_is_found_then_and_stops_when_told(content, monkeypatch):
    pauses = iter([lambda: content.write_text(BROKEN, encoding="utf-8"), lambda: None, lambda: None])

    def pause(_seconds):
        try:
            next(pauses)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(time, "sleep", pause)
    result = CliRunner().invoke(cli, ["check", "--watch", "--cache", "kept"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "no scene called 'hoem'" in result.stdout
    assert result.stderr.count("Waiting for changes; Ctrl-C stops.") == 2
    assert "1 checked: no errors, no warnings" in result.stderr
    assert "1 checked: 1 error, no warnings" in result.stderr
