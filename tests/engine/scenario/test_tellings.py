"""One story in other languages and for other nations: the words change, the run does not."""

from datetime import date

import pytest

from lms.engine.scenario.api import Choose, Go, Program, Select, Write, act, debrief, offered, outcome, start
from lms.engine.scenario.language.blocks import BLOCKS
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.manual import reference_files
from lms.engine.scenario.manual.examples import EXAMPLES
from lms.engine.scenario.play.machine import expressions
from lms.engine.scenario.program import program as program_module
from lms.engine.scenario.program.wording import FACTS, OTHERWISE, WORDS, retold, told, wordless, words
from lms.engine.source.text import SourceFile
from lms.kernel.words import Foreign, together
from tests.engine.scenario.fields import text_fields
from tests.engine.scenario.whole import compile_whole

STORY = """\
---
scenario: example
title: The supper tray
minutes: 5..8
summary: A secret is told.
nation: wales
language: en
terms: {board: Regional Safeguarding Board}
objectives: {listen: Listen first}
characters: {nia: {name: Nia Rees, role: nurse}, ivan: {name: Ivan}}
competencies: {voice: {range: -5..5, says: Her voice, objectives: [listen]}}
variables: {promised: flag}
must: {told: {when: chose(tell), says: Told somebody, why: It cannot wait., ref: law}}
pass: voice >= 1 and kept(told)
references: {law: {title: The Procedures, part: section 5, url: "https://example.org/wales", review_by: 2027-01-01}}
support: [{name: Live Fear Free, phone: 0808 80 10 800}]
prebrief: This is a rehearsal.
---

## Supper tray {#tray}

You reach for the tray.

**Nia:** You won’t tell, will you?

::: if promised
You have promised.
:::

::: scene
ask: What do you say?
:::

- [“I will not tell.”](#note) {#promise}
  ::: choice
  rating: unsafe
  effects: [set promised, voice -1]
  why_plausible: It calms her.
  :::
  She nods.
- [“I must tell the {term:board}.”](#note) {#tell}
  ::: choice
  rating: best
  effects: [voice +1]
  feedback: {says: That is honest., at: now}
  :::

::: debrief {#first}
for: [promise, tell]
expert: tell
why: The {term:board} decides.
ref: law
ask: What did she need?
:::

## The note {#note}

::: document {#poster}
title: Poster on the wall
text: |
  Ring the {term:board}.
:::

::: options
ask: What do you write?
options:
  - {id: her-words, text: Her own words, rating: best}
  - {id: my-view, text: My view, rating: unsafe, why_plausible: One has a view.}
:::

::: debrief {#noting}
for: [her-words, my-view]
expert: her-words
why: Words are evidence.
ref: law
:::

::: scene
to: say
:::

## Say it {#say}

::: free-text {#words}
ask: What do you say to Ivan?
routes:
  - {id: sorry, phrases: [sorry]}
:::

::: scene
to: end
:::

## The end {#end}

Ivan listens.

::: scene
kind: ending
band: secure
success: yes
voice: [I was heard.]
followups: [{days: 3, ask: What would you say today?}]
:::

::: debrief-plan
prompts: [{id: next, ask: What next?}]
:::
"""

# Pseudo-Welsh: each text says which it is, so that a mistake shows. (Real Welsh is for people who write it well.)
WELSH = """\
---
title: cy-title
summary: cy-summary
terms: {board: cy-board}
objectives: {listen: cy-listen}
characters: {nia: {role: cy-nurse}}
competencies: {voice: {says: cy-voice}}
must: {told: {says: cy-told, why: cy-why}}
references: {law: {title: cy-law, url: "https://example.org/cymru"}}
support: [{name: cy-help}]
prebrief: cy-prebrief
---

## cy-tray {#tray}

cy-reach

**Nia:** cy-tell

::: if promised
cy-promised
:::

::: scene
ask: cy-ask
:::

- [cy-promise](#note) {#promise}
  ::: choice
  why_plausible: cy-calms
  :::
  cy-nods
- [cy-tell {term:board}](#note) {#tell}
  ::: choice
  feedback: {says: cy-honest}
  :::

::: debrief {#first}
why: cy-decides {term:board}
ask: cy-need
:::

## cy-note {#note}

::: document {#poster}
title: cy-poster
text: cy-ring {term:board}
:::

::: options
ask: cy-write
options:
  - {id: my-view, text: cy-view, why_plausible: cy-has}
  - {id: her-words, text: cy-words}
:::

::: debrief {#noting}
why: cy-evidence
:::

## cy-say {#say}

::: free-text {#words}
ask: cy-to-ivan
routes:
  - {id: sorry, phrases: [mae'n ddrwg gen i]}
:::

## cy-end {#end}

cy-listens

::: scene
voice: [cy-heard]
followups: [{days: 3, ask: cy-today}]
:::

::: debrief-plan
prompts: [{id: next, ask: cy-next}]
:::
"""

