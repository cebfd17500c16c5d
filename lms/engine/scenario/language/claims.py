"""What an author says about the story as a whole: assertions to be proven, and findings that are meant.

None of it is part of the Program: it changes nothing for a learner, so it makes no new version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.engine.scenario.language import front, syntax
from lms.engine.scenario.program.expression import Expression
from lms.engine.source.record import Record
from lms.engine.source.values import Slug

Read = Callable[[Record, str], Expression | None]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A condition that always holds, or never, whenever a learner is asked something or has come to an ending.

    `scenes` are those in which it is looked at; none means everywhere.
    """

    id: str
    says: str
    when: Expression
    scenes: tuple[str, ...]
    always: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What the author asserts and accepts: `losses` are choices and scenes, `stops` are numbers."""

    assertions: tuple[Assertion, ...] = ()
    losses: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()


NOTHING_CLAIMED = Claims()


def read_claims(scenario: syntax.Scenario, read: Read) -> Claims:
    """Return the claims of a scenario; `read` reads the condition under a key, scores and monitors included."""
    matter = scenario.front
    if matter is None:
        return Claims()
    found = [*_assertions(matter.always, read, always=True), *_assertions(matter.never, read, always=False)]
    losses = [scene.id.text for scene in scenario.scenes if scene.keys.point_of_no_return]
    choices = [choice for scene in scenario.scenes for choice in scene.choices]
    losses += [choice.id.text for choice in choices if choice.keys.point_of_no_return]
    stops = [name for name, one in matter.variables.items() if isinstance(one, front.Variable) and one.stops]
    return Claims(tuple(found), frozenset(losses), frozenset(map(str, stops)))


def _assertions(written: Mapping[Slug, front.Assertion], read: Read, *, always: bool) -> list[Assertion]:
    found = []
    for id_, one in written.items():
        when = read(one, "when")
        if when is not None:
            scenes = (one.at,) if isinstance(one.at, str) else one.at
            found.append(Assertion(str(id_), one.says, when, tuple(map(str, scenes)), always))
    return found
