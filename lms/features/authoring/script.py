"""A scenario as a script on paper for whoever reviews it: all that a learner can meet, why, and room for remarks. Pure.

The pages are made of `Node`s, from which `page` makes HTML and `script_pdf` a PDF, so that both say the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.engine.scenario.program.expression import Points, parts
from lms.engine.scenario.program.in_words import Reader
from lms.engine.scenario.program.media import Picture, Recording, Video
from lms.engine.scenario.program.observing import Track
from lms.engine.scenario.program.program import (
    Block,
    Choice,
    DebriefPoint,
    Dialogue,
    Document,
    Draw,
    Later,
    Must,
    MustNot,
    Option,
    Program,
    Prose,
    Reference,
    Scene,
)
from lms.engine.scenario.program.ways import steps_of
from lms.features.authoring.markup import Node, block, el, inline, remarks, table

RATINGS: Mapping[str, str] = {
    "best": "● best",
    "defensible": "◐ defensible",
    "unsafe": "▲ unsafe",
    "critical": "■ critical",
}
QUESTIONS = (
    "Is it right, by the law, the guidance and the practice of the nation named above?",
    "Would it happen like this? Would people speak and act like this?",
    "Is every rating right, and would a good colleague really consider each wrong choice?",
    "Do the reasons teach what matters? Is a better or newer reference known?",
    "Is anybody shown without respect? Is anything said that could hurt without need?",
)


def script(program: Program) -> list[Node]:
    """Return the script of a Program."""
    return list(_Script(program).nodes())


@dataclass
class _Script:
    program: Program
    reader: Reader = field(init=False)
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.program)
        self.numbers = {scene.id: number for number, scene in enumerate(self.program.scenes, 1)}
        self.references = {one.id: one for one in self.program.references}
        self.points = {id_: point for point in self.program.points for id_ in point.about}
        self.characters = {one.id: one for one in self.program.characters}
        self.options = {
            option.id: option.label
            for scene in reversed(self.program.scenes)
            for option in reversed(scene.options.items if scene.options else ())
        }
        self.laters: dict[str, list[Later]] = {}
        for later in self.program.laters:
            self.laters.setdefault(later.scene, []).append(later)
        self.draws: dict[str, list[Draw]] = {}
        for draw in self.program.draws:
            self.draws.setdefault(draw.scene, []).append(draw)
        self.coming = self._coming()

    def nodes(self) -> Iterator[Node]:
        yield from self.cover()
        yield from self.before()
        yield el("h2", "The story, scene by scene")
        for scene in self.program.scenes:
            yield from self.scene(scene)
        yield from self.after()

    # --- around the story ---------------------------------------------------------------------------------------

    def cover(self) -> Iterator[Node]:
        """Yield what the script is about, and what is asked of the reviewer."""
        made = self.program
        yield el("h1", made.title)
        yield el("p", "Script for review", kind="lead")
        reviewed = f"{made.reviewed.by}, {made.reviewed.on}" if made.reviewed else "no expert has reviewed it yet"
        facts = [
            ("Scenario", made.id),
            ("Version", made.hash[:12]),
            ("For", ", ".join(made.audience)),
            ("Level", made.level),
            ("Nation", made.nation),
            ("Minutes", f"{made.minutes.low} to {made.minutes.high}"),
            ("Scenes", str(len(made.scenes))),
            ("Reviewed", reviewed),
        ]
        yield table(["", ""], [[name, value] for name, value in facts if value], kind="facts")
        if made.summary:
            yield el("p", inline(made.summary))
        yield el("h2", "What is asked of you")
        yield el("ul", [el("li", question) for question in QUESTIONS])
        yield el("p", "Write beside what you read. A remark is best with the name in brackets, such as [tray].")
        yield table(["Reviewer", "What makes you an expert", "Date", "Signature"], [["", "", "", ""]], kind="sign")

    def before(self) -> Iterator[Node]:
        """Yield what is declared before the story starts."""
        made, says = self.program, self.reader
        if made.objectives:
            yield el("h2", "What learners can do afterwards")
            yield el("ul", [el("li", inline(one.says)) for one in made.objectives])
        if made.prebrief or made.content_note:
            yield el("h2", "Before the start")
            yield from block(made.prebrief)
            yield from block(made.content_note)
        if made.characters:
            yield el("h2", "People")
            yield table(["Who", "What"], [[one.name, one.role] for one in made.characters])
        yield from self.musts("What has to happen", made.musts)
        yield from self.musts("What must never happen", made.must_nots)
        if made.pass_when:
            yield el("h2", "When it is passed")
            yield el("p", says.condition(made.pass_when))
        if made.competencies:
            yield el("h2", "What is measured, unseen")
            rows = [[one.says, f"{one.low} to {one.high}", f"starts at {one.start}"] for one in made.competencies]
            yield table(["Competency", "From, to", ""], rows)
        yield from self.observations()
        scales = {one.id for one in made.scales}
        named = [one for one in made.derived if one.id not in scales]
        if named:
            yield el("h2", "Names for what has come together")
            yield table(["Name", "Means"], [[one.id.replace("-", " "), says.condition(one.value)] for one in named])

    def observations(self) -> Iterator[Node]:
        """Yield what is measured, and how points are given for it: a number that is wrong here is wrong everywhere."""
        made = self.program
        if made.tracks:
            rows = []
            for one in made.tracks:
                low, high = one.usual_low, one.usual_high
                usual = "" if low is None or high is None else f"{_number(low, one)} to {_number(high, one)}"
                rows.append([one.label, one.unit or ", ".join(word.label for word in one.words), usual])
            yield el("h2", "Observations")
            yield table(["What", "Unit, or words", "Usual for this person"], rows)
        derived = {one.id: one.value for one in made.derived}
        tracks = {one.id: one for one in made.tracks}
        for scale in made.scales:
            found = (
                [part for part in parts(derived[scale.id]) if isinstance(part, Points)] if scale.id in derived else []
            )
            yield el("h2", f"Points: {scale.label}")
            rows = [[tracks[one.name].label, self.reader.bands(one)] for one in found if one.name in tracks]
            yield table(["What", "Points"], rows)

    def musts(self, title: str, musts: Sequence[Must | MustNot]) -> Iterator[Node]:
        if not musts:
            return
        yield el("h2", title)
        for one in musts:
            before = getattr(one, "before", "")
            by = f", before {self.named(before)}" if before else ""
            yield el(
                "div",
                el("p", el("strong", inline(one.says)), f" [{one.id}]"),
                el("p", f"When: {self.reader.condition(one.when)}{by}."),
                el("p", "Why: ", inline(one.why)),
                self.cited(one.references),
                kind="card",
            )

    def after(self) -> Iterator[Node]:
        """Yield what comes after the story: closing questions, support, references, remarks."""
        made = self.program
        if made.plan.prompts:
            yield el("h2", "Asked at the close")
            yield el("ol", [el("li", inline(one.ask)) for one in made.plan.prompts])
        if made.summary_route:
            yield el("h2", "The story in short, for who would rather read it")
            yield from block(made.summary_route)
        if made.support:
            yield el("h2", "Where learners find help")
            yield table(
                ["Who", "When", "How"], [[one.name, one.says, f"{one.phone} {one.url}".strip()] for one in made.support]
            )
        if made.references:
            yield el("h2", "References")
            rows = [
                [f"[{one.id}] {_cite(one)}", one.url, one.checked or "–", one.review_by or "–"]
                for one in made.references
            ]
            yield table(["What", "Where", "Looked at", "Look again by"], rows)
        yield el("h2", "Remarks on the whole")
        yield remarks(9)

    # --- scenes -------------------------------------------------------------------------------------------------

    def scene(self, scene: Scene) -> Iterator[Node]:
        kind = "ending" if scene.ending else scene.kind
        yield el("h3", f"{self.numbers[scene.id]}. {scene.title} ", el("small", f"[{scene.id}] {kind}"), id=scene.id)
        comes = "; ".join(self.coming.get(scene.id, ()))
        if comes:
            yield el("p", f"Comes from: {comes}.", kind="note comes")
        for later in self.laters.get(scene.id, ()):
            yield el("p", self.later(later), kind="note")
        yield from self.blocks(scene.blocks)
        yield from self.asked(scene)
        for choice in scene.choices:
            yield self.choice(choice)
        if scene.timeout:
            yield el(
                "p", f"Learners who have asked to be timed have {scene.timeout.seconds} seconds. Then:", kind="note"
            )
            yield self.choice(scene.timeout.choice)
        if not scene.choices and not scene.ending:
            target = self.named(scene.then) if scene.then else "back to where the story was heading"
            yield el("p", f"Goes on to {target}{self.back(scene.back)}.", kind="note")
        yield from self.ending(scene)
        yield from self.rest(scene)
        for point in dict.fromkeys(self.points[id_] for id_ in self.taken(scene) if id_ in self.points):
            yield self.debrief(point)
        yield remarks(3)

    def taken(self, scene: Scene) -> list[str]:
        """Return the ids of what can be taken in a scene."""
        ids = [choice.id for choice in scene.choices]
        ids += [option.id for option in scene.options.items] if scene.options else []
        ids += [task.id for task in (scene.question, scene.order) if task]
        return [*ids, *([scene.timeout.choice.id] if scene.timeout else [])]

    def asked(self, scene: Scene) -> Iterator[Node]:
        """Yield what a scene asks besides its choices."""
        if scene.ask:
            yield el("p", el("strong", inline(scene.ask)))
        if scene.free_text:
            yield el("p", el("strong", inline(scene.free_text.ask)), " (in the learner’s own words)")
            for route in scene.free_text.routes:
                words = " / ".join(f"“{phrase}”" for phrase in route.phrases)
                does = self.does(route.effects, getattr(route, "takes", 0))
                target = f" → {self.named(route.to)}" if route.to else ""
                yield el("p", f"Words such as {words}{target}. {does}", kind="note")
        if scene.options:
            yield el(
                "p",
                el("strong", inline(scene.options.ask or "What is selected?")),
                f" ({scene.options.least} to {scene.options.most})",
            )
            for option in scene.options.items:
                yield self.choice(option)
        for task in (scene.question, scene.order):
            if task:
                wanted = [item.label for id_ in task.wanted for item in task.items if item.id == id_]
                yield el("p", el("strong", inline(task.ask)), f" [{task.id}]")
                yield el(
                    "ul",
                    [
                        el("li", inline(item.label), f" – {item.feedback}" if item.feedback else "")
                        for item in task.items
                    ],
                )
                yield el("p", f"Right: {' · '.join(wanted)}", kind="note")
                for word in ("right", "partly", "wrong"):
                    if getattr(task, word):
                        yield el("p", f"{word.capitalize()}: {self.reader.effects(getattr(task, word))}", kind="note")

    def choice(self, choice: Choice | Option) -> Node:
        """Return a choice or option with all that hangs on it."""
        says = self.reader
        label = el(
            "p",
            f"{RATINGS[choice.rating]}: " if choice.rating else "",
            el("strong", inline(choice.label or "Nothing is done")),
            f" [{choice.id}]",
        )
        parts: list[Node] = [label]
        if isinstance(choice, Choice):
            target = self.named(choice.to) if choice.to else "back to where the story was heading"
            parts.append(
                el("p", f"→ {target}{self.back(choice.back)}{', once only' if choice.once else ''}", kind="note")
            )
        if choice.when:
            words = getattr(choice, "hint", "")
            hint = f" Closed, it is shown with: “{words}”" if words else ""
            parts.append(el("p", f"Open when {says.condition(choice.when)}.{hint}", kind="note"))
        if isinstance(choice, Choice):
            parts += self.blocks(choice.consequence)
        does = self.does(choice.effects, choice.takes)
        parts += [el("p", does, kind="note")] if does else []
        parts += [el("p", "Why one might: ", inline(choice.why_plausible))] if choice.why_plausible else []
        parts += [el("p", f"Said {choice.feedback.at}: ", inline(choice.feedback.markdown))] if choice.feedback else []
        return el("div", parts, kind=f"card {choice.rating or 'plain'}")

    def does(self, effects: Sequence[Any], takes: int) -> str:
        """Return what something changes, and how long it takes, in words."""
        said = [f"Changes: {self.reader.effects(effects)}."] if effects else []
        return " ".join([*said, *([f"Takes {takes} min."] if takes else [])])

    def blocks(self, blocks: Iterable[Block]) -> list[Node]:
        """Return what is shown, with the condition under which it is."""
        found: list[Node] = []
        for one in blocks:
            own = self.shown(one)
            if one.when is None:
                found += own
            else:
                found.append(
                    el("div", el("p", f"Only if {self.reader.condition(one.when)}:", kind="note"), own, kind="if")
                )
        return found

    def shown(self, one: Block) -> list[Node]:
        match one:
            case Prose(markdown):
                return block(markdown)
            case Dialogue(character, markdown):
                who = self.characters[character].name if character in self.characters else character
                return [el("div", el("p", el("strong", f"{who}:")), block(markdown), kind="speech")]
            case Document(title, markdown):
                return [el("div", el("p", el("strong", title)), block(markdown), kind="paper")]
            case Picture(file, alt, caption):
                return [el("p", f"[Picture {file}: {alt}] {caption}", kind="note")]
            case Video(file, title, caption, transcript=transcript) | Recording(
                file, title, caption, transcript=transcript
            ):
                what = "Video" if isinstance(one, Video) else "Recording"
                said = block(transcript) if transcript else [el("p", "There is no transcript.", kind="note")]
                return [
                    el("p", f"[{what} {file}] {caption}", kind="note"),
                    el("div", el("p", el("strong", title)), said, kind="paper"),
                ]
        return [el("p", f"[{one.kind}: {getattr(one, 'title', '')}]", kind="note")]

    def ending(self, scene: Scene) -> Iterator[Node]:
        ending = scene.ending
        if ending is None:
            return
        yield el("p", f"An ending: {ending.band}, {'a good one' if ending.success else 'not a good one'}.", kind="note")
        if ending.voice:
            yield el(
                "div",
                el("p", el("strong", "How the person tells it:")),
                [el("p", inline(line)) for line in ending.voice],
                kind="speech",
            )
        for later in ending.followups:
            yield el("p", f"Asked after {later.days} days: {later.ask}", kind="note")

    def rest(self, scene: Scene) -> Iterator[Node]:
        """Yield what else a scene does."""
        if scene.takes:
            yield el("p", f"Takes {scene.takes} min.", kind="note")
        for draw in self.draws.get(scene.id, ()):
            yield el("p", f"Chance decides here: {draw.id}, one of {', '.join(draw.values)}.", kind="note")
        if scene.hub:
            yield el(
                "p",
                f"Each can be looked at once; “{self.reader.labels.get(scene.hub.exit, scene.hub.exit)}” leaves, after {scene.hub.least} at least.",
                kind="note",
            )
        if scene.checkpoint:
            kept = ", ".join(scene.checkpoint.keeps) or "nothing"
            yield el("p", f"An act ends here. What is remembered beyond it: {kept}.", kind="note")
        for seen in scene.observe:
            when = f", if {self.reader.condition(seen.when)}" if seen.when else ""
            what = self.reader.effects(seen.effects) or "all as before"
            yield el("p", f"Measured here{when}: {what}.", kind="note")

    def debrief(self, point: DebriefPoint) -> Node:
        labels = [self.reader.labels.get(id_) or self.options.get(id_, id_) for id_ in point.expert]
        return el(
            "div",
            el("p", el("strong", "Debrief"), f" [{point.id}]"),
            [el("p", "Asked first: ", inline(point.ask))] if point.ask else [],
            el("p", "An expert: ", inline("; ".join(labels))) if labels else [],
            el("p", "Why: ", inline(point.why)),
            self.cited(point.references),
            kind="card debrief",
        )

    # --- words --------------------------------------------------------------------------------------------------

    def named(self, scene: str) -> str:
        return f"{self.numbers.get(scene, '')}. {self.reader.scenes.get(scene, scene)}"

    def back(self, back: str | None) -> str:
        if back is None:
            return ""
        return f", and then {self.named(back) if back else 'back'}"

    def _coming(self) -> dict[str, list[str]]:
        """Return what leads to each scene, in words and in the order of the file; found in one look at the story."""
        found: dict[str, list[str]] = {self.program.start: ["the start"]}
        for scene in self.program.scenes:
            by: dict[str, list[str]] = {}
            for target, back, choice in steps_of(scene):
                for name in {target, back}:
                    by.setdefault(name or "", []).append(choice.id if choice else "going on")
            for name, ways in by.items():
                found.setdefault(name, []).append(f"{self.named(scene.id)} ({', '.join(ways)})")
        for later in self.program.laters:
            found.setdefault(later.to, []).append(f"a delayed consequence ({later.id})")
        return found

    def later(self, later: Later) -> str:
        clock = later.clock or 0
        due = (
            f"before {self.named(later.at)}"
            if later.at
            else f"{later.after} scenes on"
            if later.after
            else f"at {clock // 60 % 24:02}:{clock % 60:02}"
        )
        when = f", if {self.reader.condition(later.condition)}" if later.condition else ""
        return f"From here on, {self.named(later.to)} waits: it comes {due}{when}. [{later.id}]"

    def cited(self, ids: Sequence[str]) -> list[Node]:
        known = [f"[{id_}] {_cite(self.references[id_])}" for id_ in ids if id_ in self.references]
        return [el("p", f"Reference: {'; '.join(known)}", kind="note")] if known else []


def _cite(reference: Reference) -> str:
    return ", ".join(filter(None, (reference.title, reference.part, reference.issuer)))


def _number(value: int, track: Track) -> str:
    return f"{value / 10**track.decimals:.{track.decimals}f}" if track.decimals else str(value)
