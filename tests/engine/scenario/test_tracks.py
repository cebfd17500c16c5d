"""Tracks of observations: what may be written, what is kept, and that an early warning score comes out as it should."""

from datetime import date
from pathlib import Path

import pytest

from lms.engine.scenario.api import Observed, act, debrief, offered, prove_scenario, start
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.manual import reference_time
from lms.engine.scenario.play.events import Choose, Reading, TimeOut
from lms.engine.scenario.play.turn import MOST_ROWS
from lms.engine.scenario.program.expression import Assign, Change, Constant
from lms.engine.scenario.program.in_words import Reader, effect_notation, notation
from lms.engine.scenario.program.observing import Chart, Observe, Track, Word
from lms.engine.scenario.program.program import Clock, Number
from lms.engine.scenario.program.wording import told
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_length import lengths
from lms.engine.source.text import SourceFile
from tests.engine.scenario.build import choice, ending, program, scene
from tests.engine.scenario.test_parse import compile_text, made
from tests.engine.scenario.walk import SEED, walk

TRACKS = """\
tracks:
  breaths: {label: Respiratory rate, unit: breaths a minute, range: 0..60, usual: 12..20, visible_to_logic: true}
  oxygen: {label: Oxygen saturation, unit: "%", range: 50..100, start: "96", visible_to_logic: true}
  air: {label: Air or oxygen, values: {air: Air, extra: Oxygen}, visible_to_logic: true}
  systolic: {label: Systolic pressure, unit: mmHg, range: 40..280, visible_to_logic: true}
  diastolic: {label: Diastolic pressure, unit: mmHg, range: 20..180}
  pulse: {label: Pulse, unit: beats a minute, range: 20..220, visible_to_logic: true}
  alertness: {label: Alertness, values: {alert: Alert, confused: New confusion, pain: Pain}, visible_to_logic: true}
  temperature: {label: Temperature, unit: °C, range: 30.0..43.0, usual: 36.1..37.5, visible_to_logic: true}
scales:
  news2:
    label: NEWS2
    points:
      breaths: {..8: 3, 9..11: 1, 12..20: 0, 21..24: 2, 25..: 3}
      oxygen: {..91: 3, 92..93: 2, 94..95: 1, 96..: 0}
      air: {air: 0, extra: 2}
      systolic: {..90: 3, 91..100: 2, 101..110: 1, 111..219: 0, 220..: 3}
      pulse: {..40: 3, 41..50: 1, 51..90: 0, 91..110: 1, 111..130: 2, 131..: 3}
      alertness: {alert: 0, confused: 3, pain: 3}
      temperature: {..35.0: 3, 35.1..36.0: 1, 36.1..38.0: 0, 38.1..39.0: 1, 39.1..: 2}
"""
WARD = """\
## Half past ten {#first}

::: observe
title: Doreen, so far
values: {breaths: 20, oxygen: 96, air: air, systolic: 118, diastolic: 70, pulse: 92, alertness: alert, temperature: 37.9}
:::

- [Go on](#second) {#on}
  ::: choice
  takes: 200 min
  effects: [pulse +3]
  :::

## Ten to two {#second}

::: observe
values: {breaths: +2, oxygen: 95, air: same, systolic: 108, diastolic: 64, pulse: 104, alertness: confused, temperature: 38.2}
:::

- [Ring](#home) {#ring}
  ::: choice
  when: news2 >= 7 and temperature >= 38.1 and alertness is confused
  :::
- [Wait](#home) {#wait}

::: if pulse > 100
Her heart races.
:::
"""


def chart(step, story):
    (found,) = [block for block in offered(story, step.state).blocks if block.kind == "shown-chart"]
    return found


def cells(chart_, name):
    return next(one.cells for one in (*chart_.tracks, *chart_.scales) if one.id == name)


def test_the_early_warning_score_of_the_brief_comes_out_as_1_and_9():
    story = made(WARD, more=TRACKS)
    found = chart(walk(story, "on"), story)
    assert cells(found, "news2") == ("1", "9")
    assert cells(found, "temperature") == ("37.9", "38.2")
    assert cells(found, "alertness") == ("Alert", "New confusion")
    assert cells(found, "breaths") == ("20", "22")
    assert cells(found, "air") == ("Air", "Air")
    assert found.times == ("19:40", "23:00")
    temperature = next(track for track in found.tracks if track.id == "temperature")
    assert (temperature.values, temperature.usual, temperature.unit) == ((379, 382), "36.1–37.5", "°C")


def test_conditions_and_prose_read_tracks_and_scores_that_are_open_to_them():
    story = made(WARD, more=TRACKS)
    shown = offered(story, walk(story, "on").state)
    assert [item.id for item in shown.choices if item.open] == ["ring", "wait"]
    assert "Her heart races." in {getattr(block, "markdown", "") for block in shown.blocks}


