"""What is to be started once a unit of work is committed: rows that are written with it, and gone once they are started.

A start is known by its id, so that asking for the same one again, or starting it twice, comes to one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import MetaData, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from relatum.connections.expressions import any_of
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables import fixed
from relatum.tables.columns import BIG_INTEGER

CHANNEL: Final = "relatum_starts"
"""Where it is told that something is to be started."""

_START: Final = fixed.start(MetaData())


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow that is to be started.

    Attributes:
        id: of the workflow; whatever is asked for under it again is the same.
        workflow: its full name, such as ``maintenance.yearly_care``.
        inputs: what it is given, JSON-able.
    """

    id: str
    workflow: str
    inputs: Mapping[str, object]


async def ask(connection: Connection, start: Start, at: datetime) -> None:
    """Ask for a start, in the transaction with which it stands or falls.

    Args:
        connection: in that transaction.
        start: what to start.
        at: the present.
    """
    row = {
        "id": start.id,
        "workflow": start.workflow,
        "inputs": dict(start.inputs),
        "asked_at": at,
    }
    await connection.execute(_insertion(connection.dialect), row)
    await connection.notify(CHANNEL, "")


async def asked(connection: Connection, most: int) -> list[Start]:
    """What is to be started, the first asked for first."""
    rows: list[Any] = await connection.rows(_waiting(connection.dialect), {"most": most})
    return [Start(*row) for row in rows]


async def settle(connection: Connection, ids: Collection[str]) -> None:
    """Forget starts that were made."""
    await connection.execute(_settling(connection.dialect), {"ids": list(ids)})


@cache
def _insertion(dialect: DialectName) -> Prepared:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {column.name: bindparam(column.name, type_=column.type) for column in _START.c}
    return prepare(insert(_START).values(row).on_conflict_do_nothing(), dialect)


@cache
def _waiting(dialect: DialectName) -> Prepared:
    start = _START.c
    found = select(start.id, start.workflow, start.inputs).order_by(start.asked_at, start.id)
    return prepare(found.limit(bindparam("most", type_=BIG_INTEGER)), dialect)


@cache
def _settling(dialect: DialectName) -> Prepared:
    return prepare(delete(_START).where(any_of(_START.c.id, "ids")), dialect)
