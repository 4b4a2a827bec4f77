"""Keep what administrators declare at run time."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, JsonText
from relatum.migration import Steps

revision = "relatum_0007"
down_revision = "relatum_0006"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "declaration",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("made_by", Identifier(), nullable=True),
        sa.Column("acts", JsonText(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
