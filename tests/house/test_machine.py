"""A test that cannot run here is counted at the end with its reason; with --no-skips it is a failure."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

def test_that_runs():
    pass

@pytest.mark.parametrize("number", [1, 2])
def test_that_wants_a_browser(chromium, number):
    pass

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    raise ValueError
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(*words, **environ):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.machine",
            "-p",
            "no:cacheprovider",
            *words,
            str(tmp_path),
        ]
        clean = {"PATH": str(tmp_path), "PYTHONPATH": str(ROOT), **environ}
        return subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)

    return run


def test_what_did_not_run_is_counted_with_the_way_to_make_it_run(run):
    told = run()
    assert told.returncode == 0, told.stdout
    assert "what did not run on this machine" in told.stdout
    assert "2 tests: no Chromium here; install one (Debian: apt install chromium), or set CHROMIUM" in told.stdout
    assert "1 passed, 2 skipped, 1 xfailed" in told.stdout.splitlines()[-1]


def test_nothing_may_be_skipped_where_that_is_said(run):
    told = run("--no-skips")
    assert told.returncode == 1
    assert "--no-skips allows none: no Chromium here" in told.stdout
    assert "1 passed, 1 xfailed, 2 errors" in told.stdout.splitlines()[-1]


def test_with_a_browser_nothing_is_left_out(run):
    told = run("--no-skips", CHROMIUM="/usr/bin/true")
    assert told.returncode == 0, told.stdout
    assert "did not run" not in told.stdout
