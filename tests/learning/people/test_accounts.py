"""Accounts: names, addresses, passwords that are refused, roles, managers, the audit."""

import threading
from uuid import UUID

import pytest

from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.learning.people import service
from lms.learning.people.model import check_password, fold_mail
from tests.application import MEMORY


def add(store, **given):
    given = {"mail": "mair@example.org", "name": "Mair Jones", "roles": ("learner",), "memory": MEMORY} | given
    with store.work() as uow:
        return service.add_person(uow, **given)


def fields(caught):
    return [problem.field for problem in caught.value.problems]


def test_P1_an_address_belongs_to_one_person_whatever_its_case(store):
    add(store)
    with pytest.raises(Invalid) as caught:
        add(store, mail=" Mair@EXAMPLE.org")
    assert fields(caught) == ["mail"]


def test_P1_holds_for_two_who_are_added_at_the_same_moment(store):
    outcomes = []

    def try_it():
        try:
            outcomes.append(add(store).id)
        except Invalid:
            outcomes.append(None)

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome is None for outcome in outcomes) == [False] + [True] * 5


def test_every_bad_field_is_said_at_once(store):
    with pytest.raises(Invalid) as caught:
        add(store, mail="nobody", name=" \n ", roles=("king",), password="short")
    assert fields(caught) == ["mail", "name", "roles", "password"]


@pytest.mark.parametrize(
    "mail", ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b\nBcc: x", "a@b,c@d", "<a@b>", "a" * 250 + "@b.org", "a\x00@b"]
)
def test_what_is_no_mail_address_is_refused(store, mail):
    with pytest.raises(Invalid) as caught:
        add(store, mail=mail)
    assert fields(caught) == ["mail"]


def test_an_address_is_folded_in_every_script():
    assert fold_mail("  ΜΑΡΊΑ@Παράδειγμα.gr ") == fold_mail("μαρία@παράδειγμα.GR")
    assert fold_mail("Siân@example.org") == fold_mail("sia\u0302n@EXAMPLE.org")


@pytest.mark.parametrize("name", ["Siân Llŷr Ŵyn", "محمد الأمين", "王小明", "Ng", "O'Brien-Łuczak", "José  María"])
def test_names_of_any_script_are_welcome(store, name):
    assert add(store, name=name).name == " ".join(name.split())


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\u202egpj.exe", "a\x1b[2J", "x" * 201, "\ud800"])
def test_names_that_are_empty_or_steer_are_refused(store, name):
    with pytest.raises(Invalid) as caught:
        add(store, name=name)
    assert fields(caught) == ["name"]


def test_line_ends_in_a_name_become_spaces(store):
    assert add(store, name="Mair\r\nJones\t\u2028x").name == "Mair Jones x"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "12 characters"),
        ("elevenchars", "12 characters"),
        ("password1234", "first that others"),
        ("Pass word 1234", "first that others"),
        ("aaaaaaaaaaaaaaaa", "first that others"),
        ("mairjonesmair", "your own name"),
        ("Mair Jones 2026", "your own name"),
        ("mair@example.org", "your own name"),
        ("x" * 500 + "y" * 501 + "z1", "too long"),
    ],
)
def test_passwords_that_others_would_guess_are_refused(password, why):
    [problem] = check_password(password, name="Mair Jones", mail="mair@example.org")
    assert why in problem.what


@pytest.mark.parametrize(
    "password",
    ["seven calm otters", "glaw mawr heno", "qzvmkwjrtplx", "密码不应该太短了吧你说呢对不对", "  spaces at the ends  "],
)
def test_long_passwords_need_no_digits_or_signs(password):
    assert check_password(password, name="Mair Jones", mail="mair@example.org") == []


def test_a_name_is_corrected_and_language_and_zone_are_chosen(store):
    person = add(store)
    with store.work() as uow:
        service.rename(uow, person.id, "  Mair  Ann Jones ")
        service.choose_language(uow, person.id, locale="cy", time_zone="Pacific/Auckland")
        found = service.get_person(uow, person.id)
    assert (found.name, found.locale, found.time_zone) == ("Mair Ann Jones", "cy", "Pacific/Auckland")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"locale": "xx", "time_zone": ""}, "locale"),
        ({"locale": "cy", "time_zone": "../../etc/passwd"}, "time_zone"),
        ({"locale": "cy", "time_zone": "/etc/localtime"}, "time_zone"),
    ],
)
def test_a_language_or_a_zone_that_is_none_is_refused(store, given, field):
    person = add(store)
    with pytest.raises(Invalid) as caught, store.work() as uow:
        service.choose_language(uow, person.id, **given)
    assert fields(caught) == [field]


