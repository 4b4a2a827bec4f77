"""Keep who may sign in, and rules as data."""

import sqlalchemy as sa

from relatum.connections.types import Flag, Identifier, Instant, JsonText, PlainText, TextArray
from relatum.migration import Steps, smallest

revision = "relatum_0002"
down_revision = "relatum_0001"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "access_log",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False, cache=1),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("actor", Identifier(), nullable=True),
        sa.Column("acted_for", Identifier(), nullable=True),
        sa.Column("client", PlainText(), nullable=True),
        sa.Column("purpose", PlainText(), nullable=False),
        sa.Column("type", PlainText(), nullable=True),
        sa.Column("record_id", Identifier(), nullable=True),
        sa.Column("details", JsonText(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_access_log__actor__id", "access_log", [smallest("actor"), "id"])
    op.create_index("ix_access_log__record_id__id", "access_log", [smallest("record_id"), "id"])
    op.create_index(
        "ix_access_log__unsequenced",
        "access_log",
        ["id"],
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_index("uq_access_log__position", "access_log", ["position"], unique=True)
    op.create_table(
        "rule",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("definition", JsonText(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("made_by", Identifier(), nullable=True),
        sa.Column("ended_by", Identifier(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_rule__kind__name", "rule", ["kind", "name"])
    op.create_table(
        "throttle",
        sa.Column("key", PlainText(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.Column("email", PlainText(), nullable=False),
        sa.Column("email__key", PlainText(), nullable=False),
        sa.Column("password", PlainText(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("disabled", Flag(), nullable=False),
        sa.Column("demo", Flag(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_account__record_id", "account", ["record_id"])
    op.create_index("uq_account__email__key", "account", ["email__key"], unique=True)
    op.create_table(
        "client",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=True),
        sa.Column("roles", TextArray(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("uq_client__name", "client", ["name"], unique=True)
    op.create_table(
        "holding",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.Column("role", PlainText(), nullable=False),
        sa.Column("firm_id", Identifier(), nullable=True),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("granted_by", Identifier(), nullable=True),
        sa.Column("ended_by", Identifier(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_holding__record_id__role", "holding", ["record_id", "role"])
    op.create_index("ix_holding__role", "holding", ["role"])
    op.create_table(
        "session",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("account_id", Identifier(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("firm_id", Identifier(), nullable=True),
        sa.Column("agent", PlainText(), nullable=False),
        sa.Column("address", PlainText(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_session__account_id", "session", ["account_id"])
    op.create_index("uq_session__secret_hash", "session", ["secret_hash"], unique=True)
    op.create_table(
        "ticket",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("use", PlainText(), nullable=False),
        sa.Column("email", PlainText(), nullable=False),
        sa.Column("email__key", PlainText(), nullable=False),
        sa.Column("account_id", Identifier(), nullable=True),
        sa.Column("record_id", Identifier(), nullable=True),
        sa.Column("person", JsonText(), nullable=True),
        sa.Column("tie", PlainText(), nullable=True),
        sa.Column("firm_id", Identifier(), nullable=True),
        sa.Column("roles", TextArray(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Identifier(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_ticket__email__key", "ticket", ["email__key"])
    op.create_index("ix_ticket__firm_id", "ticket", [smallest("firm_id")])
    op.create_index("uq_ticket__secret_hash", "ticket", ["secret_hash"], unique=True)
    op.create_table(
        "token",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("account_id", Identifier(), nullable=True),
        sa.Column("client_id", Identifier(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("roles", TextArray(), nullable=False),
        sa.Column("firm_id", Identifier(), nullable=True),
        sa.Column("purpose", PlainText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Identifier(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_token__account_id", "token", [smallest("account_id")])
    op.create_index("ix_token__client_id", "token", [smallest("client_id")])
    op.create_index("uq_token__secret_hash", "token", ["secret_hash"], unique=True)
