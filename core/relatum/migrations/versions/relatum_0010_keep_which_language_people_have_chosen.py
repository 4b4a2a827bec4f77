"""Keep which language people have chosen."""

import sqlalchemy as sa

from relatum.connections.types import PlainText
from relatum.migration import Steps

revision = "relatum_0010"
down_revision = "relatum_0009"
branch_labels = None
depends_on = None


def upgrade(op: Steps) -> None:
    op.add_column("account", sa.Column("language", PlainText(), nullable=True))
