"""The tables of who may sign in, what they may do beyond what plugins declare, and what they did that is no change.

Of secrets only hashes are stored. What gives rights (holdings, rules) has a recorded period and is never overwritten, so
that the past can be judged; what has been used or ended keeps its row and says when.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from relatum.connections.types import Flag, Identifier, Instant, JsonText, PlainText, TextArray
from relatum.tables.columns import BIG_INTEGER
from relatum.tables.fixed import ENGINE, engine_table
from relatum.tables.indexes import add_index
from relatum.tables.names import index_name, reference_name


def account(metadata: MetaData) -> Table:
    """How a person of the graph signs in. `email__key` is what addresses are compared by.

    `language` is the one that the person has chosen to be spoken to in.
    """
    table = engine_table(
        "account",
        metadata,
        Column("id", Identifier(), primary_key=True),
        _reference("record_id", "record.id"),
        Column("email", PlainText(), nullable=False),
        Column("email__key", PlainText(), nullable=False),
        Column("password", PlainText()),
        Column("failures", Integer(), nullable=False),
        Column("locked_until", Instant()),
        Column("disabled", Flag(), nullable=False),
        Column("demo", Flag(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("language", PlainText()),
        narrow=False,
    )
    add_index(table, [table.c.email__key], plugin=ENGINE, unique=True)
    add_index(table, [table.c.record_id], plugin=ENGINE)
    return table


def linked(metadata: MetaData) -> Table:
    """Under which names other authorities, by which people sign in, know the holders of accounts."""
    table = engine_table(
        "linked",
        metadata,
        Column("issuer", PlainText(), primary_key=True),
        Column("subject", PlainText(), primary_key=True),
        _reference("account_id", "account.id"),
        Column("created_at", Instant(), nullable=False),
        narrow=True,
    )
    add_index(table, [table.c.account_id, table.c.issuer], plugin=ENGINE, unique=True)
    return table


def session(metadata: MetaData) -> Table:
    """The sign-ins that last. `address` and `agent` tell a person which of its own it sees.

    `as_record_id` and `as_firm_id` say as whom an administrator looks at things meanwhile.
    """
    table = engine_table(
        "session",
        metadata,
        Column("id", Identifier(), primary_key=True),
        _reference("account_id", "account.id"),
        Column("secret_hash", LargeBinary(), nullable=False),
        Column("firm_id", Identifier()),
        Column("as_record_id", Identifier()),
        Column("as_firm_id", Identifier()),
        Column("agent", PlainText(), nullable=False),
        Column("address", PlainText(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("used_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        narrow=False,
    )
    add_index(table, [table.c.secret_hash], plugin=ENGINE, unique=True)
    add_index(table, [table.c.account_id], plugin=ENGINE)
    return table


def client(metadata: MetaData) -> Table:
    """Client apps. One that has a record acts as that, within its roles."""
    table = engine_table(
        "client",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("name", PlainText(), nullable=False),
        _reference("record_id", "record.id", nullable=True),
        Column("roles", TextArray(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        narrow=False,
    )
    add_index(table, [table.c.name], plugin=ENGINE, unique=True)
    return table


def token(metadata: MetaData) -> Table:
    """Bearer tokens of persons or client apps. No roles means all of the holder's."""
    table = engine_table(
        "token",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("name", PlainText(), nullable=False),
        _reference("account_id", "account.id", nullable=True),
        _reference("client_id", "client.id", nullable=True),
        Column("secret_hash", LargeBinary(), nullable=False),
        Column("roles", TextArray(), nullable=False),
        Column("firm_id", Identifier()),
        Column("purpose", PlainText()),
        Column("created_at", Instant(), nullable=False),
        Column("created_by", Identifier()),
        Column("used_at", Instant()),
        Column("expires_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        narrow=False,
    )
    add_index(table, [table.c.secret_hash], plugin=ENGINE, unique=True)
    add_index(table, [table.c.account_id], plugin=ENGINE)
    add_index(table, [table.c.client_id], plugin=ENGINE)
    return table


def ticket(metadata: MetaData) -> Table:
    """One-time secrets sent by mail: invitations, sign-in links, new passwords.

    `person` holds the values of the record that an invitation makes when it is accepted, `tie` the relationship type
    that relates it to the firm.
    """
    table = engine_table(
        "ticket",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("use", PlainText(), nullable=False),
        Column("email", PlainText(), nullable=False),
        Column("email__key", PlainText(), nullable=False),
        _reference("account_id", "account.id", nullable=True),
        _reference("record_id", "record.id", nullable=True),
        Column("person", JsonText()),
        Column("tie", PlainText()),
        Column("firm_id", Identifier()),
        Column("roles", TextArray(), nullable=False),
        Column("secret_hash", LargeBinary(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("created_by", Identifier()),
        Column("expires_at", Instant(), nullable=False),
        Column("used_at", Instant()),
        Column("withdrawn_at", Instant()),
        narrow=False,
    )
    add_index(table, [table.c.secret_hash], plugin=ENGINE, unique=True)
    add_index(table, [table.c.firm_id], plugin=ENGINE)
    add_index(table, [table.c.email__key], plugin=ENGINE)
    return table


def holding(metadata: MetaData) -> Table:
    """Which record holds which role; with a firm, only while acting for it."""
    table = engine_table(
        "holding",
        metadata,
        Column("id", Identifier(), primary_key=True),
        _reference("record_id", "record.id"),
        Column("role", PlainText(), nullable=False),
        Column("firm_id", Identifier()),
        Column("recorded_from", Instant(), nullable=False),
        Column("recorded_to", Instant(), nullable=False),
        Column("granted_by", Identifier()),
        Column("ended_by", Identifier()),
        narrow=False,
    )
    add_index(table, [table.c.record_id, table.c.role], plugin=ENGINE)
    add_index(table, [table.c.role], plugin=ENGINE)
    return table


def rule(metadata: MetaData) -> Table:
    """Policies, roles and purposes that administrators keep as data, each version with its recorded period."""
    table = engine_table(
        "rule",
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("kind", PlainText(), nullable=False),
        Column("name", PlainText(), nullable=False),
        Column("definition", JsonText(), nullable=False),
        Column("recorded_from", Instant(), nullable=False),
        Column("recorded_to", Instant(), nullable=False),
        Column("made_by", Identifier()),
        Column("ended_by", Identifier()),
        narrow=False,
    )
    add_index(table, [table.c.kind, table.c.name], plugin=ENGINE)
    return table


def throttle(metadata: MetaData) -> Table:
    """How often something was tried since when: counted here, so that all processes count together."""
    return engine_table(
        "throttle",
        metadata,
        Column("key", PlainText(), primary_key=True),
        Column("began_at", Instant(), nullable=False),
        Column("count", Integer(), nullable=False),
        narrow=True,
    )


def access_log(metadata: MetaData) -> Table:
    """What is no change and must be known all the same; appended to, numbered and chained like the change log."""
    table = engine_table(
        "access_log",
        metadata,
        Column("id", BIG_INTEGER, Identity(cache=1), primary_key=True),
        Column("position", BIG_INTEGER),
        Column("recorded_at", Instant(), nullable=False),
        Column("kind", PlainText(), nullable=False),
        Column("actor", Identifier()),
        Column("acted_for", Identifier()),
        Column("client", PlainText()),
        Column("purpose", PlainText(), nullable=False),
        Column("type", PlainText()),
        Column("record_id", Identifier()),
        Column("details", JsonText()),
        Column("salt", LargeBinary()),
        Column("digest", LargeBinary()),
        Column("chain", LargeBinary()),
        narrow=False,
    )
    add_index(table, [table.c.position], plugin=ENGINE, unique=True)
    add_index(table, [table.c.record_id, table.c.id], plugin=ENGINE)
    add_index(table, [table.c.actor, table.c.id], plugin=ENGINE)
    waiting = text("position IS NULL")
    Index(
        index_name("access_log", ["unsequenced"]),
        table.c.id,
        sqlite_where=waiting,
        postgresql_where=waiting,
        info={"plugin": ENGINE},
    )
    return table


def _reference(name: str, target: str, *, nullable: bool = False) -> Column[object]:
    key = ForeignKey(target, name=reference_name(name))
    return Column(name, Identifier(), key, nullable=nullable)
