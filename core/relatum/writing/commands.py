"""What may be asked of the writing room: one frozen command per act, and what came of it. CONTRACT.

Values are given by field name, in Python or in wire form; a missing key leaves a field alone (or at its default), None
empties it. Commands come in sequences, and their order counts. One that names a record by its id may say of which type
it has to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

Moment = date | datetime | str
"""A day for types valid by day, an aware datetime for those valid by instant, or the wire form of either."""


class Unchanged:
    """Says that a bound of a period is not touched; None would open it."""

    def __repr__(self) -> str:
        """As it is written."""
        return "UNCHANGED"


UNCHANGED: Final = Unchanged()

ExternalKey = tuple[str, str]
"""Where the key comes from, and the key: ``("northwind", "ALFKI")``; unique per source and type."""

Operation = Literal[
    "created", "updated", "deleted", "restored", "merged",
    "related", "ended", "changed", "corrected", "removed", "erased",
    "began", "lapsed",
]  # fmt: skip
"""What a change line says was done; that a tie began or lapsed as time passed was done by nobody."""


@dataclass(frozen=True)
class Create:
    """Store a new entity."""

    type: str
    values: Mapping[str, object] = field(default_factory=dict)
    id: UUID | None = None
    external_keys: tuple[ExternalKey, ...] = ()


@dataclass(frozen=True)
class Update:
    """Change fields of an entity, and attach external keys to it."""

    id: UUID
    values: Mapping[str, object]
    if_version: int | None = None
    type: str | None = None
    external_keys: tuple[ExternalKey, ...] = ()


@dataclass(frozen=True)
class Delete:
    """Delete an entity; its ties follow the rules of their types."""

    id: UUID
    if_version: int | None = None
    type: str | None = None


@dataclass(frozen=True)
class Restore:
    """Bring a deleted record back, with all that its deletion took along."""

    id: UUID
    type: str | None = None


@dataclass(frozen=True)
class Merge:
    """Make two entities of one type one: ``into`` stays, wins, and takes over ties, keys and missing values of ``id``."""

    id: UUID
    into: UUID
    type: str | None = None


@dataclass(frozen=True)
class Relate:
    """Tie two records."""

    type: str
    source: UUID
    target: UUID
    values: Mapping[str, object] = field(default_factory=dict)
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    id: UUID | None = None
    external_keys: tuple[ExternalKey, ...] = ()


@dataclass(frozen=True)
class End:
    """Let a tie hold no longer from a day or instant on (default: now)."""

    id: UUID
    at: Moment | None = None
    if_version: int | None = None
    type: str | None = None


@dataclass(frozen=True)
class Change:
    """Let a tie hold until ``at``, and from then on a successor with other properties, whose id may be given."""

    id: UUID
    at: Moment
    values: Mapping[str, object]
    if_version: int | None = None
    successor: UUID | None = None
    type: str | None = None


@dataclass(frozen=True)
class Correct:
    """Say how a tie always was: properties, period, or the records at its ends."""

    id: UUID
    values: Mapping[str, object] = field(default_factory=dict)
    valid_from: Moment | Unchanged | None = UNCHANGED
    valid_to: Moment | Unchanged | None = UNCHANGED
    source: UUID | None = None
    target: UUID | None = None
    if_version: int | None = None
    type: str | None = None
    external_keys: tuple[ExternalKey, ...] = ()


@dataclass(frozen=True)
class Remove:
    """Say that a tie never was."""

    id: UUID
    if_version: int | None = None
    type: str | None = None


Command = Create | Update | Delete | Restore | Merge | Relate | End | Change | Correct | Remove


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did.

    Attributes:
        id: the record; of a `Change`, the successor; of a `Merge`, the record that stays.
        version: its version now; of a deletion, its last one.
        operation: what was done, as the change log says.
        consequences: what was done to other records because of it.
    """

    id: UUID
    type: str
    version: int
    operation: Operation
    consequences: "tuple[Outcome, ...]" = ()
