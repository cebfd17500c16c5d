import pytest

from lms.engine.source.drawing import check_drawings
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile

PLAIN = '<svg xmlns="http://www.w3.org/2000/svg">\n<defs><circle id="c" r="4"/></defs>\n{}\n</svg>'


def found(inner):
    problems = Problems()
    text = PLAIN.replace("{}", inner)
    check_drawings((SourceFile("s/media/a.SVG", "media/a.SVG", text.encode()),), problems)
    return [(problem.code, problem.span.line, problem.excerpt[problem.span.column - 1 :][: problem.span.length])
            for problem in problems]  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "marked"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<svg:script/>", "script"),
        ('<g onload="x()"/>', "onload"),
        ("<foreignObject><p/></foreignObject>", "foreignObject"),
        ('<a href="javascript:x()"><g/></a>', "javascript:x()"),
        ('<image xlink:href="https://example.org/a.png"/>', "https://example.org/a.png"),
        ("<style>@import 'https://example.org/a.css';</style>", "https://example.org/a.css"),
        ("<style>g{fill:url(//example.org/a)}</style>", "//example.org/a"),
        ('<image href="data:image/svg+xml;base64,AA"/>', "data:image/svg+xml;base64,AA"),
        ('<animate attributeName="href" to="javascript:x"/>', "animate"),
    ],
)
def test_a_drawing_that_holds_more_than_a_picture_is_refused_at_its_place(inner, marked):
    assert found(inner) == [("SO032", 3, marked)]


@pytest.mark.parametrize(
    "inner",
    [
        '<use href="#c"/>',
        '<g fill="url(#c)" stroke="red"/>',
        '<image href="data:image/png;base64,AA"/>',
        "<text>Press the button on=off</text>",
        "<style>g { fill: none }</style>",
        "<!-- drawn by hand -->",
    ],
)
def test_a_plain_drawing_is_fine(inner):
    assert found(inner) == []


def test_a_drawing_that_is_no_text_is_a_problem_and_other_files_are_not_looked_at():
    problems = Problems()
    files = (
        SourceFile("s/media/a.svg", "media/a.svg", b"\x1f\x8b\x00\xff"),
        SourceFile("s/media/a.png", "media/a.png", b"<script>"),
    )
    check_drawings(files, problems)
    assert [(problem.code, problem.span.path) for problem in problems] == [("SO002", "s/media/a.svg")]
