from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import jsonschema
import pytest

from lms.engine.source import schema
from lms.engine.source.problem import Problems
from lms.engine.source.text import decode
from lms.engine.source.typed import Record, key, read
from lms.engine.source.values import Minutes, Range, Slug, TimeOfDay
from lms.engine.source.yaml_nodes import compose


@dataclass(frozen=True, kw_only=True)
class Reference(Record):
    """Where a rule comes from."""

    title: str = key("The name of the rule.")
    review_by: date | None = key("When to look again.", default=None)


@dataclass(frozen=True, kw_only=True)
class Thing(Record):
    """A thing for tests."""

    id: Slug = key("Its id.")
    minutes: int = key("How long.", minimum=1, maximum=60)
    level: Literal["novice", "expert"] = key("For whom.", default="novice")
    points: Range | None = key("From, to.", default=None)
    at: TimeOfDay | None = key("When.", default=None)
    for_: tuple[Slug, ...] = key("Whom it is about.", default=())
    references: Mapping[Slug, Reference] = key("Its sources.", factory=dict)
    effects: tuple[str | Reference, ...] = key("What happens.", default=())
    is_open: bool = key("Open?", default=False, name="open")


def parse(text):
    problems = Problems()
    source = decode("a.yaml", text.encode(), problems)
    return read(compose(source, problems), Thing, problems), problems.in_order()


def test_a_record_holds_plain_values_and_knows_their_places():
    thing, problems = parse(
        "id: one\nminutes: 5\npoints: -3..4\nat: 19:40\nfor: [a, b]\nopen: yes\n"
        "references: {wsp: {title: Procedures, review_by: 2027-05-01}}\neffects: [set x, {title: T}]\n"
    )
    assert problems == ()
    assert thing.id == "one"
    assert thing.minutes == 5
    assert thing.points == Range(-3, 4)
    assert str(thing.at) == "19:40"
    assert thing.for_ == ("a", "b")
    assert thing.is_open is True
    assert thing.references["wsp"].review_by == date(2027, 5, 1)
    assert isinstance(thing.effects[1], Reference)
    assert thing.place_of("for", 1)[1:] == (5, 10, 1)
    assert thing.place_of_key("references", "wsp")[1:] == (7, 14, 3)


def test_all_problems_of_a_record_come_at_once_each_at_its_value():
    thing, problems = parse(
        "minutes: 99\nlevle: novice\nlevel: expret\npoints: 4..1\nat: 25:00\nfor: a\nopen: maybe\n"
        "references: {Wsp: {title: x}, wsp: {review_by: 2027-5-1}}\neffects: [[]]\n"
    )
    assert thing is None
    assert [(p.code, p.span.line) for p in problems] == [
        ("SO020", 1), ("SO023", 1), ("SO021", 2), ("SO024", 3), ("SO025", 4), ("SO025", 5), ("SO022", 6), ("SO022", 7),
        ("SO025", 8), ("SO020", 8), ("SO025", 8), ("SO022", 9),
    ]  # fmt: skip
    fixes = {p.span.line: p.fix for p in problems}
    assert fixes[2] == "did you mean 'level'?"
    assert fixes[3] == "did you mean 'expert'?"
    assert fixes[6] == "write it as a list: [a]"


def test_a_wrong_optional_value_is_reported_and_reading_goes_on():
    thing, problems = parse("id: one\nminutes: 5\nlevel: none\n")
    assert thing.level == "novice"
    assert [p.code for p in problems] == ["SO024"]


def test_a_key_that_is_misspelt_is_not_missing_as_well():
    thing, problems = parse("id: one\nminuts: 5\n")
    assert thing is None
    assert [(p.code, p.fix) for p in problems] == [("SO021", "did you mean 'minutes'?")]
    _, problems = parse("minuts: 5\n")
    assert [(p.code, p.what) for p in problems] == [
        ("SO020", "the key 'id' is missing"),
        ("SO021", "there is no key 'minuts' here"),
    ]


