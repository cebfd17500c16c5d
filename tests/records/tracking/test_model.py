"""Every arrow of the drawing in `model`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.records.tracking.model import (
    BATCH,
    DEFERRALS,
    DEFERRALS_AT_MOST,
    LONGEST_WAIT,
    REFUSED_IN_A_ROW,
    Accepted,
    Broken,
    Busy,
    Compared,
    Delivery,
    Denied,
    Endpoint,
    Found,
    Parked,
    Refused,
    backoff,
    next_delivery,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENDPOINT = Endpoint(id=1, name="one")


def batch(count):
    return [Delivery(seq, f"id-{seq}", "r", "{}") for seq in range(1, count + 1)]


def after(reply, endpoint=ENDPOINT, sent=None, jitter=1.0):
    return next_delivery(endpoint, batch(3) if sent is None else sent, reply, now=NOW, jitter=jitter)


def test_accepted_delivers_all_heals_the_endpoint_and_widens_the_window():
    ill = replace(ENDPOINT, window=3, failures=4, broken=2, refused=5, words="ill", due_at=NOW)
    settled = after(Accepted(), ill)
    assert settled.delivered == (1, 2, 3)
    assert settled.endpoint == replace(ENDPOINT, window=6, succeeded_at=NOW)
    assert after(Accepted(), replace(ENDPOINT, window=40)).endpoint.window == BATCH


def test_several_refused_are_halved_and_sent_at_once():
    settled = after(Refused(400, "bad"))
    assert (settled.endpoint.window, settled.endpoint.due_at, settled.parked) == (1, None, ())
    assert after(Refused(413, "too large"), sent=batch(50)).endpoint.window == 25


def test_T4_one_refused_alone_is_parked_in_the_lrss_own_words():
    settled = after(Refused(422, "verb is missing"), sent=batch(1))
    assert settled.parked == (Parked(1, "422: verb is missing"),)
    assert not settled.endpoint.paused
    assert settled.endpoint.due_at is None


def test_when_one_after_the_other_is_refused_it_is_not_their_fault():
    settled = after(Refused(400, "no version header"), replace(ENDPOINT, refused=REFUSED_IN_A_ROW - 1), batch(1))
    assert settled.endpoint.paused
    assert "no version header" in settled.endpoint.words


def test_denied_pauses_the_endpoint_and_charges_nobody():
    settled = after(Denied("401: wrong password"))
    assert (settled.endpoint.paused, settled.endpoint.words) == (True, "401: wrong password")
    assert (settled.delivered, settled.parked, settled.deferred) == ((), (), ())


def test_busy_waits_longer_each_time_and_at_least_as_long_as_asked():
    waits = []
    endpoint = ENDPOINT
    for _ in range(12):
        endpoint = after(Busy("503"), endpoint).endpoint
        waits.append(endpoint.due_at - NOW)
    assert waits[:4] == [timedelta(seconds=each) for each in (2, 4, 8, 16)]
    assert waits[-1] == LONGEST_WAIT
    assert after(Busy("429", timedelta(hours=1))).endpoint.due_at == NOW + timedelta(hours=1)
    assert after(Busy("429", timedelta(days=99))).endpoint.due_at == NOW + timedelta(hours=24)
    assert endpoint.window == BATCH


@given(st.integers(min_value=1, max_value=10**6), st.floats(min_value=0, max_value=1))
def test_a_wait_is_between_half_and_whole(failures, jitter):
    whole = backoff(failures, 1.0)
    assert whole / 2 <= backoff(failures, jitter) <= whole <= LONGEST_WAIT


def test_three_failures_of_the_server_make_the_batch_suspect():
    endpoint = ENDPOINT
    for expected in (BATCH, BATCH, 1):
        endpoint = after(Broken("500"), endpoint).endpoint
        assert endpoint.window == expected
        assert endpoint.due_at > NOW
    assert not endpoint.paused


def test_a_statement_that_breaks_the_server_alone_steps_aside():
    settled = after(Broken("500: boom"), replace(ENDPOINT, broken=2), batch(1))
    assert [(each.seq, each.deferrals, each.failed_at) for each in settled.deferred] == [(1, 1, NOW)]
    assert settled.due_at[1] > NOW
    assert settled.parked == ()


def suspect(deferrals):
    return [replace(batch(1)[0], deferrals=deferrals, failed_at=NOW - timedelta(hours=1))]


def test_it_is_parked_once_others_have_passed_in_the_meantime():
    healthy = replace(ENDPOINT, succeeded_at=NOW - timedelta(minutes=1))
    settled = after(Broken("500: boom"), healthy, suspect(DEFERRALS - 1))
    assert settled.parked == (Parked(1, "500: boom"),)
    assert settled.endpoint == healthy


def test_it_is_not_parked_while_nothing_shows_that_the_server_is_well():
    unproven = replace(ENDPOINT, succeeded_at=NOW - timedelta(hours=2))
    assert after(Broken("500"), unproven, suspect(DEFERRALS - 1)).parked == ()
    assert after(Broken("500"), unproven, suspect(DEFERRALS_AT_MOST - 1)).parked == (Parked(1, "500"),)


def test_after_a_conflict_equal_is_delivered_different_is_parked_absent_is_sent_alone():
    found = {"id-1": Found.EQUAL, "id-2": Found.DIFFERENT, "id-3": Found.ABSENT}
    settled = after(Compared(found, "id exists"))
    assert settled.delivered == (1,)
    assert [each.seq for each in settled.parked] == [2]
    assert "id exists" in settled.parked[0].words
    assert settled.endpoint.window == 1
    assert settled.endpoint.due_at is None


def test_what_could_not_be_looked_up_waits():
    settled = after(Compared({"id-1": Found.EQUAL}, "conflict"))
    assert settled.delivered == (1,)
    assert settled.endpoint.due_at > NOW


def test_where_nobody_may_look_statements_go_one_by_one():
    settled = after(Compared({"id-1": Found.EQUAL, "id-2": Found.HIDDEN}, "conflict"))
    assert (settled.delivered, settled.parked) == ((1,), ())
    assert (settled.endpoint.window, settled.endpoint.due_at) == (1, None)


def test_a_conflict_about_an_id_of_ours_that_nobody_may_look_at_is_delivered_and_says_so():
    settled = after(Compared({"id-1": Found.OURS}, "conflict"), replace(ENDPOINT, failures=3), batch(1))
    assert (settled.delivered, settled.parked) == ((1,), ())
    assert "counts as delivered" in settled.endpoint.words
    assert (settled.endpoint.failures, settled.endpoint.due_at) == (0, None)


def test_a_conflict_about_an_id_of_others_that_nobody_may_look_at_is_parked_and_nothing_waits():
    settled = after(Compared({"id-1": Found.HIDDEN}, "id exists"), sent=batch(1))
    assert settled.delivered == ()
    assert "may not read whether it is the same. id exists" in settled.parked[0].words
    assert settled.endpoint.due_at is None


def test_a_conflict_about_what_is_not_there_counts_as_a_failure_of_the_server():
    settled = after(Compared({"id-1": Found.ABSENT}, "conflict"), sent=batch(1))
    assert settled.endpoint.broken == 1
    assert settled.endpoint.due_at > NOW


REPLIES = st.one_of(
    st.just(Accepted()),
    st.builds(Refused, st.sampled_from([400, 413, 422]), st.text(max_size=5)),
    st.builds(Denied, st.text(max_size=5)),
    st.builds(Busy, st.text(max_size=5), st.none() | st.timedeltas(min_value=timedelta(0))),
    st.builds(Broken, st.text(max_size=5)),
    st.builds(Compared, st.dictionaries(st.sampled_from(["id-1", "id-2", "id-3"]), st.sampled_from(Found)), st.text()),
)


@pytest.mark.parametrize("count", [1, 2, 50])
@given(reply=REPLIES, jitter=st.floats(0, 1), window=st.integers(1, BATCH), broken=st.integers(0, 9))
def test_T5_whatever_comes_back_each_delivery_goes_one_way_or_stays(count, reply, jitter, window, broken):
    sent = batch(count)
    settled = next_delivery(replace(ENDPOINT, window=window, broken=broken), sent, reply, now=NOW, jitter=jitter)
    gone = [*settled.delivered, *(each.seq for each in settled.parked), *(each.seq for each in settled.deferred)]
    assert len(gone) == len(set(gone))
    assert set(gone) <= {each.seq for each in sent}
    assert 1 <= settled.endpoint.window <= BATCH
    assert settled.endpoint.due_at is None or settled.endpoint.due_at >= NOW
    if gone and not isinstance(reply, Accepted | Compared):
        assert len(sent) == 1  # a batch is never given up as a whole
