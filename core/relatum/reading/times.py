"""Moments: the two clocks, and when ties hold.

A moment is given as a day or as an instant, and asked of types that count in days or in instants. An instant becomes
its day in the installation's zone, a day its first instant there.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias, cast
from zoneinfo import ZoneInfo

from sqlalchemy import FromClause, bindparam, literal, or_

from relatum.catalogue.model import RelationshipType
from relatum.reading.binds import Moment, supplied
from relatum.reading.context import Context
from relatum.reading.sql import Predicate, Sql
from relatum.tables.columns import column_type
from relatum_schemas.errors import BadPeriod, BadValue
from relatum_schemas.kinds import Day, Instant
from relatum_schemas.selection import AnyTime, At, Holds, Overlaps, Parameter, Value

Unit: TypeAlias = Day | Instant

_DAY = len("2024-05-31")


def reading(unit: Unit, zone: str) -> Callable[[object], date]:
    """Return what reads a day or an instant in wire form as a moment of a unit."""

    def read(given: object) -> date:
        if isinstance(given, datetime) or (isinstance(given, str) and len(given.strip()) > _DAY):
            instant = Instant().parse(given)
            return instant if isinstance(unit, Instant) else _day_of(instant, zone)
        day = Day().parse(given)
        return day if isinstance(unit, Day) else _first_instant(day, zone)

    return read


def _day_of(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def _first_instant(day: date, zone: str) -> datetime:
    try:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError as error:
        raise BadValue(f"{day} begins outside the years 1 to 9999 in UTC.") from error


def moment(*asked: Value, unit: Unit, context: Context) -> Sql:
    """Return the first moment that is given, as a bind; without any it is now."""
    stored = column_type(unit)
    read = reading(unit, context.catalogue.zone)
    given = [value for value in asked if value is not None]
    if given and not isinstance(given[0], Parameter):
        return literal(read(given[0]), stored)
    if not given:
        return context.binds.add(f"now_{unit.name}", _present(unit, context.catalogue.zone), stored)
    supplies = [_supply(value, read) for value in given]

    def supply(run: Moment) -> date:
        found = (each(run) for each in supplies)
        return next((at for at in found if at is not None), None) or read(run.now)

    names = [value.parameter if isinstance(value, Parameter) else str(value) for value in given]
    return context.binds.add("_".join([*names, "at", unit.name]), supply, stored)


def _present(unit: Unit, zone: str) -> Callable[[Moment], date]:
    """What gives the present, which is known as an instant in UTC."""
    if isinstance(unit, Instant):
        return lambda run: run.now
    return lambda run: _day_of(run.now, zone)


def _supply(value: Value, read: Callable[[object], date]) -> Callable[[Moment], date | None]:
    """What gives a moment that may be missing; a literal is read at once."""
    if isinstance(value, Parameter):
        given = supplied(value, read)
        return lambda run: cast("date | None", given(run))
    fixed = None if value is None else read(value)
    return lambda run: fixed


def holding(
    columns: FromClause,
    relationship: RelationshipType,
    holds: Holds | None,
    *,
    context: Context,
) -> tuple[Predicate, ...]:
    """Return what ties fulfil that hold at the time asked; nothing for types without validity.

    Raises:
        BadPeriod: a span ends before it begins.
    """
    if relationship.validity is None or isinstance(holds, AnyTime):
        return ()
    unit = Day() if relationship.validity == "day" else Instant()
    if isinstance(holds, Overlaps):
        return tuple(_overlapping(columns, holds, unit, context))
    asked = (holds.at,) if isinstance(holds, At) else ()
    at = moment(*asked, context.clock.valid_at, unit=unit, context=context)
    return (
        columns.c.valid_from.is_(None) | (columns.c.valid_from <= at),
        columns.c.valid_to.is_(None) | (at < columns.c.valid_to),
    )


def _overlapping(
    columns: FromClause, holds: Overlaps, unit: Unit, context: Context
) -> Iterator[Predicate]:
    zone = context.catalogue.zone
    start, end = (_supply(each, reading(Instant(), zone)) for each in (holds.start, holds.end))

    def since(run: Moment) -> date | None:
        first = start(run)
        return first if first is None else reading(unit, zone)(first)

    def until(run: Moment) -> date | None:
        last = _after(start(run), end(run))
        return last if last is None else _not_before(last, unit, zone)

    if not isinstance(holds.start, Parameter) and not isinstance(holds.end, Parameter):
        _after(
            *(
                None if each is None else reading(Instant(), zone)(each)
                for each in (holds.start, holds.end)
            )
        )
    valid_from, valid_to = columns.c.valid_from, columns.c.valid_to
    if holds.end is not None:
        last = bindparam(context.binds.named("until", until), type_=column_type(unit))
        yield or_(valid_from.is_(None), *_unless_given(holds.end, last), valid_from < last)
    if holds.start is not None:
        first = bindparam(context.binds.named("since", since), type_=column_type(unit))
        yield or_(valid_to.is_(None), *_unless_given(holds.start, first), first < valid_to)


def _unless_given(value: Value, bind: Sql) -> tuple[Predicate, ...]:
    return (bind.is_(None),) if isinstance(value, Parameter) else ()


def _after(start: date | None, end: date | None) -> date | None:
    if start is not None and end is not None and end <= start:
        raise BadPeriod(f"The span from {start} to {end} ends before it begins.", path="overlaps")
    return end


def _not_before(instant: date, unit: Unit, zone: str) -> date:
    """The first moment of a unit that does not lie before an instant: the next day, unless a day begins there."""
    moment = reading(unit, zone)(instant)
    if isinstance(unit, Instant) or reading(Instant(), zone)(moment) == instant:
        return moment
    return date.max if moment == date.max else moment + timedelta(days=1)
