"""Small programs, built without their text: `scene("tray", choice("promise", "home"))`."""

from lms.engine.scenario.program.expression import Compare, Constant, Effect, Expression, Variable
from lms.engine.scenario.program.program import (
    Block,
    Choice,
    Ending,
    Flag,
    Minutes,
    Option,
    Program,
    Scene,
)


def program(*scenes: Scene, **more: object) -> Program:
    return Program(
        **{
            "id": "story",
            "title": "A story",
            "start": scenes[0].id,
            "minutes": Minutes(10, 20),
            "scenes": scenes,
            **more,
        },
    )


def choice(id_: str, to: str = "", *effects: Effect, **more: object) -> Choice:
    return Choice(id_, f"Do {id_}", to, effects=effects, **more)


def scene(id_: str, *choices: Choice, **more: object) -> Scene:
    return Scene(**{"id": id_, "title": id_.title(), "kind": "decision", "choices": choices, "shuffle": False, **more})


def ending(id_: str, band: str = "secure", *, success: bool = True, blocks: tuple[Block, ...] = ()) -> Scene:
    return Scene(id_, id_.title(), "ending", blocks, ending=Ending(band, success))


def option(id_: str, *effects: Effect, **more: object) -> Option:
    return Option(id_, f"Line {id_}", effects=effects, **more)


def var(name: str) -> Variable:
    return Variable(name)


def compare(left: Expression, operator: str, right: Expression | int | str) -> Compare:
    return Compare(operator, left, Constant(right) if isinstance(right, int | str) else right)


def both_flags() -> tuple[Flag, ...]:
    return (Flag("promised"), Flag("corrected"))
