"""Make the commerce tables."""

import sqlalchemy as sa

from relatum.connections.types import Day, Flag, Identifier, Instant, PlainText, Scaled
from relatum.migration import Steps, smallest

revision = "commerce_0001"
down_revision = None
branch_labels = ("commerce",)
depends_on = (
    "relatum_0008",
    "base_0001",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "commerce__price_list",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("audience", PlainText(), nullable=False),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_commerce__price_list__audience__id", "commerce__price_list", ["audience", "id"]
    )
    op.create_index(
        "ix_commerce__price_list__currency__id", "commerce__price_list", ["currency", "id"]
    )
    op.create_index(
        "ix_commerce__price_list__level__key__id",
        "commerce__price_list",
        [smallest("level__key"), "id"],
    )
    op.create_index(
        "ix_commerce__price_list__name__key__id", "commerce__price_list", ["name__key", "id"]
    )
    op.create_table(
        "commerce__agreed_prices_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__agreed_prices_version__source_id__valid_from__id",
        "commerce__agreed_prices_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_commerce__agreed_prices_version__target_id__valid_from__id",
        "commerce__agreed_prices_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "commerce__shipment",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("service", PlainText(), nullable=True),
        sa.Column("shipped", Day(), nullable=True),
        sa.Column("delivered", Day(), nullable=True),
        sa.Column("tracking_number", PlainText(), nullable=True),
        sa.Column("tracking_number__key", PlainText(), nullable=True),
        sa.Column("tracking_url", PlainText(), nullable=True),
        sa.Column("cost__amount", Scaled(18, 2), nullable=True),
        sa.Column("cost__currency", PlainText(), nullable=True),
        sa.Column("sent_by", PlainText(), nullable=True),
        sa.Column("parcel_label__name", PlainText(), nullable=True),
        sa.Column("parcel_label__media_type", PlainText(), nullable=True),
        sa.Column(
            "parcel_label__size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("parcel_label__digest", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_commerce__shipment__number__key__id", "commerce__shipment", ["number__key", "id"]
    )
    op.create_index(
        "ix_commerce__shipment__shipped__id", "commerce__shipment", [smallest("shipped"), "id"]
    )
    op.create_index("ix_commerce__shipment__state__id", "commerce__shipment", ["state", "id"])
    op.create_index(
        "ix_commerce__shipment__tracking_number__key__id",
        "commerce__shipment",
        [smallest("tracking_number__key"), "id"],
    )
    op.create_index("uq_commerce__shipment__number", "commerce__shipment", ["number"], unique=True)
    op.create_table(
        "commerce__carried_by_version",
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
        "ix_commerce__carried_by_version__source_id__id",
        "commerce__carried_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__carried_by_version__target_id__id",
        "commerce__carried_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__category",
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
        "ix_commerce__category__name__key__id", "commerce__category", ["name__key", "id"]
    )
    op.create_table(
        "commerce__category_version",
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
        "commerce__category_within_version",
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
        "ix_commerce__category_within_version__source_id__id",
        "commerce__category_within_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__category_within_version__target_id__id",
        "commerce__category_within_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__complaint",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("description", PlainText(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("picture__name", PlainText(), nullable=True),
        sa.Column("picture__media_type", PlainText(), nullable=True),
        sa.Column(
            "picture__size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("picture__digest", PlainText(), nullable=True),
        sa.Column("answer", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_commerce__complaint__kind__id", "commerce__complaint", ["kind", "id"])
    op.create_index("ix_commerce__complaint__state__id", "commerce__complaint", ["state", "id"])
    op.create_index(
        "ix_commerce__complaint__subject__key__id", "commerce__complaint", ["subject__key", "id"]
    )
    op.create_index(
        "uq_commerce__complaint__number", "commerce__complaint", ["number"], unique=True
    )
    op.create_table(
        "commerce__complaint_about_version",
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
        "ix_commerce__complaint_about_version__source_id__id",
        "commerce__complaint_about_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__complaint_about_version__target_id__id",
        "commerce__complaint_about_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__complaint_by_version",
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
        "ix_commerce__complaint_by_version__source_id__id",
        "commerce__complaint_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__complaint_by_version__target_id__id",
        "commerce__complaint_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__complaint_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("subject__key", PlainText(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("description", PlainText(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("picture__name", PlainText(), nullable=True),
        sa.Column("picture__media_type", PlainText(), nullable=True),
        sa.Column(
            "picture__size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("picture__digest", PlainText(), nullable=True),
        sa.Column("answer", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__exchange_rate",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("base", PlainText(), nullable=False),
        sa.Column("quote", PlainText(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("rate", Scaled(18, 8), nullable=False),
        sa.Column("published_by", PlainText(), nullable=True),
        sa.Column("published_by__key", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_commerce__exchange_rate__base__id", "commerce__exchange_rate", ["base", "id"]
    )
    op.create_index("ix_commerce__exchange_rate__day__id", "commerce__exchange_rate", ["day", "id"])
    op.create_index(
        "ix_commerce__exchange_rate__published_by__key__id",
        "commerce__exchange_rate",
        [smallest("published_by__key"), "id"],
    )
    op.create_index(
        "ix_commerce__exchange_rate__quote__id", "commerce__exchange_rate", ["quote", "id"]
    )
    op.create_index(
        "uq_commerce__exchange_rate__base__quote__day",
        "commerce__exchange_rate",
        ["base", "quote", "day"],
        unique=True,
    )
    op.create_table(
        "commerce__exchange_rate_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("base", PlainText(), nullable=False),
        sa.Column("quote", PlainText(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("rate", Scaled(18, 8), nullable=False),
        sa.Column("published_by", PlainText(), nullable=True),
        sa.Column("published_by__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__product",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("number", PlainText(), nullable=True),
        sa.Column("number__key", PlainText(), nullable=True),
        sa.Column("description", PlainText(), nullable=True),
        sa.Column("quantity_per_unit", PlainText(), nullable=True),
        sa.Column("units_in_stock", sa.Integer(), nullable=False),
        sa.Column("stock_as_of", Instant(), nullable=True),
        sa.Column("units_on_order", sa.Integer(), nullable=False),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("discontinued", Flag(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_commerce__product__discontinued__id", "commerce__product", ["discontinued", "id"]
    )
    op.create_index("ix_commerce__product__name__key__id", "commerce__product", ["name__key", "id"])
    op.create_index("uq_commerce__product__number", "commerce__product", ["number"], unique=True)
    op.create_table(
        "commerce__in_category_version",
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
        "ix_commerce__in_category_version__source_id__id",
        "commerce__in_category_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__in_category_version__target_id__id",
        "commerce__in_category_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__order",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("ordered", Day(), nullable=True),
        sa.Column("required", Day(), nullable=True),
        sa.Column("customer_reference", PlainText(), nullable=True),
        sa.Column("customer_reference__key", PlainText(), nullable=True),
        sa.Column("freight__amount", Scaled(18, 2), nullable=True),
        sa.Column("freight__currency", PlainText(), nullable=True),
        sa.Column("ship_name", PlainText(), nullable=True),
        sa.Column("ship_address__street", PlainText(), nullable=True),
        sa.Column("ship_address__postal_code", PlainText(), nullable=True),
        sa.Column("ship_address__locality", PlainText(), nullable=True),
        sa.Column("ship_address__region", PlainText(), nullable=True),
        sa.Column("ship_address__country", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("confirmation__name", PlainText(), nullable=True),
        sa.Column("confirmation__media_type", PlainText(), nullable=True),
        sa.Column(
            "confirmation__size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("confirmation__digest", PlainText(), nullable=True),
        sa.Column("cancellation_reason", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_commerce__order__currency__id", "commerce__order", ["currency", "id"])
    op.create_index("ix_commerce__order__number__key__id", "commerce__order", ["number__key", "id"])
    op.create_index(
        "ix_commerce__order__ordered__id", "commerce__order", [smallest("ordered"), "id"]
    )
    op.create_index("ix_commerce__order__state__id", "commerce__order", ["state", "id"])
    op.create_index("uq_commerce__order__number", "commerce__order", ["number"], unique=True)
    op.create_table(
        "commerce__order_line_version",
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
        sa.Column("price_list", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__order_line_version__source_id__id",
        "commerce__order_line_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__order_line_version__target_id__id",
        "commerce__order_line_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__order_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("ordered", Day(), nullable=True),
        sa.Column("required", Day(), nullable=True),
        sa.Column("customer_reference", PlainText(), nullable=True),
        sa.Column("customer_reference__key", PlainText(), nullable=True),
        sa.Column("freight__amount", Scaled(18, 2), nullable=True),
        sa.Column("freight__currency", PlainText(), nullable=True),
        sa.Column("ship_name", PlainText(), nullable=True),
        sa.Column("ship_address__street", PlainText(), nullable=True),
        sa.Column("ship_address__postal_code", PlainText(), nullable=True),
        sa.Column("ship_address__locality", PlainText(), nullable=True),
        sa.Column("ship_address__region", PlainText(), nullable=True),
        sa.Column("ship_address__country", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("confirmation__name", PlainText(), nullable=True),
        sa.Column("confirmation__media_type", PlainText(), nullable=True),
        sa.Column(
            "confirmation__size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("confirmation__digest", PlainText(), nullable=True),
        sa.Column("cancellation_reason", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__placed_by_version",
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
        "ix_commerce__placed_by_version__source_id__id",
        "commerce__placed_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__placed_by_version__target_id__id",
        "commerce__placed_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__price_list_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("audience", PlainText(), nullable=False),
        sa.Column("level", PlainText(), nullable=True),
        sa.Column("level__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__priced_in_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("price__amount", Scaled(18, 2), nullable=False),
        sa.Column("price__currency", PlainText(), nullable=False),
        sa.Column("min_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__priced_in_version__source_id__valid_from__id",
        "commerce__priced_in_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_commerce__priced_in_version__target_id__valid_from__id",
        "commerce__priced_in_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "commerce__product_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("number", PlainText(), nullable=True),
        sa.Column("number__key", PlainText(), nullable=True),
        sa.Column("description", PlainText(), nullable=True),
        sa.Column("quantity_per_unit", PlainText(), nullable=True),
        sa.Column("units_in_stock", sa.Integer(), nullable=False),
        sa.Column("stock_as_of", Instant(), nullable=True),
        sa.Column("units_on_order", sa.Integer(), nullable=False),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("discontinued", Flag(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__shipment_of_version",
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
        "ix_commerce__shipment_of_version__source_id__id",
        "commerce__shipment_of_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__shipment_of_version__target_id__id",
        "commerce__shipment_of_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__shipment_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("service", PlainText(), nullable=True),
        sa.Column("shipped", Day(), nullable=True),
        sa.Column("delivered", Day(), nullable=True),
        sa.Column("tracking_number", PlainText(), nullable=True),
        sa.Column("tracking_number__key", PlainText(), nullable=True),
        sa.Column("tracking_url", PlainText(), nullable=True),
        sa.Column("cost__amount", Scaled(18, 2), nullable=True),
        sa.Column("cost__currency", PlainText(), nullable=True),
        sa.Column("sent_by", PlainText(), nullable=True),
        sa.Column("parcel_label__name", PlainText(), nullable=True),
        sa.Column("parcel_label__media_type", PlainText(), nullable=True),
        sa.Column(
            "parcel_label__size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("parcel_label__digest", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__supplied_by_version",
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
        "ix_commerce__supplied_by_version__source_id__valid_from__id",
        "commerce__supplied_by_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_commerce__supplied_by_version__target_id__valid_from__id",
        "commerce__supplied_by_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "commerce__taken_by_version",
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
        "ix_commerce__taken_by_version__source_id__id",
        "commerce__taken_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__taken_by_version__target_id__id",
        "commerce__taken_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__tracking_event",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("place", PlainText(), nullable=True),
        sa.Column("place__key", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_commerce__tracking_event__at__id", "commerce__tracking_event", ["at", "id"])
    op.create_index(
        "ix_commerce__tracking_event__kind__id", "commerce__tracking_event", ["kind", "id"]
    )
    op.create_index(
        "ix_commerce__tracking_event__note__key__id",
        "commerce__tracking_event",
        [smallest("note__key"), "id"],
    )
    op.create_index(
        "ix_commerce__tracking_event__place__key__id",
        "commerce__tracking_event",
        [smallest("place__key"), "id"],
    )
    op.create_table(
        "commerce__tracking_event_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("place", PlainText(), nullable=True),
        sa.Column("place__key", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("note__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "commerce__tracking_of_version",
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
        "ix_commerce__tracking_of_version__source_id__id",
        "commerce__tracking_of_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_commerce__tracking_of_version__target_id__id",
        "commerce__tracking_of_version",
        ["target_id", "id"],
    )
    op.create_table(
        "commerce__agreed_prices",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__organization.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__price_list.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__agreed_prices__source_id__valid_from__id__e8d736a3",
        "commerce__agreed_prices",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_commerce__agreed_prices__target_id__valid_from__id__429ec37c",
        "commerce__agreed_prices",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "commerce__carried_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__shipment.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__carried_by__source_id__id__target_id",
        "commerce__carried_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__carried_by__target_id__id__source_id",
        "commerce__carried_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__carried_by__source_id__target_id",
        "commerce__carried_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__category_within",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__category.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__category.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__category_within__source_id__id__target_id",
        "commerce__category_within",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__category_within__target_id__id__source_id",
        "commerce__category_within",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__category_within__source_id__target_id",
        "commerce__category_within",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__complaint_about",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__complaint.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__complaint_about__source_id__id__target_id",
        "commerce__complaint_about",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__complaint_about__target_id__id__source_id",
        "commerce__complaint_about",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__complaint_about__source_id__target_id",
        "commerce__complaint_about",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__complaint_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__complaint.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__complaint_by__source_id__id__target_id",
        "commerce__complaint_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__complaint_by__target_id__id__source_id",
        "commerce__complaint_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__complaint_by__source_id__target_id",
        "commerce__complaint_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__in_category",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__product.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__category.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__in_category__source_id__id__target_id",
        "commerce__in_category",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__in_category__target_id__id__source_id",
        "commerce__in_category",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__in_category__source_id__target_id",
        "commerce__in_category",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__priced_in",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("price__amount", Scaled(18, 2), nullable=False),
        sa.Column("price__currency", PlainText(), nullable=False),
        sa.Column("min_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__product.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__price_list.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__priced_in__source_id__valid_from__id__tar_3f495ec4",
        "commerce__priced_in",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_commerce__priced_in__target_id__valid_from__id__sou_79a9a084",
        "commerce__priced_in",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "commerce__supplied_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__product.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__supplied_by__source_id__valid_from__id__t_6760a695",
        "commerce__supplied_by",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_commerce__supplied_by__target_id__valid_from__id__s_0dc36ff7",
        "commerce__supplied_by",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "commerce__order_line",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=False),
        sa.Column("unit_price__currency", PlainText(), nullable=False),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.Column("price_list", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__product.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__order_line__source_id__id__target_id",
        "commerce__order_line",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__order_line__target_id__id__source_id",
        "commerce__order_line",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__order_line__source_id__target_id",
        "commerce__order_line",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__placed_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__placed_by__source_id__id__target_id",
        "commerce__placed_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__placed_by__target_id__id__source_id",
        "commerce__placed_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__placed_by__source_id__target_id",
        "commerce__placed_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__shipment_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__shipment.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__order.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__shipment_of__source_id__id__target_id",
        "commerce__shipment_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__shipment_of__target_id__id__source_id",
        "commerce__shipment_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__shipment_of__source_id__target_id",
        "commerce__shipment_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__taken_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["commerce__order.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__taken_by__source_id__id__target_id",
        "commerce__taken_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__taken_by__target_id__id__source_id",
        "commerce__taken_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__taken_by__source_id__target_id",
        "commerce__taken_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "commerce__tracking_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["commerce__tracking_event.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__shipment.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_commerce__tracking_of__source_id__id__target_id",
        "commerce__tracking_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_commerce__tracking_of__target_id__id__source_id",
        "commerce__tracking_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_commerce__tracking_of__source_id__target_id",
        "commerce__tracking_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.add_column(
        "base__organization",
        sa.Column(
            "commerce__sells", Flag(), nullable=False, server_default=sa.literal(False, Flag())
        ),
    )
    op.add_column(
        "base__organization", sa.Column("commerce__order_currency", PlainText(), nullable=True)
    )
    op.add_column(
        "base__organization", sa.Column("commerce__payment_days", sa.Integer(), nullable=True)
    )
    op.add_column(
        "base__organization",
        sa.Column("commerce__credit_limit__amount", Scaled(18, 2), nullable=True),
    )
    op.add_column(
        "base__organization",
        sa.Column("commerce__credit_limit__currency", PlainText(), nullable=True),
    )
    op.create_index(
        "ix_base__organization__commerce__sells__id",
        "base__organization",
        ["commerce__sells", "id"],
    )
    op.add_column("base__organization_version", sa.Column("commerce__sells", Flag(), nullable=True))
    op.fill("base__organization_version", "commerce__sells", Flag(), False)
    op.add_column(
        "base__organization_version",
        sa.Column("commerce__order_currency", PlainText(), nullable=True),
    )
    op.add_column(
        "base__organization_version",
        sa.Column("commerce__payment_days", sa.Integer(), nullable=True),
    )
    op.add_column(
        "base__organization_version",
        sa.Column("commerce__credit_limit__amount", Scaled(18, 2), nullable=True),
    )
    op.add_column(
        "base__organization_version",
        sa.Column("commerce__credit_limit__currency", PlainText(), nullable=True),
    )
