"""The JSON Schemas that give editors completion: in step with the code, and true of what ships."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from lms.engine.course import schemas as course_schemas
from lms.engine.scenario.language import schemas as scenario_schemas

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
EXPORTED = {**course_schemas.export(), **scenario_schemas.export()}
HEADER = "# yaml-language-server: $schema=../../schemas/"


class Loader(yaml.SafeLoader):
    """YAML as editors see it: days are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validate(text, name):
    schema = json.loads(EXPORTED[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [error.message for error in validator.iter_errors(yaml.load(text, Loader))]  # noqa: S506 - a safe one


def shipped_yaml():
    return sorted([*(ROOT / "courses").glob("*/*.yaml"), *(ROOT / "scenarios" / "_shared").glob("*.yaml")])


def test_the_schemas_in_the_folder_are_those_of_the_code():
    written = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    assert written == EXPORTED, "write them anew with: lms schemas"


@pytest.mark.parametrize("path", shipped_yaml(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_yaml_names_its_schema_and_is_valid(path):
    text = path.read_text(encoding="utf-8")
    first = text.split("\n", 1)[0]
    assert first.startswith(HEADER)
    assert (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve().parent == SCHEMAS
    assert validate(text, first.removeprefix(HEADER)) == []


def shipped_markdown():
    lessons = [(path, "lesson.json") for path in (ROOT / "courses").glob("*/lessons/*.md")]
    return sorted([*lessons, *((path, "scenario.json") for path in (ROOT / "scenarios").glob("*/scenario.md"))])


@pytest.mark.parametrize(("path", "name"), shipped_markdown())
def test_the_front_matter_of_shipped_markdown_is_valid(path, name):
    _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    assert validate(front, name) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nation: wales", "nation: narnia"),
        ("course: safeguarding-adults-basics", "course: Safeguarding Adults"),
        ("    draw: 8", "    draws: 8"),
        ("    draw: 8", "    draw: none"),
        ("    debrief: yes", "    debrief: perhaps"),
        ("checked: 2026-11-21", "checked: yesterday"),
        ("  - lesson: noticing", "  - lessn: noticing"),
        ("title: Safeguarding adults – the basics\n", ""),
    ],
)
def test_a_slip_in_a_course_is_seen_while_one_types(old, new):
    text = (ROOT / "courses" / "safeguarding-adults-basics" / "course.yaml").read_text(encoding="utf-8")
    assert old in text
    assert validate(text.replace(old, new, 1), "course.json")


def test_every_key_has_a_sentence():
    for name, text in EXPORTED.items():
        for record, schema in json.loads(text)["$defs"].items():
            for key, about in schema["properties"].items():
                assert about["description"].endswith((".", ")")), (name, record, key)
