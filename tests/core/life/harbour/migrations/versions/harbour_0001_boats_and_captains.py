"""Boats and captains."""

import sqlalchemy as sa

from relatum.connections.types import Day, Identifier, Instant, PlainText, Scaled
from relatum.migration import Steps, smallest

revision = "harbour_0001"
down_revision = None
branch_labels = ("harbour",)
depends_on = ("relatum_0008",)


def upgrade(op: Steps) -> None:
    op.create_table(
        "harbour__boat_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("length", Scaled(18, 1), nullable=True),
        sa.Column("crew", sa.Integer(), nullable=True),
        sa.Column("berth", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "harbour__captain_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "harbour__sails_version",
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
        "ix_harbour__sails_version__source_id__valid_from__id",
        "harbour__sails_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_harbour__sails_version__target_id__valid_from__id",
        "harbour__sails_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "harbour__boat",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("length", Scaled(18, 1), nullable=True),
        sa.Column("crew", sa.Integer(), nullable=True),
        sa.Column("berth", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_harbour__boat__name__key__id", "harbour__boat", ["name__key", "id"])
    op.create_table(
        "harbour__captain",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_harbour__captain__name__key__id", "harbour__captain", ["name__key", "id"])
    op.create_table(
        "harbour__sails",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["harbour__captain.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["harbour__boat.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_harbour__sails__source_id__valid_from__id__target_i_3c40debc",
        "harbour__sails",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_harbour__sails__target_id__valid_from__id__source_i_e19ebc22",
        "harbour__sails",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
