"""Words that hurt, and sentences that are too hard: what can be told of a text without knowing what it means.

The list of words is small and every entry names who asks not to be called so. A character in a story may say them all
the same: the author then accepts the word by name. English only; texts in other languages are left alone.
"""

import re
from typing import NamedTuple

from lms.engine.scenario.language import syntax
from lms.engine.scenario.program import codes
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span

DEEP = "DEEP, Dementia words matter (2014), written by people with dementia"
NICE = "NICE style guide (ECD1), Talking about people"
GOV = "GOV.UK, Inclusive language: words to use and avoid when writing about disability"
SAMARITANS = "Samaritans, Media guidelines for reporting suicide"
AGEING = "Centre for Ageing Better, A guide to talking about ageing and older age"


class Word(NamedTuple):
    """A word or phrase, what to write instead, and who asks for it."""

    says: str
    instead: str
    source: str


WORDS = (
    Word("dementia sufferer", "a person with dementia", DEEP),
    Word("dementia sufferers", "people with dementia", DEEP),
    Word("demented", "living with dementia", DEEP),
    Word("senile", "living with dementia", DEEP),
    Word("living death", "what the person says it is like", DEEP),
    Word("suffers from", "has", NICE),
    Word("suffering from", "with", NICE),
    Word("diabetics", "people with diabetes", NICE),
    Word("schizophrenics", "people with schizophrenia", NICE),
    Word("alcoholics", "people who are dependent on alcohol", NICE),
    Word("drug addict", "a person who uses drugs", NICE),
    Word("drug addicts", "people who use drugs", NICE),
    Word("challenging behaviour", "behaviour that challenges", NICE),
    Word("wheelchair-bound", "uses a wheelchair", GOV),
    Word("wheelchair bound", "uses a wheelchair", GOV),
    Word("confined to a wheelchair", "uses a wheelchair", GOV),
    Word("handicapped", "disabled", GOV),
    Word("the disabled", "disabled people", GOV),
    Word("the handicapped", "disabled people", GOV),
    Word("cripple", "a disabled person", GOV),
    Word("able-bodied", "non-disabled", GOV),
    Word("commit suicide", "die by suicide, or end their life", SAMARITANS),
    Word("committed suicide", "died by suicide, or ended their life", SAMARITANS),
    Word("the elderly", "older people", AGEING),
)

_KNOWN = {word.says: word for word in WORDS}
_EDGE = r"(?<![\w-]){}(?![\w-])"
_PATTERNS = {
    word.says: re.compile(_EDGE.format(re.escape(word.says).replace(r"\ ", r"\s")), re.IGNORECASE) for word in WORDS
}

ENOUGH_WORDS = 100
"""So many words a text has to have before its reading age means anything."""
_PROSE = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s”\"’')\]]|$)|\n\s*\n")
_VOWELS = re.compile(r"[aeiouy]+")
_MARKUP = re.compile(r"\{[^{}\n]*\}|\]\([^()\n]*\)|[*_\[\]#>`]")


def check(scenario: syntax.Scenario, problems: Problems) -> None:
    """Report words that hurt, and a text that is harder to read than is declared."""
    matter = scenario.front
    if matter is None or not matter.language.startswith("en"):
        return
    accepted = set(matter.accept_words)
    _check_accepted(scenario, problems)
    text = "\n".join(scenario.source.lines)
    lowered = text.lower().replace("\n", " ")  # only to know quickly what is not there: its letters may stand elsewhere
    for word in WORDS:
        if word.says in accepted or word.says not in lowered:
            continue
        for match in _PATTERNS[word.says].finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
            problems.add(
                codes.HURTING_WORD,
                Span(scenario.source.path, line, column, len(word.says)),
                f"“{word.says}” hurts those whom it means",
                why=f"they ask for other words: {word.source}",
                fix=f"write “{word.instead}”, or 'accept_words: [{word.says}]' if somebody in the story would say it",
            )
    if matter.reading_age is not None:
        _check_age(scenario, matter.reading_age, problems)


def _check_accepted(scenario: syntax.Scenario, problems: Problems) -> None:
    matter = scenario.front
    for place, word in enumerate(matter.accept_words if matter else ()):
        if matter and word not in _KNOWN:
            problems.add(
                codes.UNKNOWN_NAME,
                matter.place_of("accept_words", place),
                f"“{word[:64]}” is not among the words that are looked for",
                fix=Names(_KNOWN).hint(word, "remove it: nothing is said about this word"),
            )


def _check_age(scenario: syntax.Scenario, declared: int, problems: Problems) -> None:
    matter = scenario.front
    if matter is None:
        return
    text = "\n\n".join(_texts(scenario))
    age = reading_age(text)
    if age is not None and age > declared:
        problems.add(
            codes.READING_AGE,
            matter.place_of("reading_age"),
            f"the text reads as for the age of {age}, not of {declared}",
            why="who reads slowly, or in a second language, would be tested in reading and not in caring",
            fix="shorten sentences and take shorter words, or declare what it is",
        )


def _texts(scenario: syntax.Scenario) -> list[str]:
    """Return what learners read in the course of the story: prose, what is said, and choices."""
    found: list[str] = []
    for scene in scenario.scenes:
        blocks = [*scene.blocks, *(block for choice in scene.choices for block in choice.consequence)]
        found += [block.markdown for block in blocks if isinstance(block, syntax.Prose | syntax.Dialogue)]
        found += [f"{choice.label}." for choice in scene.choices]
    return found


def reading_age(text: str) -> int | None:
    """Return the age at which most can read a text with ease; None where there is too little of it.

    It is five years more than the Flesch–Kincaid grade, a school year of the United States.
    """
    plain = _MARKUP.sub(" ", text)
    words = _PROSE.findall(plain.casefold())
    if len(words) < ENOUGH_WORDS:
        return None
    sentences = 1 + sum(1 for _ in _SENTENCE_END.finditer(plain.strip()))
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(5, round(grade + 5))


def _syllables(word: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, without a silent e."""
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and count > 1
    return max(1, count - silent)
