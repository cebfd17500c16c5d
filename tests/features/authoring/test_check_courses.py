import json

import pytest
from click.testing import CliRunner

from lms.cli import cli
from tests.engine.course.builders import BANK, COURSE, FILES, PICTURES


@pytest.fixture
def content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        file = tmp_path / "courses" / "hand-washing" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "courses/hand-washing/media").mkdir()
    (tmp_path / "courses/hand-washing/media/tap.png").write_bytes(PICTURES["media/tap.png"])
    return tmp_path / "courses" / "hand-washing"


def check(*arguments):
    return CliRunner().invoke(cli, ["check", "--today", "2026-11-21", *map(str, arguments)], catch_exceptions=False)


def test_a_clean_course_is_status_0_from_wherever_it_is_named(content):
    for path in (
        content,
        content / "course.yaml",
        content / "bank.yaml",
        content / "lessons/when-to-wash.md",
        "courses",
    ):
        result = check(path)
        assert (result.exit_code, result.stdout) == (0, ""), path


def test_problems_of_lessons_and_banks_are_shown_as_those_of_scenarios_are(content):
    (content / "bank.yaml").write_text(BANK.replace("right: yes", "rigth: yes", 1), encoding="utf-8")
    result = check(content)
    assert result.exit_code == 1
    assert result.stdout.startswith("courses/hand-washing/bank.yaml:9:45: error SO021 there is no key 'rigth' here\n")
    assert "  fix  did you mean 'right'?\n" in result.stdout
    found = json.loads(check("--format", "json", content).stdout)
    assert [(each["code"], each["file"], each["line"]) for each in found["problems"]] == [
        ("SO021", "courses/hand-washing/bank.yaml", 9),
    ]


def test_a_scenario_is_looked_for_beside_the_courses(content):
    assert check(content).exit_code == 0, "there is no folder of scenarios, so nothing is known"
    (content.parents[1] / "scenarios").mkdir()
    result = check(content)
    assert (result.exit_code, "CO007" in result.stdout) == (1, True)


def test_fix_writes_missing_ids_into_banks_and_nothing_else(content):
    bank = "# ours\n" + BANK.replace("  - id: third\n    type", "  - type").replace("{id: glue, ", "{")
    (content / "bank.yaml").write_text(bank, encoding="utf-8")
    assert check(content).exit_code == 1
    result = check("--fix", content)
    assert result.exit_code == 0
    assert result.stdout == "courses/hand-washing/bank.yaml: missing ids written\n"
    assert (content / "bank.yaml").read_text(encoding="utf-8") == "# ours\n" + BANK.replace("third", "how-long")
    assert (content / "course.yaml").read_text(encoding="utf-8") == COURSE
    assert check("--fix", content).stdout == ""


def test_an_overdue_reference_is_a_warning_that_strict_takes_as_an_error(content):
    late = ["check", "--today", "2028-01-01"]
    assert CliRunner().invoke(cli, [*late, str(content)]).exit_code == 0
    assert CliRunner().invoke(cli, [*late, "--strict", str(content)]).exit_code == 1


def test_schemas_are_written_where_they_changed(tmp_path):
    def write():
        return CliRunner().invoke(cli, ["schemas", str(tmp_path)], catch_exceptions=False).stdout.splitlines()

    names = ["bank.json", "course.json", "lesson.json", "overlay.json", "scenario.json", "shared.json"]
    assert write() == [f"{tmp_path / name}: written" for name in names]
    assert write() == []
    (tmp_path / "bank.json").write_text("{}", encoding="utf-8")
    assert write() == [f"{tmp_path / 'bank.json'}: written"]
