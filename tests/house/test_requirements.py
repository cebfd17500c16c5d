"""Every requirement of an LRS is proven by a test, and the page that says so is made from the tests."""

from pathlib import Path

from tools import requirements

ROOT = Path(__file__).parents[2]


def test_every_requirement_has_a_test():
    proven = requirements.proven(ROOT)
    assert [number for number in requirements.NUMBERS if number not in proven] == []
    assert {key for key in proven if isinstance(key, str)} >= {"4.1.4", "4.1.7", "4.2.2.5", "4.2.5", "4.2.6", "4.2.7"}


def test_no_test_names_a_requirement_that_does_not_exist():
    numbers = {key for key in requirements.proven(ROOT) if isinstance(key, int)}
    assert numbers <= set(requirements.NUMBERS)