ENGLAND = """\
terms: {board: Safeguarding Adults Board}
references: {law: {title: The Care Act, url: "https://example.org/england"}}
support: [{name: Refuge, phone: 0808 2000 247}, {name: Hourglass}]
documents: {poster: {title: English poster, text: Ring the council.}}
"""


def compile_(story=STORY, **others):
    files = {"scenario.md": story, **{name.replace("__", "."): text for name, text in others.items()}}
    named = [
        SourceFile(f"scenarios/example/{name}", name, text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    ]
    return compile_scenario(named, today=date(2026, 11, 21))


def compiled(story=STORY, **others):
    found = compile_(story, **others)
    assert found.program is not None, "\n".join(map(str, found.problems))
    return found.program


def texts_of(program):
    return {place: text.says for place, text in words(program).items()}


def test_the_whole_story_is_told_in_the_language_of_the_file():
    found = compile_(scenario__cy__md=WELSH)
    assert [str(each) for each in found.problems] == []
    (parity,) = found.parity
    assert (parity.language, parity.percent, parity.missing) == ("cy", 100, ())
    welsh = told(found.program, "cy")
    assert welsh.language == "cy"
    names = {"Nia Rees", "Ivan", "section 5", "2027-01-01", "0808 80 10 800"}
    left = {says for says in texts_of(welsh).values() if not says.startswith(("cy-", "https"))}
    assert left == names
    assert welsh.references[0].url == "https://example.org/cymru"
    assert welsh.scenes[0].choices[1].label == "cy-tell cy-board"


def test_W1_the_run_is_the_same_in_every_language_and_may_change_it_at_any_step():
    story = compiled(scenario__cy__md=WELSH, scenario__england__yaml=ENGLAND)
    views = [told(story, language, nation) for language in ("en", "cy") for nation in ("wales", "england")]
    step = start(story, "seed")
    events = list(step.events)
    for action in (Choose("promise"), Select(("her-words",)), Write("Mae'n ddrwg gen i, Ivan"), Go()):
        scenes = [offered(view, step.state) for view in views]
        assert len({(one.id, one.awaits, one.progress, tuple(each.id for each in one.choices)) for one in scenes}) == 1
        assert len({one.title for one in scenes}) == 2
        for view in views:
            assert act(view, step.state, action).state == act(story, step.state, action).state
        step = act(story, step.state, action)
        events += step.events
        if offered(story, step.state).ending:
            break
    assert [event.route for event in events if event.kind == "text-written"] == ["sorry"]
    assert len({outcome(view, step.state).to_json()["ending"] for view in views}) == 1
    backs = [debrief(view, "seed", events) for view in views]
    assert backs[2].turning_points[0].why == "cy-decides cy-board"
    assert backs[3].turning_points[0].why == "cy-decides Safeguarding Adults Board"


def test_W2_what_is_not_translated_is_there_in_the_story_s_language_and_says_so():
    some = (
        WELSH.split("::: scene\nask: cy-ask", maxsplit=1)[0]
        .replace("**Nia:** cy-tell\n\n::: if promised\ncy-promised\n:::\n", "")
        .replace("cy-reach\n", "")
    )
    found = compile_(scenario__cy__md=some)
    assert [each.code for each in found.problems] == ["SC212"]
    assert 0 < found.parity[0].percent < 50
    assert "scenes/tray/blocks/0/markdown" in found.parity[0].missing
    scene = offered(told(found.program, "cy"), start(found.program, "s").state)
    assert scene.title == "cy-tray"
    assert not isinstance(scene.title, Foreign)
    assert isinstance(scene.blocks[0].markdown, Foreign)
    assert scene.blocks[0].markdown.language == "en"
    assert isinstance(scene.ask, Foreign)
    assert not isinstance(offered(told(found.program, "en"), start(found.program, "s").state).ask, Foreign)


@pytest.mark.parametrize("program", [compiled(), compile_whole()[0].program])
def test_W3_without_words_a_story_is_the_same_however_it_is_told(program):
    silent = wordless(program)
    assert {text.says for text in words(silent).values() if text.needs_translation} == set()
    assert wordless(retold(program, lambda _, text, __: f"{text}, in other words")) == silent
    assert [one.id for one in silent.scenes] == [one.id for one in program.scenes]
    assert {*expressions(silent)} == {*expressions(program)}


def test_W3_what_a_story_does_is_no_word():
    silent = wordless(compiled())
    for old, new in (
        ("effects: [voice +1]", "effects: [voice +2]"),
        ("(#note) {#promise}", "(#say) {#promise}"),
        ("phrases: [sorry]", "phrases: [regret]"),
        ("voice >= 1 and", "voice >= 2 and"),
        ("::: if promised", "::: if not promised"),
    ):
        assert old in STORY
        assert wordless(compiled(STORY.replace(old, new))) != silent, new


def test_the_hash_covers_the_translations_and_the_bytes_carry_them():
    plain, story = compiled(), compiled(scenario__cy__md=WELSH)
    other = compiled(scenario__cy__md=WELSH.replace("cy-reach", "cy-other"))
    assert len({plain.hash, story.hash, other.hash}) == 3
    again = Program.from_bytes(story.to_bytes())
    assert again == story
    assert texts_of(told(again, "cy")) == texts_of(told(story, "cy"))


SHARED = """\
support: [{name: Samaritans, says: Day or night.}, {name: Canopi, says: For staff.}]
characters: {zoe: {name: Zoe, role: doctor}}
"""


def shared(**others):
    """The story with what it includes, some of it translated beside it."""
    story = STORY.replace("nation: wales", "nation: wales\ninclude: [_shared/wales.yaml, more.md]").replace(
        "](#note) {#tell}", "](#aside) {#tell}"
    )
    more = "## Aside {#aside}\n\n**Zoe:** Yes?\n\n::: scene\nto: note\n:::\n"
    files = {"scenario.md": story, "_shared/wales.yaml": SHARED, "more.md": more, **others}
    named = [
        SourceFile(f"scenarios/{name}" if name[0] == "_" else f"scenarios/example/{name}", name, text.encode())
        for name, text in files.items()
    ]
    return compile_scenario(named, today=date(2026, 11, 21))


def test_what_is_included_is_translated_beside_it_and_own_lists_count_their_own_items():
    welsh = WELSH.replace("](#note) {#tell}", "](#aside) {#tell}")
    some = shared(**{"scenario.cy.md": welsh})
    assert [each.code for each in some.problems] == ["SC212"]
    view = told(some.program, "cy")
    assert [(str(one.name), isinstance(one.name, Foreign)) for one in view.support] == [
        ("cy-help", False),
        ("Samaritans", True),
        ("Canopi", True),
    ]
    whole = shared(
        **{
            "scenario.cy.md": welsh,
            "_shared/wales.cy.yaml": "support: [{says: cy-day}, {says: cy-staff}]\ncharacters: {zoe: {role: cy-doctor}}\n",
            "more.cy.md": "## cy-aside {#aside}\n\n**Zoe:** cy-yes\n",
        }
    )
    assert [str(each) for each in whole.problems] == []
    view = told(whole.program, "cy")
    assert [one.says for one in view.support] == ["", "cy-day", "cy-staff"]
    assert next(one for one in view.scenes if one.id == "aside").blocks[0].markdown == "cy-yes"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("support: [{says: a}]\n", "SC211"),
        ("characters: {zo: {role: x}}\n", "SC211"),
        ("a: &a [*a]\n", "SO013"),
        ("", "SO001"),
    ],
)
def test_what_is_wrong_beside_an_included_file_is_shown_there(text, code):
    found = shared(
        **{"scenario.cy.md": WELSH.replace("](#note) {#tell}", "](#aside) {#tell}"), "_shared/wales.cy.yaml": text}
    )
    errors = [each for each in found.problems if each.severity == "error"]
    assert [(each.code, each.span.path) for each in errors] == [(code, "scenarios/_shared/wales.cy.yaml")]


