"""Every story that ships, played from the catalogue to the end of its debrief: by keyboard, and without scripts."""

import pytest

from tests.content_store import SHIPPED
from tests.features.operations.conftest import ROOT, Installation
from tests.flows.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.network]
STORIES = sorted(path.partition("/")[2] for path in SHIPPED if path.startswith("scenarios/"))
WORDS = "I would say at once what I saw."


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("stories"), LMS_CONTENT=str(ROOT))
    installation.start()
    yield installation
    installation.stop()


@pytest.mark.parametrize("javascript", [True, False], ids=["by keyboard", "without scripts"])
@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_played_to_its_end_and_looked_back_on(browser, running, story, javascript):
    walker = Walker(browser, f"http://127.0.0.1:{running.port}", javascript=javascript)
    try:
        walker.sign_in("learner@demo.example" if javascript else "second@demo.example")
        walker.practise(story)
        walker.play(WORDS)
        walker.debrief(WORDS)
        assert walker.page.locator("main").inner_text()
        assert walker.violations == []
        assert walker.said == []
    finally:
        walker.close()
