"""Keep lists and bookmarks of people."""

import sqlalchemy as sa

from relatum.connections.types import Identifier, Instant, PlainText
from relatum.migration import Steps

revision = "portal_0001"
down_revision = None
branch_labels = ("portal",)
depends_on = (
    "relatum_0009",
    "base_0002",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "portal__bookmark",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("read_to", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "portal__bookmark_of_version",
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
        "ix_portal__bookmark_of_version__source_id__id",
        "portal__bookmark_of_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_portal__bookmark_of_version__target_id__id",
        "portal__bookmark_of_version",
        ["target_id", "id"],
    )
    op.create_table(
        "portal__bookmark_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("read_to", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "portal__saved_list",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("view", PlainText(), nullable=False),
        sa.Column("query", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_portal__saved_list__name__key__id", "portal__saved_list", ["name__key", "id"]
    )
    op.create_table(
        "portal__saved_by_version",
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
        "ix_portal__saved_by_version__source_id__id",
        "portal__saved_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_portal__saved_by_version__target_id__id",
        "portal__saved_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "portal__saved_list_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("view", PlainText(), nullable=False),
        sa.Column("query", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "portal__bookmark_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["portal__bookmark.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_portal__bookmark_of__source_id__id__target_id",
        "portal__bookmark_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_portal__bookmark_of__target_id__id__source_id",
        "portal__bookmark_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_portal__bookmark_of__source_id__target_id",
        "portal__bookmark_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "portal__saved_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["portal__saved_list.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_portal__saved_by__source_id__id__target_id",
        "portal__saved_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_portal__saved_by__target_id__id__source_id",
        "portal__saved_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_portal__saved_by__source_id__target_id",
        "portal__saved_by",
        ["source_id", "target_id"],
        unique=True,
    )
