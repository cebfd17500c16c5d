import pytest

from lms.kernel.errors import Invalid
from lms.kernel.settings import TABLE, load


def test_defaults_make_an_installation_on_this_machine_alone():
    settings = load({})
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.is_loopback
    assert not settings.is_secure
    assert settings.database == f"sqlite:///{settings.data / 'lms.sqlite3'}"


def test_every_bad_setting_is_reported_at_once_with_what_is_allowed():
    with pytest.raises(Invalid) as caught:
        load({"LMS_PORT": "eighty", "LMS_BASE_URL": "example.org", "LMS_TIME_ZONE": "Mars/Olympus", "LMS_LOG": "loud"})
    text = [str(problem) for problem in caught.value.problems]
    assert len(text) == 4
    assert "LMS_PORT='eighty' (from the environment): allowed is a whole number from 1 to 65535" in text


def test_an_unknown_variable_is_refused_with_the_nearest_name():
    with pytest.raises(Invalid) as caught:
        load({"LMS_PROT": "80"})
    assert "did you mean LMS_PORT?" in str(caught.value.problems[0])


def test_a_bad_secret_is_not_repeated():
    with pytest.raises(Invalid) as caught:
        load({"LMS_DATABASE_URL": "mysql://u:hunter2@host/x"})
    assert "hunter2" not in str(caught.value.problems[0])


def test_a_postgresql_address_is_given_its_driver():
    assert load({"LMS_DATABASE_URL": "postgres://u:p@h/n"}).database == "postgresql+psycopg://u:p@h/n"


def test_origins_tell_where_each_value_came_from():
    settings = load({"LMS_PORT": "9000"})
    assert settings.origins["port"] == "LMS_PORT"
    assert settings.origins["host"] == "default"
    assert set(settings.origins) == {setting.name for setting in TABLE}


def test_a_public_address_is_not_loopback_even_when_listening_on_it():
    assert not load({"LMS_BASE_URL": "https://learn.example.org"}).is_loopback
    assert not load({"LMS_HOST": "0.0.0.0"}).is_loopback  # noqa: S104 - the case under test
