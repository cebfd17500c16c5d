"""The oracle of the exploration: every state that `run.act` can lead to, none of them reduced; and small programs for it."""

import json
from collections import deque
from dataclasses import dataclass, field
from itertools import combinations, permutations, product

from hypothesis import strategies as st

from lms.engine.scenario.api import (
    Answer,
    Choose,
    Go,
    Order,
    Program,
    Select,
    Step,
    TimeOut,
    Write,
    act,
    outcome,
    start,
)
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.play.turn import is_timed
from lms.engine.scenario.program import task
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Both,
    Broke,
    Change,
    Chose,
    ClockTime,
    Constant,
    Count,
    Either,
    Has,
    Kept,
    Not,
    Remove,
    Score,
    SetFlag,
    Sum,
    Visited,
    When,
)
from lms.engine.scenario.program.program import (
    Clock,
    Competency,
    Flag,
    FreeText,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Option,
    Options,
    Route,
    SomeOf,
)
from tests.engine.scenario.build import choice, compare, ending, program, scene, var

MOST = 3000


@dataclass
class Truth:
    """All that can come to pass: facts with the fewest actions to each, and what the ends look like."""

    facts: dict[tuple[str, str], int] = field(default_factory=dict)
    ends: dict[tuple[str, bool, tuple[tuple[str, str], ...]], int] = field(default_factory=dict)
    stuck: dict[str, int] = field(default_factory=dict)
    circling: set[str] = field(default_factory=set)
    is_complete: bool = True


def everything(story: Program) -> Truth:  # noqa: C901, PLR0912 - one loop, seen whole
    truth, machine = Truth(), machine_of(story)
    states, index, after = [], {}, []
    for first in whatever_is_drawn(lambda fate: start(story, "seed", fate), machine):
        note(truth, first, 0)
        if index.setdefault(key(first.state), len(states)) == len(states):
            states.append((first.state, 0))
    queue = deque(range(len(states)))
    while queue:
        number = queue.popleft()
        state, depth = states[number]
        ready = machine.scenes[state["scene"]]
        items = {**{id_: one.doing for id_, one in ready.choices.items()}} if state["phase"] == "choose" else {}
        items |= {id_: one for id_, (_, one) in ready.items.items()} if state["phase"] == "select" else {}
        if ready.timeout and state["phase"] not in {"write", "go", "ended"}:
            items[ready.timeout.choice.id] = ready.timeout.doing
        for id_, doing in items.items():
            if not (doing.once and id_ in state["chosen"]):
                truth.facts.setdefault(("open" if doing.when(state) else "closed", id_), depth)
        after.append([])
        for action in possible(ready, state):
            for id_ in taken_by(action, ready):
                truth.facts.setdefault(("taken", id_), depth)
            for step in whatever_is_drawn(lambda fate: act(story, state, action, fate), machine):  # noqa: B023 - used up
                note(truth, step, depth + 1)
                found = index.setdefault(key(step.state), len(states))
                if found == len(states):
                    if found == MOST:
                        truth.is_complete = False
                        return truth
                    states.append((step.state, depth + 1))
                    queue.append(found)
                if not isinstance(action, TimeOut):  # nobody may need it to go on
                    after[number].append(found)
        if not after[number] and state["phase"] != "ended":
            truth.stuck.setdefault(state["scene"], depth)
        if state["phase"] == "ended":
            told = outcome(story, state)
            truth.ends.setdefault((told.ending, told.success, tuple(sorted(state["musts"].items()))), depth)
    finishes = {number for number, targets in enumerate(after) if not targets}  # stuck is said apart
    before = -1
    while before != len(finishes):
        before = len(finishes)
        finishes |= {number for number, targets in enumerate(after) if finishes & set(targets)}
    truth.circling = {states[number][0]["scene"] for number in range(len(states)) if number not in finishes}
    return truth


def whatever_is_drawn(take, machine):
    """Every step that an action can become, by what is drawn on the way."""
    step = take({})
    assert isinstance(step, Step), step
    names = [event.draw for event in step.events if event.kind == "drawn"]
    for values in product(*(machine.draws[name].values for name in names)):
        yield take(dict(zip(names, values, strict=True)))


