"""Periods against days counted one by one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from relatum.writing.periods import (
    Period,
    busiest,
    holds,
    is_empty,
    join,
    meet,
    present,
    sparsest,
    stretches,
)
from tests.laws.profiles import tried

ORIGIN = date(2024, 1, 1)
DAYS = [ORIGIN + timedelta(days=each) for each in range(-1, 12)]
bounds = st.one_of(st.none(), st.integers(0, 9).map(lambda day: ORIGIN + timedelta(days=day)))
periods = st.builds(Period, bounds, bounds).filter(lambda period: not is_empty(period))


def days_of(period: Period) -> set[date]:
    return {day for day in DAYS if holds(period, day)}


@tried(100)
@given(periods, periods)
def test_meeting_and_joining(one: Period, other: Period) -> None:
    common = meet(one, other)
    assert days_of(one) & days_of(other) == (set() if common is None else days_of(common))
    assert days_of(one) | days_of(other) <= days_of(join(one, other))
    if common is not None:
        assert days_of(one) | days_of(other) == days_of(join(one, other))


@tried(100)
@given(st.lists(periods, max_size=8), st.sampled_from(DAYS))
def test_counting(held: list[Period], since: date) -> None:
    counts = {day: sum(holds(period, day) for period in held) for day in DAYS}
    for start, end, count in stretches(held):
        assert {counts[day] for day in days_of(Period(start, end))} <= {count}
    assert busiest(held).holding == max(counts.values())
    later = [count for day, count in counts.items() if day >= since]
    assume(later)
    assert sparsest(held, since).holding == min(later)


def test_today_is_told_by_the_zone() -> None:
    late = datetime(2024, 5, 31, 23, 30, tzinfo=UTC)
    assert present("day", late, "Europe/Berlin") == date(2024, 6, 1)
    assert present("day", late, "America/New_York") == date(2024, 5, 31)
    assert present("instant", late, "Europe/Berlin") == late