def test_a_language_that_is_not_there_is_the_story_s_own():
    story = compiled(scenario__cy__md=WELSH)
    assert told(story, "pl") == story
    assert told(story, "en", "wales") == story
    assert told(compiled(), "cy").hash == compiled().hash


def test_a_nation_changes_names_sources_help_and_documents_and_nothing_else():
    story = compiled(scenario__england__yaml=ENGLAND)
    england = told(story, "en", "england")
    assert story.scenes[0].choices[1].label == "“I must tell the Regional Safeguarding Board.”"
    assert england.scenes[0].choices[1].label == "“I must tell the Safeguarding Adults Board.”"
    assert england.scenes[1].blocks[0].title == "English poster"
    assert england.references[0].title == "The Care Act"
    assert england.references[0].url == "https://example.org/england"
    assert [one.name for one in england.support] == ["Refuge", "Hourglass"]
    changed = {place for place, says in texts_of(story).items() if texts_of(england).get(place) != says}
    assert changed == {
        *("scenes/tray/choices/tell/label", "points/first/why", "scenes/note/blocks/0/title"),
        *("scenes/note/blocks/0/markdown", "references/law/title", "references/law/url", "references/law/part"),
        *("references/law/review_by", "support/0/name", "support/0/phone"),
    }


def test_a_nation_and_a_language_together():
    both = "terms: {board: cy-england}\ndocuments: {poster: {title: cy-english-poster, text: cy-ring}}\n"
    story = compiled(scenario__cy__md=WELSH, scenario__england__yaml=ENGLAND, scenario__england__cy__yaml=both)
    found = told(story, "cy", "england")
    assert found.scenes[0].choices[1].label == "cy-tell cy-england"
    assert found.scenes[1].blocks[0].title == "cy-english-poster"
    assert not isinstance(found.scenes[1].blocks[0].title, Foreign)
    assert found.references[0].title == "The Care Act"
    assert found.references[0].title.language == "en"
    assert found.support[0].name == "Refuge"
    assert told(story, "cy", "wales").scenes[0].choices[1].label == "cy-tell cy-board"


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("](#note) {#promise}", "](#end) {#promise}", "SC211", "leads to 'note'"),
        ("{#promise}", "{#promsie}", "SC211", "no 'promsie'"),
        ("{#note}", "{#notes}", "SC211", "no 'notes'"),
        ("why_plausible: cy-calms", "rating: best", "SC211", "not as in the story"),
        ("why_plausible: cy-calms", "effects: [voice +3]", "SC211", "the story has 2 items here, not 1"),
        ("why_plausible: cy-calms", "when: promised", "SC211", "no 'when'"),
        ("why_plausible: cy-calms", "why_plausibel: cy-calms", "SC211", "no 'why_plausibel'"),
        ("::: if promised", "::: if not promised", "SC211", "under 'if promised'"),
        ("**Nia:** cy-tell", "**Ivan:** cy-tell", "SC211", "what Nia says"),
        ("cy-reach\n", "", "SC211", "the text"),
        ("cy-listens", "cy-listens\n\n**Nia:** cy-more", "SC211", "nothing more"),
        ("{id: my-view,", "{id: our-view,", "SC211", "no 'our-view'"),
        ("voice: [cy-heard]", "voice: [cy-heard, cy-more]", "SC211", "1 items"),
        ("title: cy-title", "title: cy-title\nminutes: 9", "SC211", "not as in the story"),
        ("title: cy-title", "title: cy-title\nlanguage: pl", "SC210", "'pl'"),
        ("title: cy-title", "title: cy-title\naudience: [nurse]", "SC211", "no 'audience'"),
        ("cy-reach", "cy-reach {term:baord}", "SC220", "no term called 'baord'"),
        ("cy-reach", "cy-reach\n\n- [cy-new](#end) {#new}", "SC211", "no 'new'"),
        ("cy-listens", "cy-listens\n\n::: options\noptions: [{id: a, text: b}]\n:::", "SC211", "no such block"),
        ("for: [promise, tell]", "for: [promise, tell]", "", ""),
        ("cy-reach", "![cy](media/a.png)", "SC211", "the text"),
        ("## cy-say {#say}", "## cy-say", "SC023", "no id"),
        ("terms: {board: cy-board}", "terms: {borad: cy-board}", "SC211", "no 'borad'"),
    ],
)
def test_L1_structure_that_differs_is_one_problem_in_the_language_file(old, new, code, says):
    assert code == "" or old in WELSH
    errors = [
        each for each in compile_(scenario__cy__md=WELSH.replace(old, new, 1)).problems if each.severity == "error"
    ]
    if not code:
        assert errors == []
        return
    assert [each.code for each in errors] == [code], "\n".join(map(str, errors))
    assert says in errors[0].what
    assert errors[0].span.path == "scenarios/example/scenario.cy.md"


