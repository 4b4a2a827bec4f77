"""Who gets which item, and what happens to those who give up waiting."""

import asyncio
from dataclasses import dataclass, field

import pytest

from relatum.connections.lending import Lending
from relatum_schemas.errors import DatabaseUnavailable


@dataclass(eq=False)
class Shelf:
    """Makes numbered items and notes what becomes of them."""

    limit: int = 2
    patience: float = 5.0
    made: int = 0
    broken: set[int] = field(default_factory=set)
    disposed: list[int] = field(default_factory=list)
    fails: bool = False

    def lending(self) -> Lending[int]:
        return Lending(
            self.make,
            self.dispose,
            lambda item: item not in self.broken,
            limit=self.limit,
            patience=self.patience,
        )

    async def make(self) -> int:
        await asyncio.sleep(0)
        if self.fails:
            raise DatabaseUnavailable("none to be had")
        self.made += 1
        return self.made

    async def dispose(self, item: int) -> None:
        await asyncio.sleep(0)
        self.disposed.append(item)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_last_returned_is_lent_first() -> None:
    shelf = Shelf()
    lending = shelf.lending()
    one, two = await lending.take(), await lending.take()
    lending.give_back(two)
    lending.give_back(one)
    assert await lending.take() == one
    assert shelf.made == 2


async def test_who_waits_longest_is_served_first() -> None:
    lending = Shelf(limit=1).lending()
    item = await lending.take()
    served: list[str] = []

    async def wait(name: str) -> None:
        async with lending.lent():
            served.append(name)

    waiting = [asyncio.create_task(wait(name)) for name in ("first", "second", "third")]
    await settle()
    lending.give_back(item)
    await asyncio.gather(*waiting)
    assert served == ["first", "second", "third"]


async def test_a_broken_item_is_replaced() -> None:
    shelf = Shelf(limit=1)
    lending = shelf.lending()
    first = await lending.take()
    waiting = asyncio.create_task(lending.take())
    await settle()
    shelf.broken.add(first)
    lending.give_back(first)
    assert await waiting == 2
    lending.give_back(2)
    shelf.broken.add(2)
    assert await lending.take() == 3
    await settle()
    assert shelf.disposed == [1, 2]


async def test_an_item_on_its_way_to_a_cancelled_task_reaches_the_next() -> None:
    lending = Shelf(limit=1).lending()
    item = await lending.take()
    gone = asyncio.create_task(lending.take())
    patient = asyncio.create_task(lending.take())
    await settle()
    lending.give_back(item)
    gone.cancel()
    assert await asyncio.wait_for(patient, 1) == item


async def test_a_place_freed_by_a_cancelled_task_is_not_lost() -> None:
    shelf = Shelf(limit=1)
    lending = shelf.lending()
    item = await lending.take()
    gone = asyncio.create_task(lending.take())
    patient = asyncio.create_task(lending.take())
    await settle()
    shelf.broken.add(item)
    lending.give_back(item)
    gone.cancel()
    assert await asyncio.wait_for(patient, 1) == 2


async def test_one_that_cannot_be_made_lets_the_next_try() -> None:
    shelf = Shelf(limit=1, fails=True)
    lending = shelf.lending()
    attempts = [asyncio.create_task(lending.take()) for _ in range(3)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(result) for result in results] == [DatabaseUnavailable] * 3
    shelf.fails = False
    assert await lending.take() == 1


async def test_patience_ends() -> None:
    lending = Shelf(limit=1, patience=0.01).lending()
    item = await lending.take()
    with pytest.raises(DatabaseUnavailable, match=r"All 1 connections were busy for 0\.01 seconds"):
        await lending.take()
    lending.give_back(item)
    assert await lending.take() == item


async def test_closing_disposes_of_what_is_idle_and_what_comes_back() -> None:
    shelf = Shelf()
    lending = shelf.lending()
    lent, idle = await lending.take(), await lending.take()
    lending.give_back(idle)
    closing = asyncio.create_task(lending.close())
    await settle()
    assert not closing.done()
    lending.give_back(lent)
    await closing
    assert sorted(shelf.disposed) == [lent, idle]


async def test_closing_does_not_wait_for_ever() -> None:
    lending = Shelf().lending()
    await lending.take()
    await asyncio.wait_for(lending.close(grace=0.01), 1)
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await lending.take()


async def test_closing_ends_the_waiting() -> None:
    lending = Shelf(limit=1).lending()
    item = await lending.take()
    waiting = asyncio.create_task(lending.take())
    await settle()
    closing = asyncio.create_task(lending.close())
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await waiting
    lending.give_back(item)
    await closing
