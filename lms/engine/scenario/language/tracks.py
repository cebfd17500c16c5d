"""Tracks, scores made of them, and observations: from what authors write to what a Program holds.

A track is a variable like any other for whoever runs or explores a Program. Conditions may read it only where its
author says so, because then it counts for what is proven.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lms.engine.scenario.language import front, syntax
from lms.engine.scenario.language.front_tracks import ChartKeys, ObserveKeys, decimals_of, whole
from lms.engine.scenario.language.front_tracks import Scale as ScaleKeys
from lms.engine.scenario.language.front_tracks import Track as TrackKeys
from lms.engine.scenario.program import codes, observing
from lms.engine.scenario.program.expression import Assign, Band, Change, Constant, Effect, Expression, Points, Sum
from lms.engine.scenario.program.observing import Scale, Track, Word
from lms.engine.scenario.program.program import Number, OneOf
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.values import Slug

SAME = "same"
LARGEST = 100_000
MOST_POINTS = 100

_NUMBER = r"\d{1,6}(?:\.\d{1,2})?"
_MOVE = re.compile(rf"([+-]?)({_NUMBER})", re.ASCII)
_BAND = re.compile(rf"({_NUMBER})?(?:(\.\.)({_NUMBER})?)?", re.ASCII)

Declared = Number | OneOf


@dataclass(frozen=True, slots=True)
class Tracks:
    """What the front matter declares: tracks with their variables, scales with their expressions; by id."""

    tracks: Mapping[str, Track] = field(default_factory=dict)
    variables: Mapping[str, Declared] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    sums: Mapping[str, Expression] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Those that no condition may read."""

    @property
    def decimals(self) -> dict[str, int]:
        """With how many decimals the tracks are written that have any."""
        return {track.id: track.decimals for track in self.tracks.values() if track.decimals}


def declare(matter: front.Front, problems: Problems, *, is_unsure: bool) -> Tracks:
    """Check what the front matter says about tracks and scales; `is_unsure`: a track may stand in what cannot be read."""
    tracks: dict[str, Track] = {}
    variables: dict[str, Declared] = {}
    for name, written in matter.tracks.items():
        made = _words(str(name), written, problems) if written.values else _number(str(name), written, problems)
        if made is not None:
            tracks[str(name)], variables[str(name)] = made
    hidden = {str(name) for name, written in matter.tracks.items() if not written.visible_to_logic}
    scales: dict[str, Scale] = {}
    sums: dict[str, Expression] = {}
    for name, scale in matter.scales.items():
        points = _points(scale, matter.tracks, tracks, variables, problems, is_unsure=is_unsure)
        if points:
            scales[str(name)] = Scale(str(name), scale.label, tuple(one.name for one in points))
            whole_sum: Expression = points[0]
            for one in points[1:]:
                whole_sum = Sum("+", whole_sum, one)
            sums[str(name)] = whole_sum
            hidden |= {str(name)} if hidden & set(scales[str(name)].tracks) else set()
    return Tracks(tracks, variables, scales, sums, frozenset(hidden))


# --- tracks -------------------------------------------------------------------------------------------------------


def _number(name: str, written: TrackKeys, problems: Problems) -> tuple[Track, Declared] | None:
    bounds = written.range
    if written.is_unread("range") or written.is_unread("values"):
        return None
    if bounds is None or bounds.high > LARGEST:
        _bad(
            problems,
            written.place_of("range"),
            f"it is not clear what '{name}' can be"
            if bounds is None
            else f"'{name}' is measured up to {LARGEST} at most",
            "write range: 4..40, or values: {alert: Alert, confused: Confused}",
        )
        return None
    usual = written.usual.at(bounds.decimals) if written.usual else None
    if written.usual and (usual is None or not bounds.low <= usual.low <= usual.high <= bounds.high):
        _bad(problems, written.place_of("usual"), f"what is usual does not lie in the range of '{name}'", "correct it")
        return None
    start: int | None = bounds.low
    if written.start is not None:
        start = _read_number(written.start, bounds.decimals)
        if start is None or not bounds.low <= start <= bounds.high:
            _bad(problems, written.place_of("start"), f"'{name}' cannot start there", "write a number of its range")
            return None
    track = Track(
        name,
        written.label,
        written.unit,
        bounds.decimals,
        usual.low if usual else None,
        usual.high if usual else None,
    )
    return track, Number(name, bounds.low, bounds.high, start or 0)


