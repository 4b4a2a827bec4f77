"""The tables of the engine itself: registry of records, ledger of changes, search, settings."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.schema import SchemaItem

from relatum.connections.types import Flag, Identifier, Instant, JsonText, PlainText, TextArray
from relatum.tables import sqlite
from relatum.tables.columns import BIG_INTEGER
from relatum.tables.indexes import add_index
from relatum.tables.names import index_name, reference_name

ENGINE: Final = "relatum"
"""The name under which the engine's own tables and migrations go, as if it were a plugin."""


def engine_table(name: str, metadata: MetaData, *columns: SchemaItem, narrow: bool) -> Table:
    """Return a table of the engine's own; narrow ones live in their primary key on SQLite."""
    keys = [column.name for column in columns if isinstance(column, Column) and column.primary_key]
    return Table(
        name,
        metadata,
        *columns,
        PrimaryKeyConstraint(*keys),
        info={"plugin": ENGINE},
        **sqlite.options(narrow=narrow),
    )


def record(metadata: MetaData) -> Table:
    """The registry of all records, entities and ties: anything can be an end, and be looked up.

    A deleted record keeps its row, `deleted`, until purged; a merged one points to what it became.
    """
    table = engine_table(
        "record",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("type", PlainText(), nullable=False),
        Column("label", PlainText()),
        Column("label__key", PlainText()),
        Column(
            "merged_into",
            Identifier(),
            ForeignKey("record.id", name=reference_name("merged_into")),
        ),
        Column("deleted", Flag(), nullable=False),
        narrow=True,
    )
    add_index(table, [table.c.label__key, table.c.id], plugin=ENGINE)
    merged = text("merged_into IS NOT NULL")
    Index(
        index_name("record", ["merged_into"]),
        table.c.merged_into,
        sqlite_where=merged,
        postgresql_where=merged,
        info={"plugin": ENGINE},
    )
    return table


def external_key(metadata: MetaData) -> Table:
    """What other systems call a record: many keys per record, one record per key."""
    table = engine_table(
        "external_key",
        metadata,
        Column("source", PlainText(), primary_key=True),
        Column("type", PlainText(), primary_key=True),
        Column("key", PlainText(), primary_key=True),
        Column(
            "record_id",
            Identifier(),
            ForeignKey("record.id", name=reference_name("record_id")),
            nullable=False,
        ),
        narrow=True,
    )
    add_index(table, [table.c.record_id], plugin=ENGINE)
    return table


def unit_of_work(metadata: MetaData) -> Table:
    """Who wrote, when, for whom and why: what all lines of one unit of work share."""
    return engine_table(
        "unit_of_work",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("recorded_at", Instant(), nullable=False),
        Column("actor", Identifier()),
        Column("acted_for", Identifier()),
        Column("on_behalf_of", Identifier()),
        Column("origin", PlainText()),
        Column("purpose", PlainText(), nullable=False),
        Column("reason", PlainText()),
        narrow=True,
    )


