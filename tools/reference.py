"""The reference pages that are made from declarations in the code: settings, commands, and the files of courses."""

from textwrap import dedent

import click

from lms.cli import COMMANDS, cli
from lms.engine.course import lesson
from lms.engine.course.syntax import CheckKeys, CourseFile, LessonFront
from lms.engine.questions.syntax import BankFile
from lms.engine.scenario.manual.reference import tables
from lms.kernel.settings import TABLE, Setting

NONSENSE = "\0"
"""No setting allows it, so its parser says what it does allow."""

SETTINGS = """# Settings

Every setting is an environment variable. `lms settings` prints the value that each has now and where it comes from; a
mistake in one stops the start, and all mistakes are named at once. What they are good for in operation:
[Operate an installation](../how-to/operate.md).

| variable | default | allowed | what it does |
|---|---|---|---|
{rows}

<!-- Made from lms/kernel/settings.py by `python3 go.py write`. -->
"""

COMMANDS_PAGE = """# Commands

`lms` is `python3 go.py lms` in a checkout. Every command takes `--help`. Exit statuses: 0 done · 1 the input has errors ·
2 wrong use, or not possible as things are · 3 a bounded answer · 4 not now (disk, database, network).

{sections}
<!-- Made from the commands themselves by `python3 go.py write`. -->
"""

COURSES_PAGE = """# The files of a course

A course is a folder in `courses/`; the name of the folder is its id. [Write a course](../how-to/write-a-course.md) shows a
whole one. Pictures, videos and recordings lie in `media/`, as those of a scenario do.

## `course.yaml`

{course}
## `lessons/<id>.md`

Front matter between two lines of three hyphens:

{lesson}
Below it stands Markdown, in which some parts have a name:

```text
{parts}
```

What stands under `::: check`:

{check}
## A bank of questions

Any other YAML file of the folder, such as `bank.yaml`.

{bank}
<!-- Made from lms/engine/course and lms/engine/questions by `python3 go.py write`. -->
"""


def courses() -> str:
    """Return docs/reference/course-files.md."""
    _what, parts, _rest = (lesson.__doc__ or "").split("\n\n", 2)
    return COURSES_PAGE.format(
        course=tables(CourseFile, {}),
        lesson=tables(LessonFront, {}),
        parts=dedent(parts),
        check=tables(CheckKeys, {}),
        bank=tables(BankFile, {}),
    )


def settings() -> str:
    """Return docs/reference/settings.md."""
    rows = (
        f"| `{row.variable}` | {f'`{row.default}`' if row.default else '(empty)'} | {allowed(row)} | {row.sentence} |"
        for row in TABLE
    )
    return SETTINGS.format(rows="\n".join(rows))


def allowed(row: Setting) -> str:
    """Say what a setting allows, in its parser's own words."""
    try:
        row.parse(NONSENSE)
    except ValueError as error:
        return str(error)
    return "any text"


def commands() -> str:
    """Return docs/reference/commands.md."""
    with click.Context(cli, info_name="lms") as context:
        sections = [section for name in sorted(COMMANDS) for section in _sections(context, cli, name)]
    return COMMANDS_PAGE.format(sections="\n".join(sections))


def _sections(parent: click.Context, group: click.Group, name: str) -> list[str]:
    command = group.get_command(parent, name)
    if command is None:
        raise LookupError(name)
    with click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100) as context:
        text = f"## {context.command_path}\n\n```text\n{_help(command, context)}\n```\n"
        if not isinstance(command, click.Group):
            return [text]
        inner = [section for each in command.list_commands(context) for section in _sections(context, command, each)]
        return [text, *inner]


def _help(command: click.Command, context: click.Context) -> str:
    """Return a command's help without the option that shows it: which names that has depends on who asked first."""
    command.add_help_option, before = False, command.add_help_option
    try:
        return command.get_help(context)
    finally:
        command.add_help_option = before
