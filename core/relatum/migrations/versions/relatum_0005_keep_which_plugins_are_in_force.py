"""Keep which plugins are in force."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, JsonText, PlainText
from relatum.migration import Steps

revision = "relatum_0005"
down_revision = "relatum_0004"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "plugin",
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("version", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", Identifier(), nullable=True),
        sa.Column("detail", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
