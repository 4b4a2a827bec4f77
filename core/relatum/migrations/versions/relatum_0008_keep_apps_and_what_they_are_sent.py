"""Keep apps and what they are sent."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, JsonText, PlainText
from relatum.migration import Steps

revision = "relatum_0008"
down_revision = "relatum_0007"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "app",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("manifest", JsonText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("why", PlainText(), nullable=True),
        sa.Column("secret", PlainText(), nullable=False),
        sa.Column("former_secret", PlainText(), nullable=True),
        sa.Column("former_until", Instant(), nullable=True),
        sa.Column("failing", Instant(), nullable=True),
        sa.Column("installed_at", Instant(), nullable=False),
        sa.Column("installed_by", Identifier(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", Identifier(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("uq_app__name", "app", ["name"], unique=True)
    op.create_table(
        "delivery",
        sa.Column("app_id", Identifier(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operation", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", PlainText(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("tried_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("app_id", "position"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery__created_at", "delivery", ["created_at"])
    op.create_index(
        "ix_delivery__due",
        "delivery",
        ["app_id", "due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
