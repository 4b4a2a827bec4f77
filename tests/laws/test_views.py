"""Lists of views hold what a slow look at every record would find, page by page, once each, for whoever asks."""

import csv
import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any, TypeGuard, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from relatum.access import SYSTEM, Principal
from relatum.connections import DialectName
from relatum.session import Context, Session, Tie
from relatum.text import fold, words
from tests.core.viewing.conftest import CATALOGUE, Yard, euros, filled
from tests.core.viewing.yard import Boat
from tests.databases import CloneTemplate, opened

BOATS, QUESTIONS = 50, 20
NAMES = ("Ähre", "ahoi", "Bö", "bora", "Bora Bora", "Cap Horn", "crab", "ÉTÉ", "ete 2", "zz")
ZONE = ZoneInfo("Europe/Berlin")


async def test_lists_are_what_a_slow_look_finds(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    chance = random.Random(7)
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yard = await filled(database)
        await many_boats(database.as_(SYSTEM), yard, chance)
        for principal in (yard.clerk, yard.keeper):
            await agree(yard, principal, chance)


async def many_boats(db: Session, yard: Yard, chance: random.Random) -> None:
    async with db.unit() as unit:
        for _ in range(BOATS):
            firm = chance.choice(list(yard.firms.values()))
            tie = Tie(firm, valid_from=date(2024, 1, 1))
            await unit.create(Boat.model_validate(a_boat(chance)), lies_at=tie)


def a_boat(chance: random.Random) -> dict[str, object]:
    def perhaps(value: object) -> object:
        return value if chance.random() < 0.7 else None

    return {
        "name": chance.choice(NAMES),
        "rig": chance.choice(["sloop", "ketch", "motor"]),
        "length": perhaps(Decimal(chance.randrange(300, 330)) / 100),
        "price": perhaps(euros(f"{chance.randrange(20)}.50")),
        "launched": perhaps(date(2024, 3, 25) + timedelta(days=chance.randrange(10))),
        "checked": perhaps(
            datetime(2024, 3, 30, tzinfo=UTC) + timedelta(hours=chance.randrange(72))
        ),
        "afloat": chance.random() < 0.5,
        "flag": perhaps(chance.choice(["DE", "NO"])),
        "gear": chance.choice([None, ["radio"], ["radar"], ["radio", "radar"]]),
        "harbour": perhaps(chance.choice(NAMES)),
    }


V = TypeVar("V")
Holds = Callable[[Boat], bool]


def a_filter(chance: random.Random) -> tuple[list[tuple[str, str]], Holds]:
    """A filter as a query has it, and what it means."""
    day = date(2024, 3, 25) + timedelta(days=chance.randrange(10))
    number = Decimal(chance.randrange(300, 330)) / 100
    text = chance.choice(["a", "bo", "b", "ete", "ho", "É", "zz", "x"])
    rigs = chance.sample(["sloop", "ketch", "motor"], 2)
    filters: list[tuple[list[tuple[str, str]], Holds]] = [
        ([("rig", each) for each in rigs], lambda boat: boat.rig in rigs),
        ([("afloat", "no")], lambda boat: not boat.afloat),
        ([("length-from", str(number))], lambda boat: given(boat.length) and boat.length >= number),
        ([("length-to", str(number))], lambda boat: given(boat.length) and boat.length <= number),
        ([("length", str(number))], lambda boat: boat.length == number),
        (
            [("price-to", "9.50")],
            lambda boat: given(boat.price) and boat.price.amount <= Decimal("9.5"),
        ),
        ([("price-empty", "yes")], lambda boat: boat.price is None),
        ([("launched", day.isoformat())], lambda boat: boat.launched == day),
        (
            [("launched-from", day.isoformat())],
            lambda boat: given(boat.launched) and boat.launched >= day,
        ),
        ([("checked", day.isoformat())], lambda boat: on(boat.checked) == day),
        (
            [("checked-to", day.isoformat())],
            lambda boat: given(boat.checked) and on(boat.checked) <= day,
        ),
        ([("gear", "radar")], lambda boat: "radar" in (boat.gear or ())),
        ([("flag", "NO")], lambda boat: boat.flag == "NO"),
        ([("name-starts", text)], lambda boat: fold(boat.name).startswith(fold(text))),
        ([("name-contains", text)], lambda boat: fold(text) in fold(boat.name)),
        ([("name", text)], lambda boat: fold(boat.name).startswith(fold(text))),
        ([("q", text)], lambda boat: begun(text, boat.name, boat.harbour or "")),
        ([("q", f"{text} b")], lambda boat: begun(f"{text} b", boat.name, boat.harbour or "")),
    ]
    return chance.choice(filters)


def given(value: V | None) -> TypeGuard[V]:
    return value is not None


def on(instant: Any) -> Any:
    return None if instant is None else instant.astimezone(ZONE).date()


def begun(text: str, *among: str) -> bool:
    found = [word for each in among for word in words(each)]
    return all(any(each.startswith(word) for each in found) for word in words(text))


def in_order(boats: list[Boat], key: str, *, turned: bool) -> list[Boat]:
    """Missing values first, ids ascending among equals; all of it turned round, or not."""
    values: Mapping[str, Callable[[Boat], Any]] = {
        "name": lambda boat: fold(boat.name),
        "rig": lambda boat: boat.rig,
        "length": lambda boat: boat.length,
        "price": lambda boat: boat.price.amount if boat.price else None,
        "afloat": lambda boat: boat.afloat,
    }
    value = values[key]
    boats = sorted(boats, key=lambda boat: boat.id.bytes, reverse=turned)
    there = sorted((each for each in boats if given(value(each))), key=value, reverse=turned)
    missing = [each for each in boats if not given(value(each))]
    return [*there, *missing] if turned else [*missing, *there]


async def agree(yard: Yard, principal: Principal, chance: random.Random) -> None:
    ctx = yard.context(principal)
    boats = await ctx.db.select(Boat).all()
    for _ in range(QUESTIONS):
        asked = [a_filter(chance) for _ in range(chance.randrange(3))]
        keys = {key for pairs, _ in asked for key, _ in pairs}
        if len(keys) < len(asked):
            continue
        key, turned = (
            chance.choice(["name", "rig", "length", "price", "afloat"]),
            chance.random() < 0.5,
        )
        pairs = [pair for each, _ in asked for pair in each]
        query = urlencode(
            [*pairs, ("sort", f"{'-' * turned}{key}"), ("size", "7"), ("count", "yes")]
        )
        kept = [boat for boat in boats if all(holds(boat) for _, holds in asked)]
        expected = [str(each.id) for each in in_order(kept, key, turned=turned)]
        assert await whole(ctx, query, len(expected)) == expected, query
        assert await exported(ctx, query) == len(expected)


async def whole(ctx: Context, query: str, total: int) -> list[str]:
    """All rows, page by page, the same forwards and backwards."""
    view = ctx.view("yard.boats")
    page = await view.list(query)
    forward = [str(each.id) for each in page.rows]
    while page.next is not None:
        assert page.total == total
        page = await view.list(page.next)
        forward += [str(each.id) for each in page.rows]
    backward = [str(each.id) for each in page.rows]
    while page.previous is not None:
        page = await view.list(page.previous)
        backward[:0] = [str(each.id) for each in page.rows]
    assert backward == forward
    return forward


async def exported(ctx: Context, query: str) -> int:
    text = b"".join([each async for each in ctx.view("yard.boats").csv(query, mark=False)])
    return len(list(csv.reader(StringIO(text.decode()), delimiter=";"))) - 1
