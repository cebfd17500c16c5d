"""The command: one declared table of lazily loaded commands, so that `lms check` starts in a blink.

This table and `Place` are the only lazy imports there are. Exit statuses: 0 done, 1 the input has errors, 2 wrong use,
3 a bounded answer, 4 not now (disk, database, network).
"""

import sys
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

import click

from lms.kernel.errors import Invalid, LmsError, Unavailable
from lms.kernel.settings import Settings, load

COMMANDS: dict[str, tuple[str, str]] = {
    "backup": ("lms.features.operations.commands:backup", "Write everything into one file, while the server runs."),
    "check": ("lms.features.authoring.commands:check", "Check courses and scenarios."),
    "diff": ("lms.features.authoring.diff_commands:diff", "Say what a new version changes for learners."),
    "fmt": ("lms.features.authoring.tool_commands:fmt", "Lay out scenarios' files."),
    "graph": ("lms.features.authoring.tool_commands:graph", "Draw a scenario."),
    "explain": ("lms.features.authoring.tool_commands:explain", "Say how a learner comes to a scene or a state."),
    "script": ("lms.features.authoring.tool_commands:script", "Write a scenario as a script for its reviewers."),
    "new": ("lms.features.authoring.tool_commands:new", "Write a scenario to begin with."),
    "lsp": ("lms.features.editor.commands:lsp", "Speak with editors: the language server."),
    "map": ("lms.features.operations.commands:show_map", "Print what is in the house, from the live application."),
    "migrate": ("lms.features.operations.commands:migrate", "Bring the database up to date; a backup comes first."),
    "person": ("lms.learning.people.commands:person", "Manage accounts: add, link, list, role."),
    "play": ("lms.features.authoring.play_commands:play", "Play a scenario in the terminal."),
    "restore": ("lms.features.operations.commands:restore", "Bring back what `lms backup` wrote."),
    "run": ("lms.features.operations.start:run", "Start everything: web server, worker, database, content."),
    "settings": ("lms.features.operations.commands:settings", "Print every setting, its value and its origin."),
    "work": ("lms.features.operations.commands:work", "Do what is done beside the web server."),
    "client": ("lms.records.lrs.commands:client", "Manage the programs that may use the LRS."),
    "endpoint": ("lms.records.tracking.commands:endpoint", "Manage the LRSs that receive statements."),
    "relay": ("lms.records.tracking.commands:relay", "Deliver statements; runs until stopped."),
    "schemas": ("lms.features.authoring.commands:schemas", "Write the JSON Schemas of content files."),
    "export": ("lms.records.tracking.commands:export", "Write what may leave, as JSON lines."),
}
"""name → where its click command lives, and its sentence in the list of commands."""


class LazyCommands(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the table."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


class Place:
    """What commands find in `ctx.obj` (`lms.base.store.workplace.Workplace`): opened when first used, not before."""

    @cached_property
    def settings(self) -> Settings:
        """Return the settings; raises Invalid with every bad one."""
        return load()

    @cached_property
    def store(self) -> Any:
        """Return the store that the settings name, whatever the shape of its database."""
        return import_module("lms.app").open_store(self.settings)

    @cached_property
    def _ready_store(self) -> Any:
        import_module("lms.base.store.schema").require_current(self.store.engine)
        return self.store

    @property
    def house(self) -> Any:
        """Return the whole, for the commands that run it or draw it."""
        return import_module("lms.app").HOUSE

    def work(self) -> Any:
        """Open a unit of work. Raises Unavailable when the database is not ready for this version."""
        return self._ready_store.work()

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "store" in vars(self):
            self.store.engine.dispose()


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """Courses and branching simulations for health and social care."""
    if context.obj is None:
        context.obj = place = Place()
        context.call_on_close(place.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an expected error is a message and a status, never a traceback."""
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="lms")
    except LmsError as error:
        click.echo(f"error  {error}", err=True)
        for problem in getattr(error, "problems", ()):
            click.echo(f"  {problem}", err=True)
        sys.exit(1 if isinstance(error, Invalid) else 4 if isinstance(error, Unavailable) else 2)
