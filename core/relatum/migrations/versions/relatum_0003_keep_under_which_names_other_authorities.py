"""Keep under which names other authorities know people."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, PlainText
from relatum.migration import Steps

revision = "relatum_0003"
down_revision = "relatum_0002"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "linked",
        sa.Column("issuer", PlainText(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("account_id", Identifier(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_id"),
        sa.PrimaryKeyConstraint("issuer", "subject"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_linked__account_id__issuer", "linked", ["account_id", "issuer"], unique=True
    )