def _words(name: str, written: TrackKeys, problems: Problems) -> tuple[Track, Declared] | None:
    values = tuple(str(value) for value in written.values)
    start = written.start if written.start is not None else values[0]
    wrong = next((key for key in ("range", "usual") if written.node_of(key) is not None), "")
    if wrong or len(values) < 2 or SAME in values or start not in values:  # noqa: PLR2004 - one word is no measure
        place = written.place_of_key(wrong) if wrong else written.place_of_key("values")
        _bad(
            problems,
            place if start in values else written.place_of("start"),
            f"it is not clear what '{name}' can be",
            f"write two or more values (none of them '{SAME}'), and no range; 'start' is one of them",
        )
        return None
    words = tuple(Word(str(value), label) for value, label in written.values.items())
    return Track(name, written.label, written.unit, words=words), OneOf(name, values, start)


def _bad(problems: Problems, place: Span, what: str, fix: str) -> None:
    problems.add(codes.BAD_TRACK, place, what, fix=fix)


def _read_number(text: str, decimals: int) -> int | None:
    match = _MOVE.fullmatch(text.strip())
    if match is None or match[1] or decimals_of(match[2]) > decimals:
        return None
    return whole(match[2], decimals)


# --- scores of them -----------------------------------------------------------------------------------------------


def _points(
    scale: ScaleKeys,
    written: Mapping[Slug, TrackKeys],
    tracks: Mapping[str, Track],
    variables: Mapping[str, Declared],
    problems: Problems,
    *,
    is_unsure: bool,
) -> list[Points] | None:
    found: list[Points] = []
    for name in scale.points:
        if name not in written:
            if is_unsure:
                return None
            _unknown(problems, scale.place_of_key("points", name), name, written)
        elif name in tracks:
            declared = variables[name]
            read = (
                _bands_of_words(scale, name, declared, problems)
                if isinstance(declared, OneOf)
                else _bands(scale, name, declared, tracks[name].decimals, problems)
            )
            if read is not None:
                found.append(Points(str(name), read))
    return found if len(found) == len(scale.points) else None


def _bands_of_words(scale: ScaleKeys, name: Slug, declared: OneOf, problems: Problems) -> tuple[Band, ...] | None:
    bands = scale.points[name]
    place = scale.place_of_key("points", name)
    missing = [value for value in declared.values if value not in bands]
    foreign = [value for value in bands if value not in declared.values]
    if missing or foreign or _has_too_many(bands.values()):
        what = f"'{foreign[0]}' is no value of '{name}'" if foreign else f"not every value of '{name}' gives its points"
        _bad(problems, place, what, f"write points from 0 to {MOST_POINTS} for each of {', '.join(declared.values)}")
        return None
    return tuple(Band(value, value, bands[value]) for value in declared.values)


def _bands(
    scale: ScaleKeys, name: Slug, declared: Number, decimals: int, problems: Problems
) -> tuple[Band, ...] | None:
    """Return the bands of a number: without gaps or overlaps, from its least to its greatest."""
    found: list[Band] = []
    ends: list[tuple[int, int]] = []
    for text, points in scale.points[name].items():
        place = scale.place_of_key("points", name, text)
        match = _BAND.fullmatch(text.strip())
        low, high = (match[1], match[3]) if match else (None, None)
        if match is None or (low is None and high is None) or _has_too_many([points]):
            _bad(
                problems, place, f"'{text}' gives no points", "write a range such as 12..20, ..8 or 25.., and 0 or more"
            )
            return None
        if max(decimals_of(low or ""), decimals_of(high or "")) > decimals:
            _bad(problems, place, f"'{name}' is not measured so finely", f"write {decimals} decimals")
            return None
        least = declared.low if low is None else whole(low, decimals)
        greatest = (declared.high if match[2] else least) if high is None else whole(high, decimals)
        found.append(Band(least, greatest, points))
        ends.append((least, greatest))
    expected = declared.low
    for least, greatest in sorted(ends):
        if least != expected or greatest < least:
            break
        expected = greatest + 1
    if expected != declared.high + 1:
        shown = number_text(expected, decimals)
        _bad(
            problems,
            scale.place_of_key("points", name),
            f"the ranges of '{name}' do not meet at {shown}",
            f"let them follow each other without gaps, from {number_text(declared.low, decimals)}"
            f" to {number_text(declared.high, decimals)}",
        )
        return None
    return tuple(found)


def number_text(value: int, decimals: int) -> str:
    """Return a whole number of the last decimal as it is written."""
    return f"{value / 10**decimals:.{decimals}f}"


