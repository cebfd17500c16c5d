"""Write every file that is made from the code: `python -m tools.generate`. A test compares them, so none goes stale.

lms/base/store/schema.sql                  the tables, readable
docs/reference/xapi-profile.jsonld         our xAPI profile: concepts, templates, patterns
docs/reference/scenario-language.md        the keys, blocks and expressions of scenarios
docs/reference/grammar.md                  their formal grammar
docs/reference/course-files.md             the keys of courses, lessons and banks
docs/reference/problems.md                 every kind of problem, with its page
docs/reference/settings.md, commands.md    what may be set, what may be called
schemas/*.json                             what editors check course and scenario files by
docs/reference/lrs-requirements.md         what an LRS must do, and the tests that prove it
"""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from lms.base.store.metadata import metadata
from lms.engine.scenario.manual import formal, reference
from lms.engine.xapi import profile
from lms.features.authoring.service import write_schemas
from tools import requirements
from tools.reference import commands, courses, settings

ROOT = Path(__file__).parents[1]
STORE = Path("lms/base/store")
REFERENCE = Path("docs/reference")


def declare_tables() -> None:
    """Let every module declare its tables, listed in the application or not."""
    for path in sorted(ROOT.glob("lms/*/*/tables.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def schema() -> str:
    """Return every table and index as SQL, module by module."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    parts = ["-- Every table, as PostgreSQL has it. Made by `python3 go.py write`; a test compares it with the code.\n"]
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        parts.append(f"{str(CreateTable(table).compile(dialect=dialect)).strip()};\n".replace("\t", "    "))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        parts += [f"{str(CreateIndex(index).compile(dialect=dialect)).strip()};\n" for index in indexes]
    return "\n".join(line.rstrip() for part in parts for line in part.split("\n"))


def problems() -> str:
    """Return the list of every problem page, by code."""
    rows = []
    for path in sorted(ROOT.glob("lms/docs/problems/*.md")):
        heading, _, said = path.read_text(encoding="utf-8").split("\n", 3)[:3]
        code, title = heading.removeprefix("# ").split(" ", 1)
        severity = said.split("*", 2)[1].rstrip(".").lower()
        rows.append(f"| [{code}](../../lms/docs/problems/{path.name}) | {severity} | {title} |")
    return "\n".join(
        [
            "# Problems",
            "",
            "<!-- Made by `python3 go.py write` from lms/docs/problems; a test compares it. -->",
            "",
            "What `lms check` and the library can say about a file. SO: any file · SC: scenarios · CO: courses · QU: questions.",
            "",
            "| code | | what |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def xapi_profile() -> str:
    """Return our xAPI profile as JSON-LD."""
    return json.dumps(profile.document(), indent=2, ensure_ascii=False) + "\n"


FILES: dict[Path, Callable[[], str]] = {
    STORE / "schema.sql": schema,
    REFERENCE / "scenario-language.md": reference.write,
    REFERENCE / "grammar.md": formal.write,
    REFERENCE / "problems.md": problems,
    REFERENCE / "course-files.md": courses,
    REFERENCE / "settings.md": settings,
    REFERENCE / "commands.md": commands,
    REFERENCE / "xapi-profile.jsonld": xapi_profile,
    REFERENCE / "lrs-requirements.md": lambda: requirements.table(ROOT),
}


def main() -> None:
    """Write what differs, and say so."""
    declare_tables()
    for path, make in FILES.items():
        text, target = make(), ROOT / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    write_schemas(ROOT / "schemas")


if __name__ == "__main__":
    main()
