"""Syntax → Program: every guard and effect read and typed, everything in the order of the file.

`compile_scenario` is the whole way from files to a Program, or to the problems that forbid one. Warnings forbid nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from lms.engine.scenario.language import (
    check,
    compile_tasks,
    declare,
    front,
    graph,
    include,
    lint,
    structure,
    syntax,
    timer,
    tracks,
)
from lms.engine.scenario.language.banks import Banks, check_used, cited_by, read_banks
from lms.engine.scenario.language.blocks import lost_items
from lms.engine.scenario.language.claims import NOTHING_CLAIMED, Claims, read_claims
from lms.engine.scenario.language.front_tracks import ObserveKeys
from lms.engine.scenario.language.grammar import Fault
from lms.engine.scenario.language.language_file import MARK
from lms.engine.scenario.language.parse import Memory, parse
from lms.engine.scenario.language.places import Places, find_places
from lms.engine.scenario.language.scope import Scope
from lms.engine.scenario.language.tellings import Parity, tell
from lms.engine.scenario.language.typecheck import Read, read_derived, read_effect, read_expression
from lms.engine.scenario.program import codes, observing, program
from lms.engine.scenario.program.expression import Both, Constant, Effect, Expression, When
from lms.engine.scenario.program.hearing import unheard
from lms.engine.scenario.program.media import Picture, Recording, Video
from lms.engine.source import text
from lms.engine.source.drawing import check_drawings
from lms.engine.source.media import FOLDER, Media, medium_of, read_media
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile
from lms.engine.source.yaml_nodes import Mapping as MappingNode
from lms.engine.source.yaml_nodes import Scalar

FILE = "scenario.md"

_NEVER = Constant(value=False)

_CODES = {
    "syntax": codes.EXPRESSION,
    "too-large": codes.TOO_LARGE,
    "unknown-name": codes.UNKNOWN_NAME,
    "unknown-id": codes.UNKNOWN_NAME,
    "wrong-type": codes.EXPRESSION_TYPE,
    "not-here": codes.SCORE_IN_LOGIC,
    "circular": codes.CIRCULAR_NAME,
    "outside-clock": codes.OUTSIDE_CLOCK,
    "hidden": codes.HIDDEN_TRACK,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A Program, or None where errors forbid one; all problems, errors and warnings; and where its parts stand."""

    program: program.Program | None
    problems: tuple[Problem, ...]
    places: Places | None = None
    claims: Claims = NOTHING_CLAIMED
    parity: tuple[Parity, ...] = ()
    """How complete each language file is."""
    scope: Scope | None = None
    """What a condition may name that reads scores and monitors too: for whoever asks about states."""


def compile_scenario(files: Sequence[SourceFile], *, today: date, memory: Memory | None = None) -> Compiled:
    """Compile the folder of a scenario: `scenario.md` and what lies in `media/`. Give a memory to compile it often."""
    problems = Problems()
    file = next((file for file in files if file.name == FILE), None)
    if file is None:
        folder = files[0].path.removesuffix(files[0].name) if files else ""
        problems.add(
            codes.NO_SCENARIO_FILE,
            Span(f"{folder}{FILE}", 1, 1),
            f"the folder has no file '{FILE}'",
            why="it holds the story; pictures and videos lie beside it in the folder 'media'",
            fix="write one, or move the folder out of 'scenarios'",
        )
        return Compiled(None, problems.in_order())
    source = text.decode(file.path, file.data, problems)
    if source is None:
        return Compiled(None, problems.in_order())
    scenario = parse(source, problems, {file.name: file for file in files}, memory)
    known = check.index(scenario, problems)
    check.check_names(scenario, known, problems)
    check_drawings(tuple(files), problems)
    media = read_media(files, scenario.front.language if scenario.front else "", problems)
    banks = read_banks(files, scenario, problems)
    compiler = _Compiler(scenario, known, media, banks, problems)
    made = compiler.compile()
    claims = read_claims(scenario, compiler.asserted)
    if made is not None:
        _check_folder(scenario, problems)
        graph.check(scenario, known, made, problems)
        check_used(banks, scenario, problems)
        tracks.check(scenario, problems)
        timer.check(scenario, made, media, problems)
        timer.check_clock(scenario, problems)
        lint.check(scenario, today, problems, cited=cited_by(made))
    if made is None or problems.has_errors():
        return Compiled(None, problems.in_order())

    def again(told: syntax.Scenario) -> program.Program | None:
        found = _Compiler(told, known, media, banks.in_language(told.language), Problems()).compile()
        return found and include.only_used(found, _own_names(scenario)) if scenario.others else found

    made = include.only_used(made, _own_names(scenario)) if scenario.others else made
    told = tell(scenario, made, {file.name: file for file in files}, known.speakers, recompile=again, problems=problems)
    if problems.has_errors():
        return Compiled(None, problems.in_order())
    return Compiled(
        told.program, problems.in_order(), find_places(scenario, known), claims, told.parity, compiler.scope.for_pass()
    )


