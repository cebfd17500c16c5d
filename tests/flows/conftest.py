"""A real installation with the shipped content, and a browser that walks through it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.features.operations.conftest import Installation, installation
from tests.flows.walker import Walker

__all__ = ["installation"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def running(installation: Installation) -> Installation:
    """The product as `lms run --demo` starts it, with the shipped content."""
    installation.environ["LMS_CONTENT"] = str(ROOT)
    installation.start()
    return installation


@pytest.fixture
def walker(browser, running) -> Iterator[Walker]:
    """A learner with a phone and nothing but the keyboard."""
    walker = Walker(browser, f"http://127.0.0.1:{running.port}")
    yield walker
    walker.close()
