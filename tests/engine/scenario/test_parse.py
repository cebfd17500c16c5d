"""Files → syntax → Program: what is written where, what comes of it, and what damage does."""

from datetime import date

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.repair import write_missing_ids
from lms.engine.scenario.manual import reference
from lms.engine.scenario.program import program
from lms.engine.scenario.program.expression import Both, Not, Variable
from lms.engine.source.text import SourceFile
from tests.effort import timed

HEAD = """\
---
scenario: example
title: An example
minutes: 5
characters: {eluned: {name: Eluned Parry, language: cy}, mair: {name: Mair}}
variables: {told: flag, calm: flag, clock: {from: 19:40, to: 01:00}}
{more}---

"""
END = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\n:::\n"


def compile_text(text, *, today=date(2026, 11, 21), more=""):
    data = text if isinstance(text, bytes) else (HEAD.replace("{more}", more) + text + END).encode()
    return compile_scenario([SourceFile("scenarios/example/scenario.md", "scenario.md", data)], today=today)


def made(text, **options):
    compiled = compile_text(text, **options)
    assert [str(problem) for problem in compiled.problems if problem.severity == "error"] == []
    return compiled.program


def found(text, **options):
    return [(problem.code, problem.span.line - 8) for problem in compile_text(text, **options).problems]


def test_the_example_of_the_reference_has_no_problem():
    file = SourceFile("scenarios/cold-tea/scenario.md", "scenario.md", reference.EXAMPLE.encode())
    compiled = compile_scenario([file], today=date(2026, 11, 21))
    assert [str(problem) for problem in compiled.problems] == []
    assert len(compiled.program.scenes) == 3


def test_prose_dialogue_documents_and_conditions_keep_their_order():
    scene = made(
        "## Tray {#tray}\n\nShe waits.\n\nStill.\n\n**Eluned:** [Dim byd.]{lang=cy}\nNothing.\n\n"
        "::: if told\nOne.\n\n::: if not calm\n**Mair:** Two.\n:::\n:::\n"
        "::: document\ntitle: A note\ntext: |\n  **Mair:** not dialogue here\n:::\nLast.\n\n- [Go on](#home) {#on}\n"
    ).scenes[0]
    told = Variable("told")
    assert scene.blocks == (
        program.Prose("She waits.\n\nStill."),
        program.Dialogue("eluned", "[Dim byd.]{lang=cy}\nNothing."),
        program.Prose("One.", told),
        program.Dialogue("mair", "Two.", Both((told, Not(Variable("calm"))))),
        program.Document("A note", "**Mair:** not dialogue here"),
        program.Prose("Last."),
    )


def test_what_is_indented_below_a_choice_belongs_to_it():
    (first, second) = (
        made(
            "## Tray {#tray}\n\n::: scene\nkind: narration\n:::\n\n"
            "- [“Yes [ie]{lang=cy}” (really)](#home) {#yes}\n    ::: choice\n    when: told\n    hint: Not yet.\n"
            "    takes: 2 h\n    feedback: {says: Good., at: now}\n    :::\n\n    She nods.\n\n    **Mair:** Well.\n"
            "\nA line between.\n\n- [No](#home) {#no}\n"
        )
        .scenes[0]
        .choices
    )
    assert (first.label, first.to, first.hint, first.takes) == ("“Yes [ie]{lang=cy}” (really)", "home", "Not yet.", 120)
    assert first.when == Variable("told")
    assert first.feedback == program.Feedback("Good.", "now")
    assert first.consequence == (program.Prose("She nods."), program.Dialogue("mair", "Well."))
    assert second == program.Choice("no", "No", "home")


def test_headings_choices_and_blocks_in_code_are_text():
    scene = made(
        "## Tray {#tray}\n\n```\n## Not a scene\n- [no](#choice)\n::: no block\n```\n\n- [Go](#home) {#go}\n"
    ).scenes[0]
    assert scene.blocks == (program.Prose("```\n## Not a scene\n- [no](#choice)\n::: no block\n```"),)
    assert [choice.id for choice in scene.choices] == ["go"]


