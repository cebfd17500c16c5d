"""Z1, Z2 on any story and any edit of it: what has no place is what running the old version, and then the new one, shows."""

import json
import re
from collections import deque
from itertools import islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import Answer, Choose, Order, Program, Select, Step, TimeOut, Write, act, offered, start
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.play.run import blank
from lms.engine.scenario.proof.difference import differences, proposed
from lms.engine.scenario.proof.succession import succession
from tests.engine.scenario.brute_force import key, possible, whatever_is_drawn
from tests.engine.scenario.edited import edits, stories

MOST = 250
EDITED = 4
RESUMED, TRIED = 20, 6


def reached(story):
    """The states that `act` leads to, nearest first, each with the fewest actions to it; and how far all are known (None: all)."""
    machine = machine_of(story)
    seen, queue, found = set(), deque(), []

    def meet(step, depth):
        if key(step.state) not in seen:
            seen.add(key(step.state))
            found.append((step.state, depth))
            queue.append((step.state, depth))

    for first in whatever_is_drawn(lambda fate: start(story, "seed", fate), machine):
        meet(first, 0)
    while queue:
        state, depth = queue.popleft()
        if len(found) > MOST:
            return [one for one in found if one[1] <= depth], depth  # whatever is as near was met before
        for action in possible(machine.scenes[state["scene"]], state):
            for step in whatever_is_drawn(lambda fate: act(story, state, action, fate), machine):  # noqa: B023 - used up
                meet(step, depth + 1)
    return found, None


# --- what a state needs, and what a version has room for: read from what is written, by id and type -------------------


class Written:
    """A version as it is written, by id."""

    def __init__(self, story):
        self.value = story.to_json()
        self.starts = blank(machine_of(story), "")["vars"]
        self.scenes = self.by_id("scenes")
        self.taken = {}
        for scene in self.scenes.values():
            self.taken |= {one["id"]: "choice" for one in scene.get("choices", ())}
            self.taken |= {scene["timeout"]["choice"]["id"]: "choice"} if "timeout" in scene else {}
            for name in ("options", "question", "order"):
                self.taken |= {one["id"]: name for one in scene.get(name, {}).get("items", ())}
            self.taken |= {one["id"]: "route" for one in scene.get("free_text", {}).get("routes", ())}
        self.most_counted = {id_: ready.seen_up_to for id_, ready in machine_of(story).scenes.items()}
        ways = {id_: list(ways_of(scene)) for id_, scene in self.scenes.items()}
        onward = {id_: {back if is_call else to for to, back, is_call in found} for id_, found in ways.items()}
        self.called = ahead_of({to for found in ways.values() for to, _, is_call in found if is_call}, onward)
        self.story = ahead_of({self.value["start"]}, onward)
        self.leads_back = {id_ for id_ in self.scenes if "" in ahead_of({id_}, onward)}
        self.is_astray = "" in self.story
        """Whether the story itself leads back to nowhere: then its calls may do so as well."""
        self.vars = self.by_id("variables") | {
            id_: {"kind": "one-of", "values": one["values"]} for id_, one in self.by_id("draws").items()
        }

    def by_id(self, name):
        return {one["id"]: one for one in self.value.get(name, ())}


