"""Make the base tables."""

import sqlalchemy as sa

from relatum.connections.types import Day, Flag, Identifier, Instant, PlainText
from relatum.migration import Steps, smallest

revision = "base_0001"
down_revision = None
branch_labels = ("base",)
depends_on = ("relatum_0001",)


def upgrade(op: Steps) -> None:
    op.create_table(
        "base__competes_with_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("market", PlainText(), nullable=True),
        sa.Column("market__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__competes_with_version__source_id__valid_from__id",
        "base__competes_with_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__competes_with_version__target_id__valid_from__id",
        "base__competes_with_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__contact_point_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("value", PlainText(), nullable=False),
        sa.Column("value__key", PlainText(), nullable=False),
        sa.Column("extension", PlainText(), nullable=True),
        sa.Column("purpose", PlainText(), nullable=True),
        sa.Column("preferred", Flag(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "base__household_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "base__located_in_version",
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
        "ix_base__located_in_version__source_id__valid_from__id",
        "base__located_in_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__located_in_version__target_id__valid_from__id",
        "base__located_in_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__member_of_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__member_of_version__source_id__valid_from__id",
        "base__member_of_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__member_of_version__target_id__valid_from__id",
        "base__member_of_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__organization_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("legal_name", PlainText(), nullable=True),
        sa.Column("legal_name__key", PlainText(), nullable=True),
        sa.Column("registration_number", PlainText(), nullable=True),
        sa.Column("registration_number__key", PlainText(), nullable=True),
        sa.Column("tax_number", PlainText(), nullable=True),
        sa.Column("tax_number__key", PlainText(), nullable=True),
        sa.Column("website", PlainText(), nullable=True),
        sa.Column("industry", PlainText(), nullable=True),
        sa.Column("industry__key", PlainText(), nullable=True),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("founded", Day(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "base__part_of_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__part_of_version__source_id__valid_from__id",
        "base__part_of_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__part_of_version__target_id__valid_from__id",
        "base__part_of_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__partner_of_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=True),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__partner_of_version__source_id__valid_from__id",
        "base__partner_of_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__partner_of_version__target_id__valid_from__id",
        "base__partner_of_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__person_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("honorific_prefix", PlainText(), nullable=True),
        sa.Column("given_name", PlainText(), nullable=True),
        sa.Column("given_name__key", PlainText(), nullable=True),
        sa.Column("family_name", PlainText(), nullable=False),
        sa.Column("family_name__key", PlainText(), nullable=False),
        sa.Column("preferred_name", PlainText(), nullable=True),
        sa.Column("preferred_name__key", PlainText(), nullable=True),
        sa.Column("birth_date", Day(), nullable=True),
        sa.Column("nationality", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "base__reached_at_version",
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
        "ix_base__reached_at_version__source_id__valid_from__id",
        "base__reached_at_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__reached_at_version__target_id__valid_from__id",
        "base__reached_at_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__region_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("code", PlainText(), nullable=True),
        sa.Column("code__key", PlainText(), nullable=True),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.Column("country", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "base__region_within_version",
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
        "ix_base__region_within_version__source_id__valid_from__id",
        "base__region_within_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__region_within_version__target_id__valid_from__id",
        "base__region_within_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__related_to_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__related_to_version__source_id__valid_from__id",
        "base__related_to_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__related_to_version__target_id__valid_from__id",
        "base__related_to_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__reports_to_version",
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
        "ix_base__reports_to_version__source_id__valid_from__id",
        "base__reports_to_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__reports_to_version__target_id__valid_from__id",
        "base__reports_to_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__supplies_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("customer_number", PlainText(), nullable=True),
        sa.Column("customer_number__key", PlainText(), nullable=True),
        sa.Column("supplier_number", PlainText(), nullable=True),
        sa.Column("supplier_number__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__supplies_version__source_id__valid_from__id",
        "base__supplies_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__supplies_version__target_id__valid_from__id",
        "base__supplies_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__works_at_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=True),
        sa.Column("role__key", PlainText(), nullable=True),
        sa.Column("department", PlainText(), nullable=True),
        sa.Column("department__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__works_at_version__source_id__valid_from__id",
        "base__works_at_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_base__works_at_version__target_id__valid_from__id",
        "base__works_at_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "base__contact_point",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("value", PlainText(), nullable=False),
        sa.Column("value__key", PlainText(), nullable=False),
        sa.Column("extension", PlainText(), nullable=True),
        sa.Column("purpose", PlainText(), nullable=True),
        sa.Column("preferred", Flag(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_base__contact_point__kind__id", "base__contact_point", ["kind", "id"])
    op.create_index(
        "ix_base__contact_point__purpose__id", "base__contact_point", [smallest("purpose"), "id"]
    )
    op.create_index(
        "ix_base__contact_point__value__key__id", "base__contact_point", ["value__key", "id"]
    )
    op.create_table(
        "base__household",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_base__household__email__key__id", "base__household", [smallest("email__key"), "id"]
    )
    op.create_index("ix_base__household__name__key__id", "base__household", ["name__key", "id"])
    op.create_index(
        "ix_base__household__phone__key__id", "base__household", [smallest("phone__key"), "id"]
    )
    op.create_table(
        "base__organization",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("legal_name", PlainText(), nullable=True),
        sa.Column("legal_name__key", PlainText(), nullable=True),
        sa.Column("registration_number", PlainText(), nullable=True),
        sa.Column("registration_number__key", PlainText(), nullable=True),
        sa.Column("tax_number", PlainText(), nullable=True),
        sa.Column("tax_number__key", PlainText(), nullable=True),
        sa.Column("website", PlainText(), nullable=True),
        sa.Column("industry", PlainText(), nullable=True),
        sa.Column("industry__key", PlainText(), nullable=True),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("founded", Day(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_base__organization__email__key__id",
        "base__organization",
        [smallest("email__key"), "id"],
    )
    op.create_index(
        "ix_base__organization__employee_count__id",
        "base__organization",
        [smallest("employee_count"), "id"],
    )
    op.create_index(
        "ix_base__organization__industry__key__id",
        "base__organization",
        [smallest("industry__key"), "id"],
    )
    op.create_index(
        "ix_base__organization__name__key__id", "base__organization", ["name__key", "id"]
    )
    op.create_index(
        "ix_base__organization__phone__key__id",
        "base__organization",
        [smallest("phone__key"), "id"],
    )
    op.create_index(
        "ix_base__organization__registration_number__key__id",
        "base__organization",
        [smallest("registration_number__key"), "id"],
    )
    op.create_index(
        "ix_base__organization__tax_number__key__id",
        "base__organization",
        [smallest("tax_number__key"), "id"],
    )
    op.create_table(
        "base__person",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("phone__key", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("honorific_prefix", PlainText(), nullable=True),
        sa.Column("given_name", PlainText(), nullable=True),
        sa.Column("given_name__key", PlainText(), nullable=True),
        sa.Column("family_name", PlainText(), nullable=False),
        sa.Column("family_name__key", PlainText(), nullable=False),
        sa.Column("preferred_name", PlainText(), nullable=True),
        sa.Column("preferred_name__key", PlainText(), nullable=True),
        sa.Column("birth_date", Day(), nullable=True),
        sa.Column("nationality", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_base__person__email__key__id", "base__person", [smallest("email__key"), "id"]
    )
    op.create_index(
        "ix_base__person__family_name__key__id", "base__person", ["family_name__key", "id"]
    )
    op.create_index(
        "ix_base__person__given_name__key__id", "base__person", [smallest("given_name__key"), "id"]
    )
    op.create_index(
        "ix_base__person__phone__key__id", "base__person", [smallest("phone__key"), "id"]
    )
    op.create_table(
        "base__region",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("code", PlainText(), nullable=True),
        sa.Column("code__key", PlainText(), nullable=True),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.Column("country", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_base__region__code__key__id", "base__region", [smallest("code__key"), "id"])
    op.create_index("ix_base__region__country__id", "base__region", [smallest("country"), "id"])
    op.create_index(
        "ix_base__region__level__key__id", "base__region", [smallest("level__key"), "id"]
    )
    op.create_index("ix_base__region__name__key__id", "base__region", ["name__key", "id"])
    op.create_table(
        "base__competes_with",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("market", PlainText(), nullable=True),
        sa.Column("market__key", PlainText(), nullable=True),
        sa.CheckConstraint("source_id < target_id", name="ck_symmetric"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__competes_with__source_id__valid_from__id__tar_2875ab0c",
        "base__competes_with",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__competes_with__target_id__valid_from__id__sou_f3277c57",
        "base__competes_with",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__located_in",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__region.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__located_in__source_id__valid_from__id__target_e0724431",
        "base__located_in",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__located_in__target_id__valid_from__id__source_9c5c8da8",
        "base__located_in",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__member_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__household.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_base__member_of__role__id", "base__member_of", [smallest("role"), "id"])
    op.create_index(
        "ix_base__member_of__source_id__valid_from__id__target__0d2008c3",
        "base__member_of",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__member_of__target_id__valid_from__id__source__ce930b9b",
        "base__member_of",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__part_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_base__part_of__kind__id", "base__part_of", [smallest("kind"), "id"])
    op.create_index(
        "ix_base__part_of__source_id__valid_from__id__target_id_2c395f15",
        "base__part_of",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__part_of__target_id__valid_from__id__source_id_90793477",
        "base__part_of",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__partner_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=True),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_base__partner_of__kind__id", "base__partner_of", [smallest("kind"), "id"])
    op.create_index(
        "ix_base__partner_of__level__key__id", "base__partner_of", [smallest("level__key"), "id"]
    )
    op.create_index(
        "ix_base__partner_of__source_id__valid_from__id__target_24bf1427",
        "base__partner_of",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__partner_of__target_id__valid_from__id__source_b465ec4d",
        "base__partner_of",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__reached_at",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__contact_point.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__reached_at__source_id__valid_from__id__target_fa5515cd",
        "base__reached_at",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__reached_at__target_id__valid_from__id__source_20a1f29f",
        "base__reached_at",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__region_within",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__region.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__region.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__region_within__source_id__valid_from__id__tar_912b7dae",
        "base__region_within",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__region_within__target_id__valid_from__id__sou_f6a90703",
        "base__region_within",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__related_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("kind", PlainText(), nullable=False),
        sa.CheckConstraint("source_id < target_id", name="ck_symmetric"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_base__related_to__kind__id", "base__related_to", ["kind", "id"])
    op.create_index(
        "ix_base__related_to__source_id__valid_from__id__target_5e92d7d2",
        "base__related_to",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__related_to__target_id__valid_from__id__source_9a316595",
        "base__related_to",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__reports_to",
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
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__reports_to__source_id__valid_from__id__target_1011ea8c",
        "base__reports_to",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__reports_to__target_id__valid_from__id__source_afd36066",
        "base__reports_to",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__supplies",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("customer_number", PlainText(), nullable=True),
        sa.Column("customer_number__key", PlainText(), nullable=True),
        sa.Column("supplier_number", PlainText(), nullable=True),
        sa.Column("supplier_number__key", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__supplies__customer_number__key__id",
        "base__supplies",
        [smallest("customer_number__key"), "id"],
    )
    op.create_index(
        "ix_base__supplies__source_id__valid_from__id__target_i_300b2034",
        "base__supplies",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__supplies__supplier_number__key__id",
        "base__supplies",
        [smallest("supplier_number__key"), "id"],
    )
    op.create_index(
        "ix_base__supplies__target_id__valid_from__id__source_i_30922e1f",
        "base__supplies",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "base__works_at",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=True),
        sa.Column("role__key", PlainText(), nullable=True),
        sa.Column("department", PlainText(), nullable=True),
        sa.Column("department__key", PlainText(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_base__works_at__department__key__id",
        "base__works_at",
        [smallest("department__key"), "id"],
    )
    op.create_index(
        "ix_base__works_at__role__key__id", "base__works_at", [smallest("role__key"), "id"]
    )
    op.create_index(
        "ix_base__works_at__source_id__valid_from__id__target_i_9c89f7fb",
        "base__works_at",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_base__works_at__target_id__valid_from__id__source_i_a5aa4978",
        "base__works_at",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
