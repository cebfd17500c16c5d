"""Small programs with hubs, calls, checkpoints and draws, for the oracle: the same spice as `brute_force`, other bones."""

from hypothesis import strategies as st

from lms.engine.scenario.program.expression import (
    Assign,
    Award,
    Both,
    Change,
    Chose,
    ClockTime,
    Constant,
    Count,
    Either,
    Has,
    Not,
    Remove,
    SetFlag,
    Visited,
    When,
)
from lms.engine.scenario.program.program import (
    Checkpoint,
    Clock,
    Competency,
    Draw,
    Flag,
    Hub,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    SomeOf,
)
from tests.engine.scenario.brute_force import VALUES, marks, thresholds
from tests.engine.scenario.build import choice, compare, ending, program, scene, var

STORY = ["s0", "s1", "s2", "s3", "end", "bad-end"]
FORWARD = {
    "s0": ["s1", "room", "cp"],
    "s1": ["s0", "room", "cp"],
    "room": ["s1", "cp"],
    "s2": ["s3"],
    "s3": ["s2", "cp"],
}
"""Act one is s0, s1 and the room; act two s2 and s3: some leave the first without its checkpoint, or come back to it."""
PLAYED = ["s0", "s2", "room", "call", "ask", "cp"]
TAKEN = ["s0-0", "s1-1", "s2-0", "room-0", "room-1", "call-0", "ask-0", "leave"]
drawn = st.sampled_from([("mood", "x"), ("mood", "y"), ("luck", "y")]).map(
    lambda one: compare(var(one[0]), "is", one[1])
)
atoms = st.one_of(
    drawn,
    st.sampled_from([var("f"), var("g"), Has("s", "x"), compare(var("o"), "is", "x")]),
    st.sampled_from(PLAYED).map(Visited),
    st.sampled_from(TAKEN).map(Chose),
    st.builds(lambda sign, n: compare(var("n"), sign, n), st.sampled_from(["is", "<", ">="]), st.integers(-1, 2)),
    st.sampled_from(PLAYED).map(lambda name: compare(Count(name), ">=", 2)),
    st.integers(1, 6).map(lambda minutes: compare(ClockTime(), ">=", minutes)),
)
guards = st.recursive(
    atoms,
    lambda inner: st.one_of(inner.map(Not), st.tuples(inner, inner).map(Both), st.tuples(inner, inner).map(Either)),
    max_leaves=3,
)
rules = st.recursive(
    st.one_of(thresholds, marks, drawn),
    lambda inner: st.one_of(inner.map(Not), st.tuples(inner, inner).map(Both), st.tuples(inner, inner).map(Either)),
    max_leaves=3,
)
simple = st.one_of(
    st.builds(SetFlag, st.sampled_from(["f", "g"]), st.booleans()),
    st.builds(Change, st.just("n"), st.integers(-2, 2)),
    st.builds(Award, st.sampled_from(["voice", "honest"]), st.integers(-2, 2)),
    st.sampled_from(VALUES).map(lambda value: Assign("o", Constant(value))),
    st.just(Assign("o", var("mood"))),
    st.sampled_from(VALUES).map(lambda value: Remove(value, "s")),
)
effects = st.lists(st.one_of(simple, st.builds(When, guards, st.tuples(simple))), max_size=2).map(tuple)
maybe = st.none() | guards


@st.composite
def ways(draw, name, number, *, is_checked):
    """A choice that goes on, or calls and comes back; in a checked program, the first is always open."""
    targets = [*FORWARD[name], draw(st.sampled_from(["s2", "end", "bad-end", *FORWARD[name]]))]
    more = {"when": draw(maybe), "once": draw(st.sampled_from([False, False, True]))}
    if is_checked and not number:
        more = {}
    to = draw(st.sampled_from(targets))
    if draw(st.sampled_from([False, False, True])):
        to, more["back"] = draw(st.sampled_from(["call", "ask"])), to
    return choice(f"{name}-{number}", to, *draw(effects), takes=draw(st.sampled_from([0, 0, 3])), **more)


@st.composite
def room(draw, *, is_checked):
    spokes = [
        choice("room-0", "call", *draw(effects), back="room", once=True),
        choice("room-1", draw(st.sampled_from(["room", "s1"])), *draw(effects), when=draw(maybe), once=True),
    ]
    leave = choice(
        "leave",
        draw(st.sampled_from(["cp", "s2", "end"])),
        when=None if is_checked else draw(st.sampled_from([None, Visited("call")])),
    )
    return scene("room", *spokes, leave, kind="hub", hub=Hub("leave", draw(st.integers(0, 1 if is_checked else 2))))


@st.composite
def structured(draw, *, is_checked=False):
    due = st.one_of(
        st.sampled_from([*STORY, "cp", "room", "call"]).map(lambda name: {"at": name}),
        st.integers(1, 3).map(lambda count: {"after": count}),
        st.integers(0, 6).map(lambda minutes: {"clock": minutes}),
    )
    laters = tuple(
        Later(
            f"later{n}",
            draw(st.sampled_from(["aside", "ask"])),
            draw(st.sampled_from(["", "s0", "s1", "call", "s2"])),
            **draw(due),
            condition=draw(maybe),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    survive = draw(st.sets(st.sampled_from(["f", "g", "n", "o", "s"])))
    return program(
        *[scene(name, *[draw(ways(name, n, is_checked=is_checked)) for n in range(2)]) for name in ("s0", "s1")],
        draw(room(is_checked=is_checked)),
        scene("call", choice("call-0", "", *draw(effects)), choice("call-1", "deeper"), kind="decision"),
        scene("deeper", kind="call", then="ask", back=draw(st.sampled_from(["", "ask"]))),
        scene("ask", choice("ask-0", "", *draw(effects)), choice("ask-1", "", when=draw(drawn))),
        scene("cp", kind="checkpoint", then="s2", checkpoint=Checkpoint(tuple(sorted(survive))), takes=2),
        *[scene(name, *[draw(ways(name, n, is_checked=is_checked)) for n in range(2)]) for name in ("s2", "s3")],
        scene("aside", choice("aside-0", "ask", back=""), choice("aside-1", draw(st.sampled_from(["", "s2"])))),
        ending("end"),
        ending("bad-end", "growing", success=False),
        variables=(Flag("f"), Flag("g", start=True), Number("n", -1, 2), OneOf("o", VALUES, "y"), SomeOf("s", VALUES)),
        competencies=(Competency("voice", "Voice", -1, 2), Competency("honest", "Honest", -1, 1, 1)),
        draws=(
            Draw("mood", VALUES, (3, 1), draw(st.sampled_from(["", "s0", "call"]))),
            Draw("luck", VALUES, (), draw(st.sampled_from(["s2", "room", ""]))),
        ),
        clock=Clock(0, 6),
        laters=laters,
        musts=(Must("must", draw(guards), "says", "why", before=draw(st.sampled_from(["", "cp", "s2", "ask"]))),),
        must_nots=(MustNot("not", draw(guards), "says", "why"),),
        pass_when=draw(st.none() | rules),
    )
