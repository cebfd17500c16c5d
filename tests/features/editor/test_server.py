"""The language server as an editor meets it: a process, its pipes, and the protocol."""

import time
from pathlib import Path

import pytest

from lms.engine.scenario.manual.reference import EXAMPLE
from tests.features.editor.client import Editor

PLAN = "# The way.\nexpect: evening\ntake: [ask-her]\n"
FORGOTTEN = EXAMPLE.replace(" 1 and kept(told-someone)", " 2").replace(
    "defensible\n", "defensible\n  effects: [attention +2]\n"
)
"""Who takes the cup away passes, and has told nobody."""


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    editor = Editor(tmp_path_factory.mktemp("content"))
    yield editor
    editor.close()


@pytest.fixture
def opened(editor, tmp_path):
    """The example of the reference, open in the editor."""
    folder = tmp_path / "scenarios" / "cold-tea"
    (folder / "plans").mkdir(parents=True)
    (folder / "plans" / "asked.plan").write_text(PLAN, "utf-8")
    path = folder / "scenario.md"
    path.write_text(EXAMPLE, "utf-8")
    return editor.open(path)


def place(text, words, within=0):
    """Line and column (from 0) of some words, `within` characters in."""
    at = text.index(words) + within
    return text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)


def labels(found):
    return [item["label"] for item in found["items"]]


def test_a_slip_is_shown_with_why_and_remedy_at_its_place(editor, opened):
    text = EXAMPLE.replace("](#evening) {#take-away}", "](#evning) {#take-away}")
    version = editor.write(opened, text)
    (found,) = [one for one in editor.problems(opened, version) if one["severity"] == 1]
    line, column = place(text, "evning")
    assert found["range"] == {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + 6},
    }
    assert found["code"] == "SC031"
    assert "why: " in found["message"]
    assert "did you mean 'evening'" in found["message"]


def test_what_is_mended_is_cleared(editor, opened):
    version = editor.write(opened, EXAMPLE.replace("set told]", "set tld]"))
    assert any(one["severity"] == 1 for one in editor.problems(opened, version))
    version = editor.write(opened, EXAMPLE)
    assert [one for one in editor.problems(opened, version) if one["severity"] == 1] == []


def test_a_proven_problem_follows_with_the_way_to_it(editor, opened):
    version = editor.write(opened, FORGOTTEN)
    found = editor.problems(opened, version, until=lambda found: any(one["code"] == "SC106" for one in found))
    (passed,) = [one for one in found if one["code"] == "SC106"]
    assert passed["relatedInformation"], "the way is told step by step"
    assert all(step["location"]["uri"] == opened for step in passed["relatedInformation"])


def test_a_plan_that_comes_out_otherwise_is_shown_in_the_plan(editor, opened):
    plan = next(iter(Path(opened.removeprefix("file://")).parent.glob("plans/*.plan")))
    uri = editor.open(plan)
    version = editor.write(uri, PLAN.replace("ask-her", "ask-hr"))
    found = editor.problems(uri, version, until=bool)
    assert "did you mean 'ask-her'" in found[0]["message"]


def test_a_newer_edit_stops_the_proof_of_an_older_text(editor, opened):
    old = editor.write(opened, FORGOTTEN)
    new = editor.write(opened, EXAMPLE)
    found = editor.problems(opened, new)
    assert "SC106" not in {one["code"] for one in found}
    shown = [message["params"] for message in editor.kept if message.get("method") == "textDocument/publishDiagnostics"]
    late = [one for one in shown if one["uri"] == opened and one["version"] == old]
    assert not any(one["code"] == "SC106" for params in late for one in params["diagnostics"])


def test_completion_knows_targets_keys_words_names_and_functions(editor, opened):
    lines = EXAMPLE.split("\n")
    cases = [
        ("- [Go](#", {"cup", "question", "evening", "return"}),
        ("  rating: ", {"best", "defensible", "unsafe", "critical"}),
        ("  hi", {"hint"}),
        ("  effects: [set ", {"told"}),
        ("  effects: [", {"attention", "told", "set"}),
        ("  when: visited(", {"cup", "question", "evening"}),
        ("  when: chose(", {"take-away", "ask-her", "answer"}),
        ("  when: not ", {"told", "visited"}),
        ("  feedback: {at: ", {"now", "checkpoint", "debrief"}),
    ]
    row = lines.index("  rating: defensible")
    for typed, wanted in cases:
        text = "\n".join([*lines[:row], typed, *lines[row:]])
        editor.write(opened, text)
        found = labels(editor.at("completion", opened, row, len(typed)))
        assert wanted <= set(found), (typed, found)


