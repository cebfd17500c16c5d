"""What is known about a scenario as a whole: the ways to each ending, in scenes and minutes, and the scores that come of them."""

from dataclasses import asdict, dataclass
from typing import Any

from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import MOST_STATES
from lms.engine.scenario.proof.explore_length import Length, lengths
from lms.engine.scenario.proof.explore_pass import can_fail, can_pass
from lms.engine.scenario.proof.explore_range import ranges

_DEAR = 8
"""A state with scores costs about as much as so many without."""

NOT_PROVEN = (
    "whether the advice is right: that takes an expert's review",
    "whether it is true to life",
    "whether anybody learns from it",
)


@dataclass(frozen=True, slots=True)
class Reached:
    """An ending: how it is reached, whether runs that end here can be passed and failed, and the scores here.

    `can_pass` and `can_fail` are None where the answer is not known, because the search was bounded.
    """

    id: str
    title: str
    band: str
    success: bool
    length: Length
    can_pass: bool | None
    can_fail: bool | None
    scores: dict[str, tuple[int, int]]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        values = asdict(self)
        length = {key: value for key, value in values.pop("length").items() if key != "ending"}
        return values | length


@dataclass(frozen=True, slots=True)
class Report:
    """A scenario's endings, and the attainable scores over all of them; a bounded report may have missed some."""

    scenario: str
    endings: tuple[Reached, ...]
    scores: dict[str, tuple[int, int]]
    says: dict[str, str]
    """What each dimension is called."""
    states: int
    is_complete: bool

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {**asdict(self), "endings": [one.to_json() for one in self.endings], "not_proven": list(NOT_PROVEN)}


def make_report(program: Program, *, most_states: int = MOST_STATES) -> Report:
    """Return what is known about a scenario, over so many states at most for each question."""
    ways, attained = lengths(program, most_states), ranges(program, most_states)
    states, is_complete = ways.states + attained.states, ways.is_complete and attained.is_complete
    scenes = {scene.id: scene for scene in program.scenes}
    found = []
    for length in ways.endings:
        scene = scenes[length.ending]
        answers = [look(program, most_states // _DEAR, at=scene.id) for look in (can_pass, can_fail)]
        states += sum(answer.states for answer in answers)
        known = [answer.way is not None if answer.way or answer.is_complete else None for answer in answers]
        is_complete = is_complete and None not in known
        found.append(
            Reached(
                scene.id,
                scene.title,
                scene.ending.band if scene.ending else "",
                scene.ending is not None and scene.ending.success,
                length,
                known[0],
                known[1],
                attained.endings.get(scene.id, {}),
            )
        )
    overall = {
        item.id: (min(low for low, _ in pairs), max(high for _, high in pairs))
        for item in program.competencies
        if (pairs := [here[item.id] for here in attained.endings.values()])
    }
    says = {item.id: item.says for item in program.competencies}
    return Report(program.id, tuple(found), overall, says, states, is_complete)
