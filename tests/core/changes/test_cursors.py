"""Cursors of the change log: they stand for positions, wait for them, and tell nothing of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from relatum.changes.cursors import (
    BEGINNING,
    cursor_at,
    cursor_of_line,
    cursor_of_unit,
    resolved,
)
from relatum.changes.sequencer import LEADERSHIP, sequence
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.writing import Create
from relatum_schemas.errors import BadCursor, DatabaseUnavailable
from tests.core.writing.stored import CloneTemplate, Stored, stored


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect) as opened:
        yield opened


async def firms(shop: Stored, *names: str) -> list[dict[str, Any]]:
    """Write firms in one unit of work, and return its lines in order."""
    made = await shop.apply(*(Create("Firm", {"name": name}) for name in names))
    ids = {each.id for each in made}
    lines = [line for line in await shop.rows("change") if line["record_id"] in ids]
    return sorted(lines, key=lambda line: line["id"])


async def test_a_unit_stands_for_its_last_line_and_a_line_for_itself(shop: Stored) -> None:
    lines = [*await firms(shop, "A", "B"), *await firms(shop, "C")]
    assert await resolved(shop.connections, cursor_of_unit(lines[0]["unit_id"])) == 2
    assert await resolved(shop.connections, cursor_of_unit(lines[2]["unit_id"])) == 3
    for position, line in enumerate(lines, start=1):
        cursor = cursor_of_line(line["unit_id"], line["digest"])
        assert await resolved(shop.connections, cursor) == position
        async with shop.connections.reading() as connection:
            assert await cursor_at(connection, position) == cursor
    async with shop.connections.reading() as connection:
        assert await cursor_at(connection, 0) == BEGINNING
    assert await resolved(shop.connections, BEGINNING) == 0


async def test_a_cursor_waits_for_whoever_numbers_the_lines(shop: Stored) -> None:
    if shop.connections.dialect == "sqlite":
        return  # the writer numbers its own lines
    async with shop.connections.leadership(LEADERSHIP) as leader:
        assert leader is not None
        (line,) = await firms(shop, "A")
        cursor = cursor_of_unit(line["unit_id"])
        with pytest.raises(DatabaseUnavailable):
            await resolved(shop.connections, cursor, seconds=0.05)
        waiting = asyncio.create_task(resolved(shop.connections, cursor))
        await asyncio.sleep(0)
        assert not waiting.done()
    assert await waiting == 1
    await sequence(shop.connections)


@pytest.mark.parametrize("cursor", ["", "7", "p7", "0" * 32, "f" * 48, "é" * 48, "ab " * 16])
async def test_what_is_no_cursor_is_refused(shop: Stored, cursor: str) -> None:
    await firms(shop, "A")
    with pytest.raises(BadCursor):
        await resolved(shop.connections, cursor)


async def test_a_cursor_of_what_was_never_written_is_refused(shop: Stored) -> None:
    (line,) = await firms(shop, "A")
    for cursor in (cursor_of_unit(new_id()), cursor_of_line(line["unit_id"], bytes(8))):
        with pytest.raises(BadCursor):
            await resolved(shop.connections, cursor)
