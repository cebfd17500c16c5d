"""Words that hurt and hard texts: found where they stand, accepted by name, and in little time whatever the text."""

from datetime import date

import pytest

from lms.engine.scenario.api import compile_scenario
from lms.engine.scenario.language.plain_words import WORDS, reading_age
from lms.engine.source.text import SourceFile
from tests.effort import calls, timed

TEXT = """\
---
scenario: example
title: An example
minutes: 5
%s---

## Supper tray {#tray}

%s

- [Go on](#home) {#on}

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""


def problems(prose, front=""):
    source = SourceFile("scenarios/example/scenario.md", "scenario.md", (TEXT % (front, prose)).encode())
    return compile_scenario([source], today=date(2026, 11, 21)).problems


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.says)
def test_each_word_is_found_in_any_case_and_says_what_to_write_and_who_asks_for_it(word):
    found = problems(f"Straße, İ: {word.says.title()}.")
    assert any(one.code == "SC084" and word.source in one.why and word.instead in one.fix for one in found)
    assert min(one.span.column for one in found) == 12


@pytest.mark.parametrize("prose", ["The bell of St-Senile-by-the-sea.", "senileness", "The elderly-care team meets."])
def test_parts_of_other_words_are_left_alone(prose):
    assert problems(prose) == ()


def test_a_word_is_accepted_by_name_and_a_slip_in_the_name_is_seen():
    assert problems("She says: senile.", "accept_words: [senile]\n") == ()
    (found, hint) = problems("She says: senile.", "accept_words: [senlie]\n")
    assert (found.code, found.fix) == ("SC033", "did you mean 'senile'?")
    assert hint.code == "SC084"


def test_texts_in_other_languages_are_left_alone():
    assert problems("senile", "language: cy\n") == ()


def test_the_reading_age_grows_with_words_and_sentences():
    easy = "She asks him. He says no. They wait. " * 20
    middling = "The manager asks whether anybody has written down what the visitor said in the afternoon. " * 12
    hard = "Multidisciplinary documentation necessitates comprehensive organisational communication. " * 20
    ages = [reading_age(text) for text in (easy, middling, hard)]
    assert ages == sorted(ages)
    assert ages[0] <= 7
    assert 12 <= ages[1] <= 16
    assert ages[2] > 25
    assert reading_age("Too short.") is None


@pytest.mark.parametrize("piece", ["the " * 2, "a" * 50, "wheelchair ", "[", "{", "](", "e.", "’’", "\n\n"])
def test_no_text_takes_more_than_linear_time(piece):
    def judge(text):
        reading_age(text)
        problems(text.replace("\n", " "), "reading_age: 12\n")

    many, few = piece * (80_000 // len(piece) * 4), piece * (20_000 // len(piece) * 4)
    judge(piece)
    assert calls(lambda: judge(many)) < 5 * calls(lambda: judge(few))
    assert timed(lambda: judge(many))[0] < 500 * timed(lambda: judge("The door is open. " * 500))[0]
