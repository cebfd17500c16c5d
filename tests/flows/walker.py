"""A person at a browser who knows the content: presses by keyboard alone, and has axe look at every kind of page.

What is right is read from the content itself, so that the walk goes on when the content is improved.
"""

import re
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from lms.engine.course.api import compile_course
from lms.engine.scenario.api import compile_scenario
from lms.learning.library.files import read_content

ROOT = Path(__file__).parents[2]
PASSWORD = "practice makes better"
MOST_TABS = 80
RULES = {
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},  # no rule of these reads style sheets
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
RATINGS = ("best", "defensible", "", "unsafe", "critical")


def plain(markdown: str) -> str:
    """The words of a Markdown line as a browser shows them."""
    return " ".join(re.sub(r"\{lang=[a-zA-Z-]+\}|[*_\[\]`]", "", markdown).split())


class Knowledge:
    """What an expert knows of the shipped content: right answers, and how each choice is rated."""

    def __init__(self) -> None:
        today = date(2026, 11, 21)
        folders = read_content(ROOT)
        stories = [compile_scenario(each.files, today=today).program for each in folders if each.kind == "scenario"]
        scenes = [scene for program in stories if program is not None for scene in program.scenes]
        folder = next(each for each in folders if each.kind == "course")
        course = compile_course(folder.path, folder.files, today=today, scenarios={"between-you-and-me"}).course
        assert scenes
        assert course is not None
        self.right = {
            (plain(question.ask), plain(option.text))
            for bank in course.banks
            for question in bank.questions
            for option in question.options
            if option.right
        }
        self.most = {item.id: scene.options.most for scene in scenes if scene.options for item in scene.options.items}
        self.orders = [scene.order.order for scene in scenes if scene.order]
        self.rating = {choice.id: choice.rating for scene in scenes for choice in scene.choices} | {
            item.id: item.rating for scene in scenes if scene.options for item in scene.options.items
        }


