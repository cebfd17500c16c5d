"""Walks a program twice, in memory and through JSON after every step, and insists that both are the same."""

import json

from lms.engine.scenario.api import Choose, Go, Program, Refused, Select, State, Step, Write, act, offered, start
from lms.engine.scenario.play.events import Action, action_from_json, event_from_json
from lms.engine.scenario.program.chance import LEFT_TO_THE_SEED, Fate

SEED = "seed"


def as_action(word: str | tuple[str, ...] | Action) -> Action:
    if isinstance(word, str):
        return Go() if word == "go" else Choose(word)
    return Select(word) if isinstance(word, tuple) else word


def walk(
    program: Program, *words: str | tuple[str, ...] | Action, seed: str = SEED, fate: Fate = LEFT_TO_THE_SEED
) -> Step:
    """The last state, with all events. A word is a choice, `go`, a tuple of options, or an action; `fate` forces draws."""
    stored = Program.from_bytes(program.to_bytes())
    step = start(program, seed, fate)
    state, events = step.state, list(step.events)
    for word in words:
        action = as_action(word)
        step = act(program, state, action, fate)
        assert isinstance(step, Step), f"{word}: {step}"
        again = act(stored, through_json(state), action_from_json(through_json(action.to_json())), fate)
        assert again == step
        assert through_json(step.state) == step.state
        assert tuple(event_from_json(through_json(event.to_json())) for event in step.events) == step.events
        assert offered(stored, through_json(step.state)) == offered(program, step.state)
        state = step.state
        events += step.events
    return Step(state, tuple(events))


def refused(program: Program, state: State, action: Action) -> str:
    step = act(program, state, action)
    assert isinstance(step, Refused), step
    return step.reason


def through_json(value):
    return json.loads(json.dumps(value))


def scenes(step: Step) -> list[str]:
    return [event.scene for event in step.events if event.kind == "scene-arrived"]


def write(text: str) -> Write:
    return Write(text)
