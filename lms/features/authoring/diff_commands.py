"""`lms diff`: what a new version of a scenario changes for learners."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from lms.base.store.workplace import Workplace
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.difference import ORDER, Change
from lms.engine.scenario.proof.explore import MOST_STATES
from lms.engine.scenario.proof.succession import Step
from lms.features.authoring.diff_service import Compared, compare
from lms.kernel.clock import Clock
from lms.learning.library import service as library

_COLOURS = {"material": "red", "clarification": "yellow", "typo": "green"}
_SHOWN = 160
"""Characters of a text that are shown."""


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day for which references must be up to date.")
@click.option(
    "--states",
    type=click.IntRange(1),
    default=MOST_STATES,
    show_default=True,
    help="How many states of the old version are explored at most.",
)
@click.pass_context
def diff(context: click.Context, old: str, new: str, *, today: datetime | None, style: str, states: int) -> None:
    """Say what is different for learners from OLD to NEW, and propose what kind of change it is.

    Each of them is a folder or file of a scenario, or in the library a scenario's id (the version in service) or the
    beginning of a version's hash.

    It is then proven that every moment that a learner of the old version can reach has a place in the new one; what has
    none is named, with the shortest way to it. Attempts stay on the version with which they began, whatever the answer.

    Exit status: 0 everything has its place, 1 something has none, or a version has errors, 2 wrong use, 3 bounded.
    """
    place: Workplace = context.obj

    def stored(name: str) -> Program:
        with place.work() as uow:
            return library.find_scenario(uow, name)

    day = (today or Clock().now()).date()
    found = compare(old, new, today=day, most_states=states, stored=stored)
    if style == "json":
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(found)))
    context.exit(found.status)


def lines(found: Compared) -> list[str]:
    """Return what was found, for people."""
    if not found.changes:
        return ["No difference."]
    shown = [
        line for kind in reversed(ORDER) for change in found.changes if change.kind == kind for line in _lines(change)
    ]
    count = len(found.changes)
    shown += [f"Proposed: {found.proposed} ({count} {'change' if count == 1 else 'changes'})", ""]
    for lost in found.succession.lost:
        shown.append(click.style(f"No place: {lost.what}", fg="red", bold=True))
        shown.append(f"  in the old version, in '{lost.scene}'" if lost.way else "  from the start of every run")
        shown += _way(lost.way)
    states = f"{found.succession.states:,} states of the old version"
    if found.succession.bound:
        shown.append(found.succession.bound)
    elif not found.succession.lost:
        shown.append(f"Every moment has its place in the new version ({states}).")
    return shown


def _way(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a way: what is taken is counted, what chance brings stands between."""
    number = 0
    for step in steps:
        number += bool(step.scene)
        yield f"  {number:>3}. {step.scene}: {_short(step.takes)}" if step.scene else f"       {step.takes}"


def _lines(change: Change) -> list[str]:
    head = f"{click.style(change.kind, fg=_COLOURS.get(change.kind), bold=True)}: {change.what}"
    texts = [f"  {sign} {_short(text)}" for sign, text in (("-", change.before), ("+", change.after)) if text]
    return [head, *texts, f"  why  {change.why}", ""]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
