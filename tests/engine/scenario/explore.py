"""Breadth-first through everything a Program can do, over states reduced to what can still matter.

Reduced away: step, seed, scores, what was said, and every variable that nothing ahead can read. Of a selection, only
options that change the story make a difference. So what is found happened; and within the cap, all that can happen is found.
"""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from lms.engine.scenario.api import Action, Choose, Event, Go, Program, Select, State, Step, Write, act, offered, start
from lms.engine.scenario.expression import Assign, Award, Change, Effect, Expression, When, expressions_in, reads
from lms.engine.scenario.machine import Machine, leads_to, machine_of
from lms.engine.scenario.program import Scene

MOST_STATES = 150_000


@dataclass
class Found:
    """What an exploration met. `paths` leads to each scene, as the actions of the first way found."""

    events: set[str] = field(default_factory=set)
    stuck: list[State] = field(default_factory=list)
    states: int = 0
    is_complete: bool = True


def explore(program: Program) -> Found:
    machine, found = machine_of(program), Found()
    live = Live(machine)
    first = start(program, "seed")
    found.events.update(map(fact, first.events))
    seen, queue = {live.key(first.state)}, deque([first.state])
    while queue:
        state = queue.popleft()
        found.states += 1
        actions = list(possible(program, state))
        if not actions and state["phase"] != "ended":
            found.stuck.append(state)
        for action in actions:
            step = act(program, state, action)
            assert isinstance(step, Step), step
            found.events.update(map(fact, step.events))
            key = live.key(step.state)
            if key not in seen:
                if len(seen) == MOST_STATES:
                    found.is_complete = False
                    continue
                seen.add(key)
                queue.append(step.state)
    return found


def fact(event: Event) -> str:
    """What an event adds to what is known: `ended protected`, `must-broken secrecy`, `choice-taken promise`."""
    value = event.to_json()
    return f"{event.kind} {value.get('ending') or value.get('must') or value.get('later') or value.get('choice') or value.get('scene')}"


def possible(program: Program, state: State) -> Iterator[Action]:
    scene = offered(program, state)
    match scene.awaits:
        case "choose":
            yield from (Choose(item.id) for item in scene.choices if item.open)
        case "select":
            yield from selections(machine_of(program), scene.id, state)
        case "write":
            yield Write("something")
            yield from (Write("something", route) for route in machine_of(program).scenes[scene.id].routes)
        case "go":
            yield Go()


def selections(machine: Machine, scene: str, state: State) -> Iterator[Select]:
    """One selection for each set of options that change the story, filled up with such as only score."""
    ready = machine.scenes[scene]
    open_now = [option for option, doing in ready.items.values() if doing.is_open(state)]
    telling = [option.id for option in open_now if not all(isinstance(effect, Award) for effect in option.effects)]
    filling = [option.id for option in open_now if option.id not in telling]
    for count in range(len(telling) + 1):
        for chosen in combinations(telling, count):
            needed = max(0, ready.options.least - count)
            if count <= ready.options.most and needed <= len(filling):
                yield Select((*chosen, *filling[:needed]))


class Live:
    """What can still be read from each scene on."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.known: dict[frozenset[str], frozenset[str]] = {}

    def key(self, state: State) -> str:
        laters = self.machine.laters
        waiting = [*state["armed"], *state["due"]]
        roots = {state["scene"], *([state["heading"]] if state["heading"] else [])}
        live = self.ahead(frozenset(roots | {laters[id_][0].to for id_ in waiting}))
        open_musts = [id_ for id_, mark in state["musts"].items() if mark == "open"]
        wanted = set(live)
        for expression in (
            *(self.machine.watched[id_].must.when for id_ in open_musts),
            *(condition for id_ in waiting if (condition := laters[id_][0].condition)),
        ):
            wanted |= reads(expression, self.machine.derived)
        return json.dumps(
            (
                *(state["scene"], state["phase"], state["heading"], state["armed"], state["due"], open_musts),
                {name: value for name, value in state["vars"].items() if name in wanted},
                {scene: count for scene, count in state["seen"].items() if f"scene:{scene}" in wanted},
                [choice for choice in state["chosen"] if f"chose:{choice}" in wanted],
                state["clock"] if "clock" in wanted or any(laters[id_][0].clock for id_ in laters) else None,
            ),
        )

    def ahead(self, roots: frozenset[str]) -> frozenset[str]:
        if roots not in self.known:
            scenes, front, found = set(), list(roots), set()
            while front:
                id_ = front.pop()
                if id_ in scenes:
                    continue
                scenes.add(id_)
                ready = self.machine.scenes[id_]
                front += [*leads_to(ready.scene), *(later.to for later in ready.arms)]
                for expression in self.read_in(ready.scene):
                    found |= reads(expression, self.machine.derived)
                found |= {name for effect in effects_of(ready.scene) for name in changed(effect)}
                found |= {f"chose:{choice.id}" for choice in ready.scene.choices if choice.once}
                for later in ready.arms:
                    found |= reads(later.condition, self.machine.derived) if later.condition else set()
            self.known[roots] = frozenset(found)
        return self.known[roots]

    def read_in(self, scene: Scene) -> Iterator[Expression]:
        """What decides where the story goes; prose decides nothing."""
        options = scene.options.items if scene.options else ()
        yield from (item.when for item in (*scene.choices, *options) if item.when)
        yield from expressions_in(tuple(effects_of(scene)))


def effects_of(scene: Scene) -> Iterator[Effect]:
    routes = scene.free_text.routes if scene.free_text else ()
    options = scene.options.items if scene.options else ()
    for item in (*scene.choices, *options, *routes):
        yield from item.effects


def changed(effect: Effect) -> Iterator[str]:
    """A number that is counted up is read where it is changed."""
    match effect:
        case Change(name):
            yield name
        case When(_, do):
            for inner in do:
                yield from changed(inner)
        case Assign():
            return
