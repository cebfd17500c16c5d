"""Getting in: passwords, the throttle, one-time links, and what ends a sign-in."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from lms.kernel.errors import Invalid, NotAllowed, NotFound
from lms.learning.people import access, passwords, service, tables
from lms.learning.people.model import MOST_PER_ACCOUNT, MOST_PER_ADDRESS, WINDOW, Origin, TooMany
from tests.application import MEMORY, PASSWORD

HERE = Origin("192.0.2.7", is_local=False)
LOCAL = Origin("127.0.0.1", is_local=True)
MAIL = "mair@example.org"


@pytest.fixture
def mair(make_person):
    return make_person(MAIL)


def enter(store, mail=MAIL, password=PASSWORD, origin=HERE, memory=MEMORY):
    with store.work() as uow:
        return access.authenticate(uow, mail=mail, password=password, origin=origin, memory=memory)


def fail(store, times=1, **more):
    for _ in range(times):
        with pytest.raises(Invalid):
            enter(store, password="something else entirely", **more)


def tries(store):
    with store.work() as uow:
        return uow.connection.scalar(select(func.count()).select_from(tables.attempt))


def test_the_right_password_lets_its_person_in_whatever_the_case_of_the_address(store, mair):
    assert enter(store, mail="  MAIR@Example.ORG ").id == mair.id


def test_a_password_is_the_same_on_every_keyboard(store):
    composed, decomposed = "caf\u00e9 ar y bryn", "cafe\u0301 ar y bryn"
    with store.work() as uow:
        service.add_person(uow, mail="e@example.org", name="E", roles=("learner",), password=composed, memory=MEMORY)
    assert enter(store, mail="e@example.org", password=decomposed).mail == "e@example.org"


@pytest.mark.usefixtures("mair")
def test_P2_an_unknown_address_gets_the_same_answer_for_the_same_work(store, monkeypatch):
    verified = []
    original = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *given: verified.append(given[2]) or original(*given))
    answers = []
    for mail in (MAIL, "nobody@example.org"):
        with pytest.raises(Invalid) as caught:
            enter(store, mail=mail, password="something else entirely")
        answers.append([str(problem) for problem in caught.value.problems])
    assert answers[0] == answers[1]
    assert verified == [MEMORY, MEMORY]


def test_somebody_without_a_password_cannot_sign_in_with_any(store):
    with store.work() as uow:
        service.add_person(uow, mail="new@example.org", name="New", roles=("learner",), memory=MEMORY)
    for password in ("", "nobody's password, for the sake of equal work"):
        with pytest.raises(Invalid):
            enter(store, mail="new@example.org", password=password)


@pytest.mark.usefixtures("mair")
def test_a_hash_of_other_costs_is_made_anew_at_the_next_sign_in(store):
    def kept():
        with store.work() as uow:
            return uow.connection.scalar(select(tables.person.c.password_hash))

    before = kept()
    enter(store)
    assert kept() == before
    enter(store, memory=16)
    assert "m=16," in kept()
    enter(store, memory=16)


def test_P3_the_eleventh_try_at_an_account_waits_even_with_the_right_password(store, mair, clock):
    fail(store, MOST_PER_ACCOUNT)
    with pytest.raises(TooMany):
        enter(store)
    clock.advance(WINDOW)
    assert enter(store).id == mair.id


def test_P3_addresses_of_nobody_are_throttled_alike(store):
    fail(store, MOST_PER_ACCOUNT, mail="nobody@example.org")
    with pytest.raises(TooMany):
        enter(store, mail="nobody@example.org")


@pytest.mark.usefixtures("mair")
def test_the_throttle_of_an_account_counts_tries_from_everywhere(store):
    for number in range(MOST_PER_ACCOUNT):
        fail(store, origin=Origin(f"192.0.2.{number}", is_local=False))
    with pytest.raises(TooMany):
        enter(store, origin=Origin("192.0.2.200", is_local=False))


def test_the_throttle_of_an_address_counts_tries_at_every_account(store, mair):
    for number in range(MOST_PER_ADDRESS):
        fail(store, mail=f"guess{number}@example.org")
    with pytest.raises(TooMany):
        enter(store)
    assert enter(store, origin=Origin("198.51.100.1", is_local=False)).id == mair.id


@pytest.mark.usefixtures("mair")
def test_signing_in_forgets_the_tries_before_it(store):
    fail(store, MOST_PER_ACCOUNT - 1)
    enter(store)
    fail(store, MOST_PER_ACCOUNT - 1)
    enter(store)
    assert tries(store) == 0


@pytest.mark.usefixtures("mair")
def test_tries_are_forgotten_in_time(store, clock):
    fail(store, 3)
    clock.advance(WINDOW)
    fail(store)
    assert tries(store) == 1


@pytest.mark.usefixtures("mair")
def test_P3_tries_at_the_same_moment_do_not_get_past_the_limit(store):
    let_in, wrong = [], []

    def attack():
        try:
            enter(store, password="something else entirely")
        except TooMany:
            let_in.append(False)
        except Invalid:
            wrong.append(True)

    threads = [threading.Thread(target=attack) for _ in range(3 * MOST_PER_ACCOUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == MOST_PER_ACCOUNT
    assert len(let_in) == 2 * MOST_PER_ACCOUNT


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(hours=2), timedelta(days=400)])
def test_a_clock_that_moves_back_locks_nobody_out_for_longer_than_twice_the_window(store, mair, clock, back):
    fail(store, MOST_PER_ACCOUNT)
    clock.advance(-back)
    clock.advance(min(back, WINDOW) + WINDOW)
    assert enter(store).id == mair.id


def test_others_work_while_a_password_is_looked_at(store, mair, monkeypatch):
    hashing, done = threading.Event(), threading.Event()

    def slow(_kept, _password, _memory):
        hashing.set()
        assert done.wait(20)

    monkeypatch.setattr(passwords, "_verify", slow)
    signing_in = threading.Thread(target=enter, args=(store,))
    signing_in.start()
    assert hashing.wait(20)
    with store.work() as uow:
        service.rename(uow, mair.id, "Mair Ann Jones")
    done.set()
    signing_in.join()
    assert not signing_in.is_alive()


# --- changing and ending ----------------------------------------------------------------------------------------------


def change(store, person, old=PASSWORD, new="four quiet green hills"):
    with store.work() as uow:
        return access.change_password(uow, person.id, old=old, new=new, origin=HERE, memory=MEMORY)


def test_P5_a_new_password_ends_other_sign_ins(store, mair):
    before = f"{mair.id}.{mair.epoch}"
    changed = change(store, mair)
    with store.work() as uow:
        assert service.identity(uow, before) is None
        assert service.identity(uow, f"{mair.id}.{changed.epoch}").id == mair.id
    assert enter(store, password="four quiet green hills").id == mair.id
    fail(store)


def test_who_does_not_know_the_old_password_cannot_change_it_and_is_counted(store, mair):
    for _ in range(MOST_PER_ACCOUNT):
        with pytest.raises(Invalid) as caught:
            change(store, mair, old="something else entirely")
        assert [problem.field for problem in caught.value.problems] == ["old"]
    with pytest.raises(TooMany):
        change(store, mair)


def test_P5_signing_out_everywhere_ends_every_sign_in(store, mair):
    with store.work() as uow:
        access.sign_out_everywhere(uow, mair.id)
    with store.work() as uow:
        assert service.identity(uow, f"{mair.id}.0") is None
        assert service.identity(uow, f"{mair.id}.1").id == mair.id


@pytest.mark.parametrize("key", ["", "x", ".", "0", "a.b", f"{UUID(int=7)}.0", "\x00.0", "é" * 500])
def test_a_key_that_is_none_is_nobody(store, mair, key):
    with store.work() as uow:
        assert service.identity(uow, key) is None
        assert service.identity(uow, f"{mair.id}.0x") is None
        assert service.identity(uow, f"{mair.id}.00") is None


# --- one-time links ---------------------------------------------------------------------------------------------------


def make_link(store, person):
    with store.work() as uow:
        return access.make_link(uow, person.id).path.rpartition("/")[2]


def reset(store, secret, new="four quiet green hills"):
    with store.work() as uow:
        return access.reset_password(uow, secret, new=new, memory=MEMORY)


def test_P4_a_link_works_once(store, mair):
    secret = make_link(store, mair)
    assert reset(store, secret).id == mair.id
    assert enter(store, password="four quiet green hills").epoch == mair.epoch + 1
    with pytest.raises(NotFound):
        reset(store, secret, new="a second set of words")
    fail(store)


def test_P4_two_uses_at_the_same_moment_are_one(store, mair):
    secret = make_link(store, mair)
    outcomes = []

    def use(number):
        try:
            reset(store, secret, new=f"words of number {number}")
            outcomes.append(number)
        except NotFound:
            outcomes.append(None)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [number for number in outcomes if number is not None]
    assert enter(store, password=f"words of number {winner}").id == mair.id


def test_P4_a_link_works_for_an_hour_and_no_longer(store, mair, clock):
    secret = make_link(store, mair)
    clock.advance(timedelta(minutes=59, seconds=59))
    with store.work() as uow:
        assert access.find_link_person(uow, secret).id == mair.id
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):
        reset(store, secret)


def test_P4_a_clock_that_moves_back_makes_no_link_live_for_days(store, mair, clock):
    secret = make_link(store, mair)
    clock.advance(-timedelta(minutes=30))
    with store.work() as uow:
        access.find_link_person(uow, secret)
    clock.advance(-timedelta(days=3))
    with pytest.raises(NotFound):
        reset(store, secret)


def test_P4_a_new_link_ends_the_one_before_and_only_its_hash_is_kept(store, mair):
    first, second = make_link(store, mair), make_link(store, mair)
    with pytest.raises(NotFound):
        reset(store, first)
    with store.work() as uow:
        [row] = uow.connection.execute(select(tables.link)).mappings()
    assert second not in map(str, row.values())
    reset(store, second)


def test_a_bad_new_password_does_not_use_the_link_up(store, mair):
    secret = make_link(store, mair)
    with pytest.raises(Invalid):
        reset(store, secret, new="short")
    reset(store, secret)


def test_a_link_lifts_the_pause_of_an_account(store, mair):
    fail(store, MOST_PER_ACCOUNT)
    reset(store, make_link(store, mair))
    assert enter(store, password="four quiet green hills").id == mair.id


@pytest.mark.parametrize("secret", ["", "x", "é" * 3000, "\ud800"])
def test_no_other_text_is_a_link(store, mair, secret):
    make_link(store, mair)
    with pytest.raises(NotFound):
        reset(store, secret)


def ask(store, mail=MAIL, origin=HERE):
    sent = []
    with store.work() as uow:
        access.request_link(uow, mail=mail, origin=origin, send=sent.append)
        assert sent == []  # nothing leaves before the commit
    return sent


def test_a_link_is_sent_after_the_commit_to_who_has_the_address_and_to_nobody_else(store, mair):
    [made] = ask(store, "MAIR@example.org")
    assert made.person.id == mair.id
    assert ask(store, "nobody@example.org") == []


def test_asking_for_links_is_throttled_too_and_apart_from_signing_in(store, mair):
    for _ in range(MOST_PER_ACCOUNT):
        ask(store)
    with pytest.raises(TooMany):
        ask(store)
    assert enter(store).id == mair.id


# --- demo people ------------------------------------------------------------------------------------------------------


def test_demo_people_are_made_once_and_only_on_loopback(store):
    with pytest.raises(NotAllowed), store.work() as uow:
        service.make_demo_people(uow, is_loopback=False, memory=MEMORY)
    for _ in range(2):
        with store.work() as uow:
            demo = service.make_demo_people(uow, is_loopback=True, memory=MEMORY)
    with store.work() as uow:
        assert service.count_people(uow) == len(demo)
        manager = service.get_by_mail(uow, "manager@demo.example")
        assert [each.name for each in service.list_own_people(uow, manager.id)] == ["Amina Yusuf", "Tomasz Nowak"]


def test_demo_people_sign_in_on_the_machine_itself_and_from_nowhere_else(store):
    with store.work() as uow:
        service.make_demo_people(uow, is_loopback=True, memory=MEMORY)
    words = {"mail": "learner@demo.example", "password": service.DEMO_PASSWORD}
    assert enter(store, origin=LOCAL, **words).name == "Amina Yusuf"
    with pytest.raises(NotAllowed, match="machine itself"):
        enter(store, **words)
    assert ask(store, "learner@demo.example") == []


def test_somebody_erased_is_not_there(store, mair):
    with store.work() as uow:
        erased = update(tables.person).values(erased_at=uow.now, name=None, mail=None, token=None)
        uow.connection.execute(erased)
    with store.work() as uow:
        assert service.identity(uow, f"{mair.id}.0") is None
        assert service.names(uow, [mair.id]) == {}
    fail(store)