def taken_by(action, ready):
    """The ids of what an action takes."""
    if isinstance(action, TimeOut):
        return [ready.timeout.choice.id]
    return [action.choice] if isinstance(action, Choose) else getattr(action, "options", ())


def key(state) -> str:
    return json.dumps({**state, "observed": 0, "step": 0, "ranges": 0, "said": 0, "came": 0, "owed": 0})


def note(truth, step, depth):
    for event in step.events:
        if event.kind == "scene-arrived":
            truth.facts.setdefault(("scene", event.scene), depth)
        elif event.kind == "later-came":
            truth.facts.setdefault(("later", event.later), depth)


def possible(ready, state):
    yield from answers(ready, state)
    if is_timed(ready, state):
        yield TimeOut()


def answers(ready, state):
    match state["phase"]:
        case "choose":
            yield from (Choose(id_) for id_, one in ready.choices.items() if one.doing.is_open(state))
        case "select":
            open_now = [id_ for id_, (_, doing) in ready.items.items() if doing.is_open(state)]
            least, most = ready.limits(len(open_now))
            for count in range(least, most + 1):
                yield from (Select(taken) for taken in combinations(open_now, count))
        case "write":
            yield from (Write("words", route) for route in ("", *ready.routes))
        case "answer":
            least, most = ready.question.task.limits()
            for count in range(least, most + 1):
                yield from (Answer(taken) for taken in combinations(ready.question.items, count))
        case "order":
            least, most = ready.order.task.limits()
            for count in range(least, most + 1):
                yield from (Order(taken) for taken in permutations(ready.order.items, count))
        case "go":
            yield Go()


# --- small programs -----------------------------------------------------------------------------------------------

SCENES = [f"s{n}" for n in range(4)]
CHOICES = [f"{name}-{n}" for name in SCENES for n in range(2)]
VALUES = ("x", "y")
atoms = st.one_of(
    st.sampled_from([var("f"), var("g"), Has("s", "x"), Has("s", "y"), compare(var("o"), "is", "x")]),
    st.sampled_from(SCENES).map(Visited),
    st.sampled_from([*CHOICES, "s1-o0", "s2-o1", "s3-i1"]).map(Chose),
    st.builds(lambda sign, n: compare(var("n"), sign, n), st.sampled_from(["is", "<", ">="]), st.integers(-1, 2)),
    st.sampled_from(SCENES).map(lambda name: compare(Count(name), ">=", 2)),
    st.integers(1, 6).map(lambda minutes: compare(ClockTime(), ">=", minutes)),
)
guards = st.recursive(
    atoms,
    lambda inner: st.one_of(inner.map(Not), st.tuples(inner, inner).map(Both), st.tuples(inner, inner).map(Either)),
    max_leaves=3,
)
simple = st.one_of(
    st.builds(SetFlag, st.sampled_from(["f", "g"]), st.booleans()),
    st.builds(Change, st.just("n"), st.integers(-2, 2)),
    st.builds(Award, st.sampled_from(["voice", "honest"]), st.integers(-2, 2)),
    st.sampled_from(SCENES).map(lambda name: Assign("n", Sum("-", Count(name), var("n")))),
    st.sampled_from(VALUES).map(lambda value: Assign("o", Constant(value))),
    st.builds(lambda kind, value: kind(value, "s"), st.sampled_from([Add, Remove]), st.sampled_from(VALUES)),
)
effects = st.lists(st.one_of(simple, st.builds(When, guards, st.tuples(simple))), max_size=2).map(tuple)
targets = st.sampled_from([*SCENES, "end", "bad-end"])
maybe = st.none() | guards
thresholds = st.builds(
    lambda name, sign, n: compare(Score(name), sign, n),
    st.sampled_from(["voice", "voice", "honest"]),
    st.sampled_from([">=", ">=", "<=", "is"]),
    st.integers(-1, 2),
)
marks = st.builds(lambda kind, id_: kind(id_), st.sampled_from([Kept, Broke]), st.sampled_from(["must", "not"]))
rules = st.recursive(
    st.one_of(thresholds, marks, atoms),
    lambda inner: st.one_of(inner.map(Not), st.tuples(inner, inner).map(Both), st.tuples(inner, inner).map(Either)),
    max_leaves=4,
)


