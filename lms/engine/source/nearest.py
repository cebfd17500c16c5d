"""The answer to a slip of the finger, "did you mean …?": the nearest known name.

Names are indexed by what remains when letters are dropped, so a lookup costs the same for ten names and ten thousand.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

_LONGEST = 64
_MANY = 500
_SHORT = 20


class Names:
    """Known names, to look for the one that was meant."""

    def __init__(self, names: Iterable[str]) -> None:
        self.known = dict.fromkeys(names)
        self._index: dict[str, str] | None = None

    def __contains__(self, name: object) -> bool:
        return name in self.known

    def nearest(self, word: str) -> str | None:
        """Return the known name that differs from `word` by a slip or two, or None."""
        if len(word) > _LONGEST:
            return None
        if self._index is None:
            self._index = {}
            for name in self.known:
                for rest in self._without(name.casefold()):
                    self._index.setdefault(rest, name)
        return next((self._index[rest] for rest in self._without(word.casefold()) if rest in self._index), None)

    def hint(self, word: str, otherwise: str = "") -> str:
        """Return "did you mean 'name'?", or `otherwise` when nothing is near."""
        near = self.nearest(word)
        return f"did you mean '{near}'?" if near is not None else otherwise

    def _without(self, word: str) -> Iterator[str]:
        """Yield the word, then the word without one letter, then (few short names) without two."""
        yield word
        if len(word) < 3 or len(word) > _LONGEST:  # noqa: PLR2004 - of two letters, nothing would remain
            return
        for drop in range(len(word)):
            yield word[:drop] + word[drop + 1 :]
        if 5 <= len(word) <= _SHORT and len(self.known) <= _MANY:  # noqa: PLR2004
            for first, second in combinations(range(len(word)), 2):
                yield word[:first] + word[first + 1 : second] + word[second + 1 :]
