"""The pages of people, seen by browsers with good and bad intentions."""

import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import event

from lms.learning.people import access, service
from lms.learning.people.model import MOST_PER_ACCOUNT
from tests.application import MEMORY, PASSWORD

NEW = "four quiet green hills"


@pytest.fixture
def ann(make_person):
    return make_person("ann@example.org", name="Ann Price", roles=("admin",))


@pytest.fixture
def mair(make_person):
    return make_person("mair@example.org")


def cookie(answer):
    jar = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        jar.load(line)
    [morsel] = jar.values()
    return morsel


def summary(answer):
    """The words of the error summary: what a screen reader says first."""
    found = re.search(r'role="alert".*?</ul>', answer.text, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found.group()) if found else ""


@pytest.mark.parametrize("path", ["/people/profile", "/people/", "/people/add", "/people/views", "/people/?words=zzz"])
def test_an_admin_finds_each_page_with_one_heading(client, ann, sign_in, path):
    sign_in(ann)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("path", ["/people/", "/people/add", "/people/views", "/people/{id}"])
def test_the_admins_pages_are_for_admins(client, mair, sign_in, path):
    path = path.format(id=mair.id)
    assert client.get(path).status_code == 303
    sign_in(mair)
    assert client.get(path).status_code == 403


# --- signing in -------------------------------------------------------------------------------------------------------


def test_one_is_sent_to_sign_in_and_back_to_where_one_wanted_to_go(client, mair):
    answer = client.get("/people/profile?x=1")
    assert answer.location == "/people/sign-in?next=/people/profile?x%3D1"
    page = client.get(answer.location)
    wanted = re.search(r'name="next" value="([^"]*)"', page.text).group(1)
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD, "next": wanted})
    assert answer.location == "/people/profile?x=1"
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/ /evil.example", "javascript:alert(1)", "evil.example", "http:evil", "///evil.example", "/%0d%0aSet-Cookie: x",
        "/\r\nLocation: //evil", "", "?x", "/\x00", "x" * 3000, "/\u2028x", "//localhost:8080/people/profile",
    ],
)  # fmt: skip
def test_there_is_no_redirect_to_anywhere_else(client, mair, evil):
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD, "next": evil})
    assert answer.status_code in {303, 422}
    assert answer.location in {"/", None}
    answer = client.get("/people/sign-in", query_string={"next": evil})
    assert 'name="next" value="/' not in answer.text
    assert "evil" not in (answer.location or "")


def test_a_wrong_password_is_said_kindly_and_the_address_is_kept(client, mair):
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": "wrong horse battery"})
    assert answer.status_code == 422
    assert "do not belong together" in summary(answer)
    assert f'value="{mair.mail}"' in answer.text
    assert "wrong horse" not in answer.text


def test_after_too_many_tries_the_page_asks_to_wait(client, mair, clock):
    for _ in range(MOST_PER_ACCOUNT):
        client.post("/people/sign-in", data={"mail": mair.mail, "password": "wrong horse battery"})
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD})
    assert answer.status_code == 429
    assert "quarter of an hour" in summary(answer)
    clock.advance(timedelta(minutes=15))
    assert client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"mail": "mair@example.org"},
        {"mail": "mair@example.org", "password": "x" * 5000},
        {"mail": "x" * 5000, "password": PASSWORD},
        {"mail": "mair@example.org\x00", "password": PASSWORD},
        {"mail": "mair@example.org", "password": f"{PASSWORD}\x00"},
    ],
)
def test_fields_that_are_missing_huge_or_hold_NUL_are_refused_kindly(client, data):
    answer = client.post("/people/sign-in", data=data)
    assert answer.status_code == 422
    assert summary(answer)
    assert len(answer.text) < 20_000


def test_a_body_larger_than_any_form_is_refused(client):
    answer = client.post("/people/sign-in", data={"mail": "x" * 300_000, "password": "y"})
    assert answer.status_code == 413
    assert "Shorten it" in answer.text


