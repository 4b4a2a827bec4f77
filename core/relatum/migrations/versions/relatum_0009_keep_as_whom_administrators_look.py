"""Keep as whom administrators look at things."""

import sqlalchemy as sa

from relatum.connections.types import Identifier
from relatum.migration import Steps

revision = "relatum_0009"
down_revision = "relatum_0008"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.add_column("session", sa.Column("as_record_id", Identifier(), nullable=True))
    op.add_column("session", sa.Column("as_firm_id", Identifier(), nullable=True))
