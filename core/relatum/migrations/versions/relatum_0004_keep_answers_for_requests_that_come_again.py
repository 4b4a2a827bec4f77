"""Keep answers for requests that come again."""

import sqlalchemy as sa

from relatum.connections.types import Instant, PlainText
from relatum.migration import Steps

revision = "relatum_0004"
down_revision = "relatum_0003"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "answer",
        sa.Column("key", PlainText(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_answer__created_at", "answer", ["created_at"])
