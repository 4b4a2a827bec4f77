"""Whether the tables of a database are those that the declarations ask for.

The declared tables are created beside the real ones, in memory on SQLite, as temporary ones in a
transaction that is undone on PostgreSQL, and both are described by the database's own words.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from pysqlite3 import dbapi2
from sqlalchemy import Connection, create_engine, text

from relatum.catalogue import Catalogue
from relatum.migration.reaching import look
from relatum.tables import Tables, build_tables, definitions
from relatum.tables.names import PARKED

Description = Mapping[str, frozenset[str]]
"""What is known of each table, a line each."""

_VERSIONS = "alembic_version"
_CHECK = re.compile(r'CONSTRAINT "?(\w+)"? CHECK ?\(([^()]+)\)', re.IGNORECASE)


async def drift(
    url: str,
    catalogue: Catalogue,
    *,
    apart: Collection[str] = frozenset(),
    absent: Collection[str] = frozenset(),
) -> list[str]:
    """Return how a database differs from what a catalogue asks for, a line each.

    Args:
        url: of the database.
        catalogue: the declarations of all plugins that it was migrated for.
        apart: tables and columns of declarations that are out of force, whose data stay in place.
        absent: names of plugins that are not loaded, whose data stay in place as well.
    """
    tables = build_tables(catalogue)

    def compare(connection: Connection) -> list[str]:
        if connection.dialect.name == "sqlite":
            there, declared = _on_sqlite(connection), _declared_on_sqlite(tables)
        else:
            there = _on_postgresql(connection)
            declared = _declared_on_postgresql(connection, tables)
        return _compared(_without(there, _words(apart, absent)), declared)

    return await look(url, compare)


def _words(apart: Collection[str], absent: Collection[str]) -> re.Pattern[str] | None:
    """What finds the names of tables and columns that are left alone, with those of what belongs to them."""
    names = [rf"{re.escape(each)}(__\w+)?" for each in apart]
    names += [rf"(\w+_)?{re.escape(each)}__\w+" for each in absent]
    return re.compile(rf"\b({'|'.join(names)})\b") if names else None


def _without(there: Description, words: re.Pattern[str] | None) -> Description:
    """What is known of tables, but for some of them and for some columns with their indexes."""
    if words is None:
        return there
    return {
        name: frozenset(line for line in known if not words.search(line))
        for name, known in there.items()
        if not words.fullmatch(name)
    }


def _compared(there: Description, declared: Description) -> list[str]:
    there = {name: known for name, known in there.items() if not name.startswith(PARKED)}
    lines = [f"The table {name} is missing." for name in sorted(declared.keys() - there.keys())]
    lines += [
        f"The table {name} is not declared." for name in sorted(there.keys() - declared.keys())
    ]
    for name in sorted(there.keys() & declared.keys()):
        lines += [f"{name} lacks: {line}" for line in sorted(declared[name] - there[name])]
        besides = (line for line in there[name] - declared[name] if PARKED not in line)
        lines += [f"{name} has besides: {line}" for line in sorted(besides)]
    return lines


def _declared_on_sqlite(tables: Tables) -> Description:
    with create_engine("sqlite://", module=dbapi2).connect() as connection:
        for statement in definitions(tables, "sqlite"):
            connection.exec_driver_sql(statement)
        return _on_sqlite(connection)


def _on_sqlite(connection: Connection) -> Description:
    tables = connection.exec_driver_sql(
        "SELECT name, type, wr, strict FROM pragma_table_list "
        "WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'"
    ).all()
    return {
        name: frozenset(
            [
                f"{kind} without rowid {without_rowid}, strict {strict}",
                *_sqlite_columns(connection, name),
                *_sqlite_references(connection, name),
                *_sqlite_indexes(connection, name),
                *_sqlite_words(connection, name),
            ]
        )
        for name, kind, without_rowid, strict in tables
        if name != _VERSIONS
    }


def _sqlite_columns(connection: Connection, table: str) -> Iterable[str]:
    query = text('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(:of)')
    for name, stored, demanded, given, key in connection.execute(query, {"of": table}):
        default = "" if given is None else f" default {given}"
        known = f"{stored}{' NOT NULL' * demanded}{default}"
        yield f"column {name} {known}{f', key {key}' if key else ''}"


def _sqlite_references(connection: Connection, table: str) -> Iterable[str]:
    query = text('SELECT "from", "table", "to" FROM pragma_foreign_key_list(:of)')
    for column, target, key in connection.execute(query, {"of": table}):
        yield f"{column} refers to {target}.{key}"


def _sqlite_indexes(connection: Connection, table: str) -> Iterable[str]:
    query = text(
        'SELECT listed.name, listed."unique", listed.partial, '
        "(SELECT group_concat(name, ', ' ORDER BY seqno) FROM pragma_index_info(listed.name)) "
        "FROM pragma_index_list(:of) AS listed WHERE listed.origin = 'c'"
    )
    for name, unique, partial, columns in connection.execute(query, {"of": table}):
        yield f"index {name} ({columns}) unique {unique}, partial {partial}"


def _sqlite_words(connection: Connection, table: str) -> Iterable[str]:
    """Checks, triggers and the full-text index, which only their own words tell."""
    query = text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :of")
    for kind, name, words in connection.execute(query, {"of": table}):
        if kind == "trigger" or (words or "").startswith("CREATE VIRTUAL"):
            yield f"{kind} {name}: {words}"
        elif kind == "table":
            for check, rule in _CHECK.findall(words):
                yield f"check {check}: {rule}"


def _declared_on_postgresql(connection: Connection, tables: Tables) -> Description:
    connection.rollback()
    with connection.begin() as passing:
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
        for statement in definitions(tables, "postgresql"):
            connection.exec_driver_sql(statement)
        described = _described(connection, "pg_my_temp_schema()")
        passing.rollback()
    return described


def _on_postgresql(connection: Connection) -> Description:
    return _described(connection, "current_schema()::regnamespace")


_COLUMNS = """
SELECT c.relname, concat('column ', a.attname, ' ', format_type(a.atttypid, a.atttypmod),
       ' collate ' || nullif(l.collname, 'default'),
       CASE WHEN a.attnotnull THEN ' not null' END,
       ' default ' || pg_get_expr(d.adbin, d.adrelid),
       ' identity ' || nullif(a.attidentity::text, ''))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = {schema} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""

_CONSTRAINTS = """
SELECT c.relname, CASE WHEN o.contype = 'p' THEN '' ELSE o.conname || ' ' END
       || pg_get_constraintdef(o.oid, true)
FROM pg_class c JOIN pg_constraint o ON o.conrelid = c.oid
WHERE c.relnamespace = {schema} AND c.relkind = 'r' AND o.contype <> 'n'
"""

_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid, 0, true)
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
WHERE c.relnamespace = {schema} AND c.relkind = 'r' AND NOT i.indisprimary
"""


def _described(connection: Connection, schema: str) -> Description:
    lines: dict[str, set[str]] = {}
    for query in (_COLUMNS, _CONSTRAINTS, _INDEXES):
        for table, line in connection.exec_driver_sql(query.format(schema=schema)):
            lines.setdefault(table, set()).add(line)
    return {name: frozenset(known) for name, known in lines.items() if name != _VERSIONS}
