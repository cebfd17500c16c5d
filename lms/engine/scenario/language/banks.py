"""The question banks that lie beside a scenario, read and checked, and the questions that its scenes take from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.engine.questions.check import check_bank
from lms.engine.questions.syntax import BankFile, OptionKeys, QuestionKeys
from lms.engine.scenario.language import syntax
from lms.engine.scenario.language.include import is_bank
from lms.engine.scenario.language.language_file import MARK
from lms.engine.scenario.program import codes, program
from lms.engine.source import markup
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.typed import read
from lms.engine.source.yaml_nodes import Mapping as MappingNode
from lms.engine.source.yaml_nodes import Node, Scalar, compose

_BANK = re.compile(rb"^(?:bank|questions)[ \t]*:", re.MULTILINE)
_NOTHING = MappingNode((), Span("", 1, 1))

SUFFIX = ".yaml"
_OTHER_WORDS = re.compile(r"(.+)\.([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.yaml")


@dataclass(frozen=True, slots=True)
class Banks:
    """Banks by id. `is_whole` is false where a file could not be read: a bank or question may stand in that part."""

    by_id: Mapping[str, BankFile] = field(default_factory=dict)
    is_whole: bool = True
    told: Mapping[str, Mapping[str, BankFile]] = field(default_factory=dict)
    """The banks of `name.cy.yaml` by language and id: the same questions in other words."""

    def in_language(self, language: str) -> "Banks":
        """Return the banks with their words in a language, as far as they are there, marked as translated."""
        told = self.told.get(language, {})
        return replace(self, by_id={id_: _retold(bank, told.get(id_)) for id_, bank in self.by_id.items()})

    def find(self, question: syntax.Question, problems: Problems) -> QuestionKeys | None:
        """Return the question that a block names; None when there is none, which is reported."""
        bank = self._bank(question, problems)
        if bank is None:
            return None
        keys = question.keys
        name = keys.question or question.id.text
        found = next((each for each in bank.questions if each.id == name), None)
        if found is None and name and self.is_whole:
            names = Names(each.id for each in bank.questions if each.id)
            problems.add(
                codes.UNKNOWN_QUESTION,
                keys.place_of("question") if keys.question else question.id.span,
                f"the bank '{bank.bank}' has no question '{name}'",
                why="the words of the question and its options stand there",
                fix=names.hint(name, "write the question there, or name another by 'question: …'"),
            )
        return found

    def _bank(self, question: syntax.Question, problems: Problems) -> BankFile | None:
        wanted = question.keys.bank
        if wanted is None and len(self.by_id) == 1:
            return next(iter(self.by_id.values()))
        if wanted is not None and wanted in self.by_id:
            return self.by_id[wanted]
        if self.is_whole:
            several = f"there are {', '.join(sorted(self.by_id))}" if self.by_id else ""
            problems.add(
                codes.UNKNOWN_QUESTION,
                question.keys.place_of("bank") if wanted else question.id.span,
                f"there is no question bank '{wanted}'"
                if wanted
                else "it is not clear from which bank the question is",
                why=several or "no file beside this one holds a bank",
                fix=Names(self.by_id).hint(wanted, "save a bank beside this file: bank.yaml")
                if wanted
                else "write 'bank: …'"
                if self.by_id
                else "save a bank beside this file: bank.yaml",
            )
        return None


def read_banks(files: Sequence[SourceFile], scenario: syntax.Scenario, problems: Problems) -> Banks:
    """Read the banks that lie in a scenario's folder, and those that it includes."""
    included = {node.span.path for node in scenario.banks}
    found: dict[str, BankFile] = {}
    is_whole = not scenario.is_partial
    beside = [file for file in files if file.name.endswith(SUFFIX) and "/" not in file.name]
    names = {file.name for file in beside}
    others = {
        file: match[2]
        for file in beside
        if (match := _OTHER_WORDS.fullmatch(file.name)) and f"{match[1]}.yaml" in names
    }
    beside = [file for file in beside if file not in others]
    nodes = [*scenario.banks, *(_bank_in(file, problems) for file in beside if file.path not in included)]
    for node in nodes:
        if node is None:
            is_whole = False
            continue
        before = len(problems)
        bank = read(node, BankFile, problems) if is_bank(node) else None
        is_damaged = len(problems) > before
        is_whole = is_whole and not is_damaged
        if bank is None:
            continue
        check_bank(bank, problems, is_whole=not is_damaged, check_text=_check_text)
        _check_names(bank, scenario, problems)
        if found.setdefault(bank.bank, bank) is not bank:
            problems.add(
                codes.DUPLICATE_ID,
                bank.place_of("bank"),
                f"the id '{bank.bank}' of this bank stands in {found[bank.bank].span.path} already",
                why="scenes name a bank by its id",
                fix="choose another id for one of the two",
            )
    told = _read_others(others, found, problems)
    return Banks(found, is_whole, told)


