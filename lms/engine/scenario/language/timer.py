"""`::: timeout 40s {#id}`: what authors write about time limits, and whether there is time enough to read.

Running them is `Turn.time_out`; whether time is up is for whoever plays to know (`wait`). The engine has no clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from lms.engine.scenario.language import syntax
from lms.engine.scenario.language.front import ChoiceKeys, OptionKeys, RouteKeys, SceneKeys
from lms.engine.scenario.language.syntax import Name, Scenario, Scene
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.program import Clock, Program
from lms.engine.scenario.program.program import Scene as MadeScene
from lms.engine.source.media import Media
from lms.engine.source.problem import Problems
from lms.engine.source.typed import key
from lms.engine.source.values import Slug

B = TypeVar("B", syntax.Video, syntax.Recording)

CLOCK = "clock"
SHORTEST, LONGEST = 5, 3600
WORDS_A_MINUTE = 180
"""How fast somebody reads who takes care; most read on a screen at 200 to 240 words a minute, many more slowly."""
TO_ANSWER = 5
"""Seconds to decide and to press, once all is read."""

Extension = Literal[0, 1, 2, 10]
"""How a learner wants to be timed: not at all, as the author wrote, twice or ten times as long."""

_LENGTH = re.compile(r"(\d{1,4}) ?(s|min)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class TimeoutKeys(ChoiceKeys):
    """What happens when time runs out for a learner who has asked to be timed. Nobody is timed who has not."""

    to: Slug = key("The scene that follows (`return`: where the story was heading).")
    label: str = key("What not answering is called in the debrief (else: Time ran out).", default="", max_length=120)
    says: str = key("What is shown then, in Markdown.", default="")


def seconds_of(text: str) -> int | None:
    """Return a time limit in seconds; None when it is not written as one, or is too short or too long for one."""
    match = _LENGTH.fullmatch(text)
    seconds = 0 if match is None else int(match[1]) * (60 if match[2] == "min" else 1)
    return seconds if SHORTEST <= seconds <= LONGEST else None


def wait(seconds: int, extension: int) -> int:
    """Return how long a learner has, in seconds; 0 when not timed."""
    return seconds * extension


def make(name: Name, words: Name, keys: TimeoutKeys, problems: Problems) -> syntax.Timeout:
    """Return the time limit that a block declares."""
    seconds = seconds_of(words.text)
    if seconds is None and words.text:
        problems.add(
            codes.BAD_TIME_LIMIT,
            words.span,
            f"'{words.text[:40]}' is not a time limit",
            why=f"it is a whole number of seconds or minutes, from {SHORTEST} s to {LONGEST // 60} min",
            fix="write '::: timeout 40s {#id}' or '::: timeout 2 min {#id}'",
        )
    if keys.node_of("hint") is not None:
        problems.add(
            codes.BAD_TIME_LIMIT,
            keys.place_of_key("hint"),
            "a time limit has no hint",
            why="nobody sees what time would choose before it does",
            fix="remove it",
        )
    prose = [syntax.Prose(keys.says.strip(), keys.place_of("says"))] if keys.says.strip() else []
    to = Name(keys.to, keys.place_of("to"))
    return syntax.Timeout(seconds or 0, syntax.Choice(name, keys.label, to, words.span, keys, tuple(prose)))


def check(scenario: Scenario, made: Program, media: Media, problems: Problems) -> None:
    """Report time limits where nothing is asked, and those that leave no time to read and watch what is asked."""
    compiled = {scene.id: scene for scene in made.scenes}
    for scene in scenario.scenes:
        if scene.timeout is None or not scene.timeout.seconds:
            continue
        if not (scene.choices or scene.options or scene.question or scene.order):
            problems.add(
                codes.BAD_TIME_LIMIT,
                scene.timeout.choice.span,
                "nothing is asked here that time could cut short",
                why="a time limit runs while a scene waits for a choice; never while somebody reads on, or writes",
                fix="move it to a scene with choices or options, or remove it",
            )
            continue
        words = count_words(scene, compiled.get(scene.id.text), media)
        watching = sum(media.seconds_of(block.file.text) for block in _always(scene.blocks, syntax.Video))
        needed = -(-words * 60 // WORDS_A_MINUTE) + watching + TO_ANSWER
        if needed > scene.timeout.seconds:
            problems.add(
                codes.SHORT_TIME_LIMIT,
                scene.timeout.choice.span,
                f"{scene.timeout.seconds} s are too short for the {words} words"
                f"{' and the videos' if watching else ''} of '{scene.id.text}'",
                why=f"to read them takes {needed - TO_ANSWER - watching} s at {WORDS_A_MINUTE} words a minute,"
                + (f" to watch {watching} s," if watching else "")
                + f" and to answer {TO_ANSWER} s more",
                fix=f"write {needed} s or more, or fewer words",
            )


def check_clock(scenario: Scenario, problems: Problems) -> None:
    """Report minutes that pass without a clock."""
    matter = scenario.front
    if matter is None or scenario.is_unsure or scenario.is_broken:
        return
    clock = matter.variables.get(CLOCK)  # type: ignore[call-overload]
    taking = [record for scene in scenario.scenes for record in _records(scene) if record.takes]
    if clock is None and taking:
        problems.add(
            codes.IDLE_CLOCK,
            taking[0].place_of_key("takes"),
            "minutes pass here, and there is no clock",
            why="nobody would see that they do",
            fix="declare 'clock: {from: 19:40, to: 23:00}' under 'variables', or remove 'takes'",
        )


def check_later(later: syntax.Later, due: int, clock: Clock, problems: Problems) -> None:
    """Report a later that waits for a time that the clock never shows."""
    if due > clock.end:
        problems.add(
            codes.OUTSIDE_CLOCK,
            later.keys.place_of("clock"),
            f"the clock never shows {later.keys.clock}",
            why="it stops before; what waits for it would never come",
            fix="correct the time or the clock",
        )


def _records(scene: Scene) -> list[ChoiceKeys | SceneKeys | OptionKeys | RouteKeys]:
    options = scene.options.options if scene.options else ()
    routes = scene.free_text.keys.routes if scene.free_text else ()
    return [scene.keys, *(choice.keys for choice in scene.all_choices), *options, *routes]


def count_words(scene: Scene, made: MadeScene | None, media: Media) -> int:
    """Return how many words everybody has to read here before answering; what stands under a condition is left out.

    The words of a question stand in its bank: they are in what was `made` of the scene. To hear a recording takes about
    as long as to read its transcript.
    """
    texts = [*_texts(scene.blocks), scene.keys.ask]
    texts += [media.transcript_of(block.file.text) for block in _always(scene.blocks, syntax.Recording)]
    texts += [choice.label for choice in scene.choices if choice.keys.when is None]
    if scene.options:
        texts += [scene.options.ask, *(item.text for item in scene.options.options if item.when is None)]
    if scene.order:
        texts += [scene.order.keys.ask, *(item.text for item in scene.order.keys.items)]
    if made is not None and made.question:
        texts += [made.question.ask, *(item.label for item in made.question.items)]
    return sum(len(text.split()) for text in texts)


def _texts(blocks: Sequence[syntax.Block]) -> list[str]:
    return [
        block.markdown
        for block in blocks
        if isinstance(block, syntax.Prose | syntax.Dialogue | syntax.Document) and not block.when
    ]


def _always(blocks: Sequence[syntax.Block], kind: type[B]) -> list[B]:
    """Return the blocks of a kind that stand under no condition."""
    return [block for block in blocks if isinstance(block, kind) and not block.when]
