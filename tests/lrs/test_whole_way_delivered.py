"""A learner takes the whole course on a phone while the product delivers to an LRS that is not ours."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from tests.features.operations.conftest import Installation, installation
from tests.flows.walker import ROOT, Walker, take_the_course
from tests.lrs.conftest import PASSWORD, USER

__all__ = ["installation"]
pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.lrs]


def lms(installation: Installation, *words: str, text: str | None = None) -> str:
    return subprocess.run(
        [sys.executable, "-m", "lms", *words],
        env=installation.environ, cwd=installation.folder, input=text, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_the_statements_of_a_whole_way_lie_in_the_other_lrs_once_each(browser, installation, ralph):
    installation.environ |= {"LMS_CONTENT": str(ROOT), "LMS_ENDPOINT_PRIVATE": "yes"}
    installation.start()
    lms(installation, "endpoint", "add", "ralph", ralph.url, "--user", USER, "--password-stdin", text=f"{PASSWORD}\n")
    walker = Walker(browser, f"http://127.0.0.1:{installation.port}")
    try:
        walker.sign_in("learner@demo.example")
        walker.practise()
        walker.step("never to leave")
        take_the_course(walker, "never to leave")
    finally:
        walker.close()
    exported = [json.loads(line) for line in lms(installation, "export", "statements").splitlines()]
    installation.wait(lambda: len(ralph.statements()) >= len(exported), seconds=60)

    held = Counter(each["id"] for each in ralph.statements())
    assert held == Counter(each["id"] for each in exported)
    assert set(held.values()) == {1}
    assert len(held) > 60
    verbs = {each["verb"]["id"].rsplit("/", 1)[-1] for each in ralph.statements()}
    assert verbs >= {"arrived", "responded", "answered", "passed", "completed", "debriefed"}
    assert "never to leave" not in json.dumps(ralph.statements())
    own = {each["actor"]["account"]["name"] for each in exported}
    assert own.isdisjoint(each["actor"]["account"]["name"] for each in ralph.statements())