def test_bytes_that_are_no_text_are_refused_or_harmless(client):
    answer = client.post(
        "/people/sign-in", data=b"mail=%ff%fe&password=%80", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in {400, 422}


def test_signing_in_begins_a_session_that_holds_nothing_from_before(client, mair, sign_in):
    client.get("/people/sign-in")
    with client.session_transaction(base_url="http://127.0.0.1:8080") as session:
        session["planted"] = "by somebody else"
        session["csrf_token"] = "known to somebody else"
    sign_in(mair)
    with client.session_transaction(base_url="http://127.0.0.1:8080") as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known to somebody else"
        assert session.permanent


def test_a_cookie_from_before_the_sign_in_is_not_signed_in(client, new_client, mair, sign_in):
    before = cookie(client.get("/people/sign-in"))
    sign_in(mair)
    other = new_client()
    other.set_cookie(before.key, before.value, domain="127.0.0.1")
    assert other.get("/people/profile").status_code == 303


def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(client, mair):
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD})
    kept = cookie(answer)
    assert kept["httponly"] is True
    assert kept["samesite"] == "Lax"
    assert kept["path"] == "/"
    assert kept["domain"] == ""
    assert kept["secure"] == ""
    assert mair.mail not in answer.headers["Set-Cookie"]


def test_a_form_without_its_token_is_refused_with_a_kind_page(client, mair):
    answer = client.post("/people/sign-in", data={"mail": mair.mail, "password": PASSWORD}, csrf=False)
    assert answer.status_code == 400
    assert "repeat your last step" in answer.text
    assert client.get("/people/profile").status_code == 303


def test_another_host_is_not_answered(client):
    answer = client.get("/people/forgotten", base_url="http://evil.example")
    assert answer.status_code == 421
    assert "evil.example" not in answer.text


def test_one_who_is_signed_in_need_not_do_it_again(client, mair, sign_in):
    sign_in(mair)
    assert client.get("/people/sign-in?next=/people/profile").location == "/people/profile"


def test_a_request_asks_the_database_for_its_person_once(client, mair, sign_in, store):
    sign_in(mair)
    client.get("/people/sign-in")
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get("/people/sign-in")
    assert len(asked) == 1
    assert "people_person" in asked[0]


# --- staying and leaving ----------------------------------------------------------------------------------------------


def test_a_session_ends_after_idle_minutes_and_not_while_one_works(client, mair, sign_in, clock, settings):
    sign_in(mair)
    for _ in range(5):
        clock.advance(timedelta(minutes=settings.idle_minutes - 1))
        assert client.get("/people/profile").status_code == 200
    clock.advance(timedelta(minutes=settings.idle_minutes))
    assert client.get("/people/profile").status_code == 303


def test_a_clock_that_moves_back_signs_nobody_out(client, mair, sign_in, clock):
    sign_in(mair)
    clock.advance(-timedelta(minutes=20))
    assert client.get("/people/profile").status_code == 200
    answer = client.post("/people/profile/name", data={"name": "Mair Ann"})
    assert answer.status_code == 303


def test_a_cookie_from_far_in_the_future_counts_for_nothing(client, mair, sign_in, clock):
    sign_in(mair)
    clock.advance(-timedelta(days=2))
    assert client.get("/people/profile").status_code == 303


def test_the_cookie_is_sent_anew_once_a_minute_and_not_with_every_answer(client, mair, sign_in, clock):
    sign_in(mair)
    client.get("/people/profile")
    assert "Set-Cookie" not in client.get("/people/profile").headers
    clock.advance(timedelta(minutes=1))
    assert "Set-Cookie" in client.get("/people/profile").headers


def test_signing_out_leaves_nothing_behind_and_pages_are_never_kept_by_a_browser(client, mair, sign_in):
    sign_in(mair)
    assert client.get("/people/profile").headers["Cache-Control"] == "no-store"
    answer = client.post("/people/sign-out")
    assert answer.location == "/people/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert client.get("/people/profile").status_code == 303
    assert "You are signed out." in client.get("/people/sign-in").text


def test_signing_out_by_a_link_is_not_possible(client, mair, sign_in):
    sign_in(mair)
    assert client.get("/people/sign-out").status_code == 405
    assert client.get("/people/profile").status_code == 200


def test_P5_signing_out_everywhere_ends_other_devices(client, new_client, mair, sign_in):
    sign_in(mair)
    phone = sign_in(mair, new_client())
    client.post("/people/profile/sign-out-everywhere")
    for device in (client, phone):
        assert device.get("/people/profile").status_code == 303


def test_P5_a_new_password_keeps_this_device_and_ends_others(client, new_client, mair, sign_in):
    sign_in(mair)
    phone = sign_in(mair, new_client())
    answer = client.post("/people/profile/password", data={"old": PASSWORD, "new": NEW})
    assert answer.status_code == 303
    assert client.get("/people/profile").status_code == 200
    assert phone.get("/people/profile").status_code == 303
    sign_in(mair, phone, password=NEW)


