"""The debrief of a run, from its events and the Program alone: nothing is guessed and nothing was written down aside.

Turning points are first the decisions that broke a must or must_not: as few as account for all that broke, in the order
of the story. Then those where the expert's way would have scored more, most first. Before all others come decisions of
either kind of which the learner was certain: what one is sure of and gets wrong is learned best. A run that leaves neither gets the
decision at which most was at stake and the learner did as the expert would have done: there is always something to talk
about.

What followed from a decision is found by cause: a later, a block of prose or an ending follows from it if its condition
held, and would not have held had the decision changed nothing; a must or must_not, if its condition reads what it changed.
"""

from collections.abc import Iterable, Iterator, Sequence

from lms.engine.scenario.play.charts import chart_of
from lms.engine.scenario.play.debriefing import (
    Alternative,
    Chance,
    CompetencyShown,
    Debrief,
    EndingShown,
    Followed,
    Moment,
    MustShown,
    TurningPoint,
)
from lms.engine.scenario.play.events import (
    ChoiceTaken,
    Drawn,
    Ended,
    Event,
    ItemsOrdered,
    LaterCame,
    MustBroken,
    MustKept,
    OptionsSelected,
    QuestionAnswered,
    SceneArrived,
    TextWritten,
    TimedOut,
    WentOn,
)
from lms.engine.scenario.play.offer import show, time_shown
from lms.engine.scenario.play.offer_tasks import words, words_on
from lms.engine.scenario.play.path import Decision, Path, walk
from lms.engine.scenario.play.run import outcome
from lms.engine.scenario.play.scene import Word
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.expression import reads
from lms.engine.scenario.program.observing import Chart
from lms.engine.scenario.program.program import DebriefPoint, Program

MOST_TURNING_POINTS = 4
"""More would be a list of faults; whatever else broke is among the musts of the debrief."""

DEEDS = (ChoiceTaken, OptionsSelected, QuestionAnswered, ItemsOrdered, TextWritten, TimedOut, WentOn)
"""What a learner did."""

SEVERITY = {"critical": 3, "unsafe": 2, "": 1, "defensible": 1, "best": 0}
"""Among equal differences in score, the graver choice comes first."""


def debrief(program: Program, seed: str, events: Iterable[Event]) -> Debrief:
    """Look back on a run, ended or open; raise Invalid when the events are not of a run of this Program."""
    path = walk(program, seed, tuple(events))
    last = path.after[-1].state
    result = outcome(program, last)
    scene = path.machine.scenes[last["scene"]].scene
    ended = scene.ending if result.ending else None
    return Debrief(
        ending=EndingShown(scene.id, scene.title, result.band, result.success, ended.followups) if ended else None,
        timeline=tuple(_timeline(path)),
        turning_points=tuple(_turning_point(path, decision) for decision in _turning(path)),
        competencies=tuple(
            CompetencyShown(item.id, item.says, score.band, score.value, score.low, score.high, item.objectives)
            for item, score in zip(program.competencies, result.scores, strict=True)
        ),
        musts=tuple(_must(path, mark.id, kept=mark.kept) for mark in result.musts),
        voice=ended.voice if ended else (),
        prompts=program.plan.prompts,
        observed=chart_of(path.machine, last, Chart()) if last.get("observed") else None,
    )


# --- the path ---------------------------------------------------------------------------------------------------


def _timeline(path: Path) -> Iterator[Moment]:
    """Yield the scenes of the path, each with all that was done there."""
    ends = [*(arrival.step for arrival in path.arrivals[1:]), len(path.after)]
    for arrival, end in zip(path.arrivals, ends, strict=True):
        deeds = [event for event in path.events if arrival.step < event.step <= end and isinstance(event, DEEDS)]
        here = [decision for decision in path.decisions if arrival.step < decision.number <= end]
        yield Moment(
            step=deeds[-1].step if deeds else arrival.step,
            scene=arrival.scene,
            title=path.title(arrival.scene),
            clock=time_shown(arrival.clock),
            did=tuple(
                label for decision in here if decision.had_a_choice for label in _labels(path, decision, decision.taken)
            ),
            chosen=tuple(id_ for decision in here for id_ in decision.taken),
            rating=max((_rating(path, decision) for decision in here), key=_severity, default=""),
            wrote=_wrote(path, deeds),
            later=arrival.how == "later",
            feedback=tuple(words for decision in here for words in _feedback(path, decision)),
            lines=tuple(line for decision in here for line in _lines(path, decision)),
            sure=next((decision.sure for decision in here if decision.sure), ""),
            kind=path.machine.scenes[arrival.scene].scene.kind,
            arrived=arrival.step,
            timed_out=any(decision.timed_out for decision in here),
            chance=tuple(
                Chance(path.machine.draws[event.draw].says, event.value)
                for event in path.after[arrival.step].events
                if isinstance(event, Drawn) and path.machine.draws[event.draw].says
            ),
        )


def _wrote(path: Path, deeds: Iterable[Event]) -> str:
    """Return the id of the free text that was written among these events, or ""."""
    return next((deed.field for deed in deeds if isinstance(deed, TextWritten) and deed.step in path.written), "")


