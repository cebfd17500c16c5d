"""Hubs, calls, checkpoints and draws as they are written: what their keys mean, and what is wrong with each alone.

What calls and checkpoints do to each other, and to the story around them, is seen by `groups`; whether a checkpoint can
be passed by is proven.
"""

from collections.abc import Iterator, Sequence

from lms.engine.scenario.language import front, syntax
from lms.engine.scenario.language.syntax import RETURN, Name
from lms.engine.scenario.program import codes, program
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems

MOST_SPOKES = 12
"""More would be a list to work through, and more states than a proof can go through (two for each spoke)."""

MOST_VALUES = 12
_LARGEST_WEIGHT = 1000


# --- what the keys mean -------------------------------------------------------------------------------------------


def back_of(keys: "front.SceneKeys | front.ChoiceKeys") -> str | None:
    """Return where a call comes back to: empty where it returns from there as well; None where nothing is called."""
    return None if keys.back is None else "" if keys.back == RETURN else str(keys.back)


def is_spoke(scene: syntax.Scene, choice: str) -> bool:
    """Tell whether a choice is one of the things to look at in a hub."""
    return scene.kind == "hub" and choice != scene.keys.exit


def hub(scene: syntax.Scene) -> program.Hub | None:
    """Compile a hub."""
    return program.Hub(scene.keys.exit or "", scene.keys.least) if scene.kind == "hub" else None


def checkpoint(scene: syntax.Scene, variables: Sequence[str], tracks: Sequence[str]) -> program.Checkpoint | None:
    """Compile a checkpoint; what is kept stands in the order of the declarations. How somebody is outlasts any act."""
    if scene.kind != "checkpoint":
        return None
    keeps = scene.keys.keeps
    kept = tuple(name for name in variables if keeps == "all" or (keeps is not None and name in keeps))
    return program.Checkpoint((*kept, *tracks))


def draws(matter: front.Front, problems: Problems) -> Iterator[program.Draw]:
    """Compile the draws, and report those that cannot be drawn."""
    for name, written in matter.draws.items():
        values, weights = tuple(map(str, written.one_of)), tuple(written.weights)
        if len(set(values)) != len(values) or len(values) > MOST_VALUES:
            key, what = "one of", f"'{name}' needs 2 to {MOST_VALUES} different values to be drawn from"
        elif weights and len(weights) != len(values) and not written.unread:
            key, what = "weights", f"'{name}' has {len(values)} values and {len(weights)} weights"
        elif any(not 1 <= weight <= _LARGEST_WEIGHT for weight in weights):
            key, what = "weights", f"the weights of '{name}' are whole numbers from 1 to {_LARGEST_WEIGHT}"
        else:
            yield program.Draw(name, values, weights, str(written.at or ""), written.says)
            continue
        problems.add(
            codes.BAD_DRAW,
            written.place_of(key),
            what,
            why="chance picks one of the values, each as often as its weight says",
            fix="write {one of: [calm, tired], weights: [3, 1]}, or leave the weights out",
        )


# --- what is wrong ------------------------------------------------------------------------------------------------


def names_of_scenes(scenario: syntax.Scenario) -> Iterator[Name]:
    """Yield the scenes that calls and draws name."""
    for scene in scenario.scenes:
        yield from backs(scene)
    for draw in scenario.front.draws.values() if scenario.front else ():
        if draw.at is not None:
            yield Name(draw.at, draw.place_of("at"))


def backs(scene: syntax.Scene) -> Iterator[Name]:
    """Yield the scenes to which calls come back."""
    owners: list[front.SceneKeys | front.ChoiceKeys] = [scene.keys, *(choice.keys for choice in scene.all_choices)]
    yield from (Name(keys.back, keys.place_of("back")) for keys in owners if keys.back is not None)


def check(scenario: syntax.Scenario, variables: Sequence[str], problems: Problems) -> None:
    """Report hubs, calls and checkpoints that lack something, or ask for what cannot be."""
    for scene in scenario.scenes:
        if scene.kind == "hub":
            _check_hub(scene, problems)
        elif scene.kind == "call":
            _check_call(scene, problems)
        elif scene.kind == "checkpoint":
            _check_checkpoint(scene, variables, problems)


def _check_hub(scene: syntax.Scene, problems: Problems) -> None:
    keys, choices = scene.keys, [choice.id.text for choice in scene.choices]
    if keys.is_unread("exit"):
        return
    if keys.exit not in choices:
        problems.add(
            codes.HUB_EXIT,
            keys.place_of("exit") if keys.exit else scene.span,
            f"the hub '{scene.id.text}' has no choice '{keys.exit}'" if keys.exit else "the hub does not name its exit",
            why="each of the other choices can be taken once; the exit is the way on",
            fix=Names(choices).hint(keys.exit or "", "write 'exit: id' with the id of the choice that leaves"),
        )
        return
    spokes = len(choices) - 1
    if not 1 <= spokes <= MOST_SPOKES:
        place, what = scene.span, f"the hub '{scene.id.text}' has {spokes} choices beside its exit"
        fix = "split it into two hubs" if spokes else "give it something to look at, or make it a narration"
    elif keys.least > spokes:
        place, what = keys.place_of("least"), f"{keys.least} of {spokes} cannot be taken"
        fix = f"write a number from 0 to {spokes}"
    else:
        return
    problems.add(codes.HUB_SPOKES, place, what, why=f"a hub has 1 to {MOST_SPOKES} things to look at", fix=fix)


def _check_call(scene: syntax.Scene, problems: Problems) -> None:
    keys = scene.keys
    if scene.choices:
        place, what = scene.choices[0].span, "a call has no choices"
        fix = "write 'back: scene' into the '::: choice' block of the choice that calls, and remove 'kind: call'"
    elif keys.is_unread("to") or keys.is_unread("back"):
        return
    elif not keys.to or not keys.back or keys.to == RETURN:
        place, what = scene.span, f"the call '{scene.id.text}' does not say what it calls, or where it comes back"
        fix = "write 'to: scene' for what is called, and 'back: scene' for what follows"
    else:
        return
    problems.add(codes.CALL_SHAPE, place, what, why="the scenes of a call are played, and then it comes back", fix=fix)


def _check_checkpoint(scene: syntax.Scene, variables: Sequence[str], problems: Problems) -> None:
    keys = scene.keys
    leads_on = (keys.to or keys.is_unread("to")) and keys.to != RETURN
    if scene.choices or scene.options or scene.free_text or not leads_on:
        problems.add(
            codes.CHECKPOINT_SHAPE,
            scene.choices[0].span if scene.choices else scene.span,
            f"the checkpoint '{scene.id.text}' asks nothing, and 'to' says where the next act starts",
            why="an act ends here, and a learner may take a break",
            fix="move what is asked to a scene before it, and write 'to: scene'",
        )
    elif keys.is_unread("keeps"):
        return
    elif keys.keeps is None:
        problems.add(
            codes.CHECKPOINT_SHAPE,
            scene.span,
            f"the checkpoint '{scene.id.text}' does not say what the next act keeps",
            why="every other variable starts anew, so that each act can be understood, and proven, by itself",
            fix="write 'keeps: [names of variables]', 'keeps: []' or 'keeps: all'",
        )
    elif keys.keeps != "all":
        for position, name in enumerate(keys.keeps):
            if name not in variables:
                problems.add(
                    codes.UNKNOWN_NAME,
                    keys.place_of("keeps", position),
                    f"there is no variable '{name}'",
                    why="it must stand under 'variables'",
                    fix=Names(variables).hint(name, "declare it, or remove it here"),
                )