# --- the profile ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("name", {"name": ""}, "enter a name"),
        ("name", {}, "missing"),
        ("name", {"name": "x" * 201}, "too long"),
        ("name", {"name": "a\x00b"}, "cannot be kept"),
        ("language", {"locale": "xx"}, "language of the list"),
        ("language", {"locale": "cy", "time_zone": "Mars/Olympus"}, "time zone of the list"),
        ("password", {"old": "wrong horse battery", "new": NEW}, "not the password you have now"),
        ("password", {"old": PASSWORD, "new": "short"}, "12 characters"),
        ("password", {"old": PASSWORD, "new": "mair jones mair"}, "your own name"),
    ],
)
def test_what_does_not_fit_is_said_above_and_at_its_field(client, mair, sign_in, path, data, words):
    sign_in(mair)
    answer = client.post(f"/people/profile/{path}", data=data)
    assert answer.status_code == 422
    assert words in summary(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    target = re.search(r'role="alert".*?href="#(\w+)"', answer.text, re.DOTALL).group(1)
    assert f'id="{target}"' in answer.text
    assert f'id="{target}-problem"' in answer.text


def test_ones_name_language_and_zone_count_from_the_next_page_on(client, mair, sign_in):
    sign_in(mair)
    client.post("/people/profile/name", data={"name": "Siân <b>Ŵyn</b>"})
    client.post("/people/profile/language", data={"locale": "cy", "time_zone": "Pacific/Auckland"})
    page = client.get("/people/profile")
    assert '<html lang="cy">' in page.text
    assert "Siân &lt;b&gt;Ŵyn&lt;/b&gt;" in page.text
    assert '<option value="Pacific/Auckland" selected>' in page.text


def test_one_reads_who_opened_ones_record_in_ones_own_time(client, new_client, mair, ann, sign_in):
    admin = sign_in(ann, new_client())
    admin.get(f"/people/{mair.id}")
    sign_in(mair)
    client.post("/people/profile/language", data={"locale": "en_GB", "time_zone": "Asia/Tokyo"})
    page = client.get("/people/profile").text
    assert "Ann Price" in page
    assert "account data" in page
    assert "21 November 2026, 21:00" in page
    assert "Ann Price" in admin.get("/people/views").text


# --- forgotten passwords ----------------------------------------------------------------------------------------------


def link_for(store, person):
    with store.work() as uow:
        return access.make_link(uow, person.id).path


def test_a_one_time_link_sets_a_password_once(client, mair, store, sign_in):
    path = link_for(store, mair)
    for _ in range(2):  # mail scanners open links, too
        assert mair.name in client.get(path).text
    answer = client.post(path, data={"new": "short"})
    assert answer.status_code == 422
    assert "12 characters" in summary(answer)
    assert client.post(path, data={"new": NEW}).location == "/people/sign-in"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"new": "yet another four words"}).status_code == 404
    sign_in(mair, password=NEW)


def test_without_a_mail_server_the_page_says_whom_to_ask(client, mair):
    page = client.get("/people/forgotten")
    assert "administrator" in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert "administrator" in client.post("/people/forgotten", data={"mail": mair.mail}).text


# --- the admin's pages ------------------------------------------------------------------------------------------------


def test_an_admin_adds_a_person_who_gets_in_by_a_link(client, new_client, ann, sign_in, store):
    sign_in(ann)
    answer = client.post(
        "/people/add", data={"mail": "New@Example.org", "name": "Nia", "roles": ["learner", "manager"]}
    )
    assert answer.status_code == 303
    page = client.post(f"{answer.location}/link").text
    path = re.search(r"http://127\.0\.0\.1:8080(/people/reset/[\w-]{22})<", page).group(1)
    assert path.rpartition("/")[2] not in client.get(answer.location).text
    other = new_client()
    other.post(path, data={"new": NEW})
    with store.work() as uow:
        nia = service.get_by_mail(uow, "new@example.org")
    assert nia.roles == {"learner", "manager"}
    sign_in(nia, other, password=NEW)


def test_an_account_that_cannot_be_made_is_explained_and_nothing_entered_is_lost(client, ann, mair, sign_in):
    sign_in(ann)
    answer = client.post("/people/add", data={"mail": mair.mail.upper(), "name": "Twin", "roles": ["trainer"]})
    assert answer.status_code == 422
    assert "here already" in summary(answer)
    assert 'value="Twin"' in answer.text
    assert re.search(r'value="trainer" checked', answer.text)
    answer = client.post("/people/add", data={"mail": "x", "name": "", "roles": ["king"]})
    assert answer.text.count('class="problem"') == 3


