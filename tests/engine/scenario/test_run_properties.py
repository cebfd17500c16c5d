"""R1–R5 of `run`, on random programs and random walks through them."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import (
    Answer,
    Choose,
    Go,
    Order,
    Program,
    Refused,
    Select,
    Step,
    TimeOut,
    Write,
    act,
    actions_of,
    debrief,
    offered,
    outcome,
    replay,
    start,
)
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Both,
    Change,
    Chose,
    ClockTime,
    Constant,
    Count,
    Derived,
    Either,
    Has,
    Not,
    Remove,
    SetFlag,
    Sum,
    Visited,
    When,
)
from lms.engine.scenario.program.observing import Chart, Observe, Track, Word
from lms.engine.scenario.program.program import (
    Clock,
    Competency,
    DerivedName,
    Feedback,
    Flag,
    FreeText,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Option,
    Options,
    Prose,
    Route,
    SomeOf,
    Timeout,
)
from tests.engine.scenario.brute_force import order_of, question_of
from tests.engine.scenario.build import choice, compare, ending, program, scene, var
from tests.engine.scenario.structured import structured

SCENES = [f"s{n}" for n in range(5)]
SURE = ("", "guess", "fairly", "certain")
CHOICES = [f"{scene}-{n}" for scene in SCENES for n in range(3)]
VALUES = ("x", "y", "z")

atoms = st.one_of(
    st.sampled_from([var("f"), var("g"), Derived("d"), Constant(value=True)]),
    st.sampled_from(SCENES).map(Visited),
    st.sampled_from(CHOICES).map(Chose),
    st.sampled_from(VALUES).map(lambda value: Has("s", value)),
    st.sampled_from(VALUES).map(lambda value: compare(var("o"), "is", value)),
    st.builds(
        lambda sign, n: compare(var("n"), sign, n), st.sampled_from(["is", "is not", "<", ">="]), st.integers(-4, 4)
    ),
    st.builds(lambda scene, n: compare(Count(scene), ">=", n), st.sampled_from(SCENES), st.integers(0, 3)),
    st.integers(0, 60).map(lambda minutes: compare(ClockTime(), ">=", minutes)),
)
guards = st.recursive(
    atoms,
    lambda inner: st.one_of(inner.map(Not), st.tuples(inner, inner).map(Both), st.tuples(inner, inner).map(Either)),
    max_leaves=4,
)
simple = st.one_of(
    st.builds(SetFlag, st.sampled_from(["f", "g"]), st.booleans()),
    st.builds(Change, st.just("n"), st.integers(-5, 5)),
    st.builds(Award, st.sampled_from(["voice", "honest"]), st.integers(-3, 3)),
    st.sampled_from(SCENES).map(lambda scene: Assign("n", Sum("-", Count(scene), var("n")))),
    st.sampled_from(VALUES).map(lambda value: Assign("o", Constant(value))),
    st.sampled_from(VALUES).map(lambda value: Add(value, "s")),
    st.sampled_from(VALUES).map(lambda value: Remove(value, "s")),
)
effects = st.lists(st.one_of(simple, st.builds(When, guards, st.tuples(simple))), max_size=3).map(tuple)
targets = st.sampled_from([*SCENES, "end", "bad-end"])
maybe = guards | st.none()
feedback = st.none() | st.builds(Feedback, st.just("Well."), st.sampled_from(["now", "checkpoint", "debrief"]))


@st.composite
def scene_of(draw, name):
    """A scene that always leaves one choice open: what the checker demands, by construction."""
    choices = [
        choice(f"{name}-0", draw(targets), *draw(effects), takes=draw(st.integers(0, 9))),
        *(
            choice(
                f"{name}-{n}",
                draw(targets | st.just("")),
                *draw(effects),
                when=draw(maybe),
                hint=draw(st.sampled_from(["", "Not yet"])),
                once=draw(st.booleans()),
                consequence=(Prose("Well.", draw(maybe)),),
                feedback=draw(feedback),
            )
            for n in (1, 2)
        ),
    ]
    more = {}
    if draw(st.booleans()):
        routes = (Route(f"{name}-route", ("home",), draw(effects), draw(st.sampled_from(["", "end"]))),)
        more["free_text"] = FreeText(f"{name}-text", "Say it", draw(st.booleans()), 40, routes)
    if draw(st.booleans()):
        late = choice(f"{name}-late", draw(targets | st.just("")), *draw(effects), when=draw(maybe), takes=1)
        more["timeout"] = Timeout(40, late)
    if draw(st.booleans()):
        more["observe"] = (Observe(("n",), draw(st.sampled_from([(), (Change("n", 1),)])), draw(maybe)),)
    more["takes"] = draw(st.sampled_from([0, 0, 5]))
    if draw(st.booleans()):
        takes = draw(st.integers(0, 4))
        items = tuple(
            Option(f"{name}-o{n}", "o", draw(maybe), draw(effects), feedback=draw(feedback), takes=takes)
            for n in range(3)
        )
        more["options"] = Options(items, draw(st.integers(0, 2)), draw(st.integers(2, 3)))
        if draw(st.booleans()):
            choices, more["then"] = [], draw(targets)
    if draw(st.booleans()):
        more["question"] = draw(question_of(name))
    if draw(st.booleans()):
        more["order"] = draw(order_of(name))
    kind = draw(st.sampled_from(["decision", "checkpoint"]))
    return scene(
        name,
        *choices,
        kind=kind,
        confidence=draw(st.booleans()),
        shuffle=True,
        blocks=(Prose("Here.", draw(maybe)), Chart("So far", (), draw(maybe))),
        **more,
    )


@st.composite
def programs(draw):
    laters = tuple(
        Later(
            f"later{n}",
            draw(st.sampled_from(["aside", "aside-2"])),
            draw(st.sampled_from(["", *SCENES])),
            **draw(
                st.one_of(
                    targets.map(lambda scene: {"at": scene}),
                    st.integers(1, 4).map(lambda count: {"after": count}),
                    st.integers(0, 40).map(lambda minutes: {"clock": minutes}),
                ),
            ),
            condition=draw(maybe),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    return program(
        *[draw(scene_of(name)) for name in SCENES],
        scene("aside", choice("aside-on", "aside-2"), choice("aside-back")),
        scene("aside-2", kind="narration"),
        ending("end"),
        ending("bad-end", "growing", success=False),
        variables=(
            Flag("f"),
            Flag("g", start=True),
            Number("n", -3, 4),
            OneOf("o", VALUES, "x"),
            SomeOf("s", VALUES, ("y",)),
        ),
        derived=(DerivedName("d", Both((var("f"), Not(var("g"))))),),
        competencies=(Competency("voice", "Her voice", -4, 6), Competency("honest", "Honest", -2, 2, 1)),
        clock=Clock(0, 60),
        tracks=(Track("n", "Pulse"), Track("o", "Words", words=(Word("x", "Ex"),))),
        laters=laters,
        musts=(Must("must", draw(guards), "says", "why", before=draw(st.sampled_from(["", *SCENES]))),),
        must_nots=(MustNot("must-not", draw(guards), "says", "why"),),
    )


def possible(story, state, picks):
    """An action that the scene offers, picked by two numbers."""
    shown = offered(story, state)
    first, second = picks
    if shown.awaits == "choose":
        open_now = [item.id for item in shown.choices if item.open]
        assert open_now, "a checked program offers an open choice"
        return Choose(open_now[first % len(open_now)], SURE[second % 4])
    if shown.awaits == "select":
        items, options = [item.id for item in shown.options.items], shown.options
        count = min(options.least + second % (options.most - options.least + 1), len(items))
        return Select(tuple(items[(first + n) % len(items)] for n in range(count)))
    if shown.awaits == "answer":
        items = [item.id for item in shown.question.items]
        count = 1 + second % len(items) if shown.question.several else 1
        return Answer(tuple(items[(first + n) % len(items)] for n in range(count)), SURE[second % 4])
    if shown.awaits == "order":
        items = [item.id for item in shown.order.items]
        count = shown.order.least + second % (shown.order.most - shown.order.least + 1)
        return Order(tuple(items[(first + n) % len(items)] for n in range(count)), SURE[second % 4])
    if shown.awaits == "write":
        return Write(("take me home", "Hello", "x")[first % 3])
    return Go()


stories = programs() | structured(is_checked=True)
walks = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25)


def taken(story, seed, picks):
    """Every state and action on a walk, up to its end."""
    step = start(story, seed)
    for pick in picks:
        if step.state["phase"] == "ended":
            return
        action = possible(story, step.state, pick)
        if pick[1] % 4 == 3 and offered(story, step.state).time_limit:
            action = TimeOut()
        following = act(story, step.state, action)
        assert isinstance(following, Step)
        yield step.state, action, following
        step = following


@given(stories, st.text(max_size=5), walks)
@settings(max_examples=60, deadline=None)
def test_R1_arguments_never_change(story, seed, picks):
    for state, action, _ in taken(story, seed, picks):
        before, bytes_before = copy.deepcopy(state), story.to_bytes()
        act(story, state, action)
        act(story, state, Choose("nothing"))
        offered(story, state)
        outcome(story, state)
        assert state == before
        assert story.to_bytes() == bytes_before


@given(stories, st.text(max_size=5), walks)
@settings(max_examples=60, deadline=None)
def test_R2_the_same_program_state_and_action_give_the_same_step(story, seed, picks):
    again = Program.from_bytes(story.to_bytes())
    for state, action, step in taken(story, seed, picks):
        assert act(again, json.loads(json.dumps(state)), action) == step
        assert json.loads(json.dumps(step.state)) == step.state


@given(stories, st.text(max_size=5), walks)
@settings(max_examples=60, deadline=None)
def test_R3_replaying_what_the_events_tell_gives_the_same_state(story, seed, picks):
    step, events = start(story, seed), [*start(story, seed).events]
    for _, _, following in taken(story, seed, picks):
        step = following
        events += [event.without_text() if event.kind == "text-written" else event for event in following.events]
    again = replay(story, seed, actions_of(events))
    assert again.state == step.state
    assert [event.kind for event in again.events] == [event.kind for event in events]
    assert debrief(story, seed, events).timeline[-1].scene == step.state["scene"]


anything = st.one_of(
    st.sampled_from([*CHOICES, "aside-on", "aside-back", "nothing"]).map(Choose),
    st.lists(st.sampled_from([f"{scene}-o{n}" for scene in SCENES for n in range(3)]), max_size=4)
    .map(tuple)
    .map(Select),
    st.builds(
        Answer, st.lists(st.sampled_from(["s0-q.a0", "s1-q.a1", "a"]), max_size=3).map(tuple), st.sampled_from(SURE)
    ),
    st.builds(Order, st.lists(st.sampled_from(["s0-i0", "s0-i1", "s1-i1"]), max_size=3).map(tuple), st.just("very")),
    st.builds(Choose, st.sampled_from(CHOICES), st.just("very")),
    st.builds(Write, st.text(max_size=60)),
    st.just(TimeOut()),
    st.just(Go()),
)


@given(stories, walks, st.lists(anything, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_R4_what_is_not_possible_is_refused_and_never_an_exception(story, picks, actions):
    state = start(story, "seed").state
    for _, _, step in taken(story, "seed", picks):
        state = step.state
    for action in actions:
        step = act(story, state, action)
        shown = offered(story, state)
        if isinstance(action, Choose):
            is_open = action.choice in {item.id for item in shown.choices if item.open}
            assert isinstance(step, Step) == (is_open and not (action.sure == "very" and shown.asks_how_sure))
        elif isinstance(action, TimeOut):
            assert isinstance(step, Step) == (shown.time_limit is not None)
        else:
            assert isinstance(step, Refused) or shown.awaits == action.kind
        assert shown.awaits != "ended" or step == Refused("ended", "the run has ended")
        if isinstance(step, Step):
            state = step.state


@given(stories, walks)
@settings(max_examples=60, deadline=None)
def test_R5_a_checked_program_ends_or_offers_something_that_can_be_done(story, picks):
    for _, _, step in taken(story, "seed", picks):  # `possible` finds something to do at every turn, and it is accepted
        shown = offered(story, step.state)
        assert (shown.ending is not None) == (shown.awaits == "ended")
        assert (shown.progress == 100) == (shown.awaits == "ended")
        assert shown.minutes_left > 0 or shown.ending


@given(stories, walks)
@settings(max_examples=60, deadline=None)
def test_scores_lie_within_what_was_attainable_and_that_within_the_bounds(story, picks):
    for _, _, step in taken(story, "seed", picks):
        for item in story.competencies:
            low, high = step.state["ranges"][item.id]
            assert item.low <= low <= step.state["scores"][item.id] <= high <= item.high


@given(stories, walks)
@settings(max_examples=60, deadline=None)
def test_progress_never_falls(story, picks):
    before = offered(story, start(story, "seed").state).progress
    for _, _, step in taken(story, "seed", picks):
        shown = offered(story, step.state)
        assert shown.progress >= before
        before = shown.progress