class Room:
    """What the moments of one version lack in another; said in few words."""

    def __init__(self, old, new):
        self.old, self.new = Written(old), Written(new)
        self.always = [
            (noun, id_)
            for noun, name in (("must", "musts"), ("must_not", "must_nots"), ("track", "tracks"))
            for id_ in self.old.by_id(name).keys() - self.new.by_id(name).keys()
        ]
        for id_, one in self.old.by_id("tracks").items():
            other = self.new.by_id("tracks").get(id_)
            if other and (other.get("decimals", 0) != one.get("decimals", 0) or not self.is_same_type(id_)):
                self.always.append(("other track", id_))
        if "clock" in self.old.value and "clock" not in self.new.value:
            self.always.append(("clock",))

    def is_same_type(self, id_):
        return id_ in self.new.vars and self.old.vars[id_]["kind"] == self.new.vars[id_]["kind"]

    def lacks(self, state):
        return {*self.always, *self.ahead(state), *self.waiting(state), *self.remembered(state), *self.counted(state)}

    def ahead(self, state):
        there = self.new.scenes.get(state["scene"])
        if there is None:
            yield "scene", state["scene"]
        elif state["phase"] not in waits_for(there):
            yield "waits", state["scene"], state["phase"]
        elif other(asked(self.old.scenes[state["scene"]], state["phase"]), asked(there, state["phase"])):
            yield "other", state["scene"], state["phase"]
        yield from self.open(state)
        for name in {state["heading"], *state.get("frames", ())} - {None, "", *self.new.scenes}:
            yield "onward", name

    def open(self, state):
        """What is open there and cannot be; frames are given up one by one, the innermost first."""
        name, frames, new = state["scene"], [*state.get("frames", ())], self.new
        while frames:
            if name in new.scenes and name not in new.called:
                yield "open call", name
            name = frames.pop() or name
        for alone in [name] if state["heading"] is None else [state["heading"]]:
            is_in_story = alone in new.story or (new.is_astray and alone in new.called)
            if alone in new.leads_back and not is_in_story:
                yield "nowhere", alone

    def waiting(self, state):
        before, after = self.old.by_id("laters"), self.new.by_id("laters")
        for id_ in [*state["armed"], *state["due"]]:
            if id_ not in after:
                yield "later", id_
            elif id_ in state["armed"] and due(after[id_]) != due(before[id_]):
                yield "other later", id_
            elif id_ in state["armed"] and state["armed"][id_] > after[id_].get("after", 0):
                yield "longer later", id_

    def remembered(self, state):
        yield from (("taken", id_) for id_ in state["chosen"] if self.new.taken.get(id_) != self.old.taken[id_])
        yield from (("visited", id_) for id_ in state["seen"].keys() - self.new.scenes.keys())
        for id_, count in state["seen"].items():
            if self.old.most_counted[id_] == count < self.new.most_counted.get(id_, 0):
                yield "counted", id_
        for id_, value in state["vars"].items():
            if not self.is_same_type(id_):
                if value != self.old.starts[id_]:
                    yield "variable", id_
            elif not holds(self.new.vars[id_], value):
                yield "variable", id_

    def counted(self, state):
        there = self.new.by_id("competencies")
        for id_, score in state["scores"].items():
            if id_ not in there:
                yield "competency", id_
            elif not there[id_]["low"] <= score <= there[id_]["high"]:
                yield "score", id_
        if state["clock"] is not None and "clock" in self.new.value:
            if state["clock"] < self.new.value["clock"]["start"]:
                yield ("earlier",)
            if state["clock"] > self.new.value["clock"]["end"]:
                yield ("after hours",)

    def moved(self, state, fresh):
        """The same moment in the new version: what is new is as at its start, what is gone was never anything else."""
        found = {**fresh, **{name: state[name] for name in _AS_IT_IS}}
        found["vars"] = fresh["vars"] | {
            id_: value for id_, value in state["vars"].items() if id_ in fresh["vars"] and self.is_same_type(id_)
        }
        for name in ("scores", "ranges", "musts"):
            found[name] = fresh[name] | {id_: value for id_, value in state[name].items() if id_ in fresh[name]}
        found |= {name: state[name] for name in ("observed", "frames", "owed") if name in state}
        if fresh["clock"] is not None and state["clock"] is not None:
            found["clock"] = state["clock"]
        return found


_AS_IT_IS = ("seed", "step", "scene", "phase", "heading", "came", "seen", "chosen", "said", "armed", "due")


def holds(declared, value):
    match declared["kind"]:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and declared["low"] <= value <= declared["high"]
        case "one-of":
            return value in declared["values"]
    return set(value) <= set(declared["values"])


def due(later):
    return "at" if later.get("at") else "after" if later.get("after") else "clock"


def ways_of(scene):
    """Where a scene leads, where that comes back to, and whether it does."""
    found = [*scene.get("choices", ()), *(one for one in scene.get("free_text", {}).get("routes", ()) if one.get("to"))]
    found += [scene["timeout"]["choice"]] if "timeout" in scene else []
    found += [] if "ending" in scene or scene.get("choices") else [{**scene, "to": scene.get("then", "")}]
    return ((one.get("to", ""), one.get("back"), one.get("back") is not None) for one in found)


def ahead_of(names, onward):
    """These scenes and all that they lead to; with "" where one of them leads back."""
    found = set()
    while names - found:
        found |= names
        names = {to for name in names for to in onward.get(name, ())}
    return found


def asked(scene, phase):
    """The ids of what a scene asks, choices aside."""
    if phase == "select":
        return {one["id"] for one in scene["options"]["items"]}
    name = {"write": "free_text", "answer": "question", "order": "order"}.get(phase)
    return {scene[name]["id"]} if name else set()


def other(before, after):
    return before and not before & after


def waits_for(scene):
    asked = {"write": "free_text", "select": "options", "answer": "question", "order": "order", "choose": "choices"}
    found = {phase for phase, name in asked.items() if scene.get(name)}
    return {"ended"} if "ending" in scene else found | {"go"}


# --- what was found, in the same few words -----------------------------------------------------------------------------


_WAITS = {"words": "write", "a selection": "select", "an answer": "answer", "an order": "order", "a choice": "choose",
          "going on": "go", "nothing: it is an ending": "ended"}  # fmt: skip