def test_roles_count_from_the_next_request_on(client, new_client, ann, mair, sign_in):
    sign_in(ann)
    other = sign_in(mair, new_client())
    assert client.post(f"/people/{mair.id}/roles", data={"roles": ["admin"]}).status_code == 303
    assert other.get("/people/").status_code == 200
    client.post(f"/people/{mair.id}/roles", data={"roles": ["learner"]})
    assert other.get("/people/").status_code == 403


def test_the_last_admin_is_told_why_the_role_stays(client, ann, sign_in):
    sign_in(ann)
    answer = client.post(f"/people/{ann.id}/roles", data={"roles": ["learner"]})
    assert answer.status_code == 409
    assert "Make somebody else an admin first" in answer.text


@pytest.mark.parametrize("chosen", ["x", "00000000-0000-4000-8000-000000000000", "{learner}"])
def test_a_manager_who_is_none_is_refused(client, ann, mair, make_person, sign_in, chosen):
    make_person("m@example.org", roles=("manager",))
    sign_in(ann)
    answer = client.post(f"/people/{mair.id}/manager", data={"manager": chosen.format(learner=ann.id)})
    assert answer.status_code == 422


def test_an_admin_gives_a_person_a_manager_and_takes_it_away(client, ann, mair, make_person, sign_in, store):
    manager = make_person("m@example.org", name="Rhian", roles=("manager",))
    sign_in(ann)
    for chosen, expected in ((str(manager.id), manager.id), ("", None)):
        client.post(f"/people/{mair.id}/manager", data={"manager": chosen})
        with store.work() as uow:
            assert service.get_person(uow, mair.id).manager_id == expected


def test_an_admin_ends_a_persons_sign_ins(client, new_client, ann, mair, sign_in):
    sign_in(ann)
    other = sign_in(mair, new_client())
    client.post(f"/people/{mair.id}/sign-out")
    assert other.get("/people/profile").status_code == 303


@pytest.mark.parametrize("act", ["roles", "manager", "link", "sign-out"])
def test_acts_on_nobody_are_not_found(client, ann, sign_in, act):
    sign_in(ann)
    answer = client.post(f"/people/00000000-0000-4000-8000-000000000000/{act}", data={"roles": "learner"})
    assert answer.status_code == 404


def test_the_list_has_pages(client, ann, sign_in, store):
    sign_in(ann)
    with store.work() as uow:
        for number in range(service.PAGE + 1):
            service.add_person(
                uow, mail=f"p{number}@example.org", name=f"P{number:03}", roles=("learner",), memory=MEMORY
            )
    first, second = client.get("/people/").text, client.get("/people/?page=2").text
    assert "P098" in first
    assert "P099" not in first
    assert "P100" in second
    assert client.get("/people/?page=99999999999999999999").status_code == 200
    assert client.get("/people/?page=x").status_code == 422


# --- demo people ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Via": "1.1 x"}],
)
def test_demo_people_are_refused_behind_a_proxy_even_with_a_cookie_from_before(client, store, header):
    with store.work() as uow:
        service.make_demo_people(uow, is_loopback=True, memory=MEMORY)
    words = {"mail": "admin@demo.example", "password": service.DEMO_PASSWORD}
    answer = client.post("/people/sign-in", data=words, headers=header)
    assert answer.status_code == 403
    assert "machine itself" in answer.text
    assert client.post("/people/sign-in", data=words, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403
    assert client.post("/people/sign-in", data=words).status_code == 303
    assert client.get("/people/profile").status_code == 200
    assert client.get("/people/profile", headers=header).status_code == 303


# --- logs -------------------------------------------------------------------------------------------------------------


def test_P7_names_addresses_passwords_and_links_are_in_no_log(client, mair, store, sign_in, capfd, caplog):
    path = link_for(store, mair)
    sign_in(mair)
    client.post("/people/profile/name", data={"name": "Blodeuwedd"})
    client.post("/people/sign-in", data={"mail": "gwydion@example.org", "password": "Lleu Llaw Gyffes"})
    client.get(path)
    client.get("/people/sign-in?next=/x%0d%0a2026-11-21 [error] forged")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE people_person RENAME COLUMN name TO gone")
    answer = client.post("/people/sign-in", data={"mail": "gwydion@example.org", "password": "Lleu Llaw Gyffes"})
    assert answer.status_code == 500
    said = "".join(capfd.readouterr()) + caplog.text
    assert "request_failed" in said
    for planted in ("Blodeuwedd", "gwydion", "Lleu", mair.mail, path.rpartition("/")[2], "forged"):
        assert planted not in said
