"""What a learner sees: `offered(program, state)` makes a Scene. Pure, and cheap enough to be made on every view."""

from collections.abc import Iterable

from lms.engine.scenario.play.charts import chart_of
from lms.engine.scenario.play.machine import Machine, ReadyChoice, ReadyScene, Shown, machine_of
from lms.engine.scenario.play.offer_structure import offered_hub
from lms.engine.scenario.play.offer_tasks import asks_how_sure, offered_order, offered_question, words
from lms.engine.scenario.play.scene import (
    OfferedChoice,
    OfferedOption,
    OfferedOptions,
    OfferedText,
    ReachedEnding,
    Scene,
    ShownBlock,
    ShownDialogue,
    ShownDocument,
    ShownPicture,
    ShownProse,
    ShownRecording,
    ShownVideo,
    TimeLimit,
)
from lms.engine.scenario.play.state import State
from lms.engine.scenario.play.turn import is_timed
from lms.engine.scenario.program.media import Picture, Recording, Video
from lms.engine.scenario.program.observing import Chart
from lms.engine.scenario.program.program import (
    Block,
    Dialogue,
    Document,
    Program,
    Prose,
)
from lms.engine.scenario.program.task import Moment
from lms.kernel.words import together

DAY = 24 * 60
NOW: frozenset[Moment] = frozenset({"now"})
KEPT: frozenset[Moment] = frozenset({"checkpoint"})


def offered(program: Program, state: State) -> Scene:
    """Return the scene as it is offered now."""
    machine = machine_of(program)
    ready = machine.scenes[state["scene"]]
    scene, phase = ready.scene, state["phase"]
    progress, minutes_left = _progress(machine, state)
    said = [machine.choices[id_] for id_ in state["said"] if id_ in machine.choices]
    return Scene(
        step=state["step"],
        id=scene.id,
        title=scene.title,
        kind=scene.kind,
        awaits=phase,
        blocks=show(machine, state, ready.blocks),
        said=tuple(block for item in said for block in show(machine, state, item.consequence)),
        feedback=together(
            "\n\n",
            [
                item.choice.feedback.markdown
                for item in said
                if item.choice.feedback and item.choice.feedback.at == "now"
            ],
        ),
        words=words(machine, (id_ for id_ in state["said"] if id_ not in machine.choices), NOW),
        due=words(machine, state.get("owed", ()), KEPT) if scene.kind in {"checkpoint", "ending"} else (),
        later_came=state["came"] is not None,
        ask=scene.ask,
        choices=_choices(machine, state, ready) if phase == "choose" else (),
        options=_options(machine, state, ready) if phase == "select" else None,
        free_text=_free_text(ready) if phase == "write" else None,
        question=offered_question(machine, state, ready.question) if phase == "answer" else None,
        order=offered_order(machine, state, ready.order) if phase == "order" else None,
        asks_how_sure=asks_how_sure(machine, state),
        clock=time_shown(state["clock"]),
        progress=progress,
        minutes_left=minutes_left,
        ending=(
            ReachedEnding(scene.ending.band, machine.is_passed(state), scene.ending.followups)
            if scene.ending and phase == "ended"
            else None
        ),
        hub=offered_hub(ready, state),
        time_limit=TimeLimit(scene.timeout.seconds) if scene.timeout and is_timed(ready, state) else None,
    )


def show(machine: Machine, state: State, blocks: Iterable[Shown]) -> tuple[ShownBlock, ...]:
    """Return the blocks whose condition holds, with what a page needs to know of characters."""
    return tuple(_show(machine, state, block) for block, when in blocks if when(state))


def time_shown(minutes: int | None) -> str:
    """Return a time of the story as `19:40`; empty without a clock."""
    return "" if minutes is None else f"{minutes % DAY // 60:02}:{minutes % 60:02}"


def _show(machine: Machine, state: State, block: Block) -> ShownBlock:  # noqa: PLR0911 - one for each kind
    match block:
        case Chart():
            return chart_of(machine, state, block)
        case Prose(markdown):
            return ShownProse(markdown)
        case Document(title, markdown):
            return ShownDocument(title, markdown)
        case Picture(file, alt, caption, hash_):
            return ShownPicture(file, hash_, alt, caption)
        case Video(file, title, caption, hash_, captions, transcript):
            own = [one for one in captions if one.language == machine.program.language]
            others = [one for one in captions if one.language != machine.program.language]
            return ShownVideo(file, hash_, title, caption, (*own, *others), transcript)
        case Recording(file, title, caption, hash_, transcript):
            return ShownRecording(file, hash_, title, caption, transcript)
        case Dialogue(id_, markdown):
            who = machine.characters[id_]
            return ShownDialogue(id_, who.name, who.initials or initials(who.name), who.role, who.language, markdown)


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""


def _choices(machine: Machine, state: State, ready: ReadyScene) -> tuple[OfferedChoice, ...]:
    shown = {
        item.choice.id: OfferedChoice(item.choice.id, item.choice.label, is_open, "" if is_open else item.choice.hint)
        for item in ready.choices.values()
        if (is_open := item.doing.is_open(state)) or (item.choice.hint and not _was_looked_at(ready, state, item))
    }
    return tuple(shown[id_] for id_ in machine.order(state, shown))


def _was_looked_at(ready: ReadyScene, state: State, item: ReadyChoice) -> bool:
    """Tell whether something in a hub was taken: it is shown among what was looked at, and no more as closed."""
    return ready.scene.hub is not None and item.doing.once and item.choice.id in state["chosen"]


def _options(machine: Machine, state: State, ready: ReadyScene) -> OfferedOptions | None:
    if ready.options is None:
        return None
    shown = {id_: OfferedOption(id_, item.label) for id_, (item, doing) in ready.items.items() if doing.is_open(state)}
    items = tuple(shown[id_] for id_ in machine.order(state, shown))
    return OfferedOptions(ready.options.ask, *ready.limits(len(items)), items)


def _free_text(ready: ReadyScene) -> OfferedText | None:
    field = ready.scene.free_text
    return None if field is None else OfferedText(field.id, field.ask, field.required, field.limit)


def _progress(machine: Machine, state: State) -> tuple[int, int]:
    """Return per cent of the way, and minutes left.

    Inside a later's scenes, the way goes on where it was heading; inside a call, where it comes back to. That is one scene
    further on than the scene itself, except where one comes round to it, and has been there already.
    """
    program, known = machine.program, machine.distances
    frames = state.get("frames", [])
    whole, here = known.get(program.start), known.get(state["heading"] or next(iter(frames), "") or state["scene"])
    if state["phase"] == "ended":
        return 100, 0
    if whole is None or here is None:  # no ending lies ahead, which the checker refuses: nor does anything that counts
        return (0 if whole is None else 99), program.minutes.high
    detour = 1 if (state["heading"] or frames) and not here.is_round else 0
    farthest = min(whole.farthest, here.farthest + detour)
    progress = 100 * (whole.farthest - farthest) // max(1, whole.farthest)
    ahead, all_ahead = here.nearest + here.farthest + 2 * detour, max(1, whole.nearest + whole.farthest)
    minutes = -(-(program.minutes.low + program.minutes.high) * min(ahead, all_ahead) // (2 * all_ahead))
    return progress, max(1, minutes)
