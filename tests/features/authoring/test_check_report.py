"""`lms check --report`: what is known about a scenario as a whole, for people and in JSON."""

import json

from tests.features.authoring.test_check import SCENARIO, check, content

__all__ = ["content"]

STORY = SCENARIO.replace(
    "must:", "competencies: {voice: {range: -5..5, says: Her voice}}\npass: voice >= 1 and kept(told)\nmust:"
).replace(
    "- [Tell Mair](#home) {#tell}\n",
    """\
::: scene
kind: narration
:::

- [Tell Mair](#home) {#tell}
  ::: choice
  effects: [voice +2]
  takes: 3 min
  :::
- [Look again](#tray) {#look}
  ::: choice
  effects: [voice -1]
  once: yes
  :::
""",
)


def test_the_report_says_lengths_scores_and_what_was_left_out(content):
    content.write_text(STORY, encoding="utf-8")
    (content.parent / "plans").mkdir()
    (content.parent / "plans" / "told.plan").write_text("expect: home\ntake: [tell]\n", encoding="utf-8")
    result = check("--report")
    assert result.exit_code == 0
    shown = result.stdout.splitlines()
    first = shown.index("scenarios/tray: 12 states explored")
    assert shown[first + 1 : first + 8] == [
        "  ending  band    good  scenes  minutes  can be passed  can be failed",
        "  home    secure  yes   2..3    3        yes            no",
        "  score  overall  home",
        "  voice  1..2     1..2",
        "  1 plan; no plan takes: look",
        "  ways: 3 states; does not depend on voice, told",
        "  passed: 3 states",
    ]
    assert "  not proven, because no program can:" in shown
    report = json.loads(check("--report", "--format", "json").stdout)["scenarios"]["scenarios/tray"]
    (ending,) = report["report"]["endings"]
    assert (ending["fewest_scenes"], ending["most_scenes"]) == (2, 3)
    assert (ending["can_pass"], ending["can_fail"]) == (True, False)
    assert ending["scores"] == {"voice": [1, 2]}
    assert report["plans"] == {"plans": 1, "choices_not_taken": ["look"], "endings_not_reached": []}
    ways = next(question for question in report["questions"] if question["about"] == "ways")
    assert ways["is_complete"]
    assert {"voice", "told"} <= set(ways["left_out"])
    assert report["report"]["not_proven"]


def test_minutes_are_left_out_of_a_story_in_which_nothing_takes_time(content):
    content.write_text(STORY.replace("  takes: 3 min\n", ""), encoding="utf-8")
    shown = check("--report").stdout.splitlines()
    assert "  ending  band    good  scenes  can be passed  can be failed" in shown
    assert "  home    secure  yes   2..3    yes            no" in shown


def test_without_being_asked_json_holds_what_was_proven_and_no_more(content):
    facts = json.loads(check("--format", "json").stdout)["scenarios"]["scenarios/tray"]
    assert facts.keys() == {"states", "complete", "questions", "plans"}
    assert content.exists()
