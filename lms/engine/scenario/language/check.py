"""Names: each id once, each target, speaker and reference declared, everything where it belongs.

`index` finds what there is; `check_names` compares it with what is referred to. A name whose declaration could not be
read is not reported again as unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.engine.scenario.language import front, front_tasks, structure
from lms.engine.scenario.language.syntax import RETURN, Block, Choice, Dialogue, Document, Name, Scenario, Scene
from lms.engine.scenario.program import codes
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.yaml_nodes import Mapping as MappingNode

Item = front.OptionKeys | front.RouteKeys | front_tasks.OrderItemKeys
"""What can be taken beside choices, and stands in a list."""


@dataclass(frozen=True, slots=True)
class Index:
    """Everything with an id, by id."""

    scenes: dict[str, Scene] = field(default_factory=dict)
    choices: dict[str, Choice | Item] = field(default_factory=dict)
    tasks: frozenset[str] = frozenset()
    """Questions and orders."""
    speakers: dict[str, str] = field(default_factory=dict)
    """Names under which a character may speak, in lower case, to the character's id."""


def index(scenario: Scenario, problems: Problems) -> Index:
    """Find everything with an id; two of a kind with one id are reported."""
    tasks = [task.id.text for scene in scenario.scenes for task in (scene.question, scene.order) if task]
    found = Index(tasks=frozenset(tasks))
    places: dict[str, Span] = {}
    for scene in scenario.scenes:
        if _claim(scene.id, places, "scene", problems):
            found.scenes[scene.id.text] = scene
    if RETURN in found.scenes:
        problems.add(
            codes.DUPLICATE_ID,
            found.scenes[RETURN].id.span,
            f"a scene cannot be called '{RETURN}'",
            why=f"the target #{RETURN} goes back to where the story was heading, or was called from",
            fix="choose another id",
        )
    _index_choices(scenario, found, problems)
    _claim_others(scenario, problems)
    if scenario.front:
        found.speakers.update(_speakers(scenario.front))
    return found


def _index_choices(scenario: Scenario, found: Index, problems: Problems) -> None:
    """Index choices, options, routes and things to order, which share their ids: each is something that was taken."""
    places: dict[str, Span] = {}
    for scene in scenario.scenes:
        for choice in scene.all_choices:
            if _claim(choice.id, places, "choice", problems):
                found.choices[choice.id.text] = choice
        for owner, items in (("option", _options(scene)), ("route", _routes(scene)), ("item", _items(scene))):
            for item in items:
                name = _id_of(item, owner, problems)
                if _claim(name, places, owner, problems):
                    found.choices[name.text] = item


def _claim_others(scenario: Scenario, problems: Problems) -> None:
    """Report ids given twice among what is not referred to."""
    prompts = scenario.plan.prompts if scenario.plan else ()
    others: list[tuple[str, Iterable[Name]]] = [
        ("later", (later.id for later in scenario.laters)),
        ("debrief", (debrief.id for debrief in scenario.debriefs)),
        ("free text", (scene.free_text.id for scene in scenario.scenes if scene.free_text)),
        ("question", (scene.question.id for scene in scenario.scenes if scene.question)),
        ("order", (scene.order.id for scene in scenario.scenes if scene.order)),
        ("prompt", (_id_of(prompt, "prompt", problems) for prompt in prompts)),
        ("document", (Name(document.id, document.span) for document in documents(scenario))),
    ]
    for owner, names in others:
        places: dict[str, Span] = {}
        for name in names:
            _claim(name, places, owner, problems)


NAMELESS = frozenset({codes.MISSING_ID.id, codes.MALFORMED_ID.id, codes.DUPLICATE_ID.id})
"""Where one of these is reported, a name that seems to be missing may be the one that was meant there."""


def documents(story: Scenario) -> list[Document]:
    """Return the documents of a story that have an id."""
    found = [block for scene in story.scenes for block in scene.blocks]
    found += [block for scene in story.scenes for choice in scene.choices for block in choice.consequence]
    return [block for block in found if isinstance(block, Document) and block.id]


def check_names(scenario: Scenario, known: Index, problems: Problems) -> None:
    """Report every reference to something that is not there."""
    _NameCheck(scenario, known, problems).check()


def names_at(record: Record, key: str) -> list[Name]:
    """Return the ids under a key that holds one or a list of them, with their places."""
    value = getattr(record, f"{key}_" if key == "for" else key)
    if isinstance(value, str):
        return [Name(value, record.place_of(key))]
    return [Name(text, record.place_of(key, position)) for position, text in enumerate(value)]


