"""From a Python annotation to a field's kind and markers.

``Annotated[Money | None, Sensitive("finance")]`` gives the kind money, not required, with one marker. The names defined
here (`LongText`, `Email`, ...) are what declarations write where Python has no type of its own.
"""

import types
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from relatum_schemas import kinds
from relatum_schemas.errors import BadValue, DeclarationError
from relatum_schemas.kinds import FileReference, Kind, Money, PostalAddress
from relatum_schemas.markers import Flag, Scale, Transitions

LongText = Annotated[str, kinds.LongText()]
"""Text with line breaks, up to a million characters; read and searched, not sorted."""
Email = Annotated[str, kinds.Email()]
"""An e-mail address, checked by its library."""
Phone = Annotated[str, kinds.Phone()]
"""A telephone number, kept as E.164."""
Url = Annotated[str, kinds.Url()]
"""An address of the web."""
Country = Annotated[str, kinds.Country()]
"""A code of ISO 3166, such as ``DE``."""
Currency = Annotated[str, kinds.Currency()]
"""A code of ISO 4217, such as ``EUR``."""
Language = Annotated[str, kinds.Language()]
"""A tag of BCP 47, such as ``de-AT``."""
Json = Annotated[Any, kinds.Json()]
"""Whatever comes from elsewhere in its own form."""

PLAIN: dict[type, Kind] = {
    str: kinds.Text(),
    int: kinds.Integer(),
    Decimal: kinds.Number(),
    bool: kinds.Boolean(),
    date: kinds.Day(),
    datetime: kinds.Instant(),
    timedelta: kinds.Duration(),
    Money: kinds.MoneyKind(),
    PostalAddress: kinds.PostalAddressKind(),
    FileReference: kinds.FileKind(),
}


@dataclass(frozen=True)
class Reading:
    """What an annotation says."""

    kind: Kind
    optional: bool
    markers: tuple[object, ...]


def read_annotation(annotation: object, metadata: Sequence[object] = ()) -> Reading:
    """Read an annotation, with the metadata that Pydantic has already taken off its outside.

    Raises:
        DeclarationError: no kind fits; the message says what to write instead.
    """
    bare, inner, optional = _unwrapped(annotation)
    markers = (*metadata, *inner)
    kind = next(
        (marker for marker in reversed(markers) if isinstance(marker, Kind)), None
    ) or _kind(bare, markers)
    for marker in markers:
        if isinstance(marker, Scale):
            kind = _at_scale(kind, marker.digits)
    if Flag.BIG in markers and isinstance(kind, kinds.Integer):
        kind = kinds.Integer(big=True)
    return Reading(
        kind, optional, tuple(each for each in markers if not isinstance(each, Kind | Scale))
    )


def _unwrapped(annotation: object) -> tuple[object, tuple[object, ...], bool]:
    """The type within ``Annotated`` and ``| None``, the metadata met, and whether None is admitted."""
    metadata: tuple[object, ...] = ()
    optional = False
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *met = get_args(annotation)
            metadata = (*metadata, *met)
        elif get_origin(annotation) in (Union, types.UnionType):
            members = [each for each in get_args(annotation) if each is not type(None)]
            if len(members) != 1 or len(members) == len(get_args(annotation)):
                return annotation, metadata, optional
            annotation, optional = members[0], True
        else:
            return annotation, metadata, optional


def _kind(bare: object, markers: Sequence[object]) -> Kind:
    transitions = next((each for each in markers if isinstance(each, Transitions)), None)
    if transitions is not None:
        return kinds.Choice(codes=transitions.states)
    if Flag.STATE in markers:
        raise DeclarationError(
            "A State needs its Transitions.", hint='Write Annotated[State, Transitions(a=["b"])].'
        )
    if isinstance(bare, type) and bare in PLAIN:
        return PLAIN[bare]
    if get_origin(bare) is Literal and all(isinstance(code, str) for code in get_args(bare)):
        return kinds.Choice(codes=get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return kinds.Choice(codes=tuple(str(member.value) for member in bare))
    if get_origin(bare) in (list, tuple):
        of = read_annotation(get_args(bare)[0]).kind
        if isinstance(of, kinds.Choice):
            return kinds.Choices(of=of)
    shown = getattr(bare, "__name__", None) or str(bare)
    raise DeclarationError(
        f"{shown} is no kind of field.",
        hint="Use str, int, Decimal, Money, bool, date, datetime, timedelta, Literal[...], list[Literal[...]], LongText, "
        "Email, Phone, Url, Country, Currency, Language, PostalAddress, FileReference or Json; "
        "a tie to another record is a Relationship.",
    )


def _at_scale(kind: Kind, digits: int) -> Kind:
    try:
        return kind.with_scale(digits)
    except BadValue as error:
        raise DeclarationError(error.message, hint="Take the Scale off.") from error
