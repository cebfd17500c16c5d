import pytest

PRACTICE = "/attempts/practice/between-you-and-me/start"


@pytest.fixture
def run(shipped, client, make_person, sign_in):
    sign_in(make_person("amina@example.org"))
    return client.post(PRACTICE).location


def test_the_help_that_a_scenario_names_is_on_every_page_of_a_run(run, client):
    before = client.get(run).text
    client.post(f"{run}/begin")
    for page in (before, client.get(run).text, client.get(f"{run}/away").text, client.get(f"{run}/summary").text):
        assert '<a href="https://canopi.nhs.wales/" rel="noreferrer">Canopi</a>' in page
        assert '<a href="tel:116123">116 123</a>' in page
        assert "ask for the emergency duty team" in page


def test_without_a_name_of_its_own_the_help_that_holds_everywhere_is_shown(shipped, app):
    with app.test_request_context():
        support = app.jinja_env.get_template("shell/macros.html").module.support
        assert "tel:999" in support(())
