"""Writes down what was read of sensitive and encrypted fields, before the answer leaves.

Within a unit of work a line stands or falls with the unit. What was read is known even if the unit is undone, so its lines
are written again then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.reading.context import Private
from relatum.reading.private import Opened
from relatum.session.storage import Storage
from relatum_schemas.selection import Request

KIND: Final = "private_read"
"""What lines of the access log about such readings are called."""

NAMED: Final = 100
"""Records that a line names by their ids; of more it tells how many."""


@dataclass(frozen=True)
class Reading:
    """What one answer tells of sensitive and encrypted fields of one type.

    Attributes:
        type: the type.
        shown: fields of which values were shown, sorted.
        compared: fields by which records were found, ordered or measured, sorted.
        records: whose values were shown.
        selection: digest of what was asked.
    """

    type: str
    shown: tuple[str, ...]
    compared: tuple[str, ...]
    records: frozenset[UUID]
    selection: str

    @property
    def details(self) -> dict[str, object]:
        """What the line says beside type and record."""
        said: dict[str, object] = {"selection": self.selection}
        if self.shown:
            said |= {"fields": list(self.shown), "count": len(self.records)}
        if self.compared:
            said["compared"] = list(self.compared)
        if len(self.records) <= NAMED:
            said["records"] = sorted(str(each) for each in self.records)
        return said


def readings(private: Private, opened: Opened, request: Request) -> Iterator[Reading]:
    """What an answer tells, by type."""
    compared: defaultdict[str, set[str]] = defaultdict(set)
    for used in private.used:
        compared[used.type].add(used.field)
    shown: defaultdict[str, set[str]] = defaultdict(set)
    records: defaultdict[str, set[UUID]] = defaultdict(set)
    for used, ids in opened.read.items():
        shown[used.type].add(used.field)
        records[used.type] |= ids
    types = sorted({*compared, *shown})
    selection = sha256(request.model_dump_json().encode()).hexdigest() if types else ""
    for name in types:
        yield Reading(
            name,
            tuple(sorted(shown[name])),
            tuple(sorted(compared[name])),
            frozenset(records[name]),
            selection,
        )


Line = tuple[str, str | None, dict[str, object]]
"""Type, the record if it is one, and details of a line, JSON-able."""


class ReadLog:
    """The lines of one session. In a unit of work, they are kept until it has ended well.

    Args:
        storage: the database.
        principal: on whose behalf is read.
    """

    def __init__(self, storage: Storage, principal: Principal) -> None:
        self._storage = storage
        self._principal = principal
        self._in_unit: list[Reading] = []

    async def note(self, made: list[Reading], connection: Connection | None) -> None:
        """Write lines: in the unit of work under way on a connection, or in a transaction of their own."""
        if not made:
            return
        if connection is not None:
            self._in_unit += made
            await self._write(connection, made)
            return
        async with self._storage.connections.writing() as own:
            await self._write(own, made)

    @property
    def noted(self) -> int:
        """How many readings of the unit of work under way are noted."""
        return len(self._in_unit)

    async def part_was_undone(self, noted: int, connection: Connection) -> None:
        """Write again what an undone part of a unit of work took with it: all but the first ``noted`` readings."""
        await self._write(connection, self._in_unit[noted:])

    @property
    def lines(self) -> list[Line]:
        """The lines of the unit of work under way, to be written anew whenever its answer is given again."""
        return [_line(each) for each in self._in_unit]

    async def given_again(self, lines: Iterable[Line], connection: Connection) -> None:
        """Write that an answer which tells of private values was given again."""
        for type_name, record, details in lines:
            await self._append(connection, type_name, record, {**details, "again": True})

    async def unit_was_undone(self) -> None:
        """Write again what an undone unit of work took with it."""
        made, self._in_unit = self._in_unit, []
        await self.note(made, None)

    async def _write(self, connection: Connection, made: list[Reading]) -> None:
        for each in made:
            await self._append(connection, *_line(each))

    async def _append(
        self, connection: Connection, type_name: str, record: str | None, details: dict[str, object]
    ) -> None:
        await note(
            connection,
            self._principal,
            KIND,
            at=self._storage.clock(),
            type_name=type_name,
            record=None if record is None else UUID(record),
            details=details,
        )


def _line(reading: Reading) -> Line:
    record = str(next(iter(reading.records))) if len(reading.records) == 1 else None
    return reading.type, record, reading.details
