"""Reading from Python: pages, walks, counts, sums, the past, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.reading import plans
from relatum.reading.plan import ReadPlan, plan
from relatum.session import Database, Session
from relatum_schemas.condition import Field, Ties
from relatum_schemas.entity import Declared
from relatum_schemas.errors import (
    BadSelection,
    DatabaseLocked,
    NotFound,
    StaleVersion,
    UnknownField,
)
from relatum_schemas.kinds import Money
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened

SHOP = declare(
    """
class Product(Entity, plural="products"):
    name: Annotated[str, Label, Searchable]

class Order(Entity, plural="orders"):
    number: Annotated[int, Indexed]
    placed: date | None = None

class OrderLine(Relationship[Order, Product], plural="order_lines"):
    ends = Ends("lines", "ordered_in")
    quantity: int
    price: Money
    discount: Annotated[Decimal, Scale(2)] = Decimal(0)
    net = Computed("quantity * price * (1 - discount)")

class Replaces(Relationship[Order, Product | Order], plural="replacements"):
    ends = Ends("replaces", "replaced_by")
""",
    name="shop",
)
CATALOGUE = build_catalogue([SHOP])
Product, Order, OrderLine = SHOP.Product, SHOP.Order, SHOP.OrderLine


class Clock:
    """A clock to move by hand."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM)


async def some_orders(db: Session, count: int) -> None:
    async with db.unit() as unit:
        for number in range(count):
            await unit.create(Order(number=number % 7, placed=date(2024, 1 + number % 12, 1)))


async def test_a_walk_meets_each_record_once_in_order(db: Session) -> None:
    await some_orders(db, 230)
    met = [each async for each in db.select(Order).order(Field("number").descending())]
    assert len({each.id for each in met}) == 230
    assert [each.number for each in met] == sorted((each.number for each in met), reverse=True)


async def test_pages_follow_their_cursors(db: Session) -> None:
    await some_orders(db, 25)
    page = await db.select(Order).order("number").page(first=10)
    assert (len(page.records), page.total) == (10, 25)
    second = await db.select(Order).order("number").page(first=10, after=page.cursor)
    last = await db.select(Order).order("number").page(first=10, after=second.cursor)
    assert (len(last.records), last.cursor) == (5, None)
    assert len({each.id for each in (*page.records, *second.records, *last.records)}) == 25


async def test_sums_are_exact_per_group(db: Session) -> None:
    tea = await db.create(Product(name="Tea"))
    for placed, quantity in (
        (date(1996, 7, 4), 12),
        (date(1997, 1, 1), 3),
        (date(1997, 12, 31), 1),
    ):
        order = await db.create(Order(number=1, placed=placed))
        await db.relate(
            OrderLine, order, tea, quantity=quantity, price=Money(amount=Decimal("9.80"), currency="USD"),
            discount=Decimal("0.15"),
        )  # fmt: skip
    by_year = await db.select(OrderLine).sums("net", "quantity", by=[("source.placed", "year")])
    assert [(each["source.placed"], each["count"], each["quantity"]) for each in by_year] == [
        ("1996-01-01", 1, 12),
        ("1997-01-01", 2, 4),
    ]
    assert [each["net"] for each in by_year] == [
        Money(amount=Decimal("99.9600"), currency="USD"),
        Money(amount=Decimal("33.3200"), currency="USD"),
    ]


async def test_conditions_follow_ties(db: Session) -> None:
    tea, milk = await db.create(Product(name="Tea")), await db.create(Product(name="Milk"))
    order, _ = await db.create(Order(number=1)), await db.create(Order(number=2))
    await db.relate(
        OrderLine, order, tea, quantity=2, price=Money(amount=Decimal(1), currency="EUR")
    )
    found = await db.select(Order).where(Ties("lines").some(Field("name") == "Tea")).all()
    assert [each.number for each in found] == [1]
    assert await db.select(Order).where(Ties("lines").none()).count() == 1
    assert (
        await db.select(Product).where(Ties("ordered_in").some(tie=Field("quantity") > 1)).count()
        == 1
    )
    assert not await db.exists(milk.ordered_in)


