"""Markers: what a field means beyond its kind, written into its annotation.

``serial: Annotated[str, Label, Unique, Searchable]``. Markers without an argument are values, those with one are
classes. A marker that does not fit its field's kind is reported when the catalogue is built.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Final

from relatum_schemas.selection import Condition


class Flag(Enum):
    """Markers without an argument."""

    LABEL = "Label"
    SEARCHABLE = "Searchable"
    UNIQUE = "Unique"
    INDEXED = "Indexed"
    READ_ONLY = "ReadOnly"
    INTERNAL = "Internal"
    BIG = "Big"
    STATE = "State"


Label: Final = Flag.LABEL
"""What a person calls the record; several label fields are joined by a space, in the order of declaration."""

Searchable: Final = Flag.SEARCHABLE
"""Found by text search and by `contains` and `starts_with`, regardless of case and accents."""

Unique: Final = Flag.UNIQUE
"""No two records of the type have the same value. For several fields together: ``class X(Entity, unique=[(..)])``."""

Indexed: Final = Flag.INDEXED
"""Often filtered or sorted by; text is then sorted regardless of case and accents."""

ReadOnly: Final = Flag.READ_ONLY
"""Written by the plugin's own code and imports, never by a person's form or mutation."""

Internal: Final = Flag.INTERNAL
"""Kept for the plugin's own code, such as a key to find duplicates by: neither GraphQL nor a view shows it."""

Big: Final = Flag.BIG
"""On ``int``: a whole number of up to 18 digits instead of 32 bits."""

State = Annotated[str, Flag.STATE]
"""A field whose codes and their order follow from its `Transitions`."""


@dataclass(frozen=True)
class Scale:
    """Digits after the point of a decimal or of money."""

    digits: int


@dataclass(frozen=True)
class Sensitive:
    """Data of a special class (``health``, ``finance``, ...): closed until administrators keep a purpose that opens it.

    Then it is open to calls with this purpose that have the right to the field, and every reading is logged.
    """

    classification: str


@dataclass(frozen=True, kw_only=True)
class Encrypted:
    """Encrypted in the database, with a key outside of it. It is shown, and not filtered, sorted, searched or summed.

    With ``lookup``, equal values are found by a keyed digest. Reading is logged.
    """

    lookup: bool = False


@dataclass(frozen=True)
class Help:
    """A sentence for the person who fills in the field."""

    text: str


@dataclass(frozen=True)
class Deprecated:
    """The field is going away; the text says what to use instead."""

    instead: str


@dataclass(frozen=True, init=False)
class RenamedFrom:
    """Names that the field had before; its data and versions are kept under the new one."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        """Take one or several former names."""
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Wanted, though not needed to store the record: told by its ``missing``, demanded by state transitions.

    With ``when``, a condition on the record's own fields, it is expected only of records that fulfil it.
    """

    when: Condition | None = None


@dataclass(frozen=True, init=False)
class Transitions:
    """Which state may follow which: ``Transitions(ok=["due"], due=["ok", "down"])``. A state without an entry is final.

    Beside the field stands ``<field>_since``: since when the record is in its state.

    Attributes:
        following: the states that may follow, by present state.
        rights: by transition, the roles one of which it takes; others are free to who may write the field.
        expects: by state, the fields that are expected of a record in it, and demanded when it is entered.
        begin: the states in which records may begin; none for any.
    """

    following: Mapping[str, tuple[str, ...]]
    rights: Mapping[tuple[str, str], tuple[str, ...]]
    expects: Mapping[str, tuple[str, ...]]
    begin: tuple[str, ...]

    def __init__(
        self,
        following: Mapping[str, Sequence[str]] | None = None,
        /,
        *,
        rights: Mapping[tuple[str, str], Collection[str]] | None = None,
        expects: Mapping[str, Collection[str]] | None = None,
        begin: Collection[str] = (),
        **states: Sequence[str],
    ) -> None:
        """Take the states that may follow, by present state: as keywords, or as a mapping where names do not allow that."""
        known = {**(following or {}), **states}
        said = {
            "following": {state: tuple(after) for state, after in known.items()},
            "rights": {way: tuple(sorted(roles)) for way, roles in (rights or {}).items()},
            "expects": {state: tuple(fields) for state, fields in (expects or {}).items()},
            "begin": tuple(begin),
        }
        for name, value in said.items():
            object.__setattr__(self, name, value)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state named, in the order of first mention."""
        named = [*self.following, *(state for after in self.following.values() for state in after)]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Computed:
    """A field whose value is an expression over the record's own fields, exact (see `relatum_schemas.expression`).

    ``net = Computed("quantity * unit_price * (1 - discount)")``: written without an annotation, since the kind follows.
    """

    expression: str
    help: str | None = None
