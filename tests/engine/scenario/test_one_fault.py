"""One fault is one problem: what cannot be read is said once, and not again by all that depends on it."""

from datetime import date

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source.text import SourceFile

STORY = """\
---
scenario: example
title: An example
minutes: 5
characters: {nia: {name: Nia}}
variables: {told: flag, pain: {one of: [none, some], start: none}, clock: {from: "19:40", to: "23:00"}}
tracks:
  pulse: {label: Pulse, range: 40..60, start: "50", visible_to_logic: true}
  warmth: {label: Temperature, range: 35.0..39.0, start: "38.0", visible_to_logic: true}
references: {wsp: {title: Procedures}}
must: {said: {when: chose(tell), says: Told, why: It matters., ref: wsp, blame: [wait, tell]}}
---

## Supper tray {#tray}

**Nia:** [Dim byd.]{lang=cy} It is nothing.

![A wrist](media/wrist.png)

::: document {#poster}
title: A poster
text: Ring us.
:::

::: observe
values: {pulse: same, warmth: +2.0}
:::

- [Tell](#room) {#tell}
  ::: choice
  rating: best
  effects: [set told]
  takes: 1 min
  :::
- [Wait](#room) {#wait}
  ::: choice
  rating: unsafe
  why_plausible: There is time.
  when: not told or pain is some or clock < 21:00
  :::

::: debrief {#why}
for: [tell, wait]
expert: tell
why: It cannot wait.
ref: wsp
:::

## Her room {#room}

::: scene
kind: hub
exit: leave
:::

- [The chart](#sheet) {#look}
  ::: choice
  back: room
  :::
- [The window](#room) {#window}
- [Enough](#note) {#leave}

## The chart {#sheet}

- [Hang it up](#return) {#hang}

## The note {#note}

::: options
choose: 1..2
options:
  - {id: words, text: Her words, rating: best}
  - {id: view, text: My view, rating: unsafe, why_plausible: One has one.}
:::

::: debrief {#noting}
for: [words, view]
expert: words
why: Words are evidence.
ref: wsp
:::

::: scene
to: end
:::

## Home {#end}

::: scene
kind: ending
band: secure
:::

::: chart
title: Her pulse
tracks: [pulse, warmth]
:::
"""

MORE = """\
## The shift is over {#over}

::: scene
kind: checkpoint
to: steps
keeps: [told]
:::

## The steps {#steps}

::: order {#which-first}
ask: What comes first?
items: [{id: ask, text: Ask her}, {id: write, text: Write it down}]
order: [ask, write]
partly: [set told]
partly_from: 60
:::

::: later {#call}
clock: 21:00
to: rung
:::

::: scene
to: end
:::

::: debrief {#ordering}
for: [which-first]
why: Her words come first.
ref: wsp
:::

## The telephone {#rung}

- [Take the call](#sheet) {#take}
  ::: choice
  back: return
  :::

## Home {#end}
"""
LONGER = STORY.replace("to: end", "to: over").replace("## Home {#end}\n", MORE)


def compiled(text):
    media = SourceFile("scenarios/example/media/wrist.png", "media/wrist.png", b"x")
    story = SourceFile("scenarios/example/scenario.md", "scenario.md", text.encode())
    return compile_scenario([story, media], today=date(2026, 11, 21))


def problems(old, new):
    assert old in STORY
    return compiled(STORY.replace(old, new, 1)).problems


