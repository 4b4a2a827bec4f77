"""The past is shown as far as the right to it goes, field by field, judged by today's rules."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.errors import UnknownField
from relatum_schemas.selection import Clock, Parameter
from tests.core.catalogue.declaring import declare
from tests.core.reading.asking import ask, by, rows, shows
from tests.databases import CloneTemplate, opened

ARCHIVE = declare(
    """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]
    city: str | None = None
    pay: int | None = None

policies = [
    Policy("archivist", Person, READ),
    Policy("archivist", Person, HISTORY, fields=only("name")),
    Policy("archivist", Person, HISTORY, where=Field("name") == "Ann", fields=only("city")),
]
""",
    name="archive",
)
CATALOGUE = build_catalogue([ARCHIVE])
ARCHIVIST = Principal(roles=frozenset({"archivist"}))
CLOCK = Clock(recorded_at=Parameter(parameter="then"))


@pytest.fixture
async def archive(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        for name, city in (("Ann", "Bonn"), ("Bob", "Kiel")):
            await db.create(ARCHIVE.Person(name=name, city=city, pay=100))
        yield database


async def test_a_field_is_shown_of_the_past_by_the_right_to_its_past(archive: Database) -> None:
    asked = rows("Person", *shows("name", "city", "pay"), order=(by("name"),), clock=CLOCK)
    present = await ask(archive, asked, {}, ARCHIVIST)
    assert present == [
        {"name": "Ann", "city": "Bonn", "pay": 100},
        {"name": "Bob", "city": "Kiel", "pay": 100},
    ]
    then = {"then": (datetime.now(UTC) + timedelta(seconds=1)).isoformat()}
    assert await ask(archive, asked, then, ARCHIVIST) == [
        {"name": "Ann", "city": "Bonn", "pay": None},
        {"name": "Bob", "city": None, "pay": None},
    ]
    by_pay = rows("Person", *shows("name"), order=(by("pay"),), clock=CLOCK)
    assert len(await ask(archive, by_pay, {}, ARCHIVIST)) == 2
    with pytest.raises(UnknownField):
        await ask(archive, by_pay, then, ARCHIVIST)