def test_what_is_measured_is_an_event_and_the_debrief_has_all_of_it():
    story = made(WARD, more=TRACKS)
    step = walk(story, "on")
    observed = [event for event in step.events if isinstance(event, Observed)]
    assert [(event.scene, event.clock) for event in observed] == [("first", 19 * 60 + 40), ("second", 23 * 60)]
    assert Reading("temperature", 382) in observed[1].readings
    assert Reading("alertness", "confused") in observed[1].readings
    assert cells(debrief(story, SEED, step.events).observed, "news2") == ("1", "9")


def test_how_a_scale_is_added_up_is_said_in_plain_words_and_with_the_decimals_of_its_tracks():
    story = made(WARD, more=TRACKS)
    (news2,) = [one.value for one in story.derived if one.id == "news2"]
    said = Reader(story).condition(news2)
    assert "the points of Temperature (30.0 to 35.0: 3; 35.1 to 36.0: 1; 36.1 to 38.0: 0;" in said
    assert " + the points of Alertness (Alert: 0; New confusion: 3; Pain: 3) + " in said
    assert notation(news2).startswith("the points of breaths (0..8: 3, 9..11: 1, ")


def test_only_tracks_that_conditions_read_are_in_the_explored_state():
    story = made(WARD, more=TRACKS)
    fields = Exploration(story).space.fields
    assert {"breaths", "pulse", "temperature", "alertness"} <= fields.keys()
    assert "diastolic" not in fields
    assert "news2" not in fields
    quiet = WARD.split("- [Ring]", maxsplit=1)[0] + "- [Wait](#home) {#wait}\n"
    assert not {"breaths", "pulse"} & Exploration(made(quiet, more=TRACKS)).space.fields.keys()


def problems(text, more):
    return [(one.code, one.what) for one in compile_text(text, more=more).problems]


OBSERVE = "## A {#a}\n\n::: observe\nvalues: {%s}\n:::\n\n- [Go on](#home) {#on}\n"
ONE = "tracks: {temp: {label: T, range: 30.0..43.0}}\n"


@pytest.mark.parametrize("value", ["37.95", "29.9", "43.1", "warm", "379", "1e3", "++2", "+0.55", "37,9"])
def test_an_observation_that_its_track_cannot_hold_is_refused(value):
    assert [code for code, _ in problems(OBSERVE % f'temp: "{value}"', ONE)] == ["SC135"]


@pytest.mark.parametrize("value", ["37.9", "38", "+0.5", "-2", "same", " 40.0 "])
def test_an_observation_says_a_value_a_move_or_same(value):
    assert problems(OBSERVE % f'temp: "{value}"', ONE) == []


@pytest.mark.parametrize(
    "more",
    [
        "tracks: {temp: {label: T}}\n",
        "tracks: {temp: {label: T, range: 0..200000}}\n",
        "tracks: {temp: {label: T, range: 30..43, usual: 36.1..37.5}}\n",
        "tracks: {temp: {label: T, range: 30..43, usual: 20..37}}\n",
        'tracks: {temp: {label: T, range: 30..43, start: "44"}}\n',
        "tracks: {temp: {label: T, values: {one: One}}}\n",
        "tracks: {temp: {label: T, values: {one: One, same: Same}}}\n",
        "tracks: {temp: {label: T, values: {one: One, two: Two}, range: 1..2}}\n",
        "tracks: {temp: {label: T, values: {one: One, two: Two}, start: three}}\n",
        *(
            ONE.replace("}}", "}, s: {label: S, range: 0..9}}")
            + f"scales: {{news: {{label: N, points: {{{points}}}}}}}\n"
            for points in (
                "temp: {30.0..36.0: 1, 36.2..43.0: 0}",
                "temp: {30.0..36.0: 1, 36.0..43.0: 0}",
                "temp: {..36.0: 1}",
                "temp: {..36.00: 1, 36.01..: 0}",
                "temp: {'36,0..': 1}",
                "temp: {..: 1}",
                "temp: {..43.0: -1}",
                "temp: {..43.0: 101}",
                "s: {0..4: 1, 9..5: 0}",
            )
        ),
    ],
)
def test_a_track_or_score_that_contradicts_itself_is_refused_once(more):
    values = "temp: same" + (", s: same" if " s: {" in more else "")
    assert [code for code, _ in problems(OBSERVE % values, more)] == ["SC134"]


