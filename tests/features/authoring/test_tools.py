"""`lms fmt`, `lms new`: what an author sees."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import cli
from lms.engine.scenario.reference import EXAMPLE
from lms.engine.scenario.starter import starter
from lms.kernel.errors import Conflict, Invalid


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, answers=""):
        return CliRunner().invoke(cli, arguments, input=answers, catch_exceptions=False)

    return run


@pytest.fixture
def tea(tmp_path):
    folder = tmp_path / "scenarios" / "cold-tea"
    folder.mkdir(parents=True)
    (folder / "scenario.md").write_text(EXAMPLE, "utf-8")
    return folder


def test_fmt_lays_out_and_says_which_files(run, tea):
    path = tea / "scenario.md"
    path.write_text(EXAMPLE.replace("## The cup {#cup}\n", "##   The cup   {#cup}  \n\n"), "utf-8")
    found = run("fmt", "--check")
    assert (found.exit_code, "scenarios/cold-tea/scenario.md: not laid out" in found.output) == (1, True)
    assert "##   The cup" in path.read_text("utf-8"), "--check changes nothing"
    assert run("fmt", "scenarios/cold-tea").exit_code == 0
    assert "## The cup {#cup}\n\n:::" in path.read_text("utf-8")
    assert run("fmt", "--check").exit_code == 0


def test_new_writes_a_scenario_without_any_problem(run, tmp_path):
    assert run("new", "scenarios/first-night", "--title", 'A "first": night # one').exit_code == 0
    found = run("check", "--strict", "--format", "json", "scenarios/first-night")
    assert (found.exit_code, json.loads(found.stdout)["problems"]) == (0, [])
    assert run("fmt", "--check").exit_code == 0


def test_new_writes_over_nothing_and_wants_an_id(run, tea):
    with pytest.raises(Conflict):
        run("new", "scenarios/cold-tea")
    with pytest.raises(Invalid):
        run("new", "scenarios/Not An Id")
    assert (tea / "scenario.md").read_text("utf-8") == EXAMPLE


@pytest.mark.parametrize("title", ["Plain", "with: colon", "# no", "'q'", '"', "{x}", "ŷ – \\ n", "- [a](#b)"])
def test_any_title_is_kept(run, title):
    assert run("new", "scenarios/x", "--title", title).exit_code == 0
    assert Path("scenarios/x/scenario.md").read_text("utf-8") == starter("x", title)["scenario.md"]
    assert run("check", "scenarios/x").exit_code == 0


def test_graph_draws_and_tells(run, tea):
    picture = run("graph", "scenarios/cold-tea").stdout
    assert picture.startswith("<svg")
    assert "The cold cup of tea" in picture
    table = run("graph", "scenarios/cold-tea", "--format", "table").stdout.splitlines()
    assert table[0].split("  ")[0] == "scene"
    assert any("later: asked" in line and line.endswith("not told") for line in table)
    assert run("graph", "scenarios/cold-tea", "-o", "tea.svg").exit_code == 0
    assert Path("tea.svg").read_text("utf-8") == picture