def _has_too_many(points: Iterable[int]) -> bool:
    return any(not 0 <= one <= MOST_POINTS for one in points)


def _unknown(problems: Problems, place: Span, name: str, known: Iterable[str]) -> None:
    names = Names(str(one) for one in known)
    problems.add(
        codes.UNKNOWN_NAME,
        place,
        f"no track is called '{name}'",
        why="it must stand under 'tracks' in the front matter",
        fix=names.hint(name, "declare it there"),
    )


# --- observations -------------------------------------------------------------------------------------------------


def observe(keys: ObserveKeys, tracks: Tracks, problems: Problems) -> tuple[Effect, ...]:
    """Return the effects of an observation; what cannot be measured so is reported."""
    found: list[Effect] = []
    for name, text in keys.values.items():
        declared = tracks.variables.get(name)
        if declared is None:
            continue
        effect = _effect(str(name), text.strip(), declared, tracks.tracks[name])
        if isinstance(effect, str):
            problems.add(
                codes.BAD_OBSERVATION,
                keys.place_of("values", name),
                f"'{name}' cannot be '{text.strip()[:40]}'",
                why=effect,
                fix="correct the value, or the track",
            )
        elif effect is not None:
            found.append(effect)
    return tuple(found)


def _effect(name: str, text: str, declared: Declared, track: Track) -> Effect | str | None:
    """Return what an observation does to its track, None where that stays as it is, or why it cannot be."""
    if text == SAME:
        return None
    if isinstance(declared, OneOf):
        return Assign(name, Constant(text)) if text in declared.values else f"it is one of {', '.join(declared.values)}"
    match = _MOVE.fullmatch(text)
    low, high = number_text(declared.low, track.decimals), number_text(declared.high, track.decimals)
    why = f"it is a number from {low} to {high}, a move such as +2, or '{SAME}'"
    if match is None or decimals_of(match[2]) > track.decimals:
        return why
    value = whole(match[2], track.decimals)
    if match[1]:
        return Change(name, value if match[1] == "+" else -value, track.decimals)
    return Assign(name, Constant(value, track.decimals)) if declared.low <= value <= declared.high else why


def charts(blocks: Sequence[syntax.Block]) -> list[syntax.Chart]:
    """Return the charts and observations among blocks."""
    return [block for block in blocks if isinstance(block, syntax.Chart)]


def check(scenario: syntax.Scenario, problems: Problems) -> None:
    """Report names of tracks that are not declared, tracks that nothing measures, and observations after a choice."""
    matter = scenario.front
    if matter is None:
        return
    measured: set[str] = set()
    for scene in scenario.scenes:
        for choice in scene.all_choices:
            for chart in charts(choice.consequence):
                _check_names(chart.keys, scenario, problems)
                if isinstance(chart.keys, ObserveKeys):
                    problems.add(
                        codes.MISPLACED_BLOCK,
                        chart.span,
                        "the block 'observe' cannot stand beneath a choice",
                        why="what is measured, is measured on arriving at a scene",
                        fix="move it to the scene that follows",
                    )
        for chart in charts(scene.blocks):
            _check_names(chart.keys, scenario, problems)
            if isinstance(chart.keys, ObserveKeys):
                measured |= set(chart.keys.values)
    for name in matter.tracks:
        if name not in measured and not scenario.is_unsure and not scenario.is_broken:
            problems.add(
                codes.NEVER_MEASURED,
                matter.place_of_key("tracks", name),
                f"nothing measures '{name}'",
                why="it would never be seen on a chart",
                fix=f"write it under 'values' of a '::: observe', or make '{name}' a variable",
            )


def _check_names(keys: ChartKeys | ObserveKeys, scenario: syntax.Scenario, problems: Problems) -> None:
    known = scenario.front.tracks if scenario.front else {}
    if scenario.is_unsure:
        return
    if isinstance(keys, ObserveKeys):
        names = [(str(name), keys.place_of_key("values", name)) for name in keys.values]
    else:
        names = [(str(name), keys.place_of("tracks", place)) for place, name in enumerate(keys.tracks)]
    for name, place in names:
        if name not in known:
            _unknown(problems, place, name, known)


def chart(keys: ChartKeys | ObserveKeys, when: Expression | None, tracks: Tracks) -> observing.Chart:
    """Return the block that shows what was measured: what is measured here comes with all that belongs to it."""
    if isinstance(keys, ChartKeys):
        return observing.Chart(keys.title, tuple(str(name) for name in keys.tracks if name in tracks.tracks), when)
    return observing.Chart(keys.title, (), when)