def test_the_words_of_a_track_are_translated_and_what_is_measured_is_not():
    track = "tracks: {mind: {label: Mind, values: {clear: clear, confused: newly confused}, start: clear}}\n"
    story = (
        STORY.replace("derive:", "derive:")
        .replace("must: {told", f"{track}must: {{told")
        .replace("## The note {#note}\n", "## The note {#note}\n\n::: observe\nvalues: {mind: confused}\n:::\n")
    )
    welsh = WELSH.replace(
        "must: {told", "tracks: {mind: {label: cy-mind, values: {clear: cy-clear, confused: cy-confused}}}\nmust: {told"
    )
    found = compile_(story, scenario__cy__md=welsh)
    assert [str(each) for each in found.problems] == []
    assert [word.label for word in told(found.program, "cy").tracks[0].words] == ["cy-clear", "cy-confused"]
    other = welsh.replace("## cy-note {#note}\n", "## cy-note {#note}\n\n::: observe\nvalues: {mind: clear}\n:::\n")
    assert [each.code for each in compile_(story, scenario__cy__md=other).problems] == ["SC211"]


def test_a_time_limit_is_translated_and_its_length_is_not():
    limit = "::: timeout 5 min {#freeze}\nto: note\nlabel: You freeze\nsays: She waits.\nrating: unsafe\nwhy_plausible: It is a shock.\n:::\n"
    story = STORY.replace(
        "::: debrief {#first}\nfor: [promise, tell]", f"{limit}\n::: debrief {{#first}}\nfor: [promise, tell, freeze]"
    )
    assert "freeze, " not in WELSH
    welsh = WELSH.replace(
        "::: debrief {#first}",
        "::: timeout 5 min {#freeze}\nlabel: cy-freeze\nsays: cy-waits\n:::\n\n::: debrief {#first}",
    )
    found = compile_(story, scenario__cy__md=welsh)
    assert [str(each) for each in found.problems if each.severity == "error"] == []
    timed = told(found.program, "cy").scenes[0].timeout
    assert (timed.seconds, timed.choice.label, timed.choice.consequence[0].markdown) == (300, "cy-freeze", "cy-waits")
    for old, new in (
        ("timeout 5 min", "timeout 6 min"),
        ("{#freeze}", "{#froze}"),
        ("label: cy", "to: end\nlabel: cy"),
    ):
        assert old in welsh
        assert "SC211" in [each.code for each in compile_(story, scenario__cy__md=welsh.replace(old, new)).problems]


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_any_block_in_a_language_file_is_told_or_refused(name):
    for example in (
        EXAMPLES[name],
        "\n".join(line for line in EXAMPLES[name].split("\n") if ":" not in line or ":::" in line),
    ):
        welsh = WELSH.replace("## cy-note {#note}\n", f"## cy-note {{#note}}\n\n{example}\n")
        found = compile_(scenario__cy__md=welsh)
        assert all(each.span.path.endswith("scenario.cy.md") for each in found.problems)


