"""Templates of typst, set in the fonts of `fonts/` alone, so that a PDF looks the same on every machine.

Data reach a template as inputs, never as source: what somebody wrote is printed and not run.
"""

import json
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

FONTS = Path(__file__).parent / "fonts"
MISSING = "□"
"""Stands for a character that no font has; Literata has this one."""
STANDARD: Literal["ua-1"] = "ua-1"


class Unprinted(Exception):  # noqa: N818 - it says what became of the page
    """Typst could not set a page; the message is its own, and may quote what was to be printed."""


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts, read once: that takes most of a first PDF's time."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _compiler(root: Path) -> typst.Compiler:
    """Return the compiler for the templates of a folder; it reads no file outside of it."""
    return typst.Compiler(root=str(root), font_paths=_fonts())


def press(template: Path, data: dict[str, Any], at: datetime) -> bytes:
    """Return the PDF that a template makes of data, dated `at`. Raises Unprinted."""
    try:
        pdf = _compiler(template.parent).compile(
            str(template), format="pdf", pdf_standards=[STANDARD], sys_inputs={"data": json.dumps(data)}, timestamp=at
        )
    except typst.TypstError as error:
        raise Unprinted(error.message) from None
    if not isinstance(pdf, bytes):
        raise Unprinted("typst gave no PDF")
    return pdf


def printable(text: str) -> tuple[str, bool]:
    """Return text with `MISSING` for each character that no font has, and whether there was one."""
    shown = "".join(character if _has_glyph(character) else MISSING for character in text)
    return shown, shown != text


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    """Tell whether some font has a character, by printing it."""
    if character.isascii() and character.isprintable():
        return True
    try:
        press(FONTS.parent / "glyph.typ", {"character": character}, datetime(2026, 1, 1, tzinfo=UTC))
    except Unprinted:
        return False
    return True