def test_names_of_tracks_are_looked_up_with_did_you_mean():
    (found,) = compile_text(OBSERVE % "tmp: same, temp: same", more=ONE).problems
    assert (found.code, found.fix) == ("SC033", "did you mean 'temp'?")
    chart_block = "::: chart\ntitle: So far\ntracks: [tempo]\n:::\n\n"
    text = (OBSERVE % "temp: same").replace("- [Go", chart_block + "- [Go")
    assert [code for code, _ in problems(text, ONE)] == ["SC033"]
    words = ONE.replace("}}", "}, s: {label: S, values: {a: A, b: B}}}")
    scale = words + "scales: {news: {label: N, points: {s: {a: 1, c: 0}}}}\n"
    assert [code for code, _ in problems(OBSERVE % "temp: same, s: a", scale)] == ["SC134"]
    other = ONE + "scales: {news: {label: N, points: {tempo: {..1: 1}}}}\n"
    assert [code for code, _ in problems(OBSERVE % "temp: same", other)] == ["SC033"]


def test_an_observation_beneath_a_choice_is_refused():
    text = "## A {#a}\n\n- [Go on](#home) {#on}\n  ::: if told\n  ::: observe\n  values: {temp: same}\n  :::\n  :::\n"
    assert "SC018" in {code for code, _ in problems(text, ONE)}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("temp >= 38.1", None),
        ("temp is 38", None),
        ("38 < temp", "SC041"),
        ("temp >= 38.15", "SC041"),
        ("temp + 1 > 38", "SC041"),
        ("count(a) > 1.5", "SC041"),
        ("temp >= low", None),
        ("temp >= whole", "SC041"),
    ],
)
def test_a_track_with_decimals_is_compared_with_numbers_as_fine(condition, code):
    more = """\
tracks:
  temp: {label: T, range: 30.0..43.0, visible_to_logic: true}
  low: {label: L, range: 30.0..43.0, visible_to_logic: true}
  whole: {label: W, range: 30..43, visible_to_logic: true}
"""
    text = OBSERVE % "temp: same, low: same, whole: same" + f"\n::: if {condition}\nYes.\n:::\n"
    assert [found for found, _ in problems(text, more)] == ([code] if code else [])


def test_effects_move_tracks_whether_conditions_read_them_or_not():
    text = (OBSERVE % "temp: same") + "  ::: choice\n  effects: [temp +0.5, temp := 38.2, temp -1]\n  :::\n"
    (only,) = made(text, more=ONE).scenes[0].choices
    assert only.effects == (Change("temp", 5, 1), Assign("temp", Constant(382, 1)), Change("temp", -10, 1))


def test_numbers_are_said_as_they_are_written():
    text = (
        OBSERVE % "temp: same"
    ) + "  ::: choice\n  effects: [temp +0.5, {if: temp >= 38.1, do: [temp := 38.2]}]\n  :::\n"
    story = made(text, more=ONE.replace("}}", ", visible_to_logic: true}}"))
    effects = story.scenes[0].choices[0].effects
    assert [effect_notation(effect) for effect in effects] == ["temp +0.5", "if temp >= 38.1: temp := 38.2"]
    assert Reader(story).effects(effects) == "T +0.5; if T is at least 38.1: T becomes 38.2"


def test_how_somebody_is_outlasts_an_act():
    text = (OBSERVE % "temp: 39.0").replace("#home", "#rest") + (
        "\n## Rest {#rest}\n\n::: scene\nkind: checkpoint\nto: b\nkeeps: [calm]\n:::\n"
        "\n## B {#b}\n\n::: observe\nvalues: {temp: same}\n:::\n\n- [Go on](#home) {#b-on}\n"
    )
    story = made(text, more=ONE)
    assert story.scenes[1].checkpoint.keeps == ("calm", "temp")
    assert cells(chart(walk(story, "on", "go"), story), "temp") == ("39.0", "39.0")


WELSH = """\
---
title: Ddim fel hi ei hun
tracks:
  breaths: {label: Cyfradd anadlu, unit: anadl y funud}
  alertness: {label: Effro, values: {alert: Effro iawn, confused: Dryswch newydd}}
  temperature: {label: Tymheredd}
scales: {early: {label: Rhybudd cynnar}}
must: {early-call: {says: Dweud mewn pryd, why: Mae oriau'n cyfrif.}}
---

## Tost heb ei gyffwrdd {#toast}

- [Mesur](#first) {#measure}
- [Gadael iddi orffwys](#second) {#rest}

::: timeout 40s {#freeze}
label: Rydych chi'n sefyll
says: Mae'r cloc yn taro.
:::

## Hanner awr wedi deg {#first}

::: observe
title: Doreen
:::

- [Dweud wrth Jo](#second) {#tell}
- [Ymlaen](#second) {#go-on}

## Cinio {#lunch}

- [Yn ol](#return) {#lunch-on}

## Deg munud i ddau {#second}

- [Ffonio](#end) {#ring}
- [Aros](#end) {#wait}

## Y diwedd {#end}

::: chart
title: Y diwrnod
:::
"""


