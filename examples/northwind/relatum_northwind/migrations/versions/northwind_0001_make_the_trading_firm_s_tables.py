"""Make the trading firm's tables."""

import sqlalchemy as sa

from relatum.connections.types import Day, Flag, Identifier, Instant, PlainText, Scaled
from relatum.migration import Steps, smallest

revision = "northwind_0001"
down_revision = None
branch_labels = ("northwind",)
depends_on = (
    "relatum_0001",
    "base_0001",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "northwind__category_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("description", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
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
        "northwind__in_category_version",
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
        "ix_northwind__in_category_version__source_id__id",
        "northwind__in_category_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__in_category_version__target_id__id",
        "northwind__in_category_version",
        ["target_id", "id"],
    )
    op.create_table(
        "northwind__order_line_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=False),
        sa.Column("unit_price__currency", PlainText(), nullable=False),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__order_line_version__source_id__id",
        "northwind__order_line_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__order_line_version__target_id__id",
        "northwind__order_line_version",
        ["target_id", "id"],
    )
    op.create_table(
        "northwind__order_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("ordered", Day(), nullable=False),
        sa.Column("required", Day(), nullable=True),
        sa.Column("shipped", Day(), nullable=True),
        sa.Column("freight__amount", Scaled(18, 2), nullable=True),
        sa.Column("freight__currency", PlainText(), nullable=True),
        sa.Column("ship_name", PlainText(), nullable=True),
        sa.Column("ship_address__street", PlainText(), nullable=True),
        sa.Column("ship_address__postal_code", PlainText(), nullable=True),
        sa.Column("ship_address__locality", PlainText(), nullable=True),
        sa.Column("ship_address__region", PlainText(), nullable=True),
        sa.Column("ship_address__country", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "northwind__placed_by_version",
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
        "ix_northwind__placed_by_version__source_id__id",
        "northwind__placed_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__placed_by_version__target_id__id",
        "northwind__placed_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "northwind__product_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("quantity_per_unit", PlainText(), nullable=True),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=True),
        sa.Column("unit_price__currency", PlainText(), nullable=True),
        sa.Column("units_in_stock", sa.Integer(), nullable=False),
        sa.Column("units_on_order", sa.Integer(), nullable=False),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("discontinued", Flag(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "northwind__shipped_by_version",
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
        "ix_northwind__shipped_by_version__source_id__id",
        "northwind__shipped_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__shipped_by_version__target_id__id",
        "northwind__shipped_by_version",
        ["target_id", "id"],
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
    op.create_table(
        "northwind__supplied_by_version",
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
        "ix_northwind__supplied_by_version__source_id__id",
        "northwind__supplied_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__supplied_by_version__target_id__id",
        "northwind__supplied_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "northwind__taken_by_version",
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
        "ix_northwind__taken_by_version__source_id__id",
        "northwind__taken_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_northwind__taken_by_version__target_id__id",
        "northwind__taken_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "northwind__category",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("description", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_northwind__category__name__key__id", "northwind__category", ["name__key", "id"]
    )
    op.create_table(
        "northwind__order",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("ordered", Day(), nullable=False),
        sa.Column("required", Day(), nullable=True),
        sa.Column("shipped", Day(), nullable=True),
        sa.Column("freight__amount", Scaled(18, 2), nullable=True),
        sa.Column("freight__currency", PlainText(), nullable=True),
        sa.Column("ship_name", PlainText(), nullable=True),
        sa.Column("ship_address__street", PlainText(), nullable=True),
        sa.Column("ship_address__postal_code", PlainText(), nullable=True),
        sa.Column("ship_address__locality", PlainText(), nullable=True),
        sa.Column("ship_address__region", PlainText(), nullable=True),
        sa.Column("ship_address__country", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_northwind__order__number__key__id", "northwind__order", ["number__key", "id"]
    )
    op.create_index("ix_northwind__order__ordered__id", "northwind__order", ["ordered", "id"])
    op.create_index(
        "ix_northwind__order__shipped__id", "northwind__order", [smallest("shipped"), "id"]
    )
    op.create_index("uq_northwind__order__number", "northwind__order", ["number"], unique=True)
    op.create_table(
        "northwind__product",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("quantity_per_unit", PlainText(), nullable=True),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=True),
        sa.Column("unit_price__currency", PlainText(), nullable=True),
        sa.Column("units_in_stock", sa.Integer(), nullable=False),
        sa.Column("units_on_order", sa.Integer(), nullable=False),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("discontinued", Flag(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_northwind__product__discontinued__id", "northwind__product", ["discontinued", "id"]
    )
    op.create_index(
        "ix_northwind__product__name__key__id", "northwind__product", ["name__key", "id"]
    )
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
        "northwind__in_category",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__product.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["northwind__category.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__in_category__source_id__id__target_id",
        "northwind__in_category",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__in_category__target_id__id__source_id",
        "northwind__in_category",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__in_category__source_id__target_id",
        "northwind__in_category",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "northwind__order_line",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=False),
        sa.Column("unit_price__currency", PlainText(), nullable=False),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["northwind__product.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__order_line__source_id__id__target_id",
        "northwind__order_line",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__order_line__target_id__id__source_id",
        "northwind__order_line",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__order_line__source_id__target_id",
        "northwind__order_line",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "northwind__placed_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__placed_by__source_id__id__target_id",
        "northwind__placed_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__placed_by__target_id__id__source_id",
        "northwind__placed_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__placed_by__source_id__target_id",
        "northwind__placed_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "northwind__shipped_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__shipped_by__source_id__id__target_id",
        "northwind__shipped_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__shipped_by__target_id__id__source_id",
        "northwind__shipped_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__shipped_by__source_id__target_id",
        "northwind__shipped_by",
        ["source_id", "target_id"],
        unique=True,
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
        "northwind__supplied_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__product.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__supplied_by__source_id__id__target_id",
        "northwind__supplied_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__supplied_by__target_id__id__source_id",
        "northwind__supplied_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__supplied_by__source_id__target_id",
        "northwind__supplied_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "northwind__taken_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["northwind__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_northwind__taken_by__source_id__id__target_id",
        "northwind__taken_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_northwind__taken_by__target_id__id__source_id",
        "northwind__taken_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_northwind__taken_by__source_id__target_id",
        "northwind__taken_by",
        ["source_id", "target_id"],
        unique=True,
    )
