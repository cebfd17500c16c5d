"""What can still be read from a moment of the story on: everything else in the state makes no difference any more."""

from lms.engine.scenario.play.machine import Machine
from lms.engine.scenario.program.expression import reads
from lms.engine.scenario.program.program import Must, MustNot, Scene
from lms.engine.scenario.program.ways import leads_to
from lms.engine.scenario.proof.explore_slice import (
    STOPS,
    Question,
    Write,
    choices_of,
    depend_on,
    effects_of,
    guards,
    takeable,
    writes,
)

PATIENCE = 400_000
"""How many scenes are looked at, over all questions, before they are no longer told apart."""


class Live:
    """Answers for one sliced Program; by scenes, so that it is quick, sound, and now and then more than needed."""

    def __init__(self, machine: Machine, question: Question) -> None:
        program, derived = machine.program, machine.derived
        self._laters = {
            later.id: (reads(later.condition, derived) if later.condition else frozenset())
            | (frozenset({"clock"}) if later.clock is not None else frozenset())
            for later in program.laters
        }
        self._to = {later.id: later.to for later in program.laters}
        self._drawn = {name: frozenset(draw.id for draw in ready.draws) for name, ready in machine.scenes.items()}
        self._arms = {name: tuple(later.id for later in ready.arms) for name, ready in machine.scenes.items()}
        self._ways = {scene.id: frozenset(leads_to(scene)) for scene in program.scenes}
        self._guards = {
            scene.id: frozenset(name for guard in guards(scene) for name in reads(guard, derived))
            | {f"chose:{choice.id}" for choice in choices_of(scene) if choice.once}
            for scene in program.scenes
        }
        self._writes = {
            scene.id: tuple(writes(effects_of(scene), derived, question.scores)) for scene in program.scenes
        }
        self._history = {scene.id: _history(scene) | self._drawn[scene.id] for scene in program.scenes}
        self._forgets = {name: frozenset(ready.forgets) for name, ready in machine.scenes.items()}
        self._endings = frozenset(scene.id for scene in program.scenes if scene.ending)
        self._is_checkpoint = frozenset(scene.id for scene in program.scenes if scene.checkpoint)
        monitors: tuple[Must | MustNot, ...] = (*program.musts, *program.must_nots)
        self._monitors = [reads(must.when, derived) for must in monitors]
        self._final = reads(program.pass_when, derived) if program.pass_when else frozenset()
        self._always = question.always
        self._noted = frozenset(variable.id for variable in program.variables if variable.id.startswith(STOPS))
        self._known: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}
        self._looked_at = 0

    def at_the_end(self) -> frozenset[str]:
        """Return what is read once the run has ended."""
        return self._final

    def ahead(self, scenes: frozenset[str], waiting: frozenset[str]) -> frozenset[str]:
        """Return what may be read from these scenes on, while these laters wait or are due."""
        if self._looked_at > PATIENCE:  # what is read anywhere is more than is needed, and known at once
            scenes, waiting = frozenset(self._ways), frozenset(self._to)
        key = scenes, waiting
        if key not in self._known:
            self._known[key] = self._ahead(scenes, waiting)
        return self._known[key]

    def _ahead(self, scenes: frozenset[str], waiting: frozenset[str]) -> frozenset[str]:
        """Return what is read in this act, and of what is read after it, what its checkpoints keep."""
        found, laters = self._reach(scenes, waiting, beyond=True)
        after = self._read(found, laters)
        if not self._is_checkpoint & found:
            return after
        here, laters = self._reach(scenes, waiting, beyond=False)
        forgotten = [self._forgets[name] for name in here & self._is_checkpoint]
        kept = frozenset(name for name in after if any(name not in names for names in forgotten))
        return self._read(here, laters, kept)

    def _reach(
        self, scenes: frozenset[str], waiting: frozenset[str], *, beyond: bool
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the scenes and laters that may come, beyond checkpoints or up to them."""
        laters, found = set(waiting), set[str]()
        front = [*scenes, *(self._to[later] for later in waiting)]
        while front:
            scene = front.pop()
            if scene in found:
                continue
            found.add(scene)
            laters.update(self._arms[scene])
            front += [self._to[later] for later in self._arms[scene]]
            if beyond or scene not in self._is_checkpoint:
                front += self._ways[scene]
        self._looked_at += len(found)
        return frozenset(found), frozenset(laters)

    def _read(
        self, found: frozenset[str], laters: frozenset[str], later_on: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        """Return what these scenes and laters read, and what decides about that and about what is read later on."""
        written: list[Write] = [write for scene in found for write in self._writes[scene]]
        touched = {write.name for write in written}.union(
            *(self._history[scene] for scene in found), *(self._forgets[scene] for scene in found)
        )
        final = self._final if self._always or found & self._endings else frozenset()
        needed = (final | self._noted).union(
            later_on, *(self._guards[scene] for scene in found), *(self._laters[id_] for id_ in laters)
        )
        # A monitor that is open is false now; it stays so unless something that it reads is still written.
        return depend_on(needed.union(*(names for names in self._monitors if names & touched)), written) - self._noted


def takes_time(scene: Scene) -> bool:
    """Tell whether minutes can pass in a scene."""
    routes = scene.free_text.routes if scene.free_text else ()
    return bool(scene.takes or any(item.takes for item in (*takeable(scene), *routes)))


def _history(scene: Scene) -> frozenset[str]:
    """Return what happens in a scene beside its effects: arriving, taking, and the passing of time."""
    taken = {f"chose:{item.id}" for item in takeable(scene)}
    return frozenset(
        taken
        | {f"scene:{scene.id}"}
        | ({"clock"} if takes_time(scene) else set())
        | ({f"chose:{route.id}" for route in scene.free_text.routes} if scene.free_text else set())
        | ({f"chose:{item.id}" for item in scene.order.items} if scene.order else set())
    )
