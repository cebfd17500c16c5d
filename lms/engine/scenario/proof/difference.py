"""What is different between two versions of a scenario, as a learner would meet it, and how much that matters.

Parts are compared by their ids. Each change gets a class with a reason, and the largest is proposed for the whole; whoever
publishes decides.

    typo             nobody reads or does anything else
    clarification    the same is said in other words, or more clearly
    material         something else can be done, counts, or is taught

Invariants:
  C1  two versions have no change exactly when they are the same Program
  C2  what changes what can be done, what it leads to or what it counts for is material, whatever it is called
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Literal, get_args

from lms.engine.scenario.program.expression import Effect, Expression
from lms.engine.scenario.program.in_words import effect_notation, notation
from lms.engine.scenario.program.place import NOUNS, said
from lms.engine.scenario.program.program import Block, Program, Telling
from lms.engine.scenario.program.wording import WORDS
from lms.kernel.record import Record

ChangeClass = Literal["none", "typo", "clarification", "material"]
ORDER: tuple[ChangeClass, ...] = ("none", "typo", "clarification", "material")


@dataclass(frozen=True, slots=True)
class Change(Record):
    """One difference: at which place, what it is, its class and why; `before` and `after` are texts, where there are."""

    place: str
    what: str
    kind: ChangeClass
    why: str
    before: str = ""
    after: str = ""


SAME_WORDS = 0.55
"""Texts that share less than this are written anew, not corrected."""

_UPKEEP = frozenset(
    {"Review.by", "Review.on", "Reference.checked", "Reference.review_by", "Program.reviewed", "Character.initials"}
)
_TELLING = frozenset(
    {
        *(
            "Minutes.low",
            "Minutes.high",
            "Program.level",
            "Program.audience",
            "Program.minutes",
            "Character.language",
            "Scene.shuffle",
        ),
        *(
            "Reference.url",
            "Support.phone",
            "Support.url",
            "Picture.file",
            "Picture.hash",
            "Video.file",
            "Video.hash",
            "Video.captions",
            "Recording.file",
            "Recording.hash",
            "Feedback.at",
            "Option.hint",
        ),
        *("Question.at", "Order.at", "Program.language", "Ending.followups", "FollowUp.days"),
    }
)
_SHOWN = frozenset({"support", "characters", "references", "followups", "tellings"})
"""Lists whose items are there to be read."""

_TAUGHT = frozenset({"label", "DebriefPoint.why", "Must.says", "MustNot.says", "Must.why", "MustNot.why"})
"""Words that decisions and judgements consist of: written anew, they are something else."""

_WORD = re.compile(r"\w+(?:[’'-]\w+)*|[^\w\s]")
_TURNS = frozenset(
    [
        "not",
        "no",
        "never",
        "nobody",
        "nothing",
        "none",
        "only",
        "must",
        "may",
        "should",
        "cannot",
        "can’t",
        "don’t",
        "won’t",
        "always",
        "without",
    ]
)
_NEAR = 2
_MOST_SLIPS = 4


def differences(old: Program, new: Program) -> tuple[Change, ...]:
    """Return every change, in the order of the Program."""
    found = tuple(_records(old, new, ""))
    if not found and old.to_json() != new.to_json():
        return (Change("", "how it is kept differs", "typo", "nobody reads or does anything else"),)
    return found


def proposed(changes: Sequence[Change]) -> ChangeClass:
    """Return the class of all changes together: the largest of theirs."""
    return max((change.kind for change in changes), key=ORDER.index, default="none")


def class_of_text(before: str, after: str, kind: str = "") -> tuple[ChangeClass, str]:
    """Return the class of a text that changed, and the reason; `kind` is the class and field that hold it."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if [word.casefold() for word in old if word.isalnum()] == [word.casefold() for word in new if word.isalnum()]:
        return "typo", "only punctuation, capitals or blanks differ"
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    pairs = [(old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    pairs = [(gone, come) for gone, come in pairs if "".join(gone).casefold() != "".join(come).casefold()]
    turned = sorted(
        {word.casefold() for gone, come in pairs for word in {*filter(_turns, gone)} ^ {*filter(_turns, come)}}
    )
    is_slip = len(pairs) <= _MOST_SLIPS and all(_is_slip(gone, come) for gone, come in pairs)
    if not is_slip and matcher.ratio() < SAME_WORDS:
        if not _TAUGHT.isdisjoint({kind, kind.rsplit(".", maxsplit=1)[-1]}):
            return "material", "what is decided or judged here is written anew"
        return "clarification", "it is written anew"
    if turned:
        return "material", f"“{turned[0]}” can turn what is said into something else"
    return ("typo", "a letter or two differ") if is_slip else ("clarification", "the same is said in other words")


def _turns(word: str) -> bool:
    return word.casefold() in _TURNS or any(char.isdigit() for char in word)


def _is_slip(gone: Sequence[str], come: Sequence[str]) -> bool:
    """Tell whether words differ by a slip of the finger: one for one, by a letter or two."""
    if not gone or not come:
        return all(not word.isalnum() for word in (*gone, *come))
    return len(gone) == len(come) and all(
        one == other or _is_near(one.casefold(), other.casefold()) for one, other in zip(gone, come, strict=True)
    )


def _is_near(one: str, other: str) -> bool:
    if not one.isalnum() or not other.isalnum():
        return True
    if min(len(one), len(other)) <= _NEAR or abs(len(one) - len(other)) > _NEAR:
        return one == other
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, 1):
        above, row[0] = row[0], number
        for at, there in enumerate(other, 1):
            above, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, above + (char != there))
    return row[-1] <= _NEAR


