"""The shipped scenarios as files: with what they include, however their own text is changed for a test."""

from pathlib import Path

from lms.engine.source.text import SourceFile
from lms.learning.library.files import SHARED, read_shared

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
INCLUDED = read_shared(SCENARIOS, f"scenarios/{SHARED}")
"""What shipped scenarios include."""


def as_scenario(text: str, path: str = "scenarios/between-you-and-me/scenario.md") -> list[SourceFile]:
    """Return the files of a scenario with this text, and what it may include."""
    return [SourceFile(path, "scenario.md", text.encode()), *INCLUDED]
