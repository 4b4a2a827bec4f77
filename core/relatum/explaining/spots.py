"""Where conditions are judged: a record, or a tie and the way that led to it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from relatum.explaining.values import Named


@dataclass(frozen=True)
class Via:
    """The end over which a tie was reached: of which type, and on which side of the tie its holder stands."""

    type: str
    end: str
    side: Literal["source", "target"]


@dataclass(frozen=True)
class Spot:
    """Where a condition is judged: a record, or a tie reached over an end.

    Attributes:
        record: the record or tie.
        via: how a tie was reached.
        near: the record from which it was.
        far: the record that it leads to.
        valid_from: when it begins to hold.
        valid_to: when it no longer holds.
    """

    record: Named
    via: Via | None = None
    near: UUID | None = None
    far: Named | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def id(self) -> UUID:
        """The id of the record."""
        assert self.record.id is not None
        return self.record.id

    @property
    def type(self) -> str:
        """The type of the record."""
        assert self.record.type is not None
        return self.record.type

    @property
    def far_id(self) -> UUID:
        """The id of the record that a tie leads to."""
        assert self.far is not None and self.far.id is not None
        return self.far.id
