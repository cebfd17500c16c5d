import pytest

from tests.engine.course.builders import compiled


@pytest.fixture(scope="session")
def course():
    found = compiled()
    assert found.problems == ()
    return found.course
