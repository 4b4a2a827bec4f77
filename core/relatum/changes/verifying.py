"""Verifies both logs: that no line is missing, altered or out of place, and that erasures account for what was erased.

Lines are read in the order of their positions and forgotten again, so a log may be of any length. What stands at the end
of a log can be cut off without a trace in it: keep its position and chain elsewhere from time to time (`Checked.end`), and
give them back as an anchor.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select

from relatum.changes import lines
from relatum.changes.accesses import ACCESS_LOG, access_digest
from relatum.changes.sequencer import CHANGE, UNIT_OF_WORK
from relatum.connections.expressions import any_of
from relatum.connections.interface import Connection, Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables.columns import BIG_INTEGER
from relatum_schemas.errors import BadValue

LogName = Literal["change", "access"]
Row = Mapping[str, Any]

BATCH: Final = 5_000


@dataclass(frozen=True)
class LogEnd:
    """The last line of a log: its position, and the chain's value at it."""

    position: int = 0
    chain: bytes = lines.BEGINNING

    @property
    def text(self) -> str:
        """As people keep it."""
        return f"{self.position}:{self.chain.hex()}"


def anchor_of(text: str) -> LogEnd:
    """An end of a log as people keep it.

    Raises:
        BadValue: it is none.
    """
    position, _, chain = text.partition(":")
    try:
        return LogEnd(int(position), bytes.fromhex(chain))
    except ValueError:
        raise BadValue(
            f"{text!r} is no end of a log.", hint="Give it as relatum audit verify has printed it."
        ) from None


@dataclass(frozen=True)
class Broken:
    """The first line of a log that is not as it was written.

    Attributes:
        position: of the line.
        what: is wrong with it.
        type: what the line says it is about, where there is a line.
        record: likewise.
    """

    position: int
    what: str
    type: str | None = None
    record: UUID | None = None


@dataclass(frozen=True)
class Checked:
    """What is known of a log.

    Attributes:
        log: which one.
        lines: how many were found to be as they were written, from the first on.
        erased: of how many of them the content was erased.
        end: the last one of these.
        broken: the first line that is not; None when all are.
    """

    log: LogName
    lines: int
    erased: int
    end: LogEnd
    broken: Broken | None


@dataclass(frozen=True)
class Erasure:
    """What was erased, by whom and when.

    Attributes:
        type: of the record.
        record: its id.
        at: when.
        by: who did it; None for the system.
        reason: why, as far as it was said.
        positions: of the lines of the change log that it concerns.
    """

    type: str
    record: UUID
    at: datetime
    by: UUID | None
    reason: str | None
    positions: tuple[int, ...]


async def verify(
    connections: Connections, *, anchors: Mapping[LogName, LogEnd] | None = None
) -> tuple[Checked, Checked]:
    """Recompute the chains of both logs, and the digests of all lines that were not erased.

    Args:
        connections: to the database.
        anchors: ends of the logs that were kept elsewhere; each must be found again.
    """
    kept = anchors or {}
    async with connections.snapshot() as connection:
        changes = await _checked(connection, "change", kept.get("change"))
        accesses = await _checked(connection, "access", kept.get("access"))
    return changes, accesses


async def erasures(connections: Connections) -> AsyncIterator[Erasure]:
    """What was erased, in the order of the erasures."""
    since = 0
    async with connections.snapshot() as connection:
        while found := await connection.rows(_erasures(connections.dialect), {"since": since}):
            for position, type_name, record, at, by, reason in found:
                given = {"ids": [record]}
                rows: list[Any] = await connection.rows(_positions(connections.dialect), given)
                positions = tuple(each for (each,) in rows)
                yield Erasure(type_name, record, at, by, reason, positions)  # type: ignore[arg-type]  # rows are untyped
                since = position  # type: ignore[assignment]


