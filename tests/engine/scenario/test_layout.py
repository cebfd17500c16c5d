"""`lms fmt`: twice is once, the Program stays, every letter stays; on shipped, golden, damaged and random sources."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.language.layout import tidy
from lms.engine.scenario.manual.reference import EXAMPLE
from tests.shipped import as_scenario

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(ROOT.glob("scenarios/*/scenario.md"))
GOLDEN = sorted((Path(__file__).parent / "golden").rglob("*.md"))
SOURCES = [path.read_text("utf-8") for path in (*SHIPPED, *GOLDEN)]


def laid_out(text: str) -> str:
    return tidy("tea/scenario.md", text.encode()).decode()


def program(text: str):
    files = as_scenario(text, "tea/scenario.md")
    return compile_scenario(files, today=date(2026, 11, 21)).program


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("path", [*SHIPPED, *GOLDEN], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_M1_M2_M3_every_source_of_ours(path):
    text = path.read_text("utf-8")
    once = laid_out(text)
    assert laid_out(once) == once
    assert letters(once) == letters(text)
    assert program(once) == program(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_scenarios_are_laid_out(path):
    assert laid_out(path.read_text("utf-8")) == path.read_text("utf-8")


MESSY = """\
---
scenario: tea
title:    Tea      # a remark
minutes: 3..5
prebrief: |
    One line.•••
      Two   lines:   kept.

content_note: "Two
  lines:   of it"
---
##   The cup   {#cup}
:::later   {#asked}

    at:   evening   # when it is due
    # a remark
    to: question

:::
It is nine.•••
<!-- a remark
:::  not a block   -->
- [  Take it.  ](#evening)   {#take}
    :::   choice
    rating:   best
    :::
    She sleeps.

      Indented more.
- [Ask.](#evening) {#ask}



## A question {#question}
```
##   not a heading
```
:::   if  visited(cup)

Yes.

:::
- [Go on](#return) {#answer}
## In the evening {#evening}
:::scene
kind: ending
band: secure
:::
""".replace("•", " ")


def test_what_is_messy_becomes_tidy():
    assert (
        laid_out(MESSY)
        == """\
---
scenario: tea
title: Tea      # a remark
minutes: 3..5
prebrief: |
    One line.•••
      Two   lines:   kept.

content_note: "Two
  lines:   of it"
---

## The cup {#cup}

::: later {#asked}
at: evening   # when it is due
# a remark
to: question
:::

It is nine.•••
<!-- a remark
:::  not a block   -->

- [Take it.](#evening) {#take}
  ::: choice
  rating: best
  :::
  She sleeps.

    Indented more.
- [Ask.](#evening) {#ask}

## A question {#question}

```
##   not a heading
```
::: if visited(cup)
Yes.
:::

- [Go on](#return) {#answer}

## In the evening {#evening}

::: scene
kind: ending
band: secure
:::
""".replace("•", " ")
    )


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_and_a_byte_order_mark_stay(newline):
    data = b"\xef\xbb\xbf" + MESSY.replace("\n", newline).encode()
    assert tidy("x.md", data) == b"\xef\xbb\xbf" + laid_out(MESSY).replace("\n", newline).encode()


def test_what_cannot_be_read_stays_as_it_is():
    for data in (b"", b"\xff\xfe\x00", b"   \n"):
        assert tidy("x.md", data) == data


def test_M3_prose_between_choices_keeps_its_blank_lines():
    """Choices leave the prose around them; there, blank lines are part of what is read."""
    text = EXAMPLE.replace("  She has closed her eyes before you reach the door.\n", "\n\nMeanwhile.\n\n\n")
    assert program(laid_out(text)) == program(text)
    assert "\n\n\nMeanwhile.\n\n\n" in laid_out(text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_M1_M2_any_blanks_anywhere(data):
    """Blanks and blank lines put in, and taken out, at random places: the Program that was there stays."""
    text = data.draw(st.sampled_from([EXAMPLE, *SOURCES[len(SHIPPED) :]]))
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["blank", "gone", "end", "start", "inside", "spaces"]))
        if how == "blank":
            lines.insert(at, "")
        elif how == "spaces":
            lines.insert(at, "   ")
        elif how == "gone" and not lines[at].strip():
            del lines[at]
        elif how == "end":
            lines[at] += "  "
        elif how == "start":
            lines[at] = "  " + lines[at]
        elif how == "inside":
            lines[at] = re.sub(r" (?=[{\w])", "   ", lines[at], count=1)
    changed = "\n".join(lines)
    once = laid_out(changed)
    assert laid_out(once) == once
    assert letters(once) == letters(changed)
    assert program(once) == program(changed)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="#:-`[](){}|>\"' \n\tab", max_size=120))
@example("## a {#a}\n- [x](#y)\n\n\n  b\n\nc")
@example("---\na: |\n  x  \n\n---\n## b")
def test_M1_M2_any_text(text):
    for source in (text, f"---\nscenario: tea\ntitle: T\nminutes: 3\n---\n{text}", EXAMPLE + text):
        once = laid_out(source)
        assert laid_out(once) == once
        assert letters(once) == letters(source)
        assert program(once) == program(source)
