"""look firms up by their address."""

import sqlalchemy as sa

from relatum.migration import Steps, smallest

revision = "base_0003"
down_revision = "base_0002"
branch_labels = None
depends_on = ("relatum_0010",)


def upgrade(op: Steps) -> None:
    op.add_column(
        "base__organization",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.create_index(
        "ix_base__organization__match_street__id",
        "base__organization",
        [smallest("match_street"), "id"],
    )
    op.add_column(
        "base__organization_version",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
