"""Content in a store: the shipped courses and scenarios, or small ones written for a test."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lms.base.store.work import Store
from lms.learning.library import service as library
from lms.learning.library.files import Folder
from lms.learning.library.model import Refreshed

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)
SHIPPED = {
    str(path.parent.relative_to(ROOT))
    for pattern in ("courses/*/course.yaml", "scenarios/*/scenario.md")
    for path in ROOT.glob(pattern)
}
"""The folder of everything that ships."""


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """A folder that has been compiled is not compiled again for the next test's library (L3 says when it is the same)."""
    kept: dict[Any, Any] = {}
    anew, seen = library._compile, library._seen

    def compiled(folder: Folder, today: date, scenarios: set[str]) -> Any:
        key = folder.kind, folder.path, seen(folder, today, scenarios)
        if key not in kept:
            kept[key] = anew(folder, today, scenarios)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "_compile", compiled)
        yield


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
