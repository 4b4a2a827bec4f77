"""Brings parked data of a plugin back, and on to what its code is by now."""

from collections.abc import Iterable, Mapping, Sequence

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, column, inspect, table, text, update

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.identity.plugin_states import PluginState
from relatum.life.concerning import kept_state
from relatum.life.parking import rename_types
from relatum.life.parts import Parts, parked_type, parts_in
from relatum.life.settling import settle
from relatum.life.storing import changed, note_states, put_state, quoted, seen
from relatum.migration.applying import Applying, Migration, apply
from relatum.migration.heads import add_heads, heads_on
from relatum.migration.origins import origins
from relatum.migration.present import note_versions, present, put_away, up_to_date
from relatum.migration.reaching import reach
from relatum.migration.running import (
    check_references,
    judge_declarations,
    make_texts,
    state_in,
)
from relatum.migration.scripts import Scripts, scripts_of
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.tables import build_tables
from relatum.text import fold
from relatum_schemas.errors import NotFound, PluginError


async def restore(
    url: str, plugins: Sequence[LoadedPlugin], name: str, *, by: Principal
) -> list[Migration]:
    """Bring a plugin back, with all its data, and return the migrations that took it on to what its code is by now.

    Ties whose records went meanwhile end, as they would have with them.

    Args:
        url: of the database.
        plugins: that are loaded, required ones first; this one is among them.
        name: of the plugin.
        by: who does it.

    Raises:
        NotFound: nothing of it is parked.
        PluginError: it is not loaded, or what it requires is not there.
        DatabaseNewer: its code is older than its data.
        DatabaseLocked: others use the tables for too long; nothing was changed.
        BadMigration, Problems: it does not go with what is there now; nothing was changed.
    """
    state, parts = await seen(url, lambda connection: parked(connection, name))
    if name not in {each.name for each in plugins}:
        raise PluginError(
            f"The code of the plugin {name!r} is not installed.",
            path=name,
            hint="Install it in the version that its data is of, or in a newer one.",
        )
    await settle(url, parts, state, catalogue_of(plugins), by)

    def work(connection: Connection) -> tuple[list[Migration], PluginState, frozenset[str]]:
        back, _ = parked(connection, name)
        there = coming(connection, plugins, name)
        _rename_back(connection, back)
        scripts = scripts_of(there)
        add_heads(connection, map(str, listed(back, "heads")))
        state_in(connection, scripts).require_known(None)
        judge_declarations(connection, there)
        _refer(connection, scripts, name)
        applied = apply(connection, scripts, of=(name,))
        current = up_to_date(connection, scripts, there)
        _demand(connection, catalogue_of(current), name)
        note_versions(connection, [each for each in current if each.name == name], anew=(name,))
        check_references(connection)
        kept = kept_state(connection, name) or put_state(connection, name, "active")
        behind = {each.name for each in there} - {each.name for each in current}
        return applied, kept, frozenset(behind)

    applied, kept, behind = await changed(url, work)
    await note_states(url, by, (kept,))
    away = await reach(url, put_away)
    await make_texts(url, plugins, away=away | behind)
    return applied


def parked(connection: Connection, name: str) -> tuple[PluginState, Parts]:
    """What is kept of a plugin that is parked, and what is.

    Raises:
        NotFound: it is not parked.
    """
    state = kept_state(connection, name)
    if state is None or state.state != "parked":
        raise NotFound(
            f"Nothing of a plugin {name!r} is put away.", hint="See: relatum plugin list"
        )
    return state, parts_in(connection, name, parked=True)


def coming(
    connection: Connection, plugins: Sequence[LoadedPlugin], name: str
) -> tuple[LoadedPlugin, ...]:
    """The plugins that are there once this one is.

    Raises:
        PluginError: what it requires is not.
    """
    there = present(connection, plugins, also=(name,))
    if name not in {each.name for each in there}:
        loaded = next(each for each in plugins if each.name == name)
        missing = set(loaded.manifest.requires) - {each.name for each in there}
        listed = ", ".join(repr(each) for each in sorted(missing))
        raise PluginError(
            f"The plugin {name!r} requires {listed}, which is not there.",
            path=name,
            hint="Bring that back first: relatum plugin restore.",
        )
    return there


def _rename_back(connection: Connection, state: PluginState) -> None:
    former = _names(state)
    parts = parts_in(connection, state.name, parked=True)
    statements = [
        f"ALTER TABLE {quoted(connection, on)} RENAME COLUMN {quoted(connection, name)} "
        f"TO {quoted(connection, former[name])}"
        for on, name, _ in parts.columns
    ]
    statements += [
        f"ALTER TABLE {quoted(connection, name)} RENAME TO {quoted(connection, former[name])}"
        for name in parts.tables
    ]
    for each in statements:
        connection.execute(text(each))
    types = (str(each) for each in listed(state, "types"))
    rename_types(connection, {parked_type(state.name, each): each for each in types})


def _refer(connection: Connection, scripts: Scripts, name: str) -> None:
    """Refer again to what others have, as far as the plugin's own migrations had come."""
    schema = scripts.replayed(scripts.up_to(heads_on(connection)))
    applying = Applying(MigrationContext.configure(connection), schema, connection)
    applying.plugin = name
    there = {
        table_name: {each["name"] for each in found}
        for (_, table_name), found in inspect(connection).get_multi_foreign_keys().items()
    }
    for shape in list(schema.tables.values()):
        if shape.plugin == name:
            for each, (constraint, target) in shape.references.items():
                if constraint not in there.get(shape.name, ()):
                    applying.invoke(
                        ops.CreateForeignKeyOp(constraint, shape.name, target, [each], ["id"])
                    )


def _demand(connection: Connection, catalogue: Catalogue, name: str) -> None:
    """Demand values again in columns that the plugin adds to the tables of others, and fill what came about without it."""
    metadata = build_tables(catalogue).metadata
    nullable = {
        (on, column_name) for on, column_name, can in parts_in(connection, name).columns if can
    }
    for (on, column_name), origin in origins(catalogue).items():
        declared = metadata.tables[on].c[column_name]
        if declared.nullable or (on, column_name) not in nullable:
            continue
        value = origin.default
        filled = column(column_name, declared.type)
        rows = update(table(on, filled)).where(filled.is_(None))
        if value is not None:
            given = fold(str(value)) if origin.column.key else value
            connection.execute(rows.values({filled: given}))
        connection.execute(
            text(
                f"ALTER TABLE {quoted(connection, on)} "
                f"ALTER COLUMN {quoted(connection, column_name)} SET NOT NULL"
            )
        )


def _names(state: PluginState) -> Mapping[str, str]:
    names = (state.detail or {}).get("names")
    return {each: str(former) for each, former in names.items()} if isinstance(names, dict) else {}


def listed(state: PluginState, name: str) -> Iterable[object]:
    """A list that was remembered of a plugin."""
    found = (state.detail or {}).get(name)
    return found if isinstance(found, list) else ()
