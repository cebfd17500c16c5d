"""What is found by going every way through a story: findings by ids, which no word of the story has a part in.

So a story whose words alone were changed is not gone through again (`find` remembers the last ones), and `prove` can say
of each finding where it stands now and in which words.

Invariants:
  V1  every finding with a way is true: the way can be played, and it shows the finding
  V2  what is not found does not exist, unless the findings say that they are bounded
  V3  one fault is one finding: what only an unreachable scene leads to, and the condition that makes it unreachable,
      are not reported beside it
  V4  no word of the story has a part in it: other words, the same findings
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from lms.engine.scenario.language.claims import Claims
from lms.engine.scenario.language.places import Kind
from lms.engine.scenario.play.charts import written
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.expression import Effect, Not, When, reads
from lms.engine.scenario.program.in_words import notation
from lms.engine.scenario.program.program import Choice, Number, Option, Program, Route
from lms.engine.scenario.program.ways import leads_to
from lms.engine.scenario.proof.explore import Exploration, Way
from lms.engine.scenario.proof.explore_live import takes_time
from lms.engine.scenario.proof.explore_loss import losses
from lms.engine.scenario.proof.explore_pass import Answer, can_be, can_fail, can_pass, can_pass_without
from lms.engine.scenario.proof.explore_slice import Question as Asked
from lms.engine.scenario.proof.explore_slice import choices_of, effects_of, noting_conditions, takeable, written_by
from lms.engine.scenario.proof.find_structure import never_read, passed_by
from lms.engine.scenario.proof.findings import Finding, Findings, Question
from lms.engine.source.problem import Code, short

DEAR = 8
"""A state with monitors and scores costs about as much as so many without."""


@lru_cache(maxsize=16)
def find(story: Program, claims: Claims, most: int) -> Findings:
    """Return what is wrong with the ways through a story without words (`wording.wordless`)."""
    return _Search(story, claims, most).run()


class _Search:
    """The findings about one story, within one cap for all questions."""

    def __init__(self, program: Program, claims: Claims, most: int) -> None:
        self.program, self.claims, self.left = program, claims, most
        self.found = Exploration(program, most)
        self.is_complete, self.states = self.found.is_complete, len(self.found.states)
        self.findings: list[Finding] = []
        self.scenes = {scene.id: scene for scene in program.scenes}
        self.questions = [
            self._asked("ways", self.found.is_complete, len(self.found.states), self.found.space.left_out)
        ]

    def run(self) -> Findings:
        """Ask everything."""
        self.left -= max(self.states, DEAR * self.found.space.tried)
        self.check_ways_on()
        if self.found.is_complete:
            lost = self.check_scenes()
            self.check_conditions(lost)
            self.check_laters(lost)
            self.check_losses()
            self.findings += passed_by(self.found)
        self.check_assertions()
        self.check_passing()
        self.check_variables()
        self.check_stops()
        self.check_effects()
        return Findings(tuple(self.findings), self.states, self.is_complete, tuple(self.questions))

    def report(
        self, code: Code, kind: Kind, id_: str, what: str, *, why: str, fix: str, way: Way | None = None
    ) -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, kind, id_, what, why, fix, way))

    def check_ways_on(self) -> None:
        """Report where nothing can be done, and where only circles are left."""
        for id_, state in self.found.stuck.items():
            self.report(
                codes.STUCK,
                "scenes",
                id_,
                f"no choice of '{id_}' is open for a learner who comes this way",
                why="they could neither go on nor finish",
                fix="open a choice in this case, or lead elsewhere before it",
                way=self.found.way(state),
            )
        for id_, state in self.found.circles.items():
            self.report(
                codes.CIRCLE,
                "scenes",
                id_,
                f"from '{id_}' a learner who comes this way reaches no ending any more",
                why="whatever they choose, they go round in circles",
                fix="open a way to an ending in this case",
                way=self.found.way(state),
            )

    def check_scenes(self) -> frozenset[str]:
        """Report scenes that nobody reaches; return all of them, those that only such scenes lead to as well."""
        lost = frozenset(id_ for id_ in self.scenes if not self.found.met("scene", id_))
        closed_to: dict[str, list[Choice]] = {}
        for scene in self.scenes.values():
            for choice in choices_of(scene):
                if self.found.met("closed", choice.id):
                    closed_to.setdefault(choice.to, []).append(choice)
        for id_ in (id_ for id_ in self.scenes if id_ in lost):
            closed = closed_to.get(id_, [])
            laters = [later for later in self.program.laters if later.to == id_ and later.scene not in lost]
            if not (closed or laters or self._is_left_behind(id_, lost)):
                continue
            leading = [choice.id for choice in closed] + [later.id for later in laters]
            names = ", ".join(f"'{name}'" for name in leading) or "what leads to it"
            self.report(
                codes.NEVER_REACHED,
                "scenes",
                id_,
                f"nobody ever reaches the {'ending' if self.scenes[id_].ending else 'scene'} '{id_}'",
                why=f"{names} {'is' if len(leading) < 2 else 'are'} never possible"  # noqa: PLR2004
                " for a learner who comes by",
                fix="correct the condition, or remove the scene",
            )
        return lost

    def _is_left_behind(self, id_: str, lost: frozenset[str]) -> bool:
        """Tell whether a lost scene follows one that is reached, without a condition in between."""
        return any(id_ in leads_to(scene) for scene in self.scenes.values() if scene.id not in lost)

    def check_conditions(self, lost: frozenset[str]) -> None:
        """Report conditions of choices and options that are the same whenever they are read."""
        for item, to in _guarded(self.program):
            is_open, is_closed = self.found.met("open", item), self.found.met("closed", item)
            if is_closed and not is_open and to not in lost:
                self.report(
                    codes.NEVER_OPEN,
                    "guards",
                    item,
                    "this never holds when a learner is here",
                    why=f"nobody could ever take '{item}'",
                    fix="correct the condition, or remove what it stands for",
                )
            elif is_open and not is_closed:
                self.report(
                    codes.ALWAYS_OPEN,
                    "guards",
                    item,
                    "this always holds when a learner is here",
                    why=f"'{item}' is open for everybody, and whoever reads the condition expects otherwise",
                    fix="remove the condition, or correct it",
                )

    def check_laters(self, lost: frozenset[str]) -> None:
        """Report delayed consequences that never come, and conditions that hold whenever one is due."""
        for later in self.program.laters:
            held = {value for id_, value in self.found.space.held if id_ == later.id}
            if later.condition and held == {True}:
                self.report(
                    codes.ALWAYS_OPEN,
                    "laters",
                    later.id,
                    f"the condition of '{later.id}' always holds when it is due",
                    why=f"'{later.id}' comes to everybody, and whoever reads the condition expects otherwise",
                    fix="remove the condition, or correct it",
                )
            if self.found.met("later", later.id) or later.to in lost or later.scene in lost:
                continue
            if later.id not in self.found.space.due and later.id in self.found.space.armed:
                self.report(
                    codes.TOO_LATE,
                    "laters",
                    later.id,
                    f"'{later.id}' is due only after the story has ended",
                    why="on every way an ending comes first",
                    fix="let it be due earlier, or remove it",
                )
            else:
                self.report(
                    codes.NEVER_COMES,
                    "laters",
                    later.id,
                    f"'{later.id}' never comes",
                    why="its condition does not hold when it is due"
                    if later.id in self.found.space.due
                    else "nobody comes by where it starts to wait, or it is never due",
                    fix="correct its condition, or remove it",
                )

    def check_losses(self) -> None:
        """Report decisions that leave no good ending, though the story goes on; not those that the author means."""
        for loss in losses(self.found):
            if not self.claims.losses.isdisjoint({loss.scene, *loss.items}):
                continue
            item = loss.items[0] if loss.items and self.scenes[loss.scene].choices else ""
            self.report(
                codes.LOST,
                *(("taken", item) if item else ("scenes", loss.scene)),
                f"after '{item or loss.scene}' no good ending can be reached any more",
                why="the learner goes on deciding, and nothing that follows can still make it good",
                fix=f"open a way back, or write 'point_of_no_return: yes' in its '::: {'choice' if item else 'scene'}'"
                " block if that is meant",
                way=loss.way,
            )

    def check_assertions(self) -> None:
        """Prove or refute what the author asserts."""
        for one in self.claims.assertions:
            wrong = Not(one.when) if one.always else one.when
            kind = "always" if one.always else "never"
            look = partial(can_be, condition=wrong, scenes=frozenset(one.scenes))
            answer = self._ask(f"{kind} {one.id}", look)
            if answer.way is not None:
                self.report(
                    codes.REFUTED,
                    "assertions",
                    f"{kind} {one.id}",
                    f"'{one.id}' does not hold: {short(one.says)}",
                    why=f"'{kind}' is asserted, and this way shows otherwise",
                    fix="correct the story, or the assertion",
                    way=answer.way,
                )

    def check_passing(self) -> None:
        """Report what `pass` cannot tell apart."""
        if self.program.pass_when is not None:
            if self._is_proven_absent("passed", can_pass):
                self.report(
                    codes.NEVER_PASSED,
                    "passing",
                    "",
                    "no run can be passed",
                    why="whatever is chosen, one of these conditions does not hold in the end",
                    fix="lower a threshold, or give the choices that lead there more",
                )
                return
            if self._is_proven_absent("failed", can_fail):
                self.report(
                    codes.NEVER_FAILED,
                    "passing",
                    "",
                    "every run is passed",
                    why="whatever is chosen, these conditions hold in the end",
                    fix="raise a threshold, or ask for what must be done: 'kept(…)'",
                )
                return
        for must in self.program.musts:
            self._check_must(must.id, forbids=False)
        for must_not in self.program.must_nots:
            self._check_must(must_not.id, forbids=True)

    def _check_must(self, id_: str, *, forbids: bool) -> None:
        answer = self._ask(f"passed without {id_}", lambda program, most: can_pass_without(program, id_, most))
        if answer.way is None:
            return
        asks = f"{'not broke' if forbids else 'kept'}({id_})"
        self.report(
            codes.PASSED_WITHOUT,
            "musts",
            id_,
            f"a run can be passed although '{id_}' is {'broken' if forbids else 'missed'}",
            why="it is said to matter, and a learner can pass without learning it",
            fix=f"add 'and {asks}' to 'pass'"
            if self.program.pass_when
            else f"write 'pass: {asks}', or lead to an ending without 'success: yes'",
            way=answer.way,
        )

    def _is_proven_absent(self, about: str, look: Callable[[Program, int], Answer]) -> bool:
        answer = self._ask(about, look)
        return answer.is_complete and answer.way is None

    def _ask(self, about: str, look: Callable[[Program, int], Answer]) -> Answer:
        """Look for a run with what is left of the cap."""
        answer = look(self.program, max(0, self.left // DEAR))
        self.left -= DEAR * max(answer.states, answer.tried)
        self.states += answer.states
        self.is_complete = self.is_complete and answer.is_complete
        self.questions.append(self._asked(about, answer.is_complete, answer.states, answer.left_out))
        return answer

    @staticmethod
    def _asked(about: str, is_complete: bool, states: int, left_out: tuple[str, ...]) -> Question:  # noqa: FBT001
        return Question(about, states, is_complete, left_out)

    def check_variables(self) -> None:
        """Report names that make no difference, and a clock that nothing moves."""
        if self.program.clock and not any(takes_time(scene) for scene in self.program.scenes):
            self.report(
                codes.IDLE_CLOCK,
                "variables",
                "clock",
                "nothing moves the clock",
                why="it would show the same time from the first scene to the last",
                fix="write 'takes: 5 min' where time passes, or remove the clock",
            )
        self.findings += never_read(self.program, self.claims)

    def check_stops(self) -> None:
        """Report numbers that stop at a bound, where the author does not say that they are meant to."""
        for number in self.program.variables:
            if not isinstance(number, Number) or number.id in self.claims.stops:
                continue
            if not any(
                number.id in written_by(effect) for scene in self.program.scenes for effect in effects_of(scene)
            ):
                continue
            found = Exploration(self.program, max(0, self.left), Asked(stops=number.id))
            self.left -= max(len(found.states), DEAR * found.space.tried)
            self.states += len(found.states)
            self.is_complete = self.is_complete and found.is_complete
            about = f"stops {number.id}"
            self.questions.append(self._asked(about, found.is_complete, len(found.states), found.space.left_out))
            hit = next((sign for sign in "<>" if found.met("stops", number.id + sign)), "")
            if hit:
                self._report_stop(number, hit, found.way_to("stops", number.id + hit))

    def _report_stop(self, number: Number, sign: str, way: Way) -> None:
        """Report that a number stops at its least (`<`) or at its greatest; a track is written with its decimals."""
        bound, word = (number.low, "fall") if sign == "<" else (number.high, "rise")
        track = next((track for track in self.program.tracks if track.id == number.id), None)
        self.report(
            codes.STOPS,
            "variables",
            number.id,
            f"'{number.id}' stops at {bound if track is None else written(track, bound)}",
            why=f"it would {word} further here, and what was done is not counted",
            fix="widen its range" + (", or write 'stops: yes' beside it if that is meant" if track is None else ""),
            way=way,
        )

    def check_effects(self) -> None:
        """Report conditions of effects that are the same whenever they are read; those that read the same, together."""
        derived = {name.id: name.value for name in self.program.derived}
        alike: dict[frozenset[str], list[tuple[Kind, str, When]]] = {}
        for kind, id_, effect in _conditional(self.program):
            alike.setdefault(reads(effect.condition, derived), []).append((kind, id_, effect))
        same: dict[tuple[Kind, str, bool], list[str]] = {}
        for names, group in alike.items():
            noting, asked = noting_conditions(self.program, [effect for *_, effect in group])
            both = frozenset(("stops", f"{number}{sign}") for number in range(len(group)) for sign in "<>")
            found = Exploration(noting, max(0, self.left), asked, wanted=both)
            self.left -= max(len(found.states), DEAR * found.space.tried)
            self.states += len(found.states)
            self.is_complete = self.is_complete and found.is_complete
            about = " ".join(("effects", *sorted(names)))
            self.questions.append(self._asked(about, found.is_complete, len(found.states), found.space.left_out))
            for number, (kind, id_, effect) in enumerate(group):
                signs = {sign for sign in "<>" if found.met("stops", f"{number}{sign}")}
                if found.is_complete and len(signs) == 1:
                    same.setdefault((kind, id_, signs == {">"}), []).append(notation(effect.condition))
        for (kind, id_, is_always), conditions in same.items():
            self.report(
                codes.ALWAYS_OPEN if is_always else codes.NEVER_OPEN,
                kind,
                id_,
                f"for effects of '{id_}', this {'always' if is_always else 'never'} holds: {'; '.join(conditions)}",
                why="they come to pass for everybody, and whoever reads the condition expects otherwise"
                if is_always
                else "they never come to pass",
                fix="remove the condition, or correct it"
                if is_always
                else "correct the condition, or remove what it stands for",
            )


def _guarded(program: Program) -> Iterator[tuple[str, str]]:
    """Yield the choices and options that have a condition, with where they lead."""
    for scene in program.scenes:
        yield from ((choice.id, choice.to) for choice in choices_of(scene) if choice.when)
        yield from ((option.id, "") for option in (scene.options.items if scene.options else ()) if option.when)


def _conditional(program: Program) -> Iterator[tuple[Kind, str, When]]:
    """Yield the effects that have a condition, with what they belong to: what can be taken, or else the scene."""
    for scene in program.scenes:
        routes = scene.free_text.routes if scene.free_text else ()
        doings: tuple[Choice | Option | Route, ...] = (*takeable(scene), *routes)
        yield from (("taken", doing.id, effect) for doing in doings for effect in _whens(doing.effects))
        for asked in (scene.question, scene.order):
            if asked is not None:
                effects = (
                    *asked.right,
                    *asked.partly,
                    *asked.wrong,
                    *(one for item in asked.items for one in item.effects),
                )
                yield from (("scenes", scene.id, effect) for effect in _whens(effects))
        yield from (("scenes", scene.id, effect) for observe in scene.observe for effect in _whens(observe.effects))


def _whens(effects: Iterable[Effect]) -> Iterator[When]:
    for effect in effects:
        if isinstance(effect, When):
            yield effect
            yield from _whens(effect.do)
