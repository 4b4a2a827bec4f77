"""What is hidden is asked for by the same statements as what is not there, and answered the same."""

from collections.abc import AsyncIterator

import pytest

from relatum.access import SYSTEM, Principal
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database
from relatum_schemas.selection import (
    Compare,
    FieldPath,
    Many,
    Neighbourhood,
    Operator,
    Parameter,
    Rows,
    ShortestPath,
)
from tests.core.reading.asking import request, shows
from tests.core.reading.museum import CATALOGUE, Exhibit, Hall, StandsIn
from tests.databases import CloneTemplate, opened

WANTED = Parameter(parameter="id")
ITSELF = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=WANTED)
ASKED = {
    "of its type": Rows(type="Exhibit", filter=ITSELF),
    "of a trait": Rows(type="Named", filter=ITSELF),
    "of any type": Rows(type="Record", filter=ITSELF),
    "around it": Neighbourhood(id=WANTED, depth=2),
    "a way to it": ShortestPath(start=Parameter(parameter="hall"), end=WANTED),
    "a way from it": ShortestPath(start=WANTED, end=Parameter(parameter="hall")),
}
VISITOR = Principal(roles=frozenset({"visitor"}))


@pytest.fixture
async def museum(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.mark.parametrize("way", ASKED)
async def test_the_hidden_and_the_absent_take_the_same_statements(
    way: str, museum: Database
) -> None:
    db = museum.as_(SYSTEM)
    hall = await db.create(Hall(name="East"))
    hidden, gone, merged, shown = [
        await db.create(Exhibit(name=name, shown=name == "shown"))
        for name in ("hidden", "gone", "merged", "shown")
    ]
    for each in (hidden, shown):
        await db.relate(StandsIn, each, hall)
    await db.delete(gone)
    await db.merge(merged, hidden)
    asked = request(ASKED[way], Many(outputs=shows("id", "label")))

    async def seen(record: object) -> tuple[bytes, list[str]]:
        visitor = museum.as_(VISITOR)
        with museum.connections.count_statements() as statements:
            answer = await visitor.read(asked, {"id": str(record), "hall": str(hall.id)})
        return answer, list(statements)

    await seen(new_id())  # how much the visitor sees is counted once
    absent = await seen(new_id())
    for record in (hidden, gone, merged):
        assert await seen(record.id) == absent
    answer, statements = await seen(shown.id)
    assert answer != absent[0]
    assert statements == absent[1]
