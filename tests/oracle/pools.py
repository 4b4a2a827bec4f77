"""Small pools of values, so that equal ones are frequent, with the awkward ones among them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Kind

NOWS: Final = (
    datetime(2024, 7, 14, 22, 30, tzinfo=UTC),
    datetime(2024, 7, 15, 12, 0, tzinfo=UTC),
)
"""The present; the first is already the 15th in Berlin."""

RECORDED: Final = (
    datetime(2024, 1, 10, 10, 0, tzinfo=UTC),
    datetime(2024, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
    datetime(2024, 6, 1, 0, 0, tzinfo=UTC),
)
"""When units of work were committed."""

DAYS: Final = ("2024-01-01", "2024-03-31", "2024-07-14", "2024-07-15", "2024-07-16", "2025-01-01")
INSTANTS: Final = (
    "2024-01-01T00:00:00Z",
    "2024-03-31T01:30:00+01:00",
    "2024-07-14T22:00:00Z",
    "2024-07-15T12:00:00Z",
    "2024-07-15T12:00:00.000001Z",
    "2025-01-01T00:00:00Z",
)
MOMENTS: Final = (*DAYS, *INSTANTS, *(each.isoformat() for each in RECORDED))

TEXTS: Final = (
    "Ärger", "arger", "ARGER", "straße", "Strasse", "a b", "a-b", "b", "B", "Zoé 2", "zoe 10",
    "ﬁn", "日本", "x%y_z", "o'neil\"", "\\back", "b a", "x", "arg", "2",
)  # fmt: skip
LOOKUPS: Final = (*TEXTS, "", " ", "%", "ar", "ÄR", "s", "a b arg", "-", "z 2", "日")
"""What text is searched for."""

_ADDRESSES: Final = (
    {"street": "Ärger 1\nHof", "country": "DE"},
    {"locality": "Zoé"},
    {"street": "x", "postal_code": "01", "locality": "b", "region": "B", "country": "FR"},
)
_FILES: Final = (
    {"name": "a.pdf", "media_type": "application/pdf", "size": 0, "digest": "0" * 64},
    {"name": "b", "media_type": "text/plain", "size": 10**12, "digest": "f" * 64},
)
_MONEY: Final = tuple(
    {"amount": amount, "currency": currency}
    for amount in ("-10.00", "0.00", "0.01", "12.50", "13", "999999.99")
    for currency in ("EUR", "USD")
)
_BY_KIND: Final[dict[str, Sequence[Any]]] = {
    "text": TEXTS,
    "long text": TEXTS,
    "e-mail address": ("a@example.org", "Zoé@example.org", "b@example.org"),
    "phone number": ("+493012345678", "+33142345678"),
    "web address": ("https://example.org/", "https://example.org/a%20b", "http://b.example/"),
    "integer": (-7, 0, 1, 2, 3, 2147483647),
    "decimal": ("-1.5", "-1", "0", "0.01", "0.1", "2.5", "7", "999.99"),
    "boolean": (True, False),
    "date": (*DAYS, "0001-01-01", "9999-12-31"),
    "datetime": (*INSTANTS, "2023-12-31T23:59:59.999999Z"),
    "duration": ("PT0S", "PT1.5S", "-PT90M", "P1DT0.000001S", "P36525D"),
    "country": ("DE", "FR"),
    "currency": ("EUR", "USD"),
    "language": ("de", "pt-BR"),
    "money": _MONEY,
    "postal address": _ADDRESSES,
    "file reference": _FILES,
    "JSON": ({"b": 1, "a": [1.5, "é", None]}, [], "x", True, 12345678901234567, {"n": {"0": ""}}),
}


@cache
def pool(kind: Kind) -> Sequence[Any]:
    """Values of a kind in wire form."""
    return [value for value in _candidates(kind) if _is_of(kind, value)]


def _is_of(kind: Kind, value: Any) -> bool:
    """Whether the kind holds so many digits."""
    try:
        kind.parse(value)
    except BadValue:
        return False
    return True


def _candidates(kind: Kind) -> Sequence[Any]:
    if kind.name == "choice":
        return kind.codes  # type: ignore[attr-defined, no-any-return]  # a choice's
    if kind.name == "choices":
        codes = kind.of.codes  # type: ignore[attr-defined]  # a list's
        return ([], [codes[0]], [codes[0], codes[-1]], list(codes))
    if kind.name == "integer" and kind.big:  # type: ignore[attr-defined]  # an integer's
        return (-(10**18), -1, 0, 1, 10**18 - 1)
    return _BY_KIND[kind.name]


@cache
def parsed(kind: Kind) -> Sequence[Any]:
    """Values of a kind as records hold them."""
    return [kind.parse(value) for value in pool(kind)]
