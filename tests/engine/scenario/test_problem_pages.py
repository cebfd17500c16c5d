"""Each kind of problem of files and scenarios has a page, and the examples on it are what they say they are."""

import re
from datetime import date
from pathlib import Path

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.program import codes as scenario_codes
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.source import codes as source_codes
from lms.engine.source.problem import Code
from lms.engine.source.text import SourceFile

MEDIA = ("media/wrist.png", "media/handover.mp4", "media/knock.mp3")
ROOT = Path(__file__).parents[3]
PAGES = ROOT / "lms" / "docs" / "problems"
DECLARED = {
    code.id: (code, name)
    for module in (source_codes, scenario_codes)
    for name, code in vars(module).items()
    if isinstance(code, Code)
}
CODES = {identifier: code for identifier, (code, _) in DECLARED.items()}
ON_THE_DISK = {"SO003", "SO005", "SO006"}
"""Sizes, permissions and links cannot stand on a page; they are tested where files are read."""
EXAMPLE = re.compile(r"^````(?:yaml|markdown|text) (\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)

HEAD = {"scenario": "example", "title": "An example", "minutes": "5"}
AROUND_SCENES = """\
characters: {mair: {name: Mair, role: manager}}
variables: {told: flag, pain: {one of: [unknown, some]}, trust: 0..5}
derive: {known: told or pain is some or trust > 1}
references: {wsp: {title: Procedures}}
must: {arrived: {when: visited(home) or visited(home) and known, says: Went home, why: It is late., ref: wsp}}
"""
SCENES = "## Supper tray {#tray}\n\nYou reach for the tray.\n\n- [Go on](#home) {#on}\n"
END = "\n## Home {#home}\n\n::: scene\nkind: ending\nband: secure\n:::\n"


def whole(name, text):
    """An example is a whole file, its scenes, its front matter, or bytes; the test writes what stands around it."""
    if name == "scenes":
        head = "".join(f"{key}: {value}\n" for key, value in HEAD.items())
        return f"---\n{head}{AROUND_SCENES}---\n\n{text}{'' if '{#home}' in text else END}".encode()
    if name == "front-matter":
        missing = "".join(f"{key}: {value}\n" for key, value in HEAD.items() if f"\n{key}:" not in f"\n{text}")
        return f"---\n{missing}{text}---\n\n{SCENES}{END}".encode()
    if name == "bytes":
        return text.strip("\n").encode().decode("unicode_escape").encode("latin-1")
    return text.encode()


def problems_of(part):
    (name, text), *others = EXAMPLE.findall(part)
    if name.endswith(".svg"):
        files = [
            SourceFile("scenarios/example/scenario.md", "scenario.md", whole("scenes", SCENES)),
            SourceFile(f"scenarios/example/{name}", name, text.encode()),
        ]
    elif name == "folder":
        files = [SourceFile(f"scenarios/example/{file}", file, b"x") for file in text.split()]
    else:
        files = [
            SourceFile("scenarios/example/scenario.md", "scenario.md", whole(name, text)),
            *(SourceFile(f"scenarios/example/{name}", name, b"x") for name in MEDIA),
        ]
    files += [SourceFile(f"scenarios/example/{other}", other, content.encode()) for other, content in others]
    compiled = compile_scenario(files, today=date(2026, 11, 21))
    return (*compiled.problems, *prove_scenario(compiled).problems, *check_plans(compiled, files).problems)


def test_every_code_has_a_page_and_every_page_a_code():
    written = {path.name for path in PAGES.glob("SO*.md")} | {path.name for path in PAGES.glob("SC*.md")}
    assert written == {f"{code.id}-{code.slug}.md" for code in CODES.values()}
    declared = [value for module in (source_codes, scenario_codes) for value in vars(module).values()]
    assert len(CODES) == sum(isinstance(value, Code) for value in declared), "an id is given twice"


def test_every_code_is_raised_somewhere():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "lms").rglob("*.py"))
    assert [name for _, name in DECLARED.values() if f"codes.{name}" not in sources] == []


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_the_bad_example_has_exactly_this_problem_and_the_good_one_none(code):
    text = (PAGES / f"{code.id}-{code.slug}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code.id} {code.title[0].upper()}{code.title[1:]}\n\n*{code.severity.capitalize()}.* ")
    if code.id in ON_THE_DISK:
        assert "## Bad" not in text
        return
    _, bad, good = re.split(r"^## (?:Bad|Good)$", text, flags=re.MULTILINE)
    found = problems_of(bad)
    assert {problem.code for problem in found} == {code.id}, "\n".join(map(str, found))
    assert [str(problem) for problem in problems_of(good)] == []
    for problem in found:
        assert problem.severity == code.severity
        assert problem.why, f"a problem says why it matters: {problem}"
        assert problem.fix, f"a problem says how to mend it: {problem}"
