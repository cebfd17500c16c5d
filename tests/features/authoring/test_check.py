import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import cli
from lms.features.authoring import service
from lms.features.authoring.checking import Options
from lms.features.authoring.tool_service import lay_out
from lms.kernel.errors import Unavailable
from lms.learning.library.files import write_file

ROOT = Path(__file__).parents[3]
SCENARIO = """\
---
scenario: tray
title: The tray
minutes: 5
references: {wsp: {title: Procedures, review_by: 2027-05-01}}
must: {told: {when: chose(tell), says: Told somebody, why: Because, ref: wsp}}
---

## Supper tray {#tray}

- [Tell Mair](#home) {#tell}

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""


@pytest.fixture
def content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios" / "tray").mkdir(parents=True)
    file = tmp_path / "scenarios" / "tray" / "scenario.md"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def check(*arguments):
    fixed = ["check", "--today", "2026-11-21", "--cache", "kept"]
    return CliRunner().invoke(cli, [*fixed, *map(str, arguments)], catch_exceptions=False)


def test_clean_content_is_status_0_from_wherever_it_is_named(content):
    for path in (content, content.parent, content.parent.parent, content.parents[2], "."):
        result = check(path)
        assert (result.exit_code, result.stdout) == (0, ""), path
        assert result.stderr == "1 checked: no errors, no warnings\n"


def test_an_error_is_status_1_and_is_shown_where_it_stands(content):
    content.write_text(SCENARIO.replace("(#home)", "(#hoem)"), encoding="utf-8")
    result = check()
    assert result.exit_code == 1
    assert result.stdout == (
        "scenarios/tray/scenario.md:11:16: error SC031 no scene called 'hoem'\n"
        "   11 | - [Tell Mair](#hoem) {#tell}\n"
        "      |                ^^^^\n"
        "  why  every way leads to a scene of this file\n"
        "  fix  did you mean 'home' (line 13)?\n\n"
    )


def test_a_warning_is_status_0_and_with_strict_1(content):
    content.write_text(SCENARIO.replace("2027-05-01", "2026-05-01"), encoding="utf-8")
    assert check().exit_code == 0
    assert "warning SC077" in check().stdout
    assert check("--strict").exit_code == 1


def test_what_is_proven_is_shown_with_the_way_there(content):
    silent = SCENARIO.replace("{#tell}\n", "{#tell}\n- [Say nothing](#home) {#silent}\n").replace(
        "## Supper tray {#tray}\n", "## Supper tray {#tray}\n\n::: scene\nkind: narration\n:::\n"
    )
    content.write_text(silent, encoding="utf-8")
    result = check()
    assert result.exit_code == 0
    assert result.stdout == (
        "scenarios/tray/scenario.md:6:8: warning SC106 a run can be passed although 'told' is missed\n"
        "    6 | must: {told: {when: chose(tell), says: Told somebody, why: Because, ref: wsp}}\n"
        "      |        ^^^^\n"
        "  way  1. scenarios/tray/scenario.md:16:3 Supper tray: Say nothing\n"
        "  why  it is said to matter, and a learner can pass without learning it\n"
        "  fix  write 'pass: kept(told)', or lead to an ending without 'success: yes'\n\n"
    )
    (step,) = json.loads(check("--format", "json").stdout)["problems"][0]["way"]
    assert (step["line"], step["column"], step["text"]) == (16, 3, "Supper tray: Say nothing")


def test_a_bounded_answer_is_status_3_and_says_how_far_it_went(content):
    result = check("--states", "1")
    assert result.exit_code == 3
    assert result.stderr.startswith("scenarios/tray: bounded: explored ")
    assert "states, not complete\n" in result.stderr
    assert json.loads(check("--states", "1", "--format", "json").stdout)["bounded"] == [result.stderr.splitlines()[0]]
    content.write_text(SCENARIO.replace("(#home)", "(#hoem)"), encoding="utf-8")
    assert check("--states", "1").exit_code == 1


def test_the_day_decides_whether_a_reference_is_overdue(content):
    assert service.check([content], Options(date(2027, 5, 1))).warnings == 0
    assert service.check([content], Options(date(2027, 5, 2))).warnings == 1


def test_json_holds_every_problem_with_its_place(content):
    content.write_text(SCENARIO.replace("(#home)", "(#hoem)"), encoding="utf-8")
    result = check("--format", "json")
    report = json.loads(result.stdout)
    assert (report["checked"], report["errors"], report["warnings"]) == (1, 1, 0)
    (problem,) = report["problems"]
    assert {key: problem[key] for key in ("file", "line", "column", "length", "code", "severity")} == {
        "file": "scenarios/tray/scenario.md", "line": 11, "column": 16, "length": 4, "code": "SC031", "severity": "error",
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [["missing"], ["--format", "xml"], ["--today", "yesterday"]])
def test_wrong_use_is_status_2(content, arguments):
    assert CliRunner().invoke(cli, ["check", *arguments]).exit_code == 2
    assert content.exists()


def test_a_place_without_content_is_status_2_and_says_what_is_looked_for(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "lms", "check", str(tmp_path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert result.returncode == 2
    assert "scenario.md" in result.stderr


def test_fix_writes_missing_ids_once_and_keeps_all_else(content):
    bare = SCENARIO.replace(" {#tray}", "").replace(" {#tell}", "  ").replace("chose(tell)", "chose(tell-mair)")
    content.write_bytes(b"\xef\xbb\xbf" + bare.replace("\n", "\r\n").encode())
    mode = content.stat().st_mode
    result = check("--fix")
    assert result.exit_code == 0
    assert result.stdout == "scenarios/tray/scenario.md: missing ids written\n"
    fixed = content.read_bytes()
    expected = bare.replace("## Supper tray", "## Supper tray {#supper-tray}").replace(
        "(#home)", "(#home) {#tell-mair}"
    )
    assert fixed == b"\xef\xbb\xbf" + expected.replace("\n", "\r\n").encode()
    assert content.stat().st_mode == mode
    assert check("--fix").stdout == ""
    assert content.read_bytes() == fixed
    assert [file.name for file in content.parent.iterdir()] == ["scenario.md"]


def test_fix_writes_missing_ids_into_a_bank_beside_a_scenario(content):
    bank = content.parent / "bank.yaml"
    bank.write_text(
        "bank: signs\nquestions:\n  - type: single\n    ask: What is it?\n    options:\n      - text: This\n"
    )
    assert "bank.yaml: missing ids written" in check("--fix").stdout
    assert "- id: what-is-it\n    type: single" in bank.read_text()
    assert "- id: this\n        text: This" in bank.read_text()


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left_behind(tmp_path):
    with pytest.raises(Unavailable, match="cannot be written"):
        write_file(tmp_path / "missing" / "scenario.md", b"x")
    with pytest.raises(Unavailable, match="cannot be written"):
        write_file(tmp_path / "new.md", b"only what is there can be replaced")
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_leads_out_of_the_folder_is_a_problem(content, tmp_path):
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    content.unlink()
    content.symlink_to(tmp_path / "secret.md")
    codes = [problem.code for problem in service.check([content.parent], Options(date(2026, 1, 1))).problems]
    assert "SO006" in codes
    assert not any(
        "secret" in str(problem) for problem in service.check([content.parent], Options(date(2026, 1, 1))).problems
    )


def test_a_picture_beside_the_scenario_is_found_and_a_missing_one_is_not(content):
    pictured = SCENARIO.replace("- [Tell", "![A tray](media/tray.png)\n\n- [Tell")
    content.write_text(pictured, encoding="utf-8")
    assert "SC076" in check().stdout
    (content.parent / "media").mkdir()
    (content.parent / "media" / "tray.png").write_bytes(b"png")
    assert check().exit_code == 0


def test_a_transcript_gets_no_ids_and_keeps_its_layout(content):
    filmed = SCENARIO.replace("- [Tell", "![Mair](media/handover.mp4)\n\n- [Tell")
    content.write_text(filmed, encoding="utf-8")
    media = content.parent / "media"
    media.mkdir()
    (media / "handover.mp4").write_bytes(b"video")
    (media / "handover.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", encoding="utf-8")
    transcript = "## At the door\n\n\n\n- [Somebody](https://example.org/)   \n"
    (media / "handover.md").write_text(transcript, encoding="utf-8")
    check("--fix")
    assert lay_out((content.parent,), write=True).looked_at == 1
    assert (media / "handover.md").read_text(encoding="utf-8") == transcript
    assert check().exit_code == 0


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 9, b"x" * 50_000_000, b"---\nscenario: [\n"])
def test_a_file_that_is_no_source_is_a_problem_and_not_a_crash(content, data):
    content.write_bytes(data)
    assert check().exit_code == 1


def test_a_cold_check_of_the_shipped_scenario_imports_no_web_and_no_database():
    code = (
        "import sys; from lms.cli import main\n"
        "try: main(['check', 'scenarios'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'sqlalchemy', 'markdown', 'structlog'} & sys.modules.keys()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_many_places_are_checked_by_several_processes_with_the_same_words_in_the_same_order(content):
    for number in range(service.MANY):
        folder = content.parents[1] / f"tray-{number:02}"
        folder.mkdir()
        text = SCENARIO.replace("scenario: tray", f"scenario: {folder.name}")
        (folder / "scenario.md").write_text(text.replace("(#home)", f"(#nowhere-{number})"), encoding="utf-8")
    together = service.check((content.parents[2],), Options(date(2026, 11, 21)))
    alone = [
        problem
        for folder in sorted(content.parents[1].iterdir())
        for problem in service.check((folder,), Options(date(2026, 11, 21))).problems
    ]
    assert together.checked == service.MANY + 1
    assert list(together.problems) == alone
    assert len(alone) >= service.MANY
