"""X1–X5: the exploration finds what brute force finds, and no way that it gives is wrong or too long."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import Step, outcome, replay
from lms.engine.scenario.proof.explore import MOST_STEPS, Exploration
from lms.engine.scenario.proof.explore_pass import can_fail, can_pass, can_pass_without
from tests.engine.scenario.brute_force import everything, programs
from tests.engine.scenario.structured import structured
from tests.engine.scenario.timed import timed

stories = programs() | structured() | timed()
many = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def walked(story, way):
    return replay(story, "seed", way.actions, way.fates)


@given(stories)
@many
def test_X1_X2_X3_what_can_come_to_pass_is_what_brute_force_finds(story):
    truth = everything(story)
    assume(truth.is_complete)
    found = Exploration(story)
    assert found.is_complete
    met = {fact for fact in found.space.met if fact[0] != "taken" or "-o" not in fact[1]}
    assert met == {fact for fact in truth.facts if fact[0] != "taken" or "-o" not in fact[1]}
    assert set(found.stuck) == set(truth.stuck)
    assert set(found.circles) <= truth.circling
    assert bool(found.circles) == bool(truth.circling)


@given(stories)
@many
def test_X4_every_way_can_be_walked_and_no_shorter_one_leads_there(story):
    truth = everything(story)
    assume(truth.is_complete)
    found = Exploration(story)
    for kind, id_ in found.space.met:
        if kind == "taken" and "-o" in id_:
            continue
        way = found.way_to(kind, id_)
        step = walked(story, way)
        assert isinstance(step, Step), step
        assert len(way.actions) == truth.facts[kind, id_], (kind, id_)
        if kind in {"scene", "later"}:
            assert id_ in {getattr(event, kind, None) for event in step.events}
    for scene, number in found.stuck.items():
        step = walked(story, found.way(number))
        assert step.state["scene"] == scene
        assert len(found.way(number).actions) == truth.stuck[scene]
    for scene, number in found.circles.items():
        assert walked(story, found.way(number)).state["scene"] == scene


@given(stories)
@many
def test_X6_a_run_is_passed_failed_or_passed_without_a_must_exactly_when_brute_force_finds_one(story):
    truth = everything(story)
    assume(truth.is_complete)
    for wanted, look in ((True, can_pass), (False, can_fail)):
        found = look(story)
        assert found.is_complete
        assert (found.way is not None) == any(passed == wanted for _, passed, _ in truth.ends)
        if found.way:
            assert outcome(story, walked(story, found.way).state).success == wanted
    for id_ in ("must", "not"):
        found = can_pass_without(story, id_)
        depths = [depth for (_, passed, marks), depth in truth.ends.items() if passed and dict(marks)[id_] == "broken"]
        assert found.is_complete
        assert (len(found.way.actions) if found.way else None) == min(depths, default=None)
        if found.way:
            step = walked(story, found.way)
            assert outcome(story, step.state).success
            assert step.state["musts"][id_] == "broken"


@given(stories, st.integers(1, 12))
@many
def test_X5_what_a_bounded_exploration_says_is_true_and_it_says_that_it_is_bounded(story, most):
    whole, some = Exploration(story), Exploration(story, most)
    assert some.space.met.keys() <= whole.space.met.keys()
    assert some.stuck.keys() <= whole.stuck.keys()
    assert some.is_complete == (
        len(whole.states) <= most and whole.space.work <= 2 * most and len(whole.targets) <= MOST_STEPS * most
    )
    if not some.is_complete:
        assert some.circles == {}


@given(stories, st.integers(0, 20))
@many
def test_X6_a_bounded_search_never_claims_what_is_not_so(story, most):
    truth = everything(story)
    assume(truth.is_complete)
    passed = [marks for _, passed, marks in truth.ends if passed]
    for found, exists in (
        (can_pass(story, most), bool(passed)),
        (can_fail(story, most), len(passed) < len(truth.ends)),
        (can_pass_without(story, "must", most), any(dict(marks)["must"] == "broken" for marks in passed)),
    ):
        if found.way is not None:
            assert exists
            assert isinstance(walked(story, found.way), Step)
        elif found.is_complete:
            assert not exists
