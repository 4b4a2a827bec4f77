"""Make the tables."""

import sqlalchemy as sa

from relatum.connections.types import Day, Identifier, Instant, PlainText
from relatum.migration import Steps, smallest

revision = "clinic_0001"
down_revision = None
branch_labels = ("clinic",)
depends_on = (
    "relatum_0008",
    "base_0001",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "clinic__appointment_of_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__appointment_of_version__source_id__id",
        "clinic__appointment_of_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_clinic__appointment_of_version__target_id__id",
        "clinic__appointment_of_version",
        ["target_id", "id"],
    )
    op.create_table(
        "clinic__appointment_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("findings", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "clinic__practices_at_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("room", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__practices_at_version__source_id__valid_from__id",
        "clinic__practices_at_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_clinic__practices_at_version__target_id__valid_from__id",
        "clinic__practices_at_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "clinic__seen_by_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__seen_by_version__source_id__id", "clinic__seen_by_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_clinic__seen_by_version__target_id__id", "clinic__seen_by_version", ["target_id", "id"]
    )
    op.create_table(
        "clinic__appointment",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("findings", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_clinic__appointment__starts__id", "clinic__appointment", ["starts", "id"])
    op.create_index(
        "ix_clinic__appointment__subject__key__id", "clinic__appointment", ["subject__key", "id"]
    )
    op.create_table(
        "clinic__appointment_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["clinic__appointment.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__appointment_of__source_id__id__target_id",
        "clinic__appointment_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_clinic__appointment_of__target_id__id__source_id",
        "clinic__appointment_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_clinic__appointment_of__source_id__target_id",
        "clinic__appointment_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "clinic__practices_at",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("room", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__practices_at__source_id__valid_from__id__ta_20035b5c",
        "clinic__practices_at",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_clinic__practices_at__target_id__valid_from__id__so_ee0aaf36",
        "clinic__practices_at",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "clinic__seen_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["clinic__appointment.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_clinic__seen_by__source_id__id__target_id",
        "clinic__seen_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_clinic__seen_by__target_id__id__source_id",
        "clinic__seen_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_clinic__seen_by__source_id__target_id",
        "clinic__seen_by",
        ["source_id", "target_id"],
        unique=True,
    )
