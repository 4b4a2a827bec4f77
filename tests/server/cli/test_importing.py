"""`relatum import`: what came of every row, in words."""

from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from tests.server.cli.programs import called, relatum

MAPPING = """
system = "paper"

[[files]]
path = "firms.csv"

[[files.entities]]
type = "Organization"
key = "{number}"
fields.name = "{name}"
fields.employee_count = "{people}"
"""
BASE = ("--database", "sqlite:///firms.db", "--only", "base")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a migrated database, a mapping and its file."""
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "firms.csv").write_text("number,name,people\n1,Abel,3\n2,Bauer,many\n3,Castro,5\n")
    assert (
        called("migrate", "--database", f"sqlite:///{tmp_path}/firms.db", *BASE[2:]).exit_code == 0
    )
    return tmp_path


def test_rows_are_imported_or_set_aside_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = relatum("import", "mapping.toml", *BASE, "--rejects", "aside", cwd=folder)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[0] == (
        "3 rows of 1 files: 2 records created, 0 updated, 0 unchanged; 1 rows set aside."
    )
    assert "line 3: " in first.stdout
    assert "many" in (folder / "aside" / "firms.csv.rejected.csv").read_text()

    (folder / "firms.csv").write_text("number,name,people\n1,Abel,4\n2,Bauer,2\n3,Castro,5\n")
    monkeypatch.chdir(folder)
    again = called("import", "mapping.toml", *BASE, "--rejects", "aside")
    assert "1 records created, 1 updated, 1 unchanged; 0 rows set aside." in again.stdout


def test_incomplete_records_are_counted_with_the_query_that_finds_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "mapping.toml").write_text(
        'system = "paper"\n[[files]]\npath = "points.csv"\n[[files.entities]]\n'
        'type = "ContactPoint"\nkey = "{id}"\nfields.kind = "phone"\nfields.value = "{value}"\n'
    )
    (folder / "points.csv").write_text("id,value\n1,111\n2,222\n")
    ended = called("import", "mapping.toml", *BASE)
    assert ended.stdout.splitlines()[-2:] == [
        "Incomplete: 2 of type ContactPoint lack party:",
        '  { contactPoints(filter: {missing: {has: "party"}}) { nodes { id label } } }',
    ]


def test_a_mapping_that_cannot_be_used_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    missing = called("import", "nowhere.toml", *BASE)
    assert missing.exit_code == 1
    assert missing.stderr.startswith("UNREADABLE_FILE: nowhere.toml cannot be read")

    (folder / "broken.toml").write_text("system = = 1")
    broken = called("import", "broken.toml", *BASE)
    assert broken.exit_code == 1
    assert broken.stderr.startswith("UNREADABLE_FILE: broken.toml is no TOML")

    (folder / "wrong.toml").write_text(MAPPING.replace("fields.name", "fields.nam"))
    wrong = called("import", "wrong.toml", *BASE)
    assert wrong.exit_code == 1
    assert "Did you mean 'name'?" in wrong.stderr


def test_a_database_that_another_program_holds_is_told(folder: Path) -> None:
    raw = dbapi2.connect(str(folder / "firms.db"), isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    ended = relatum("import", "mapping.toml", *BASE, cwd=folder)
    raw.execute("ROLLBACK")
    raw.close()
    assert ended.returncode == 1
    assert ended.stderr.startswith("DATABASE_LOCKED: ")
    assert "Traceback" not in ended.stderr
