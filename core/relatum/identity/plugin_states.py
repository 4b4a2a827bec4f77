"""Which plugins are in force in a database: kept as data, and counted by the same edition as the rules.

A plugin that nothing is kept of is in force as soon as it is loaded. `States` is what one moment has to say; whoever
changes a state does it in a transaction that counts the edition up, so that every process learns of it with its next
request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ClauseElement, select
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.connections.encoding import JsonValue
from relatum.editions import count_up
from relatum.identity.stored import PLUGIN, given, rows, run

State = Literal["active", "inactive", "parked", "purged"]
"""In force; left alone, with its data in place; removed, with its data put away; removed, with its data destroyed."""

_COLUMNS: Final = ("name", "version", "state", "changed_at", "changed_by", "detail")


@dataclass(frozen=True)
class PluginState:
    """What is kept of a plugin.

    Attributes:
        name: of the plugin.
        version: it had when the state was set.
        state: whether it is in force.
        changed_at: when that was said.
        changed_by: who said it; None for a command.
        detail: what the act that led here remembers.
    """

    name: str
    version: str
    state: State
    changed_at: datetime
    changed_by: UUID | None
    detail: Mapping[str, JsonValue] | None = None

    @property
    def active(self) -> bool:
        """Whether it is in force."""
        return self.state == "active"

    @property
    def away(self) -> bool:
        """Whether it has no tables of its own."""
        return self.state in ("parked", "purged")


States = Mapping[str, PluginState]
"""What is kept of plugins, by name."""


async def states_on(connection: Connection) -> States:
    """What is kept of plugins, as a connection sees it."""
    return {row[0]: PluginState(*row) for row in await rows(connection, _all)}


async def keep_state(connection: Connection, by: Principal, state: PluginState) -> None:
    """Keep a state in place of the one before, count the edition up, and note it in the access log.

    Args:
        connection: in a transaction.
        by: who says so.
        state: what is to be kept.
    """
    await count_up(connection)
    await set_state(connection, state)
    details = {"name": state.name, "version": state.version}
    await note(connection, by, f"plugin_{state.state}", at=state.changed_at, details=details)


async def set_state(connection: Connection, state: PluginState) -> None:
    """Keep a state in place of the one before, and nothing else."""
    build = _kept_postgresql if connection.dialect == "postgresql" else _kept_sqlite
    values = {name: getattr(state, name) for name in _COLUMNS}
    await run(connection, build, **values)


def _all() -> ClauseElement:
    return select(*(PLUGIN.c[name] for name in _COLUMNS)).order_by(PLUGIN.c.name)


def _kept_postgresql() -> ClauseElement:
    return _kept(PostgresqlInsert(PLUGIN))


def _kept_sqlite() -> ClauseElement:
    return _kept(SqliteInsert(PLUGIN))


def _kept(insert: PostgresqlInsert | SqliteInsert) -> ClauseElement:
    kept = insert.values({name: given(name, PLUGIN.c[name]) for name in _COLUMNS})
    return kept.on_conflict_do_update(
        index_elements=[PLUGIN.c.name],
        set_={name: kept.excluded[name] for name in _COLUMNS if name != "name"},
    )
