"""What is found about acts and draws: that no checkpoint can be passed by, and that something reads each draw.

Of the ways past a checkpoint, those to an ending that is no success are left alone: a story may end early, and badly,
in its first act. But whoever comes to a good ending of a later act has to come through the end of this one.
"""

from collections.abc import Collection, Iterator

from lms.engine.scenario.program import codes
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_loss import way_past
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


def idle_draws(program: Program, read: Collection[str]) -> Iterator[Finding]:
    """Yield the draws that nothing reads."""
    for draw in program.draws:
        if draw.id not in read:
            yield Finding(
                codes.NEVER_READ,
                "draws",
                draw.id,
                f"nothing reads '{draw.id}'",
                why="whatever chance makes of it makes no difference",
                fix="use it in a condition, or remove it",
            )
