"""keep keys to look parties up by."""

import sqlalchemy as sa

from relatum.migration import Steps, smallest

revision = "base_0002"
down_revision = "base_0001"
branch_labels = None
depends_on = ("relatum_0009",)


def upgrade(op: Steps) -> None:
    op.add_column(
        "base__organization",
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization",
        sa.Column(
            "match_place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization",
        sa.Column(
            "match_domain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization",
        sa.Column(
            "match_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.create_index(
        "ix_base__organization__match_domain__id",
        "base__organization",
        [smallest("match_domain"), "id"],
    )
    op.create_index(
        "ix_base__organization__match_names__id",
        "base__organization",
        [smallest("match_names"), "id"],
    )
    op.create_index(
        "ix_base__organization__match_number__id",
        "base__organization",
        [smallest("match_number"), "id"],
    )
    op.create_index(
        "ix_base__organization__match_place__id",
        "base__organization",
        [smallest("match_place"), "id"],
    )
    op.add_column(
        "base__person",
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person",
        sa.Column(
            "match_family", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person",
        sa.Column(
            "match_given", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person",
        sa.Column(
            "match_house", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.create_index(
        "ix_base__person__match_family__id", "base__person", [smallest("match_family"), "id"]
    )
    op.create_index(
        "ix_base__person__match_given__id", "base__person", [smallest("match_given"), "id"]
    )
    op.create_index(
        "ix_base__person__match_house__id", "base__person", [smallest("match_house"), "id"]
    )
    op.create_index(
        "ix_base__person__match_names__id", "base__person", [smallest("match_names"), "id"]
    )
    op.create_index(
        "ix_base__person__match_street__id", "base__person", [smallest("match_street"), "id"]
    )
    op.add_column(
        "base__organization_version",
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization_version",
        sa.Column(
            "match_place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization_version",
        sa.Column(
            "match_domain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__organization_version",
        sa.Column(
            "match_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person_version",
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person_version",
        sa.Column(
            "match_family", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person_version",
        sa.Column(
            "match_given", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person_version",
        sa.Column(
            "match_street", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column(
        "base__person_version",
        sa.Column(
            "match_house", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
