"""What can be wrong between the files of a course: names that lead nowhere, rules that cannot be met, what is overdue."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.engine.course import codes
from lms.engine.course.lesson import LessonFile, Part
from lms.engine.course.prose import check_passage, check_picture, check_value
from lms.engine.course.quiz import check_quiz
from lms.engine.course.syntax import CourseFile, LessonLine, QuizLine, ScenarioLine
from lms.engine.questions.check import check_bank
from lms.engine.questions.codes import NO_RIGHT
from lms.engine.questions.syntax import BankFile
from lms.engine.source.media import Media
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.typed import Record

WORDS_PER_MINUTE = 200
_WORD = re.compile(r"\w[\w\u2019'-]*")
_LISTED = 12
COURSE_FILE = "course.yaml"
LESSONS = "lessons"

Line = LessonLine | QuizLine | ScenarioLine
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a course as read: lessons by their name, banks by their file, pictures and other media.

    `damaged` names the files of which a part could not be read. That is reported already; what such a part may have
    held is not reported as missing.
    """

    folder: str
    course: CourseFile
    lessons: Mapping[str, LessonFile]
    banks: Mapping[str, BankFile]
    media: Media
    damaged: frozenset[str]

    @property
    def is_course_whole(self) -> bool:
        """Tell whether all of course.yaml could be read."""
        return COURSE_FILE not in self.damaged

    @property
    def are_banks_whole(self) -> bool:
        """Tell whether all of all banks could be read."""
        return not any(name.endswith(".yaml") and name != COURSE_FILE for name in self.damaged)


def activity_id(line: Line) -> str:
    """Return the id of an activity as the course names it."""
    match line:
        case LessonLine():
            return line.lesson
        case QuizLine():
            return line.quiz
        case ScenarioLine():
            return line.scenario


def check(files: Files, problems: Problems, *, today: date, scenarios: Collection[str] | None) -> None:
    """Add every problem; `scenarios` are the ids that exist (None: not known here, so not checked)."""
    _Check(files, problems, scenarios).run(today)


