"""make the tables of activities."""

import sqlalchemy as sa

from relatum.connections.types import Flag, Identifier, Instant, PlainText
from relatum.migration import Steps, smallest

revision = "activities_0001"
down_revision = None
branch_labels = ("activities",)
depends_on = (
    "relatum_0008",
    "base_0001",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "activities__about",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_activities__about__source_id__id__target_id",
        "activities__about",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_activities__about__target_id__id__source_id",
        "activities__about",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_activities__about__source_id__target_id",
        "activities__about",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "activities__about_version",
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
        "ix_activities__about_version__source_id__id",
        "activities__about_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_activities__about_version__target_id__id",
        "activities__about_version",
        ["target_id", "id"],
    )
    op.create_table(
        "activities__assigned_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=True),
        sa.Column("valid_to", Instant(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_activities__assigned_to__source_id__valid_from__id__e01cc5ee",
        "activities__assigned_to",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_activities__assigned_to__target_id__valid_from__id__6fd3e41d",
        "activities__assigned_to",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "activities__assigned_to_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=True),
        sa.Column("valid_to", Instant(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_activities__assigned_to_version__source_id__valid_from__id",
        "activities__assigned_to_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_activities__assigned_to_version__target_id__valid_from__id",
        "activities__assigned_to_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "activities__interaction",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("direction", PlainText(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_activities__interaction__at__id", "activities__interaction", ["at", "id"])
    op.create_index(
        "ix_activities__interaction__kind__id", "activities__interaction", ["kind", "id"]
    )
    op.create_index(
        "ix_activities__interaction__subject__key__id",
        "activities__interaction",
        ["subject__key", "id"],
    )
    op.create_table(
        "activities__interaction_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("direction", PlainText(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "activities__resubmission",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("patience", sa.Integer(), nullable=False),
        sa.Column("escalates", Instant(), nullable=True),
        sa.Column("told", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_activities__resubmission__at__id", "activities__resubmission", ["at", "id"])
    op.create_index(
        "ix_activities__resubmission__escalates__id",
        "activities__resubmission",
        [smallest("escalates"), "id"],
    )
    op.create_index(
        "ix_activities__resubmission__state__id", "activities__resubmission", ["state", "id"]
    )
    op.create_index(
        "ix_activities__resubmission__subject__key__id",
        "activities__resubmission",
        ["subject__key", "id"],
    )
    op.create_table(
        "activities__resubmission_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("patience", sa.Integer(), nullable=False),
        sa.Column("escalates", Instant(), nullable=True),
        sa.Column("told", Instant(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "activities__takes_part_in_version",
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
        "ix_activities__takes_part_in_version__source_id__id",
        "activities__takes_part_in_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_activities__takes_part_in_version__target_id__id",
        "activities__takes_part_in_version",
        ["target_id", "id"],
    )
    op.create_table(
        "activities__task",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("priority", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("outcome", PlainText(), nullable=True),
        sa.Column("told", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_activities__task__at__id", "activities__task", ["at", "id"])
    op.create_index("ix_activities__task__priority__id", "activities__task", ["priority", "id"])
    op.create_index("ix_activities__task__state__id", "activities__task", ["state", "id"])
    op.create_index(
        "ix_activities__task__subject__key__id", "activities__task", ["subject__key", "id"]
    )
    op.create_table(
        "activities__task_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("priority", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("outcome", PlainText(), nullable=True),
        sa.Column("told", Instant(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "activities__takes_part_in",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["activities__interaction.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_activities__takes_part_in__source_id__id__target_id",
        "activities__takes_part_in",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_activities__takes_part_in__target_id__id__source_id",
        "activities__takes_part_in",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_activities__takes_part_in__source_id__target_id",
        "activities__takes_part_in",
        ["source_id", "target_id"],
        unique=True,
    )