def test_a_later_knows_its_scene_and_a_time_after_midnight():
    laters = made(
        "::: later {#first}\nafter: 2 scenes\nto: aside\n:::\n\n## Tray {#tray}\n\n"
        "::: later {#second}\nclock: 00:30\nif: told\nto: aside\n:::\n\n- [Go](#home) {#go}\n\n"
        "## Aside {#aside}\n\n- [Go on](#return) {#back}\n"
    ).laters
    assert [(later.id, later.scene, later.after, later.clock) for later in laters] == [
        ("first", "", 2, None),
        ("second", "tray", 0, 24 * 60 + 30),
    ]


def test_free_text_and_options_are_kept_with_their_limits():
    scene = made(
        "## Tray {#tray}\n\n::: free-text {#words}\nask: What do you say?\nlimit: 600\nroutes:\n"
        "  - {id: lead, phrases: [did he, was it], effects: [set told], to: home}\n:::\n\n"
        "::: options\nask: Which?\nchoose: 0..1\noptions:\n  - {id: one, text: One}\n  - {id: two, text: Two, when: told}\n:::\n\n"
        "- [Go](#home) {#go}\n"
    ).scenes[0]
    assert scene.kind == "document"
    assert (scene.free_text.limit, scene.free_text.routes[0].phrases) == (600, ("did he", "was it"))
    assert (scene.options.least, scene.options.most, scene.options.items[1].when) == (0, 1, Variable("told"))


def test_the_same_story_has_one_hash_whatever_its_line_ends_remarks_and_blank_lines():
    text = HEAD.replace("{more}", "") + "## Tray {#tray}\n\nYou wait.\n\n- [Go on](#home) {#on}\n" + END
    plain = compile_text(text.encode()).program
    windows = compile_text(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()).program
    remarked = compile_text(text.replace("\nYou wait", "<!-- a\nremark -->\n\nYou wait").encode()).program
    assert plain.hash == windows.hash == remarked.hash
    assert compile_text(text.replace("You wait", "You stay").encode()).program.hash != plain.hash


def test_welsh_and_arabic_text_reaches_the_program():
    arabic = "مرحبا بكم في البيت"
    scene = made(f"## Tŷ {{#ty}}\n\n{arabic}\n\n- [Ewch ymlaen – تابع](#home) {{#on}}\n").scenes[0]
    assert scene.title == "Tŷ"
    assert scene.blocks == (program.Prose(arabic),)
    assert scene.choices[0].label == "Ewch ymlaen – تابع"


def test_one_slip_is_one_problem_at_its_place():
    tray = "## Tray {#tray}\n\nYou wait.\n\n- [Go on](#home) {#on}\n"
    assert found(tray) == []
    assert found(tray.replace("#home", "#hoem")) == [("SC031", 5)]
    assert found(tray.replace("(#home)", "(#home")) == [("SC014", 5)]
    assert found(tray.replace("- [", "* [")) == [("SC014", 5)]
    assert found(tray.replace("[Go on]", "[ ]")) == [("SC014", 5)]
    assert found(tray.replace("## T", "##T")) == [("SC027", 1)]
    assert found(tray + "  ::: choice\n  effects: [set tolt]\n  :::\n") == [("SC033", 7)]
    assert found(tray + "  ::: choice\n  efects: [set told]\n  :::\n") == [("SO021", 7)]
    assert found(tray + "  ::: choice\n  effects: [set told\n  :::\n") == [("SO010", 8)]
    assert found(tray + "  ::: choice\n  effects: [set told]\n") == [("SC016", 6)]


@pytest.mark.parametrize("slip", ["] (#home)", "](home)", "] (home)", "]( # home )"])
def test_a_blank_too_many_or_a_missing_sign_in_a_target_is_called_by_its_name(slip):
    tray = "## Tray {#tray}\n\nYou wait.\n\n- [Go on](#home) {#on}\n  ::: choice\n  rating: best\n  :::\n  She nods.\n"
    (told,) = compile_text(tray.replace("](#home)", slip)).problems
    assert (told.code, told.span.line - 8, told.span.column, told.span.length) == ("SC014", 5, 9, len(slip))
    assert "block" not in told.what
    assert told.fix == "write ](#home) there"


