"""Front matter → the declarations of a Program, and the scope in which guards and effects are read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.engine.scenario.language import front, structure, tracks
from lms.engine.scenario.language.grammar import FUNCTIONS
from lms.engine.scenario.language.scope import NUMBER, Scope
from lms.engine.scenario.language.tracks import Tracks
from lms.engine.scenario.program import codes, program
from lms.engine.scenario.program.chance import as_variable
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.values import Range, TimeOfDay

CLOCK = "clock"
_FORMS = ("one of", "some of", "range")
_DAY = 24 * 60
_LARGEST = 10_000
_RESERVED = frozenset({"and", "or", "not", "is", "has", "set", "clear", "add", "remove", *FUNCTIONS})


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the front matter declares, ready for the Program."""

    variables: tuple[program.VariableDeclaration, ...] = ()
    clock: program.Clock | None = None
    competencies: tuple[program.Competency, ...] = ()
    draws: tuple[program.Draw, ...] = ()
    tracks: Tracks = field(default_factory=Tracks)

    def scope(self, scenes: Iterable[str], choices: Iterable[str], musts: Iterable[str]) -> Scope:
        """Return the scope of expressions, not yet knowing the derived names."""
        return Scope(
            variables={
                variable.id: variable
                for variable in (*self.variables, *map(as_variable, self.draws), *self.tracks.variables.values())
            },
            drawn=frozenset(draw.id for draw in self.draws),
            derived=dict.fromkeys(self.tracks.sums, NUMBER),
            decimals=self.tracks.decimals,
            hidden=self.tracks.hidden,
            competencies=frozenset(competency.id for competency in self.competencies),
            scenes=frozenset(scenes),
            choices=frozenset(choices),
            musts=frozenset(musts),
            clock=self.clock,
        )


def declare(matter: front.Front, problems: Problems, *, is_unsure: bool = False) -> Declarations:
    """Check what the front matter declares; `is_unsure`: some part of it could not be read."""
    _check_names(matter, problems)
    clock = _clock(matter, problems)
    variables = [
        declared
        for name, written in matter.variables.items()
        if name != CLOCK and (declared := _variable(matter, name, written, problems)) is not None
    ]
    competencies = [_competency(matter, name, written, problems) for name, written in matter.competencies.items()]
    drawn = tuple(structure.draws(matter, problems))
    return Declarations(
        tuple(variables), clock, tuple(competencies), drawn, tracks.declare(matter, problems, is_unsure=is_unsure)
    )


def _check_names(matter: front.Front, problems: Problems) -> None:
    """Refuse one name for two things, since guards say only the name."""
    seen: dict[str, str] = {}
    for section in ("variables", "draws", "derive", "competencies", "tracks", "scales"):
        for name in getattr(matter, section):
            place = matter.place_of_key(section, name)
            if name in _RESERVED:
                problems.add(
                    codes.AMBIGUOUS_NAME,
                    place,
                    f"'{name}' is a word of the language of conditions",
                    fix="choose another name",
                )
            elif name in seen:
                problems.add(
                    codes.AMBIGUOUS_NAME,
                    place,
                    f"'{name}' is declared under '{seen[name]}' already",
                    why="a condition says only the name",
                    fix="choose another name for one of the two",
                )
            seen.setdefault(name, section)


def _clock(matter: front.Front, problems: Problems) -> program.Clock | None:
    written = matter.variables.get(CLOCK)  # type: ignore[call-overload]
    if written is None:
        return None
    times = (written.from_, written.to) if isinstance(written, front.Variable) else (None, None)
    start, end = times
    if isinstance(written, front.Variable) and (written.is_unread("from") or written.is_unread("to")):
        return None
    if not isinstance(start, TimeOfDay) or not isinstance(end, TimeOfDay):
        problems.add(
            codes.BAD_DECLARATION,
            matter.place_of("variables", CLOCK),
            "the clock needs the time at which it starts and at which it stops",
            fix="write clock: {from: 19:40, to: 23:00}, or give the variable another name",
        )
        return None
    return program.Clock(start.minutes, end.minutes if end.minutes > start.minutes else end.minutes + _DAY)


def _variable(
    matter: front.Front, name: str, written: str | Range | front.Variable, problems: Problems
) -> program.VariableDeclaration | None:
    if isinstance(written, str):
        return program.Flag(name)
    if isinstance(written, Range):
        return _number(matter, name, written, None, problems)
    if not _is_clear(matter, name, written, problems):
        return None
    if written.range is not None:
        return _number(matter, name, written.range, written, problems)
    return _words(name, written, problems)


