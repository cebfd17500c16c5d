"""The pages of people, seen by a browser."""

import pytest


@pytest.mark.parametrize("path", ["/people/profile", "/people/", "/people/add", "/people/views"])
def test_an_admin_finds_each_page_with_one_heading(client, make_person, sign_in, path):
    sign_in(make_person("ann@example.org", roles=("admin",)))
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
