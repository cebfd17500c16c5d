"""`lms play`: a scenario in the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.engine.scenario.api import Choose, Go, Select, TimeOut, Write, offered, start
from lms.features.authoring import player
from lms.features.authoring.commands import play
from lms.kernel.errors import Invalid, NotFound
from tests.engine.scenario.build import ending, program, scene
from tests.engine.scenario.everything import EVERYTHING
from tests.engine.scenario.walk import walk

STORY = Path(__file__).parents[3] / "scenarios" / "between-you-and-me"
EXPERT = [
    *("straight", "quiet", "reflect", "ask-pain", "explain-choices", "need-to-know", "ring-mair", "He grips so hard."),
    *("facts", "agree-ask", "time-place words seen wishes-noted who-told", "sign", "see-eluned", "explain-now"),
    *("use-support", "on-from-week", "speak-up", "end-heard"),
]


def played(*answers, path=STORY):
    return CliRunner().invoke(play, [str(path)], input="\n".join(answers) + "\n")


def test_a_scenario_is_played_to_its_end_and_looked_back_on():
    result = played(*EXPERT)
    assert result.exit_code == 0
    assert "Ending: protected-heard (strong), passed" in result.output
    assert "kept       Told someone outside" in result.output
    assert "avoided    Left a promise" in result.output
    assert not any(word in result.output for word in ("MISSED", "BROKEN"))


def test_a_run_can_be_left_at_any_scene():
    result = played("promise", "doorway", "excuse", "photo", "leave-it", "quit")
    assert result.exit_code == 0
    assert "Next door" in result.output


def test_a_number_takes_what_is_shown_under_it_and_back_takes_it_back():
    shown = played("1", "back", "2", "quit").output
    assert shown.count("Supper tray") == 2
    assert shown.count("A place to talk") == 2


def test_the_state_is_shown_on_request_and_a_wrong_answer_is_asked_again():
    shown = played("state", "99", "", "back", "quit").output
    assert '"scene": "tray"' in shown
    assert shown.count("That is not among them.") == 2


def test_what_is_not_possible_says_why():
    answers = [*EXPERT[:10], "time-place", "quit"]
    assert "Not possible: at least 4" in played(*answers).output


def test_only_a_sound_scenario_is_played(tmp_path):
    with pytest.raises(NotFound):
        raise played(path=tmp_path).exception
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "scenario.md").write_text("---\nscenario: broken\n---\n")
    with pytest.raises(Invalid):
        raise played(path=folder).exception


def test_every_construct_is_shown_and_answered():
    tray = offered(EVERYTHING, walk(EVERYTHING, "look").state)
    lines = "\n".join(player.scene_lines(tray))
    assert "┌ Care plan" in lines
    assert "[Picture: A bruised wrist]" in lines
    assert "Eluned Parry: Dim byd, cariad. It is nothing." in lines
    assert "Supper tray · 20:00" in lines
    closed = "\n".join(player.scene_lines(offered(EVERYTHING, start(EVERYTHING, "s").state)))
    assert "–  “I will be straight with you.”\n     (You know too little yet.)" in closed
    write = offered(EVERYTHING, walk(EVERYTHING, "promise").state)
    select = offered(EVERYTHING, walk(EVERYTHING, "promise", Write("He grips")).state)
    assert "A promise is a promise." in "\n".join(player.scene_lines(write))
    assert player.read_answer(write, "1 2") == Write("1 2")
    assert player.read_answer(select, "1, again") == Select((select.options.items[0].id, "again"))
    assert player.read_answer(select, "nonsense") is None
    assert player.read_answer(tray, "2 1") is None
    assert player.read_answer(tray, "promise") == Choose("promise")
    lines = "\n".join(player.scene_lines(offered(EVERYTHING, start(EVERYTHING, "s").state)))
    assert "│ Pulse (beats a minute)      92  usual 60–95\n" in lines
    assert "│ Early warning                1" in lines
    home = offered(EVERYTHING, walk(EVERYTHING, "promise", Write("He grips"), ("time",), "past").state)
    assert "  t  Let the 30 s run out" in "\n".join(player.scene_lines(home))
    assert player.read_answer(home, "t") == TimeOut()
    assert player.read_answer(tray, "t") is None
    letter = program(scene("letter", kind="narration", then="end"), ending("end"))
    assert player.read_answer(offered(letter, start(letter, "s").state), "") == Go()
