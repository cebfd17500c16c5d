"""`lms map` shows what is there: nothing of the live application is missing from it."""

import pytest
from click import Context

from lms.app import MODULES
from lms.base.store.metadata import metadata
from lms.base.web.routing import policies
from lms.cli import COMMANDS, cli
from lms.features.operations import atlas


@pytest.fixture
def drawn(app) -> list[str]:
    return atlas.render(MODULES, app, cli).splitlines()


def test_every_page_is_on_it_with_who_may_see_it(drawn, app):
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith("static"):
            policy = policies(app)[rule.endpoint].name
            assert any(line.endswith(f" {rule.rule}  {policy}") for line in drawn), rule


def test_every_module_table_reaction_statement_and_command_is_on_it(drawn):
    words = "\n".join(drawn)
    assert [module.name for module in MODULES if module.name not in drawn] == []
    assert [name for name in metadata.tables if f"    {name}  " not in words] == []
    for module in MODULES:
        assert all(f"    {each.event.__name__}  {each.handler.__module__}" in words for each in module.subscriptions)
        assert all(f"    {verb}" in drawn for verb in module.statements)
    with Context(cli, info_name="lms"):
        assert [name for name in COMMANDS if f"  lms {name}" not in words] == []


def test_a_command_says_in_the_list_what_it_is_for(drawn):
    silent = [line for line in drawn if line.startswith("  lms ") and not line.endswith(".")]
    assert [line for line in silent if not line.endswith(")")] == []
