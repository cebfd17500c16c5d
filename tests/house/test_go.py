"""`go.py`: two commands from a fresh clone, and a clear word when the machine lacks something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "PIP_", "PYTHONPATH"))}
COMMAND = """
import os, sys
print("words", sys.argv[1:], "in", os.getcwd(), "content", os.environ["LMS_CONTENT"])
"""
SAY_WHAT_IS_STARTED = """
starts = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork"}
sys.addaudithook(lambda event, given: event in starts and print("starts", given[0], flush=True))
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout whose command only says what it was told, and whose locks name nothing."""
    clone = tmp_path / "a clone"
    (clone / "lms").mkdir(parents=True)
    shutil.copy(ROOT / "go.py", clone)
    (clone / "lms" / "__main__.py").write_text(COMMAND)
    (clone / "requirements.lock").write_text("# nothing\n")
    return clone


def go(clone: Path, *words: str, before: str = "", cwd: Path | None = None, **environ: str):
    """Run go.py with this interpreter; `before` is Python that prepares a poorer machine."""
    program = f"import runpy, sys\nsys.argv = {['go.py', *words]!r}\n{before}\nrunpy.run_path({str(clone / 'go.py')!r}, run_name='__main__')"
    return subprocess.run(
        [sys._base_executable, "-c", program],
        cwd=cwd or clone,
        env={**CLEAN, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_second_start_makes_and_installs_nothing_and_the_command_runs_where_it_was_called(clone, tmp_path):
    first = go(clone, "lms", "check", "x y.md", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "Making" in first.stdout
    second = go(clone, "lms", "check", "x y.md", cwd=tmp_path, before=SAY_WHAT_IS_STARTED)
    started, said = second.stdout.splitlines()
    assert started == f"starts {clone}/.venv/{sys.version_info[0]}.{sys.version_info[1]}/bin/python"
    assert said == f"words ['check', 'x y.md'] in {tmp_path} content {clone}"


def test_a_changed_lock_is_installed_again_and_a_moved_checkout_is_made_again(clone):
    go(clone, "lms")
    (clone / "requirements.lock").write_text("# still nothing\n")
    changed = go(clone, "lms")
    assert "Installing" in changed.stdout
    assert "Making" not in changed.stdout
    moved = clone.rename(clone.parent / "elsewhere")
    after = go(moved, "lms")
    assert "Making" in after.stdout
    assert f"content {moved}" in after.stdout


def test_run_starts_with_demo_people(clone):
    assert "words ['run', '--demo']" in go(clone, "run").stdout


def test_a_python_that_is_too_old_is_told_so(clone):
    told = go(clone, "run", before="sys.version_info = (3, 9, 2)")
    assert told.returncode == 1
    assert "needs 3.11 or later" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_python_without_venv_is_told_which_package_to_install(clone):
    told = go(clone, "run", before="sys.modules['ensurepip'] = None")
    assert told.returncode == 1
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in told.stderr


def test_without_the_network_pip_fails_with_a_way_out(clone):
    (clone / "requirements.lock").write_text(f"flask==3.1.3 --hash=sha256:{'0' * 64}\n")
    told = go(clone, "run", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(clone), PIP_CONFIG_FILE=os.devnull)
    assert told.returncode == 1
    assert "PIP_FIND_LINKS=wheels" in told.stderr
    assert "Traceback" not in told.stderr
    assert "Installing" in go(clone, "run", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull).stdout, "tried again"


def test_no_words_explain_themselves(clone):
    told = go(clone)
    assert told.returncode == 2
    assert "python3 go.py run" in told.stdout