@pytest.mark.parametrize("story", [STORY, LONGER])
def test_the_story_itself_has_none(story):
    assert [str(each) for each in compiled(story).problems] == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("tracks:\n", "trakcs:\n", "SO021"),
        ("pulse: {label: Pulse,", "pulse: {", "SO020"),
        ("kind: hub", "kind: hubb", "SO024"),
        ("kind: hub", "knid: hub", "SO021"),
        ("{id: words, text: Her words,", "{id: words,", "SO020"),
        ("(#room) {#tell}", "(#room)", "SC023"),
        ("(#room) {#tell}", "(#room) {#Tell Her}", "SC024"),
        ("(#room) {#tell}", "(#room) {#wait}", "SC030"),
        ("## Her room {#room}", "## Her room", "SC023"),
        ("## Her room {#room}", "## Her room {#tray}", "SC030"),
        ("## The note {#note}", "::: document {#poster}\ntitle: Another\ntext: Ring.\n:::\n\n## The note {#note}", "SC030"),
        ("{lang=cy}", "{lang=}", "SO025"),
        ("{lang=cy}", "{lang=Welsh!}", "SO025"),
    ],
)  # fmt: skip
def test_a_fault_is_said_once(old, new, code):
    assert [each.code for each in problems(old, new)] == [code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: An example", "titel: An example"),
        ("clock: {from", "clok: {from"),
        ("clock: {from", "clock: {frm"),
        ("one of: [none", "one off: [none"),
        ("one of: [none, some]", "one of: [No Pain, some]"),
        ("range: 40..60", "rnge: 40..60"),
        ("rating: best", "rating: bst"),
        ("rating: best", "ratng: best"),
        ("rating: unsafe", "rating: unsaf"),
        ("why_plausible: There is time.", 'why_plausible: ""'),
        ("why_plausible: There is time.", "why_plausibel: There is time."),
        ("why_plausible: One has one.", "why_plausibel: One has one."),
        ("{id: words", "{idd: words"),
        ("expert: tell", "expret: tell"),
        ("why: It cannot wait.", "whi: It cannot wait."),
        ("ref: wsp\n:::", "rf: wsp\n:::"),
        ("exit: leave", "exit: To Leave"),
        ("to: over", "too: over"),
        ("to: over", "to: The End"),
        ("back: return", "bakc: return"),
        ("band: secure", "band: sekure"),
        ("keeps: [told]", "keeps: told"),
        ("to: steps", "too: steps"),
        ("partly_from: 60", "partly_from: 160"),
        ("partly: [", "party: ["),
        ("clock: 21:00\nto", "clokc: 21:00\nto"),
        ("kind: checkpoint\nto: steps\nkeeps: [told]", "kind: call\ntoo: rung\nback: steps"),
    ],
)
def test_what_is_misspelt_or_wrong_is_not_missing_as_well(old, new):
    assert old in LONGER
    assert len(compiled(LONGER.replace(old, new, 1)).problems) == 1


def test_a_list_that_is_empty_is_no_slip():
    (found,) = problems("expert: tell", "expert: []")
    assert found.what == "it is not said what an expert would take"


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("told: flag", "told: falg", "did you mean 'flag'?"),
        ("clock: {from", "clok: {from", "did you mean 'clock'?"),
        ("clock: {from", "hours: {from", "call it clock"),
        ("start: none", "start: nnoe", "did you mean 'none'?"),
        ("clock < 21:00", "clcok < 21:00", "did you mean `clock`?"),
        ("media/wrist.png", "media/wrst.png", "did you mean 'media/wrist.png'?"),
    ],
)
def test_a_slip_is_told_from_what_is_not_there(old, new, meant):
    assert [each.fix for each in problems(old, new)] == [meant]


def test_a_range_that_ends_before_it_starts_is_no_slip_of_a_flag():
    (found,) = problems("told: flag", "told: 5..1")
    assert (found.code, found.why) == ("SO025", "the range ends before it starts")


def test_a_track_that_stops_is_reported_where_it_is_declared_with_its_decimals():
    found = prove_scenario(compiled(STORY.replace("+2.0", "+0.9").replace("(#room) {#window}", "(#tray) {#window}")))
    (stops,) = [each for each in found.problems if each.code == "SC112"]
    assert (stops.what, stops.fix) == ("'warmth' stops at 39.0", "widen its range")
    assert stops.excerpt.startswith("  warmth:")
