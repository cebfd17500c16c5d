"""`lms map`: the newcomer's map, drawn from the live application so that it cannot go stale."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import click
from flask import Flask

from lms.base.store.metadata import metadata
from lms.base.web.module import Module
from lms.base.web.routing import policies


def render(modules: Sequence[Module], app: Flask, root: click.Command) -> str:
    """Return the map as text: each module with its pages (and who may), tables, reactions and statements; the commands."""
    pages = _pages(app)
    tables = _tables()
    lines = []
    for module in modules:
        lines.append(module.name)
        sections = {
            "pages": pages.pop(module.name, []),
            "tables": tables.pop(module.name, []),
            "reacts to": [f"{each.event.__name__}  {_name(each.handler)}" for each in module.subscriptions],
            "statements": list(module.statements),
        }
        lines += _sections(sections)
    for name in sorted({*pages, *tables}):
        lines.append(f"{name} (beneath the others, without pages)")
        lines += _sections({"pages": pages.get(name, []), "tables": tables.get(name, [])})
    lines.append("commands")
    lines += [f"  {usage}  {sentence}".rstrip() for usage, sentence in commands(root)]
    return "\n".join(lines) + "\n"


def _sections(sections: dict[str, list[str]]) -> list[str]:
    return [line for name, entries in sections.items() if entries for line in (f"  {name}", *_indented(entries))]


def _indented(entries: list[str]) -> list[str]:
    return [f"    {entry}" for entry in entries]


def _pages(app: Flask) -> dict[str, list[str]]:
    allowed = policies(app)
    found = defaultdict(list)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        if rule.endpoint in allowed:
            methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            module = rule.endpoint.partition(".")[0]
            found[module].append(f"{methods:4} {rule.rule}  {allowed[rule.endpoint].name}")
    return dict(found)


def _tables() -> dict[str, list[str]]:
    found = defaultdict(list)
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        owner = table.name.partition("_")[0]
        columns = ", ".join(column.name for column in table.columns)
        found[owner].append(f"{table.name}  {columns}")
    return dict(found)


def _name(handler: object) -> str:
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', '?')}"


def commands(root: click.Command, prefix: str = "lms") -> Iterator[tuple[str, str]]:
    """Yield each command's usage and sentence, groups before what is in them."""
    context = click.Context(root, info_name=prefix)
    if not isinstance(root, click.Group):
        usage = " ".join(root.collect_usage_pieces(context))
        yield f"{prefix} {usage}".replace(" [OPTIONS]", ""), root.get_short_help_str(200)
        return
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        if command is not None:
            yield from commands(command, f"{prefix} {name}")