def _read_others(
    files: Mapping[SourceFile, str], banks: Mapping[str, BankFile], problems: Problems
) -> dict[str, dict[str, BankFile]]:
    """Read the banks in other languages, and report what they say about questions that the bank does not have."""
    told: dict[str, dict[str, BankFile]] = {}
    for file, language in files.items():
        node = _bank_in(file, problems)
        bank = read(node, BankFile, problems) if node is not None and is_bank(node) else None
        own = banks.get(bank.bank) if bank is not None else None
        if bank is None or own is None:
            continue
        told.setdefault(language, {})[bank.bank] = bank
        known = {question.id: {option.id for option in question.options} for question in own.questions}
        for question in bank.questions:
            _check_values(question, problems)
            unknown = [(question.id, question.place_of("id"))] if question.id not in known else []
            unknown += [
                (option.id, option.place_of("id"))
                for option in question.options
                if question.id in known and option.id not in known[question.id]
            ]
            for name, place in unknown:
                problems.add(
                    codes.OTHER_STORY,
                    place,
                    f"the bank '{bank.bank}' has no '{name}' here",
                    why="a file in another language says the same in other words",
                    fix="write the ids as they stand in the bank",
                )
    return told


def _check_values(question: QuestionKeys, problems: Problems) -> None:
    """Report what must not stand in the texts of a question."""
    _check_text(question.node_of("ask"), problems)
    for option in question.options:
        for key in ("text", "feedback"):
            _check_text(option.node_of(key), problems)


def _retold(bank: BankFile, told: BankFile | None) -> BankFile:
    """Return a bank in the words of its file in another language; what is not there stays as it is."""
    if told is None:
        return bank
    words = {question.id: question for question in told.questions}

    def option(own: OptionKeys, other: OptionKeys | None) -> OptionKeys:
        if other is None:
            return own
        says = f"{other.feedback.strip()}{MARK}" if other.feedback.strip() and own.feedback.strip() else own.feedback
        return replace(own, text=f"{other.text.strip()}{MARK}", feedback=says)

    def question(own: QuestionKeys) -> QuestionKeys:
        other = words.get(own.id)
        if other is None:
            return own
        by_id = {one.id: one for one in other.options}
        options = tuple(option(one, by_id.get(one.id)) for one in own.options)
        return replace(own, ask=f"{other.ask.strip()}{MARK}", options=options)

    return replace(bank, questions=tuple(map(question, bank.questions)))


def check_used(banks: Banks, scenario: syntax.Scenario, problems: Problems) -> None:
    """Report questions beside the scenario that no scene asks; silent where a scene asks for one that is not there."""
    if scenario.is_broken or any(problem.code == codes.UNKNOWN_QUESTION.id for problem in problems):
        return
    named = [scene.question for scene in scenario.scenes if scene.question]
    only = next(iter(banks.by_id)) if len(banks.by_id) == 1 else ""
    used = {(each.keys.bank or only, each.keys.question or each.id.text) for each in named}
    included = {node.span.path for node in scenario.banks}
    for name, bank in banks.by_id.items():
        for question in bank.questions if bank.span.path not in included else ():
            if question.id and (name, question.id) not in used:
                problems.add(
                    codes.UNUSED_QUESTION,
                    question.place_of("id"),
                    f"no scene asks '{question.id}'",
                    fix=f"write '::: question {{#{question.id}}}' in a scene, or remove it here",
                )


def cited_by(made: program.Program) -> frozenset[str]:
    """Return the references that the questions of a Program name."""
    return frozenset(name for scene in made.scenes if scene.question for name in scene.question.references)


def _bank_in(file: SourceFile, problems: Problems) -> MappingNode | None:
    """Return what stands in a file that holds a bank; an empty mapping where it holds something else."""
    if not _BANK.search(file.data):
        return _NOTHING
    source = decode(file.path, file.data, problems)
    node = compose(source, problems) if source is not None else None
    return node if isinstance(node, MappingNode) else None


def _check_text(node: Node | None, problems: Problems) -> None:
    markup.check_value(node, problems)
    if isinstance(node, Scalar) and "![" in node.text:
        at = node.text.index("![")
        problems.add(
            codes.PICTURE_IN_TEXT,
            node.within(at, 2),
            "a picture or video stands on a line of its own",
            fix="show it in the scene that asks the question",
        )


def _check_names(bank: BankFile, scenario: syntax.Scenario, problems: Problems) -> None:
    """Report references and objectives that the scenario does not declare."""
    matter = scenario.front
    if matter is None or scenario.is_unsure:
        return
    for question in bank.questions:
        places: list[tuple[str, Span, Names, str]] = [
            (name, question.place_of("references", index), Names(matter.references), "references")
            for index, name in enumerate(question.references)
        ]
        if question.outcome:
            places.append((question.outcome, question.place_of("outcome"), Names(matter.objectives), "objectives"))
        for name, place, known, section in places:
            if name not in known:
                problems.add(
                    codes.UNKNOWN_NAME,
                    place,
                    f"the scenario declares no '{name}' under '{section}'",
                    fix=known.hint(name, "declare it in the front matter of scenario.md, or remove it here"),
                )
