"""`lms fmt`, `lms new`: what an author sees."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import cli
from lms.engine.scenario.language.starter import starter
from lms.engine.scenario.manual.reference import EXAMPLE
from lms.features.authoring import tool_service
from lms.kernel.errors import Conflict, Invalid, LmsError, Unavailable


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


def test_explain_shows_the_shortest_way_and_what_it_hangs_on(run, tea):
    scene = run("explain", "scenarios/cold-tea", "question")
    assert scene.exit_code == 0
    assert "as the later 'asked', armed in 'cup' when not told" in scene.output
    assert "1. scenarios/cold-tea/scenario.md:30:3 The cup: Take the cup away." in scene.output
    choice = run("explain", "scenarios/cold-tea", "ask-her").output
    assert "it does: attention +1, set told" in choice
    variable = run("explain", "scenarios/cold-tea", "told").output
    assert "'ask-her' in 'cup' changes it: set told" in variable
    assert "the words of 'evening' read it" in variable
    assert "the later 'asked' reads it" in variable
    assert "evening" in run("explain", "scenarios/cold-tea").output


def test_explain_shows_how_a_must_is_missed_and_what_moves_a_competency(run, tea):
    missed = run("explain", "scenarios/cold-tea", "told-someone")
    assert (missed.exit_code, "it is kept when told, before 'evening'" in missed.output) == (0, True)
    assert "1. scenarios/cold-tea/scenario.md:30:3 The cup: Take the cup away." in missed.output
    moved = run("explain", "scenarios/cold-tea", "attention").output
    assert "'ask-her' in 'cup' changes it: attention +1" in moved
    assert "'pass' reads it" in moved
    story = tea / "scenario.md"
    story.write_text(story.read_text("utf-8").replace("{when: told,", "{when: visited(cup),"), "utf-8")
    sure = run("explain", "scenarios/cold-tea", "told-someone")
    assert (sure.exit_code, "no way leads there" in sure.output) == (1, True)


def test_explain_shows_how_a_must_not_is_broken(run, tea):
    story = tea / "scenario.md"
    rule = "must_not:\n  left-alone: {when: chose(take-away), says: Left her alone, why: She was thirsty., ref: policy}\npass:"
    story.write_text(story.read_text("utf-8").replace("pass:", rule, 1), "utf-8")
    broken = run("explain", "scenarios/cold-tea", "left-alone")
    assert (broken.exit_code, "left-alone, broken" in broken.output) == (0, True)
    assert "it is broken when chose(take-away)" in broken.output
    assert "The cup: Take the cup away." in broken.output


def test_explain_answers_about_states_and_says_when_there_is_no_way(run, tea):
    state = run("explain", "scenarios/cold-tea", "--when", "told and attention >= 1", "--in", "evening")
    assert (state.exit_code, "Ask what she would like." in state.output) == (0, True)
    never = run("explain", "scenarios/cold-tea", "--when", "told", "--in", "question")
    assert (never.exit_code, "no way leads there" in never.output) == (1, True)
    bounded = run("explain", "scenarios/cold-tea", "--when", "told", "--in", "question", "--states", "1")
    assert (bounded.exit_code, "not complete" in bounded.output) == (3, True)


ROUTES = """\
## The door {#door}