def test_completion_in_the_front_matter_and_of_blocks_and_speakers(editor, opened):
    lines = EXAMPLE.split("\n")
    scene = lines.index("It is nine o’clock. The tea is cold.")
    cases = [
        (1, "nat", {"nation"}),
        (1, "nation: ", {"wales", "england"}),
        (1, "must_not: {x: {", {"when", "says", "why"}),
        (1, "must_not: {x: {ref: ", {"policy"}),
        (1, "must_not: {x: {blame: [", {"take-away"}),
        (scene, "::: ", {"later", "debrief", "if", "document"}),
        (scene, "::: if ", {"told"}),
        (scene, "**Ol", {"Olwen"}),
    ]
    for row, typed, wanted in cases:
        editor.write(opened, "\n".join([*lines[:row], typed, *lines[row:]]))
        found = labels(editor.at("completion", opened, row, len(typed)))
        assert wanted <= set(found), (typed, found)
    editor.write(opened, EXAMPLE)
    assert labels(editor.at("completion", opened, scene, 5)) == [], "prose is the author's own"


def test_completion_in_a_plan_knows_the_endings_and_what_can_be_taken(editor, opened):
    plan = editor.open(next(iter(Path(opened.removeprefix("file://")).parent.glob("plans/*.plan"))))
    found = {}
    for typed in ("expect: ", "take: [", "kept: ["):
        editor.write(plan, typed)
        found[typed] = labels(editor.at("completion", plan, 0, len(typed)))
    assert found["expect: "] == ["evening"]
    assert {"take-away", "ask-her", "go", "time-out"} <= set(found["take: ["])
    assert found["kept: ["] == ["told-someone"]


def test_completion_in_a_language_file_knows_the_story_though_neither_was_saved(editor, tmp_path):
    folder = tmp_path / "scenarios" / "cold-tea"
    folder.mkdir(parents=True)
    editor.open(folder / "scenario.md", EXAMPLE)
    welsh = editor.open(folder / "scenario.cy.md", "## Y cwpan {#cup}\n\n- [Gofyn](#\n")
    assert {"cup", "question", "evening"} <= set(labels(editor.at("completion", welsh, 2, len("- [Gofyn](#"))))


def test_a_suggestion_replaces_the_word_that_was_begun(editor, opened):
    lines = EXAMPLE.split("\n")
    row = lines.index("  rating: defensible")
    editor.write(opened, "\n".join([*lines[:row], "  rating: defens", *lines[row + 1 :]]))
    found = editor.at("completion", opened, row, 16)
    edit = next(item["textEdit"] for item in found["items"] if item["label"] == "defensible")
    assert edit["newText"] == "defensible"
    assert (edit["range"]["start"]["character"], edit["range"]["end"]["character"]) == (10, 16)


def test_hover_says_what_a_name_is_its_words_and_where_it_is_used(editor, opened):
    line, column = place(EXAMPLE, "](#evening)", 4)
    said = editor.at("hover", opened, line, column)["contents"]["value"]
    assert "scene" in said
    assert "In the evening" in said
    assert "Used on lines" in said
    key = editor.at("hover", opened, *place(EXAMPLE, "why_plausible", 3))["contents"]["value"]
    assert "required unless it is best" in key
    block = editor.at("hover", opened, *place(EXAMPLE, "::: later", 5))["contents"]["value"]
    assert "A delayed consequence." in block


def test_definition_and_references_of_every_kind(editor, opened):
    target = editor.at("definition", opened, *place(EXAMPLE, "](#evening)", 4))
    line, column = place(EXAMPLE, "{#evening}", 2)
    assert target["range"]["start"] == {"line": line, "character": column}
    variable = editor.at("definition", opened, *place(EXAMPLE, "set told", 5))
    assert variable["range"]["start"]["line"] == place(EXAMPLE, "told: flag")[0]
    found = editor.at("references", opened, *place(EXAMPLE, "told: flag"), context={"includeDeclaration": True})
    assert len(found) == len([1 for part in ("when: told", "not told", "set told", "if told", "told: flag")]) + 1