def _feedback(path: Path, decision: Decision) -> Iterator[str]:
    """Yield the author's direct words on what was taken, but for those that were said at once."""
    for id_ in decision.taken:
        ready = path.machine.choices.get(id_)
        if ready is not None and ready.choice.feedback is not None and ready.choice.feedback.at != "now":
            yield ready.choice.feedback.markdown


def _lines(path: Path, decision: Decision) -> tuple[Word, ...]:
    """Return the author's words line by line: of options those that were not said at once, of a task all."""
    if decision.task is not None:
        return words_on(decision.task.task, decision.taken)
    selected = [id_ for id_ in decision.taken if id_ not in path.machine.choices]
    return words(path.machine, selected, frozenset({"checkpoint", "debrief"}))


def _must(path: Path, id_: str, *, kept: bool) -> MustShown:
    watched = path.machine.watched[id_]
    must = watched.must
    return MustShown(id_, must.says, must.why, kept, watched.forbids, path.references(must.references))


# --- which decisions to go back to ------------------------------------------------------------------------------


def _turning(path: Path) -> list[Decision]:
    chosen = _breaking(path)
    losses = {decision: _loss(path, decision) for decision in path.decisions}
    lossy = sorted(
        (decision for decision in path.decisions if decision not in chosen and losses[decision] > 0),
        key=lambda decision: (-losses[decision], -_severity(_rating(path, decision)), decision.number),
    )
    turning = sorted([*chosen, *lossy], key=lambda decision: decision.sure != "certain")[:MOST_TURNING_POINTS]
    if not turning:
        strong = [decision for decision in path.decisions if path.point(decision) and _is_as_expert(path, decision)]
        turning = sorted(strong, key=lambda decision: -_stake(path, decision))[:1]
    return turning


def _breaking(path: Path) -> list[Decision]:
    """Return few decisions that account for all that broke: always the one next that accounts for most of the rest."""
    rest = {event.must for event in path.events if isinstance(event, MustBroken)}
    broke = {decision: {must for must in rest if _is_to_blame(path, must, decision)} for decision in path.decisions}
    chosen: list[Decision] = []
    while rest and len(chosen) < MOST_TURNING_POINTS:
        next_ = max(
            path.decisions,
            key=lambda decision: (len(broke[decision] & rest), _severity(_rating(path, decision)), -decision.number),
            default=None,
        )
        if next_ is None or not broke[next_] & rest:
            break
        chosen.append(next_)
        rest -= broke[next_]
    return sorted(chosen, key=lambda decision: decision.number)


def _is_to_blame(path: Path, must: str, decision: Decision) -> bool:
    """Tell whether a decision broke a must: as the author says, or where he does not, by what its condition reads."""
    watched = path.machine.watched[must]
    blame = set(watched.must.blame)
    if any(blame & set(other.taken) for other in path.decisions):
        return bool(blame & set(decision.taken))
    if _is_as_expert(path, decision):
        return False
    read = reads(watched.must.when, path.machine.derived)
    if watched.forbids:
        return bool(read & decision.changed)
    return bool(read & _would_change(path, decision))


def _would_change(path: Path, decision: Decision) -> set[str]:
    """Return what the expert's way would have changed, by the names that `reads` gives."""
    found: set[str] = set()
    expert = _expert(path, decision)
    for doing in path.doings(decision, expert):
        trial = decision.before.copy()
        trial["vars"] = decision.before["vars"].copy()
        doing.run(trial, [])
        found |= {name for name, value in trial["vars"].items() if decision.before["vars"][name] != value}
    return found | {f"chose:{id_}" for id_ in expert}


def _expert(path: Path, decision: Decision) -> tuple[str, ...]:
    """Return what an expert would have taken there, of what was open."""
    if decision.task is not None:
        return decision.task.task.wanted
    point = path.point(decision)
    items = path.items(decision)
    wanted = point.expert if point else [id_ for id_, (item, _) in items.items() if item.rating == "best"]
    return tuple(id_ for id_ in items if id_ in wanted and items[id_][1].is_open(decision.before))


def _is_as_expert(path: Path, decision: Decision) -> bool:
    if decision.task is not None:
        return decision.task.task.result(decision.taken) == "right"
    return bool(decision.taken) and set(decision.taken) == set(_expert(path, decision))


def _worth(path: Path, decision: Decision, ids: Sequence[str]) -> int:
    return sum(by for doing in path.doings(decision, ids) for _, by in doing.awards(decision.before))


def _loss(path: Path, decision: Decision) -> int:
    """Return how much more the expert's way would have scored, over all competencies."""
    expert = _expert(path, decision)
    return _worth(path, decision, expert) - _worth(path, decision, decision.taken) if expert else 0


