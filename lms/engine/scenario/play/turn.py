"""One action, applied to a copy of the state: the order of things, as `scenario-language` fixes it.

One action, in order: its effects · its minutes · monitors · leaving a checkpoint, what it does not keep is set back · then
the story heads for a scene, or calls it: then where it comes back to is put on top of the frames. Heading for a scene:
arrivals are counted for laters, and those due are taken in the order of the file; each whose condition holds comes
first, with its scenes, and then the story goes on to where it was heading. While a later's scenes are played, no other
comes and none counts; if they lead to a scene to which the story itself can lead, that is where the story heads instead. While a call lasts,
arrivals are counted and laters fall due, but wait; a return takes the top frame and heads for it.
Arriving: chance decides what is drawn there · the arrival is counted · observations are made · deadlines of musts · laters
of the scene are armed · monitors · and if it is an ending, what was not kept is broken, waiting laters are dropped and the
run is over.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import Any, Literal

from lms.engine.scenario.play.evaluate import Moves
from lms.engine.scenario.play.events import (
    Answer,
    ChoiceTaken,
    Choose,
    Drawn,
    Ended,
    Event,
    ItemsOrdered,
    LaterCame,
    MustBroken,
    MustKept,
    Observed,
    OptionsSelected,
    Order,
    QuestionAnswered,
    Reading,
    Refused,
    SceneArrived,
    Select,
    TextWritten,
    TimedOut,
    WentOn,
    Write,
)
from lms.engine.scenario.play.machine import Doing, Machine, ReadyChoice, ReadyScene, ReadyTask
from lms.engine.scenario.play.responses import attainable
from lms.engine.scenario.play.state import Mark, Row, State
from lms.engine.scenario.program.chance import LEFT_TO_THE_SEED, Fate, drawn
from lms.engine.scenario.program.hearing import words
from lms.engine.scenario.program.program import Draw
from lms.engine.scenario.program.task import SURENESS, Sureness

How = Literal["start", "choice", "select", "answer", "order", "write", "go", "time", "later", "call", "return"]
MOST_ROWS = 24
"""So many rows of observations are kept, the newest; nobody reads more on one chart."""


class Turn:
    """A state being changed, and the events of it. The state is the turn's own until the step is made."""

    def __init__(self, machine: Machine, state: State, fate: Fate = LEFT_TO_THE_SEED) -> None:
        self.machine = machine
        self.state = state
        self.fate = fate
        self.events: list[Event] = []

    def begin(self) -> None:
        """Draw what is drawn at the start, and arrive at the first scene."""
        for draw in self.machine.drawn_in(""):
            self.draw(draw)
        self.watch()
        self.arrive(self.machine.program.start, "start", "")

    # --- actions: each checks first, then changes ---------------------------------------------------------------

    def choose(self, action: Choose) -> Refused | None:
        """Take a choice."""
        id_ = action.choice
        state, scene = self.state, self.machine.scenes[self.state["scene"]]
        ready = scene.choices.get(id_)
        if ready is None:
            return Refused("unknown-choice", f"scene {scene.scene.id} has no choice {id_!r}")
        if not ready.doing.is_open(state):
            return Refused("closed-choice", f"choice {id_} is closed now")
        open_now = {item.choice.id: item.doing for item in scene.choices.values() if item.doing.is_open(state)}
        sure = heard(action.sure, asked=scene.scene.confidence)
        if isinstance(sure, Refused):
            return sure
        offered = tuple(self.machine.order(state, open_now))
        self.events.append(ChoiceTaken(state["step"], scene.scene.id, id_, offered, ready.choice.rating, sure))
        self.widen([doing.awards(state) for doing in open_now.values()])
        self.take(ready)
        return None

    def take(self, ready: ReadyChoice, how: How = "choice") -> None:
        """Do what a choice does, and head where it leads."""
        self.do([ready.doing], self.machine.scenes[self.state["scene"]].scene.takes)
        self.state["said"] = [ready.choice.id]
        self.move(ready.choice.to, ready.choice.back, how, ready.choice.id)

    def time_out(self) -> Refused | None:
        """Let time choose, where the scene lets it."""
        state, scene = self.state, self.machine.scenes[self.state["scene"]]
        ready = scene.timeout
        if ready is None or not is_timed(scene, state):
            return Refused("no-time-limit", f"scene {scene.scene.id} has no time limit now")
        offered = tuple(self.machine.order(state, self.pass_up(scene)))
        self.events.append(TimedOut(state["step"], scene.scene.id, ready.choice.id, offered, ready.choice.rating))
        self.take(ready, "time")
        return None

    def pass_up(self, scene: ReadyScene) -> Collection[str]:
        """Let go what the scene asks now, and return it: what it could have given counts as attainable all the same."""
        state = self.state
        task = {"answer": scene.question, "order": scene.order}.get(state["phase"])
        if task is not None:
            self.stretch_by(task)
            return task.items
        items = {id_: doing for id_, (_, doing) in scene.items.items()}
        if state["phase"] == "choose":
            items = {id_: item.doing for id_, item in scene.choices.items()}
        open_now = {id_: doing for id_, doing in items.items() if doing.is_open(state)}
        ways = [doing.awards(state) for doing in open_now.values()]
        if state["phase"] == "choose":
            self.widen(ways)
        else:
            self.widen_by_selection(ways, *scene.limits(len(open_now)))
        return open_now

    def select(self, action: Select) -> Refused | None:
        """Hand in a selection; its effects run in the order of the file."""
        state, scene = self.state, self.machine.scenes[self.state["scene"]]
        open_now = {id_: doing for id_, (_, doing) in scene.items.items() if doing.is_open(state)}
        wanted = set(action.options)
        if not wanted <= open_now.keys():
            return Refused("unknown-option", f"scene {scene.scene.id} does not offer {min(wanted - open_now.keys())!r}")
        least, most = scene.limits(len(open_now))
        if len(wanted) < least:
            return Refused("too-few", f"at least {least} are to be selected")
        if len(wanted) > most:
            return Refused("too-many", f"at most {most} are to be selected")
        sure = heard(action.sure, asked=scene.options is not None and scene.options.confidence)
        if isinstance(sure, Refused):
            return sure
        taken = [id_ for id_ in open_now if id_ in wanted]
        offered = tuple(self.machine.order(state, open_now))
        self.events.append(OptionsSelected(state["step"], scene.scene.id, tuple(taken), offered, sure))
        self.widen_by_selection([doing.awards(state) for doing in open_now.values()], least, most)
        self.hand_in([open_now[id_] for id_ in taken])
        return None

    def hand_in(self, taken: Sequence[Doing]) -> None:
        """Do what the selected options do, given in the order of the file, and go on."""
        self.do(taken)
        self.state["said"] = [doing.id for doing in taken]
        self.after("select", taken[0].id if len(taken) == 1 else "")

    def answer(self, action: Answer) -> Refused | None:
        """Answer the scene's question."""
        ready = self.machine.scenes[self.state["scene"]].question
        if ready is None:
            return Refused("wrong-action", "the scene asks no question")
        refused = self.refuse_items(ready, action.items, action.sure)
        if refused:
            return refused
        taken = tuple(id_ for id_ in ready.items if id_ in action.items)
        self.respond(ready, taken, action.sure if ready.task.confidence else "")
        return None

    def put_in_order(self, action: Order) -> Refused | None:
        """Hand in the scene's things in an order."""
        ready = self.machine.scenes[self.state["scene"]].order
        if ready is None:
            return Refused("wrong-action", "the scene has nothing to put in order")
        refused = self.refuse_items(ready, action.items, action.sure)
        if refused:
            return refused
        self.respond(ready, action.items, action.sure if ready.task.confidence else "")
        return None

    def refuse_items(self, ready: ReadyTask, ids: Sequence[str], sure: str) -> Refused | None:
        """Return why these items cannot be handed in, or None."""
        least, most = ready.task.limits()
        unknown = [id_ for id_ in ids if id_ not in ready.items]
        if unknown:
            return Refused("unknown-item", f"{ready.task.id} has no item {unknown[0]!r}")
        if len(set(ids)) < len(ids):
            return Refused("item-twice", "an item is here twice")
        if len(ids) < least:
            return Refused("too-few", f"at least {least} are to be taken")
        if len(ids) > most:
            return Refused("too-many", f"at most {most} can be taken")
        heard_ = heard(sure, asked=ready.task.confidence)
        return heard_ if isinstance(heard_, Refused) else None

    def respond(self, ready: ReadyTask, taken: tuple[str, ...], sure: Sureness) -> None:
        """Note a response, and do what it does."""
        state, task = self.state, ready.task
        offered = tuple(self.machine.order(state, ready.items))
        event = QuestionAnswered if state["phase"] == "answer" else ItemsOrdered
        result = task.result(taken)
        self.events.append(event(state["step"], state["scene"], task.id, taken, offered, result, sure))
        self.stretch_by(ready)
        self.hand_in_response(ready, taken)

    def stretch_by(self, ready: ReadyTask) -> None:
        """Widen the attainable ranges by the worst and the best response."""
        moves = {id_: doing.awards(self.state) for id_, (_, doing) in ready.items.items()}
        results = {name: doing.awards(self.state) for name, doing in ready.results.items()}
        for competency in {name for way in (*moves.values(), *results.values()) for name, _ in way}:
            self.stretch(competency, *attainable(ready.task, moves, results, competency))

    def hand_in_response(self, ready: ReadyTask, taken: tuple[str, ...]) -> None:
        """Do what a response does, and go on."""
        self.do(ready.doings(taken, ready.task.result(taken)))
        self.state["said"] = list(taken)
        if ready.task.at == "checkpoint":
            self.owe(taken)
        self.after("answer" if self.state["phase"] == "answer" else "order", taken[0] if len(taken) == 1 else "")

    def write(self, action: Write) -> Refused | None:
        """Take note that something was written, and follow the route it takes."""
        state, scene = self.state, self.machine.scenes[self.state["scene"]]
        field = scene.scene.free_text
        text = action.text.strip()
        if field is None or (field.required and not text and action.route is None):
            return Refused("nothing-written", "something is to be written here")
        if len(text) > field.limit:
            return Refused("too-long", f"at most {field.limit} characters can be kept")
        route = self.route(text) if action.route is None else action.route
        self.events.append(TextWritten(state["step"], scene.scene.id, field.id, len(text), route, text))
        self.follow(route)
        return None

    def follow(self, route: str) -> None:
        """Do what a route of a free text does, if there is one of that id, and go on."""
        routes = self.machine.scenes[self.state["scene"]].routes
        self.state["said"] = []
        if route in routes:
            matched, doing = routes[route]
            self.do([doing])
            if matched.to:
                self.pass_time(self.machine.scenes[self.state["scene"]].scene.takes)
                self.head(matched.to, "write", route)
                return
        self.after("write", route)

    def route(self, text: str) -> str:
        """Return the first route one of whose phrases occurs in the text as whole words."""
        written = words(text)
        for id_, (route, _) in self.machine.scenes[self.state["scene"]].routes.items():
            if any(words(phrase) in written for phrase in route.phrases):
                return id_
        return ""

    def go(self) -> Refused | None:
        """Go on from a scene that asks nothing."""
        self.events.append(WentOn(self.state["step"], self.state["scene"]))
        self.state["said"] = []
        self.leave("go", "")
        return None

    # --- effects ------------------------------------------------------------------------------------------------

    def do(self, doings: Sequence[Doing], more: int = 0) -> None:
        """Run effects in order, let the minutes pass (and some more), remember what was done, look at the monitors."""
        moves: Moves = []
        for doing in doings:
            doing.run(self.state, moves)
            if doing.is_remembered:
                self.remember(doing.id)
            if doing.owes:
                self.owe((doing.id,))
        self.award(moves)
        self.pass_time(more + sum(doing.takes for doing in doings))
        self.watch()

    def remember(self, id_: str) -> None:
        """Keep in mind that a choice or option was taken."""
        if id_ not in self.state["chosen"]:
            self.state["chosen"] = sorted([*self.state["chosen"], id_])

    def owe(self, ids: Iterable[str]) -> None:
        """Keep in mind what the next checkpoint has something to say about."""
        owed = self.state.get("owed", [])
        self.state["owed"] = [*owed, *(id_ for id_ in ids if id_ not in owed)]

    def award(self, moves: Moves) -> None:
        """Move the scores, and their ranges where a score leaves them."""
        scores, ranges = self.state["scores"], self.state["ranges"]
        for competency, by in moves:
            low, high = self.machine.bounds[competency]
            scores[competency] = min(high, max(low, scores[competency] + by))
        for competency, score in scores.items():
            least, greatest = ranges[competency]
            if not least <= score <= greatest:
                ranges[competency] = [min(least, score), max(greatest, score)]

    def pass_time(self, minutes: int) -> None:
        """Move the clock; it stops at its end."""
        clock = self.machine.program.clock
        now = self.state["clock"]
        if clock is not None and now is not None:
            self.state["clock"] = min(clock.end, now + minutes)

    def widen(self, ways: Sequence[Iterable[tuple[str, int]]]) -> None:
        """Widen the attainable ranges by the least and the most that any of these ways would have given."""
        for competency in {competency for way in ways for competency, _ in way}:
            low, high = self.machine.bounds[competency]
            least, greatest = self.state["ranges"][competency]
            lows, highs = [], []
            for way in ways:
                first, last = least, greatest
                for name, by in way:
                    if name == competency:
                        first, last = min(high, max(low, first + by)), min(high, max(low, last + by))
                lows.append(first)
                highs.append(last)
            self.state["ranges"][competency] = [min(lows), max(highs)]

    def widen_by_selection(self, ways: Sequence[Iterable[tuple[str, int]]], least: int, most: int) -> None:
        """Widen the attainable ranges by the worst and the best selection of `least` to `most` of these."""
        for competency in {competency for way in ways for competency, _ in way}:
            sums = sorted(sum(by for name, by in way if name == competency) for way in ways)
            worst = min([*accumulate(sums, initial=0)][least : most + 1])
            best = max([*accumulate(reversed(sums), initial=0)][least : most + 1])
            self.stretch(competency, worst, best)

    def stretch(self, competency: str, worst: int, best: int) -> None:
        """Widen one attainable range by the worst and the best that was possible."""
        low, high = self.machine.bounds[competency]
        first, last = self.state["ranges"][competency]
        self.state["ranges"][competency] = [min(high, max(low, first + worst)), max(low, min(high, last + best))]

    def watch(self) -> None:
        """Mark the monitors whose condition has come true."""
        state = self.state
        for id_, watched in self.machine.watched.items():
            if state["musts"][id_] == "open" and watched.when(state):
                self.mark(id_, kept=not watched.forbids)

    def mark(self, id_: str, *, kept: bool) -> None:
        """Settle a monitor."""
        self.state["musts"][id_] = "kept" if kept else "broken"
        self.events.append((MustKept if kept else MustBroken)(self.state["step"], id_))

    # --- moving -------------------------------------------------------------------------------------------------

    def after(self, how: How, via: str) -> None:
        """Ask for the next thing that this scene wants, or leave it."""
        following = self.machine.scenes[self.state["scene"]].asks_after(self.state["phase"])
        if following == "go":
            self.leave(how, via)
        else:
            self.state["phase"] = following

    def leave(self, how: How, via: str) -> None:
        """Go on from a scene without choices; from a checkpoint, into the next act."""
        ready = self.machine.scenes[self.state["scene"]]
        self.pass_time(ready.scene.takes)
        for name, value in ready.forgets.items():
            self.state["vars"][name] = value
        self.move(ready.scene.then, ready.scene.back, how, via)

    def move(self, target: str, back: str | None, how: How, via: str) -> None:
        """Head for a scene, or call it where it comes back."""
        if back is None:
            self.head(target, how, via)
        else:
            self.state["frames"].append(back)
            self.head(target, "call", via)

    def head(self, target: str, how: How, via: str) -> None:
        """Head for a scene; inside a later's scenes, tell a step among them from the way back and from a way out.

        While a call lasts, laters count but wait. Its return heads for the scene to which it comes back.
        """
        state = self.state
        heading = state["heading"]
        frames = state.get("frames")
        if frames and not target:
            self.head(frames.pop(), "return", via)
        elif frames:
            if heading is None:
                self.count_down(target)
            self.arrive(target, how, via)
        elif heading is not None and target in {"", heading}:
            self.proceed("return", via)
        elif heading is not None and target not in self.machine.story:
            self.arrive(target, how, via)
        else:
            state["heading"] = target = target or state["scene"]
            self.count_down(target)
            self.proceed(how, via)

    def count_down(self, heading: str) -> None:
        """Move the laters that are due, before the scene that the story heads for, from `armed` to `due`."""
        state = self.state
        for id_, (later, _) in self.machine.laters.items():
            if id_ not in state["armed"]:
                continue
            if later.after:
                state["armed"][id_] -= 1
            if (
                (later.after and state["armed"][id_] == 0)
                or (later.at and later.at == heading)
                or (later.clock is not None and state["clock"] is not None and state["clock"] >= later.clock)
            ):
                del state["armed"][id_]
                state["due"].append(id_)

    def proceed(self, how: How, via: str) -> None:
        """Let the next due later come, or arrive where the story is heading."""
        state = self.state
        heading = state["heading"] or state["scene"]
        while state["due"]:
            later, condition = self.machine.laters[state["due"].pop(0)]
            if condition(state):
                self.events.append(LaterCame(state["step"], later.id, later.to, heading))
                self.arrive(later.to, "later", later.id)
                return
        state["heading"] = None
        self.arrive(heading, how, via)

    def arrive(self, id_: str, how: How, via: str) -> None:
        """Arrive at a scene."""
        state, ready = self.state, self.machine.scenes[id_]
        state["scene"] = id_
        state["came"] = via if how == "later" else None
        self.events.append(SceneArrived(state["step"], id_, via, how, state["clock"]))
        self.enter(ready)
        for must in self.machine.deadlines.get(id_, ()):
            if state["musts"][must] == "open":
                self.mark(must, kept=False)
        for later in ready.arms:
            if later.id not in state["due"]:
                state["armed"].setdefault(later.id, later.after)
        self.watch()
        scene = ready.scene
        if scene.ending:
            self.end()
        else:
            state["phase"] = ready.asks_after(None)

    def enter(self, ready: ReadyScene) -> None:
        """Let chance decide what is drawn here, count the arrival, and measure."""
        for draw in ready.draws:
            self.draw(draw)
        if ready.seen_up_to:
            seen, id_ = self.state["seen"], ready.scene.id
            seen[id_] = min(ready.seen_up_to, seen.get(id_, 0) + 1)
        if ready.observe:
            self.observe(ready)

    def observe(self, ready: ReadyScene) -> None:
        """Measure what the scene says, and write it down where somebody will see it."""
        state, taken = self.state, list[str]()
        for observe, holds, run in ready.observe:
            if holds(state):
                run(state, [])
                taken += [track for track in observe.tracks if track not in taken]
        if taken and self.machine.program.tracks:
            values: dict[str, Any] = {track: state["vars"][track] for track in taken}
            row = Row(step=state["step"], at=state["clock"], values=values)
            state["observed"] = [*state.get("observed", [])[1 - MOST_ROWS :], row]
            readings = tuple(Reading(track, value) for track, value in values.items())
            self.events.append(Observed(state["step"], ready.scene.id, readings, state["clock"]))

    def draw(self, draw: Draw) -> None:
        """Let chance decide, or fate where it is given."""
        value = drawn(draw, self.state["seed"], self.state["step"], self.fate)
        self.state["vars"][draw.id] = value
        self.events.append(Drawn(self.state["step"], draw.id, value))

    def end(self) -> None:
        """Close the run, drop what waits, and settle all monitors."""
        state = self.state
        state["phase"] = "ended"
        state["armed"], state["due"], state["heading"] = {}, [], None
        if "frames" in state:
            state["frames"] = []
        self.settle()

    def settle(self) -> None:
        """Settle the monitors that are still open, and say how it ended."""
        state, machine = self.state, self.machine
        for id_, mark in state["musts"].items():
            state["musts"][id_] = settled(mark, forbids=machine.watched[id_].forbids)
            if mark != state["musts"][id_] == "broken":
                self.events.append(MustBroken(state["step"], id_))
        ending = machine.scenes[state["scene"]].scene.ending
        band = ending.band if ending else ""
        self.events.append(Ended(state["step"], state["scene"], band, machine.is_passed(state)))


def is_timed(scene: ReadyScene, state: State) -> bool:
    """Tell whether time may choose here and now: never while something is written, nor where nothing is asked."""
    is_asking = state["phase"] not in {"write", "go", "ended"}
    return scene.timeout is not None and is_asking and scene.timeout.doing.is_open(state)


def settled(mark: Mark, *, forbids: bool) -> Mark:
    """Return what becomes of a monitor when the run ends: open, a must was missed and a must_not avoided."""
    return mark if mark != "open" else "kept" if forbids else "broken"


def heard(sure: str, *, asked: bool) -> Sureness | Refused:
    """Return how sure the learner is, as far as the scene asks; Refused for a word that is none of the steps."""
    if not asked or not sure:
        return ""
    known: dict[str, Sureness] = {step: step for step in SURENESS}
    return known.get(sure) or Refused("unknown-sureness", f"nobody is {sure!r} sure")
