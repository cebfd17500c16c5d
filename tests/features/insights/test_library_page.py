from datetime import timedelta


def test_an_error_in_a_file_shows_on_the_trainers_page_with_its_place(
    shipped, refresh, content, client, make_person, sign_in
):
    file = content / "scenarios" / "between-you-and-me" / "scenario.md"
    file.write_text(file.read_text().replace("(#setting) {#promise}", "(#seting) {#promise}"))
    refresh()
    sign_in(make_person("gareth@example.org", roles=("trainer",)))
    page = client.get("/insights/")
    assert page.status_code == 200
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if "(#seting)" in text)
    assert f"scenarios/between-you-and-me/scenario.md:{line}:" in page.text
    assert "^^^^^^" in page.text


def test_the_class_of_the_newest_change_shows_on_the_trainers_page(
    shipped, refresh, content, client, make_person, sign_in, clock
):
    sign_in(make_person("gareth@example.org", roles=("trainer",)))
    assert "Newest change" not in client.get("/insights/").text
    file = content / "scenarios" / "between-you-and-me" / "scenario.md"
    for old, new, says in (
        ("voice +", "voice -", "Newest change: material"),
        ("## Supper tray", "## Supper trya", None),
    ):
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
        clock.advance(timedelta(minutes=1))
        refresh()
        page = client.get("/insights/").text
        assert (says or "Newest change: typo") in page


def test_a_trainer_sees_the_story_as_a_picture_and_as_a_table_that_says_the_same(shipped, client, make_person, sign_in):
    sign_in(make_person("gareth@example.org", roles=("trainer",)))
    assert 'href="/insights/scenarios/between-you-and-me"' in client.get("/insights/").text
    page = client.get("/insights/scenarios/between-you-and-me").text
    for words in ("Supper tray", "Turning point", "A good ending", "Comes later", "unsafe", "Here the story ends."):
        assert words in page
    picture = client.get("/insights/scenarios/between-you-and-me/picture.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "Supper tray" in picture.text
    assert client.get("/insights/scenarios/nowhere").status_code == 404
