"""Keep what is to be started and how far it was told."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, JsonText, PlainText
from relatum.migration import Steps

revision = "relatum_0006"
down_revision = "relatum_0005"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "mute",
        sa.Column("person_id", Identifier(), nullable=False),
        sa.Column("channel", PlainText(), nullable=False),
        sa.Column("template", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "channel", "template"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reader",
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "start",
        sa.Column("id", PlainText(), nullable=False),
        sa.Column("workflow", PlainText(), nullable=False),
        sa.Column("inputs", JsonText(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_start__asked_at", "start", ["asked_at"])
