"""Checking one folder of content: what is read, compiled, proven and walked, with the answer kept for the next time."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lms.engine.course.compile import compile_course
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.proof.explore import MOST_STATES
from lms.engine.scenario.proof.plan import check_plans
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.scenario.proof.report import make_report
from lms.features.authoring.cache import Cache, checker
from lms.features.authoring.model import Checked, Place
from lms.kernel.ids import content_hash
from lms.learning.library.files import FOLDERS, Folder, is_content, read_folder


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a check beside the content; `with_report` asks for scores and lengths as well."""

    today: date
    most_states: int = MOST_STATES
    with_report: bool = False
    cache: Cache = Cache()  # noqa: RUF009 - frozen


def known(place: Place, options: Options) -> Checked | None:
    """Return what was found before about a place as it is now."""
    if options.cache.folder is None:
        return None
    folder = _read(place)
    return options.cache.find(_key(place, folder, options))


def check_place(place: Place, options: Options) -> Checked:
    """Check a place, and keep the answer."""
    folder = _read(place)
    checked = _check(place, folder, options)
    options.cache.keep(_key(place, folder, options), checked)
    return checked


def scenarios_beside(course: Path) -> frozenset[str] | None:
    """Return the ids of the scenarios in the content folder that a course lies in; None outside of one."""
    parent = course.resolve().parent
    folder = parent.parent / FOLDERS["scenario"]
    if parent.name != FOLDERS["course"] or not folder.is_dir():
        return None
    return frozenset(scenario.name for scenario in folder.iterdir() if is_content(scenario.name) and scenario.is_dir())


def _read(place: Place) -> Folder:
    return read_folder(place.folder, place.kind, place.path)


def _key(place: Place, folder: Folder, options: Options) -> str:
    beside = scenarios_beside(place.folder) if place.kind == "course" else None
    parts = (
        checker(),
        place.kind,
        place.path,
        folder.seen,
        options.today.isoformat(),
        str(options.most_states),
        str(options.with_report),
        "-" if beside is None else " ".join(sorted(beside)),
    )
    return content_hash("\n".join(parts).encode())


def _check(place: Place, folder: Folder, options: Options) -> Checked:
    if folder.is_unreadable:
        return Checked(folder.problems)
    if place.kind == "course":
        beside = scenarios_beside(place.folder)
        course = compile_course(folder.path, folder.files, today=options.today, scenarios=beside)
        return Checked((*folder.problems, *course.problems))
    compiled = compile_scenario(folder.files, today=options.today)
    proof = prove_scenario(compiled, most_states=options.most_states)
    plans = check_plans(compiled, folder.files)
    problems = (*folder.problems, *compiled.problems, *proof.problems, *plans.problems)
    if compiled.program is None:
        return Checked(problems)
    facts = {
        "states": proof.states,
        "complete": proof.is_complete,
        "questions": [question.to_json() for question in proof.questions],
        "plans": plans.coverage.to_json(),
    }
    if compiled.parity:
        facts["languages"] = [parity.to_json() for parity in compiled.parity]
    if options.with_report:
        facts["report"] = make_report(compiled.program, most_states=options.most_states).to_json()
    return Checked(problems, proof.bound, facts)
