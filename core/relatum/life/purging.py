"""Destroys what is parked of a plugin, for good: what remains is that it was.

Of each record a line `erased` says so in the change log, whose lines about it lose what they said and their salts, as by
an erasure; the chain still verifies. Tables, versions, words to search by, other systems' keys and what was remembered of
the plugin go, and what it has begun.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    MetaData,
    bindparam,
    column,
    delete,
    exists,
    false,
    func,
    insert,
    inspect,
    null,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy import Connection as SyncConnection

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.catalogue.collect import table_name
from relatum.changes.accesses import ACCESS_LOG
from relatum.changes.sequencer import CHANGE, UNIT_OF_WORK
from relatum.clock import utc_now
from relatum.connections import Connection, any_of, open_connections, prepare
from relatum.connections.types import Identifier, PlainText
from relatum.declaring import changes_on
from relatum.editions import alone
from relatum.identity.losing import orphaned, words
from relatum.identity.plugin_states import PluginState, keep_state
from relatum.identity.stored import ANSWER, RECORD
from relatum.identity.stored_rules import end_rule, rules_on
from relatum.life.concerning import dependants, kept_state, requirements
from relatum.life.parts import Parts, parked_name, parked_type, rows_in
from relatum.life.restoring import listed, parked
from relatum.life.storing import quoted, seen
from relatum.migration.forgetting import all_of
from relatum.migration.present import present
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.tables import build_tables, fixed
from relatum.writing.ledger import Author, Ledger, Told
from relatum.writing.plan import plan_for
from relatum_schemas.declared import as_data, without
from relatum_schemas.errors import PluginError

_DECLARATION: Final = fixed.declaration(MetaData())

_OWN: Final = select(RECORD.c.id).where(any_of(RECORD.c.type, "types"))
"""The records that are destroyed."""


@dataclass(frozen=True)
class Purge:
    """What is to be destroyed.

    Attributes:
        state: what is kept of the plugin.
        parts: its tables and columns.
        drops: the statements that drop them.
        references: columns of tables that stay, by table, which refer to records.
        rows: how many rows its tables have.
    """

    state: PluginState
    parts: Parts
    drops: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    rows: int

    @property
    def types(self) -> dict[str, str]:
        """What its types are called in the registry, with what they were called before."""
        former = (str(each) for each in listed(self.state, "types"))
        return {parked_type(self.state.name, each): each for each in former}


async def purge(
    url: str,
    plugins: Sequence[LoadedPlugin],
    name: str,
    *,
    by: Principal,
    with_dependants: bool = False,
) -> tuple[str, ...]:
    """Destroy what is parked of a plugin, and return the names of all whose data went.

    Args:
        url: of the database.
        plugins: that are loaded; this one need not be.
        name: of the plugin.
        by: who does it.
        with_dependants: whether what is parked of plugins that require it goes first; else they keep it.

    Raises:
        NotFound: nothing of it is parked.
        PluginError: something parked builds on it.
    """
    going = await seen(url, lambda connection: purged_with(connection, plugins, name))
    if len(going) > 1 and not with_dependants:
        known = ", ".join(repr(each) for each in going[:-1])
        raise PluginError(
            f"Data of {known} is put away that builds on that of {name!r}.",
            hint="Purge these first, or with it: --with-dependants.",
        )
    # It takes half a second to load, which whoever only lists plugins need not wait for.
    from relatum.workflows.operating import operating

    async with operating(url) as operator:
        for each in going:
            left = await seen(
                url, lambda connection: all_of(connection, present(connection, plugins))
            )
            await _purge(url, each, by, catalogue_of(()), left)
            await operator.forget(by, each)
    return going


def purged_with(
    connection: SyncConnection, plugins: Sequence[LoadedPlugin], name: str
) -> tuple[str, ...]:
    """The plugins whose parked data goes when that of one goes: those first that require it.

    Raises:
        NotFound: nothing of it is parked.
    """
    parked(connection, name)
    found = dependants(name, requirements(connection, plugins))
    states = ((each, kept_state(connection, each)) for each in found)
    return (*(each for each, kept in states if kept and kept.state == "parked"), name)


def purge_in(connection: SyncConnection, name: str) -> Purge:
    """What is to be destroyed of a plugin.

    Raises:
        NotFound: nothing of it is parked.
    """
    state, parts = parked(connection, name)
    references = {
        on: found for (_, on), found in inspect(connection).get_multi_foreign_keys().items()
    }
    own = set(parts.tables)
    targets = {on: {each["referred_table"] for each in references[on]} & own for on in own}
    staying = (
        (on, each["constrained_columns"][0])
        for on, found in references.items()
        for each in found
        if on not in own | {"record", "external_key"} and each["referred_table"] == "record"
    )
    return Purge(
        state,
        parts,
        tuple(_drops(connection, parts, targets)),
        tuple(sorted(staying)),
        sum(rows_in(connection, on) for on in own),
    )


def _drops(
    connection: SyncConnection, parts: Parts, targets: Mapping[str, set[str]]
) -> Iterator[str]:
    for on, name, _ in parts.columns:
        if connection.dialect.name == "sqlite":
            for index in inspect(connection).get_indexes(on):
                if name in index["column_names"]:
                    yield f"DROP INDEX IF EXISTS {quoted(connection, str(index['name']))}"
        yield f"ALTER TABLE {quoted(connection, on)} DROP COLUMN {quoted(connection, name)}"
    left = sorted(parts.tables)
    while left:
        ready = [
            each for each in left if not any(each in targets[one] - {one} for one in left)
        ] or left
        yield from (f"DROP TABLE {quoted(connection, each)}" for each in ready)
        left = [each for each in left if each not in ready]


async def _purge(url: str, name: str, by: Principal, catalogue: Catalogue, left: Catalogue) -> None:
    purge = await seen(url, lambda connection: purge_in(connection, name))
    connections = await open_connections(url)
    try:
        async with connections.writing() as connection:
            await alone(connection)
            await _erase(connection, purge, by, catalogue)
            await connection.script(";\n".join(purge.drops) + ";")
            await _forget_records(connection, purge)
            await _forget_plugin(connection, purge)
            await _forget_rules(connection, purge, left, by)
            detail = {
                key: value for key, value in (purge.state.detail or {}).items() if key != "names"
            }
            state = replace(
                purge.state, state="purged", changed_at=utc_now(), changed_by=by.id, detail=detail
            )
            await keep_state(connection, by, state)
    finally:
        await connections.close()


async def _erase(connection: Connection, purge: Purge, by: Principal, catalogue: Catalogue) -> None:
    """Say of each record that it was erased, and take away what lines of both logs said of it."""
    types = {"types": list(purge.types)}
    rows: list[Any] = await connection.rows(prepare(_last(), connection.dialect), types)
    lines = [
        Told(purge.types[kind], record, version or 1, "erased", ())
        for record, kind, version in rows
    ]
    plan = plan_for(catalogue, build_tables(catalogue), connection.dialect)
    reason = f"{purge.state.name} is purged"
    author = Author(actor=by.id, origin="plugin", purpose="system", reason=reason)
    ledger = Ledger(connection, plan, author, utc_now)
    if lines:
        await ledger.tell(lines)
    given = {**types, "unit": ledger.id}
    for statement, wanted in ((_reasons(), given), (_lines(), given), (_accesses(), types)):
        await connection.execute(prepare(statement, connection.dialect), wanted)
    await connection.execute(prepare(update(ANSWER).values(body=null()), connection.dialect), {})
    await ledger.close()


async def _forget_records(connection: Connection, purge: Purge) -> None:
    """Take the records out of the registry, with their words and keys; those that others refer to leave a tombstone."""
    types = {"types": list(purge.types)}
    for name in ("search", "external_key"):
        of = table(name, column("type", PlainText()))
        statement = delete(of).where(any_of(of.c.type, "types"))
        await connection.execute(prepare(statement, connection.dialect), types)
    if connection.dialect == "sqlite":
        anew = text("INSERT INTO search_words(search_words) VALUES ('optimize')")
        await connection.execute(prepare(anew, "sqlite"), {})
    own = any_of(RECORD.c.type, "types")
    gone = bindparam("gone", type_=RECORD.c.deleted.type)
    buried = (
        update(RECORD)
        .where(own)
        .values(label=null(), label__key=null(), merged_into=null(), deleted=gone)
    )
    await connection.execute(prepare(buried, connection.dialect), {**types, "gone": True})
    nobody = delete(RECORD).where(own, *(~_refers(*each) for each in purge.references))
    await connection.execute(prepare(nobody, connection.dialect), types)


def _refers(name: str, of: str) -> ColumnElement[bool]:
    others = table(name, column(of, Identifier()))
    return exists().where(others.c[of] == RECORD.c.id)


async def _forget_plugin(connection: Connection, purge: Purge) -> None:
    """Take away what was remembered of the plugin: how far its reactions had come, what it was to start."""
    name = purge.state.name
    for on, key, known, begin in (
        *(("setting", "name", f"text.{each}", f"text.{each}.") for each in purge.types.values()),
        ("reader", "name", f"reactions of {name}", None),
        ("start", "workflow", None, f"{name}."),
        ("mute", "template", None, f"{name}."),
    ):
        of = table(on, column(key, PlainText()))
        begins = func.substr(of.c[key], 1, len(begin or ""), type_=PlainText()) == begin
        statement = delete(of).where(or_(of.c[key] == known, begins if begin else false()))
        await connection.execute(prepare(statement, connection.dialect), {})
    await _forget_fields(connection, purge)


async def _forget_rules(
    connection: Connection, purge: Purge, left: Catalogue, by: Principal
) -> None:
    """End the rules that name its types or fields, so that nothing which takes such a name inherits by them."""
    rules = await rules_on(connection)
    tables = {each.table: each.name for each in left}
    begins = len(parked_name(f"{purge.state.name}__"))
    columns = {
        f"{tables.get(on, on)}.{name[begins:].partition('__')[0]}"
        for on, name, _ in purge.parts.columns
    }
    types = {
        word
        for each in rules
        for word in words(each.definition)
        if parked_name(table_name(purge.state.name, word)) in purge.parts.tables
    }
    for each in orphaned(rules, left, types | columns):
        await end_rule(connection, each.kind, each.name, now=utc_now(), by=by.id)


async def _forget_fields(connection: Connection, purge: Purge) -> None:
    """Take back what administrators had added to its types."""
    changes = await changes_on(connection)
    if not changes:
        return
    present = changes[0].declarations
    names = [
        f"{each}.{field.name}" for each in purge.types.values() for field in present.fields_of(each)
    ]
    if names:
        row = {
            "number": changes[0].number + 1,
            "recorded_at": utc_now(),
            "made_by": None,
            "acts": [f"purge {name} with {purge.state.name}" for name in names],
            "document": as_data(without(present, names)),
        }
        values = {name: bindparam(name, type_=_DECLARATION.c[name].type) for name in row}
        added = insert(_DECLARATION).values(values)
        await connection.execute(prepare(added, connection.dialect), row)


def _last() -> ClauseElement:
    version = func.max(CHANGE.c.version, type_=CHANGE.c.version.type)
    joined = RECORD.outerjoin(CHANGE, CHANGE.c.record_id == RECORD.c.id)
    return (
        select(RECORD.c.id, RECORD.c.type, version)
        .select_from(joined)
        .where(any_of(RECORD.c.type, "types"))
        .group_by(RECORD.c.id, RECORD.c.type)
    )


def _reasons() -> ClauseElement:
    """Reasons of units of work that wrote of nothing else."""
    line, other = CHANGE, CHANGE.alias("other")
    unit = UNIT_OF_WORK.c
    own = select(line.c.unit_id).where(line.c.record_id.in_(_OWN))
    others = exists().where(other.c.unit_id == unit.id, other.c.record_id.not_in(_OWN))
    given = bindparam("unit", type_=unit.id.type)
    return (
        update(UNIT_OF_WORK)
        .where(unit.id.in_(own), unit.id != given, unit.reason.is_not(None), ~others)
        .values(reason=null())
    )


def _lines() -> ClauseElement:
    others = CHANGE.c.unit_id != bindparam("unit", type_=CHANGE.c.unit_id.type)
    return (
        update(CHANGE)
        .where(CHANGE.c.record_id.in_(_OWN), others, CHANGE.c.operation != "erased")
        .values(salt=null(), fields=bindparam("no_fields", (), type_=CHANGE.c.fields.type))
    )


def _accesses() -> ClauseElement:
    return (
        update(ACCESS_LOG)
        .where(ACCESS_LOG.c.record_id.in_(_OWN), ACCESS_LOG.c.kind != "erased")
        .values(salt=null(), details=null())
    )