def test_an_id_in_code_is_said_to_stand_in_code_and_a_choice_in_a_block_to_stand_in_a_block():
    tray = "## Tray {#tray}\n\n%s\n- [No](#home) {#no}\n%s\n\n- [Go on](#home) {#on}\n"
    (told,) = compile_text(tray % ("```", "```")).problems
    assert (told.code, told.span.line - 8) == ("SC027", 4)
    assert "in code" in told.what
    (told,) = compile_text(tray % ("::: if told", ":::")).problems
    assert (told.code, told.span.line - 8) == ("SC014", 4)
    assert "inside a block" in told.what


def test_a_place_inside_a_condition_is_exact():
    (problem,) = compile_text("## Tray {#tray}\n\n::: if told and wory\nX\n:::\n\n- [Go](#home) {#go}\n").problems
    assert (problem.code, problem.span.column, problem.span.length) == ("SC033", 17, 4)
    (problem,) = compile_text(
        "## Tray {#tray}\n\n- [Go](#home) {#go}\n  ::: choice\n  effects: [set told, {if: calm, do: ['clear wory']}]\n  :::\n"
    ).problems
    assert (problem.code, problem.span.column, problem.span.length) == ("SC033", 46, 4)


def test_a_broken_front_matter_does_not_make_every_name_unknown():
    text = "## Tray {#tray}\n\n**Eluned:** No.\n\n::: if told\nX\n:::\n\n- [Go](#hoem) {#go}\n"
    compiled = compile_text(text, more="summary: a: b\n")
    assert [problem.code for problem in compiled.problems] == ["SO010", "SC031"]


def test_a_declaration_that_cannot_be_read_does_not_make_its_name_unknown():
    tray = "## Tray {#tray}\n\n- [Go on](#home) {#on}\n  ::: choice\n  effects: [set told, voice +1]\n  :::\n"
    more = "competencies: {voice: {range: 0..5, says: V, objectives: [hear]}}\n"
    assert [code for code, _ in found(tray, more=f"{more}objectivs: {{hear: Hear her}}\n")] == ["SO021"]
    file = HEAD.replace("{more}", more).replace("told: flag", "told: {one of: [a, b], start: c}") + tray + END
    codes = [problem.code for problem in compile_text(file.encode()).problems]
    assert codes == ["SC035"]


def test_a_lost_scene_is_one_problem_and_not_one_per_way_to_it():
    text = "## Tray {#tray}\n\n- [Go](#aside) {#go}\n\n#Aside {#aside}\n\n- [On](#home) {#on}\n"
    assert found(text) == [("SC027", 5)]


def test_a_scene_from_which_only_dead_ends_follow_is_said_once():
    text = "## Tray {#tray}\n\n- [Go](#aside) {#go}\n\n## Aside {#aside}\n\nDark.\n"
    assert {code for code, _ in found(text)} == {"SC052", "SC050"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("open blocks", "## T {#t}\n" + "::: if told\n" * 20_000),
        ("closing lines", "## T {#t}\n" + ":::\n" * 20_000),
        ("choices", "## T {#t}\n" + "".join(f"- [Go {n}](#t) {{#c{n}}}\n" for n in range(10_000))),
        ("broken choices", "## T {#t}\n" + "".join(f"- [Go {n}](#tt{n}) {{#c{n}}}\n" for n in range(10_000))),
        ("scenes", "".join(f"## T {{#t{n}}}\n- [Go](#t{n + 1}) {{#c{n}}}\n" for n in range(8_000))),
        ("scenes without ids", "## T\n" * 20_000),
        ("brackets", "## T {#t}\n- " + "[" * 200_000 + "](#"),
        ("stars", "## T {#t}\n" + "**" * 300_000),
        ("ids", "## T " + "{#" * 200_000),
        ("pictures", "## T {#t}\n" + "![" * 200_000),
        ("one long line", "## T {#t}\n" + "x " * 400_000),
        ("indentation", "## T {#t}\n- [a](#t) {#a}\n" + "".join(" " * (n % 900) + "x\n" for n in range(3_000))),
        ("backquotes", "## T {#t}\n" + "`" * 300_000 + "x `" * 100_000),
        ("code", "## T {#t}\n" + "".join("`" * (3 + n % 50) + "\n" for n in range(20_000))),
        ("angles", "## T {#t}\n" + "<a" * 200_000),
        ("links", "## T {#t}\n" + "](" * 200_000 + "\n" + "[a]:" * 100_000),
        ("remarks", "<!--" * 100_000),
    ],
    ids=lambda value: value if len(value) < 30 else "",
)
def test_hostile_text_is_read_in_linear_time(name, text):
    def read(text):
        source = (HEAD.replace("{more}", "") + text).encode()
        write_missing_ids("a", source)
        return compile_text(source)

    ordinary = "".join(f"## T {{#t{n}}}\n- [Go](#t{n + 1}) {{#c{n}}}\n" for n in range(800))
    took, compiled = timed(lambda: read(text))
    assert took < 200 * timed(lambda: read(ordinary))[0], name
    assert compiled.problems


