"""The picture in `lms/__init__.py`, proven from the sources. There is no ignore list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LMS = ROOT / "lms"
COMPOSITION = {"lms.app", "lms.cli", "lms.__main__"}
"""They may import every room and each other."""

LAYERS: list[list[list[str]]] = [
    # From the ground up. A row is a layer; its groups do not know each other; within a group, later may import earlier.
    [["lms.kernel"]],
    [
        ["lms.engine.source", "lms.engine.questions", "lms.engine.scenario"],
        ["lms.engine.source", "lms.engine.questions", "lms.engine.course"],
        ["lms.engine.xapi"],
    ],
    [["lms.base.store"], ["lms.base.web"], ["lms.base.paper"]],
    [["lms.records.lrs", "lms.records.tracking"]],
    [["lms.learning.people", "lms.learning.library", "lms.learning.enrolment", "lms.learning.attempts"]],
    [["lms.features.*"]],
]
"""`lms.features.*` stands for each feature alone."""

PURE = ("lms.kernel", "lms.engine")
IMPURE_LIBRARIES = {"flask", "sqlalchemy", "urllib3", "socket", "subprocess", "random", "secrets", "time", "os"}
ALLOWED_IMPURE = {
    ("lms.kernel.ids", "random"),
    ("lms.kernel.ids", "secrets"),
    ("lms.kernel.settings", "os"),
}

INNER = {
    # file of a module: the files of modules (its own and lower ones) that it may import; libraries it never imports
    "model": ({"model"}, {"flask", "sqlalchemy"}),
    "tables": ({"model"}, {"flask"}),
    "statements": ({"model"}, {"flask", "sqlalchemy"}),
    "service": ({"model", "tables", "statements", "service", "files", "transport"}, {"flask"}),
    "views": ({"model", "service"}, {"sqlalchemy"}),
    "commands": ({"model", "service", "files"}, {"flask", "sqlalchemy"}),
    "module": ({"model", "views", "commands", "service", "statements"}, {"sqlalchemy"}),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(LMS.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, ast.parse(path.read_text(encoding="utf-8"))


SOURCES = dict(modules())


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = node.module or ""
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in SOURCES else base


def place(name: str) -> tuple[int, str] | None:
    """Where a module lives: its layer from the ground, and its room; None for the packages between."""
    for level, groups in enumerate(LAYERS):
        for group in groups:
            for room in group:
                if room.endswith(".*"):
                    if name.startswith(room[:-1]):
                        return level, ".".join(name.split(".")[:3])
                elif name == room or name.startswith(room + "."):
                    return level, room
    return None


def may_import(importer: str, imported: str) -> bool:
    """Tell whether the picture allows this edge."""
    here, there = place(importer), place(imported)
    if imported in COMPOSITION:
        return importer in COMPOSITION
    if there is None:
        return imported in {
            "lms",
            "lms.kernel",
            "lms.engine",
            "lms.base",
            "lms.records",
            "lms.learning",
            "lms.features",
        }
    if here is None:
        return importer in COMPOSITION
    if here[1] == there[1]:
        return True
    if here[0] != there[0]:
        return there[0] < here[0]
    return any(
        here[1] in group and there[1] in group and group.index(there[1]) < group.index(here[1])
        for group in LAYERS[here[0]]
    )


def test_every_source_has_a_place_in_the_house():
    homeless = [
        name
        for name in SOURCES
        if place(name) is None
        and name not in COMPOSITION
        and name not in {"lms", "lms.engine", "lms.base", "lms.records", "lms.learning", "lms.features"}
    ]
    assert homeless == []


def test_imports_point_downward_only():
    wrong = [
        f"{name} imports {target}"
        for name, tree in SOURCES.items()
        for target in imports(tree)
        if target.split(".")[0] == "lms" and not may_import(name, target)
    ]
    assert wrong == []


def test_no_import_stands_inside_a_function():
    hidden = [
        f"{name}:{inner.lineno}"
        for name, tree in SOURCES.items()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_the_engine_and_the_kernel_are_pure():
    impure = [
        f"{name} imports {target}"
        for name, tree in SOURCES.items()
        if name.startswith(PURE)
        for target in imports(tree)
        if target.split(".")[0] in IMPURE_LIBRARIES and (name, target.split(".")[0]) not in ALLOWED_IMPURE
    ]
    assert impure == []


@pytest.mark.parametrize("call", ["open", "print", "input", "eval", "exec", "__import__"])
def test_the_engine_neither_reads_nor_prints_nor_evaluates(call):
    callers = [
        f"{name}:{node.lineno}"
        for name, tree in SOURCES.items()
        if name.startswith("lms.engine")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == call
    ]
    assert callers == []


@pytest.mark.parametrize("library", ["markdown", "nh3", "tincan", "typst", "granian"])
def test_a_heavy_library_has_one_importer(library):
    importers = {name for name, tree in SOURCES.items() for target in imports(tree) if target.split(".")[0] == library}
    assert len(importers) <= 1, importers


def test_modules_keep_the_inner_shape():
    wrong = []
    for name, tree in SOURCES.items():
        parts = name.split(".")
        if len(parts) != 4 or parts[1] not in {"records", "learning", "features"}:
            continue
        role = parts[3].rpartition("_")[2]  # quiz_service is a service
        if role not in INNER:
            continue
        allowed, never = INNER[role]
        for target in imports(tree):
            pieces = target.split(".")
            if pieces[0] in never:
                wrong.append(f"{name} imports {target}")
            is_inner = len(pieces) == 4 and pieces[0] == "lms" and pieces[1] in {"records", "learning", "features"}
            used = pieces[3].rpartition("_")[2] if is_inner else ""
            if used in INNER and used not in allowed:
                wrong.append(f"{name} imports {target}")
            if is_inner and pieces[3] == "tables" and pieces[2] != parts[2]:
                wrong.append(f"{name} imports {target}: another module's tables")
    assert wrong == []


def test_no_file_is_called_after_nothing():
    vague = [name for name in SOURCES if name.split(".")[-1] in {"utils", "helpers", "common", "misc", "manager"}]
    assert vague == []


def test_every_file_says_what_lives_in_it():
    silent = [name for name, tree in SOURCES.items() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_file_has_grown_past_one_room():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in LMS.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 600
    }
    assert long == {}


ROOMS = {
    "program": set(),
    "language": {"program"},
    "play": {"program"},
    "proof": {"program", "language", "play"},
    "drawing": {"program"},
    "manual": {"program", "language", "proof"},
    "api": {"program", "language", "play", "proof"},
}
"""The rooms of the scenario engine, and into which of the others each may look."""


def test_the_rooms_of_the_scenario_engine_look_only_where_they_may():
    home = "lms.engine.scenario."
    found = {}
    for name, tree in SOURCES.items():
        if name.startswith(home):
            room = name.removeprefix(home).partition(".")[0]
            others = {each.removeprefix(home).partition(".")[0] for each in imports(tree) if each.startswith(home)}
            found.setdefault(room, set()).update(others - {room})
    assert found.keys() == ROOMS.keys()
    assert {room: others - ROOMS[room] for room, others in found.items() if others - ROOMS[room]} == {}
