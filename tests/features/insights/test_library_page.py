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
