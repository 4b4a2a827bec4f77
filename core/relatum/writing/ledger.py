"""The unit of work's own entry: who writes, at which recorded instant, and its change lines.

The instant is taken after all row locks and is later than every version it supersedes. When a later batch of the same
unit supersedes something newer still, all that the unit has recorded moves to a later instant with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from relatum.changes import lines
from relatum.changes.numbering import end_in, last_line
from relatum.changes.sequencer import CHANGE
from relatum.changes.tidings import CHANNEL, Tidings
from relatum.clock import Clock, utc_now
from relatum.connections.interface import Connection, Copy, Following
from relatum.identifiers import new_id
from relatum.writing import statements
from relatum.writing.commands import Operation
from relatum.writing.drafts import Batch, Draft, Step
from relatum.writing.periods import ONE_TICK
from relatum.writing.plan import PRESENT, Moment, Plan, Present

_UNIT = ("id", "recorded_at", "actor", "acted_for", "origin", "purpose", "reason")
_LINE = ("unit_id", "type", "record_id", "version", "operation", "fields", "salt", "digest")
_STAMPED_LINE = (*_LINE, "position", "chain")


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who writes a unit of work, for whom and why."""

    actor: UUID | None = None
    acted_for: UUID | None = None
    origin: str | None = None
    purpose: str = "operate"
    reason: str | None = None


class Told(NamedTuple):
    """A line of the change log about a record, in the order of its columns."""

    type: str
    record: UUID
    version: int
    operation: Operation
    fields: tuple[str, ...]