def _is_clear(matter: front.Front, name: str, written: front.Variable, problems: Problems) -> bool:
    """Tell whether a variable is declared in exactly one form; else it is reported, unless the form itself is."""
    if any(written.is_unread(form) for form in _FORMS):
        return False
    forms = [form for form in _FORMS if written.node_of(form) is not None]
    if not forms and written.is_clock:
        what = f"'{name}' starts and stops as only the clock does"
        why, fix = "there is one clock, and it is called so", Names([CLOCK]).hint(name, "call it clock")
    elif len(forms) != 1 or written.from_ is not None or written.to is not None:
        what, why = f"it is not clear what '{name}' holds", "a variable is declared in exactly one way"
        fix = "write flag, or 0..5, or {one of: [a, b]}, or {some of: [a, b]}, or {range: 0..5, start: 1}"
    else:
        return True
    problems.add(codes.BAD_DECLARATION, matter.place_of_key("variables", name), what, why=why, fix=fix)
    return False


def _words(name: str, written: front.Variable, problems: Problems) -> program.VariableDeclaration | None:
    form = "one of" if written.one_of else "some of"
    values = written.one_of or written.some_of
    if len(set(values)) != len(values) or not values or (written.one_of and len(values) < 2):  # noqa: PLR2004
        problems.add(
            codes.BAD_DECLARATION,
            written.place_of(form),
            f"'{name}' needs different values to choose from",
            fix="write two or more values, each once",
        )
        return None
    starts = (written.start,) if isinstance(written.start, str) else (written.start or ())
    unknown = next((start for start in starts if start not in values), None)
    if unknown is not None or (written.one_of and len(starts) > 1):
        problems.add(
            codes.BAD_DECLARATION,
            written.place_of("start"),
            f"'{name}' cannot start as {'that' if unknown is None else repr(unknown)}",
            why=f"its values are {', '.join(values)}",
            fix=Names(values).hint(
                str(unknown), "write one of them" if written.one_of else "write some of them, in a list"
            ),
        )
        return None
    texts = tuple(str(value) for value in values)
    if written.one_of:
        return program.OneOf(name, texts, starts[0] if starts else texts[0])
    return program.SomeOf(name, texts, tuple(text for text in texts if text in starts))


def _number(
    matter: front.Front, name: str, bounds: Range, written: front.Variable | None, problems: Problems
) -> program.Number | None:
    place = matter.place_of("variables", name)
    if not _are_small(bounds):
        problems.add(
            codes.BAD_DECLARATION,
            place,
            f"the range of '{name}' is too wide",
            why=f"numbers of a story lie between -{_LARGEST} and {_LARGEST}",
            fix="write a narrower range",
        )
        return None
    start = max(bounds.low, min(0, bounds.high))
    if written is not None and written.start is not None:
        text = written.start if isinstance(written.start, str) else ""
        value = int(text) if text.lstrip("+-").isdecimal() and text.isascii() and len(text) <= len("-10000") else None
        if value is None or not bounds.low <= value <= bounds.high:
            problems.add(
                codes.BAD_DECLARATION,
                written.place_of("start"),
                f"'{name}' cannot start there",
                why=f"it is a number from {bounds.low} to {bounds.high}",
                fix="write one of these numbers",
            )
            return None
        start = value
    return program.Number(name, bounds.low, bounds.high, start)


def _competency(matter: front.Front, name: str, written: front.Competency, problems: Problems) -> program.Competency:
    bounds = written.range
    if not _are_small(bounds) or not bounds.low <= written.start <= bounds.high or bounds.low == bounds.high:
        problems.add(
            codes.BAD_DECLARATION,
            written.place_of("range"),
            f"'{name}' needs a range that holds its start, {written.start}, and room to move",
            fix="write range: -10..10",
        )
    may_be_there = matter.node_of("objectives") is None and problems.has_errors()
    for index, objective in enumerate(written.objectives):
        if objective not in matter.objectives and not may_be_there:
            problems.add(
                codes.UNKNOWN_NAME,
                written.place_of("objectives", index),
                f"there is no objective '{objective}'",
                why="it must stand under 'objectives'",
                fix=Names(matter.objectives).hint(objective, "declare it there"),
            )
    return program.Competency(
        name, written.says, bounds.low, bounds.high, written.start, tuple(map(str, written.objectives)), written.codes
    )


def _are_small(bounds: Range) -> bool:
    return -_LARGEST <= bounds.low <= bounds.high <= _LARGEST
