"""The story as a graph: what can be reached, and whether there is always a way to an ending.

Guards are taken as they could be either way, except those that are constant; what depends on the values of variables
is proven by exploring (issue of its own). A later's scenes are walked from the later; `#return` leads back into the
story, so it is as good as a way on.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.engine.scenario.language import groups, structure, syntax
from lms.engine.scenario.language.check import Index
from lms.engine.scenario.language.syntax import RETURN
from lms.engine.scenario.program import codes, program
from lms.engine.scenario.program.expression import Both, Compare, Constant, Either, Expression, Not
from lms.engine.scenario.program.program import SceneKind
from lms.engine.scenario.program.ways import steps_of
from lms.engine.source.problem import Problems, Waypoint, short


@dataclass(slots=True)
class Graph:
    """Ways between scenes: `ways[a]` are the scenes that may follow `a`; RETURN among them leads back."""

    ways: dict[str, list[str]] = field(default_factory=dict)

    def reach(self, starts: Iterable[str]) -> set[str]:
        """Return what can be reached from `starts`, themselves included."""
        found: set[str] = set()
        waiting = [start for start in starts if start in self.ways]
        while waiting:
            scene = waiting.pop()
            if scene not in found:
                found.add(scene)
                waiting += [way for way in self.ways[scene] if way in self.ways and way not in found]
        return found

    def circle_from(self, start: str) -> list[str]:
        """Return the scenes of the circle that starts here, or else of one that is led into, in order; empty if there is none."""
        if circle := self._circle(start):
            return circle
        scene, seen = start, set[str]()
        while scene and scene not in seen:
            seen.add(scene)
            scene = next((way for way in self.ways[scene] if way in self.ways), "")
        return self._circle(scene) if scene else []

    def _circle(self, start: str) -> list[str]:
        """Return the shortest way from a scene back to itself, by the scenes that are left on it."""
        before: dict[str, str] = {}
        waiting = deque([start])
        while waiting:
            scene = waiting.popleft()
            for way in self.ways[scene]:
                if way in self.ways and way not in before:
                    before[way] = scene
                    waiting.append(way)
            if start in before:
                break
        if start not in before:
            return []
        circle = [before[start]]
        while circle[-1] != start:
            circle.append(before[circle[-1]])
        return circle[::-1]


def check(scenario: syntax.Scenario, known: Index, made: program.Program, problems: Problems) -> None:
    """Report what can never be reached and where the story cannot go on; silent where names are wrong already, or kinds or ways unknown."""
    if any(problem.code in NAMES for problem in problems) or any(
        scene.is_unsure or _has_unread_ways(scene) for scene in scenario.scenes
    ):
        return
    graph = Graph({scene.id: _ways(scene) for scene in made.scenes})
    groups.check(scenario, known, made, problems)
    story = Graph({scene.id: _ways(scene, into_calls=False) for scene in made.scenes}).reach([made.start])
    played = graph.reach(story)
    brought = _reach_of_laters(made, graph, played)
    _check_scenes(scenario, made, problems)
    _check_reached(scenario, graph, played | brought, problems)
    _check_choices(known, made, played | brought, problems)
    _check_return(known, made, graph, story, problems)
    _check_endings(scenario, made, graph, played | brought, problems)


NAMES = frozenset(
    {
        codes.BROKEN_TARGET.id,
        codes.DUPLICATE_ID.id,
        codes.MISSING_ID.id,
        codes.MALFORMED_ID.id,
        codes.HUB_EXIT.id,
        codes.CALL_SHAPE.id,
        codes.CHECKPOINT_SHAPE.id,
    }
)


def _has_unread_ways(scene: syntax.Scene) -> bool:
    routes = scene.free_text.keys.routes if scene.free_text else ()
    records = (scene.keys, *(choice.keys for choice in scene.all_choices), *routes)
    return any(record.is_unread(key) for record in records for key in ("to", "back", "exit"))


def constant(expression: Expression | None) -> bool | int | str | None:
    """Return the value of an expression that names nothing, or None when it depends on something."""
    match expression:
        case Constant(value):
            return value
        case Not(of):
            denied = constant(of)
            return None if denied is None else not denied
        case Both(of):
            values = [constant(part) for part in of]
            return False if False in values else None if None in values else True
        case Either(of):
            values = [constant(part) for part in of]
            return True if True in values else None if None in values else False
        case Compare(operator, left, right):
            return _compare(operator, constant(left), constant(right))
    return None


def _compare(operator: str, left: bool | int | str | None, right: bool | int | str | None) -> bool | None:  # noqa: FBT001
    if left is None or right is None:
        return None
    if operator in {"is", "is not"}:
        return (left == right) is (operator == "is")
    if isinstance(left, str) or isinstance(right, str):
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _is_open(when: Expression | None) -> bool:
    return when is None or constant(when) is not False


def _ways(scene: program.Scene, *, into_calls: bool = True) -> list[str]:
    """Return where a scene leads, whatever it calls included or not."""
    ways: list[str] = []
    for target, back, choice in steps_of(scene):
        if choice is None or _is_open(choice.when):
            ways += [target or RETURN] if into_calls or back is None else []
            ways += [] if back is None else [back or RETURN]
    return ways


def _reach_of_laters(made: program.Program, graph: Graph, story: set[str]) -> set[str]:
    """Return the scenes that laters bring; a later may stand in a scene that another one brings."""
    brought: set[str] = set()
    before = -1
    while before != len(brought):
        before = len(brought)
        reached = story | brought
        brought |= graph.reach(
            later.to
            for later in made.laters
            if (not later.scene or later.scene in reached)
            and (not later.at or later.at in reached)
            and _is_open(later.condition)
        )
    return brought


def _check_scenes(scenario: syntax.Scenario, made: program.Program, problems: Problems) -> None:
    """Report scenes whose content does not fit their kind, and those without a way on."""
    compiled = {scene.id: scene for scene in made.scenes}
    for scene in scenario.scenes:
        if scene.kind == "ending":
            if scene.choices or scene.keys.to or scene.options or scene.free_text or scene.question or scene.order:
                place = scene.choices[0].span if scene.choices else scene.span
                problems.add(
                    codes.ENDING_GOES_ON,
                    place,
                    "an ending asks nothing and leads nowhere",
                    why="the story is over, and the debrief follows",
                    fix="move this to a scene before it, or give the scene another kind",
                )
            elif not scene.keys.band and not scene.keys.is_unread("band"):
                problems.add(
                    codes.SCENE_KIND,
                    scene.span,
                    "the ending has no band",
                    why="the debrief says how much has been shown",
                    fix="write 'band: growing', 'secure' or 'strong' in its '::: scene' block",
                )
            continue
        _check_fit(scene, problems)
        if (
            not scene.choices
            and not scene.keys.to
            and scene.kind not in {"hub", "call", "checkpoint"}
            and scene.id.text in compiled
        ):
            problems.add(
                codes.DEAD_END,
                scene.span,
                f"nothing leads on from '{scene.id.text}'",
                why="a learner would be stuck here",
                fix="add a choice '- [Go on](#scene) {#id}', or make it an ending with '::: scene' and 'kind: ending'",
            )


BELONGS_TO: dict[SceneKind, tuple[str, ...]] = {
    "ending": ("band", "success", "voice", "followups"),
    "hub": ("exit", "least"),
    "call": ("back",),
    "checkpoint": ("keeps",),
}
"""Keys of a scene that have a meaning in one kind of scene only."""

A_KIND = {"ending": "an ending", "hub": "a hub", "call": "a call", "checkpoint": "a checkpoint"}


def _check_fit(scene: syntax.Scene, problems: Problems) -> None:
    kind = scene.keys.kind
    if scene.choices and scene.keys.to:
        place, what = scene.keys.place_of_key("to"), "'to' belongs to a scene without choices"
    elif kind == "document" and not scene.options and not _has_document(scene):
        place, what = scene.keys.place_of("kind"), "a document scene needs '::: options' or '::: document'"
    elif kind == "question" and not scene.question:
        place, what = scene.keys.place_of("kind"), "a question scene needs '::: question'"
    elif kind == "order" and not scene.order:
        place, what = scene.keys.place_of("kind"), "an order scene needs '::: order'"
    elif kind == "narration" and (scene.options or scene.question or scene.order):
        place, what = scene.keys.place_of("kind"), "a narration asks for words or a choice, and nothing else"
    elif kind == "free-text" and not scene.free_text:
        place, what = scene.keys.place_of("kind"), "a free-text scene needs '::: free-text'"
    elif kind == "decision" and len(scene.choices) < 2:  # noqa: PLR2004
        place, what = scene.keys.place_of("kind"), "a decision needs two or more choices"
    else:
        misplaced = next(
            (
                (key, owner)
                for owner, keys in BELONGS_TO.items()
                for key in keys
                if owner != scene.kind and scene.keys.node_of(key) is not None
            ),
            None,
        )
        if misplaced is None:
            return
        place, what = scene.keys.place_of_key(misplaced[0]), f"'{misplaced[0]}' belongs to {A_KIND[misplaced[1]]}"
    problems.add(codes.SCENE_KIND, place, what, fix="change the kind, or remove the key")


def _has_document(scene: syntax.Scene) -> bool:
    return any(isinstance(block, syntax.Document) for block in scene.blocks)


def _check_reached(scenario: syntax.Scenario, graph: Graph, reached: set[str], problems: Problems) -> None:
    """Report scenes that nothing leads to; not those that only such scenes lead to."""
    lost = [scene for scene in scenario.scenes if scene.id.text not in reached]
    led_to = {way for scene in lost for way in graph.ways[scene.id.text] if way != scene.id.text}
    roots = [scene for scene in lost if scene.id.text not in led_to]
    covered = graph.reach(scene.id.text for scene in roots)
    for scene in lost:
        if scene.id.text not in covered:
            roots.append(scene)
            covered |= graph.reach([scene.id.text])
    for scene in roots:
        problems.add(
            codes.UNREACHABLE_SCENE,
            scene.id.span,
            f"nothing leads to the {'ending' if scene.kind == 'ending' else 'scene'} '{scene.id.text}'",
            why="no learner would ever see it",
            fix="lead a choice or a later to it, or remove it",
        )


def _check_choices(known: Index, made: program.Program, reached: set[str], problems: Problems) -> None:
    for scene in made.scenes:
        for choice in scene.choices:
            written = known.choices.get(choice.id)
            if scene.id in reached and not _is_open(choice.when) and isinstance(written, syntax.Choice):
                problems.add(
                    codes.UNREACHABLE_CHOICE,
                    written.keys.place_of("when"),
                    "this is never true",
                    why="nobody could ever take the choice",
                    fix="correct the condition, or remove the choice",
                )


def _check_return(known: Index, made: program.Program, graph: Graph, story: set[str], problems: Problems) -> None:
    """Report ways back in scenes to which the story itself leads: there is nothing to go back to."""
    for scene in made.scenes:
        if scene.id not in story or RETURN not in graph.ways[scene.id]:
            continue
        written = known.scenes[scene.id]
        places = [choice.to.span for choice in written.all_choices if choice.to.text == RETURN]
        if written.keys.to == RETURN:
            places.append(written.keys.place_of("to"))
        places += [name.span for name in structure.backs(written) if name.text == RETURN]
        for place in places:
            problems.add(
                codes.NO_RETURN,
                place,
                "there is nothing to return to",
                why=f"'{scene.id}' is reached in the course of the story, not only by a later or a call",
                fix="lead to a scene by its id",
            )


def _check_endings(
    scenario: syntax.Scenario, made: program.Program, graph: Graph, reached: set[str], problems: Problems
) -> None:
    """Report scenes from which no ending can be reached; once for all that share one way out."""
    endings = {scene.id for scene in made.scenes if scene.ending}
    if not endings:
        problems.add(
            codes.NO_ENDING,
            scenario.scenes[-1].span,
            "the story has no ending",
            why="without one, nobody could finish it, and there would be no debrief",
            fix="give the last scene a '::: scene' block with 'kind: ending', 'band: …' and 'success: yes'",
        )
        return
    back: dict[str, list[str]] = {}
    for source, ways in graph.ways.items():
        for way in ways:
            back.setdefault(way, []).append(source)
    saved = Graph({name: back.get(name, []) for name in graph.ways}).reach([*endings, *back.get(RETURN, [])])
    stuck = [scene for scene in scenario.scenes if scene.id.text in reached - saved]
    stuck = [scene for scene in stuck if graph.ways[scene.id.text] and not _is_dead_end(scene)]
    covered: set[str] = set()
    for scene in stuck:
        if scene.id.text not in covered and not _meets(graph, scene, covered, scenario):
            problems.add(
                codes.NO_WAY_OUT,
                scene.span,
                f"no ending can be reached from '{scene.id.text}'",
                why="a learner would go round in circles",
                fix="add a choice that leads towards an ending",
                way=_way_round(scenario, made, graph.circle_from(scene.id.text)),
            )
        covered |= graph.reach([scene.id.text])


def _way_round(scenario: syntax.Scenario, made: program.Program, circle: list[str]) -> tuple[Waypoint, ...]:
    """Return what is taken in each scene of a circle, the last of which leads back to the first."""
    written = {scene.id.text: scene for scene in scenario.scenes}
    compiled = {scene.id: scene for scene in made.scenes}
    following = [*circle[1:], *circle[:1]]
    return tuple(_step(written[scene], compiled[scene], to) for scene, to in zip(circle, following, strict=True))


def _step(written: syntax.Scene, made: program.Scene, to: str) -> Waypoint:
    """Return how a scene leads to another: by the first choice that does, or by going on."""
    leading = [choice for target, back, choice in steps_of(made) if to in {target, back}]
    taken = next((choice for choice in leading if choice is not None and _is_open(choice.when)), None)
    place = next((choice.span for choice in written.all_choices if taken and choice.id.text == taken.id), written.span)
    if taken is None:
        words = "go on"
    elif taken.label:
        words = short(taken.label)
    else:
        words = "time runs out"
    return Waypoint(place, f"{written.title}: {words}")


def _is_dead_end(scene: syntax.Scene) -> bool:
    return not scene.choices and not scene.keys.to


def _meets(graph: Graph, scene: syntax.Scene, covered: set[str], scenario: syntax.Scenario) -> bool:
    """Tell whether this scene's being stuck is said already: it leads to a reported circle, or to a dead end."""
    after = graph.reach([scene.id.text])
    dead = {other.id.text for other in scenario.scenes if _is_dead_end(other) and other.kind != "ending"}
    return bool(after & covered or after & dead)
