"""A scenario in the terminal: scenes as text, answers as actions. Pure; `commands` prints and asks."""

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

from lms.engine.scenario.api import Action, Debrief, Event, Outcome, Scene
from lms.engine.scenario.play.debriefing import Followed
from lms.engine.scenario.play.events import Answer, Choose, Drawn, Go, Order, Select, TimeOut, Write
from lms.engine.scenario.play.scene import (
    OfferedHub,
    ShownBlock,
    ShownChart,
    ShownDialogue,
    ShownDocument,
    ShownPicture,
    ShownProse,
    ShownRecording,
    ShownVideo,
)
from lms.engine.scenario.program.task import Sureness
from lms.features.authoring.observed import chart_lines
from lms.features.authoring.task_lines import HOW_SURE, split_sure, word_lines

WIDTH = 78
TIME = "t"
"""What is answered for letting time run out."""
_LANGUAGE = re.compile(r"\[([^\]]*)\]\{lang=[\w-]+\}")
_MARKS = re.compile(r"\*\*|__")
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")


def scene_lines(scene: Scene) -> list[str]:
    """Return a scene as lines, with what it asks numbered."""
    lines = [*block_lines(scene.said), *([_wrapped(scene.feedback), ""] if scene.feedback else [])]
    lines += [*map(_wrapped, word_lines(scene.words)), ""] if scene.words else []
    lines += ["Looking back on this part:", *map(_wrapped, word_lines(scene.due)), ""] if scene.due else []
    if scene.later_came:
        lines += ["Something from before has come back.", ""]
    clock = f" · {scene.clock}" if scene.clock else ""
    lines += ["── End of this part ──", ""] if scene.kind == "checkpoint" else []
    lines += [f"{scene.title}{clock}  ({scene.progress} %)", "─" * WIDTH, "", *block_lines(scene.blocks)]
    lines += hub_lines(scene.hub) if scene.hub else []
    lines += [_wrapped(scene.ask), ""] if scene.ask else []
    asked = scene.free_text or scene.options or scene.question or scene.order
    lines += [_wrapped(asked.ask), ""] if asked and asked.ask else []
    lines += [_numbered(number, label) for number, label in enumerate(_labels(scene), 1)]
    for number, choice in enumerate(scene.choices, 1):
        label = _numbered(number, choice.label) if choice.open else f"  –  {_plain(choice.label)}"
        lines += [label, *([f"     ({_plain(choice.hint)})"] if choice.hint else [])]
    if scene.time_limit:
        lines += [f"  {TIME}  Let the {scene.time_limit.seconds} s run out (learners who have asked to be timed)"]
    return [line for item in lines for line in item.split("\n")]


def hub_lines(hub: OfferedHub) -> list[str]:
    """Return what was looked at in a hub, and how much more opens its exit."""
    lines = ["Looked at already:", *(f"  ✓  {_plain(label)}" for label in hub.seen), ""] if hub.seen else []
    return lines + ([f"({hub.missing} more to look at before you can leave.)", ""] if hub.missing else [])


def chance_lines(events: Iterable[Event]) -> list[str]:
    """Return what chance decided in a step, for authors."""
    return [f"By chance, {event.draw} is {event.value}." for event in events if isinstance(event, Drawn)]


def _labels(scene: Scene) -> list[str]:
    """Return what can be selected, answered or put in order."""
    asked = scene.options or scene.question or scene.order
    return [item.label for item in asked.items] if asked else []


def question(scene: Scene) -> str:
    """Return what is asked for, in a few words."""
    return _question(scene) + (HOW_SURE if scene.asks_how_sure else "")


def _question(scene: Scene) -> str:
    match scene.awaits:
        case "choose":
            return "Your choice"
        case "select" if scene.options:
            return f"Your selection, {scene.options.least} to {scene.options.most} of them, such as 1 3"
        case "answer" if scene.question:
            return "Your answers, such as 1 3" if scene.question.several else "Your answer"
        case "order" if scene.order:
            several = (
                f"{scene.order.least} to {scene.order.most} of them, " if scene.order.least < scene.order.most else ""
            )
            return f"Your order, {several}such as 3 1 2"
        case "write":
            return "Your words"
    return "Enter to go on"


def read_answer(scene: Scene, answer: str) -> Action | None:
    """Return the action that an answer stands for; None when it is none."""
    if scene.time_limit and answer == TIME:
        return TimeOut()
    if scene.awaits == "write":
        return Write(answer)
    asked = scene.options or scene.question or scene.order
    answer, sure = split_sure(scene, answer)
    match scene.awaits:
        case "choose":
            picked = _picked(answer, [choice.id if choice.open else "" for choice in scene.choices])
            return Choose(picked[0], sure) if picked and len(picked) == 1 and picked[0] else None
        case "select" | "answer" | "order" if asked:
            picked = _picked(answer, [item.id for item in asked.items])
            return None if picked is None else _MADE[scene.awaits](tuple(picked), sure)
    return Go()


