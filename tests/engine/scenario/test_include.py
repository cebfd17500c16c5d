"""What a scenario includes: read in place, bounded, never from elsewhere; spans point into the right file."""

from datetime import date

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.include import BYTES, FILES
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source.text import SourceFile
from lms.features.authoring import service
from lms.features.authoring.checking import Options
from lms.learning.library.files import read_content, read_folder

MAIN = """\
---
scenario: example
title: An example
minutes: 5
include: INCLUDED
references: {own: {title: Our own policy}}
---

## Supper tray {#tray}

**Nia:** Will you take it?

- [Go on](#night) {#on}
- [Wait](#night) {#wait}

::: scene
kind: narration
:::
"""
NIGHT = """\
---
characters: {nia: {name: Nia, role: nurse}, ivan: {name: Ivan}}
references: {wsp: {title: Procedures}, other: {title: Another}}
---

## Night {#night}

You are alone.

::: scene
kind: ending
band: secure
:::

::: debrief {#why}
for: [on, wait]
expert: on
why: It is late.
ref: [wsp, own]
:::
"""


def files(included, **others):
    named = {"scenario.md": MAIN.replace("INCLUDED", included), **{k.replace("__", "."): v for k, v in others.items()}}
    return [as_file(name, text) for name, text in named.items()]


def as_file(name, text):
    path = f"scenarios/{name}" if name.startswith("_shared/") else f"scenarios/example/{name}"
    return SourceFile(path, name, text if isinstance(text, bytes) else text.encode())


def compile_(included, *more, **others):
    return compile_scenario([*files(included, **others), *more], today=date(2026, 11, 21))


def codes_of(compiled):
    return [problem.code for problem in compiled.problems if problem.severity == "error"]


def test_scenes_and_declarations_of_included_files_are_part_of_the_program():
    made = compile_("[night.md]", night__md=NIGHT)
    assert [scene.id for scene in made.program.scenes] == ["tray", "night"]
    assert made.program.start == "tray"
    assert made.program.points[0].references == ("wsp", "own")


def test_I4_what_nobody_refers_to_is_not_in_the_program():
    made = compile_("[night.md]", night__md=NIGHT).program
    assert [one.id for one in made.characters] == ["nia"]
    assert [one.id for one in made.references] == ["own", "wsp"]
    more = NIGHT.replace("ivan: {name: Ivan}", "zoe: {name: Zoe}")
    assert compile_("[night.md]", night__md=more).program.hash == made.hash
    changed = NIGHT.replace("name: Nia", "name: Nia Rees")
    assert compile_("[night.md]", night__md=changed).program.hash != made.hash


def test_I3_problems_of_an_included_file_are_shown_in_it():
    broken = NIGHT.replace("kind: ending", "kind: endign").replace("{title: Another}", "{titel: Another}")
    found = [problem for problem in compile_("[night.md]", night__md=broken).problems if problem.severity == "error"]
    places = {(each.span.path, each.span.line, each.code) for each in found}
    assert ("scenarios/example/night.md", 11, "SO024") in places
    assert ("scenarios/example/night.md", 3, "SO021") in places
    assert all(each.excerpt for each in found)


def test_I3_a_proof_names_the_file_of_each_step():
    trap = NIGHT.replace("You are alone.", "- [Round](#night) {#round}").replace(
        "kind: ending\nband: secure", "kind: narration"
    )
    end = "\n## End {#end}\n\n::: scene\nkind: ending\nband: secure\n:::\n"
    made = compile_("[night.md]", night__md=trap.replace("(#night)", "(#end)") + end)
    assert made.places is not None
    assert made.places.taken["round"].path == "scenarios/example/night.md"
    stuck = trap.replace("- [Round](#night) {#round}", "- [Go](#end) {#go}\n  ::: choice\n  when: chose(wait)\n  :::")
    proof = prove_scenario(compile_("[night.md]", night__md=stuck + end))
    found = next(each for each in proof.problems if each.code == "SC103")
    assert found.span.path == "scenarios/example/night.md"
    assert "## Night" in found.excerpt
    assert found.way[0].span.path == "scenarios/example/scenario.md"


def test_an_id_that_stands_in_two_files_is_a_problem_that_names_both():
    made = compile_("[night.md, extra.yaml]", night__md=NIGHT, extra__yaml="characters: {nia: {name: Nia}}\n")
    (found,) = [each for each in made.problems if each.code == "SC030"]
    assert found.span.path.endswith("extra.yaml")
    assert "night.md, line 2" in found.what
    made = compile_(
        "[night.md, more.md]", night__md=NIGHT, more__md="## Night {#night}\n\nAgain.\n\n::: scene\nto: tray\n:::\n"
    )
    assert "night.md, line 6" in next(each.what for each in made.problems if each.code == "SC030")


