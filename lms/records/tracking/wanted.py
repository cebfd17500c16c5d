"""What an endpoint is sent: everything, or statements of some kinds about some courses and scenarios. Pure.

A filter holds for what is recorded from then on; what already waits is delivered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lms.engine.xapi.names import Names
from lms.engine.xapi.references import ACTIVITY, references
from lms.engine.xapi.vocabulary import VERBS

VERB_IRIS = {term.iri.rpartition("/")[2]: term.iri for term in VERBS}
"""The verbs that we use, by the last word of their IRI."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter. Nothing in `verbs` means all verbs, nothing in `things` everything."""

    verbs: frozenset[str] = frozenset()
    """IRIs."""
    things: frozenset[str] = frozenset()
    """IRIs of courses and scenarios."""

    def takes(self, statement: Mapping[str, Any]) -> bool:
        """Tell whether a statement passes: by its verb, and by what it is about or belongs to."""
        if self.verbs and statement["verb"]["id"] not in self.verbs:
            return False
        return not self.things or any(
            each.kind == ACTIVITY and each.key in self.things for each in references(statement)
        )


@lru_cache(maxsize=256)
def wanted(address: str, verbs: tuple[str, ...], about: tuple[str, ...]) -> Wanted:
    """Return the filter of an endpoint: names of verbs, and ids of courses and scenarios at this address."""
    names = Names(address)
    things = (iri for each in about for iri in (names.course(each), names.scenario(each)))
    return Wanted(frozenset(VERB_IRIS[each] for each in verbs), frozenset(things))


def unknown_verbs(verbs: Iterable[str]) -> list[str]:
    """Return those of `verbs` that none of our statements has."""
    return [each for each in verbs if each not in VERB_IRIS]
