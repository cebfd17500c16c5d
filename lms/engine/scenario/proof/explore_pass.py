"""Whether a run can be passed, failed, or passed without something that must be done, and what an author asserts.

Scores on which `pass` is monotone are kept beside the states, as the best vectors only: a worse one can never do more,
because a saturating step keeps the order. The others are part of the state. What can no longer lead to what is looked
for, as the monitors stand, is not followed.

Invariants:
  X6  what is found can be walked with `run.act`; what is not found, when the search was complete, does not exist
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.engine.scenario.program.expression import (
    Both,
    Broke,
    Compare,
    Constant,
    Derived,
    Either,
    Expression,
    Kept,
    Not,
    Score,
    Sum,
    parts,
)
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import MOST_STATES, Taken, Way, way_of
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Edge, Exhausted, Space

Entry = tuple[int, tuple[int, ...], int, Edge | None]
"""A state, the followed scores in it, the entry before it, and the step that led from there."""


WORK = 64
"""How much work each state may cause on average: comparisons with the other scores known in it."""
TRIED = 1
"""How many steps may be tried for each state that is allowed: most are known from another state."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The way to what was looked for, if there is one; how many states were seen, and whether that were all.

    `left_out` are the variables, scores and monitors on which the answer does not depend.
    """

    way: Way | None
    states: int
    is_complete: bool
    left_out: tuple[str, ...] = ()
    tried: int = 0
    """How many steps had to be tried: each takes as long as some states."""


def can_pass(program: Program, most: int = MOST_STATES, *, at: str = "") -> Answer:
    """Look for a run that is passed; at this ending, if one is named."""
    return _any_passed(program, "", most, at)


def can_fail(program: Program, most: int = MOST_STATES, *, at: str = "") -> Answer:
    """Look for a run that ends without being passed; at this ending, if one is named.

    A run fails where one of the conditions of `pass` fails: each is looked at alone, because alone it needs few scores.
    """
    rule = program.pass_when
    answers: list[Answer] = []
    for condition in rule.of if isinstance(rule, Both) else (rule,):
        alone = _Search(replace(program, pass_when=condition), wanted=False, at=frozenset({at} - {""})).run(most)
        answers.append(alone)
        if alone.way:
            break
    found = _together(answers)
    return replace(found, is_complete=True) if found.way else found


def can_be(program: Program, most: int = MOST_STATES, *, condition: Expression, scenes: frozenset[str]) -> Answer:
    """Look for the shortest way to a moment at which a condition holds: in one of these scenes, or anywhere.

    A moment is when the learner is asked something, or has come to an ending. The condition may read scores and monitors.
    """
    answers = []
    for one in _alternatives(condition):  # each alone reads less
        asked = replace(program, pass_when=one)
        answers.append(_Search(asked, wanted=True, at=scenes, everywhere=True).run(most, is_shortest=True))
    return _together(answers)


def _together(answers: Sequence[Answer]) -> Answer:
    """Return the answers to several questions as one: the shortest way, and what none of them depends on."""
    ways = sorted((answer.way for answer in answers if answer.way), key=lambda way: len(way.actions))
    return Answer(
        ways[0] if ways else None,
        sum(answer.states for answer in answers),
        is_complete=all(answer.is_complete for answer in answers),
        left_out=tuple(name for name in answers[0].left_out if all(name in answer.left_out for answer in answers)),
        tried=sum(answer.tried for answer in answers),
    )


def _alternatives(condition: Expression) -> tuple[Expression, ...]:
    match condition:
        case Either(of):
            return of
        case Not(Both(of)):
            return tuple(Not(one) for one in of)
    return (condition,)


def can_pass_without(program: Program, monitor: str, most: int = MOST_STATES) -> Answer:
    """Look for the shortest run that is passed although this must was missed, or this must_not broken.

    Any run is looked for first, because that is quick; if the cap then leaves no room for the shortest, that one stands.
    """
    search = _Search(program, wanted=True, without=monitor)
    if not search.may_be_found({monitor: "broken"}):
        return Answer(None, 0, is_complete=True)  # `pass` itself asks for it
    found = _any_passed(program, monitor, most)
    if found.way is None:
        return found
    shortest = search.run(most, is_shortest=True)
    both = _together([found, shortest])
    return replace(both, way=shortest.way or found.way, is_complete=True, left_out=found.left_out)


def _any_passed(program: Program, without: str, most: int, at: str = "") -> Answer:
    """Look for any such run; where all conditions of `pass` together are too many, for each of them alone.

    A condition that holds in no run proves that `pass` does not either, and alone it needs few scores.
    """
    scenes = frozenset({at} - {""})
    whole = _Search(program, wanted=True, without=without, at=scenes).run(most)
    if whole.is_complete or not isinstance(program.pass_when, Both):
        return whole
    answers = [whole]
    for condition in program.pass_when.of:
        alone = _Search(replace(program, pass_when=condition), wanted=True, without=without, at=scenes).run(most)
        answers.append(alone)
        if alone.is_complete and alone.way is None:
            return replace(_together(answers), way=None, is_complete=True, left_out=alone.left_out)
    return replace(_together(answers), way=None, is_complete=False, left_out=whole.left_out)


def directions(expression: Expression, derived: Mapping[str, Expression], sign: int = 1) -> dict[str, set[int]]:
    """Return for each score whether more of it helps (1), harms (-1), or, where both, neither can be said."""
    if isinstance(expression, Score):
        return {expression.name: {sign}}
    found: dict[str, set[int]] = {}
    for part, direction in _within(expression, derived, sign):
        for name, signs in directions(part, derived, direction).items():
            found.setdefault(name, set()).update(signs)
    if isinstance(expression, Compare) and expression.operator in {"is", "is not"}:
        return {name: {1, -1} for name in found}
    return found


def _within(expression: Expression, derived: Mapping[str, Expression], sign: int) -> Iterator[tuple[Expression, int]]:
    """Yield the parts of an expression, with the direction in which each moves the whole."""
    match expression:
        case Derived(name):
            yield derived[name], sign
        case Not(of):
            yield of, -sign
        case Both(parts_of) | Either(parts_of):
            yield from ((part, sign) for part in parts_of)
        case Sum(operator, left, right):
            yield left, sign
            yield right, sign if operator == "+" else -sign
        case Compare(operator, left, right):
            more = -sign if operator in {"<", "<="} else sign
            yield left, more
            yield right, -more


def truth(  # noqa: PLR0911 - one case per construct
    expression: Expression, derived: Mapping[str, Expression], marks: Mapping[str, str]
) -> bool | None:
    """Return what an expression is once these monitors are settled; None when that depends on more."""
    match expression:
        case Constant(value):
            return bool(value)
        case Derived(name):
            return truth(derived[name], derived, marks)
        case Kept(must):
            return None if marks.get(must, "open") == "open" else marks[must] == "kept"
        case Broke(must):
            return None if marks.get(must, "open") == "open" else marks[must] == "broken"
        case Not(of):
            denied = truth(of, derived, marks)
            return None if denied is None else not denied
        case Both(of):
            values = {truth(part, derived, marks) for part in of}
            return False if False in values else None if None in values else True
        case Either(of):
            values = {truth(part, derived, marks) for part in of}
            return True if True in values else None if None in values else False
    return None


class _Search:
    """One question about passing, with the slice that it depends on."""

    def __init__(
        self,
        program: Program,
        *,
        wanted: bool,
        without: str = "",
        at: frozenset[str] = frozenset(),
        everywhere: bool = False,
    ) -> None:
        self.program, self.wanted, self.without, self.at, self.everywhere = program, wanted, without, at, everywhere
        self.derived = {name.id: name.value for name in program.derived}
        rule = program.pass_when
        read = set(_all_parts(rule, self.derived)) if rule else set()
        monitors = frozenset(part.must for part in read if isinstance(part, Kept | Broke)) | (
            {without} if without else set()
        )
        signs = directions(rule, self.derived, 1 if wanted else -1) if rule else {}
        self.question = Question(monitors, frozenset(signs), passing=True, always=everywhere)
        self.followed = {name: sign for name, (sign, *more) in ((n, [*s]) for n, s in signs.items()) if not more}
        self._may: dict[int, bool] = {}

    def may_be_found(self, marks: Mapping[str, str]) -> bool:
        """Tell whether what is looked for is still possible, as far as the monitors decide it."""
        if self.without and marks.get(self.without) == "kept":
            return False
        rule = self.program.pass_when
        return rule is None or truth(rule, self.derived, marks) is not (not self.wanted)

    def run(self, most: int, *, is_shortest: bool = False) -> Answer:
        """Search: breadth first for the shortest run, else greedily, because any run will do."""
        space = Space(self.program, self.question, self.followed, most=WORK * most, tried=TRIED * most)
        seen: dict[int, list[tuple[int, ...]]] = {}
        entries: list[Entry] = []
        waiting: deque[int] = deque()
        take: Callable[[], int] = waiting.popleft if is_shortest else waiting.pop
        marks = sum(space.fields[f"must:{id_}"].place for id_ in space.monitors)

        def reach(state: int, vector: tuple[int, ...], before: int, edge: Edge | None) -> None:
            known = seen.setdefault(state, [])
            space.spend(1 + len(known))
            if any(all(map(int.__ge__, other, vector)) for other in known):
                return
            may = self._may.get(state & marks)
            if may is None:
                may = self._may[state & marks] = self.may_be_found(space.marks(state))
            if may:
                known[:] = [other for other in known if not all(map(int.__ge__, vector, other))]
                known.append(vector)
                waiting.append(len(entries))
                entries.append((state, vector, before, edge))

        try:
            reach(space.first(), space.vector(), -1, None)
            while waiting:
                number = take()
                state, vector, *_ = entries[number]
                if self._is_found(space, state, vector):
                    return Answer(
                        _way(space, entries, number),
                        len(entries),
                        is_complete=True,
                        left_out=space.left_out,
                        tried=space.tried,
                    )
                space.spend(WORK * most if len(entries) > most else 0)
                edges = space.edges(state)
                for edge in edges if is_shortest else sorted(edges, key=_gain):
                    moved = tuple(
                        min(high, max(low, score + by))
                        for score, (by, low, high) in zip(vector, edge.shifts, strict=True)
                    )
                    reach(state & edge.keep | edge.put, moved, number, edge)
        except Exhausted:
            return Answer(None, len(entries), is_complete=False, left_out=space.left_out, tried=space.tried)
        return Answer(None, len(entries), is_complete=True, left_out=space.left_out, tried=space.tried)

    def _is_found(self, space: Space, state: int, vector: tuple[int, ...]) -> bool:
        scene, phase, *_ = space.control(state)
        if (phase != "ended" and not self.everywhere) or (self.at and scene not in self.at):
            return False
        passed, marks = space.ended(state, vector)
        return passed == self.wanted and (not self.without or marks[self.without] == "broken")


def _gain(edge: Edge) -> int:
    return sum(by for by, _, _ in edge.shifts)


def _way(space: Space, entries: list[Entry], number: int) -> Way:
    taken: list[Taken] = []
    while number >= 0:
        _, _, before, edge = entries[number]
        if edge is not None:
            taken.append((space.control(entries[before][0])[0], edge.action, edge.fate))
        number = before
    return way_of(reversed(taken))


def _all_parts(expression: Expression, derived: Mapping[str, Expression]) -> list[Expression]:
    found: list[Expression] = []
    for part in parts(expression):
        found.append(part)
        if isinstance(part, Derived):
            found += _all_parts(derived[part.name], derived)
    return found