::: free-text {#words}
ask: What do you say?
routes:
  - {id: polite, phrases: [please help, help], effects: [set told], to: hall}
  - {id: rude, phrases: [oi], to: hall}
:::

- [Knock](#hall) {#knock}
  ::: choice
  takes: 5 min
  :::

## The hall {#hall}

::: observe
values: {breaths: 20}
:::

::: order {#say-it}
ask: Put it together.
items: [{id: situation, text: Now}, {id: request, text: Please}, {id: sorry, text: Sorry}]
order: [situation, request]
right: [set told]
:::

::: scene
to: home
:::

::: if early >= 2 and clock >= 19:45
It is late.
:::

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""


@pytest.fixture
def door(tmp_path):
    folder = tmp_path / "scenarios" / "door"
    folder.mkdir(parents=True)
    front = (
        "---\nscenario: door\ntitle: The door\nminutes: 1..2\n"
        "variables: {told: flag, clock: {from: 19:40, to: 23:00}}\n"
        "tracks: {breaths: {label: Breaths, range: 0..60, visible_to_logic: true}}\n"
        "scales: {early: {label: Early, points: {breaths: {..20: 0, 21..: 3}}}}\n---\n\n"
    )
    (folder / "scenario.md").write_text(front + ROUTES, "utf-8")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("words", "'polite' is taken at words such as “please help”, “help”"),
        ("rude", "it leads to 'hall'"),
        ("polite", "it does: set told"),
        ("hall", "from 'door' by words such as “oi”"),
        ("say-it", "when right, it does: set told"),
        ("situation", "it comes as number 1 in 'say-it'"),
        ("sorry", "it is to be left out of 'say-it'"),
        ("clock", "'knock' in 'door' moves it: 5 min"),
        ("clock", "the words of 'hall' read it"),
        ("breaths", "what is measured in 'hall' changes it: breaths := 20"),
        ("breaths", "'early' reads it"),
        ("early", "it means the points of Breaths (0 to 20: 0; 21 to 60: 3)"),
    ],
)
def test_explain_knows_whatever_has_an_id(run, door, name, says):
    found = run("explain", "scenarios/door", name)
    assert found.exit_code == 0
    assert f"  {says}\n" in found.output
    assert "going on" not in found.output


def test_explain_knows_the_items_of_a_question_by_its_id_and_theirs(run, door):
    story = Path("scenarios/door/scenario.md")
    before, _, after = story.read_text("utf-8").partition("::: order {#say-it}\n")
    story.write_text(f"{before}::: question {{#total}}\nright: [set told]\n:::{after.partition(':::')[2]}", "utf-8")
    bank = "bank: sums\nquestions:\n  - {id: total, type: single, ask: How many?, options: [*]}\n"
    options = "{id: four, text: Four}, {id: nine, text: Nine, right: yes}"
    story.with_name("bank.yaml").write_text(bank.replace("*", options), "utf-8")
    assert "it stands in 'hall'" in run("explain", "scenarios/door", "total").output
    assert "it is right in 'total'" in run("explain", "scenarios/door", "total.nine").output
    assert "it is wrong in 'total'" in run("explain", "scenarios/door", "total.four").output


@pytest.mark.parametrize(("slip", "meant"), [("sitation", "situation"), ("polit", "polite"), ("clok", "clock")])
def test_explain_knows_what_was_meant_of_whatever_has_an_id(run, door, slip, meant):
    with pytest.raises(LmsError) as caught:
        run("explain", "scenarios/door", slip)
    assert f"did you mean '{meant}'" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evning"], "did you mean 'evening'"),
        (["--when", "tld"], "tld"),
        (["--when", "told", "--in", "cap"], "did you mean 'cup'"),
    ],
)
def test_explain_says_what_it_does_not_know(run, tea, arguments, says):
    with pytest.raises(LmsError) as caught:
        run("explain", "scenarios/cold-tea", *arguments)
    assert says in str(caught.value)


def test_play_says_once_what_was_missed_and_of_what_was_done_that_it_was(run):
    run("new", "scenarios/first-night", "--title", "The first night")
    missed = run("play", "scenarios/first-night", answers="take-away\nall-right\nlook-in-late\n").output
    (decision,) = missed.split("(defensible)\n")[1:]
    assert decision.split("\n\n")[0].splitlines()[0] == "  MISSED: Told someone the same day"
    assert decision.count("Told someone the same day") == 1
    done = run("play", "scenarios/first-night", answers="ask-her\nlook-in\n").output
    assert "  then: Told someone the same day: done" in done


@pytest.mark.parametrize("words", [["graph"], ["script"], ["script", "--format", "pdf"]])
def test_a_file_that_cannot_be_written_is_said_and_no_traceback(words, tmp_path):
    (tmp_path / "file").write_text("x")
    story = Path(__file__).parents[3] / "scenarios" / "between-you-and-me"
    result = CliRunner().invoke(cli, [*words, str(story), "-o", str(tmp_path / "file" / "inside")])
    assert isinstance(result.exception, Unavailable)
    assert "cannot be written" in str(result.exception)


def test_a_new_scenario_takes_no_files_name_and_no_title_that_is_not_text(tmp_path):
    (tmp_path / "night").write_text("x")
    with pytest.raises(Conflict):
        tool_service.begin(tmp_path / "night", "A title")
    with pytest.raises(Invalid):
        tool_service.begin(tmp_path / "day", "\udcff")
