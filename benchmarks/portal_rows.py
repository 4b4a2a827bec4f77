"""A business with as many opportunities and firms as wanted, as rows: the same for the same size, written past the engine.

Firm 0 is ours; 1 is the reseller, 2 the customer, 3 the supplier that are measured, each with one person of the same
number; person 4 manages sales with us, and person 5 administers. There are a tenth as many orders as opportunities, with
two lines each; half of all falls to a fifth of the firms. Versions, the change log and words of types other than
opportunities are left out.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from benchmarks.data import SEED, TRADES
from relatum.access import SYSTEM
from relatum.connections import Connection, open_connections
from relatum.plugins import load_plugins
from relatum.session import assembling, open_database
from relatum.tables import Tables, create_all
from relatum.text import fold, label_key, tokens

PLUGINS: Final = load_plugins(only=["activities", "sales", "portal"])
TYPES: Final = assembling(PLUGINS)
RESELLER: Final = 1
CUSTOMER: Final = 2
SUPPLIER: Final = 3
MANAGER: Final = 4
ADMINISTRATOR: Final = "administrator"
PEOPLE: Final = {
    "reseller": RESELLER,
    "customer": CUSTOMER,
    "supplier": SUPPLIER,
    "sales manager": MANAGER,
    ADMINISTRATOR: 5,
}
"""Who signs in, with the number of each."""

_ROLES: Final = {"sales manager": "sales_manager", ADMINISTRATOR: ADMINISTRATOR}
PASSWORD: Final = "seven green boats"
SELLERS: Final = range(10, 1_010)
"""The people of ours who own opportunities, by their numbers."""

_NOW: Final = datetime(2025, 1, 1, tzinfo=UTC)
_TODAY: Final = date(2025, 1, 1)
_PRODUCTS: Final = 2_000
_REGISTERED: Final = 30_000
_KINDS: Final = (
    "Organization", "Person", "Product", "Pipeline", "Stage", "Opportunity", "Order", "DealRegistration",
    "WorksAt", "PartnerOf", "Supplies", "SuppliedBy", "StageOf", "OpportunityFor", "OwnedBy", "InStage",
    "PlacedBy", "OrderLine", "RegisteredBy",
)  # fmt: skip
_RECORD: Final = ("id", "type", "label", "label__key", "deleted")

Values = Mapping[str, object]
Tie = tuple[int, int, Values]


def identity(type_name: str, number: int) -> UUID:
    """The id of the n-th record of a type: a UUID of version 7."""
    kind = _KINDS.index(type_name)
    return UUID(
        int=((1_735_689_600_000 + number) << 80) | (7 << 76) | (2 << 62) | kind << 32 | number
    )


@dataclass(frozen=True)
class Business:
    """A business of some size."""

    opportunities: int
    firms: int

    def entities(self) -> Iterator[tuple[str, Sequence[str], Iterable[Values]]]:
        """By type the labels and the other values."""
        chance = random.Random(f"business {SEED}")
        firms = [f"{chance.choice(TRADES)} {number}" for number in range(self.firms)]
        yield "Organization", firms, ({"commerce__sells": at == 0} for at in range(self.firms))
        people = [f"Person {number}" for number in range(SELLERS.stop)]
        yield "Person", people, ({} for _ in people)
        products = [f"{chance.choice(TRADES)} {number}" for number in range(_PRODUCTS)]
        stock = {
            "units_in_stock": 5,
            "units_on_order": 0,
            "reorder_level": 1,
            "discontinued": False,
        }
        yield "Product", products, (stock for _ in products)
        yield "Pipeline", ["New business"], [{}]
        stages = [f"Stage {number}" for number in range(6)]
        yield "Stage", stages, ({"rank": at + 1, "probability": 15 * at} for at in range(6))
        titles = [f"{chance.choice(TRADES)} offer {at}" for at in range(self.opportunities)]
        yield "Opportunity", titles, (_opportunity(chance) for _ in titles)
        orders = [f"O{number:07d}" for number in range(self.opportunities // 10)]
        yield "Order", orders, (_order(chance) for _ in orders)
        deals = [f"D{number:07d}" for number in range(min(_REGISTERED, self.opportunities))]
        yield "DealRegistration", deals, (_registration(chance, at) for at in range(len(deals)))

    def ties(self) -> Iterator[tuple[str, str, str, Iterator[Tie]]]:
        """By type the types of both ends, and their numbers with the properties."""
        chance = random.Random(f"business ties {SEED}")
        partners = (RESELLER, CUSTOMER, SUPPLIER)
        works = [(at, at, {}) for at in partners] + [(at, 0, {}) for at in (MANAGER, *SELLERS)]
        yield "WorksAt", "Person", "Organization", iter(works)
        resellers = range(RESELLER, self.firms, 20)
        yield "PartnerOf", "Organization", "Organization", ((at, 0, {}) for at in resellers)
        yield (
            "Supplies",
            "Organization",
            "Organization",
            ((0, at, {}) for at in range(1, self.firms)),
        )
        yield (
            "SuppliedBy", "Product", "Organization",
            ((at, SUPPLIER if at < 40 else chance.randrange(self.firms), {}) for at in range(_PRODUCTS)),
        )  # fmt: skip
        yield "StageOf", "Stage", "Pipeline", ((at, 0, {}) for at in range(6))
        each = range(self.opportunities)
        yield (
            "OpportunityFor",
            "Opportunity",
            "Organization",
            ((at, self._firm(chance), {}) for at in each),
        )
        yield "OwnedBy", "Opportunity", "Person", ((at, chance.choice(SELLERS), {}) for at in each)
        yield "InStage", "Opportunity", "Stage", ((at, chance.randrange(6), {}) for at in each)
        orders = range(self.opportunities // 10)
        yield "PlacedBy", "Order", "Organization", ((at, self._firm(chance), {}) for at in orders)
        yield (
            "OrderLine", "Order", "Product",
            (
                (at, product, _line(chance))
                for at in orders
                for product in chance.sample(range(_PRODUCTS), 2)
            ),
        )  # fmt: skip
        deals = range(min(_REGISTERED, self.opportunities))
        yield (
            "RegisteredBy", "DealRegistration", "Organization",
            ((at, RESELLER if at % 100 == 0 else chance.choice(resellers), {}) for at in deals),
        )  # fmt: skip

    def _firm(self, chance: random.Random) -> int:
        """A customer: half of all falls to a fifth of the firms."""
        if chance.random() < 0.002:
            return CUSTOMER
        return 4 + int((self.firms - 4) * chance.random() ** 2.32)


async def fill(url: str, world: Business) -> None:
    """Make the tables in an empty database and write the business into them."""
    async with open_database(url, TYPES) as database:
        await create_all(database.connections, database.tables)
        tables = database.tables
    connections = await open_connections(url)
    async with connections.writing() as connection:
        if connection.dialect == "postgresql":
            await connection.script("SET LOCAL session_replication_role = replica")
        else:
            await connection.script("PRAGMA cache_size = -400000")
        for name, labels, values in world.entities():
            await _entities(connection, tables, name, labels, values)
        for name, source, target, ties in world.ties():
            await _ties(connection, tables, name, source, target, list(ties))
    if connections.dialect == "postgresql":
        async with connections.reading() as connection:
            await connection.script("VACUUM ANALYZE")
    await connections.close()
    await _let_in(url)


async def _let_in(url: str) -> None:
    """Give those who ask an account, and their roles."""
    async with open_database(url, TYPES) as database:
        for who, number in PEOPLE.items():
            person = identity("Person", number)
            await database.identity.add_account(
                SYSTEM, email_of(who), record=person, password=PASSWORD
            )
            if who in _ROLES:
                await database.identity.hold(SYSTEM, person, _ROLES[who])


def email_of(who: str) -> str:
    """The address with which somebody signs in."""
    return f"{who.replace(' ', '.')}@example.org"


async def _entities(
    connection: Connection,
    tables: Tables,
    name: str,
    labels: Sequence[str],
    values: Iterable[Values],
) -> None:
    records = (
        (identity(name, at), name, each, label_key(each), False) for at, each in enumerate(labels)
    )
    await connection.copy(tables.record, _RECORD, records)
    table = tables.current[name]
    label = next(each for each in ("name", "title", "number", "family_name") if each in table.c)
    label = "number" if name == "DealRegistration" else label
    rows = [
        {**given, label: each, f"{label}__key": fold(each)}
        for each, given in zip(labels, values, strict=True)
    ]
    await connection.copy(
        table,
        ("id", "version", "recorded_from", *rows[0]),
        ((identity(name, at), 1, _NOW, *row.values()) for at, row in enumerate(rows)),
    )
    if name == "Opportunity":
        words = (
            (identity(name, at), name, "title", True, tokens(each))
            for at, each in enumerate(labels)
        )
        await connection.copy(
            tables.search, ("record_id", "type", "field", "is_label", "tokens"), words
        )


async def _ties(
    connection: Connection, tables: Tables, name: str, source: str, target: str, ties: Sequence[Tie]
) -> None:
    unnamed = ((identity(name, at), name, None, None, False) for at in range(len(ties)))
    await connection.copy(tables.record, _RECORD, unnamed)
    await connection.copy(
        tables.current[name],
        ("id", "version", "recorded_from", "source_id", "target_id", *ties[0][2]),
        (
            (
                identity(name, at),
                1,
                _NOW,
                identity(source, near),
                identity(target, far),
                *more.values(),
            )
            for at, (near, far, more) in enumerate(ties)
        ),
    )


def _opportunity(chance: random.Random) -> Values:
    return {
        "amount__amount": Decimal(chance.randrange(1_000, 1_000_000)),
        "amount__currency": "EUR",
        "close_on": _TODAY + timedelta(days=chance.randrange(400)),
        "state": chance.choice(("open", "open", "won", "lost")),
        "probability": 15 * chance.randrange(6),
        "late": False,
    }


def _order(chance: random.Random) -> Values:
    return {
        "state": chance.choice(("placed", "confirmed", "shipped", "delivered", "delivered")),
        "currency": "EUR",
        "ordered": _TODAY - timedelta(days=chance.randrange(1_000)),
    }


def _line(chance: random.Random) -> Values:
    return {
        "quantity": chance.randrange(1, 100),
        "unit_price__amount": Decimal(chance.randrange(1, 500)),
        "unit_price__currency": "EUR",
        "discount": Decimal(0),
    }


def _registration(chance: random.Random, number: int) -> Values:
    title, customer = f"Deal {number}", f"{chance.choice(TRADES)} hope {number}"
    return {
        "title": title,
        "title__key": fold(title),
        "customer_name": customer,
        "customer_name__key": fold(customer),
        "state": chance.choice(("submitted", "question", "approved", "declined")),
        "verdict": "clear",
        "close_on": _TODAY + timedelta(days=chance.randrange(400)),
        "submitted_at": _NOW,
    }