def change(metadata: MetaData) -> Table:
    """The ledger: one line per version written, by position once the sequencer has been there.

    Without foreign keys: lines are appended with what they name in one transaction, and outlive it.
    """
    table = engine_table(
        "change",
        metadata,
        # A session that drew ids ahead would write later lines of a record under smaller ids.
        Column("id", BIG_INTEGER, Identity(cache=1), primary_key=True),
        Column("unit_id", Identifier(), nullable=False),
        Column("position", BIG_INTEGER),
        Column("type", PlainText(), nullable=False),
        Column("record_id", Identifier(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("operation", PlainText(), nullable=False),
        Column("fields", TextArray(), nullable=False),
        Column("salt", LargeBinary()),
        # A line's own salted digest stays when its salt is erased; the chain runs over these.
        Column("digest", LargeBinary()),
        Column("chain", LargeBinary()),
        narrow=False,
    )
    add_index(table, [table.c.position], plugin=ENGINE, unique=True)
    add_index(table, [table.c.record_id, table.c.id], plugin=ENGINE)
    add_index(table, [table.c.unit_id], plugin=ENGINE)
    waiting = text("position IS NULL")
    Index(
        index_name("change", ["unsequenced"]),
        table.c.id,
        sqlite_where=waiting,
        postgresql_where=waiting,
        info={"plugin": ENGINE},
    )
    return table


def search(metadata: MetaData) -> Table:
    """The words of every label and searchable field, a row per record and field.

    Derived from the records and rebuilt from them at will, therefore without foreign keys.
    """
    table = engine_table(
        "search",
        metadata,
        Column("number", BIG_INTEGER, Identity(), primary_key=True),
        Column("record_id", Identifier(), nullable=False),
        Column("type", PlainText(), nullable=False),
        Column("field", PlainText(), nullable=False),
        Column("is_label", Flag(), nullable=False),
        Column("tokens", PlainText(), nullable=False),
        narrow=False,
    )
    add_index(table, [table.c.record_id, table.c.field], plugin=ENGINE, unique=True)
    return table


def choice(metadata: MetaData) -> Table:
    """The codes of choice lists that are data."""
    return engine_table(
        "choice",
        metadata,
        Column("list", PlainText(), primary_key=True),
        Column("code", PlainText(), primary_key=True),
        Column("title", PlainText(), nullable=False),
        Column("position", Integer(), nullable=False),
        Column("active", Flag(), nullable=False),
        narrow=True,
    )


def setting(metadata: MetaData) -> Table:
    """What the engine remembers of this database, such as the version of its text folding."""
    return engine_table(
        "setting",
        metadata,
        Column("name", PlainText(), primary_key=True),
        Column("value", PlainText(), nullable=False),
        narrow=True,
    )


def answer(metadata: MetaData) -> Table:
    """What was answered to requests that may come again: a row per key that somebody gave, kept for a day.

    Of keys and of who gave them only hashes are kept. An answer that was taken away by an erasure is null.
    """
    table = engine_table(
        "answer",
        metadata,
        Column("key", PlainText(), primary_key=True),
        Column("digest", LargeBinary(), nullable=False),
        Column("body", LargeBinary()),
        Column("created_at", Instant(), nullable=False),
        narrow=False,
    )
    add_index(table, [table.c.created_at], plugin=ENGINE)
    return table


def plugin(metadata: MetaData) -> Table:
    """What administrators have said of plugins: which are in force here, and whose data is parked.

    A plugin without a row is in force as soon as it is loaded. `detail` is what the act that led to the state remembers.
    """
    return engine_table(
        "plugin",
        metadata,
        Column("name", PlainText(), primary_key=True),
        Column("version", PlainText(), nullable=False),
        Column("state", PlainText(), nullable=False),
        Column("changed_at", Instant(), nullable=False),
        Column("changed_by", Identifier()),
        Column("detail", JsonText()),
        narrow=True,
    )


def reader(metadata: MetaData) -> Table:
    """How far those have come that follow the change log, or the course of time, for the whole installation.

    `position` is that of the last line that is dealt with; for the clock of validity, an instant in microseconds.
    """
    return engine_table(
        "reader",
        metadata,
        Column("name", PlainText(), primary_key=True),
        Column("position", BIG_INTEGER, nullable=False),
        narrow=True,
    )


def start(metadata: MetaData) -> Table:
    """Workflows that are to be started: asked for in a unit of work, and started only if that is committed.

    A row goes once its workflow is started. The same one asked for twice is started once, since `id` is the workflow's.
    """
    table = engine_table(
        "start",
        metadata,
        Column("id", PlainText(), primary_key=True),
        Column("workflow", PlainText(), nullable=False),
        Column("inputs", JsonText(), nullable=False),
        Column("asked_at", Instant(), nullable=False),
        narrow=False,
    )
    add_index(table, [table.c.asked_at], plugin=ENGINE)
    return table


def mute(metadata: MetaData) -> Table:
    """What people do not want to be told of: a row per person, channel and template; ``*`` is every one."""
    return engine_table(
        "mute",
        metadata,
        Column("person_id", Identifier(), primary_key=True),
        Column("channel", PlainText(), primary_key=True),
        Column("template", PlainText(), primary_key=True),
        narrow=True,
    )


def declaration(metadata: MetaData) -> Table:
    """What administrators have declared at run time: a row per change, never overwritten; the last one is in force.

    `document` is all that was declared from then on, `acts` what the change did, a line each.
    """
    return engine_table(
        "declaration",
        metadata,
        Column("number", Integer(), primary_key=True),
        Column("recorded_at", Instant(), nullable=False),
        Column("made_by", Identifier()),
        Column("acts", JsonText(), nullable=False),
        Column("document", JsonText(), nullable=False),
        narrow=False,
    )


def app(metadata: MetaData) -> Table:
    """Apps outside the process, a row each; `id` is that of the client app as which it asks.

    `secret` signs what it is sent, `former_secret` too until `former_until`; both are sealed where there are keys.
    `failing` is since when nothing has arrived there.
    """
    table = engine_table(
        "app",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("name", PlainText(), nullable=False),
        Column("manifest", JsonText(), nullable=False),
        Column("state", PlainText(), nullable=False),
        Column("why", PlainText()),
        Column("secret", PlainText(), nullable=False),
        Column("former_secret", PlainText()),
        Column("former_until", Instant()),
        Column("failing", Instant()),
        Column("installed_at", Instant(), nullable=False),
        Column("installed_by", Identifier()),
        Column("changed_at", Instant(), nullable=False),
        Column("changed_by", Identifier()),
        narrow=False,
    )
    add_index(table, [table.c.name], plugin=ENGINE, unique=True)
    return table


def delivery(metadata: MetaData) -> Table:
    """What apps are sent, or were: a row per app and line of the change log.

    What is sent is read anew each time. `due_at` is when it is sent next; null where nothing more is to be done.
    """
    table = engine_table(
        "delivery",
        metadata,
        Column("app_id", Identifier(), primary_key=True),
        Column("position", BIG_INTEGER, primary_key=True),
        Column("event", Integer(), nullable=False),
        Column("type", PlainText(), nullable=False),
        Column("record_id", Identifier(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("operation", PlainText(), nullable=False),
        Column("state", PlainText(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("status", Integer()),
        Column("error", PlainText()),
        Column("milliseconds", Integer()),
        Column("created_at", Instant(), nullable=False),
        Column("tried_at", Instant()),
        Column("due_at", Instant()),
        narrow=True,
    )
    waiting = text("due_at IS NOT NULL")
    Index(
        index_name("delivery", ["due"]),
        table.c.app_id,
        table.c.due_at,
        sqlite_where=waiting,
        postgresql_where=waiting,
        info={"plugin": ENGINE},
    )
    add_index(table, [table.c.created_at], plugin=ENGINE)
    return table