async def test_an_end_of_several_types_is_asked_whether_it_has_ties_and_read_by_them(
    db: Session,
) -> None:
    first, second = await db.create(Order(number=1)), await db.create(Order(number=2))
    await db.relate(SHOP.Replaces, second, first)
    assert await db.exists(second.replaces)
    assert not await db.exists(first.replaces)
    with pytest.raises(BadSelection, match="several types"):
        db.select(second.replaces)
    (tie,) = await db.select(SHOP.Replaces).where(Field("source.id") == second.id).all()
    assert tie.target == first.id


async def test_the_past_stays_as_it_was(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    clock = Clock()
    async with opened(clone_template, dialect, CATALOGUE, clock=clock) as database:
        db = database.as_(SYSTEM)
        order = await db.create(Order(number=1))
        clock.now = datetime.now(UTC) + timedelta(milliseconds=1)
        known = datetime.now(UTC)
        await db.update(order, number=2)
        assert [each.number for each in await db.select(Order).at(recorded=known).all()] == [1]
        assert [each.number for each in await db.select(Order).all()] == [2]


async def test_a_stale_record_is_not_overwritten(db: Session) -> None:
    order = await db.create(Order(number=1))
    await db.update(order, number=2)
    with pytest.raises(StaleVersion):
        await db.update(order, number=3)
    assert (await db.get(Order, order.id)).number == 2


async def test_what_is_not_there_is_said(db: Session) -> None:
    with pytest.raises(NotFound):
        await db.get(Order, (await db.create(Product(name="Tea"))).id)
    with pytest.raises(UnknownField):
        db.select(Order).where(Field("numbr") == 1)
    with pytest.raises(BadSelection):
        db.select(Order).order("lines.quantity")


async def test_each_question_is_one_statement(db: Session, database: Database) -> None:
    await some_orders(db, 3)
    query = db.select(Order).where(Field("number") >= 1).order("placed")
    for ask in (query.all, query.first, query.page, query.count, query.exists):
        with database.connections.count_statements() as statements:
            await ask()
        assert len(statements) == 1


async def test_a_unit_that_lost_to_another_is_told_plainly(
    clone_template: CloneTemplate,
) -> None:
    async with opened(clone_template, "postgresql", CATALOGUE) as database:
        db = database.as_(SYSTEM)
        first, second = await db.create(Order(number=1)), await db.create(Order(number=2))
        both_hold_one = asyncio.Barrier(2)

        async def change(one: Declared, other: Declared) -> None:
            async with db.unit() as unit:
                await unit.update(one, number=3)
                await both_hold_one.wait()
                await unit.update(other, number=4)

        outcomes = await asyncio.gather(
            change(first, second), change(second, first), return_exceptions=True
        )
        assert [type(each) for each in outcomes if each is not None] == [DatabaseLocked]


async def test_questions_that_differ_by_values_alone_are_planned_once(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[object] = []

    def counting(*arguments: Any, **named: Any) -> ReadPlan:
        planned.append(arguments)
        return plan(*arguments, **named)

    orders = [await db.create(Order(number=number, placed=date(2024, 1, 1))) for number in range(4)]
    monkeypatch.setattr(plans, "plan", counting)
    for each in orders:
        assert (await db.get(Order, each.id)).number == each.number
    assert len(planned) == 1
    for number in range(3):
        above = ~(Field("number") <= number) & (Field("placed") < date(2024, 1, 2 + number))
        assert await db.select(Order).where(above).count() == 3 - number
        then = db.select(Order).where(Field("number") == number)
        assert not await then.at(recorded=datetime(2024 - number, 1, 1, tzinfo=UTC)).exists()
    assert len(planned) == 3