def _stake(path: Path, decision: Decision) -> int:
    """Return how far the open ways lay apart."""
    if decision.task is not None:
        results = decision.task.results.values()
        ends = [sum(by for _, by in doing.awards(decision.before)) for doing in results]
        return max(ends) - min(ends)
    worths = [
        _worth(path, decision, (id_,))
        for id_, (_, doing) in path.items(decision).items()
        if doing.is_open(decision.before)
    ]
    return max(worths) - min(worths)


def _rating(path: Path, decision: Decision) -> str:
    if decision.task is not None:
        return "best" if _is_as_expert(path, decision) else ""
    items = path.items(decision)
    return max((items[id_][0].rating for id_ in decision.taken), key=_severity, default="")


def _severity(rating: str) -> int:
    return SEVERITY[rating]


# --- one turning point ------------------------------------------------------------------------------------------


def _turning_point(path: Path, decision: Decision) -> TurningPoint:
    point, items, expert = path.point(decision), path.items(decision), _expert(path, decision)
    broken = [event.must for event in path.events if isinstance(event, MustBroken)]
    return TurningPoint(
        id=point.id if point else decision.scene,
        step=decision.number,
        scene=decision.scene,
        title=path.title(decision.scene),
        chosen=_labels(path, decision, decision.taken),
        rating=_rating(path, decision),
        why_plausible=next((why for id_ in decision.taken if (why := items[id_][0].why_plausible)), ""),
        ask=point.ask if point else "",
        broke=tuple(path.machine.watched[must].must.says for must in broken if _is_to_blame(path, must, decision)),
        followed=tuple(_followed(path, decision)),
        expert=_labels(path, decision, expert),
        as_expert=_is_as_expert(path, decision),
        why=point.why if point else "",
        references=path.references(_references(point, decision)),
        alternatives=tuple(
            Alternative(id_, item.label, item.why_plausible)
            for id_, (item, doing) in items.items()
            if item.rating == "defensible"
            and id_ not in {*decision.taken, *expert}
            and doing.is_open(decision.before)
            and not path.machine.scenes[decision.scene].items
        ),
        wrote=_wrote(path, (event for event in _visit(path, decision) if event.step <= decision.number)),
        feedback=tuple(_feedback(path, decision)),
        lines=_lines(path, decision),
        sure=decision.sure,
        timed_out=decision.timed_out,
        in_order=decision.task is not None and decision.task is path.machine.scenes[decision.scene].order,
    )


def _references(point: DebriefPoint | None, decision: Decision) -> tuple[str, ...]:
    named = (*(point.references if point else ()), *(decision.task.task.references if decision.task else ()))
    return tuple(dict.fromkeys(named))


def _visit(path: Path, decision: Decision) -> list[Event]:
    """Return the events from the arrival at the decision's scene on."""
    arrived = max(arrival.step for arrival in path.arrivals if arrival.step < decision.number)
    return [event for event in path.events if event.step > arrived]


def _labels(path: Path, decision: Decision, ids: Iterable[str]) -> tuple[str, ...]:
    items = path.items(decision)
    return tuple(label for id_ in ids if (label := items[id_][0].label))


def _followed(path: Path, decision: Decision) -> Iterator[Followed]:
    """Yield what came of a decision, in the order in which it showed."""
    machine = path.machine
    said = [machine.choices[id_] for id_ in decision.taken if id_ in machine.choices]
    for ready in said:
        blocks = show(machine, decision.after, ready.consequence)
        if blocks:
            yield Followed("said", decision.number, path.title(decision.scene), blocks)
    for step in path.after[decision.number :]:
        for event in step.events:
            link = _link(path, decision, event, step.state)
            if link:
                yield link


def _link(path: Path, decision: Decision, event: Event, state: State) -> Followed | None:
    """Return the link between a decision and a later event, if the one made the other."""
    machine = path.machine
    match event:
        case LaterCame(number, later, scene) if decision.made(machine.laters[later][1], state):
            return Followed("later", number, path.title(scene), show(machine, state, machine.scenes[scene].blocks[:1]))
        case SceneArrived(number, scene):
            made = [shown for shown in machine.scenes[scene].blocks if decision.made(shown.when, state)]
            return Followed("scene", number, path.title(scene), show(machine, state, made)) if made else None
        case MustKept(number, must) if _is_bound_up(path, must, decision):
            return Followed("kept", number, machine.watched[must].must.says, forbids=machine.watched[must].forbids)
        case MustBroken(number, must) if _is_bound_up(path, must, decision):
            return Followed("broken", number, machine.watched[must].must.says, forbids=machine.watched[must].forbids)
        case Ended(number, ending) if _made_way(path, decision, number):
            return Followed("ending", number, path.title(ending))
    return None


def _is_bound_up(path: Path, must: str, decision: Decision) -> bool:
    read = reads(path.machine.watched[must].must.when, path.machine.derived)
    return bool(read & decision.changed) or _is_to_blame(path, must, decision)


def _made_way(path: Path, decision: Decision, number: int) -> bool:
    """Tell whether the choice that led to the ending was open only because of this decision."""
    return any(
        other.number == number and decision.made(path.items(other)[id_][1].when, other.before)
        for other in path.decisions
        if other.number > decision.number
        for id_ in other.taken
    )
