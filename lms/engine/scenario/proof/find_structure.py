"""What is found about acts and names: that no checkpoint can be passed by, and that something reads each name.

Of the ways past a checkpoint, those to an ending that is no success are left alone: a story may end early, and badly,
in its first act. But whoever comes to a good ending of a later act has to come through the end of this one.
"""

from collections.abc import Iterator

from lms.engine.scenario.language.claims import Claims
from lms.engine.scenario.language.places import Kind
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Change,
    Derived,
    Effect,
    Expression,
    Has,
    Points,
    Remove,
    Score,
    SetFlag,
    Variable,
    When,
    parts,
)
from lms.engine.scenario.program.program import Must, MustNot, Program
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_loss import way_past
from lms.engine.scenario.proof.explore_slice import choices_of, effects_of, guards, written_by
from lms.engine.scenario.proof.findings import Finding


def passed_by(found: Exploration) -> Iterator[Finding]:
    """Yield the checkpoints that can be passed by."""
    program = found.space.machine.program
    good = frozenset(scene.id for scene in program.scenes if scene.ending and scene.ending.success)
    for scene in program.scenes:
        way = way_past(found, scene.id, good) if scene.checkpoint else None
        if way is not None:
            yield Finding(
                codes.BYPASSED,
                "scenes",
                scene.id,
                f"the checkpoint '{scene.id}' can be passed by",
                why="whoever comes this way takes everything from this act into the next, and gets no break",
                fix="lead all ways to the next act through it",
                way=way,
            )


def never_read(program: Program, claims: Claims) -> Iterator[Finding]:
    """Yield the names that make no difference: what reads them, if anything does, decides about nothing else.

    What only another such name reads is not reported beside it (V3 of `find`).
    """
    uses = _Uses(program, claims)
    written = {name for scene in program.scenes for effect in effects_of(scene) for name in written_by(effect)}
    named: list[tuple[Kind, str, str]] = [("draws", draw.id, "whatever chance makes of it") for draw in program.draws]
    named += [("variables", variable.id, "whatever it is set to") for variable in program.variables]
    named += [("derived", name.id, "whatever it is") for name in program.derived]
    for kind, id_, whatever in named:
        if uses.is_idle(id_):
            is_unchanged = kind == "variables" and id_ not in written
            more = (
                ", but what decides what it becomes"
                if uses.readers.get(id_)
                else ", and nothing changes it"
                if is_unchanged
                else ""
            )
            yield Finding(
                codes.NEVER_READ,
                kind,
                id_,
                f"nothing reads '{id_}'{more}",
                why=f"{whatever} makes no difference",
                fix="use it in a condition, or remove it",
            )
    for item in program.competencies:
        if item.id not in uses.scores:
            yield Finding(
                codes.NEVER_READ,
                "competencies",
                item.id,
                f"nothing moves or reads '{item.id}'",
                why="every run ends with the same score",
                fix=f"write '{item.id} +1' where it is shown, or remove it",
            )


class _Uses:
    """Which names are read by what: `used` by what a learner or the author sees, `readers` by what other names become."""

    def __init__(self, program: Program, claims: Claims) -> None:
        self.readers: dict[str, set[str]] = {}
        self.scores: set[str] = set()
        self.used = {track.id for track in program.tracks} | {scale.id for scale in program.scales}
        for tree in (*_roots(program), *(one.when for one in claims.assertions)):
            self.used |= self._names(tree)
        for derived in program.derived:
            self._note(self._names(derived.value), derived.id)
        for scene in program.scenes:
            for effect in effects_of(scene):
                self._follow(effect, frozenset())
        front = [*self.used]
        reads: dict[str, set[str]] = {}
        for name, readers in self.readers.items():
            for reader in readers:
                reads.setdefault(reader, set()).add(name)
        while front:
            more = reads.get(front.pop(), set()) - self.used
            self.used |= more
            front += more

    def _names(self, tree: Expression) -> frozenset[str]:
        """Return the names that stand in an expression; keep the scores that do."""
        found = [*parts(tree)]
        self.scores |= {part.name for part in found if isinstance(part, Score)}
        return frozenset(part.name for part in found if isinstance(part, Variable | Has | Points | Derived))

    def _follow(self, effect: Effect, under: frozenset[str]) -> None:
        match effect:
            case When(condition, do):
                for inner in do:
                    self._follow(inner, under | self._names(condition))
            case Award(competency):
                self.scores.add(competency)
                self.used |= under
            case Assign(name, value):
                self._note(under | self._names(value), name)
            case SetFlag(name) | Change(name) | Add(_, name) | Remove(_, name):
                self._note(under, name)

    def _note(self, names: frozenset[str], reader: str) -> None:
        for name in names:
            self.readers.setdefault(name, set()).add(reader)

    def is_idle(self, name: str) -> bool:
        """Tell whether nothing that is used comes of a name; not of one that only another idle name reads."""
        return name not in self.used and all(name in self._over(reader) for reader in self.readers.get(name, ()))

    def _over(self, name: str) -> set[str]:
        """Return a name and all that read it, directly or not."""
        found, front = {name}, [name]
        while front:
            more = self.readers.get(front.pop(), set()) - found
            found |= more
            front += more
        return found


def _roots(program: Program) -> Iterator[Expression]:
    """Yield the conditions that decide what a learner can do, what is shown, and what is said of the run."""
    monitors: tuple[Must | MustNot, ...] = (*program.musts, *program.must_nots)
    yield from (must.when for must in monitors)
    yield from (later.condition for later in program.laters if later.condition)
    if program.pass_when:
        yield program.pass_when
    for scene in program.scenes:
        yield from guards(scene)
        shown = (*scene.blocks, *(block for choice in choices_of(scene) for block in choice.consequence))
        yield from (block.when for block in shown if block.when)