@pytest.mark.parametrize(
    ("words", "within", "new", "count"), [("{#evening}", 2, "at-dusk", 5), ("set told", 4, "was-told", 6)]
)
def test_a_renamed_name_changes_everywhere_and_the_meaning_stays(editor, opened, words, within, new, count):
    line, column = place(EXAMPLE, words, within)
    edit = editor.at("rename", opened, line, column, newName=new)
    changed = applied(EXAMPLE, edit["changes"][opened])
    version = editor.write(opened, changed)
    assert [one for one in editor.problems(opened, version) if one["severity"] == 1] == []
    assert len(edit["changes"][opened]) == count


def test_a_renamed_choice_and_ending_change_in_the_plans(editor, opened):
    plan = next(iter(Path(opened.removeprefix("file://")).parent.glob("plans/*.plan"))).as_uri()
    choice = editor.at("rename", opened, *place(EXAMPLE, "{#ask-her}", 2), newName="ask-gently")
    assert "take: [ask-gently]" in applied(PLAN, choice["changes"][plan])
    scene = editor.at("rename", opened, *place(EXAMPLE, "{#evening}", 2), newName="dusk")
    assert "expect: dusk" in applied(PLAN, scene["changes"][plan])


WELSH = """\
---
title: Y cwpan oer
must: {told-someone: {says: Dweud wrth rywun}}
---

## Y cwpan {#cup}

- [Mynd a’r cwpan.](#evening) {#take-away}
- [Gofyn.](#evening) {#ask-her}

## Gyda’r nos {#evening}
"""
ENGLAND = "references: {policy: {title: An English policy}}\n"


@pytest.mark.parametrize(
    ("words", "within", "file", "wanted"),
    [
        ("{#evening}", 2, "scenario.cy.md", ["](#dusk) {#take-away}", "](#dusk) {#ask-her}", "{#dusk}"]),
        ("{#take-away}", 2, "scenario.cy.md", ["](#evening) {#dusk}"]),
        ("told-someone:", 2, "scenario.cy.md", ["must: {dusk:"]),
        ("policy:", 2, "scenario.england.yaml", ["references: {dusk:"]),
    ],
)
def test_a_name_changes_in_other_languages_and_nations_too(editor, opened, words, within, file, wanted):
    folder = Path(opened.removeprefix("file://")).parent
    texts = {"scenario.cy.md": WELSH, "scenario.england.yaml": ENGLAND}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    editor.tell("textDocument/didSave", {"textDocument": {"uri": opened}})
    edit = editor.at("rename", opened, *place(EXAMPLE, words, within), newName="dusk")
    changed = applied(texts[file], edit["changes"][(folder / file).as_uri()])
    assert all(part in changed for part in wanted)
    assert changed.count("dusk") == len(wanted)


@pytest.mark.parametrize("new", ["Evening Time", "question"])
def test_a_name_that_cannot_be_is_refused_with_a_reason(editor, opened, new):
    assert editor.at("rename", opened, *place(EXAMPLE, "{#evening}", 2), newName=new) is None
    said = editor.wait_for(lambda message: message.get("method") == "window/showMessage")["params"]["message"]
    assert new in said


def test_the_outline_holds_choices_in_their_scenes(editor, opened):
    top = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": opened}})
    cup = next(one for one in top if one["name"] == "cup")
    assert {"take-away", "ask-her", "asked", "first-look"} <= {one["name"] for one in cup["children"]}
    assert {"attention", "told", "told-someone", "policy", "olwen"} <= {one["name"] for one in top}


def test_one_key_writes_what_was_meant_and_one_the_missing_ids(editor, opened):
    text = EXAMPLE.replace("](#evening) {#take-away}", "](#evning)")
    version = editor.write(opened, text)
    found = editor.problems(opened, version)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}
    about = {"textDocument": {"uri": opened}, "range": whole, "context": {"diagnostics": found}}
    actions = {one["title"]: one for one in editor.ask("textDocument/codeAction", about)}
    meant = applied(text, actions["Write 'evening'"]["edit"]["changes"][opened])
    assert "[Take the cup away.](#evening)" in meant
    given = applied(text, actions["Write missing ids"]["edit"]["changes"][opened])
    assert "](#evning) {#take-the-cup-away}" in given


