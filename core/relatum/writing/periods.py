"""Periods in valid time, half-open ``[start, end)``, where a missing bound is open. Pure.

One relationship type is valid by day or by instant, so the bounds of periods compared here are of one kind. Types
without validity hold always: ``ALWAYS``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from relatum.catalogue.model import Validity

Bound = date | None
"""A day, an instant (`datetime` is a `date`), or None for an open side."""


class Period(NamedTuple):
    """``[start, end)``."""

    start: Bound
    end: Bound


ALWAYS: Final = Period(None, None)


def is_empty(period: Period) -> bool:
    """Whether no moment lies within."""
    start, end = period
    return start is not None and end is not None and end <= start


def holds(period: Period, at: date) -> bool:
    """Whether the moment lies within."""
    start, end = period
    return (start is None or start <= at) and (end is None or at < end)


def meet(one: Period, other: Period) -> Period | None:
    """The moments that two periods share; None when there are none."""
    common = Period(_latest(one.start, other.start), _earliest(one.end, other.end))
    return None if is_empty(common) else common


def join(one: Period, other: Period) -> Period:
    """The period from the earlier start to the later end."""
    start = None if one.start is None or other.start is None else min(one.start, other.start)
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return Period(start, end)


def _latest(one: Bound, other: Bound) -> Bound:
    return other if one is None else one if other is None else max(one, other)


def _earliest(one: Bound, other: Bound) -> Bound:
    return other if one is None else one if other is None else min(one, other)


class Stretch(NamedTuple):
    """A stretch of time in which the same number of periods holds."""

    start: Bound
    end: Bound
    holding: int


def stretches(periods: Iterable[Period]) -> Iterator[Stretch]:
    """Cut all time where a period starts or ends, and tell how many hold in each piece, in order of time."""
    steps: defaultdict[date, int] = defaultdict(int)
    count = 0
    for start, end in periods:
        if start is None:
            count += 1
        else:
            steps[start] += 1
        if end is not None:
            steps[end] -= 1
    since: Bound = None
    for moment in sorted(steps):
        yield Stretch(since, moment, count)
        since, count = moment, count + steps[moment]
    yield Stretch(since, None, count)


def busiest(periods: Iterable[Period]) -> Stretch:
    """The first stretch in which most periods hold."""
    return max(stretches(periods), key=lambda stretch: stretch.holding)


def sparsest(periods: Iterable[Period], since: date) -> Stretch:
    """The first stretch in which fewest periods hold, from a moment on."""
    later = (each for each in stretches(periods) if each.end is None or each.end > since)
    return min(later, key=lambda stretch: stretch.holding)


def today(now: datetime, zone: str) -> date:
    """The day that it is at an instant, in a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def present(validity: Validity | None, now: datetime, zone: str) -> date:
    """Now, as a type's validity counts time: a day for types valid by day, else the instant."""
    return today(now, zone) if validity == "day" else now


ONE_TICK: Final = timedelta(microseconds=1)
"""The least by which instants differ."""
