"""From the files of a folder to a Course, or to everything that is wrong with them.

course.yaml · lessons/*.md · other *.yaml (banks) ──► records ──► check ──► Course
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TypeVar

from lms.engine.course import codes
from lms.engine.course.check import COURSE_FILE, LESSONS, Files, Line, activity_id, check
from lms.engine.course.lesson import LessonFile, Part, read_lesson
from lms.engine.course.model import (
    Activity,
    Answer,
    Block,
    CertificateRule,
    Course,
    Lesson,
    Outcome,
    Quiz,
    Reference,
    Reviewed,
    ScenarioActivity,
)
from lms.engine.course.syntax import (
    CourseFile,
    LessonLine,
    QuizLine,
    ReviewKeys,
    ScenarioLine,
)
from lms.engine.questions.build import build_bank
from lms.engine.questions.syntax import BankFile
from lms.engine.source.codes import EMPTY_FILE
from lms.engine.source.drawing import check_drawings
from lms.engine.source.media import Media, read_media
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.typed import Record, read
from lms.engine.source.yaml_nodes import compose

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A course, or None when a problem is an error; and all problems, warnings too, in reading order."""

    course: Course | None
    problems: tuple[Problem, ...]


def is_source(name: str) -> bool:
    """Tell whether a file of a course folder (by its path within it) is read as a source."""
    path = PurePosixPath(name)
    folder = path.parent.as_posix()
    return (folder == "." and path.suffix == ".yaml") or (folder == LESSONS and path.suffix == ".md")


def compile_course(
    folder: str, files: Iterable[SourceFile], *, today: date, scenarios: Collection[str] | None = None
) -> Compiled:
    """Compile the files of a course's folder: its sources (`is_source`), and beside them the pictures and other media they show.

    `folder` is how messages call the folder (`courses/safeguarding-adults-basics`); its last part is the course's id.
    `scenarios` are the ids of the scenarios that exist; None when the caller does not know.
    """
    problems = Problems()
    files = tuple(files)
    check_drawings(files, problems)
    found = _read_files(folder, files, problems)
    if found is None:
        return Compiled(None, problems.in_order())
    check(found, problems, today=today, scenarios=scenarios)
    course = None if problems.has_errors() else _build(found)
    return Compiled(course, problems.in_order())


def _read_files(folder: str, files: tuple[SourceFile, ...], problems: Problems) -> Files | None:
    lessons: dict[str, LessonFile] = {}
    banks: dict[str, BankFile] = {}
    damaged: set[str] = set()
    course: CourseFile | None = None
    sources = {file.name: file for file in sorted(files, key=lambda file: file.name) if is_source(file.name)}
    for name, file in sources.items():
        before = len(problems)
        if name == COURSE_FILE:
            course = _read_yaml(file, CourseFile, problems)
        elif name.endswith(".md"):
            source = decode(file.path, file.data, problems)
            lesson = read_lesson(source, problems) if source is not None else None
            if lesson is not None:
                lessons[PurePosixPath(name).stem] = lesson
        else:
            bank = _read_yaml(file, BankFile, problems)
            if bank is not None:
                banks[name] = bank
        if len(problems) > before:
            damaged.add(name)
    if COURSE_FILE not in sources:
        problems.add(
            codes.NO_COURSE_FILE,
            Span(f"{folder}/{COURSE_FILE}", 1, 1),
            "the folder has no file 'course.yaml'",
            why="it says what the course is called and what is in it",
            fix="write one, or move the folder out of 'courses'",
        )
    if course is None:
        return None
    media = read_media(files, course.language, problems)
    return Files(PurePosixPath(folder).name, course, lessons, banks, media, frozenset(damaged))


def _read_yaml(file: SourceFile, cls: type[R], problems: Problems) -> R | None:
    source = decode(file.path, file.data, problems)
    if source is None:
        return None
    before = len(problems)
    node = compose(source, problems)
    if node is None and len(problems) == before:
        problems.add(EMPTY_FILE, source.span(1), "the file holds nothing but comments")
    return None if node is None else read(node, cls, problems)


def _build(files: Files) -> Course:
    course = files.course
    ids = tuple(activity_id(line) for line in course.activities)
    rule = course.certificate
    return Course(
        id=course.course,
        title=course.title,
        summary=course.summary.strip(),
        level=course.level,
        nation=course.nation,
        language=course.language,
        enrolment=course.enrolment,
        outcomes=tuple(Outcome(name, says) for name, says in course.outcomes.items()),
        activities=tuple(_activity(line, ids[:place], files) for place, line in enumerate(course.activities)),
        banks=tuple(build_bank(bank) for bank in files.banks.values()),
        references=tuple(
            Reference(
                id=name,
                title=reference.title,
                issuer=reference.issuer,
                part=reference.part,
                url=reference.url or "",
                checked=reference.checked.isoformat() if reference.checked else "",
                review_by=reference.review_by.isoformat() if reference.review_by else "",
            )
            for name, reference in course.references.items()
        ),
        audience=tuple(map(str, course.audience)),
        content_note=course.content_note.strip(),
        reviewed=Reviewed(course.reviewed.by, course.reviewed.role, course.reviewed.on.isoformat())
        if isinstance(course.reviewed, ReviewKeys)
        else None,
        certificate=CertificateRule(
            rule.minutes, rule.says, ids if rule.needs is None else rule.needs, rule.valid_years
        )
        if rule is not None
        else None,
    )


def _activity(line: Line, before: tuple[str, ...], files: Files) -> Activity:
    needs = line.needs if line.needs is not None else before if files.course.order == "in-turn" else ()
    match line:
        case LessonLine():
            lesson = files.lessons[line.lesson]
            return Lesson(
                id=line.lesson,
                title=lesson.front.title,
                minutes=lesson.front.minutes,
                blocks=tuple(_block(part, files.media) for part in lesson.parts),
                summary=lesson.front.summary,
                outcomes=lesson.front.outcomes,
                references=lesson.front.references,
                needs=needs,
            )
        case QuizLine():
            return Quiz(
                id=line.quiz,
                title=line.title,
                minutes=line.minutes,
                bank=line.bank,
                draw=line.draw,
                pass_percent=line.pass_percent,
                tries=None if line.tries == "unlimited" else line.tries,
                wait_minutes=line.wait_minutes,
                summary=line.summary,
                needs=needs,
            )
        case ScenarioLine():
            return ScenarioActivity(
                id=line.scenario,
                title=line.title,
                minutes=line.minutes,
                tries=None if line.tries == "unlimited" else line.tries,
                wait_minutes=line.wait_minutes,
                debrief=line.debrief,
                summary_credit=line.summary_credit,
                summary=line.summary,
                needs=needs,
            )


def _block(part: Part, media: Media) -> Block:
    if part.check is not None:
        answers = tuple(Answer(each.text, each.right, each.feedback) for each in part.check.options)
        return Block(part.kind, part.check.ask, answers=answers)
    if part.picture is not None:
        file = part.picture.file
        return Block(
            part.kind,
            part.picture.alt,
            file=file,
            hash=media.hashes[file],
            captions=media.captions_of(file) if part.kind == "video" else (),
            transcript="" if part.kind == "picture" else media.transcript_of(file),
        )
    return Block(part.kind, part.passage.text if part.passage is not None else "", part.label)
