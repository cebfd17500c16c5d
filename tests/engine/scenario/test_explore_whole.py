"""X8–X10 and assertions: what is said about the whole is what counting every state without any reduction finds."""

import json
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import Step, replay
from lms.engine.scenario.play.machine import machine_of
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_loss import losses, way_past
from lms.engine.scenario.proof.explore_pass import can_be
from lms.engine.scenario.proof.explore_range import ranges
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.report import make_report
from tests.engine.scenario.brute_force import SCENES, programs, rules
from tests.engine.scenario.brute_graph import graph_of, losses_of, stops_of, ways_past
from tests.engine.scenario.structured import structured

stories = programs() | structured()
many = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def whole(story):
    graph = graph_of(story)
    assume(graph.is_complete)
    return graph


@given(stories)
@many
def test_X8_a_decision_loses_exactly_when_counting_says_so_and_its_way_is_the_shortest(story):
    truth = losses_of(story, whole(story))
    found = losses(Exploration(story))
    keys = {
        (loss.scene, *loss.items) if loss.way.actions[-1].kind == "choose" else (loss.scene,): loss for loss in found
    }
    assert keys.keys() == truth.keys()
    for key, loss in keys.items():
        step = replay(story, "seed", loss.way.actions, loss.way.fates)
        assert isinstance(step, Step)
        assert loss.way.scenes[-1] == loss.scene
        assert len(loss.way.actions) == truth[key]


@given(stories, st.sampled_from([*SCENES, "cp"]))
@many
def test_X9_a_scene_can_be_passed_by_exactly_when_counting_says_so(story, scene):
    truth = ways_past(whole(story), scene)
    found = way_past(Exploration(story), scene)
    assert (len(found.actions) if found else None) == truth
    if found:
        step = replay(story, "seed", found.actions, found.fates)
        assert step.state["phase"] == "ended"
        assert scene not in {getattr(event, "scene", "") for event in step.events if event.kind == "scene-arrived"}


@given(stories)
@many
def test_X10_the_least_and_greatest_scores_at_each_ending_are_those_of_all_runs(story):
    truth = {}
    for state in whole(story).states:
        if state["phase"] == "ended":
            for score, value in state["scores"].items():
                low, high = truth.setdefault(state["scene"], {}).get(score, (value, value))
                truth[state["scene"]][score] = (min(low, value), max(high, value))
    found = ranges(story)
    assert found.is_complete
    assert found.endings == truth


@given(programs(), rules, st.sets(st.sampled_from([*SCENES, "end"]), max_size=2))
@many
def test_an_assertion_is_refuted_by_the_shortest_way_exactly_when_there_is_one(story, condition, scenes):
    asked = replace(story, pass_when=condition)
    graph, machine = whole(asked), machine_of(asked)

    def holds(state):
        marks = {
            id_: "kept" if mark == "open" and machine.watched[id_].forbids else mark
            for id_, mark in state["musts"].items()
        }
        return (not scenes or state["scene"] in scenes) and machine.is_passed({**state, "musts": marks})

    truth = [depth for state, depth in zip(graph.states, graph.depths, strict=True) if holds(state)]
    found = can_be(story, condition=condition, scenes=frozenset(scenes))
    assert found.is_complete
    assert (len(found.way.actions) if found.way else None) == min(truth, default=None)
    if found.way:
        assert holds(replay(asked, "seed", found.way.actions, found.way.fates).state)


@given(stories)
@many
def test_a_number_stops_at_its_bound_exactly_when_counting_says_so(story):
    truth = stops_of(story, whole(story))
    found = Exploration(story, question=Question(stops="n"))
    assert {id_ for kind, id_ in found.space.met if kind == "stops"} == truth.keys()
    for id_, depth in truth.items():
        way = found.way_to("stops", id_)
        assert len(way.actions) == depth
        assert isinstance(replay(story, "seed", way.actions, way.fates), Step)


@given(stories)
@many
def test_the_report_says_of_each_ending_what_all_runs_show(story):
    graph = whole(story)
    report = make_report(story)
    assert report.is_complete
    ended = [state for state in graph.states if state["phase"] == "ended"]
    assert {one.id for one in report.endings} == {state["scene"] for state in ended}
    machine = machine_of(story)
    for one in report.endings:
        passed = {machine.is_passed(state) for state in ended if state["scene"] == one.id}
        assert (one.can_pass, one.can_fail) == (True in passed, False in passed)
    assert json.loads(json.dumps(report.to_json()))["scenario"] == story.id
