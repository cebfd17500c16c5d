"""Whatever stands in included files, language files and overlays: a Program or problems with places, never an exception."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.program.wording import told
from lms.engine.source.text import SourceFile
from tests.engine.scenario.test_any_text import LINES, YAML
from tests.engine.scenario.test_include import MAIN, NIGHT
from tests.engine.scenario.test_tellings import ENGLAND, STORY, WELSH

PATHS = st.sampled_from(
    ["night.md", "a.yaml", "b.yaml", "../a.yaml", "_shared/a.yaml", "/a.yaml", "a.md", "", "\0", "é.yaml"]
)


def damaged(text):
    """The text with lines left out, written twice, swapped, cut or put in from elsewhere."""
    lines = text.split("\n")
    spot = st.integers(0, len(lines) - 1)
    cuts = st.lists(
        st.tuples(spot, st.sampled_from(["drop", "twice", "swap", "cut", "indent", "dedent", "odd"])), max_size=4
    )

    def damage(how):
        found = list(lines)
        for wanted, what in how:
            at = min(wanted, len(found) - 1)
            line = found[at]
            found[at : at + 1] = {
                "drop": [], "twice": [line, line], "swap": [*found[at + 1 : at + 2], line], "cut": [line[: len(line) // 2]],
                "indent": [f"  {line}"], "dedent": [line.lstrip()], "odd": [line + " {#x} [a](#b) {term:y} *z &q : - |"],
            }[what]  # fmt: skip
            found = found or [""]
        return "\n".join(found)

    return cuts.map(damage)


def check(files):
    named = [SourceFile(f"scenarios/example/{name}", name, data) for name, data in files.items()]
    compiled = compile_scenario(named, today=date(2026, 11, 21))
    assert (compiled.program is None) == any(problem.severity == "error" for problem in compiled.problems)
    lines = {file.path: file.data.decode("utf-8", "replace").count("\n") + 2 for file in named}
    for problem in compiled.problems:
        assert str(problem)
        assert 1 <= problem.span.line <= lines[problem.span.path]
    if compiled.program is not None:
        for language in ("en", "cy", "pl"):
            for nation in ("", "england"):
                view = told(compiled.program, language, nation)
                assert [scene.id for scene in view.scenes] == [scene.id for scene in compiled.program.scenes]


@given(damaged(WELSH) | LINES | YAML)
@settings(max_examples=200, deadline=None)
def test_any_language_file(text):
    check({"scenario.md": STORY.encode(), "scenario.cy.md": text.encode()})


@given(damaged(ENGLAND) | LINES | YAML, damaged(WELSH))
@settings(max_examples=120, deadline=None)
def test_any_overlay(text, welsh):
    check({"scenario.md": STORY.encode(), "scenario.england.yaml": text.encode(), "scenario.cy.md": welsh.encode(),
           "scenario.england.cy.yaml": text.encode()})  # fmt: skip


@given(damaged(STORY))
@settings(max_examples=120, deadline=None)
def test_any_story_beside_files_that_are_whole(text):
    check({"scenario.md": text.encode(), "scenario.cy.md": WELSH.encode(), "scenario.england.yaml": ENGLAND.encode()})


@given(
    st.lists(PATHS, max_size=4),
    damaged(NIGHT) | LINES,
    YAML | st.builds("include: [{}, {}]\n".format, PATHS, PATHS),
    st.binary(max_size=60),
)
@settings(max_examples=200, deadline=None)
def test_any_included_files(paths, night, other, raw):
    written = "[" + ", ".join(f'"{path}"'.replace("\0", "\\0") for path in paths) + "]"
    check({"scenario.md": MAIN.replace("INCLUDED", written).encode(), "night.md": night.encode(), "a.yaml": other.encode(), "b.yaml": raw})  # fmt: skip


@given(
    st.binary(max_size=200), st.sampled_from(["scenario.cy.md", "scenario.england.yaml", "scenario.england.cy.yaml"])
)
@settings(max_examples=80, deadline=None)
def test_any_bytes(raw, name):
    check({"scenario.md": STORY.encode(), name: raw})