def test_enormous_numbers_in_declarations_are_refused():
    tray = "## Tray {#tray}\n\n- [Go on](#home) {#on}\n"
    for range_ in ("0..1000000000", "0..10000000", "-99999999999..1"):
        codes = [
            code
            for code, _ in found(
                tray.replace("tray", "tray"), more=f"competencies: {{a: {{range: {range_}, says: A}}}}\n"
            )
        ]
        assert codes
        assert set(codes) <= {"SC035", "SO025"}


def test_missing_ids_are_written_for_everything_that_has_one():
    bare = HEAD.replace("{more}", "") + (
        "## Supper tray\n\n::: later\nat: home\nto: aside\n:::\n\n"
        "::: free-text\nask: What do you say?\nroutes:\n  - phrases: [did he]\n    to: home\n:::\n\n"
        "::: options\noptions:\n  - text: One   # a remark\n\n  - {text: Two}\n:::\n\n"
        "- [“I promise!”](#home)\n  ::: choice\n  rating: best\n  :::\n- [“I promise!”](#home)   \n\n"
        "::: debrief\nfor: [i-promise]\nexpert: i-promise\nwhy: So.\n:::\n\n"
        "## Aside {#aside}\n\n- [Go on](#return)\n" + END + "\n::: debrief-plan\nprompts:\n  - ask: Why?\n:::\n"
    )
    fixed = write_missing_ids("a", bare.encode()).decode()
    expected = bare
    for old, new in (
        ("## Supper tray", "## Supper tray {#supper-tray}"),
        ("::: later", "::: later {#aside}"),
        ("::: free-text", "::: free-text {#what-do-you-say}"),
        ("- phrases", "- id: did-he\n    phrases"),
        ("- text: One", "- id: one\n    text: One"),
        ("{text: Two", "{id: two, text: Two"),
        ("(#home)\n  :::", "(#home) {#i-promise}\n  :::"),
        ("(#home)   ", "(#home) {#i-promise-2}   "),
        ("::: debrief\n", "::: debrief {#about-i-promise}\n"),
        ("(#return)", "(#return) {#go-on}"),
        ("- ask", "- id: why\n    ask"),
    ):
        expected = expected.replace(old, new, 1)
    assert fixed == expected
    assert write_missing_ids("a", fixed.encode()).decode() == fixed
    codes = {problem.code for problem in compile_text(fixed.encode()).problems}
    assert codes.isdisjoint({"SC023", "SC024", "SC030"})


def test_html_and_links_that_run_something_are_refused_wherever_a_learner_reads():
    tray = "## Tray {#tray}\n\n%s\n\n- [Go on](#home) {#on}\n"
    assert found(tray % "She is <b>quiet</b>.") == [("SO030", 3)]
    assert found(tray % "</b>She <b>is</B> <b>quiet</b>.") == [("SO030", 3)] * 3
    assert found(tray % "**Mair:** <script>alert(1)</script>") == [("SO030", 3)]
    assert found(tray % '<iframe src="https://example.org">') == [("SO030", 3)]
    assert found(tray % "A [page](javascript:alert(1)).") == [("SO031", 3)]
    assert found(tray % "::: document\ntitle: A\ntext: <i>x\n:::") == [("SO030", 5)]
    assert [code for code, _ in found(tray % "x", more="prebrief: |\n  <b>Act</b>\n")] == ["SO030"]
    assert found(tray.replace("Go on", "Go <b>on") % "`<b>` and 3 < 4") == [("SO030", 5)]
    assert found(tray % "[page](https://gov.wales/), [Dim byd]{lang=cy}") == []


