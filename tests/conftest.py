"""What every test may ask for. Fixtures of one part of the house live in that part's own conftest."""

pytest_plugins = ("tests.machine", "tests.databases", "tests.application", "tests.content_store")