# --- walking both -----------------------------------------------------------------------------------------------


def _records(old: Record, new: Record, place: str) -> Iterator[Change]:
    declared: Any = old
    for each in fields(declared):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before != after:
            yield from _values(
                type(old).__name__, each.name, before, after, f"{place}/{each.name}" if place else each.name
            )


def _values(owner: str, name: str, before: Any, after: Any, place: str) -> Iterator[Change]:
    kind = f"{owner}.{name}"
    if name == "tellings":
        yield from _tellings(before, after)
    elif isinstance(before, str) and isinstance(after, str) and not {name, kind}.isdisjoint(WORDS):
        yield _text(place, before, after, kind)
    elif name in {"blocks", "consequence"}:
        yield from _blocks(place, before, after)
    elif _has_ids(before) and _has_ids(after) and name in NOUNS:
        yield from _by_id(name, before, after, place)
    elif _is_texts(before) and _is_texts(after) and name in WORDS:
        yield _text(place, "\n\n".join(before), "\n\n".join(after), kind)
    elif (
        isinstance(before, Record)
        and type(before) is type(after)
        and name not in {"when", "pass_when", "condition", "value"}
    ):
        yield from _records(before, after, place)
    else:
        yield _other(kind, name, before, after, place)


def _text(place: str, before: str, after: str, kind: str) -> Change:
    if not before or not after:
        what = "is no longer said" if before else "is said now"
        return Change(place, f"{said(place)} {what}", "clarification", "learners read more, or less", before, after)
    size, why = class_of_text(before, after, kind)
    return Change(place, f"{said(place)} reads differently", size, why, before, after)


def _blocks(place: str, before: tuple[Block, ...], after: tuple[Block, ...]) -> Iterator[Change]:
    """Compare prose block by block; blocks that came, went or stand under another condition are told together."""
    if len(before) == len(after) and all(type(one) is type(other) for one, other in zip(before, after, strict=True)):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            if one != other:
                yield from _records(one, other, f"{place}/{number}")
        return
    texts = ["\n\n".join(_shown(block) for block in blocks) for blocks in (before, after)]
    yield Change(place, f"{said(place)} reads differently", "clarification", "parts of it came or went", *texts)


def _by_id(name: str, before: tuple[Any, ...], after: tuple[Any, ...], place: str) -> Iterator[Change]:
    old, new = ({item.id: item for item in items} for items in (before, after))
    noun = NOUNS[name]
    is_shown = name in _SHOWN
    size: ChangeClass = "clarification" if is_shown else "material"
    for id_, item in old.items():
        at = f"{place}/{id_}"
        if id_ not in new:
            why = "it is not shown any more" if is_shown else "what could be met or counted is gone"
            yield Change(at, f"the {noun} '{id_}' is gone", size, why, _shown(item))
        elif type(item) is not type(new[id_]):
            yield Change(at, f"the {noun} '{id_}' is of another type", "material", "it holds something else")
        else:
            yield from _records(item, new[id_], at)
    for id_, item in new.items():
        if id_ not in old:
            why = "it is shown now" if is_shown else "there is something new to meet or to count"
            yield Change(f"{place}/{id_}", f"there is a new {noun} '{id_}'", size, why, "", _shown(item))
    if [id_ for id_ in old if id_ in new] != [id_ for id_ in new if id_ in old]:
        yield Change(place, f"{said(place)} stand in another order", *_order(name))


def _order(name: str) -> tuple[ChangeClass, str]:
    if name in {"scenes", "laters", "musts", "must_nots"}:
        return "material", "the first scene starts, and of several things due at once the first comes first"
    if name == "items":
        return "material", "the effects of several options happen in this order"
    return "typo", "only their order differs"