def test_a_text_that_does_not_fit_its_place_is_a_problem_where_it_stands():
    (found,) = [
        each
        for each in compile_(scenario__cy__md=WELSH.replace("cy-title", "cy-title " * 30)).problems
        if each.severity == "error"
    ]
    assert (found.code, found.span.path, found.span.line) == ("SO023", "scenarios/example/scenario.cy.md", 2)
    assert "cy-title" in found.excerpt


def test_structure_may_be_repeated_as_it_is():
    repeated = STORY.replace("language: en", "language: cy")
    found = compile_(scenario__cy__md=repeated)
    assert [each.code for each in found.problems] == ["SC212"], "as its sentences were copied"
    assert texts_of(told(found.program, "cy")) == texts_of(found.program)


def test_a_sentence_that_was_only_copied_is_not_translated_and_a_few_words_or_words_of_that_language_may_stay():
    english = "You reach for the tray."
    copied = compile_(scenario__cy__md=WELSH.replace("cy-reach", english))
    (problem,) = copied.problems
    assert problem.code == "SC212"
    assert f"the text of 'tray' (“{english}”)" in problem.fix
    assert isinstance(told(copied.program, "cy").scenes[0].blocks[0].markdown, Foreign), "it is read out as what it is"
    for stays in ("Hen wlad fy nhadau.", "[Mae hen wlad fy nhadau yma.]{lang=cy}"):
        found = compiled(scenario__md=STORY.replace(english, stays), scenario__cy__md=WELSH.replace("cy-reach", stays))
        assert not isinstance(told(found, "cy").scenes[0].blocks[0].markdown, Foreign)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("scenario.en.md", WELSH, "SC210"),
        ("scenario.Welsh.md", WELSH, "SC210"),
        ("scenario.a.b.md", WELSH, "SC210"),
        ("scenario.wales.yaml", ENGLAND, "SC221"),
        ("scenario.engalnd.yaml", ENGLAND, "SC221"),
        ("scenario.england.x1.yaml", ENGLAND, "SC210"),
        ("scenario.cy.md", b"\xff\xfe\x00", "SO002"),
        ("scenario.cy.md", "", "SO001"),
        ("scenario.cy.md", "no front matter", "SO018"),
        ("scenario.cy.md", "---\ntitle: &a x\nsummary: *a\n---\n", "SO013"),
        ("scenario.cy.md", "---\n" + "[" * 1000 + "\n---\n", "SO014"),
        ("scenario.england.yaml", "- a\n", "SC222"),
        ("scenario.england.yaml", "scenes: {}\n", "SC222"),
        ("scenario.england.yaml", "must: {told: {says: x}}\n", "SC222"),
        ("scenario.england.yaml", "terms: {borad: x}\n", "SC220"),
        ("scenario.england.yaml", "references: {lwa: {title: x}}\n", "SC033"),
        ("scenario.england.yaml", "documents: {tray: {title: x, text: y}}\n", "SC033"),
        ("scenario.england.yaml", "terms: {board: '{term:bord}'}\n", "SC220"),
        ("scenario.england.yaml", "a: &a [x]\nb: *a\n", "SO013"),
        ("scenario.england.yaml", b"\x00" * 50, "SO002"),
    ],
)
def test_any_file_that_cannot_be_used_is_a_problem_in_it(name, text, code):
    errors = [each for each in compile_(**{name.replace(".", "__"): text}).problems if each.severity == "error"]
    assert {each.code for each in errors} == {code}, "\n".join(map(str, errors))
    assert {each.span.path for each in errors} == {f"scenarios/example/{name}"}


