"""What the documentation names exists."""

import re
from pathlib import Path

import pytest

from lms.cli import COMMANDS
from lms.kernel.settings import TABLE

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
VARIABLES = {row.variable for row in TABLE}
PLACEHOLDERS = {"LMS_"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_only_settings_commands_and_pages_that_exist(page):
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bLMS_[A-Z_]*", text)) - VARIABLES - PLACEHOLDERS == set()
    in_code = re.findall(r"`[^`\n]*`|^(?:[ \t]*(?:\$ )?(?:python3 go\.py )?lms .*)$", text, re.MULTILINE)
    called = {name for code in in_code for name in re.findall(r"(?:^|[\s`])lms ([a-z]+)", code)}
    assert called - set(COMMANDS) == set()
    prose = re.sub(
        r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL
    )  # links in code are examples of what authors write
    links = re.findall(r"\]\(((?!https?:|#|mailto:)[^)#\s]+)(?:#[^)]*)?\)", prose)
    assert [link for link in links if not (page.parent / link).exists()] == []