def _claim(name: Name, places: dict[str, Span], owner: str, problems: Problems) -> bool:
    """Take an id for its owner; False when it is missing, or taken already."""
    if not name.text:
        return False
    first = places.setdefault(name.text, name.span)
    if first is not name.span:
        problems.add(
            codes.DUPLICATE_ID,
            name.span,
            f"the id '{name.text}' of this {owner} stands {_where(first, name.span)} already",
            why="links, saved attempts and records name things by their ids",
            fix="choose another id for one of the two; the older one keeps its own",
        )
        return False
    return True


def _where(first: Span, second: Span) -> str:
    """Return where the first of two stands, for whoever looks at the second."""
    return f"on line {first.line}" if first.path == second.path else f"in {first.path}, line {first.line},"


def _id_of(record: "Item | front.Prompt", owner: str, problems: Problems) -> Name:
    if record.id is not None:
        return Name(record.id, record.place_of("id"))
    if record.node_of("id") is None and not record.is_unread("id"):
        start = record.node.entries[0][0].span if record.node.entries else record.span
        problems.add(
            codes.MISSING_ID,
            start,
            f"the {owner} has no id",
            why="saved attempts and records name it by its id, which never changes",
            fix="write 'id: some-id', or let 'lms check --fix' do it",
        )
    return Name("", record.span)


def _options(scene: Scene) -> tuple[front.OptionKeys, ...]:
    return scene.options.options if scene.options else ()


def _routes(scene: Scene) -> tuple[front.RouteKeys, ...]:
    return scene.free_text.keys.routes if scene.free_text else ()


def _items(scene: Scene) -> tuple[front_tasks.OrderItemKeys, ...]:
    return scene.order.keys.items if scene.order else ()


def _targets(scene: Scene) -> list[Name]:
    found = [choice.to for choice in scene.all_choices]
    if scene.keys.to:
        found.append(Name(scene.keys.to, scene.keys.place_of("to")))
    found += [Name(route.to, route.place_of("to")) for route in _routes(scene) if route.to]
    return found


def _declared(scenario: Scenario, section: str) -> Names:
    """Return the names written in a section of the front matter, readable or not."""
    node = scenario.front_node.get(section) if scenario.front_node else None
    return Names(key.text for key, _ in node.entries) if isinstance(node, MappingNode) else Names(())


def _speakers(matter: front.Front) -> dict[str, str]:
    """Return the names under which each character may speak: id, full name, and the first name if it is only theirs."""
    found: dict[str, str] = {}
    for identifier, character in matter.characters.items():
        found.setdefault(character.name.split()[0].casefold(), identifier)
    for identifier, character in matter.characters.items():
        found[character.name.casefold()] = identifier
        found[identifier] = identifier
    return found


def _has_clock(matter: front.Front) -> bool:
    """Tell whether there is a clock, or what was meant for one: its name is reported."""
    return "clock" in matter.variables or any(
        isinstance(written, front.Variable) and written.is_clock for written in matter.variables.values()
    )


def _check_due(keys: front.LaterKeys, problems: Problems, *, has_clock: bool) -> None:
    written = [key for key in ("at", "after", "clock") if keys.node_of(key) is not None]
    if not written and any(keys.is_unread(key) for key in ("at", "after", "clock")):
        return
    if len(written) != 1:
        problems.add(
            codes.BAD_LATER,
            keys.place_of_key(written[1]) if written else keys.place_of_key("to"),
            "a later is due at exactly one moment",
            fix="write one of 'at: scene', 'after: 3 scenes' and 'clock: 21:00'",
        )
    elif written == ["clock"] and not has_clock:
        problems.add(
            codes.BAD_LATER,
            keys.place_of_key("clock"),
            "this scenario has no clock",
            fix="declare it under 'variables': clock: {from: 19:40, to: 23:00}",
        )


