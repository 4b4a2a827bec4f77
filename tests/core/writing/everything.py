"""A type with a field of every kind."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from relatum_schemas.annotations import (
    Country,
    Currency,
    Email,
    Json,
    Language,
    LongText,
    Phone,
    Url,
)
from relatum_schemas.entity import Entity
from relatum_schemas.kinds import FileReference, Money, PostalAddress
from relatum_schemas.markers import Big, Indexed, Label, Scale
from relatum_schemas.plugin import Plugin


class Everything(Entity, plural="everythings"):
    """Something that has it all."""

    name: Annotated[str | None, Label] = None
    story: LongText | None = None
    small: int | None = None
    large: Annotated[int | None, Big] = None
    exact: Annotated[Decimal | None, Scale(6), Indexed] = None
    price: Money | None = None
    yes: bool | None = None
    day: date | None = None
    instant: datetime | None = None
    length: timedelta | None = None
    choice: Literal["a", "b"] | None = None
    choices: list[Literal["x", "y", "z"]] | None = None
    email: Email | None = None
    phone: Phone | None = None
    url: Url | None = None
    country: Country | None = None
    currency: Currency | None = None
    language: Language | None = None
    address: PostalAddress | None = None
    file: FileReference | None = None
    anything: Json | None = None


plugin = Plugin("everything", version="1.0")
