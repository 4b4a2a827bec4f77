"""A graph of records in memory, with every version that each record ever had."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from relatum.connections.types import FOREVER


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a record.

    ``values`` holds parsed values by field; a missing field is not there or None. Ties have ``source`` and ``target``,
    and their ``valid_from`` and ``valid_to`` among the values.
    """

    id: UUID
    type: str
    version: int
    recorded_from: datetime
    recorded_to: datetime = FOREVER
    values: Mapping[str, object]
    source: UUID | None = None
    target: UUID | None = None

    def __repr__(self) -> str:
        """On one line, without what is missing."""
        values = {name: value for name, value in self.values.items() if value is not None}
        ends = "" if self.source is None else f" {self.source} -> {self.target}"
        known = f"{self.recorded_from.isoformat()}..{self.recorded_to.isoformat()}"
        return f"<{self.type} {self.id} v{self.version} {known}{ends} {values}>"


@dataclass
class Graph:
    """All versions of all records, and which record was merged into which."""

    versions: list[Version] = field(default_factory=list)
    merged: dict[UUID, UUID] = field(default_factory=dict)

    def known_at(self, instant: datetime | None) -> dict[UUID, Version]:
        """The records as they were known at an instant; None: as they are known at present."""
        if instant is None:
            return {each.id: each for each in self.versions if each.recorded_to == FOREVER}
        return {
            each.id: each
            for each in self.versions
            if each.recorded_from <= instant < each.recorded_to
        }

    def became(self, identity: UUID) -> UUID:
        """The record that an id stands for: itself, or what it was merged into in the end."""
        while identity in self.merged:
            identity = self.merged[identity]
        return identity