_SAID = {
    "scene": "there is no scene '(.*)' any more",
    "waits": "'(.*)' does not wait for (.*) any more",
    "other": "'(.*)' waits for (.*), and asks for something else now",
    "open call": "a call is open in '(.*)', and no call leads there any more",
    "nowhere": "'(.*)' leads back now, and there is nothing to go back to",
    "counted": "how often the story was at '(.*)' is counted up to \\d+ only, and asked for beyond that now",
    "onward": "the story would go on to '(.*)', which is not there any more",
    "later": "the later '(.*)' waits, and is not there any more",
    "other later": "the later '(.*)' waits, and is due otherwise now",
    "longer later": "the later '(.*)' waits longer than it can any more",
    "taken": "that '(.*)' was taken is remembered, and there is no such .* any more",
    "visited": "that the story was at '(.*)' is remembered, and there is no such scene any more",
    "variable": "(?:there is no (?:variable|draw) )?'(.*?)' (?:any more: what it remembers|is of another type|cannot hold all values).*",
    "competency": "there is no competency '(.*)' any more: .*",
    "score": "'(.*)' cannot hold all scores any more",
    "must": "there is no must '(.*)' any more: .*",
    "must_not": "there is no must_not '(.*)' any more: .*",
    "track": "there is no track '(.*)' any more: .*",
    "other track": "the track '(.*)' is measured otherwise: .*",
    "clock": "there is no clock any more: .*",
    "earlier": "the clock starts later: .*",
    "after hours": "the clock ends earlier: .*",
}  # fmt: skip


def said(lost):
    for name, pattern in _SAID.items():
        match = re.fullmatch(pattern, lost.what)
        if match:
            first, *more = *match.groups(), *[""][: 2 - len(match.groups())]
            return (
                (name, first, _WAITS[more[0]])
                if name in {"waits", "other"}
                else (name, first)[: 1 + len(match.groups())]
            )
    raise AssertionError(lost.what)


def actions(lost):
    return [step for step in lost.way if step.scene]


def walked(story, lost):
    """The state to which a printed way leads, taken word by word."""
    machine, texts = machine_of(story), dict(labels(story))
    steps = [*lost.way]
    state = start(story, "another seed", chance(steps)).state
    while steps:
        taken = steps.pop(0)
        assert taken.scene == state["scene"]
        ready = machine.scenes[state["scene"]]
        (action,) = [one for one in possible(ready, state) if words(one, texts) == taken.takes]
        step = act(story, state, action, chance(steps))
        assert isinstance(step, Step)
        state = step.state
    assert state["scene"] == lost.scene
    return state


def chance(steps):
    """What chance brings next, taken off the steps."""
    fate = {}
    while steps and not steps[0].scene:
        name, value = re.fullmatch("by chance, '(.*)' is (.*)", steps.pop(0).takes).groups()
        fate[name] = value
    return fate


def labels(story):
    for scene in story.scenes:
        parts = [scene.choices, *(one.items for one in (scene.options, scene.question, scene.order) if one)]
        yield from ((one.id, one.label) for part in parts for one in part)
        yield from ((one.id, one.phrases[0]) for one in (scene.free_text.routes if scene.free_text else ()))


def words(action, texts):
    match action:
        case Choose(id_):
            return texts[id_]
        case Select(items) | Answer(items):
            return " + ".join(texts[id_] for id_ in items) or "nothing"
        case Order(items):
            return ", then ".join(texts[id_] for id_ in items)
        case Write(_, route):
            return f"words such as “{texts[route]}”" if route else "words of one's own"
    return "time passes without an answer" if isinstance(action, TimeOut) else "go on"


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_Z1_Z2_what_has_no_place_is_what_really_going_on_shows(data):
    old = data.draw(stories())
    states, horizon = reached(old)
    for _ in range(EDITED):
        new = data.draw(edits(old))
        room, truth = Room(old, new), {}
        for state, depth in states:
            truth |= dict.fromkeys(room.lacks(state) - truth.keys(), depth)  # the nearest come first
        found = succession(old, new)
        assert found.is_complete
        near = [lost for lost in found.lost if horizon is None or len(actions(lost)) <= horizon]
        assert {said(lost): len(actions(lost)) for lost in near} == truth
        assert len(near) == len(truth)
        for lost in near:
            assert said(lost) in room.lacks(walked(old, lost))
        if found.lost:
            assert proposed(differences(old, new)) == "material"


@given(st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_Z2_from_every_place_the_new_version_can_go_on_and_stays_in_its_own_places(data):
    old = data.draw(stories())
    states, _ = reached(old)
    for _ in range(EDITED):
        new = data.draw(edits(old))
        machine, room, own = machine_of(new), Room(old, new), Room(new, new)
        for state in [state for state, _ in states if not room.lacks(state)][:RESUMED]:
            there = room.moved(state, blank(machine, state["seed"]))
            assert json.loads(json.dumps(there)) == there
            assert own.lacks(there) == set()
            assert offered(new, there).id == state["scene"]
            for action in islice(possible(machine.scenes[there["scene"]], there), TRIED):
                step = act(new, there, action)
                assert isinstance(step, Step)
                assert own.lacks(step.state) == set()
                assert offered(new, step.state)


@given(st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_C1_a_version_has_a_place_for_itself_and_no_edit_is_silent(data):
    old = data.draw(stories())
    again = Program.from_bytes(old.to_bytes())
    assert differences(old, again) == ()
    assert succession(old, again).lost == ()
    for _ in range(2 * EDITED):
        new = data.draw(edits(old, most=1))
        assert bool(differences(old, new)) == (old != new)
        assert bool(differences(new, old)) == (old != new)
