"""Field kinds: what a value is, apart from where it is stored.

Read in this order: `base` (what every kind offers), then the families `identity`, `text`, `numbers`, `times`,
`codes`, `composites`, and `encrypted` and `calculated` around another kind; `annotations` reads the kind of a field off
its Python annotation.
"""

from relatum_schemas.kinds.base import Kind
from relatum_schemas.kinds.calculated import (
    Calculated,
    Listing,
    Real,
    StateChanges,
    StateTimes,
)
from relatum_schemas.kinds.codes import Choice, Choices, Code, Country, Currency, Language, Name
from relatum_schemas.kinds.composites import (
    Composite,
    CompositeKind,
    FileKind,
    FileReference,
    Json,
    Money,
    MoneyKind,
    PostalAddress,
    PostalAddressKind,
)
from relatum_schemas.kinds.encrypted import Encrypted, EncryptedLookup
from relatum_schemas.kinds.identity import Identity
from relatum_schemas.kinds.numbers import PRECISION, Boolean, Integer, Number
from relatum_schemas.kinds.text import Email, LongText, Phone, Text, Url
from relatum_schemas.kinds.times import Day, Duration, Instant

__all__ = [
    "PRECISION",
    "Boolean",
    "Calculated",
    "Choice",
    "Choices",
    "Code",
    "Composite",
    "CompositeKind",
    "Country",
    "Currency",
    "Day",
    "Duration",
    "Email",
    "Encrypted",
    "EncryptedLookup",
    "FileKind",
    "FileReference",
    "Identity",
    "Instant",
    "Integer",
    "Json",
    "Kind",
    "Language",
    "Listing",
    "LongText",
    "Money",
    "MoneyKind",
    "Name",
    "Number",
    "Phone",
    "PostalAddress",
    "PostalAddressKind",
    "Real",
    "StateChanges",
    "StateTimes",
    "Text",
    "Url",
]
