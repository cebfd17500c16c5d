"""A way through the story as a trainer recognises it: what is taken, in its words, and where it stands."""

from collections.abc import Iterator

from lms.engine.scenario.language.places import Places
from lms.engine.scenario.play.events import Action, Answer, Choose, Order, Select, TimeOut, Write
from lms.engine.scenario.program.chance import Fate
from lms.engine.scenario.program.hearing import heard
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import Way
from lms.engine.source.problem import LONGEST_WORDS, Waypoint, short
from lms.engine.source.span import Span


class Witness:
    """Tells ways of one Program."""

    def __init__(self, program: Program, places: Places) -> None:
        self.places = places
        self.scenes = {scene.id: scene for scene in program.scenes}
        self.texts = dict(texts(program))

    def waypoints(self, way: Way) -> tuple[Waypoint, ...]:
        """Return a way as what a trainer recognises: where each choice stands, and its words."""
        steps = [self._step(action, scene) for action, scene in zip(way.actions, way.scenes, strict=True)]
        found = [*_drawn(way.fates.get(0, {}), self.places)]
        for number, ((span, text), scene) in enumerate(zip(steps, way.scenes, strict=True), 1):
            found.append(Waypoint(span, f"{self.scenes[scene].title}: {text}"))
            found += _drawn(way.fates.get(number, {}), self.places)
        return tuple(found)

    def _step(self, action: Action, scene: str) -> tuple[Span, str]:
        match action:
            case Choose(choice):
                return self.places.taken[choice], short(self.texts[choice])
            case Select(options) if options:
                words = " + ".join(short(self.texts[option], LONGEST_WORDS // len(options)) for option in options)
                return self.places.taken[options[0]], words
            case Answer(items) | Order(items) if items:
                between = " + " if isinstance(action, Answer) else ", then "
                words = between.join(short(self.texts[item], LONGEST_WORDS // len(items)) for item in items)
                return self.places.taken[items[0].partition(".")[0]], words
            case Select() | Answer() | Order():
                return self.places.scenes[scene], "nothing selected"
            case Write(_, route):
                said = f"words such as “{self.texts[route]}”" if route else "words that nothing waits for"
                return self.places.taken[route] if route else self.places.scenes[scene], said
        timeout = self.scenes[scene].timeout if isinstance(action, TimeOut) else None
        words = f"{timeout.seconds} s pass without an answer" if timeout else "go on"
        return self.places.scenes[scene], words


def _drawn(fate: Fate, places: Places) -> Iterator[Waypoint]:
    """Yield what chance makes of draws, as steps of a way."""
    for name, value in fate.items():
        yield Waypoint(places.draws[name], f"by chance, '{name}' is {value}")


def texts(program: Program) -> Iterator[tuple[str, str]]:
    """Yield the words of everything that can be taken, by its id."""
    for scene in program.scenes:
        yield from ((choice.id, choice.label) for choice in scene.choices)
        yield from ((option.id, option.label) for option in (scene.options.items if scene.options else ()))
        yield from ((item.id, item.label) for task in (scene.question, scene.order) if task for item in task.items)
        yield from heard(scene.free_text.routes if scene.free_text else ()).items()
