"""look registrations up by the address of the customer."""

import sqlalchemy as sa

from relatum.migration import Steps, smallest

revision = "sales_0002"
down_revision = "sales_0001"
branch_labels = None
depends_on = (
    "relatum_0010",
    "base_0003",
    "activities_0001",
    "commerce_0001",
)


def upgrade(op: Steps) -> None:
    op.add_column(
        "sales__deal_registration",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.create_index(
        "ix_sales__deal_registration__match_street__id",
        "sales__deal_registration",
        [smallest("match_street"), "id"],
    )
    op.add_column(
        "sales__deal_registration_version",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
