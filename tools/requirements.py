"""The table of what an LRS must do, and the tests that prove it: made from the marks `@meets(…)` of the tests.

A number is one of ADL's conformance requirements (XAPI-00001 …), a text a section of IEEE 9274.1.1.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path("tests/records/lrs")
NUMBERS = tuple(number for number in range(1, 337) if number not in {136, 137, 141, 223})
"""Every requirement of ADL's list for 1.0.3 that says something of its own.

136 does not exist, 137 was withdrawn (a body has no MIME-Version of its own), 141 is said again by 195, 275 and 294, and 223 is about a
parameter (since, with DELETE) that the specification does not have.
"""

HEAD = """# What an LRS must do, and what proves it

Made by `python3 go.py write` from the marks of the tests; a test compares it with them. The numbers are those of ADL's
conformance requirements for an LRS (XAPI-00001 and so on), which are about xAPI 1.0.3; nearly all of them hold for 2.0.0
too, and those tests run under both versions and on both databases. What 2.0.0 alone says stands below, by the sections
of IEEE 9274.1.1. Of the numbers that are missing here, 136 was never given, 137 was withdrawn, 141 is said again by 195, 275
and 294, and 223 speaks of a parameter (`since` with DELETE) that the specification does not have. The tests are our own, written from the texts.

ADL's test suites themselves have not been run here. What they ask was read in their sources (November 2026, both versions)
and sent by a program of our own, request for request, with what they assert: 1,643 checks for 1.0.3 and 1,539 for 2.0.0, more
than the suites count, because older forms of their files were asked too. All are answered as they want. To run a suite, give it the
address without a slash at its end and a client with `--scope all --per-minute 1000000`; it waits some seconds wherever
it asks for what is not there. Whoever follows the texts alone will notice two things: under the version header 1.0.3 a new profile is
put with `If-None-Match: *` (XAPI-00273, 00287, 00293), and a method that nobody knows is 405 also without credentials.

| requirement | what is proven |
|---|---|
"""

SECOND = """
## What 2.0.0 says beside

| IEEE 9274.1.1 | what is proven |
|---|---|
"""


def marks(root: Path) -> Iterator[tuple[str, list[int | str]]]:
    """Yield each marked test's name, and what it proves."""
    for path in sorted((root / TESTS).glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found = [each for mark in node.decorator_list for each in _arguments(mark)]
                if found:
                    yield node.name, found


def _arguments(mark: ast.expr) -> list[Any]:
    if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "meets"):
        return []
    return [value for argument in mark.args for value in _values(argument)]


def _values(argument: ast.expr) -> list[Any]:
    if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Call):
        return list(range(*(ast.literal_eval(each) for each in argument.value.args)))
    return [ast.literal_eval(argument)]


def proven(root: Path) -> dict[int | str, tuple[str, ...]]:
    """Return requirement → the tests that prove it."""
    found: dict[int | str, list[str]] = defaultdict(list)
    for name, requirements in marks(root):
        for each in dict.fromkeys(requirements):
            found[each].append(name)
    return {key: tuple(names) for key, names in found.items()}


def table(root: Path) -> str:
    """Return the page."""
    found = proven(root)
    rows: list[tuple[list[int], tuple[str, ...]]] = []
    for number in sorted(key for key in found if isinstance(key, int)):
        if rows and rows[-1][1] == found[number] and rows[-1][0][-1] == number - 1:
            rows[-1][0].append(number)
        else:
            rows.append(([number], found[number]))
    lines = [f"| {_range(numbers)} | {_sentences(names)} |\n" for numbers, names in rows]
    later = sorted(
        (key for key in found if isinstance(key, str)), key=lambda key: [int(part) for part in key.split(".")]
    )
    return HEAD + "".join(lines) + SECOND + "".join(f"| {key} | {_sentences(found[key])} |\n" for key in later)


def _range(numbers: list[int]) -> str:
    first = f"XAPI-{numbers[0]:05}"
    return first if len(numbers) == 1 else f"{first} to {numbers[-1]:05}"


def _sentences(names: tuple[str, ...]) -> str:
    return "; ".join(name.removeprefix("test_").replace("_", " ") for name in names)
