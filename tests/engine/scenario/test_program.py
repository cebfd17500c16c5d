"""A compiled scenario as bytes: canonical, hashed, and readable for ever."""

import dataclasses
import json
from pathlib import Path

import pytest

from lms.engine.scenario.api import (
    Program,
    act,
    action_from_json,
    actions_of,
    debrief,
    event_from_json,
    offered,
    outcome,
    replay,
    start,
)
from lms.engine.scenario.program.expression import SetFlag
from lms.engine.scenario.program.program import FORMAT, Flag, Prose
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from tests.engine.scenario.build import choice, ending, program, scene, var
from tests.engine.scenario.everything import EVERYTHING
from tests.engine.scenario.fields import record_types, records_in
from tests.engine.scenario.test_debrief import STORY
from tests.engine.scenario.walk import walk

DEEP = b'{"kind": "not", "of": ' * 900 + b"1" + b"}" * 900
SAMPLES = Path(__file__).parent / "formats"


def test_a_program_survives_its_bytes():
    again = Program.from_bytes(STORY.to_bytes())
    assert again == STORY
    assert again.to_bytes() == STORY.to_bytes()
    assert [dataclasses.asdict(item) for item in again.scenes] == [dataclasses.asdict(item) for item in STORY.scenes]


def test_the_bytes_are_canonical_json_with_a_format_number():
    content = STORY.to_bytes()
    value = json.loads(content)
    assert value["format"] == FORMAT
    assert content == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert len(STORY.hash) == 64


def test_equal_programs_have_one_hash_and_any_difference_another():
    def make(prose: str) -> Program:
        blocks = (Prose(prose, var("promised")),)
        return program(
            scene("a", choice("x", "end", SetFlag("promised", to=True)), blocks=blocks),
            ending("end"),
            variables=(Flag("promised"),),
        )

    assert make("one") == make("one")
    assert hash(make("one")) == hash(make("one"))
    assert make("one") != make("two")
    assert make("one").hash != make("two").hash
    assert make("one") != "one"


def test_a_program_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        STORY.title = "Another"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.run.json")), ids=lambda path: path.name)
def test_a_stored_program_of_every_format_opens_and_runs_as_it_did(path):
    stored = json.loads(path.read_bytes())
    kept = Program.from_bytes(path.with_name(path.name.replace(".run", "")).read_bytes())
    step = replay(kept, stored["seed"], map(action_from_json, stored["actions"]))
    assert [event.to_json() for event in step.events] == stored["events"]
    assert step.state == stored["state"]
    assert outcome(kept, step.state).to_json() == stored["outcome"]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.runs.json")), ids=lambda path: path.name)
def test_F5_a_run_that_was_stored_in_the_middle_goes_on_to_the_same_end(path):
    kept = Program.from_bytes(path.with_name(path.name.replace(".runs", "")).read_bytes())
    for run in json.loads(path.read_bytes()):
        events = [event_from_json(event) for event in run["events"]]
        assert replay(kept, run["seed"], actions_of(events)).events == tuple(events)
        state, later = run["state"], []
        for action in run["actions"][run["stopped"] :]:
            assert offered(kept, state).ending is None
            step = act(kept, json.loads(json.dumps(state)), action_from_json(action))
            state = step.state
            later += step.events
        assert tuple(later) == tuple(event for event in events if event.step > run["stopped"])
        assert state == run["end"]
        assert outcome(kept, state).to_json() == run["outcome"]
        assert debrief(kept, run["seed"], events).turning_points


@pytest.mark.parametrize("path", [path for path in sorted(SAMPLES.glob("*.json")) if ".run" not in path.name])
def test_F1_F4_what_is_stored_keeps_its_bytes_and_its_hash(path):
    stored = path.read_bytes()
    kept = Program.from_bytes(stored)
    assert kept.to_bytes() == stored
    assert kept.hash == content_hash(stored)
    value = json.loads(stored)
    assert kept.to_json() == {name: part for name, part in value.items() if name != "format"}


def test_the_sample_of_this_format_holds_every_construct():
    assert EVERYTHING.to_bytes() == (SAMPLES / f"{FORMAT}.json").read_bytes()
    held = {type(record) for record in records_in(EVERYTHING)}
    assert sorted(each.__name__ for each in record_types(Program) - held) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a compiled scenario"),
        (b"\xff\xfe", "not a compiled scenario"),
        (b"[" * 100_000, "not a compiled scenario"),
        (STORY.to_bytes()[:-1] + b',"pass_when":' + DEEP + b"}", "not a compiled scenario"),
        (b"[]", "format None"),
        (b'{"id": "story"}', "format None"),
        (b'{"format": 999}', "a newer one wrote this"),
        (b'{"format": []}', "cannot be read"),
        (b'{"format": 0}', "Compile the scenario again"),
        (b'{"format": 1}', "needs a field 'id'"),
        (
            b'{"format": 1, "id": 3, "title": "", "start": "", "scenes": [], "minutes": {"low": 1, "high": 2}}',
            "expected str",
        ),
        (STORY.to_bytes().replace(b'"ask"', b'"task"', 1), "has no field 'task'"),
        (STORY.to_bytes().replace(b'"set-flag"', b'"wave-flag"', 1), "expected one of"),
        (STORY.to_bytes().replace(b'"scenes":[', b'"scenes":[7,', 1), "Scene expects an object"),
    ],
)
def test_what_is_not_a_program_is_refused_with_a_reason(content, says):
    with pytest.raises(Invalid) as refused:
        Program.from_bytes(content)
    assert says in f"{refused.value.what} {refused.value.why} {refused.value.fix}"


def test_the_machine_is_made_once_per_hash():
    again = Program.from_bytes(STORY.to_bytes())
    assert start(again, "s") == start(STORY, "s")
    assert walk(again, "promise").state == walk(STORY, "promise").state
