"""Make the trading firm's tables."""

import sqlalchemy as sa

from relatum.connections.types import Day, Identifier, Instant
from relatum.migration import Steps, smallest

revision = "northwind_2001"
down_revision = None
branch_labels = ("northwind",)
depends_on = ("relatum_0001", "base_0001", "commerce_0001")


def upgrade(op: Steps) -> None:
    op.create_table(
        "northwind__covers",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__region.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__covers__source_id__valid_from__id__targe_7f989e49",
        "northwind__covers",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_northwind__covers__target_id__valid_from__id__sourc_dbed99f4",
        "northwind__covers",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "northwind__covers_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__covers_version__source_id__valid_from__id",
        "northwind__covers_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_northwind__covers_version__target_id__valid_from__id",
        "northwind__covers_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "northwind__ships_for",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__ships_for__source_id__valid_from__id__ta_090cf46c",
        "northwind__ships_for",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_northwind__ships_for__target_id__valid_from__id__so_64cbdb51",
        "northwind__ships_for",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "northwind__ships_for_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__ships_for_version__source_id__valid_from__id",
        "northwind__ships_for_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_northwind__ships_for_version__target_id__valid_from__id",
        "northwind__ships_for_version",
        ["target_id", smallest("valid_from"), "id"],
    )
