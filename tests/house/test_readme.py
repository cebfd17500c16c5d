"""What the README says is there, is there; what it tells to type, can be typed."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [README, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))]
COMMANDS = sorted(
    {
        line.strip()
        for block in re.findall(r"```\n(.*?)```", README, re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    }
)


@pytest.mark.parametrize(
    "page", sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]), ids=str
)
def test_every_link_to_a_file_leads_to_one(page):
    text = page.read_text(encoding="utf-8")
    targets = [
        target.partition("#")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL))
    ]
    missing = [
        each
        for each in targets
        if each and "://" not in each and not each.startswith("media/") and not (page.parent / each).exists()
    ]
    assert missing == []


def test_every_folder_that_is_named_is_there():
    named = re.findall(r"^\| (.+?) \|", README, re.MULTILINE)
    folders = [name for cell in named for name in re.findall(r"`([\w./]+)`", cell)]
    assert len(folders) > 6
    assert [name for name in folders if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_typed(command):
    words = shlex.split(command)
    assert words[:2] == ["python3", "go.py"]
    if words[2] == "lms":
        options = [word for word in words[3:] if word.startswith("--")]
        names = [word for word in words[3:] if re.fullmatch(r"[a-z]+", word)][:2]
        names = names if names[0] in {"person", "endpoint", "export"} else names[:1]
        shown = CliRunner().invoke(cli, [*names, "--help"])
        assert shown.exit_code == 0
        assert [option for option in options if option not in shown.output] == []
    else:
        assert f'"{words[2]}": {words[2]}' in (ROOT / "go.py").read_text(encoding="utf-8")
