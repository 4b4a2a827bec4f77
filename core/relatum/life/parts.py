"""What a plugin has in a database, known by names alone, so that it can be put away also when its code is gone.

Tables of a plugin, and its columns in the tables of others, begin with its name and two underscores; parked ones with
`PARKED` before that.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, column, func, select, table, text

from relatum.connections.types import Identifier, PlainText
from relatum.declaring import CUSTOM
from relatum.migration.schema import Schema
from relatum.tables.names import PARKED, shortened

_COLUMNS: Final = {
    "sqlite": """
        SELECT listed.name, info.name, NOT info."notnull"
        FROM pragma_table_list AS listed JOIN pragma_table_info(listed.name) AS info
        WHERE listed.schema = 'main' AND listed.type = 'table' ORDER BY listed.name, info.cid""",
    "postgresql": """
        SELECT c.relname, a.attname, NOT a.attnotnull
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum""",
}
"""All columns of all tables, each with whether a value may be missing."""

RECORD: Final = table("record", column("id", Identifier()), column("type", PlainText()))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a plugin has in a database.

    Attributes:
        plugin: its name.
        tables: of its types, with the columns of each.
        columns: in the tables of others: the table, the column, and whether a value may be missing.
    """

    plugin: str
    tables: dict[str, tuple[str, ...]]
    columns: tuple[tuple[str, str, bool], ...]


def parts_in(
    connection: Connection, plugin: str, schema: Schema | None = None, *, parked: bool = False
) -> Parts:
    """What a plugin has in the database to which a connection leads.

    Args:
        connection: to the database.
        plugin: its name.
        schema: what the migrations of loaded plugins have led to, which tells of columns that only look like its own.
        parked: whether that is meant which is put away.
    """
    begins = f"{PARKED if parked else ''}{plugin}__"
    others = {} if schema is None else schema.tables
    tables: dict[str, tuple[str, ...]] = {}
    columns: list[tuple[str, str, bool]] = []
    for name, found in _columns(connection).items():
        if name.startswith(begins):
            tables[name] = tuple(each for each, _ in found)
            continue
        if name.startswith(f"{CUSTOM}__") or (name.startswith(PARKED) and not parked):
            continue
        known = others[name].columns if name in others else {}
        columns += [
            (name, each, nullable)
            for each, nullable in found
            if each.startswith(begins) and (each not in known or known[each].plugin == plugin)
        ]
    return Parts(plugin=plugin, tables=tables, columns=tuple(columns))


def _columns(connection: Connection) -> dict[str, list[tuple[str, bool]]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for name, each, nullable in connection.execute(text(_COLUMNS[connection.dialect.name])):
        found.setdefault(name, []).append((each, bool(nullable)))
    return found


def types_in(connection: Connection, parts: Parts) -> tuple[str, ...]:
    """The names of the types of which there are, or were, records in a plugin's tables."""
    found: set[str] = set()
    for name, columns in parts.tables.items():
        if "id" in columns:
            own = table(name, column("id", Identifier()))
            types = select(RECORD.c.type).join(own, own.c.id == RECORD.c.id).distinct()
            found |= set(connection.scalars(types))
    return tuple(sorted(found))


def rows_in(connection: Connection, name: str) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table(name))) or 0


def values_in(connection: Connection, name: str, of: str) -> int:
    """How many rows of a table have a value in a column."""
    values = table(name, column(of))
    return connection.scalar(select(func.count(values.c[of]))) or 0


def parked_name(former: str) -> str:
    """What a table or a column is called while it is parked."""
    return shortened(f"{PARKED}{former}")


def parked_type(plugin: str, type_name: str) -> str:
    """What a type is called in the registry while it is parked."""
    return f"{PARKED}{plugin}__{type_name}"
