"""What every test may ask for. Fixtures of one part of the house live in that part's own conftest."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # that a machine is busy is no finding

pytest_plugins = ("tests.machine", "tests.databases", "tests.application", "tests.content_store")
