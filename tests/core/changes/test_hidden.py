"""Two offices in which the same was done, but for what is hidden from somebody, tell him the same, step by step."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest

from relatum.access import Principal
from relatum.changes.cursors import BEGINNING
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.session.feed import Following
from relatum_schemas.selection import (
    ChangedOutput,
    Changes,
    FieldOutput,
    HistoryOutput,
    Many,
    RootField,
)
from tests.core.changes.office import (
    OFFICE,
    OUTPUTS,
    Office,
    changed,
    moved,
    new_deal,
    office,
    told,
)
from tests.core.reading.asking import ask, by, rows, shows
from tests.databases import CloneTemplate

HISTORY = HistoryOutput(
    key="history",
    form=Many(
        outputs=(
            FieldOutput(key="operation", field="operation"),
            FieldOutput(key="version", field="version"),
            ChangedOutput(key="changed", parts=(("field", "field"), ("after", "after"))),
        )
    ),
)
EVERYTHING = RootField(key="answer", source=Changes(), form=Many(outputs=OUTPUTS))


@pytest.fixture
async def desks(
    clone_template: CloneTemplate, dialect: DialectName
) -> AsyncIterator[tuple[Office, Office]]:
    async with office(clone_template, dialect) as one, office(clone_template, dialect) as other:
        yield one, other


async def erased(desk: Office) -> None:
    await new_deal(desk, "Secret", "Yard", stage="open", margin=1)
    await changed(desk, "Secret", stage="won")
    await desk.system.erase(desk.deals.pop("Secret"))


async def hidden_staff(desk: Office) -> None:
    person = await desk.system.create(OFFICE.Person(name="Cid"))
    tie = await desk.system.relate(OFFICE.Works, person, desk.firms["Yard"])
    await desk.system.remove(tie)
    await desk.system.delete(person.id)


NOISE: list[Callable[[Office], Awaitable[None]]] = [
    lambda desk: changed(desk, "Crane", stage="won"),
    erased,
    lambda desk: changed(desk, "Crane", title="Lift"),
    hidden_staff,
    lambda desk: new_deal(desk, "Rope", "Yard"),
    lambda desk: desk.system.delete(desk.deals["Rope"]),
]
ACTS: list[Callable[[Office], Awaitable[None]]] = [
    lambda desk: changed(desk, "Wheel", stage="won"),
    lambda desk: new_deal(desk, "Axle", "Mill"),
    lambda desk: moved(desk, "Axle", "Yard"),
    lambda desk: moved(desk, "Axle", "Mill"),
    lambda desk: changed(desk, "Axle", margin=3),
    lambda desk: desk.system.delete(desk.deals["Wheel"]),
]


class Watcher:
    """What somebody is told in an office."""

    def __init__(self, desk: Office, who: Principal) -> None:
        self.desk = desk
        self.who = who
        self.followed = Following(EVERYTHING, {}, BEGINNING)

    async def sees(self) -> list[Any]:
        """All that can be asked of what was done."""
        batch = await self.followed.step(self.desk.database.as_(self.who))
        live = [self._plain(orjson.loads(each.data)) for each in batch.rows]
        lines = [self._plain(each) for each in await self.desk.changes(self.who)]
        asked = rows("Deal", *shows("title", "version"), HISTORY, order=(by("title"),))
        deals = await ask(self.desk.database, asked, {}, self.who)
        return [live, batch.more, lines, deals]

    def _plain(self, line: dict[str, Any]) -> Any:
        """A line without what differs between any two databases."""
        names = {
            str(record): name
            for records in (self.desk.deals, self.desk.ties, self.desk.people, self.desk.firms, self.desk.works)
            for name, record in records.items()
        }  # fmt: skip
        cursor, record = line.pop("cursor"), line.pop("record_id")
        return [len(cursor), names.get(record), line]


@pytest.mark.parametrize(("name", "role"), [("Ann", "partner"), ("Ann", "auditor")])
async def test_what_is_hidden_makes_no_difference(
    desks: tuple[Office, Office], name: str, role: str
) -> None:
    watchers = [Watcher(desk, desk.who(name, role)) for desk in desks]
    quiet, loud = desks
    for act, noise in zip(ACTS, NOISE, strict=True):
        for desk in desks:
            await act(desk)
        await noise(loud)
        for desk in desks:
            await sequence(desk.database.connections)
        one, other = [await watcher.sees() for watcher in watchers]
        assert one == other
    assert len(told(await quiet.changes(quiet.who(name, role)))) >= 2
