"""make the sales tables."""

import sqlalchemy as sa

from relatum.connections.types import (
    Day,
    Flag,
    Identifier,
    Instant,
    JsonText,
    PlainText,
    Scaled,
    TextArray,
)
from relatum.migration import Steps, smallest

revision = "sales_0001"
down_revision = None
branch_labels = ("sales",)
depends_on = (
    "relatum_0009",
    "base_0002",
    "activities_0001",
    "commerce_0001",
)


def upgrade(op: Steps) -> None:
    op.create_table(
        "sales__lead",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("company", PlainText(), nullable=True),
        sa.Column("company__key", PlainText(), nullable=True),
        sa.Column("given_name", PlainText(), nullable=True),
        sa.Column("given_name__key", PlainText(), nullable=True),
        sa.Column("family_name", PlainText(), nullable=True),
        sa.Column("family_name__key", PlainText(), nullable=True),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("website", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("interest", PlainText(), nullable=True),
        sa.Column("interest__key", PlainText(), nullable=True),
        sa.Column("came_by", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("unfit", PlainText(), nullable=True),
        sa.Column("unfit_note", PlainText(), nullable=True),
        sa.Column("converted_on", Day(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_sales__lead__came_by__id", "sales__lead", ["came_by", "id"])
    op.create_index(
        "ix_sales__lead__company__key__id", "sales__lead", [smallest("company__key"), "id"]
    )
    op.create_index("ix_sales__lead__email__key__id", "sales__lead", [smallest("email__key"), "id"])
    op.create_index(
        "ix_sales__lead__family_name__key__id", "sales__lead", [smallest("family_name__key"), "id"]
    )
    op.create_index(
        "ix_sales__lead__given_name__key__id", "sales__lead", [smallest("given_name__key"), "id"]
    )
    op.create_index("ix_sales__lead__state__id", "sales__lead", ["state", "id"])
    op.create_table(
        "sales__converted_into_version",
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
        "ix_sales__converted_into_version__source_id__id",
        "sales__converted_into_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__converted_into_version__target_id__id",
        "sales__converted_into_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__deal_registration",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("customer_name", PlainText(), nullable=False),
        sa.Column("customer_name__key", PlainText(), nullable=False),
        sa.Column("customer_address__street", PlainText(), nullable=True),
        sa.Column("customer_address__postal_code", PlainText(), nullable=True),
        sa.Column("customer_address__locality", PlainText(), nullable=True),
        sa.Column("customer_address__region", PlainText(), nullable=True),
        sa.Column("customer_address__country", PlainText(), nullable=True),
        sa.Column("customer_website", PlainText(), nullable=True),
        sa.Column("customer_email", PlainText(), nullable=True),
        sa.Column("customer_phone", PlainText(), nullable=True),
        sa.Column("contact_name", PlainText(), nullable=True),
        sa.Column("amount__amount", Scaled(18, 2), nullable=True),
        sa.Column("amount__currency", PlainText(), nullable=True),
        sa.Column("close_on", Day(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("verdict", PlainText(), nullable=False),
        sa.Column("again_from", Day(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("question", PlainText(), nullable=True),
        sa.Column("answer", PlainText(), nullable=True),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_domain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_sales__deal_registration__answer_by__id",
        "sales__deal_registration",
        [smallest("answer_by"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__close_on__id",
        "sales__deal_registration",
        [smallest("close_on"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__match_domain__id",
        "sales__deal_registration",
        [smallest("match_domain"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__match_names__id",
        "sales__deal_registration",
        [smallest("match_names"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__match_number__id",
        "sales__deal_registration",
        [smallest("match_number"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__match_place__id",
        "sales__deal_registration",
        [smallest("match_place"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__state__id", "sales__deal_registration", ["state", "id"]
    )
    op.create_index(
        "ix_sales__deal_registration__submitted_at__id",
        "sales__deal_registration",
        [smallest("submitted_at"), "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__title__key__id",
        "sales__deal_registration",
        ["title__key", "id"],
    )
    op.create_index(
        "ix_sales__deal_registration__verdict__id", "sales__deal_registration", ["verdict", "id"]
    )
    op.create_index(
        "uq_sales__deal_registration__number", "sales__deal_registration", ["number"], unique=True
    )
    op.create_table(
        "sales__deal_registration_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("customer_name", PlainText(), nullable=False),
        sa.Column("customer_name__key", PlainText(), nullable=False),
        sa.Column("customer_address__street", PlainText(), nullable=True),
        sa.Column("customer_address__postal_code", PlainText(), nullable=True),
        sa.Column("customer_address__locality", PlainText(), nullable=True),
        sa.Column("customer_address__region", PlainText(), nullable=True),
        sa.Column("customer_address__country", PlainText(), nullable=True),
        sa.Column("customer_website", PlainText(), nullable=True),
        sa.Column("customer_email", PlainText(), nullable=True),
        sa.Column("customer_phone", PlainText(), nullable=True),
        sa.Column("contact_name", PlainText(), nullable=True),
        sa.Column("amount__amount", Scaled(18, 2), nullable=True),
        sa.Column("amount__currency", PlainText(), nullable=True),
        sa.Column("close_on", Day(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("verdict", PlainText(), nullable=False),
        sa.Column("again_from", Day(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("question", PlainText(), nullable=True),
        sa.Column("answer", PlainText(), nullable=True),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.Column(
            "match_names", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_domain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "match_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__decided_by_version",
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
        "ix_sales__decided_by_version__source_id__id",
        "sales__decided_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__decided_by_version__target_id__id",
        "sales__decided_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__entered_by_version",
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
        "ix_sales__entered_by_version__source_id__id",
        "sales__entered_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__entered_by_version__target_id__id",
        "sales__entered_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__hindered_by_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("certain", Flag(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__hindered_by_version__source_id__id",
        "sales__hindered_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__hindered_by_version__target_id__id",
        "sales__hindered_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__opportunity",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("amount__amount", Scaled(18, 2), nullable=True),
        sa.Column("amount__currency", PlainText(), nullable=True),
        sa.Column("close_on", Day(), nullable=True),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("reason_note", PlainText(), nullable=True),
        sa.Column("late", Flag(), nullable=False),
        sa.Column("next_step", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_sales__opportunity__close_on__id", "sales__opportunity", [smallest("close_on"), "id"]
    )
    op.create_index("ix_sales__opportunity__late__id", "sales__opportunity", ["late", "id"])
    op.create_index("ix_sales__opportunity__state__id", "sales__opportunity", ["state", "id"])
    op.create_index(
        "ix_sales__opportunity__title__key__id", "sales__opportunity", ["title__key", "id"]
    )
    op.create_table(
        "sales__stage",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("expects", TextArray(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_sales__stage__name__key__id", "sales__stage", ["name__key", "id"])
    op.create_index("ix_sales__stage__rank__id", "sales__stage", ["rank", "id"])
    op.create_table(
        "sales__in_stage_version",
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
        "ix_sales__in_stage_version__source_id__valid_from__id",
        "sales__in_stage_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__in_stage_version__target_id__valid_from__id",
        "sales__in_stage_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__territory",
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
    op.create_index("ix_sales__territory__name__key__id", "sales__territory", ["name__key", "id"])
    op.create_table(
        "sales__in_territory_version",
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
        "ix_sales__in_territory_version__source_id__valid_from__id",
        "sales__in_territory_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__in_territory_version__target_id__valid_from__id",
        "sales__in_territory_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__interested_in_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__interested_in_version__source_id__id",
        "sales__interested_in_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__interested_in_version__target_id__id",
        "sales__interested_in_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__involved_in_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("part", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__involved_in_version__source_id__id",
        "sales__involved_in_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__involved_in_version__target_id__id",
        "sales__involved_in_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__lead_offer",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_sales__lead_offer__answer_by__id", "sales__lead_offer", [smallest("answer_by"), "id"]
    )
    op.create_index(
        "ix_sales__lead_offer__number__key__id", "sales__lead_offer", ["number__key", "id"]
    )
    op.create_index(
        "ix_sales__lead_offer__offered_at__id", "sales__lead_offer", [smallest("offered_at"), "id"]
    )
    op.create_index("ix_sales__lead_offer__rank__id", "sales__lead_offer", ["rank", "id"])
    op.create_index("ix_sales__lead_offer__state__id", "sales__lead_offer", ["state", "id"])
    op.create_index("uq_sales__lead_offer__number", "sales__lead_offer", ["number"], unique=True)
    op.create_table(
        "sales__lead_offer_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__lead_owned_by_version",
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
        "ix_sales__lead_owned_by_version__source_id__valid_from__id",
        "sales__lead_owned_by_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__lead_owned_by_version__target_id__valid_from__id",
        "sales__lead_owned_by_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__lead_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("company", PlainText(), nullable=True),
        sa.Column("company__key", PlainText(), nullable=True),
        sa.Column("given_name", PlainText(), nullable=True),
        sa.Column("given_name__key", PlainText(), nullable=True),
        sa.Column("family_name", PlainText(), nullable=True),
        sa.Column("family_name__key", PlainText(), nullable=True),
        sa.Column("email", PlainText(), nullable=True),
        sa.Column("email__key", PlainText(), nullable=True),
        sa.Column("phone", PlainText(), nullable=True),
        sa.Column("website", PlainText(), nullable=True),
        sa.Column("address__street", PlainText(), nullable=True),
        sa.Column("address__postal_code", PlainText(), nullable=True),
        sa.Column("address__locality", PlainText(), nullable=True),
        sa.Column("address__region", PlainText(), nullable=True),
        sa.Column("address__country", PlainText(), nullable=True),
        sa.Column("language", PlainText(), nullable=True),
        sa.Column("interest", PlainText(), nullable=True),
        sa.Column("interest__key", PlainText(), nullable=True),
        sa.Column("came_by", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("unfit", PlainText(), nullable=True),
        sa.Column("unfit_note", PlainText(), nullable=True),
        sa.Column("converted_on", Day(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__lost_to_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("won", Flag(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__lost_to_version__source_id__id", "sales__lost_to_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__lost_to_version__target_id__id", "sales__lost_to_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__managed_by_version",
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
        "ix_sales__managed_by_version__source_id__valid_from__id",
        "sales__managed_by_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__managed_by_version__target_id__valid_from__id",
        "sales__managed_by_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__matched_to_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("verdict", PlainText(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", JsonText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__matched_to_version__source_id__id",
        "sales__matched_to_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__matched_to_version__target_id__id",
        "sales__matched_to_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__sales_team",
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
    op.create_index("ix_sales__sales_team__name__key__id", "sales__sales_team", ["name__key", "id"])
    op.create_table(
        "sales__member_of_team_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__member_of_team_version__source_id__valid_from__id",
        "sales__member_of_team_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__member_of_team_version__target_id__valid_from__id",
        "sales__member_of_team_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__offer_of_version",
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
        "ix_sales__offer_of_version__source_id__id", "sales__offer_of_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__offer_of_version__target_id__id", "sales__offer_of_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__offered_to_version",
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
        "ix_sales__offered_to_version__source_id__id",
        "sales__offered_to_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__offered_to_version__target_id__id",
        "sales__offered_to_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__opportunity_for_version",
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
        "ix_sales__opportunity_for_version__source_id__id",
        "sales__opportunity_for_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__opportunity_for_version__target_id__id",
        "sales__opportunity_for_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__opportunity_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("amount__amount", Scaled(18, 2), nullable=True),
        sa.Column("amount__currency", PlainText(), nullable=True),
        sa.Column("close_on", Day(), nullable=True),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("reason", PlainText(), nullable=True),
        sa.Column("reason_note", PlainText(), nullable=True),
        sa.Column("late", Flag(), nullable=False),
        sa.Column("next_step", PlainText(), nullable=True),
        sa.Column("note", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__quote",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("total__amount", Scaled(18, 2), nullable=True),
        sa.Column("total__currency", PlainText(), nullable=True),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.Column("granted", Scaled(18, 4), nullable=False),
        sa.Column("valid_until", Day(), nullable=False),
        sa.Column("text", PlainText(), nullable=True),
        sa.Column("sent_on", Day(), nullable=True),
        sa.Column("answered_on", Day(), nullable=True),
        sa.Column("declined_for", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.Column("document__name", PlainText(), nullable=True),
        sa.Column("document__media_type", PlainText(), nullable=True),
        sa.Column(
            "document__size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("document__digest", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_sales__quote__currency__id", "sales__quote", ["currency", "id"])
    op.create_index("ix_sales__quote__number__key__id", "sales__quote", ["number__key", "id"])
    op.create_index("ix_sales__quote__sent_on__id", "sales__quote", [smallest("sent_on"), "id"])
    op.create_index("ix_sales__quote__state__id", "sales__quote", ["state", "id"])
    op.create_index("ix_sales__quote__valid_until__id", "sales__quote", ["valid_until", "id"])
    op.create_index("uq_sales__quote__number", "sales__quote", ["number"], unique=True)
    op.create_table(
        "sales__ordered_as_version",
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
        "ix_sales__ordered_as_version__source_id__id",
        "sales__ordered_as_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__ordered_as_version__target_id__id",
        "sales__ordered_as_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__owned_by_version",
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
        "ix_sales__owned_by_version__source_id__valid_from__id",
        "sales__owned_by_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__owned_by_version__target_id__valid_from__id",
        "sales__owned_by_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__partner_managed_by",
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
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__partner_managed_by__source_id__valid_from__i_36781d7f",
        "sales__partner_managed_by",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__partner_managed_by__target_id__valid_from__i_f17e5aab",
        "sales__partner_managed_by",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__partner_managed_by_version",
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
        "ix_sales__partner_managed_by_version__source_id__valid_from__id",
        "sales__partner_managed_by_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__partner_managed_by_version__target_id__valid_from__id",
        "sales__partner_managed_by_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__pipeline",
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
    op.create_index("ix_sales__pipeline__name__key__id", "sales__pipeline", ["name__key", "id"])
    op.create_table(
        "sales__pipeline_version",
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
        "sales__protects_version",
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
        "ix_sales__protects_version__source_id__valid_from__id",
        "sales__protects_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__protects_version__target_id__valid_from__id",
        "sales__protects_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__quote_for_version",
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
        "ix_sales__quote_for_version__source_id__id",
        "sales__quote_for_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__quote_for_version__target_id__id",
        "sales__quote_for_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__quote_line_version",
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
        sa.Column("listed__amount", Scaled(18, 2), nullable=False),
        sa.Column("listed__currency", PlainText(), nullable=False),
        sa.Column("agreed", Scaled(18, 2), nullable=False),
        sa.Column("price_list", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__quote_line_version__source_id__id",
        "sales__quote_line_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__quote_line_version__target_id__id",
        "sales__quote_line_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__quote_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("number", PlainText(), nullable=False),
        sa.Column("number__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.Column("currency", PlainText(), nullable=False),
        sa.Column("total__amount", Scaled(18, 2), nullable=True),
        sa.Column("total__currency", PlainText(), nullable=True),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.Column("granted", Scaled(18, 4), nullable=False),
        sa.Column("valid_until", Day(), nullable=False),
        sa.Column("text", PlainText(), nullable=True),
        sa.Column("sent_on", Day(), nullable=True),
        sa.Column("answered_on", Day(), nullable=True),
        sa.Column("declined_for", PlainText(), nullable=True),
        sa.Column("remark", PlainText(), nullable=True),
        sa.Column("document__name", PlainText(), nullable=True),
        sa.Column("document__media_type", PlainText(), nullable=True),
        sa.Column(
            "document__size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("document__digest", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__registered_by_version",
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
        "ix_sales__registered_by_version__source_id__id",
        "sales__registered_by_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__registered_by_version__target_id__id",
        "sales__registered_by_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__registered_for_version",
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
        "ix_sales__registered_for_version__source_id__id",
        "sales__registered_for_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__registered_for_version__target_id__id",
        "sales__registered_for_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__registered_product_version",
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
        "ix_sales__registered_product_version__source_id__id",
        "sales__registered_product_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__registered_product_version__target_id__id",
        "sales__registered_product_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__scoring_model",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("scored_type", PlainText(), nullable=False),
        sa.Column("scored_type__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_sales__scoring_model__name__key__id", "sales__scoring_model", ["name__key", "id"]
    )
    op.create_index(
        "ix_sales__scoring_model__scored_type__key__id",
        "sales__scoring_model",
        ["scored_type__key", "id"],
    )
    op.create_index("ix_sales__scoring_model__state__id", "sales__scoring_model", ["state", "id"])
    op.create_index(
        "uq_sales__scoring_model__name__edition",
        "sales__scoring_model",
        ["name", "edition"],
        unique=True,
    )
    op.create_table(
        "sales__scoring_rule",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("condition", JsonText(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "ix_sales__scoring_rule__title__key__id", "sales__scoring_rule", ["title__key", "id"]
    )
    op.create_table(
        "sales__rule_of_version",
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
        "ix_sales__rule_of_version__source_id__id", "sales__rule_of_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__rule_of_version__target_id__id", "sales__rule_of_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__sales_team_version",
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
        "sales__score",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("model", PlainText(), nullable=False),
        sa.Column("model__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reasons", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_sales__score__model__key__id", "sales__score", ["model__key", "id"])
    op.create_index("ix_sales__score__value__id", "sales__score", ["value", "id"])
    op.create_table(
        "sales__score_of_version",
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
        "ix_sales__score_of_version__source_id__id", "sales__score_of_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__score_of_version__target_id__id", "sales__score_of_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__score_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("model", PlainText(), nullable=False),
        sa.Column("model__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reasons", JsonText(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__scoring_model_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("scored_type", PlainText(), nullable=False),
        sa.Column("scored_type__key", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("state_since", Instant(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__scoring_rule_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("title__key", PlainText(), nullable=False),
        sa.Column("condition", JsonText(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__sent_to_version",
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
        "ix_sales__sent_to_version__source_id__id", "sales__sent_to_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__sent_to_version__target_id__id", "sales__sent_to_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__stage_of_version",
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
        "ix_sales__stage_of_version__source_id__id", "sales__stage_of_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__stage_of_version__target_id__id", "sales__stage_of_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__stage_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("expects", TextArray(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "sales__supersedes_version",
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
        "ix_sales__supersedes_version__source_id__id",
        "sales__supersedes_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_sales__supersedes_version__target_id__id",
        "sales__supersedes_version",
        ["target_id", "id"],
    )
    op.create_table(
        "sales__territory_version",
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
        "sales__territory_within_version",
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
        "ix_sales__territory_within_version__source_id__valid_from__id",
        "sales__territory_within_version",
        ["source_id", smallest("valid_from"), "id"],
    )
    op.create_index(
        "ix_sales__territory_within_version__target_id__valid_from__id",
        "sales__territory_within_version",
        ["target_id", smallest("valid_from"), "id"],
    )
    op.create_table(
        "sales__wants_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__wants_version__source_id__id", "sales__wants_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__wants_version__target_id__id", "sales__wants_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__yields_version",
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
        "ix_sales__yields_version__source_id__id", "sales__yields_version", ["source_id", "id"]
    )
    op.create_index(
        "ix_sales__yields_version__target_id__id", "sales__yields_version", ["target_id", "id"]
    )
    op.create_table(
        "sales__converted_into",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__converted_into__source_id__id__target_id",
        "sales__converted_into",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__converted_into__target_id__id__source_id",
        "sales__converted_into",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__converted_into__source_id__target_id",
        "sales__converted_into",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__interested_in",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__interested_in__source_id__id__target_id",
        "sales__interested_in",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__interested_in__target_id__id__source_id",
        "sales__interested_in",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__interested_in__source_id__target_id",
        "sales__interested_in",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__lead_owned_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__lead_owned_by__source_id__valid_from__id__ta_d089e271",
        "sales__lead_owned_by",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__lead_owned_by__target_id__valid_from__id__so_594875fe",
        "sales__lead_owned_by",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__matched_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("verdict", PlainText(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__matched_to__source_id__id__target_id",
        "sales__matched_to",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__matched_to__target_id__id__source_id",
        "sales__matched_to",
        ["target_id", "id", "source_id"],
    )
    op.create_index("ix_sales__matched_to__verdict__id", "sales__matched_to", ["verdict", "id"])
    op.create_index(
        "uq_sales__matched_to__source_id__target_id",
        "sales__matched_to",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__decided_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__decided_by__source_id__id__target_id",
        "sales__decided_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__decided_by__target_id__id__source_id",
        "sales__decided_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__decided_by__source_id__target_id",
        "sales__decided_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__entered_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__entered_by__source_id__id__target_id",
        "sales__entered_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__entered_by__target_id__id__source_id",
        "sales__entered_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__entered_by__source_id__target_id",
        "sales__entered_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__hindered_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("certain", Flag(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__hindered_by__source_id__id__target_id",
        "sales__hindered_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__hindered_by__target_id__id__source_id",
        "sales__hindered_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__hindered_by__source_id__target_id",
        "sales__hindered_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__protects",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__protects__source_id__valid_from__id__target__397612f1",
        "sales__protects",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__protects__target_id__valid_from__id__source__e1040c2b",
        "sales__protects",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__registered_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__registered_by__source_id__id__target_id",
        "sales__registered_by",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__registered_by__target_id__id__source_id",
        "sales__registered_by",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__registered_by__source_id__target_id",
        "sales__registered_by",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__registered_for",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__registered_for__source_id__id__target_id",
        "sales__registered_for",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__registered_for__target_id__id__source_id",
        "sales__registered_for",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__registered_for__source_id__target_id",
        "sales__registered_for",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__registered_product",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__registered_product__source_id__id__target_id",
        "sales__registered_product",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__registered_product__target_id__id__source_id",
        "sales__registered_product",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__registered_product__source_id__target_id",
        "sales__registered_product",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__involved_in",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("part", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__opportunity.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__involved_in__part__id", "sales__involved_in", [smallest("part"), "id"]
    )
    op.create_index(
        "ix_sales__involved_in__source_id__id__target_id",
        "sales__involved_in",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__involved_in__target_id__id__source_id",
        "sales__involved_in",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__involved_in__source_id__target_id",
        "sales__involved_in",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__lost_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("won", Flag(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__opportunity.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__lost_to__source_id__id__target_id",
        "sales__lost_to",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__lost_to__target_id__id__source_id",
        "sales__lost_to",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__lost_to__source_id__target_id",
        "sales__lost_to",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__opportunity_for",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__opportunity.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__opportunity_for__source_id__id__target_id",
        "sales__opportunity_for",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__opportunity_for__target_id__id__source_id",
        "sales__opportunity_for",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__opportunity_for__source_id__target_id",
        "sales__opportunity_for",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__owned_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__opportunity.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__owned_by__source_id__valid_from__id__target__0d1c9ca5",
        "sales__owned_by",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__owned_by__target_id__valid_from__id__source__b702c834",
        "sales__owned_by",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__wants",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__opportunity.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__wants__source_id__id__target_id",
        "sales__wants",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__wants__target_id__id__source_id",
        "sales__wants",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__wants__source_id__target_id",
        "sales__wants",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__yields",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sales__deal_registration.id"], name="fk_source_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["sales__opportunity.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__yields__source_id__id__target_id",
        "sales__yields",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__yields__target_id__id__source_id",
        "sales__yields",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__yields__source_id__target_id",
        "sales__yields",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__in_stage",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=True),
        sa.Column("valid_to", Instant(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__opportunity.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__stage.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__in_stage__source_id__valid_from__id__target__083b5b25",
        "sales__in_stage",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__in_stage__target_id__valid_from__id__source__54c89bd9",
        "sales__in_stage",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__in_territory",
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
        sa.ForeignKeyConstraint(["target_id"], ["sales__territory.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__in_territory__source_id__valid_from__id__tar_343d6589",
        "sales__in_territory",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__in_territory__target_id__valid_from__id__sou_21a2fb44",
        "sales__in_territory",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__managed_by",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__territory.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__managed_by__source_id__valid_from__id__targe_5420e7fa",
        "sales__managed_by",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__managed_by__target_id__valid_from__id__sourc_19338ff8",
        "sales__managed_by",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__territory_within",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__territory.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__territory.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__territory_within__source_id__valid_from__id__d2ad109a",
        "sales__territory_within",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__territory_within__target_id__valid_from__id__efa4ee98",
        "sales__territory_within",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__offer_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead_offer.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__lead.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__offer_of__source_id__id__target_id",
        "sales__offer_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__offer_of__target_id__id__source_id",
        "sales__offer_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__offer_of__source_id__target_id",
        "sales__offer_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__offered_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__lead_offer.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__organization.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__offered_to__source_id__id__target_id",
        "sales__offered_to",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__offered_to__target_id__id__source_id",
        "sales__offered_to",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__offered_to__source_id__target_id",
        "sales__offered_to",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__member_of_team",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.Column("role", PlainText(), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name="ck_validity"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["base__person.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__sales_team.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sales__member_of_team__role__id", "sales__member_of_team", ["role", "id"])
    op.create_index(
        "ix_sales__member_of_team__source_id__valid_from__id__t_2ff933a8",
        "sales__member_of_team",
        ["source_id", smallest("valid_from"), "id", "target_id", smallest("valid_to")],
    )
    op.create_index(
        "ix_sales__member_of_team__target_id__valid_from__id__s_468a2bc0",
        "sales__member_of_team",
        ["target_id", smallest("valid_from"), "id", "source_id", smallest("valid_to")],
    )
    op.create_table(
        "sales__ordered_as",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__quote.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__order.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__ordered_as__source_id__id__target_id",
        "sales__ordered_as",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__ordered_as__target_id__id__source_id",
        "sales__ordered_as",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__ordered_as__source_id__target_id",
        "sales__ordered_as",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__quote_for",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__quote.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__opportunity.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__quote_for__source_id__id__target_id",
        "sales__quote_for",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__quote_for__target_id__id__source_id",
        "sales__quote_for",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__quote_for__source_id__target_id",
        "sales__quote_for",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__quote_line",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price__amount", Scaled(18, 2), nullable=False),
        sa.Column("unit_price__currency", PlainText(), nullable=False),
        sa.Column("discount", Scaled(18, 2), nullable=False),
        sa.Column("listed__amount", Scaled(18, 2), nullable=False),
        sa.Column("listed__currency", PlainText(), nullable=False),
        sa.Column("agreed", Scaled(18, 2), nullable=False),
        sa.Column("price_list", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__quote.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["commerce__product.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__quote_line__source_id__id__target_id",
        "sales__quote_line",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__quote_line__target_id__id__source_id",
        "sales__quote_line",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__quote_line__source_id__target_id",
        "sales__quote_line",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__sent_to",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__quote.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["base__person.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__sent_to__source_id__id__target_id",
        "sales__sent_to",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__sent_to__target_id__id__source_id",
        "sales__sent_to",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__sent_to__source_id__target_id",
        "sales__sent_to",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__supersedes",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__quote.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__quote.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__supersedes__source_id__id__target_id",
        "sales__supersedes",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__supersedes__target_id__id__source_id",
        "sales__supersedes",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__supersedes__source_id__target_id",
        "sales__supersedes",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__stage_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__stage.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__pipeline.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__stage_of__source_id__id__target_id",
        "sales__stage_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__stage_of__target_id__id__source_id",
        "sales__stage_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__stage_of__source_id__target_id",
        "sales__stage_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__rule_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__scoring_rule.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["sales__scoring_model.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__rule_of__source_id__id__target_id",
        "sales__rule_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__rule_of__target_id__id__source_id",
        "sales__rule_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__rule_of__source_id__target_id",
        "sales__rule_of",
        ["source_id", "target_id"],
        unique=True,
    )
    op.create_table(
        "sales__score_of",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sales__score.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["record.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sales__score_of__source_id__id__target_id",
        "sales__score_of",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_sales__score_of__target_id__id__source_id",
        "sales__score_of",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_sales__score_of__source_id__target_id",
        "sales__score_of",
        ["source_id", "target_id"],
        unique=True,
    )
