"""Small programs in which time matters: things that take minutes, tests of the clock, time limits, and observations."""

from dataclasses import replace

from hypothesis import strategies as st

from lms.engine.scenario.program.expression import Assign, Band, Change, ClockTime, Constant, Derived, Not, Points
from lms.engine.scenario.program.observing import Observe, Track
from lms.engine.scenario.program.program import Choice, Clock, DerivedName, Later, Timeout
from tests.engine.scenario.brute_force import effects, guards, programs, targets
from tests.engine.scenario.build import compare

LAST = 14
minutes = st.sampled_from([0, 0, 1, 2, 5])
times = st.builds(
    lambda sign, time: compare(ClockTime(), sign, time),
    st.sampled_from(["is", "is not", "<", "<=", ">", ">="]),
    st.integers(0, LAST),
)
tests_of_time = st.one_of(times, times.map(Not), st.just(Derived("late")), guards, st.none())
points = st.integers(0, 2).map(lambda least: compare(Points("n", (Band(-1, 0, 0), Band(1, 2, 2))), ">=", least))
measuring = st.one_of(st.integers(-1, 2).map(lambda value: Assign("n", Constant(value))), st.just(Change("n", 1)))


@st.composite
def timed(draw):
    story = draw(programs())

    def dressed(scene):
        if scene.ending:
            return scene
        takes = {"takes": draw(minutes)}
        if scene.choices:
            takes["choices"] = tuple(
                replace(one, takes=draw(minutes), when=draw(tests_of_time | points)) for one in scene.choices
            )
        if scene.options:
            items = tuple(replace(one, takes=draw(minutes)) for one in scene.options.items)
            takes["options"] = replace(scene.options, items=items)
        if scene.free_text:
            routes = tuple(replace(one, takes=draw(minutes)) for one in scene.free_text.routes)
            takes["free_text"] = replace(scene.free_text, routes=routes)
        if draw(st.booleans()):
            choice = Choice(
                f"{scene.id}-late",
                "",
                draw(targets),
                draw(tests_of_time),
                once=draw(st.booleans()),
                effects=draw(effects),
                takes=draw(minutes),
            )
            takes["timeout"] = Timeout(40, choice)
        if draw(st.booleans()):
            takes["observe"] = (Observe(("n",), (draw(measuring),), draw(tests_of_time)),)
        return replace(scene, **takes)

    laters = tuple(
        Later(one.id, one.to, one.scene, clock=draw(st.integers(0, LAST)), condition=draw(tests_of_time))
        for one in story.laters
    )
    return replace(
        story,
        scenes=tuple(dressed(scene) for scene in story.scenes),
        clock=Clock(draw(st.integers(0, 2)), LAST),
        derived=(DerivedName("late", draw(times)),),
        laters=draw(st.sampled_from([story.laters, laters])),
        tracks=(Track("n", "Pulse"),),
    )
