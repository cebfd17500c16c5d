from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from lms.base.web.forms import read
from lms.kernel.errors import Invalid


@dataclass(frozen=True)
class Answer:
    step: int
    choice: str
    picked: tuple[str, ...] = ()
    note: str = field(default="", metadata={"most": 20})
    sure: bool = False


@pytest.fixture(autouse=True)
def request_context():
    app = Flask("forms")
    Babel(app)
    with app.test_request_context():
        yield


def fields_with_problems(given):
    with pytest.raises(Invalid) as caught:
        read(Answer, MultiDict(given))
    return [problem.field for problem in caught.value.problems]


def test_a_form_becomes_the_dataclass_it_was_declared_as():
    given = MultiDict(
        [("step", "3"), ("choice", "stay"), ("picked", "a"), ("picked", "b"), ("sure", "1"), ("csrf", "x")]
    )
    assert read(Answer, given) == Answer(3, "stay", ("a", "b"), "", sure=True)


def test_all_problems_of_a_form_are_found_at_once():
    assert fields_with_problems([("step", "three"), ("note", "x" * 21)]) == ["step", "choice", "note"]


@pytest.mark.parametrize("value", ["a\x00b", "a\x1b[31m", "\x7f"])
def test_characters_that_cannot_be_kept_are_refused(value):
    assert fields_with_problems([("step", "1"), ("choice", value)]) == ["choice"]


def test_line_ends_of_browsers_become_plain():
    assert read(Answer, MultiDict([("step", "1"), ("choice", "a\r\nb")])).choice == "a\nb"


def test_a_text_is_as_long_as_the_browser_counts_it():
    text = "x\n" * 10  # a browser counts 20, and sends 30
    assert read(Answer, MultiDict([("step", "1"), ("choice", "a"), ("note", text.replace("\n", "\r\n"))])).note == text


def test_a_number_that_is_huge_is_too_long_before_it_is_a_number():
    assert fields_with_problems([("step", "9" * 5000), ("choice", "a")]) == ["step"]