def test_a_record_knows_which_keys_were_written_in_vain():
    thing, _ = parse("id: one\nminutes: 5\nlevle: expert\npoints: 4..1\nfor: [a, B]\nopen: yes\n")
    assert {name for name in ("id", "level", "points", "for", "at", "open") if thing.is_unread(name)} == {
        "level",
        "points",
        "for",
    }


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "12\n"])
def test_a_file_of_another_shape_is_a_problem(text):
    thing, problems = parse(text)
    assert thing is None
    assert [p.code for p in problems] == ["SO022"]


def test_the_schema_is_valid_and_agrees_with_the_reader():
    made = schema.export(Thing, "Thing", "https://example.org/thing.json")
    jsonschema.Draft202012Validator.check_schema(made)
    validator = jsonschema.Draft202012Validator(made)
    good = {"id": "one", "minutes": 5, "points": "0..3", "references": {"wsp": {"title": "x"}}, "effects": ["set x"]}
    assert validator.is_valid(good)
    for wrong in ({"minutes": 99}, {"id": "One"}, {"unknown": 1}, {"level": "x"}, {"references": {"a": {}}}):
        assert not validator.is_valid(good | wrong), wrong
    assert made["$defs"]["Thing"]["properties"]["minutes"]["description"] == "How long."
    assert made["$defs"]["Thing"]["additionalProperties"] is False


@dataclass(frozen=True, kw_only=True)
class Cat(Record):
    """A cat."""

    cat: Slug = key("Its id.")
    lives: int = key("How many.", default=9)


@dataclass(frozen=True, kw_only=True)
class Dog(Record):
    """A dog."""

    dog: Slug = key("Its id.")


@dataclass(frozen=True, kw_only=True)
class House(Record):
    """Who lives here."""

    pets: tuple[Cat | Dog, ...] = key("The pets.")


def parse_house(text):
    problems = Problems()
    house = read(compose(decode("a.yaml", text.encode(), problems), problems), House, problems)
    return house, [(problem.code, problem.what, problem.fix) for problem in problems]


def test_records_of_a_union_are_told_apart_by_their_first_key():
    house, problems = parse_house("pets:\n- dog: rex\n- lives: 7\n  cat: tom\n")
    assert problems == []
    assert house.pets == (Dog(dog="rex"), Cat(cat="tom", lives=7))


def test_a_record_of_a_union_that_cannot_be_told_is_one_problem():
    _, problems = parse_house("pets:\n- dgo: rex\n- lives: 7\n")
    assert problems == [
        ("SO021", "there is no key 'dgo' here", "did you mean 'dog'?"),
        ("SO020", "one of the keys 'cat' or 'dog' is missing", "write 'cat' or 'dog'"),
    ]


def test_a_comma_that_ends_a_text_between_braces_is_said_to_do_so():
    _, problems = parse_house("pets:\n- {dog: rex, the old one}\n- {dog: rex, dgo}\n- dog: rex\n  the old one: yes\n")
    assert problems == [
        (
            "SO021",
            "there is no key 'the old one' here",
            'if the comma belongs to the text, put the whole text in quotes: "…"',
        ),
        ("SO021", "there is no key 'dgo' here", "did you mean 'dog'?"),
        ("SO021", "there is no key 'the old one' here", "known keys: dog"),
    ]


@pytest.mark.parametrize(
    ("cls", "text", "says"),
    [
        (Range, "0..1000000000", "at most 9 digits"),
        (Range, "0.1000000000", "two dots between"),
        (Minutes, "10000 min", "at most 4 digits"),
        (Minutes, "10000 s", "a whole number and"),
    ],
)
def test_a_number_that_is_written_well_and_too_long_is_told_its_limit(cls, text, says):
    with pytest.raises(ValueError, match=says):
        cls.from_text(text)