class _Check:
    """One look through the files of a course."""

    def __init__(self, files: Files, problems: Problems, scenarios: Collection[str] | None) -> None:
        self._files = files
        self._course = files.course
        self._problems = problems
        self._scenarios = scenarios
        self._ids = [activity_id(line) for line in files.course.activities]

    def run(self, today: date) -> None:
        self._folder()
        seen: dict[str, Span] = {}
        for position, line in enumerate(self._course.activities):
            self._once(self._ids[position], line.place_of(line.kind), seen)
            self._activity(line)
            self._needs(position, line)
        self._certificate()
        for name, lesson in self._files.lessons.items():
            self._lesson(name, lesson)
        self._banks()
        self._references(today)
        self._unused()
        self._texts()

    # --- course.yaml ------------------------------------------------------------------------------------------------

    def _folder(self) -> None:
        course, folder = self._course, self._files.folder
        if course.course != folder:
            self._problems.add(
                codes.FOLDER_NAME,
                course.place_of("course"),
                f"the course is called '{course.course}' and its folder '{folder}'",
                why="one name leads to the files, the address of its page and its records",
                fix=f"rename the folder, or write 'course: {folder}' if nobody has begun it yet",
            )

    def _texts(self) -> None:
        course = self._course
        paths: list[Path] = [("title",), ("summary",), ("content_note",), ("certificate", "says")]
        paths += [("outcomes", name) for name in course.outcomes]
        for path in paths:
            check_value(course.node_of(*path), self._problems)

    def _activity(self, line: Line) -> None:
        files = self._files
        match line:
            case LessonLine():
                file = f"{LESSONS}/{line.lesson}.md"
                if line.lesson not in files.lessons and file not in files.damaged:
                    what = f"there is no file '{file}'"
                    self._unknown(codes.MISSING_LESSON, line.place_of("lesson"), what, (line.lesson, files.lessons))
            case QuizLine():
                banks = {bank.bank: bank for bank in files.banks.values()}
                if not files.are_banks_whole:
                    pass
                elif line.bank in banks:
                    check_quiz(line, banks[line.bank], self._problems)
                else:
                    what = f"there is no question bank '{line.bank}'"
                    self._unknown(codes.UNKNOWN_BANK, line.place_of("bank"), what, (line.bank, banks))
                self._line(line)
            case ScenarioLine():
                if self._scenarios is not None and line.scenario not in self._scenarios:
                    what = f"there is no scenario '{line.scenario}'"
                    self._unknown(
                        codes.UNKNOWN_SCENARIO, line.place_of("scenario"), what, (line.scenario, self._scenarios)
                    )
                self._line(line)

    def _line(self, line: QuizLine | ScenarioLine) -> None:
        for key in ("title", "summary"):
            check_value(line.node_of(key), self._problems)

    def _needs(self, position: int, line: Line) -> None:
        """Report an activity that needs an unknown one, itself, or one that stands after it (so no cycle can be)."""
        for index, needed in enumerate(line.needs or ()):
            span = line.place_of("needs", index)
            if needed not in self._ids:
                self._no_activity(needed, span)
            elif needed not in self._ids[:position]:
                self._problems.add(
                    codes.CIRCULAR_NEEDS,
                    span,
                    f"'{self._ids[position]}' waits for '{needed}', which does not stand before it",
                    why="activities that wait for later ones can end up waiting for each other",
                    fix=f"move '{needed}' up, or remove it here",
                )

    def _certificate(self) -> None:
        rule = self._course.certificate
        if rule is None:
            return
        for index, needed in enumerate(rule.needs or ()):
            if needed not in self._ids:
                self._no_activity(needed, rule.place_of("needs", index))
        counted = [line for line in self._course.activities if rule.needs is None or activity_id(line) in rule.needs]
        lengths = [self._minutes(line) for line in counted]
        total = sum(length or 0 for length in lengths)
        if self._files.is_course_whole and None not in lengths and rule.minutes > total:
            self._problems.add(
                codes.CERTIFICATE_MINUTES,
                rule.place_of("minutes"),
                f"the certificate states {rule.minutes} minutes, and what earns it takes {total}",
                why="employers and regulators count on the time that it states",
                fix=f"write 'minutes: {total}' or less",
            )

    def _no_activity(self, needed: str, span: Span) -> None:
        if self._files.is_course_whole:
            what = f"the course has no activity '{needed}'"
            self._unknown(codes.UNKNOWN_ACTIVITY, span, what, (needed, self._ids))

    def _minutes(self, line: Line) -> int | None:
        if not isinstance(line, LessonLine):
            return line.minutes
        lesson = self._files.lessons.get(line.lesson)
        return lesson.front.minutes if lesson is not None else None

    def _references(self, today: date) -> None:
        for name, reference in self._course.references.items():
            if reference.review_by is not None and reference.review_by < today:
                self._problems.add(
                    codes.REVIEW_OVERDUE,
                    reference.place_of("review_by"),
                    f"the reference '{name}' should have been looked at by {reference.review_by}",
                    why="rules change, and a learner acts on what is written here",
                    fix="look at it again; then change what has changed, and write both dates anew",
                )

    def _unused(self) -> None:
        files = self._files
        if files.damaged:
            return
        fronts = [lesson.front for lesson in files.lessons.values()]
        questions = [question for bank in files.banks.values() for question in bank.questions]
        cited = {name for front in fronts for name in front.references}
        cited |= {name for question in questions for name in question.references}
        served = {name for front in fronts for name in front.outcomes} | {each.outcome for each in questions}
        declared: list[tuple[str, Iterable[str], Collection[str | None]]] = [
            ("references", self._course.references, cited),
            ("outcomes", self._course.outcomes, served),
        ]
        for key, names, used in declared:
            for name in names:
                if name not in used:
                    self._problems.add(
                        codes.UNUSED_NAME,
                        self._course.place_of_key(key, name),
                        f"no lesson and no question names '{name}'",
                        fix="name it where it belongs, or remove it",
                    )

    # --- lessons ----------------------------------------------------------------------------------------------------

    def _lesson(self, name: str, lesson: LessonFile) -> None:
        front = lesson.front
        if front.lesson != name:
            self._problems.add(
                codes.LESSON_NAME,
                front.place_of("lesson"),
                f"the lesson is called '{front.lesson}' and its file '{name}.md'",
                why="one name leads to the file, the address of its page and its records",
                fix=f"rename the file, or write 'lesson: {name}' if nobody has read it yet",
            )
        elif name not in self._ids and self._files.is_course_whole:
            self._problems.add(
                codes.UNUSED_LESSON,
                front.place_of("lesson"),
                "the course does not name this lesson",
                why="nobody will see it",
                fix=f"write '- lesson: {name}' under 'activities' in course.yaml, or remove the file",
            )
        self._outcomes(front, ("outcomes",), front.outcomes)
        self._cited(front, ("references",), front.references)
        for key in ("title", "summary"):
            check_value(front.node_of(key), self._problems)
        is_whole = f"{LESSONS}/{name}.md" not in self._files.damaged
        words = sum(self._part(part, is_whole=is_whole) for part in lesson.parts)
        if is_whole:
            self._shape(lesson, words)

    def _part(self, part: Part, *, is_whole: bool) -> int:
        """Check a part of a lesson, and return how many words it has."""
        if part.passage is not None:
            check_passage(part.passage, self._problems)
            return _count(part.passage.text)
        if part.picture is not None:
            check_picture(part.picture, self._files.media, self._problems)
        if part.check is None:
            return 0
        check_value(part.check.node_of("ask"), self._problems)
        for answer in part.check.options:
            check_value(answer.node_of("text"), self._problems)
            check_value(answer.node_of("feedback"), self._problems)
        if is_whole and not any(answer.right for answer in part.check.options):
            self._problems.add(
                NO_RIGHT,
                part.check.place_of("ask"),
                "this question has no right option",
                fix="write 'right: yes' below the one that is right",
            )
        return _count(part.check.ask) + sum(_count(each.text) + _count(each.feedback) for each in part.check.options)

    def _shape(self, lesson: LessonFile, words: int) -> None:
        front = lesson.front
        kinds = {part.kind for part in lesson.parts}
        if "check" not in kinds:
            self._problems.add(
                codes.NO_CHECK,
                front.place_of_key("lesson"),
                "the lesson has no question to check oneself",
                why="one remembers what one has tried to recall",
                fix="add a block '::: check'",
            )
        if "work" not in kinds:
            self._problems.add(
                codes.NO_WORK,
                front.place_of_key("title"),
                "the lesson does not say what to do at work",
                why="knowing becomes doing with one small step",
                fix="add a block '::: work' with one sentence",
            )
        if words > front.minutes * WORDS_PER_MINUTE:
            self._problems.add(
                codes.TOO_LONG,
                front.place_of("minutes"),
                f"the lesson has {words} words, which take longer than {front.minutes} min to read",
                fix="shorten it, split it, or write the minutes that it takes",
            )

    # --- banks ------------------------------------------------------------------------------------------------------

    def _banks(self) -> None:
        seen: dict[str, Span] = {}
        used = {line.bank for line in self._course.activities if isinstance(line, QuizLine)}
        is_told = self._files.is_course_whole and used <= {bank.bank for bank in self._files.banks.values()}
        for name, bank in self._files.banks.items():
            self._once(bank.bank, bank.place_of("bank"), seen)
            is_whole = name not in self._files.damaged
            check_bank(bank, self._problems, is_whole=is_whole, check_text=check_value)
            if bank.bank not in used and is_told:
                self._problems.add(
                    codes.UNUSED_BANK,
                    bank.place_of("bank"),
                    f"no quiz of this course uses the bank '{bank.bank}'",
                    fix="name it in a quiz, or remove the file",
                )
            for question in bank.questions:
                self._outcomes(question, ("outcome",), (question.outcome,) if question.outcome else ())
                self._cited(question, ("references",), question.references)

    # --- what several need ------------------------------------------------------------------------------------------

    def _outcomes(self, record: Record, path: Path, names: Sequence[str]) -> None:
        for span, name in _placed(record, path, names):
            if name not in self._course.outcomes:
                what = f"there is no outcome '{name}' in course.yaml"
                self._unknown(codes.UNKNOWN_OUTCOME, span, what, (name, self._course.outcomes))

    def _cited(self, record: Record, path: Path, names: Sequence[str]) -> None:
        for span, name in _placed(record, path, names):
            if name not in self._course.references:
                what = f"there is no reference '{name}' in course.yaml"
                self._unknown(codes.UNKNOWN_REFERENCE, span, what, (name, self._course.references))

    def _unknown(self, code: Code, span: Span, what: str, meant: tuple[str, Iterable[str]]) -> None:
        """Report a name that leads nowhere; `meant` is the name and those among which it was looked for."""
        name, known = meant
        names = sorted(known)
        listing = f"there are: {', '.join(names)}" if 0 < len(names) <= _LISTED else ""
        self._problems.add(code, span, what, fix=Names(names).hint(name, listing))

    def _once(self, name: str, span: Span, seen: dict[str, Span]) -> None:
        first = seen.setdefault(name, span)
        if first is not span:
            self._problems.add(
                codes.DUPLICATE_ID,
                span,
                f"the id '{name}' is here twice",
                why=f"it stands on line {first.line} of {first.path} already",
                fix="give one of them another id",
            )


def _placed(record: Record, path: Path, names: Sequence[str]) -> Iterable[tuple[Span, str]]:
    """Yield the names at a path of a record (a list, or one value) with their places."""
    for index, name in enumerate(names):
        node = record.node_of(*path, index)
        yield (record.place_of(*path) if node is None else node.span), name


def _count(text: str) -> int:
    return len(_WORD.findall(text))
