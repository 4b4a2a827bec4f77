"""Writes a graph straight into the tables of a database: registry, present, versions, search."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert

from relatum.catalogue.model import Catalogue, Field, RelationshipType
from relatum.connections import Connection, Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import FOREVER, DialectName
from relatum.tables import FieldColumn, Tables, build_tables, field_columns
from relatum.text import fold, label_key, tokens
from tests.oracle.graph import Graph, Version
from tests.oracle.sight import label_of

Row = dict[str, object]


async def load(connections: Connections, catalogue: Catalogue, graph: Graph) -> None:
    """Replace all that a database holds by a graph."""
    tables = build_tables(catalogue)
    rows = [
        (tables.record, _records(catalogue, graph)),
        *_current(catalogue, tables, graph),
        *_versions(catalogue, tables, graph),
        (tables.search, _search(catalogue, graph)),
    ]
    async with connections.writing() as connection:
        await _empty(connection, tables)
        for table, each in rows:
            if each:
                names = tuple(each[0])
                statement = _insert(table, names, connections.dialect)
                await connection.execute_many(statement, each)


@cache
def _insert(table: Table, names: tuple[str, ...], dialect: DialectName) -> Prepared:
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return prepare(insert(table).values(values), dialect)


async def _empty(connection: Connection, tables: Tables) -> None:
    for table in reversed(tables.metadata.sorted_tables):
        await connection.execute(_delete(table, connection.dialect), {})


@cache
def _delete(table: Table, dialect: DialectName) -> Prepared:
    return prepare(delete(table), dialect)


def _records(catalogue: Catalogue, graph: Graph) -> list[Row]:
    last: dict[UUID, Version] = {}
    for version in sorted(graph.versions, key=lambda each: each.version):
        last[version.id] = version
    merged = [(each.id, graph.became(each.id)) for each in last.values() if each.id in graph.merged]
    into = dict(merged)
    ordered = sorted(last.values(), key=lambda each: each.id in into)
    return [
        {
            "id": each.id,
            "type": each.type,
            "label": (label := label_of(catalogue, each)),
            "label__key": None if label is None else label_key(label),
            "merged_into": into.get(each.id),
            "deleted": each.recorded_to != FOREVER and each.id not in into,
        }
        for each in ordered
    ]


def _current(
    catalogue: Catalogue, tables: Tables, graph: Graph
) -> Iterable[tuple[Table, list[Row]]]:
    """The rows of the present, a type after those that its ties refer to."""
    rows = {name: list[Row]() for name in catalogue.types}
    for version in graph.versions:
        if version.recorded_to == FOREVER:
            rows[version.type].append(_columns(catalogue, version))
    names = {table.name: name for name, table in tables.current.items()}
    for table in tables.metadata.sorted_tables:
        if table.name in names:
            yield table, rows[names[table.name]]


def _versions(
    catalogue: Catalogue, tables: Tables, graph: Graph
) -> Iterable[tuple[Table, list[Row]]]:
    for name in catalogue.types:
        yield (
            tables.version[name],
            [
                _columns(catalogue, each) | {"recorded_to": each.recorded_to}
                for each in graph.versions
                if each.type == name
            ],
        )


def _columns(catalogue: Catalogue, version: Version) -> Row:
    declared = catalogue.record_type(version.type)
    row: Row = {
        "id": version.id,
        "version": version.version,
        "recorded_from": version.recorded_from,
    }
    if isinstance(declared, RelationshipType):
        row |= {"source_id": version.source, "target_id": version.target}
        if declared.validity:
            row |= {name: version.values.get(name) for name in ("valid_from", "valid_to")}
    for field in declared.stored_fields:
        for column in field_columns(field, required=False):
            row[column.name] = _stored(version, field, column)
    return row


def _stored(version: Version, field: Field, column: FieldColumn) -> object:
    value = version.values.get(field.name)
    if value is None:
        return None
    if column.part:
        part: object = getattr(value, column.part)
        return part
    return fold(str(value)) if column.key else value


def _search(catalogue: Catalogue, graph: Graph) -> list[Row]:
    return [
        {
            "record_id": version.id,
            "type": version.type,
            "field": field.name,
            "is_label": field.label,
            "tokens": found,
        }
        for version in graph.versions
        if version.recorded_to == FOREVER
        for field in catalogue.record_type(version.type).stored_fields
        if (field.label or field.searchable)
        and (text := version.values.get(field.name))
        and (found := tokens(str(text)))
    ]
