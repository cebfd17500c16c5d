import pytest

from lms.base.web.rich import render_block, render_inline

HOSTILE = [
    "<script>alert(1)</script>",
    "[go](javascript:alert(1))",
    "[go](JaVaScRiPt&colon;alert(1))",
    "[go](data:text/html;base64,PHNjcmlwdD4=)",
    '<iframe src="https://example.org"></iframe>',
    "![far](https://example.org/p.png)",
    "![far](//example.org/p.png)",
    '<img src="/x" onerror="alert(1)">',
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    '<a href="x" style="position:fixed">x</a>',
    '<form action="https://example.org"><input name=q></form>',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<div markdown="1"><script>alert(1)</script></div>',
    "[a]: javascript:alert(1)\n[go][a]",
    "<javascript:alert(1)>",
    '<base href="https://example.org">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_loses_what_could_act(text):
    html = str(render_block(text)).lower()
    for trace in (
        "<script",
        "javascript:",
        "<iframe",
        "onerror=",
        "onload=",
        "style=",
        "<form",
        "data:text",
        "<base",
        "<meta",
    ):
        assert trace not in html
    assert 'src="http' not in html
    assert 'src="//' not in html


def test_a_span_in_another_language_carries_its_lang():
    assert str(render_inline("She said [Dim byd, cariad.]{lang=cy} and smiled.")) == (
        'She said <span lang="cy">Dim byd, cariad.</span> and smiled.'
    )


@pytest.mark.parametrize("marks", ["#", "##", "###"])
def test_the_highest_heading_stands_just_below_the_page_title(marks):
    html = str(render_block(f"{marks} One\n\n{marks}# Two"))
    assert html.split() == ["<h2>One</h2>", "<h3>Two</h3>"]


def test_tables_lists_and_disclosure_survive():
    html = str(render_block("| a |\n|---|\n| 1 |\n\n<details><summary>Try</summary>\n\nYes\n\n</details>"))
    assert "<table>" in html
    assert "<summary>Try</summary>" in html


def test_inline_rendering_adds_no_paragraph():
    assert str(render_inline("*Open* words")) == "<em>Open</em> words"


@pytest.mark.parametrize("address", ["https://x.org/a.png", "//x.org/a.png", "/\\\\x.org/a.png", "/\\\\/x.org/a.png"])
def test_a_picture_from_elsewhere_is_never_asked_for_however_it_is_addressed(address):
    html = str(render_block(f'<img src="{address}" alt="a">'))
    assert "src=" not in html
    assert 'src="/library/media/1"' in str(render_block("![a](/library/media/1)"))


@pytest.mark.parametrize(
    "nested", ["- " * 1500 + "x", "\n".join("    " * at + "* x" for at in range(150)), "<div>" * 500 + "x"]
)
def test_text_that_is_nested_deeper_than_anybody_means_is_shown_as_it_is_written(nested):
    html = render_block(nested)
    assert html.startswith("<pre>")
    assert html.count("<") == 2, "nothing of it is a tag"
    assert render_block("- " * 12 + "x").count("<ul>") == 12