def test_a_language_file_translates_labels_units_words_titles_and_what_time_does():
    folder = Path(__file__).parent / "golden"
    files = [
        SourceFile("scenarios/ward/scenario.md", "scenario.md", (folder / "ward.md").read_bytes()),
        SourceFile("scenarios/ward/scenario.cy.md", "scenario.cy.md", WELSH.encode()),
    ]
    compiled = compile_scenario(files, today=date(2026, 11, 22))
    assert [str(problem) for problem in compiled.problems] == []
    story = told(compiled.program, "cy")
    shown = chart(walk(story, TimeOut()), story)
    assert shown.title == "Doreen"
    assert [(track.label, track.unit) for track in shown.tracks] == [
        *(("Cyfradd anadlu", "anadl y funud"), ("Effro", ""), ("Tymheredd", "°C")),
    ]
    assert cells(shown, "alertness") == ("Effro iawn",)
    assert [scale.label for scale in shown.scales] == ["Rhybudd cynnar"]
    choice_ = story.scenes[0].timeout.choice
    assert (choice_.label, choice_.consequence[0].markdown) == ("Rydych chi'n sefyll", "Mae'r cloc yn taro.")


def test_the_scale_in_the_guide_gives_1_and_9_for_the_observations_of_the_brief():
    guide = (Path(__file__).parents[3] / "docs/how-to/time-and-observations.md").read_text(encoding="utf-8")
    more = guide.split("```yaml\n")[1].split("```")[0]
    text = WARD.replace(" diastolic: 70,", "").replace(" diastolic: 64,", "").split("- [Ring]", maxsplit=1)[0]
    text = text.replace("  effects: [pulse +3]\n", "") + "- [Wait](#home) {#wait}\n"
    story = made(text, more=more)
    assert cells(chart(walk(story, "on"), story), "news2") == ("1", "9")


def test_the_example_of_the_reference_has_no_problem_and_tells_of_a_score_that_rises():
    file = SourceFile("scenarios/not-her-day/scenario.md", "scenario.md", reference_time.EXAMPLE.encode())
    compiled = compile_scenario([file], today=date(2026, 11, 22))
    assert [str(problem) for problem in (*compiled.problems, *prove_scenario(compiled).problems)] == []
    story = compiled.program
    assert cells(chart(walk(story, TimeOut(), "tell"), story), "early") == ("0", "6")
    assert walk(story, "measure", "carry-on").state["scene"] == "phone"
    found = {one.ending: (one.fewest_minutes, one.fewest_scenes) for one in lengths(story).endings}
    assert found == {"evening": (210, 4)}


def rounds(*observes, count=40):
    story = program(
        scene("a", choice("again", "a", takes=10), choice("on", "end"), observe=observes, blocks=(Chart(),)),
        ending("end"),
        clock=Clock(0, 24 * 60 - 1),
        variables=(Number("pulse", 20, 220, 80), Number("other", 0, 9)),
        tracks=(Track("pulse", "Pulse"), Track("other", "Other", words=(Word("x", "X"),))),
    )
    state = start(story, SEED).state
    for _ in range(count):
        state = act(story, state, Choose("again")).state
    return story, state


def test_only_the_last_rows_are_kept_and_nothing_is_drawn_of_what_was_not_measured():
    story, state = rounds(Observe(("pulse",), (Change("pulse", 1),)))
    assert len(state["observed"]) == MOST_ROWS
    assert state["observed"][-1] == {"step": 40, "at": 400, "values": {"pulse": 121}}
    (shown,) = offered(story, state).blocks
    assert [track.id for track in shown.tracks] == ["pulse"]
    assert shown.times[-1] == "06:40"


def test_what_stops_at_its_bounds_is_measured_there():
    story, state = rounds(Observe(("pulse",), (Change("pulse", 100),)), count=3)
    assert [row["values"]["pulse"] for row in state["observed"]] == [180, 220, 220, 220]
    assert story.tracks[0].unit == ""


def test_several_observations_on_one_arrival_are_one_row():
    _, state = rounds(
        Observe(("pulse",), (Assign("pulse", Constant(90)),)),
        Observe(("other", "pulse"), (Change("pulse", 5),)),
        count=0,
    )
    assert [row["values"] for row in state["observed"]] == [{"pulse": 95, "other": 0}]


def test_a_run_without_tracks_keeps_no_key_for_them():
    assert "observed" not in start(made("## A {#a}\n\n- [Go on](#home) {#on}\n"), SEED).state