def test_what_is_included_is_known_checked_and_renamed_with_the_rest(editor, tmp_path):
    folder = tmp_path / "cold-tea"
    (folder / "scenes").mkdir(parents=True)
    head, tail = EXAMPLE.split("## A question {#question}")
    question, evening = tail.split("## In the evening")
    (folder / "scenes" / "later.md").write_text(f"## A question {{#question}}{question}", "utf-8")
    text = head.replace("minutes: 3..5", "minutes: 3..5\ninclude: [scenes/later.md]") + f"## In the evening{evening}"
    path = folder / "scenario.md"
    path.write_text(text, "utf-8")
    main = editor.open(path)
    assert [one for one in editor.problems(main, 1) if one["severity"] == 1] == []
    there = editor.at("definition", main, *place(text, "to: question", 5))
    assert there["uri"].endswith("scenes/later.md")
    assert there["range"]["start"] == {"line": 0, "character": 16}
    changes = editor.at("rename", main, *place(text, "to: question", 5), newName="asked-at-nine")["changes"]
    assert {uri.rsplit("/", 1)[1]: len(edits) for uri, edits in changes.items()} == {"later.md": 1, "scenario.md": 1}
    part = editor.open(folder / "scenes" / "later.md")
    editor.problems(part, 1)
    version = editor.write(part, f"## A question {{#question}}{question}".replace("#return", "#evning"))
    found = editor.problems(part, version, until=bool)
    assert "did you mean 'evening'" in found[0]["message"]
    assert "evening" in labels(editor.at("completion", part, 4, len("- [Go on](#")))


def test_columns_are_the_clients_units(tmp_path):
    """A face outside the basic plane is two units of UTF-16, and one of UTF-32."""
    for encoding, units in (("utf-16", 2), ("utf-32", 1)):
        editor = Editor(tmp_path, encodings=[encoding])
        try:
            assert editor.server["capabilities"]["positionEncoding"] == encoding
            folder = tmp_path / encoding / "cold-tea"
            folder.mkdir(parents=True)
            path = folder / "scenario.md"
            path.write_text(EXAMPLE.replace("[Take the cup away.](#evening)", "[😀](#evning)"), "utf-8")
            uri = editor.open(path)
            (found,) = [one for one in editor.problems(uri, 1) if one["code"] == "SC031"]
            assert found["range"]["start"]["character"] == len("- [](#") + units
        finally:
            editor.close()


def test_an_address_is_the_editors_however_it_is_spelt(editor, tmp_path):
    """Editors differ in what they escape; the text in the editor counts, not the one on the disk."""
    folder = tmp_path / "Tŷ a gardd" / "cold-tea"
    folder.mkdir(parents=True)
    path = folder / "scenario.md"
    path.write_text(EXAMPLE, "utf-8")
    for escaped, spelt in (("%C5%B7", "ŷ"), ("%C5%B7", "%c5%b7")):
        uri = path.as_uri().replace(escaped, spelt)
        editor.versions[uri] = 1
        text = EXAMPLE.replace("](#evening) {#take-away}", "](#evning) {#take-away}")
        document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        editor.tell("textDocument/didOpen", {"textDocument": document})
        found = editor.problems(uri, 1, until=bool)
        assert "SC031" in {one["code"] for one in found}
        editor.tell("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_a_course_is_checked_as_well(editor, tmp_path):
    folder = tmp_path / "courses" / "tea"
    folder.mkdir(parents=True)
    path = folder / "course.yaml"
    path.write_text("course: tea\ntitel: Tea\n", "utf-8")
    uri = editor.open(path)
    found = editor.problems(uri, 1)
    assert any("did you mean 'title'" in one["message"] for one in found)


def test_workers_end_when_the_server_is_killed(tmp_path):
    editor = Editor(tmp_path)
    folder = tmp_path / "cold-tea"
    folder.mkdir()
    path = folder / "scenario.md"
    path.write_text(EXAMPLE, "utf-8")
    editor.problems(editor.open(path), 1)
    children = Path(f"/proc/{editor.process.pid}/task/{editor.process.pid}/children")
    if not children.exists():
        pytest.skip("the system does not list the children of a process")
    workers = children.read_text().split()
    assert workers
    editor.process.kill()
    editor.process.wait()
    editor.process.stdin.close()
    editor.process.stdout.close()
    end = time.monotonic() + 20
    while (left := [one for one in workers if _lives(one)]) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []


def _lives(process: str) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_text_of_another_kind_is_left_alone(editor, tmp_path):
    path = tmp_path / "letter.md"
    path.write_text("# Dear all\n", "utf-8")
    uri = editor.open(path)
    assert editor.at("hover", uri, 0, 1) is None
    assert editor.at("definition", uri, 0, 1) is None
    assert labels(editor.at("completion", uri, 0, 1)) == []


def applied(text, edits):
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one["range"]["start"]["line"], one["range"]["start"]["character"]))[
        ::-1
    ]:
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + edit["newText"] + line[end["character"] :]
    return "\n".join(lines)
