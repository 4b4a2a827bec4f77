"""Values of one kind as values of another: only where nothing is lost, so that the way back gives the same."""

import re
from decimal import Decimal
from typing import Any, Final

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import (
    Boolean,
    Choices,
    CompositeKind,
    Duration,
    Encrypted,
    Identity,
    Integer,
    Json,
    Kind,
    Number,
    Text,
)

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_KEPT_OTHERWISE: Final = (CompositeKind, Encrypted, Identity, Json)


def convertible(old: Kind, new: Kind) -> bool:
    """Whether values of one kind may be values of another at all."""
    if isinstance(old, _KEPT_OTHERWISE) or isinstance(new, _KEPT_OTHERWISE):
        return type(old) is type(new) and old == new
    return isinstance(old, Choices) is isinstance(new, Choices)


def converted(old: Kind, new: Kind, value: object) -> Any:
    """A stored value of one kind as another kind has it.

    Raises:
        BadValue: it is none of the other kind, or would not be the same any more.
    """
    wire = old.wire(old.parse(value))
    found = new.parse(_spelled(new, wire))
    back = new.wire(found)
    if _canonical(old, wire) != _canonical(new, back):
        raise BadValue(f"{wire!r} would become {back!r}.")
    return found


def _spelled(new: Kind, wire: object) -> object:
    """A value as the other kind reads it."""
    if isinstance(new, Boolean):
        return {"true": True, "false": False}.get(str(wire).lower(), wire)
    if isinstance(new, Integer) and isinstance(wire, str) and _NUMBER.fullmatch(wire):
        number = Decimal(wire)
        return int(number) if number == int(number) else wire
    if isinstance(new, Choices) or not isinstance(wire, bool | int):
        return wire
    return str(wire).lower() if isinstance(new, Text) or isinstance(wire, bool) else wire


def _canonical(kind: Kind, wire: object) -> object:
    """What tells values apart, whatever kind they are of: numbers by their value, all else as it is written."""
    if isinstance(wire, list):
        return tuple(wire)
    text = str(wire).lower() if isinstance(wire, bool) else str(wire)
    numeric = isinstance(kind, Integer | Number) or _NUMBER.fullmatch(text)
    if numeric and not isinstance(kind, Duration):
        return Decimal(text)
    return text