def test_lists_that_lie_too_deep_in_one_another_are_refused_wherever_they_stand():
    tray = "## Tray {#tray}\n\n%s\n\n- [Go on](#home) {#on}\n"
    deep = "\n".join(f"{'  ' * at}* x" for at in range(14))
    assert found(tray % deep) == [("SO038", 15)]
    assert found(tray % ("**Mair:** Yes.\n" + deep)) == [("SO038", 16)]
    inside = "\n".join(f"  {line}" for line in deep.split("\n"))
    assert [code for code, _ in found(tray % f"::: document\ntitle: A\ntext: |\n{inside}\n:::")] == ["SO038"]
    assert [code for code, _ in found(tray % "x", more=f"prebrief: |\n{inside}\n")] == ["SO038"]


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("[Dim byd.]{lagn=cy}", "write {lang=cy}"),
        ("[Dim byd.]{lang:cy}", "write {lang=cy}"),
        ("[Dim byd.]{language=cy}", "write {lang=cy}"),
        ("[Dim byd.]{ lang=cy }", "write {lang=cy}"),
        ("[Dim byd.] {lang=cy}", "without a blank between"),
        ("[Dim byd.]{lang=xx-nope}", "names no language"),
        ("[Dim byd.]{lang=welsh}", "names no language"),
        ("[Dim byd.]{cy}", "write [words]{lang=cy}"),
        ("The {terms:board} decides.", "write {term:board}"),
        ("The {term=board} decides.", "write {term:board}"),
        ("The {term: board} decides.", "write {term:board}"),
        ("The {nation:board} decides.", "{term:id} for a term"),
    ],
)
def test_a_mark_that_nobody_knows_is_reported_where_learners_would_see_its_braces(mark, says):
    tray = "## Tray {#tray}\n\n%s\n\n- [Go on](#home) {#on}\n"
    (told,) = compile_text(tray % mark).problems
    assert (told.code, told.span.line - 8) == ("SO025", 3)
    assert mark[told.span.column - 1 :].startswith("{")
    assert says in f"{told.what}; {told.fix}"
    assert found(tray.replace("Go on", mark) % "x")[0] == ("SO025", 5)
    assert found(tray % "x", more=f"prebrief: '{mark}'\n")[0][0] == "SO025"


@pytest.mark.parametrize(
    "text", ["[Dim]{lang=cy}", "[Dim]{lang=zh-Hant-TW}", "`{terms:board}`", "{x=1}", "{like: this, or that}", "[1] {2}"]
)
def test_what_is_no_slip_of_a_mark_stays(text):
    assert found(f"## Tray {{#tray}}\n\n{text}\n\n- [Go on](#home) {{#on}}\n") == []


def test_the_language_of_a_person_is_a_code():
    tray = "## Tray {#tray}\n\nYou wait.\n\n- [Go on](#home) {#on}\n"
    head = HEAD.replace("{more}", "")
    for wrong in ("welsh", "xx", "cy_GB", "CY"):
        text = (head.replace("language: cy", f"language: {wrong}") + tray + END).encode()
        (told,) = compile_text(text).problems
        assert (told.code, told.span.line) == ("SO025", 5)
        assert "the code of a language" in told.what
    assert compile_text((head.replace("language: cy", "language: en-GB") + tray + END).encode()).problems == ()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//example.org", "https://", "ftp://example.org", "https://a b"]
)
def test_the_address_of_a_source_is_that_of_a_page(url):
    tray = "## Tray {#tray}\n\n- [Go on](#home) {#on}\n"
    must = "must: {arrived: {when: visited(home), says: Went, why: So., ref: wsp}}\n"
    more = f"references: {{wsp: {{title: P, url: '{url}'}}}}\n{must}"
    assert [code for code, _ in found(tray, more=more)] == ["SO025"]
