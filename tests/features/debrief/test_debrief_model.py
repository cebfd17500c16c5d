from datetime import UTC, datetime, timedelta

from lms.features.debrief.model import minutes_spent

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def after(*minutes):
    return [NOON + timedelta(minutes=each) for each in (0, *minutes)]


def test_minutes_are_those_spent_and_a_night_between_two_screens_counts_as_a_short_pause():
    assert minutes_spent(after(3, 8)) == 8
    assert minutes_spent(after(3, 600)) == 13
    assert minutes_spent(after()) == 1


def test_a_clock_that_moved_back_gives_one_minute_at_least():
    assert minutes_spent([NOON, NOON - timedelta(hours=2)]) == 1