class _NameCheck:
    """Compares what is referred to with what there is."""

    def __init__(self, scenario: Scenario, known: Index, problems: Problems) -> None:
        self.scenario = scenario
        self.matter = scenario.front
        self.known = known
        self.problems = problems
        self.scenes = Names([*known.scenes, RETURN])
        self.choices = Names(known.choices)
        self.debriefed = Names([*known.choices, *known.tasks])
        self.references = _declared(scenario, "references")
        self.is_sure = not NAMELESS & {problem.code for problem in problems}

    def check(self) -> None:
        for scene in self.scenario.scenes:
            for name in _targets(scene):
                self.need_scene(name)
            self.check_speakers([*scene.blocks, *(block for choice in scene.choices for block in choice.consequence)])
        has_clock = self.matter is None or self.scenario.is_unsure or _has_clock(self.matter)
        for name in structure.names_of_scenes(self.scenario):
            self.need_scene(name)
        for later in self.scenario.laters:
            self.need_scene(Name(later.keys.to, later.keys.place_of("to")))
            if later.keys.at:
                self.need_scene(Name(later.keys.at, later.keys.place_of("at")))
            _check_due(later.keys, self.problems, has_clock=has_clock)
        for debrief in self.scenario.debriefs:
            self.need_references(debrief.keys)
            self.need_choices(debrief.keys, "for", self.debriefed)
            self.check_expert(debrief.keys)
        if self.matter:
            self.check_musts(self.matter)
            for assertion in (*self.matter.always.values(), *self.matter.never.values()):
                for name in names_at(assertion, "at"):
                    self.need_scene(name)

    def check_expert(self, keys: front.DebriefKeys) -> None:
        is_missing = not keys.expert and not keys.is_unread("expert")
        if is_missing and not self.known.tasks.issuperset(keys.for_) and self.is_sure:
            self.problems.add(
                codes.NO_EXPERT,
                keys.place_of_key("for"),
                "it is not said what an expert would take",
                why="the debrief compares what was chosen with what an expert would choose there",
                fix="write 'expert: …' with one or more of the ids under 'for'",
            )
        for name in names_at(keys, "expert"):
            if name.text not in keys.for_:
                self.problems.add(
                    codes.EXPERT_ELSEWHERE,
                    name.span,
                    f"'{name.text}' is not among the choices that this is about",
                    why="the debrief compares what was chosen with what an expert would choose there",
                    fix=Names(keys.for_).hint(name.text, f"write one of {', '.join(keys.for_)}, or add it to 'for'"),
                )

    def check_musts(self, matter: front.Front) -> None:
        for identifier, must in [*matter.must.items(), *matter.must_not.items()]:
            self.need_references(must)
            self.need_choices(must, "blame", self.choices)
            if must.before:
                self.need_scene(Name(must.before, must.place_of("before")))
            if must is not matter.must_not.get(identifier):
                continue
            if identifier in matter.must:
                self.problems.add(
                    codes.DUPLICATE_ID,
                    matter.place_of_key("must_not", identifier),
                    f"'{identifier}' stands under 'must' already",
                    fix="choose another id for one of the two",
                )
            if must.before:
                self.problems.add(
                    codes.BAD_DECLARATION,
                    must.place_of_key("before"),
                    "'before' belongs to a 'must'",
                    why="what must never happen has no time by which it must happen",
                    fix="remove it, or write the moment into 'when'",
                )

    def check_speakers(self, blocks: Iterable[Block]) -> None:
        if self.scenario.is_unsure:
            return
        names = Names(self.known.speakers)
        for block in blocks:
            if not isinstance(block, Dialogue) or block.speaker.text.strip().casefold() in names:
                continue
            speaker = block.speaker.text.strip()
            near = names.nearest(speaker.casefold())
            self.problems.add(
                codes.UNKNOWN_SPEAKER,
                block.speaker.span,
                f"nobody called '{speaker}' is declared",
                why="a paragraph that starts with '**Name:**' is what a character says",
                fix=f"did you mean '{near}'?"
                if near
                else "add the person under 'characters', or write the text without the colon",
            )

    def need_scene(self, name: Name) -> None:
        if name.text in self.scenes or name.text in self.scenario.lost or self.scenario.is_partial:
            return
        near = self.scenes.nearest(name.text)
        if near is None and not self.is_sure:
            return
        where = f" (line {self.known.scenes[near].span.line})" if near in self.known.scenes else ""
        self.problems.add(
            codes.BROKEN_TARGET,
            name.span,
            f"no scene called '{name.text}'",
            why="every way leads to a scene of this file",
            fix=f"did you mean '{near}'{where}?" if near else "write the scene, or lead elsewhere",
        )

    def need_choices(self, record: Record, key: str, known: Names) -> None:
        for name in names_at(record, key):
            if name.text in known or self.scenario.is_broken or self.scenario.is_partial:
                continue
            if self.is_sure or known.nearest(name.text) is not None:
                self.problems.add(
                    codes.UNKNOWN_NAME,
                    name.span,
                    f"no choice or option called '{name.text}'",
                    fix=known.hint(name.text, "write the id of a choice or option of this file"),
                )

    def need_references(self, record: Record) -> None:
        for name in names_at(record, "ref"):
            if name.text not in self.references and not self.scenario.is_unsure:
                self.problems.add(
                    codes.UNKNOWN_NAME,
                    name.span,
                    f"no reference called '{name.text}'",
                    why="it must stand under 'references' in the front matter",
                    fix=self.references.hint(name.text, "declare it there"),
                )
