"""What a database keeps of declarations at run time: a row per change, the last of which is in force."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy
from sqlalchemy import ClauseElement, MetaData, Select, insert, select

from relatum.connections import Connection, DialectName, Prepared, prepare
from relatum.tables import fixed
from relatum_schemas.declared import Declarations, as_data

_TABLE: Final = fixed.declaration(MetaData())
_COLUMNS: Final = ("number", "recorded_at", "made_by", "acts", "document")


@dataclass(frozen=True)
class ChangeOfDeclarations:
    """One change of what is declared at run time.

    Attributes:
        number: counted from 1.
        recorded_at: when it was made.
        made_by: who made it; None for the system.
        acts: what it did, a line each.
        declarations: all that was declared from then on.
    """

    number: int
    recorded_at: datetime
    made_by: UUID | None
    acts: tuple[str, ...]
    declarations: Declarations


async def declarations_on(connection: Connection) -> Declarations:
    """What is declared at run time, as a connection sees it."""
    rows: list[Any] = await connection.rows(_prepared(True, connection.dialect), {})
    return _change(rows[0]).declarations if rows else Declarations()


async def changes_on(connection: Connection) -> tuple[ChangeOfDeclarations, ...]:
    """Every change of what is declared at run time, the last one first."""
    rows: list[Any] = await connection.rows(_prepared(False, connection.dialect), {})
    return tuple(_change(row) for row in rows)


def last_change(connection: sqlalchemy.Connection) -> ChangeOfDeclarations | None:
    """The change by which that came about which is declared now; None if there was none."""
    row = connection.execute(_changes().limit(1)).one_or_none()
    return None if row is None else _change(row)


def keep(connection: sqlalchemy.Connection, change: ChangeOfDeclarations) -> None:
    """Write a change down, in the transaction that makes it."""
    row = {name: getattr(change, name) for name in _COLUMNS[:3]}
    row |= {"acts": list(change.acts), "document": as_data(change.declarations)}
    connection.execute(insert(_TABLE).values(row))


def _change(row: Any) -> ChangeOfDeclarations:
    number, recorded_at, made_by, acts, document = row
    declarations = Declarations.model_validate(document)
    return ChangeOfDeclarations(number, recorded_at, made_by, tuple(acts), declarations)


@cache
def _prepared(last: bool, dialect: DialectName) -> Prepared:
    statement: ClauseElement = _changes().limit(1) if last else _changes()
    return prepare(statement, dialect)


def _changes() -> Select[Any]:
    return select(*(_TABLE.c[name] for name in _COLUMNS)).order_by(_TABLE.c.number.desc())
