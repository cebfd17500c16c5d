"""Draw the pictures of the README: the player as a phone and a desktop show it, from a real server and browser.

    python -m tools.pictures [folder]

For maintainers, after a change of the look; it needs Chromium and the packages of requirements-dev.lock.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.features.operations.conftest import Installation
from tests.flows.walker import ROOT, Walker

WORDS = "I would tell her at once whom I have to tell."


def main(folder: Path) -> None:
    """Walk to the pages worth seeing and keep a picture of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        installation = Installation(Path(place), LMS_CONTENT=str(ROOT))
        installation.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            phone = Walker(browser, f"http://127.0.0.1:{installation.port}", javascript=False)
            phone.sign_in("learner@demo.example")
            phone.practise()
            phone.page.screenshot(path=folder / "scene-phone.png")
            phone.play(WORDS)
            phone.press(phone.page.locator("main a[href^='/debrief/']"))
            phone.press(phone.page.locator("main form button.go"))
            while "moment-1" not in phone.page.url:
                phone.press(phone.page.locator("main form button.go"))
            phone.press(phone.page.locator("main form button.go"))
            phone.page.screenshot(path=folder / "debrief-phone.png")
            phone.start_course()
            phone.page.screenshot(path=folder / "course-phone.png")
            phone.close()
            dark = Walker(browser, f"http://127.0.0.1:{installation.port}", javascript=False, scheme="dark")
            dark.sign_in("second@demo.example")
            dark.practise()
            dark.page.screenshot(path=folder / "scene-phone-dark.png")
            dark.practise("not-quite-herself")
            while dark.page.locator("main h1").inner_text() != "Nine":
                dark.step(WORDS)
            dark.page.screenshot(path=folder / "observations-phone-dark.png")
            dark.close()
        finally:
            browser.close()
            installation.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "pictures"))