def _tellings(before: Sequence[Telling], after: Sequence[Telling]) -> Iterator[Change]:
    old, new = ({(one.language, one.nation): one for one in tellings} for tellings in (before, after))
    for key in dict.fromkeys((*old, *new)):
        place = "tellings/" + ".".join(filter(None, key))
        name = " for ".join(filter(None, key))
        if key not in new or key not in old:
            what = f"the story is told in '{name}' {'now' if key in new else 'no longer'}"
            yield Change(place, what, "clarification", "the same is said in other words")
            continue
        one, other = ({said.at: said.says for said in telling.said} for telling in (old[key], new[key]))
        for at in dict.fromkeys((*one, *other)):
            if one.get(at, "") != other.get(at, ""):
                yield _text(f"{place}/{at}", one.get(at, ""), other.get(at, ""), "")
        for name_ in ("references", "support"):
            if getattr(old[key], name_) != getattr(new[key], name_):
                yield Change(f"{place}/{name_}", f"other {name_} in '{name}'", "clarification", "what is shown differs")


def _other(kind: str, name: str, before: Any, after: Any, place: str) -> Change:
    texts = (_plain(before, kind), _plain(after, kind))
    is_several = name in _SEVERAL and kind != "Chart.tracks"
    differs = f"{said(place)} {'differ' if is_several else 'differs'}"
    if kind in _UPKEEP:
        return Change(place, f"{said(place)} is up to date", "typo", "nobody reads or does anything else", *texts)
    if kind in _TELLING or name in _SHOWN:
        return Change(place, differs, "clarification", "what can be done and counts is the same", *texts)
    if name == "phrases":
        return Change(place, f"{said(place)} understands other words", "material", "words may lead elsewhere", *texts)
    return Change(place, differs, "material", _REASONS.get(name, "what can be done, or counts, differs"), *texts)


_REASONS: Mapping[str, str] = {
    "to": "it leads elsewhere",
    "then": "it leads elsewhere",
    "start": "it starts otherwise",
    "when": "it is open, or shown, in other cases",
    "effects": "it changes something else",
    "rating": "an expert judges it otherwise",
    "expert": "an expert would do something else",
    "about": "it is said about other choices",
    "pass_when": "other runs are passed",
    "takes": "it takes longer, or less long",
    "clock": "the time of the story differs",
    "references": "it rests on other sources",
    "back": "it leads elsewhere afterwards",
    "once": "it can be taken more often, or less often",
    "success": "the ending counts otherwise",
    "band": "the ending counts otherwise",
    "kind": "the scene asks for something else",
}


def _has_ids(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Record) and hasattr(item, "id") for item in value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _shown(record: Any) -> str:
    """Return the words of a part of the story, for a message."""
    found = [getattr(record, name, "") for name in ("title", "label", "says", "ask", "markdown", "name", "alt")]
    return next((text for text in found if isinstance(text, str) and text), "")


_SEVERAL = frozenset(
    {"effects", "values", "references", "objectives", "codes", "tracks", "words", "followups", "blame", "about"}
)
_TIMES = frozenset({"Clock.start", "Clock.end", "Later.clock"})
_BACK = frozenset({"Choice.to", "Choice.back", "Scene.back"})
"""Targets that lead back where they are empty."""

_UNITS: Mapping[str, str] = {
    "takes": "min",
    "Minutes.low": "min",
    "Minutes.high": "min",
    "partly_from": "%",
}
_EXPRESSIONS, _EFFECTS = get_args(Expression), get_args(Effect)


def _plain(value: Any, kind: str) -> str:  # noqa: PLR0911 - one case per kind of value
    """Return a value as short text, as an author writes it; `kind` is the class and field that hold it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        between = "; " if any(isinstance(item, Record) and not isinstance(item, _EFFECTS) for item in value) else ", "
        return between.join(_plain(item, kind) for item in value)
    if isinstance(value, _EXPRESSIONS):
        return notation(value)
    if isinstance(value, _EFFECTS):
        return effect_notation(value)
    if isinstance(value, Record):
        return ", ".join(_parts(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in _TIMES:
        return f"{value // 60 % 24:02}:{value % 60:02}"
    unit = _UNITS.get(kind, _UNITS.get(kind.rsplit(".", maxsplit=1)[-1], ""))
    return f"{value} {unit}".rstrip() if value != "" or kind not in _BACK else "#return"


def _parts(record: Record) -> Iterator[str]:
    """Yield what a part of the story consists of: its words, and the rest with their names."""
    declared: Any = record
    for each in fields(declared):
        value = getattr(record, each.name)
        text = _plain(value, f"{type(record).__name__}.{each.name}")
        if text and value != each.default:
            is_words = not {each.name, f"{type(record).__name__}.{each.name}"}.isdisjoint(WORDS)
            yield text if is_words else f"{each.name.replace('_', ' ')} {text}"
