import re

import pytest

from tests.learning.walks import SCENARIO, start_practice


@pytest.mark.parametrize(
    ("spoken", "locale", "marked"), [("cy", "en_GB", "cy"), ("en", "en_GB", None), ("en", "cy", "en")]
)
def test_content_in_another_language_than_the_page_says_so(
    store, make_person, sign_in, content, refresh, client, spoken, locale, marked
):
    file = content / "scenarios" / SCENARIO / "scenario.md"
    words = file.read_text()
    file.write_text(
        words.replace("\nminutes:", f"\nlanguage: {spoken}\nminutes:", 1)
        if "\nlanguage:" not in words
        else re.sub(r"\nlanguage: \w+", f"\nlanguage: {spoken}", words)
    )
    refresh()
    me = make_person("menna@example.org")
    browser = sign_in(me)
    browser.post("/people/profile/language", data={"locale": locale, "time_zone": "Europe/London"})
    attempt = start_practice(store, me)
    main = re.search(r"<main[^>]*>", browser.get(f"/attempts/{attempt.id}").text).group()
    found = re.search(r'lang="(\w+)"', main)
    assert (found.group(1) if found else None) == marked