def test_an_unknown_term_in_the_story_says_which_was_meant():
    (found,) = compile_(STORY.replace("{term:board} decides", "{term:baord} decides")).problems
    assert (found.code, found.fix) == ("SC220", "did you mean 'board'?")


@pytest.mark.parametrize(
    "files",
    [
        {
            "story": STORY.replace(
                "terms: {board: Regional", "terms: {other: Another, board: '{term:other}', x: Regional"
            )
        },
        {"scenario__england__yaml": "terms: {board: 'the {term:board}'}\n"},
        {"scenario__cy__md": WELSH.replace("{board: cy-board}", "{board: '{term:board}'}")},
    ],
)
def test_a_term_holds_no_other(files):
    errors = [each for each in compile_(**files).problems if each.severity == "error"]
    assert [each.code for each in errors] == ["SC220"]
    assert "cannot hold another" in errors[0].what


def test_words_put_together_stay_in_their_language():
    foreign = [Foreign.of("one", "en"), Foreign.of("two", "en")]
    assert together(" ", foreign) == "one two"
    assert together(" ", foreign).language == "en"
    assert not isinstance(together(" ", [foreign[0], "dau"]), Foreign)
    assert not isinstance(together(" ", []), Foreign)


def test_every_text_of_a_program_is_known_to_be_words_or_not():
    fields = text_fields(program_module.Program)
    unknown = [
        f"{owner}.{name}" for owner, name in fields if not {name, f"{owner}.{name}"} & (WORDS | FACTS | OTHERWISE)
    ]
    assert unknown == [], "say in lms/engine/scenario/program/wording.py whether people read it"


def test_the_example_of_the_reference_is_what_it_says():
    files = [
        SourceFile(f"scenarios/{name}" if name[0] == "_" else f"scenarios/cold-soup/{name}", name, text.encode())
        for name, text in reference_files.FILES.items()
    ]
    found = compile_scenario(files, today=date(2026, 11, 21))
    assert [each.code for each in found.problems] == ["SC212"], "as far as somebody has translated it"
    welsh, england = told(found.program, "cy"), told(found.program, "en", "england")
    assert welsh.scenes[0].blocks[0].markdown == "Does dim chwant bwyd arna i."
    assert welsh.scenes[1].title.language == "en"
    assert "Safeguarding Adults Board" in england.points[0].why
    assert england.references[0].title == "The code of conduct"
    page = reference_files.write()
    assert all(text in page for text in reference_files.FILES.values())