@st.composite
def question_of(draw, name):
    rights = draw(st.sampled_from([(True, False), (True, True, False), (False, True, False), (True, True, True)]))
    items = tuple(
        task.QuestionItem(f"{name}-q.a{n}", "a", right, "says", draw(effects)) for n, right in enumerate(rights)
    )
    several = sum(rights) > 1 or draw(st.booleans())
    at = draw(st.sampled_from(["now", "checkpoint", "debrief"]))
    results = [draw(effects) for _ in range(3)]
    return task.Question(f"{name}-q", "What?", items, several, *results, at, confidence=draw(st.booleans()))


@st.composite
def order_of(draw, name):
    count = draw(st.integers(2, 3))
    ids = [f"{name}-i{n}" for n in range(count)]
    right = tuple(draw(st.permutations(ids)))[: draw(st.integers(2, count))]
    items = tuple(
        task.OrderItem(id_, "i", "says", draw(effects if n < 2 else st.just(()))) for n, id_ in enumerate(ids)
    )
    results = [draw(effects) for _ in range(3)]
    partly = draw(st.sampled_from([0, 1, 50, 67, 99]))
    at = draw(st.sampled_from(["now", "checkpoint", "debrief"]))
    return task.Order(f"{name}-order", "Order!", items, right, *results, partly, at, confidence=draw(st.booleans()))


@st.composite
def scene_of(draw, name):
    choices = [
        choice(
            f"{name}-{n}",
            draw(targets if n else targets | st.just("")),
            *draw(effects),
            when=draw(maybe),
            once=draw(st.sampled_from([False, False, True])),
            takes=draw(st.sampled_from([0, 0, 3])),
        )
        for n in range(2)
    ]
    more = {}
    if draw(st.sampled_from([False, False, True])):
        routes = (Route(f"{name}-route", ("home",), draw(effects), draw(st.sampled_from(["", "end"]))),)
        more["free_text"] = FreeText(f"{name}-text", "Say it", routes=routes)
    if draw(st.booleans()) or name in {"s1", "s2"}:
        items = tuple(Option(f"{name}-o{n}", "o", draw(maybe), draw(effects)) for n in range(3))
        more["options"] = Options(items, draw(st.integers(0, 2)), draw(st.integers(2, 3)))
    if name == "s3" and draw(st.booleans()):
        more["question"] = draw(question_of(name))
    if name == "s3":
        more["order"] = draw(order_of(name))
    return scene(name, *choices, **more)


@st.composite
def programs(draw):
    due = st.one_of(
        targets.map(lambda name: {"at": name}),
        st.integers(1, 3).map(lambda count: {"after": count}),
        st.integers(0, 6).map(lambda minutes: {"clock": minutes}),
    )
    laters = tuple(
        Later(
            f"later{n}",
            draw(st.sampled_from(["aside", "aside-2"])),
            draw(st.sampled_from(["", *SCENES])),
            **draw(due),
            condition=draw(maybe),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    return program(
        *[draw(scene_of(name)) for name in SCENES],
        scene("aside", choice("aside-on", "aside-2"), choice("aside-out", draw(targets)), choice("aside-back")),
        scene("aside-2", kind="narration", then=draw(targets | st.just(""))),
        ending("end"),
        ending("bad-end", "growing", success=False),
        variables=(Flag("f"), Flag("g", start=True), Number("n", -1, 2), OneOf("o", VALUES, "y"), SomeOf("s", VALUES)),
        competencies=(Competency("voice", "Voice", -1, 2), Competency("honest", "Honest", -1, 1, 1)),
        clock=Clock(0, 6),
        laters=laters,
        musts=(Must("must", draw(guards), "says", "why", before=draw(st.sampled_from(["", *SCENES]))),),
        must_nots=(MustNot("not", draw(guards), "says", "why"),),
        pass_when=draw(st.none() | rules),
    )
