"""Folded texts, labels and search words follow from the records, and are made again when stale."""

import pytest
from sqlalchemy import update

from relatum.catalogue import Catalogue
from relatum.connections import open_connections, prepare
from relatum.migration import rebuild, rebuild_text, stale_text
from relatum.plugins import catalogue_of
from tests.core.migration.yard import FIRST, Yard, made, number, rows_of, run, tables_of

WORDS = FIRST.replace("note: str | None", "note: Annotated[str | None, Label, Searchable]")


async def _stale(url: str, catalogue: Catalogue) -> tuple[str, ...]:
    connections = await open_connections(url)
    names = await stale_text(connections, catalogue)
    await connections.close()
    return names


async def _rebuild(url: str, catalogue: Catalogue, *types: str) -> tuple[str, ...]:
    connections = await open_connections(url)
    try:
        return await rebuild_text(connections, catalogue, types or None)
    finally:
        await connections.close()


async def _note(url: str, catalogue: Catalogue) -> None:
    """Write a note past the engine, so that nothing was made of it."""
    machine = tables_of(catalogue).current["Machine"]
    connections = await open_connections(url)
    statement = update(machine).where(machine.c.id == number(2)).values(note="Größe XL, neu")
    async with connections.writing() as connection:
        await connection.execute(prepare(statement, connections.dialect), {})
    await connections.close()


async def test_new_markers_make_keys_labels_and_words_for_records_that_are_there(
    yard: Yard, filled: str
) -> None:
    plain = catalogue_of([yard.plugin("yard", FIRST)])
    await _note(filled, plain)
    catalogue = await made(filled, yard.plugin("yard", WORDS))
    tables = tables_of(catalogue)
    keys = await rows_of(filled, tables.current["Machine"], "id", "serial__key", "note__key")
    assert keys[1] == (number(2), "ma 2", "grosse xl, neu")
    labels = await rows_of(filled, tables.record, "id", "label", "label__key")
    assert labels[1] == (number(2), "Mä 2 Größe XL, neu", "ma 2 grosse xl, neu")
    found = await rows_of(filled, tables.search, "record_id", "field", "is_label", "tokens")
    assert sorted(row[1:] for row in found if row[0] == number(2)) == [
        ("note", True, "grosse xl neu"),
        ("serial", True, "ma 2"),
    ]
    assert await _stale(filled, catalogue) == ()


async def test_types_made_by_other_rules_are_stale_and_made_again(yard: Yard, filled: str) -> None:
    catalogue = await made(filled, yard.plugin("yard", WORDS))
    await run(filled, "UPDATE setting SET value = '0/1.1' WHERE name = 'text.Machine'")
    await run(filled, "UPDATE yard__machine SET serial__key = 'wrong'")
    await run(filled, "UPDATE yard__machine_version SET serial__key = 'wrong'")
    assert await _stale(filled, catalogue) == ("Machine",)
    assert await _rebuild(filled, catalogue) == ("Machine",)
    tables = tables_of(catalogue)
    for table in (tables.current["Machine"], tables.version["Machine"]):
        rows = await rows_of(filled, table, "id", "serial__key")
        assert {row[1] for row in rows} == {"ma 1", "ma 2", "ma 3"}
    assert await _rebuild(filled, catalogue) == ()


async def test_making_again_changes_nothing_that_is_right(yard: Yard, filled: str) -> None:
    catalogue = await made(filled, yard.plugin("yard", WORDS))
    tables = tables_of(catalogue)
    columns = ("record_id", "field", "is_label", "tokens")
    await _rebuild(filled, catalogue, "Machine", "Site")
    before = await rows_of(filled, tables.search, *columns)
    assert await _rebuild(filled, catalogue, "Machine", "Site") == ("Machine", "Site")
    assert sorted(await rows_of(filled, tables.search, *columns)) == sorted(before)


async def test_making_again_goes_on_where_it_was_interrupted(
    yard: Yard, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = await made(filled, yard.plugin("yard", WORDS))
    await run(filled, "UPDATE yard__machine SET serial__key = 'wrong'")
    monkeypatch.setattr(rebuild, "BATCH", 1)
    write_words, written = rebuild._write_words, []

    async def interrupted(*given: object) -> None:
        written.append(given[2])
        if len(written) == 2:
            raise KeyboardInterrupt
        await write_words(*given)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(rebuild, "_write_words", interrupted)
    with pytest.raises(KeyboardInterrupt):
        await _rebuild(filled, catalogue, "Machine")
    assert len(written) == 2
    await _rebuild(filled, catalogue, "Machine")
    assert written == [[number(1)], [number(2)], [number(2)], [number(3)]]
    rows = await rows_of(filled, tables_of(catalogue).current["Machine"], "id", "serial__key")
    assert [row[1] for row in rows] == ["ma 1", "ma 2", "ma 3"]
