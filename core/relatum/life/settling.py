"""Ends parked ties whose records went meanwhile, as the deletion of these records would have ended them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ClauseElement,
    and_,
    bindparam,
    column,
    delete,
    exists,
    not_,
    select,
    table,
    update,
)

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.clock import utc_now
from relatum.connections import FOREVER, Connection, any_of, open_connections, prepare
from relatum.connections.types import Identifier, Instant
from relatum.identity.plugin_states import PluginState
from relatum.identity.stored import RECORD
from relatum.life.parts import Parts, parked_name, parked_type
from relatum.tables import build_tables
from relatum.writing.ledger import Author, Ledger, Told
from relatum.writing.plan import plan_for


@dataclass(frozen=True)
class _Ties:
    """A parked table of ties, and that of their versions."""

    current: str
    version: str


async def settle(
    url: str, parts: Parts, state: PluginState, catalogue: Catalogue, by: Principal
) -> int:
    """End the parked ties of a plugin that hold no longer, with a line in the change log each; how many these were.

    Args:
        url: of the database.
        parts: what of the plugin is parked.
        state: what is kept of it.
        catalogue: of any plugins; how the log is written.
        by: who brings it back.
    """
    connections = await open_connections(url)
    try:
        async with connections.writing() as connection:
            lines = [
                line
                for ties in _ties(parts, state)
                for line in await _ended(connection, ties, state.name)
            ]
            if lines:
                plan = plan_for(catalogue, build_tables(catalogue), connection.dialect)
                reason = f"{state.name} is restored"
                author = Author(actor=by.id, origin="plugin", purpose="system", reason=reason)
                ledger = Ledger(connection, plan, author, utc_now)
                await ledger.tell(lines)
                await ledger.close()
    finally:
        await connections.close()
    return len(lines)


def _ties(parts: Parts, state: PluginState) -> list[_Ties]:
    names = (state.detail or {}).get("names")
    former = names if isinstance(names, dict) else {}
    found = []
    for name, columns in parts.tables.items():
        version = parked_name(f"{former.get(name, '')}_version")
        if {"source_id", "target_id"} <= set(columns) and version in parts.tables:
            found.append(_Ties(name, version))
    return found


async def _ended(connection: Connection, ties: _Ties, plugin: str) -> list[Told]:
    rows: list[Any] = await connection.rows(
        prepare(_dangling(ties), connection.dialect), {"alive": False}
    )
    ids = [record for record, _, _ in rows]
    if not rows:
        return []
    ids = [record for record, _, _ in rows]
    present = {"now": utc_now(), "forever": FOREVER}
    for statement, given in (
        (_left(ties), {}),
        (_closed(ties), present),
        (_registered(), {"gone": True}),
    ):
        prepared = prepare(statement, connection.dialect)
        await connection.execute(prepared, {"ids": ids, **given})
    begins = parked_type(plugin, "")
    return [
        Told(str(name).removeprefix(begins), record, version, "deleted", ())
        for record, version, name in rows
    ]


def _dangling(ties: _Ties) -> ClauseElement:
    ties_, record = _table(ties.current), RECORD.c

    def gone(end: str) -> Any:
        that = RECORD.alias(end)
        alive = and_(
            that.c.id == ties_.c[f"{end}_id"],
            that.c.deleted == bindparam("alive", type_=record.deleted.type),
            that.c.merged_into.is_(None),
        )
        return not_(exists().where(alive))

    joined = ties_.join(RECORD, record.id == ties_.c.id)
    return (
        select(ties_.c.id, ties_.c.version, record.type)
        .select_from(joined)
        .where(gone("source") | gone("target"))
    )


def _left(ties: _Ties) -> ClauseElement:
    of = _table(ties.current)
    return delete(of).where(any_of(of.c.id, "ids"))


def _closed(ties: _Ties) -> ClauseElement:
    of = _table(ties.version)
    last = of.c.recorded_to == bindparam("forever", type_=Instant())
    now = bindparam("now", type_=Instant())
    return update(of).where(any_of(of.c.id, "ids"), last).values(recorded_to=now)


def _registered() -> ClauseElement:
    gone = bindparam("gone", type_=RECORD.c.deleted.type)
    return update(RECORD).where(any_of(RECORD.c.id, "ids")).values(deleted=gone)


def _table(name: str) -> Any:
    ids = [column(each, Identifier()) for each in ("id", "source_id", "target_id")]
    return table(name, *ids, column("version"), column("recorded_to", Instant()))
