"""Words for people, written below the layer that can translate them."""

from collections.abc import Iterable
from typing import Self


def N_(message: str) -> str:  # noqa: N802 - the name that extractors of messages look for
    """Mark a message for translation; `base.web` translates it when it is shown."""
    return message


class Foreign(str):
    """A text in another language than the page around it: `language` says which; in all else it is just the text."""

    __slots__ = ("language",)
    language: str

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """Return the text as one in `language`."""
        foreign = cls(text)
        foreign.language = language
        return foreign


def together(between: str, texts: Iterable[str]) -> str:
    """Join texts; if all of them are in one other language, so is the whole."""
    found = tuple(texts)
    languages = {text.language if isinstance(text, Foreign) else "" for text in found}
    joined = between.join(found)
    return Foreign.of(joined, languages.pop()) if len(languages) == 1 and "" not in languages else joined
