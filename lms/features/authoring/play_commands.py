"""`lms play`: a scenario in the terminal."""

import json
from pathlib import Path

import click

from lms.engine.scenario.api import told
from lms.features.authoring import player, rehearsal, service
from lms.features.authoring.output import write
from lms.kernel.clock import Clock


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--seed", default=rehearsal.SEED, help="Decides the order in which choices are shown, and all chance.")
@click.option("--at", default="", metavar="SCENE", help="Start at this scene.")
@click.option(
    "--state",
    default="",
    metavar="VALUES",
    help="Start with other values, such as 'promised=yes, pain=some', or in a whole state as `state` shows it.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is played as a test plan, such as plans/my-way.plan.",
)
@click.option("--language", default="", metavar="CODE", help="Read it as somebody does whose language this is: cy.")
@click.option("--nation", default="", help="Read it with another nation's names, sources and documents: england.")
def play(path: Path, seed: str, *, at: str, state: str, record: Path | None, language: str, nation: str) -> None:
    """Play the scenario at PATH in the terminal, from the start to its debrief.

    Answer with a number or an id. `back` takes the last step back, `state` shows the state, `quit` stops; so does Ctrl-D.
    """
    if record and (at or state):
        raise click.UsageError("A plan begins at the start: --record goes with neither --at nor --state.")
    program = told(service.load_scenario(path, today=Clock().now().date()), language, nation)
    run = rehearsal.begin(program, seed, at, state)
    if run.note:
        click.echo(run.note, err=True)
    while (scene := run.scene()).ending is None:
        click.echo("\n".join(["", *player.chance_lines(run.steps[-1].events), *player.scene_lines(scene)]))
        answer = _answer(player.question(scene))
        if answer == "quit":
            click.echo("No plan is written: it needs an ending to expect." if record else "", err=True)
            return
        if answer == "back":
            run.back()
        elif answer == "state":
            click.echo(json.dumps(run.state, ensure_ascii=False))
        elif why := run.take(answer):
            click.echo(why)
    click.echo("\n".join(["", *player.scene_lines(scene), "", *run.ending_lines()]))
    if record:
        write(record, run.plan())
        click.echo(f"{record}: written", err=True)


def _answer(question: str) -> str:
    """Return what is answered; who ends the input, or stops with Ctrl-C, leaves as with `quit`."""
    try:
        answer: str = click.prompt(question, default="", show_default=False)
    except click.Abort:
        click.echo("\nThe run is left here, before its ending.", err=True)
        return "quit"
    return answer.strip()
