import pytest
from hypothesis import settings

from tests.engine.course.builders import compiled

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # a busy machine is no finding


@pytest.fixture(scope="session")
def course():
    found = compiled()
    assert found.problems == ()
    return found.course
