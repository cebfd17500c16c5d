"""X6 and X7: which times of the clock are told apart, and how long the ways to each ending are, against brute force."""

from hypothesis import HealthCheck, assume, given, settings

from lms.engine.scenario.api import Answer, Choose, Order, Select, TimeOut, Write, act, start
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.program.expression import ClockTime
from lms.engine.scenario.program.program import Clock, FreeText, Later, Options, Route, Timeout
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_length import Length, lengths
from tests.engine.scenario.brute_force import MOST, key, possible
from tests.engine.scenario.build import choice, compare, ending, option, program, scene
from tests.engine.scenario.timed import timed

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def minutes_of(ready, action):
    """The minutes that an action takes, as the language says it."""
    scene = ready.scene
    if isinstance(action, Choose):
        return ready.choices[action.choice].choice.takes + scene.takes
    if isinstance(action, TimeOut):
        return scene.timeout.choice.takes + scene.takes
    after = {Write: 0, Select: 1, Answer: 2, Order: 3}.get(type(action), 4)
    is_last = not any((scene.options, scene.question, scene.order, scene.choices)[after:])
    leaving = scene.takes if is_last else 0
    if isinstance(action, Select):
        return sum(ready.items[id_][0].takes for id_ in action.options) + leaving
    if isinstance(action, Write):
        route = ready.routes[action.route][0] if action.route else None
        return (route.takes if route else 0) + (scene.takes if (route and route.to) or is_last else 0)
    return leaving


def everything(story):
    """All states, and from each the steps as (target, scenes, minutes); None where they are too many."""
    machine, first = machine_of(story), start(story, "seed").state
    states, index, steps = [first], {key(first): 0}, []
    for state in states:
        ready = machine.scenes[state["scene"]]
        steps.append([])
        for action in possible(ready, state):
            step = act(story, state, action)
            target = index.setdefault(key(step.state), len(states))
            if target == len(states):
                if target == MOST // 2:
                    return None
                states.append(step.state)
            arrived = sum(event.kind == "scene-arrived" for event in step.events)
            steps[-1].append((target, arrived, minutes_of(ready, action)))
    return states, steps


def shortest(steps, weight):
    found = [10**9] * len(steps)
    found[0] = 0
    for _ in steps:
        before = list(found)
        for number, targets in enumerate(steps):
            for step in targets:
                found[step[0]] = min(found[step[0]], found[number] + step[weight])
        if before == found:
            break
    return found


def longest(steps, weight):
    """The longest way to each state; None where one can go round in circles before it."""
    found = {0: 0}
    for _ in range(len(steps) + 1):
        before = dict(found)
        for number, way in before.items():
            for step in steps[number]:
                found[step[0]] = max(found.get(step[0], 0), way + step[weight])
    return found


def circling(steps):
    """The states that can be reached from a circle."""
    coming = [0] * len(steps)
    for targets in steps:
        for step in targets:
            coming[step[0]] += 1
    ready = [number for number, count in enumerate(coming) if not count]
    for number in ready:
        for step in steps[number]:
            coming[step[0]] -= 1
            if not coming[step[0]]:
                ready.append(step[0])
    return set(range(len(steps))) - set(ready)


@given(timed())
@many
def test_X7_lengths_are_those_that_brute_force_finds(story):
    whole = everything(story)
    assume(whole is not None)
    states, steps = whole
    found = lengths(story)
    assert found.is_complete
    round_ = circling(steps)
    near = [shortest(steps, weight) for weight in (1, 2)]
    far = [longest(steps, weight) for weight in (1, 2)] if not round_ else []
    expected = []
    for scene_ in story.scenes:
        ends = [n for n, state in enumerate(states) if state["phase"] == "ended" and state["scene"] == scene_.id]
        if ends:
            is_bounded = not round_ & set(ends)
            most = [max(way[n] for n in ends) for way in far] if is_bounded and far else None
            expected.append((scene_.id, *(min(way[n] for n in ends) for way in near), is_bounded, most))
    assert [
        (one.ending, one.fewest_scenes - 1, one.fewest_minutes, one.most_scenes is not None) for one in found.endings
    ] == [one[:4] for one in expected]
    for one, (*_, most) in zip(found.endings, expected, strict=True):
        if most is not None:
            assert [one.most_scenes - 1, one.most_minutes] == most


def story(*choices, when=None, clock=600, **more):
    return program(
        scene("a", *choices),
        scene("b", choice("b-early", "end", when=compare(ClockTime(), "<", 30)), choice("b-late", "late", when=when)),
        ending("end"),
        ending("late"),
        clock=Clock(0, clock),
        **more,
    )


MANY = [choice(f"a-{n}", "a" if n else "b", takes=n) for n in range(6)]


def test_a_clock_that_is_only_shown_is_sliced_away_and_still_gives_minutes():
    shown = program(scene("a", *MANY), scene("b", choice("on", "end", takes=7)), ending("end"), clock=Clock(0, 600))
    assert "clock" not in Exploration(shown).space.fields
    assert len(Exploration(shown).states) == 3
    assert lengths(shown).endings == (Length("end", 3, None, 7, None),)


def test_X6_times_are_told_apart_only_as_far_as_a_test_ahead_can_tell_them():
    found = Exploration(story(*MANY))
    in_a = [state for state in found.states if found.space.control(state)[0] == "a"]
    assert len(in_a) == 31, "every minute up to half past matters while any of them can pass, and none after it"
    in_b = [state for state in found.states if found.space.control(state)[0] == "b"]
    assert len(in_b) == 2, "before and after"
    steps = [choice("a-on", "b"), choice("a-half", "a", takes=15)]
    found = Exploration(story(*steps))
    assert len([state for state in found.states if found.space.control(state)[0] == "a"]) == 3


def test_a_later_on_the_clock_is_due_at_the_same_time_whatever_was_left_out():
    at_forty = story(*MANY, laters=(Later("call", "late", clock=40),))
    assert Exploration(at_forty).met("later", "call")
    never = story(*MANY, laters=(Later("call", "late", clock=700),))
    assert not Exploration(never).met("later", "call")


def test_options_routes_and_whole_scenes_take_their_minutes():
    long = program(
        scene(
            "a",
            free_text=FreeText("words", "Say", routes=(Route("r", ("x",), takes=3),)),
            options=Options((option("o1", takes=4), option("o2", takes=5)), 1, 2),
            then="end",
            takes=10,
        ),
        ending("end"),
        clock=Clock(0, 600),
    )
    assert lengths(long).endings == (Length("end", 2, 2, 14, 22),)


def test_that_time_may_run_out_is_no_way_on():
    closed = compare(ClockTime(), ">", 1)
    only = program(
        scene("a", choice("on", "end", when=closed), timeout=Timeout(40, choice("late", "end", takes=5))),
        ending("end"),
        clock=Clock(0, 600),
    )
    found = Exploration(only)
    assert set(found.stuck) == {"a"}
    assert found.met("taken", "late")
    assert found.met("scene", "end")


def test_a_bounded_search_says_so_and_gives_ways_that_exist():
    found = lengths(story(*MANY), most=10)
    assert not found.is_complete
    assert all(one.most_scenes is None and one.fewest_scenes >= 3 for one in found.endings)
