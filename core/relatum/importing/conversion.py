"""From a cell as a file spells it to a value that the field's kind reads.

Only what the kind itself cannot read is done here: decimal marks, forms of dates, the mapping's value maps and patterns.
Whether the value is right is judged where everything is judged, in the writing room.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from relatum.importing.mapping import Spelling
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Boolean, Choices, Day, Instant, Integer, Json, Kind, Number, Text

Convert = Callable[[object], object]
"""From a cell that is not empty to a value in Python or wire form."""

_REMEMBERED = 4096
_BOOLEANS = {"true": True, "false": False}
_FEW = 12


def converter(kind: Kind, spelling: Spelling) -> Convert | None:
    """What makes a cell ready for a field of this kind; None when nothing has to be done."""
    match kind:
        case Number() | Integer():
            return _number(spelling)
        case Day():
            return _moments(spelling.dates, _as_day) if spelling.dates else None
        case Instant():
            zone = ZoneInfo(spelling.zone) if spelling.zone else None
            return _moments(spelling.dates or (), lambda moment: _as_instant(moment, zone))
        case Boolean():
            return _boolean
        case Choices():
            return _codes(spelling.separator)
        case Json():
            return _json
        case Text():
            return _text
    return None


def mapped(names: Mapping[str, object], label: str) -> Convert:
    """What looks a spelling up in a value map.

    Raises (when called):
        BadValue: the map has no such spelling.
    """

    def look_up(cell: object) -> object:
        spelling = str(cell).lower() if isinstance(cell, bool) else str(cell)
        if spelling in names:
            return names[spelling]
        known = ", ".join(list(names)[:_FEW]) + (", ..." if len(names) > _FEW else "")
        raise BadValue(f"{spelling!r} is not in the value map {label}.", hint=f"It has {known}.")

    return look_up


def matched(pattern: str) -> Convert:
    """What takes the first group out of a text that must match a pattern as a whole."""
    compiled = re.compile(pattern)

    def take(cell: object) -> object:
        found = compiled.fullmatch(str(cell))
        if found is None:
            raise BadValue(f"{cell!r} does not match the mapping's pattern {pattern!r}.")
        return found[1]

    return take


def _text(cell: object) -> object:
    """Numbers out of JSON lines are texts as they are written."""
    return str(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell


def _boolean(cell: object) -> object:
    return _BOOLEANS.get(cell.strip().lower(), cell) if isinstance(cell, str) else cell


def _json(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except ValueError as error:
        raise BadValue(f"{cell!r} is no JSON: {error}.") from error


def _codes(separator: str | None) -> Convert:
    def split(cell: object) -> object:
        if not isinstance(cell, str):
            return cell
        codes = cell.split(separator) if separator else [cell]
        return [code.strip() for code in codes if code.strip()]

    return split


def _number(spelling: Spelling) -> Convert | None:
    """Numbers whose marks are not the usual ones; a misplaced mark is no number, never another one."""
    mark, grouping = spelling.decimal or ".", spelling.grouping
    if mark == "." and grouping is None:
        return None
    grouped = rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+|" if grouping else ""
    form = re.compile(rf"\s*([+-]?(?:{grouped}\d+))(?:{re.escape(mark)}(\d+))?\s*")
    shown = f"1{grouping or ''}234{mark}5"

    def read(cell: object) -> object:
        if not isinstance(cell, str):
            return cell
        found = form.fullmatch(cell)
        if found is None:
            raise BadValue(f"{cell!r} is no number as the mapping spells them, such as {shown}.")
        digits = found[1].replace(grouping, "") if grouping else found[1]
        return f"{digits}.{found[2]}" if found[2] else digits

    return read


def _moments(forms: tuple[str, ...], finish: Callable[[date], object]) -> Convert:
    """Dates and times of stated forms. A text that several forms read differently is refused."""

    @lru_cache(_REMEMBERED)
    def read(cell: str) -> object:
        return finish(_read_moment(cell, forms))

    return lambda cell: read(cell) if isinstance(cell, str) else cell


def _read_moment(cell: str, forms: tuple[str, ...]) -> date:
    readings: set[date] = set()
    for form in forms:
        try:
            readings.add(datetime.strptime(cell, form))
        except ValueError:
            continue
    if not forms:
        try:
            readings.add(datetime.fromisoformat(cell.strip()))
        except ValueError as error:
            raise BadValue(
                f"{cell!r} is no date and time of ISO 8601.", hint="State dates = [...]."
            ) from error
    if not readings:
        raise BadValue(f"{cell!r} is no date in the form {' or '.join(forms)}.")
    if len(readings) > 1:
        shown = " or ".join(sorted(reading.strftime("%d %B %Y") for reading in readings))
        raise BadValue(f"{cell!r} may be {shown}.", hint="State one form of dates for this column.")
    return readings.pop()


def _as_day(moment: date) -> object:
    if isinstance(moment, datetime):
        if moment.time() != time():
            raise BadValue(f"{moment} has a time of day; the field holds a day only.")
        return moment.date()
    return moment


def _as_instant(moment: date, zone: ZoneInfo | None) -> object:
    assert isinstance(moment, datetime)
    if moment.tzinfo is not None:
        return moment
    if zone is None:
        raise BadValue(
            f"{moment} does not say its time zone.", hint='State zone = "Europe/Berlin" or another.'
        )
    local = moment.replace(tzinfo=zone)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise BadValue(
            f"{moment} occurs twice or never in {zone.key}, where clocks are put forward or back."
        )
    return local