def _own_names(scenario: syntax.Scenario) -> set[str]:
    """Return the characters and references that the scenario's own file declares."""
    tables = [scenario.front_node.get(key) for key in ("characters", "references")] if scenario.front_node else []
    keys = [key for table in tables if isinstance(table, MappingNode) for key, _ in table.entries]
    return {key.text for key in keys if key.span.path == scenario.source.path}


def _check_folder(scenario: syntax.Scenario, problems: Problems) -> None:
    matter = scenario.front
    folder = PurePosixPath(scenario.source.path).parent.name
    if matter is not None and folder and matter.scenario != folder:
        problems.add(
            codes.FILE_ID,
            matter.place_of("scenario"),
            f"the id '{matter.scenario}' is not the name of the folder '{folder}'",
            why="courses and records find a scenario by its id",
            fix="give the folder the name of the id; an id in use never changes",
        )


class _Compiler:
    """Makes the parts of one Program."""

    def __init__(
        self,
        scenario: syntax.Scenario,
        known: check.Index,
        media: Media,
        banks: Banks,
        problems: Problems,
    ) -> None:
        self.scenario = scenario
        self.known = known
        self.media = media
        self._media_names = Names(media.hashes)
        self.banks = banks
        self.problems = problems
        self.is_nameless = not check.NAMELESS.isdisjoint(problem.code for problem in problems)
        self.scope = Scope()
        self.declared = declare.Declarations()
        self.derived: dict[str, Expression] = {}

    def compile(self) -> program.Program | None:
        """Return the Program; None when there is not enough to make one."""
        matter = self.scenario.front
        if matter is not None:
            self._declare(matter)
            if not self.scenario.is_unsure:
                structure.check(self.scenario, [variable.id for variable in self.declared.variables], self.problems)
        scenes = tuple(self.scene(scene) for scene in self.scenario.scenes)
        laters = tuple(self.later(later) for later in self.scenario.laters)
        is_whole = not (self.scenario.is_broken or self.scenario.is_partial)
        if matter is None or not scenes or not self.known.scenes or not is_whole:
            return None
        reviewed = matter.reviewed
        return program.Program(
            id=matter.scenario,
            title=matter.title,
            start=scenes[0].id,
            scenes=scenes,
            minutes=program.Minutes(matter.minutes.low, matter.minutes.high),
            summary=matter.summary.strip(),
            language=str(matter.language),  # what nobody wrote is plain as well
            level=matter.level or "",
            nation=matter.nation or "",
            audience=matter.audience,
            prebrief=matter.prebrief.strip(),
            content_note=matter.content_note.strip(),
            support=tuple(program.Support(one.name, one.says, one.phone, one.url or "") for one in matter.support),
            summary_route=self.scenario.summary,
            reviewed=program.Review(reviewed.by, reviewed.on.isoformat(), reviewed.role)
            if isinstance(reviewed, front.Review)
            else None,
            objectives=tuple(program.Objective(name, says) for name, says in matter.objectives.items()),
            characters=tuple(
                program.Character(name, one.name, one.role, str(one.language), one.initials)
                for name, one in matter.characters.items()
            ),
            competencies=self.declared.competencies,
            variables=(*self.declared.variables, *self.declared.tracks.variables.values()),
            clock=self.declared.clock,
            draws=self.declared.draws,
            derived=tuple(program.DerivedName(name, value) for name, value in self.derived.items()),
            musts=tuple(self.must(name, must) for name, must in matter.must.items()),
            must_nots=tuple(self.must_not(name, must) for name, must in matter.must_not.items()),
            pass_when=self.asserted(matter, "pass"),
            references=tuple(_reference(name, reference) for name, reference in matter.references.items()),
            laters=laters,
            points=tuple(
                program.DebriefPoint(
                    debrief.id.text,
                    tuple(debrief.keys.for_),
                    _many(debrief.keys.expert),
                    debrief.keys.why.strip(),
                    debrief.keys.ask,
                    _many(debrief.keys.ref),
                )
                for debrief in self.scenario.debriefs
            ),
            plan=self.plan(),
            timing="asked" if matter.timing == "asked" else "",
            tracks=tuple(self.declared.tracks.tracks.values()),
            scales=tuple(self.declared.tracks.scales.values()),
        )

    def _declare(self, matter: front.Front) -> None:
        before = len(self.problems)
        self.declared = declare.declare(matter, self.problems, is_unsure=self.scenario.is_unsure)
        self.scenario.is_unsure = self.scenario.is_unsure or len(self.problems) > before
        scope = self.declared.scope(self.known.scenes, self.known.choices, [*matter.must, *matter.must_not])
        values, faults, self.scope = read_derived({str(name): guard for name, guard in matter.derive.items()}, scope)
        read = {str(name): values[name] for name in matter.derive if name in values and name not in faults}
        self.derived = {**self.declared.tracks.sums, **read}
        for name, found in faults.items():
            node = matter.scalar_of("derive", name)
            if node is not None:
                self.report(node, found)

    # --- expressions and effects ---

    def report(self, node: Scalar, faults: Sequence[Fault]) -> None:
        """Turn faults of a text into problems at their places, unless a cause is reported already."""
        for fault in faults:
            if fault.kind in {"unknown-name", "unknown-id"} and (self.scenario.is_unsure or self.scenario.is_broken):
                continue
            if fault.kind == "unknown-id" and self.is_nameless:
                continue
            what = fault.what[:1].lower() + fault.what[1:]
            place = node.within(fault.start, fault.end - fault.start)
            self.problems.add(_CODES[fault.kind], place, what, why=fault.why, fix=fault.fix)

    def read(self, node: Scalar, scope: Scope | None = None) -> Expression | None:
        """Read a guard; None when it has faults."""
        found: Read[Expression] = read_expression(node.text, scope or self.scope)
        self.report(node, found.faults)
        return found.value

    def expression(self, record: Record, key: str, *, scope: Scope | None = None) -> Expression | None:
        """Read the guard under a key; None when there is none."""
        node = record.scalar_of(key)
        return None if node is None else self.read(node, scope)

    def asserted(self, record: Record, key: str) -> Expression | None:
        """Read a condition that may read scores and monitors."""
        return self.expression(record, key, scope=self.scope.for_pass())

    def effects(self, record: Record, key: str = "effects") -> tuple[Effect, ...]:
        """Read the effects under a key."""
        return self.effects_at(record, getattr(record, key), key)

    def effects_at(self, record: Record, written: front.Effects, *path: str | int) -> tuple[Effect, ...]:
        """Read the effects at a path of a record."""
        found: list[Effect] = []
        for position, effect in enumerate(written):
            if isinstance(effect, front.Conditional):
                condition = self.expression(effect, "if")
                inner = self.effects(effect, "do")
                if condition is not None:
                    found.append(When(condition, inner))
                continue
            node = record.scalar_of(*path, position)
            if node is not None:
                read: Read[Effect] = read_effect(node.text, self.scope)
                self.report(node, read.faults)
                if read.value is not None:
                    found.append(read.value)
        return tuple(found)

    # --- scenes ---

    def scene(self, scene: syntax.Scene) -> program.Scene:
        """Compile a scene."""
        keys = scene.keys
        shuffle = (
            keys.shuffle if keys.shuffle is not None else self.scenario.front is None or self.scenario.front.shuffle
        )
        return program.Scene(
            id=scene.id.text,
            title=scene.title,
            kind=scene.kind,
            blocks=self.blocks(scene.blocks),
            ask=keys.ask,
            free_text=self.free_text(scene.free_text),
            options=self.options(scene.options),
            question=compile_tasks.question(scene.question, self.banks, self.effects_at, self.problems),
            order=compile_tasks.order(scene.order, self.effects_at, self.problems),
            confidence=compile_tasks.asks_how_sure(scene),
            choices=tuple(
                self.choice(choice, is_spoke=structure.is_spoke(scene, choice.id.text)) for choice in scene.choices
            ),
            shuffle=shuffle,
            then="" if keys.to in {None, syntax.RETURN} else str(keys.to),
            takes=int(keys.takes),
            back=structure.back_of(keys) if scene.kind == "call" else None,
            hub=structure.hub(scene),
            checkpoint=structure.checkpoint(
                scene, [variable.id for variable in self.declared.variables], [*self.declared.tracks.variables]
            ),
            ending=program.Ending(
                keys.band or "",
                keys.success,
                keys.voice,
                tuple(program.FollowUp(one.days, one.ask) for one in keys.followups),
            )
            if scene.kind == "ending"
            else None,
            timeout=program.Timeout(scene.timeout.seconds, self.choice(scene.timeout.choice))
            if scene.timeout
            else None,
            observe=tuple(
                observing.Observe(
                    tuple(str(name) for name in chart.keys.values if name in self.declared.tracks.tracks),
                    tracks.observe(chart.keys, self.declared.tracks, self.problems),
                    self.conditions(chart.when),
                )
                for chart in tracks.charts(scene.blocks)
                if isinstance(chart.keys, ObserveKeys)
            ),
        )

    def choice(self, choice: syntax.Choice, *, is_spoke: bool = False) -> program.Choice:
        """Compile a choice; a spoke of a hub can be taken once."""
        keys = choice.keys
        return program.Choice(
            id=choice.id.text,
            label=choice.label,
            to="" if choice.to.text == syntax.RETURN else choice.to.text,
            when=self.expression(keys, "when"),
            hint=keys.hint,
            once=keys.once or is_spoke,
            back=structure.back_of(keys),
            effects=self.effects(keys),
            takes=int(keys.takes),
            rating=keys.rating or "",
            why_plausible=keys.why_plausible.strip(),
            consequence=self.blocks(choice.consequence),
            feedback=_feedback(keys.feedback),
        )

    def options(self, keys: "front.OptionsKeys | None") -> program.Options | None:
        """Compile options, and check that as many can be selected as are asked for."""
        if keys is None:
            return None
        least, most = (keys.choose.low, keys.choose.high) if keys.choose else (1, len(keys.options))
        is_whole = not lost_items(keys)
        if is_whole and (not 0 <= least <= most <= len(keys.options) or most == 0):
            self.problems.add(
                codes.BAD_SELECTION,
                keys.place_of("choose"),
                f"{keys.choose.low if keys.choose else 1} to {most} of {len(keys.options)} cannot be selected",
                fix=f"write a range between 0..1 and 1..{len(keys.options)}",
            )
        items = tuple(
            program.Option(
                id=option.id or "",
                label=option.text,
                when=self.expression(option, "when"),
                effects=self.effects(option),
                rating=option.rating or "",
                why_plausible=option.why_plausible.strip(),
                feedback=_feedback(option.feedback),
                takes=int(option.takes),
            )
            for option in keys.options
        )
        return program.Options(items, least, most, keys.ask, keys.confidence is not None)

    def free_text(self, written: syntax.FreeText | None) -> program.FreeText | None:
        """Compile a field for words of one's own."""
        if written is None:
            return None
        keys = written.keys
        routes = tuple(
            program.Route(
                id=route.id or "",
                phrases=route.phrases,
                effects=self.effects(route),
                to=str(route.to or ""),
                takes=int(route.takes),
            )
            for route in keys.routes
        )
        for number, place, taken in unheard(routes):
            route = keys.routes[number]
            self.problems.add(
                codes.UNHEARD,
                route.place_of("phrases", place),
                f"these words lead to '{taken.id}', not to '{route.id}'",
                fix=f"let '{route.id}' stand before '{taken.id}', or choose other words",
            )
        return program.FreeText(written.id.text, keys.ask, keys.required, keys.limit, routes)

    def conditions(self, nodes: Sequence[Scalar]) -> Expression | None:
        """Read the conditions around a block, and join them."""
        conditions = [read for node in nodes if (read := self.read(node)) is not None]
        return None if not conditions else conditions[0] if len(conditions) == 1 else Both(tuple(conditions))

    def blocks(self, blocks: Sequence[syntax.Block]) -> tuple[program.Block, ...]:
        """Compile blocks of prose, joining the conditions around each."""
        found: list[program.Block] = []
        for block in blocks:
            when = self.conditions(block.when)
            match block:
                case syntax.Chart(keys):
                    found.append(tracks.chart(keys, when, self.declared.tracks))
                case syntax.Prose(markdown):
                    found.append(program.Prose(markdown, when))
                case syntax.Dialogue(speaker, markdown):
                    character = self.known.speakers.get(speaker.text.strip().casefold(), "")
                    found.append(program.Dialogue(character, markdown, when))
                case syntax.Document(title, markdown):
                    found.append(program.Document(title, markdown, when))
                case syntax.Picture(file, alt, caption):
                    found.append(Picture(file.text, alt, caption, self.hash_of(file), when))
                case syntax.Video(file, title, caption):
                    hash_, captions = self.hash_of(file), self.media.captions_of(file.text)
                    found.append(Video(file.text, title, caption, hash_, captions, self.transcript(file), when))
                case syntax.Recording(file, title, caption):
                    hash_ = self.hash_of(file)
                    found.append(Recording(file.text, title, caption, hash_, self.transcript(file), when))
        return tuple(found)

    def hash_of(self, file: syntax.Name) -> str:
        """Return the hash of the bytes of a picture, video or recording, which has the words that it needs."""
        if file.text not in self.media.hashes and file.text.startswith(FOLDER):
            self.problems.add(
                codes.MISSING_PICTURE,
                file.span,
                f"there is no {medium_of(file.text) or 'picture'} '{file.text}' beside this file",
                fix=self._media_names.hint(file.text, "save it there, or correct the name (capital letters count)"),
            )
        elif file.text.startswith(FOLDER):
            self.media.check_words(file.text, file.span, self.problems)
        return self.media.hashes.get(file.text, "")

    def transcript(self, file: syntax.Name) -> str:
        """Return a transcript, in the language whose words were laid over the story if it is there."""
        own = self.media.transcript_of(file.text)
        told = self.media.transcript_of(file.text, self.scenario.language) if own and self.scenario.language else ""
        return f"{told}{MARK}" if told else own

    # --- around the scenes ---

    def later(self, later: syntax.Later) -> program.Later:
        """Compile a delayed consequence."""
        keys = later.keys
        clock = None if keys.clock is None else keys.clock.minutes
        start = self.declared.clock
        if clock is not None and start is not None and clock < start.start:
            clock += 24 * 60
        if clock is not None and start is not None:
            timer.check_later(later, clock, start, self.problems)
        return program.Later(
            id=later.id.text,
            to=keys.to,
            scene=later.scene,
            at=keys.at or "",
            after=int(keys.after or 0),
            clock=clock,
            condition=self.expression(keys, "if"),
        )

    def must(self, name: str, keys: front.Must) -> program.Must:
        """Compile a `must`."""
        when = self.expression(keys, "when") or _NEVER
        return program.Must(
            name, when, keys.says, keys.why.strip(), keys.before or "", _many(keys.ref), tuple(keys.blame)
        )

    def must_not(self, name: str, keys: front.Must) -> program.MustNot:
        """Compile a `must_not`."""
        when = self.expression(keys, "when") or _NEVER
        return program.MustNot(name, when, keys.says, keys.why.strip(), _many(keys.ref), tuple(keys.blame))

    def plan(self) -> program.DebriefPlan:
        """Compile the debrief as a whole."""
        prompts = self.scenario.plan.prompts if self.scenario.plan else ()
        return program.DebriefPlan(tuple(program.Prompt(prompt.id or "", prompt.ask) for prompt in prompts))


def _reference(name: str, keys: front.Reference) -> program.Reference:
    checked = keys.checked.isoformat() if keys.checked else ""
    review_by = keys.review_by.isoformat() if keys.review_by else ""
    return program.Reference(name, keys.title, keys.part, keys.issuer, keys.url or "", checked, review_by)


def _feedback(keys: front.Feedback | None) -> program.Feedback | None:
    return program.Feedback(keys.says.strip(), keys.at) if keys else None


def _many(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
