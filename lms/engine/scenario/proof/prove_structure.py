"""What is proven about acts and draws: that no checkpoint can be passed by, and which draws a way takes.

Of the ways past a checkpoint, those to an ending that is no success are left alone: a story may end early, and badly,
in its first act. But whoever comes to a good ending of a later act has to come through the end of this one.
"""

from collections.abc import Callable, Iterator

from lms.engine.scenario.language.places import Places
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.chance import Fate
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import Exploration, Way
from lms.engine.scenario.proof.explore_loss import way_past
from lms.engine.source.problem import Problems, Waypoint


def check_checkpoints(
    found: Exploration, places: Places, problems: Problems, waypoints: Callable[[Way], tuple[Waypoint, ...]]
) -> None:
    """Report checkpoints that can be passed by."""
    program = found.space.machine.program
    good = frozenset(scene.id for scene in program.scenes if scene.ending and scene.ending.success)
    for scene in program.scenes:
        way = way_past(found, scene.id, good) if scene.checkpoint else None
        if way is not None:
            problems.add(
                codes.BYPASSED,
                places.scenes[scene.id],
                f"the checkpoint '{scene.id}' can be passed by",
                why="whoever comes this way takes everything from this act into the next, and gets no break",
                fix="lead all ways to the next act through it",
                way=waypoints(way),
            )


def check_draws(program: Program, read: set[str], places: Places, problems: Problems) -> None:
    """Report draws that nothing reads."""
    for draw in program.draws:
        if draw.id not in read:
            problems.add(
                codes.NEVER_READ,
                places.draws[draw.id],
                f"nothing reads '{draw.id}'",
                why="whatever chance makes of it makes no difference",
                fix="use it in a condition, or remove it",
            )


def drawn(fate: Fate, places: Places) -> Iterator[Waypoint]:
    """Yield what chance makes of draws, as steps of a way."""
    for name, value in fate.items():
        yield Waypoint(places.draws[name], f"by chance, '{name}' is {value}")
