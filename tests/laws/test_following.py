"""Readers follow changes while others write at once, and come back from any cursor: what they keep is what they may see.

Each writer moves deals between two firms, changes, deletes and restores them, and lets people come and go. A reader keeps
what it is told, forgets what left, and hangs up in the middle of things. In the end it keeps nothing that it may not see,
nothing that is outdated, and it was told of nothing that never was in its sight.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from relatum.access import Principal
from relatum.changes.cursors import BEGINNING
from relatum.changes.reader import read_changes
from relatum.changes.sequencer import keep_sequencing, sequence
from relatum.connections import DialectName
from relatum.session import feed
from relatum.session.feed import Following
from relatum.writing import Correct, Create, Delete, Relate, Remove, Restore, Update
from relatum_schemas.errors import RelatumError
from relatum_schemas.selection import (
    Changes,
    Compare,
    FieldOutput,
    FieldPath,
    Many,
    Operator,
    RootField,
    Rows,
)
from tests.core.changes.office import OUTPUTS, Office, office
from tests.core.reading.asking import ask, request
from tests.databases import CloneTemplate

WRITERS, ACTS = 4, 30
OPEN = Compare(path=FieldPath(field="stage"), operator=Operator.EQ, value="open")
GONE = ("LEFT_SCOPE", "DELETED", "ERASED", "MERGED")


@pytest.fixture
async def desk(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    async with office(clone_template, dialect) as made:
        yield made


@dataclass
class Writer:
    """Somebody who writes at random."""

    desk: Office
    chance: random.Random
    deals: dict[Any, Any]
    met: dict[str, set[str]]

    async def act(self) -> None:
        with suppress(RelatumError):  # others went first
            await self._act()

    async def _act(self) -> None:
        session, chance = self.desk.system, self.chance
        firm = chance.choice(["Mill", "Yard"])
        acts = ["make", "change", "change", "move", "move", "delete", "restore"]
        match chance.choice(acts):
            case "make":
                await self._make(firm)
            case "change":
                stage = chance.choice(["open", "won"])
                await session.apply([Update(self._deal(), {"stage": stage})])
            case "move":
                deal = self._deal()
                self.met[firm].add(str(deal))
                move = Correct(self.deals[deal], target=self.desk.firms[firm])
                await session.apply([move, Update(deal, {"margin": chance.randrange(9)})])
            case "delete":
                await session.apply([Delete(self._deal())])
            case "restore":
                await session.apply([Restore(self._deal())])

    async def _make(self, firm: str) -> None:
        async with self.desk.system.unit() as unit:
            (deal,) = await unit.apply([Create("Deal", {"title": "New", "stage": "open"})])
            (tie,) = await unit.apply([Relate("Deals", deal.id, self.desk.firms[firm])])
            self.met[firm].add(str(deal.id))
            await asyncio.sleep(0)
        self.deals[deal.id] = tie.id

    def _deal(self) -> Any:
        return self.chance.choice(list(self.deals))


async def leave(desk: Office) -> None:
    """Let Ann work for the mill no longer."""
    await desk.system.apply([Remove(desk.works["Ann"])])


async def come(desk: Office) -> None:
    """Let Ann work for the mill again."""
    (tie,) = await desk.system.apply([Relate("Works", desk.people["Ann"], desk.firms["Mill"])])
    desk.works["Ann"] = tie.id


@dataclass
class Keeper:
    """Somebody who keeps what is told, by record: its version."""

    desk: Office
    who: Principal
    chance: random.Random
    source: Changes
    cursor: str = BEGINNING
    kept: dict[str, int] = field(default_factory=dict)
    lines: list[tuple[str, int, str]] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    @property
    def root(self) -> RootField:
        return RootField(key="answer", source=self.source, form=Many(outputs=OUTPUTS))

    async def follow(self, *, steps: int) -> None:
        """Make some steps, then hang up, perhaps before all of the last one was read."""
        followed = Following(self.root, {}, self.cursor)
        for _ in range(steps):
            batch = await followed.step(self.desk.database.as_(self.who))
            read = len(batch.rows)
            hangs_up = self.chance.random() < 0.3
            for each in batch.rows[: self.chance.randint(0, read) if hangs_up else read]:
                self.cursor = each.cursor
                self._take(orjson.loads(each.data))
            if hangs_up:
                return

    async def drain(self) -> None:
        followed, more = Following(self.root, {}, self.cursor), True
        while more:
            batch = await followed.step(self.desk.database.as_(self.who))
            more = batch.more
            for each in batch.rows:
                self.cursor = each.cursor
                self._take(orjson.loads(each.data))

    def _take(self, shown: dict[str, Any]) -> None:
        record = shown["record_id"]
        self.met.add(record)
        if shown["operation"] == "LEFT_SCOPE":
            self.kept.pop(record, None)
            return
        line = (record, shown["version"], shown["operation"])
        assert line not in self.lines, "told twice"
        assert all(version <= line[1] for each, version, _ in self.lines if each == record)
        self.lines.append(line)
        if shown["operation"] in GONE:
            self.kept.pop(record, None)
        else:
            self.kept[record] = shown["version"]

    async def seen(self) -> dict[str, int]:
        """What may be seen now, as is meant: versions by record."""
        shown = (FieldOutput(key="id", field="id"), FieldOutput(key="version", field="version"))
        rows = Rows(type="Deal", filter=self.source.filter)
        found = await ask(self.desk.database, request(rows, Many(outputs=shown)), {}, self.who)
        return {each["id"]: each["version"] for each in found}


@asynccontextmanager
async def numbering(desk: Office) -> AsyncIterator[None]:
    sequencer = asyncio.create_task(keep_sequencing(desk.database.connections))
    try:
        yield
    finally:
        sequencer.cancel()
        await asyncio.gather(sequencer, return_exceptions=True)


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_kept_is_what_may_be_seen(
    desk: Office, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE", 3)
    deals: dict[Any, Any] = {desk.deals[name]: desk.ties[name] for name in desk.deals}
    met = {"Mill": {str(desk.deals["Wheel"])}, "Yard": {str(desk.deals["Crane"])}}
    everybody = Changes(types=("Deal",))
    clerk = Principal(roles=frozenset({"clerk"}))
    keepers = [
        Keeper(desk, who, random.Random(seed), source)
        for who, source in (
            (desk.who("Ann", "partner"), everybody),
            (desk.who("Bob", "partner"), everybody),
            (desk.who("Ann", "partner"), Changes(types=("Deal",), filter=OPEN)),
            (clerk, Changes(types=("Deal",), filter=OPEN)),
            (clerk, everybody),
        )
    ]
    writing = asyncio.Event()

    async def write(number: int) -> None:
        writer = Writer(desk, random.Random(seed * 100 + number), deals, met)
        for turn in range(ACTS):
            await writer.act()
            if number == 0 and turn % 5 == 4:
                await (come if turn % 2 else leave)(desk)

    async def read(keeper: Keeper) -> None:
        while not writing.is_set():
            await keeper.follow(steps=keeper.chance.randint(1, 4))
            await asyncio.sleep(0.002)

    async with numbering(desk):
        reading = [asyncio.create_task(read(each)) for each in keepers]
        await asyncio.gather(*(write(number) for number in range(WRITERS)))
        if seed % 2:
            await leave(desk)
        writing.set()
        await asyncio.gather(*reading)
    await sequence(desk.database.connections)
    for keeper in keepers:
        await keeper.drain()
        seen = await keeper.seen()
        stale = {
            each: keeper.kept[each] for each in keeper.kept if seen.get(each) != keeper.kept[each]
        }
        assert not stale, (keeper.who, keeper.source.filter, stale, seen)
    ann, bob, _, _, whole = keepers
    assert ann.met <= met["Mill"] and bob.met <= met["Yard"]
    async with desk.database.connections.reading() as connection:
        lines = await read_changes(connection, limit=10_000)
    assert [
        (str(each.record), each.version, each.operation.upper())
        for each in lines
        if each.type == "Deal"
    ] == whole.lines
    assert whole.kept == await whole.seen()
    assert bool(await ann.seen()) == (seed % 2 == 0)
