"""Make the engine's own tables."""

import sqlalchemy as sa

from relatum.connections.types import Flag, Identifier, Instant, PlainText, TextArray
from relatum.migration import Steps, smallest

revision = "relatum_0001"
down_revision = None
branch_labels = ("relatum",)
depends_on = None


def upgrade(op: Steps) -> None:
    op.create_table(
        "change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False, cache=1),
            nullable=False,
        ),
        sa.Column("unit_id", Identifier(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operation", PlainText(), nullable=False),
        sa.Column("fields", TextArray(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_change__record_id__id", "change", ["record_id", "id"])
    op.create_index("ix_change__unit_id", "change", ["unit_id"])
    op.create_index(
        "ix_change__unsequenced",
        "change",
        ["id"],
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_index("uq_change__position", "change", ["position"], unique=True)
    op.create_table(
        "choice",
        sa.Column("list", PlainText(), nullable=False),
        sa.Column("code", PlainText(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("list", "code"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("label", PlainText(), nullable=True),
        sa.Column("label__key", PlainText(), nullable=True),
        sa.Column("merged_into", Identifier(), nullable=True),
        sa.Column("deleted", Flag(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["record.id"], name="fk_merged_into"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record__label__key__id", "record", [smallest("label__key"), "id"])
    op.create_index(
        "ix_record__merged_into",
        "record",
        ["merged_into"],
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "search",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False, cache=1),
            nullable=False,
        ),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("field", PlainText(), nullable=False),
        sa.Column("is_label", Flag(), nullable=False),
        sa.Column("tokens", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("uq_search__record_id__field", "search", ["record_id", "field"], unique=True)
    op.create_table(
        "setting",
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("value", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_of_work",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("actor", Identifier(), nullable=True),
        sa.Column("acted_for", Identifier(), nullable=True),
        sa.Column("on_behalf_of", Identifier(), nullable=True),
        sa.Column("origin", PlainText(), nullable=True),
        sa.Column("purpose", PlainText(), nullable=False),
        sa.Column("reason", PlainText(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "external_key",
        sa.Column("source", PlainText(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("key", PlainText(), nullable=False),
        sa.Column("record_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_id"),
        sa.PrimaryKeyConstraint("source", "type", "key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_external_key__record_id", "external_key", ["record_id"])
    op.define(
        "sqlite",
        "search_words",
        "CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='search', content_rowid='number', tokenize='ascii', detail=none)",
    )
    op.define(
        "sqlite",
        "search_inserted",
        "CREATE TRIGGER search_inserted AFTER INSERT ON search BEGIN INSERT INTO search_words(rowid, tokens) VALUES (new.number, new.tokens); END",
    )
    op.define(
        "sqlite",
        "search_deleted",
        "CREATE TRIGGER search_deleted AFTER DELETE ON search BEGIN INSERT INTO search_words(search_words, rowid, tokens) VALUES ('delete', old.number, old.tokens); END",
    )
    op.define(
        "sqlite",
        "search_updated",
        "CREATE TRIGGER search_updated AFTER UPDATE OF number, tokens ON search BEGIN INSERT INTO search_words(search_words, rowid, tokens) VALUES ('delete', old.number, old.tokens); INSERT INTO search_words(rowid, tokens) VALUES (new.number, new.tokens); END",
    )
    op.define(
        "postgresql",
        "ix_search__tokens",
        "CREATE INDEX ix_search__tokens ON search USING gin (array_to_tsvector(string_to_array(tokens, ' ')))",
    )