async def _checked(connection: Connection, log: LogName, anchor: LogEnd | None) -> Checked:
    end, erased = LogEnd(), 0
    prepared = _numbered(log, connection.dialect)
    columns = [column.name for column in _lines(log).selected_columns]
    while found := await connection.rows(prepared, {"since": end.position}):
        rows = [dict(zip(columns, each, strict=True)) for each in found]
        accounted = await _accounted(connection, rows)
        for row in rows:
            what, chain = _judged(log, row, end, accounted)
            position = end.position + 1
            if what is None and anchor is not None and anchor.position == position:
                what = None if anchor.chain == chain else "it is not the line that was there before"
            if what is not None:
                broken = Broken(position, what, row["type"], row["record_id"])
                return Checked(log, end.position, erased, end, broken)
            end = LogEnd(position, chain)
            erased += row["salt"] is None
    if anchor is not None and anchor.position > end.position:
        missing = Broken(end.position + 1, "it is missing, and all that followed")
        return Checked(log, end.position, erased, end, missing)
    return Checked(log, end.position, erased, end, None)


def _judged(
    log: LogName, row: Row, end: LogEnd, accounted: frozenset[UUID]
) -> tuple[str | None, bytes]:
    """What is wrong with a line that follows an end, and the chain's value at it."""
    chain = lines.chained(end.chain, row["digest"] or b"")
    if row["position"] != end.position + 1:
        return "it is missing", chain
    if row["chain"] != chain:
        return "it does not follow from the line before: a digest was altered or taken away", chain
    if row["salt"] is None:
        known = row["record_id"] in accounted
        return None if known else "its salt is gone, and no erasure accounts for that", chain
    if log == "change" and row["unit"] is None:
        return "its unit of work is gone", chain
    if _DIGESTS[log](row) != row["digest"]:
        return "it says something else than what was written", chain
    return None, chain


def _change_digest(row: Row) -> bytes:
    return lines.line_digest(
        row["salt"],
        unit=row["unit_id"],
        actor=row["actor"],
        type_name=row["type"],
        record=row["record_id"],
        version=row["version"],
        operation=row["operation"],
        fields=row["fields"],
    )


_STAMPS: Final = frozenset({"id", "position", "chain", "digest", "salt"})


def _access_digest(row: Row) -> bytes:
    said = {name: value for name, value in row.items() if name not in _STAMPS}
    return access_digest(row["salt"], **said)


_DIGESTS: Final[Mapping[LogName, Callable[[Row], bytes]]] = {
    "change": _change_digest,
    "access": _access_digest,
}
_TABLES: Final[Mapping[LogName, Table]] = {"change": CHANGE, "access": ACCESS_LOG}


async def _accounted(connection: Connection, rows: Sequence[Row]) -> frozenset[UUID]:
    """Of which records whose lines have no salt an erasure is on record."""
    ids = {row["record_id"] for row in rows if row["salt"] is None} - {None}
    if not ids:
        return frozenset()
    found: list[Any] = await connection.rows(_erased(connection.dialect), {"ids": list(ids)})
    return frozenset(record for (record,) in found)


def _lines(log: LogName) -> Select[Any]:
    table = _TABLES[log]
    if log == "access":
        return select(*table.c)
    unit = UNIT_OF_WORK.c
    joined = table.outerjoin(UNIT_OF_WORK, unit.id == table.c.unit_id)
    return select(*table.c, unit.id.label("unit"), unit.actor).select_from(joined)


@cache
def _numbered(log: LogName, dialect: DialectName) -> Prepared:
    position = _TABLES[log].c.position
    after = position > bindparam("since", type_=BIG_INTEGER)
    return prepare(_lines(log).where(after).order_by(position).limit(BATCH), dialect)


@cache
def _erased(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    statement = select(line.record_id).where(
        any_of(line.record_id, "ids"), line.operation == "erased", line.salt.is_not(None)
    )
    return prepare(statement, dialect)


@cache
def _erasures(dialect: DialectName) -> Prepared:
    line, unit = CHANGE.c, UNIT_OF_WORK.c
    statement = (
        select(
            line.position, line.type, line.record_id, unit.recorded_at, unit.actor, unit.reason
        )
        .join(UNIT_OF_WORK, unit.id == line.unit_id)
        .where(
            line.operation == "erased", line.position > bindparam("since", type_=BIG_INTEGER)
        )
        .order_by(line.position)
        .limit(BATCH)
    )  # fmt: skip
    return prepare(statement, dialect)


@cache
def _positions(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    statement = (
        select(line.position)
        .where(any_of(line.record_id, "ids"), line.salt.is_(None), line.position.is_not(None))
        .order_by(line.position)
    )
    return prepare(statement, dialect)
