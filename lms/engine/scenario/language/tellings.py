"""The story, its language files and its overlays, compiled together: what is told otherwise goes into the Program.

    scenario.md                  the story
    scenario.cy.md               the same in Welsh
    scenario.england.yaml        names, sources, help and documents for England
    scenario.england.cy.yaml     the same in Welsh

Each of them is laid over the syntax of the story, and the whole is compiled again; what differs then are words, by their
places in the Program, and nothing else can.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from lms.engine.scenario.language.language_file import MARK, Beside, Laid, lay
from lms.engine.scenario.language.overlay import (
    NATIONS,
    Overlay,
    check_plain,
    check_terms,
    nearest_nation,
    overlaid,
    read_overlay,
)
from lms.engine.scenario.language.syntax import Scenario
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.place import said
from lms.engine.scenario.program.program import Program, Reference, Route, Said, Scene, Support, Telling
from lms.engine.scenario.program.wording import Text, retold, with_terms, words
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source, SourceFile, decode
from lms.kernel.record import Record

Recompile = Callable[[Scenario], Program | None]

_LANGUAGE = re.compile(r"scenario\.([^/]+)\.md")
_NATION = re.compile(r"scenario\.([^/.]+)(?:\.([^/]+))?\.ya?ml")
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
SHOWN = 3
"""How many of the texts that are not translated a message names."""

BEGINNING = 30
"""How many letters of such a text are shown."""

COPIED = 5
"""So many words that are the same in both languages were copied to be translated; fewer may well be a name."""


@dataclass(frozen=True, slots=True)
class Parity(Record):
    """How much of a story is there in another language; `missing` are the places of the texts that are not."""

    language: str
    path: str
    texts: int
    missing: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """How much is translated, in per cent; 100 only when nothing is missing."""
        return 100 * (self.texts - len(self.missing)) // max(1, self.texts)


@dataclass(slots=True)
class Told:
    """The Program with its tellings, and how complete each language is."""

    program: Program
    parity: tuple[Parity, ...] = ()


@dataclass(slots=True)
class _Teller:
    """Compiles the story once for each way in which it is told."""

    story: Scenario
    program: Program
    speakers: Mapping[str, str]
    recompile: Recompile
    problems: Problems
    files: Mapping[str, SourceFile]
    terms: Mapping[str, str] = field(default_factory=dict)
    beside: list[Source] = field(default_factory=list)
    languages: dict[str, tuple[Source, Laid]] = field(default_factory=dict)
    overlays: dict[tuple[str, str], Overlay] = field(default_factory=dict)
    parity: list[Parity] = field(default_factory=list)

    def take(self, file: SourceFile) -> Source | None:
        """Read a file, if it is one that tells the story otherwise; return it if it could be read."""
        language, nation = _LANGUAGE.fullmatch(file.name), _NATION.fullmatch(file.name)
        is_told = (language or nation) and _is_named_well(file, self.program, self.problems)
        source = decode(file.path, file.data, self.problems) if is_told and not file.refusal else None
        if source is not None and language is not None:
            beside = [Beside(self.story.source.path, source), *self._beside(language[1])]
            laid = lay(self.story, beside, language[1], self.speakers, self.problems)
            self.languages[language[1]] = source, laid
            if laid.scenario.front:
                check_plain(laid.scenario.front, self.problems)
        elif source is not None and nation is not None:
            overlay = read_overlay(source, self.story, self.problems)
            if overlay is not None:
                self.overlays[nation[1], nation[2] or ""] = overlay
        return source

    def _beside(self, language: str) -> Iterator[Beside]:
        """Yield the language files of what the story includes: `people.cy.yaml` beside `people.yaml`."""
        by_path = {file.path: file for file in self.files.values()}
        for other in self.story.others:
            stem, _, suffix = by_path[other.path].name.rpartition(".")
            file = self.files.get(f"{stem}.{language}.{suffix}")
            source = decode(file.path, file.data, self.problems) if file and not file.refusal else None
            if source is not None:
                self.beside.append(source)
                yield Beside(other.path, source)

    def tell(self) -> Program:
        """Return the Program with all its tellings."""
        base = with_terms(self.program, self.terms)
        own = words(base)
        tellings = []
        nations = [nation for nation in NATIONS if any(known == nation for known, _ in self.overlays)]
        by_language: dict[str, dict[str, Said]] = {}
        for nation, language in product(("", *nations), ("", *self.languages)):
            if not (nation or language):
                continue
            found = self._program(language, nation)
            if found is None:
                continue
            here = words(replace(found, references=base.references) if nation else found)
            if here.keys() != own.keys():
                self._refuse(language, nation)
                continue
            texts = dict(self._said(own, here, language))
            if language and not nation:
                by_language[language] = texts
                self._count(language, own, here)
            else:
                texts = {place: one for place, one in texts.items() if by_language.get(language, {}).get(place) != one}
            overlay = self.overlays.get((nation, language))
            references = self._references(found, overlay) if overlay else ()
            tellings.append(Telling(language, nation, tuple(texts.values()), references, _support(overlay)))
        return replace(_with_phrases(base, self._phrases()), tellings=tuple(tellings))

    def _program(self, language: str, nation: str) -> Program | None:
        """Compile the story in one language for one nation."""
        laid = self.languages[language][1].scenario if language else self.story
        terms = dict(self.terms)
        if language and laid.front is not None:
            terms |= {str(name): says.removesuffix(MARK) for name, says in laid.front.terms.items()}
        for known in ((nation, ""), (nation, language)):
            overlay = self.overlays.get(known)
            if overlay is not None:
                laid = overlaid(laid, overlay, MARK if known[1] else "")
                terms |= overlay.terms
        found = self.recompile(laid)
        return None if found is None else with_terms(found, terms)

    def _said(self, own: Mapping[str, Text], here: Mapping[str, Text], language: str) -> Iterator[tuple[str, Said]]:
        """Yield the texts that are told otherwise; those of a nation that are not in `language` say so."""
        for place, text in here.items():
            says = text.says.removesuffix(MARK)
            if _is_translated(own[place], text):
                yield place, Said(place, says)
            elif says != own[place].says:
                yield place, Said(place, says, self.program.language if language else "")

    def _count(self, language: str, own: Mapping[str, Text], here: Mapping[str, Text]) -> None:
        source = self.languages[language][0]
        wanted = [place for place, text in own.items() if text.needs_translation]
        missing = tuple(place for place in wanted if not _is_translated(own[place], here[place]))
        parity = Parity(language, source.path, len(wanted), missing)
        self.parity.append(parity)
        if missing:
            named = ", ".join(f"{said(place)} (“{_beginning(own[place].says)}”)" for place in missing[:SHOWN])
            named += " and others" if len(missing) > SHOWN else ""
            if any(own[place].kind.endswith(".transcript") for place in missing):
                named += "; a transcript has a file of its own, such as 'media/handover.cy.md'"
            self.problems.add(
                codes.UNTRANSLATED,
                Span(source.path, 1, 1, 1),
                f"{len(missing)} of {len(wanted)} texts are not translated ({parity.percent} % are)",
                why="they are shown in the story's own language; nothing else changes",
                fix=f"translate {named}",
            )

    def _refuse(self, language: str, nation: str) -> None:
        overlay = self.overlays.get((nation, language)) or self.overlays.get((nation, ""))
        path = self.languages[language][0].path if language or overlay is None else overlay.source.path
        self.problems.add(
            codes.OTHER_STORY,
            Span(path, 1, 1, 1),
            "laid over the story, this gives texts to what has none",
            fix="leave out whatever the story does not say",
        )

    def _references(self, found: Program, overlay: Overlay) -> tuple[Reference, ...]:
        """Return the sources that an overlay gives instead of the story's."""
        return tuple(
            retold(one, lambda _, text, __: text.removesuffix(MARK))
            for one in found.references
            if one.id in overlay.keys.references
        )

    def _phrases(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for _, laid in self.languages.values():
            for route, phrases in laid.phrases.items():
                found[route] = (*found.get(route, ()), *phrases)
        return found


def tell(
    story: Scenario,
    program: Program,
    files: Mapping[str, SourceFile],
    speakers: Mapping[str, str],
    *,
    recompile: Recompile,
    problems: Problems,
) -> Told:
    """Return the Program of a story that compiles, in all languages and for all nations for which there are files."""
    terms = {str(name): says for name, says in story.front.terms.items()} if story.front else {}
    if story.front:
        check_plain(story.front, problems)
    teller = _Teller(story, program, speakers, recompile, problems, files, terms)
    sources = [story.source, *story.others, *(teller.take(file) for _, file in sorted(files.items()))]
    check_terms(filter(None, [*sources, *teller.beside]), terms, problems)
    if problems.has_errors() or not (terms or teller.languages or teller.overlays):
        return Told(program)
    return Told(teller.tell(), tuple(teller.parity))


def _is_translated(own: Text, here: Text) -> bool:
    """Tell whether a language file has said this: a sentence that is the story's own was copied and not translated yet."""
    says = here.says.removesuffix(MARK)
    is_copy = says == own.says and len(says.split()) >= COPIED and "{lang=" not in says
    return here.says != says and not is_copy


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else f"{line[:BEGINNING].rstrip()}…"


def _support(overlay: Overlay | None) -> tuple[Support, ...]:
    """Return where an overlay says that help is found."""
    written = overlay.keys.support if overlay else ()
    return tuple(Support(one.name, one.says, one.phone, one.url or "") for one in written)


def _is_named_well(file: SourceFile, program: Program, problems: Problems) -> bool:
    """Check the language and the nation in a file's name; there is no other place for them."""
    _, *names, suffix = file.name.split(".")
    nation = names[0] if suffix != "md" else ""
    language = ".".join(names[1:] if nation else names)
    if nation and (nation not in NATIONS or nation == program.nation):
        problems.add(
            codes.OVERLAY_NAME,
            Span(file.path, 1, 1),
            f"the story is written for {nation}" if nation == program.nation else f"there is no nation '{nation[:40]}'",
            why="an overlay says what is otherwise in another nation, which its name says",
            fix="write it into the story"
            if nation == program.nation
            else f"call it scenario.{nearest_nation(nation)}.yaml",
        )
        return False
    if language and (_CODE.fullmatch(language) is None or language == program.language):
        problems.add(
            codes.LANGUAGE_NAME,
            Span(file.path, 1, 1),
            f"'{language[:40]}' is the story's own language"
            if language == program.language
            else f"'{language[:40]}' is not the code of a language",
            why="a language file tells the story in another language, which its name says",
            fix="remove it, or call it as its language is called: scenario.cy.md for Welsh",
        )
        return False
    return True


def _with_phrases(program: Program, phrases: Mapping[str, tuple[str, ...]]) -> Program:
    """Return the Program whose free texts understand the words of all its languages."""

    def heard(route: Route) -> Route:
        return replace(route, phrases=tuple(dict.fromkeys((*route.phrases, *phrases.get(route.id, ())))))

    def heard_in(scene: Scene) -> Scene:
        text = scene.free_text
        return replace(scene, free_text=text and replace(text, routes=tuple(map(heard, text.routes))))

    return replace(program, scenes=tuple(map(heard_in, program.scenes))) if phrases else program