class Walker:
    """One person, one device."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        javascript: bool = True,
        width: int = 360,
        scheme: str = "light",
    ) -> None:
        self.address = address
        self.javascript = javascript
        self.context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 740},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            color_scheme=scheme,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.knowledge = Knowledge()
        self.looked_at: set[str] = set()
        self.violations: list[str] = []

    def close(self) -> None:
        """Put the device away."""
        self.context.close()

    # --- pressing ---------------------------------------------------------------------------------------------------

    def press(self, target: Locator, key: str = "Enter", *, leaves: bool = True) -> None:
        """Reach `target` with the Tab key alone and press it; `leaves` if another page follows."""
        self._reach(target)
        if leaves:
            with self.page.expect_navigation(wait_until="load"):
                self.page.keyboard.press(key)
            self.look()
        else:
            self.page.keyboard.press(key)

    def type(self, target: Locator, words: str) -> None:
        """Reach a field and write into it."""
        self._reach(target)
        self.page.keyboard.type(words)

    def _reach(self, target: Locator) -> None:
        if not self.javascript:  # where the focus is can only be asked with scripts; the same keys are pressed
            target.focus()
            return
        handle = target.element_handle()
        for _ in range(MOST_TABS):
            if handle.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target} on {self.page.url}")

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Have axe look at the page, once for each kind of page."""
        if not self.javascript:
            return
        kind = re.sub(r"[0-9a-f-]{36}|[A-Za-z0-9_-]{22}", "…", self.page.url) + self.page.title()
        if kind in self.looked_at:
            return
        self.looked_at.add(kind)
        results = Axe().run(self.page, options=RULES)
        self.violations += [
            f"{self.page.url} {each['id']}: {node['html'][:160]}"
            for each in results.response["violations"]
            for node in each["nodes"]
        ]

    # --- the way through --------------------------------------------------------------------------------------------

    def sign_in(self, mail: str) -> None:
        """Sign in through the page."""
        self.go("/")
        self.type(self.page.locator("input[name=mail]"), mail)
        self.type(self.page.locator("input[name=password]"), PASSWORD)
        self.press(self.page.locator("main form button").first)
        assert self.page.url == f"{self.address}/"

    def start_course(self) -> None:
        """Find the course in the catalogue and start it."""
        self.go("/enrolment/catalogue")
        self.press(self.page.locator("h3 a", has_text="Safeguarding adults").first)
        self.press(self.page.locator("main form button.go"))

    def read_lessons(self) -> None:
        """Read every lesson to its end."""
        self.press(self.page.locator(".outline a.go"))
        while "/lessons/" in self.page.url:
            self.press(self.page.locator("main form button.go"))

    def answer_quiz(self) -> None:
        """Open the quiz and answer every question rightly."""
        self.press(self.page.locator(".outline a.go"))
        self.press(self.page.locator("main form button.go"))
        for _ in range(40):
            if self.page.locator("p.score").count():
                return
            if self.page.locator("input[name=answer]").count():
                self._answer()
            self.press(self.page.locator("main form button.go"))
        raise AssertionError("the quiz did not end")

    def _answer(self) -> None:
        ask = " ".join(self.page.locator("h1").inner_text().split())
        for label in self.page.locator("label.tick").all():
            if (ask, " ".join(label.inner_text().split())) in self.knowledge.right:
                box = label.locator("input")
                if box.get_attribute("type") == "checkbox":
                    self.press(box, "Space", leaves=False)
                else:
                    box.check()  # within a group of radio buttons the arrow keys move; Tab reaches the group
        assert self.page.locator("input[name=answer]:checked").count(), f"no answer is known to: {ask}"

    def start_scenario(self) -> None:
        """Go from the course to the scenario and begin it."""
        self.press(self.page.locator(".outline a.go"))
        self.press(self.page.locator("main form button.go"))
        self.press(self.page.locator("main form button.go"))

    def practise(self, scenario: str = "between-you-and-me") -> None:
        """Begin a practice run from the catalogue."""
        self.go("/enrolment/catalogue")
        self.press(self.page.locator(f"form[action*='practice/{scenario}/'] button"))
        self.press(self.page.locator("main form button.go"))

    def play(self, words: str) -> None:
        """Play the scene on the page and all that follow, as an expert would, to the ending."""
        for _ in range(60):
            if self.page.locator("main a[href^='/debrief/']").count():
                return
            self.step(words)
        raise AssertionError("the story did not end")

    def step(self, words: str) -> None:
        """Do what the scene on the page asks for."""
        main = self.page.locator("main")
        if main.locator("button.choice").count():
            self.press(min(main.locator("button.choice").all(), key=self._rating))
            return
        if main.locator("fieldset.order").count():
            self._put_in_order()
        if main.locator("input[type=radio][name=choice]").count():
            self._pick(min(main.locator("input[name=choice]").all(), key=self._rating))
        if main.locator("input[name=sure]").count():
            self._pick(main.locator("input[name=sure]").first)
        best = [box for box in main.locator("input[name=option]").all() if self._rating(box) == 0]
        for box in best[: self.knowledge.most.get(best[0].get_attribute("value") or "") if best else 0]:
            self.press(box, "Space", leaves=False)
        if main.locator("textarea[name=text]").count():
            self.type(main.locator("textarea[name=text]"), words)
        self.press(main.locator("form button.go").first)

    def _pick(self, radio: Locator) -> None:
        """Check a radio button: Tab reaches the group, Space checks what has the focus, arrows move within it."""
        radio.focus()
        self.page.keyboard.press("Space")

    def _put_in_order(self) -> None:
        """Put the things of the page in their right order: by buttons where a script has made some, else by places."""
        items = self.page.locator("li.order-item")
        ids = [each.get_attribute("value") for each in self.page.locator("li.order-item input[name=item]").all()]
        right = next(order for order in self.knowledge.orders if set(order) <= set(ids))
        for place, id_ in enumerate(right, start=1):
            item = items.filter(has=self.page.locator(f"input[value='{id_}']"))
            if self.javascript:
                self.press(item.locator("button").first, leaves=False)
            else:
                item.locator("select").select_option(str(place))

    def _rating(self, control: Locator) -> int:
        return RATINGS.index(self.knowledge.rating[control.get_attribute("value") or ""])

    def debrief(self, words: str) -> None:
        """Look back, screen by screen."""
        self.press(self.page.locator("main a[href^='/debrief/']"))
        self.press(self.page.locator("main form button.go"))
        for _ in range(20):
            if not self.page.locator("ol.steps").count():
                return
            for area in self.page.locator("main form textarea").all():
                self.type(area, words)
            self.press(self.page.locator("main form button.go"))
        raise AssertionError("the debrief did not end")


def take_the_course(walker: Walker, words: str) -> None:
    """Take the shipped course from the catalogue to its end."""
    walker.start_course()
    walker.read_lessons()
    walker.answer_quiz()
    assert "100 per cent" in walker.page.inner_text("main")
    walker.press(walker.page.locator("main a.go"))
    walker.start_scenario()
    walker.play(words)
    walker.debrief(words)
    walker.press(walker.page.locator("main a.go"))
    assert "You have done all of this course" in walker.page.inner_text("main")
