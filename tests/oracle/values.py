"""How values compare, sort and show."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from relatum.catalogue.model import Field
from relatum.text import fold, words
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Integer, Json, Kind, LongText, Money, Number, Text
from relatum_schemas.selection import LinkOutput, Members, Operator, Parameter, TextOutput

Parameters = Mapping[str, object]


def bound(value: object, parameters: Parameters) -> object:
    """A literal as it is; a parameter's value by name, None when it is not given."""
    if isinstance(value, Parameter):
        return parameters.get(value.parameter)
    return value


def folds(field: Field | None, part: str | None) -> bool:
    """Whether a value is compared by its folded key; a measure (no field) is not."""
    return field is not None and part is None and (field.folded or field.name == "label")


def settled(kind: Kind, value: Any) -> Any:
    """A computed value in the Python type of its kind."""
    if value is None:
        return None
    if isinstance(kind, Integer):
        return int(value)
    if isinstance(kind, Number):
        return Decimal(value)
    return value


def sort_scalars(field: Field, part: str | None, value: Any) -> tuple[Any, ...]:
    """The scalars by which a value sorts: one, or for money the currency and the amount."""
    if field.kind.name == "money" and part is None:
        return (None, None) if value is None else (value.currency, value.amount)
    if value is None:
        return (None,)
    return (fold(value) if folds(field, part) else value,)


def compared(first: Any, second: Any) -> int:
    """-1, 0 or 1: a missing value is smaller than any other, text goes by code point, ids by their bytes."""
    if first is None or second is None:
        return (first is not None) - (second is not None)
    if isinstance(first, UUID):
        first, second = first.bytes, second.bytes
    return int(first > second) - int(first < second)


def fulfils(
    field: Field | None,
    part: str | None,
    kind: Kind,
    operator: Operator,
    value: Any,
    given: object,
) -> bool:
    """Whether a row's value stands to the given one as the operator says."""
    if operator is Operator.IS_NULL:
        return given is not None and (value is None) == given
    if value is None or given is None:
        return False
    if operator in _TEXT:
        return _TEXT[operator](*_texts(field, part, operator, value, given))
    if operator in _LISTS:
        return _LISTS[operator](value, given)
    wanted = read(kind, operator, given)
    if operator in _EXACT:
        return _EXACT[operator](value, wanted)
    if isinstance(value, Money):
        same = value.currency == wanted.currency
        return same and _ORDERED[operator](compared(value.amount, wanted.amount))
    left, right = (fold(value), fold(wanted)) if folds(field, part) else (value, wanted)
    return _ORDERED[operator](compared(left, right))


def read(kind: Kind, operator: Operator, given: object) -> Any:
    """The given value as the operator takes it; raises BadValue."""
    if given is None:
        return None
    if operator is Operator.IS_NULL:
        if not isinstance(given, bool):
            raise BadValue("is_null takes true or false.")
        return given
    if operator in _TEXT or (operator in _ORDERED and isinstance(kind, Text)):
        return LongText().parse(given)
    element = kind.of if kind.name == "choices" else kind  # type: ignore[attr-defined]  # a list's codes
    if operator in (Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL):
        if not isinstance(given, list | tuple):
            raise BadValue(f"{operator} takes a list.")
        return [element.parse(each) for each in given if each is not None]
    return element.parse(given)


def _texts(
    field: Field | None, part: str | None, operator: Operator, value: str, given: object
) -> tuple[str, str]:
    assert isinstance(given, str)
    if folds(field, part) and operator is not Operator.MATCHES:
        return fold(value), fold(given)
    return value, given


def begins_words(text: str, given: str) -> bool:
    """Whether each given word begins a word of the text; without given words, no."""
    wanted = words(given)
    return bool(wanted) and all(begins_word(text, word) for word in wanted)


def begins_word(text: str, word: str) -> bool:
    """Whether a folded word begins a word of the text."""
    return any(each.startswith(word) for each in words(text))


_TEXT: dict[Operator, Callable[[str, str], bool]] = {
    Operator.STARTS_WITH: lambda text, given: text.startswith(given),
    Operator.CONTAINS: lambda text, given: given in text,
    Operator.MATCHES: begins_words,
}
_LISTS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.HAS: lambda codes, given: given in codes,
    Operator.HAS_ANY: lambda codes, given: any(code in codes for code in given),
    Operator.HAS_ALL: lambda codes, given: all(code in codes for code in given if code is not None),
}
_EXACT: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: lambda value, wanted: value == wanted,
    Operator.NE: lambda value, wanted: value != wanted,
    Operator.IN: lambda value, wanted: value in wanted,
    Operator.NOT_IN: lambda value, wanted: value not in wanted,
}
_ORDERED: dict[Operator, Callable[[int], bool]] = {
    Operator.LT: lambda order: order < 0,
    Operator.LTE: lambda order: order <= 0,
    Operator.GT: lambda order: order > 0,
    Operator.GTE: lambda order: order >= 0,
}


def as_instant(moment: date | datetime, zone: str) -> datetime:
    """An instant as it is; a day as its first instant in the zone."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), ZoneInfo(zone)).astimezone(UTC)


def wire_parts(
    kind: Kind,
    value: Any,
    parts: Members | None,
    record_id: UUID | None = None,
) -> object:
    """A value of a record as JSON shows it: whole, or as an object of some of its parts, of texts and of links."""
    if value is None:
        return None
    whole = canonical(value) if isinstance(kind, Json) else kind.wire(value)
    if parts is None:
        return whole
    return members(parts, whole, record_id)


def members(
    asked: Members, parts: Mapping[str, object], record_id: UUID | None = None
) -> dict[str, object]:
    """The members of an object that is one value, out of its parts by name."""
    shown: dict[str, object] = {}
    for each in asked:
        match each:
            case TextOutput(key=key, text=text):
                shown[key] = text
            case LinkOutput(key=key, before=before, after=after):
                shown[key] = f"{before}{record_id}{after}"
            case (key, name):
                shown[key] = parts[name]
    return shown


def canonical(value: Any) -> Any:
    """Free JSON as it is kept: keys in order."""
    match value:
        case dict():
            return {key: canonical(value[key]) for key in sorted(value)}
        case list():
            return [canonical(each) for each in value]
        case _:
            return value
