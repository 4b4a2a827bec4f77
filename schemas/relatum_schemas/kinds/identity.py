"""The kind of a record's identity."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relatum_schemas.kinds.base import EXACT, Kind
from relatum_schemas.selection import Operator


@dataclass(frozen=True, kw_only=True)
class Identity(Kind):
    """The id of a record: a UUID, outside always in its 36-character form (RFC 9562)."""

    name: ClassVar[str] = "id"
    python: ClassVar[type] = UUID
    operators: ClassVar[frozenset[Operator]] = EXACT
    sortable: ClassVar[bool] = True

    def parse(self, value: object) -> UUID:
        """Read a UUID or its text."""
        if isinstance(value, UUID):
            return value
        try:
            return UUID(str(value))
        except ValueError as error:
            raise self.refuse(
                value, "an id such as 01980c5e-8a6b-7cc1-b1a7-0d9f2e5c4a10"
            ) from error

    def wire(self, value: UUID) -> str:
        """The 36-character form."""
        return str(value)
