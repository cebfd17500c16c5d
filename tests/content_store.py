"""Content in a store: the shipped courses and scenarios, or small ones written for a test."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lms.base.store.work import Store
from lms.learning.library import service as library
from lms.learning.library.model import Refreshed

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)
SHIPPED = {
    str(path.parent.relative_to(ROOT))
    for pattern in ("courses/*/course.yaml", "scenarios/*/scenario.md")
    for path in ROOT.glob(pattern)
}
"""The folder of everything that ships."""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder with a copy of everything that is shipped, to be changed at will."""
    root = tmp_path / "content"
    for name in ("courses", "scenarios"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture
def refresh(store: Store, content: Path) -> Callable[[], Refreshed]:
    """refresh() brings the library in step with the `content` folder."""

    def run() -> Refreshed:
        with store.work() as uow:
            return library.refresh(uow, content, TODAY)

    return run


@pytest.fixture
def shipped(refresh: Callable[[], Refreshed]) -> Refreshed:
    """The shipped content, in service."""
    return refresh()