class Ledger:
    """What one unit of work has written so far.

    Args:
        connection: in the unit's transaction.
        plan: of the catalogue.
        author: who writes.
        clock: the present; the machine's clock gives way to the database's own, where it has one.
    """

    def __init__(self, connection: Connection, plan: Plan, author: Author, clock: Clock) -> None:
        self.id = new_id()
        self.instant: datetime | None = None
        self._connection = connection
        self._plan = plan
        self._author = author
        self._clock = clock
        self._types: set[str] = set()
        self._since = 0
        self._end: tuple[int, bytes] | None = None

    async def recorded_instant(self, batch: Batch) -> datetime:
        """The instant at which the unit records, later than all that the batch supersedes."""
        touched = list(batch.touched())
        self._types.update(draft.form.name for draft in touched)
        superseded = {
            draft.id: draft.superseded for draft in touched if draft.superseded is not None
        }
        latest = max(superseded.values(), default=None)
        if self.instant is None:
            self.instant = _later(await self._present(), latest)
            await self._open(self.instant)
        elif latest is not None and latest >= self.instant:
            own = await self._own(superseded)
            others = [moment for each, moment in superseded.items() if each not in own]
            latest = max(others, default=None)
            if latest is not None and latest >= self.instant:
                self.instant = await self._move(self.instant, latest + ONE_TICK)
        return self.instant

    async def beginning(self, batch: Batch, *, few: bool) -> tuple[Moment, list[Copy]]:
        """The instant at which the unit records a batch that supersedes nothing, and the rows that open its entry.

        Where the rows are few enough to be one statement, that of the unit's first is told by the database (`PRESENT`).
        Say what it was by `began`.
        """
        self._types.update(draft.form.name for draft in batch.touched())
        if self.instant is not None:
            return self.instant, []
        by_statement = few and self._has_database_clock
        instant: Moment = PRESENT if by_statement else await self._present()
        return instant, [Copy(self._plan.tables.unit_of_work, _UNIT, [self._entry(instant)])]

    def began(self, instant: Moment, told: datetime | None) -> None:
        """Keep the instant at which the unit records."""
        self.instant = told if isinstance(instant, Present) else instant

    async def append(self, batch: Batch) -> None:
        """Write the change lines of a batch, one per record and act."""
        lines = self.lines(batch)
        if isinstance(lines, Following):
            await self._connection.copy_all([lines])
        else:
            await self._plan.insert(self._connection, *lines)

    def lines(self, batch: Batch) -> Copy | Following:
        """The change lines of a batch, one per record and act; to be written next."""
        return self._written(list(self._rows(batch.touched())))

    async def tell(self, lines: Sequence[Told]) -> None:
        """Write change lines of what came about by itself: records stay as they are. Once per unit."""
        self._types.update(each.type for each in lines)
        self.instant = await self._present()
        await self._open(self.instant)
        written = self._written([self._line(each) for each in lines])
        await self._connection.copy_all([written])

    def _written(self, rows: list[tuple[object, ...]]) -> Copy | Following:
        table = self._plan.tables.change
        if self._plan.dialect == "postgresql" or not rows:
            return Copy(table, _LINE, rows)
        if self._end is not None:
            return Copy(table, _STAMPED_LINE, self._stamped(rows, self._end))
        asked = last_line(CHANGE, self._plan.dialect)
        return Following(
            table,
            _STAMPED_LINE,
            asked,
            len(rows),
            lambda found: self._stamped(rows, end_in(found)),
        )

    def marked(self) -> tuple[datetime | None, tuple[int, bytes] | None]:
        """Where the ledger stands, to go back to it when a savepoint is undone."""
        return self.instant, self._end

    def go_back(self, mark: tuple[datetime | None, tuple[int, bytes] | None]) -> None:
        """Forget what was written since the mark."""
        self.instant, self._end = mark

    async def close(self) -> None:
        """Tell listeners of the lines that were numbered here, once the unit commits."""
        if self._end is not None:
            told = Tidings(self._since, self._end[0], self._types)
            await self._connection.notify(CHANNEL, told.message())

    @property
    def _has_database_clock(self) -> bool:
        """Whether the present is told by the database's own clock."""
        return self._plan.dialect == "postgresql" and self._clock is utc_now

    async def _present(self) -> datetime:
        if not self._has_database_clock:
            return self._clock()
        prepared = self._plan.prepared(statements.database_clock)
        ((moment,),) = await self._connection.rows(prepared, {})
        assert isinstance(moment, datetime)
        return moment

    async def _open(self, instant: datetime) -> None:
        rows = [self._entry(instant)]
        await self._plan.insert(self._connection, self._plan.tables.unit_of_work, _UNIT, rows)

    def _entry(self, instant: Moment) -> tuple[object, ...]:
        author = self._author
        return (
            self.id, instant, author.actor, author.acted_for,
            author.origin, author.purpose, author.reason,
        )  # fmt: skip

    async def _own(self, ids: Iterable[UUID]) -> set[UUID]:
        """The records that this unit has written already."""
        prepared = self._plan.prepared(statements.written_by)
        rows: Any = await self._connection.rows(prepared, {"ids": list(ids), "unit": self.id})
        return {record for (record,) in rows}

    async def _move(self, old: datetime, new: datetime) -> datetime:
        """Put all that the unit recorded to a later instant."""
        given = {"unit": self.id, "old": old, "new": new}
        for name in sorted(self._types):
            form = self._plan.forms[name]
            for kind, column in (
                ("version", "recorded_to"),
                ("version", "recorded_from"),
                ("current", "recorded_from"),
            ):
                prepared = self._plan.prepared(statements.move_instant, form, column, kind)
                await self._connection.execute(prepared, given)
        await self._connection.execute(self._plan.prepared(statements.move_unit), given)
        return new

    def _rows(self, touched: Iterable[Draft]) -> Iterator[tuple[object, ...]]:
        for draft in touched:
            for step in draft.steps:
                yield self._row(draft, step)

    def _row(self, draft: Draft, step: Step) -> tuple[object, ...]:
        version, operation, fields = step.state.version, step.operation, step.fields
        return self._line(Told(draft.form.name, draft.id, version, operation, fields))

    def _line(self, told: Told) -> tuple[object, ...]:
        salt = lines.new_salt()
        digest = lines.line_digest(
            salt,
            unit=self.id,
            actor=self._author.actor,
            type_name=told.type,
            record=told.record,
            version=told.version,
            operation=told.operation,
            fields=told.fields,
        )
        return (self.id, *told, salt, digest)

    def _stamped(
        self, rows: list[tuple[object, ...]], end: tuple[int, bytes]
    ) -> list[tuple[object, ...]]:
        """The lines with position and chain: on SQLite nobody else writes until this unit commits."""
        position, chain = end
        if self._end is None:
            self._since = position
        stamped = []
        for row in rows:
            position, chain = position + 1, lines.chained(chain, _digest_of(row))
            stamped.append((*row, position, chain))
        self._end = (position, chain)
        return stamped


def _digest_of(row: tuple[object, ...]) -> bytes:
    digest = row[-1]
    assert isinstance(digest, bytes)
    return digest


def _later(moment: datetime, than: datetime | None) -> datetime:
    return moment if than is None or moment > than else than + ONE_TICK
