"""Skippers and berths."""

from collections.abc import Mapping

import sqlalchemy as sa

from relatum.connections.types import DialectName, Identifier, Instant, PlainText, Scaled
from relatum.migration import Steps

revision = "harbour_0002"
down_revision = "harbour_0001"
branch_labels = None
depends_on = ("relatum_0008",)
changes_rows = ("record",)


def upgrade(op: Steps) -> None:
    op.rename_table("harbour__captain", "harbour__skipper")
    op.rename_table("harbour__captain_version", "harbour__skipper_version")
    op.execute("UPDATE record SET type = 'Skipper' WHERE type = 'Captain'")
    op.execute("UPDATE external_key SET type = 'Skipper' WHERE type = 'Captain'")
    op.execute("UPDATE search SET type = 'Skipper' WHERE type = 'Captain'")
    op.alter_column(
        "harbour__boat", "length", existing_type=Scaled(18, 1), new_column_name="length_overall"
    )
    op.execute(
        "UPDATE search SET field = 'length_overall' WHERE type = 'Boat' AND field = 'length'"
    )
    op.alter_column(
        "harbour__boat_version",
        "length",
        existing_type=Scaled(18, 1),
        new_column_name="length_overall",
    )
    op.drop_index("ix_harbour__captain__name__key__id", table_name="harbour__skipper")
    op.create_table(
        "harbour__berth_version",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("recorded_to", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=True),
        sa.CheckConstraint("recorded_from <= recorded_to", name="ck_recorded"),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "harbour__lies_at_version",
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
        "ix_harbour__lies_at_version__source_id__id",
        "harbour__lies_at_version",
        ["source_id", "id"],
    )
    op.create_index(
        "ix_harbour__lies_at_version__target_id__id",
        "harbour__lies_at_version",
        ["target_id", "id"],
    )
    op.create_table(
        "harbour__berth",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("name__key", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("ix_harbour__berth__name__key__id", "harbour__berth", ["name__key", "id"])
    op.create_table(
        "harbour__lies_at",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", Instant(), nullable=False),
        sa.Column("source_id", Identifier(), nullable=False),
        sa.Column("target_id", Identifier(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_id"),
        sa.ForeignKeyConstraint(["source_id"], ["harbour__boat.id"], name="fk_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["harbour__berth.id"], name="fk_target_id"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_harbour__lies_at__source_id__id__target_id",
        "harbour__lies_at",
        ["source_id", "id", "target_id"],
    )
    op.create_index(
        "ix_harbour__lies_at__target_id__id__source_id",
        "harbour__lies_at",
        ["target_id", "id", "source_id"],
    )
    op.create_index(
        "uq_harbour__lies_at__source_id__target_id",
        "harbour__lies_at",
        ["source_id", "target_id"],
        unique=True,
    )
    op.alter_column(
        "harbour__boat",
        "length_overall",
        existing_type=Scaled(18, 1),
        type_=Scaled(18, 2),
        existing_nullable=True,
    )
    op.add_column("harbour__boat", sa.Column("people", PlainText(), nullable=True))
    op.add_column("harbour__boat", sa.Column("flag", PlainText(), nullable=True))
    op.fill("harbour__boat", "flag", PlainText(), "none")
    op.alter_column("harbour__boat", "flag", existing_type=PlainText(), nullable=False)
    op.add_column("harbour__boat", sa.Column("flag__key", PlainText(), nullable=True))
    op.fold("harbour__boat", "flag", "flag__key")
    op.alter_column("harbour__boat", "flag__key", existing_type=PlainText(), nullable=False)
    _split(op)
    op.drop_column("harbour__boat", "berth")
    op.create_index("ix_harbour__skipper__name__key__id", "harbour__skipper", ["name__key", "id"])
    op.alter_column(
        "harbour__boat_version",
        "length_overall",
        existing_type=Scaled(18, 1),
        type_=Scaled(18, 2),
        existing_nullable=True,
    )
    op.add_column("harbour__boat_version", sa.Column("people", PlainText(), nullable=True))
    op.add_column("harbour__boat_version", sa.Column("flag", PlainText(), nullable=True))
    op.fill("harbour__boat_version", "flag", PlainText(), "none")
    op.alter_column("harbour__boat_version", "flag", existing_type=PlainText(), nullable=False)
    op.add_column("harbour__boat_version", sa.Column("flag__key", PlainText(), nullable=True))
    op.fold("harbour__boat_version", "flag", "flag__key")
    op.alter_column("harbour__boat_version", "flag__key", existing_type=PlainText(), nullable=False)
    op.execute("UPDATE harbour__boat SET people = CAST(crew AS TEXT)")
    op.execute("UPDATE harbour__boat_version SET people = CAST(crew AS TEXT)")
    op.drop_column("harbour__boat", "crew")
    op.drop_column("harbour__boat_version", "crew")
    op.drop_column("harbour__boat_version", "berth")


_NEW_ID: Mapping[DialectName, str] = {"sqlite": "randomblob(16)", "postgresql": "gen_random_uuid()"}


def _split(op: Steps) -> None:
    """Make a record of each berth that boats name, and a tie of each boat that names one."""
    op.create_table(
        "harbour__moving",
        sa.Column("boat", Identifier(), primary_key=True),
        sa.Column("berth", PlainText(), nullable=False),
        sa.Column("first", Identifier(), nullable=False),
        sa.Column("berth_id", Identifier(), nullable=False),
        sa.Column("tie_id", Identifier(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    for dialect, new_id in _NEW_ID.items():
        op.define(
            dialect,
            f"moving of {dialect}",
            "INSERT INTO harbour__moving "
            f"SELECT id, berth, FIRST_VALUE(id) OVER (PARTITION BY berth ORDER BY id), {new_id}, {new_id} "
            "FROM harbour__boat WHERE berth IS NOT NULL",
        )
    berths = "harbour__moving AS moving WHERE moving.boat = moving.first"
    op.execute(
        f"INSERT INTO record (id, type, deleted) SELECT berth_id, 'Berth', false FROM {berths}"
    )
    op.execute(
        "INSERT INTO record (id, type, deleted) SELECT tie_id, 'LiesAt', false FROM harbour__moving"
    )
    said = "FROM harbour__moving AS moving JOIN harbour__boat_version AS boat ON boat.id = moving.boat "
    last = "(SELECT version FROM harbour__boat AS now WHERE now.id = boat.id)"
    where = f"WHERE boat.version = {last}"
    for version, until in (("", ""), ("_version", ", recorded_to")):
        op.execute(
            f"INSERT INTO harbour__berth{version} (id, version, recorded_from{until}, name) "
            f"SELECT berth_id, 1, recorded_from{until}, moving.berth {said} {where} "
            "AND moving.boat = moving.first"
        )
        op.fold(f"harbour__berth{version}", "name", "name__key")
        op.alter_column(
            f"harbour__berth{version}", "name__key", existing_type=PlainText(), nullable=False
        )
        op.execute(
            f"INSERT INTO harbour__lies_at{version} "
            f"(id, version, recorded_from{until}, source_id, target_id) "
            f"SELECT moving.tie_id, 1, recorded_from{until}, moving.boat, chosen.berth_id {said} "
            f"JOIN harbour__moving AS chosen ON chosen.boat = moving.first {where}"
        )
    op.drop_table("harbour__moving")