_MADE: dict[str, Callable[[tuple[str, ...], Sureness], Action]] = {"select": Select, "answer": Answer, "order": Order}


def ending_lines(outcome: Outcome, debrief: Debrief) -> list[str]:
    """Return how a run ended, what was kept and broken, and the turning points, as lines for authors."""
    lines = [f"Ending: {outcome.ending} ({outcome.band}), {'passed' if outcome.success else 'not passed'}", ""]
    lines += [
        f"  {shown.band or 'not shown':10} {shown.says}: {shown.score} of {shown.low} to {shown.high}"
        for shown in debrief.competencies
    ]
    words = {(False, True): "kept", (False, False): "MISSED", (True, True): "avoided", (True, False): "BROKEN"}
    lines += ["", *(f"  {words[must.forbids, must.kept]:10} {must.says}" for must in debrief.musts)]
    for point in debrief.turning_points:
        lines += ["", f"{point.title}: {'; '.join(map(_plain, point.chosen)) or 'nothing taken'} ({point.rating})"]
        lines += [f"  sure: {point.sure}"] if point.sure else []
        lines += word_lines(point.lines)
        broken = {must.says: words[must.forbids, False] for must in debrief.musts}
        lines += [f"  {broken[says]}: {says}" for says in point.broke]
        lines += [
            f"  then: {_followed(link)}"
            for link in point.followed
            if link.what != "said" and link.title not in point.broke
        ]
        if not point.as_expert:
            lines += [f"  expert: {'; '.join(map(_plain, point.expert))}"]
    return lines


def _followed(link: Followed) -> str:
    """Return a link of the chain as words: of a must, how it came out, since its own words say what was meant."""
    if link.what not in {"kept", "broken"}:
        return link.title
    return f"{link.title}: {'done' if link.what == 'kept' else 'broken' if link.forbids else 'missed'}"


def block_lines(blocks: Iterable[ShownBlock]) -> list[str]:
    """Return blocks as wrapped text."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case ShownProse(markdown):
                lines += [_wrapped(markdown), ""]
            case ShownDialogue(name=name, markdown=markdown):
                lines += [_wrapped(f"{name}: {markdown}"), ""]
            case ShownDocument(title, markdown):
                lines += [f"┌ {title}", *(f"│ {line}" for line in _wrapped(markdown, WIDTH - 2).split("\n")), ""]
            case ShownPicture(alt=alt):
                lines += [_wrapped(f"[Picture: {alt}]"), ""]
            case ShownVideo(title=title, transcript=transcript) | ShownRecording(title=title, transcript=transcript):
                what = "Video" if isinstance(block, ShownVideo) else "Recording"
                lines += [_wrapped("\n\n".join(filter(None, [f"[{what}: {title}]", transcript]))), ""]
            case ShownChart():
                lines += [*chart_lines(block), ""]
    return lines


def _picked(answer: str, ids: Sequence[str]) -> list[str] | None:
    """Return the ids that an answer names: by number, by id, or by an id without what stands before its dot."""
    names = {str(number): id_ for number, id_ in enumerate(ids, 1)}
    names |= {id_.rpartition(".")[2]: id_ for id_ in ids} | {id_: id_ for id_ in ids}
    picked = [names.get(word, "?") for word in answer.replace(",", " ").split()]
    return None if "?" in picked else picked


def _numbered(number: int, label: str) -> str:
    return textwrap.fill(_plain(label), WIDTH, initial_indent=f"{number:3}  ", subsequent_indent="     ")


def _wrapped(markdown: str, width: int = WIDTH) -> str:
    return "\n\n".join(_paragraph(paragraph, width) for paragraph in _plain(markdown).split("\n\n"))


def _paragraph(text: str, width: int) -> str:
    lines = [line.strip() for line in text.strip().split("\n")]
    if all(line.startswith("|") for line in lines):
        return _table(lines)
    return text if lines[0].startswith(("-", "|", "#")) else textwrap.fill(text, width)


def _table(lines: Sequence[str]) -> str:
    """Return a table with its columns under one another; the line below its head is drawn, not shown as written."""
    rows = [[cell.strip() for cell in _CELL.split(line.strip("|"))] for line in lines]
    ruled = len(rows) > 1 and all(_RULE.fullmatch(cell) for cell in rows[1])
    shown = [row for at, row in enumerate(rows) if at != 1 or not ruled]
    widths = [max(map(len, column)) for column in zip_longest(*shown, fillvalue="")]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in shown]
    return "\n".join([drawn[0], *(["  ".join("─" * width for width in widths)] if ruled else []), *drawn[1:]])


def _plain(markdown: str) -> str:
    return _MARKS.sub("", _LANGUAGE.sub(r"\1", markdown))
