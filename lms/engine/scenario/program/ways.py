"""Where a scene leads by itself, without laters: what follows, what is called, and where a call comes back to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lms.engine.scenario.program.program import Choice, Scene

RETURN = ""
"""As a target in a Program: where the story was heading when a later came, or where the scene was called from."""


def steps_of(scene: Scene) -> Iterator[tuple[str, str | None, Choice | None]]:
    """Yield target; where it is called, the scene that follows the call; and the choice, if it is one."""
    yield from ((choice.to, choice.back, choice) for choice in scene.choices)
    if scene.free_text:
        yield from ((route.to, None, None) for route in scene.free_text.routes if route.to)
    if scene.timeout:
        yield scene.timeout.choice.to, scene.timeout.choice.back, scene.timeout.choice
    if not scene.choices and not scene.ending:
        yield scene.then, scene.back, None


def leads_to(scene: Scene) -> Iterator[str]:
    """Yield every scene that a scene names: followed, called, or come back to."""
    for target, back, _ in steps_of(scene):
        yield from (name for name in (target, back) if name)


def goes_on_to(scene: Scene) -> Iterator[str]:
    """Yield the scenes that follow a scene once whatever it calls has returned."""
    for target, back, _ in steps_of(scene):
        name = target if back is None else back
        if name:
            yield name


def calls(scene: Scene) -> Iterator[str]:
    """Yield the scenes that a scene calls."""
    yield from (target for target, back, _ in steps_of(scene) if back is not None and target)


def reach(starts: Iterable[str], ways: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the scenes that `ways` lead to from some scenes, these included."""
    found = set(starts)
    front = list(found)
    while front:
        following = {to for scene in front for to in ways[scene]} - found  # a set: two choices may lead to one scene
        found |= following
        front = list(following)
    return frozenset(found)
