"""The picture of a story: no boxes over each other, arrows that begin and end where they belong, nothing left out."""

import itertools
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.drawing.chart import Box, Chart, Port, chart_of, describe, rows
from lms.engine.scenario.drawing.chart_layout import LANE, SPACE, Line, place
from lms.engine.scenario.drawing.chart_svg import HEIGHT, MARGIN, svg
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.manual.reference import EXAMPLE
from tests.engine.scenario.everything import EVERYTHING
from tests.shipped import as_scenario

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(ROOT.glob("scenarios/*/scenario.md"))


def chart(text: str, name: str = "cold-tea") -> Chart:
    files = as_scenario(text, f"{name}/scenario.md")
    return chart_of(compile_scenario(files, today=date(2026, 11, 21)).program)


graphs = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.lists(st.sampled_from([40.0, 184.0, 300.0]), min_size=count, max_size=count),
        st.lists(st.builds(Line, st.integers(0, count - 1), st.integers(0, count - 1)), max_size=3 * count),
    )
)


@settings(max_examples=200, deadline=None)
@given(graphs)
def test_D1_no_box_and_no_lane_overlaps_another_in_its_layer(graph):
    widths, lines = graph
    placed = place(widths, lines)
    by_layer: dict[int, list[tuple[float, float]]] = {}
    for x, layer, width in zip(placed.x, placed.layer, widths, strict=True):
        by_layer.setdefault(layer, []).append((x - width / 2, x + width / 2))
    for line in placed.passes:
        for layer, x in line:
            by_layer.setdefault(layer, []).append((x - LANE / 2, x + LANE / 2))
    for row in by_layer.values():
        row.sort()
        assert all(right[0] - left[1] >= min(LANE, SPACE) - 0.01 for left, right in itertools.pairwise(row))
        assert row[0][0] >= -0.01
        assert row[-1][1] <= placed.width + 0.01


@settings(max_examples=200, deadline=None)
@given(graphs)
def test_D2_D3_arrows_lead_down_through_every_layer_or_back_up(graph):
    widths, lines = graph
    placed = place(widths, lines)
    for line, passes in zip(lines, placed.passes, strict=True):
        top, bottom = placed.layer[line.source], placed.layer[line.target]
        passed = [layer for layer, _ in passes]
        if top < bottom:
            assert passed == list(range(top + 1, bottom))
        elif line.source != line.target:
            assert passed == list(range(top, bottom - 1, -1)), "an arrow that closes a circle passes both boxes"


def test_equal_charts_give_equal_pictures():
    assert svg(chart(EXAMPLE)) == svg(chart(EXAMPLE))


CHARTS = {
    "everything": chart_of(EVERYTHING),
    "example": chart(EXAMPLE),
    **{path.parent.name: chart(path.read_text("utf-8"), path.parent.name) for path in SHIPPED},
    "loops": Chart(
        "Loops & <signs>",
        (
            Box("a", "A title that is long, and longer still", "decision", (Port("1", "x", "a", "choice"), Port("2", "<y>", "b", "choice", "best", "p < 2"))),
            Box("b", "B", "hub", (Port("3", "z", "c", "choice", is_call=True, back="b"), Port("4", "w", "a", "time-out")), is_start=True),
            Box("c", "C", "narration", (Port("", "go on", "", "go"),)),
        ),
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_every_scene_and_every_way_is_drawn_and_starts_and_ends_at_its_boxes(name):
    drawn = CHARTS[name]
    tree = ET.fromstring(svg(drawn))  # noqa: S314 - our own picture
    space = "{http://www.w3.org/2000/svg}"
    assert tree.find(f"{space}title").text == drawn.title
    assert tree.find(f"{space}desc").text == describe(drawn)
    frames = {}
    for group in tree.iter(f"{space}g"):
        if group.get("id"):
            box = group.find(f"{space}rect")
            frames[group.get("id").removeprefix("scene-")] = tuple(
                float(box.get(key)) for key in ("x", "y", "width", "height")
            )
    assert set(frames) == {box.id for box in drawn.boxes}
    wanted = sorted(
        (box.id, to) for box in drawn.boxes for port in box.ports for to in (port.to, port.back) if to in frames
    )
    found = []
    for group in tree.findall(f"{space}g"):
        path = group.find(f"{space}path")
        if path is None or not path.get("class", "").startswith("a"):
            continue
        numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", path.get("d"))]
        found.append((_box_at(frames, numbers[0], numbers[1]), _box_at(frames, numbers[-2], numbers[-1] + 8)))
    assert sorted(found) == wanted
    width, height = (float(part) for part in tree.get("viewBox").split()[2:])
    assert all(x >= MARGIN and x + w <= width and y + h <= height for x, y, w, h in frames.values())


def _box_at(frames, x, y):
    """The box that a point lies in, its foot included."""
    inside = [
        name
        for name, (left, top, width, _) in frames.items()
        if left - 1 <= x <= left + width + 1 and top - 2 <= y <= top + HEIGHT
    ]
    assert len(inside) == 1, (x, y, inside)
    return inside[0]


def test_a_picture_says_ratings_conditions_endings_turning_points_and_what_comes_later():
    drawn = svg(CHARTS["between-you-and-me"])
    assert 'class="critical"' in drawn
    assert "when promised" in drawn or "when not" in drawn
    assert 'class="b end good"' in drawn
    assert 'class="mark"' in drawn
    assert 'class="a later"' in drawn
    assert "prefers-color-scheme:dark" in drawn
    assert svg(CHARTS["loops"]).count("hollow") > 1, "a call is double"


def test_the_table_says_the_same():
    lines = list(rows(CHARTS["example"]))
    assert ("cup", "decision, start, turning point", "choice: take-away", "evening", "defensible", "") not in lines
    assert ("cup", "decision, start", "choice: take-away", "evening", "defensible", "") in lines
    assert ("", "", "later: asked", "question", "", "not told") in lines
    assert ("evening", "ending, secure, good", "", "", "", "") in lines
    assert any(line[3] == "return" for line in lines)
