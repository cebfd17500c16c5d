"""A story as boxes and arrows: what `chart_layout` places and `chart_svg` draws, and the same as a table.

scene ── port ──► scene      a port is one way out: a choice, a route of a free text, going on, time running out
                             what a later brings comes by a dashed arrow, what is called by a double one
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.program.in_words import notation
from lms.engine.scenario.program.program import Choice, Later, Program, Scene
from lms.engine.scenario.program.ways import steps_of

Way = Literal["choice", "route", "time-out", "go", "later", "back"]


@dataclass(frozen=True, slots=True)
class Port:
    """One way out of a scene. `to` is empty where it goes back; `back` is where the story goes on after a call."""

    id: str
    label: str
    to: str
    way: Way
    rating: str = ""
    when: str = ""
    is_call: bool = False
    back: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A scene. `turning` tells that a must or must_not can be decided here, or a choice is rated critical."""

    id: str
    title: str
    kind: str
    ports: tuple[Port, ...]
    is_start: bool = False
    turning: bool = False
    band: str = ""
    success: bool = False
    is_checkpoint: bool = False
    brought_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole story."""

    title: str
    boxes: tuple[Box, ...]
    laters: tuple[Port, ...]
    """The laters that wait from the start on; the others are ports of the scene that arms them."""


def chart_of(program: Program) -> Chart:
    """Return the chart of a Program."""
    blamed = {id_ for must in program.musts for id_ in must.blame}
    blamed |= {id_ for must in program.must_nots for id_ in must.blame}
    armed: dict[str, list[Later]] = {}
    bringing: dict[str, list[str]] = {}
    for later in program.laters:
        armed.setdefault(later.scene, []).append(later)
        bringing.setdefault(later.to, []).append(later.id)
    boxes = tuple(
        _box(scene, blamed, armed.get(scene.id, ()), bringing.get(scene.id, ()), is_start=scene.id == program.start)
        for scene in program.scenes
    )
    return Chart(program.title, boxes, tuple(_later(later) for later in program.laters if not later.scene))


def describe(chart: Chart) -> str:
    """Return what a chart shows in a sentence or two, for who cannot see it."""
    ways = [port for box in chart.boxes for port in box.ports]
    endings = [box for box in chart.boxes if box.kind == "ending"]
    good = [box.title for box in endings if box.success]
    other = [box.title for box in endings if not box.success]
    parts = [f"{len(chart.boxes)} scenes and {len(ways)} ways between them, from “{_start(chart)}”"]
    parts += [f"good endings: {', '.join(good)}"] if good else []
    parts += [f"other endings: {', '.join(other)}"] if other else []
    laters = sum(port.way == "later" for port in ways) + len(chart.laters)
    parts += [f"{laters} delayed consequence{'s' if laters > 1 else ''}"] if laters else []
    return "; ".join(parts) + "."


def rows(chart: Chart) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the chart as a table: scene, what it is, way out, where to, rating, condition."""
    for box in chart.boxes:
        what = kind_of(box)
        for number, port in enumerate(box.ports or (None,)):
            scene = (box.id, what) if number == 0 else ("", "")
            if port is None:
                yield (*scene, "", "", "", "")
            else:
                target = port.to or "return"
                target += f", then {port.back or 'return'}" if port.is_call else ""
                yield (*scene, f"{port.way}: {port.id}" if port.id else port.way, target, port.rating, port.when)
    for port in chart.laters:
        yield "(from the start)", "", f"later: {port.id}", port.to, "", port.when


def kind_of(box: Box) -> str:
    """Return what a scene is, in a word or two."""
    if box.kind == "ending":
        return f"ending, {box.band or 'no band'}{', good' if box.success else ''}"
    marks = ["start"] if box.is_start else []
    marks += ["turning point"] if box.turning else []
    marks += ["comes later"] if box.brought_by else []
    return ", ".join([box.kind, *marks])


def _start(chart: Chart) -> str:
    return next((box.title for box in chart.boxes if box.is_start), "")


def _box(scene: Scene, blamed: set[str], armed: Sequence[Later], brought_by: Sequence[str], *, is_start: bool) -> Box:
    rated = {choice.id: choice.rating for choice in scene.choices}
    rated |= {option.id: option.rating for option in scene.options.items} if scene.options else {}
    return Box(
        scene.id,
        scene.title,
        scene.kind,
        (*_ports(scene), *map(_later, armed)),
        is_start=is_start,
        turning=any(id_ in blamed or rating == "critical" for id_, rating in rated.items()),
        band=scene.ending.band if scene.ending else "",
        success=bool(scene.ending and scene.ending.success),
        is_checkpoint=scene.checkpoint is not None,
        brought_by=tuple(brought_by),
    )


def _ports(scene: Scene) -> Iterator[Port]:
    routes = {route.to: route for route in scene.free_text.routes} if scene.free_text else {}
    timed = scene.timeout.choice.id if scene.timeout else None
    for target, back, choice in steps_of(scene):
        if choice is None:
            route = routes.get(target) if target else None
            way: Way = "route" if route and target != scene.then else "go"
            id_, words = (route.id, " / ".join(route.phrases)) if route and way == "route" else ("", "go on")
            yield Port(id_, words, target, way, is_call=back is not None, back=back or "")
        else:
            yield _choice(choice, target, back, "time-out" if choice.id == timed else "choice")


def _choice(choice: Choice, target: str, back: str | None, way: Way) -> Port:
    when = notation(choice.when) if choice.when else ""
    label = choice.label or "time runs out"
    return Port(choice.id, label, target, way, choice.rating, when, is_call=back is not None, back=back or "")


def _later(later: Later) -> Port:
    due = f"at {later.at}" if later.at else f"after {later.after} scenes" if later.after else "by the clock"
    when = notation(later.condition) if later.condition else ""
    return Port(later.id, f"{later.id}, {due}", later.to, "later", when=when)