def test_shared_files_include_shared_files_only_and_a_diamond_is_read_once():
    shared = as_file("_shared/wales.yaml", "include: [_shared/law.yaml]\ncharacters: {zoe: {name: Zoe}}\n")
    law = as_file("_shared/law.yaml", "references: {act: {title: The Act}}\n")
    made = compile_("[night.md, _shared/wales.yaml, _shared/law.yaml]", shared, law, night__md=NIGHT)
    assert codes_of(made) == []
    bad = as_file("_shared/wales.yaml", "include: [night.md]\n")
    (found,) = [
        each
        for each in compile_("[night.md, _shared/wales.yaml]", bad, night__md=NIGHT).problems
        if each.code == "SC201"
    ]
    assert found.span.path == "scenarios/_shared/wales.yaml"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("[night.md, /etc/passwd.md]", "SC201"),
        ("[night.md, ../other/a.yaml]", "SC201"),
        ("[night.md, scenes/../../a.yaml]", "SC201"),
        ('[night.md, "c:\\\\a.yaml"]', "SC201"),
        ('[night.md, "..\\\\a.yaml"]', "SC201"),
        ("[night.md, https://example.org/a.yaml]", "SC201"),
        ("[night.md, ~/a.yaml]", "SC201"),
        ('[night.md, "a\\0.yaml"]', "SC201"),
        ("[night.md, media/wrist.png]", "SC204"),
        ("[night.md, scenario.cy.md]", "SC204"),
        ("[night.md, ./night.md]", "SC204"),
        ("[night.md, scenario.md]", "SC202"),
        ("[night.md, nihgt.md]", "SC200"),
        ("[nihgt.md]", "SC200"),
        ("[night.md, [night.md]]", "SO022"),
        ("night.md", "SO022"),
        ("[night.md, 3]", "SC204"),
    ],
)
def test_I1_paths_that_lead_elsewhere_or_nowhere_are_one_problem_each(written, code):
    found = [each for each in compile_(written, night__md=NIGHT).problems if each.severity == "error"]
    assert code in [each.code for each in found]
    if written != "night.md":
        assert len(found) == 1, "\n".join(map(str, found))
    assert all(each.span.path.endswith("scenario.md") for each in found)


def test_a_missing_file_says_which_was_meant():
    (found,) = compile_("[nihgt.md]", night__md=NIGHT).problems
    assert found.fix == "did you mean 'night.md'?"


def test_I2_circles_are_named_with_their_path():
    made = compile_(
        "[a.yaml]", a__yaml="include: [b.yaml]\n", b__yaml="include: [c.yaml]\n", c__yaml="include: [a.yaml]\n"
    )
    (found,) = [each for each in made.problems if each.code == "SC202"]
    assert "a.yaml → b.yaml → c.yaml → a.yaml" in found.what
    assert found.span.path.endswith("c.yaml")


def test_I2_number_and_size_are_bounded():
    many = {f"f{n}__yaml": "characters: {}\n" for n in range(FILES + 1)}
    listed = f"[night.md, {', '.join(name.replace('__', '.') for name in many)}]"
    assert codes_of(compile_(listed, night__md=NIGHT, **many)) == ["SC203", "SC203"]
    big = {f"f{n}__yaml": f"# {'x' * 1_900_000}\ncharacters: {{}}\n" for n in range(BYTES // 1_900_000 + 1)}
    listed = f"[night.md, {', '.join(name.replace('__', '.') for name in big)}]"
    assert codes_of(compile_(listed, night__md=NIGHT, **big)) == ["SC203"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "SO002"),
        (b"\xff\xfe", "SO002"),
        (b"", "SO001"),
        (b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b]\n", "SO013"),
        (b"[" * 100_000, "SO014"),
        (b"- a\n- b\n", "SO022"),
        (b"just words\n", "SO022"),
        (b"title: Another\n", "SO021"),
        (b"x" * 2_000_001, "SO003"),
        (b"characters: [nia]\n", "SO022"),
        (b"include: {a: b}\n", "SO022"),
    ],
)
def test_any_included_file_gives_problems_in_it_and_no_others(content, code):
    found = [
        each
        for each in compile_("[night.md, a.yaml]", night__md=NIGHT, a__yaml=content).problems
        if each.severity == "error"
    ]
    assert [each.code for each in found] == [code], "\n".join(map(str, found))
    assert found[0].span.path == "scenarios/example/a.yaml"


