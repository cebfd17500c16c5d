"""The colours of `css/tokens.css`, light and dark: every pair that meets on a page can be read (WCAG 2.2 AA)."""

import re

import pytest

from lms.base.web.assets import FOLDER

TOKENS = (FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
GROUNDS = ("ground", "surface", "sunken")
KINDS = ("accent", "warm", "good", "note", "bad")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong", "warm", "bad") for ground in GROUNDS),
    *((kind, f"{kind}-soft") for kind in KINDS),
    *(("ink", f"{kind}-soft") for kind in KINDS),
    ("accent", "note-soft"),
    ("accent", "warm-soft"),
    ("accent", "good-soft"),
    ("accent-strong", "accent-soft"),
    *(("ink-soft", f"{kind}-soft") for kind in ("accent", "warm", "good", "note")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
]
SHAPES = [
    *(("edge", ground) for ground in ("ground", "surface")),
    *(("accent", ground) for ground in GROUNDS),
    *((kind, "surface") for kind in KINDS),
]


def colours(part):
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", part))


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("part", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3)], ids=["text", "shapes"])
def test_what_meets_on_a_page_can_be_told_apart(part, pairs, least):
    tokens = colours(part)
    weak = [
        f"{ink} on {ground}: {ratio:.2f}"
        for ink, ground in pairs
        if (ratio := contrast(tokens[ink], tokens[ground])) < least
    ]
    assert weak == []


def test_dark_changes_every_colour_that_light_has():
    assert colours(DARK).keys() == colours(LIGHT).keys()
