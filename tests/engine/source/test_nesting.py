"""How deep lists and quotations lie in one another: as a reader would count, and in time that grows with the text."""

import pytest

from lms.engine.source.nesting import MOST_DEEP, too_deep
from tests.effort import calls


def steps(count: int, mark: str = "-", indent: int = 2) -> str:
    return "\n".join(f"{' ' * indent * at}{mark} x" for at in range(count))


@pytest.mark.parametrize("text", [steps(400), steps(13, "1.", 4), "- " * 13 + "x", "> " * 13 + "x", "> - " * 7 + "x"])
def test_what_lies_too_deep_is_found(text):
    assert too_deep(text) is not None
    assert text[too_deep(f"{steps(12)}\n\nText.\n\n{text}") - len(f"{steps(12)}\n\nText.\n\n")] in "-1>"


@pytest.mark.parametrize(
    "text",
    [
        steps(12),
        "\n".join(["- x"] * 100),
        "\n".join([steps(12)] * 5),
        "\n\n".join(["> x"] * 100),
        "- - - - - - - - - - - - - - -",
        "A score of 1-2-3-4-5-6-7-8-9-10-11-12-13-14.",
        "\n".join(f"{' ' * at}words of a poem - and more" for at in range(40)),
    ],
)
def test_many_marks_that_do_not_lie_in_one_another_are_not_deep(text):
    assert too_deep(text) is None


def test_the_first_mark_that_is_too_deep_is_named():
    text = steps(20)
    assert text.count("\n", 0, too_deep(text)) == MOST_DEEP
    assert text[too_deep(text)] == "-"


def test_looking_is_linear_in_the_text():
    def wide(count: int) -> str:
        return "\n".join([steps(12)] * count)

    assert calls(lambda: too_deep(wide(400))) < 1.2 * 4 * calls(lambda: too_deep(wide(100)))