# --- on the disk ----------------------------------------------------------------------------------------------------


@pytest.fixture
def content(tmp_path):
    home = tmp_path / "scenarios" / "example"
    home.mkdir(parents=True)
    (home / "scenario.md").write_text(MAIN.replace("INCLUDED", "[_shared/night.md]"))
    shared = tmp_path / "scenarios" / "_shared"
    shared.mkdir()
    (shared / "night.md").write_text(NIGHT)
    return tmp_path


def test_shared_files_are_read_with_the_scenario_and_are_none_themselves(content):
    (folder,) = read_content(content)
    assert folder.name == "example"
    assert codes_of(compile_scenario(folder.files, today=date(2026, 11, 21))) == []
    alone = read_folder(content / "scenarios" / "example", "scenario", "example")
    assert codes_of(compile_scenario(alone.files, today=date(2026, 11, 21))) == []
    assert next(file.path for file in alone.files if file.name.startswith("_shared")) == "_shared/night.md"


def test_a_change_in_what_is_shared_is_a_change_of_the_folder(content):
    before = read_content(content)[0].seen
    (content / "scenarios" / "_shared" / "night.md").write_text(NIGHT + "\n")
    assert read_content(content)[0].seen != before


def test_a_shared_link_that_leads_out_is_refused_and_named(content):
    outside = content / "secret.yaml"
    outside.write_text("characters: {}\n")
    link = content / "scenarios" / "_shared" / "night.md"
    link.unlink()
    link.symlink_to(outside)
    (folder,) = read_content(content)
    found = [
        each for each in compile_scenario(folder.files, today=date(2026, 11, 21)).problems if each.severity == "error"
    ]
    assert [each.code for each in found] == ["SO006"]


def test_a_shared_file_that_is_far_too_large_is_not_read(content):
    with (content / "scenarios" / "_shared" / "night.md").open("wb") as file:
        file.truncate(50_000_000)
    (folder,) = read_content(content)
    assert sum(len(file.data) for file in folder.files) < 10_000
    found = [
        each for each in compile_scenario(folder.files, today=date(2026, 11, 21)).problems if each.severity == "error"
    ]
    assert [each.code for each in found] == ["SO003"]


def test_an_own_included_file_that_cannot_be_read_is_one_problem(content):
    home = content / "scenarios" / "example"
    (home / "scenario.md").write_text(MAIN.replace("INCLUDED", "[night.md]"))
    with (home / "night.md").open("wb") as file:
        file.truncate(50_000_000)
    (folder,) = read_content(content)
    made = compile_scenario(folder.files, today=date(2026, 11, 21))
    found = [each for each in (*folder.problems, *made.problems) if each.severity == "error"]
    assert [each.code for each in found] == ["SO003"]


def test_a_shared_folder_that_is_a_link_to_elsewhere_is_nothing(content, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere")
    (other / "night.md").write_text(NIGHT)
    shared = content / "scenarios" / "_shared"
    (shared / "night.md").unlink()
    shared.rmdir()
    shared.symlink_to(other)
    (folder,) = read_content(content)
    assert codes_of(compile_scenario(folder.files, today=date(2026, 11, 21))) == ["SC200"]


def test_missing_ids_are_written_into_the_file_in_which_they_are_missing_and_none_twice(content):
    home = content / "scenarios" / "example"
    story = MAIN.replace("INCLUDED", "[night.md]").replace("- [Wait](#night) {#wait}", "- [Wait](#night)")
    (home / "scenario.md").write_text(story)
    (home / "night.md").write_text(NIGHT.replace("You are alone.", "- [Wait](#night)").replace("[on, wait]", "[on]"))
    (home / "scenario.cy.md").write_text("---\ntitle: cy\n---\n")
    report = service.check([home], Options(date(2026, 11, 21)), fix=True)
    assert [name.rsplit("/", 1)[-1] for name in report.fixed] == ["night.md", "scenario.md"]
    assert "- [Wait](#night) {#wait}" in (home / "scenario.md").read_text()
    assert "- [Wait](#night) {#wait-2}" in (home / "night.md").read_text()
    assert (home / "scenario.cy.md").read_text() == "---\ntitle: cy\n---\n"
    assert (content / "scenarios" / "_shared" / "night.md").read_text() == NIGHT