def test_P6_the_last_admin_stays_one(store):
    first = add(store, mail="a@example.org", roles=("admin",))
    with pytest.raises(Conflict), store.work() as uow:
        service.set_roles(uow, first.id, ("learner",))
    add(store, mail="b@example.org", roles=("admin",))
    with store.work() as uow:
        service.set_roles(uow, first.id, ("learner",))
        assert service.get_person(uow, first.id).roles == {"learner"}


@pytest.mark.parametrize("roles", [(), ("king",), ("admin", "king")])
def test_roles_are_of_the_list_and_at_least_one(store, roles):
    person = add(store)
    with pytest.raises(Invalid), store.work() as uow:
        service.set_roles(uow, person.id, roles)


def test_a_manager_sees_own_people_and_nobody_else(store, make_person):
    manager = make_person("m@example.org", roles=("manager",))
    own = make_person("own@example.org", manager=manager)
    other = make_person("other@example.org")
    with store.work() as uow:
        assert [each.id for each in service.list_own_people(uow, manager.id)] == [own.id]
        assert service.get_own_person(uow, manager.id, own.id).id == own.id
        for stranger in (other.id, manager.id, UUID(int=5)):
            with pytest.raises(NotFound):
                service.get_own_person(uow, manager.id, stranger)


def test_only_somebody_else_with_the_role_manages(store, make_person):
    manager = make_person("m@example.org", roles=("manager",))
    learner = make_person("l@example.org")
    for person, chosen in ((learner.id, learner.id), (manager.id, manager.id), (learner.id, UUID(int=5))):
        with pytest.raises(Invalid), store.work() as uow:
            service.set_manager(uow, person, chosen)
    with store.work() as uow:
        service.set_manager(uow, learner.id, manager.id)
    with pytest.raises(Conflict), store.work() as uow:
        service.set_roles(uow, manager.id, ("learner",))
    with store.work() as uow:
        service.set_manager(uow, learner.id, None)
        service.set_roles(uow, manager.id, ("learner",))


def test_people_are_found_by_parts_of_name_and_address(store):
    add(store, mail="mair@ward.example", name="Mair Jones")
    add(store, mail="percent@ward.example", name="100% Sure_Thing")
    with store.work() as uow:
        for words, names in {
            "": ["100% Sure_Thing", "Mair Jones"],
            "JON mair": ["Mair Jones"],
            "ward": ["100% Sure_Thing", "Mair Jones"],
            "0%": ["100% Sure_Thing"],
            "e_t": ["100% Sure_Thing"],
            "_a": [],
            "' OR 1=1 --": [],
        }.items():
            assert [each.name for each in service.list_people(uow, words=words)] == names
            assert service.count_people(uow, words=words) == len(names)
        assert service.list_people(uow, page=2) == []


def test_the_audit_says_who_opened_whose_record_newest_first(store, make_person):
    admin, person = make_person("a@example.org", name="Ann", roles=("admin",)), make_person("p@example.org", name="Pia")
    for what in ("account data", "course results"):
        with store.work() as uow:
            service.record_view(uow, viewer_id=admin.id, person_id=person.id, what=what)
            service.record_view(uow, viewer_id=person.id, person_id=person.id, what="her own")
    with store.work() as uow:
        seen = service.list_views(uow, person_id=person.id)
        assert [(each.viewer, each.person, each.what) for each in seen] == [
            ("Ann", "Pia", "course results"),
            ("Ann", "Pia", "account data"),
        ]
        assert service.list_views(uow, person_id=admin.id) == []
        assert len(service.list_views(uow)) == 2
        assert service.own_data(uow, person.id)["opened_by_others"][0]["by"] == "Ann"


def test_tokens_and_ids_say_nothing_about_the_person(make_person):
    first, second = make_person("a@example.org"), make_person("b@example.org")
    assert len({first.token, second.token}) == 2
    assert "Mair" not in first.token
    assert len(first.token) == 22
