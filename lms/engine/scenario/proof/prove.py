"""What can be proven about a compiled scenario by going every way through it, and shown by the shortest one.

What is wrong is found in the story without its words (`find`); here each finding gets its place in the files and the
words in which a trainer recognises the way to it.
"""

from dataclasses import dataclass

from lms.engine.scenario.language.compile import Compiled
from lms.engine.scenario.program.wording import wordless
from lms.engine.scenario.proof.explore import MOST_STATES
from lms.engine.scenario.proof.find import find
from lms.engine.scenario.proof.findings import Question
from lms.engine.scenario.proof.witness import Witness
from lms.engine.source.problem import Problem, Problems


@dataclass(frozen=True, slots=True)
class Proof:
    """The problems that were proven, over so many states; a bounded proof may have missed some."""

    problems: tuple[Problem, ...] = ()
    states: int = 0
    is_complete: bool = True
    questions: tuple[Question, ...] = ()

    @property
    def bound(self) -> str:
        """How far a bounded proof went, in words; empty when it is complete."""
        return "" if self.is_complete else f"bounded: explored {self.states:,} states, not complete"


def prove_scenario(compiled: Compiled, *, most_states: int = MOST_STATES) -> Proof:
    """Return what is wrong with the ways through a scenario; nothing where errors forbid to go them."""
    program, places = compiled.program, compiled.places
    if program is None or places is None:
        return Proof()
    findings = find(wordless(program), compiled.claims, most_states)
    witness = Witness(program, places)
    problems = Problems()
    for path, lines in places.files.items():
        problems.know(path, lines)
    for one in findings.found:
        way = witness.waypoints(one.way) if one.way else ()
        problems.add(one.code, places.at(one.kind, one.id), one.what, why=one.why, fix=one.fix, way=way)
    return Proof(problems.in_order(), findings.states, findings.is_complete, findings.questions)
