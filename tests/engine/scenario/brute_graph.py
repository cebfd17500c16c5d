"""Every state of a small program and every step between them, none reduced: what is asked of the whole is counted here."""

from collections import deque
from dataclasses import dataclass, field

from lms.engine.scenario.api import Answer, Choose, Order, Select, TimeOut, act, start
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.program.expression import Assign, Change, When
from lms.engine.scenario.program.program import Number
from tests.engine.scenario.brute_force import key, possible, whatever_is_drawn

MOST = 1500


@dataclass
class Graph:
    """States, with their depth; steps from each as (action, target)."""

    states: list = field(default_factory=list)
    depths: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    starts: int = 1
    """As many of the first states are where a run may start, by what is drawn."""
    is_complete: bool = True

    def leading_to(self, goals):
        """The states from which a goal can be reached, without running out of time."""
        found = set(goals)
        before = -1
        while before != len(found):
            before = len(found)
            found |= {
                number
                for number, steps in enumerate(self.steps)
                if any(target in found for action, target in steps if not isinstance(action, TimeOut))
            }
        return found


def graph_of(story, compare=key):
    found, machine = Graph(), machine_of(story)
    index = {}
    for first in whatever_is_drawn(lambda fate: start(story, "seed", fate), machine):
        if index.setdefault(compare(first.state), len(found.states)) == len(found.states):
            found.states.append(first.state)
            found.depths.append(0)
    found.starts = len(found.states)
    queue = deque(range(found.starts))
    while queue:
        number = queue.popleft()
        state = found.states[number]
        found.steps.append([])
        for action in possible(machine.scenes[state["scene"]], state):
            for step in whatever_is_drawn(lambda fate: act(story, state, action, fate), machine):  # noqa: B023 - used up
                target = index.setdefault(compare(step.state), len(found.states))
                if target == len(found.states):
                    if target == MOST:
                        found.is_complete = False
                        return found
                    found.states.append(step.state)
                    found.depths.append(found.depths[number] + 1)
                    queue.append(target)
                found.steps[number].append((action, target))
    return found


def losses_of(story, graph):
    """Decisions that lose: by (scene, choice) or (scene,) for selections, with the fewest actions up to and with them."""
    good_scenes = {scene.id for scene in story.scenes if scene.ending and scene.ending.success}
    ended = [number for number, state in enumerate(graph.states) if state["phase"] == "ended"]
    goals = {number for number in ended if graph.states[number]["scene"] in good_scenes}
    good = graph.leading_to(goals)
    asking = {
        number
        for number, steps in enumerate(graph.steps)
        if number not in good
        and (phase := graph.states[number]["phase"]) in {"choose", "select"}
        and len({action for action, _ in steps if isinstance(action, Choose | Select)}) > (phase == "choose")
    }
    deciding = graph.leading_to(asking)
    found = {}
    for number in good:
        saved = {action for action, target in graph.steps[number] if target in good}
        for action, target in graph.steps[number]:
            if action not in saved and target in deciding and isinstance(action, Choose | Select):
                scene = graph.states[number]["scene"]
                item = (scene, action.choice) if isinstance(action, Choose) else (scene,)
                found[item] = min(found.get(item, 10**9), graph.depths[number] + 1)
    return found if goals else {}


def stops_of(story, graph):  # noqa: C901 - one loop, seen whole
    """The numbers that would leave their range somewhere, as `n<` and `n>`, with the fewest actions up to it."""
    machine = machine_of(story)
    numbers = {variable.id: variable for variable in story.variables if isinstance(variable, Number)}
    evaluator = machine._evaluator
    found = {}

    def run(effects, state, depth):
        for effect in effects:
            value = None
            match effect:
                case When(condition, do):
                    if evaluator.condition(condition)(state):
                        run(do, state, depth)
                    continue
                case Change(name, by):
                    value = state["vars"][name] + by
                case Assign(name, expression) if name in numbers:
                    value = evaluator.value(expression)(state)
            if value is not None and value > numbers[name].high:
                found[f"{name}>"] = min(found.get(f"{name}>", 10**9), depth)
            if value is not None and value < numbers[name].low:
                found[f"{name}<"] = min(found.get(f"{name}<", 10**9), depth)
            evaluator.effects((effect,))(state, [])

    for number, steps in enumerate(graph.steps):
        for action, _ in steps:
            state = graph.states[number]
            trial = {**state, "vars": dict(state["vars"]), "chosen": list(state["chosen"])}
            ready = machine.scenes[state["scene"]]
            doings = []
            if isinstance(action, Choose):
                doings = [ready.choices[action.choice].choice]
            elif isinstance(action, Select):
                doings = [ready.items[id_][0] for id_ in ready.items if id_ in action.options]
            elif getattr(action, "route", None) in ready.routes:
                doings = [ready.routes[action.route][0]]
            elif isinstance(action, TimeOut):
                doings = [ready.timeout.choice]
            for doing in doings:
                run(doing.effects, trial, graph.depths[number] + 1)
                trial["chosen"] = [*trial["chosen"], doing.id]
            if isinstance(action, Answer | Order):
                asked = (ready.question if isinstance(action, Answer) else ready.order).task
                for item in asked.items:
                    if item.id in action.items:
                        run(item.effects, trial, graph.depths[number] + 1)
                        trial["chosen"] = [*trial["chosen"], item.id]
                run(getattr(asked, asked.result(action.items)), trial, graph.depths[number] + 1)
    return found


def ways_past(graph, scene):
    """The fewest actions to an ending that comes after a scene as well, without it; None where there is none."""
    at = {number for number, state in enumerate(graph.states) if state["scene"] == scene}
    after, front = set(), list(at)
    while front:
        number = front.pop()
        if number not in after:
            after.add(number)
            front += [target for _, target in graph.steps[number]]
    ends = {graph.states[number]["scene"] for number in after if graph.states[number]["phase"] == "ended"}
    starts = set(range(graph.starts)) - at
    if not starts:
        return None
    depths, queue = dict.fromkeys(starts, 0), deque(starts)
    while queue:
        number = queue.popleft()
        if graph.states[number]["phase"] == "ended" and graph.states[number]["scene"] in ends:
            return depths[number]
        for _, target in graph.steps[number]:
            if target not in depths and target not in at:
                depths[target] = depths[number] + 1
                queue.append(target)
    return None
