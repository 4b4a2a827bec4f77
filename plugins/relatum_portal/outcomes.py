"""What an action tells that changes nothing, such as a price: as names and texts for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from relatum import Entity, Money, Relationship
from relatum_server.plugins import PageVisit


@dataclass(frozen=True)
class Told:
    """Something that an action tells.

    Attributes:
        title: what it is called; empty for all of what is told.
        text: in words; empty where it has parts.
        parts: of it.
    """

    title: str
    text: str = ""
    parts: tuple["Told", ...] = ()


def is_told(result: object) -> bool:
    """Whether what an action returned is worth a page: all but nothing, a record, and that it was done."""
    if isinstance(result, Sequence) and not isinstance(result, str):
        return any(is_told(each) for each in result)
    return isinstance(result, (BaseModel, Mapping, str, int, float, Decimal, date)) and not (
        isinstance(result, (Entity, Relationship, bool))
    )


def told_of(visit: PageVisit, result: object, title: str = "") -> Told:
    """What an action returned, in words.

    Args:
        visit: says in which language.
        result: what it returned.
        title: what it is called.
    """
    parts = _parts(result)
    if parts is None:
        return Told(title, _in_words(visit, result))
    told = (told_of(visit, each, _named(visit, name)) for name, each in parts)
    return Told(title, parts=tuple(each for each in told if each.text or each.parts))


def _parts(result: object) -> Sequence[tuple[str, object]] | None:
    match result:
        case Money() | Entity() | Relationship():
            return None
        case BaseModel():
            return [(name, getattr(result, name)) for name in type(result).model_fields]
        case Mapping():
            return [(str(name), each) for name, each in result.items()]
        case str() | bytes():
            return None
        case Sequence():
            return [("", each) for each in result]
    return None


def _named(visit: PageVisit, name: str) -> str:
    words = name.replace("_", " ")
    return visit.gettext(words[:1].upper() + words[1:]) if words else ""


def _in_words(visit: PageVisit, value: Any) -> str:
    speech = visit.speech
    match value:
        case None:
            return ""
        case bool():
            return visit.gettext("Yes") if value else visit.gettext("No")
        case Money(amount=amount, currency=currency):
            return speech.money(amount, currency)
        case Decimal() | int() | float():
            return speech.number(value)
        case datetime():
            return speech.moment(value)
        case date():
            return speech.day(value)
        case Entity() | Relationship():
            return str(getattr(value, "label", "") or type(value).__name__)
    return str(value)
