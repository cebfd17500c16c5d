"""What a free text listens for: whole words, one after the other; case, punctuation and line ends make no difference.

The first route one of whose phrases occurs is taken. So a phrase that holds a phrase of an earlier route leads nowhere:
whoever writes it has written the other as well.
"""

import re
from collections.abc import Iterable, Iterator

from lms.engine.scenario.program.program import Route


def words(text: str) -> str:
    """Return the words of a text between blanks, so that one text occurs in another as whole words if it is in it."""
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


def heard(routes: Iterable[Route]) -> dict[str, str]:
    """Return for each route that can be taken the first phrase that leads there; in order."""
    routes = tuple(routes)
    deaf = {(route, place) for route, place, _ in unheard(routes)}
    found: dict[str, str] = {}
    for number, route in enumerate(routes):
        for place, phrase in enumerate(route.phrases):
            if (number, place) not in deaf:
                found.setdefault(route.id, phrase)
    return found


def unheard(routes: Iterable[Route]) -> Iterator[tuple[int, int, Route]]:
    """Yield the phrases that never lead anywhere: the places of route and phrase, and the earlier route that is taken."""
    before: list[tuple[str, Route]] = []
    for number, route in enumerate(routes):
        own = [words(phrase) for phrase in route.phrases]
        for place, text in enumerate(own):
            taken = next((other for phrase, other in before if phrase in text), None)
            if taken is not None:
                yield number, place, taken
        before += [(text, route) for text in own]
