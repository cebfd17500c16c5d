"""Hubs, calls, ends of acts and going again: by keyboard on a phone with axe looking on, and without JavaScript."""

import pytest

from lms.engine.scenario.manual.reference_structure import EXAMPLE
from tests.features.operations.conftest import Installation
from tests.flows.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.network]


@pytest.fixture
def running(installation: Installation) -> Installation:
    folder = installation.folder / "scenarios" / "two-shifts"
    folder.mkdir(parents=True)
    folder.joinpath("scenario.md").write_text(EXAMPLE, encoding="utf-8")
    installation.start()
    return installation


@pytest.fixture
def device(browser, running):
    made = []

    def make(**more):
        made.append(Walker(browser, f"http://127.0.0.1:{running.port}", **more))
        made[-1].knowledge.rating.update(dict.fromkeys(("enough", "ring", "off", "sit"), "best"))
        return made[-1]

    yield make
    for walker in made:
        walker.close()


def choose(walker, words):
    walker.press(walker.page.locator("main button.choice", has_text=words))


def heading(walker):
    return walker.page.locator("h1").inner_text()


def look_round(walker):
    """Two of three things, one of them by a call: only then does the way out open."""
    page = walker.page
    assert heading(walker) == "Olwen’s room"
    assert "Look at 2 more" in page.inner_text("main")
    assert page.locator("button.choice", has_text="seen enough").count() == 0
    choose(walker, "At the cup")
    choose(walker, "Put it back")
    assert page.locator(".looked-at li").all_inner_texts() == ["At the cup on her table"]
    assert page.locator("button.choice", has_text="At the cup").count() == 0
    choose(walker, "At the chart")
    choose(walker, "Hang it up")
    assert heading(walker) == "Olwen’s room"
    assert "Look at" not in page.inner_text("main form")
    assert page.locator("button.choice").last.inner_text() == "I have seen enough"
    choose(walker, "seen enough")


def play_to_the_break(walker):
    walker.sign_in("learner@demo.example")
    walker.practise("two-shifts")
    look_round(walker)
    choose(walker, "Write it down")
    assert heading(walker) == "The first shift is over"
    assert "End of this part" in walker.page.inner_text("main")
    assert "Who reads the chart tonight?" in walker.page.inner_text("main")


@pytest.mark.parametrize(
    "more",
    [{"width": 360}, {"width": 1280, "scheme": "dark"}, {"javascript": False}],
    ids=["phone", "dark", "without-scripts"],
)
def test_a_learner_looks_round_takes_a_break_and_goes_again_from_the_end_of_an_act(device, more):
    walker = device(**more)
    page = walker.page
    play_to_the_break(walker)
    walker.press(page.locator("main a", has_text="Take a break"))
    assert "You have stepped out" in page.inner_text("main")
    walker.press(page.locator("main a", has_text="Carry on"))
    walker.press(page.locator("main form button.go"))
    choose(walker, "Sit down")
    assert "The jug is as full as it was." in page.inner_text("main")
    first = page.url
    walker.press(page.locator("main form button", has_text="The first shift is over"))
    assert page.url != first
    assert heading(walker) == "The first shift is over"
    assert "Practice" in page.inner_text("body")
    walker.press(page.locator("main form button.go"))
    choose(walker, "Sit down")
    assert page.locator("main a[href^='/debrief/']").count() == 1
    assert walker.violations == []
    assert walker.said == []


def test_the_path_shows_the_end_of_an_act_and_what_chance_decided(device):
    walker = device(javascript=False)
    page = walker.page
    play_to_the_break(walker)
    walker.press(page.locator("main form button.go"))
    choose(walker, "Sit down")
    walker.press(page.locator("main a[href^='/debrief/']"))
    walker.press(page.locator("main form button.go"))
    for _ in range(2):
        walker.press(page.locator("main form button.go"))
    path = page.locator(".timeline").inner_text()
    assert "End of this part" in path
    assert "How Olwen slept" in path
